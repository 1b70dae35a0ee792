/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

static bool reserve(tcai_text *text, size_t more) {
    if (text->failed || more > SIZE_MAX / 2 - text->length) {
        text->failed = true;
        return false;
    }
    size_t wanted = text->length + more;
    if (wanted <= text->capacity) {
        return true;
    }
    size_t capacity = text->capacity == 0 ? 128 : text->capacity;
    while (capacity < wanted) {
        capacity *= 2;
    }
    char *grown = realloc(text->data, capacity);
    if (grown == NULL) {
        text->failed = true;
        return false;
    }
    text->data = grown;
    text->capacity = capacity;
    return true;
}

void tcai_text_append(tcai_text *text, const void *data, size_t length) {
    if (length > 0 && reserve(text, length)) {
        memcpy(text->data + text->length, data, length);
        text->length += length;
    }
}

void tcai_text_append_string(tcai_text *text, const char *string) {
    tcai_text_append(text, string, strlen(string));
}

void tcai_text_append_char(tcai_text *text, char character) {
    tcai_text_append(text, &character, 1);
}

void tcai_text_append_code_point(tcai_text *text, uint32_t code_point) {
    char utf8[4];
    size_t length = 0;
    if (code_point < 0x80) {
        utf8[length++] = (char)code_point;
    } else if (code_point < 0x800) {
        utf8[length++] = (char)(0xC0u | code_point >> 6);
        utf8[length++] = (char)(0x80u | (code_point & 0x3Fu));
    } else if (code_point < 0x10000) {
        utf8[length++] = (char)(0xE0u | code_point >> 12);
        utf8[length++] = (char)(0x80u | (code_point >> 6 & 0x3Fu));
        utf8[length++] = (char)(0x80u | (code_point & 0x3Fu));
    } else {
        utf8[length++] = (char)(0xF0u | code_point >> 18);
        utf8[length++] = (char)(0x80u | (code_point >> 12 & 0x3Fu));
        utf8[length++] = (char)(0x80u | (code_point >> 6 & 0x3Fu));
        utf8[length++] = (char)(0x80u | (code_point & 0x3Fu));
    }
    tcai_text_append(text, utf8, length);
}

tca_bytes *tcai_text_finish(tcai_text *text) {
    tca_bytes *bytes = text->failed ? NULL : tcai_bytes_copy(text->data, text->length);
    tcai_text_release(text);
    return bytes;
}

void tcai_text_release(tcai_text *text) {
    free(text->data);
    *text = (tcai_text){0};
}

const char tcai_hex_upper[16] = {'0', '1', '2', '3', '4', '5', '6', '7',
                                 '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

void tcai_hex_encode(tcai_span span, char *text) {
    for (size_t i = 0; i < span.length; i++) {
        text[2 * i] = tcai_hex_upper[span.data[i] >> 4];
        text[2 * i + 1] = tcai_hex_upper[span.data[i] & 0xFu];
    }
}

tca_bytes *tcai_hex_text(tcai_span span) {
    tca_bytes *text = span.length > SIZE_MAX / 4 ? NULL : tcai_bytes_new(2 * span.length);
    if (text != NULL) {
        tcai_hex_encode(span, (char *)text->data);
    }
    return text;
}

int tcai_hex_digit(char character) {
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    char upper = tcai_upper(character);
    return upper >= 'A' && upper <= 'F' ? upper - 'A' + 10 : -1;
}

char tcai_upper(char character) {
    return character >= 'a' && character <= 'z' ? (char)(character - 'a' + 'A') : character;
}

/* How many bytes the well-formed character at `at` has (Unicode, table 3-7); 0 when it is none. */
static size_t utf8_character(const uint8_t *at, size_t left) {
    if (at[0] < 0x80) {
        return 1;
    }
    size_t size = at[0] < 0xC2 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF5 ? 4 : 0;
    if (size == 0 || left < size) {
        return 0;
    }
    uint8_t lowest = at[0] == 0xE0 ? 0xA0 : at[0] == 0xF0 ? 0x90 : 0x80;
    uint8_t highest = at[0] == 0xED ? 0x9F : at[0] == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < lowest || at[1] > highest) {
        return 0;
    }
    for (size_t i = 2; i < size; i++) {
        if (at[i] < 0x80 || at[i] > 0xBF) {
            return 0;
        }
    }
    return size;
}

bool tcai_utf8_valid(tcai_span span) {
    for (size_t i = 0; i < span.length;) {
        size_t size = utf8_character(span.data + i, span.length - i);
        if (size == 0) {
            return false;
        }
        i += size;
    }
    return true;
}

size_t tcai_utf8_whole(const char *text, size_t length) {
    size_t start = length;
    while (start > 0 && length - start < 3 && ((unsigned char)text[start - 1] & 0xC0u) == 0x80u) {
        start--;
    }
    if (start == 0) {
        return length;
    }
    unsigned char lead = (unsigned char)text[start - 1];
    size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return length - (start - 1) < size ? start - 1 : length;
}

bool tcai_guid_parse(const char *text, size_t length, char guid[TCAI_GUID_LENGTH + 1]) {
    if (length != TCAI_GUID_LENGTH) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : tcai_hex_digit(text[i]) < 0) {
            return false;
        }
        guid[i] = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] - 'A' + 'a') : text[i];
    }
    guid[length] = '\0';
    return true;
}

tcai_span tcai_without_byte_order_mark(tcai_span text) {
    if (text.length >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0) {
        return (tcai_span){text.data + 3, text.length - 3};
    }
    return text;
}

const char *tcai_name_in(const char *const *names, size_t count, uint32_t number) {
    return number < count && names[number] != NULL ? names[number] : "unknown";
}

bool tcai_is_name(tcai_span text, size_t max) {
    for (size_t i = 0; i < text.length; i++) {
        if (!tcai_is_name_character(text.data[i])) {
            return false;
        }
    }
    return text.length > 0 && text.length <= max;
}

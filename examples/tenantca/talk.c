/* SPDX-License-Identifier: MIT */
/* What is said to people: on standard error, never mixed with data. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

/* Longer than any path. */
#define COMPLAINT_SIZE 8192

static char first[COMPLAINT_SIZE];

void complain(const char *format, ...) {
    char text[COMPLAINT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    fputs("tenantca: ", stderr);
    print_foreign(stderr, text, length < 0 ? 0 : strlen(text));
    fputc('\n', stderr);
    if (length > 0 && first[0] == '\0') {
        memcpy(first, text, strlen(text) + 1);
    }
}

const char *first_complaint(void) {
    return first;
}

void complain_error(const char *object, const tca_error *error, const char *next) {
    const char *message;
    size_t length;
    tca_error_message(error, &message, &length);
    complain("%s: %s; %s", object, length > 0 ? message : "out of memory", next);
}

/* Of what a terminal may act upon: C0 and DEL; C1 (C2 80 to C2 9F in UTF-8); the marks that turn
 * the direction of writing or break lines (U+200B to 200F, 2028 to 202E, 2060 to 206F). */
static size_t unsafe_length(const unsigned char *text, size_t length) {
    if (text[0] < ' ' || text[0] == 0x7F) {
        return 1;
    }
    if (length >= 2 && text[0] == 0xC2 && text[1] < 0xA0) {
        return 2;
    }
    if (length >= 3 && text[0] == 0xE2 && text[1] == 0x80) {
        return (text[2] >= 0x8B && text[2] <= 0x8F) || (text[2] >= 0xA8 && text[2] <= 0xAE) ? 3 : 0;
    }
    return length >= 3 && text[0] == 0xE2 && text[1] == 0x81 && text[2] >= 0xA0 && text[2] <= 0xAF
               ? 3
               : 0;
}

void print_foreign(FILE *out, const char *text, size_t length) {
    const unsigned char *octets = (const unsigned char *)text;
    for (size_t i = 0; i < length;) {
        size_t unsafe = unsafe_length(octets + i, length - i);
        if (unsafe == 0) {
            fputc(octets[i++], out);
        }
        for (; unsafe > 0; unsafe--) {
            fprintf(out, "\\x%02X", octets[i++]);
        }
    }
}

static bool wants_colour(void) {
    const char *terminal = getenv("TERM");
    const char *no = getenv("NO_COLOR");
    return (no == NULL || no[0] == '\0') && terminal != NULL && strcmp(terminal, "dumb") != 0 &&
           isatty(STDOUT_FILENO) == 1;
}

const char *colour_on(tool_colour colour) {
    static const char *const escapes[] = {"", "\033[32m", "\033[33m", "\033[31m", "\033[2m"};
    return wants_colour() ? escapes[colour] : "";
}

const char *colour_off(void) {
    return wants_colour() ? "\033[0m" : "";
}

/* SPDX-License-Identifier: MIT */
/* Certificates are public, so a plain table serves: mbedTLS's base64 is constant-time and 40 times
 * slower. */
#include "crypto/crypto.h"

#define SPACE 64
#define PADDING 65
#define NONE 66

#define NONE_4 NONE, NONE, NONE, NONE
#define NONE_16 NONE_4, NONE_4, NONE_4, NONE_4
#define NONE_64 NONE_16, NONE_16, NONE_16, NONE_16

/* clang-format off */
static const uint8_t values[256] = {
    NONE_4, NONE_4, NONE, SPACE, SPACE, NONE, NONE, SPACE, NONE, NONE, NONE_16,
    SPACE, NONE, NONE, NONE, NONE_4, NONE, NONE, NONE, 62, NONE, NONE, NONE, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NONE, NONE, NONE, PADDING, NONE, NONE,
    NONE, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NONE, NONE, NONE, NONE, NONE,
    NONE, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NONE, NONE, NONE, NONE, NONE,
    NONE_64, NONE_64,
};
/* clang-format on */

/* Whole groups of four without anything between them, the bulk of any input. */
static size_t decode_groups(tcai_span text, size_t at, uint8_t **out) {
    uint8_t *to = *out;
    while (text.length - at >= 4) {
        uint32_t a = values[text.data[at]], b = values[text.data[at + 1]];
        uint32_t c = values[text.data[at + 2]], d = values[text.data[at + 3]];
        if ((a | b | c | d) >= SPACE) {
            break;
        }
        uint32_t group = a << 18 | b << 12 | c << 6 | d;
        *to++ = (uint8_t)(group >> 16);
        *to++ = (uint8_t)(group >> 8);
        *to++ = (uint8_t)group;
        at += 4;
    }
    *out = to;
    return at;
}

/* One group, character by character, with white space in it. False when a character does not
 * belong; *count is how many digits came, 4 unless the input or its padding ends. */
static bool collect_group(tcai_span text, size_t *at, uint32_t *group, size_t *count) {
    *group = 0;
    *count = 0;
    while (*at < text.length && *count < 4) {
        uint8_t value = values[text.data[*at]];
        if (value == PADDING) {
            return true;
        }
        if (value == NONE) {
            return false;
        }
        if (value != SPACE) {
            *group = *group << 6 | value;
            ++*count;
        }
        ++*at;
    }
    return true;
}

static bool only_padding(tcai_span text, size_t at, size_t wanted) {
    size_t seen = 0;
    for (; at < text.length; at++) {
        uint8_t value = values[text.data[at]];
        if (value == PADDING) {
            seen++;
        } else if (value != SPACE) {
            return false;
        }
    }
    return seen == wanted;
}

/* The last group of two or three digits, whose unused bits must be zero (RFC 4648, 3.5). */
static bool finish_group(uint32_t group, size_t count, uint8_t **out) {
    if (count == 2 && (group & 0xFu) == 0) {
        *(*out)++ = (uint8_t)(group >> 4);
        return true;
    }
    if (count == 3 && (group & 0x3u) == 0) {
        *(*out)++ = (uint8_t)(group >> 10);
        *(*out)++ = (uint8_t)(group >> 2);
        return true;
    }
    return false;
}

bool tcai_base64_decode(tcai_span text, uint8_t *out, size_t *length) {
    uint8_t *to = out;
    size_t at = 0;
    uint32_t group = 0;
    size_t count = 4;
    while (count == 4) {
        at = decode_groups(text, at, &to);
        if (!collect_group(text, &at, &group, &count)) {
            return false;
        }
        if (count == 4) {
            *to++ = (uint8_t)(group >> 16);
            *to++ = (uint8_t)(group >> 8);
            *to++ = (uint8_t)group;
        }
    }
    if (count != 0 && !finish_group(group, count, &to)) {
        return false;
    }
    *length = (size_t)(to - out);
    return only_padding(text, at, count == 0 ? 0 : 4 - count);
}

static uint8_t *put_group(uint8_t *to, const uint8_t *octets, size_t count) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t group = (uint32_t)octets[0] << 16 | (count > 1 ? (uint32_t)octets[1] << 8 : 0) |
                     (count > 2 ? octets[2] : 0);
    *to++ = (uint8_t)digits[group >> 18];
    *to++ = (uint8_t)digits[group >> 12 & 0x3Fu];
    *to++ = (uint8_t)(count > 1 ? digits[group >> 6 & 0x3Fu] : '=');
    *to++ = (uint8_t)(count > 2 ? digits[group & 0x3Fu] : '=');
    return to;
}

tca_bytes *tcai_base64_encode(tcai_span octets) {
    if (octets.length > SIZE_MAX / 4) {
        return NULL;
    }
    tca_bytes *text = tcai_bytes_new((octets.length + 2) / 3 * 4);
    uint8_t *to = text == NULL ? NULL : text->data;
    for (size_t at = 0; to != NULL && at < octets.length; at += 3) {
        size_t left = octets.length - at;
        to = put_group(to, octets.data + at, left < 3 ? left : 3);
    }
    return text;
}

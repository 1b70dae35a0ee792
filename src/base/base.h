/* SPDX-License-Identifier: MIT */
/* The ground every room stands on: errors, bytes, text, calendar, struct import. */
#ifndef TCAI_BASE_H
#define TCAI_BASE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tenantca/error.h"
#include "tenantca/time.h"
#include "tenantca/types.h"

#define TCAI_DAY INT64_C(86400)

/* ---- errors ---- */

/* Set code and message; returns the code, so that a failing function can end with it. */
__attribute__((format(printf, 3, 4))) tca_result tcai_fail(tca_error *error, tca_result code,
                                                           const char *format, ...);

/* Put the object's name before the message of a failure: "certificate 2 of 3: " + what was said. */
__attribute__((format(printf, 2, 3))) void tcai_error_prefix(tca_error *error, const char *format,
                                                             ...);

void tcai_error_clear(tca_error *error);

/* The same failure under another code; returns it. */
tca_result tcai_error_recode(tca_error *error, tca_result code);
void tcai_error_set_http_status(tca_error *error, uint32_t status);

tca_result tcai_fail_null(tca_error *error, const char *argument);
tca_result tcai_fail_memory(tca_error *error);

/* ---- runs of bytes ---- */

typedef struct tcai_span {
    const uint8_t *data;
    size_t length;
} tcai_span;

static inline bool tcai_span_equal(tcai_span one, tcai_span other) {
    return one.length == other.length &&
           (one.length == 0 || memcmp(one.data, other.data, one.length) == 0);
}

/* The bytes of a string literal, without its NUL: as an initialiser, and as a value. */
#define TCAI_SPAN_INIT(literal)                                                                    \
    { (const uint8_t *)(literal), sizeof(literal) - 1 }
#define TCAI_SPAN(literal) ((tcai_span)TCAI_SPAN_INIT(literal))

struct tca_bytes {
    _Atomic uint32_t references;
    size_t length;
    uint8_t data[]; /* length bytes and a NUL */
};

/* Nothing of NULL. */
static inline tcai_span tcai_span_of(const tca_bytes *bytes) {
    return bytes == NULL ? (tcai_span){NULL, 0} : (tcai_span){bytes->data, bytes->length};
}

/* NULL when out of memory. The contents are the caller's to write, the NUL is there. */
tca_bytes *tcai_bytes_new(size_t length);
tca_bytes *tcai_bytes_copy(const void *data, size_t length);

/* A lazily made value is published once, by compare-and-swap: of two threads that made it at the
 * same time one keeps its own and the other takes it over. Both return what is kept. */
tca_bytes *tcai_bytes_publish(_Atomic(tca_bytes *) *slot, tca_bytes *made);

static inline void tcai_reference(_Atomic uint32_t *references) {
    atomic_fetch_add_explicit(references, 1, memory_order_relaxed);
}

/* True for the caller that dropped the last one. */
static inline bool tcai_dereference(_Atomic uint32_t *references) {
    return atomic_fetch_sub_explicit(references, 1, memory_order_acq_rel) == 1;
}

/* array[count + 1] of `size` bytes each: grows by doubling; false when out of memory, and then the
 * array is as it was. */
bool tcai_grow(void *array, size_t count, size_t *capacity, size_t size);

/* ---- text ---- */

/* A text that grows. Out of memory is remembered and told by tcai_text_finish(). */
typedef struct tcai_text {
    char *data;
    size_t length;
    size_t capacity;
    bool failed;
} tcai_text;

void tcai_text_append(tcai_text *text, const void *data, size_t length);
void tcai_text_append_string(tcai_text *text, const char *string);
void tcai_text_append_char(tcai_text *text, char character);
void tcai_text_append_code_point(tcai_text *text, uint32_t code_point);

/* Hand the text over as bytes and leave it empty; NULL when out of memory. */
tca_bytes *tcai_text_finish(tcai_text *text);
void tcai_text_release(tcai_text *text);

/* A table's name of a number; "unknown" for one that it lacks. */
const char *tcai_name_in(const char *const *names, size_t count, uint32_t number);
#define TCAI_NAME_IN(names, number) tcai_name_in(names, sizeof(names) / sizeof((names)[0]), number)

extern const char tcai_hex_upper[16];

/* Writes 2 * span.length characters, no NUL. */
void tcai_hex_encode(tcai_span span, char *text);
tca_bytes *tcai_hex_text(tcai_span span);

/* -1 when it is none. */
int tcai_hex_digit(char character);
char tcai_upper(char character);

/* What names of our own are made of: letters, digits and . _ - */
static inline bool tcai_is_name_character(uint8_t c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
}

/* 1 to `max` such characters. */
bool tcai_is_name(tcai_span text, size_t max);

bool tcai_utf8_valid(tcai_span span);

/* The length of a text that was cut somewhere, without the beginning of a character whose end was
 * cut off: what is cut must stay UTF-8. */
size_t tcai_utf8_whole(const char *text, size_t length);

/* The text behind a UTF-8 byte order mark, where there is one. */
tcai_span tcai_without_byte_order_mark(tcai_span text);

#define TCAI_GUID_LENGTH 36

/* A GUID in its 8-4-4-4-12 form, made lower case; false when it is none. */
bool tcai_guid_parse(const char *text, size_t length, char guid[TCAI_GUID_LENGTH + 1]);

/* ---- calendar ---- */

typedef struct tcai_civil {
    int32_t year; /* 1 to 9999 */
    int32_t month;
    int32_t day;
    int32_t hour;
    int32_t minute;
    int32_t second;
} tcai_civil;

/* False when there is no such day or time of day. */
bool tcai_unix_from_civil(const tcai_civil *civil, tca_unix *out);

/* Within TCA_TIME_MIN .. TCA_TIME_MAX? The second behind the year 9999 is not: a certificate that
 * ends with it has no end (RFC 5280, 4.1.2.5). */
static inline bool tcai_time_expressible(tca_unix time) {
    return time >= TCA_TIME_MIN && time <= TCA_TIME_MAX;
}

/* False outside TCA_TIME_MIN .. TCA_TIME_MAX. */
bool tcai_civil_from_unix(tca_unix time, tcai_civil *civil);

/* The number that `count` digits spell; -1 when one is none. */
static inline int32_t tcai_digits(const uint8_t *text, size_t count) {
    int32_t number = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

/* ---- structs that cross the API ---- */

/*
 * Copy a caller's struct into the library's own, zero-filled copy. `known` is the library's size,
 * `first` the size the struct had when it was published, `needed` where the members end without
 * which the call makes no sense. A longer struct is fine as long as its unknown rest is zero.
 */
tca_result tcai_import(void *to, size_t known, size_t first, size_t needed, const void *from,
                       const char *name, tca_error *error);

/* Where `member` ends in `type`: what `first` and `needed` are made of. */
#define TCAI_END_OF(type, member) (offsetof(type, member) + sizeof(((type *)0)->member))

/*
 * Fill a caller's struct from the library's own, no further than its struct_size; `first` is the
 * size it had when it was published. With `from` NULL everything but struct_size is zeroed.
 */
tca_result tcai_export(void *to, size_t first, const void *from, size_t known);

#endif

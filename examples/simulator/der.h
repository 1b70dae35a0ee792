/* SPDX-License-Identifier: MIT */
/* A growing DER buffer, written front to back. mbedTLS's writer goes back to front and only ever
 * writes what is right; the test vectors also need what is wrong. */
#ifndef SIMULATOR_DER_H
#define SIMULATOR_DER_H

#include <stddef.h>
#include <stdint.h>

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_UTF8_STRING = 0x0C,
    DER_PRINTABLE_STRING = 0x13,
    DER_TELETEX_STRING = 0x14,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_BMP_STRING = 0x1E,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31
};

/* Constructed context tag [n]. */
#define DER_CONTEXT(n) ((uint8_t)(0xA0u | (unsigned)(n)))

/* Borrowed bytes. */
typedef struct der_view {
    const uint8_t *data;
    size_t length;
} der_view;

/* Start from {0}; a failed allocation is remembered in `failed` and makes the rest do nothing. */
typedef struct der {
    uint8_t *data;
    size_t length;
    size_t capacity;
    int failed;
} der;

void der_free(der *d);
der_view der_seen(const der *d);

void der_raw(der *d, const void *data, size_t length);
void der_copy(der *d, der_view view);
void der_value(der *d, uint8_t tag, const void *data, size_t length);
void der_text(der *d, uint8_t tag, const char *text);

/* Begin an element whose content follows; der_close() puts its length in place. */
size_t der_open(der *d, uint8_t tag);
void der_close(der *d, size_t opened);

/* The object identifier in dotted form. */
void der_oid(der *d, const char *dotted);
/* A non-negative INTEGER from big-endian bytes, with the leading zero byte where the sign asks. */
void der_unsigned(der *d, const uint8_t *bytes, size_t length);
/* UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5). */
void der_time(der *d, int64_t seconds);

#endif

/* SPDX-License-Identifier: MIT */
/* A bounded reader of DER (X.690): every length and tag of the library's parsing passes here. */
#ifndef TCAI_DER_H
#define TCAI_DER_H

#include "base/base.h"

#define TCAI_DER_BOOLEAN 0x01
#define TCAI_DER_INTEGER 0x02
#define TCAI_DER_BIT_STRING 0x03
#define TCAI_DER_OCTET_STRING 0x04
#define TCAI_DER_NULL 0x05
#define TCAI_DER_OID 0x06
#define TCAI_DER_UTF8_STRING 0x0C
#define TCAI_DER_NUMERIC_STRING 0x12
#define TCAI_DER_PRINTABLE_STRING 0x13
#define TCAI_DER_TELETEX_STRING 0x14
#define TCAI_DER_IA5_STRING 0x16
#define TCAI_DER_UTC_TIME 0x17
#define TCAI_DER_GENERALIZED_TIME 0x18
#define TCAI_DER_UNIVERSAL_STRING 0x1C
#define TCAI_DER_BMP_STRING 0x1E
#define TCAI_DER_SEQUENCE 0x30
#define TCAI_DER_SET 0x31
#define TCAI_DER_CONTEXT(number) (0x80 + (number))
#define TCAI_DER_CONTEXT_CONSTRUCTED(number) (0xA0 + (number))

typedef struct tcai_der {
    const uint8_t *at;
    const uint8_t *end;
    const char *fault; /* why the last read failed */
} tcai_der;

static inline tcai_der tcai_der_open(tcai_span span) {
    return (tcai_der){span.data, span.data + span.length, NULL};
}

static inline bool tcai_der_at_end(const tcai_der *reader) {
    return reader->at == reader->end;
}

/* The next element's tag without moving; -1 at the end. */
static inline int tcai_der_peek(const tcai_der *reader) {
    return tcai_der_at_end(reader) ? -1 : *reader->at;
}

static inline bool tcai_der_broken(tcai_der *reader, const char *fault) {
    reader->fault = fault;
    return false;
}

/* A length of more than one octet. */
bool tcai_der_long_length(tcai_der *reader, uint8_t first, size_t *length);

/* The elements are read inline: a certificate is some sixty of them, and nearly all are short. */

/* Any element: its tag, its content, and the whole of it with tag and length. */
static inline bool tcai_der_element(tcai_der *reader, uint8_t *tag, tcai_span *content,
                                    tcai_span *whole) {
    const uint8_t *start = reader->at;
    if (reader->end - start < 2) {
        return tcai_der_broken(reader, start == reader->end ? "missing" : "ends within a length");
    }
    *tag = start[0];
    if ((*tag & 0x1Fu) == 0x1Fu) {
        return tcai_der_broken(reader, "tag of more than one octet");
    }
    size_t length = start[1];
    reader->at = start + 2;
    if (length >= 0x80 && !tcai_der_long_length(reader, start[1], &length)) {
        return false;
    }
    if (length > (size_t)(reader->end - reader->at)) {
        return tcai_der_broken(reader, "longer than what holds it");
    }
    *content = (tcai_span){reader->at, length};
    reader->at += length;
    *whole = (tcai_span){start, (size_t)(reader->at - start)};
    return true;
}

/* An element that must have this tag. */
static inline bool tcai_der_read(tcai_der *reader, uint8_t tag, tcai_span *content) {
    if (tcai_der_at_end(reader)) {
        return tcai_der_broken(reader, "missing");
    }
    if (*reader->at != tag) {
        return tcai_der_broken(reader, "unexpected tag");
    }
    uint8_t same;
    tcai_span whole;
    return tcai_der_element(reader, &same, content, &whole);
}

/* The same, opened for reading. */
static inline bool tcai_der_enter(tcai_der *reader, uint8_t tag, tcai_der *inside) {
    tcai_span content;
    if (!tcai_der_read(reader, tag, &content)) {
        return false;
    }
    *inside = tcai_der_open(content);
    return true;
}

/* An OBJECT IDENTIFIER of whole numbers in their shortest form (X.690, 8.19). */
static inline bool tcai_der_oid(tcai_der *reader, tcai_span *oid) {
    if (!tcai_der_read(reader, TCAI_DER_OID, oid)) {
        return false;
    }
    uint8_t previous = 0;
    for (size_t i = 0; i < oid->length; i++) {
        if (oid->data[i] == 0x80 && previous < 0x80) {
            return tcai_der_broken(reader, "object identifier not in its shortest form");
        }
        previous = oid->data[i];
    }
    if (oid->length == 0 || previous >= 0x80) {
        return tcai_der_broken(reader, "object identifier that does not end");
    }
    return true;
}

/* Nothing may follow. */
static inline bool tcai_der_finish(tcai_der *reader) {
    return tcai_der_at_end(reader) ||
           tcai_der_broken(reader, "something follows where it should end");
}

/* An INTEGER in its shortest form. */
bool tcai_der_integer(tcai_der *reader, tcai_span *content);

/* A non-negative INTEGER of at most 31 bits. */
bool tcai_der_small_integer(tcai_der *reader, uint32_t *number);

/* A BOOLEAN, whose only encodings are 00 and FF. */
bool tcai_der_boolean(tcai_der *reader, bool *value);

/* A BIT STRING of whole octets, at least one. */
bool tcai_der_bit_string(tcai_der *reader, tcai_span *octets);

#endif

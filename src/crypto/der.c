/* SPDX-License-Identifier: MIT */
#include "crypto/der.h"

static bool broken(tcai_der *reader, const char *fault) {
    reader->fault = fault;
    return false;
}

static size_t left(const tcai_der *reader) {
    return (size_t)(reader->end - reader->at);
}

/* Definite, in the fewest octets (X.690, 10.1). */
static bool read_length(tcai_der *reader, size_t *length) {
    if (left(reader) == 0) {
        return broken(reader, "ends within a length");
    }
    uint8_t first = *reader->at++;
    if (first < 0x80) {
        *length = first;
        return true;
    }
    if (first == 0x80) {
        return broken(reader, "indefinite length, which DER forbids");
    }
    size_t octets = first & 0x7Fu;
    if (octets > 4) {
        return broken(reader, "length of more than 4 octets");
    }
    if (left(reader) < octets) {
        return broken(reader, "ends within a length");
    }
    uint32_t value = 0;
    for (size_t i = 0; i < octets; i++) {
        value = value << 8 | *reader->at++;
    }
    if (value < 0x80 || value >> (8 * (octets - 1)) == 0) {
        return broken(reader, "length not in its shortest form");
    }
    *length = value;
    return true;
}

bool tcai_der_element(tcai_der *reader, uint8_t *tag, tcai_span *content, tcai_span *whole) {
    const uint8_t *start = reader->at;
    if (left(reader) == 0) {
        return broken(reader, "missing");
    }
    *tag = *reader->at++;
    if ((*tag & 0x1Fu) == 0x1Fu) {
        return broken(reader, "tag of more than one octet");
    }
    size_t length;
    if (!read_length(reader, &length)) {
        return false;
    }
    if (length > left(reader)) {
        return broken(reader, "longer than what holds it");
    }
    *content = (tcai_span){reader->at, length};
    reader->at += length;
    *whole = (tcai_span){start, (size_t)(reader->at - start)};
    return true;
}

bool tcai_der_read(tcai_der *reader, uint8_t tag, tcai_span *content) {
    if (tcai_der_at_end(reader)) {
        return broken(reader, "missing");
    }
    if (*reader->at != tag) {
        return broken(reader, "unexpected tag");
    }
    uint8_t same;
    tcai_span whole;
    return tcai_der_element(reader, &same, content, &whole);
}

bool tcai_der_enter(tcai_der *reader, uint8_t tag, tcai_der *inside) {
    tcai_span content;
    if (!tcai_der_read(reader, tag, &content)) {
        return false;
    }
    *inside = tcai_der_open(content);
    return true;
}

bool tcai_der_finish(tcai_der *reader) {
    return tcai_der_at_end(reader) || broken(reader, "something follows where it should end");
}

bool tcai_der_integer(tcai_der *reader, tcai_span *content) {
    if (!tcai_der_read(reader, TCAI_DER_INTEGER, content)) {
        return false;
    }
    if (content->length == 0) {
        return broken(reader, "integer without content");
    }
    if (content->length > 1) {
        bool positive_padding = content->data[0] == 0x00 && content->data[1] < 0x80;
        bool negative_padding = content->data[0] == 0xFF && content->data[1] >= 0x80;
        if (positive_padding || negative_padding) {
            return broken(reader, "integer not in its shortest form");
        }
    }
    return true;
}

bool tcai_der_small_integer(tcai_der *reader, uint32_t *number) {
    tcai_span content;
    if (!tcai_der_integer(reader, &content)) {
        return false;
    }
    if (content.data[0] >= 0x80) {
        return broken(reader, "negative number");
    }
    if (content.length > 4) {
        return broken(reader, "number too large");
    }
    *number = 0;
    for (size_t i = 0; i < content.length; i++) {
        *number = *number << 8 | content.data[i];
    }
    return true;
}

bool tcai_der_boolean(tcai_der *reader, bool *value) {
    tcai_span content;
    if (!tcai_der_read(reader, TCAI_DER_BOOLEAN, &content)) {
        return false;
    }
    if (content.length != 1 || (content.data[0] != 0x00 && content.data[0] != 0xFF)) {
        return broken(reader, "boolean that is neither 00 nor FF");
    }
    *value = content.data[0] == 0xFF;
    return true;
}

bool tcai_der_oid(tcai_der *reader, tcai_span *oid) {
    if (!tcai_der_read(reader, TCAI_DER_OID, oid)) {
        return false;
    }
    if (oid->length == 0 || oid->data[oid->length - 1] >= 0x80) {
        return broken(reader, "object identifier that does not end");
    }
    return true;
}

bool tcai_der_bit_string(tcai_der *reader, tcai_span *octets) {
    tcai_span content;
    if (!tcai_der_read(reader, TCAI_DER_BIT_STRING, &content)) {
        return false;
    }
    if (content.length < 2 || content.data[0] != 0) {
        return broken(reader, "bit string empty or not of whole octets");
    }
    *octets = (tcai_span){content.data + 1, content.length - 1};
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "crypto/der.h"

/* Definite, in the fewest octets (X.690, 10.1). */
bool tcai_der_long_length(tcai_der *reader, uint8_t first, size_t *length) {
    size_t octets = first & 0x7Fu;
    if (octets == 0) {
        return tcai_der_broken(reader, "indefinite length, which DER forbids");
    }
    if (octets > 4) {
        return tcai_der_broken(reader, "length of more than 4 octets");
    }
    if ((size_t)(reader->end - reader->at) < octets) {
        return tcai_der_broken(reader, "ends within a length");
    }
    uint32_t value = *reader->at++;
    bool padded = value == 0;
    for (size_t i = 1; i < octets; i++) {
        value = value << 8 | *reader->at++;
    }
    if (value < 0x80 || padded) {
        return tcai_der_broken(reader, "length not in its shortest form");
    }
    *length = value;
    return true;
}

bool tcai_der_integer(tcai_der *reader, tcai_span *content) {
    if (!tcai_der_read(reader, TCAI_DER_INTEGER, content)) {
        return false;
    }
    if (content->length == 0) {
        return tcai_der_broken(reader, "integer without content");
    }
    if (content->length > 1) {
        bool positive_padding = content->data[0] == 0x00 && content->data[1] < 0x80;
        bool negative_padding = content->data[0] == 0xFF && content->data[1] >= 0x80;
        if (positive_padding || negative_padding) {
            return tcai_der_broken(reader, "integer not in its shortest form");
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
        return tcai_der_broken(reader, "negative number");
    }
    if (content.length > 4) {
        return tcai_der_broken(reader, "number too large");
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
        return tcai_der_broken(reader, "boolean that is neither 00 nor FF");
    }
    *value = content.data[0] == 0xFF;
    return true;
}

bool tcai_der_bit_string(tcai_der *reader, tcai_span *octets) {
    tcai_span content;
    if (!tcai_der_read(reader, TCAI_DER_BIT_STRING, &content)) {
        return false;
    }
    if (content.length < 2 || content.data[0] != 0) {
        return tcai_der_broken(reader, "bit string empty or not of whole octets");
    }
    *octets = (tcai_span){content.data + 1, content.length - 1};
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "der.h"

#include "utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void der_free(der *d) {
    free(d->data);
    memset(d, 0, sizeof *d);
}

der_view der_seen(const der *d) {
    const der_view view = {d->data, d->length};
    return view;
}

static int reserve(der *d, size_t more) {
    if (d->failed) {
        return -1;
    }
    if (more <= d->capacity - d->length) {
        return 0;
    }
    size_t capacity = d->capacity != 0 ? d->capacity : 256;
    while (capacity - d->length < more) {
        if (capacity > SIZE_MAX / 2) {
            d->failed = 1;
            return -1;
        }
        capacity *= 2;
    }
    uint8_t *const data = realloc(d->data, capacity);
    if (data == NULL) {
        d->failed = 1;
        return -1;
    }
    d->data = data;
    d->capacity = capacity;
    return 0;
}

void der_raw(der *d, const void *data, size_t length) {
    if (length == 0 || reserve(d, length) != 0) {
        return;
    }
    memcpy(d->data + d->length, data, length);
    d->length += length;
}

void der_copy(der *d, der_view view) {
    der_raw(d, view.data, view.length);
}

size_t der_open(der *d, uint8_t tag) {
    der_raw(d, &tag, 1);
    return d->length;
}

void der_close(der *d, size_t opened) {
    if (d->failed) {
        return;
    }
    const size_t content = d->length - opened;
    uint8_t header[1 + sizeof content];
    size_t size = 0;
    if (content < 0x80) {
        header[size++] = (uint8_t)content;
    } else {
        size_t octets = 1;
        while (octets < sizeof content && content >> (8 * octets) != 0) {
            octets++;
        }
        header[size++] = (uint8_t)(0x80u | octets);
        while (octets-- > 0) {
            header[size++] = (uint8_t)(content >> (8 * octets));
        }
    }
    if (reserve(d, size) != 0) {
        return;
    }
    memmove(d->data + opened + size, d->data + opened, content);
    memcpy(d->data + opened, header, size);
    d->length += size;
}

void der_value(der *d, uint8_t tag, const void *data, size_t length) {
    const size_t opened = der_open(d, tag);
    der_raw(d, data, length);
    der_close(d, opened);
}

void der_text(der *d, uint8_t tag, const char *text) {
    der_value(d, tag, text, strlen(text));
}

static void base128(der *d, uint64_t arc) {
    uint8_t octets[10];
    size_t count = 0;
    do {
        octets[count++] = (uint8_t)(arc & 0x7F);
        arc >>= 7;
    } while (arc != 0);
    while (count-- > 0) {
        const uint8_t octet = (uint8_t)(octets[count] | (count != 0 ? 0x80 : 0));
        der_raw(d, &octet, 1);
    }
}

void der_oid(der *d, const char *dotted) {
    char *rest;
    const uint64_t first = strtoull(dotted, &rest, 10);
    const uint64_t second = strtoull(rest + 1, &rest, 10);
    const size_t opened = der_open(d, DER_OID);
    base128(d, first * 40 + second);
    while (*rest == '.') {
        base128(d, strtoull(rest + 1, &rest, 10));
    }
    der_close(d, opened);
}

void der_unsigned(der *d, const uint8_t *bytes, size_t length) {
    static const uint8_t zero = 0;
    while (length > 1 && bytes[0] == 0) {
        bytes++;
        length--;
    }
    const size_t opened = der_open(d, DER_INTEGER);
    if (length == 0 || (bytes[0] & 0x80) != 0) {
        der_raw(d, &zero, 1);
    }
    der_raw(d, bytes, length);
    der_close(d, opened);
}

void der_time(der *d, int64_t seconds) {
    const utc_fields f = utc_split(seconds);
    const int generalized = f.year < 1950 || f.year > 2049;
    char text[16];
    snprintf(text, sizeof text, "%04u%02u%02u%02u%02u%02uZ", (unsigned)f.year % 10000u,
             (unsigned)f.month % 100u, (unsigned)f.day % 100u, (unsigned)f.hour % 100u,
             (unsigned)f.minute % 100u, (unsigned)f.second % 100u);
    der_text(d, generalized ? DER_GENERALIZED_TIME : DER_UTC_TIME, generalized ? text : text + 2);
}

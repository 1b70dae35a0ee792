/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"

/* One base-128 number; false when it is cut off, padded, or wider than 32 bits. */
static bool next_arc(tcai_span oid, size_t *at, uint32_t *arc) {
    *arc = 0;
    if (*at == oid.length || oid.data[*at] == 0x80) {
        return false;
    }
    while (*at < oid.length) {
        uint8_t octet = oid.data[(*at)++];
        if (*arc > UINT32_MAX >> 7) {
            return false;
        }
        *arc = *arc << 7 | (octet & 0x7Fu);
        if (octet < 0x80) {
            return true;
        }
    }
    return false;
}

bool tcai_oid_text(tcai_span oid, char text[TCAI_OID_TEXT_SIZE]) {
    size_t at = 0;
    uint32_t arc;
    if (!next_arc(oid, &at, &arc)) {
        return false;
    }
    uint32_t root = arc < 40 ? 0 : arc < 80 ? 1 : 2;
    size_t length = (size_t)snprintf(text, TCAI_OID_TEXT_SIZE, "%u.%u", (unsigned)root,
                                     (unsigned)(arc - root * 40));
    while (at < oid.length) {
        if (!next_arc(oid, &at, &arc)) {
            return false;
        }
        size_t room = TCAI_OID_TEXT_SIZE - length;
        int added = snprintf(text + length, room, ".%u", (unsigned)arc);
        if (added < 0 || (size_t)added >= room) {
            return false;
        }
        length += (size_t)added;
    }
    return true;
}

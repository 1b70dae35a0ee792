/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "inventory/builder.h"

/* FNV-1a. The numbers are a service's own; a flood of equal hashes is bounded by max_entries. */
static uint64_t hash(tcai_span key) {
    uint64_t value = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < key.length; i++) {
        value = (value ^ key.data[i]) * UINT64_C(0x100000001B3);
    }
    return value ^ value >> 32;
}

/* Both digests are made by now, so asking cannot fail. */
static void keys_of(const tca_entry *entry, tcai_span keys[2]) {
    (void)tcai_entry_identity(entry, &keys[0], &keys[1]);
    keys[1] = tcai_without_leading_zeros(keys[1]);
}

/* A serial number names a certificate only as long as no thumbprint tells two apart. */
static bool same(const tca_entry *one, const tca_entry *other) {
    tcai_span a[2], b[2];
    keys_of(one, a);
    keys_of(other, b);
    if (a[0].length > 0 && b[0].length > 0) {
        return tcai_span_equal(a[0], b[0]);
    }
    return a[1].length > 0 && tcai_span_equal(a[1], b[1]);
}

static void enter(tcai_entry_index *index, tcai_span key, uint32_t number) {
    if (key.length == 0) {
        return;
    }
    size_t slot = (size_t)hash(key) & (index->capacity - 1);
    while (index->slots[slot] != 0) {
        if (index->slots[slot] == number + 1) {
            return;
        }
        slot = (slot + 1) & (index->capacity - 1);
    }
    index->slots[slot] = number + 1;
}

void tcai_entry_index_insert(tcai_entry_index *index, const tcai_entries *entries,
                             uint32_t number) {
    tcai_span keys[2];
    keys_of(&entries->items[number], keys);
    enter(index, keys[0], number);
    enter(index, keys[1], number);
}

bool tcai_entry_index_reserve(tcai_entry_index *index, const tcai_entries *entries, size_t count) {
    size_t wanted = 64;
    while (wanted / 8 < count) {
        if (wanted > SIZE_MAX / 2 / sizeof(uint32_t)) {
            return false;
        }
        wanted *= 2;
    }
    if (wanted <= index->capacity) {
        return true;
    }
    uint32_t *slots = calloc(wanted, sizeof(*slots));
    if (slots == NULL) {
        return false;
    }
    free(index->slots);
    *index = (tcai_entry_index){slots, wanted};
    for (size_t i = 0; i < entries->count; i++) {
        tcai_entry_index_insert(index, entries, (uint32_t)i);
    }
    return true;
}

static uint32_t find_by(const tcai_entry_index *index, const tcai_entries *entries,
                        const tca_entry *entry, tcai_span key) {
    if (key.length == 0 || index->capacity == 0) {
        return TCA_NO_INDEX;
    }
    size_t slot = (size_t)hash(key) & (index->capacity - 1);
    for (; index->slots[slot] != 0; slot = (slot + 1) & (index->capacity - 1)) {
        uint32_t number = index->slots[slot] - 1;
        if (same(&entries->items[number], entry)) {
            return number;
        }
    }
    return TCA_NO_INDEX;
}

uint32_t tcai_entry_index_find(const tcai_entry_index *index, const tcai_entries *entries,
                               const tca_entry *entry) {
    tcai_span keys[2];
    keys_of(entry, keys);
    uint32_t number = find_by(index, entries, entry, keys[0]);
    return number != TCA_NO_INDEX ? number : find_by(index, entries, entry, keys[1]);
}

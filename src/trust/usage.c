/* SPDX-License-Identifier: MIT */
/* Evidence of use: counters by CA certificate, each in shards of their own cache lines, found
 * without a lock. */
#include <stdlib.h>

#include "trust/usage.h"

#define DEFAULT_CERTIFICATES 1000u
#define CERTIFICATES_MAX 10000000u

/* A place of the table: the upper bits of the thumbprint's hash, and the number of the entry + 1.
 */
#define NUMBER_BITS 24
#define NUMBER_MASK ((UINT64_C(1) << NUMBER_BITS) - 1)

static const tcai_secret no_secret;

tca_result tca_usage_new(const tca_usage_options *options, tca_usage **out, tca_error *error) {
    const size_t whole = TCAI_END_OF(tca_usage_options, reserved);
    tca_usage_options known = {0};
    tcai_error_clear(error);
    if (out == NULL) {
        return tcai_fail_null(error, "out");
    }
    *out = NULL;
    tca_result result = options == NULL ? TCA_OK
                                        : tcai_import(&known, sizeof(known), whole, whole, options,
                                                      "tca_usage_options", error);
    if (result != TCA_OK) {
        return result;
    }
    if (known.flags != 0 || known.reserved != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_usage_options: unknown flags");
    }
    if (known.max_certificates > CERTIFICATES_MAX) {
        return tcai_fail(error, TCA_E_LIMIT, "tca_usage_options: more than %u certificates",
                         CERTIFICATES_MAX);
    }
    uint32_t most = known.max_certificates != 0 ? known.max_certificates : DEFAULT_CERTIFICATES;
    size_t capacity = tcai_power_of_two((size_t)most * 2);
    tca_usage *usage = calloc(1, sizeof(*usage));
    if (usage != NULL) {
        usage->capacity = most;
        usage->mask = (uint32_t)(capacity - 1);
        usage->table = calloc(capacity, sizeof(*usage->table));
        usage->entries = calloc(most, sizeof(*usage->entries));
    }
    if (usage == NULL || usage->table == NULL || usage->entries == NULL) {
        tca_usage_unref(usage);
        return tcai_fail_memory(error);
    }
    *out = usage;
    return TCA_OK;
}

void tca_usage_unref(tca_usage *usage) {
    if (usage != NULL) {
        free(usage->table);
        free(usage->entries);
        free(usage);
    }
}

/* ---- finding the counters ---- */

static bool is_of(const tcai_usage_entry *entry, const tcai_anchor *anchor) {
    return memcmp(entry->thumbprint, anchor->thumbprint, sizeof(entry->thumbprint)) == 0;
}

/* An entry that nobody has, its number + 1; 0 when there is none left. */
static uint32_t take_entry(tca_usage *usage) {
    uint32_t spare = atomic_exchange_explicit(&usage->spare, 0, memory_order_acq_rel);
    if (spare != 0) {
        return spare;
    }
    uint32_t taken = atomic_load_explicit(&usage->taken, memory_order_relaxed);
    while (taken < usage->capacity) {
        if (atomic_compare_exchange_weak_explicit(&usage->taken, &taken, taken + 1,
                                                  memory_order_relaxed, memory_order_relaxed)) {
            return taken + 1;
        }
    }
    return 0;
}

static tcai_usage_entry *entry_at(tca_usage *usage, uint64_t place) {
    return &usage->entries[(place & NUMBER_MASK) - 1];
}

/* Fill an entry, then show it at a free place of the table. Of two threads that do so for one CA
 * the second takes the first's, and leaves its own as a spare. */
static tcai_usage_entry *enter(tca_usage *usage, const tcai_anchor *anchor, uint64_t tag,
                               uint32_t at) {
    uint32_t number = take_entry(usage);
    if (number == 0) {
        return NULL;
    }
    tcai_usage_entry *mine = &usage->entries[number - 1];
    memcpy(mine->thumbprint, anchor->thumbprint, sizeof(mine->thumbprint));
    for (;; at = (at + 1) & usage->mask) {
        uint64_t place = 0;
        if (atomic_compare_exchange_strong_explicit(&usage->table[at], &place, tag | number,
                                                    memory_order_acq_rel, memory_order_acquire)) {
            return mine;
        }
        if ((place & ~NUMBER_MASK) == tag && is_of(entry_at(usage, place), anchor)) {
            atomic_store_explicit(&usage->spare, number, memory_order_release);
            return entry_at(usage, place);
        }
    }
}

static tcai_usage_entry *find_or_enter(tca_usage *usage, const tcai_anchor *anchor) {
    tcai_span thumbprint = {(const uint8_t *)anchor->thumbprint, sizeof(anchor->thumbprint) - 1};
    uint64_t hash = tcai_siphash(&no_secret, thumbprint);
    uint64_t tag = hash & ~NUMBER_MASK;
    uint32_t at = (uint32_t)hash & usage->mask;
    for (;; at = (at + 1) & usage->mask) {
        uint64_t place = atomic_load_explicit(&usage->table[at], memory_order_acquire);
        if (place == 0) {
            return enter(usage, anchor, tag, at);
        }
        if ((place & ~NUMBER_MASK) == tag && is_of(entry_at(usage, place), anchor)) {
            return entry_at(usage, place);
        }
    }
}

/* ---- counting ---- */

static void add(_Atomic uint64_t *counter) {
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

void tcai_usage_count(tca_usage *usage, const tcai_anchor *anchor, tca_unix now, bool first_time) {
    tcai_usage_entry *entry = find_or_enter(usage, anchor);
    if (entry == NULL) {
        add(&usage->missed);
        return;
    }
    tcai_usage_shard *shard = &entry->shards[tcai_shard(TCAI_USAGE_SHARDS)];
    add(&shard->accepted);
    if (first_time) {
        add(&shard->first_time);
    }
    tca_unix last = atomic_load_explicit(&shard->last_accepted, memory_order_relaxed);
    while (now > last &&
           !atomic_compare_exchange_weak_explicit(&shard->last_accepted, &last, now,
                                                  memory_order_relaxed, memory_order_relaxed)) {
    }
}

uint32_t tcai_usage_entry_at(const tca_usage *usage, uint32_t place) {
    uint64_t shown = atomic_load_explicit(&usage->table[place], memory_order_acquire);
    return shown == 0 ? TCA_NO_INDEX : (uint32_t)(shown & NUMBER_MASK) - 1;
}

/* SPDX-License-Identifier: MIT */
/* The counters, for those who count and those who read. */
#ifndef TCAI_USAGE_H
#define TCAI_USAGE_H

#include "trust/trust.h"

#define TCAI_USAGE_SHARDS 16u

typedef struct tcai_usage_shard {
    _Atomic uint64_t accepted;
    _Atomic uint64_t first_time;
    _Atomic tca_unix last_accepted;
    uint8_t padding[TCAI_CACHE_LINE - 3 * sizeof(uint64_t)];
} tcai_usage_shard;

typedef struct tcai_usage_entry {
    tcai_usage_shard shards[TCAI_USAGE_SHARDS];
    char thumbprint[2 * TCAI_SHA1_SIZE + 1]; /* written before the table shows the entry */
} tcai_usage_entry;

struct tca_usage {
    _Atomic uint64_t *table; /* open addressing: see usage.c; 0: free, and once taken for good */
    tcai_usage_entry *entries;
    _Atomic uint64_t missed;
    _Atomic uint32_t taken;
    _Atomic uint32_t spare; /* number + 1 of an entry taken in vain; 0: none */
    uint32_t capacity;
    uint32_t mask; /* the table has twice as many places as there are entries */
};

/* The number of the entry that a place of the table shows; TCA_NO_INDEX for none. */
uint32_t tcai_usage_entry_at(const tca_usage *usage, uint32_t place);

#endif

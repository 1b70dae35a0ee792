/* SPDX-License-Identifier: MIT */
/* Devices found trusted. Each lies in one of two buckets that the hash of its certificate names;
 * the whole certificate is compared, so no digest is needed.
 *
 * Nobody waits. A slot is written between two steps of its sequence number, odd meanwhile: who
 * reads another number behind than before has read nothing, who finds it odd leaves it alone. All
 * words of a slot are atomic; an acquiring load, respectively a releasing store, of each keeps them
 * between the two steps. */
#include <stdlib.h>

#include "trust/trust.h"

#define DEFAULT_ENTRIES 10000u
#define ENTRIES_MAX 100000000u
#define DEFAULT_CERTIFICATE_BYTES 1024u
#define CERTIFICATE_BYTES_MAX 65535u

#define WAYS 8u /* of a bucket: their hashes fill one cache line */
#define SHARDS 16u

/* The words of a slot; the certificate follows. */
enum {
    SEQUENCE,
    CONTENT,
    VALID_FROM = CONTENT + TCA_TRUST_CONTENT_SIZE / 8,
    VALID_UNTIL,
    SHAPE, /* length of the certificate, place and length of the device id in it */
    ANCHOR,
    HEADER_WORDS
};

typedef _Atomic uint64_t cache_word;

typedef struct cache_shard {
    _Atomic uint64_t hits, misses, kept, replaced;
    uint8_t padding[2 * TCAI_CACHE_LINE - 4 * sizeof(uint64_t)];
} cache_shard;

struct tca_verdict_cache {
    tcai_secret secret;
    uint32_t buckets;
    uint32_t max_certificate_bytes;
    size_t slot_words;
    cache_word *hashes; /* of each slot, by bucket; 0: free */
    cache_word *slots;
    cache_shard shards[SHARDS];
};

/* ---- life ---- */

static tca_result import_options(const tca_cache_options *options, tca_cache_options *known,
                                 tcai_secret *secret, tca_error *error) {
    const size_t whole = TCAI_END_OF(tca_cache_options, secret_length);
    *known = (tca_cache_options){0};
    tca_result result = options == NULL ? TCA_OK
                                        : tcai_import(known, sizeof(*known), whole, whole, options,
                                                      "tca_cache_options", error);
    if (result == TCA_OK && known->flags != 0) {
        result = tcai_fail(error, TCA_E_UNSUPPORTED, "tca_cache_options: unknown flags");
    }
    if (result == TCA_OK && (known->max_entries > ENTRIES_MAX ||
                             known->max_certificate_bytes > CERTIFICATE_BYTES_MAX)) {
        result = tcai_fail(error, TCA_E_LIMIT,
                           "tca_cache_options: more than %u entries, or %u bytes each", ENTRIES_MAX,
                           CERTIFICATE_BYTES_MAX);
    }
    if (known->max_entries == 0) {
        known->max_entries = DEFAULT_ENTRIES;
    }
    if (known->max_certificate_bytes == 0) {
        known->max_certificate_bytes = DEFAULT_CERTIFICATE_BYTES;
    }
    return result == TCA_OK ? tcai_secret_import(known->secret, known->secret_length, secret, error)
                            : result;
}

tca_result tca_verdict_cache_new(const tca_cache_options *options, tca_verdict_cache **out,
                                 tca_error *error) {
    tca_cache_options known;
    tcai_secret secret;
    tcai_error_clear(error);
    if (out == NULL) {
        return tcai_fail_null(error, "out");
    }
    *out = NULL;
    tca_result result = import_options(options, &known, &secret, error);
    if (result != TCA_OK) {
        return result;
    }
    tca_verdict_cache *cache = calloc(1, sizeof(*cache));
    if (cache == NULL) {
        return tcai_fail_memory(error);
    }
    /* A quarter more than asked for: then two buckets to choose from are hardly ever both full. */
    cache->buckets = (known.max_entries + known.max_entries / 4) / WAYS + 1;
    cache->secret = secret;
    cache->max_certificate_bytes = known.max_certificate_bytes;
    cache->slot_words = HEADER_WORDS + ((size_t)known.max_certificate_bytes + 7) / 8;
    size_t slots = (size_t)cache->buckets * WAYS;
    cache->hashes = calloc(slots, sizeof(cache_word));
    cache->slots = calloc(slots, cache->slot_words * sizeof(cache_word));
    if (cache->hashes == NULL || cache->slots == NULL) {
        tca_verdict_cache_unref(cache);
        return tcai_fail_memory(error);
    }
    *out = cache;
    return TCA_OK;
}

void tca_verdict_cache_unref(tca_verdict_cache *cache) {
    if (cache != NULL) {
        free((void *)cache->hashes);
        free((void *)cache->slots);
        free(cache);
    }
}

/* ---- where a certificate may lie ---- */

typedef struct cache_place {
    uint64_t hash;
    size_t ways[2 * WAYS]; /* the slots of both buckets */
} cache_place;

static size_t bucket_of(const tca_verdict_cache *cache, uint32_t part) {
    return (size_t)((uint64_t)part * cache->buckets >> 32) * WAYS;
}

static cache_place place_of(const tca_verdict_cache *cache, tcai_span certificate) {
    cache_place place = {.hash = tcai_siphash(&cache->secret, certificate)};
    size_t one = bucket_of(cache, (uint32_t)place.hash);
    size_t other = bucket_of(cache, (uint32_t)(place.hash >> 32));
    for (size_t i = 0; i < WAYS; i++) {
        place.ways[i] = one + i;
        place.ways[WAYS + i] = other + i;
    }
    place.hash += place.hash == 0;
    return place;
}

static uint64_t hash_at(const tca_verdict_cache *cache, size_t slot) {
    return atomic_load_explicit(&cache->hashes[slot], memory_order_acquire);
}

static cache_word *slot_at(const tca_verdict_cache *cache, size_t slot) {
    return cache->slots + slot * cache->slot_words;
}

/* Eight bytes, or the rest of them, as the word they are kept as. */
static uint64_t word_at(tcai_span bytes, size_t at) {
    uint64_t word = 0;
    size_t rest = bytes.length - at;
    if (rest >= sizeof(word)) {
        memcpy(&word, bytes.data + at, sizeof(word));
    } else {
        memcpy(&word, bytes.data + at, rest);
    }
    return word;
}

/* ---- reading ---- */

static uint64_t read_word(const cache_word *slot, size_t word) {
    return atomic_load_explicit(&slot[word], memory_order_acquire);
}

static bool holds(const cache_word *slot, size_t from, tcai_span bytes) {
    for (size_t at = 0; at < bytes.length; at += 8) {
        if (read_word(slot, from + at / 8) != word_at(bytes, at)) {
            return false;
        }
    }
    return true;
}

typedef struct cache_entry {
    tca_unix valid_from;
    tca_unix valid_until;
    uint64_t shape;
    uint64_t anchor;
} cache_entry;

/* The shape holds 16 bits of each. */
static uint64_t shape_of(tcai_span certificate, tcai_span device_id) {
    return (uint64_t)certificate.length | (uint64_t)(device_id.data - certificate.data) << 16 |
           (uint64_t)device_id.length << 32;
}

static bool read_slot(const cache_word *slot, const tcai_question *question, cache_entry *entry) {
    uint64_t sequence = read_word(slot, SEQUENCE);
    *entry = (cache_entry){
        .valid_from = (tca_unix)read_word(slot, VALID_FROM),
        .valid_until = (tca_unix)read_word(slot, VALID_UNTIL),
        .shape = read_word(slot, SHAPE),
        .anchor = read_word(slot, ANCHOR),
    };
    tcai_span content = {question->set->content, sizeof(question->set->content)};
    return (sequence & 1u) == 0 && (entry->shape & 0xFFFFu) == question->certificate.length &&
           holds(slot, CONTENT, content) && holds(slot, HEADER_WORDS, question->certificate) &&
           atomic_load_explicit(&slot[SEQUENCE], memory_order_relaxed) == sequence;
}

/* The certificates and the trust are the same: are the time and the tenant? */
static bool still_holds(const cache_entry *entry, const tcai_question *question) {
    const tca_trust_set *set = question->set;
    const char *tenant = set->tenants[set->anchors[entry->anchor].tenant];
    return question->now >= entry->valid_from && question->now <= entry->valid_until &&
           (question->tenant == NULL || memcmp(tenant, question->tenant, TCAI_GUID_LENGTH) == 0);
}

static void count(_Atomic uint64_t *counter) {
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static cache_shard *shard_of(tca_verdict_cache *cache) {
    return &cache->shards[tcai_shard(SHARDS)];
}

static bool is_keepable(const tca_verdict_cache *cache, const tcai_question *question) {
    return question->certificate.length <= cache->max_certificate_bytes &&
           question->certificate.length <= question->set->max_certificate_bytes;
}

static bool find(const tca_verdict_cache *cache, const tcai_question *question,
                 cache_entry *entry) {
    cache_place place = place_of(cache, question->certificate);
    for (size_t i = 0; i < 2 * WAYS; i++) {
        if (hash_at(cache, place.ways[i]) == place.hash &&
            read_slot(slot_at(cache, place.ways[i]), question, entry) &&
            still_holds(entry, question)) {
            return true;
        }
    }
    return false;
}

bool tcai_verdict_cache_find(tca_verdict_cache *cache, const tcai_question *question,
                             tcai_finding *finding) {
    cache_entry entry;
    if (!is_keepable(cache, question) || !find(cache, question, &entry)) {
        count(&shard_of(cache)->misses);
        return false;
    }
    count(&shard_of(cache)->hits);
    *finding = (tcai_finding){
        .refusal = TCA_REFUSED_NOT,
        .anchor = &question->set->anchors[entry.anchor],
        .device_id = {question->certificate.data + (entry.shape >> 16 & 0xFFFFu),
                      (size_t)(entry.shape >> 32)},
        .valid_from = entry.valid_from,
        .valid_until = entry.valid_until,
        .from_cache = true,
    };
    return true;
}

/* ---- writing ---- */

static void write_word(cache_word *slot, size_t word, uint64_t value) {
    atomic_store_explicit(&slot[word], value, memory_order_release);
}

static void write_bytes(cache_word *slot, size_t from, tcai_span bytes) {
    for (size_t at = 0; at < bytes.length; at += 8) {
        write_word(slot, from + at / 8, word_at(bytes, at));
    }
}

static bool write_slot(cache_word *slot, const tcai_question *question,
                       const tcai_finding *finding) {
    uint64_t sequence = atomic_load_explicit(&slot[SEQUENCE], memory_order_relaxed);
    if ((sequence & 1u) != 0 ||
        !atomic_compare_exchange_strong_explicit(&slot[SEQUENCE], &sequence, sequence + 1,
                                                 memory_order_acq_rel, memory_order_relaxed)) {
        return false;
    }
    const tca_trust_set *set = question->set;
    write_bytes(slot, CONTENT, (tcai_span){set->content, sizeof(set->content)});
    write_word(slot, VALID_FROM, (uint64_t)finding->valid_from);
    write_word(slot, VALID_UNTIL, (uint64_t)finding->valid_until);
    write_word(slot, SHAPE, shape_of(question->certificate, finding->device_id));
    write_word(slot, ANCHOR, (uint64_t)(finding->anchor - set->anchors));
    write_bytes(slot, HEADER_WORDS, question->certificate);
    write_word(slot, SEQUENCE, sequence + 2);
    return true;
}

typedef struct bucket_view {
    uint32_t room; /* how many slots are free */
    size_t free;   /* one of them */
    size_t same;   /* where it is already, under another content */
    bool has_same;
} bucket_view;

static bucket_view view_bucket(const tca_verdict_cache *cache, const size_t ways[WAYS],
                               uint64_t hash) {
    bucket_view view = {0};
    for (size_t i = 0; i < WAYS; i++) {
        uint64_t there = hash_at(cache, ways[i]);
        if (there == 0) {
            view.room++;
            view.free = ways[i];
        } else if (there == hash) {
            view.has_same = true;
            view.same = ways[i];
        }
    }
    return view;
}

/* Where it is already, else a free slot of the emptier bucket, else one by turns. */
static size_t choose(const tca_verdict_cache *cache, const cache_place *place, uint64_t turn,
                     bool *replaces) {
    bucket_view one = view_bucket(cache, place->ways, place->hash);
    bucket_view other = view_bucket(cache, place->ways + WAYS, place->hash);
    *replaces = !one.has_same && !other.has_same && one.room + other.room == 0;
    return one.has_same             ? one.same
           : other.has_same         ? other.same
           : *replaces              ? place->ways[turn % (2 * WAYS)]
           : one.room >= other.room ? one.free
                                    : other.free;
}

void tcai_verdict_cache_keep(tca_verdict_cache *cache, const tcai_question *question,
                             const tcai_finding *finding) {
    if (!is_keepable(cache, question)) {
        return;
    }
    cache_shard *shard = shard_of(cache);
    uint64_t turn = atomic_load_explicit(&shard->kept, memory_order_relaxed);
    cache_place place = place_of(cache, question->certificate);
    bool replaces;
    size_t slot = choose(cache, &place, turn, &replaces);
    if (write_slot(slot_at(cache, slot), question, finding)) {
        atomic_store_explicit(&cache->hashes[slot], place.hash, memory_order_release);
        count(&shard->kept);
        if (replaces) {
            count(&shard->replaced);
        }
    }
}

/* ---- what it was good for ---- */

tca_result tca_verdict_cache_get_statistics(const tca_verdict_cache *cache,
                                            tca_cache_statistics *statistics) {
    size_t first = TCAI_END_OF(tca_cache_statistics, replaced);
    tca_cache_statistics known = {0};
    if (statistics == NULL) {
        return TCA_E_ARGUMENT;
    }
    for (uint32_t i = 0; cache != NULL && i < SHARDS; i++) {
        const cache_shard *shard = &cache->shards[i];
        known.hits += atomic_load_explicit(&shard->hits, memory_order_relaxed);
        known.misses += atomic_load_explicit(&shard->misses, memory_order_relaxed);
        known.kept += atomic_load_explicit(&shard->kept, memory_order_relaxed);
        known.replaced += atomic_load_explicit(&shard->replaced, memory_order_relaxed);
    }
    tca_result result = tcai_export(statistics, first, &known, sizeof(known));
    return cache == NULL ? TCA_E_ARGUMENT : result;
}

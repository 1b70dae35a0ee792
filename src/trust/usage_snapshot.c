/* SPDX-License-Identifier: MIT */
/* What was counted, read at one moment. */
#include <stdlib.h>

#include "trust/usage.h"

typedef struct usage_line {
    uint64_t accepted;
    uint64_t first_time;
    tca_unix last_accepted;
    char thumbprint[2 * TCAI_SHA1_SIZE + 1];
} usage_line;

struct tca_usage_snapshot {
    uint64_t missed;
    uint32_t count;
    usage_line lines[];
};

static uint64_t read_counter(const _Atomic uint64_t *counter) {
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static usage_line read_entry(const tcai_usage_entry *entry) {
    usage_line line = {.last_accepted = TCA_TIME_MIN};
    memcpy(line.thumbprint, entry->thumbprint, sizeof(line.thumbprint));
    for (uint32_t i = 0; i < TCAI_USAGE_SHARDS; i++) {
        const tcai_usage_shard *shard = &entry->shards[i];
        uint64_t accepted = read_counter(&shard->accepted);
        tca_unix last = atomic_load_explicit(&shard->last_accepted, memory_order_relaxed);
        line.accepted += accepted;
        line.first_time += read_counter(&shard->first_time);
        if (accepted > 0 && last > line.last_accepted) {
            line.last_accepted = last;
        }
    }
    return line;
}

static int by_thumbprint(const void *one, const void *other) {
    return memcmp(((const usage_line *)one)->thumbprint, ((const usage_line *)other)->thumbprint,
                  2 * TCAI_SHA1_SIZE);
}

tca_result tca_usage_read(const tca_usage *usage, tca_usage_snapshot **out, tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (usage == NULL || out == NULL) {
        return tcai_fail_null(error, usage == NULL ? "usage" : "out");
    }
    /* Those that come up while this reads are left for the next time. */
    uint32_t most = atomic_load_explicit(&usage->taken, memory_order_relaxed);
    tca_usage_snapshot *snapshot =
        malloc(sizeof(*snapshot) + ((size_t)most + 1) * sizeof(snapshot->lines[0]));
    if (snapshot == NULL) {
        return tcai_fail_memory(error);
    }
    snapshot->missed = read_counter(&usage->missed);
    snapshot->count = 0;
    for (uint32_t place = 0; place <= usage->mask && snapshot->count < most; place++) {
        uint32_t number = tcai_usage_entry_at(usage, place);
        if (number != TCA_NO_INDEX) {
            snapshot->lines[snapshot->count++] = read_entry(&usage->entries[number]);
        }
    }
    if (snapshot->count > 0) {
        qsort(snapshot->lines, snapshot->count, sizeof(snapshot->lines[0]), by_thumbprint);
    }
    *out = snapshot;
    return TCA_OK;
}

void tca_usage_snapshot_unref(tca_usage_snapshot *snapshot) {
    free(snapshot);
}

uint32_t tca_usage_snapshot_count(const tca_usage_snapshot *snapshot) {
    return snapshot == NULL ? 0 : snapshot->count;
}

static tca_result hand_out(const usage_line *line, tca_usage_record *record) {
    const size_t first = TCAI_END_OF(tca_usage_record, thumbprint_length);
    tca_usage_record known = {0};
    if (line != NULL) {
        known.accepted = line->accepted;
        known.first_time = line->first_time;
        known.last_accepted = line->last_accepted;
        known.thumbprint = line->thumbprint;
        known.thumbprint_length = 2 * TCAI_SHA1_SIZE;
    }
    tca_result result = tcai_export(record, first, &known, sizeof(known));
    return result == TCA_OK && line == NULL ? TCA_E_NOT_FOUND : result;
}

tca_result tca_usage_snapshot_get(const tca_usage_snapshot *snapshot, uint32_t index,
                                  tca_usage_record *record) {
    if (record == NULL) {
        return TCA_E_ARGUMENT;
    }
    bool there = snapshot != NULL && index < snapshot->count;
    tca_result result = hand_out(there ? &snapshot->lines[index] : NULL, record);
    return snapshot == NULL ? TCA_E_ARGUMENT : result;
}

static const usage_line *find(const tca_usage_snapshot *snapshot, const char *thumbprint) {
    uint32_t from = 0, to = snapshot->count;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const usage_line *line = &snapshot->lines[middle];
        int order = memcmp(thumbprint, line->thumbprint, 2 * TCAI_SHA1_SIZE);
        if (order == 0) {
            return line;
        }
        if (order < 0) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    return NULL;
}

tca_result tca_usage_snapshot_find(const tca_usage_snapshot *snapshot, const char *thumbprint,
                                   size_t length, tca_usage_record *record) {
    if (record == NULL) {
        return TCA_E_ARGUMENT;
    }
    bool complete = snapshot != NULL && thumbprint != NULL;
    bool whole = complete && length == 2 * TCAI_SHA1_SIZE;
    tca_result result = hand_out(whole ? find(snapshot, thumbprint) : NULL, record);
    return complete ? result : TCA_E_ARGUMENT;
}

tca_result tca_usage_snapshot_missed(const tca_usage_snapshot *snapshot, uint64_t *out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = snapshot == NULL ? 0 : snapshot->missed;
    return snapshot == NULL ? TCA_E_ARGUMENT : TCA_OK;
}

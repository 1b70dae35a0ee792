/* SPDX-License-Identifier: MIT */
/* The finished set: its life, its summary, and the keys of its anchors. */
#include <stdlib.h>

#include "trust/trust.h"

void tca_trust_set_ref(const tca_trust_set *set, tca_trust_set **out) {
    if (out == NULL) {
        return;
    }
    *out = (tca_trust_set *)set;
    if (set != NULL) {
        tcai_reference(&(*out)->references);
    }
}

static void release_keys(const tca_trust_set *set) {
    for (uint32_t i = 0; i < set->anchor_count; i++) {
        void *key = atomic_load_explicit(&set->anchors[i].key, memory_order_acquire);
        if (key != NULL) {
            set->verifier->table.release(set->verifier->table.user, key);
        }
    }
}

void tca_trust_set_unref(tca_trust_set *set) {
    if (set == NULL || !tcai_dereference(&set->references)) {
        return;
    }
    release_keys(set);
    tcai_verifier_unref(set->verifier);
    free(set->tenants);
    free(set->anchors);
    free(set->groups);
    free(set->index);
    free(set->bytes);
    free(set);
}

tca_result tcai_anchor_key(const tca_trust_set *set, tcai_anchor *anchor, void **key,
                           tca_error *error) {
    *key = atomic_load_explicit(&anchor->key, memory_order_acquire);
    if (*key != NULL) {
        return TCA_OK;
    }
    void *made;
    tca_result result = tcai_verifier_key(set->verifier, anchor->public_key, &made, error);
    if (result != TCA_OK) {
        return result;
    }
    if (atomic_compare_exchange_strong_explicit(&anchor->key, key, made, memory_order_acq_rel,
                                                memory_order_acquire)) {
        *key = made;
    } else {
        set->verifier->table.release(set->verifier->table.user, made);
    }
    return TCA_OK;
}

static uint32_t count_trusted(const tca_trust_set *set) {
    uint32_t trusted = 0;
    for (uint32_t i = 0; i < set->anchor_count; i++) {
        const tcai_anchor *anchor = &set->anchors[i];
        trusted += anchor->status != TCA_STATUS_REVOKED && anchor->may_sign &&
                   anchor->kind != TCAI_KIND_NONE && tcai_anchor_within_dates(anchor, set->now);
    }
    return trusted;
}

tca_result tca_trust_set_get_summary(const tca_trust_set *set, tca_trust_summary *summary) {
    size_t first = TCAI_END_OF(tca_trust_summary, content_length);
    if (summary == NULL) {
        return TCA_E_ARGUMENT;
    }
    if (set == NULL) {
        (void)tcai_export(summary, first, NULL, sizeof(*summary));
        return TCA_E_ARGUMENT;
    }
    tca_trust_summary known = {
        .tenants = set->tenant_count,
        .generation = set->generation,
        .now = set->now,
        .anchors = set->anchor_count,
        .trusted = count_trusted(set),
        .content = set->content,
        .content_length = sizeof(set->content),
    };
    return tcai_export(summary, first, &known, sizeof(known));
}

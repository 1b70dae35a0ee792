/* SPDX-License-Identifier: MIT */
/* From an issuer's name to the anchors that have it: open addressing over groups of one name. */
#include <stdlib.h>

#include "trust/trust.h"

static uint64_t hash_of(const tca_trust_set *set, tcai_span name) {
    return tcai_siphash(&set->secret, name);
}

static tca_result find_groups(tca_trust_set *set, tca_error *error) {
    for (uint32_t i = 0; i < set->anchor_count; i++) {
        tcai_name_group *last = &set->groups[set->group_count == 0 ? 0 : set->group_count - 1];
        if (set->group_count > 0 &&
            tcai_span_equal(set->anchors[last->first].subject, set->anchors[i].subject)) {
            last->count++;
        } else {
            last = &set->groups[set->group_count++];
            last->first = i;
            last->count = 1;
            atomic_init(&last->last_good, 0);
        }
        if (last->count > TCAI_SAME_NAME_MAX) {
            return tcai_fail(error, TCA_E_LIMIT,
                             "tenant %s: more than %d CA certificates of one name",
                             set->tenants[set->anchors[i].tenant], TCAI_SAME_NAME_MAX);
        }
    }
    return TCA_OK;
}

tca_result tcai_name_index_build(tca_trust_set *set, tca_error *error) {
    set->groups = calloc((size_t)set->anchor_count + 1, sizeof(*set->groups));
    if (set->groups == NULL) {
        return tcai_fail_memory(error);
    }
    tca_result result = find_groups(set, error);
    if (result != TCA_OK) {
        return result;
    }
    size_t capacity = tcai_power_of_two((size_t)set->group_count * 2 + 1);
    set->index = calloc(capacity, sizeof(*set->index));
    if (set->index == NULL) {
        return tcai_fail_memory(error);
    }
    set->index_mask = (uint32_t)(capacity - 1);
    for (uint32_t i = 0; i < set->group_count; i++) {
        tcai_name_group *group = &set->groups[i];
        uint64_t hash = hash_of(set, set->anchors[group->first].subject);
        uint32_t at = (uint32_t)hash & set->index_mask;
        while (set->index[at] != 0) {
            at = (at + 1) & set->index_mask;
        }
        set->index[at] = i + 1;
        group->tag = (uint32_t)(hash >> 32);
    }
    return TCA_OK;
}

tcai_name_group *tcai_name_index_find(const tca_trust_set *set, tcai_span name) {
    uint64_t hash = hash_of(set, name);
    uint32_t tag = (uint32_t)(hash >> 32);
    for (uint32_t at = (uint32_t)hash & set->index_mask; set->index[at] != 0;
         at = (at + 1) & set->index_mask) {
        tcai_name_group *group = &set->groups[set->index[at] - 1];
        if (group->tag == tag && tcai_span_equal(set->anchors[group->first].subject, name)) {
            return group;
        }
    }
    return NULL;
}

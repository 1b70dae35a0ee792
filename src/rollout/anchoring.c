/* SPDX-License-Identifier: MIT */
/* What a place of anchors is to hold: written from a rollover in which what must not be there
 * counts as revoked. */
#include <stdlib.h>

#include "rollout/rollout.h"

static bool is_held(const tca_plan *plan, uint32_t certificate, uint32_t target) {
    const tca_registration_list *list = plan->targets[target].registrations;
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (tca_certificate_equal(list->items[i].certificate,
                                  tcai_plan_entry(plan, certificate)->certificate) == 1) {
            return true;
        }
    }
    return false;
}

/* A body of nobody knows whose tenant may be another's: then what is held vouches for nothing. */
bool tcai_plan_doubts(const tca_plan *plan, uint32_t certificate, uint32_t target) {
    bool vouched =
        plan->vouched[certificate] || (plan->tenant_known && is_held(plan, certificate, target));
    return tcai_plan_contradicts(plan, certificate) && !vouched;
}

static tca_result compute_without(const tca_plan *plan, const bool *excluded, tca_rollover **out,
                                  tca_error *error) {
    tca_policy policy = plan->rollover->policy;
    tca_inventory *without = NULL;
    tca_result result =
        tcai_inventory_with_revoked(plan->rollover->inventory, excluded, &without, error);
    if (result == TCA_OK) {
        policy.struct_size = sizeof(policy);
        result = tca_rollover_compute(without, plan->summary.now, &policy, out, error);
    }
    tca_inventory_unref(without);
    return result;
}

tca_result tcai_plan_find_anchoring(tca_plan *plan, uint32_t target, tca_error *error) {
    tcai_planned_target *planned = &plan->targets[target];
    uint32_t count = plan->rollover->inventory->count;
    bool *excluded = calloc((size_t)count + 1, sizeof(*excluded));
    bool any = false;
    if (excluded == NULL) {
        return tcai_fail_memory(error);
    }
    for (uint32_t i = 0; i < count; i++) {
        excluded[i] = plan->dropped[i] || tcai_plan_doubts(plan, i, target);
        any = any || excluded[i];
    }
    tca_result result = TCA_OK;
    tca_rollover_unref(planned->anchoring);
    planned->anchoring = NULL;
    if (any) {
        result = compute_without(plan, excluded, &planned->anchoring, error);
    } else {
        tca_rollover_ref(plan->rollover, &planned->anchoring);
    }
    free(excluded);
    return result;
}

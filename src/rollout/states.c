/* SPDX-License-Identifier: MIT */
/* How far each certificate has come at each target. */
#include <string.h>

#include "rollout/rollout.h"

const char *tcai_plan_thumbprint(const tca_plan *plan, uint32_t certificate) {
    const char *text = NULL;
    size_t length;
    tca_result result = tca_entry_thumbprint(tcai_plan_entry(plan, certificate), &text, &length);
    return result == TCA_OK ? text : "";
}

bool tcai_plan_wanted(const tca_plan *plan, uint32_t certificate) {
    return tcai_plan_counts(plan, certificate) &&
           tcai_plan_status(plan, certificate)->status != TCA_STATUS_REVOKED &&
           !plan->dropped[certificate] &&
           !tcai_entry_is_over(tcai_plan_entry(plan, certificate), plan->summary.now);
}

bool tcai_plan_comes_back(const tca_plan *plan, uint32_t certificate) {
    return plan->dropped[certificate] &&
           tcai_plan_status(plan, certificate)->phase == TCA_PHASE_NEW;
}

/* By thumbprint: of an entry without a body there is nothing else, and it only names. */
uint32_t tcai_plan_registration(const tca_plan *plan, uint32_t certificate, uint32_t target) {
    const char *thumbprint = tcai_plan_thumbprint(plan, certificate);
    return tcai_registrations_by_thumbprint(
        plan->targets[target].registrations,
        (tcai_span){(const uint8_t *)thumbprint, strlen(thumbprint)});
}

/* ---- states ---- */

static uint32_t reason_of(const tca_plan *plan, uint32_t certificate) {
    const tca_entry_state *status = tcai_plan_status(plan, certificate);
    if (plan->dropped[certificate]) {
        return TCA_REASON_BY_WORD;
    }
    switch (status->status) {
    case TCA_STATUS_ACTIVE:
        return TCA_REASON_IS_ACTIVE;
    case TCA_STATUS_REVOKED:
        return TCA_REASON_REVOKED;
    default:
        return status->phase == TCA_PHASE_NEW       ? TCA_REASON_BECOMES_ACTIVE
               : status->phase == TCA_PHASE_EXPIRED ? TCA_REASON_EXPIRED
                                                    : TCA_REASON_STILL_VALID;
    }
}

static uint32_t flags_when_held(const tcai_planned_target *planned, uint32_t index) {
    const tcai_registration *item = &planned->registrations->items[index];
    bool powerless = tca_target_kind(planned->target) == TCA_TARGET_ANCHORS &&
                     !tcai_anchor_lets_in(planned->target, item);
    return powerless ? item->flags & ~TCA_REGISTRATION_TRUSTED : item->flags;
}

static uint32_t state_when_held(const tca_plan *plan, uint32_t certificate, uint32_t flags) {
    return !tcai_plan_wanted(plan, certificate)       ? TCA_TARGET_STATE_REMOVABLE
           : (flags & TCA_REGISTRATION_TRUSTED) != 0  ? TCA_TARGET_STATE_TRUSTED
           : (flags & TCA_REGISTRATION_VERIFIED) != 0 ? TCA_TARGET_STATE_VERIFIED
                                                      : TCA_TARGET_STATE_UPLOADED;
}

static uint32_t state_when_not_held(const tca_plan *plan, uint32_t certificate, bool was_there) {
    return was_there && !tcai_plan_wanted(plan, certificate) ? TCA_TARGET_STATE_REMOVED
                                                             : TCA_TARGET_STATE_ABSENT;
}

static bool is_held(uint32_t state) {
    return state >= TCA_TARGET_STATE_UPLOADED && state <= TCA_TARGET_STATE_REMOVED;
}

/* The state before, where a run remembers one, says whether it was there once. */
static void find_state(const tca_plan *plan, uint32_t certificate, uint32_t target) {
    tcai_target_state *state = tcai_plan_state_of(plan, certificate, target);
    const tcai_planned_target *planned = &plan->targets[target];
    uint32_t before = state->state;
    state->reason = reason_of(plan, certificate);
    if (planned->registrations == NULL) {
        state->state = TCA_TARGET_STATE_UNKNOWN;
        state->reason = TCA_REASON_UNREADABLE;
        return;
    }
    uint32_t index = tcai_plan_registration(plan, certificate, target);
    if (index != TCA_NO_INDEX) {
        state->state = state_when_held(plan, certificate, flags_when_held(planned, index));
    } else {
        state->state = state_when_not_held(plan, certificate, is_held(before));
    }
    if (tcai_target_is_through_dps(planned->target) && state->state != TCA_TARGET_STATE_REMOVABLE &&
        state->state != TCA_TARGET_STATE_REMOVED) {
        state->state = TCA_TARGET_STATE_NOT_NEEDED;
        state->reason = TCA_REASON_THROUGH_DPS;
    }
    state->since = state->state == before && state->since != 0 ? state->since : plan->summary.now;
}

/* ---- anchors ---- */

static bool holds_shared_ca(const tca_registration_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        if ((list->items[i].flags & TCA_REGISTRATION_SHARED_CA) != 0) {
            return true;
        }
    }
    return false;
}

/* Devices renew their certificates within a day of the activation. */
static bool is_mixed_day(const tca_plan *plan) {
    return plan->rollover->summary.stage == TCA_STAGE_SWITCHED &&
           plan->summary.now < plan->active_since + TCAI_DAY;
}

static bool is_first_of_tenant(const tca_plan *plan, uint32_t certificate, uint32_t target,
                               uint32_t order) {
    uint32_t own = tcai_plan_registration(plan, certificate, target);
    for (uint32_t i = 0; own != TCA_NO_INDEX && i < plan->rollover->inventory->count; i++) {
        uint32_t other = i == certificate || !tcai_plan_counts(plan, i)
                             ? TCA_NO_INDEX
                             : tcai_plan_registration(plan, i, target);
        bool before = order == TCA_ORDER_ACTIVE_FIRST ? other < own : other > own;
        if (other != TCA_NO_INDEX && before) {
            return false;
        }
    }
    return own != TCA_NO_INDEX;
}

tca_result tcai_plan_find_target(tca_plan *plan, uint32_t target, tca_error *error) {
    tcai_planned_target *planned = &plan->targets[target];
    uint32_t active = plan->rollover->summary.active;
    uint32_t order = tcai_target_order(planned->target);
    planned->flags = planned->registrations != NULL ? TCA_PLAN_TARGET_READ : 0;
    if (planned->registrations == NULL || tca_target_kind(planned->target) != TCA_TARGET_ANCHORS) {
        return TCA_OK;
    }
    bool current = false;
    tca_result result = tcai_plan_find_anchoring(plan, target, error);
    if (result == TCA_OK) {
        result = tcai_anchors_current(planned->target, planned->registrations, planned->anchoring,
                                      &current, error);
    }
    if (result != TCA_OK && result != TCA_E_LAST_ANCHOR && result != TCA_E_NOT_FOUND) {
        return result;
    }
    if (!current) {
        planned->flags |= TCA_PLAN_TARGET_BEHIND;
    }
    if (active != TCA_NO_INDEX && order != TCA_ORDER_ANY &&
        !is_first_of_tenant(plan, active, target, order)) {
        planned->flags |= TCA_PLAN_TARGET_WRONG_FIRST;
    }
    if (holds_shared_ca(planned->registrations)) {
        planned->flags |= TCA_PLAN_TARGET_SHARED_CA;
    }
    if (order != TCA_ORDER_ANY && is_mixed_day(plan)) {
        planned->flags |= TCA_PLAN_TARGET_MIXED_DAY;
    }
    return TCA_OK;
}

void tcai_plan_find_states(tca_plan *plan) {
    for (uint32_t i = 0; i < plan->rollover->inventory->count; i++) {
        for (uint32_t t = 0; t < plan->summary.target_count; t++) {
            if (tcai_plan_counts(plan, i)) {
                find_state(plan, i, t);
            }
        }
    }
}

/* SPDX-License-Identifier: MIT */
/* What there is to do, by when, and why. */
#include <stdlib.h>

#include "rollover/rollover.h"

/* Anomalies that are said, but that nobody has to look into: an expired certificate without its
 * body is the legacy service's habit, and a withheld one is kept. */
#define HARMLESS (TCA_ANOMALY_NO_DATES | TCA_ANOMALY_WITHHELD)

static tca_result add(tca_rollover *rollover, tca_action action) {
    if (!tcai_time_expressible(action.not_before)) {
        return TCA_OK;
    }
    if (!tcai_time_expressible(action.deadline)) {
        action.flags &= ~TCA_ACTION_HAS_DEADLINE;
        action.deadline = 0;
    }
    if (!tcai_grow(&rollover->actions, rollover->summary.action_count, &rollover->action_capacity,
                   sizeof(action))) {
        return TCA_E_NO_MEMORY;
    }
    rollover->actions[rollover->summary.action_count++] = action;
    return TCA_OK;
}

/* At any time. */
static tca_result add_now(tca_rollover *rollover, uint32_t kind, uint32_t certificate,
                          uint32_t reason) {
    return add(rollover, (tca_action){.kind = kind, .certificate = certificate, .reason = reason});
}

static tca_result add_from(tca_rollover *rollover, uint32_t kind, uint32_t certificate,
                           uint32_t reason, tca_unix not_before) {
    return add(rollover, (tca_action){.kind = kind,
                                      .certificate = certificate,
                                      .reason = reason,
                                      .flags = TCA_ACTION_HAS_NOT_BEFORE,
                                      .not_before = not_before});
}

static tca_result add_between(tca_rollover *rollover, uint32_t kind, uint32_t certificate,
                              uint32_t reason, tca_unix not_before, tca_unix deadline) {
    return add(rollover, (tca_action){.kind = kind,
                                      .certificate = certificate,
                                      .reason = reason,
                                      .flags = TCA_ACTION_HAS_NOT_BEFORE | TCA_ACTION_HAS_DEADLINE,
                                      .not_before = not_before,
                                      .deadline = deadline});
}

/* Make it trusted everywhere before the earliest moment at which it can be active. */
static tca_result add_adoption(tca_rollover *rollover, uint32_t certificate, uint32_t reason,
                               const uint32_t *kinds, size_t count) {
    tca_unix issued = tcai_rollover_entry(rollover, certificate)->not_before;
    tca_unix deadline = issued + tcai_days(rollover->policy.activation_earliest_days);
    tca_result result = TCA_OK;
    for (size_t i = 0; result == TCA_OK && i < count; i++) {
        result = add_between(rollover, kinds[i], certificate, reason, issued, deadline);
    }
    return result;
}

static tca_result add_for_new(tca_rollover *rollover, uint32_t index) {
    static const uint32_t kinds[] = {TCA_ACTION_DOWNLOAD, TCA_ACTION_TRUST, TCA_ACTION_REGISTER,
                                     TCA_ACTION_PROVE};
    tca_result result = add_adoption(rollover, index, TCA_REASON_BECOMES_ACTIVE, kinds,
                                     sizeof(kinds) / sizeof(kinds[0]));
    tca_unix latest = tcai_rollover_entry(rollover, index)->not_before +
                      tcai_days(rollover->policy.activation_latest_days);
    if (result == TCA_OK && index == rollover->summary.next && rollover->summary.now >= latest) {
        result =
            add_between(rollover, TCA_ACTION_INVESTIGATE, index, TCA_REASON_ACTIVATION_LATE, latest,
                        tcai_end_of(tcai_rollover_entry(rollover, rollover->summary.active)));
    }
    return result;
}

static tca_result add_for_retired(tca_rollover *rollover, uint32_t index) {
    tca_result result = add_now(rollover, TCA_ACTION_KEEP, index, TCA_REASON_STILL_VALID);
    if (result == TCA_OK) {
        result = add_from(rollover, TCA_ACTION_REMOVE, index, TCA_REASON_EXPIRED,
                          tcai_end_of(tcai_rollover_entry(rollover, index)));
    }
    return result;
}

static tca_result add_for_expired(tca_rollover *rollover, uint32_t index) {
    tca_unix end = tcai_end_of(tcai_rollover_entry(rollover, index));
    bool asked_for = rollover->summary.now < end + tcai_days(rollover->policy.removal_days);
    return asked_for ? add_from(rollover, TCA_ACTION_REMOVE, index, TCA_REASON_EXPIRED, end)
                     : TCA_OK;
}

/* Not over as far as is known; where no end is known, a predicted one says until when. */
static tca_result add_for_undated(tca_rollover *rollover, uint32_t index) {
    bool ends = (tcai_rollover_entry(rollover, index)->flags & TCA_ENTRY_HAS_NOT_AFTER) != 0;
    bool alive = rollover->called_active != TCA_NO_INDEX &&
                 (ends || rollover->summary.now < tcai_predicted_end(rollover));
    return alive ? add_now(rollover, TCA_ACTION_KEEP, index, TCA_REASON_STILL_VALID) : TCA_OK;
}

static tca_result add_for_revoked(tca_rollover *rollover, uint32_t index) {
    const tca_entry *entry = tcai_rollover_entry(rollover, index);
    bool over = tcai_entry_is_over(entry, rollover->summary.now);
    return over ? TCA_OK : add_now(rollover, TCA_ACTION_REMOVE, index, TCA_REASON_REVOKED);
}

static tca_result add_for_active(tca_rollover *rollover, uint32_t index) {
    static const uint32_t kinds[] = {TCA_ACTION_TRUST, TCA_ACTION_REGISTER};
    if (rollover->summary.stage == TCA_STAGE_SWITCHED) {
        return add_adoption(rollover, index, TCA_REASON_IS_ACTIVE, kinds,
                            sizeof(kinds) / sizeof(kinds[0]));
    }
    if (rollover->summary.stage == TCA_STAGE_ACT) {
        return add_now(rollover, TCA_ACTION_KEEP, index, TCA_REASON_STILL_VALID);
    }
    return TCA_OK;
}

static tca_result add_for_entry(tca_rollover *rollover, uint32_t index) {
    const tca_entry *entry = tcai_rollover_entry(rollover, index);
    const tca_entry_state *state = &rollover->states[index];
    switch (state->status) {
    case TCA_STATUS_ACTIVE:
        return add_for_active(rollover, index);
    case TCA_STATUS_REVOKED:
        return add_for_revoked(rollover, index);
    case TCA_STATUS_INACTIVE:
        return state->phase == TCA_PHASE_NEW       ? add_for_new(rollover, index)
               : state->phase == TCA_PHASE_RETIRED ? add_for_retired(rollover, index)
               : state->phase == TCA_PHASE_EXPIRED ? add_for_expired(rollover, index)
               : !tcai_entry_has_dates(entry)      ? add_for_undated(rollover, index)
                                                   : TCA_OK;
    default:
        return TCA_OK;
    }
}

/* What concerns the tenant as a whole. */
static tca_result add_for_tenant(tca_rollover *rollover) {
    const tca_rollover_summary *summary = &rollover->summary;
    if (summary->stage == TCA_STAGE_AMBIGUOUS) {
        bool one = rollover->called_active != TCA_NO_INDEX;
        return add_now(rollover, TCA_ACTION_INVESTIGATE, rollover->called_active,
                       one ? TCA_REASON_ACTIVE_NOT_VALID : TCA_REASON_NOT_ONE_ACTIVE);
    }
    if (summary->active == TCA_NO_INDEX) {
        return TCA_OK;
    }
    const tca_entry *active = tcai_rollover_entry(rollover, summary->active);
    tca_unix lead = tcai_lead_date(rollover, active);
    bool missing =
        summary->now >= lead && tcai_rollover_successor(rollover, summary->active) == TCA_NO_INDEX;
    return missing ? add_between(rollover, TCA_ACTION_INVESTIGATE, summary->active,
                                 TCA_REASON_SUCCESSOR_MISSING, lead, tcai_end_of(active))
                   : TCA_OK;
}

/* By deadline, those without one last; then by the day from which it can be done. */
static int by_urgency(const void *one, const void *other) {
    const tca_action *a = one;
    const tca_action *b = other;
    tca_unix a_deadline = (a->flags & TCA_ACTION_HAS_DEADLINE) != 0 ? a->deadline : INT64_MAX;
    tca_unix b_deadline = (b->flags & TCA_ACTION_HAS_DEADLINE) != 0 ? b->deadline : INT64_MAX;
    tca_unix a_start = (a->flags & TCA_ACTION_HAS_NOT_BEFORE) != 0 ? a->not_before : INT64_MIN;
    tca_unix b_start = (b->flags & TCA_ACTION_HAS_NOT_BEFORE) != 0 ? b->not_before : INT64_MIN;
    if (a_deadline != b_deadline) {
        return a_deadline < b_deadline ? -1 : 1;
    }
    if (a_start != b_start) {
        return a_start < b_start ? -1 : 1;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    return a->certificate < b->certificate ? -1 : a->certificate > b->certificate;
}

tca_result tcai_rollover_find_actions(tca_rollover *rollover) {
    tca_result result = add_for_tenant(rollover);
    for (uint32_t i = 0; result == TCA_OK && i < rollover->inventory->count; i++) {
        result = add_for_entry(rollover, i);
        if (result == TCA_OK && (rollover->states[i].anomalies & ~HARMLESS) != 0) {
            result = add_now(rollover, TCA_ACTION_INVESTIGATE, i, TCA_REASON_ANOMALY);
        }
    }
    if (result == TCA_OK && rollover->summary.action_count > 1) {
        qsort(rollover->actions, rollover->summary.action_count, sizeof(tca_action), by_urgency);
    }
    return result;
}

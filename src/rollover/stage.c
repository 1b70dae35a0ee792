/* SPDX-License-Identifier: MIT */
/* The stage of the tenant, and what happens next. */
#include "rollover/rollover.h"

/* ---- stage ---- */

static uint32_t count_tenants_entries(const tca_rollover *rollover) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < rollover->inventory->count; i++) {
        count += tcai_entry_is_tenants(tcai_rollover_entry(rollover, i)) ? 1 : 0;
    }
    return count;
}

/* What is wrong with the active certificate; 0 when it is exactly one and valid. */
static uint32_t find_contradiction(const tca_rollover *rollover) {
    if (rollover->called_active == TCA_NO_INDEX) {
        return (rollover->summary.anomalies & TCA_ANOMALY_SEVERAL_ACTIVE) != 0
                   ? TCA_ANOMALY_SEVERAL_ACTIVE
                   : TCA_ANOMALY_NO_ACTIVE;
    }
    const tca_entry *active = tcai_rollover_entry(rollover, rollover->called_active);
    if (rollover->summary.now > active->not_after) {
        return TCA_ANOMALY_ACTIVE_EXPIRED;
    }
    return rollover->summary.now < active->not_before ? TCA_ANOMALY_ACTIVE_NOT_YET_VALID : 0;
}

static uint32_t first_new(const tca_rollover *rollover) {
    for (uint32_t i = 0; i < rollover->order_count; i++) {
        if (tcai_rollover_is_phase(rollover, rollover->order[i].index, TCA_PHASE_NEW)) {
            return rollover->order[i].index;
        }
    }
    return TCA_NO_INDEX;
}

/* The latest end, observed or predicted, of what came before the active certificate. */
static bool predecessor_end(const tca_rollover *rollover, tca_unix *end) {
    const tca_entry *active = tcai_rollover_entry(rollover, rollover->called_active);
    bool found = false;
    for (uint32_t i = 0; i < rollover->inventory->count; i++) {
        const tca_entry *entry = tcai_rollover_entry(rollover, i);
        if (!tcai_entry_is_tenants(entry) || i == rollover->called_active ||
            rollover->states[i].status != TCA_STATUS_INACTIVE) {
            continue;
        }
        bool starts = (entry->flags & TCA_ENTRY_HAS_NOT_BEFORE) != 0;
        bool ends = (entry->flags & TCA_ENTRY_HAS_NOT_AFTER) != 0;
        tca_unix own = ends ? tcai_end_of(entry) : tcai_predicted_end(rollover);
        bool before = !starts || entry->not_before < active->not_before;
        if (before && (!found || own > *end)) {
            *end = own;
            found = true;
        }
    }
    return found;
}

static bool successor_due(const tca_rollover *rollover) {
    const tca_entry *active = tcai_rollover_entry(rollover, rollover->called_active);
    return rollover->summary.now >= tcai_lead_date(rollover, active) &&
           tcai_rollover_successor(rollover, rollover->called_active) == TCA_NO_INDEX;
}

static uint32_t stage_with_active(const tca_rollover *rollover) {
    tca_unix now = rollover->summary.now;
    tca_unix end = 0;
    bool preceded = predecessor_end(rollover, &end);
    if (rollover->summary.next != TCA_NO_INDEX) {
        return TCA_STAGE_ACT;
    }
    if (preceded && now < end) {
        return TCA_STAGE_SWITCHED;
    }
    if (successor_due(rollover)) {
        return TCA_STAGE_SUCCESSOR_DUE;
    }
    bool removable = preceded && now < end + tcai_days(rollover->policy.removal_days);
    return removable ? TCA_STAGE_REMOVABLE : TCA_STAGE_STEADY;
}

/* ---- next event ---- */

/* Keep the earliest moment that is still ahead. */
static void consider(tca_rollover_summary *summary, uint32_t event, uint32_t certificate,
                     tca_unix at, uint32_t certainty) {
    bool ahead = at > summary->now && tcai_time_expressible(at);
    if (!ahead || (summary->next_event != TCA_EVENT_NONE && at >= summary->next_event_at)) {
        return;
    }
    summary->next_event = event;
    summary->next_event_certificate = certificate;
    summary->next_event_at = at;
    summary->next_event_certainty = certainty;
}

static void consider_dates(tca_rollover *rollover) {
    for (uint32_t i = 0; i < rollover->order_count; i++) {
        uint32_t index = rollover->order[i].index;
        const tca_entry *entry = tcai_rollover_entry(rollover, index);
        if (tcai_rollover_is_revoked(rollover, index)) {
            continue;
        }
        consider(&rollover->summary, TCA_EVENT_START, index, entry->not_before,
                 TCA_CERTAINTY_OBSERVED);
        consider(&rollover->summary, TCA_EVENT_EXPIRY, index, tcai_end_of(entry),
                 TCA_CERTAINTY_OBSERVED);
    }
}

static void consider_predictions(tca_rollover *rollover) {
    tca_rollover_summary *summary = &rollover->summary;
    const tca_entry *active = tcai_rollover_entry(rollover, summary->active);
    if (tcai_rollover_successor(rollover, summary->active) == TCA_NO_INDEX) {
        consider(summary, TCA_EVENT_ISSUE, summary->active, tcai_lead_date(rollover, active),
                 TCA_CERTAINTY_PREDICTED);
    }
    if (summary->next != TCA_NO_INDEX) {
        tca_unix issued = tcai_rollover_entry(rollover, summary->next)->not_before;
        tca_unix expected = issued + tcai_days(rollover->policy.activation_expected_days);
        tca_unix latest = issued + tcai_days(rollover->policy.activation_latest_days);
        consider(summary, TCA_EVENT_ACTIVATION, summary->next,
                 expected > summary->now ? expected : latest, TCA_CERTAINTY_PREDICTED);
    }
}

void tcai_rollover_find_stage(tca_rollover *rollover) {
    tca_rollover_summary *summary = &rollover->summary;
    summary->stage = TCA_STAGE_NONE;
    if (count_tenants_entries(rollover) > 0) {
        uint32_t contradiction = find_contradiction(rollover);
        summary->anomalies |= contradiction;
        if (contradiction != 0) {
            summary->stage = TCA_STAGE_AMBIGUOUS;
        } else {
            summary->active = rollover->called_active;
            summary->next = first_new(rollover);
            summary->stage = stage_with_active(rollover);
            consider_predictions(rollover);
        }
    }
    consider_dates(rollover);
    for (uint32_t i = 0; i < rollover->inventory->count; i++) {
        summary->anomalies |= rollover->states[i].anomalies;
    }
}

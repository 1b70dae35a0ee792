/* SPDX-License-Identifier: MIT */
/* Status and phase of each certificate: the service's word where it spoke, dates otherwise. */
#include "rollover/rollover.h"

static void set(tca_entry_state *state, uint32_t status, uint32_t source) {
    state->status = status;
    state->status_source = source;
}

static void take_word(tca_entry_state *state, const tca_entry *entry) {
    uint32_t word = entry->service_status;
    if (word == TCA_SERVICE_REVOKED) {
        set(state, TCA_STATUS_REVOKED, TCA_SOURCE_SERVICE);
    } else if (word == TCA_SERVICE_ACTIVE && tcai_entry_has_dates(entry)) {
        set(state, TCA_STATUS_ACTIVE, TCA_SOURCE_SERVICE);
    } else {
        set(state, TCA_STATUS_INACTIVE, TCA_SOURCE_SERVICE);
        if (word == TCA_SERVICE_ACTIVE) {
            state->anomalies |= TCA_ANOMALY_ACTIVE_WITHOUT_DATES;
        }
    }
}

/* Each of the tenant's entries by the service's word; true when there was any. */
static bool take_words(tca_rollover *rollover) {
    bool spoken = false;
    for (uint32_t i = 0; i < rollover->inventory->count; i++) {
        const tca_entry *entry = tcai_rollover_entry(rollover, i);
        tca_entry_state *state = &rollover->states[i];
        state->anomalies = entry->anomalies;
        if (!tcai_entry_is_tenants(entry)) {
            continue;
        }
        if ((entry->flags & TCA_ENTRY_LISTED) != 0) {
            take_word(state, entry);
            spoken = true;
        } else {
            set(state, TCA_STATUS_INACTIVE, TCA_SOURCE_PREDICTED);
        }
    }
    return spoken;
}

static bool is_active(const tca_rollover *rollover, uint32_t index) {
    return rollover->states[index].status == TCA_STATUS_ACTIVE;
}

/* A withheld entry's "active" is old news once the service calls another one so. */
static void age_withheld_words(tca_rollover *rollover) {
    bool fresh = false;
    for (uint32_t i = 0; i < rollover->inventory->count; i++) {
        fresh = fresh || (is_active(rollover, i) &&
                          (rollover->states[i].anomalies & TCA_ANOMALY_WITHHELD) == 0);
    }
    for (uint32_t i = 0; fresh && i < rollover->inventory->count; i++) {
        if (is_active(rollover, i) && (rollover->states[i].anomalies & TCA_ANOMALY_WITHHELD) != 0) {
            rollover->states[i].status = TCA_STATUS_INACTIVE;
        }
    }
}

/* Without any word: the newest one that should have been activated and is valid; where none has
 * been, the oldest valid one, since a tenant's first certificate is active from its start. */
static void predict_active(tca_rollover *rollover) {
    tca_unix now = rollover->summary.now;
    tca_unix delay = tcai_days(rollover->policy.activation_expected_days);
    uint32_t oldest = TCA_NO_INDEX, newest = TCA_NO_INDEX;
    for (uint32_t i = 0; i < rollover->order_count; i++) {
        const tca_entry *entry = tcai_rollover_entry(rollover, rollover->order[i].index);
        if (now < entry->not_before || now > entry->not_after) {
            continue;
        }
        if (oldest == TCA_NO_INDEX) {
            oldest = rollover->order[i].index;
        }
        if (entry->not_before + delay <= now) {
            newest = rollover->order[i].index;
        }
    }
    uint32_t active = newest != TCA_NO_INDEX ? newest : oldest;
    if (active != TCA_NO_INDEX) {
        rollover->states[active].status = TCA_STATUS_ACTIVE;
    }
}

static void find_active(tca_rollover *rollover) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < rollover->inventory->count; i++) {
        if (is_active(rollover, i)) {
            rollover->called_active = i;
            count++;
        }
    }
    if (count != 1) {
        rollover->called_active = TCA_NO_INDEX;
    }
    rollover->summary.anomalies |= count > 1 ? TCA_ANOMALY_SEVERAL_ACTIVE : 0u;
}

static uint32_t phase_of(const tca_rollover *rollover, const tca_entry *entry) {
    if (tcai_entry_is_over(entry, rollover->summary.now)) {
        return TCA_PHASE_EXPIRED;
    }
    if (!tcai_entry_has_dates(entry) || rollover->called_active == TCA_NO_INDEX) {
        return TCA_PHASE_NONE;
    }
    tca_unix active = tcai_rollover_entry(rollover, rollover->called_active)->not_before;
    return entry->not_before > active   ? TCA_PHASE_NEW
           : entry->not_before < active ? TCA_PHASE_RETIRED
                                        : TCA_PHASE_NONE;
}

static void find_phase(tca_rollover *rollover, uint32_t index) {
    const tca_entry *entry = tcai_rollover_entry(rollover, index);
    tca_entry_state *state = &rollover->states[index];
    if (state->status == TCA_STATUS_INACTIVE) {
        state->phase = phase_of(rollover, entry);
    }
    bool ends = (entry->flags & TCA_ENTRY_HAS_NOT_AFTER) != 0;
    if (entry->service_status == TCA_SERVICE_EXPIRED && ends && state->phase != TCA_PHASE_EXPIRED) {
        state->anomalies |= TCA_ANOMALY_EXPIRED_TOO_EARLY;
    }
}

void tcai_rollover_find_status(tca_rollover *rollover) {
    if (take_words(rollover)) {
        age_withheld_words(rollover);
    } else {
        predict_active(rollover);
    }
    find_active(rollover);
    for (uint32_t i = 0; i < rollover->inventory->count; i++) {
        find_phase(rollover, i);
    }
}

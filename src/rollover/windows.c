/* SPDX-License-Identifier: MIT */
/* The spans of time around each certificate. */
#include <stdlib.h>

#include "rollover/rollover.h"

/* One that was to be worked out, or would be empty, is left out; one that would end beyond the year
 * 9999 stays open. */
static tca_result add(tca_rollover *rollover, tca_window window) {
    bool closes = window.closes_certainty != TCA_CERTAINTY_NONE;
    if (closes && !tcai_time_expressible(window.closes)) {
        window.closes = 0;
        window.closes_certainty = TCA_CERTAINTY_NONE;
        closes = false;
    }
    if (!tcai_time_expressible(window.opens) || (closes && window.closes <= window.opens)) {
        return TCA_OK;
    }
    if (!tcai_grow(&rollover->windows, rollover->summary.window_count, &rollover->window_capacity,
                   sizeof(window))) {
        return TCA_E_NO_MEMORY;
    }
    rollover->windows[rollover->summary.window_count++] = window;
    return TCA_OK;
}

static tca_result add_observed(tca_rollover *rollover, uint32_t kind, uint32_t certificate,
                               tca_unix opens, tca_unix closes) {
    return add(rollover, (tca_window){.kind = kind,
                                      .certificate = certificate,
                                      .opens = opens,
                                      .closes = closes,
                                      .opens_certainty = TCA_CERTAINTY_OBSERVED,
                                      .closes_certainty = TCA_CERTAINTY_OBSERVED});
}

static tca_result add_successor_due(tca_rollover *rollover) {
    uint32_t active = rollover->summary.active;
    if (active == TCA_NO_INDEX) {
        return TCA_OK;
    }
    const tca_entry *entry = tcai_rollover_entry(rollover, active);
    uint32_t successor = tcai_rollover_successor(rollover, active);
    tca_unix closes = successor == TCA_NO_INDEX
                          ? tcai_end_of(entry)
                          : tcai_rollover_entry(rollover, successor)->not_before;
    return add(rollover, (tca_window){.kind = TCA_WINDOW_SUCCESSOR_DUE,
                                      .certificate = active,
                                      .opens = tcai_lead_date(rollover, entry),
                                      .closes = closes,
                                      .opens_certainty = TCA_CERTAINTY_PREDICTED,
                                      .closes_certainty = TCA_CERTAINTY_OBSERVED});
}

/* A service that says "active" ends the prediction: at the latest, it came true now. */
static void cut(const tca_rollover *rollover, tca_window *window) {
    const tca_entry_state *state = &rollover->states[window->certificate];
    if (state->status == TCA_STATUS_ACTIVE && state->status_source == TCA_SOURCE_SERVICE &&
        rollover->summary.now < window->closes) {
        window->closes = rollover->summary.now;
        window->closes_certainty = TCA_CERTAINTY_OBSERVED;
    }
}

static tca_result add_act_and_activation(tca_rollover *rollover, uint32_t certificate) {
    tca_unix issued = tcai_rollover_entry(rollover, certificate)->not_before;
    tca_unix earliest = issued + tcai_days(rollover->policy.activation_earliest_days);
    tca_unix latest = issued + tcai_days(rollover->policy.activation_latest_days);
    tca_window act = {.kind = TCA_WINDOW_ACT,
                      .certificate = certificate,
                      .opens = issued,
                      .closes = earliest,
                      .opens_certainty = TCA_CERTAINTY_OBSERVED,
                      .closes_certainty = TCA_CERTAINTY_PREDICTED};
    tca_window activation = {.kind = TCA_WINDOW_ACTIVATION,
                             .certificate = certificate,
                             .opens = earliest,
                             .closes = latest,
                             .opens_certainty = TCA_CERTAINTY_PREDICTED,
                             .closes_certainty = TCA_CERTAINTY_PREDICTED};
    cut(rollover, &act);
    cut(rollover, &activation);
    tca_result result = add(rollover, act);
    return result == TCA_OK ? add(rollover, activation) : result;
}

/* The not revoked neighbours in `order`, older and newer. */
static tca_result add_pair(tca_rollover *rollover, uint32_t older, uint32_t newer) {
    const tca_entry *old_entry = tcai_rollover_entry(rollover, older);
    const tca_entry *new_entry = tcai_rollover_entry(rollover, newer);
    tca_result result =
        add_observed(rollover, TCA_WINDOW_OVERLAP, newer, new_entry->not_before,
                     tcai_end_of(old_entry) < tcai_end_of(new_entry) ? tcai_end_of(old_entry)
                                                                     : tcai_end_of(new_entry));
    if (result != TCA_OK) {
        return result;
    }
    return add(rollover, (tca_window){.kind = TCA_WINDOW_REMOVAL,
                                      .certificate = older,
                                      .opens = tcai_end_of(old_entry),
                                      .opens_certainty = TCA_CERTAINTY_OBSERVED,
                                      .closes_certainty = TCA_CERTAINTY_NONE});
}

/* Does a rollover lead, or did one lead, to this certificate? */
static bool succeeds_another(const tca_rollover *rollover, uint32_t index, bool has_older) {
    return tcai_rollover_is_phase(rollover, index, TCA_PHASE_NEW) ||
           (has_older && rollover->states[index].status == TCA_STATUS_ACTIVE);
}

static tca_result add_for_each(tca_rollover *rollover) {
    uint32_t older = TCA_NO_INDEX;
    tca_result result = TCA_OK;
    for (uint32_t i = 0; result == TCA_OK && i < rollover->order_count; i++) {
        uint32_t index = rollover->order[i].index;
        const tca_entry *entry = tcai_rollover_entry(rollover, index);
        result = add_observed(rollover, TCA_WINDOW_VALIDITY, index, entry->not_before,
                              tcai_end_of(entry));
        if (tcai_rollover_is_revoked(rollover, index)) {
            continue;
        }
        if (result == TCA_OK && older != TCA_NO_INDEX) {
            result = add_pair(rollover, older, index);
        }
        if (result == TCA_OK && succeeds_another(rollover, index, older != TCA_NO_INDEX)) {
            result = add_act_and_activation(rollover, index);
        }
        older = index;
    }
    return result;
}

static int by_opening(const void *one, const void *other) {
    const tca_window *a = one;
    const tca_window *b = other;
    if (a->opens != b->opens) {
        return a->opens < b->opens ? -1 : 1;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    return a->certificate < b->certificate ? -1 : a->certificate > b->certificate;
}

tca_result tcai_rollover_find_windows(tca_rollover *rollover) {
    tca_result result = add_for_each(rollover);
    if (result == TCA_OK) {
        result = add_successor_due(rollover);
    }
    if (result == TCA_OK && rollover->summary.window_count > 1) {
        qsort(rollover->windows, rollover->summary.window_count, sizeof(tca_window), by_opening);
    }
    return result;
}

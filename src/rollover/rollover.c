/* SPDX-License-Identifier: MIT */
/* The rollover handle: computed once, then only read. */
#include "rollover/rollover.h"

#include <stdlib.h>

/* ---- computing ---- */

static int by_start(const void *one, const void *other) {
    const tcai_dated *a = one;
    const tcai_dated *b = other;
    if (a->not_before != b->not_before) {
        return a->not_before < b->not_before ? -1 : 1;
    }
    return a->index < b->index ? -1 : a->index > b->index;
}

static void order_by_start(tca_rollover *rollover) {
    for (uint32_t i = 0; i < rollover->inventory->count; i++) {
        const tca_entry *entry = tcai_rollover_entry(rollover, i);
        if (tcai_entry_is_tenants(entry) && tcai_entry_has_dates(entry)) {
            rollover->order[rollover->order_count++] = (tcai_dated){entry->not_before, i};
        }
    }
    qsort(rollover->order, rollover->order_count, sizeof(rollover->order[0]), by_start);
}

static tca_result compute(tca_rollover *rollover) {
    size_t count = rollover->inventory->count;
    rollover->states = calloc(count + 1, sizeof(*rollover->states));
    rollover->order = calloc(count + 1, sizeof(*rollover->order));
    if (rollover->states == NULL || rollover->order == NULL) {
        return TCA_E_NO_MEMORY;
    }
    order_by_start(rollover);
    tcai_rollover_find_status(rollover);
    tcai_rollover_find_stage(rollover);
    tca_result result = tcai_rollover_find_windows(rollover);
    return result == TCA_OK ? tcai_rollover_find_actions(rollover) : result;
}

static tca_rollover *new_rollover(const tca_inventory *inventory, tca_unix now,
                                  const tca_policy *policy) {
    tca_rollover *rollover = calloc(1, sizeof(*rollover));
    if (rollover == NULL) {
        return NULL;
    }
    atomic_init(&rollover->references, 1);
    tca_inventory_ref(inventory, &rollover->inventory);
    rollover->policy = *policy;
    rollover->called_active = TCA_NO_INDEX;
    rollover->summary = (tca_rollover_summary){.now = now,
                                               .active = TCA_NO_INDEX,
                                               .next = TCA_NO_INDEX,
                                               .next_event_certificate = TCA_NO_INDEX};
    return rollover;
}

tca_result tca_rollover_compute(const tca_inventory *inventory, tca_unix now,
                                const tca_policy *policy, tca_rollover **out, tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (inventory == NULL || out == NULL) {
        return tcai_fail_null(error, inventory == NULL ? "inventory" : "out");
    }
    if (!tcai_time_expressible(now)) {
        return tcai_fail(error, TCA_E_RANGE, "now: outside the years 1 to 9999");
    }
    tca_policy known;
    tca_result result = tcai_policy_import(policy, &known, error);
    if (result != TCA_OK) {
        return result;
    }
    tca_rollover *rollover = new_rollover(inventory, now, &known);
    result = rollover == NULL ? TCA_E_NO_MEMORY : compute(rollover);
    if (result != TCA_OK) {
        tca_rollover_unref(rollover);
        return tcai_fail_memory(error);
    }
    *out = rollover;
    return TCA_OK;
}

/* ---- life ---- */

void tca_rollover_ref(const tca_rollover *rollover, tca_rollover **out) {
    if (out == NULL) {
        return;
    }
    *out = (tca_rollover *)rollover;
    if (rollover != NULL) {
        tcai_reference(&(*out)->references);
    }
}

void tca_rollover_unref(tca_rollover *rollover) {
    if (rollover == NULL || !tcai_dereference(&rollover->references)) {
        return;
    }
    free(rollover->states);
    free(rollover->order);
    free(rollover->windows);
    free(rollover->actions);
    tca_inventory_unref(rollover->inventory);
    free(rollover);
}

/* ---- reading ---- */

tca_result tca_rollover_inventory(const tca_rollover *rollover, const tca_inventory **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = rollover == NULL ? NULL : rollover->inventory;
    return rollover == NULL ? TCA_E_ARGUMENT : TCA_OK;
}

/* One element of a list into the caller's struct. */
static tca_result hand_out(void *to, size_t first, const void *list, uint32_t count, uint32_t index,
                           size_t size) {
    const void *from = index < count ? (const uint8_t *)list + index * size : NULL;
    tca_result result = tcai_export(to, first, from, size);
    return result == TCA_OK && from == NULL ? TCA_E_NOT_FOUND : result;
}

tca_result tca_rollover_state(const tca_rollover *rollover, uint32_t index,
                              tca_entry_state *state) {
    if (state == NULL) {
        return TCA_E_ARGUMENT;
    }
    uint32_t count = rollover == NULL ? 0 : rollover->inventory->count;
    tca_result result =
        hand_out(state, TCAI_END_OF(tca_entry_state, reserved),
                 rollover == NULL ? NULL : rollover->states, count, index, sizeof(*state));
    return rollover == NULL ? TCA_E_ARGUMENT : result;
}

tca_result tca_rollover_get_summary(const tca_rollover *rollover, tca_rollover_summary *summary) {
    if (summary == NULL) {
        return TCA_E_ARGUMENT;
    }
    tca_result result = tcai_export(summary, TCAI_END_OF(tca_rollover_summary, anomalies),
                                    rollover == NULL ? NULL : &rollover->summary, sizeof(*summary));
    return rollover == NULL ? TCA_E_ARGUMENT : result;
}

tca_result tca_rollover_window(const tca_rollover *rollover, uint32_t index, tca_window *window) {
    if (window == NULL) {
        return TCA_E_ARGUMENT;
    }
    uint32_t count = rollover == NULL ? 0 : rollover->summary.window_count;
    tca_result result =
        hand_out(window, TCAI_END_OF(tca_window, reserved),
                 rollover == NULL ? NULL : rollover->windows, count, index, sizeof(*window));
    return rollover == NULL ? TCA_E_ARGUMENT : result;
}

tca_result tca_rollover_action(const tca_rollover *rollover, uint32_t index, tca_action *action) {
    if (action == NULL) {
        return TCA_E_ARGUMENT;
    }
    uint32_t count = rollover == NULL ? 0 : rollover->summary.action_count;
    tca_result result =
        hand_out(action, TCAI_END_OF(tca_action, reserved),
                 rollover == NULL ? NULL : rollover->actions, count, index, sizeof(*action));
    return rollover == NULL ? TCA_E_ARGUMENT : result;
}

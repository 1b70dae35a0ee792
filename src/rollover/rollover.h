/* SPDX-License-Identifier: MIT */
/* What the files that work out a rollover share. */
#ifndef TCAI_ROLLOVER_H
#define TCAI_ROLLOVER_H

#include "inventory/inventory.h"

#include "tenantca/rollover.h"

/* An entry in the order of the starts. */
typedef struct tcai_dated {
    tca_unix not_before;
    uint32_t index;
} tcai_dated;

struct tca_rollover {
    _Atomic uint32_t references;
    tca_inventory *inventory;
    tca_policy policy;
    tca_entry_state *states; /* one for each entry of the inventory */
    tcai_dated *order;       /* the tenant's entries that have dates, by start */
    uint32_t order_count;
    uint32_t called_active; /* the only entry that is Active, also when it is not valid */
    tca_rollover_summary summary;
    tca_window *windows;
    size_t window_capacity;
    tca_action *actions;
    size_t action_capacity;
};

/* ---- questions about one entry ---- */

static inline const tca_entry *tcai_rollover_entry(const tca_rollover *rollover, uint32_t index) {
    return &rollover->inventory->entries[index];
}

static inline bool tcai_rollover_is_phase(const tca_rollover *rollover, uint32_t index,
                                          uint32_t phase) {
    return rollover->states[index].phase == phase;
}

static inline bool tcai_rollover_is_revoked(const tca_rollover *rollover, uint32_t index) {
    return rollover->states[index].status == TCA_STATUS_REVOKED;
}

/* ---- moments ---- */

tca_unix tcai_days(uint32_t days);

/* The first second behind the end of the validity. */
tca_unix tcai_end_of(const tca_entry *entry);

/* When a successor is expected to be issued; never before the certificate itself. */
tca_unix tcai_lead_of(const tca_rollover *rollover, tca_unix not_before, tca_unix not_after);

static inline tca_unix tcai_lead_date(const tca_rollover *rollover, const tca_entry *entry) {
    return tcai_lead_of(rollover, entry->not_before, entry->not_after);
}

/* When an entry whose end is not known is supposed to have ended. */
tca_unix tcai_predicted_end(const tca_rollover *rollover);

/* ---- the steps, in this order ---- */

tca_result tcai_policy_import(const tca_policy *policy, tca_policy *known, tca_error *error);
void tcai_rollover_find_status(tca_rollover *rollover);
void tcai_rollover_find_stage(tca_rollover *rollover);
tca_result tcai_rollover_find_windows(tca_rollover *rollover);
tca_result tcai_rollover_find_actions(tca_rollover *rollover);

/* Of the tenant's certificates that are neither revoked nor over, and start and end after this one,
 * the one that starts first; TCA_NO_INDEX. */
uint32_t tcai_rollover_successor(const tca_rollover *rollover, uint32_t index);

#endif

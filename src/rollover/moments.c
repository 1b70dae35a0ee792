/* SPDX-License-Identifier: MIT */
/* The few moments everything else is made of. */
#include "rollover/rollover.h"

tca_unix tcai_days(uint32_t days) {
    return (tca_unix)days * TCAI_DAY;
}

tca_unix tcai_end_of(const tca_entry *entry) {
    return entry->not_after + 1;
}

tca_unix tcai_lead_of(const tca_rollover *rollover, tca_unix not_before, tca_unix not_after) {
    tca_unix lead = not_after - tcai_days(rollover->policy.lead_days);
    return lead > not_before ? lead : not_before;
}

/* It is older than the active one, and was still valid for `lead` days when that one began. */
tca_unix tcai_predicted_end(const tca_rollover *rollover) {
    const tca_entry *active = tcai_rollover_entry(rollover, rollover->called_active);
    return active->not_before + tcai_days(rollover->policy.lead_days);
}

/* One that has ended, or ends first, leaves the other as alone as if it had never been issued. */
static bool can_replace(const tca_rollover *rollover, uint32_t later, uint32_t index) {
    const tca_entry *one = tcai_rollover_entry(rollover, later);
    const tca_entry *other = tcai_rollover_entry(rollover, index);
    return one->not_before > other->not_before && one->not_after > other->not_after &&
           one->not_after >= rollover->summary.now && !tcai_rollover_is_revoked(rollover, later);
}

uint32_t tcai_rollover_successor(const tca_rollover *rollover, uint32_t index) {
    for (uint32_t i = 0; i < rollover->order_count; i++) {
        if (can_replace(rollover, rollover->order[i].index, index)) {
            return rollover->order[i].index;
        }
    }
    return TCA_NO_INDEX;
}

/* SPDX-License-Identifier: MIT */
/* The rollovers ahead, supposing that each certificate lives as long as the newest one. */
#include "rollover/rollover.h"

#define NUMBER_MAX 999

/* The certificate that is to be replaced, real or supposed. */
typedef struct predecessor {
    tca_unix not_before;
    tca_unix not_after;
    bool real;
} predecessor;

static tca_forecast forecast_of(const tca_rollover *rollover, tca_unix issued, bool issued_observed,
                                const predecessor *old) {
    const tca_policy *policy = &rollover->policy;
    return (tca_forecast){
        .issued_certainty = issued_observed ? TCA_CERTAINTY_OBSERVED : TCA_CERTAINTY_PREDICTED,
        .issued = issued,
        .activation_earliest = issued + tcai_days(policy->activation_earliest_days),
        .activation_expected = issued + tcai_days(policy->activation_expected_days),
        .activation_latest = issued + tcai_days(policy->activation_latest_days),
        .predecessor_ends = old->not_after + 1,
        .ends_certainty = old->real ? TCA_CERTAINTY_OBSERVED : TCA_CERTAINTY_PREDICTED,
    };
}

static predecessor real_one(const tca_rollover *rollover, uint32_t index) {
    const tca_entry *entry = tcai_rollover_entry(rollover, index);
    return (predecessor){entry->not_before, entry->not_after, true};
}

static tca_result forecast(const tca_rollover *rollover, uint32_t number, tca_forecast *out) {
    if (rollover->summary.active == TCA_NO_INDEX) {
        return TCA_E_NOT_FOUND;
    }
    predecessor old = real_one(rollover, rollover->summary.active);
    uint32_t next = rollover->summary.next;
    for (uint32_t i = 0;; i++) {
        bool issued_observed = next != TCA_NO_INDEX;
        tca_unix issued = issued_observed ? tcai_rollover_entry(rollover, next)->not_before
                                          : tcai_lead_of(rollover, old.not_before, old.not_after);
        *out = forecast_of(rollover, issued, issued_observed, &old);
        if (!tcai_time_expressible(out->predecessor_ends) ||
            !tcai_time_expressible(out->activation_latest)) {
            return TCA_E_RANGE;
        }
        if (i == number) {
            return TCA_OK;
        }
        old = issued_observed
                  ? real_one(rollover, next)
                  : (predecessor){issued, issued + (old.not_after - old.not_before), false};
        next = issued_observed ? tcai_rollover_successor(rollover, next) : TCA_NO_INDEX;
    }
}

tca_result tca_rollover_forecast(const tca_rollover *rollover, uint32_t number, tca_forecast *out) {
    size_t first = TCAI_END_OF(tca_forecast, reserved);
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    tca_forecast known = {0};
    tca_result result = rollover == NULL || number > NUMBER_MAX
                            ? TCA_E_ARGUMENT
                            : forecast(rollover, number, &known);
    tca_result written = tcai_export(out, first, result == TCA_OK ? &known : NULL, sizeof(known));
    return written == TCA_OK ? result : written;
}

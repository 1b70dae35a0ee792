/* SPDX-License-Identifier: MIT */
/* The rollovers ahead, supposing that each certificate lives as long as the newest one, and that
 * nothing replaces it before it is active itself. */
#include "rollover/rollover.h"

#define NUMBER_MAX 999

/* The certificate that is to be replaced, real or supposed. */
typedef struct predecessor {
    tca_unix not_before;
    tca_unix not_after;
    tca_unix signs; /* from when on, as is expected */
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
    bool active = index == rollover->summary.active;
    tca_unix delay = active ? 0 : tcai_days(rollover->policy.activation_expected_days);
    return (predecessor){entry->not_before, entry->not_after, entry->not_before + delay, true};
}

static predecessor supposed_one(const tca_forecast *forecast, const predecessor *old) {
    tca_unix life = old->not_after - old->not_before;
    return (predecessor){forecast->issued, forecast->issued + life, forecast->activation_expected,
                         false};
}

/* One that is due for a successor from its own start, or ends before it signs anything, says
 * nothing of when the next one comes. */
static bool has_a_turn(const tca_rollover *rollover, const predecessor *one) {
    tca_unix lead = tcai_lead_of(rollover, one->not_before, one->not_after);
    return one->real || (lead > one->not_before && one->not_after > one->signs);
}

/* A service has one successor waiting at a time. */
static tca_unix issue_after(const tca_rollover *rollover, const predecessor *old) {
    tca_unix lead = tcai_lead_of(rollover, old->not_before, old->not_after);
    return lead > old->signs ? lead : old->signs;
}

static tca_result forecast(const tca_rollover *rollover, uint32_t number, tca_forecast *out) {
    if (rollover->summary.active == TCA_NO_INDEX) {
        return TCA_E_NOT_FOUND;
    }
    predecessor old = real_one(rollover, rollover->summary.active);
    uint32_t next = rollover->summary.next;
    for (uint32_t i = 0; has_a_turn(rollover, &old); i++) {
        bool issued_observed = next != TCA_NO_INDEX;
        tca_unix issued = issued_observed ? tcai_rollover_entry(rollover, next)->not_before
                                          : issue_after(rollover, &old);
        *out = forecast_of(rollover, issued, issued_observed, &old);
        if (!tcai_time_expressible(out->predecessor_ends) ||
            !tcai_time_expressible(out->activation_latest)) {
            return TCA_E_RANGE;
        }
        if (i == number) {
            return TCA_OK;
        }
        old = issued_observed ? real_one(rollover, next) : supposed_one(out, &old);
        next = issued_observed ? tcai_rollover_successor(rollover, next) : TCA_NO_INDEX;
    }
    return TCA_E_NOT_FOUND;
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

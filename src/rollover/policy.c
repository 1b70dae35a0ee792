/* SPDX-License-Identifier: MIT */
#include "rollover/rollover.h"

#define DAYS_MAX 36500

static const tca_policy documented = {
    .lead_days = 90,
    .activation_earliest_days = 30,
    .activation_expected_days = 45,
    .activation_latest_days = 60,
    .removal_days = 30,
};

static const size_t whole_policy = TCAI_END_OF(tca_policy, reserved);

tca_result tca_policy_defaults(tca_policy *policy) {
    return policy == NULL ? TCA_E_ARGUMENT
                          : tcai_export(policy, whole_policy, &documented, sizeof(documented));
}

static void fill_in(uint32_t *days, uint32_t otherwise) {
    *days = *days != 0 ? *days : otherwise;
}

static void fill_in_documented(tca_policy *policy) {
    fill_in(&policy->lead_days, documented.lead_days);
    fill_in(&policy->activation_earliest_days, documented.activation_earliest_days);
    fill_in(&policy->activation_expected_days, documented.activation_expected_days);
    fill_in(&policy->activation_latest_days, documented.activation_latest_days);
    fill_in(&policy->removal_days, documented.removal_days);
}

static tca_result check(const tca_policy *policy, tca_error *error) {
    const uint32_t days[] = {policy->lead_days, policy->activation_earliest_days,
                             policy->activation_expected_days, policy->activation_latest_days,
                             policy->removal_days};
    if (policy->flags != 0 || policy->reserved != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_policy: unknown flags");
    }
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        if (days[i] > DAYS_MAX) {
            return tcai_fail(error, TCA_E_ARGUMENT, "tca_policy: more than %d days", DAYS_MAX);
        }
    }
    if (policy->activation_earliest_days > policy->activation_expected_days ||
        policy->activation_expected_days > policy->activation_latest_days) {
        return tcai_fail(error, TCA_E_ARGUMENT,
                         "tca_policy: activation days are not earliest <= expected <= latest");
    }
    return TCA_OK;
}

tca_result tcai_policy_import(const tca_policy *policy, tca_policy *known, tca_error *error) {
    if (policy == NULL) {
        *known = documented;
        return TCA_OK;
    }
    tca_result result =
        tcai_import(known, sizeof(*known), whole_policy, whole_policy, policy, "tca_policy", error);
    if (result == TCA_OK) {
        fill_in_documented(known);
        result = check(known, error);
    }
    return result;
}

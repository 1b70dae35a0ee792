/* SPDX-License-Identifier: MIT */
/* The numbers of rollover.h in words. */
#include "rollover/rollover.h"

const char *tca_status_name(uint32_t status) {
    static const char *const names[] = {"none", "Active", "Inactive", "Revoked"};
    return TCAI_NAME_IN(names, status);
}

const char *tca_phase_name(uint32_t phase) {
    static const char *const names[] = {"none", "new", "retired", "expired"};
    return TCAI_NAME_IN(names, phase);
}

const char *tca_source_name(uint32_t source) {
    static const char *const names[] = {"none", "service", "predicted"};
    return TCAI_NAME_IN(names, source);
}

const char *tca_stage_name(uint32_t stage) {
    static const char *const names[] = {"none",     "steady",    "successor-due", "act",
                                        "switched", "removable", "ambiguous"};
    return TCAI_NAME_IN(names, stage);
}

uint32_t tca_stage_callout(uint32_t stage) {
    static const uint8_t callouts[] = {0, 1, 1, 2, 3, 4, 0};
    return stage < sizeof(callouts) ? callouts[stage] : 0;
}

const char *tca_event_name(uint32_t event) {
    static const char *const names[] = {"none", "issue", "activation", "expiry", "start"};
    return TCAI_NAME_IN(names, event);
}

const char *tca_certainty_name(uint32_t certainty) {
    static const char *const names[] = {"none", "observed", "predicted"};
    return TCAI_NAME_IN(names, certainty);
}

const char *tca_window_name(uint32_t kind) {
    static const char *const names[] = {NULL,         "validity", "successor-due", "act",
                                        "activation", "overlap",  "removal"};
    return TCAI_NAME_IN(names, kind);
}

const char *tca_action_name(uint32_t kind) {
    static const char *const names[] = {NULL,    "download", "trust",  "register",
                                        "prove", "keep",     "remove", "investigate"};
    return TCAI_NAME_IN(names, kind);
}

const char *tca_reason_text(uint32_t reason) {
    static const char *const texts[] = {
        [TCA_REASON_BECOMES_ACTIVE] =
            "it will sign every device certificate; untrusted by then, the fleet is refused",
        [TCA_REASON_IS_ACTIVE] = "it signs every device certificate now",
        [TCA_REASON_STILL_VALID] = "devices can still present certificates that it signed",
        [TCA_REASON_EXPIRED] = "past its end, nothing that it signed is valid",
        [TCA_REASON_REVOKED] = "the service revoked it",
        [TCA_REASON_SUCCESSOR_MISSING] =
            "its successor should have been issued and is not in the list",
        [TCA_REASON_ACTIVATION_LATE] = "it should have become active and has not",
        [TCA_REASON_NOT_ONE_ACTIVE] = "not exactly one certificate is called active",
        [TCA_REASON_ACTIVE_NOT_VALID] = "it is called active and is outside its dates",
        [TCA_REASON_ANOMALY] = "what the service said of it contradicts itself or the certificate",
        [TCA_REASON_THROUGH_DPS] =
            "devices come through DPS, which registers each by its thumbprint: the hub needs no CA",
        [TCA_REASON_ORDER_BEHIND] =
            "most TLS stacks look at the first certificate of a name, and another one is first",
        [TCA_REASON_FIRST_WHEN_ACTIVE] = "most TLS stacks look at the first certificate of a name: "
                                         "it must be first once the service reports it active",
        [TCA_REASON_STILL_SEEN] = "it has ended, but devices used it a short while ago",
        [TCA_REASON_BY_WORD] = "to be removed before its end, by the caller's word",
        [TCA_REASON_UNREADABLE] = "the target could not be read",
    };
    bool known = reason < sizeof(texts) / sizeof(texts[0]) && texts[reason] != NULL;
    return known ? texts[reason] : "unknown reason";
}

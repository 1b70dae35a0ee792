/* SPDX-License-Identifier: MIT */
/* The difference between what was remembered and what a run found. */
#include "rollout/notices.h"

#include <stdio.h>
#include <string.h>

#define TRIES_MAX 4
#define TEXT_SIZE 256
#define SHORT_THUMBPRINT 8

/* ---- telling ---- */

typedef struct notice_teller {
    tca_rollout *rollout;
    const tca_plan *plan;
} notice_teller;

static void tell(const notice_teller *teller, uint32_t kind, const char *thumbprint,
                 const char *target, const char *text) {
    tca_notice notice = {.struct_size = sizeof(notice),
                         .kind = kind,
                         .at = teller->plan->summary.now,
                         .tenant = teller->rollout->name,
                         .tenant_length = strlen(teller->rollout->name),
                         .thumbprint = thumbprint,
                         .thumbprint_length = thumbprint == NULL ? 0 : strlen(thumbprint),
                         .target = target,
                         .target_length = target == NULL ? 0 : strlen(target),
                         .text = text,
                         .text_length = strlen(text)};
    tcai_rollout_tell(teller->rollout, &notice);
}

static void tell_of_certificate(const notice_teller *teller, uint32_t kind, const char *thumbprint,
                                const char *what) {
    char text[TEXT_SIZE];
    snprintf(text, sizeof(text), "%.*s %s", SHORT_THUMBPRINT, thumbprint, what);
    tell(teller, kind, thumbprint, NULL, text);
}

static void tell_of_target(const notice_teller *teller, uint32_t kind, const char *thumbprint,
                           const char *target, const char *what) {
    char text[TEXT_SIZE];
    snprintf(text, sizeof(text), "%s: %.*s %s", target, SHORT_THUMBPRINT, thumbprint, what);
    tell(teller, kind, thumbprint, target, text);
}

static void tell_status(const notice_teller *teller, const tcai_record_certificate *now) {
    if (now->status == TCA_STATUS_ACTIVE) {
        tell_of_certificate(teller, TCA_NOTICE_ACTIVATED, now->thumbprint,
                            "is the active certificate now");
    } else if (now->status == TCA_STATUS_REVOKED) {
        tell_of_certificate(teller, TCA_NOTICE_REVOKED, now->thumbprint,
                            "was revoked by the service");
    } else if (now->phase == TCA_PHASE_RETIRED) {
        tell_of_certificate(teller, TCA_NOTICE_RETIRED, now->thumbprint,
                            "is retired, and valid until its end");
    } else if (now->phase == TCA_PHASE_EXPIRED) {
        tell_of_certificate(teller, TCA_NOTICE_EXPIRED, now->thumbprint, "has ended");
    }
}

static void tell_certificates(const notice_teller *teller, const tcai_record *before,
                              const tcai_record *after) {
    for (size_t i = 0; i < after->certificate_count; i++) {
        const tcai_record_certificate *now = &after->certificates[i];
        const tcai_record_certificate *known = tcai_record_find(before, now->thumbprint);
        if (known == NULL) {
            tell_of_certificate(teller, TCA_NOTICE_NEW, now->thumbprint, "is new");
        } else if (known->status != now->status || known->phase != now->phase) {
            tell_status(teller, now);
        }
        if (now->dropped && (known == NULL || !known->dropped)) {
            tell_of_certificate(teller, TCA_NOTICE_REMOVED_EARLY, now->thumbprint,
                                "is removed before its end, by explicit word");
        }
        if (now->near_told && (known == NULL || !known->near_told)) {
            tell_of_certificate(teller, TCA_NOTICE_DEADLINE_NEAR, now->thumbprint,
                                "has steps to be done before its deadline, which is near");
        }
    }
}

static bool is_at_least(uint32_t state, uint32_t least) {
    return state >= least && state <= TCA_TARGET_STATE_TRUSTED;
}

static void tell_registrations(const notice_teller *teller, const tcai_record_target *known,
                               const tcai_record_target *now, uint32_t kind) {
    for (size_t i = 0; kind != TCA_TARGET_ANCHORS && i < now->count; i++) {
        const tcai_record_registration *one = &now->registrations[i];
        const tcai_record_registration *old = tcai_record_find_registration(known, one->thumbprint);
        uint32_t before = old == NULL ? TCA_TARGET_STATE_ABSENT : old->state;
        if (is_at_least(one->state, TCA_TARGET_STATE_UPLOADED) &&
            before < TCA_TARGET_STATE_UPLOADED) {
            tell_of_target(teller, TCA_NOTICE_UPLOADED, one->thumbprint, now->name, "is uploaded");
        }
        if (is_at_least(one->state, TCA_TARGET_STATE_VERIFIED) &&
            before < TCA_TARGET_STATE_VERIFIED) {
            tell_of_target(teller, TCA_NOTICE_VERIFIED, one->thumbprint, now->name, "is verified");
        }
    }
}

static const char *failure_text(const tca_plan *plan, uint32_t target) {
    const tca_bytes *text = plan->targets[target].error;
    for (uint32_t i = 0; text == NULL && i < plan->summary.step_count; i++) {
        if (plan->steps[i].public.target == target) {
            text = plan->steps[i].error;
        }
    }
    return text == NULL ? "failed" : (const char *)text->data;
}

static void tell_targets(const notice_teller *teller, const tcai_record *before,
                         const tcai_record *after) {
    char text[TEXT_SIZE];
    for (uint32_t t = 0; t < after->target_count; t++) {
        const tcai_record_target *now = &after->targets[t];
        const tcai_record_target *known = tcai_record_find_target(before, now->name);
        tell_registrations(teller, known, now, tca_target_kind(teller->plan->targets[t].target));
        if (strcmp(known == NULL ? "" : known->anchors, now->anchors) != 0) {
            snprintf(text, sizeof(text), "%s: which devices it lets in has changed", now->name);
            tell(teller, TCA_NOTICE_TRUST_CHANGED, NULL, now->name, text);
        }
        if (now->failure[0] != '\0' &&
            strcmp(known == NULL ? "" : known->failure, now->failure) != 0) {
            snprintf(text, sizeof(text), "%s: %s", now->name, failure_text(teller->plan, t));
            text[tcai_utf8_whole(text, strlen(text))] = '\0';
            tell(teller, TCA_NOTICE_ACTION_FAILED, NULL, now->name, text);
        }
    }
}

/* ---- remembering ---- */

/* Somebody else has saved meanwhile: what they saw counts as known. */
static tca_result replace(tca_rollout *rollout, const tca_plan *plan, tcai_record *known,
                          tca_bytes **version, tcai_record *after, tca_error *error) {
    tca_result result = TCA_E_CONFLICT;
    for (int tries = 1; result == TCA_E_CONFLICT && tries <= TRIES_MAX; tries++) {
        tcai_record_release(known);
        tcai_record_release(after);
        tca_bytes_unref(*version);
        *version = NULL;
        result = tcai_record_load(rollout->store, rollout->name, known, version, error);
        if (result == TCA_OK) {
            result = tcai_record_describe(rollout, plan, known, after, error);
        }
        if (result == TCA_OK) {
            result = tcai_record_save(rollout->store, rollout->name, after, *version, error);
        }
    }
    return result;
}

tca_result tcai_notices_tell(tca_rollout *rollout, const tca_plan *plan, const tcai_record *before,
                             const tca_bytes *version, tca_error *error) {
    notice_teller teller = {rollout, plan};
    tcai_record after = {0};
    tcai_record known = {0};
    tca_bytes *known_version = NULL;
    tca_result result = tcai_record_describe(rollout, plan, before, &after, error);
    if (result == TCA_OK) {
        result = tcai_record_save(rollout->store, rollout->name, &after, version, error);
    }
    if (result == TCA_E_CONFLICT) {
        result = replace(rollout, plan, &known, &known_version, &after, error);
        before = &known;
    }
    if (result == TCA_OK) {
        tell_certificates(&teller, before, &after);
        tell_targets(&teller, before, &after);
    }
    tcai_record_release(&after);
    tcai_record_release(&known);
    tca_bytes_unref(known_version);
    return result;
}

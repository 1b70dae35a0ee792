/* SPDX-License-Identifier: MIT */
/* Each kind of step, as a call at its target. */
#include <string.h>

#include "rollout/perform.h"

void tcai_performance_release(tcai_performance *performance) {
    tca_bytes_unref(performance->code);
    tca_certificate_unref(performance->proof);
    performance->code = NULL;
    performance->proof = NULL;
}

tca_result tcai_target_was_read(tca_plan *plan, uint32_t target, tca_registration_list *list,
                                tca_error *error) {
    tcai_planned_target *planned = &plan->targets[target];
    tca_registration_list_unref(planned->registrations);
    planned->registrations = list;
    tcai_plan_find_states(plan);
    return tcai_plan_find_target(plan, target, error);
}

/* ---- beginning ---- */

/* What a step is about. */
typedef struct step_subject {
    const tca_target *target;
    const tca_registration_list *before;
    const tca_certificate *certificate;
    uint32_t index; /* its registration; TCA_NO_INDEX */
    uint32_t state; /* TCA_TARGET_STATE_* */
} step_subject;

static step_subject subject_of(const tca_plan *plan, const tca_step *step) {
    const tcai_planned_target *planned = &plan->targets[step->target];
    return (step_subject){.target = planned->target,
                          .before = planned->registrations,
                          .certificate = tcai_plan_entry(plan, step->certificate)->certificate,
                          .index = tcai_plan_registration(plan, step->certificate, step->target),
                          .state =
                              tcai_plan_state_of(plan, step->certificate, step->target)->state};
}

static tca_result begin_upload(const tcai_performance *performance, const step_subject *subject,
                               tca_call **call, tca_error *error) {
    return subject->index != TCA_NO_INDEX
               ? TCA_OK
               : tca_target_upload(subject->target, subject->before, subject->certificate,
                                   &performance->options, call, error);
}

/* Gone since it was read: what was planned no longer fits. */
static tca_result fail_gone(tca_error *error) {
    return tcai_fail(error, TCA_E_CONFLICT, "the target does not hold the certificate any more");
}

static bool is_verified(const step_subject *subject) {
    return subject->state == TCA_TARGET_STATE_VERIFIED ||
           subject->state == TCA_TARGET_STATE_TRUSTED;
}

static tca_result begin_code(const tcai_performance *performance, const step_subject *subject,
                             tca_call **call, tca_error *error) {
    if (is_verified(subject)) {
        return TCA_OK;
    }
    return subject->index == TCA_NO_INDEX
               ? fail_gone(error)
               : tca_target_generate_code(subject->target, subject->before, subject->index,
                                          &performance->options, call, error);
}

static tca_result begin_proof(const tcai_performance *performance, const tca_step *step,
                              const step_subject *subject, tca_call **call, tca_error *error) {
    if (is_verified(subject)) {
        return TCA_OK;
    }
    if (performance->code == NULL) {
        return tcai_fail(error, TCA_E_CONFLICT, "there is no verification code to prove");
    }
    const char *thumbprint = tcai_plan_thumbprint(performance->plan, step->certificate);
    return tca_sphere_proof(performance->rollout->sphere, thumbprint, strlen(thumbprint),
                            (const char *)performance->code->data, performance->code->length,
                            &performance->options, call, error);
}

static tca_result begin_verification(const tcai_performance *performance,
                                     const step_subject *subject, tca_call **call,
                                     tca_error *error) {
    if (is_verified(subject)) {
        return TCA_OK;
    }
    if (performance->proof == NULL || subject->index == TCA_NO_INDEX) {
        return fail_gone(error);
    }
    return tca_target_verify(subject->target, subject->before, subject->index, performance->proof,
                             &performance->options, call, error);
}

static bool is_at_anchors(const tca_plan *plan, const tca_step *step) {
    return tca_target_kind(plan->targets[step->target].target) == TCA_TARGET_ANCHORS;
}

/* What is there is as it should be, and that may be without the certificate. */
static tca_result check_anchored(const tca_plan *plan, const tca_step *step, tca_error *error) {
    bool trusted = tcai_plan_state_of(plan, step->certificate, step->target)->state ==
                   TCA_TARGET_STATE_TRUSTED;
    return trusted || step->kind != TCA_STEP_TRUST || !is_at_anchors(plan, step)
               ? TCA_OK
               : tcai_fail(error, TCA_E_NOT_FOUND, "it is not among what is to be trusted now");
}

/* One writing of the anchors does every step about them. */
static tca_result begin_anchoring(const tcai_performance *performance, const tca_step *step,
                                  const step_subject *subject, tca_call **call, tca_error *error) {
    const tca_plan *plan = performance->plan;
    bool behind = (plan->targets[step->target].flags & TCA_PLAN_TARGET_BEHIND) != 0;
    return behind ? tca_target_anchor(subject->target, subject->before,
                                      plan->targets[step->target].anchoring, &performance->options,
                                      call, error)
                  : check_anchored(plan, step, error);
}

static tca_result begin_trust(const tcai_performance *performance, const step_subject *subject,
                              tca_call **call, tca_error *error) {
    if (subject->state == TCA_TARGET_STATE_TRUSTED) {
        return TCA_OK;
    }
    return subject->index == TCA_NO_INDEX
               ? fail_gone(error)
               : tca_target_refer(subject->target, subject->before, subject->index,
                                  &performance->options, call, error);
}

/* Does another certificate of the tenant's, one that is wanted, let devices in there? */
static bool has_successor(const tca_plan *plan, const tca_step *step) {
    for (uint32_t i = 0; i < plan->rollover->inventory->count; i++) {
        if (i != step->certificate && tcai_plan_wanted(plan, i) &&
            tcai_plan_state_of(plan, i, step->target)->state == TCA_TARGET_STATE_TRUSTED) {
            return true;
        }
    }
    return false;
}

/* What has ended vouches for nobody, and what a hub behind DPS holds lets nobody in; anything else
 * only goes when another takes its place. */
static tca_result begin_removal(const tcai_performance *performance, const tca_step *step,
                                const step_subject *subject, tca_call **call, tca_error *error) {
    const tca_plan *plan = performance->plan;
    if (subject->index == TCA_NO_INDEX) {
        return TCA_OK;
    }
    bool lets_in =
        step->reason != TCA_REASON_EXPIRED && !tcai_target_is_through_dps(subject->target);
    if (lets_in && !has_successor(plan, step)) {
        return tcai_fail(error, TCA_E_LAST_ANCHOR,
                         "no other certificate of the tenant's would let devices in");
    }
    return tca_target_remove(subject->target, subject->before, subject->index,
                             &performance->options, call, error);
}

tca_result tcai_step_begin(tcai_performance *performance, const tca_step *step, tca_call **call,
                           tca_error *error) {
    step_subject subject = subject_of(performance->plan, step);
    bool anchors = is_at_anchors(performance->plan, step);
    *call = NULL;
    switch (step->kind) {
    case TCA_STEP_UPLOAD:
        return begin_upload(performance, &subject, call, error);
    case TCA_STEP_GENERATE_CODE:
        return begin_code(performance, &subject, call, error);
    case TCA_STEP_PROVE:
        return begin_proof(performance, step, &subject, call, error);
    case TCA_STEP_VERIFY:
        return begin_verification(performance, &subject, call, error);
    case TCA_STEP_TRUST:
        return anchors ? begin_anchoring(performance, step, &subject, call, error)
                       : begin_trust(performance, &subject, call, error);
    case TCA_STEP_REMOVE:
        return anchors ? begin_anchoring(performance, step, &subject, call, error)
                       : begin_removal(performance, step, &subject, call, error);
    default:
        return TCA_OK;
    }
}

/* ---- ending ---- */

tca_result tcai_step_end(tcai_performance *performance, const tca_step *step, tca_call *call,
                         tca_error *error) {
    if (step->kind == TCA_STEP_PROVE) {
        tca_certificate_unref(performance->proof);
        return tca_call_take_certificate(call, &performance->proof);
    }
    if (step->kind == TCA_STEP_GENERATE_CODE) {
        tca_bytes_unref(performance->code);
        (void)tca_call_take_code(call, &performance->code);
    }
    tca_registration_list *list = NULL;
    tca_result result = tca_call_take_registrations(call, &list);
    if (result == TCA_OK) {
        result = tcai_target_was_read(performance->plan, step->target, list, error);
    }
    return result == TCA_OK ? check_anchored(performance->plan, step, error) : result;
}

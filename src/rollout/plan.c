/* SPDX-License-Identifier: MIT */
/* A plan, for who reads it. */
#include <stdlib.h>
#include <string.h>

#include "rollout/rollout.h"

/* ---- making ---- */

static tca_result make_room(tca_plan *plan) {
    size_t targets = plan->summary.target_count;
    size_t certificates = plan->rollover->inventory->count;
    plan->targets = calloc(targets + 1, sizeof(plan->targets[0]));
    plan->states = calloc(targets * certificates + 1, sizeof(plan->states[0]));
    plan->dropped = calloc(certificates + 1, sizeof(plan->dropped[0]));
    plan->archived = calloc(certificates + 1, sizeof(plan->archived[0]));
    plan->vouched = calloc(certificates + 1, sizeof(plan->vouched[0]));
    bool complete = plan->targets != NULL && plan->states != NULL && plan->dropped != NULL &&
                    plan->archived != NULL && plan->vouched != NULL;
    return complete ? TCA_OK : TCA_E_NO_MEMORY;
}

tca_result tcai_plan_new(const tca_rollout *rollout, tca_rollover *rollover, tca_plan **out,
                         tca_error *error) {
    tca_plan *plan = calloc(1, sizeof(*plan));
    if (plan == NULL) {
        return tcai_fail_memory(error);
    }
    atomic_init(&plan->references, 1);
    tca_rollover_ref(rollover, &plan->rollover);
    plan->summary.now = rollover->summary.now;
    plan->summary.target_count = (uint32_t)rollout->target_count;
    if (make_room(plan) != TCA_OK) {
        tca_plan_unref(plan);
        return tcai_fail_memory(error);
    }
    for (size_t i = 0; i < rollout->target_count; i++) {
        tca_target_ref(rollout->targets[i], &plan->targets[i].target);
    }
    *out = plan;
    return TCA_OK;
}

void tca_plan_ref(const tca_plan *plan, tca_plan **out) {
    if (out == NULL) {
        return;
    }
    *out = (tca_plan *)plan;
    if (plan != NULL) {
        tcai_reference(&(*out)->references);
    }
}

static void release(tca_plan *plan) {
    for (uint32_t i = 0; plan->targets != NULL && i < plan->summary.target_count; i++) {
        tca_target_unref(plan->targets[i].target);
        tca_registration_list_unref(plan->targets[i].registrations);
        tca_rollover_unref(plan->targets[i].anchoring);
        tca_bytes_unref(plan->targets[i].error);
    }
    for (uint32_t i = 0; i < plan->summary.step_count; i++) {
        tca_bytes_unref(plan->steps[i].error);
    }
    tca_rollover_unref(plan->rollover);
    tca_bytes_unref(plan->problem);
    free(plan->targets);
    free(plan->states);
    free(plan->dropped);
    free(plan->archived);
    free(plan->vouched);
    free(plan->steps);
    free(plan);
}

void tca_plan_unref(tca_plan *plan) {
    if (plan != NULL && tcai_dereference(&plan->references)) {
        release(plan);
    }
}

/* ---- reading ---- */

tca_result tca_plan_rollover(const tca_plan *plan, const tca_rollover **out) {
    if (out != NULL) {
        *out = plan == NULL ? NULL : plan->rollover;
    }
    return plan == NULL || out == NULL ? TCA_E_ARGUMENT : TCA_OK;
}

/* Hand out a struct, zeroed but for its size where there is none. */
static tca_result hand_out(const tca_plan *plan, bool present, void *to, size_t first,
                           const void *from, size_t known) {
    if (to == NULL) {
        return TCA_E_ARGUMENT;
    }
    tca_result result = tcai_export(to, first, present ? from : NULL, known);
    return result != TCA_OK ? result
           : plan == NULL   ? TCA_E_ARGUMENT
           : present        ? TCA_OK
                            : TCA_E_NOT_FOUND;
}

static tca_result hand_out_text(const tca_plan *plan, tcai_span from, const char **text,
                                size_t *length) {
    bool complete = plan != NULL && text != NULL && length != NULL;
    if (text != NULL) {
        *text = complete ? (const char *)from.data : NULL;
    }
    if (length != NULL) {
        *length = complete ? from.length : 0;
    }
    return !complete ? TCA_E_ARGUMENT : from.data == NULL ? TCA_E_NOT_FOUND : TCA_OK;
}

tca_result tca_plan_get_summary(const tca_plan *plan, tca_plan_summary *summary) {
    return hand_out(plan, plan != NULL, summary, TCAI_END_OF(tca_plan_summary, reserved),
                    plan == NULL ? NULL : &plan->summary, sizeof(plan->summary));
}

tca_result tca_plan_problem(const tca_plan *plan, const char **text, size_t *length) {
    return hand_out_text(plan, tcai_span_of(plan == NULL ? NULL : plan->problem), text, length);
}

/* ---- targets ---- */

static const tcai_planned_target *target_at(const tca_plan *plan, uint32_t target) {
    return plan == NULL || target >= plan->summary.target_count ? NULL : &plan->targets[target];
}

tca_result tca_plan_target(const tca_plan *plan, uint32_t target, tca_plan_target_info *info) {
    const tcai_planned_target *planned = target_at(plan, target);
    tca_plan_target_info made = {0};
    if (planned != NULL) {
        made = (tca_plan_target_info){.flags = planned->flags,
                                      .kind = tca_target_kind(planned->target),
                                      .result = planned->result,
                                      .used = tca_registration_list_count(planned->registrations),
                                      .capacity = tcai_target_capacity(planned->target)};
    }
    return hand_out(plan, planned != NULL, info, TCAI_END_OF(tca_plan_target_info, capacity), &made,
                    sizeof(made));
}

tca_result tca_plan_target_name(const tca_plan *plan, uint32_t target, const char **text,
                                size_t *length) {
    const tcai_planned_target *planned = target_at(plan, target);
    tcai_span name =
        planned == NULL ? (tcai_span){NULL, 0} : tcai_target_name_span(planned->target);
    return hand_out_text(plan, name, text, length);
}

tca_result tca_plan_target_error(const tca_plan *plan, uint32_t target, const char **text,
                                 size_t *length) {
    const tcai_planned_target *planned = target_at(plan, target);
    return hand_out_text(plan, tcai_span_of(planned == NULL ? NULL : planned->error), text, length);
}

tca_result tca_plan_state(const tca_plan *plan, uint32_t certificate, uint32_t target,
                          tca_target_state *state) {
    bool present = target_at(plan, target) != NULL &&
                   certificate < plan->rollover->inventory->count &&
                   plan->rollover->states[certificate].status != TCA_STATUS_NONE;
    tca_target_state made = {0};
    if (present) {
        const tcai_target_state *from = tcai_plan_state_of(plan, certificate, target);
        made =
            (tca_target_state){.state = from->state, .since = from->since, .reason = from->reason};
    }
    return hand_out(plan, present, state, TCAI_END_OF(tca_target_state, reserved), &made,
                    sizeof(made));
}

/* ---- steps ---- */

static const tcai_step *step_at(const tca_plan *plan, uint32_t index) {
    return plan == NULL || index >= plan->summary.step_count ? NULL : &plan->steps[index];
}

tca_result tca_plan_step(const tca_plan *plan, uint32_t index, tca_step *step) {
    const tcai_step *from = step_at(plan, index);
    return hand_out(plan, from != NULL, step, TCAI_END_OF(tca_step, reserved),
                    from == NULL ? NULL : &from->public, sizeof(from->public));
}

tca_result tca_plan_step_need(const tca_plan *plan, uint32_t index, uint32_t number, uint32_t *id) {
    const tcai_step *step = step_at(plan, index);
    bool present = step != NULL && number < step->public.need_count;
    if (id != NULL) {
        *id = present ? step->needs[number] : 0;
    }
    return plan == NULL || id == NULL ? TCA_E_ARGUMENT : present ? TCA_OK : TCA_E_NOT_FOUND;
}

tca_result tca_plan_step_error(const tca_plan *plan, uint32_t index, const char **text,
                               size_t *length) {
    const tcai_step *step = step_at(plan, index);
    return hand_out_text(plan, tcai_span_of(step == NULL ? NULL : step->error), text, length);
}

/* ---- names ---- */

const char *tca_step_name(uint32_t kind) {
    static const char *const names[] = {
        [TCA_STEP_DOWNLOAD] = "download", [TCA_STEP_TRUST] = "trust",
        [TCA_STEP_UPLOAD] = "upload",     [TCA_STEP_GENERATE_CODE] = "generate-code",
        [TCA_STEP_PROVE] = "prove",       [TCA_STEP_VERIFY] = "verify",
        [TCA_STEP_KEEP] = "keep",         [TCA_STEP_REMOVE] = "remove",
    };
    return TCAI_NAME_IN(names, kind);
}

const char *tca_target_state_name(uint32_t state) {
    static const char *const names[] = {
        [TCA_TARGET_STATE_ABSENT] = "absent",         [TCA_TARGET_STATE_UPLOADED] = "uploaded",
        [TCA_TARGET_STATE_VERIFIED] = "verified",     [TCA_TARGET_STATE_TRUSTED] = "trusted",
        [TCA_TARGET_STATE_REMOVABLE] = "removable",   [TCA_TARGET_STATE_REMOVED] = "removed",
        [TCA_TARGET_STATE_NOT_NEEDED] = "not-needed",
    };
    return TCAI_NAME_IN(names, state);
}

const char *tca_notice_name(uint32_t kind) {
    static const char *const names[] = {
        [TCA_NOTICE_NEW] = "new",
        [TCA_NOTICE_ACTIVATED] = "activated",
        [TCA_NOTICE_RETIRED] = "retired",
        [TCA_NOTICE_EXPIRED] = "expired",
        [TCA_NOTICE_REVOKED] = "revoked",
        [TCA_NOTICE_UPLOADED] = "uploaded",
        [TCA_NOTICE_VERIFIED] = "verified",
        [TCA_NOTICE_TRUST_CHANGED] = "trust-changed",
        [TCA_NOTICE_DEADLINE_NEAR] = "deadline-near",
        [TCA_NOTICE_ACTION_FAILED] = "action-failed",
        [TCA_NOTICE_REMOVED_EARLY] = "removed-early",
    };
    return TCAI_NAME_IN(names, kind);
}

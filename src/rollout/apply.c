/* SPDX-License-Identifier: MIT */
/* The steps of a plan, done one after another. */
#include <string.h>

#include "rollout/notices.h"
#include "rollout/run.h"

#define TRIES_MAX 3

bool tcai_run_ends(tca_result result) {
    return result == TCA_E_NO_MEMORY || result == TCA_E_CANCELLED || result == TCA_E_DEADLINE ||
           result == TCA_E_BUSY || result == TCA_E_NOT_PROVIDED;
}

tca_result tcai_keep_message(const tca_error *error, tca_result result, tca_bytes **out) {
    const char *text;
    size_t length;
    tca_error_message(error, &text, &length);
    if (length == 0) { /* the caller wants no words */
        text = tca_result_name(result);
        length = strlen(text);
    }
    tca_bytes_unref(*out);
    *out = tcai_bytes_copy(text, length);
    return *out == NULL ? TCA_E_NO_MEMORY : TCA_OK;
}

/* ---- finishing ---- */

static void release_plan(void *plan) {
    tca_plan_unref(plan);
}

/* Not what is old; and a rollout stays with the tenant that it began with, so that not a word is
 * kept of a list that contradicts itself and may be another tenant's. */
static bool is_worth_remembering(const tca_plan *plan) {
    bool contradicted = false;
    for (uint32_t i = 0; i < plan->rollover->inventory->count; i++) {
        contradicted = contradicted || tcai_plan_contradicts(plan, i);
    }
    return (plan->summary.flags & TCA_PLAN_STALE) == 0 && (plan->tenant_known || !contradicted);
}

tca_result tcai_run_finish(tcai_run *run, tca_call *call, tca_error *error) {
    tca_plan *plan = run->performance.plan;
    tca_result result = TCA_OK;
    if (run->applies) {
        plan->summary.flags |= TCA_PLAN_APPLIED;
    }
    tcai_plan_count(plan);
    if (run->applies && is_worth_remembering(plan)) {
        result = tcai_notices_tell(run->rollout, plan, &run->record, run->version, error);
    }
    if (result != TCA_OK && !tcai_run_ends(result)) {
        result = tcai_keep_message(error, result, &run->problem);
    }
    if (result != TCA_OK) {
        return result;
    }
    plan->problem = run->problem;
    run->problem = NULL;
    run->performance.plan = NULL;
    tcai_call_give(call, TCAI_RESULT_PLAN, plan, release_plan);
    tcai_call_finish(call);
    return TCA_OK;
}

/* ---- steps ---- */

static tcai_step *step_now(const tcai_run *run) {
    return &run->performance.plan->steps[run->at];
}

static bool is_done(const tca_plan *plan, uint32_t id) {
    return (plan->steps[id - 1].public.flags & TCA_STEP_DONE) != 0;
}

static bool can_begin(const tca_plan *plan, const tcai_step *step) {
    uint32_t flags = step->public.flags;
    if ((flags & TCA_STEP_DUE) == 0 || (flags & (TCA_STEP_DONE | TCA_STEP_FAILED)) != 0) {
        return false;
    }
    for (uint32_t i = 0; i < step->public.need_count; i++) {
        if (!is_done(plan, step->needs[i])) {
            return false;
        }
    }
    return true;
}

static tca_result download(tcai_run *run, tca_error *error) {
    const tca_plan *plan = run->performance.plan;
    const tca_step *step = &step_now(run)->public;
    tca_result result =
        tcai_record_archive(run->rollout->store, run->rollout->name,
                            tcai_plan_entry(plan, step->certificate)->certificate, error);
    if (result == TCA_OK) {
        plan->archived[step->certificate] = true;
    }
    return result;
}

/* Codes and proofs belong to one certificate at one target. */
static void next_step(tcai_run *run) {
    const tca_step *step = &step_now(run)->public;
    bool carries = step->kind == TCA_STEP_GENERATE_CODE || step->kind == TCA_STEP_PROVE;
    if (!carries) {
        tcai_performance_release(&run->performance);
        run->proofs = 0;
    }
    run->at++;
    run->tries = 0;
}

static tca_result fail_step(tcai_run *run, tca_result result, const tca_error *error) {
    tcai_step *step = step_now(run);
    step->public.flags |= TCA_STEP_FAILED;
    step->public.result = result;
    return tcai_keep_message(error, result, &step->error);
}

/* Of a proof, or its verification: the step that asked for the code it is about; NULL. */
static const tcai_step *code_step_of(const tcai_run *run) {
    const tca_plan *plan = run->performance.plan;
    const tca_step *proof = &plan->steps[run->at].public;
    if (proof->kind != TCA_STEP_PROVE && proof->kind != TCA_STEP_VERIFY) {
        return NULL;
    }
    for (uint32_t i = run->at; i > 0; i--) {
        const tcai_step *step = &plan->steps[i - 1];
        if (step->public.kind == TCA_STEP_GENERATE_CODE &&
            step->public.certificate == proof->certificate &&
            step->public.target == proof->target) {
            return step;
        }
    }
    return NULL;
}

/* A proof that was refused, or ran out: from a new code on. */
static void back_to_code(tcai_run *run, const tcai_step *code) {
    tca_plan *plan = run->performance.plan;
    while (&plan->steps[run->at] != code) {
        run->at--;
        plan->steps[run->at].public.flags &= ~TCA_STEP_DONE;
    }
    tcai_performance_release(&run->performance);
}

static tca_result reread(tcai_run *run, tca_call *call, tca_error *error) {
    const tca_plan *plan = run->performance.plan;
    tca_call *child = NULL;
    tca_result result = tca_target_list(plan->targets[step_now(run)->public.target].target,
                                        &run->performance.options, &child, error);
    if (result == TCA_OK) {
        run->phase = TCAI_RUN_REREADS;
        tcai_call_run_child(call, child);
    }
    return result;
}

/* What came of a step; with `result` TCA_OK it may be that nothing was left to do. */
static tca_result conclude(tcai_run *run, tca_call *call, tca_result result, tca_error *error) {
    tcai_step *step = step_now(run);
    if (tcai_run_ends(result)) {
        return result;
    }
    if (result == TCA_E_CONFLICT && step->public.target != TCA_NO_INDEX &&
        ++run->tries < TRIES_MAX) {
        return reread(run, call, error);
    }
    /* An upload that is not called verified fails so too, and has no code to go back to. */
    const tcai_step *code = result == TCA_E_PROOF ? code_step_of(run) : NULL;
    if (code != NULL && ++run->proofs < TRIES_MAX) {
        back_to_code(run, code);
        return TCA_OK;
    }
    if (result != TCA_OK) {
        result = fail_step(run, result, error);
    } else {
        step->public.flags |= TCA_STEP_DONE;
    }
    next_step(run);
    return result;
}

/* The same certificate may be held under several names. */
static bool is_left(const tcai_run *run) {
    const tca_step *step = &step_now(run)->public;
    const tca_plan *plan = run->performance.plan;
    return step->kind == TCA_STEP_REMOVE &&
           tca_target_kind(plan->targets[step->target].target) != TCA_TARGET_ANCHORS &&
           tcai_plan_registration(plan, step->certificate, step->target) != TCA_NO_INDEX;
}

tca_result tcai_run_perform(tcai_run *run, tca_call *call, tca_error *error) {
    const tca_plan *plan = run->performance.plan;
    while (run->at < plan->summary.step_count) {
        if (!can_begin(plan, step_now(run))) {
            next_step(run);
            continue;
        }
        const tca_step *step = &step_now(run)->public;
        tca_call *child = NULL;
        tca_result result = step->kind == TCA_STEP_DOWNLOAD
                                ? download(run, error)
                                : tcai_step_begin(&run->performance, step, &child, error);
        if (child != NULL) {
            run->phase = TCAI_RUN_PERFORMS;
            tcai_call_run_child(call, child);
            return TCA_OK;
        }
        result = conclude(run, call, result, error);
        if (result != TCA_OK || run->phase == TCAI_RUN_REREADS) {
            return result;
        }
    }
    return tcai_run_finish(run, call, error);
}

tca_result tcai_run_step_ended(tcai_run *run, tca_call *call, tca_call *child, tca_result result,
                               tca_error *error) {
    if (result == TCA_OK) {
        result = tcai_step_end(&run->performance, &step_now(run)->public, child, error);
    }
    if (result != TCA_OK || !is_left(run)) {
        result = conclude(run, call, result, error);
        if (result != TCA_OK || run->phase == TCAI_RUN_REREADS) {
            return result;
        }
    }
    return tcai_run_perform(run, call, error);
}

tca_result tcai_run_reread_ended(tcai_run *run, tca_call *call, tca_call *child, tca_result result,
                                 tca_error *error) {
    tca_registration_list *list = NULL;
    run->phase = TCAI_RUN_PERFORMS;
    if (result == TCA_OK) {
        result = tca_call_take_registrations(child, &list);
    }
    if (result == TCA_OK) {
        result =
            tcai_target_was_read(run->performance.plan, step_now(run)->public.target, list, error);
    }
    if (tcai_run_ends(result)) {
        return result;
    }
    if (result != TCA_OK) {
        result = fail_step(run, result, error);
        next_step(run);
    }
    return result == TCA_OK ? tcai_run_perform(run, call, error) : result;
}

/* SPDX-License-Identifier: MIT */
/* One run: read the service and the targets, plan, and where it is asked for do what is due. */
#include <stdlib.h>
#include <string.h>

#include "rollout/run.h"

#define REMOVE_MAX_LENGTH 256

static void release(void *state) {
    tcai_run *run = state;
    tcai_performance_release(&run->performance);
    tca_plan_unref(run->performance.plan);
    tcai_record_release(&run->record);
    tca_bytes_unref(run->version);
    tca_bytes_unref(run->problem);
    tca_bytes_unref(run->remove);
    tca_rollout_unref(run->rollout);
    free(run);
}

/* ---- planning ---- */

static tca_result find_wished(tcai_run *run, tca_error *error) {
    const tca_plan *plan = run->performance.plan;
    run->wishes.remove = TCA_NO_INDEX;
    if (run->remove == NULL) {
        return TCA_OK;
    }
    uint32_t index;
    tca_result result =
        tca_inventory_find(plan->rollover->inventory, (const char *)run->remove->data,
                           run->remove->length, &index, error);
    if (result == TCA_OK && !tcai_plan_counts(plan, index)) {
        result = tcai_fail(error, TCA_E_NOT_FOUND, "remove: not a tenant CA certificate");
    }
    if (result == TCA_OK && tcai_plan_called_active(plan, index)) {
        result = tcai_fail(error, TCA_E_ARGUMENT, "remove: the active certificate is needed");
    }
    if (result == TCA_OK) {
        run->wishes.remove = index;
        plan->dropped[index] = true;
    }
    return result;
}

static tca_result begin_plan(tcai_run *run, const tca_inventory *inventory, tca_error *error) {
    tca_rollover *rollover = NULL;
    tca_result result =
        tca_rollover_compute(inventory, run->now, &run->rollout->policy, &rollover, error);
    if (result == TCA_OK) {
        result = tcai_plan_new(run->rollout, rollover, &run->performance.plan, error);
    }
    tca_rollover_unref(rollover);
    if (result == TCA_OK) {
        tcai_run_recall_certificates(run);
        result = find_wished(run, error);
    }
    return result;
}

/* ---- reading ---- */

static tca_result plan_steps(tcai_run *run, tca_call *call, tca_error *error) {
    tca_plan *plan = run->performance.plan;
    tcai_plan_find_states(plan);
    for (uint32_t t = 0; t < plan->summary.target_count; t++) {
        tca_result result = tcai_plan_find_target(plan, t, error);
        if (result != TCA_OK) {
            return result;
        }
    }
    tca_result result = tcai_plan_find_steps(plan, run->rollout, &run->wishes, error);
    bool stale = (plan->summary.flags & TCA_PLAN_STALE) != 0;
    run->at = 0;
    return result != TCA_OK         ? result
           : run->applies && !stale ? tcai_run_perform(run, call, error)
                                    : tcai_run_finish(run, call, error);
}

static tca_result read_target(tcai_run *run, tca_call *call, tca_error *error) {
    const tca_plan *plan = run->performance.plan;
    if (run->at == plan->summary.target_count) {
        return plan_steps(run, call, error);
    }
    tca_call *child = NULL;
    tca_result result =
        tca_target_list(plan->targets[run->at].target, &run->performance.options, &child, error);
    if (result == TCA_OK) {
        run->phase = TCAI_RUN_READS;
        tcai_call_run_child(call, child);
    }
    return result;
}

static tca_result target_read(tcai_run *run, tca_call *call, tca_call *child, tca_result result,
                              tca_error *error) {
    tcai_planned_target *planned = &run->performance.plan->targets[run->at];
    if (tcai_run_ends(result)) {
        return result;
    }
    tcai_run_recall_states(run, run->at);
    if (result == TCA_OK) {
        result = tca_call_take_registrations(child, &planned->registrations);
    } else {
        planned->result = result;
        result = tcai_keep_message(error, result, &planned->error);
    }
    run->at++;
    return result == TCA_OK ? read_target(run, call, error) : result;
}

/* ---- the service ---- */

static tca_result listed(tcai_run *run, tca_call *call, tca_call *child, tca_result result,
                         tca_error *error) {
    tca_inventory *answer = NULL;
    tca_inventory *inventory = NULL;
    bool stale = result != TCA_OK;
    if (stale && (tcai_run_ends(result) || run->record.inventory == NULL)) {
        return result;
    }
    if (stale) {
        tca_inventory_ref(run->record.inventory, &inventory);
        result = tcai_keep_message(error, result, &run->problem);
    } else {
        (void)tca_call_take_inventory(child, &answer);
        result = tcai_run_merge(run, answer, &inventory, error);
    }
    if (result == TCA_OK) {
        result = begin_plan(run, inventory, error);
    }
    tca_inventory_unref(answer);
    tca_inventory_unref(inventory);
    if (result != TCA_OK) {
        return result;
    }
    run->performance.plan->summary.flags = stale ? TCA_PLAN_STALE : 0;
    run->performance.plan->summary.listed_at = stale ? run->record.listed_at : run->now;
    run->at = 0;
    return read_target(run, call, error);
}

static tca_result start(tca_call *call, void *state, tca_unix now, tca_error *error) {
    tcai_run *run = state;
    tca_call *child = NULL;
    run->performance.rollout = run->rollout;
    run->performance.options = *tcai_call_limits(call);
    run->performance.options.struct_size = sizeof(run->performance.options);
    run->now = run->performance.options.judge_at != 0 ? run->performance.options.judge_at : now;
    tca_result result = tcai_run_recall(run, error);
    if (result == TCA_OK) {
        result = tca_sphere_list(run->rollout->sphere, &run->performance.options, &child, error);
    }
    if (result == TCA_OK) {
        tcai_call_run_child(call, child);
    }
    return result;
}

static tca_result child_ended(tca_call *call, void *state, tca_call *child, tca_result result,
                              tca_unix now, tca_error *error) {
    tcai_run *run = state;
    (void)now;
    switch (run->phase) {
    case TCAI_RUN_LISTS:
        return listed(run, call, child, result, error);
    case TCAI_RUN_READS:
        return target_read(run, call, child, result, error);
    case TCAI_RUN_PERFORMS:
        return tcai_run_step_ended(run, call, child, result, error);
    default:
        return tcai_run_reread_ended(run, call, child, result, error);
    }
}

/* ---- constructors ---- */

static const tcai_operation operations = {
    .start = start, .child_ended = child_ended, .release = release};

static tca_result new_run(tca_rollout *rollout, const tcai_run *template,
                          const tca_call_options *options, tca_call **out, tca_error *error) {
    tcai_run *made = malloc(sizeof(*made));
    if (made == NULL) {
        tca_bytes_unref(template->remove);
        return tcai_fail_memory(error);
    }
    *made = *template;
    made->rollout = rollout;
    tcai_rollout_ref(rollout);
    return tcai_call_new(&operations, made, NULL, options, out, error);
}

static tca_result check_arguments(const tca_rollout *rollout, tca_call **out, tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    return rollout == NULL || out == NULL
               ? tcai_fail_null(error, rollout == NULL ? "rollout" : "out")
               : TCA_OK;
}

tca_result tca_rollout_plan(tca_rollout *rollout, const tca_call_options *options, tca_call **out,
                            tca_error *error) {
    tca_result result = check_arguments(rollout, out, error);
    return result == TCA_OK ? new_run(rollout, &(tcai_run){0}, options, out, error) : result;
}

static tca_result import_wishes(const tca_apply_options *apply, tcai_run *template,
                                tca_error *error) {
    tca_apply_options known = {0};
    size_t all = TCAI_END_OF(tca_apply_options, remove_length);
    tca_result result = apply == NULL ? TCA_OK
                                      : tcai_import(&known, sizeof(known), all, all, apply,
                                                    "tca_apply_options", error);
    if (result != TCA_OK) {
        return result;
    }
    if ((known.flags & ~TCA_APPLY_REMOVE_REVOKED) != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_apply_options: unknown flags");
    }
    if (known.remove != NULL &&
        (known.remove_length == 0 || known.remove_length > REMOVE_MAX_LENGTH)) {
        return tcai_fail(error, TCA_E_ARGUMENT, "remove: empty, or longer than %d bytes",
                         REMOVE_MAX_LENGTH);
    }
    template->applies = true;
    template->wishes.flags = known.flags;
    if (known.remove != NULL) {
        template->remove = tcai_bytes_copy(known.remove, known.remove_length);
    }
    return known.remove != NULL && template->remove == NULL ? tcai_fail_memory(error) : TCA_OK;
}

tca_result tca_rollout_apply(tca_rollout *rollout, const tca_apply_options *apply,
                             const tca_call_options *options, tca_call **out, tca_error *error) {
    tcai_run template = {0};
    tca_result result = check_arguments(rollout, out, error);
    if (result == TCA_OK) {
        result = import_wishes(apply, &template, error);
    }
    return result == TCA_OK ? new_run(rollout, &template, options, out, error) : result;
}

tca_result tca_call_take_plan(tca_call *call, tca_plan **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = tcai_call_take(call, TCAI_RESULT_PLAN);
    return tcai_call_taken(call, *out);
}

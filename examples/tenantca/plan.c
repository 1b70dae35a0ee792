/* SPDX-License-Identifier: MIT */
/* Questions about a plan, and the plan as JSON. */
#include <string.h>

#include "rollouts.h"

tca_plan_summary plan_summary(const tca_plan *plan) {
    tca_plan_summary summary = {.struct_size = sizeof(summary)};
    (void)tca_plan_get_summary(plan, &summary);
    return summary;
}

void plan_view(const tca_plan *plan, tool_view *view) {
    const tca_rollover *rollover = NULL;
    const tca_inventory *inventory = NULL;
    *view = (tool_view){.summary = {.struct_size = sizeof(view->summary)}};
    (void)tca_plan_rollover(plan, &rollover);
    (void)tca_rollover_inventory(rollover, &inventory);
    tca_rollover_ref(rollover, &view->rollover);
    tca_inventory_ref(inventory, &view->inventory);
    (void)tca_rollover_get_summary(rollover, &view->summary);
    view->summary.stage = plan_summary(plan).stage;
    view->now = view->summary.now;
}

tca_step plan_step(const tca_plan *plan, uint32_t index) {
    tca_step step = {.struct_size = sizeof(step)};
    (void)tca_plan_step(plan, index, &step);
    return step;
}

tca_plan_target_info plan_target(const tca_plan *plan, uint32_t target) {
    tca_plan_target_info info = {.struct_size = sizeof(info)};
    (void)tca_plan_target(plan, target, &info);
    return info;
}

const char *plan_target_name(const tca_plan *plan, uint32_t target) {
    const char *text = NULL;
    size_t length;
    return tca_plan_target_name(plan, target, &text, &length) == TCA_OK ? text : NULL;
}

bool plan_is_read(const tca_plan *plan) {
    const char *problem;
    size_t length;
    return tca_plan_problem(plan, &problem, &length) == TCA_E_NOT_FOUND;
}

bool plan_is_well(const tca_plan *plan) {
    return plan_is_read(plan) && plan_summary(plan).failed_count == 0;
}

/* ---- JSON ---- */

typedef tca_result error_getter(const tca_plan *plan, uint32_t index, const char **text,
                                size_t *length);

static json_t *error_json(const tca_plan *plan, uint32_t index, error_getter *get) {
    const char *text = NULL;
    size_t length = 0;
    return get(plan, index, &text, &length) == TCA_OK ? text_json(text, length) : NULL;
}

static json_t *needs_json(const tca_plan *plan, uint32_t index, uint32_t count) {
    json_t *needs = json_array();
    for (uint32_t i = 0; i < count; i++) {
        uint32_t id;
        if (tca_plan_step_need(plan, index, i, &id) == TCA_OK) {
            json_array_append_new(needs, json_integer(id));
        }
    }
    return needs;
}

static json_t *step_json(const tool_view *view, const tca_plan *plan, uint32_t index) {
    tca_step step = plan_step(plan, index);
    const char *target = plan_target_name(plan, step.target);
    bool early = (step.flags & TCA_STEP_HAS_NOT_BEFORE) != 0;
    bool late = (step.flags & TCA_STEP_HAS_DEADLINE) != 0;
    json_t *item = json_object();
    json_object_set_new(item, "id", json_integer(step.id));
    json_object_set_new(item, "kind", json_string(tca_step_name(step.kind)));
    json_object_set_new(item, "certificate", thumbprint_json(view, step.certificate));
    json_object_set_new(item, "target", target == NULL ? json_null() : json_string(target));
    json_object_set_new(item, "reason", json_string(tca_reason_text(step.reason)));
    json_object_set_new(item, "not_before", early ? time_json(step.not_before) : json_null());
    json_object_set_new(item, "deadline", late ? time_json(step.deadline) : json_null());
    json_object_set_new(item, "needs", needs_json(plan, index, step.need_count));
    json_object_set_new(item, "due", json_boolean((step.flags & TCA_STEP_DUE) != 0));
    json_object_set_new(item, "needs_word", json_boolean((step.flags & TCA_STEP_NEEDS_WORD) != 0));
    json_object_set_new(item, "done", json_boolean((step.flags & TCA_STEP_DONE) != 0));
    if ((step.flags & TCA_STEP_FAILED) != 0) {
        json_t *text = error_json(plan, index, tca_plan_step_error);
        json_object_set_new(item, "error",
                            text != NULL ? text : json_string(tca_result_name(step.result)));
    }
    return item;
}

static json_t *flags_json(uint32_t flags) {
    static const struct {
        uint32_t flag;
        const char *name;
    } names[] = {{TCA_PLAN_TARGET_BEHIND, "behind"},
                 {TCA_PLAN_TARGET_WRONG_FIRST, "wrong-first"},
                 {TCA_PLAN_TARGET_SHARED_CA, "shared-ca"},
                 {TCA_PLAN_TARGET_MIXED_DAY, "mixed-day"}};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if ((flags & names[i].flag) != 0) {
            json_array_append_new(list, json_string(names[i].name));
        }
    }
    return list;
}

/* Each certificate's state there, under its thumbprint. */
static json_t *states_json(const tool_view *view, const tca_plan *plan, uint32_t target) {
    json_t *states = json_object();
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        tca_target_state state = {.struct_size = sizeof(state)};
        if (view_thumbprint(view, i)[0] != '\0' &&
            tca_plan_state(plan, i, target, &state) == TCA_OK) {
            json_object_set_new(states, view_thumbprint(view, i),
                                json_string(tca_target_state_name(state.state)));
        }
    }
    return states;
}

static json_t *target_json(const tool_view *view, const tca_plan *plan, uint32_t target) {
    tca_plan_target_info info = plan_target(plan, target);
    json_t *text = error_json(plan, target, tca_plan_target_error);
    json_t *item = json_object();
    json_object_set_new(item, "name", json_string(plan_target_name(plan, target)));
    json_object_set_new(item, "kind", json_string(tca_target_kind_name(info.kind)));
    json_object_set_new(item, "states", states_json(view, plan, target));
    json_object_set_new(item, "flags", flags_json(info.flags));
    json_object_set_new(item, "error", text != NULL ? text : json_null());
    return item;
}

static void add_plan(json_t *item, const tca_plan *plan) {
    tool_view view;
    const char *tenant = NULL, *problem = NULL;
    size_t length = 0, problem_length = 0;
    json_t *targets = json_array();
    json_t *steps = json_array();
    tca_plan_summary summary = plan_summary(plan);
    plan_view(plan, &view);
    (void)tca_inventory_tenant(view.inventory, &tenant, &length);
    (void)tca_plan_problem(plan, &problem, &problem_length);
    for (uint32_t i = 0; i < summary.target_count; i++) {
        json_array_append_new(targets, target_json(&view, plan, i));
    }
    for (uint32_t i = 0; i < summary.step_count; i++) {
        json_array_append_new(steps, step_json(&view, plan, i));
    }
    json_object_set_new(item, "tenant", text_json(tenant, length));
    json_object_set_new(item, "listed_at", time_json(summary.listed_at));
    json_object_set_new(item, "error", text_json(problem, problem_length));
    json_object_set_new(item, "targets", targets);
    json_object_set_new(item, "steps", steps);
    view_close(&view);
}

static json_t *message_json(const tca_error *error) {
    const char *text = NULL;
    size_t length = 0;
    tca_error_message(error, &text, &length);
    return text_json(text, length);
}

json_t *plan_json(const tenant_configuration *tenant, const tca_plan *plan,
                  const tca_error *error) {
    json_t *item = json_object();
    json_object_set_new(item, "tenant", json_null());
    json_object_set_new(item, "name", json_string(tenant->name));
    if (plan != NULL) {
        add_plan(item, plan);
        return item;
    }
    json_object_set_new(item, "error", message_json(error));
    json_object_set_new(item, "targets", json_array());
    json_object_set_new(item, "steps", json_array());
    return item;
}

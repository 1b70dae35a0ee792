/* SPDX-License-Identifier: MIT */
#include "rollouts.h"

#include <string.h>

/* ---- one tenant's rollout ---- */

/* Where in the configuration something stands that the library refuses. */
#define PLACE_SIZE 64

static tca_result open_target(const target_configuration *target, tca_target **out,
                              tca_error *error) {
    tca_target_options options = target->options;
    tca_anchor_holder holder = {.struct_size = sizeof(holder)};
    tca_result result = TCA_OK;
    if (options.kind == TCA_TARGET_ANCHORS) {
        result = tca_trust_file(target->path, &holder);
        options.anchors = &holder;
    }
    if (result == TCA_OK) {
        result = tca_target_new(&options, out, error);
    }
    if (result != TCA_OK && holder.destroy != NULL) {
        holder.destroy(holder.user);
    }
    return result;
}

static tca_result add_targets(tca_rollout *rollout, const tenant_configuration *tenant,
                              char place[PLACE_SIZE], tca_error *error) {
    tca_result result = TCA_OK;
    size_t before = strlen(place);
    for (size_t i = 0; result == TCA_OK && i < tenant->target_count; i++) {
        tca_target *target = NULL;
        snprintf(place + before, PLACE_SIZE - before, ".targets[%zu]", i);
        result = open_target(&tenant->targets[i], &target, error);
        if (result == TCA_OK) {
            result = tca_rollout_add_target(rollout, target, error);
        }
        tca_target_unref(target);
    }
    return result;
}

static tca_result open_rollout(const tool_options *options, const tenant_configuration *tenant,
                               tca_store *store, char place[PLACE_SIZE], tca_rollout **out,
                               tca_error *error) {
    tca_sphere *sphere = NULL;
    tca_rollout_options wanted = {.struct_size = sizeof(wanted),
                                  .store = store,
                                  .name = tenant->name,
                                  .name_length = tenant->name_length,
                                  .policy = &options->configuration->policy};
    snprintf(place, PLACE_SIZE, "tenants[%zu]", (size_t)(tenant - options->configuration->tenants));
    tca_result result = tca_sphere_new(&tenant->service, &sphere, error);
    if (result == TCA_OK) {
        wanted.sphere = sphere;
        result = tca_rollout_new(&wanted, out, error);
    }
    tca_sphere_unref(sphere);
    return result == TCA_OK ? add_targets(*out, tenant, place, error) : result;
}

/* NULL after a complaint. */
static tca_rollout *new_rollout(const tool_options *options, const tenant_configuration *tenant,
                                tca_store *store, tca_error *error) {
    char place[PLACE_SIZE], object[PLACE_SIZE + 260];
    tca_rollout *rollout = NULL;
    if (open_rollout(options, tenant, store, place, &rollout, error) != TCA_OK) {
        snprintf(object, sizeof(object), "%.255s: %s", options->config, place);
        complain_error(object, error, "correct the configuration");
        tca_rollout_unref(rollout);
        rollout = NULL;
    }
    return rollout;
}

/* ---- running it ---- */

tca_result rollout_make_plan(tca_rollout *rollout, const tool_options *options,
                             const tca_call_options *limits, tca_call **call, tca_error *error) {
    (void)options;
    return tca_rollout_plan(rollout, limits, call, error);
}

/* The plan; NULL after a complaint. */
static tca_plan *run_call(const tool_options *options, const tenant_configuration *tenant,
                          rollout_maker *make, tca_rollout *rollout, tca_host *host,
                          tca_error *error) {
    const tca_call_options limits = {.struct_size = sizeof(limits), .judge_at = options->now};
    tca_call *call = NULL;
    tca_plan *plan = NULL;
    tca_result result = make(rollout, options, &limits, &call, error);
    if (result == TCA_OK) {
        result = tca_call_run(call, host, error);
    }
    if (result == TCA_OK) {
        result = tca_call_take_plan(call, &plan);
    }
    if (result != TCA_OK) {
        complain_error(tenant->name, error, next_step(error));
    }
    tca_call_unref(call);
    return plan;
}

/* What the rollouts of a run share. */
typedef struct rollout_run {
    const tool_options *options;
    rollout_maker *make;
    plan_visitor *visit;
    void *user;
    tool_host host;
    tca_store *store;
    tca_error *error;
} rollout_run;

static void run_tenant(rollout_run *run, const tenant_configuration *tenant) {
    tca_plan *plan = NULL;
    tca_rollout *rollout = new_rollout(run->options, tenant, run->store, run->error);
    if (rollout != NULL && host_identify(&run->host, &tenant->identity)) {
        plan = run_call(run->options, tenant, run->make, rollout, run->host.host, run->error);
    }
    run->visit(run->user, tenant, plan, run->error);
    tca_plan_unref(plan);
    tca_rollout_unref(rollout);
}

/* ---- every tenant ---- */

static bool is_chosen(const tool_options *options, const tenant_configuration *tenant) {
    return options->picked == NULL || options->picked == tenant;
}

/* What the library would refuse is found before anything is done. */
static bool is_correct(const tool_options *options, tca_error *error) {
    const tool_configuration *configuration = options->configuration;
    for (size_t i = 0; i < configuration->tenant_count; i++) {
        tca_rollout *rollout = new_rollout(options, &configuration->tenants[i], NULL, error);
        if (rollout == NULL) {
            return false;
        }
        tca_rollout_unref(rollout);
    }
    return true;
}

static uint32_t audiences_of(const tool_options *options) {
    const tool_configuration *configuration = options->configuration;
    uint32_t audiences = 0;
    for (size_t i = 0; i < configuration->tenant_count; i++) {
        const tenant_configuration *tenant = &configuration->tenants[i];
        if (!is_chosen(options, tenant)) {
            continue;
        }
        audiences |= audience_of_service(tenant->service.kind);
        for (size_t t = 0; t < tenant->target_count; t++) {
            audiences |= audiences_of_target(&tenant->targets[t].options);
        }
    }
    return audiences;
}

static const tenant_configuration *first_chosen(const tool_options *options) {
    return options->picked != NULL ? options->picked : &options->configuration->tenants[0];
}

bool rollouts_run(const tool_options *options, rollout_maker *make, plan_visitor *visit,
                  void *user) {
    rollout_run run = {.options = options, .make = make, .visit = visit, .user = user};
    const tool_configuration *configuration = options->configuration;
    (void)tca_error_new(&run.error);
    bool fine =
        is_correct(options, run.error) &&
        host_open(&run.host, options, audiences_of(options), &first_chosen(options)->identity) &&
        (run.store = store_open(options)) != NULL;
    for (size_t i = 0; fine && i < configuration->tenant_count; i++) {
        if (is_chosen(options, &configuration->tenants[i])) {
            run_tenant(&run, &configuration->tenants[i]);
        }
    }
    tca_store_unref(run.store);
    host_close(&run.host);
    tca_error_unref(run.error);
    return fine;
}

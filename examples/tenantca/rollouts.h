/* SPDX-License-Identifier: MIT */
/* Every tenant of a configuration, one after another: its rollout, planned or carried out. */
#ifndef TOOL_ROLLOUTS_H
#define TOOL_ROLLOUTS_H

#include "host.h"

#include <tenantca/rollout.h>
#include <tenantca/storage.h>

/* The call that plans, or that carries out. */
typedef tca_result rollout_maker(tca_rollout *rollout, const tool_options *options,
                                 const tca_call_options *limits, tca_call **call, tca_error *error);

/* What came of one tenant: a plan, or NULL and why there is none. */
typedef void plan_visitor(void *user, const tenant_configuration *tenant, const tca_plan *plan,
                          const tca_error *error);

/* False after a complaint when it cannot even begin. That a tenant has no plan is complained of
 * too, and the others go on. */
bool rollouts_run(const tool_options *options, rollout_maker *make, plan_visitor *visit,
                  void *user);

tca_result rollout_make_plan(tca_rollout *rollout, const tool_options *options,
                             const tca_call_options *limits, tca_call **call, tca_error *error);

/* What is remembered between runs; NULL after a complaint. */
tca_store *store_open(const tool_options *options);

/* ---- a plan ---- */

/* Its rollover as a view of its own; close it. */
void plan_view(const tca_plan *plan, tool_view *view);
tca_plan_summary plan_summary(const tca_plan *plan);
tca_step plan_step(const tca_plan *plan, uint32_t index);
tca_plan_target_info plan_target(const tca_plan *plan, uint32_t target);
const char *plan_target_name(const tca_plan *plan, uint32_t target); /* NULL: there is none such */

/* Were the service and the store read; and was everything, and did every step that was tried
 * succeed? */
bool plan_is_read(const tca_plan *plan);
bool plan_is_well(const tca_plan *plan);

void print_plan(const tenant_configuration *tenant, const tca_plan *plan);
json_t *plan_json(const tenant_configuration *tenant, const tca_plan *plan, const tca_error *error);

/* Plans as they come: thousands of tenants are never in memory at once. */
typedef struct plan_report {
    const tool_options *options;
    size_t count;
    bool failed;  /* something was not read, or not done */
    uint32_t due; /* steps that can be done now and are not */
} plan_report;

plan_visitor plan_report_visit; /* its user is the report */
void plan_report_end(const plan_report *report);

#endif

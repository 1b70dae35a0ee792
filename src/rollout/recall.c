/* SPDX-License-Identifier: MIT */
/* What earlier runs saw, brought into this one. */
#include <string.h>

#include "rollout/run.h"

tca_result tcai_run_recall(tcai_run *run, tca_error *error) {
    tca_result result = tcai_record_load(run->rollout->store, run->rollout->name, &run->record,
                                         &run->version, error);
    return result == TCA_OK || tcai_run_ends(result)
               ? result
               : tcai_keep_message(error, result, &run->problem);
}

void tcai_run_recall_states(const tcai_run *run, uint32_t target) {
    tca_plan *plan = run->performance.plan;
    const tcai_record_target *known = tcai_record_find_target(
        &run->record, (const char *)tcai_target_name_span(plan->targets[target].target).data);
    for (uint32_t i = 0; i < plan->rollover->inventory->count; i++) {
        const tcai_record_registration *registration =
            tcai_record_find_registration(known, tcai_plan_thumbprint(plan, i));
        if (registration != NULL) {
            tcai_target_state *state = tcai_plan_state_of(plan, i, target);
            state->state = registration->state;
            state->since = registration->since;
        }
    }
}

/* Of the very same certificate, whatever is said of it now. */
static bool was_seen_well(const tca_inventory *known, const tca_entry *entry) {
    for (uint32_t i = 0; known != NULL && i < known->count; i++) {
        const tca_entry *old = &known->entries[i];
        if (tca_certificate_equal(old->certificate, entry->certificate) == 1) {
            return tcai_entry_is_tenants(old) && (old->anomalies & TCAI_CONTRADICTIONS) == 0 &&
                   old->service_status != TCA_SERVICE_REVOKED;
        }
    }
    return false;
}

/* By whom the rollout was made, by earlier runs, or by a certificate that nothing contradicts. */
static bool is_tenant_known(const tcai_run *run) {
    const tca_plan *plan = run->performance.plan;
    const tca_inventory *known = run->record.inventory;
    const char *tenant;
    size_t length;
    bool found =
        run->rollout->sphere->tenant[0] != '\0' || (known != NULL && known->tenant[0] != '\0');
    for (uint32_t i = 0; !found && i < plan->rollover->inventory->count; i++) {
        const tca_certificate *body = tcai_plan_entry(plan, i)->certificate;
        found = body != NULL && tcai_plan_counts(plan, i) && !tcai_plan_contradicts(plan, i) &&
                tca_certificate_tenant_id(body, &tenant, &length) == TCA_OK;
    }
    return found;
}

void tcai_run_recall_certificates(const tcai_run *run) {
    tca_plan *plan = run->performance.plan;
    plan->active_since = plan->summary.now;
    plan->tenant_known = is_tenant_known(run);
    for (uint32_t i = 0; i < plan->rollover->inventory->count; i++) {
        const tcai_record_certificate *known =
            tcai_record_find(&run->record, tcai_plan_thumbprint(plan, i));
        plan->dropped[i] = known != NULL && known->dropped && !tcai_plan_voids_word(plan, i);
        plan->archived[i] = known != NULL && known->archived;
        plan->vouched[i] = was_seen_well(run->record.inventory, tcai_plan_entry(plan, i));
        if (known != NULL && i == plan->rollover->summary.active &&
            known->status == TCA_STATUS_ACTIVE) {
            plan->active_since = known->status_since;
        }
    }
}

tca_result tcai_run_merge(const tcai_run *run, const tca_inventory *listed, tca_inventory **out,
                          tca_error *error) {
    tca_inventory_builder *builder = NULL;
    /* A rollout stays with the tenant it began with, whatever a service answers later. */
    const tca_inventory *known = run->record.inventory != NULL ? run->record.inventory : listed;
    const char *tenant = known->tenant[0] != '\0' ? known->tenant : listed->tenant;
    tca_inventory_options options = {.struct_size = sizeof(options),
                                     .max_entries = run->performance.options.max_entries,
                                     .tenant = tenant[0] != '\0' ? tenant : NULL,
                                     .tenant_length = TCAI_GUID_LENGTH};
    tca_result result = tca_inventory_builder_new(&options, &builder, error);
    if (result == TCA_OK) {
        result = tcai_inventory_builder_add_inventory(builder, listed, error);
    }
    if (result == TCA_OK && run->record.inventory != NULL) {
        result =
            tca_inventory_builder_set_previous(builder, run->record.inventory, run->now, error);
    }
    if (result == TCA_OK) {
        result = tca_inventory_builder_finish(builder, out, error);
    }
    if (result == TCA_OK) {
        tcai_run_weigh_words(run, *out);
    }
    tca_inventory_builder_unref(builder);
    return result;
}

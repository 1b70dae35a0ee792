/* SPDX-License-Identifier: MIT */
#include "rollouts.h"

static void print_beginning(const plan_report *report) {
    char now[TCA_TIME_TEXT_SIZE] = "";
    (void)tca_time_format(report->options->now, now, sizeof(now), NULL);
    printf("{\n\"schema\": \"tenantca.plan/1\",\n\"now\": \"%s\",\n\"tenants\": [\n", now);
}

static void add_json(const plan_report *report, json_t *item) {
    if (report->count == 0) {
        print_beginning(report);
    } else {
        printf(",\n");
    }
    (void)dump_json(item);
    json_decref(item);
}

void plan_report_visit(void *user, const tenant_configuration *tenant, const tca_plan *plan,
                       const tca_error *error) {
    plan_report *report = user;
    report->failed = report->failed || plan == NULL || !plan_is_well(plan);
    report->due += plan == NULL ? 0 : plan_summary(plan).due_count;
    if (report->options->json) {
        add_json(report, plan_json(tenant, plan, error));
    } else if (plan != NULL) {
        printf("%s", report->count > 0 ? "\n\n" : "");
        print_plan(tenant, plan);
    }
    report->count++;
}

void plan_report_end(const plan_report *report) {
    if (report->options->json && report->count > 0) {
        printf("\n]\n}\n");
    }
}

/* SPDX-License-Identifier: MIT */
/* Prometheus text: absolute times, so that an alert needs no run to become true. */
#include <string.h>

#include "rollouts.h"

typedef enum metric_family {
    METRIC_NOT_AFTER,
    METRIC_ACTIVATION,
    METRIC_STAGE,
    METRIC_TARGET_STATE,
    METRIC_STEPS_DUE,
    METRIC_STEPS_FAILED,
    METRIC_CHECK,
    METRIC_LISTED,
    METRIC_UP,
    METRICS,
} metric_family;

static const struct {
    const char *name;
    const char *help;
} metrics[METRICS] = {
    [METRIC_NOT_AFTER] = {"tenantca_certificate_not_after_timestamp_seconds",
                          "When a tenant CA certificate ends."},
    [METRIC_ACTIVATION] = {"tenantca_certificate_activation_timestamp_seconds",
                           "When the next certificate becomes active: by the earliest it must be "
                           "trusted everywhere."},
    [METRIC_STAGE] = {"tenantca_stage", "The stage of the tenant's rollover: 1."},
    [METRIC_TARGET_STATE] = {"tenantca_target_state",
                             "How far a certificate has come at a target: 1."},
    [METRIC_STEPS_DUE] = {"tenantca_steps_due", "Steps of the plan that can be done now."},
    [METRIC_STEPS_FAILED] = {"tenantca_steps_failed",
                             "Steps that cannot be done, and targets that could not be read."},
    [METRIC_CHECK] = {"tenantca_check_status",
                      "The worst finding of a check: 0 OK, 1 warning, 2 critical, 3 unknown."},
    [METRIC_LISTED] = {"tenantca_last_success_timestamp_seconds",
                       "When the service's list was read last."},
    [METRIC_UP] = {"tenantca_up", "Could a plan be made: 1, or 0."},
};

typedef struct metrics_run {
    const tool_options *options;
    text_buffer samples[METRICS];
} metrics_run;

/* ---- samples ---- */

/* Within the quotes of a label's value. */
static void add_escaped(text_buffer *text, const char *value) {
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            text_add(text, "\\n");
        } else {
            text_add(text, "%s%c", *value == '\\' || *value == '"' ? "\\" : "", *value);
        }
    }
}

/* name{tenant="...",label="value",...} number; labels end with NULL. */
static void add_sample(metrics_run *run, metric_family family, const char *tenant,
                       const char *const *labels, long long number) {
    text_buffer *text = &run->samples[family];
    text_add(text, "%s{tenant=\"", metrics[family].name);
    add_escaped(text, tenant);
    text_add(text, "\"");
    for (; labels[0] != NULL; labels += 2) {
        text_add(text, ",%s=\"", labels[0]);
        add_escaped(text, labels[1]);
        text_add(text, "\"");
    }
    text_add(text, "} %lld\n", number);
}

#define SAMPLE(run, metric, tenant, number, ...)                                                   \
    add_sample(run, metric, tenant, (const char *const[]){__VA_ARGS__, NULL}, number)
#define PLAIN_SAMPLE(run, metric, tenant, number)                                                  \
    add_sample(run, metric, tenant, (const char *const[]){NULL}, number)

/* ---- one tenant ---- */

static void add_certificate(metrics_run *run, const char *tenant, const tool_view *view,
                            uint32_t index) {
    tca_entry_info info = view_info(view, index);
    tca_entry_state state = view_state(view, index);
    if (state.status != TCA_STATUS_NONE && (info.flags & TCA_ENTRY_HAS_NOT_AFTER) != 0) {
        SAMPLE(run, METRIC_NOT_AFTER, tenant, info.not_after, "thumbprint",
               view_thumbprint(view, index), "status", tca_status_name(state.status), "phase",
               tca_phase_name(state.phase));
    }
}

static void add_activation(metrics_run *run, const char *tenant, const tool_view *view) {
    tca_forecast forecast = {.struct_size = sizeof(forecast)};
    const char *next =
        view->summary.next == TCA_NO_INDEX ? "" : view_thumbprint(view, view->summary.next);
    if (tca_rollover_forecast(view->rollover, 0, &forecast) != TCA_OK) {
        return;
    }
    const tca_unix times[] = {forecast.activation_earliest, forecast.activation_expected,
                              forecast.activation_latest};
    static const char *const bounds[] = {"earliest", "expected", "latest"};
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        SAMPLE(run, METRIC_ACTIVATION, tenant, times[i], "thumbprint", next, "bound", bounds[i]);
    }
}

static void add_states(metrics_run *run, const char *tenant, const tool_view *view,
                       const tca_plan *plan) {
    uint32_t targets = plan_summary(plan).target_count;
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        for (uint32_t t = 0; t < targets; t++) {
            tca_target_state state = {.struct_size = sizeof(state)};
            if (tca_plan_state(plan, i, t, &state) == TCA_OK) {
                SAMPLE(run, METRIC_TARGET_STATE, tenant, 1, "thumbprint", view_thumbprint(view, i),
                       "target", plan_target_name(plan, t), "state",
                       tca_target_state_name(state.state));
            }
        }
    }
}

static void add_checks(metrics_run *run, const char *tenant, const tca_plan *plan) {
    uint32_t worst[TCA_CHECK_KINDS + 1] = {0};
    tca_checks *checks = NULL;
    if (tca_check(plan, &run->options->configuration->checks, &checks, NULL) != TCA_OK) {
        return;
    }
    for (uint32_t i = 0; i < tca_checks_count(checks); i++) {
        tca_check_finding finding = {.struct_size = sizeof(finding)};
        (void)tca_checks_get(checks, i, &finding);
        if (finding.kind <= TCA_CHECK_KINDS && finding.status > worst[finding.kind]) {
            worst[finding.kind] = finding.status;
        }
    }
    for (uint32_t kind = 1; kind <= TCA_CHECK_KINDS; kind++) {
        SAMPLE(run, METRIC_CHECK, tenant, worst[kind], "check", tca_check_name(kind));
    }
    tca_checks_unref(checks);
}

static void visit(void *user, const tenant_configuration *tenant, const tca_plan *plan,
                  const tca_error *error) {
    metrics_run *run = user;
    tool_view view;
    (void)error; /* it was complained of */
    PLAIN_SAMPLE(run, METRIC_UP, tenant->name, plan != NULL);
    if (plan == NULL) {
        return;
    }
    tca_plan_summary summary = plan_summary(plan);
    plan_view(plan, &view);
    for (uint32_t i = 0; i < tca_inventory_count(view.inventory); i++) {
        add_certificate(run, tenant->name, &view, i);
    }
    add_activation(run, tenant->name, &view);
    SAMPLE(run, METRIC_STAGE, tenant->name, 1, "stage", tca_stage_name(view.summary.stage));
    add_states(run, tenant->name, &view, plan);
    PLAIN_SAMPLE(run, METRIC_STEPS_DUE, tenant->name, summary.due_count);
    PLAIN_SAMPLE(run, METRIC_STEPS_FAILED, tenant->name, summary.failed_count);
    add_checks(run, tenant->name, plan);
    PLAIN_SAMPLE(run, METRIC_LISTED, tenant->name, summary.listed_at);
    view_close(&view);
}

/* ---- the whole ---- */

static void add_family(text_buffer *text, metric_family family, const text_buffer *samples) {
    if (samples->length > 0) {
        text_add(text, "# HELP %s %s\n# TYPE %s gauge\n%s", metrics[family].name,
                 metrics[family].help, metrics[family].name, samples->data);
    }
    text->failed = text->failed || samples->failed;
}

int command_metrics(const tool_options *options) {
    metrics_run run = {.options = options};
    text_buffer text = {0};
    bool begun = rollouts_run(options, rollout_make_plan, visit, &run);
    for (metric_family family = 0; family < METRICS; family++) {
        add_family(&text, family, &run.samples[family]);
        text_release(&run.samples[family]);
    }
    if (!begun) {
        text_release(&text);
        return EXIT_ERROR;
    }
    /* A collector reads the file again and again: it is replaced each time. */
    tool_options replacing = *options;
    replacing.force = true;
    return text_deliver(&text, &replacing);
}

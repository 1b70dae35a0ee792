/* SPDX-License-Identifier: MIT */
/* In the form of the Monitoring Plugins guidelines: one line that says it all, behind it | figures,
 * then one line for each finding. */
#include <string.h>

#include "rollouts.h"

#define STATUSES 4u
#define DAY INT64_C(86400)

static const uint32_t worst_first[STATUSES] = {TCA_CHECK_CRITICAL, TCA_CHECK_UNKNOWN,
                                               TCA_CHECK_WARNING, TCA_CHECK_OK};

/* The nearest day of all tenants. */
typedef struct nearest_day {
    bool known;
    int64_t days;
} nearest_day;

typedef struct check_run {
    const tool_options *options;
    size_t findings[STATUSES];
    /* For people: of each status its findings, and what the first of them says. */
    text_buffer lines[STATUSES];
    text_buffer first[STATUSES];
    json_t *checks; /* for programs */
    size_t tenants;
    uint32_t due;
    nearest_day activation, expiry;
} check_run;

/* ---- findings ---- */

/* One finding, of a tenant. */
typedef struct tool_finding {
    const char *tenant; /* its name */
    const char *name;   /* of the check */
    uint32_t status;
    const char *message;
    const char *remedy;
} tool_finding;

/* A bar would begin the figures, a line feed the next line. */
static void add_plain(text_buffer *text, const char *words) {
    for (; *words != '\0'; words++) {
        text_add(text, "%c", *words == '|' ? '/' : (unsigned char)*words < ' ' ? ' ' : *words);
    }
}

static void add_line(check_run *run, const tool_finding *finding) {
    text_buffer *line = &run->lines[finding->status];
    text_buffer *first = &run->first[finding->status];
    if (first->length == 0) {
        text_add(first, "%s: ", finding->tenant);
        add_plain(first, finding->message);
    }
    text_add(line, "%s - %s: %s: ", tca_check_status_name(finding->status), finding->tenant,
             finding->name);
    add_plain(line, finding->message);
    if (finding->remedy[0] != '\0') {
        text_add(line, "; ");
        add_plain(line, finding->remedy);
    }
    text_add(line, "\n");
}

/* What only a document shows. */
typedef struct finding_place {
    const char *tenant; /* its id; NULL: not known */
    size_t tenant_length;
    const char *certificate; /* its thumbprint; "": none */
    const char *target;      /* NULL: none */
} finding_place;

static json_t *name_json(const char *name) {
    return name == NULL || name[0] == '\0' ? json_null() : json_string(name);
}

static void add_item(check_run *run, const tool_finding *finding, const finding_place *place) {
    json_t *item = json_object();
    json_object_set_new(item, "name", json_string(finding->name));
    json_object_set_new(item, "tenant", text_json(place->tenant, place->tenant_length));
    json_object_set_new(item, "tenant_name", json_string(finding->tenant));
    json_object_set_new(item, "certificate", name_json(place->certificate));
    json_object_set_new(item, "target", name_json(place->target));
    json_object_set_new(item, "status", json_string(tca_check_status_name(finding->status)));
    json_object_set_new(item, "message", text_json(finding->message, strlen(finding->message)));
    json_object_set_new(item, "remedy", json_string(finding->remedy));
    json_array_append_new(run->checks, item);
}

static void add_finding(check_run *run, const tool_finding *finding, const finding_place *place) {
    run->findings[finding->status]++;
    if (run->options->json) {
        add_item(run, finding, place);
    } else {
        add_line(run, finding);
    }
}

/* Nothing is known of the tenant. */
static void add_unknown(check_run *run, const char *tenant, const tca_error *error) {
    const char *message = "";
    size_t length = 0;
    tca_error_message(error, &message, &length);
    const tool_finding finding = {.tenant = tenant,
                                  .name = tca_check_name(TCA_CHECK_STALE_VIEW),
                                  .status = TCA_CHECK_UNKNOWN,
                                  .message = length > 0 ? message : first_complaint(),
                                  .remedy = next_step(error)};
    add_finding(run, &finding, &(finding_place){0});
}

static void add_checks(check_run *run, const char *tenant, const tca_plan *plan,
                       const tca_checks *checks) {
    tool_view view;
    finding_place place = {0};
    plan_view(plan, &view);
    (void)tca_inventory_tenant(view.inventory, &place.tenant, &place.tenant_length);
    for (uint32_t i = 0; i < tca_checks_count(checks); i++) {
        tca_check_finding found = {.struct_size = sizeof(found)};
        size_t length;
        (void)tca_checks_get(checks, i, &found);
        tool_finding finding = {.tenant = tenant,
                                .name = tca_check_name(found.kind),
                                .status =
                                    found.status < STATUSES ? found.status : TCA_CHECK_UNKNOWN};
        (void)tca_checks_message(checks, i, &finding.message, &length);
        (void)tca_checks_remedy(checks, i, &finding.remedy, &length);
        place.target = plan_target_name(plan, found.target);
        place.certificate =
            found.certificate == TCA_NO_INDEX ? "" : view_thumbprint(&view, found.certificate);
        add_finding(run, &finding, &place);
    }
    view_close(&view);
}

/* ---- figures ---- */

static void note_day(nearest_day *nearest, tca_unix at, tca_unix now) {
    int64_t days = (at - now) / DAY;
    if (!nearest->known || days < nearest->days) {
        *nearest = (nearest_day){true, days};
    }
}

static void add_figures(check_run *run, const tca_plan *plan) {
    const tca_rollover *rollover = NULL;
    tca_forecast forecast = {.struct_size = sizeof(forecast)};
    tca_plan_summary summary = plan_summary(plan);
    (void)tca_plan_rollover(plan, &rollover);
    if (tca_rollover_forecast(rollover, 0, &forecast) == TCA_OK) {
        note_day(&run->activation, forecast.activation_earliest, summary.now);
        note_day(&run->expiry, forecast.predecessor_ends, summary.now);
    }
    run->due += summary.due_count;
}

static void print_figures(const check_run *run) {
    const tca_check_options *limits = &run->options->configuration->checks;
    printf(" | tenants=%zu;;;0 steps_due=%u;;;0", run->tenants, (unsigned)run->due);
    if (run->activation.known) {
        printf(" activation_days=%lld", (long long)run->activation.days);
        if (limits->activation_critical_days != 0) {
            printf(";;%u:", (unsigned)limits->activation_critical_days);
        }
    }
    if (run->expiry.known) {
        printf(" expires_days=%lld", (long long)run->expiry.days);
        if (limits->expires_warning_days != 0 && limits->expires_critical_days != 0) {
            printf(";%u:;%u:", (unsigned)limits->expires_warning_days,
                   (unsigned)limits->expires_critical_days);
        }
    }
    putchar('\n');
}

/* ---- the whole ---- */

static void visit(void *user, const tenant_configuration *tenant, const tca_plan *plan,
                  const tca_error *error) {
    check_run *run = user;
    tca_checks *checks = NULL;
    tca_error *failure = NULL;
    (void)tca_error_new(&failure);
    run->tenants++;
    if (plan == NULL) {
        add_unknown(run, tenant->name, error);
    } else if (tca_check(plan, &run->options->configuration->checks, &checks, failure) != TCA_OK) {
        add_unknown(run, tenant->name, failure);
    } else {
        add_checks(run, tenant->name, plan, checks);
        add_figures(run, plan);
    }
    tca_checks_unref(checks);
    tca_error_unref(failure);
}

static uint32_t worst_of(const check_run *run) {
    uint32_t i = 0;
    while (i < STATUSES - 1 && run->findings[worst_first[i]] == 0) {
        i++;
    }
    return worst_first[i];
}

static void print_text(const text_buffer *text) {
    if (text->length > 0) {
        (void)fwrite(text->data, 1, text->length, stdout);
    }
}

static void print_checks(const check_run *run) {
    uint32_t worst = worst_of(run);
    printf("TENANTCA %s - ", tca_check_status_name(worst));
    if (worst == TCA_CHECK_OK) {
        printf("every target of %zu tenant%s trusts what it must", run->tenants,
               run->tenants == 1 ? "" : "s");
    } else {
        print_text(&run->first[worst]);
    }
    print_figures(run);
    for (uint32_t i = 0; i < STATUSES; i++) {
        print_text(&run->lines[worst_first[i]]);
    }
}

static json_t *document_of(const tool_options *options, uint32_t status, json_t *checks) {
    json_t *document = json_object();
    json_object_set_new(document, "schema", json_string("tenantca.check/1"));
    json_object_set_new(document, "now", time_json(options->now));
    json_object_set_new(document, "status", json_string(tca_check_status_name(status)));
    json_object_set_new(document, "checks", checks);
    return document;
}

int check_unknown(const tool_options *options) {
    text_buffer text = {0};
    if (options->json) {
        json_t *document = document_of(options, TCA_CHECK_UNKNOWN, json_array());
        const char *why = first_complaint();
        json_object_set_new(document, "error", text_json(why, strlen(why)));
        (void)print_json(document);
        return TCA_CHECK_UNKNOWN;
    }
    add_plain(&text, first_complaint());
    printf("TENANTCA %s - ", tca_check_status_name(TCA_CHECK_UNKNOWN));
    print_foreign(stdout, text.data, text.length);
    putchar('\n');
    text_release(&text);
    return TCA_CHECK_UNKNOWN;
}

static bool is_whole(const check_run *run) {
    bool whole = true;
    for (uint32_t i = 0; i < STATUSES; i++) {
        whole = whole && !run->lines[i].failed && !run->first[i].failed;
    }
    return whole;
}

/* Another status than what could be printed says would be believed by nobody. */
static uint32_t report(check_run *run) {
    uint32_t worst = worst_of(run);
    if (!is_whole(run)) {
        complain("out of memory; check fewer tenants at once with --tenant");
        return (uint32_t)check_unknown(run->options);
    }
    if (run->options->json) {
        json_t *document = document_of(run->options, worst, json_incref(run->checks));
        return print_json(document) == EXIT_DONE ? worst : TCA_CHECK_UNKNOWN;
    }
    print_checks(run);
    return worst;
}

int command_check(const tool_options *options) {
    check_run run = {.options = options, .checks = json_array()};
    bool begun = rollouts_run(options, rollout_make_plan, visit, &run);
    int status = begun ? (int)report(&run) : check_unknown(options);
    for (uint32_t i = 0; i < STATUSES; i++) {
        text_release(&run.lines[i]);
        text_release(&run.first[i]);
    }
    json_decref(run.checks);
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "tool.h"

static json_t *event_json(const tool_view *view) {
    const tca_rollover_summary *summary = &view->summary;
    if (summary->next_event == TCA_EVENT_NONE) {
        return json_null();
    }
    json_t *event = json_object();
    json_object_set_new(event, "kind", json_string(tca_event_name(summary->next_event)));
    json_object_set_new(event, "certificate",
                        thumbprint_json(view, summary->next_event_certificate));
    json_object_set_new(event, "at", time_json(summary->next_event_at));
    json_object_set_new(event, "certainty",
                        json_string(tca_certainty_name(summary->next_event_certainty)));
    return event;
}

static json_t *actions_json(const tool_view *view) {
    json_t *actions = json_array();
    for (uint32_t i = 0; i < view->summary.action_count; i++) {
        tca_action action = {.struct_size = sizeof(action)};
        (void)tca_rollover_action(view->rollover, i, &action);
        bool early = (action.flags & TCA_ACTION_HAS_NOT_BEFORE) != 0;
        bool due = (action.flags & TCA_ACTION_HAS_DEADLINE) != 0;
        json_t *item = json_object();
        json_object_set_new(item, "kind", json_string(tca_action_name(action.kind)));
        json_object_set_new(item, "certificate", thumbprint_json(view, action.certificate));
        json_object_set_new(item, "target", json_null());
        json_object_set_new(item, "not_before", early ? time_json(action.not_before) : json_null());
        json_object_set_new(item, "deadline", due ? time_json(action.deadline) : json_null());
        json_object_set_new(item, "reason", json_string(tca_reason_text(action.reason)));
        json_array_append_new(actions, item);
    }
    return actions;
}

static json_t *retired_json(const tool_view *view) {
    json_t *retired = json_array();
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        if (view_state(view, i).phase == TCA_PHASE_RETIRED) {
            json_array_append_new(retired, thumbprint_json(view, i));
        }
    }
    return retired;
}

static json_t *document_of(const tool_view *view) {
    const tca_rollover_summary *summary = &view->summary;
    const char *tenant = NULL;
    size_t length = 0;
    (void)tca_inventory_tenant(view->inventory, &tenant, &length);
    json_t *document = json_object();
    json_object_set_new(document, "schema", json_string("tenantca.status/1"));
    json_object_set_new(document, "now", time_json(view->now));
    json_object_set_new(document, "tenant", text_json(tenant, length));
    json_object_set_new(document, "stage", json_integer(tca_stage_callout(summary->stage)));
    json_object_set_new(document, "stage_name", json_string(tca_stage_name(summary->stage)));
    json_object_set_new(document, "active", thumbprint_json(view, summary->active));
    json_object_set_new(document, "next", thumbprint_json(view, summary->next));
    json_object_set_new(document, "retired", retired_json(view));
    json_object_set_new(document, "windows", windows_json(view));
    json_object_set_new(document, "next_event", event_json(view));
    json_object_set_new(document, "actions", actions_json(view));
    json_object_set_new(document, "anomalies", anomalies_json(summary->anomalies));
    return document;
}

/* ---- for people ---- */

static void print_certificates(const tool_view *view) {
    int width = status_width(view);
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        char status[MOMENT_SIZE], end[MOMENT_SIZE] = "at an unknown time";
        tca_entry_info info = view_info(view, i);
        if (view_state(view, i).status == TCA_STATUS_NONE) {
            continue;
        }
        if ((info.flags & TCA_ENTRY_HAS_NOT_AFTER) != 0) {
            moment_text(info.not_after, view->now, end);
        }
        printf("  %-12.12s  %s%-*s%s  ends %s\n", view_thumbprint(view, i),
               colour_on(status_colour(view, i)), width, status_words(view, i, status),
               colour_off(), end);
    }
}

static void print_window(const tool_view *view, const tca_window *window) {
    char opens[MOMENT_SIZE], closes[MOMENT_SIZE];
    bool stays = window->closes_certainty == TCA_CERTAINTY_NONE;
    bool open = window->opens <= view->now && (stays || view->now < window->closes);
    date_text(window->opens, opens);
    moment_text(window->closes, view->now, closes);
    printf(" %c %-13s  %-12.12s  %c%s  %s%c%s\n", open ? '*' : ' ', tca_window_name(window->kind),
           view_thumbprint(view, window->certificate),
           window->opens_certainty == TCA_CERTAINTY_PREDICTED ? '~' : ' ', opens,
           stays ? "" : "to  ", window->closes_certainty == TCA_CERTAINTY_PREDICTED ? '~' : ' ',
           stays ? "and stays open" : closes);
}

static void print_windows(const tool_view *view) {
    for (uint32_t i = 0; i < view->summary.window_count; i++) {
        tca_window window = {.struct_size = sizeof(window)};
        (void)tca_rollover_window(view->rollover, i, &window);
        print_window(view, &window);
    }
}

static void print_status(const tool_view *view) {
    const tca_rollover_summary *summary = &view->summary;
    print_heading(view);
    print_stage(view);
    printf("\n");
    print_certificates(view);
    printf("\n");
    print_event(view);
    printf("\n");
    print_actions(view);
    printf("\nWindows (* open now, ~ predicted)\n");
    print_windows(view);
    if (summary->anomalies != 0) {
        printf("\nAnomalies: what was said contradicts itself or the certificates\n");
        print_anomalies(summary->anomalies, 2);
    }
}

int command_status(const tool_options *options) {
    tool_view view;
    int status = EXIT_DONE;
    if (!view_open(&view, options)) {
        return EXIT_ERROR;
    }
    if (options->json) {
        status = print_json(document_of(&view));
    } else {
        print_status(&view);
    }
    view_close(&view);
    return status;
}

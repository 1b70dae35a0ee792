/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define ROLLOVERS 3

/* ---- events: in the order of time, what was and what is expected ---- */

typedef struct tool_event {
    tca_unix at;
    uint32_t kind;
    uint32_t certificate;
    uint32_t certainty;
} tool_event;

typedef struct event_list {
    tool_event *items;
    size_t count;
} event_list;

static void add_event(event_list *list, uint32_t kind, uint32_t certificate, tca_unix at,
                      uint32_t certainty) {
    size_t place = list->count++;
    for (; place > 0 && list->items[place - 1].at > at; place--) {
        list->items[place] = list->items[place - 1];
    }
    list->items[place] = (tool_event){at, kind, certificate, certainty};
}

/* The issue of the first successor that is not there yet, and its activation or that of the one
 * that is. */
static void add_ahead(const tool_view *view, event_list *list) {
    tca_forecast forecast = {.struct_size = sizeof(forecast)};
    if (tca_rollover_forecast(view->rollover, 0, &forecast) != TCA_OK) {
        return;
    }
    if (forecast.issued_certainty == TCA_CERTAINTY_PREDICTED) {
        add_event(list, TCA_EVENT_ISSUE, view->summary.active, forecast.issued,
                  TCA_CERTAINTY_PREDICTED);
    }
    add_event(list, TCA_EVENT_ACTIVATION, view->summary.next, forecast.activation_expected,
              TCA_CERTAINTY_PREDICTED);
}

static json_t *event_json(const tool_view *view, const tool_event *event) {
    json_t *item = json_object();
    json_object_set_new(item, "kind", json_string(tca_event_name(event->kind)));
    json_object_set_new(item, "certificate", thumbprint_json(view, event->certificate));
    json_object_set_new(item, "at", time_json(event->at));
    json_object_set_new(item, "certainty", json_string(tca_certainty_name(event->certainty)));
    return item;
}

static json_t *events_json(const tool_view *view) {
    uint32_t entries = tca_inventory_count(view->inventory);
    event_list list = {calloc((size_t)entries * 2 + 2, sizeof(tool_event)), 0};
    if (list.items == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < entries; i++) {
        tca_entry_info info = view_info(view, i);
        if (picture_can_draw(view, i)) {
            add_event(&list, TCA_EVENT_START, i, info.not_before, TCA_CERTAINTY_OBSERVED);
            add_event(&list, TCA_EVENT_EXPIRY, i, info.not_after + 1, TCA_CERTAINTY_OBSERVED);
        }
    }
    add_ahead(view, &list);
    json_t *events = json_array();
    for (size_t i = 0; i < list.count; i++) {
        json_array_append_new(events, event_json(view, &list.items[i]));
    }
    free(list.items);
    return events;
}

/* ---- the years ahead ---- */

static json_t *rollovers_json(const tool_view *view) {
    json_t *rollovers = json_array();
    for (uint32_t i = 0; i < ROLLOVERS; i++) {
        tca_forecast forecast = {.struct_size = sizeof(forecast)};
        if (tca_rollover_forecast(view->rollover, i, &forecast) != TCA_OK) {
            break;
        }
        json_t *item = json_object();
        json_object_set_new(item, "issued", time_json(forecast.issued));
        json_object_set_new(item, "issued_certainty",
                            json_string(tca_certainty_name(forecast.issued_certainty)));
        json_object_set_new(item, "activation_earliest", time_json(forecast.activation_earliest));
        json_object_set_new(item, "activation_expected", time_json(forecast.activation_expected));
        json_object_set_new(item, "activation_latest", time_json(forecast.activation_latest));
        json_object_set_new(item, "predecessor_ends", time_json(forecast.predecessor_ends));
        json_object_set_new(item, "predecessor_ends_certainty",
                            json_string(tca_certainty_name(forecast.ends_certainty)));
        json_array_append_new(rollovers, item);
    }
    return rollovers;
}

/* ---- forms ---- */

static void add_json(const tool_view *view, text_buffer *out) {
    const char *tenant = NULL;
    size_t length = 0;
    json_t *events = events_json(view);
    (void)tca_inventory_tenant(view->inventory, &tenant, &length);
    json_t *document = json_object();
    json_object_set_new(document, "schema", json_string("tenantca.timeline/1"));
    json_object_set_new(document, "now", time_json(view->now));
    json_object_set_new(document, "tenant", text_json(tenant, length));
    json_object_set_new(document, "stage", json_integer(tca_stage_callout(view->summary.stage)));
    json_object_set_new(document, "stage_name", json_string(tca_stage_name(view->summary.stage)));
    json_object_set_new(document, "windows", windows_json(view));
    json_object_set_new(document, "events", events);
    json_object_set_new(document, "rollovers", rollovers_json(view));
    char *text = events == NULL ? NULL : json_dumps(document, JSON_INDENT(2));
    json_decref(document);
    out->failed = text == NULL;
    text_add(out, "%s\n", text == NULL ? "" : text);
    free(text);
}

static bool add_picture(const tool_view *view, bool svg, text_buffer *out) {
    tool_picture picture;
    if (!picture_of(view, &picture)) {
        complain("there is nothing to draw: of no tenant CA certificate the dates are known; "
                 "'tenantca list' shows what is there");
        return false;
    }
    if (svg) {
        picture_svg(view, &picture, out);
        return true;
    }
    const char *tenant = "of unknown id";
    size_t length;
    (void)tca_inventory_tenant(view->inventory, &tenant, &length);
    text_add(out, "Tenant %s\nStage %u, %s: %s\n\n", tenant,
             (unsigned)tca_stage_callout(view->summary.stage), tca_stage_name(view->summary.stage),
             stage_sentence(view->summary.stage));
    picture_text(view, &picture, out);
    return true;
}

int command_timeline(const tool_options *options) {
    bool json = options->json || (options->format != NULL && strcmp(options->format, "json") == 0);
    bool svg = options->format != NULL && strcmp(options->format, "svg") == 0;
    text_buffer out = {0};
    tool_view view;
    if (options->destination != NULL && !file_may_write(options->destination, options->force)) {
        return EXIT_ERROR;
    }
    if (!view_open(&view, options)) {
        return EXIT_ERROR;
    }
    bool drawn = true;
    if (json) {
        add_json(&view, &out);
    } else {
        drawn = add_picture(&view, svg, &out);
    }
    view_close(&view);
    return drawn ? text_deliver(&out, options) : EXIT_ERROR;
}

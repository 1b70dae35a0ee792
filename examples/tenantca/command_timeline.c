/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define FORECASTS 3

static json_t *forecasts_json(const tool_view *view) {
    json_t *forecasts = json_array();
    for (uint32_t i = 0; i < FORECASTS; i++) {
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
        json_array_append_new(forecasts, item);
    }
    return forecasts;
}

static bool add_json(const tool_view *view, text_buffer *out) {
    const char *tenant = NULL;
    size_t length = 0;
    (void)tca_inventory_tenant(view->inventory, &tenant, &length);
    json_t *document = json_object();
    json_object_set_new(document, "schema", json_string("tenantca.timeline/1"));
    json_object_set_new(document, "now", time_json(view->now));
    json_object_set_new(document, "tenant", text_json(tenant, length));
    json_object_set_new(document, "stage", json_integer(tca_stage_callout(view->summary.stage)));
    json_object_set_new(document, "stage_name", json_string(tca_stage_name(view->summary.stage)));
    json_object_set_new(document, "windows", windows_json(view));
    json_object_set_new(document, "rollovers", forecasts_json(view));
    char *text = json_dumps(document, JSON_INDENT(2));
    json_decref(document);
    if (text != NULL) {
        text_add(out, "%s\n", text);
    }
    free(text);
    return text != NULL;
}

static bool add_picture(const tool_view *view, bool svg, text_buffer *out) {
    tool_picture picture;
    if (!picture_of(view, &picture)) {
        complain("there is nothing to draw: no certificate is active and valid; "
                 "'tenantca status' says more");
        return false;
    }
    if (svg) {
        picture_svg(view, &picture, out);
    } else {
        picture_text(view, &picture, out);
    }
    return true;
}

static int deliver(const tool_options *options, const text_buffer *out) {
    if (out->failed) {
        complain("out of memory");
        return EXIT_ERROR;
    }
    if (options->destination != NULL) {
        return file_write(options->destination, out->data, out->length, options->force)
                   ? EXIT_DONE
                   : EXIT_ERROR;
    }
    return fwrite(out->data, 1, out->length, stdout) == out->length ? EXIT_DONE : EXIT_ERROR;
}

int command_timeline(const tool_options *options) {
    const char *format = options->format != NULL ? options->format
                         : options->json         ? "json"
                                                 : "text";
    bool json = strcmp(format, "json") == 0, svg = strcmp(format, "svg") == 0;
    if (!json && !svg && strcmp(format, "text") != 0) {
        complain("--format is 'text', 'svg' or 'json'");
        return EXIT_USAGE;
    }
    tool_view view;
    if (!view_open(&view, options)) {
        return EXIT_ERROR;
    }
    text_buffer out = {0};
    bool drawn = json ? add_json(&view, &out) : add_picture(&view, svg, &out);
    int status = drawn ? deliver(options, &out) : EXIT_ERROR;
    text_release(&out);
    view_close(&view);
    return status;
}

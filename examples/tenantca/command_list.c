/* SPDX-License-Identifier: MIT */
#include "tool.h"

static json_t *document_of(const tool_view *view) {
    const char *tenant = NULL;
    size_t length = 0;
    json_t *document = json_object();
    json_t *certificates = json_array();
    (void)tca_inventory_tenant(view->inventory, &tenant, &length);
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        json_array_append_new(certificates, entry_json(view, i));
    }
    json_object_set_new(document, "schema", json_string("tenantca.list/1"));
    json_object_set_new(document, "now", time_json(view->now));
    json_object_set_new(document, "tenant", text_json(tenant, length));
    json_object_set_new(document, "certificates", certificates);
    return document;
}

int command_list(const tool_options *options) {
    tool_view view;
    int status = EXIT_DONE;
    if (!view_open(&view, options)) {
        return EXIT_ERROR;
    }
    if (options->json) {
        status = print_json(document_of(&view));
    } else {
        print_table(&view);
    }
    view_close(&view);
    return status;
}

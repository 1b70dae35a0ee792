/* SPDX-License-Identifier: MIT */
/* An inventory at one moment, and questions about it. */
#include <string.h>

#include "tool.h"

bool view_compute(tool_view *view, tca_inventory *inventory, tca_unix now,
                  const tca_policy *policy) {
    tca_error *error = NULL;
    (void)tca_error_new(&error);
    *view = (tool_view){.inventory = inventory, .now = now};
    view->summary.struct_size = sizeof(view->summary);
    tca_result result = tca_rollover_compute(inventory, now, policy, &view->rollover, error);
    if (result == TCA_OK) {
        result = tca_rollover_get_summary(view->rollover, &view->summary);
    } else {
        complain_error("rollover", error, "try another --now");
        view_close(view);
    }
    tca_error_unref(error);
    return result == TCA_OK;
}

void view_close(tool_view *view) {
    tca_rollover_unref(view->rollover);
    tca_inventory_unref(view->inventory);
    *view = (tool_view){0};
}

const tca_entry *view_entry(const tool_view *view, uint32_t index) {
    const tca_entry *entry = NULL;
    (void)tca_inventory_get(view->inventory, index, &entry);
    return entry;
}

tca_entry_info view_info(const tool_view *view, uint32_t index) {
    tca_entry_info info = {.struct_size = sizeof(info)};
    (void)tca_entry_get_info(view_entry(view, index), &info);
    return info;
}

tca_entry_state view_state(const tool_view *view, uint32_t index) {
    tca_entry_state state = {.struct_size = sizeof(state)};
    (void)tca_rollover_state(view->rollover, index, &state);
    return state;
}

const char *view_thumbprint(const tool_view *view, uint32_t index) {
    const char *text = NULL;
    size_t length;
    (void)tca_entry_thumbprint(view_entry(view, index), &text, &length);
    return text == NULL ? "" : text;
}

const tca_certificate *view_certificate(const tool_view *view, uint32_t index) {
    const tca_certificate *certificate = NULL;
    (void)tca_entry_certificate(view_entry(view, index), &certificate);
    return certificate;
}

static bool only_one(const tool_view *view, uint32_t role, uint32_t *index) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        if (role == TCA_NO_INDEX || view_info(view, i).role == role) {
            *index = i;
            count++;
        }
    }
    return count == 1;
}

bool view_find(const tool_view *view, const char *name, uint32_t *index) {
    if (name == NULL) {
        *index = view->summary.active;
        if (*index != TCA_NO_INDEX || only_one(view, TCA_ROLE_TENANT_CA, index) ||
            only_one(view, TCA_NO_INDEX, index)) {
            return true;
        }
        complain("no certificate is the active one: name one by index, thumbprint or serial "
                 "number; 'tenantca list' shows them");
        return false;
    }
    tca_error *error = NULL;
    (void)tca_error_new(&error);
    tca_result result = tca_inventory_find(view->inventory, name, strlen(name), index, error);
    if (result != TCA_OK) {
        complain_error(name, error, "'tenantca list' shows them all");
    }
    tca_error_unref(error);
    return result == TCA_OK;
}

/* SPDX-License-Identifier: MIT */
/* List documents of both services, and everything that is computed from them. */
#include "fuzz.h"

static void touch_rollover(const tca_rollover *rollover, uint32_t entries) {
    tca_rollover_summary summary = {.struct_size = sizeof(summary)};
    require(tca_rollover_get_summary(rollover, &summary) == TCA_OK);
    require(summary.active == TCA_NO_INDEX || summary.active < entries);
    require(summary.next == TCA_NO_INDEX || summary.next < entries);
    require(summary.next_event == TCA_EVENT_NONE || summary.next_event_at > summary.now);
    for (uint32_t i = 0; i < entries; i++) {
        tca_entry_state state = {.struct_size = sizeof(state)};
        require(tca_rollover_state(rollover, i, &state) == TCA_OK);
        require(state.phase == TCA_PHASE_NONE || state.status == TCA_STATUS_INACTIVE);
    }
    tca_unix last = INT64_MIN;
    for (uint32_t i = 0; i < summary.window_count; i++) {
        tca_window window = {.struct_size = sizeof(window)};
        require(tca_rollover_window(rollover, i, &window) == TCA_OK);
        require(window.opens >= last && window.certificate < entries);
        require(window.closes_certainty == TCA_CERTAINTY_NONE || window.opens < window.closes);
        last = window.opens;
    }
    for (uint32_t i = 0; i < summary.action_count; i++) {
        tca_action action = {.struct_size = sizeof(action)};
        require(tca_rollover_action(rollover, i, &action) == TCA_OK);
        require(action.certificate == TCA_NO_INDEX || action.certificate < entries);
    }
    for (uint32_t i = 0; i < 5; i++) {
        tca_forecast forecast = {.struct_size = sizeof(forecast)};
        tca_result result = tca_rollover_forecast(rollover, i, &forecast);
        require(result == TCA_OK || result == TCA_E_NOT_FOUND || result == TCA_E_RANGE);
    }
}

static void touch_at(const tca_inventory *inventory, tca_unix now) {
    tca_rollover *rollover = NULL;
    tca_result result = tca_rollover_compute(inventory, now, NULL, &rollover, NULL);
    require(result == TCA_OK || (result == TCA_E_RANGE && rollover == NULL));
    if (rollover != NULL) {
        touch_rollover(rollover, tca_inventory_count(inventory));
    }
    tca_rollover_unref(rollover);
}

static void find_again(const tca_inventory *inventory, uint32_t index) {
    const tca_entry *entry;
    const char *text;
    size_t length;
    uint32_t found;
    require(tca_inventory_get(inventory, index, &entry) == TCA_OK);
    if (tca_entry_thumbprint(entry, &text, &length) == TCA_OK) {
        tca_result result = tca_inventory_find(inventory, text, length, &found, NULL);
        require(result == TCA_OK || result == TCA_E_AMBIGUOUS);
    }
    tca_entry_info info = {.struct_size = sizeof(info)};
    require(tca_entry_get_info(entry, &info) == TCA_OK);
    if ((info.flags & TCA_ENTRY_HAS_NOT_AFTER) != 0) {
        touch_at(inventory, info.not_after);
        touch_at(inventory, info.not_after + 1);
        touch_at(inventory, info.not_before - 1);
    }
}

/* The same document twice in one builder, and once more as what was known before. */
static void build_again(const tca_inventory *inventory, const uint8_t *data, size_t size,
                        tca_unix now) {
    tca_inventory_builder *builder = NULL;
    tca_inventory *again = NULL;
    require(tca_inventory_builder_new(NULL, &builder, NULL) == TCA_OK);
    require(tca_inventory_builder_add_input(builder, data, size, NULL) == TCA_OK);
    require(tca_inventory_builder_add_input(builder, data, size, NULL) == TCA_OK);
    require(tca_inventory_builder_set_previous(builder, inventory, now, NULL) == TCA_OK);
    require(tca_inventory_builder_finish(builder, &again, NULL) == TCA_OK);
    require(tca_inventory_count(again) == tca_inventory_count(inventory));
    tca_inventory_unref(again);
    tca_inventory_builder_unref(builder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tca_inventory *inventory = NULL;
    tca_unix now = 0;
    uint32_t found;
    if (tca_inventory_parse(data, size, NULL, &inventory, NULL) != TCA_OK) {
        require(inventory == NULL);
        return 0;
    }
    memcpy(&now, data + size - (size < sizeof(now) ? size : sizeof(now)),
           size < sizeof(now) ? size : sizeof(now));
    touch_at(inventory, now);
    touch_at(inventory, INT64_C(1772000000));
    uint32_t count = tca_inventory_count(inventory);
    for (uint32_t i = 0; i < count && i < 8; i++) {
        find_again(inventory, i);
    }
    (void)tca_inventory_find(inventory, (const char *)data, size < 40 ? size : 40, &found, NULL);
    build_again(inventory, data, size, now);
    tca_inventory_unref(inventory);
    return 0;
}

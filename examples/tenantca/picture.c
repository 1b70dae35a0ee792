/* SPDX-License-Identifier: MIT */
/* Which rollover is drawn, and the text that a picture is made of. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define DAY INT64_C(86400)

void text_add(text_buffer *text, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t wanted = text->length + (length > 0 ? (size_t)length : 0) + 1;
    if (!text->failed && wanted > text->capacity) {
        char *grown = realloc(text->data, wanted * 2);
        text->failed = grown == NULL;
        text->data = grown == NULL ? text->data : grown;
        text->capacity = grown == NULL ? text->capacity : wanted * 2;
    }
    if (!text->failed && length > 0) {
        vsnprintf(text->data + text->length, text->capacity - text->length, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_release(text_buffer *text) {
    free(text->data);
    *text = (text_buffer){0};
}

/* The tenant's certificate that began last before `start`, as long as it is not long gone. */
static uint32_t predecessor(const tool_view *view, tca_unix start, tca_unix removal) {
    uint32_t found = TCA_NO_INDEX;
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        tca_entry_info info = view_info(view, i);
        bool dated = (info.flags & TCA_ENTRY_HAS_NOT_BEFORE) != 0 &&
                     (info.flags & TCA_ENTRY_HAS_NOT_AFTER) != 0;
        if (view_state(view, i).status != TCA_STATUS_INACTIVE || !dated ||
            info.not_before >= start || view->now > info.not_after + removal) {
            continue;
        }
        if (found == TCA_NO_INDEX || info.not_before > view_info(view, found).not_before) {
            found = i;
        }
    }
    return found;
}

static bool predict_newer(const tool_view *view, tool_picture *picture) {
    tca_forecast forecast = {.struct_size = sizeof(forecast)};
    if (tca_rollover_forecast(view->rollover, 0, &forecast) != TCA_OK) {
        return false;
    }
    picture->newer_start = forecast.issued;
    picture->newer_end = forecast.issued + (picture->older_end - picture->older_start);
    return true;
}

bool picture_of(const tool_view *view, tool_picture *picture) {
    const tca_rollover_summary *summary = &view->summary;
    tca_policy policy = {.struct_size = sizeof(policy)};
    (void)tca_policy_defaults(&policy);
    *picture = (tool_picture){.older = summary->active, .newer = summary->next};
    if (summary->active == TCA_NO_INDEX) {
        return false;
    }
    if (summary->next == TCA_NO_INDEX) {
        uint32_t before = predecessor(view, view_info(view, summary->active).not_before,
                                      (tca_unix)policy.removal_days * DAY);
        if (before != TCA_NO_INDEX) {
            picture->older = before;
            picture->newer = summary->active;
            picture->activated = true;
        }
    }
    tca_entry_info older = view_info(view, picture->older);
    picture->older_start = older.not_before;
    picture->older_end = older.not_after;
    if (picture->newer == TCA_NO_INDEX) {
        if (!predict_newer(view, picture)) {
            return false;
        }
    } else {
        tca_entry_info newer = view_info(view, picture->newer);
        picture->newer_start = newer.not_before;
        picture->newer_end = newer.not_after;
    }
    picture->earliest = picture->newer_start + policy.activation_earliest_days * DAY;
    picture->expected = picture->newer_start + policy.activation_expected_days * DAY;
    picture->latest = picture->newer_start + policy.activation_latest_days * DAY;
    picture->removal_ends = picture->older_end + 1 + policy.removal_days * DAY;
    return true;
}

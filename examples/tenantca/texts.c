/* SPDX-License-Identifier: MIT */
/* Moments and states in words. */
#include <string.h>

#include "tool.h"

#define DAY INT64_C(86400)
#define LINE_WIDTH 88

void date_text(tca_unix time, char text[MOMENT_SIZE]) {
    if (tca_time_format(time, text, MOMENT_SIZE, NULL) == TCA_OK) {
        text[strlen("2026-04-05")] = '\0';
    } else {
        strcpy(text, "never");
    }
}

static int64_t day_number(tca_unix time) {
    return time >= 0 ? time / DAY : -((-time + DAY - 1) / DAY);
}

static void distance_text(tca_unix time, tca_unix now, char text[MOMENT_SIZE]) {
    int64_t days = day_number(time) - day_number(now);
    int64_t seconds = time > now ? time - now : now - time;
    int64_t hours = seconds / 3600;
    int64_t count = days != 0 ? (days < 0 ? -days : days) : hours > 0 ? hours : seconds / 60;
    const char *unit = days != 0 ? "day" : hours > 0 ? "hour" : "minute";
    const char *plural = count == 1 ? "" : "s";
    if (count == 0) {
        snprintf(text, MOMENT_SIZE, "now");
    } else if (time > now) {
        snprintf(text, MOMENT_SIZE, "in %lld %s%s", (long long)count, unit, plural);
    } else {
        snprintf(text, MOMENT_SIZE, "%lld %s%s ago", (long long)count, unit, plural);
    }
}

void moment_text(tca_unix time, tca_unix now, char text[MOMENT_SIZE]) {
    char date[MOMENT_SIZE], distance[MOMENT_SIZE];
    date_text(time, date);
    distance_text(time, now, distance);
    snprintf(text, MOMENT_SIZE, "%.10s, %.50s", date, distance);
}

const char *status_words(const tool_view *view, uint32_t index, char text[MOMENT_SIZE]) {
    tca_entry_state state = view_state(view, index);
    if (state.status == TCA_STATUS_NONE) {
        uint32_t role = view_info(view, index).role;
        snprintf(text, MOMENT_SIZE, "%s",
                 role == TCA_ROLE_UPPER_CA    ? "(upper CA)"
                 : role == TCA_ROLE_TENANT_CA ? "(another tenant's)"
                                              : "(other)");
        return text;
    }
    bool predicted = state.status_source == TCA_SOURCE_PREDICTED;
    const char *status = tca_status_name(state.status);
    if (state.phase != TCA_PHASE_NONE) {
        snprintf(text, MOMENT_SIZE, "%s (%s)%s", status, tca_phase_name(state.phase),
                 predicted ? ", predicted" : "");
    } else {
        snprintf(text, MOMENT_SIZE, "%s%s", status, predicted ? ", predicted" : "");
    }
    return text;
}

tool_colour status_colour(const tool_view *view, uint32_t index) {
    tca_entry_state state = view_state(view, index);
    switch (state.status) {
    case TCA_STATUS_ACTIVE:
        return COLOUR_GOOD;
    case TCA_STATUS_REVOKED:
        return COLOUR_BAD;
    case TCA_STATUS_INACTIVE:
        return state.phase == TCA_PHASE_NEW ? COLOUR_WARN : COLOUR_FAINT;
    default:
        return COLOUR_FAINT;
    }
}

const char *stage_sentence(uint32_t stage) {
    static const char *const sentences[] = {
        "There is no tenant CA certificate.",
        "One certificate is active and no successor is due: nothing to do but wait.",
        "The successor of the active certificate should be issued any day now.",
        "The successor is issued and not yet active: trust it before it becomes active.",
        "The successor is active: trust both until the old certificate has expired.",
        "The old certificate has expired and may be removed.",
        "It cannot be told which certificate is the active one.",
    };
    return stage < sizeof(sentences) / sizeof(sentences[0]) ? sentences[stage] : "";
}

void print_wrapped(const char *text, int indent) {
    int column = 0;
    while (*text != '\0') {
        int length = (int)strcspn(text, " ");
        if (column > 0 && column + 1 + length > LINE_WIDTH) {
            putchar('\n');
            column = 0;
        }
        column += printf("%*s%.*s", column == 0 ? indent : 1, "", length, text);
        text += length;
        text += strspn(text, " ");
    }
    putchar('\n');
}

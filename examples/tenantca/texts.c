/* SPDX-License-Identifier: MIT */
/* Moments, states and tables for people. */
#include <string.h>

#include "tool.h"

#define DAY INT64_C(86400)

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

void moment_text(tca_unix time, tca_unix now, char text[MOMENT_SIZE]) {
    char date[MOMENT_SIZE];
    date_text(time, date);
    long long days = day_number(time) - day_number(now);
    const char *unit = days == 1 || days == -1 ? "day" : "days";
    if (strcmp(date, "never") == 0) {
        snprintf(text, MOMENT_SIZE, "%s", date);
    } else if (days == 0) {
        snprintf(text, MOMENT_SIZE, "%.10s, today", date);
    } else if (days > 0) {
        snprintf(text, MOMENT_SIZE, "%.10s, in %lld %s", date, days, unit);
    } else {
        snprintf(text, MOMENT_SIZE, "%.10s, %lld %s ago", date, -days, unit);
    }
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
        "One certificate is active, and no successor is due.",
        "The successor should be issued any day now.",
        "The successor is issued: trust it before it becomes active.",
        "The successor is active; keep trusting both.",
        "The old certificate has expired and may be removed.",
        "It cannot be told which certificate is active.",
    };
    return stage < sizeof(sentences) / sizeof(sentences[0]) ? sentences[stage] : "";
}

/* ---- the table ---- */

static void print_row(const tool_view *view, uint32_t index) {
    char status[MOMENT_SIZE], start[MOMENT_SIZE] = "unknown", end[MOMENT_SIZE] = "unknown";
    tca_entry_info info = view_info(view, index);
    const char *thumbprint = view_thumbprint(view, index);
    if ((info.flags & TCA_ENTRY_HAS_NOT_BEFORE) != 0) {
        date_text(info.not_before, start);
    }
    if ((info.flags & TCA_ENTRY_HAS_NOT_AFTER) != 0) {
        moment_text(info.not_after, view->now, end);
    }
    printf("%5u  %-40s  %s%-26s%s  %-10s  %s%s\n", (unsigned)index + 1,
           thumbprint[0] != '\0' ? thumbprint : "unknown", colour_on(status_colour(view, index)),
           status_words(view, index, status), colour_off(), start, end,
           (info.flags & TCA_ENTRY_HAS_BODY) != 0 ? "" : "  (no body)");
}

static void print_anomalies(const tool_view *view, uint32_t index) {
    uint32_t anomalies = view_state(view, index).anomalies;
    for (uint32_t bit = 1; bit != 0; bit <<= 1) {
        if ((anomalies & bit) != 0) {
            printf("%5s  %s! %s%s\n", "", colour_on(COLOUR_WARN), tca_anomaly_name(bit),
                   colour_off());
        }
    }
}

void print_table(const tool_view *view) {
    printf("INDEX  %-40s  %-26s  %-10s  %s\n", "THUMBPRINT", "STATUS", "ISSUED", "EXPIRES");
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        print_row(view, i);
        print_anomalies(view, i);
    }
}

/* ---- actions ---- */

static void print_action(const tool_view *view, const tca_action *action) {
    char when[MOMENT_SIZE], moment[MOMENT_SIZE];
    bool early = (action->flags & TCA_ACTION_HAS_NOT_BEFORE) != 0 && action->not_before > view->now;
    bool due = (action->flags & TCA_ACTION_HAS_DEADLINE) != 0;
    if (early) {
        moment_text(action->not_before, view->now, moment);
        snprintf(when, sizeof(when), "from %.50s", moment);
    } else if (due) {
        moment_text(action->deadline, view->now, moment);
        snprintf(when, sizeof(when), "by %.50s", moment);
    } else {
        snprintf(when, sizeof(when), "now");
    }
    bool late = due && action->deadline <= view->now;
    printf("  %s%-11s%s  %-12.12s  %-30s  %s\n",
           colour_on(late    ? COLOUR_BAD
                     : early ? COLOUR_FAINT
                             : COLOUR_WARN),
           tca_action_name(action->kind), colour_off(),
           action->certificate == TCA_NO_INDEX ? "-" : view_thumbprint(view, action->certificate),
           when, tca_reason_text(action->reason));
}

void print_actions(const tool_view *view) {
    if (view->summary.action_count == 0) {
        printf("  nothing\n");
    }
    for (uint32_t i = 0; i < view->summary.action_count; i++) {
        tca_action action = {.struct_size = sizeof(action)};
        (void)tca_rollover_action(view->rollover, i, &action);
        print_action(view, &action);
    }
}

/* SPDX-License-Identifier: MIT */
/* The parts of the output that people read. */
#include <string.h>

#include "tool.h"

/* ---- the table ---- */

int status_width(const tool_view *view) {
    size_t widest = strlen("STATUS");
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        char text[MOMENT_SIZE];
        size_t width = strlen(status_words(view, i, text));
        widest = width > widest ? width : widest;
    }
    return (int)widest;
}

static void print_row(const tool_view *view, uint32_t index, int width) {
    char status[MOMENT_SIZE], start[MOMENT_SIZE] = "unknown", end[MOMENT_SIZE] = "unknown";
    tca_entry_info info = view_info(view, index);
    const char *thumbprint = view_thumbprint(view, index);
    if ((info.flags & TCA_ENTRY_HAS_NOT_BEFORE) != 0) {
        date_text(info.not_before, start);
    }
    if ((info.flags & TCA_ENTRY_HAS_NOT_AFTER) != 0) {
        moment_text(info.not_after, view->now, end);
    }
    printf("%5u  %-40s  %s%-*s%s  %-10s  %s%s\n", (unsigned)index + 1,
           thumbprint[0] != '\0' ? thumbprint : "unknown", colour_on(status_colour(view, index)),
           width, status_words(view, index, status), colour_off(), start, end,
           (info.flags & TCA_ENTRY_HAS_BODY) != 0 ? "" : "  (no body)");
}

void print_anomalies(uint32_t anomalies, int indent) {
    for (uint32_t bit = 1; bit != 0; bit <<= 1) {
        if ((anomalies & bit) != 0) {
            printf("%*s%s! %s%s\n", indent, "", colour_on(COLOUR_WARN), tca_anomaly_name(bit),
                   colour_off());
        }
    }
}

void print_heading(const tool_view *view) {
    const char *tenant;
    size_t length;
    char date[MOMENT_SIZE];
    date_text(view->now, date);
    if (tca_inventory_tenant(view->inventory, &tenant, &length) == TCA_OK) {
        printf("Tenant %s on %s\n", tenant, date);
    } else {
        printf("A tenant whose id is not known, on %s\n", date);
    }
}

void print_table(const tool_view *view) {
    int width = status_width(view);
    printf("INDEX  %-40s  %-*s  %-10s  %s\n", "THUMBPRINT", width, "STATUS", "ISSUED", "EXPIRES");
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        print_row(view, i, width);
        print_anomalies(view_state(view, i).anomalies, 7);
    }
}

/* ---- stage and event ---- */

void print_stage(const tool_view *view) {
    uint32_t stage = view->summary.stage;
    bool quiet = stage == TCA_STAGE_STEADY;
    bool bad = stage == TCA_STAGE_AMBIGUOUS || stage == TCA_STAGE_NONE;
    printf("Stage %u, %s%s%s\n", (unsigned)tca_stage_callout(stage),
           colour_on(quiet ? COLOUR_GOOD
                     : bad ? COLOUR_BAD
                           : COLOUR_WARN),
           tca_stage_name(stage), colour_off());
    printf("  %s\n", stage_sentence(stage));
}

void print_event(const tool_view *view) {
    const tca_rollover_summary *summary = &view->summary;
    char moment[MOMENT_SIZE], what[96];
    if (summary->next_event == TCA_EVENT_NONE) {
        printf("Next: no event is known\n");
        return;
    }
    moment_text(summary->next_event_at, view->now, moment);
    const char *thumbprint = view_thumbprint(view, summary->next_event_certificate);
    switch (summary->next_event) {
    case TCA_EVENT_ISSUE:
        snprintf(what, sizeof(what), "the successor of %.12s is issued", thumbprint);
        break;
    case TCA_EVENT_ACTIVATION:
        snprintf(what, sizeof(what), "%.12s becomes active", thumbprint);
        break;
    case TCA_EVENT_EXPIRY:
        snprintf(what, sizeof(what), "%.12s has expired", thumbprint);
        break;
    default:
        snprintf(what, sizeof(what), "%.12s becomes valid", thumbprint);
        break;
    }
    printf("Next: %s: %s (%s)\n", moment, what, tca_certainty_name(summary->next_event_certainty));
}

/* ---- actions ---- */

static tca_action get_action(const tool_view *view, uint32_t index) {
    tca_action action = {.struct_size = sizeof(action)};
    (void)tca_rollover_action(view->rollover, index, &action);
    return action;
}

/* All but the kind: such actions are one line to people. */
static bool are_alike(const tca_action *one, const tca_action *other) {
    return one->certificate == other->certificate && one->reason == other->reason &&
           one->flags == other->flags && one->not_before == other->not_before &&
           one->deadline == other->deadline;
}

static void action_time(const tool_view *view, const tca_action *action,
                        char text[2 * MOMENT_SIZE]) {
    char moment[MOMENT_SIZE];
    text[0] = '\0';
    if ((action->flags & TCA_ACTION_HAS_NOT_BEFORE) != 0 && action->not_before > view->now) {
        moment_text(action->not_before, view->now, moment);
        snprintf(text, 2 * MOMENT_SIZE, ", from %s", moment);
    }
    if ((action->flags & TCA_ACTION_HAS_DEADLINE) != 0) {
        size_t length = strlen(text);
        moment_text(action->deadline, view->now, moment);
        snprintf(text + length, 2 * MOMENT_SIZE - length, ", by %s%s", moment,
                 action->deadline <= view->now ? ": late" : "");
    }
}

static void print_action_end(const tool_view *view, const tca_action *action) {
    char when[2 * MOMENT_SIZE];
    bool late = (action->flags & TCA_ACTION_HAS_DEADLINE) != 0 && action->deadline <= view->now;
    action_time(view, action, when);
    if (action->certificate != TCA_NO_INDEX) {
        printf(" %.12s", view_thumbprint(view, action->certificate));
    }
    printf("%s%s%s\n", colour_on(late ? COLOUR_BAD : COLOUR_NONE), when, late ? colour_off() : "");
    print_wrapped(tca_reason_text(action->reason), 6);
}

void print_actions(const tool_view *view) {
    tca_action previous = {0};
    uint32_t count = view->summary.action_count;
    printf(count == 0 ? "To do: nothing\n" : "To do\n");
    for (uint32_t i = 0; i < count; i++) {
        tca_action action = get_action(view, i);
        bool same = i > 0 && are_alike(&action, &previous);
        if (i > 0 && !same) {
            print_action_end(view, &previous);
        }
        printf("%s%s%s%s", same ? ", " : "  - ", colour_on(COLOUR_WARN),
               tca_action_name(action.kind), colour_off());
        previous = action;
    }
    if (count > 0) {
        print_action_end(view, &previous);
    }
}

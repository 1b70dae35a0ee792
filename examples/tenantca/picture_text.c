/* SPDX-License-Identifier: MIT */
/* The rollover as a picture made of characters. */
#include <string.h>

#include "tool.h"

#define DAY INT64_C(86400)
#define COLUMNS 72
#define MARGIN_DAYS 45

typedef struct time_scale {
    tca_unix from;
    tca_unix to;
} time_scale;

static int column(const time_scale *scale, tca_unix time) {
    if (time <= scale->from) {
        return 0;
    }
    if (time >= scale->to) {
        return COLUMNS - 1;
    }
    return (int)((time - scale->from) * (COLUMNS - 1) / (scale->to - scale->from));
}

static void fill(char *line, const time_scale *scale, tca_unix from, tca_unix to, char with) {
    if (to <= scale->from || from >= scale->to) {
        return;
    }
    for (int i = column(scale, from); i < column(scale, to); i++) {
        line[i] = with;
    }
}

static void put(char *line, int at, const char *text) {
    for (int i = 0; text[i] != '\0' && at + i < COLUMNS; i++) {
        line[at + i] = text[i];
    }
}

static void finish(text_buffer *out, const char *label, char *line) {
    int end = COLUMNS;
    while (end > 0 && line[end - 1] == ' ') {
        end--;
    }
    text_add(out, "%-11.11s %.*s\n", label, end, line);
    memset(line, ' ', COLUMNS);
}

static void add_row(text_buffer *out, char *line, const char *letter, const char *thumbprint) {
    char label[16];
    snprintf(label, sizeof(label), "%s %.8s", letter, thumbprint);
    finish(out, label, line);
}

static void add_stages(const tool_picture *picture, const time_scale *scale, char *line) {
    put(line, column(scale, (scale->from + picture->newer_start) / 2), "1");
    put(line, column(scale, (picture->newer_start + picture->expected) / 2), "2");
    put(line, column(scale, (picture->expected + picture->older_end) / 2), "3");
    put(line, column(scale, (picture->older_end + picture->removal_ends) / 2), "4");
    put(line, column(scale, (picture->removal_ends + scale->to) / 2), "5");
}

static void add_date(text_buffer *out, const tool_view *view, const char *what, tca_unix time,
                     bool predicted) {
    char moment[MOMENT_SIZE];
    moment_text(time, view->now, moment);
    text_add(out, "  %-26s %s%s\n", what, predicted ? "~" : " ", moment);
}

static void add_dates(const tool_view *view, const tool_picture *picture, text_buffer *out) {
    bool predicted = picture->newer == TCA_NO_INDEX;
    add_date(out, view, "B is issued", picture->newer_start, predicted);
    if (picture->activated) {
        text_add(out, "  %-26s  by now, says the %s\n", "B is active",
                 view_state(view, picture->newer).status_source == TCA_SOURCE_SERVICE ? "service"
                                                                                      : "calendar");
    } else {
        add_date(out, view, "B active at the earliest", picture->earliest, true);
        add_date(out, view, "B active as expected", picture->expected, true);
        add_date(out, view, "B active at the latest", picture->latest, true);
    }
    add_date(out, view, "A has ended", picture->older_end + 1, false);
}

void picture_text(const tool_view *view, const tool_picture *picture, text_buffer *out) {
    time_scale scale = {picture->newer_start - MARGIN_DAYS * DAY,
                        picture->removal_ends + MARGIN_DAYS * DAY};
    char line[COLUMNS];
    bool predicted = picture->newer == TCA_NO_INDEX;
    memset(line, ' ', sizeof(line));
    add_stages(picture, &scale, line);
    finish(out, "stage", line);
    fill(line, &scale, picture->older_start, picture->expected, '=');
    fill(line, &scale, picture->expected, picture->older_end, '-');
    put(line, column(&scale, picture->older_end), "|");
    add_row(out, line, "A", view_thumbprint(view, picture->older));
    fill(line, &scale, picture->newer_start, picture->expected, '-');
    fill(line, &scale, picture->expected, picture->newer_end, '=');
    put(line, column(&scale, picture->newer_start), "|");
    add_row(out, line, "B", predicted ? "expected" : view_thumbprint(view, picture->newer));
    if (!picture->activated) {
        fill(line, &scale, picture->newer_start, picture->earliest, '!');
        fill(line, &scale, picture->earliest, picture->latest, '?');
        finish(out, "", line);
    }
    if (view->now >= scale.from && view->now <= scale.to) {
        put(line, column(&scale, view->now), "^ today");
        finish(out, "", line);
    }
    text_add(out, "\n  = active   - inactive, trust both%s\n\n",
             picture->activated ? "" : "   ! act: trust B   ? B becomes active");
    add_dates(view, picture, out);
    text_add(out, "\n  1 A alone   2 B issued, act now   3 B active, both trusted   "
                  "4 A expired, remove it   5 B alone\n");
}

/* SPDX-License-Identifier: MIT */
/* The rollover as a picture made of characters. */
#include <string.h>

#include "tool.h"

#define COLUMNS 64

/* One line of the picture, and the times that its two ends stand for. */
typedef struct text_row {
    tca_unix from, to;
    char cells[COLUMNS];
} text_row;

static int column(const text_row *row, tca_unix time) {
    if (time <= row->from) {
        return 0;
    }
    return time >= row->to ? COLUMNS : (int)((time - row->from) * COLUMNS / (row->to - row->from));
}

static void fill(text_row *row, tca_unix from, tca_unix to, char with) {
    for (int i = column(row, from); i < column(row, to); i++) {
        row->cells[i] = with;
    }
}

static void put(text_row *row, int at, const char *text) {
    for (int i = 0; text[i] != '\0' && at + i < COLUMNS; i++) {
        if (at + i >= 0) {
            row->cells[at + i] = text[i];
        }
    }
}

/* Trailing blanks are left out, and the row is empty again. */
static void finish(text_buffer *out, const char *label, text_row *row) {
    int end = COLUMNS;
    while (end > 0 && row->cells[end - 1] == ' ') {
        end--;
    }
    text_add(out, "%-13.13s %.*s\n", label, end, row->cells);
    memset(row->cells, ' ', COLUMNS);
}

static void add_stages(const tool_view *view, const tool_picture *picture, text_row *row,
                       text_buffer *out) {
    tca_unix ends[PICTURE_STAGES];
    tca_unix begin = picture->from;
    unsigned now = picture_stage_now(view, picture);
    picture_stages(picture, ends);
    for (unsigned i = 0; i < PICTURE_STAGES; begin = ends[i++]) {
        char text[8];
        int left = column(row, begin), right = column(row, ends[i]);
        snprintf(text, sizeof(text), now == i + 1 ? "(%u)" : " %u ", i + 1);
        if (right - left >= 3) {
            put(row, (left + right - 3) / 2, text);
        }
        if (i + 1 < PICTURE_STAGES) {
            put(row, right, "|");
        }
    }
    finish(out, "stage", row);
}

static void add_bars(const tool_view *view, const tool_picture *picture, text_row *row,
                     text_buffer *out) {
    char label[32];
    tca_unix retires =
        picture->activated < picture->older_end ? picture->activated : picture->older_end;
    fill(row, picture->older_start, retires, '=');
    fill(row, retires, picture->older_end, '-');
    put(row, column(row, picture->older_end), "|");
    snprintf(label, sizeof(label), "A %.8s", view_thumbprint(view, picture->older));
    finish(out, label, row);
    tca_unix activated =
        picture->activated < picture->newer_end ? picture->activated : picture->newer_end;
    fill(row, picture->newer_start, activated, '+');
    fill(row, activated, picture->newer_end, '=');
    snprintf(label, sizeof(label), "B %.8s",
             picture->newer == TCA_NO_INDEX ? "(ahead)" : view_thumbprint(view, picture->newer));
    finish(out, label, row);
}

static void add_windows(const tool_view *view, const tool_picture *picture, text_row *row,
                        text_buffer *out) {
    picture_span spans[PICTURE_WINDOWS];
    int count = picture_windows(view, picture, spans);
    for (int i = 0; i < count; i++) {
        int end = spans[i].stays_open ? COLUMNS : column(row, spans[i].closes);
        fill(row, spans[i].opens, spans[i].stays_open ? row->to : spans[i].closes, '.');
        put(row, column(row, spans[i].opens), "[");
        put(row, end - 1, spans[i].stays_open ? ">" : ")");
        finish(out, spans[i].name, row);
    }
}

static void add_today(const tool_view *view, text_row *row, text_buffer *out) {
    char date[MOMENT_SIZE], text[MOMENT_SIZE];
    date_text(view->now, date);
    int at = column(row, view->now);
    if (view->now < row->from) {
        snprintf(text, sizeof(text), "<- %.10s", date);
        at = 0;
    } else if (view->now >= row->to) {
        snprintf(text, sizeof(text), "%.10s ->", date);
        at = COLUMNS - (int)strlen(text);
    } else if (at > COLUMNS / 2) {
        snprintf(text, sizeof(text), "%.10s ^", date);
        at -= (int)strlen(text) - 1;
    } else {
        snprintf(text, sizeof(text), "^ %.10s", date);
    }
    put(row, at, text);
    finish(out, "today", row);
}

static void add_date(text_buffer *out, const tool_view *view, const char *what, tca_unix time,
                     bool predicted) {
    char moment[MOMENT_SIZE];
    moment_text(time, view->now, moment);
    text_add(out, "  %-32s %s%s\n", what, predicted ? "~" : " ", moment);
}

static void add_dates(const tool_view *view, const tool_picture *picture, text_buffer *out) {
    bool ahead = picture->newer == TCA_NO_INDEX;
    if (ahead && picture->due < view->now) {
        add_date(out, view, "B has been due since", picture->due, true);
        text_add(out, "  If it were issued now:\n");
    } else {
        add_date(out, view, "B is issued", picture->newer_start, ahead);
    }
    if (picture_newer_active(view, picture)) {
        bool predicted = view_state(view, picture->newer).status_source == TCA_SOURCE_PREDICTED;
        text_add(out, "  %-32s %s\n", "B has become active",
                 predicted ? "~as the dates predict" : " as the service says");
    } else {
        add_date(out, view, "trust B before (earliest active)", picture->earliest, true);
        add_date(out, view, "B becomes active, expected", picture->expected, true);
        add_date(out, view, "B becomes active, latest", picture->latest, true);
    }
    add_date(out, view, "A has expired", picture->older_end + 1, false);
}

void picture_text(const tool_view *view, const tool_picture *picture, text_buffer *out) {
    text_row row = {.from = picture->from, .to = picture->to};
    memset(row.cells, ' ', COLUMNS);
    add_stages(view, picture, &row, out);
    add_bars(view, picture, &row, out);
    add_windows(view, picture, &row, out);
    add_today(view, &row, out);
    text_add(out, "\n  = active   + inactive, new   - inactive, retired   [ ) window   "
                  "~ predicted\n\n");
    add_dates(view, picture, out);
    text_add(out, "\n");
    for (unsigned i = 1; i <= PICTURE_STAGES; i++) {
        text_add(out, "  %u  %s\n", i, picture_stage_text(i));
    }
}

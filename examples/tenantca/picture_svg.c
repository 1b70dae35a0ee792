/* SPDX-License-Identifier: MIT */
/* The lower picture of the SVG image: the rollover itself. */
#include <string.h>

#include "svg.h"

#define BARS_TOP 66.0 /* within the lower picture */
#define BAR_HEIGHT 36.0
#define BAR_STEP 46.0
#define WINDOW_STEP 30.0
#define LETTER_WIDTH 7.6
#define DATES_WIDTH 190
#define CALLOUT_WIDTH 28.0

/* Words lie above all lines, so that none runs through them. */
typedef struct layers {
    text_buffer *shapes;
    text_buffer *words;
    const svg_scale *scale;
    double bottom;
} layers;

/* In the middle of its stage, or beside the line of today where the two would touch. */
static double callout_place(double left, double right, double today) {
    double middle = (left + right) / 2, away = CALLOUT_WIDTH / 2 + 6;
    if (middle <= today - away || middle >= today + away) {
        return middle;
    }
    bool before = today - left > right - today;
    double place = before ? today - away : today + away;
    bool room = before ? place - left >= away : right - place >= away;
    return room ? place : middle;
}

static void add_stages(const layers *on, const tool_view *view, const tool_picture *picture,
                       double top) {
    tca_unix ends[PICTURE_STAGES];
    unsigned now = picture_stage_now(view, picture);
    double left = SVG_LEFT;
    picture_stages(picture, ends);
    for (unsigned i = 0; i < PICTURE_STAGES; i++) {
        double right = svg_x(on->scale, ends[i]);
        if (right - left >= CALLOUT_WIDTH) {
            svg_callout(on->words, callout_place(left, right, svg_x(on->scale, view->now)),
                        top + 42, i + 1, now == i + 1);
        }
        if (i + 1 < PICTURE_STAGES) {
            svg_upright(on->shapes, right, top + 30, on->bottom,
                        "stroke=\"" FAINT "\" stroke-dasharray=\"2 4\"");
        }
        left = right;
    }
}

/* A piece of a certificate's life, with its word where there is room. */
static void add_piece(const layers *on, tca_unix from, tca_unix to, double y, const char *colour,
                      const char *word, bool predicted) {
    char style[160];
    double left = svg_x(on->scale, from), right = svg_x(on->scale, to);
    const char *ink = predicted ? INK : strcmp(colour, ACTIVE) == 0 ? ON_DARK : ON_LIGHT;
    snprintf(style, sizeof(style),
             predicted ? "fill=\"" PAPER "\" stroke=\"%s\" stroke-width=\"2\" "
                         "stroke-dasharray=\"7 4\""
                       : "fill=\"%s\"",
             colour);
    svg_bar(on->shapes, on->scale, from, to, y, BAR_HEIGHT, style);
    if (right - left > (double)strlen(word) * LETTER_WIDTH + 20) {
        const svg_text how = {left + 11, y + 23, 13, "start", ink, false};
        svg_label(on->words, &how, word);
    }
}

static void add_row_name(const layers *on, double y, const char *letter, const char *thumbprint,
                         tca_unix end) {
    const svg_text bold = {24, y + 17, 16, "start", INK, true};
    const svg_text plain = {44, y + 16, 12, "start", INK, false};
    const svg_text small = {44, y + 31, 11, "start", FAINT, false};
    char name[32], date[MOMENT_SIZE], ends[MOMENT_SIZE];
    bool ahead = thumbprint == NULL;
    date_text(end, date);
    snprintf(name, sizeof(name), "%.10s", ahead ? "" : thumbprint);
    snprintf(ends, sizeof(ends), "ends %s%.10s", ahead ? "~" : "", date);
    svg_label(on->words, &bold, letter);
    svg_label(on->words, &plain, ahead ? "not issued yet" : name);
    svg_label(on->words, &small, ends);
}

static void add_bars(const layers *on, const tool_view *view, const tool_picture *picture,
                     double top) {
    bool ahead = picture->newer == TCA_NO_INDEX;
    double second = top + BAR_STEP;
    tca_unix retires =
        picture->activated < picture->older_end ? picture->activated : picture->older_end;
    tca_unix activated =
        picture->activated < picture->newer_end ? picture->activated : picture->newer_end;
    if (!picture_newer_active(view, picture)) {
        svg_bar(on->shapes, on->scale, picture->earliest, picture->latest, top - 5,
                BAR_STEP + BAR_HEIGHT + 10, FILL(NEW) " " SHADE);
    }
    add_piece(on, picture->older_start, retires, top, ACTIVE, "Active", false);
    add_piece(on, retires, picture->older_end, top, RETIRED, "Inactive (retired)", false);
    add_piece(on, picture->newer_start, activated, second, NEW, "Inactive (new)", ahead);
    add_piece(on, activated, picture->newer_end, second, ACTIVE, "Active", ahead);
    add_row_name(on, top, "A", view_thumbprint(view, picture->older), picture->older_end);
    add_row_name(on, second, "B", ahead ? NULL : view_thumbprint(view, picture->newer),
                 picture->newer_end);
}

/* ---- windows ---- */

static void window_dates(const picture_span *span, char text[2 * MOMENT_SIZE]) {
    char opens[MOMENT_SIZE], closes[MOMENT_SIZE];
    date_text(span->opens, opens);
    date_text(span->closes, closes);
    if (span->stays_open) {
        snprintf(text, 2 * MOMENT_SIZE, "from %.10s", opens);
    } else {
        snprintf(text, 2 * MOMENT_SIZE, "%s%.10s to %s%.10s", span->predicted_opening ? "~" : "",
                 opens, span->predicted_closing ? "~" : "", closes);
    }
}

/* The dates stand behind the window; without room there, before it; else on it. */
static svg_text dates_place(double left, double right, double y, bool open) {
    svg_text how = {right + 8, y + 11.5, 12, "start", INK, false};
    if (right + DATES_WIDTH > SVG_RIGHT) {
        bool before = left - DATES_WIDTH > SVG_LEFT;
        how.x = before ? left - 8 : left + 8;
        how.anchor = before ? "end" : "start";
        how.colour = open && !before ? ON_DARK : INK;
    }
    return how;
}

static void add_window(const layers *on, const picture_span *span, double y, bool open) {
    char dates[2 * MOMENT_SIZE];
    double left = svg_x(on->scale, span->opens);
    double right = span->stays_open ? SVG_RIGHT : svg_x(on->scale, span->closes);
    const svg_text name = {44, y + 12, 12, "start", INK, open};
    const svg_text how = dates_place(left, right, y, open);
    bool on_window = how.x > left && how.x < right;
    window_dates(span, dates);
    svg_bar(on->shapes, on->scale, span->opens, span->stays_open ? on->scale->to : span->closes, y,
            15, open ? "rx=\"3\" " FILL(WINDOW_OPEN) : "rx=\"3\" " FILL(WINDOW));
    svg_label(on->words, &name, span->name);
    text_add(on->words, on_window ? "<g>\n"
                                  : "<g paint-order=\"stroke\" stroke=\"" PANEL
                                    "\" stroke-width=\"4\">\n");
    svg_label(on->words, &how, dates);
    text_add(on->words, "</g>\n");
}

static void add_windows(const layers *on, const tool_view *view, const picture_span *spans,
                        int count, double top) {
    for (int i = 0; i < count; i++) {
        bool open =
            view->now >= spans[i].opens && (spans[i].stays_open || view->now < spans[i].closes);
        add_window(on, &spans[i], top + i * WINDOW_STEP, open);
    }
}

/* ---- today ---- */

static void add_today(const layers *on, const tool_view *view, double top) {
    char date[MOMENT_SIZE], text[2 * MOMENT_SIZE];
    bool early = view->now<on->scale->from, late = view->now> on->scale->to;
    double x = svg_x(on->scale, view->now);
    double middle = x < SVG_LEFT + 75 ? SVG_LEFT + 75 : x > SVG_RIGHT - 75 ? SVG_RIGHT - 75 : x;
    date_text(view->now, date);
    snprintf(text, sizeof(text), "%stoday, %.10s%s", early ? "← " : "", date, late ? " →" : "");
    if (!early && !late) {
        svg_upright(on->shapes, x, top + 4, on->bottom, "stroke=\"" TODAY "\" stroke-width=\"2\"");
    }
    text_add(on->words,
             "<rect x=\"%.1f\" y=\"%.1f\" width=\"150\" height=\"22\" rx=\"11\" fill=\"" TODAY
             "\"/>\n",
             middle - 75, top - 2);
    const svg_text how = {middle, top + 13.5, 12, "middle", ON_DARK, true};
    svg_label(on->words, &how, text);
}

double svg_detail(const tool_view *view, const tool_picture *picture, double top,
                  text_buffer *out) {
    const svg_scale scale = {picture->from, picture->to};
    picture_span spans[PICTURE_WINDOWS];
    int count = picture_windows(view, picture, spans);
    double windows_top = top + BARS_TOP + 2 * BAR_STEP + 8;
    double bottom = windows_top + count * WINDOW_STEP;
    text_buffer words = {0};
    const layers on = {out, &words, &scale, bottom};
    text_add(out,
             "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"" PANEL "\"/>\n",
             SVG_LEFT, top, SVG_RIGHT - SVG_LEFT, bottom - top);
    svg_months(out, &scale, top, bottom);
    add_bars(&on, view, picture, top + BARS_TOP);
    add_stages(&on, view, picture, top);
    add_windows(&on, view, spans, count, windows_top);
    add_today(&on, view, top);
    text_add(out, "%s", words.data == NULL ? "" : words.data);
    out->failed = out->failed || words.failed;
    text_release(&words);
    return bottom + 22;
}

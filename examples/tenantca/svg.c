/* SPDX-License-Identifier: MIT */
#include "svg.h"

#include <string.h>

#define DAY INT64_C(86400)
#define MONTH_LABELS_MAX 14

void svg_style(text_buffer *out) {
    static const struct {
        const char *light, *dark;
    } colours[] = {{INK, "#e6edf3"},    {FAINT, "#9aa7b4"},      {GRID, "#36424f"},
                   {PANEL, "#202934"},  {PAPER, "#161b22"},      {TODAY, "#e5484d"},
                   {WINDOW, "#3d4f6b"}, {WINDOW_OPEN, "#5585c7"}};
    text_add(out, "<style>@media (prefers-color-scheme: dark) {\n");
    for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
        text_add(out, "[fill=\"%s\"] { fill: %s } [stroke=\"%s\"] { stroke: %s }\n",
                 colours[i].light, colours[i].dark, colours[i].light, colours[i].dark);
    }
    text_add(out, "}</style>\n");
}

double svg_x(const svg_scale *scale, tca_unix time) {
    if (time <= scale->from) {
        return SVG_LEFT;
    }
    if (time >= scale->to) {
        return SVG_RIGHT;
    }
    return SVG_LEFT + (SVG_RIGHT - SVG_LEFT) * (double)(time - scale->from) /
                          (double)(scale->to - scale->from);
}

void svg_label(text_buffer *out, const svg_text *how, const char *text) {
    text_add(out,
             "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\"%s>%s"
             "</text>\n",
             how->x, how->y, how->anchor, how->colour, how->size,
             how->bold ? " font-weight=\"bold\"" : "", text);
}

void svg_bar(text_buffer *out, const svg_scale *scale, tca_unix from, tca_unix to, double y,
             double height, const char *style) {
    double start = svg_x(scale, from);
    double end = svg_x(scale, to);
    if (end > start) {
        text_add(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" %s/>\n", start, y,
                 end - start, height, style);
    }
}

void svg_upright(text_buffer *out, double x, double top, double bottom, const char *style) {
    text_add(out, "<path d=\"M %.1f %.1f V %.1f\" %s/>\n", x, top, bottom, style);
}

void svg_callout(text_buffer *out, double x, double y, unsigned number, bool now) {
    const svg_text digit = {x, y + 4.7, 13, "middle", now ? PAPER : INK, true};
    char text[8];
    snprintf(text, sizeof(text), "%u", number);
    text_add(out,
             "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"12\" fill=\"%s\" stroke=\"" INK
             "\" stroke-width=\"1.5\"/>\n",
             x, y, now ? INK : PAPER);
    svg_label(out, &digit, text);
}

/* ---- months ---- */

static int month_of(tca_unix time) {
    char date[TCA_TIME_TEXT_SIZE];
    int year = 0, month = 0;
    time = time < TCA_TIME_MIN ? TCA_TIME_MIN : time > TCA_TIME_MAX ? TCA_TIME_MAX : time;
    if (tca_time_format(time, date, sizeof(date), NULL) != TCA_OK ||
        sscanf(date, "%4d-%2d", &year, &month) != 2) {
        return -1;
    }
    return year * 12 + month - 1;
}

static bool month_start(int month, tca_unix *start, char text[TCA_TIME_TEXT_SIZE]) {
    snprintf(text, TCA_TIME_TEXT_SIZE, "%04u-%02u-01T00:00:00Z", (unsigned)month / 12 % 10000,
             (unsigned)month % 12 + 1);
    bool fine = tca_time_parse(text, strlen(text), start, NULL) == TCA_OK;
    text[strlen("2026-04")] = '\0';
    return fine;
}

void svg_months(text_buffer *out, const svg_scale *scale, double top, double bottom) {
    int first = month_of(scale->from), last = month_of(scale->to);
    int step = 1;
    while (first >= 0 && (last - first) / step > MONTH_LABELS_MAX) {
        step *= step == 1 ? 3 : 2;
    }
    first = (first / step + 1) * step;
    for (int month = first; first > 0 && month <= last; month += step) {
        char text[TCA_TIME_TEXT_SIZE];
        tca_unix start;
        if (!month_start(month, &start, text)) {
            return;
        }
        double x = svg_x(scale, start);
        svg_upright(out, x, top, bottom, "stroke=\"" GRID "\"");
        if (x < SVG_RIGHT - 20 && x > SVG_LEFT + 20) {
            const svg_text how = {x, bottom + 15, 11, "middle", FAINT, false};
            svg_label(out, &how, text);
        }
    }
}

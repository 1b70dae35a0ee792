/* SPDX-License-Identifier: MIT */
/* The rollover as an SVG: the whole lives above, the rollover itself below, today in both. */
#include <string.h>

#include "tool.h"

#define DAY INT64_C(86400)
#define WIDTH 1120
#define HEIGHT 560
#define LEFT 60.0
#define RIGHT 1060.0
#define MARGIN_DAYS 45

#define INK "#1f2933"
#define FAINT "#7b8794"
#define LINE "#d8dee6"
#define ACTIVE "#2f855a"
#define NEW "#d69e2e"
#define RETIRED "#9fb3c8"
#define TODAY "#c53030"

/* A run of time on a run of pixels. */
typedef struct time_scale {
    tca_unix from;
    tca_unix to;
} time_scale;

static double x_of(const time_scale *scale, tca_unix time) {
    if (time <= scale->from) {
        return LEFT;
    }
    if (time >= scale->to) {
        return RIGHT;
    }
    return LEFT + (RIGHT - LEFT) * (double)(time - scale->from) / (double)(scale->to - scale->from);
}

static bool within(const time_scale *scale, tca_unix time) {
    return time >= scale->from && time <= scale->to;
}

static double middle(const time_scale *scale, tca_unix from, tca_unix to) {
    return (x_of(scale, from) + x_of(scale, to)) / 2;
}

/* ---- what everything is drawn with ---- */

static void label(text_buffer *out, double x, double y, const char *anchor, const char *colour,
                  int size, const char *text) {
    text_add(out,
             "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">%s"
             "</text>\n",
             x, y, anchor, colour, size, text);
}

static void bar(text_buffer *out, const time_scale *scale, tca_unix from, tca_unix to, double y,
                double height, const char *style) {
    double start = x_of(scale, from);
    double end = x_of(scale, to);
    if (end > start) {
        text_add(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" %s/>\n", start, y,
                 end - start, height, style);
    }
}

static void upright(text_buffer *out, double x, double from, double to, const char *style) {
    text_add(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n", x, from, x, to,
             style);
}

static void callout(text_buffer *out, double x, double y, int number, bool now) {
    text_add(out,
             "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"11\" fill=\"%s\" stroke=\"" INK
             "\"/>\n<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" font-size=\"13\" "
             "font-weight=\"bold\" fill=\"%s\">%d</text>\n",
             x, y, now ? INK : "#ffffff", x, y + 4.5, now ? "#ffffff" : INK, number);
}

/* The first of the month, `months` after the month of `from`. */
static tca_unix month_start(tca_unix from, int months, char text[MOMENT_SIZE]) {
    char date[TCA_TIME_TEXT_SIZE];
    int year = 0, month = 0;
    tca_unix start = 0;
    (void)tca_time_format(from, date, sizeof(date), NULL);
    (void)sscanf(date, "%4d-%2d", &year, &month);
    month += months;
    year += (month - 1) / 12;
    month = (month - 1) % 12 + 1;
    snprintf(text, MOMENT_SIZE, "%04d-%02d-01T00:00:00Z", year, month);
    (void)tca_time_parse(text, strlen(text), &start, NULL);
    text[7] = '\0';
    return start;
}

/* Months under the picture; where they would not fit, fewer of them. */
static void axis(text_buffer *out, const time_scale *scale, double top, double bottom) {
    int step = 1;
    while ((scale->to - scale->from) / (30 * DAY) / step > 12) {
        step *= step == 1 ? 3 : 2;
    }
    for (int months = 0; months < 1200; months += step) {
        char text[MOMENT_SIZE];
        tca_unix start = month_start(scale->from, months, text);
        if (start > scale->to || start == 0) {
            break;
        }
        if (start >= scale->from) {
            upright(out, x_of(scale, start), top, bottom, "stroke=\"" LINE "\"");
            label(out, x_of(scale, start), bottom + 14, "middle", FAINT, 11, text);
        }
    }
}

static void today(text_buffer *out, const tool_view *view, const time_scale *scale, double top,
                  double bottom, bool with_label) {
    char text[MOMENT_SIZE] = "today ";
    if (!within(scale, view->now)) {
        return;
    }
    double x = x_of(scale, view->now);
    upright(out, x, top, bottom, "stroke=\"" TODAY "\" stroke-width=\"2\"");
    if (with_label) {
        date_text(view->now, text + strlen(text));
        label(out,
              x < LEFT + 40    ? LEFT + 40
              : x > RIGHT - 40 ? RIGHT - 40
                               : x,
              bottom + 14, "middle", TODAY, 12, text);
    }
}

/* ---- the parts ---- */

static void header(const tool_view *view, text_buffer *out) {
    const char *tenant = "without a tenant id";
    size_t length;
    char date[MOMENT_SIZE], line[256];
    (void)tca_inventory_tenant(view->inventory, &tenant, &length);
    date_text(view->now, date);
    text_add(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
             "aria-labelledby=\"title description\" font-family=\"DejaVu Sans, Verdana, "
             "Helvetica, sans-serif\">\n",
             WIDTH, HEIGHT);
    text_add(out, "<title id=\"title\">Rollover of the tenant CA certificates of %s</title>\n",
             tenant);
    text_add(out,
             "<desc id=\"description\">On %s the stage is %u, %s. %s</desc>\n"
             "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n",
             date, (unsigned)tca_stage_callout(view->summary.stage),
             tca_stage_name(view->summary.stage), stage_sentence(view->summary.stage), WIDTH,
             HEIGHT);
    snprintf(line, sizeof(line), "Tenant %s", tenant);
    text_add(out, "<g font-weight=\"bold\">\n");
    label(out, LEFT, 34, "start", INK, 17, line);
    text_add(out, "</g>\n");
    snprintf(line, sizeof(line), "On %s: stage %u, %s. %s", date,
             (unsigned)tca_stage_callout(view->summary.stage), tca_stage_name(view->summary.stage),
             stage_sentence(view->summary.stage));
    label(out, LEFT, 56, "start", INK, 13, line);
}

static void overview(const tool_view *view, const tool_picture *picture, const time_scale *zoom,
                     text_buffer *out) {
    tca_unix start = picture->older_start < view->now ? picture->older_start : view->now;
    tca_unix end = picture->newer_end > view->now ? picture->newer_end : view->now;
    time_scale whole = {start - MARGIN_DAYS * DAY, end + MARGIN_DAYS * DAY};
    bool predicted = picture->newer == TCA_NO_INDEX;
    bar(out, &whole, zoom->from, zoom->to, 76, 56, "fill=\"#eef2f7\"");
    axis(out, &whole, 76, 132);
    bar(out, &whole, picture->older_start, picture->older_end, 86, 14,
        "rx=\"3\" fill=\"" RETIRED "\"");
    bar(out, &whole, picture->newer_start, picture->newer_end, 108, 14,
        predicted ? "rx=\"3\" fill=\"#ffffff\" stroke=\"" RETIRED "\" stroke-dasharray=\"4 3\""
                  : "rx=\"3\" fill=\"" RETIRED "\"");
    label(out, x_of(&whole, picture->older_start) + 6, 97, "start", INK, 11, "A");
    label(out, x_of(&whole, picture->newer_start) + 6, 119, "start", INK, 11, "B");
    today(out, view, &whole, 72, 134, false);
    text_add(out,
             "<path d=\"M %.1f 150 L %.1f 168 M %.1f 150 L %.1f 168\" stroke=\"" LINE
             "\" fill=\"none\"/>\n",
             x_of(&whole, zoom->from), LEFT, x_of(&whole, zoom->to), RIGHT);
}

static void certificate_bars(const tool_view *view, const tool_picture *picture,
                             const time_scale *scale, text_buffer *out) {
    char text[MOMENT_SIZE];
    bool predicted = picture->newer == TCA_NO_INDEX;
    const char *outline = predicted ? "fill=\"#ffffff\" stroke=\"" NEW "\" stroke-dasharray=\"6 4\""
                                    : "fill=\"" NEW "\"";
    const char *later = predicted ? "fill=\"#ffffff\" stroke=\"" ACTIVE
                                    "\" stroke-dasharray=\"6 4\""
                                  : "fill=\"" ACTIVE "\"";
    bar(out, scale, picture->older_start, picture->expected, 224, 38, "fill=\"" ACTIVE "\"");
    bar(out, scale, picture->expected, picture->older_end, 224, 38, "fill=\"" RETIRED "\"");
    snprintf(text, sizeof(text), "A  %.10s  Active", view_thumbprint(view, picture->older));
    label(out, x_of(scale, picture->older_start) + 10, 248, "start", "#ffffff", 13, text);
    label(out, x_of(scale, picture->expected) + 10, 248, "start", INK, 13, "Inactive (retired)");
    bar(out, scale, picture->newer_start, picture->expected, 280, 38, outline);
    bar(out, scale, picture->expected, picture->newer_end, 280, 38, later);
    if (predicted) {
        label(out, x_of(scale, picture->newer_start) + 10, 304, "start", INK, 13,
              "B  not issued yet");
    } else {
        snprintf(text, sizeof(text), "B  %.10s  new", view_thumbprint(view, picture->newer));
        label(out, x_of(scale, picture->newer_start) + 10, 304, "start", INK, 13, text);
    }
    label(out, x_of(scale, picture->expected) + 10, 304, "start", predicted ? INK : "#ffffff", 13,
          predicted ? "Active (predicted)" : "Active");
}

static void bracket(text_buffer *out, const time_scale *scale, tca_unix from, tca_unix to, double y,
                    const char *colour, const char *text, const char *dates) {
    double start = x_of(scale, from), end = x_of(scale, to);
    text_add(out,
             "<path d=\"M %.1f %.1f v 8 H %.1f v -8\" fill=\"none\" stroke=\"%s\" "
             "stroke-width=\"2\"/>\n",
             start, y, end, colour);
    label(out, (start + end) / 2, y + 23, "middle", INK, 12, text);
    label(out, (start + end) / 2, y + 38, "middle", FAINT, 11, dates);
}

static void span_text(tca_unix from, tca_unix to, char text[MOMENT_SIZE]) {
    char start[MOMENT_SIZE], end[MOMENT_SIZE];
    date_text(from, start);
    date_text(to, end);
    snprintf(text, MOMENT_SIZE, "%.10s – %.10s", start, end);
}

static void windows(const tool_picture *picture, const time_scale *scale, text_buffer *out) {
    char text[MOMENT_SIZE], from[MOMENT_SIZE];
    date_text(picture->earliest, from);
    snprintf(text, sizeof(text), "by %.10s", from);
    bracket(out, scale, picture->newer_start, picture->earliest, 330, NEW, "act: trust B", text);
    span_text(picture->earliest, picture->latest, text);
    bracket(out, scale, picture->earliest, picture->latest, 330, INK, "activation, about", text);
    date_text(picture->older_end + 1, from);
    snprintf(text, sizeof(text), "from %.10s", from);
    bracket(out, scale, picture->older_end, picture->removal_ends, 330, FAINT, "remove A", text);
    span_text(picture->newer_start, picture->older_end, text);
    bracket(out, scale, picture->newer_start, picture->older_end, 384, ACTIVE,
            "overlap: both must be trusted", text);
}

static void callouts(const tool_view *view, const tool_picture *picture, const time_scale *scale,
                     text_buffer *out) {
    uint32_t stage = tca_stage_callout(view->summary.stage);
    bool after = view->now > picture->removal_ends;
    callout(out, middle(scale, scale->from, picture->newer_start), 196, 1, stage == 1 && !after);
    callout(out, middle(scale, picture->newer_start, picture->expected), 196, 2, stage == 2);
    callout(out, middle(scale, picture->expected, picture->older_end), 196, 3, stage == 3);
    callout(out, middle(scale, picture->older_end, picture->removal_ends), 196, 4, stage == 4);
    callout(out, middle(scale, picture->removal_ends, scale->to), 196, 5, stage == 1 && after);
}

static void legend(text_buffer *out) {
    static const char *const texts[] = {"A is active, alone", "B is issued and inactive: act now",
                                        "B is active, A retired: trust both",
                                        "A has expired: remove it", "B is active, alone"};
    static const double places[] = {LEFT, 226, 478, 736, 928};
    for (int i = 0; i < 5; i++) {
        callout(out, places[i] + 11, 524, i + 1, false);
        label(out, places[i] + 28, 528, "start", INK, 11, texts[i]);
    }
}

void picture_svg(const tool_view *view, const tool_picture *picture, text_buffer *out) {
    time_scale zoom = {picture->newer_start - MARGIN_DAYS * DAY,
                       picture->removal_ends + MARGIN_DAYS * DAY};
    header(view, out);
    overview(view, picture, &zoom, out);
    axis(out, &zoom, 172, 440);
    bar(out, &zoom, picture->earliest, picture->latest, 214, 112, "fill=\"#f6ead0\"");
    certificate_bars(view, picture, &zoom, out);
    windows(picture, &zoom, out);
    callouts(view, picture, &zoom, out);
    today(out, view, &zoom, 172, 466, true);
    legend(out);
    text_add(out, "</svg>\n");
}

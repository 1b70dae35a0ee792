/* SPDX-License-Identifier: MIT */
/* The page of the SVG image: whole lives, legend, and what a screen reader says of it. */
#include <string.h>

#include "svg.h"

#define OVERVIEW_TOP 78.0
#define OVERVIEW_STEP 17.0
#define OVERVIEW_ROWS 6
#define STAGES_HEIGHT 50.0
#define LEGEND_STEP 34.0
#define LETTER_WIDTH 6.8
#define DAY INT64_C(86400)

/* ---- whole lives ---- */

/* The newest certificates, the oldest of them first. */
static uint32_t newest(const tool_view *view, uint32_t out[OVERVIEW_ROWS]) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        if (!picture_can_draw(view, i)) {
            continue;
        }
        if (count == OVERVIEW_ROWS) {
            if (view_info(view, i).not_before <= view_info(view, out[0]).not_before) {
                continue;
            }
            memmove(out, out + 1, --count * sizeof(*out));
        }
        uint32_t at = count++;
        for (; at > 0 && view_info(view, out[at - 1]).not_before > view_info(view, i).not_before;
             at--) {
            out[at] = out[at - 1];
        }
        out[at] = i;
    }
    return count;
}

static const char *life_style(const tool_view *view, uint32_t index) {
    tca_entry_state state = view_state(view, index);
    return state.status == TCA_STATUS_ACTIVE    ? "rx=\"2\" " FILL(ACTIVE)
           : state.status == TCA_STATUS_REVOKED ? "rx=\"2\" " FILL(REVOKED)
           : state.phase == TCA_PHASE_NEW       ? "rx=\"2\" " FILL(NEW)
                                                : "rx=\"2\" " FILL(RETIRED);
}

static void add_life_name(const tool_view *view, const tool_picture *picture, uint32_t index,
                          double y, text_buffer *out) {
    char text[2 * MOMENT_SIZE], words[MOMENT_SIZE];
    const svg_text bold = {24, y + 10, 12, "start", INK, true};
    const svg_text plain = {44, y + 10, 11, "start", INK, false};
    if (index == picture->older || index == picture->newer) {
        svg_label(out, &bold, index == picture->older ? "A" : "B");
    }
    (void)status_words(view, index, words);
    words[strcspn(words, ",")] = '\0'; /* the lower picture says what is predicted */
    snprintf(text, sizeof(text), "%.4s %s", view_thumbprint(view, index), words);
    svg_label(out, &plain, text);
}

static svg_scale whole_scale(const tool_view *view, const tool_picture *picture,
                             const uint32_t *rows, uint32_t count) {
    svg_scale scale = {picture->from, picture->to};
    for (uint32_t i = 0; i < count; i++) {
        tca_entry_info info = view_info(view, rows[i]);
        scale.from = info.not_before < scale.from ? info.not_before : scale.from;
        scale.to = info.not_after > scale.to ? info.not_after : scale.to;
    }
    scale.to = picture->newer_end > scale.to ? picture->newer_end : scale.to;
    scale.from = view->now < scale.from ? view->now : scale.from;
    scale.to = view->now > scale.to ? view->now : scale.to;
    scale.from -= 30 * DAY;
    scale.to += 30 * DAY;
    return scale;
}

/* A wedge from the part of the lives that the lower picture shows to that picture. */
static void add_wedge(const tool_picture *picture, const svg_scale *scale, double from, double to,
                      text_buffer *out) {
    text_add(out,
             "<path d=\"M %.1f %.1f V %.1f L %.1f %.1f H %.1f L %.1f %.1f V %.1f Z\" "
             "fill=\"" PANEL "\"/>\n",
             svg_x(scale, picture->from), OVERVIEW_TOP, from, SVG_LEFT, to, SVG_RIGHT,
             svg_x(scale, picture->to), from, OVERVIEW_TOP);
}

/* Where the lower picture begins. */
static double add_overview(const tool_view *view, const tool_picture *picture, text_buffer *out) {
    uint32_t rows[OVERVIEW_ROWS];
    uint32_t count = newest(view, rows);
    bool ahead = picture->newer == TCA_NO_INDEX;
    const svg_scale scale = whole_scale(view, picture, rows, count);
    double bottom = OVERVIEW_TOP + OVERVIEW_STEP * (count + (ahead ? 1 : 0)) + 8;
    double y = OVERVIEW_TOP + 6;
    add_wedge(picture, &scale, bottom + 20, bottom + 44, out);
    svg_months(out, &scale, OVERVIEW_TOP, bottom);
    for (uint32_t i = 0; i < count; i++, y += OVERVIEW_STEP) {
        tca_entry_info info = view_info(view, rows[i]);
        svg_bar(out, &scale, info.not_before, info.not_after, y, 11, life_style(view, rows[i]));
        add_life_name(view, picture, rows[i], y, out);
    }
    if (ahead) {
        const svg_text bold = {24, y + 10, 12, "start", INK, true};
        const svg_text plain = {44, y + 10, 11, "start", INK, false};
        svg_bar(out, &scale, picture->newer_start, picture->newer_end, y, 11,
                "rx=\"2\" " FILL(PAPER) " " AHEAD);
        svg_label(out, &bold, "B");
        svg_label(out, &plain, "predicted");
    }
    svg_upright(out, svg_x(&scale, view->now), OVERVIEW_TOP - 4, bottom,
                "stroke=\"" TODAY "\" stroke-width=\"2\"");
    return bottom + 44;
}

/* ---- words ---- */

static void add_description(const tool_view *view, const tool_picture *picture, const char *tenant,
                            text_buffer *out) {
    char today[MOMENT_SIZE], issued[MOMENT_SIZE], earliest[MOMENT_SIZE], latest[MOMENT_SIZE],
        end[MOMENT_SIZE];
    date_text(view->now, today);
    date_text(picture->newer_start, issued);
    date_text(picture->earliest, earliest);
    date_text(picture->latest, latest);
    date_text(picture->older_end, end);
    text_add(out,
             "<title id=\"title\">Rollover of the tenant CA certificates of %s</title>\n"
             "<desc id=\"description\">On %s the stage is %u, %s. %s Certificate B is issued on "
             "%s, becomes active between %s and %s; certificate A ends on %s.</desc>\n",
             tenant, today, (unsigned)tca_stage_callout(view->summary.stage),
             tca_stage_name(view->summary.stage), stage_sentence(view->summary.stage), issued,
             earliest, latest, end);
}

static void add_header(const tool_view *view, const char *tenant, text_buffer *out) {
    char date[MOMENT_SIZE], line[256];
    const svg_text big = {24, 34, 18, "start", INK, true};
    const svg_text small = {24, 57, 14, "start", INK, false};
    date_text(view->now, date);
    snprintf(line, sizeof(line), "Tenant CA rollover of %s", tenant);
    svg_label(out, &big, line);
    snprintf(line, sizeof(line), "%s, stage %u (%s): %s", date,
             (unsigned)tca_stage_callout(view->summary.stage), tca_stage_name(view->summary.stage),
             stage_sentence(view->summary.stage));
    svg_label(out, &small, line);
}

static void add_swatch(text_buffer *out, double x, double y, const char *style, const char *text) {
    const svg_text how = {x + 28, y + 11, 12, "start", INK, false};
    text_add(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"20\" height=\"13\" %s/>\n", x, y, style);
    svg_label(out, &how, text);
}

/* Of what the picture shows by a colour, that which is in it; where the last line begins. */
static double add_legend(double y, text_buffer *out) {
    static const struct {
        const char *style, *text;
    } swatches[] = {{FILL(ACTIVE), "active"},
                    {FILL(NEW), "inactive, new"},
                    {FILL(RETIRED), "inactive, retired or expired"},
                    {FILL(REVOKED), "revoked"},
                    {FILL(PAPER) " " AHEAD, "not issued yet"},
                    {FILL(NEW) " " SHADE, "B may become active"},
                    {FILL(WINDOW_OPEN), "window open today"},
                    {FILL(WINDOW), "window not open today"},
                    {FILL(TODAY), "today"}};
    double x = 26;
    for (size_t i = 0; i < sizeof(swatches) / sizeof(swatches[0]); i++) {
        char drawn[128];
        double width = 28 + (double)strlen(swatches[i].text) * LETTER_WIDTH;
        snprintf(drawn, sizeof(drawn), "%s/>", swatches[i].style);
        if (out->data == NULL || strstr(out->data, drawn) == NULL) {
            continue;
        }
        if (x + width > SVG_RIGHT) {
            x = 26;
            y += LEGEND_STEP;
        }
        add_swatch(out, x, y, swatches[i].style, swatches[i].text);
        x += width + 18;
    }
    return y;
}

static void add_stage_legend(const tool_view *view, const tool_picture *picture, double top,
                             text_buffer *out) {
    static const double places[] = {0, 24, 204, 458, 728, 950};
    unsigned now = picture_stage_now(view, picture);
    for (unsigned i = 1; i <= PICTURE_STAGES; i++) {
        const svg_text how = {places[i] + 32, top + 24.5, 12, "start", INK, now == i};
        svg_callout(out, places[i] + 13, top + 20, i, now == i);
        svg_label(out, &how, picture_stage_text(i));
    }
}

void picture_svg(const tool_view *view, const tool_picture *picture, text_buffer *out) {
    const char *tenant = "an unknown tenant";
    size_t length;
    text_buffer body = {0};
    (void)tca_inventory_tenant(view->inventory, &tenant, &length);
    double top = add_overview(view, picture, &body);
    double bottom = svg_detail(view, picture, top, &body);
    add_stage_legend(view, picture, bottom, &body);
    bottom = add_legend(bottom + STAGES_HEIGHT, &body) + LEGEND_STEP;
    text_add(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" role=\"img\" "
             "aria-labelledby=\"title description\" font-family=\"DejaVu Sans, Verdana, "
             "Helvetica, Arial, sans-serif\">\n",
             SVG_WIDTH, bottom);
    add_description(view, picture, tenant, out);
    svg_style(out);
    text_add(out, "<rect width=\"%d\" height=\"%.0f\" rx=\"12\" " FILL(PAPER) "/>\n", SVG_WIDTH,
             bottom);
    add_header(view, tenant, out);
    text_add(out, "%s</svg>\n", body.data == NULL ? "" : body.data);
    out->failed = out->failed || body.failed;
    text_release(&body);
}

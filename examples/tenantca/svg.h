/* SPDX-License-Identifier: MIT */
/* What an SVG image is put together from. */
#ifndef SVG_H
#define SVG_H

#include "tool.h"

#define SVG_WIDTH 1160
#define SVG_LEFT 170.0
#define SVG_RIGHT 1130.0

/* Of the first eight the style knows a counterpart in the dark. */
#define INK "#1f2933"
#define FAINT "#66727f"
#define GRID "#dde3ea"
#define PANEL "#f5f7fa"
#define PAPER "#ffffff"
#define TODAY "#c53030"
#define WINDOW "#b9cbe4"
#define WINDOW_OPEN "#4a6fa5"
#define ACTIVE "#2f7d57"
#define NEW "#e0a526"
#define RETIRED "#a9bacb"
#define REVOKED "#c98b8b"
/* What is written on a bar stays as it is, as the bar does. */
#define ON_LIGHT "black"
#define ON_DARK "white"

#define FILL(colour) "fill=\"" colour "\""
/* Beside a fill: not issued yet; B may become active. */
#define AHEAD "stroke=\"" NEW "\" stroke-dasharray=\"5 3\""
#define SHADE "fill-opacity=\"0.2\""

/* A run of time from SVG_LEFT to SVG_RIGHT. */
typedef struct svg_scale {
    tca_unix from;
    tca_unix to;
} svg_scale;

typedef struct svg_text {
    double x, y;
    int size;
    const char *anchor; /* "start", "middle", "end" */
    const char *colour;
    bool bold;
} svg_text;

/* The colours where the reader's screen is dark. */
void svg_style(text_buffer *out);

double svg_x(const svg_scale *scale, tca_unix time);

/* Texts hold digits, letters and signs of our own: nothing that needs escaping. */
void svg_label(text_buffer *out, const svg_text *how, const char *text);

/* From one time to another; nothing where that is empty. */
void svg_bar(text_buffer *out, const svg_scale *scale, tca_unix from, tca_unix to, double y,
             double height, const char *style);
void svg_upright(text_buffer *out, double x, double top, double bottom, const char *style);
void svg_callout(text_buffer *out, double x, double y, unsigned number, bool now);

/* A line at every month, or at every so many of them, with their names at the bottom. */
void svg_months(text_buffer *out, const svg_scale *scale, double top, double bottom);

/* The rollover itself, below `top`; where it ends. */
double svg_detail(const tool_view *view, const tool_picture *picture, double top, text_buffer *out);

#endif

/* SPDX-License-Identifier: MIT */
/* A request taken apart: path segments and query parameters, percent-decoded; the body as JSON,
 * or as more parameters where it is a form. */
#ifndef SIMULATOR_REQUEST_H
#define SIMULATOR_REQUEST_H

#include "engine.h"

#include <jansson.h>

enum { REQUEST_SEGMENTS_MAX = 16, REQUEST_PARAMETERS_MAX = 16 };

typedef struct request {
    const char *method;
    const char *target;
    const char *authorization;
    const char *if_match; /* or NULL */
    const char *segments[REQUEST_SEGMENTS_MAX];
    size_t segment_count;
    const char *names[REQUEST_PARAMETERS_MAX];
    const char *values[REQUEST_PARAMETERS_MAX];
    size_t parameter_count;
    size_t body_length;
    json_t *body; /* NULL when there is none or it is no JSON */
    int is_json;  /* nothing, or JSON by its Content-Type or for want of one */
    char *storage;
} request;

/* 0; -1: not a target this can be (no leading slash, broken %, NUL, not UTF-8, too
 * many parts). */
int request_read(request *r, const engine_request *in);
void request_release(request *r);

/* The value, or NULL. */
const char *request_parameter(const request *r, const char *name);
/* Do the segments from `first` on begin with these words? Without regard to case, as in ARM. */
int request_has(const request *r, size_t first, const char *const *words, size_t count);
int same_word(const char *one, const char *other);
int is_utf8(const char *text);

#endif

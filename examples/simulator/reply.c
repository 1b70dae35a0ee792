/* SPDX-License-Identifier: MIT */
#include "reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char json_media_type[] = "application/json; charset=utf-8";

void engine_reply_release(engine_reply *reply) {
    free(reply->body);
    memset(reply, 0, sizeof *reply);
}

void reply_header(engine_reply *reply, const char *name, const char *value) {
    if (reply->header_count < ENGINE_HEADERS_MAX) {
        engine_header *const header = &reply->headers[reply->header_count++];
        snprintf(header->name, sizeof header->name, "%s", name);
        snprintf(header->value, sizeof header->value, "%s", value);
    }
}

void reply_header_number(engine_reply *reply, const char *name, int64_t value) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    reply_header(reply, name, text);
}

/* The body becomes the reply's; NULL gives an empty one. */
static void reply_owned(engine_reply *reply, unsigned status, const char *type, char *body) {
    engine_reply_release(reply);
    reply->status = body != NULL ? status : 500;
    reply->body = body;
    reply->body_length = body != NULL ? strlen(body) : 0;
    reply_header(reply, "Content-Type", type);
}

void reply_empty(engine_reply *reply, unsigned status) {
    engine_reply_release(reply);
    reply->status = status;
}

void reply_text(engine_reply *reply, unsigned status, const char *type, const char *text) {
    const size_t size = strlen(text) + 1;
    char *const copy = malloc(size);
    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    reply_owned(reply, status, type, copy);
}

void reply_json(engine_reply *reply, unsigned status, json_t *body) {
    reply_owned(reply, status, json_media_type,
                body != NULL ? json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY) : NULL);
    json_decref(body);
}

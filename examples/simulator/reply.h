/* SPDX-License-Identifier: MIT */
#ifndef SIMULATOR_REPLY_H
#define SIMULATOR_REPLY_H

#include "engine.h"

#include <jansson.h>

/* Replace what the reply holds so far. */
void reply_text(engine_reply *reply, unsigned status, const char *type, const char *text);
/* Takes the reference to body; NULL (memory is out) becomes a 500. */
void reply_json(engine_reply *reply, unsigned status, json_t *body);
void reply_empty(engine_reply *reply, unsigned status);
void reply_header(engine_reply *reply, const char *name, const char *value);
void reply_header_number(engine_reply *reply, const char *name, int64_t value);

#endif

/* SPDX-License-Identifier: MIT */
/* Reading and writing JSON: the only core room that includes jansson. */
#ifndef TCAI_JSON_H
#define TCAI_JSON_H

#include "base/base.h"

/* A value within a document. */
typedef struct json_t tcai_json;

/* Read one document with bounds on its depth; no key twice, no NUL, UTF-8 only. The error says
 * where, and never what stands there. Release with tcai_json_release(). */
tca_result tcai_json_read(tcai_span text, uint32_t max_depth, tcai_json **out, tca_error *error);
void tcai_json_release(tcai_json *document);

bool tcai_json_is_object(const tcai_json *value);
bool tcai_json_is_array(const tcai_json *value);

size_t tcai_json_count(const tcai_json *array);
const tcai_json *tcai_json_item(const tcai_json *array, size_t index);

/* NULL when the object has no such member, or null there. */
const tcai_json *tcai_json_member(const tcai_json *object, const char *name);

/* False when the value is no string. */
bool tcai_json_string(const tcai_json *value, tcai_span *text);

/* Optional members: *text is empty, *value unchanged when absent or null; TCA_E_MALFORMED when of
 * another type. */
tca_result tcai_json_string_member(const tcai_json *object, const char *name, tcai_span *text,
                                   tca_error *error);
tca_result tcai_json_boolean_member(const tcai_json *object, const char *name, bool *value,
                                    tca_error *error);

/* Code and message of a service's refusal, in any of its forms: {"error": {"code", "message"}}
 * (ARM, IoT Central), {"code", "message"} (IoT Hub, DPS), {"Code", "Message"} (legacy),
 * {"errorCode", "message"} (DPS). Codes are texts or numbers. False when it is none of these. */
bool tcai_json_read_refusal(tcai_span body, uint32_t max_depth, tcai_text *code,
                            tcai_text *message);

/* Code and message of a refusal as one line, or what else can be said of its body without quoting
 * it. */
void tcai_refusal_explain(tcai_span body, tcai_span content_type, tcai_text *words);

/* {"name": "value"}; NULL when out of memory or the value is not UTF-8. */
tca_bytes *tcai_json_write_string_member(const char *name, tcai_span value);

/* ---- documents that are made ---- */

/* NULL when out of memory, or the text is not UTF-8. Release with tcai_json_release(), unless it
 * was put into another. */
tcai_json *tcai_json_new_object(void);
tcai_json *tcai_json_new_array(void);
tcai_json *tcai_json_new_string(tcai_span text);

/* False when out of memory, or when one of the two is NULL. A value that is put into another
 * belongs to that one, and is released on failure. */
bool tcai_json_set(tcai_json *object, const char *name, tcai_json *value);
bool tcai_json_set_string(tcai_json *object, const char *name, tcai_span text);
bool tcai_json_set_boolean(tcai_json *object, const char *name, bool value);
bool tcai_json_append(tcai_json *array, tcai_json *value);

/* The object that is a member, made in place of what is none; NULL when out of memory. */
tcai_json *tcai_json_object_in(tcai_json *object, const char *name);
void tcai_json_unset(tcai_json *object, const char *name);

/* In one line, members in the order in which they were set; NULL when out of memory. */
tca_bytes *tcai_json_write(const tcai_json *document);

#endif

/* SPDX-License-Identifier: MIT */
/* The small documents that travel beside certificates: refusals, and the bodies of requests. */
#include "json/json.h"

#include <inttypes.h>
#include <stdio.h>

#include <jansson.h>

static const json_t *first_member(const json_t *object, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const json_t *member = json_object_get(object, names[i]);
        if (member != NULL) {
            return member;
        }
    }
    return NULL;
}

static void append_scalar(tcai_text *text, const json_t *value) {
    if (json_is_string(value)) {
        tcai_text_append(text, json_string_value(value), json_string_length(value));
    } else if (json_is_integer(value)) {
        char number[32];
        int length =
            snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        tcai_text_append(text, number, length > 0 ? (size_t)length : 0);
    }
}

bool tcai_json_read_refusal(tcai_span body, uint32_t max_depth, tcai_text *code,
                            tcai_text *message) {
    static const char *const codes[] = {"code", "errorCode", "Code"};
    static const char *const messages[] = {"message", "Message"};
    tcai_json *document = NULL;
    if (tcai_json_read(body, max_depth, &document, NULL) != TCA_OK) {
        return false;
    }
    const json_t *error = json_object_get(document, "error");
    const json_t *holder = json_is_object(error) ? error : document;
    append_scalar(code, first_member(holder, codes, sizeof(codes) / sizeof(codes[0])));
    append_scalar(message, first_member(holder, messages, sizeof(messages) / sizeof(messages[0])));
    tcai_json_release(document);
    return code->length > 0 || message->length > 0;
}

tca_bytes *tcai_json_write_string_member(const char *name, tcai_span value) {
    json_t *object = json_pack("{s:s%}", name, (const char *)value.data, value.length);
    tca_bytes *bytes = tcai_json_write(object);
    json_decref(object);
    return bytes;
}

/* SPDX-License-Identifier: MIT */
/* Making JSON documents. */
#include "json/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

tcai_json *tcai_json_new_object(void) {
    return json_object();
}

tcai_json *tcai_json_new_array(void) {
    return json_array();
}

tcai_json *tcai_json_new_string(tcai_span text) {
    return json_stringn((const char *)text.data, text.length);
}

bool tcai_json_set(tcai_json *object, const char *name, tcai_json *value) {
    return json_object_set_new(object, name, value) == 0;
}

bool tcai_json_set_string(tcai_json *object, const char *name, tcai_span text) {
    return tcai_json_set(object, name, tcai_json_new_string(text));
}

bool tcai_json_set_boolean(tcai_json *object, const char *name, bool value) {
    return tcai_json_set(object, name, json_boolean(value));
}

bool tcai_json_append(tcai_json *array, tcai_json *value) {
    return json_array_append_new(array, value) == 0;
}

tcai_json *tcai_json_object_in(tcai_json *object, const char *name) {
    json_t *member = json_object_get(object, name);
    if (!json_is_object(member)) {
        member = json_object();
        if (json_object_set_new(object, name, member) != 0) {
            return NULL;
        }
    }
    return member;
}

void tcai_json_unset(tcai_json *object, const char *name) {
    (void)json_object_del(object, name);
}

tca_bytes *tcai_json_write(const tcai_json *document) {
    errno = 0;
    char *text = document == NULL ? NULL : json_dumps(document, JSON_COMPACT);
    /* jansson loses what its buffer could not grow for, and goes on: only malloc() tells. */
    if (errno == ENOMEM) {
        free(text);
        return NULL;
    }
    tca_bytes *bytes = text == NULL ? NULL : tcai_bytes_copy(text, strlen(text));
    free(text);
    return bytes;
}

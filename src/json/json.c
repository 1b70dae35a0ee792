/* SPDX-License-Identifier: MIT */
#include "json/json.h"
#include "json/load.h"

#include <errno.h>
#include <jansson.h>

/* jansson's own bound is 2 048 and cannot be changed, so nesting is counted beforehand. What is
 * broken otherwise is left for jansson to say. */
static bool deeper_than(tcai_span text, uint32_t max_depth) {
    uint32_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.length; i++) {
        uint8_t character = text.data[i];
        if (in_string) {
            if (character == '\\') {
                i++;
            } else if (character == '"') {
                in_string = false;
            }
        } else if (character == '"') {
            in_string = true;
        } else if (character == '[' || character == '{') {
            if (++depth > max_depth) {
                return true;
            }
        } else if ((character == ']' || character == '}') && depth > 0) {
            depth--;
        }
    }
    return false;
}

/* jansson's own texts quote the document, which may not leave the library. */
static const char *reason_of(enum json_error_code code) {
    switch (code) {
    case json_error_duplicate_key:
        return "a member stands twice in one object";
    case json_error_invalid_utf8:
        return "not UTF-8";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a NUL in a string";
    case json_error_premature_end_of_input:
        return "the document ends too early";
    case json_error_end_of_input_expected:
        return "something follows the document";
    case json_error_numeric_overflow:
        return "a number too large";
    default:
        return "not valid JSON";
    }
}

tca_result tcai_json_read(tcai_span text, uint32_t max_depth, tcai_json **out, tca_error *error) {
    *out = NULL;
    if (deeper_than(text, max_depth)) {
        return tcai_fail(error, TCA_E_LIMIT, "JSON: nested deeper than %u levels",
                         (unsigned)max_depth);
    }
    json_error_t why;
    errno = 0;
    *out = tcai_json_load(text, &why);
    /* jansson goes on when memory ran out: only malloc() tells. */
    if (errno == ENOMEM) {
        json_decref(*out);
        *out = NULL;
        return tcai_fail_memory(error);
    }
    if (*out != NULL) {
        return TCA_OK;
    }
    return tcai_fail(error, TCA_E_MALFORMED, "JSON: line %d, column %d: %s", why.line, why.column,
                     reason_of(json_error_code(&why)));
}

void tcai_json_release(tcai_json *document) {
    json_decref(document);
}

bool tcai_json_is_object(const tcai_json *value) {
    return json_is_object(value);
}

bool tcai_json_is_array(const tcai_json *value) {
    return json_is_array(value);
}

size_t tcai_json_count(const tcai_json *array) {
    return json_array_size(array);
}

const tcai_json *tcai_json_item(const tcai_json *array, size_t index) {
    return json_array_get(array, index);
}

const tcai_json *tcai_json_member(const tcai_json *object, const char *name) {
    const json_t *member = json_object_get(object, name);
    return json_is_null(member) ? NULL : member;
}

bool tcai_json_string(const tcai_json *value, tcai_span *text) {
    *text = (tcai_span){NULL, 0};
    if (!json_is_string(value)) {
        return false;
    }
    *text = (tcai_span){(const uint8_t *)json_string_value(value), json_string_length(value)};
    return true;
}

static const char *type_name(const tcai_json *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "a boolean";
    default:
        return "null";
    }
}

tca_result tcai_json_string_member(const tcai_json *object, const char *name, tcai_span *text,
                                   tca_error *error) {
    const tcai_json *member = tcai_json_member(object, name);
    *text = (tcai_span){NULL, 0};
    if (member != NULL && !tcai_json_string(member, text)) {
        return tcai_fail(error, TCA_E_MALFORMED, "%s: is %s instead of a string", name,
                         type_name(member));
    }
    return TCA_OK;
}

tca_result tcai_json_boolean_member(const tcai_json *object, const char *name, bool *value,
                                    tca_error *error) {
    const tcai_json *member = tcai_json_member(object, name);
    if (member == NULL) {
        return TCA_OK;
    }
    if (!json_is_boolean(member)) {
        return tcai_fail(error, TCA_E_MALFORMED, "%s: is %s instead of a boolean", name,
                         type_name(member));
    }
    *value = json_is_true(member);
    return TCA_OK;
}

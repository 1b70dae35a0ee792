/* SPDX-License-Identifier: MIT */
#include "rollout/record_members.h"

#define LONGEST_MOMENT 64
#define LONGEST_WORD 32

tca_result tcai_member_refuse(const char *name, const char *reason, tca_error *error) {
    return tcai_fail(error, TCA_E_MALFORMED, "%s: %s", name, reason);
}

tca_result tcai_member_text(const tcai_json *object, const char *name, char *text, size_t size,
                            tca_error *error) {
    tcai_span found;
    text[0] = '\0';
    tca_result result = tcai_json_string_member(object, name, &found, error);
    if (result != TCA_OK) {
        return result;
    }
    if (found.length >= size) {
        return tcai_member_refuse(name, "too long", error);
    }
    if (found.length > 0) {
        memcpy(text, found.data, found.length);
    }
    text[found.length] = '\0';
    return TCA_OK;
}

tca_result tcai_member_digits(const tcai_json *object, const char *name, char *text, size_t size,
                              tca_error *error) {
    tca_result result = tcai_member_text(object, name, text, size, error);
    size_t length = strlen(text);
    for (size_t i = 0; result == TCA_OK && i < length; i++) {
        bool digit = tcai_hex_digit(text[i]) >= 0 && tcai_upper(text[i]) == text[i];
        result =
            digit ? TCA_OK : tcai_member_refuse(name, "not upper-case hexadecimal digits", error);
    }
    return result == TCA_OK && length != 0 && length != size - 1
               ? tcai_member_refuse(name, "fewer digits than it has", error)
               : result;
}

tca_result tcai_member_needed(const char *name, const char *text, tca_error *error) {
    return text[0] == '\0' ? tcai_member_refuse(name, "missing", error) : TCA_OK;
}

tca_result tcai_member_moment(const tcai_json *object, const char *name, bool *known,
                              tca_unix *moment, tca_error *error) {
    char text[LONGEST_MOMENT];
    tca_result result = tcai_member_text(object, name, text, sizeof(text), error);
    *known = result == TCA_OK && text[0] != '\0';
    if (*known) {
        result = tca_time_parse(text, strlen(text), moment, error);
        if (result != TCA_OK) {
            tcai_error_prefix(error, "%s: ", name);
        }
    }
    return result;
}

tca_result tcai_member_needed_moment(const tcai_json *object, const char *name, tca_unix *moment,
                                     tca_error *error) {
    bool known;
    tca_result result = tcai_member_moment(object, name, &known, moment, error);
    return result == TCA_OK && !known ? tcai_member_refuse(name, "missing", error) : result;
}

tca_result tcai_member_word(const tcai_json *object, const char *name,
                            const char *(*name_of)(uint32_t), uint32_t last, uint32_t *number,
                            tca_error *error) {
    char text[LONGEST_WORD];
    tca_result result = tcai_member_text(object, name, text, sizeof(text), error);
    *number = 0;
    for (uint32_t i = 0; result == TCA_OK && i <= last; i++) {
        if (strcmp(name_of(i), text) == 0) {
            *number = i;
            return TCA_OK;
        }
    }
    return result == TCA_OK ? tcai_member_refuse(name, "not one of its words", error) : result;
}

tca_result tcai_member_flag(const tcai_json *object, const char *name, bool *flag,
                            tca_error *error) {
    *flag = false;
    return tcai_json_boolean_member(object, name, flag, error);
}

tca_result tcai_member_objects(const tcai_json *object, const char *name, size_t most,
                               const tcai_json **list, tca_error *error) {
    *list = tcai_json_member(object, name);
    if (*list == NULL) {
        return TCA_OK;
    }
    if (!tcai_json_is_array(*list)) {
        return tcai_member_refuse(name, "not an array", error);
    }
    if (tcai_json_count(*list) > most) {
        return tcai_member_refuse(name, "more than there can be", error);
    }
    for (size_t i = 0; i < tcai_json_count(*list); i++) {
        if (!tcai_json_is_object(tcai_json_item(*list, i))) {
            return tcai_member_refuse(name, "holds something else than objects", error);
        }
    }
    return TCA_OK;
}

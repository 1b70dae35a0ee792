/* SPDX-License-Identifier: MIT */
/* Members of a document that is not trusted, each within its bounds. */
#ifndef TCAI_RECORD_MEMBERS_H
#define TCAI_RECORD_MEMBERS_H

#include "json/json.h"

/* TCA_E_MALFORMED, in words that name the member. */
tca_result tcai_member_refuse(const char *name, const char *reason, tca_error *error);

/* A text shorter than `size`; "" when it is left out. */
tca_result tcai_member_text(const tcai_json *object, const char *name, char *text, size_t size,
                            tca_error *error);

/* Upper-case hexadecimal digits, exactly as many as there is room for; "" when left out. */
tca_result tcai_member_digits(const tcai_json *object, const char *name, char *text, size_t size,
                              tca_error *error);

/* Refuses a text that is "". */
tca_result tcai_member_needed(const char *name, const char *text, tca_error *error);

tca_result tcai_member_moment(const tcai_json *object, const char *name, bool *known,
                              tca_unix *moment, tca_error *error);
tca_result tcai_member_needed_moment(const tcai_json *object, const char *name, tca_unix *moment,
                                     tca_error *error);

/* The number, from 0 to `last`, whose name stands there. */
tca_result tcai_member_word(const tcai_json *object, const char *name,
                            const char *(*name_of)(uint32_t), uint32_t last, uint32_t *number,
                            tca_error *error);

/* False when it is left out. */
tca_result tcai_member_flag(const tcai_json *object, const char *name, bool *flag,
                            tca_error *error);

/* An array of nothing but objects; NULL, which counts as empty, when it is left out. */
tca_result tcai_member_objects(const tcai_json *object, const char *name, size_t most,
                               const tcai_json **list, tca_error *error);

#endif

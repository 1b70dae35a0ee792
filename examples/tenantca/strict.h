/* SPDX-License-Identifier: MIT */
/* A document of which every member must be known: a name written wrong must not be passed over. */
#ifndef TOOL_STRICT_H
#define TOOL_STRICT_H

#include <stddef.h>

#include "tool.h"

/* Where in which document one is; complaints begin with it: "tenants[0].targets[2]: ...". */
typedef struct json_place {
    const char *file;
    char path[256];
} json_place;

typedef struct json_member json_member;

/* Read a value into the struct at @p into. False after a complaint. */
typedef bool json_reader(json_place *place, json_t *value, const json_member *member, void *into);

struct json_member {
    const char *name;
    unsigned takes; /* kinds of object, as bits, that may have it */
    unsigned needs; /* those that must */
    json_reader *read;
    size_t at;         /* offset of what it is read into */
    size_t length_at;  /* a text's: offset of its length, which is never first; 0: it has none */
    const void *about; /* what its reader must know: words, a range, members */
};

#define EVERY_KIND (~0u)

/* Always false. */
__attribute__((format(printf, 2, 3))) bool json_complain(const json_place *place,
                                                         const char *format, ...);

/* Go down to a member or an element, and back to where one was before (a length of the path). */
size_t json_enter(json_place *place, const char *name);
size_t json_enter_element(json_place *place, size_t index);
void json_leave(json_place *place, size_t before);

/* Every member of an object of that kind, each with its reader; the table ends without a name. */
bool json_read_members(json_place *place, json_t *value, const json_member *members, unsigned kind,
                       void *into);

/* A member that is a text: a pointer, and where there is one its length. */
#define JSON_TEXT(type, member)                                                                    \
    { .name = #member, .takes = EVERY_KIND, .read = json_read_text, .at = offsetof(type, member) }
#define JSON_TEXT_WITH_LENGTH(type, member, kinds, needing)                                        \
    {                                                                                              \
        .name = #member, .takes = kinds, .needs = needing, .read = json_read_text,                 \
        .at = offsetof(type, member), .length_at = offsetof(type, member##_length)                 \
    }

/* ---- readers ---- */

/* A text that is not empty; `about` is not looked at. */
bool json_read_text(json_place *place, json_t *value, const json_member *member, void *into);

/* A whole number; `about` is its json_range. */
typedef struct json_range {
    uint32_t least, most;
} json_range;
bool json_read_number(json_place *place, json_t *value, const json_member *member, void *into);

/* One of some words; `about` is a table of them that ends without a word. */
typedef struct json_word {
    const char *word;
    uint32_t value;
} json_word;
bool json_read_word(json_place *place, json_t *value, const json_member *member, void *into);

/* The word that an object's "kind" is, before the rest is read; 0 after a complaint. */
uint32_t json_kind(json_place *place, json_t *object, const json_word *words);

#endif

/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "strict.h"

/* Enough for every name there is, several times over. */
#define NAMES_SIZE 400

/* ---- the place ---- */

bool json_complain(const json_place *place, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    complain("%s: %s%s%s", place->file, place->path, place->path[0] != '\0' ? ": " : "", text);
    return false;
}

size_t json_enter(json_place *place, const char *name) {
    size_t before = strlen(place->path);
    snprintf(place->path + before, sizeof(place->path) - before, "%s%s", before > 0 ? "." : "",
             name);
    return before;
}

size_t json_enter_element(json_place *place, size_t index) {
    size_t before = strlen(place->path);
    snprintf(place->path + before, sizeof(place->path) - before, "[%zu]", index);
    return before;
}

void json_leave(json_place *place, size_t before) {
    place->path[before] = '\0';
}

/* ---- objects ---- */

static void list_names(const json_member *members, unsigned kind, char text[NAMES_SIZE]) {
    size_t length = 0;
    text[0] = '\0';
    for (; members->name != NULL && length < NAMES_SIZE; members++) {
        if ((members->takes & kind) != 0) {
            length += (size_t)snprintf(text + length, NAMES_SIZE - length, "%s%s",
                                       length > 0 ? ", " : "", members->name);
        }
    }
}

static const json_member *find_member(const json_member *members, const char *name) {
    while (members->name != NULL && strcmp(members->name, name) != 0) {
        members++;
    }
    return members->name == NULL ? NULL : members;
}

static bool refuse_member(const json_place *place, const json_member *members, unsigned kind,
                          const json_member *known, const char *name) {
    char names[NAMES_SIZE];
    list_names(members, kind, names);
    return json_complain(place, "%s member '%.64s'; there are %s",
                         known == NULL ? "unknown" : "this kind takes no", name, names);
}

static bool read_member(json_place *place, json_t *value, const json_member *member, void *into) {
    size_t before = json_enter(place, member->name);
    bool fine = member->read(place, value, member, into);
    json_leave(place, before);
    return fine;
}

static bool has_needed(const json_place *place, json_t *object, const json_member *members,
                       unsigned kind) {
    for (; members->name != NULL; members++) {
        if ((members->needs & kind) != 0 && json_object_get(object, members->name) == NULL) {
            return json_complain(place, "'%s' is missing; add it", members->name);
        }
    }
    return true;
}

bool json_read_members(json_place *place, json_t *value, const json_member *members, unsigned kind,
                       void *into) {
    const char *name;
    json_t *item;
    if (!json_is_object(value)) {
        return json_complain(place, "is no object; write it as { ... }");
    }
    json_object_foreach(value, name, item) {
        const json_member *member = find_member(members, name);
        if (member == NULL || (member->takes & kind) == 0) {
            return refuse_member(place, members, kind, member, name);
        }
        if (!read_member(place, item, member, into)) {
            return false;
        }
    }
    return has_needed(place, value, members, kind);
}

/* ---- values ---- */

static void *field(void *into, size_t at) {
    return (char *)into + at;
}

bool json_read_text(json_place *place, json_t *value, const json_member *member, void *into) {
    size_t length = json_string_length(value);
    if (length == 0) {
        return json_complain(place, "is no text, or an empty one; write it as \"...\"");
    }
    *(const char **)field(into, member->at) = json_string_value(value);
    if (member->length_at != 0) {
        *(size_t *)field(into, member->length_at) = length;
    }
    return true;
}

bool json_read_number(json_place *place, json_t *value, const json_member *member, void *into) {
    const json_range *range = member->about;
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < range->least || number > range->most) {
        return json_complain(place, "is a whole number from %u to %u", (unsigned)range->least,
                             (unsigned)range->most);
    }
    *(uint32_t *)field(into, member->at) = (uint32_t)number;
    return true;
}

static const json_word *find_word(const json_word *words, const char *text) {
    while (text != NULL && words->word != NULL && strcmp(words->word, text) != 0) {
        words++;
    }
    return text == NULL || words->word == NULL ? NULL : words;
}

static bool refuse_word(const json_place *place, const json_word *words) {
    char names[NAMES_SIZE];
    size_t length = 0;
    for (; words->word != NULL && length < NAMES_SIZE; words++) {
        length += (size_t)snprintf(names + length, NAMES_SIZE - length, "%s\"%s\"",
                                   length > 0 ? ", " : "", words->word);
    }
    return json_complain(place, "is one of %s", names);
}

bool json_read_word(json_place *place, json_t *value, const json_member *member, void *into) {
    const json_word *found = find_word(member->about, json_string_value(value));
    if (found == NULL) {
        return refuse_word(place, member->about);
    }
    *(uint32_t *)field(into, member->at) = found->value;
    return true;
}

uint32_t json_kind(json_place *place, json_t *object, const json_word *words) {
    uint32_t kind = 0;
    const json_member member = {.name = "kind", .read = json_read_word, .about = words};
    json_t *value = json_object_get(object, "kind");
    if (!json_is_object(object)) {
        (void)json_complain(place, "is no object; write it as { ... }");
    } else if (value == NULL) {
        (void)json_complain(place, "'kind' is missing; add it");
    } else {
        (void)read_member(place, value, &member, &kind);
    }
    return kind;
}

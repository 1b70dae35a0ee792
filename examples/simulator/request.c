/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int same_word(const char *one, const char *other) {
    while (*one != '\0' && tolower((unsigned char)*one) == tolower((unsigned char)*other)) {
        one++;
        other++;
    }
    return *one == '\0' && *other == '\0';
}

static int hex_digit(char c) {
    static const char digits[] = "0123456789abcdef";
    const char *const found = c != '\0' ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return found != NULL ? (int)(found - digits) : -1;
}

int is_utf8(const char *text) {
    json_t *const accepted = json_string(text); /* refuses what is none */
    json_decref(accepted);
    return accepted != NULL;
}

static int percent_decode(char *text) {
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        if (*in != '%') {
            *out++ = *in;
            continue;
        }
        const int high = hex_digit(in[1]);
        const int low = high < 0 ? -1 : hex_digit(in[2]);
        if (low < 0 || high + low == 0) {
            return -1;
        }
        *out++ = (char)(high * 16 + low);
        in += 2;
    }
    *out = '\0';
    return is_utf8(text) ? 0 : -1;
}

/* Cut text at the separator: returns the part before, moves *rest behind it or to NULL. */
static char *cut(char **rest, char separator) {
    char *const part = *rest;
    char *const end = strchr(part, separator);
    *rest = NULL;
    if (end != NULL) {
        *end = '\0';
        *rest = end + 1;
    }
    return part;
}

static int read_path(request *r, char *path) {
    if (*path != '/') {
        return -1;
    }
    for (char *rest = path + 1; rest != NULL && *rest != '\0';) {
        char *const segment = cut(&rest, '/');
        if (r->segment_count == REQUEST_SEGMENTS_MAX || percent_decode(segment) != 0) {
            return -1;
        }
        r->segments[r->segment_count++] = segment;
    }
    return 0;
}

static int read_query(request *r, char *query) {
    for (char *rest = query; rest != NULL && *rest != '\0';) {
        char *value = cut(&rest, '&');
        char *const name = cut(&value, '=');
        if (r->parameter_count == REQUEST_PARAMETERS_MAX || percent_decode(name) != 0 ||
            (value != NULL && percent_decode(value) != 0)) {
            return -1;
        }
        r->names[r->parameter_count] = name;
        r->values[r->parameter_count++] = value != NULL ? value : "";
    }
    return 0;
}

/* Is "application/json; charset=utf-8" of that type? */
static int is_of_type(const char *type, const char *wanted) {
    const size_t length = strlen(wanted);
    for (size_t i = 0; i < length; i++) {
        if (tolower((unsigned char)type[i]) != wanted[i]) {
            return 0;
        }
    }
    return type[length] == '\0' || type[length] == ';' || type[length] == ' ';
}

/* A form's fields are parameters as those of the query are: decoded in place, behind the target. */
static int read_form(request *r, const engine_request *in, char *text) {
    memcpy(text, in->body, in->body_length);
    text[in->body_length] = '\0';
    if (strlen(text) != in->body_length) {
        return -1;
    }
    for (char *c = text; *c != '\0'; c++) {
        *c = *c == '+' ? ' ' : *c;
    }
    return read_query(r, text);
}

int request_read(request *r, const engine_request *in) {
    memset(r, 0, sizeof *r);
    const size_t size = strlen(in->target) + 1;
    const int is_form = in->body_length != 0 && in->content_type != NULL &&
                        is_of_type(in->content_type, "application/x-www-form-urlencoded");
    r->method = in->method;
    r->target = in->target;
    r->authorization = in->authorization;
    r->if_match = in->if_match;
    r->body_length = in->body_length;
    r->is_json = in->body_length == 0 || in->content_type == NULL ||
                 is_of_type(in->content_type, "application/json");
    r->storage = malloc(size + (is_form ? in->body_length + 1 : 0));
    if (r->storage == NULL) {
        return -1;
    }
    memcpy(r->storage, in->target, size);
    char *query = r->storage;
    char *const path = cut(&query, '?');
    if (read_path(r, path) != 0 || read_query(r, query) != 0) {
        return -1;
    }
    if (in->body_length != 0) {
        r->body =
            json_loadb(in->body, in->body_length, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    }
    /* curl calls whatever it is given a form. */
    if (is_form && r->body == NULL) {
        return read_form(r, in, r->storage + size);
    }
    return 0;
}

void request_release(request *r) {
    json_decref(r->body);
    free(r->storage);
    memset(r, 0, sizeof *r);
}

const char *request_parameter(const request *r, const char *name) {
    for (size_t i = 0; i < r->parameter_count; i++) {
        if (same_word(r->names[i], name)) {
            return r->values[i];
        }
    }
    return NULL;
}

int request_has(const request *r, size_t first, const char *const *words, size_t count) {
    if (r->segment_count < first + count) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (!same_word(r->segments[first + i], words[i])) {
            return 0;
        }
    }
    return 1;
}

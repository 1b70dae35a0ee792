/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include "reply.h"

#include <stdlib.h>
#include <string.h>

#define HUGE_BODY ((size_t)64 * 1024 * 1024)

static const char *const kind_names[] = {
    [FAULT_STATUS] = "status",
    [FAULT_TRUNCATE] = "truncate",
    [FAULT_SLOW] = "slow",
    [FAULT_HUGE] = "huge",
    [FAULT_WRONG_TYPE] = "wrong-type",
    [FAULT_WRONG_CERTIFICATE] = "wrong-certificate",
    [FAULT_CLOSE] = "close",
};

void faults_release(fault_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].match);
    }
    free(list->items);
    memset(list, 0, sizeof *list);
}

static int read_kind(const char *name, fault_kind *kind) {
    for (size_t i = 0; i < sizeof kind_names / sizeof kind_names[0]; i++) {
        if (strcmp(name, kind_names[i]) == 0) {
            *kind = (fault_kind)i;
            return 0;
        }
    }
    return -1;
}

static int read_fault(json_t *from, fault *f, const char **why) {
    const char *match = NULL;
    const char *kind = NULL;
    json_int_t times = 1;
    json_int_t status = 500;
    json_int_t retry_after = -1;
    if (json_unpack(from, "{s:s, s:s, s?I, s?I, s?I !}", "match", &match, "fault", &kind, "times",
                    &times, "status", &status, "retry_after", &retry_after) != 0) {
        *why = "a fault has match, fault, and optionally times, status, retry_after";
        return -1;
    }
    if (read_kind(kind, &f->kind) != 0) {
        *why = "no such fault";
        return -1;
    }
    if (status < 400 || status > 599 || times < 1 || retry_after < -1) {
        *why = "status is from 400 to 599, times at least 1, retry_after not negative";
        return -1;
    }
    f->times = times;
    f->status = (unsigned)status;
    f->retry_after = retry_after;
    f->match = malloc(strlen(match) + 1);
    if (f->match == NULL) {
        *why = "out of memory";
        return -1;
    }
    strcpy(f->match, match);
    return 0;
}

int faults_replace(fault_list *list, json_t *array, const char **why) {
    fault_list fresh = {0};
    if (!json_is_array(array)) {
        *why = "the body is not an array of faults";
        return -1;
    }
    const size_t count = json_array_size(array);
    fresh.items = calloc(count + 1, sizeof *fresh.items);
    if (fresh.items == NULL) {
        *why = "out of memory";
        return -1;
    }
    for (; fresh.count < count; fresh.count++) {
        if (read_fault(json_array_get(array, fresh.count), &fresh.items[fresh.count], why) != 0) {
            faults_release(&fresh);
            return -1;
        }
    }
    faults_release(list);
    *list = fresh;
    return 0;
}

static int fits(const fault *f, const request *r) {
    const size_t method = strlen(r->method);
    const char *const rest = f->match + method;
    return f->times > 0 && strncmp(f->match, r->method, method) == 0 && *rest == ' ' &&
           strncmp(r->target, rest + 1, strlen(rest + 1)) == 0;
}

const fault *faults_take(fault_list *list, const request *r) {
    for (size_t i = 0; i < list->count; i++) {
        if (fits(&list->items[i], r)) {
            list->items[i].times--;
            return &list->items[i];
        }
    }
    return NULL;
}

/* A JSON string without an end in sight. */
static void swell(engine_reply *reply) {
    char *const body = malloc(HUGE_BODY);
    if (body == NULL) {
        return;
    }
    memset(body, 'A', HUGE_BODY);
    reply->status = reply->status == 204 ? 200 : reply->status;
    body[0] = '"';
    body[HUGE_BODY - 1] = '"';
    free(reply->body);
    reply->body = body;
    reply->body_length = HUGE_BODY;
}

void fault_spoil(const fault *f, engine_reply *reply) {
    switch (f->kind) {
    case FAULT_TRUNCATE:
        reply->delivery = reply->body_length != 0 ? DELIVER_TRUNCATED : DELIVER_NOTHING;
        break;
    case FAULT_SLOW:
        reply->delivery = DELIVER_SLOWLY;
        break;
    case FAULT_CLOSE:
        reply->delivery = DELIVER_NOTHING;
        break;
    case FAULT_HUGE:
        swell(reply);
        break;
    case FAULT_WRONG_TYPE:
        reply_text(reply, 200, "text/html",
                   "<!DOCTYPE html><html><head><title>Sign in</title></head>"
                   "<body><h1>Sign in to the network</h1></body></html>");
        break;
    case FAULT_STATUS:
    case FAULT_WRONG_CERTIFICATE:
        break;
    }
}

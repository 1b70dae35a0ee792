/* SPDX-License-Identifier: MIT */
#include "engine.h"

#include "reply.h"
#include "service.h"
#include "utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last moment of the year 9989: what is issued then still ends before the year 10000. */
#define CLOCK_MAX INT64_C(253086767999)
#define STRANGER "0ddba11f-1e1d-4bad-8bad-c0ffee000bad"

static const service *const services[] = {&legacy_service,  &integrated_service, &hub_service,
                                          &dps_service,     &dps_group_service,  &central_service,
                                          &identity_service};

/* ---- life ---- */

int engine_set_address(engine *e, const char *address) {
    const size_t length = strlen(address);
    if (length >= sizeof e->address) {
        return -1;
    }
    memcpy(e->address, address, length + 1);
    return 0;
}

int engine_create(const engine_options *options, engine **out) {
    *out = NULL;
    engine *const e = calloc(1, sizeof *e);
    if (e == NULL) {
        return -1;
    }
    e->now = options->clock;
    e->authorities.seed = options->seed;
    e->tenants = calloc(options->tenant_count + 1, sizeof *e->tenants);
    if (e->tenants == NULL || options->clock < 0 || options->clock > CLOCK_MAX ||
        engine_set_address(e, options->address != NULL ? options->address
                                                       : "https://management.azure.com") != 0 ||
        tenant_begin(&e->stranger, STRANGER, &e->authorities, e->now) != 0) {
        engine_destroy(e);
        return -1;
    }
    for (size_t i = 0; i < options->tenant_count; i++) {
        e->tenant_count++;
        if (tenant_begin(&e->tenants[i], options->tenants[i], &e->authorities, e->now) != 0) {
            engine_destroy(e);
            return -1;
        }
    }
    *out = e;
    return 0;
}

void engine_destroy(engine *e) {
    if (e == NULL) {
        return;
    }
    for (size_t i = 0; i < e->tenant_count; i++) {
        tenant_release(&e->tenants[i]);
    }
    tenant_release(&e->stranger);
    hierarchy_release(&e->authorities);
    faults_release(&e->faults);
    for (size_t i = 0; i < TARGET_KINDS; i++) {
        target_list_release(&e->targets[i]);
    }
    free(e->tenants);
    free(e);
}

int64_t engine_clock(const engine *e) {
    return e->now;
}

int engine_set_clock(engine *e, int64_t now) {
    if (now < e->now || now > CLOCK_MAX) {
        return -1;
    }
    for (size_t i = 0; i < e->tenant_count; i++) {
        if (tenant_advance(&e->tenants[i], &e->authorities, now) != 0) {
            return -1;
        }
    }
    if (tenant_advance(&e->stranger, &e->authorities, now) != 0) {
        return -1;
    }
    e->now = now;
    return 0;
}

/* ---- tokens ---- */

/* "aud:https://management.azure.com/.default" names an audience by its scope. */
static int audience_fits(const service *s, const char *audience) {
    static const char *const endings[] = {"", "/", "/.default", "//.default",
                                          "/user_impersonation"};
    for (size_t i = 0; s->audiences[i] != NULL; i++) {
        const size_t length = strlen(s->audiences[i]);
        if (strncmp(audience, s->audiences[i], length) != 0) {
            continue;
        }
        for (size_t j = 0; j < sizeof endings / sizeof endings[0]; j++) {
            if (strcmp(audience + length, endings[j]) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

/* 0 when the token is good, else the status to refuse with. */
static unsigned check_token(const service *s, const char *authorization, const char **why) {
    static const char scheme[] = "Bearer ";
    if (s->audiences[0] == NULL) {
        return 0;
    }
    if (authorization == NULL || strncmp(authorization, scheme, sizeof scheme - 1) != 0 ||
        authorization[sizeof scheme - 1] == '\0') {
        *why =
            "Authentication failed. The 'Authorization' header is missing or is no bearer token.";
        return 401;
    }
    const char *const token = authorization + sizeof scheme - 1;
    if (strcmp(token, "expired") == 0) {
        *why = "The access token expiry UTC time is earlier than current UTC time.";
        return 401;
    }
    if (strcmp(token, "forbidden") == 0) {
        *why = "The client does not have authorization to perform this action.";
        return 403;
    }
    if (strncmp(token, "aud:", 4) == 0 && !audience_fits(s, token + 4)) {
        *why = "The access token has been obtained for the wrong audience.";
        return 401;
    }
    return 0;
}

/* ---- requests ---- */

static void service_answer(engine *e, const service *s, const request *r, const fault *f,
                           engine_reply *reply) {
    const char *why = NULL;
    if (f != NULL && f->kind == FAULT_STATUS) {
        s->fail(e, reply, f->status, "A fault was asked for.");
        if (f->retry_after >= 0) {
            reply_header_number(reply, "Retry-After", f->retry_after);
        }
        return;
    }
    const unsigned refused = check_token(s, r->authorization, &why);
    if (refused != 0) {
        s->fail(e, reply, refused, why);
        if (refused == 401) {
            reply_header(reply, "WWW-Authenticate", "Bearer");
        }
        return;
    }
    e->show_stranger = f != NULL && f->kind == FAULT_WRONG_CERTIFICATE;
    s->answer(e, r, reply);
    e->show_stranger = 0;
}

/* As recorded; the POSTs count as writes. */
static void add_headers(const engine *e, const request *r, engine_reply *reply) {
    char id[REQUEST_ID_SIZE];
    const int write = strcmp(r->method, "GET") != 0;
    const int64_t left = (write ? 1200 : 12000) - (int64_t)(e->request_count % 1000);
    service_request_id(e, id);
    reply_header(reply, "x-ms-request-id", id);
    reply_header(reply, "x-ms-correlation-request-id", id);
    reply_header_number(reply,
                        write ? "x-ms-ratelimit-remaining-subscription-writes"
                              : "x-ms-ratelimit-remaining-subscription-reads",
                        left);
}

static void dispatch(engine *e, const request *r, engine_reply *reply) {
    static const char *const control[] = {"_simulator"};
    if (request_has(r, 0, control, 1)) {
        admin_answer(e, r, reply);
        return;
    }
    const fault *const f = faults_take(&e->faults, r);
    e->request_count++;
    reply_text(reply, 404, "text/plain; charset=utf-8", "There is no such service.\n");
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        if (services[i]->owns(r)) {
            service_answer(e, services[i], r, f, reply);
            break;
        }
    }
    if (f != NULL) {
        fault_spoil(f, reply);
    }
    add_headers(e, r, reply);
}

void engine_handle(engine *e, const engine_request *in, engine_reply *reply) {
    request r;
    memset(reply, 0, sizeof *reply);
    if (request_read(&r, in) == 0) {
        dispatch(e, &r, reply);
    } else {
        reply_text(reply, 400, "text/plain; charset=utf-8", "The request target is broken.\n");
    }
    request_release(&r);
}

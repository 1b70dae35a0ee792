/* SPDX-License-Identifier: MIT */
/* Asking the simulator's engine from a test. */
#ifndef TESTS_SIMULATOR_CLIENT_H
#define TESTS_SIMULATOR_CLIENT_H

#include "simulator/engine.h"
#include "simulator/utc.h"

#include <check.h>
#include <jansson.h>
#include <mbedtls/base64.h>

#include <stdlib.h>
#include <string.h>

#define TENANT "6cb5627c-4d5a-46a2-b2cd-9f5c01912220"
#define OTHER "be51057e-e6eb-487d-82c8-a7043ccab9e1"
#define LEGACY "/v2/tenants/" TENANT
#define CATALOGS                                                                                   \
    "/subscriptions/82f138e0-1c79-4708-bda1-5e224cd688b2/resourceGroups/v-jiajiCEVRG"              \
    "/providers/Microsoft.AzureSphere/catalogs"
#define CATALOG CATALOGS "/" TENANT
#define VERSION "?api-version=2024-04-01"

#define START INT64_C(1711950211) /* 2024-04-01T05:43:31Z, as recorded */
#define A_END (START + 730 * UTC_DAY)
#define B_START (A_END - 90 * UTC_DAY)
#define B_ACTIVE (B_START + 45 * UTC_DAY)

enum { TEXT_SIZE = 1024 };

static inline engine *start_seeded(uint64_t seed) {
    static const char *const tenants[] = {TENANT, OTHER};
    const engine_options options = {
        .clock = START, .seed = seed, .tenants = tenants, .tenant_count = 2};
    engine *e = NULL;
    ck_assert_int_eq(engine_create(&options, &e), 0);
    return e;
}

static inline engine *start(void) {
    return start_seeded(1);
}

static inline engine_reply ask_as(engine *e, const char *token, const char *method,
                                  const char *target, const char *body) {
    engine_reply reply;
    const engine_request request = {.method = method,
                                    .target = target,
                                    .authorization = token,
                                    .body = body,
                                    .body_length = body != NULL ? strlen(body) : 0};
    engine_handle(e, &request, &reply);
    return reply;
}

/* The reply's JSON; the caller releases it. */
static inline json_t *ask(engine *e, const char *method, const char *target, const char *body,
                          unsigned status) {
    engine_reply reply = ask_as(e, "Bearer t", method, target, body);
    ck_assert_msg(reply.status == status, "%s %s: %u", method, target, reply.status);
    json_t *const json = json_loadb(reply.body, reply.body_length, JSON_DECODE_ANY, NULL);
    ck_assert_msg(json != NULL, "%s %s: no JSON", method, target);
    engine_reply_release(&reply);
    return json;
}

static inline json_t *get(engine *e, const char *target) {
    return ask(e, "GET", target, NULL, 200);
}

static inline const char *text_at(const json_t *object, const char *key) {
    const char *const text = json_string_value(json_object_get(object, key));
    ck_assert_msg(text != NULL, "%s is no string", key);
    return text;
}

/* Bytes of a JSON string in base64; the caller frees them. */
static inline uint8_t *decode(const json_t *string, size_t *length) {
    const char *const text = json_string_value(string);
    ck_assert_ptr_nonnull(text);
    uint8_t *const bytes = malloc(strlen(text) + 1);
    ck_assert_int_eq(mbedtls_base64_decode(bytes, strlen(text), length, (const unsigned char *)text,
                                           strlen(text)),
                     0);
    return bytes;
}

#endif

/* SPDX-License-Identifier: MIT */
/* Calls and hosts: stepping, waiting, refusing, and what slots may and may not do. */
#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define NOW INT64_C(1767225600)

static tca_call *new_list(const tca_call_options *options) {
    tca_sphere_options where = {.struct_size = sizeof(where),
                                .kind = TCA_SPHERE_LEGACY,
                                .tenant = TENANT,
                                .tenant_length = strlen(TENANT)};
    tca_sphere *sphere = NULL;
    tca_call *call = NULL;
    ck_assert_int_eq(tca_sphere_new(&where, &sphere, NULL), TCA_OK);
    ck_assert_int_eq(tca_sphere_list(sphere, options, &call, NULL), TCA_OK);
    tca_sphere_unref(sphere);
    return call;
}

/* ---- by hand ---- */

static uint32_t step(tca_call *call, tca_unix now) {
    uint32_t wants = 0;
    ck_assert_int_eq(tca_call_step(call, now, &wants, NULL), TCA_OK);
    return wants;
}

static void give_token(tca_call *call, const char *token) {
    tca_reply *reply = NULL;
    ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
    ck_assert_int_eq(tca_reply_append(reply, (const uint8_t *)token, strlen(token)), TCA_OK);
    ck_assert_int_eq(tca_reply_done(reply), TCA_OK);
}

static void give_answer(tca_call *call, uint32_t status, const char *retry_after,
                        const char *body) {
    tca_reply *reply = NULL;
    ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
    ck_assert_int_eq(tca_reply_set_status(reply, status), TCA_OK);
    if (retry_after != NULL) {
        ck_assert_int_eq(
            tca_reply_add_header(reply, "RETRY-after", 11, retry_after, strlen(retry_after)),
            TCA_OK);
    }
    ck_assert_int_eq(tca_reply_append(reply, (const uint8_t *)body, strlen(body)), TCA_OK);
    ck_assert_int_eq(tca_reply_done(reply), TCA_OK);
}

/* Up to the exchange. */
static void step_to_exchange(tca_call *call, tca_unix now) {
    ck_assert_uint_eq(step(call, now), TCA_CALL_TOKEN);
    give_token(call, "secret");
    ck_assert_uint_eq(step(call, now), TCA_CALL_EXCHANGE);
}

START_TEST(a_call_is_stepped_through_token_and_exchange_to_its_result) {
    tca_call *call = new_list(NULL);
    const char *text, *name, *value;
    size_t length, name_length;
    uint32_t refresh;
    const tca_request *request;
    tca_inventory *inventory = NULL;
    ck_assert_int_eq(tca_call_request(call, &request), TCA_E_NOT_FOUND);
    ck_assert_uint_eq(step(call, NOW), TCA_CALL_TOKEN);
    ck_assert_int_eq(tca_call_audience(call, &text, &length, &refresh), TCA_OK);
    ck_assert_str_eq(text, "https://firstparty.sphere.azure.net/api");
    ck_assert_uint_eq(refresh, 0);
    give_token(call, "secret");
    ck_assert_uint_eq(step(call, NOW), TCA_CALL_EXCHANGE);
    ck_assert_int_eq(tca_call_audience(call, &text, &length, &refresh), TCA_E_NOT_FOUND);
    ck_assert_int_eq(tca_call_request(call, &request), TCA_OK);
    ck_assert_int_eq(tca_request_method(request, &text, &length), TCA_OK);
    ck_assert_str_eq(text, "GET");
    ck_assert_int_eq(tca_request_url(request, &text, &length), TCA_OK);
    ck_assert_str_eq(text, "https://prod.core.sphere.azure.net/v2/tenants/" TENANT "/certificates");
    ck_assert_uint_eq(tca_request_header_count(request), 2);
    ck_assert_int_eq(tca_request_header(request, 0, &name, &name_length, &value, &length), TCA_OK);
    ck_assert_str_eq(name, "Authorization");
    ck_assert_str_eq(value, "Bearer secret");
    ck_assert_int_eq(tca_request_header(request, 2, &name, &name_length, &value, &length),
                     TCA_E_NOT_FOUND);
    ck_assert_int_eq(tca_request_body(request, &(const uint8_t *){NULL}, &length), TCA_E_NOT_FOUND);
    give_answer(call, 200, NULL, "[]");
    ck_assert_uint_eq(step(call, NOW), TCA_CALL_DONE);
    ck_assert_uint_eq(step(call, NOW), TCA_CALL_DONE);
    ck_assert_int_eq(tca_call_take_inventory(call, &inventory), TCA_OK);
    ck_assert_uint_eq(tca_inventory_count(inventory), 0);
    ck_assert_int_eq(tca_call_take_inventory(call, &(tca_inventory *){NULL}), TCA_E_NOT_FOUND);
    tca_inventory_unref(inventory);
    tca_call_unref(call);
}
END_TEST

START_TEST(what_was_wanted_and_not_answered_has_failed) {
    tca_call *call = new_list(NULL);
    uint32_t wants;
    ck_assert_uint_eq(step(call, NOW), TCA_CALL_TOKEN);
    ck_assert_int_eq(tca_call_step(call, NOW, &wants, NULL), TCA_E_CALLBACK);
    ck_assert_uint_eq(wants, TCA_CALL_DONE);
    tca_call_unref(call);
    call = new_list(NULL);
    step_to_exchange(call, NOW);
    ck_assert_int_eq(tca_call_step(call, NOW, &wants, NULL), TCA_E_CALLBACK);
    tca_call_unref(call);
    call = new_list(NULL); /* done, but without a status */
    tca_reply *reply;
    step_to_exchange(call, NOW);
    ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
    ck_assert_int_eq(tca_reply_done(reply), TCA_OK);
    ck_assert_int_eq(tca_call_step(call, NOW, &wants, NULL), TCA_E_CALLBACK);
    tca_call_unref(call);
}
END_TEST

START_TEST(a_reply_is_closed_by_done_and_by_fail) {
    tca_call *call = new_list(NULL);
    tca_reply *reply;
    step_to_exchange(call, NOW);
    ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
    ck_assert_int_eq(tca_reply_set_status(reply, 99), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_reply_set_status(reply, 600), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_reply_set_time(reply, NOW), TCA_E_ARGUMENT);
    if (_i == 0) {
        ck_assert_int_eq(tca_reply_done(reply), TCA_OK);
    } else {
        ck_assert_int_eq(tca_reply_fail(reply, NULL, 0), TCA_OK);
    }
    ck_assert_int_eq(tca_reply_set_status(reply, 200), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_reply_add_header(reply, "a", 1, "b", 1), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_reply_append(reply, (const uint8_t *)"x", 1), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_reply_done(reply), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_reply_fail(reply, NULL, 0), TCA_E_ARGUMENT);
    tca_call_unref(call);
}
END_TEST

START_TEST(a_reason_is_cut_between_characters) {
    char reason[258], expected[300];
    tca_error *error = NULL;
    tca_reply *reply;
    const char *text;
    uint32_t wants;
    memset(reason, 'x', sizeof(reason));
    memcpy(reason + 256 - _i, "\xC3\xA9", 2); /* within the last byte that is kept, or behind it */
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    tca_call *call = new_list(NULL);
    ck_assert_uint_eq(step(call, NOW), TCA_CALL_TOKEN);
    ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
    ck_assert_int_eq(tca_reply_fail(reply, reason, sizeof(reason)), TCA_OK);
    ck_assert_int_eq(tca_call_step(call, NOW, &wants, error), TCA_E_TOKEN);
    tca_error_message(error, &text, NULL);
    snprintf(expected, sizeof(expected), "token source: %.*s", _i == 1 ? 255 : 256, reason);
    ck_assert_str_eq(text, expected);
    tca_error_unref(error);
    tca_call_unref(call);
}
END_TEST

START_TEST(waits_double_and_are_bounded_without_randomness) {
    tca_call_options options = {
        .struct_size = sizeof(options), .max_attempts = 10, .max_wait_seconds = 1000};
    tca_call *call = new_list(&options);
    static const tca_unix waits[] = {1, 2, 4, 8, 16, 32, 32, 32, 32};
    tca_unix now = NOW, until;
    uint32_t wants;
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        step_to_exchange(call, now);
        give_answer(call, 503, NULL, "");
        ck_assert_uint_eq(step(call, now), TCA_CALL_WAIT);
        ck_assert_int_eq(tca_call_wait_until(call, &until), TCA_OK);
        ck_assert_int_eq(until - now, waits[i]);
        ck_assert_uint_eq(step(call, until - 1), TCA_CALL_WAIT);
        now = until;
    }
    step_to_exchange(call, now);
    give_answer(call, 503, NULL, "");
    ck_assert_int_eq(tca_call_step(call, now, &wants, NULL), TCA_E_HTTP);
    tca_call_unref(call);
}
END_TEST

START_TEST(random_bits_spread_the_waits_within_their_bounds) {
    bool shorter = false;
    for (uint32_t random = 0; random < 40; random++) {
        tca_call *call = new_list(NULL);
        tca_unix now = NOW, until = NOW;
        ck_assert_int_eq(tca_call_set_random(call, random * 2654435761u), TCA_OK);
        for (tca_unix most = 1; most <= 4; most *= 2) {
            step_to_exchange(call, now);
            give_answer(call, 500, NULL, "");
            ck_assert_uint_eq(step(call, now), TCA_CALL_WAIT);
            ck_assert_int_eq(tca_call_wait_until(call, &until), TCA_OK);
            ck_assert(until >= now && until - now <= most);
            shorter = shorter || until - now < most;
            now = until;
        }
        tca_call_unref(call);
    }
    ck_assert(shorter);
}
END_TEST

START_TEST(retry_after_is_obeyed_or_handed_on) {
    static const struct {
        const char *retry_after;
        tca_unix deadline;
        uint32_t max_wait;
        tca_result result;
        tca_unix at;
    } cases[] = {
        {"5", 0, 0, TCA_OK, NOW + 5},
        {"0", 0, 0, TCA_OK, NOW},
        {"30", 0, 0, TCA_OK, NOW + 30},
        {"31", 0, 0, TCA_E_RETRY_LATER, NOW + 31},
        {"31", 0, 60, TCA_OK, NOW + 31},
        {"20", NOW + 20, 0, TCA_E_RETRY_LATER, NOW + 20},
        {"20", NOW + 21, 0, TCA_OK, NOW + 20},
        {"Thu, 01 Jan 2026 00:00:10 GMT", 0, 0, TCA_OK, NOW + 10},
        {"Thu, 01 Jan 2026 00:01:00 GMT", 0, 0, TCA_E_RETRY_LATER, NOW + 60},
        {"Wed, 31 Dec 2025 00:00:00 GMT", 0, 0, TCA_OK, NOW},
        {"soon", 0, 0, TCA_OK, NOW + 1},
        {"-3", 0, 0, TCA_OK, NOW + 1},
        {"99999999999999999999", 0, 0, TCA_OK, NOW + 1},
        {"999999999", 0, 0, TCA_E_RETRY_LATER, NOW + 999999999},
    };
    tca_call_options options = {.struct_size = sizeof(options),
                                .deadline = cases[_i].deadline,
                                .max_wait_seconds = cases[_i].max_wait};
    tca_call *call = new_list(&options);
    uint32_t wants;
    tca_unix at = 0;
    step_to_exchange(call, NOW);
    give_answer(call, 429, cases[_i].retry_after, "");
    ck_assert_int_eq(tca_call_step(call, NOW, &wants, NULL), cases[_i].result);
    ck_assert_int_eq(cases[_i].result == TCA_OK ? tca_call_wait_until(call, &at)
                                                : tca_call_retry_at(call, &at),
                     TCA_OK);
    ck_assert_int_eq(at, cases[_i].at);
    tca_call_unref(call);
}
END_TEST

static uint32_t refresh_wanted(const tca_call *call) {
    const char *text;
    size_t length;
    uint32_t refresh = 7;
    ck_assert_int_eq(tca_call_audience(call, &text, &length, &refresh), TCA_OK);
    return refresh;
}

START_TEST(a_fresh_token_is_asked_for_once_and_only_after_a_refusal) {
    tca_call *call = new_list(NULL);
    uint32_t wants;
    step_to_exchange(call, NOW);
    give_answer(call, 401, NULL, "");
    ck_assert_uint_eq(step(call, NOW), TCA_CALL_TOKEN);
    ck_assert_uint_eq(refresh_wanted(call), 1);
    give_token(call, "fresh");
    ck_assert_uint_eq(step(call, NOW), TCA_CALL_EXCHANGE);
    give_answer(call, 503, NULL, "");
    ck_assert_uint_eq(step(call, NOW), TCA_CALL_WAIT);
    ck_assert_uint_eq(step(call, NOW + 1), TCA_CALL_TOKEN);
    ck_assert_uint_eq(refresh_wanted(call), 0);
    give_token(call, "fresh");
    ck_assert_uint_eq(step(call, NOW + 1), TCA_CALL_EXCHANGE);
    give_answer(call, 401, NULL, "");
    ck_assert_int_eq(tca_call_step(call, NOW + 1, &wants, NULL), TCA_E_HTTP);
    tca_call_unref(call);
}
END_TEST

#define DIGITS_64 "0123456789abcdefABCDEF-0123456789abcdefABCDEF-0123456789abcdefAB"

START_TEST(a_refusal_is_told_without_body_and_headers) {
    static const char refused[] = "HTTP 403: an answer that does not say why";
    static const struct {
        const char *request_id, *told;
    } cases[] = {
        {NULL, ""},
        {"", ""},
        {"3F2504E0-4f89-11d3-9a0c-0305e82c3301", "3F2504E0-4f89-11d3-9a0c-0305e82c3301"},
        {DIGITS_64, DIGITS_64},
        {DIGITS_64 "0", ""},
        {"Bearer s3cret", ""},
        {"3f2504e0\r\n", ""},
    };
    char message[256];
    const char *text;
    tca_error *error = NULL;
    tca_reply *reply;
    uint32_t wants;
    snprintf(message, sizeof(message), "%s%s%s", refused,
             cases[_i].told[0] != '\0' ? ", request id " : "", cases[_i].told);
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    tca_call *call = new_list(NULL);
    step_to_exchange(call, NOW);
    ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
    if (cases[_i].request_id != NULL) {
        ck_assert_int_eq(tca_reply_add_header(reply, "X-Ms-Request-Id", 15, cases[_i].request_id,
                                              strlen(cases[_i].request_id)),
                         TCA_OK);
    }
    give_answer(call, 403, NULL, "denied for s3cret");
    ck_assert_int_eq(tca_call_step(call, NOW, &wants, error), TCA_E_HTTP);
    tca_error_message(error, &text, NULL);
    ck_assert_str_eq(text, message);
    ck_assert_uint_eq(tca_error_http_status(error), 403);
    tca_error_unref(error);
    tca_call_unref(call);
}
END_TEST

START_TEST(a_deadline_ends_a_call_at_its_very_second) {
    tca_call_options options = {.struct_size = sizeof(options), .deadline = NOW + 10};
    uint32_t wants;
    tca_call *call = new_list(&options);
    step_to_exchange(call, NOW + 9);
    give_answer(call, 200, NULL, "[]");
    ck_assert_int_eq(tca_call_step(call, NOW + 10, &wants, NULL), TCA_E_DEADLINE);
    ck_assert_int_eq(tca_call_step(call, NOW, &wants, NULL), TCA_E_DEADLINE);
    tca_call_unref(call);
    call = new_list(&options);
    ck_assert_int_eq(tca_call_step(call, NOW + 11, &wants, NULL), TCA_E_DEADLINE);
    tca_call_unref(call);
}
END_TEST

START_TEST(a_time_that_is_none_changes_nothing) {
    static const tca_unix none[] = {INT64_MAX, TCA_TIME_MAX + 1, TCA_TIME_MIN - 1, INT64_MIN};
    tca_call *call = new_list(NULL);
    uint32_t wants = 7;
    step_to_exchange(call, TCA_TIME_MAX);
    give_answer(call, 503, "999999999", "");
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        ck_assert_int_eq(tca_call_step(call, none[i], &wants, NULL), TCA_E_RANGE);
        ck_assert_uint_eq(wants, TCA_CALL_DONE);
    }
    ck_assert_int_eq(tca_call_step(call, TCA_TIME_MAX, &wants, NULL), TCA_E_RETRY_LATER);
    tca_call_unref(call);
}
END_TEST

static void *cancel(void *call) {
    tca_call_cancel(call);
    return NULL;
}

START_TEST(a_call_can_be_cancelled_from_another_thread) {
    tca_call *call = new_list(NULL);
    pthread_t thread;
    uint32_t wants;
    step_to_exchange(call, NOW);
    ck_assert_int_eq(pthread_create(&thread, NULL, cancel, call), 0);
    pthread_join(thread, NULL);
    give_answer(call, 200, NULL, "[]");
    ck_assert_int_eq(tca_call_step(call, NOW, &wants, NULL), TCA_E_CANCELLED);
    ck_assert_uint_eq(wants, TCA_CALL_DONE);
    tca_call_unref(call);
    tca_call_cancel(NULL);
}
END_TEST

START_TEST(a_body_over_the_limit_ends_the_call) {
    tca_call_options options = {.struct_size = sizeof(options), .max_reply_bytes = 4};
    tca_call *call = new_list(&options);
    tca_reply *reply;
    const tca_request *request;
    uint32_t wants;
    step_to_exchange(call, NOW);
    ck_assert_int_eq(tca_call_request(call, &request), TCA_OK);
    ck_assert_uint_eq(tca_request_max_reply_bytes(request), 4);
    ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
    ck_assert_int_eq(tca_reply_set_status(reply, 200), TCA_OK);
    ck_assert_int_eq(tca_reply_append(reply, (const uint8_t *)"[   ", 4), TCA_OK);
    ck_assert_int_eq(tca_reply_append(reply, (const uint8_t *)"]", 1), TCA_E_LIMIT);
    ck_assert_int_eq(tca_reply_append(reply, (const uint8_t *)"", 0), TCA_E_LIMIT);
    ck_assert_int_eq(tca_reply_done(reply), TCA_OK);
    ck_assert_int_eq(tca_call_step(call, NOW, &wants, NULL), TCA_E_LIMIT);
    tca_call_unref(call);
}
END_TEST

/* ---- on a host ---- */

typedef struct slot_probe {
    tca_host *host;
    tca_call *call;
    int mode;
    tca_result seen;
    uint32_t destroyed;
} slot_probe;

enum { QUIET, RUN_AGAIN, STEP, SET_TABLE, UNREF, REPLY };

static void count(void *user) {
    ((slot_probe *)user)->destroyed++;
}

static void misbehave(slot_probe *probe) {
    uint32_t wants;
    tca_transport table = {.struct_size = sizeof(table)};
    tca_call *other;
    tca_reply *reply;
    switch (probe->mode) {
    case RUN_AGAIN:
        other = new_list(NULL);
        probe->seen = tca_call_run(other, probe->host, NULL);
        tca_call_unref(other);
        break;
    case STEP:
        probe->seen = tca_call_step(probe->call, NOW, &wants, NULL);
        break;
    case SET_TABLE:
        probe->seen = tca_host_set_transport(probe->host, &table, NULL);
        break;
    case UNREF:
        tca_call_unref(probe->call);
        tca_host_unref(probe->host);
        probe->seen = probe->destroyed == 0 ? TCA_OK : TCA_E_ARGUMENT;
        break;
    case REPLY:
        probe->seen = tca_call_reply(probe->call, &reply);
        break;
    default:
        break;
    }
}

static void perform(void *user, const tca_request *request, tca_reply *reply) {
    (void)request;
    misbehave(user);
    tca_reply_set_status(reply, 200);
    tca_reply_append(reply, (const uint8_t *)"[]", 2);
    tca_reply_done(reply);
}

static void perform_nothing(void *user, const tca_request *request, tca_reply *reply) {
    (void)user;
    (void)request;
    (void)reply;
}

static void token(void *user, const char *audience, size_t length, uint32_t refresh,
                  tca_reply *reply) {
    (void)user;
    (void)audience;
    (void)length;
    (void)refresh;
    tca_reply_append(reply, (const uint8_t *)"t", 1);
    tca_reply_done(reply);
}

static void token_nothing(void *user, const char *audience, size_t length, uint32_t refresh,
                          tca_reply *reply) {
    (void)user;
    (void)audience;
    (void)length;
    (void)refresh;
    (void)reply;
}

static void now(void *user, tca_reply *reply) {
    (void)user;
    tca_reply_set_time(reply, NOW);
    tca_reply_done(reply);
}

static void now_nothing(void *user, tca_reply *reply) {
    (void)user;
    (void)reply;
}

static void now_without_a_time(void *user, tca_reply *reply) {
    (void)user;
    tca_reply_done(reply);
}

static tca_host *new_host(slot_probe *probe, int without, int silent) {
    tca_host *host = NULL;
    tca_transport transport = {.struct_size = sizeof(transport),
                               .user = probe,
                               .perform = silent == 0 ? perform_nothing : perform,
                               .destroy = count};
    tca_token_source source = {
        .struct_size = sizeof(source), .user = probe, .token = silent == 1 ? token_nothing : token};
    tca_clock clock = {.struct_size = sizeof(clock),
                       .user = probe,
                       .now = silent == 2   ? now_nothing
                              : silent == 3 ? now_without_a_time
                                            : now};
    ck_assert_int_eq(tca_host_new(&host, NULL), TCA_OK);
    if (without != 0) {
        ck_assert_int_eq(tca_host_set_transport(host, &transport, NULL), TCA_OK);
    }
    if (without != 1) {
        ck_assert_int_eq(tca_host_set_token_source(host, &source, NULL), TCA_OK);
    }
    if (without != 2) {
        ck_assert_int_eq(tca_host_set_clock(host, &clock, NULL), TCA_OK);
    }
    return host;
}

START_TEST(a_missing_table_is_not_provided) {
    slot_probe probe = {0};
    tca_host *host = new_host(&probe, _i, -1);
    tca_call *call = new_list(NULL);
    ck_assert_int_eq(tca_call_run(call, host, NULL), TCA_E_NOT_PROVIDED);
    tca_call_unref(call);
    tca_host_unref(host);
}
END_TEST

START_TEST(a_slot_that_says_nothing_has_failed) {
    static const char *const messages[] = {
        "transport: returned without an answer", "token source: returned without an answer",
        "clock: returned without an answer", "clock: returned without an answer"};
    slot_probe probe = {0};
    tca_host *host = new_host(&probe, -1, _i);
    tca_call *call = new_list(NULL);
    tca_error *error = NULL;
    const char *text;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    ck_assert_int_eq(tca_call_run(call, host, error), TCA_E_CALLBACK);
    tca_error_message(error, &text, NULL);
    ck_assert_str_eq(text, messages[_i]);
    tca_error_unref(error);
    tca_call_unref(call);
    tca_host_unref(host);
}
END_TEST

static void now_beyond(void *user, tca_reply *reply) {
    (void)user;
    tca_reply_set_time(reply, INT64_MAX);
    tca_reply_done(reply);
}

START_TEST(a_clock_beyond_the_calendar_has_failed) {
    slot_probe probe = {0};
    tca_host *host = new_host(&probe, -1, -1);
    tca_call *call = new_list(NULL);
    tca_clock clock = {.struct_size = sizeof(clock), .now = now_beyond};
    ck_assert_int_eq(tca_host_set_clock(host, &clock, NULL), TCA_OK);
    ck_assert_int_eq(tca_call_run(call, host, NULL), TCA_E_RANGE);
    tca_call_unref(call);
    tca_host_unref(host);
}
END_TEST

START_TEST(what_is_in_use_refuses_to_be_used_from_its_own_slot) {
    static const struct {
        int mode;
        tca_result seen;
    } cases[] = {
        {RUN_AGAIN, TCA_E_BUSY}, {STEP, TCA_E_BUSY}, {SET_TABLE, TCA_E_BUSY}, {REPLY, TCA_E_BUSY}};
    slot_probe probe = {.mode = cases[_i].mode, .seen = 1};
    tca_inventory *inventory = NULL;
    probe.host = new_host(&probe, -1, -1);
    probe.call = new_list(NULL);
    ck_assert_int_eq(tca_call_run(probe.call, probe.host, NULL), TCA_OK);
    ck_assert_int_eq(probe.seen, cases[_i].seen);
    ck_assert_int_eq(tca_call_take_inventory(probe.call, &inventory), TCA_OK);
    tca_inventory_unref(inventory);
    tca_call_unref(probe.call);
    tca_host_unref(probe.host);
    ck_assert_uint_eq(probe.destroyed, 1);
}
END_TEST

START_TEST(what_is_released_in_a_slot_goes_when_the_run_ends) {
    slot_probe probe = {.mode = UNREF, .seen = 1};
    probe.host = new_host(&probe, -1, -1);
    probe.call = new_list(NULL);
    ck_assert_int_eq(tca_call_run(probe.call, probe.host, NULL), TCA_OK);
    ck_assert_int_eq(probe.seen, TCA_OK);
    ck_assert_uint_eq(probe.destroyed, 1);
}
END_TEST

START_TEST(a_table_that_is_replaced_is_destroyed_once) {
    slot_probe probe = {0};
    tca_host *host = new_host(&probe, -1, -1);
    tca_transport table = {
        .struct_size = sizeof(table), .user = &probe, .perform = perform, .destroy = count};
    ck_assert_int_eq(tca_host_set_transport(host, &table, NULL), TCA_OK);
    ck_assert_uint_eq(probe.destroyed, 1);
    table.perform = NULL;
    ck_assert_int_eq(tca_host_set_transport(host, &table, NULL), TCA_E_ARGUMENT);
    table.perform = perform;
    table.flags = 1;
    ck_assert_int_eq(tca_host_set_transport(host, &table, NULL), TCA_E_UNSUPPORTED);
    table.struct_size = 8;
    ck_assert_int_eq(tca_host_set_transport(host, &table, NULL), TCA_E_STRUCT_TOO_SMALL);
    ck_assert_uint_eq(probe.destroyed, 1);
    tca_host_unref(host);
    ck_assert_uint_eq(probe.destroyed, 2);
}
END_TEST

START_TEST(options_are_imported_strictly) {
    struct {
        tca_call_options options;
        uint64_t more;
    } longer = {.options = {.struct_size = sizeof(longer)}};
    tca_sphere_options where = {.struct_size = sizeof(where),
                                .kind = TCA_SPHERE_LEGACY,
                                .tenant = TENANT,
                                .tenant_length = strlen(TENANT)};
    tca_sphere *sphere = NULL;
    tca_call *call = NULL;
    ck_assert_int_eq(tca_sphere_new(&where, &sphere, NULL), TCA_OK);
    ck_assert_int_eq(tca_sphere_list(sphere, &longer.options, &call, NULL), TCA_OK);
    tca_call_unref(call);
    longer.more = 1;
    ck_assert_int_eq(tca_sphere_list(sphere, &longer.options, &call, NULL), TCA_E_STRUCT_TOO_NEW);
    ck_assert_ptr_null(call);
    longer.options.struct_size = sizeof(longer.options);
    longer.options.flags = 1;
    ck_assert_int_eq(tca_sphere_list(sphere, &longer.options, &call, NULL), TCA_E_UNSUPPORTED);
    longer.options.struct_size = 4;
    ck_assert_int_eq(tca_sphere_list(sphere, &longer.options, &call, NULL), TCA_E_STRUCT_TOO_SMALL);
    ck_assert_int_eq(tca_sphere_list(NULL, NULL, &call, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_sphere_list(sphere, NULL, NULL, NULL), TCA_E_ARGUMENT);
    where.kind = 3;
    tca_sphere *other = NULL;
    ck_assert_int_eq(tca_sphere_new(&where, &other, NULL), TCA_E_UNSUPPORTED);
    ck_assert_ptr_null(other);
    tca_sphere_unref(sphere);
}
END_TEST

START_TEST(null_is_refused_or_harmless) {
    uint32_t wants;
    tca_unix time;
    const char *text;
    size_t length;
    uint32_t refresh;
    ck_assert_int_eq(tca_call_step(NULL, NOW, &wants, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_call_run(NULL, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_call_request(NULL, &(const tca_request *){NULL}), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_call_reply(NULL, &(tca_reply *){NULL}), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_call_audience(NULL, &text, &length, &refresh), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_call_wait_until(NULL, &time), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_call_retry_at(NULL, &time), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_call_set_random(NULL, 1), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_request_url(NULL, &text, &length), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_request_deadline(NULL, &time), TCA_E_ARGUMENT);
    ck_assert_uint_eq(tca_request_header_count(NULL), 0);
    ck_assert_uint_eq(tca_request_max_reply_bytes(NULL), 0);
    ck_assert_int_eq(tca_reply_done(NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_reply_fail(NULL, NULL, 0), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_reply_append(NULL, NULL, 0), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_host_new(NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_host_set_clock(NULL, NULL, NULL), TCA_E_ARGUMENT);
    tca_call_unref(NULL);
    tca_host_unref(NULL);
    tca_sphere_unref(NULL);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("call");
    TCase *cases = tcase_create("call");
    tcase_add_test(cases, a_call_is_stepped_through_token_and_exchange_to_its_result);
    tcase_add_test(cases, what_was_wanted_and_not_answered_has_failed);
    tcase_add_loop_test(cases, a_reply_is_closed_by_done_and_by_fail, 0, 2);
    tcase_add_loop_test(cases, a_reason_is_cut_between_characters, 0, 3);
    tcase_add_test(cases, waits_double_and_are_bounded_without_randomness);
    tcase_add_test(cases, random_bits_spread_the_waits_within_their_bounds);
    tcase_add_loop_test(cases, retry_after_is_obeyed_or_handed_on, 0, 14);
    tcase_add_test(cases, a_fresh_token_is_asked_for_once_and_only_after_a_refusal);
    tcase_add_loop_test(cases, a_refusal_is_told_without_body_and_headers, 0, 7);
    tcase_add_test(cases, a_deadline_ends_a_call_at_its_very_second);
    tcase_add_test(cases, a_time_that_is_none_changes_nothing);
    tcase_add_test(cases, a_clock_beyond_the_calendar_has_failed);
    tcase_add_test(cases, a_call_can_be_cancelled_from_another_thread);
    tcase_add_test(cases, a_body_over_the_limit_ends_the_call);
    tcase_add_loop_test(cases, a_missing_table_is_not_provided, 0, 3);
    tcase_add_loop_test(cases, a_slot_that_says_nothing_has_failed, 0, 4);
    tcase_add_loop_test(cases, what_is_in_use_refuses_to_be_used_from_its_own_slot, 0, 4);
    tcase_add_test(cases, what_is_released_in_a_slot_goes_when_the_run_ends);
    tcase_add_test(cases, a_table_that_is_replaced_is_destroyed_once);
    tcase_add_test(cases, options_are_imported_strictly);
    tcase_add_test(cases, null_is_refused_or_harmless);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

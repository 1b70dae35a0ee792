/* SPDX-License-Identifier: MIT */
#include "script.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

typedef struct player {
    tca_call *call;
    const script_exchange *exchanges;
    size_t count;
    size_t at;
    uint32_t repeated; /* how often the one at `at` was played */
    script_run *run;
} player;

/* ---- what is asked for ---- */

static void check_body(const script_exchange *expected, const char *body) {
    if (body == NULL || expected->body == NULL) {
        ck_assert_msg(body == expected->body, "%s: body %s", expected->request,
                      body == NULL ? "missing" : body);
        return;
    }
    json_t *is = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(is != NULL, "%s: %s", expected->request, body);
    if (strcmp(expected->body, "*") != 0) {
        json_t *wanted = json_loads(expected->body, 0, NULL);
        ck_assert_msg(json_equal(is, wanted), "%s: body %s", expected->request, body);
        json_decref(wanted);
    }
    json_decref(is);
}

static void check_headers(const script_exchange *expected, const tca_request *request,
                          bool with_body) {
    const struct {
        const char *name, *value;
    } wanted[] = {{"Authorization", "Bearer " SCRIPT_TOKEN},
                  {"Accept", "application/json"},
                  {"Content-Type", with_body ? "application/json" : NULL},
                  {"If-Match", expected->if_match}};
    uint32_t count = tca_request_header_count(request), found = 0;
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        const char *is = NULL, *name, *value;
        size_t name_length, length;
        for (uint32_t k = 0; k < count; k++) {
            tca_request_header(request, k, &name, &name_length, &value, &length);
            is = strcmp(name, wanted[i].name) == 0 ? value : is;
        }
        ck_assert_msg((is == NULL) == (wanted[i].value == NULL), "%s: %s is %s", expected->request,
                      wanted[i].name, is == NULL ? "missing" : is);
        if (is != NULL) {
            ck_assert_str_eq(is, wanted[i].value);
            found++;
        }
    }
    ck_assert_uint_eq(found, count);
}

static void check_request(player *one, const script_exchange *expected) {
    const tca_request *request = NULL;
    const char *method, *url;
    const uint8_t *body = NULL;
    char text[4096];
    size_t length, body_length;
    ck_assert_int_eq(tca_call_request(one->call, &request), TCA_OK);
    tca_request_method(request, &method, &length);
    tca_request_url(request, &url, &length);
    snprintf(text, sizeof(text), "%s %s", method, url);
    ck_assert_ptr_null(strstr(url, SCRIPT_TOKEN));
    if (tca_request_body(request, &body, &body_length) == TCA_OK) {
        snprintf(one->run->last_body, sizeof(one->run->last_body), "%s", (const char *)body);
    }
    if (expected->request != NULL) {
        ck_assert_str_eq(text, expected->request);
        check_headers(expected, request, body != NULL);
        check_body(expected, (const char *)body);
    }
}

/* ---- what is answered ---- */

static void answer(player *one, tca_reply *reply) {
    ck_assert_msg(one->at < one->count, "one exchange more than the %zu expected", one->count);
    const script_exchange *expected = &one->exchanges[one->at];
    check_request(one, expected);
    one->run->exchanges++;
    if (++one->repeated >= (expected->times == 0 ? 1 : expected->times)) {
        one->at++;
        one->repeated = 0;
    }
    if (expected->status == 0) {
        tca_reply_fail(reply, "connection refused", strlen("connection refused"));
        return;
    }
    size_t length = expected->answer_length != 0 ? expected->answer_length
                    : expected->answer != NULL   ? strlen(expected->answer)
                                                 : 0;
    tca_reply_set_status(reply, expected->status);
    if (expected->retry_after != NULL) {
        tca_reply_add_header(reply, "Retry-After", strlen("Retry-After"), expected->retry_after,
                             strlen(expected->retry_after));
    }
    tca_reply_append(reply, (const uint8_t *)expected->answer, length);
    tca_reply_done(reply);
}

static void give_token(player *one, tca_reply *reply) {
    const char *audience;
    size_t length;
    uint32_t refresh;
    ck_assert_int_eq(tca_call_audience(one->call, &audience, &length, &refresh), TCA_OK);
    one->run->refreshes += refresh;
    if (one->at < one->count && one->exchanges[one->at].audience != NULL) {
        ck_assert_str_eq(audience, one->exchanges[one->at].audience);
    }
    tca_reply_append(reply, (const uint8_t *)SCRIPT_TOKEN, strlen(SCRIPT_TOKEN));
    tca_reply_done(reply);
}

static tca_result play(player *one, tca_unix now, tca_error *error) {
    for (;;) {
        uint32_t wants;
        tca_reply *reply;
        tca_result result = tca_call_step(one->call, now, &wants, error);
        if (result != TCA_OK || wants == TCA_CALL_DONE) {
            return result;
        }
        if (wants == TCA_CALL_WAIT) {
            ck_assert_int_eq(tca_call_wait_until(one->call, &now), TCA_OK);
            continue;
        }
        ck_assert_int_eq(tca_call_reply(one->call, &reply), TCA_OK);
        if (wants == TCA_CALL_TOKEN) {
            give_token(one, reply);
        } else {
            answer(one, reply);
        }
    }
}

static void take(player *one) {
    script_run *run = one->run;
    tca_result list = tca_call_take_registrations(one->call, &run->list);
    tca_result code = tca_call_take_code(one->call, &run->code);
    if (run->result == TCA_OK) {
        ck_assert_int_eq(list, TCA_OK);
        ck_assert_msg(one->at == one->count, "only %zu exchanges", one->at);
        return;
    }
    ck_assert_int_eq(list, TCA_E_NOT_FOUND);
    ck_assert_int_eq(code, TCA_E_NOT_FOUND);
    ck_assert_ptr_null(run->list);
    ck_assert_ptr_null(run->code);
    ck_assert(run->message[0] != '\0' && strstr(run->message, SCRIPT_TOKEN) == NULL);
}

void script_play(tca_call *call, tca_unix now, const script_exchange *exchanges, size_t count,
                 script_run *out) {
    player one = {.call = call, .exchanges = exchanges, .count = count, .run = out};
    tca_error *error = NULL;
    const char *text;
    *out = (script_run){0};
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    out->result = play(&one, now, error);
    tca_error_message(error, &text, NULL);
    snprintf(out->message, sizeof(out->message), "%s", text);
    out->http_status = tca_error_http_status(error);
    take(&one);
    tca_error_unref(error);
    tca_call_unref(call);
}

void script_release(script_run *run) {
    tca_registration_list_unref(run->list);
    tca_bytes_unref(run->code);
    run->list = NULL;
    run->code = NULL;
}

tca_registration script_registration(const tca_registration_list *list, uint32_t index) {
    tca_registration registration = {.struct_size = sizeof(registration)};
    ck_assert_int_eq(tca_registration_list_get(list, index, &registration), TCA_OK);
    return registration;
}

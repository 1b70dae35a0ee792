/* SPDX-License-Identifier: MIT */
/* The simulated tokens of client credentials: each is for the service of its scope. */
#include "simulator_client.h"

#define TOKEN "/directory/oauth2/v2.0/token"
#define CLIENT "grant_type=client_credentials&client_id=c&client_secret=s%2B+s"
#define SCOPE "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"

static json_t *ask_token(engine *e, const char *method, const char *form, unsigned status) {
    engine_reply reply;
    const engine_request request = {.method = method,
                                    .target = TOKEN,
                                    .body = form,
                                    .body_length = strlen(form),
                                    .content_type = "application/x-www-form-urlencoded"};
    engine_handle(e, &request, &reply);
    ck_assert_msg(reply.status == status, "%s: %u", form, reply.status);
    json_t *const json = json_loadb(reply.body, reply.body_length, 0, NULL);
    engine_reply_release(&reply);
    return json;
}

START_TEST(a_token_is_for_the_service_of_its_scope) {
    engine *const e = start();
    char header[TEXT_SIZE];
    json_t *const json = ask_token(e, "POST", CLIENT SCOPE, 200);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "expires_in")), 3599);
    snprintf(header, sizeof header, "%s %s", text_at(json, "token_type"),
             text_at(json, "access_token"));
    json_decref(json);
    engine_reply reply = ask_as(e, header, "GET", CATALOG "/certificates" VERSION, NULL);
    ck_assert_uint_eq(reply.status, 200);
    engine_reply_release(&reply);
    reply = ask_as(e, header, "GET", LEGACY "/certificates", NULL);
    ck_assert_uint_eq(reply.status, 401);
    engine_reply_release(&reply);
    engine_destroy(e);
}
END_TEST

static const struct {
    const char *method, *form;
    unsigned status;
    const char *error;
} refused[] = {
    {"POST", "grant_type=client_credentials&client_id=c&client_secret=wrong" SCOPE, 401,
     "invalid_client"},
    {"POST", "grant_type=client_credentials&client_id=c" SCOPE, 401, "invalid_client"},
    {"POST", "grant_type=client_credentials&client_secret=s" SCOPE, 400, "invalid_request"},
    {"POST", "grant_type=password&client_id=c&client_secret=s" SCOPE, 400, "invalid_request"},
    {"POST", CLIENT, 400, "invalid_request"},
    {"POST", CLIENT "&scope=https://management.azure.com", 400, "invalid_request"},
    {"PUT", CLIENT SCOPE, 405, "invalid_request"},
    {"POST", "grant_type=%", 400, NULL},
    {"POST", "", 400, "invalid_request"},
};

START_TEST(who_does_not_ask_as_a_client_gets_none) {
    engine *const e = start();
    json_t *const json = ask_token(e, refused[_i].method, refused[_i].form, refused[_i].status);
    if (refused[_i].error != NULL) {
        ck_assert_str_eq(text_at(json, "error"), refused[_i].error);
    }
    json_decref(json);
    engine_destroy(e);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("simulator: identity");
    TCase *tcase = tcase_create("tokens");
    tcase_add_test(tcase, a_token_is_for_the_service_of_its_scope);
    tcase_add_loop_test(tcase, who_does_not_ask_as_a_client_gets_none, 0,
                        (int)(sizeof refused / sizeof refused[0]));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

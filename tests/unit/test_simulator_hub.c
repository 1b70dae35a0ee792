/* SPDX-License-Identifier: MIT */
/* The simulated IoT Hub: does it answer as the real one was recorded, and refuse as it does? */
#include "simulator_targets.h"

#define ONE HUB "/one" HUB_VERSION
#define CODE_OF_ONE HUB "/one/generateVerificationCode" HUB_VERSION
#define VERIFY_ONE HUB "/one/verify" HUB_VERSION

static authorities cas;

static void set_up(void) {
    cas = make_authorities();
}

static void tear_down(void) {
    free_authorities(&cas);
}

static const char *property(const json_t *certificate, const char *key) {
    return text_at(json_object_get(certificate, "properties"), key);
}

static int is_verified(const json_t *certificate) {
    return json_is_true(json_object_get(json_object_get(certificate, "properties"), "isVerified"));
}

/* Copy the reply's etag, which must be a new one, and release the reply. */
static void next_etag(json_t *reply, char etag[ETAG_SIZE]) {
    ck_assert_str_ne(text_at(reply, "etag"), etag);
    snprintf(etag, ETAG_SIZE, "%s", text_at(reply, "etag"));
    json_decref(reply);
}

/* ---- the life of a certificate ---- */

START_TEST(a_certificate_lives_as_recorded) {
    char etag[ETAG_SIZE] = "";
    char before[ETAG_SIZE];
    char code[TEXT_SIZE];
    engine *const e = start();
    json_t *reply = get(e, HUB HUB_VERSION);
    ck_assert_uint_eq(json_array_size(json_object_get(reply, "value")), 0);
    json_decref(reply);

    char *const pem = text_of(cas.a, FORM_PEM_CRLF);
    reply = ask_if(e, "PUT", ONE, NULL, upload_body(cas.a, FORM_PEM_CRLF, 0), 200);
    ck_assert_str_eq(property(reply, "certificate"), pem);
    ck_assert_str_eq(property(reply, "thumbprint"), thumbprint(cas.a));
    ck_assert_str_eq(property(reply, "subject"), "Microsoft Azure Sphere " TENANT);
    ck_assert_str_eq(property(reply, "expiry"), "Wed, 01 Apr 2026 05:43:31 GMT");
    ck_assert_str_eq(property(reply, "created"), "Mon, 01 Apr 2024 05:43:31 GMT");
    ck_assert(!is_verified(reply));
    ck_assert_str_eq(text_at(reply, "id"), HUB "/one");
    ck_assert_str_eq(text_at(reply, "type"), "Microsoft.Devices/IotHubs/Certificates");
    next_etag(reply, etag);
    free(pem);

    char *const base64 = text_of(cas.a, FORM_DER);
    json_t *const list = get(e, HUB HUB_VERSION);
    reply = get(e, ONE);
    ck_assert_str_eq(property(reply, "certificate"), base64);
    ck_assert_str_eq(text_at(reply, "etag"), etag);
    ck_assert_uint_eq(json_array_size(json_object_get(list, "value")), 1);
    ck_assert(json_equal(json_array_get(json_object_get(list, "value"), 0), reply));
    json_decref(list);
    json_decref(reply);

    ck_assert_int_eq(engine_set_clock(e, START + 2), 0);
    snprintf(before, sizeof before, "%s", etag);
    reply = ask_if(e, "POST", CODE_OF_ONE, etag, NULL, 200);
    snprintf(code, sizeof code, "%s", property(reply, "verificationCode"));
    ck_assert_uint_eq(strlen(code), 48);
    ck_assert_uint_eq(strspn(code, "0123456789ABCDEF"), 48);
    ck_assert_str_eq(property(reply, "updated"), "Mon, 01 Apr 2024 05:43:33 GMT");
    ck_assert_str_eq(property(reply, "created"), "Mon, 01 Apr 2024 05:43:31 GMT");
    next_etag(reply, etag);

    expect(e, "POST", VERIFY_ONE, before, proof_body(cas.a, code, START + 2), 412);
    reply = ask_if(e, "POST", VERIFY_ONE, etag, proof_body(cas.a, code, START + 2), 200);
    ck_assert(is_verified(reply));
    ck_assert_str_eq(property(reply, "certificate"), base64);
    ck_assert_ptr_null(json_object_get(json_object_get(reply, "properties"), "verificationCode"));
    snprintf(before, sizeof before, "%s", etag);
    next_etag(reply, etag);
    free(base64);

    expect(e, "DELETE", ONE, before, NULL, 412);
    ck_assert_ptr_null(ask_if(e, "DELETE", ONE, etag, NULL, 200));
    expect(e, "GET", ONE, NULL, NULL, 404);
    ck_assert_ptr_null(ask_if(e, "DELETE", ONE, etag, NULL, 204));
    engine_destroy(e);
}
END_TEST

START_TEST(every_form_of_a_certificate_is_taken) {
    engine *const e = start();
    json_t *const put = ask_if(e, "PUT", ONE, NULL, upload_body(cas.a, (text_form)_i, 1), 200);
    ck_assert_str_eq(property(put, "thumbprint"), thumbprint(cas.a));
    ck_assert(is_verified(put));
    json_decref(put);
    engine_destroy(e);
}
END_TEST

START_TEST(a_replaced_certificate_is_to_be_proved_anew) {
    char etag[ETAG_SIZE] = "";
    char code[TEXT_SIZE];
    engine *const e = start();
    next_etag(ask_if(e, "PUT", ONE, NULL, upload_body(cas.a, FORM_DER, 1), 200), etag);
    json_t *reply = ask_if(e, "POST", CODE_OF_ONE, etag, NULL, 200);
    snprintf(code, sizeof code, "%s", property(reply, "verificationCode"));
    next_etag(reply, etag);
    ck_assert_int_eq(engine_set_clock(e, B_START), 0);
    reply = ask_if(e, "PUT", ONE, etag, upload_body(cas.b, FORM_DER, 0), 200);
    ck_assert_str_eq(property(reply, "thumbprint"), thumbprint(cas.b));
    ck_assert_str_eq(property(reply, "created"), "Mon, 01 Apr 2024 05:43:31 GMT");
    ck_assert(!is_verified(reply));
    next_etag(reply, etag);
    expect(e, "POST", VERIFY_ONE, etag, proof_body(cas.b, code, B_START), 400);
    engine_destroy(e);
}
END_TEST

/* ---- etags ---- */

static const struct {
    const char *method, *target;
    unsigned status; /* with the current etag */
} guarded[] = {
    {"PUT", ONE, 200},
    {"DELETE", ONE, 200},
    {"POST", CODE_OF_ONE, 200},
    {"POST", VERIFY_ONE, 400}, /* the body is no proof */
};

START_TEST(what_exists_is_changed_with_its_etag_only) {
    char etag[ETAG_SIZE] = "";
    engine *const e = start();
    next_etag(ask_if(e, "PUT", ONE, NULL, upload_body(cas.a, FORM_DER, 0), 200), etag);
    char *const quoted = malloc(strlen(etag) + 3);
    sprintf(quoted, "\"%s\"", etag);
    const char *const wrong[] = {NULL, "", "*", "AAAADEqHziw=", quoted};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        json_t *const reply = ask_if(e, guarded[_i].method, guarded[_i].target, wrong[i],
                                     upload_body(cas.b, FORM_DER, 0), 412);
        ck_assert_int_eq(json_integer_value(json_object_get(reply, "code")), 412001);
        ck_assert_str_eq(text_at(reply, "httpStatusCode"), "PreconditionFailed");
        ck_assert_ptr_eq(strstr(text_at(reply, "message"), "Invalid ETag supplied. If you contact"),
                         text_at(reply, "message"));
        ck_assert_ptr_nonnull(strstr(text_at(reply, "message"),
                                     "timestamp: 2024-04-01 05:43:31Z, errorcode: IH412001."));
        json_decref(reply);
    }
    json_t *const kept = get(e, ONE);
    ck_assert_str_eq(text_at(kept, "etag"), etag);
    ck_assert_str_eq(property(kept, "thumbprint"), thumbprint(cas.a));
    json_decref(kept);
    expect(e, guarded[_i].method, guarded[_i].target, etag, upload_body(cas.b, FORM_DER, 0),
           guarded[_i].status);
    free(quoted);
    engine_destroy(e);
}
END_TEST

START_TEST(an_etag_creates_nothing) {
    engine *const e = start();
    expect(e, "PUT", ONE, "AAAADEqHziw=", upload_body(cas.a, FORM_DER, 0), 412);
    expect(e, "GET", ONE, NULL, NULL, 404);
    engine_destroy(e);
}
END_TEST

/* ---- what is wrong ---- */

#define EMPTY_PEM "-----BEGIN CERTIFICATE-----\\n-----END CERTIFICATE-----"

static const char *const bad_bodies[] = {
    "",
    "null",
    "[]",
    "{",
    "3",
    "{\"certificate\":\"MA==\"}",
    "{\"properties\":null}",
    "{\"properties\":[]}",
    "{\"properties\":{}}",
    "{\"properties\":{\"certificate\":null}}",
    "{\"properties\":{\"certificate\":3}}",
    "{\"properties\":{\"certificate\":\"\"}}",
    "{\"properties\":{\"certificate\":\"MA==\"}}",
    "{\"properties\":{\"certificate\":\"not base64\"}}",
    "{\"properties\":{\"certificate\":\"-----BEGIN CERTIFICATE-----\"}}",
    "{\"properties\":{\"certificate\":\"" EMPTY_PEM "\"}}",
    "{\"properties\":{\"certificate\":\"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t\"}}",
};

static void ck_empty(engine *e) {
    json_t *const list = get(e, HUB HUB_VERSION);
    ck_assert_uint_eq(json_array_size(json_object_get(list, "value")), 0);
    json_decref(list);
}

START_TEST(a_bad_body_changes_nothing) {
    engine *const e = start();
    json_t *const reply = ask(e, "PUT", ONE, bad_bodies[_i], 400);
    ck_assert_int_eq(json_integer_value(json_object_get(reply, "code")) / 1000, 400);
    json_decref(reply);
    ck_empty(e);
    engine_destroy(e);
}
END_TEST

START_TEST(a_verified_that_is_no_boolean_is_refused) {
    static const char *const values[] = {"1", "\"true\"", "null"};
    json_error_t error;
    engine *const e = start();
    json_t *const body = upload_body(cas.a, FORM_DER, 0);
    json_object_set_new(json_object_get(body, "properties"), "isVerified",
                        json_loads(values[_i], JSON_DECODE_ANY, &error));
    expect(e, "PUT", ONE, NULL, body, 400);
    ck_empty(e);
    engine_destroy(e);
}
END_TEST

START_TEST(a_text_that_is_too_long_is_refused) {
    enum { LENGTH = 20000 };
    engine *const e = start();
    char *const text = malloc(LENGTH + 1);
    memset(text, ' ', LENGTH);
    text[LENGTH] = '\0';
    char *const base64 = text_of(cas.a, FORM_DER);
    memcpy(text, base64, strlen(base64)); /* but for its length it would be one */
    expect(e, "PUT", ONE, NULL, json_pack("{s:{s:s}}", "properties", "certificate", text), 400);
    free(base64);
    free(text);
    ck_empty(e);
    engine_destroy(e);
}
END_TEST

static const struct {
    const char *method, *target;
    unsigned status;
} refusals[] = {
    {"GET", HUB, 400},
    {"GET", HUB "?api-version=2020-01-01", 400},
    {"GET", HUB "/none" HUB_VERSION, 404},
    {"GET", HUB "/a%20b" HUB_VERSION, 400},
    {"PUT", HUB "/a%2Fb" HUB_VERSION, 400},
    {"PUT", HUB "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" HUB_VERSION,
     400},
    {"POST", HUB HUB_VERSION, 405},
    {"POST", HUB "/one" HUB_VERSION, 405},
    {"GET", HUB "/one/verify" HUB_VERSION, 405},
    {"POST", HUB "/one/renew" HUB_VERSION, 404},
    {"POST", HUB "/none/verify" HUB_VERSION, 404},
    {"POST", HUB "/none/generateVerificationCode" HUB_VERSION, 404},
    {"POST", HUB "/one/verify/more" HUB_VERSION, 404},
    {"GET", ARM_GROUP "/providers/Microsoft.Devices/IotHubs" HUB_VERSION, 404},
    {"GET", ARM_GROUP "/providers/Microsoft.Devices/IotHubs/hub" HUB_VERSION, 404},
    {"GET", ARM_GROUP "/providers/Microsoft.Devices/IotHubs/hub/keys" HUB_VERSION, 404},
    {"GET", ARM_GROUP "/providers/Microsoft.Devices/IotHubs/h%20b/certificates" HUB_VERSION, 404},
};

/* In the hub's form, but for what Resource Manager refuses before it. */
START_TEST(what_is_wrong_is_refused) {
    engine *const e = start();
    expect(e, "PUT", ONE, NULL, upload_body(cas.a, FORM_DER, 0), 200);
    json_t *const reply =
        ask_if(e, refusals[_i].method, refusals[_i].target, NULL, NULL, refusals[_i].status);
    const json_t *const error = json_object_get(reply, "error");
    if (strstr(refusals[_i].target, HUB_VERSION) == NULL) {
        text_at(error, "code");
        text_at(error, "message");
    } else {
        ck_assert_ptr_null(error);
        ck_assert_int_eq(json_integer_value(json_object_get(reply, "code")) / 1000,
                         refusals[_i].status);
        text_at(reply, "httpStatusCode");
        text_at(reply, "message");
    }
    json_decref(reply);
    engine_destroy(e);
}
END_TEST

static const struct {
    const char *type;
    unsigned status;
} types[] = {{NULL, 200},
             {"application/json", 200},
             {"Application/JSON; charset=utf-8", 200},
             {"application/jsonl", 415},
             {"application/x-www-form-urlencoded", 415},
             {"", 415}};

START_TEST(another_content_type_is_refused) {
    engine *const e = start();
    engine_reply reply =
        ask_typed(e, types[_i].type, "Bearer t", "PUT", ONE, NULL, upload_body(cas.a, FORM_DER, 0));
    ck_assert_uint_eq(reply.status, types[_i].status);
    engine_reply_release(&reply);
    engine_destroy(e);
}
END_TEST

static const struct {
    const char *authorization;
    unsigned status;
} tokens[] = {
    {NULL, 401},
    {"Bearer expired", 401},
    {"Bearer forbidden", 403},
    {"Bearer aud:https://management.azure.com/.default", 200},
    {"Bearer aud:https://azure-devices-provisioning.net", 401},
    {"Bearer aud:https://apps.azureiotcentral.com", 401},
};

START_TEST(tokens_are_judged_by_resource_manager) {
    engine *const e = start();
    engine_reply reply = ask_if_as(e, tokens[_i].authorization, "GET", HUB HUB_VERSION, NULL, NULL);
    json_t *const body = json_loadb(reply.body, reply.body_length, 0, NULL);
    ck_assert_uint_eq(reply.status, tokens[_i].status);
    ck_assert_int_eq(json_object_get(body, "error") != NULL, tokens[_i].status != 200);
    json_decref(body);
    engine_reply_release(&reply);
    engine_destroy(e);
}
END_TEST

/* ---- how much there may be ---- */

static unsigned put_named(engine *e, const char *if_match, int number) {
    char target[TEXT_SIZE];
    snprintf(target, sizeof target, HUB "/c%d" HUB_VERSION, number);
    engine_reply reply =
        ask_if_as(e, "Bearer t", "PUT", target, if_match, upload_body(cas.a, FORM_DER, 0));
    const unsigned status = reply.status;
    engine_reply_release(&reply);
    return status;
}

START_TEST(a_26th_certificate_is_too_many) {
    engine *const e = start();
    for (int i = 0; i < 25; i++) {
        ck_assert_uint_eq(put_named(e, NULL, i), 200);
    }
    ck_assert_uint_eq(put_named(e, NULL, 25), 400);
    json_t *const last = get(e, HUB "/c24" HUB_VERSION);
    ck_assert_uint_eq(put_named(e, text_at(last, "etag"), 24), 200);
    json_decref(last);
    json_t *const first = get(e, HUB "/c0" HUB_VERSION);
    expect(e, "DELETE", HUB "/c0" HUB_VERSION, text_at(first, "etag"), NULL, 200);
    json_decref(first);
    ck_assert_uint_eq(put_named(e, NULL, 25), 200);
    expect(e, "PUT",
           ARM_GROUP "/providers/Microsoft.Devices/IotHubs/next/certificates/c" HUB_VERSION, NULL,
           upload_body(cas.a, FORM_DER, 0), 200);
    engine_destroy(e);
}
END_TEST

START_TEST(hubs_are_bounded) {
    char target[TEXT_SIZE];
    engine *const e = start();
    for (int i = 0; i <= 1000; i++) {
        snprintf(target, sizeof target,
                 ARM_GROUP "/providers/Microsoft.Devices/IotHubs/h%d/certificates" HUB_VERSION, i);
        expect(e, "GET", target, NULL, NULL, i < 1000 ? 200 : 503);
    }
    engine_destroy(e);
}
END_TEST

/* A hub's name is its own in all of Azure, and case does not matter in any name. */
START_TEST(a_hub_is_known_by_its_name) {
    engine *const e = start();
    expect(e, "PUT", ONE, NULL, upload_body(cas.a, FORM_DER, 0), 200);
    json_t *const same = get(e, "/SUBSCRIPTIONS/s/resourcegroups/g/providers/microsoft.devices"
                                "/iothubs/HUB/Certificates/ONE?API-VERSION=2021-03-31");
    ck_assert_str_eq(text_at(same, "name"), "one");
    ck_assert_str_eq(property(same, "thumbprint"), thumbprint(cas.a));
    json_decref(same);
    expect(e, "GET",
           ARM_GROUP "/providers/Microsoft.Devices/IotHubs/hub2/certificates/one" HUB_VERSION, NULL,
           NULL, 404);
    engine_destroy(e);
}
END_TEST

/* ---- faults ---- */

static const struct {
    unsigned status;
    const char *name; /* NULL: Resource Manager's own */
} fault_statuses[] = {{401, NULL},
                      {403, NULL},
                      {404, "NotFound"},
                      {409, "Conflict"},
                      {412, "PreconditionFailed"},
                      {429, "TooManyRequests"},
                      {500, "InternalServerError"},
                      {503, "ServiceUnavailable"}};

START_TEST(a_fault_is_refused_in_the_hubs_form_and_changes_nothing) {
    char fault[TEXT_SIZE];
    engine *const e = start();
    snprintf(fault, sizeof fault,
             "[{\"match\":\"PUT /subscriptions/\",\"fault\":\"status\",\"status\":%u,"
             "\"retry_after\":7}]",
             fault_statuses[_i].status);
    json_decref(ask(e, "POST", "/_simulator/faults", fault, 200));
    engine_reply reply =
        ask_if_as(e, "Bearer t", "PUT", ONE, NULL, upload_body(cas.a, FORM_DER, 0));
    json_t *const body = json_loadb(reply.body, reply.body_length, 0, NULL);
    ck_assert_uint_eq(reply.status, fault_statuses[_i].status);
    ck_assert_str_eq(reply_header_of(&reply, "Retry-After"), "7");
    if (fault_statuses[_i].name != NULL) {
        ck_assert_str_eq(text_at(body, "httpStatusCode"), fault_statuses[_i].name);
    } else {
        text_at(json_object_get(body, "error"), "code");
    }
    json_decref(body);
    engine_reply_release(&reply);
    ck_empty(e);
    expect(e, "PUT", ONE, NULL, upload_body(cas.a, FORM_DER, 0), 200);
    engine_destroy(e);
}
END_TEST

/* The reply is lost, the change is not. */
START_TEST(a_lost_reply_to_a_deletion_is_no_reply) {
    static const char *const kinds[] = {"truncate", "close"};
    char fault[TEXT_SIZE];
    char etag[ETAG_SIZE] = "";
    engine *const e = start();
    next_etag(ask_if(e, "PUT", ONE, NULL, upload_body(cas.a, FORM_DER, 0), 200), etag);
    snprintf(fault, sizeof fault, "[{\"match\":\"DELETE /\",\"fault\":\"%s\"}]", kinds[_i]);
    json_decref(ask(e, "POST", "/_simulator/faults", fault, 200));
    engine_reply reply = ask_if_as(e, "Bearer t", "DELETE", ONE, etag, NULL);
    ck_assert_int_eq(reply.delivery, DELIVER_NOTHING);
    engine_reply_release(&reply);
    ck_empty(e);
    engine_destroy(e);
}
END_TEST

START_TEST(a_wrong_certificate_keeps_its_metadata) {
    engine *const e = start();
    expect(e, "PUT", ONE, NULL, upload_body(cas.a, FORM_DER, 0), 200);
    json_t *const right = get(e, ONE);
    json_decref(ask(e, "POST", "/_simulator/faults",
                    "[{\"match\":\"GET /sub\",\"fault\":\"wrong-certificate\"}]", 200));
    json_t *const wrong = get(e, ONE);
    ck_assert_str_ne(property(right, "certificate"), property(wrong, "certificate"));
    ck_assert_str_eq(property(right, "thumbprint"), property(wrong, "thumbprint"));
    json_decref(right);
    json_decref(wrong);
    engine_destroy(e);
}
END_TEST

/* ---- all of it ---- */

static Suite *hub_suite(void) {
    Suite *const suite = suite_create("simulator hub");
    TCase *const tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_certificate_lives_as_recorded);
    tcase_add_loop_test(tests, every_form_of_a_certificate_is_taken, 0, FORM_PEM_IN_BASE64 + 1);
    tcase_add_test(tests, a_replaced_certificate_is_to_be_proved_anew);
    tcase_add_loop_test(tests, what_exists_is_changed_with_its_etag_only, 0, COUNT(guarded));
    tcase_add_test(tests, an_etag_creates_nothing);
    tcase_add_loop_test(tests, a_bad_body_changes_nothing, 0, COUNT(bad_bodies));
    tcase_add_loop_test(tests, a_verified_that_is_no_boolean_is_refused, 0, 3);
    tcase_add_test(tests, a_text_that_is_too_long_is_refused);
    tcase_add_loop_test(tests, what_is_wrong_is_refused, 0, COUNT(refusals));
    tcase_add_loop_test(tests, another_content_type_is_refused, 0, COUNT(types));
    tcase_add_loop_test(tests, tokens_are_judged_by_resource_manager, 0, COUNT(tokens));
    tcase_add_test(tests, a_26th_certificate_is_too_many);
    tcase_add_test(tests, hubs_are_bounded);
    tcase_add_test(tests, a_hub_is_known_by_its_name);
    tcase_add_loop_test(tests, a_fault_is_refused_in_the_hubs_form_and_changes_nothing, 0,
                        COUNT(fault_statuses));
    tcase_add_loop_test(tests, a_lost_reply_to_a_deletion_is_no_reply, 0, 2);
    tcase_add_test(tests, a_wrong_certificate_keeps_its_metadata);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void) {
    return run_suite(hub_suite());
}

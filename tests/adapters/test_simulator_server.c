/* SPDX-License-Identifier: MIT */
/* The simulated IoT Hub, DPS and IoT Central over a real connection: what the engine's tests cannot
 * see is whether the headers reach it and the bodies, also none, come back. */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulator_process.h"

#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define CLOCK "2026-01-01T00:00:00Z"
#define ARM "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices"
#define HUB ARM "/IotHubs/hub/certificates/one"
#define HUB_VERSION "?api-version=2023-06-30"
#define DPS ARM "/provisioningServices/dps/certificates/one?api-version=2022-12-12"
#define GROUP "/dps/dps/enrollmentGroups/g?api-version=2021-10-01"
#define CENTRAL "/central/app/api/enrollmentGroups/g/certificates/primary?api-version=2022-07-31"

typedef struct answer {
    CURLcode result;
    long status;
    size_t length;
    char body[16384];
} answer;

static size_t keep(char *data, size_t size, size_t count, void *user) {
    answer *to = user;
    size *= count;
    if (size > sizeof(to->body) - 1 - to->length) {
        return 0;
    }
    memcpy(to->body + to->length, data, size);
    to->length += size;
    return size;
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value) {
    char line[256];
    snprintf(line, sizeof(line), "%s: %s", name, value);
    return curl_slist_append(list, line);
}

static answer exchange(const simulator_process *simulator, const char *method, const char *target,
                       const char *if_match, const char *type, const char *body) {
    char url[512];
    answer result = {.length = 0};
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = add_header(NULL, "Authorization", "Bearer t");
    headers = if_match != NULL ? add_header(headers, "if-match", if_match) : headers;
    headers = type != NULL ? add_header(headers, "Content-Type", type) : headers;
    snprintf(url, sizeof(url), "%s%s", simulator->address, target);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &result);
    if (body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    }
    result.result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &result.status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return result;
}

/* The answer's JSON, NULL where it is empty; takes the reference to body. */
static json_t *ask(const simulator_process *simulator, const char *method, const char *target,
                   const char *if_match, json_t *body, long status) {
    char *text = body != NULL ? json_dumps(body, JSON_ENCODE_ANY) : NULL;
    answer got =
        exchange(simulator, method, target, if_match, text != NULL ? "application/json" : NULL,
                 text != NULL || strcmp(method, "POST") != 0 ? text : "");
    ck_assert_int_eq(got.result, CURLE_OK);
    ck_assert_msg(got.status == status, "%s %s: %ld %s", method, target, got.status, got.body);
    json_t *json = json_loadb(got.body, got.length, JSON_DECODE_ANY, NULL);
    ck_assert(got.length == 0 || json != NULL);
    free(text);
    json_decref(body);
    return json;
}

static const char *text_at(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    ck_assert_msg(text != NULL, "%s", key);
    return text;
}

static simulator_process simulator;

static void set_up(void) {
    simulator_start(&simulator, TENANT, CLOCK);
}

static void tear_down(void) {
    simulator_stop(&simulator);
}

static json_t *certificate(void) {
    return ask(&simulator, "GET", "/v2/tenants/" TENANT "/cert", NULL, NULL, 200);
}

START_TEST(a_certificate_is_uploaded_proved_and_deleted) {
    char target[512];
    json_t *put = ask(&simulator, "PUT", HUB HUB_VERSION, NULL,
                      json_pack("{s:{s:o}}", "properties", "certificate", certificate()), 200);
    json_t *coded = ask(&simulator, "POST", HUB "/generateVerificationCode" HUB_VERSION,
                        text_at(put, "etag"), NULL, 200);
    const char *code = text_at(json_object_get(coded, "properties"), "verificationCode");
    snprintf(target, sizeof(target), "/v2/tenants/" TENANT "/verification/%s", code);
    json_t *body =
        json_pack("{s:o}", "certificate", ask(&simulator, "GET", target, NULL, NULL, 200));
    json_decref(ask(&simulator, "POST", HUB "/verify" HUB_VERSION, text_at(put, "etag"),
                    json_incref(body), 412));
    json_t *verified =
        ask(&simulator, "POST", HUB "/verify" HUB_VERSION, text_at(coded, "etag"), body, 200);
    json_decref(ask(&simulator, "DELETE", HUB HUB_VERSION, NULL, NULL, 412));
    ck_assert_ptr_null(
        ask(&simulator, "DELETE", HUB HUB_VERSION, text_at(verified, "etag"), NULL, 200));
    json_decref(put);
    json_decref(coded);
    json_decref(verified);
}
END_TEST

START_TEST(a_group_refers_to_a_certificate) {
    json_decref(ask(
        &simulator, "PUT", DPS, NULL,
        json_pack("{s:{s:o, s:b}}", "properties", "certificate", certificate(), "isVerified", 1),
        200));
    json_t *group =
        ask(&simulator, "PUT", GROUP, NULL,
            json_pack("{s:s, s:{s:s, s:{s:{s:s}}}}", "enrollmentGroupId", "g", "attestation",
                      "type", "x509", "x509", "caReferences", "primary", "one"),
            200);
    ck_assert_ptr_null(ask(&simulator, "DELETE", GROUP, text_at(group, "etag"), NULL, 204));
    json_decref(group);
}
END_TEST

START_TEST(a_slot_is_filled_and_emptied) {
    json_decref(ask(&simulator, "PUT", CENTRAL, NULL,
                    json_pack("{s:o, s:b}", "certificate", certificate(), "verified", 1), 200));
    ck_assert_ptr_null(ask(&simulator, "DELETE", CENTRAL, NULL, NULL, 204));
}
END_TEST

START_TEST(a_form_is_no_json) {
    answer got = exchange(&simulator, "PUT", HUB HUB_VERSION, NULL,
                          "application/x-www-form-urlencoded", "a=b");
    ck_assert_int_eq(got.status, 415);
}
END_TEST

/* A reply without a body can be spoiled too. */
START_TEST(faults_reach_replies_without_a_body) {
    static const struct {
        const char *kind;
        CURLcode result;
    } faults[] = {{"slow", CURLE_OK},
                  {"close", CURLE_GOT_NOTHING},
                  {"truncate", CURLE_GOT_NOTHING},
                  {"wrong-type", CURLE_OK}};
    char fault[128];
    json_decref(ask(&simulator, "PUT", CENTRAL, NULL,
                    json_pack("{s:o}", "certificate", certificate()), 200));
    snprintf(fault, sizeof(fault), "[{\"match\":\"DELETE /\",\"fault\":\"%s\"}]", faults[_i].kind);
    simulator_control(&simulator, "/_simulator/faults", fault);
    answer got = exchange(&simulator, "DELETE", CENTRAL, NULL, NULL, NULL);
    ck_assert_int_eq(got.result, faults[_i].result);
    json_decref(ask(&simulator, "GET", CENTRAL, NULL, NULL, 404));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("simulator server");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_certificate_is_uploaded_proved_and_deleted);
    tcase_add_test(tests, a_group_refers_to_a_certificate);
    tcase_add_test(tests, a_slot_is_filled_and_emptied);
    tcase_add_test(tests, a_form_is_no_json);
    tcase_add_loop_test(tests, faults_reach_replies_without_a_body, 0, 4);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* Every endpoint of both services with every fault: what happened is said, nothing is handed out.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#include "engine_host.h"

#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define OTHER_TENANT "a7c9d3e1-05b4-4f62-8e7a-91b3c5d7f024"
#define START INT64_C(1767225600) /* 2026-01-01 */
#define DAY INT64_C(86400)
#define CATALOG "/subscriptions/s/resourceGroups/g/providers/Microsoft.AzureSphere/catalogs/" TENANT
#define CODE "00DF14B96E8E24DBB613F4BC6027DF1814FC8F051E6B0C39"

typedef enum service_part { LIST, CERTIFICATE, CHAIN, PROOF } service_part;

static const struct {
    uint32_t kind;
    service_part part;
    const char *match; /* the request that meets the fault */
    uint32_t before;   /* how many exchanges go well before it */
} endpoints[] = {
    {TCA_SPHERE_LEGACY, LIST, "GET /v2/tenants/" TENANT "/certificates", 0},
    {TCA_SPHERE_LEGACY, CERTIFICATE, "GET /v2/tenants/" TENANT "/cert?", 1},
    {TCA_SPHERE_LEGACY, CHAIN, "GET /v2/tenants/" TENANT "/certchain", 1},
    {TCA_SPHERE_LEGACY, PROOF, "GET /v2/tenants/" TENANT "/verification/", 1},
    {TCA_SPHERE_INTEGRATED, LIST, "GET " CATALOG "/certificates?", 0},
    {TCA_SPHERE_INTEGRATED, CERTIFICATE, "GET " CATALOG "/certificates/", 1},
    {TCA_SPHERE_INTEGRATED, CHAIN, "POST " CATALOG "/certificates/", 1},
    {TCA_SPHERE_INTEGRATED, PROOF, "POST " CATALOG "/certificates/", 1},
};

static const struct {
    const char *fault; /* JSON members behind "match" */
    tca_result result;
    uint32_t attempts; /* of the request that meets it */
    uint32_t status;   /* in the error */
    const char *says;
} faults[] = {
    {"\"fault\": \"status\", \"status\": 400", TCA_E_HTTP, 1, 400, "HTTP 400"},
    {"\"fault\": \"status\", \"status\": 401", TCA_E_HTTP, 2, 401, "HTTP 401"},
    {"\"fault\": \"status\", \"status\": 403", TCA_E_HTTP, 1, 403, "HTTP 403"},
    {"\"fault\": \"status\", \"status\": 404", TCA_E_HTTP, 1, 404, "HTTP 404"},
    {"\"fault\": \"status\", \"status\": 408", TCA_E_HTTP, 4, 408, "HTTP 408"},
    {"\"fault\": \"status\", \"status\": 409", TCA_E_HTTP, 1, 409, "HTTP 409"},
    {"\"fault\": \"status\", \"status\": 412", TCA_E_HTTP, 1, 412, "HTTP 412"},
    {"\"fault\": \"status\", \"status\": 429, \"retry_after\": 2", TCA_E_RETRY_LATER, 4, 429,
     "come back in 2 s"},
    {"\"fault\": \"status\", \"status\": 429, \"retry_after\": 3600", TCA_E_RETRY_LATER, 1, 429,
     "come back in 3600 s"},
    {"\"fault\": \"status\", \"status\": 500", TCA_E_HTTP, 4, 500, "HTTP 500"},
    {"\"fault\": \"status\", \"status\": 502", TCA_E_HTTP, 4, 502, "HTTP 502"},
    {"\"fault\": \"status\", \"status\": 503", TCA_E_HTTP, 4, 503, "HTTP 503"},
    {"\"fault\": \"status\", \"status\": 504", TCA_E_HTTP, 4, 504, "HTTP 504"},
    {"\"fault\": \"truncate\"", TCA_E_TRANSPORT, 4, 0, "connection closed"},
    {"\"fault\": \"close\"", TCA_E_TRANSPORT, 4, 0, "connection closed"},
    {"\"fault\": \"huge\"", TCA_E_LIMIT, 1, 0, "more than 16777216 bytes"},
};

static const size_t endpoint_count = sizeof(endpoints) / sizeof(endpoints[0]);
static const size_t fault_count = sizeof(faults) / sizeof(faults[0]);

static tca_sphere *open_service(uint32_t kind) {
    tca_sphere_options options = {.struct_size = sizeof(options),
                                  .kind = kind,
                                  .endpoint = ENGINE_HOST_ADDRESS,
                                  .endpoint_length = strlen(ENGINE_HOST_ADDRESS),
                                  .tenant = TENANT,
                                  .tenant_length = strlen(TENANT),
                                  .subscription = "s",
                                  .subscription_length = 1,
                                  .resource_group = "g",
                                  .resource_group_length = 1,
                                  .catalog = TENANT,
                                  .catalog_length = strlen(TENANT)};
    tca_sphere *sphere = NULL;
    ck_assert_int_eq(tca_sphere_new(&options, &sphere, NULL), TCA_OK);
    return sphere;
}

static tca_call *new_call(uint32_t kind, service_part part) {
    tca_sphere *sphere = open_service(kind);
    tca_call *call = NULL;
    tca_result result =
        part == LIST          ? tca_sphere_list(sphere, NULL, &call, NULL)
        : part == CERTIFICATE ? tca_sphere_certificate(sphere, NULL, 0, NULL, &call, NULL)
        : part == CHAIN       ? tca_sphere_chain(sphere, NULL, 0, NULL, &call, NULL)
                        : tca_sphere_proof(sphere, NULL, 0, CODE, strlen(CODE), NULL, &call, NULL);
    ck_assert_int_eq(result, TCA_OK);
    tca_sphere_unref(sphere);
    return call;
}

static void assert_nothing(tca_call *call) {
    tca_inventory *inventory;
    tca_certificate *certificate;
    tca_certificate_list *chain;
    ck_assert_int_eq(tca_call_take_inventory(call, &inventory), TCA_E_NOT_FOUND);
    ck_assert_int_eq(tca_call_take_certificate(call, &certificate), TCA_E_NOT_FOUND);
    ck_assert_int_eq(tca_call_take_chain(call, &chain, NULL), TCA_E_NOT_FOUND);
}

static void assert_something(tca_call *call) {
    tca_inventory *inventory = NULL;
    tca_certificate *certificate = NULL;
    tca_certificate_list *chain = NULL;
    int32_t taken = (tca_call_take_inventory(call, &inventory) == TCA_OK) +
                    (tca_call_take_certificate(call, &certificate) == TCA_OK) +
                    (tca_call_take_chain(call, &chain, NULL) == TCA_OK);
    ck_assert_int_eq(taken, 1);
    tca_inventory_unref(inventory);
    tca_certificate_unref(certificate);
    tca_certificate_list_unref(chain);
}

static void set_fault(engine_host *host, const char *match, const char *fault, int times) {
    char body[512];
    snprintf(body, sizeof(body), "[{\"match\": \"%s\", \"times\": %d, %s}]", match, times, fault);
    engine_host_control(host, "/_simulator/faults", body);
}

START_TEST(a_lasting_fault_ends_the_call_and_is_told) {
    size_t e = (size_t)_i / fault_count, f = (size_t)_i % fault_count;
    engine_host host;
    tca_error *error;
    const char *text;
    tca_error_new(&error);
    engine_host_open(&host, TENANT, START);
    set_fault(&host, endpoints[e].match, faults[f].fault, 1000);
    tca_call *call = new_call(endpoints[e].kind, endpoints[e].part);
    tca_result result = tca_call_run(call, host.host, error);
    tca_error_message(error, &text, NULL);
    ck_assert_msg(result == faults[f].result, "%s with %s: %s, %s", endpoints[e].match,
                  faults[f].fault, tca_result_name(result), text);
    ck_assert_msg(strstr(text, faults[f].says) != NULL, "%s", text);
    ck_assert_uint_eq(tca_error_http_status(error), faults[f].status);
    ck_assert_uint_eq(host.exchanges, endpoints[e].before + faults[f].attempts);
    ck_assert_ptr_null(strstr(text, host.token));
    ck_assert_ptr_null(strstr(host.log, host.token));
    assert_nothing(call);
    uint32_t wants;
    ck_assert_int_eq(tca_call_step(call, host.now, &wants, NULL), result);
    tca_call_unref(call);
    engine_host_close(&host);
    tca_error_unref(error);
}
END_TEST

START_TEST(a_fault_that_passes_is_retried) {
    static const char *const passing[] = {
        "\"fault\": \"status\", \"status\": 503",
        "\"fault\": \"status\", \"status\": 429, \"retry_after\": 7", "\"fault\": \"close\"",
        "\"fault\": \"status\", \"status\": 401"};
    size_t e = (size_t)_i / 4, f = (size_t)_i % 4;
    engine_host host;
    engine_host_open(&host, TENANT, START);
    set_fault(&host, endpoints[e].match, passing[f], 1);
    tca_call *call = new_call(endpoints[e].kind, endpoints[e].part);
    ck_assert_int_eq(tca_call_run(call, host.host, NULL), TCA_OK);
    ck_assert_uint_eq(host.exchanges, endpoints[e].before + 2);
    ck_assert_uint_eq(host.waits, f == 3 ? 0 : 1);
    ck_assert_int_eq(host.waited, f == 0 ? 1 : f == 1 ? 7 : f == 2 ? 1 : 0);
    ck_assert_uint_eq(host.refreshes, f == 3 ? 1 : 0);
    assert_something(call);
    tca_call_unref(call);
    engine_host_close(&host);
}
END_TEST

/* A web page with status 200, as a captive portal has it. */
START_TEST(a_web_page_is_no_answer) {
    engine_host host;
    tca_error *error;
    const char *text;
    tca_error_new(&error);
    engine_host_open(&host, TENANT, START);
    set_fault(&host, endpoints[_i].match, "\"fault\": \"wrong-type\"", 1000);
    tca_call *call = new_call(endpoints[_i].kind, endpoints[_i].part);
    tca_result result = tca_call_run(call, host.host, error);
    tca_error_message(error, &text, NULL);
    ck_assert_msg(result == TCA_E_MALFORMED || result == TCA_E_ANSWER, "%s: %s",
                  tca_result_name(result), text);
    ck_assert_ptr_null(strstr(text, "Sign in"));
    assert_nothing(call);
    tca_call_unref(call);
    engine_host_close(&host);
    tca_error_unref(error);
}
END_TEST

START_TEST(another_tenants_certificates_are_seen) {
    engine_host host;
    tca_error *error;
    const char *text;
    tca_error_new(&error);
    engine_host_open(&host, TENANT, START);
    set_fault(&host, endpoints[_i].match, "\"fault\": \"wrong-certificate\"", 1000);
    tca_call *call = new_call(endpoints[_i].kind, endpoints[_i].part);
    tca_result result = tca_call_run(call, host.host, error);
    tca_error_message(error, &text, NULL);
    if (endpoints[_i].part == LIST) {
        tca_inventory *inventory = NULL;
        const tca_entry *entry;
        tca_entry_info info = {.struct_size = sizeof(info)};
        ck_assert_msg(result == TCA_OK, "%s", text);
        ck_assert_int_eq(tca_call_take_inventory(call, &inventory), TCA_OK);
        ck_assert_int_eq(tca_inventory_get(inventory, 0, &entry), TCA_OK);
        ck_assert_int_eq(tca_entry_get_info(entry, &info), TCA_OK);
        ck_assert_uint_ne(info.anomalies & TCA_ANOMALY_FOREIGN_TENANT, 0);
        ck_assert_uint_ne(info.anomalies & TCA_ANOMALY_THUMBPRINT_MISMATCH, 0);
        tca_inventory_unref(inventory);
    } else {
        ck_assert_msg(result == TCA_E_ANSWER, "%s: %s", tca_result_name(result), text);
        assert_nothing(call);
    }
    tca_call_unref(call);
    engine_host_close(&host);
    tca_error_unref(error);
}
END_TEST

START_TEST(a_list_that_contradicts_itself_is_not_downloaded_from) {
    engine_host host;
    engine_host_open(&host, TENANT, START);
    set_fault(&host, endpoints[_i < 4 ? 0 : 4].match, "\"fault\": \"wrong-certificate\"", 1000);
    tca_call *call = new_call(endpoints[_i].kind, endpoints[_i].part);
    ck_assert_int_eq(tca_call_run(call, host.host, NULL),
                     endpoints[_i].part == LIST ? TCA_OK : TCA_E_ANSWER);
    ck_assert_uint_eq(host.exchanges, 1);
    tca_call_unref(call);
    engine_host_close(&host);
}
END_TEST

START_TEST(tokens_that_are_refused) {
    static const struct {
        const char *token, *fresh;
        tca_result result;
        uint32_t status;
    } tokens[] = {
        {"expired", NULL, TCA_E_HTTP, 401},
        {"expired", "good", TCA_OK, 0},
        {"forbidden", NULL, TCA_E_HTTP, 403},
        {"aud:https://vault.azure.net", NULL, TCA_E_HTTP, 401},
        {"", NULL, TCA_E_TOKEN, 0},
        {"two words", NULL, TCA_E_TOKEN, 0},
        {"line\r\nInjected: yes", NULL, TCA_E_TOKEN, 0},
        {NULL, NULL, TCA_E_TOKEN, 0},
    };
    for (uint32_t kind = TCA_SPHERE_LEGACY; kind <= TCA_SPHERE_INTEGRATED; kind++) {
        engine_host host;
        tca_error *error;
        tca_error_new(&error);
        engine_host_open(&host, TENANT, START);
        host.token = tokens[_i].token;
        host.fresh_token = tokens[_i].fresh;
        tca_call *call = new_call(kind, LIST);
        ck_assert_int_eq(tca_call_run(call, host.host, error), tokens[_i].result);
        ck_assert_uint_eq(tca_error_http_status(error), tokens[_i].status);
        ck_assert_uint_le(host.refreshes, 1);
        ck_assert_str_eq(host.last_audience, kind == TCA_SPHERE_LEGACY
                                                 ? "https://firstparty.sphere.azure.net/api"
                                                 : "https://management.azure.com");
        tca_call_unref(call);
        engine_host_close(&host);
        tca_error_unref(error);
    }
}
END_TEST

START_TEST(tokens_for_the_services_own_audience_are_taken) {
    for (uint32_t kind = TCA_SPHERE_LEGACY; kind <= TCA_SPHERE_INTEGRATED; kind++) {
        engine_host host;
        engine_host_open(&host, TENANT, START);
        host.token = kind == TCA_SPHERE_LEGACY ? "aud:https://firstparty.sphere.azure.net/api"
                                               : "aud:https://management.azure.com";
        tca_call *call = new_call(kind, LIST);
        ck_assert_int_eq(tca_call_run(call, host.host, NULL), TCA_OK);
        tca_call_unref(call);
        engine_host_close(&host);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("sphere faults");
    TCase *cases = tcase_create("faults");
    int all = (int)endpoint_count;
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, a_lasting_fault_ends_the_call_and_is_told, 0,
                        all * (int)fault_count);
    tcase_add_loop_test(cases, a_fault_that_passes_is_retried, 0, all * 4);
    tcase_add_loop_test(cases, a_web_page_is_no_answer, 0, all);
    tcase_add_loop_test(cases, another_tenants_certificates_are_seen, 0, all);
    tcase_add_loop_test(cases, a_list_that_contradicts_itself_is_not_downloaded_from, 0, all);
    tcase_add_loop_test(cases, tokens_that_are_refused, 0, 8);
    tcase_add_test(cases, tokens_for_the_services_own_audience_are_taken);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

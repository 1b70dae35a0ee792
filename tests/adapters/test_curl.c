/* SPDX-License-Identifier: MIT */
/* The libcurl transport against a real server on this machine. */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <microhttpd.h>

#include <tenantca/adapters.h>
#include <tenantca/tenantca.h>

#include "simulator_process.h"

#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define CLOCK "2026-01-01T00:00:00Z"

static tca_host *new_host(const tca_curl_options *options) {
    tca_host *host = NULL;
    tca_transport transport = {.struct_size = sizeof(transport)};
    tca_token_source source = {.struct_size = sizeof(source)};
    tca_clock clock = {.struct_size = sizeof(clock)};
    tca_random random = {.struct_size = sizeof(random)};
    ck_assert_int_eq(setenv("TENANTCA_TEST_TOKEN", "token-of-the-test", 1), 0);
    ck_assert_int_eq(tca_host_new(&host, NULL), TCA_OK);
    ck_assert_int_eq(tca_curl_transport(options, &transport), TCA_OK);
    ck_assert_int_eq(tca_host_set_transport(host, &transport, NULL), TCA_OK);
    ck_assert_int_eq(tca_token_from_environment("TENANTCA_TEST_TOKEN", &source), TCA_OK);
    ck_assert_int_eq(tca_host_set_token_source(host, &source, NULL), TCA_OK);
    ck_assert_int_eq(tca_system_clock(&clock), TCA_OK);
    ck_assert_int_eq(tca_host_set_clock(host, &clock, NULL), TCA_OK);
    ck_assert_int_eq(tca_system_random(&random), TCA_OK);
    ck_assert_int_eq(tca_host_set_random(host, &random, NULL), TCA_OK);
    return host;
}

static tca_sphere *open_service(uint32_t kind, const char *address) {
    tca_sphere_options options = {.struct_size = sizeof(options),
                                  .kind = kind,
                                  .endpoint = address,
                                  .endpoint_length = strlen(address),
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

static tca_result list(const char *address, uint32_t kind, tca_host *host,
                       const tca_call_options *options, tca_error *error) {
    tca_sphere *sphere = open_service(kind, address);
    tca_call *call = NULL;
    tca_inventory *inventory = NULL;
    ck_assert_int_eq(tca_sphere_list(sphere, options, &call, NULL), TCA_OK);
    tca_result result = tca_call_run(call, host, error);
    if (result == TCA_OK) {
        ck_assert_int_eq(tca_call_take_inventory(call, &inventory), TCA_OK);
        ck_assert_uint_eq(tca_inventory_count(inventory), 1);
    }
    tca_inventory_unref(inventory);
    tca_call_unref(call);
    tca_sphere_unref(sphere);
    return result;
}

START_TEST(both_services_answer_over_a_real_connection) {
    simulator_process simulator;
    tca_curl_options options = {.struct_size = sizeof(options), .flags = TCA_CURL_LOOPBACK_HTTP};
    simulator_start(&simulator, TENANT, CLOCK);
    tca_host *host = new_host(&options);
    for (int i = 0; i < 20; i++) {
        ck_assert_int_eq(list(simulator.address, TCA_SPHERE_LEGACY, host, NULL, NULL), TCA_OK);
        ck_assert_int_eq(list(simulator.address, TCA_SPHERE_INTEGRATED, host, NULL, NULL), TCA_OK);
    }
    tca_sphere *sphere = open_service(TCA_SPHERE_INTEGRATED, simulator.address);
    tca_call *call = NULL;
    tca_certificate_list *chain = NULL;
    ck_assert_int_eq(tca_sphere_chain(sphere, NULL, 0, NULL, &call, NULL), TCA_OK);
    ck_assert_int_eq(tca_call_run(call, host, NULL), TCA_OK);
    ck_assert_int_eq(tca_call_take_chain(call, &chain, NULL), TCA_OK);
    ck_assert_uint_eq(tca_certificate_list_count(chain), 3);
    tca_certificate_list_unref(chain);
    tca_call_unref(call);
    tca_sphere_unref(sphere);
    tca_host_unref(host);
    simulator_stop(&simulator);
}
END_TEST

START_TEST(plain_http_needs_to_be_allowed) {
    simulator_process simulator;
    tca_error *error;
    const char *text;
    tca_error_new(&error);
    simulator_start(&simulator, TENANT, CLOCK);
    tca_host *host = new_host(NULL);
    tca_call_options once = {.struct_size = sizeof(once), .max_attempts = 1};
    ck_assert_int_eq(list(simulator.address, TCA_SPHERE_LEGACY, host, &once, error),
                     TCA_E_TRANSPORT);
    tca_error_message(error, &text, NULL);
    ck_assert_ptr_nonnull(strstr(text, "not an https URL"));
    tca_host_unref(host);
    simulator_stop(&simulator);
    tca_error_unref(error);
}
END_TEST

START_TEST(nobody_listening_is_a_transport_failure) {
    tca_curl_options options = {.struct_size = sizeof(options), .flags = TCA_CURL_LOOPBACK_HTTP};
    tca_host *host = new_host(&options);
    tca_call_options once = {.struct_size = sizeof(once), .max_attempts = 1};
    ck_assert_int_eq(list("http://127.0.0.1:1", TCA_SPHERE_LEGACY, host, &once, NULL),
                     TCA_E_TRANSPORT);
    tca_host_unref(host);
}
END_TEST

START_TEST(faults_of_the_connection_end_the_exchange) {
    static const struct {
        const char *fault;
        tca_result result;
    } faults[] = {
        {"truncate", TCA_E_TRANSPORT}, {"close", TCA_E_TRANSPORT},      {"slow", TCA_E_TRANSPORT},
        {"huge", TCA_E_LIMIT},         {"wrong-type", TCA_E_MALFORMED},
    };
    simulator_process simulator;
    char body[128];
    tca_curl_options options = {.struct_size = sizeof(options),
                                .flags = TCA_CURL_LOOPBACK_HTTP,
                                .total_seconds = 3,
                                .stalled_seconds = 1};
    tca_call_options once = {
        .struct_size = sizeof(once), .max_attempts = 1, .max_reply_bytes = 1u << 20};
    simulator_start(&simulator, TENANT, CLOCK);
    tca_host *host = new_host(&options);
    snprintf(body, sizeof(body), "[{\"match\": \"GET /v2\", \"fault\": \"%s\"}]", faults[_i].fault);
    simulator_control(&simulator, "/_simulator/faults", body);
    ck_assert_int_eq(list(simulator.address, TCA_SPHERE_LEGACY, host, &once, NULL),
                     faults[_i].result);
    ck_assert_int_eq(list(simulator.address, TCA_SPHERE_LEGACY, host, &once, NULL), TCA_OK);
    tca_host_unref(host);
    simulator_stop(&simulator);
}
END_TEST

START_TEST(a_deadline_is_kept_by_the_transport) {
    simulator_process simulator;
    tca_curl_options options = {.struct_size = sizeof(options), .flags = TCA_CURL_LOOPBACK_HTTP};
    tca_call_options until = {.struct_size = sizeof(until), .deadline = (tca_unix)time(NULL) + 2};
    simulator_start(&simulator, TENANT, CLOCK);
    tca_host *host = new_host(&options);
    simulator_control(&simulator, "/_simulator/faults",
                      "[{\"match\": \"GET /v2\", \"times\": 9, \"fault\": \"slow\"}]");
    tca_unix before = (tca_unix)time(NULL);
    tca_result result = list(simulator.address, TCA_SPHERE_LEGACY, host, &until, NULL);
    ck_assert(result == TCA_E_DEADLINE || result == TCA_E_TRANSPORT);
    ck_assert((tca_unix)time(NULL) - before <= 5);
    tca_host_unref(host);
    simulator_stop(&simulator);
}
END_TEST

/* ---- what is sent ---- */

/* A service that lists a file of the vectors, and notes how it is posted to. */
typedef struct recorder {
    struct MHD_Daemon *daemon;
    char address[64];
    char list[16384];
    size_t list_length;
    unsigned posts;
    char type[64], length[16]; /* Content-Type and Content-Length; "" where there is none */
} recorder;

static void note(struct MHD_Connection *connection, const char *name, char *text, size_t size) {
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    snprintf(text, size, "%s", value == NULL ? "" : value);
}

static enum MHD_Result answer(void *user, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state) {
    recorder *service = user;
    bool post = strcmp(method, "POST") == 0;
    (void)url;
    (void)version;
    (void)data;
    if (*state == NULL) {
        *state = service;
        return MHD_YES;
    }
    if (*size > 0) {
        *size = 0;
        return MHD_YES;
    }
    if (post) {
        service->posts++;
        note(connection, "Content-Type", service->type, sizeof(service->type));
        note(connection, "Content-Length", service->length, sizeof(service->length));
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(
        post ? 0 : service->list_length, service->list, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result = MHD_queue_response(connection, post ? 404 : 200, response);
    MHD_destroy_response(response);
    return result;
}

static void recorder_start(recorder *service) {
    char path[512];
    const char *folder = getenv("TENANTCA_VECTORS");
    *service = (recorder){.posts = 0};
    snprintf(path, sizeof(path), "%s/integrated-list.json",
             folder == NULL ? "tests/vectors" : folder);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    service->list_length = fread(service->list, 1, sizeof(service->list), file);
    fclose(file);
    service->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, answer,
                                       service, MHD_OPTION_END);
    ck_assert_ptr_nonnull(service->daemon);
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(service->daemon, MHD_DAEMON_INFO_BIND_PORT);
    snprintf(service->address, sizeof(service->address), "http://127.0.0.1:%u",
             (unsigned)info->port);
}

START_TEST(a_post_without_a_body_is_called_nothing_else) {
    recorder service;
    tca_curl_options options = {.struct_size = sizeof(options), .flags = TCA_CURL_LOOPBACK_HTTP};
    tca_call *call = NULL;
    recorder_start(&service);
    tca_host *host = new_host(&options);
    tca_sphere *sphere = open_service(TCA_SPHERE_INTEGRATED, service.address);
    ck_assert_int_eq(tca_sphere_chain(sphere, NULL, 0, NULL, &call, NULL), TCA_OK);
    ck_assert_int_eq(tca_call_run(call, host, NULL), TCA_E_HTTP);
    ck_assert_uint_eq(service.posts, 1);
    ck_assert_str_eq(service.length, "0");
    ck_assert_str_eq(service.type, "");
    tca_call_unref(call);
    tca_sphere_unref(sphere);
    tca_host_unref(host);
    MHD_stop_daemon(service.daemon);
}
END_TEST

START_TEST(tables_are_filled_strictly) {
    tca_transport transport = {.struct_size = sizeof(transport)};
    tca_curl_options options = {.struct_size = sizeof(options), .flags = 2};
    ck_assert_int_eq(tca_curl_transport(&options, &transport), TCA_E_UNSUPPORTED);
    ck_assert_ptr_null(transport.user);
    options.flags = 0;
    options.struct_size = 8;
    ck_assert_int_eq(tca_curl_transport(&options, &transport), TCA_E_STRUCT_TOO_SMALL);
    transport.struct_size = 8;
    ck_assert_int_eq(tca_curl_transport(NULL, &transport), TCA_E_STRUCT_TOO_SMALL);
    ck_assert_int_eq(tca_curl_transport(NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_system_clock(NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_system_random(NULL), TCA_E_ARGUMENT);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("curl");
    TCase *cases = tcase_create("curl");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, both_services_answer_over_a_real_connection);
    tcase_add_test(cases, plain_http_needs_to_be_allowed);
    tcase_add_test(cases, nobody_listening_is_a_transport_failure);
    tcase_add_loop_test(cases, faults_of_the_connection_end_the_exchange, 0, 5);
    tcase_add_test(cases, a_deadline_is_kept_by_the_transport);
    tcase_add_test(cases, a_post_without_a_body_is_called_nothing_else);
    tcase_add_test(cases, tables_are_filled_strictly);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* Lists, certificates, chains and proofs of both services, from the simulated one. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#include "engine_host.h"

#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define START INT64_C(1767225600) /* 2026-01-01 */
#define DAY INT64_C(86400)

static tca_sphere *open_service(uint32_t kind) {
    tca_sphere_options options = {.struct_size = sizeof(options),
                                  .kind = kind,
                                  .endpoint = ENGINE_HOST_ADDRESS,
                                  .endpoint_length = strlen(ENGINE_HOST_ADDRESS)};
    if (kind == TCA_SPHERE_LEGACY) {
        options.tenant = TENANT;
        options.tenant_length = strlen(TENANT);
    } else {
        options.subscription = "s";
        options.subscription_length = 1;
        options.resource_group = "r g";
        options.resource_group_length = 3;
        options.catalog = TENANT;
        options.catalog_length = strlen(TENANT);
    }
    tca_sphere *sphere = NULL;
    ck_assert_int_eq(tca_sphere_new(&options, &sphere, NULL), TCA_OK);
    return sphere;
}

static void assert_ok(tca_result result, const tca_error *error) {
    const char *text;
    tca_error_message(error, &text, NULL);
    ck_assert_msg(result == TCA_OK, "%s: %s", tca_result_name(result), text);
}

static tca_inventory *list(engine_host *host, const tca_sphere *sphere) {
    tca_call *call = NULL;
    tca_error *error;
    tca_inventory *inventory = NULL;
    tca_error_new(&error);
    assert_ok(tca_sphere_list(sphere, NULL, &call, error), error);
    assert_ok(tca_call_run(call, host->host, error), error);
    assert_ok(tca_call_take_inventory(call, &inventory), error);
    ck_assert_int_eq(tca_call_take_inventory(call, &(tca_inventory *){NULL}), TCA_E_NOT_FOUND);
    tca_call_unref(call);
    tca_error_unref(error);
    return inventory;
}

START_TEST(both_services_list_the_same_certificates_through_a_rollover) {
    static const struct {
        int day;
        uint32_t count;
        uint32_t stage;
    } days[] = {{0, 1, TCA_STAGE_STEADY},
                {650, 2, TCA_STAGE_ACT},
                {690, 2, TCA_STAGE_SWITCHED},
                {735, 2, TCA_STAGE_REMOVABLE},
                {780, 2, TCA_STAGE_STEADY}};
    engine_host host;
    engine_host_open(&host, TENANT, START);
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        engine_host_set_clock(&host, START + days[i].day * DAY);
        for (uint32_t kind = TCA_SPHERE_LEGACY; kind <= TCA_SPHERE_INTEGRATED; kind++) {
            tca_sphere *sphere = open_service(kind);
            tca_inventory *inventory = list(&host, sphere);
            tca_rollover *rollover = NULL;
            tca_rollover_summary summary = {.struct_size = sizeof(summary)};
            ck_assert_uint_eq(tca_inventory_count(inventory), days[i].count);
            ck_assert_int_eq(tca_rollover_compute(inventory, host.now, NULL, &rollover, NULL),
                             TCA_OK);
            tca_rollover_get_summary(rollover, &summary);
            ck_assert_msg(summary.stage == days[i].stage, "day %d, service %u: %s", days[i].day,
                          (unsigned)kind, tca_stage_name(summary.stage));
            tca_rollover_unref(rollover);
            tca_inventory_unref(inventory);
            tca_sphere_unref(sphere);
        }
    }
    engine_host_close(&host);
}
END_TEST

START_TEST(certificate_chain_and_proof_come_from_both_services) {
    engine_host host;
    tca_error *error;
    tca_error_new(&error);
    engine_host_open(&host, TENANT, START);
    engine_host_set_clock(&host, START + 650 * DAY);
    for (uint32_t kind = TCA_SPHERE_LEGACY; kind <= TCA_SPHERE_INTEGRATED; kind++) {
        tca_sphere *sphere = open_service(kind);
        tca_call *call = NULL;
        tca_certificate *active = NULL, *second = NULL, *proof = NULL;
        tca_certificate_list *chain = NULL;
        tca_bytes *p7b = NULL;
        const char *name = kind == TCA_SPHERE_LEGACY ? NULL : ".default";
        assert_ok(tca_sphere_certificate(sphere, name, name == NULL ? 0 : strlen(name), NULL, &call,
                                         error),
                  error);
        assert_ok(tca_call_run(call, host.host, error), error);
        ck_assert_int_eq(tca_call_take_certificate(call, &active), TCA_OK);
        tca_call_unref(call);
        assert_ok(tca_sphere_certificate(sphere, "2", 1, NULL, &call, error), error);
        assert_ok(tca_call_run(call, host.host, error), error);
        ck_assert_int_eq(tca_call_take_certificate(call, &second), TCA_OK);
        tca_call_unref(call);
        ck_assert_uint_eq(tca_certificate_equal(active, second), 0);
        assert_ok(tca_sphere_chain(sphere, "2", 1, NULL, &call, error), error);
        assert_ok(tca_call_run(call, host.host, error), error);
        ck_assert_int_eq(tca_call_take_chain(call, &chain, &p7b), TCA_OK);
        tca_call_unref(call);
        ck_assert_uint_eq(tca_certificate_list_count(chain), 3);
        ck_assert_ptr_nonnull(p7b);
        assert_ok(tca_sphere_proof(sphere, "2", 1, "A B/../?", 8, NULL, &call, error), error);
        assert_ok(tca_call_run(call, host.host, error), error);
        ck_assert_int_eq(tca_call_take_certificate(call, &proof), TCA_OK);
        tca_call_unref(call);
        ck_assert_int_eq(tca_certificate_check_issued_by(proof, second, NULL), TCA_OK);
        tca_certificate_unref(active);
        tca_certificate_unref(second);
        tca_certificate_unref(proof);
        tca_certificate_list_unref(chain);
        tca_bytes_unref(p7b);
        tca_sphere_unref(sphere);
    }
    ck_assert_ptr_null(strstr(host.log, "token-of-the-test"));
    engine_host_close(&host);
    tca_error_unref(error);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("sphere");
    TCase *cases = tcase_create("services");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, both_services_list_the_same_certificates_through_a_rollover);
    tcase_add_test(cases, certificate_chain_and_proof_come_from_both_services);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* A back-end through a whole rollover of the simulated service: it lists the certificates once a
 * day and swaps its trust; devices get a certificate a day, each at an hour of its own. None of
 * them is refused, and the counters tell when the old CA certificate is not needed any more. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <tenantca/tenantca.h>

#include "engine_host.h"

#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define START INT64_C(1767225600) /* 2026-01-01 */
#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)
#define A_END (START + 730 * DAY)

enum { DEVICES = 4, BODY_SIZE = 4096 };

typedef struct back_end {
    engine_host host;
    tca_sphere *sphere;
    tca_trust_holder *holder;
    tca_usage *usage;
    tca_verdict_cache *cache;
    struct {
        uint8_t der[BODY_SIZE];
        size_t length;
        char ca[41];
    } devices[DEVICES];
    unsigned refused;
} back_end;

/* ---- the service's side ---- */

static tca_inventory *list(back_end *service) {
    tca_call *call = NULL;
    tca_inventory *inventory = NULL;
    ck_assert_int_eq(tca_sphere_list(service->sphere, NULL, &call, NULL), TCA_OK);
    ck_assert_int_eq(tca_call_run(call, service->host.host, NULL), TCA_OK);
    ck_assert_int_eq(tca_call_take_inventory(call, &inventory), TCA_OK);
    tca_call_unref(call);
    return inventory;
}

static void renew(back_end *service, unsigned number) {
    static const char form[] = "{\"tenant\": \"" TENANT "\", \"device\": \"%08x\"}";
    char body[128];
    const uint8_t *der;
    tca_certificate *certificate = NULL;
    engine_reply reply;
    snprintf(body, sizeof(body), form, number);
    engine_request request = {.method = "POST",
                              .target = "/_simulator/device",
                              .body = body,
                              .body_length = strlen(body)};
    engine_handle(service->host.service, &request, &reply);
    ck_assert_uint_eq(reply.status, 200);
    json_t *answer = json_loadb(reply.body, reply.body_length, 0, NULL);
    const char *pem = json_string_value(json_object_get(answer, "certificate"));
    ck_assert_int_eq(
        tca_certificate_parse((const uint8_t *)pem, strlen(pem), NULL, &certificate, NULL), TCA_OK);
    ck_assert_int_eq(tca_certificate_der(certificate, &der, &service->devices[number].length),
                     TCA_OK);
    ck_assert_uint_le(service->devices[number].length, BODY_SIZE);
    memcpy(service->devices[number].der, der, service->devices[number].length);
    snprintf(service->devices[number].ca, sizeof(service->devices[number].ca), "%s",
             json_string_value(json_object_get(answer, "ca")));
    json_decref(answer);
    tca_certificate_unref(certificate);
    engine_reply_release(&reply);
}

/* ---- the back-end ---- */

static void refresh(back_end *service) {
    tca_inventory *inventory = list(service);
    tca_trust_set *before = NULL, *after = NULL;
    tca_trust_builder *builder = NULL;
    if (service->holder != NULL) {
        ck_assert_int_eq(tca_trust_holder_acquire(service->holder, &before), TCA_OK);
    }
    tca_trust_options options = {.struct_size = sizeof(options), .previous = before};
    ck_assert_int_eq(tca_trust_builder_new(&options, &builder, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_add(builder, inventory, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_finish(builder, service->host.now, 0, &after, NULL), TCA_OK);
    if (service->holder == NULL) {
        ck_assert_int_eq(tca_trust_holder_new(after, &service->holder, NULL), TCA_OK);
    } else {
        ck_assert_int_eq(tca_trust_holder_swap(service->holder, after, NULL), TCA_OK);
    }
    tca_trust_set_unref(before);
    tca_trust_set_unref(after);
    tca_trust_builder_unref(builder);
    tca_inventory_unref(inventory);
}

static void meet(back_end *service, unsigned number) {
    tca_trust_set *set = NULL;
    const uint8_t *der = service->devices[number].der;
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    tca_verify_options options = {.struct_size = sizeof(options),
                                  .tenant = TENANT,
                                  .tenant_length = strlen(TENANT),
                                  .usage = service->usage,
                                  .cache = service->cache};
    ck_assert_int_eq(tca_trust_holder_acquire(service->holder, &set), TCA_OK);
    tca_result result = tca_trust_verify(set, &der, &service->devices[number].length, 1,
                                         service->host.now, &options, &verdict, NULL);
    tca_trust_set_unref(set);
    service->refused += result != TCA_OK;
    if (result == TCA_OK) {
        ck_assert_str_eq(verdict.ca_thumbprint, service->devices[number].ca);
    }
}

static void pass(back_end *service, tca_unix until) {
    for (tca_unix now = service->host.now; now < until; now += 6 * HOUR) {
        engine_host_set_clock(&service->host, now);
        if ((now - START) % DAY == 0) {
            refresh(service);
        }
        renew(service, (unsigned)((now - START) / (6 * HOUR)) % DEVICES);
        for (unsigned i = 0; i < DEVICES; i++) {
            meet(service, i);
        }
    }
    engine_host_set_clock(&service->host, until);
}

static tca_usage_record used(const back_end *service, const char *ca, tca_result expected) {
    tca_usage_snapshot *snapshot = NULL;
    tca_usage_record record = {.struct_size = sizeof(record)};
    ck_assert_int_eq(tca_usage_read(service->usage, &snapshot, NULL), TCA_OK);
    ck_assert_int_eq(tca_usage_snapshot_find(snapshot, ca, strlen(ca), &record), expected);
    tca_usage_snapshot_unref(snapshot);
    return record;
}

START_TEST(no_device_is_refused_through_a_rollover) {
    static back_end service;
    tca_sphere_options where = {.struct_size = sizeof(where),
                                .kind = TCA_SPHERE_LEGACY,
                                .endpoint = ENGINE_HOST_ADDRESS,
                                .endpoint_length = strlen(ENGINE_HOST_ADDRESS),
                                .tenant = TENANT,
                                .tenant_length = strlen(TENANT)};
    const tca_unix switched = A_END - 45 * DAY;
    char a[41], b[41];
    engine_host_open(&service.host, TENANT, START);
    ck_assert_int_eq(tca_sphere_new(&where, &service.sphere, NULL), TCA_OK);
    ck_assert_int_eq(tca_usage_new(NULL, &service.usage, NULL), TCA_OK);
    ck_assert_int_eq(tca_verdict_cache_new(NULL, &service.cache, NULL), TCA_OK);

    engine_host_set_clock(&service.host, switched - 4 * DAY);
    for (unsigned i = 0; i < DEVICES; i++) {
        renew(&service, i);
    }
    pass(&service, switched - DAY);
    memcpy(a, service.devices[0].ca, sizeof(a));
    ck_assert_uint_eq(used(&service, a, TCA_OK).accepted, 3 * 4 * DEVICES);
    /* The day on which devices of both come: what a trust file cannot serve. */
    pass(&service, switched + 3 * DAY);
    memcpy(b, service.devices[0].ca, sizeof(b));
    ck_assert_str_ne(a, b);
    tca_usage_record of_a = used(&service, a, TCA_OK), of_b = used(&service, b, TCA_OK);
    ck_assert_uint_eq(of_a.accepted + of_b.accepted, 7 * 4 * DEVICES);
    ck_assert_int_gt(of_a.last_accepted, switched);
    ck_assert_int_le(of_a.last_accepted, switched + DAY);
    /* One of each device and day, besides those of the first day. */
    ck_assert_uint_eq(of_a.first_time + of_b.first_time, 7 * 4 + DEVICES - 1);

    service.host.now = A_END - DAY;
    engine_host_set_clock(&service.host, A_END - DAY);
    for (unsigned i = 0; i < DEVICES; i++) {
        renew(&service, i);
    }
    pass(&service, A_END + 3 * DAY);
    ck_assert_uint_eq(service.refused, 0);
    ck_assert_uint_eq(used(&service, a, TCA_OK).accepted, of_a.accepted);
    ck_assert_uint_eq(used(&service, b, TCA_OK).accepted, of_b.accepted + 4 * 4 * DEVICES);

    tca_verdict_cache_unref(service.cache);
    tca_usage_unref(service.usage);
    tca_trust_holder_unref(service.holder);
    tca_sphere_unref(service.sphere);
    engine_host_close(&service.host);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("trust: rollover");
    TCase *tests = tcase_create("trust: rollover");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, no_device_is_refused_through_a_rollover);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

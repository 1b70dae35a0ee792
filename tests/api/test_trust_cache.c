/* SPDX-License-Identifier: MIT */
/* What is kept over verifications: remembered verdicts, and evidence of use. */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#include "trust_scene.h"

#define DAY INT64_C(86400)
#define THUMBPRINT_A "D15E9A82AF0A564FC924A6ECD37F1608BA99B3B1"
#define THUMBPRINT_B "64D74B15CF20C0E30FCB1A052273EC9DF3FF56D5"

static tca_verdict_cache *new_cache(uint32_t entries, uint32_t bytes) {
    tca_verdict_cache *cache = NULL;
    tca_cache_options options = {.struct_size = sizeof(options),
                                 .max_entries = entries,
                                 .max_certificate_bytes = bytes,
                                 .secret = (const uint8_t *)"sixteen letters!",
                                 .secret_length = TCA_TRUST_SECRET_SIZE};
    ck_assert_int_eq(tca_verdict_cache_new(&options, &cache, NULL), TCA_OK);
    return cache;
}

static tca_cache_statistics statistics_of(const tca_verdict_cache *cache) {
    tca_cache_statistics statistics = {.struct_size = sizeof(statistics)};
    ck_assert_int_eq(tca_verdict_cache_get_statistics(cache, &statistics), TCA_OK);
    return statistics;
}

/* Verify; was it remembered? */
static bool remembered(const tca_trust_set *set, tca_verdict_cache *cache, scene_bytes device,
                       tca_unix now, const char *tenant, tca_result expected) {
    tca_verify_options options = {.struct_size = sizeof(options),
                                  .tenant = tenant,
                                  .tenant_length = tenant == NULL ? 0 : strlen(tenant),
                                  .cache = cache};
    tca_verdict verdict;
    ck_assert_int_eq(scene_verify(set, device, now, &options, &verdict), expected);
    bool hit = (verdict.flags & TCA_VERDICT_FROM_CACHE) != 0;
    ck_assert(!hit || verdict.signature_checks == 0);
    return hit;
}

/* ---- remembered verdicts ---- */

START_TEST(a_remembered_verdict_is_the_same) {
    tca_trust_set *set = scene_set();
    tca_verdict_cache *cache = new_cache(100, 0);
    scene_bytes device = scene_vector("device-of-a.der");
    tca_verify_options options = {.struct_size = sizeof(options), .cache = cache};
    tca_verdict first, second;
    memset(&first, 0, sizeof(first));
    memset(&second, 0, sizeof(second));
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, &options, &first), TCA_OK);
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW + 1, &options, &second), TCA_OK);
    ck_assert_uint_ge(first.signature_checks, 1);
    ck_assert_uint_eq(second.signature_checks, 0);
    ck_assert_uint_eq(second.flags, TCA_VERDICT_FROM_CACHE);
    second.signature_checks = first.signature_checks;
    second.flags = first.flags;
    ck_assert_mem_eq(&first, &second, sizeof(first));
    tca_cache_statistics statistics = statistics_of(cache);
    ck_assert_uint_eq(statistics.hits, 1);
    ck_assert_uint_eq(statistics.misses, 1);
    ck_assert_uint_eq(statistics.kept, 1);
    ck_assert_uint_eq(statistics.replaced, 0);
    free(device.data);
    tca_verdict_cache_unref(cache);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(it_holds_until_either_certificate_ends_and_from_when_both_began) {
    issued *ca = scene_tenant_ca(SCENE_TENANT, SCENE_NOW, 10 * DAY, KEY_P256);
    issued *short_lived = scene_device(ca, 1, SCENE_NOW + 10, 100);
    issued *long_lived = scene_device(ca, 2, SCENE_NOW - 10, 20 * DAY);
    scene_ca cas[] = {{.made = ca, .status = TCA_SERVICE_ACTIVE}, {0}};
    tca_trust_set *set = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, NULL);
    tca_verdict_cache *cache = new_cache(100, 0);
    scene_bytes device = scene_copy(short_lived);
    ck_assert(!remembered(set, cache, device, SCENE_NOW + 50, NULL, TCA_OK));
    ck_assert(remembered(set, cache, device, SCENE_NOW + 10, NULL, TCA_OK));
    ck_assert(remembered(set, cache, device, SCENE_NOW + 110, NULL, TCA_OK));
    ck_assert(!remembered(set, cache, device, SCENE_NOW + 9, NULL, TCA_E_NOT_TRUSTED));
    ck_assert(!remembered(set, cache, device, SCENE_NOW + 111, NULL, TCA_E_NOT_TRUSTED));
    free(device.data);
    device = scene_copy(long_lived);
    ck_assert(!remembered(set, cache, device, SCENE_NOW, NULL, TCA_OK));
    ck_assert(remembered(set, cache, device, SCENE_NOW + 10 * DAY, NULL, TCA_OK));
    ck_assert(!remembered(set, cache, device, SCENE_NOW + 10 * DAY + 1, NULL, TCA_E_NOT_TRUSTED));
    ck_assert(!remembered(set, cache, device, SCENE_NOW - 1, NULL, TCA_E_NOT_TRUSTED));
    free(device.data);
    issued_free(short_lived);
    issued_free(long_lived);
    issued_free(ca);
    tca_verdict_cache_unref(cache);
    tca_trust_set_unref(set);
}
END_TEST

/* Also with a set of the same generation, perhaps in the same memory as the one before. */
START_TEST(it_is_void_once_what_is_trusted_changes) {
    static const scene_ca later[] = {{.vector = "tenant-ca-b.der", .status = TCA_SERVICE_INACTIVE},
                                     {.vector = "tenant-ca-a.der", .status = TCA_SERVICE_ACTIVE},
                                     {0}};
    static const scene_ca revoked[] = {{.vector = "tenant-ca-a.der", .status = TCA_SERVICE_REVOKED},
                                       {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
                                       {0}};
    tca_trust_set *set = scene_set();
    tca_verdict_cache *cache = new_cache(100, 0);
    scene_bytes device = scene_vector("device-of-a.der");
    ck_assert(!remembered(set, cache, device, SCENE_NOW, NULL, TCA_OK));
    ck_assert(remembered(set, cache, device, SCENE_NOW, NULL, TCA_OK));
    tca_trust_set_unref(set);
    /* The same certificates, other phases: the same trust. */
    set = scene_set_of(SCENE_TENANT, later, SCENE_NOW + 1, NULL);
    ck_assert(remembered(set, cache, device, SCENE_NOW, NULL, TCA_OK));
    tca_trust_set_unref(set);
    set = scene_set_of(SCENE_TENANT, revoked, SCENE_NOW, NULL);
    ck_assert(!remembered(set, cache, device, SCENE_NOW, NULL, TCA_E_NOT_TRUSTED));
    tca_trust_set_unref(set);
    set = scene_set();
    ck_assert(remembered(set, cache, device, SCENE_NOW, NULL, TCA_OK));
    tca_trust_set_unref(set);
    free(device.data);
    tca_verdict_cache_unref(cache);
}
END_TEST

START_TEST(it_does_not_answer_for_another_tenant_or_certificate) {
    tca_trust_set *set = scene_set();
    tca_verdict_cache *cache = new_cache(100, 0);
    scene_bytes device = scene_vector("device-of-a.der");
    ck_assert(!remembered(set, cache, device, SCENE_NOW, SCENE_TENANT, TCA_OK));
    ck_assert(remembered(set, cache, device, SCENE_NOW, SCENE_TENANT, TCA_OK));
    ck_assert(remembered(set, cache, device, SCENE_NOW, NULL, TCA_OK));
    ck_assert(!remembered(set, cache, device, SCENE_NOW, SCENE_OTHER_TENANT, TCA_E_NOT_TRUSTED));
    for (size_t i = 0; i < device.length; i += 29) {
        device.data[i] ^= 1u;
        ck_assert(!remembered(set, cache, device, SCENE_NOW, NULL, TCA_E_NOT_TRUSTED));
        device.data[i] ^= 1u;
    }
    device.length--;
    ck_assert(!remembered(set, cache, device, SCENE_NOW, NULL, TCA_E_NOT_TRUSTED));
    device.length++;
    ck_assert(remembered(set, cache, device, SCENE_NOW, NULL, TCA_OK));
    ck_assert_uint_eq(statistics_of(cache).kept, 1);
    free(device.data);
    tca_verdict_cache_unref(cache);
    tca_trust_set_unref(set);
}
END_TEST

/* A limit is no part of the content, and holds all the same. */
START_TEST(it_does_not_answer_beyond_a_sets_limit) {
    static const scene_ca cas[] = {{.vector = "tenant-ca-a.der", .status = TCA_SERVICE_INACTIVE},
                                   {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
                                   {0}};
    tca_trust_options narrow = {.struct_size = sizeof(narrow), .max_certificate_bytes = 100};
    tca_trust_set *set = scene_set();
    tca_trust_set *strict = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, &narrow);
    tca_verdict_cache *cache = new_cache(100, 0);
    scene_bytes device = scene_vector("device-of-a.der");
    ck_assert(!remembered(set, cache, device, SCENE_NOW, NULL, TCA_OK));
    ck_assert(!remembered(strict, cache, device, SCENE_NOW, NULL, TCA_E_NOT_TRUSTED));
    ck_assert(remembered(set, cache, device, SCENE_NOW, NULL, TCA_OK));
    free(device.data);
    tca_verdict_cache_unref(cache);
    tca_trust_set_unref(strict);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(strangers_fill_nothing) {
    tca_trust_set *set = scene_set();
    tca_verdict_cache *cache = new_cache(1, 0);
    scene_bytes device = scene_vector("device-of-a.der");
    scene_bytes stranger = scene_vector("device-of-other-tenant.der");
    ck_assert(!remembered(set, cache, device, SCENE_NOW, NULL, TCA_OK));
    for (int i = 0; i < 100; i++) {
        stranger.data[stranger.length - 1] = (uint8_t)i;
        ck_assert(!remembered(set, cache, stranger, SCENE_NOW, NULL, TCA_E_NOT_TRUSTED));
    }
    ck_assert(remembered(set, cache, device, SCENE_NOW, NULL, TCA_OK));
    ck_assert_uint_eq(statistics_of(cache).kept, 1);
    free(stranger.data);
    free(device.data);
    tca_verdict_cache_unref(cache);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(it_stays_within_its_bounds) {
    enum { DEVICES = 200 };
    issued *ca = scene_tenant_ca(SCENE_TENANT, SCENE_NOW, 10 * DAY, KEY_P256);
    scene_ca cas[] = {{.made = ca, .status = TCA_SERVICE_ACTIVE}, {0}};
    tca_trust_set *set = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, NULL);
    tca_verdict_cache *narrow = new_cache(100, 64), *small = new_cache(16, 0);
    for (unsigned i = 0; i < DEVICES; i++) {
        issued *made = scene_device(ca, i, SCENE_NOW, DAY);
        scene_bytes device = scene_copy(made);
        ck_assert(!remembered(set, small, device, SCENE_NOW, NULL, TCA_OK));
        ck_assert(remembered(set, small, device, SCENE_NOW, NULL, TCA_OK));
        if (i < 3) {
            ck_assert(!remembered(set, narrow, device, SCENE_NOW, NULL, TCA_OK));
            ck_assert(!remembered(set, narrow, device, SCENE_NOW, NULL, TCA_OK));
        }
        free(device.data);
        issued_free(made);
    }
    ck_assert_uint_eq(statistics_of(small).kept, DEVICES);
    ck_assert_uint_ge(statistics_of(small).replaced, DEVICES - 32);
    ck_assert_uint_eq(statistics_of(narrow).kept, 0);
    issued_free(ca);
    tca_verdict_cache_unref(narrow);
    tca_verdict_cache_unref(small);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(a_cache_refuses_misuse) {
    const tca_cache_options refused[] = {
        {.struct_size = sizeof(tca_cache_options), .flags = 1},
        {.struct_size = sizeof(tca_cache_options), .max_entries = 100000001},
        {.struct_size = sizeof(tca_cache_options), .max_certificate_bytes = 65536},
        {.struct_size = sizeof(tca_cache_options), .secret_length = 16},
        {.struct_size = 4},
    };
    const tca_result results[] = {TCA_E_UNSUPPORTED, TCA_E_LIMIT, TCA_E_LIMIT, TCA_E_ARGUMENT,
                                  TCA_E_STRUCT_TOO_SMALL};
    tca_verdict_cache *cache = NULL;
    tca_cache_statistics statistics = {.struct_size = sizeof(statistics), .hits = 1};
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        ck_assert_int_eq(tca_verdict_cache_new(&refused[i], &cache, NULL), results[i]);
        ck_assert_ptr_null(cache);
    }
    ck_assert_int_eq(tca_verdict_cache_new(NULL, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_verdict_cache_get_statistics(NULL, &statistics), TCA_E_ARGUMENT);
    ck_assert_uint_eq(statistics.hits, 0);
    ck_assert_int_eq(tca_verdict_cache_get_statistics(NULL, NULL), TCA_E_ARGUMENT);
    tca_verdict_cache_unref(NULL);
}
END_TEST

/* ---- evidence of use ---- */

static tca_usage_record record_of(const tca_usage *usage, const char *thumbprint,
                                  tca_result expected) {
    tca_usage_snapshot *snapshot = NULL;
    tca_usage_record record = {.struct_size = sizeof(record)};
    ck_assert_int_eq(tca_usage_read(usage, &snapshot, NULL), TCA_OK);
    ck_assert_int_eq(tca_usage_snapshot_find(snapshot, thumbprint, strlen(thumbprint), &record),
                     expected);
    tca_usage_snapshot_unref(snapshot);
    return record;
}

START_TEST(use_is_counted_by_ca_and_outlives_the_sets) {
    tca_usage *usage = NULL;
    tca_verdict_cache *cache = new_cache(100, 0);
    scene_bytes of_a = scene_vector("device-of-a.der"), of_b = scene_vector("device-of-b.der");
    ck_assert_int_eq(tca_usage_new(NULL, &usage, NULL), TCA_OK);
    tca_verify_options options = {.struct_size = sizeof(options), .usage = usage, .cache = cache};
    for (int round = 0; round < 3; round++) {
        tca_trust_set *set = scene_set();
        ck_assert_int_eq(scene_verify(set, of_a, SCENE_NOW - round, &options, NULL), TCA_OK);
        ck_assert_int_eq(scene_verify(set, of_b, SCENE_NOW + round, &options, NULL), TCA_OK);
        ck_assert_int_eq(scene_verify(set, of_b, SCENE_NOW, &options, NULL), TCA_OK);
        ck_assert_int_eq(scene_verify(set, of_b, SCENE_DEVICE_END + 1, &options, NULL),
                         TCA_E_NOT_TRUSTED);
        tca_trust_set_unref(set);
    }
    tca_usage_record a = record_of(usage, THUMBPRINT_A, TCA_OK);
    tca_usage_record b = record_of(usage, THUMBPRINT_B, TCA_OK);
    ck_assert_uint_eq(a.accepted, 3);
    ck_assert_uint_eq(a.first_time, 1);
    ck_assert_int_eq(a.last_accepted, SCENE_NOW);
    ck_assert_uint_eq(b.accepted, 6);
    ck_assert_uint_eq(b.first_time, 1);
    ck_assert_int_eq(b.last_accepted, SCENE_NOW + 2);
    (void)record_of(usage, "0000000000000000000000000000000000000000", TCA_E_NOT_FOUND);
    (void)record_of(usage, "D15E", TCA_E_NOT_FOUND);

    tca_usage_snapshot *snapshot = NULL;
    tca_usage_record record = {.struct_size = sizeof(record)};
    ck_assert_int_eq(tca_usage_read(usage, &snapshot, NULL), TCA_OK);
    ck_assert_uint_eq(tca_usage_snapshot_count(snapshot), 2);
    ck_assert_int_eq(tca_usage_snapshot_get(snapshot, 0, &record), TCA_OK);
    ck_assert_str_eq(record.thumbprint, THUMBPRINT_B);
    ck_assert_uint_eq(record.thumbprint_length, 40);
    ck_assert_int_eq(tca_usage_snapshot_get(snapshot, 1, &record), TCA_OK);
    ck_assert_str_eq(record.thumbprint, THUMBPRINT_A);
    ck_assert_int_eq(tca_usage_snapshot_get(snapshot, 2, &record), TCA_E_NOT_FOUND);
    ck_assert_uint_eq(record.accepted, 0);
    tca_usage_snapshot_unref(snapshot);
    free(of_a.data);
    free(of_b.data);
    tca_verdict_cache_unref(cache);
    tca_usage_unref(usage);
}
END_TEST

START_TEST(what_there_is_no_room_for_is_counted_as_missed) {
    tca_usage *usage = NULL;
    tca_usage_options one = {.struct_size = sizeof(one), .max_certificates = 1};
    tca_trust_set *set = scene_set();
    scene_bytes of_a = scene_vector("device-of-a.der"), of_b = scene_vector("device-of-b.der");
    ck_assert_int_eq(tca_usage_new(&one, &usage, NULL), TCA_OK);
    tca_verify_options options = {.struct_size = sizeof(options), .usage = usage};
    ck_assert_int_eq(scene_verify(set, of_a, SCENE_NOW, &options, NULL), TCA_OK);
    ck_assert_int_eq(scene_verify(set, of_b, SCENE_NOW, &options, NULL), TCA_OK);
    ck_assert_int_eq(scene_verify(set, of_a, SCENE_NOW, &options, NULL), TCA_OK);
    tca_usage_snapshot *snapshot = NULL;
    uint64_t missed = 0;
    ck_assert_int_eq(tca_usage_read(usage, &snapshot, NULL), TCA_OK);
    ck_assert_uint_eq(tca_usage_snapshot_count(snapshot), 1);
    ck_assert_int_eq(tca_usage_snapshot_missed(snapshot, &missed), TCA_OK);
    ck_assert_uint_eq(missed, 1);
    tca_usage_snapshot_unref(snapshot);
    ck_assert_uint_eq(record_of(usage, THUMBPRINT_A, TCA_OK).accepted, 2);
    (void)record_of(usage, THUMBPRINT_B, TCA_E_NOT_FOUND);
    free(of_a.data);
    free(of_b.data);
    tca_usage_unref(usage);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(usage_refuses_misuse) {
    tca_usage *usage = NULL;
    tca_usage_snapshot *snapshot = NULL;
    tca_usage_record record = {.struct_size = sizeof(record)};
    uint64_t missed = 7;
    tca_usage_options options = {.struct_size = sizeof(options), .flags = 1};
    ck_assert_int_eq(tca_usage_new(&options, &usage, NULL), TCA_E_UNSUPPORTED);
    options = (tca_usage_options){.struct_size = sizeof(options), .max_certificates = 10000001};
    ck_assert_int_eq(tca_usage_new(&options, &usage, NULL), TCA_E_LIMIT);
    ck_assert_ptr_null(usage);
    ck_assert_int_eq(tca_usage_new(NULL, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_usage_read(NULL, &snapshot, NULL), TCA_E_ARGUMENT);
    ck_assert_ptr_null(snapshot);
    ck_assert_uint_eq(tca_usage_snapshot_count(NULL), 0);
    ck_assert_int_eq(tca_usage_snapshot_get(NULL, 0, &record), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_usage_snapshot_get(NULL, 0, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_usage_snapshot_find(NULL, "", 0, &record), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_usage_snapshot_missed(NULL, &missed), TCA_E_ARGUMENT);
    ck_assert_uint_eq(missed, 0);
    tca_usage_snapshot_unref(NULL);
    tca_usage_unref(NULL);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("trust: kept");
    TCase *tests = tcase_create("trust: kept");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_remembered_verdict_is_the_same);
    tcase_add_test(tests, it_holds_until_either_certificate_ends_and_from_when_both_began);
    tcase_add_test(tests, it_is_void_once_what_is_trusted_changes);
    tcase_add_test(tests, it_does_not_answer_for_another_tenant_or_certificate);
    tcase_add_test(tests, it_does_not_answer_beyond_a_sets_limit);
    tcase_add_test(tests, strangers_fill_nothing);
    tcase_add_test(tests, it_stays_within_its_bounds);
    tcase_add_test(tests, a_cache_refuses_misuse);
    tcase_add_test(tests, use_is_counted_by_ca_and_outlives_the_sets);
    tcase_add_test(tests, what_there_is_no_room_for_is_counted_as_missed);
    tcase_add_test(tests, usage_refuses_misuse);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

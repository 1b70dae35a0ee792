/* SPDX-License-Identifier: MIT */
/* Many threads verify while one swaps the set: run under ThreadSanitizer by `make check-tsan`. */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#include "trust_scene.h"

#define THREADS 8
#define SWAPS 1000

/* ---- the holder, alone ---- */

START_TEST(a_set_lives_as_long_as_somebody_has_it) {
    tca_trust_set *first = scene_set(), *second = scene_set(), *held = NULL, *later = NULL;
    tca_trust_holder *holder = NULL;
    ck_assert_int_eq(tca_trust_holder_new(first, &holder, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_holder_acquire(holder, &held), TCA_OK);
    ck_assert_ptr_eq(held, first);
    tca_trust_set_unref(first);
    ck_assert_int_eq(tca_trust_holder_swap(holder, second, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_holder_acquire(holder, &later), TCA_OK);
    ck_assert_ptr_eq(later, second);
    scene_bytes device = scene_vector("device-of-b.der");
    ck_assert_int_eq(scene_verify(held, device, SCENE_NOW, NULL, NULL), TCA_OK);
    tca_trust_holder_unref(holder);
    ck_assert_int_eq(scene_verify(held, device, SCENE_NOW, NULL, NULL), TCA_OK);
    ck_assert_int_eq(scene_verify(later, device, SCENE_NOW, NULL, NULL), TCA_OK);
    tca_trust_set_unref(held);
    tca_trust_set_unref(later);
    tca_trust_set_unref(second);
    free(device.data);
}
END_TEST

/* More often than the word counts before it is folded, and more swaps than there are slots. */
START_TEST(a_holder_counts_for_ever) {
    tca_trust_set *set = scene_set(), *held;
    tca_trust_holder *holder = NULL;
    ck_assert_int_eq(tca_trust_holder_new(set, &holder, NULL), TCA_OK);
    for (unsigned i = 0; i < (1u << 21) + 5; i++) {
        ck_assert_int_eq(tca_trust_holder_acquire(holder, &held), TCA_OK);
        tca_trust_set_unref(held);
    }
    for (unsigned i = 0; i < 1000; i++) {
        ck_assert_int_eq(tca_trust_holder_acquire(holder, &held), TCA_OK);
        ck_assert_int_eq(tca_trust_holder_swap(holder, set, NULL), TCA_OK);
        tca_trust_set_unref(held);
    }
    tca_trust_holder_unref(holder);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(a_holder_refuses_misuse) {
    tca_trust_set *set = scene_set(), *held = set;
    tca_trust_holder *holder = NULL;
    ck_assert_int_eq(tca_trust_holder_new(NULL, &holder, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_holder_new(set, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_holder_acquire(NULL, &held), TCA_E_ARGUMENT);
    ck_assert_ptr_null(held);
    ck_assert_int_eq(tca_trust_holder_new(set, &holder, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_holder_acquire(holder, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_holder_swap(holder, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_holder_swap(NULL, set, NULL), TCA_E_ARGUMENT);
    tca_trust_holder_unref(holder);
    tca_trust_holder_unref(NULL);
    tca_trust_set_unref(set);
}
END_TEST

/* ---- all together ---- */

enum { OF_A, OF_B, OF_RSA, STRANGER, DEVICES };

static struct {
    tca_trust_holder *holder;
    tca_usage *usage;
    tca_verdict_cache *cache;
    scene_bytes devices[DEVICES];
    atomic_bool over;
    atomic_uint wrong;
    atomic_ulong verified;
    atomic_ulong accepted;
} crowd;

/* A set whose generation is odd has A, one whose is even has it revoked. */
static bool is_right(const tca_trust_set *set, unsigned who, tca_result result) {
    tca_trust_summary summary = {.struct_size = sizeof(summary)};
    if (tca_trust_set_get_summary(set, &summary) != TCA_OK) {
        return false;
    }
    bool belongs = who == OF_B || who == OF_RSA || (who == OF_A && summary.generation % 2 == 1);
    return result == (belongs ? TCA_OK : TCA_E_NOT_TRUSTED);
}

static void *verify_until_over(void *argument) {
    unsigned who = (unsigned)(uintptr_t)argument;
    tca_verify_options options = {.struct_size = sizeof(options), .usage = crowd.usage};
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    while (!atomic_load(&crowd.over)) {
        tca_trust_set *set = NULL;
        who = (who * 5 + 1) % 64;
        scene_bytes device = crowd.devices[who % DEVICES];
        const uint8_t *data = device.data;
        options.cache = who < 48 ? crowd.cache : NULL;
        (void)tca_trust_holder_acquire(crowd.holder, &set);
        tca_result result =
            tca_trust_verify(set, &data, &device.length, 1, SCENE_NOW, &options, &verdict, NULL);
        if (!is_right(set, who % DEVICES, result)) {
            atomic_fetch_add(&crowd.wrong, 1);
        }
        atomic_fetch_add(&crowd.verified, 1);
        atomic_fetch_add(&crowd.accepted, result == TCA_OK);
        tca_trust_set_unref(set);
    }
    return NULL;
}

static tca_trust_set *crowd_set(const tca_trust_set *previous, bool revoked, const issued *a,
                                const issued *b) {
    scene_ca cas[] = {{.made = a, .status = revoked ? TCA_SERVICE_REVOKED : TCA_SERVICE_INACTIVE},
                      {.made = b, .status = TCA_SERVICE_ACTIVE},
                      {.vector = "tenant-ca-rsa-2048.der", .status = TCA_SERVICE_INACTIVE},
                      {0}};
    tca_trust_options options = {.struct_size = sizeof(options), .previous = previous};
    return scene_set_of(SCENE_TENANT, cas, SCENE_NOW, &options);
}

static void wait_for(unsigned long verified) {
    while (atomic_load(&crowd.verified) < verified) {
    }
}

/* New sets now and then, which the others are the last to have; in between two that go in turn. */
static void swap_them(const issued *a, const issued *b) {
    tca_trust_set *sets[2];
    sets[0] = crowd_set(NULL, false, a, b);
    sets[1] = crowd_set(sets[0], true, a, b);
    for (unsigned i = 0; i < SWAPS; i++) {
        if (i % 20 == 0) {
            tca_trust_set *newer = crowd_set(sets[(i + 1) % 2], i % 2 == 1, a, b);
            tca_trust_set_unref(sets[i % 2]);
            sets[i % 2] = newer;
        }
        ck_assert_int_eq(tca_trust_holder_swap(crowd.holder, sets[i % 2], NULL), TCA_OK);
        wait_for(4 * (i + 1));
    }
    tca_trust_set_unref(sets[0]);
    tca_trust_set_unref(sets[1]);
}

static void check_counts(void) {
    tca_usage_snapshot *snapshot = NULL;
    tca_cache_statistics statistics = {.struct_size = sizeof(statistics)};
    uint64_t accepted = 0, missed;
    ck_assert_int_eq(tca_usage_read(crowd.usage, &snapshot, NULL), TCA_OK);
    for (uint32_t i = 0; i < tca_usage_snapshot_count(snapshot); i++) {
        tca_usage_record record = {.struct_size = sizeof(record)};
        ck_assert_int_eq(tca_usage_snapshot_get(snapshot, i, &record), TCA_OK);
        ck_assert_int_eq(record.last_accepted, SCENE_NOW);
        ck_assert_uint_le(record.first_time, record.accepted);
        accepted += record.accepted;
    }
    ck_assert_uint_eq(tca_usage_snapshot_count(snapshot), 3);
    ck_assert_int_eq(tca_usage_snapshot_missed(snapshot, &missed), TCA_OK);
    ck_assert_uint_eq(missed, 0);
    ck_assert_uint_eq(accepted, atomic_load(&crowd.accepted));
    ck_assert_int_eq(tca_verdict_cache_get_statistics(crowd.cache, &statistics), TCA_OK);
    ck_assert_uint_gt(statistics.hits, 0);
    ck_assert_uint_le(statistics.hits + statistics.misses, atomic_load(&crowd.verified));
    tca_usage_snapshot_unref(snapshot);
}

START_TEST(eight_verify_while_one_swaps) {
    pthread_t threads[THREADS];
    issued *a = scene_tenant_ca(SCENE_TENANT, SCENE_NOW - 864000, 0, KEY_P256);
    issued *b = scene_tenant_ca(SCENE_TENANT, SCENE_NOW - 86400, 0, KEY_P256);
    issued *of_a = scene_device(a, 1, SCENE_NOW, 86400);
    issued *of_b = scene_device(b, 2, SCENE_NOW, 86400);
    crowd.devices[OF_A] = scene_copy(of_a);
    crowd.devices[OF_B] = scene_copy(of_b);
    crowd.devices[OF_RSA] = scene_vector("device-of-rsa-2048.der");
    crowd.devices[STRANGER] = scene_vector("device-of-other-tenant.der");
    tca_cache_options small = {.struct_size = sizeof(small), .max_entries = 1};
    tca_trust_set *first = crowd_set(NULL, false, a, b);
    ck_assert_int_eq(tca_trust_holder_new(first, &crowd.holder, NULL), TCA_OK);
    ck_assert_int_eq(tca_usage_new(NULL, &crowd.usage, NULL), TCA_OK);
    ck_assert_int_eq(tca_verdict_cache_new(&small, &crowd.cache, NULL), TCA_OK);
    tca_trust_set_unref(first);
    for (uintptr_t i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, verify_until_over, (void *)i), 0);
    }
    wait_for(THREADS); /* they are at it before the first swap */
    swap_them(a, b);
    atomic_store(&crowd.over, true);
    for (unsigned i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    ck_assert_uint_eq(atomic_load(&crowd.wrong), 0);
    ck_assert_uint_gt(atomic_load(&crowd.accepted), THREADS);
    check_counts();
    tca_verdict_cache_unref(crowd.cache);
    tca_usage_unref(crowd.usage);
    tca_trust_holder_unref(crowd.holder);
    for (unsigned i = 0; i < DEVICES; i++) {
        free(crowd.devices[i].data);
    }
    issued_free(a);
    issued_free(b);
    issued_free(of_a);
    issued_free(of_b);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("trust: threads");
    TCase *tests = tcase_create("trust: threads");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_set_lives_as_long_as_somebody_has_it);
    tcase_add_test(tests, a_holder_counts_for_ever);
    tcase_add_test(tests, a_holder_refuses_misuse);
    tcase_add_test(tests, eight_verify_while_one_swaps);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

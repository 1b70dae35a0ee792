/* SPDX-License-Identifier: MIT */
/* As test_allocation.c, of the trust set: memory runs out at the first allocation, at the second,
 * and so on. Short of memory nobody is trusted, and nothing is left behind. */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#include "fail_alloc.h"
#include "trust_scene.h"

/* What there was before memory got short. */
static struct {
    tca_inventory *inventory;
    scene_bytes device;
} given;

/* ---- a verifier of the test's own: it allocates its keys and calls everything good or bad ---- */

static void make_key(void *user, const uint8_t *public_key, size_t length, tca_reply *reply) {
    (void)user;
    (void)public_key;
    void *key = malloc(length);
    if (key == NULL) {
        tca_reply_fail(reply, NULL, 0);
        return;
    }
    tca_reply_set_handle(reply, key);
    tca_reply_done(reply);
}

static void check_nothing(void *user, void *key, uint32_t signature_algorithm,
                          const uint8_t *digest, size_t digest_length, const uint8_t *signature,
                          size_t signature_length, tca_reply *reply) {
    (void)user;
    (void)key;
    (void)signature_algorithm;
    (void)digest;
    (void)digest_length;
    (void)signature;
    (void)signature_length;
    tca_reply_fail(reply, NULL, 0);
}

static void release_key(void *user, void *key) {
    (void)user;
    free(key);
}

/* ---- scenarios: each says TCA_OK, or TCA_E_NO_MEMORY and leaves nothing ---- */

static tca_result build(tca_trust_set **set) {
    tca_trust_builder *builder = NULL;
    tca_result result = tca_trust_builder_new(NULL, &builder, NULL);
    if (result == TCA_OK) {
        result = tca_trust_builder_add(builder, given.inventory, NULL);
    }
    if (result == TCA_OK) {
        result = tca_trust_builder_finish(builder, SCENE_NOW, 0, set, NULL);
    }
    tca_trust_builder_unref(builder);
    return result == TCA_OK || *set == NULL ? result : TCA_E_ARGUMENT;
}

static tca_result building(void) {
    tca_trust_set *set = NULL, *again = NULL;
    tca_trust_summary summary = {.struct_size = sizeof(summary)};
    tca_result result = build(&set);
    if (result == TCA_OK) {
        tca_trust_set_ref(set, &again);
        result = tca_trust_set_get_summary(again, &summary);
    }
    tca_trust_set_unref(again);
    tca_trust_set_unref(set);
    return result == TCA_OK && summary.anchors != 2 ? TCA_E_ARGUMENT : result;
}

static tca_result verifying(void) {
    tca_trust_set *set = NULL;
    tca_usage *usage = NULL;
    tca_verdict_cache *cache = NULL;
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    tca_cache_options small = {.struct_size = sizeof(small), .max_entries = 8};
    const uint8_t *data = given.device.data;
    tca_result result = build(&set);
    result = result == TCA_OK ? tca_usage_new(NULL, &usage, NULL) : result;
    result = result == TCA_OK ? tca_verdict_cache_new(&small, &cache, NULL) : result;
    tca_verify_options options = {.struct_size = sizeof(options), .usage = usage, .cache = cache};
    for (int i = 0; i < 2 && result == TCA_OK; i++) {
        result = tca_trust_verify(set, &data, &given.device.length, 1, SCENE_NOW, &options,
                                  &verdict, NULL);
        if (verdict.trusted != (result == TCA_OK) ||
            (result == TCA_E_NO_MEMORY && verdict.refusal != TCA_REFUSED_UNDECIDED)) {
            result = TCA_E_ARGUMENT;
        }
    }
    tca_verdict_cache_unref(cache);
    tca_usage_unref(usage);
    tca_trust_set_unref(set);
    return result;
}

static tca_result holding(void) {
    tca_trust_set *set = NULL, *held = NULL;
    tca_trust_holder *holder = NULL;
    tca_result result = build(&set);
    result = result == TCA_OK ? tca_trust_holder_new(set, &holder, NULL) : result;
    result = result == TCA_OK ? tca_trust_holder_acquire(holder, &held) : result;
    result = result == TCA_OK ? tca_trust_holder_swap(holder, set, NULL) : result;
    tca_trust_set_unref(held);
    tca_trust_holder_unref(holder);
    tca_trust_set_unref(set);
    return result;
}

static tca_result reading_usage(void) {
    tca_usage *usage = NULL;
    tca_usage_snapshot *snapshot = NULL;
    tca_usage_record record = {.struct_size = sizeof(record)};
    tca_cache_statistics statistics = {.struct_size = sizeof(statistics)};
    uint64_t missed = 1;
    tca_result result = tca_usage_new(NULL, &usage, NULL);
    result = result == TCA_OK ? tca_usage_read(usage, &snapshot, NULL) : result;
    if (result == TCA_OK) {
        bool empty = tca_usage_snapshot_count(snapshot) == 0 &&
                     tca_usage_snapshot_get(snapshot, 0, &record) == TCA_E_NOT_FOUND &&
                     tca_usage_snapshot_find(snapshot, "AB", 2, &record) == TCA_E_NOT_FOUND &&
                     tca_usage_snapshot_missed(snapshot, &missed) == TCA_OK && missed == 0 &&
                     tca_verdict_cache_get_statistics(NULL, &statistics) == TCA_E_ARGUMENT &&
                     strcmp(tca_refusal_name(TCA_REFUSED_NOT), "trusted") == 0 &&
                     tca_refusal_text(TCA_REFUSED_NOT)[0] != '\0';
        result = empty ? TCA_OK : TCA_E_ARGUMENT;
    }
    tca_usage_snapshot_unref(snapshot);
    tca_usage_unref(usage);
    return result;
}

/* It calls good signatures bad: so there is no set, with or without memory. */
static tca_result with_a_verifier(void) {
    tca_trust_builder *builder = NULL;
    tca_trust_set *set = NULL;
    tca_verifier verifier = {.struct_size = sizeof(verifier),
                             .key = make_key,
                             .check = check_nothing,
                             .release = release_key};
    tca_result result = tca_trust_builder_new(NULL, &builder, NULL);
    result = result == TCA_OK ? tca_trust_builder_add(builder, given.inventory, NULL) : result;
    result = result == TCA_OK ? tca_trust_builder_set_verifier(builder, &verifier, NULL) : result;
    if (result == TCA_OK) {
        result = tca_trust_builder_finish(builder, SCENE_NOW, 0, &set, NULL);
        result = result == TCA_E_SIGNATURE ? TCA_OK : result;
    }
    tca_trust_builder_unref(builder);
    return set == NULL ? result : TCA_E_ARGUMENT;
}

static const struct {
    const char *name;
    tca_result (*run)(void);
    size_t every;  /* of so many: signatures on curves allocate thousands of times */
    bool swallows; /* the host's failing is not told from a bad signature */
} scenarios[] = {
    {"building", building, 97, false},
    {"verifying", verifying, 211, false},
    {"holding", holding, 307, false},
    {"reading usage", reading_usage, 1, false},
    {"with a verifier", with_a_verifier, 1, true},
};

START_TEST(trust_survives) {
    static const scene_ca cas[] = {{.vector = "tenant-ca-p256.der", .status = TCA_SERVICE_ACTIVE},
                                   {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
                                   {0}};
    fail_alloc_mode mode = _i % 2 == 0 ? FAIL_ALLOC_ONCE : FAIL_ALLOC_FROM_THEN;
    size_t number = (size_t)_i / 2;
    given.inventory = scene_inventory(SCENE_TENANT, cas);
    given.device = scene_vector("device-of-b.der");
    ck_assert_int_eq(scenarios[number].run(), TCA_OK);
    size_t failures = 1, nth = 1;
    while (fail_alloc_available() && failures > 0) {
        long before = fail_alloc_live();
        fail_alloc_arm(nth, mode);
        tca_result result = scenarios[number].run();
        fail_alloc_disarm();
        failures = fail_alloc_failures();
        ck_assert_msg(fail_alloc_live() == before, "%s, allocation %zu: %ld blocks are left",
                      scenarios[number].name, nth, fail_alloc_live() - before);
        ck_assert_msg(result == TCA_OK
                          ? failures == 0 || mode == FAIL_ALLOC_ONCE || scenarios[number].swallows
                          : failures > 0 && result == TCA_E_NO_MEMORY,
                      "%s, allocation %zu: %s", scenarios[number].name, nth,
                      tca_result_name(result));
        nth += nth < 100 ? 1 : scenarios[number].every;
    }
    tca_inventory_unref(given.inventory);
    free(given.device.data);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("allocation: trust");
    TCase *tests = tcase_create("allocation: trust");
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, trust_survives, 0,
                        2 * (int)(sizeof(scenarios) / sizeof(scenarios[0])));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* Verifiers of the host's: what they are asked, and that whatever they do wrong ends in a refusal.
 */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../examples/openssl_verifier.h"

#include "trust_scene.h"

typedef enum habit {
    HONEST,
    CALLS_ALL_GOOD,
    CALLS_ALL_BAD,
    SILENT_KEY,
    SILENT_CHECK,
    KEY_WITHOUT_HANDLE,
    REFUSES_KEYS,
    HABITS
} habit;

typedef struct watched {
    habit habit;
    unsigned keys;     /* made */
    unsigned released; /* given back */
    unsigned checks;
    unsigned destroyed;
} watched;

static void watched_key(void *user, const uint8_t *public_key, size_t length, tca_reply *reply) {
    watched *host = user;
    switch (host->habit) {
    case SILENT_KEY:
        return;
    case KEY_WITHOUT_HANDLE:
        ck_assert_int_eq(tca_reply_set_handle(reply, NULL), TCA_E_ARGUMENT);
        tca_reply_done(reply);
        return;
    case REFUSES_KEYS:
        tca_reply_fail(reply, "not today", 9);
        return;
    default:
        host->keys++;
        openssl_key(NULL, public_key, length, reply);
        ck_assert_int_eq(tca_reply_set_handle(reply, user), TCA_E_ARGUMENT); /* it is done */
    }
}

static void watched_check(void *user, void *key, uint32_t signature_algorithm,
                          const uint8_t *digest, size_t digest_length, const uint8_t *signature,
                          size_t signature_length, tca_reply *reply) {
    watched *host = user;
    host->checks++;
    ck_assert_int_eq(tca_reply_set_handle(reply, user), TCA_E_ARGUMENT);
    if (host->habit == CALLS_ALL_GOOD) {
        tca_reply_done(reply);
    } else if (host->habit == CALLS_ALL_BAD) {
        tca_reply_fail(reply, NULL, 0);
    } else if (host->habit != SILENT_CHECK) {
        openssl_check(NULL, key, signature_algorithm, digest, digest_length, signature,
                      signature_length, reply);
    }
}

static void watched_release(void *user, void *key) {
    ((watched *)user)->released++;
    openssl_release(NULL, key);
}

static void watched_destroy(void *user) {
    ((watched *)user)->destroyed++;
}

static tca_verifier watch(watched *host) {
    return (tca_verifier){.struct_size = sizeof(tca_verifier),
                          .user = host,
                          .key = watched_key,
                          .check = watched_check,
                          .release = watched_release,
                          .destroy = watched_destroy};
}

static const scene_ca pair[] = {{.vector = "tenant-ca-a.der", .status = TCA_SERVICE_INACTIVE},
                                {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
                                {0}};

static tca_result build(const tca_verifier *verifier, const tca_trust_set *previous,
                        const scene_ca *cas, tca_trust_set **set, tca_error *error) {
    tca_trust_options options = {.struct_size = sizeof(options), .previous = previous};
    tca_inventory *inventory = scene_inventory(SCENE_TENANT, cas);
    tca_trust_builder *builder = NULL;
    ck_assert_int_eq(tca_trust_builder_new(&options, &builder, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_add(builder, inventory, NULL), TCA_OK);
    if (verifier != NULL) {
        ck_assert_int_eq(tca_trust_builder_set_verifier(builder, verifier, NULL), TCA_OK);
    }
    tca_result result = tca_trust_builder_finish(builder, SCENE_NOW, 0, set, error);
    tca_trust_builder_unref(builder);
    tca_inventory_unref(inventory);
    return result;
}

/* ---- an honest one ---- */

START_TEST(openssl_decides_as_mbedtls_does) {
    static const scene_ca all[] = {
        {.vector = "tenant-ca-a.der", .status = TCA_SERVICE_INACTIVE},
        {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
        {.vector = "tenant-ca-p256.der", .status = TCA_SERVICE_INACTIVE},
        {.vector = "tenant-ca-p521.der", .status = TCA_SERVICE_INACTIVE},
        {.vector = "tenant-ca-rsa-2048.der", .status = TCA_SERVICE_INACTIVE},
        {0}};
    static const struct {
        const char *device;
        uint32_t refusal;
    } cases[] = {
        {"device-of-a.der", TCA_REFUSED_NOT},
        {"device-of-b.der", TCA_REFUSED_NOT},
        {"device-of-rsa-2048.der", TCA_REFUSED_NOT},
        {"device-of-other-tenant.der", TCA_REFUSED_UNKNOWN_ISSUER},
    };
    tca_trust_set *sets[2] = {scene_set_of(SCENE_TENANT, all, SCENE_NOW, NULL), NULL};
    ck_assert_int_eq(build(&openssl_verifier, NULL, all, &sets[1], NULL), TCA_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        scene_bytes device = scene_vector(cases[i].device);
        for (size_t n = 0; n < 2; n++) {
            tca_verdict verdict;
            (void)scene_verify(sets[n], device, SCENE_NOW, NULL, &verdict);
            ck_assert_uint_eq(verdict.refusal, cases[i].refusal);
            device.data[device.length - 1] ^= 1u;
            (void)scene_verify(sets[n], device, SCENE_NOW, NULL, &verdict);
            ck_assert_uint_eq(verdict.refusal, cases[i].refusal == TCA_REFUSED_NOT
                                                   ? TCA_REFUSED_SIGNATURE
                                                   : cases[i].refusal);
            device.data[device.length - 1] ^= 1u;
        }
        free(device.data);
    }
    tca_trust_set_unref(sets[0]);
    tca_trust_set_unref(sets[1]);
}
END_TEST

START_TEST(a_key_is_made_once_and_only_when_needed) {
    watched host = {.habit = HONEST};
    tca_verifier table = watch(&host);
    tca_trust_set *set = NULL, *next = NULL;
    ck_assert_int_eq(build(&table, NULL, pair, &set, NULL), TCA_OK);
    ck_assert_uint_eq(host.keys, 1); /* to try it */
    ck_assert_uint_eq(host.checks, 2);
    ck_assert_uint_eq(host.released, 1);
    scene_bytes device = scene_vector("device-of-b.der");
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, NULL, NULL), TCA_OK);
    }
    ck_assert_uint_eq(host.keys, 2);
    ck_assert_uint_eq(host.checks, 5);
    /* The next set inherits it, and need not try it again. */
    ck_assert_int_eq(build(NULL, set, pair, &next, NULL), TCA_OK);
    tca_trust_set_unref(set);
    ck_assert_uint_eq(host.released, 2);
    ck_assert_uint_eq(host.destroyed, 0);
    ck_assert_uint_eq(host.checks, 5);
    ck_assert_int_eq(scene_verify(next, device, SCENE_NOW, NULL, NULL), TCA_OK);
    ck_assert_uint_eq(host.keys, 3);
    tca_trust_set_unref(next);
    ck_assert_uint_eq(host.released, 3);
    ck_assert_uint_eq(host.destroyed, 1);
    free(device.data);
}
END_TEST

/* As when two threads make a key at the same time: the second finds the first's, and lets its own
 * go. */
static struct {
    watched host;
    const tca_trust_set *set;
    scene_bytes device;
} within;

static void key_that_verifies(void *user, const uint8_t *public_key, size_t length,
                              tca_reply *reply) {
    const tca_trust_set *set = within.set;
    within.set = NULL;
    if (set != NULL) {
        ck_assert_int_eq(scene_verify(set, within.device, SCENE_NOW, NULL, NULL), TCA_OK);
    }
    watched_key(user, public_key, length, reply);
}

START_TEST(of_two_keys_made_at_once_one_is_kept) {
    tca_verifier table = watch(&within.host);
    tca_trust_set *set = NULL;
    table.key = key_that_verifies;
    within.device = scene_vector("device-of-b.der");
    ck_assert_int_eq(build(&table, NULL, pair, &set, NULL), TCA_OK);
    within.set = set;
    ck_assert_int_eq(scene_verify(set, within.device, SCENE_NOW, NULL, NULL), TCA_OK);
    ck_assert_uint_eq(within.host.keys, 3);
    ck_assert_uint_eq(within.host.released, 2);
    ck_assert_int_eq(scene_verify(set, within.device, SCENE_NOW, NULL, NULL), TCA_OK);
    tca_trust_set_unref(set);
    ck_assert_uint_eq(within.host.released, 3);
    free(within.device.data);
}
END_TEST

/* ---- others ---- */

static const struct {
    habit habit;
    tca_result building;
    const char *message;
    tca_result verifying;
    uint32_t refusal;
} habits[HABITS] = {
    [HONEST] = {HONEST, TCA_OK, "", TCA_OK, TCA_REFUSED_NOT},
    [CALLS_ALL_GOOD] = {CALLS_ALL_GOOD, TCA_E_SIGNATURE, "verifier, tried with P-384: ", TCA_OK,
                        TCA_REFUSED_NOT},
    [CALLS_ALL_BAD] = {CALLS_ALL_BAD, TCA_E_SIGNATURE,
                       "verifier, tried with P-384: ", TCA_E_NOT_TRUSTED, TCA_REFUSED_SIGNATURE},
    [SILENT_KEY] = {SILENT_KEY, TCA_E_CALLBACK, "verifier, tried with P-384: ", TCA_E_CALLBACK,
                    TCA_REFUSED_UNDECIDED},
    [SILENT_CHECK] = {SILENT_CHECK, TCA_E_CALLBACK, "verifier, tried with P-384: ", TCA_E_CALLBACK,
                      TCA_REFUSED_UNDECIDED},
    [KEY_WITHOUT_HANDLE] = {KEY_WITHOUT_HANDLE, TCA_E_CALLBACK,
                            "verifier, tried with P-384: ", TCA_E_CALLBACK, TCA_REFUSED_UNDECIDED},
    [REFUSES_KEYS] = {REFUSES_KEYS, TCA_E_SIGNATURE,
                      "verifier, tried with P-384: ", TCA_E_NOT_TRUSTED, TCA_REFUSED_CA_KEY},
};

START_TEST(a_verifier_that_fails_its_trial_gets_no_set) {
    watched host = {.habit = habits[_i].habit};
    tca_verifier table = watch(&host);
    tca_trust_set *set = NULL;
    tca_error *error = NULL;
    const char *text;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    ck_assert_int_eq(build(&table, NULL, pair, &set, error), habits[_i].building);
    tca_error_message(error, &text, NULL);
    ck_assert_msg(strncmp(text, habits[_i].message, strlen(habits[_i].message)) == 0, "%s", text);
    ck_assert_int_eq(set == NULL, habits[_i].building != TCA_OK);
    tca_trust_set_unref(set);
    ck_assert_uint_eq(host.keys, host.released);
    ck_assert_uint_eq(host.destroyed, 1);
    tca_error_unref(error);
}
END_TEST

START_TEST(a_verifier_that_fails_later_lets_nobody_in) {
    watched host = {.habit = HONEST};
    tca_verifier table = watch(&host);
    tca_trust_set *set = NULL;
    tca_verdict verdict;
    ck_assert_int_eq(build(&table, NULL, pair, &set, NULL), TCA_OK);
    scene_bytes device = scene_vector("device-of-b.der");
    host.habit = habits[_i].habit;
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, NULL, &verdict), habits[_i].verifying);
    ck_assert_uint_eq(verdict.refusal, habits[_i].refusal);
    /* What was wrong only for a while is not remembered. */
    host.habit = HONEST;
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, NULL, &verdict), TCA_OK);
    free(device.data);
    tca_trust_set_unref(set);
    ck_assert_uint_eq(host.keys, host.released);
    ck_assert_uint_eq(host.destroyed, 1);
}
END_TEST

START_TEST(a_table_must_be_whole) {
    watched host = {.habit = HONEST};
    tca_trust_builder *builder = NULL;
    ck_assert_int_eq(tca_trust_builder_new(NULL, &builder, NULL), TCA_OK);
    for (int i = 0; i < 5; i++) {
        static const tca_result results[] = {TCA_E_ARGUMENT, TCA_E_ARGUMENT, TCA_E_ARGUMENT,
                                             TCA_E_UNSUPPORTED, TCA_E_STRUCT_TOO_SMALL};
        tca_verifier table = watch(&host);
        table.key = i == 0 ? NULL : table.key;
        table.check = i == 1 ? NULL : table.check;
        table.release = i == 2 ? NULL : table.release;
        table.flags = i == 3 ? 1 : 0;
        table.struct_size = i == 4 ? 8 : table.struct_size;
        ck_assert_int_eq(tca_trust_builder_set_verifier(builder, &table, NULL), results[i]);
    }
    ck_assert_uint_eq(host.destroyed, 0);
    /* One that is replaced before it was used goes at once. */
    tca_verifier table = watch(&host);
    ck_assert_int_eq(tca_trust_builder_set_verifier(builder, &table, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_set_verifier(builder, &table, NULL), TCA_OK);
    ck_assert_uint_eq(host.destroyed, 1);
    tca_trust_builder_unref(builder);
    ck_assert_uint_eq(host.destroyed, 2);
    ck_assert_int_eq(tca_reply_set_handle(NULL, &host), TCA_E_ARGUMENT);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("trust: verifiers");
    TCase *tests = tcase_create("trust: verifiers");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, openssl_decides_as_mbedtls_does);
    tcase_add_test(tests, a_key_is_made_once_and_only_when_needed);
    tcase_add_test(tests, of_two_keys_made_at_once_one_is_kept);
    tcase_add_loop_test(tests, a_verifier_that_fails_its_trial_gets_no_set, 0, HABITS);
    tcase_add_loop_test(tests, a_verifier_that_fails_later_lets_nobody_in, 0, HABITS);
    tcase_add_test(tests, a_table_must_be_whole);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* No mbedTLS object is written by two threads at once: a check with an EC key writes nothing of it,
 * one with an RSA key has a context to itself. Debian's mbedTLS is not instrumented, so that
 * ThreadSanitizer would not see it otherwise. */
#define _GNU_SOURCE
#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/key.h"
#include "fail_alloc.h"
#include "trust_scene.h"

/* ---- a certificate and its issuer's key ---- */

typedef struct signed_by {
    scene_bytes ca;
    scene_bytes device;
    tcai_x509 issuer;
    tcai_x509 leaf;
    tcai_digest digest;
} signed_by;

static void read_pair(signed_by *pair, const char *ca, const char *device) {
    pair->ca = scene_vector(ca);
    pair->device = scene_vector(device);
    tcai_span issuer = {pair->ca.data, pair->ca.length};
    tcai_span leaf = {pair->device.data, pair->device.length};
    ck_assert_int_eq(tcai_x509_read(issuer, &pair->issuer, NULL), TCA_OK);
    ck_assert_int_eq(tcai_x509_read(leaf, &pair->leaf, NULL), TCA_OK);
    ck_assert_int_eq(
        tcai_signature_digest(pair->leaf.signature_algorithm, pair->leaf.tbs, &pair->digest, NULL),
        TCA_OK);
}

static void free_pair(signed_by *pair) {
    free(pair->ca.data);
    free(pair->device.data);
}

static tcai_key *key_of(const signed_by *pair) {
    tcai_key *key = NULL;
    ck_assert_int_eq(tcai_key_new(pair->issuer.public_key, pair->issuer.key_type, &key, NULL),
                     TCA_OK);
    return key;
}

static tca_result check_with(tcai_key *key, const signed_by *pair) {
    return tcai_key_check(key, pair->leaf.signature_algorithm,
                          (tcai_span){pair->digest.bytes, pair->digest.length},
                          pair->leaf.signature, NULL);
}

/* ---- memory that a key is made of ---- */

#define REGIONS 512

typedef struct memory_map {
    size_t count;
    struct {
        uintptr_t from, to;
    } regions[REGIONS];
} memory_map;

static void read_map(memory_map *map) {
    char line[512];
    FILE *file = fopen("/proc/self/maps", "r");
    ck_assert_ptr_nonnull(file);
    map->count = 0;
    while (fgets(line, sizeof(line), file) != NULL && map->count < REGIONS) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx rw", &from, &to) == 2 && strstr(line, " rw") != NULL) {
            map->regions[map->count].from = from;
            map->regions[map->count++].to = to;
        }
    }
    fclose(file);
}

static bool was_there(const memory_map *before, uintptr_t page) {
    for (size_t i = 0; i < before->count; i++) {
        if (page >= before->regions[i].from && page < before->regions[i].to) {
            return true;
        }
    }
    return false;
}

/* Every page that came since is only read from here on. */
static size_t protect_new(const memory_map *before, const memory_map *after) {
    size_t size = (size_t)sysconf(_SC_PAGESIZE), count = 0;
    for (size_t i = 0; i < after->count; i++) {
        for (uintptr_t page = after->regions[i].from; page < after->regions[i].to; page += size) {
            if (!was_there(before, page)) {
                ck_assert_int_eq(mprotect((void *)page, size, PROT_READ), 0);
                count++;
            }
        }
    }
    return count;
}

static void *make_key(void *pair) {
    return key_of(pair);
}

/* In a process of its own: the key is made by a thread, whose malloc() takes from pages that the
 * rest of the process does not use, and these are made read-only. 0: the check was good; a signal:
 * it wrote there. */
static int check_read_only(signed_by *pair) {
    static memory_map before, after;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        pthread_t maker;
        void *key = NULL;
        read_map(&before);
        bool made = pthread_create(&maker, NULL, make_key, pair) == 0 &&
                    pthread_join(maker, &key) == 0 && key != NULL;
        read_map(&after);
        bool apart =
            made && protect_new(&before, &after) > 0 && !was_there(&before, (uintptr_t)key);
        _exit(apart && check_with(key, pair) == TCA_OK && check_with(key, pair) == TCA_OK ? 0 : 1);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

START_TEST(a_check_with_an_ec_key_writes_nothing_of_it) {
    static const char *const pairs[][2] = {{"tenant-ca-b.der", "device-of-b.der"},
                                           {"tenant-ca-a.der", "device-of-a.der"}};
    if (!fail_alloc_available()) {
        return; /* a malloc of the sanitizer's own */
    }
    signed_by pair;
    read_pair(&pair, pairs[_i][0], pairs[_i][1]);
    ck_assert_int_eq(check_read_only(&pair), 0);
    free_pair(&pair);
}
END_TEST

/* Which shows that the test above would see it. */
START_TEST(a_check_with_an_rsa_key_writes_to_its_context) {
    if (!fail_alloc_available()) {
        return;
    }
    signed_by pair;
    read_pair(&pair, "tenant-ca-rsa-2048.der", "device-of-rsa-2048.der");
    int status = check_read_only(&pair);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    free_pair(&pair);
}
END_TEST

/* ---- contexts ---- */

START_TEST(checks_with_an_rsa_key_have_contexts_of_their_own) {
    enum { MANY = 20 };
    tcai_key_context *taken[MANY];
    signed_by pair;
    read_pair(&pair, "tenant-ca-rsa-2048.der", "device-of-rsa-2048.der");
    tcai_key *key = key_of(&pair);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < MANY; i++) {
            ck_assert_int_eq(tcai_key_take(key, &taken[i], NULL), TCA_OK);
            for (int n = 0; n < i; n++) {
                ck_assert_ptr_ne(taken[n], taken[i]);
            }
            ck_assert_int_eq(taken[i]->kept, i < 8);
            ck_assert_int_eq(check_with(key, &pair), TCA_OK);
        }
        for (int i = 0; i < MANY; i++) {
            tcai_key_give_back(key, taken[i]);
        }
    }
    tcai_key_context *first;
    ck_assert_int_eq(tcai_key_take(key, &first, NULL), TCA_OK);
    ck_assert_int_eq(first->kept, true);
    tcai_key_give_back(key, first);
    tcai_key_free(key);
    free_pair(&pair);
}
END_TEST

START_TEST(a_key_takes_no_signature_of_another_kind) {
    signed_by pair;
    read_pair(&pair, "tenant-ca-b.der", "device-of-b.der");
    tcai_key *key = key_of(&pair);
    ck_assert_int_eq(check_with(key, &pair), TCA_OK);
    pair.leaf.signature_algorithm = TCA_SIGNATURE_RSA_SHA384;
    ck_assert_int_eq(check_with(key, &pair), TCA_E_SIGNATURE);
    pair.leaf.signature_algorithm = TCA_SIGNATURE_OTHER;
    ck_assert_int_eq(check_with(key, &pair), TCA_E_SIGNATURE);
    ck_assert_uint_eq(tcai_signature_key_type(TCA_SIGNATURE_OTHER), TCA_KEY_OTHER);
    ck_assert_uint_eq(tcai_signature_key_type(99), TCA_KEY_OTHER);
    ck_assert_uint_eq(tcai_public_key_type(pair.issuer.public_key), TCA_KEY_EC);
    ck_assert_uint_eq(tcai_public_key_type(pair.issuer.subject), TCA_KEY_OTHER);
    tcai_key_free(key);
    free_pair(&pair);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("key");
    TCase *tests = tcase_create("key");
    tcase_add_loop_test(tests, a_check_with_an_ec_key_writes_nothing_of_it, 0, 2);
    tcase_add_test(tests, a_check_with_an_rsa_key_writes_to_its_context);
    tcase_add_test(tests, checks_with_an_rsa_key_have_contexts_of_their_own);
    tcase_add_test(tests, a_key_takes_no_signature_of_another_kind);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* A verifier is trusted entirely: so it first shows, on a good and on an altered signature, that it
 * can tell one from the other. */
#include "trust/trust.h"

typedef struct self_test {
    tcai_key_kind kind;
    uint32_t signature_algorithm;
    const char *name;
    tcai_span public_key;
    tcai_span digest;
    tcai_span signature;
} self_test;

/* Written by `make vectors` (tests/tools/vectors_self_test.c): keys and signatures of our own. */
#include "trust/self_test_data.h"

tcai_key_kind tcai_key_kind_of(uint32_t key_type, uint32_t key_bits) {
    if (key_type == TCA_KEY_RSA) {
        return key_bits >= 2048 ? TCAI_KIND_RSA : TCAI_KIND_NONE;
    }
    if (key_type != TCA_KEY_EC) {
        return TCAI_KIND_NONE;
    }
    return key_bits == 256   ? TCAI_KIND_P256
           : key_bits == 384 ? TCAI_KIND_P384
           : key_bits == 521 ? TCAI_KIND_P521
                             : TCAI_KIND_NONE;
}

static tca_result try_altered(const tcai_verifier *verifier, void *key, const self_test *test,
                              tca_error *error) {
    uint8_t altered[TCAI_DIGEST_SIZE_MAX];
    memcpy(altered, test->digest.data, test->digest.length);
    altered[test->digest.length - 1] ^= 1u;
    tca_result result =
        tcai_verifier_check(verifier, key, test->signature_algorithm,
                            (tcai_span){altered, test->digest.length}, test->signature, error);
    if (result == TCA_OK) {
        return tcai_fail(error, TCA_E_SIGNATURE, "verifier: calls an altered signature good");
    }
    return result == TCA_E_SIGNATURE ? TCA_OK : result;
}

static tca_result try_kind(const tcai_verifier *verifier, const self_test *test, tca_error *error) {
    void *key;
    tca_result result = tcai_verifier_key(verifier, test->public_key, &key, error);
    if (result != TCA_OK) {
        return result == TCA_E_KEY ? tcai_error_recode(error, TCA_E_SIGNATURE) : result;
    }
    result = tcai_verifier_check(verifier, key, test->signature_algorithm, test->digest,
                                 test->signature, error);
    if (result == TCA_OK) {
        result = try_altered(verifier, key, test, error);
    } else if (result == TCA_E_SIGNATURE) {
        tcai_error_prefix(error, "calls a good signature bad: ");
    }
    verifier->table.release(verifier->table.user, key);
    return result;
}

tca_result tcai_verifier_try(tcai_verifier *verifier, uint32_t kinds, tca_error *error) {
    uint32_t tried = atomic_load_explicit(&verifier->tried, memory_order_relaxed);
    for (size_t i = 0; i < sizeof(self_tests) / sizeof(self_tests[0]); i++) {
        if ((kinds & self_tests[i].kind & ~tried) == 0) {
            continue;
        }
        tca_result result = try_kind(verifier, &self_tests[i], error);
        if (result != TCA_OK) {
            tcai_error_prefix(error, "verifier, tried with %s: ", self_tests[i].name);
            return result;
        }
    }
    atomic_fetch_or_explicit(&verifier->tried, kinds, memory_order_relaxed);
    return TCA_OK;
}

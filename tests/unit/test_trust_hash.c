/* SPDX-License-Identifier: MIT */
/* SipHash-1-3 against OpenSSL's; shards. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/params.h>

#include "trust/trust.h"

#define KEY "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xAA\xBB\xCC\xDD\xEE\xFF"

static uint64_t hash_by_openssl(const uint8_t *message, size_t length) {
    unsigned compress = 1, finish = 3;
    size_t size = 8, written = 0;
    uint8_t hash[8];
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_uint("c-rounds", &compress),
                               OSSL_PARAM_construct_uint("d-rounds", &finish),
                               OSSL_PARAM_construct_size_t("size", &size),
                               OSSL_PARAM_construct_end()};
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    ck_assert_int_eq(EVP_MAC_init(context, (const uint8_t *)KEY, 16, parameters), 1);
    ck_assert_int_eq(EVP_MAC_update(context, message, length), 1);
    ck_assert_int_eq(EVP_MAC_final(context, hash, &written, sizeof(hash)), 1);
    ck_assert_uint_eq(written, sizeof(hash));
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(mac);
    uint64_t number = 0;
    for (size_t i = 0; i < sizeof(hash); i++) {
        number |= (uint64_t)hash[i] << (8 * i);
    }
    return number;
}

START_TEST(hashes_are_siphash_1_3) {
    uint8_t message[700];
    tcai_secret secret;
    ck_assert_int_eq(tcai_secret_import((const uint8_t *)KEY, 16, &secret, NULL), TCA_OK);
    for (size_t i = 0; i < sizeof(message); i++) {
        message[i] = (uint8_t)(i * 7 + i / 256);
    }
    for (size_t length = 0; length <= sizeof(message); length += length < 300 ? 1 : 37) {
        ck_assert_msg(tcai_siphash(&secret, (tcai_span){message, length}) ==
                          hash_by_openssl(message, length),
                      "%zu bytes", length);
    }
    tcai_secret none;
    ck_assert_int_eq(tcai_secret_import(NULL, 0, &none, NULL), TCA_OK);
    ck_assert_uint_ne(tcai_siphash(&none, (tcai_span){message, 9}),
                      tcai_siphash(&secret, (tcai_span){message, 9}));
}
END_TEST

START_TEST(shards_lie_within_their_number) {
    for (uint32_t count = 1; count <= 64; count *= 2) {
        ck_assert_uint_lt(tcai_shard(count), count);
        ck_assert_uint_eq(tcai_shard(count), tcai_shard(count));
    }
    ck_assert_uint_eq(tcai_power_of_two(1), 1);
    ck_assert_uint_eq(tcai_power_of_two(2), 2);
    ck_assert_uint_eq(tcai_power_of_two(3), 4);
    ck_assert_uint_eq(tcai_power_of_two(20000000), 33554432);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("trust: hashes");
    TCase *tests = tcase_create("trust: hashes");
    tcase_add_test(tests, hashes_are_siphash_1_3);
    tcase_add_test(tests, shards_lie_within_their_number);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

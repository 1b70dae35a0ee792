/* SPDX-License-Identifier: MIT */
/* Base64 against OpenSSL's encoder, and what is not base64. */
#include <check.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "base/base.h"
#include "crypto/crypto.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool decode(const char *text, size_t text_length, uint8_t *out, size_t *length) {
    uint8_t *exact = malloc(text_length + 1);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, text, text_length);
    bool done = tcai_base64_decode((tcai_span){exact, text_length}, out, length);
    free(exact);
    return done;
}

START_TEST(every_length_comes_back) {
    uint8_t data[200], back[TCAI_BASE64_DECODED_SIZE(400)];
    char text[400], wrapped[1200];
    for (int length = 1; length < (int)sizeof(data); length++) {
        for (int i = 0; i < length; i++) {
            data[i] = (uint8_t)(i * 151 + length * 7);
        }
        int characters = EVP_EncodeBlock((unsigned char *)text, data, length);
        tca_bytes *encoded = tcai_base64_encode((tcai_span){data, (size_t)length});
        ck_assert_ptr_nonnull(encoded);
        ck_assert_uint_eq(encoded->length, (size_t)characters);
        ck_assert_mem_eq(encoded->data, text, encoded->length + 1);
        tca_bytes_unref(encoded);
        size_t back_length = 0;
        ck_assert(decode(text, (size_t)characters, back, &back_length));
        ck_assert_uint_eq(back_length, (size_t)length);
        ck_assert_mem_eq(back, data, back_length);

        /* White space wherever it may stand. */
        for (size_t every = 1; every < 8; every++) {
            size_t at = 0;
            for (size_t i = 0; i < (size_t)characters; i++) {
                wrapped[at++] = text[i];
                if (i % every == every - 1) {
                    wrapped[at++] = " \n\t\r"[i % 4];
                }
            }
            ck_assert(decode(wrapped, at, back, &back_length));
            ck_assert_uint_eq(back_length, (size_t)length);
            ck_assert_mem_eq(back, data, back_length);
        }
    }
}
END_TEST

START_TEST(nothing_is_encoded_as_nothing) {
    tca_bytes *encoded = tcai_base64_encode((tcai_span){NULL, 0});
    ck_assert_ptr_nonnull(encoded);
    ck_assert_uint_eq(encoded->length, 0);
    tca_bytes_unref(encoded);
}
END_TEST

START_TEST(a_length_that_cannot_be_encoded) {
    ck_assert_ptr_null(tcai_base64_encode((tcai_span){(const uint8_t *)"", SIZE_MAX / 2}));
}
END_TEST

/* Each of the 256 octets, in each place of a group. */
START_TEST(every_character) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (unsigned octet = 0; octet < 256; octet++) {
        for (size_t place = 0; place < 4; place++) {
            char text[] = "AAAAAAAA";
            text[place] = (char)octet;
            uint8_t back[TCAI_BASE64_DECODED_SIZE(8)];
            size_t length;
            bool digit = octet != 0 && strchr(digits, (int)octet) != NULL;
            ck_assert_msg(decode(text, 8, back, &length) == digit, "octet %u, place %zu", octet,
                          place);
        }
    }
}
END_TEST

static const struct {
    const char *text;
    int length; /* of what it decodes to; -1: none */
} cases[] = {
    {"", 0},      {" \n", 0},    {"AA==", 1},    {"AAA=", 2},          {"AA= =\n", 1},
    {"A", -1},    {"AA", -1},    {"AAA", -1},    {"A===", -1},         {"====", -1},
    {"=", -1},    {"AA=", -1},   {"AAA==", -1},  {"AAAA=", -1},        {"AA==AAAA", -1},
    {"AB==", -1}, {"AAB=", -1},  {"AA=A", -1},   {"AA==x", -1},        {"AA===", -1},
    {"A-A_", -1}, {"AAAA!", -1}, {"AA\v==", -1}, {"AAAA\xC2\xA0", -1},
};

START_TEST(padding_and_unused_bits) {
    uint8_t back[64];
    size_t length = 77;
    bool done = decode(cases[_i].text, strlen(cases[_i].text), back, &length);
    ck_assert_msg(done == (cases[_i].length >= 0), "%s", cases[_i].text);
    ck_assert(!done || length == (size_t)cases[_i].length);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("base64");
    TCase *tests = tcase_create("base64");
    tcase_add_test(tests, every_length_comes_back);
    tcase_add_test(tests, nothing_is_encoded_as_nothing);
    tcase_add_test(tests, a_length_that_cannot_be_encoded);
    tcase_add_test(tests, every_character);
    tcase_add_loop_test(tests, padding_and_unused_bits, 0, COUNT(cases));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* PEM blocks: found, told apart, refused; and written as OpenSSL writes them. */
#include <check.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <stdlib.h>

#include "crypto/crypto.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BLOCK(label) "-----BEGIN " label "-----\nMAA=\n-----END " label "-----\n"

static const struct {
    const char *text;
    tca_result result; /* of the first block */
    tcai_pem_label label;
    int more; /* blocks behind it */
} cases[] = {
    {"", TCA_E_NOT_FOUND, 0, 0},
    {"no block -----", TCA_E_NOT_FOUND, 0, 0},
    {BLOCK("CERTIFICATE"), TCA_OK, TCAI_PEM_CERTIFICATE, 0},
    {BLOCK("X509 CERTIFICATE"), TCA_OK, TCAI_PEM_CERTIFICATE, 0},
    {BLOCK("PKCS7"), TCA_OK, TCAI_PEM_PKCS7, 0},
    {BLOCK("CMS"), TCA_OK, TCAI_PEM_PKCS7, 0},
    {BLOCK("PRIVATE KEY"), TCA_OK, TCAI_PEM_OTHER, 0},
    {BLOCK("TRUSTED CERTIFICATE"), TCA_OK, TCAI_PEM_TRUSTED_CERTIFICATE, 0},
    {"text\n" BLOCK("CERTIFICATE") "between\n" BLOCK("PKCS7") "behind", TCA_OK,
     TCAI_PEM_CERTIFICATE, 1},
    {"-----BEGIN CERTIFICATE-----\r\nMAA=\r\n-----END CERTIFICATE-----", TCA_OK,
     TCAI_PEM_CERTIFICATE, 0},
    {"-----BEGIN CERTIFICATE-----\nMAA=\n", TCA_E_MALFORMED, 0, 0},
    {"-----BEGIN CERTIFICATE-----\nMAA=\n-----END PKCS7-----\n", TCA_E_MALFORMED, 0, 0},
    {"-----BEGIN CERTIFICATE\nMAA=\n-----END CERTIFICATE-----\n", TCA_E_MALFORMED, 0, 0},
    {"-----BEGIN ", TCA_E_MALFORMED, 0, 0},
    {"-----BEGIN CERTIFICATE-----\n" BLOCK("CERTIFICATE"), TCA_E_MALFORMED, 0, 0},
};

START_TEST(finds_blocks) {
    size_t length = strlen(cases[_i].text);
    uint8_t *exact = malloc(length + 1);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, cases[_i].text, length);
    tcai_span text = {exact, length}, base64;
    tcai_pem_label label;
    ck_assert_int_eq(tcai_pem_present(text), cases[_i].result != TCA_E_NOT_FOUND);
    ck_assert_int_eq(tcai_pem_next(&text, &label, &base64, NULL), cases[_i].result);
    if (cases[_i].result == TCA_OK) {
        uint8_t octets[16];
        size_t octet_count;
        ck_assert_int_eq(label, cases[_i].label);
        ck_assert(tcai_base64_decode(base64, octets, &octet_count));
        ck_assert_uint_eq(octet_count, 2);
        for (int i = 0; i < cases[_i].more; i++) {
            ck_assert_int_eq(tcai_pem_next(&text, &label, &base64, NULL), TCA_OK);
        }
        ck_assert_int_eq(tcai_pem_next(&text, &label, &base64, NULL), TCA_E_NOT_FOUND);
    }
    free(exact);
}
END_TEST

START_TEST(writes_as_openssl_does) {
    uint8_t octets[300];
    for (size_t i = 0; i < sizeof(octets); i++) {
        octets[i] = (uint8_t)(i * 37);
    }
    for (size_t length = 1; length < sizeof(octets); length++) {
        BIO *bio = BIO_new(BIO_s_mem());
        ck_assert_int_gt(PEM_write_bio(bio, "CERTIFICATE", "", octets, (long)length), 0);
        char *text;
        size_t text_length = (size_t)BIO_get_mem_data(bio, &text);
        tca_bytes *pem = tcai_pem_encode_certificate((tcai_span){octets, length});
        ck_assert_ptr_nonnull(pem);
        ck_assert_uint_eq(pem->length, text_length);
        ck_assert_mem_eq(pem->data, text, text_length);
        tca_bytes_unref(pem);
        BIO_free(bio);
    }
}
END_TEST

/* The trust that OpenSSL itself writes with `openssl x509 -addtrust clientAuth -trustout`. */
START_TEST(a_client_anchor_is_as_openssl_writes_it) {
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    X509 *x509 = X509_new();
    unsigned char *octets = NULL;
    char *text;
    X509_set_version(x509, 2);
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 60);
    X509_set_pubkey(x509, key);
    ck_assert_int_gt(X509_sign(x509, key, EVP_sha256()), 0);
    int length = i2d_X509(x509, &octets);
    ck_assert_int_gt(length, 0);
    BIO *bio = BIO_new(BIO_s_mem());
    ck_assert_int_eq(X509_add1_trust_object(x509, OBJ_nid2obj(NID_client_auth)), 1);
    ck_assert_int_eq(PEM_write_bio_X509_AUX(bio, x509), 1);
    size_t text_length = (size_t)BIO_get_mem_data(bio, &text);
    tca_bytes *pem = tcai_pem_encode_client_anchor((tcai_span){octets, (size_t)length});
    ck_assert_ptr_nonnull(pem);
    ck_assert_uint_eq(pem->length, text_length);
    ck_assert_mem_eq(pem->data, text, text_length);
    tca_bytes_unref(pem);
    OPENSSL_free(octets);
    BIO_free(bio);
    X509_free(x509);
    EVP_PKEY_free(key);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("PEM");
    TCase *tests = tcase_create("PEM");
    tcase_add_loop_test(tests, finds_blocks, 0, COUNT(cases));
    tcase_add_test(tests, writes_as_openssl_does);
    tcase_add_test(tests, a_client_anchor_is_as_openssl_writes_it);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* Certificates: the recorded ones, the vectors with OpenSSL as the judge, names, issuers, options,
 * threads. */
#define _POSIX_C_SOURCE 200809L /* pthread_barrier_t */

#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/x509_crt.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "simulator/issuer.h"
#include "tenantca/tenantca.h"

#define SEED 20260405

/* ---- files ---- */

typedef struct input {
    uint8_t *data;
    size_t length;
} input;

static bool read_path(const char *path, input *in) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    *in = (input){malloc(1 << 20), 0};
    ck_assert_ptr_nonnull(in->data);
    in->length = fread(in->data, 1, 1 << 20, file);
    fclose(file);
    return true;
}

static input vector(const char *name) {
    const char *folder = getenv("TENANTCA_VECTORS");
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder == NULL ? "tests/vectors" : folder, name);
    input in;
    ck_assert_msg(read_path(path, &in), "%s", path);
    return in;
}

static bool recorded(const char *name, input *in) {
    const char *folder = getenv("TENANTCA_DATA");
    char path[512];
    snprintf(path, sizeof(path), "%s/azure-sphere-real/%s",
             folder == NULL ? "../shared/data" : folder, name);
    if (!read_path(path, in)) {
        printf("skipped: no recorded data (%s)\n", name);
        return false;
    }
    return true;
}

static const char *message_of(const tca_error *error) {
    const char *text;
    tca_error_message(error, &text, NULL);
    return text;
}

static tca_certificate *parse(input in) {
    tca_error *error;
    tca_certificate *certificate = NULL;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    tca_result result = tca_certificate_parse(in.data, in.length, NULL, &certificate, error);
    ck_assert_msg(result == TCA_OK, "%s: %s", tca_result_name(result), message_of(error));
    tca_error_unref(error);
    return certificate;
}

static tca_certificate *parse_vector(const char *name) {
    input in = vector(name);
    tca_certificate *certificate = parse(in);
    free(in.data);
    return certificate;
}

static tca_certificate *parse_issued(const issued *made) {
    return parse((input){made->certificate.data, made->certificate.length});
}

typedef tca_result text_getter(const tca_certificate *, const char **, size_t *);
typedef tca_result bytes_getter(const tca_certificate *, const uint8_t **, size_t *);

static const char *text_of(text_getter *get, const tca_certificate *certificate) {
    const char *text;
    size_t length;
    ck_assert_int_eq(get(certificate, &text, &length), TCA_OK);
    ck_assert_uint_eq(strlen(text), length);
    return text;
}

static bool missing_text(text_getter *get, const tca_certificate *certificate) {
    const char *text = "before";
    size_t length = 77;
    return get(certificate, &text, &length) == TCA_E_NOT_FOUND && text == NULL && length == 0;
}

static bool missing_bytes(bytes_getter *get, const tca_certificate *certificate) {
    const uint8_t *data = (const uint8_t *)"before";
    size_t length = 77;
    return get(certificate, &data, &length) == TCA_E_NOT_FOUND && data == NULL && length == 0;
}

static tca_certificate_info info_of(const tca_certificate *certificate) {
    tca_certificate_info info = {.struct_size = sizeof(info)};
    ck_assert_int_eq(tca_certificate_get_info(certificate, &info), TCA_OK);
    return info;
}

static void format_time(tca_unix time, char text[TCA_TIME_TEXT_SIZE]) {
    ck_assert_int_eq(tca_time_format(time, text, TCA_TIME_TEXT_SIZE, NULL), TCA_OK);
}

/* ---- the recorded ones ---- */

static const struct {
    const char *file, *thumbprint, *serial, *tenant, *not_before, *not_after;
} recorded_cas[] = {
    {"azps-mainscenario-tenant-ca.cer", "54D2E787F1B3B3DFE33A20611A951717B60E956A",
     "0086BF0280BC7C845728D9347A5CADBF31", "6cb5627c-4d5a-46a2-b2cd-9f5c01912220",
     "2024-04-01T05:43:31Z", "2026-04-01T05:43:31Z"},
    {"be51057e-active-2023.cer", "BFF18CC17D19D7E3B7884091981E0190F8E84181",
     "11D6501213A2B3987929F7909769F7B5", "be51057e-e6eb-487d-82c8-a7043ccab9e1",
     "2023-05-16T14:55:00Z", "2025-05-15T14:55:00Z"},
};

START_TEST(reads_a_recorded_tenant_ca) {
    input in;
    if (!recorded(recorded_cas[_i].file, &in)) {
        return;
    }
    tca_certificate *ca = parse(in);
    ck_assert_str_eq(text_of(tca_certificate_thumbprint, ca), recorded_cas[_i].thumbprint);
    ck_assert_str_eq(text_of(tca_certificate_serial_text, ca), recorded_cas[_i].serial);
    ck_assert_str_eq(text_of(tca_certificate_tenant_id, ca), recorded_cas[_i].tenant);
    char wanted[256];
    snprintf(wanted, sizeof(wanted),
             "CN=Microsoft Azure Sphere %s,O=Microsoft Corporation,L=Redmond,ST=Washington,C=US",
             recorded_cas[_i].tenant);
    ck_assert_str_eq(text_of(tca_certificate_subject, ca), wanted);
    ck_assert_str_eq(text_of(tca_certificate_issuer, ca),
                     "CN=Azure Sphere Policy CA 2022,O=Microsoft Corporation,C=US");
    tca_certificate_info info = info_of(ca);
    char begin[TCA_TIME_TEXT_SIZE], end[TCA_TIME_TEXT_SIZE];
    format_time(info.not_before, begin);
    format_time(info.not_after, end);
    ck_assert_str_eq(begin, recorded_cas[_i].not_before);
    ck_assert_str_eq(end, recorded_cas[_i].not_after);
    ck_assert_uint_eq(info.key_type, TCA_KEY_EC);
    ck_assert_uint_eq(info.key_bits, 384);
    ck_assert_uint_eq(info.signature_algorithm, TCA_SIGNATURE_ECDSA_SHA384);
    ck_assert_str_eq(tca_signature_algorithm_name(info.signature_algorithm), "ecdsa-with-SHA384");
    ck_assert_uint_eq(info.flags, TCA_CERTIFICATE_IS_CA | TCA_CERTIFICATE_HAS_KEY_USAGE);
    ck_assert_uint_eq(info.key_usage, TCA_KEY_USAGE_DIGITAL_SIGNATURE |
                                          TCA_KEY_USAGE_KEY_CERT_SIGN | TCA_KEY_USAGE_CRL_SIGN);
    ck_assert(missing_bytes(tca_certificate_subject_key_id, ca));
    ck_assert(missing_bytes(tca_certificate_authority_key_id, ca));
    static const char uri[] = "http://crl.sphere.azure.net/Microsoft Azure Sphere Policy2022.crl";
    const uint8_t *data;
    size_t length;
    ck_assert_int_eq(tca_certificate_extension(ca, "2.5.29.31", 9, &data, &length), TCA_OK);
    ck_assert_uint_ge(length, sizeof(uri) - 1);
    ck_assert_mem_eq(data + length - (sizeof(uri) - 1), uri, sizeof(uri) - 1);
    tca_certificate_unref(ca);
    free(in.data);
}
END_TEST

START_TEST(reads_the_recorded_chain) {
    static const char *const thumbprints[] = {"4CED7C526FAD7EF1AE6A034E820F2DD5876EFE40",
                                              "EAA66D8B53A7EDE5AC50DBB239ECBE36796E552E",
                                              "54D2E787F1B3B3DFE33A20611A951717B60E956A"};
    input in;
    if (!recorded("azps-mainscenario-tenant-ca-chain.p7b", &in)) {
        return;
    }
    tca_certificate_list *list;
    ck_assert_int_eq(tca_certificate_list_parse(in.data, in.length, NULL, &list, NULL), TCA_OK);
    ck_assert_uint_eq(tca_certificate_list_count(list), 3);
    const tca_certificate *chain[3];
    for (uint32_t i = 0; i < 3; i++) {
        ck_assert_int_eq(tca_certificate_list_get(list, i, &chain[i]), TCA_OK);
        ck_assert_str_eq(text_of(tca_certificate_thumbprint, chain[i]), thumbprints[i]);
    }
    ck_assert_int_eq(tca_certificate_check_issued_by(chain[2], chain[1], NULL), TCA_OK);
    ck_assert_int_eq(tca_certificate_check_issued_by(chain[1], chain[0], NULL), TCA_OK);
    ck_assert_int_eq(tca_certificate_check_issued_by(chain[0], chain[0], NULL), TCA_OK);
    ck_assert_int_eq(tca_certificate_check_issued_by(chain[2], chain[0], NULL), TCA_E_ISSUER);
    tca_certificate_list_unref(list);
    free(in.data);
}
END_TEST

static void check_proof(input proof_in, tca_certificate *ca, tca_certificate *other,
                        const char *code) {
    mbedtls_x509_crt theirs;
    mbedtls_x509_crt_init(&theirs);
    ck_assert_int_eq(mbedtls_x509_crt_parse_der(&theirs, proof_in.data, proof_in.length), -0x2564);
    mbedtls_x509_crt_free(&theirs);

    tca_certificate *proof = parse(proof_in);
    tca_certificate_info info = info_of(proof);
    ck_assert_uint_eq(info.flags, TCA_CERTIFICATE_IS_PROOF | TCA_CERTIFICATE_HAS_KEY_USAGE |
                                      TCA_CERTIFICATE_HAS_EXTENDED_KEY_USAGE);
    ck_assert_uint_eq(info.key_usage, TCA_KEY_USAGE_ENCIPHER_ONLY);
    ck_assert_uint_eq(info.extended_key_usage, 0);
    ck_assert_int_eq(info.not_after - info.not_before, INT64_C(65) * 60);
    ck_assert_str_eq(text_of(tca_certificate_issuer, proof), text_of(tca_certificate_subject, ca));
    if (code != NULL) {
        ck_assert_str_eq(text_of(tca_certificate_common_name, proof), code);
    }
    ck_assert(missing_text(tca_certificate_tenant_id, proof));
    ck_assert_int_eq(tca_certificate_check_issued_by(proof, ca, NULL), TCA_OK);
    ck_assert_int_ne(tca_certificate_check_issued_by(proof, other, NULL), TCA_OK);
    tca_certificate_unref(proof);
}

START_TEST(reads_the_recorded_proofs) {
    input cas[2], proofs[2];
    if (!recorded("azps-mainscenario-tenant-ca.cer", &cas[0]) ||
        !recorded("be51057e-active-2023.cer", &cas[1]) ||
        !recorded("azps-mainscenario-proof-of-possession.cer", &proofs[0]) ||
        !recorded("be51057e-proof-of-possession-2023.cer", &proofs[1])) {
        return;
    }
    tca_certificate *one = parse(cas[0]), *other = parse(cas[1]);
    check_proof(proofs[0], one, other, "proofOfPossessionNonce");
    check_proof(proofs[1], other, one, NULL);
    tca_certificate_unref(one);
    tca_certificate_unref(other);
    for (int i = 0; i < 2; i++) {
        free(cas[i].data);
        free(proofs[i].data);
    }
}
END_TEST

START_TEST(reads_a_proof) {
    input in = vector("proof-of-a.der");
    tca_certificate *a = parse_vector("tenant-ca-a.der");
    tca_certificate *b = parse_vector("tenant-ca-b.der");
    check_proof(in, a, b, NULL);
    tca_certificate_unref(a);
    tca_certificate_unref(b);
    free(in.data);
}
END_TEST

/* ---- with OpenSSL as the judge ---- */

static tca_unix unix_of(const ASN1_TIME *time) {
    int days, seconds;
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    ck_assert_int_eq(ASN1_TIME_diff(&days, &seconds, epoch, time), 1);
    ASN1_TIME_free(epoch);
    return (tca_unix)days * 86400 + seconds;
}

static void same_digest(const EVP_MD *md, const X509 *theirs, const char *text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length;
    ck_assert_int_eq(X509_digest(theirs, md, digest, &length), 1);
    char hexadecimal[2 * EVP_MAX_MD_SIZE + 1];
    for (unsigned i = 0; i < length; i++) {
        snprintf(hexadecimal + 2 * i, 3, "%02X", digest[i]);
    }
    ck_assert_str_eq(text, hexadecimal);
}

static void same_key(const tca_certificate_info *info, X509 *theirs) {
    EVP_PKEY *key = X509_get0_pubkey(theirs);
    ck_assert_ptr_nonnull(key);
    ck_assert_uint_eq(info->key_type,
                      EVP_PKEY_base_id(key) == EVP_PKEY_RSA ? TCA_KEY_RSA : TCA_KEY_EC);
    ck_assert_int_eq((int)info->key_bits, EVP_PKEY_bits(key));
}

static uint32_t signature_algorithm_of(const X509 *theirs) {
    static const struct {
        int nid;
        uint32_t number;
    } numbers[] = {
        {NID_ecdsa_with_SHA256, TCA_SIGNATURE_ECDSA_SHA256},
        {NID_ecdsa_with_SHA384, TCA_SIGNATURE_ECDSA_SHA384},
        {NID_ecdsa_with_SHA512, TCA_SIGNATURE_ECDSA_SHA512},
        {NID_sha256WithRSAEncryption, TCA_SIGNATURE_RSA_SHA256},
        {NID_sha384WithRSAEncryption, TCA_SIGNATURE_RSA_SHA384},
        {NID_sha512WithRSAEncryption, TCA_SIGNATURE_RSA_SHA512},
    };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (numbers[i].nid == X509_get_signature_nid(theirs)) {
            return numbers[i].number;
        }
    }
    ck_abort_msg("an algorithm that this test does not know");
}

static uint32_t key_usage_of(X509 *theirs) {
    /* RFC 5280 numbers the bits from the left of each octet, OpenSSL keeps the octets. */
    uint32_t theirs_bits = X509_get_key_usage(theirs), ours = 0;
    for (unsigned bit = 0; bit < 8; bit++) {
        ours |= (theirs_bits >> (7 - bit) & 1u) << bit;
    }
    return ours | (theirs_bits >> 15 & 1u) << 8;
}

static uint32_t extended_key_usage_of(X509 *theirs) {
    static const uint32_t pairs[][2] = {
        {XKU_SSL_SERVER, TCA_EXTENDED_KEY_USAGE_SERVER_AUTH},
        {XKU_SSL_CLIENT, TCA_EXTENDED_KEY_USAGE_CLIENT_AUTH},
        {XKU_CODE_SIGN, TCA_EXTENDED_KEY_USAGE_CODE_SIGNING},
        {XKU_SMIME, TCA_EXTENDED_KEY_USAGE_EMAIL_PROTECTION},
        {XKU_TIMESTAMP, TCA_EXTENDED_KEY_USAGE_TIME_STAMPING},
        {XKU_OCSP_SIGN, TCA_EXTENDED_KEY_USAGE_OCSP_SIGNING},
        {XKU_ANYEKU, TCA_EXTENDED_KEY_USAGE_ANY},
    };
    uint32_t ours = 0;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        ours |= (X509_get_extended_key_usage(theirs) & pairs[i][0]) != 0 ? pairs[i][1] : 0;
    }
    return ours;
}

static void same_usage(const tca_certificate_info *info, X509 *theirs) {
    uint32_t flags = X509_get_extension_flags(theirs);
    ck_assert_int_eq((info->flags & TCA_CERTIFICATE_IS_CA) != 0, (flags & EXFLAG_CA) != 0);
    ck_assert_int_eq((info->flags & TCA_CERTIFICATE_HAS_KEY_USAGE) != 0,
                     (flags & EXFLAG_KUSAGE) != 0);
    if ((flags & EXFLAG_KUSAGE) != 0) {
        ck_assert_uint_eq(info->key_usage, key_usage_of(theirs));
    }
    ck_assert_int_eq((info->flags & TCA_CERTIFICATE_HAS_EXTENDED_KEY_USAGE) != 0,
                     (flags & EXFLAG_XKUSAGE) != 0);
    if ((flags & EXFLAG_XKUSAGE) != 0) {
        ck_assert_uint_eq(info->extended_key_usage, extended_key_usage_of(theirs));
    }
    long path_length = X509_get_pathlen(theirs);
    ck_assert_int_eq((info->flags & TCA_CERTIFICATE_HAS_PATH_LENGTH) != 0, path_length >= 0);
    ck_assert_int_eq((long)info->path_length, path_length < 0 ? 0 : path_length);
}

static void same_octets(const ASN1_OCTET_STRING *theirs, bytes_getter *get,
                        const tca_certificate *certificate) {
    if (theirs == NULL) {
        ck_assert(missing_bytes(get, certificate));
        return;
    }
    const uint8_t *data;
    size_t length;
    ck_assert_int_eq(get(certificate, &data, &length), TCA_OK);
    ck_assert_int_eq((int)length, ASN1_STRING_length(theirs));
    ck_assert_mem_eq(data, ASN1_STRING_get0_data(theirs), length);
}

static void same_der(unsigned char *theirs, int their_length, bytes_getter *get,
                     const tca_certificate *certificate) {
    const uint8_t *data;
    size_t length;
    ck_assert_int_eq(get(certificate, &data, &length), TCA_OK);
    ck_assert_int_eq((int)length, their_length);
    ck_assert_mem_eq(data, theirs, length);
    OPENSSL_free(theirs);
}

static void same_parts(X509 *theirs, const tca_certificate *ours) {
    unsigned char *bytes = NULL;
    int length = i2d_X509(theirs, &bytes);
    same_der(bytes, length, tca_certificate_der, ours);
    bytes = NULL;
    length = i2d_X509_NAME(X509_get_subject_name(theirs), &bytes);
    same_der(bytes, length, tca_certificate_subject_der, ours);
    bytes = NULL;
    length = i2d_X509_NAME(X509_get_issuer_name(theirs), &bytes);
    same_der(bytes, length, tca_certificate_issuer_der, ours);
    bytes = NULL;
    length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(theirs), &bytes);
    same_der(bytes, length, tca_certificate_public_key_der, ours);

    const uint8_t *serial;
    size_t serial_length;
    ck_assert_int_eq(tca_certificate_serial(ours, &serial, &serial_length), TCA_OK);
    bytes = NULL;
    length = i2d_ASN1_INTEGER(X509_get0_serialNumber(theirs), &bytes);
    ck_assert_int_eq((int)serial_length + 2, length);
    ck_assert_mem_eq(serial, bytes + 2, serial_length);
    OPENSSL_free(bytes);
}

/* Where no attribute needs what the two write differently: escapes and dotted types. */
static void same_names(X509 *theirs, const tca_certificate *ours) {
    const struct {
        X509_NAME *name;
        text_getter *get;
    } names[] = {{X509_get_subject_name(theirs), tca_certificate_subject},
                 {X509_get_issuer_name(theirs), tca_certificate_issuer}};
    for (size_t i = 0; i < 2; i++) {
        BIO *bio = BIO_new(BIO_s_mem());
        ck_assert_int_ge(X509_NAME_print_ex(bio, names[i].name, 0,
                                            XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB),
                         0);
        char *text;
        long length = BIO_get_mem_data(bio, &text);
        const char *own = text_of(names[i].get, ours);
        ck_assert_uint_eq(strlen(own), (size_t)length);
        ck_assert_mem_eq(own, text, (size_t)length);
        BIO_free(bio);
    }
}

static void same_pem(X509 *theirs, const tca_certificate *ours) {
    BIO *bio = BIO_new(BIO_s_mem());
    ck_assert_int_eq(PEM_write_bio_X509(bio, theirs), 1);
    char *text;
    size_t length = (size_t)BIO_get_mem_data(bio, &text);
    tca_bytes *pem;
    ck_assert_int_eq(tca_certificate_pem(ours, &pem, NULL), TCA_OK);
    const uint8_t *data;
    size_t own_length;
    tca_bytes_view(pem, &data, &own_length);
    ck_assert_uint_eq(own_length, length);
    ck_assert_mem_eq(data, text, length);
    ck_assert_uint_eq(data[length], 0);
    tca_certificate *again = parse((input){(uint8_t *)(uintptr_t)data, own_length});
    ck_assert_uint_eq(tca_certificate_equal(ours, again), 1);
    tca_certificate_unref(again);
    tca_bytes_unref(pem);
    BIO_free(bio);
}

static void same_as_openssl(input in, bool plain_names) {
    const unsigned char *at = in.data;
    X509 *theirs = d2i_X509(NULL, &at, (long)in.length);
    ck_assert_ptr_nonnull(theirs);
    tca_certificate *ours = parse(in);
    tca_certificate_info info = info_of(ours);
    ck_assert_int_eq(info.not_before, unix_of(X509_get0_notBefore(theirs)));
    ck_assert_int_eq(info.not_after, unix_of(X509_get0_notAfter(theirs)));
    ck_assert_int_eq((long)info.version, X509_get_version(theirs) + 1);
    ck_assert_uint_eq(info.signature_algorithm, signature_algorithm_of(theirs));
    ck_assert_uint_eq(info.reserved, 0);
    same_digest(EVP_sha1(), theirs, text_of(tca_certificate_thumbprint, ours));
    same_digest(EVP_sha256(), theirs, text_of(tca_certificate_thumbprint_sha256, ours));
    same_key(&info, theirs);
    same_usage(&info, theirs);
    same_octets(X509_get0_subject_key_id(theirs), tca_certificate_subject_key_id, ours);
    same_octets(X509_get0_authority_key_id(theirs), tca_certificate_authority_key_id, ours);
    same_parts(theirs, ours);
    if (plain_names) {
        same_names(theirs, ours);
    }
    same_pem(theirs, ours);
    tca_certificate_unref(ours);
    X509_free(theirs);
}

static const char *const recorded_certificates[] = {
    "azps-mainscenario-tenant-ca.cer",
    "be51057e-active-2023.cer",
    "azps-mainscenario-proof-of-possession.cer",
    "be51057e-proof-of-possession-2023.cer",
};

START_TEST(recorded_ones_are_as_openssl_reads_them) {
    input in;
    if (recorded(recorded_certificates[_i], &in)) {
        same_as_openssl(in, true);
        free(in.data);
    }
}
END_TEST

/* ---- index.txt ---- */

static bool ends_in(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static void check_refused(const char *name, input in) {
    tca_error *error;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    tca_certificate *certificate = (tca_certificate *)(uintptr_t)1;
    tca_result result = tca_certificate_parse(in.data, in.length, NULL, &certificate, error);
    ck_assert_msg(result == (strcmp(name, "bad-unknown-critical-extension.der") == 0
                                 ? TCA_E_CRITICAL_EXTENSION
                                 : TCA_E_MALFORMED),
                  "%s: %s", name, tca_result_name(result));
    ck_assert_ptr_null(certificate);
    ck_assert_str_ne(message_of(error), "");
    tca_error_unref(error);
}

START_TEST(every_vector_is_accepted_or_refused_as_the_index_says) {
    input in = vector("index.txt");
    in.data[in.length] = '\0';
    unsigned certificates = 0, refused = 0;
    for (char *line = strtok((char *)in.data, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char name[128], sha1[64], sha256[80], verdict[16];
        if (line[0] == '#' ||
            sscanf(line, "%127[^\t]\t%63[^\t]\t%79[^\t]\t%15[^\t]", name, sha1, sha256, verdict) !=
                4 ||
            !ends_in(name, ".der")) {
            continue;
        }
        input one = vector(name);
        if (strcmp(verdict, "accept") == 0) {
            tca_certificate *certificate = parse(one);
            ck_assert_str_eq(text_of(tca_certificate_thumbprint, certificate), sha1);
            ck_assert_str_eq(text_of(tca_certificate_thumbprint_sha256, certificate), sha256);
            tca_certificate_unref(certificate);
            same_as_openssl(one, strncmp(name, "subject-", 8) != 0);
            certificates++;
        } else {
            ck_assert_str_eq(verdict, "refuse");
            check_refused(name, one);
            refused++;
        }
        free(one.data);
    }
    ck_assert_uint_ge(certificates, 25);
    ck_assert_uint_ge(refused, 35);
    free(in.data);
}
END_TEST

/* ---- encodings ---- */

static const struct {
    const char *file;
    const char *certificates[5];
} encodings[] = {
    {"tenant-ca-a.der", {"tenant-ca-a.der"}},
    {"tenant-ca-a-bom.cer", {"tenant-ca-a.der"}},
    {"tenant-ca-a.b64", {"tenant-ca-a.der"}},
    {"chain.p7b", {"root.der", "policy-ca-2022.der", "tenant-ca-a.der"}},
    {"chain.p7b.pem", {"root.der", "policy-ca-2022.der", "tenant-ca-a.der"}},
    {"chain.p7b.b64", {"root.der", "policy-ca-2022.der", "tenant-ca-a.der"}},
    {"chain-shuffled.p7b",
     {"tenant-ca-b.der", "root.der", "tenant-ca-a.der", "policy-ca-2022.der"}},
    {"bundle.pem", {"tenant-ca-a.der", "tenant-ca-b.der"}},
    {"bundle-crlf.pem", {"tenant-ca-a.der", "tenant-ca-b.der"}},
};

START_TEST(reads_every_encoding_in_order) {
    input in = vector(encodings[_i].file);
    tca_certificate_list *list;
    ck_assert_int_eq(tca_certificate_list_parse(in.data, in.length, NULL, &list, NULL), TCA_OK);
    uint32_t count = 0;
    for (; encodings[_i].certificates[count] != NULL; count++) {
        const tca_certificate *ours;
        tca_certificate *wanted = parse_vector(encodings[_i].certificates[count]);
        ck_assert_int_eq(tca_certificate_list_get(list, count, &ours), TCA_OK);
        ck_assert_uint_eq(tca_certificate_equal(ours, wanted), 1);
        tca_certificate_unref(wanted);
    }
    ck_assert_uint_eq(tca_certificate_list_count(list), count);
    const tca_certificate *none = (const tca_certificate *)(uintptr_t)1;
    ck_assert_int_eq(tca_certificate_list_get(list, count, &none), TCA_E_NOT_FOUND);
    ck_assert_ptr_null(none);
    tca_certificate_list_unref(list);

    tca_certificate *one = (tca_certificate *)(uintptr_t)1;
    tca_result result = tca_certificate_parse(in.data, in.length, NULL, &one, NULL);
    ck_assert_int_eq(result, count == 1 ? TCA_OK : TCA_E_AMBIGUOUS);
    ck_assert_int_eq(one == NULL, count != 1);
    tca_certificate_unref(one);
    free(in.data);
}
END_TEST

/* ---- issuers ---- */

static const struct {
    const char *certificate, *issuer;
    tca_result result;
} issuers[] = {
    {"root.der", "root.der", TCA_OK},
    {"policy-ca-2022.der", "root.der", TCA_OK},
    {"tenant-ca-a.der", "policy-ca-2022.der", TCA_OK},
    {"tenant-ca-p256.der", "policy-ca-2022.der", TCA_OK},
    {"tenant-ca-p521.der", "policy-ca-2022.der", TCA_OK},
    {"tenant-ca-rsa-4096.der", "policy-ca-2022.der", TCA_OK},
    {"device-of-a.der", "tenant-ca-a.der", TCA_OK},
    {"device-of-b.der", "tenant-ca-b.der", TCA_OK},
    {"device-of-rsa-2048.der", "tenant-ca-rsa-2048.der", TCA_OK},
    {"proof-of-a.der", "tenant-ca-a.der", TCA_OK},
    /* Another name. */
    {"tenant-ca-a.der", "root.der", TCA_E_ISSUER},
    {"tenant-ca-a.der", "policy-ca-2025.der", TCA_E_ISSUER},
    {"device-of-a.der", "tenant-ca-other-tenant.der", TCA_E_ISSUER},
    {"tenant-ca-a.der", "tenant-ca-a.der", TCA_E_ISSUER},
    /* The same name, and another key: B has A's subject. */
    {"device-of-a.der", "tenant-ca-b.der", TCA_E_SIGNATURE},
    {"device-of-b.der", "tenant-ca-a.der", TCA_E_SIGNATURE},
    {"proof-of-a.der", "tenant-ca-b.der", TCA_E_SIGNATURE},
    {"device-of-a.der", "tenant-ca-rsa-2048.der", TCA_E_SIGNATURE},
    {"device-of-rsa-2048.der", "tenant-ca-a.der", TCA_E_SIGNATURE},
    {"device-of-a.der", "tenant-ca-p256.der", TCA_E_SIGNATURE},
    /* The service's mistake of 2020. */
    {"tenant-ca-2020-anomaly.der", "policy-ca-2022.der", TCA_E_SIGNATURE},
};

START_TEST(finds_who_issued) {
    tca_error *error;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    tca_certificate *certificate = parse_vector(issuers[_i].certificate);
    tca_certificate *issuer = parse_vector(issuers[_i].issuer);
    for (int round = 0; round < 2; round++) { /* the key is made once and kept */
        tca_result result = tca_certificate_check_issued_by(certificate, issuer, error);
        ck_assert_msg(result == issuers[_i].result, "%s by %s: %s %s", issuers[_i].certificate,
                      issuers[_i].issuer, tca_result_name(result), message_of(error));
        ck_assert_int_eq(message_of(error)[0] == '\0', result == TCA_OK);
    }
    tca_certificate_unref(certificate);
    tca_certificate_unref(issuer);
    tca_error_unref(error);
}
END_TEST

static const struct {
    key_type key;
    uint32_t type, bits;
} issuer_keys[] = {
    {KEY_P256, TCA_KEY_EC, 256},
    {KEY_P384, TCA_KEY_EC, 384},
    {KEY_P521, TCA_KEY_EC, 521},
    {KEY_RSA_2048, TCA_KEY_RSA, 2048},
};

START_TEST(checks_signatures_of_every_kind_of_key) {
    issued *root, *ca, *device;
    char id[129];
    memset(id, 'a', 128);
    id[128] = '\0';
    ck_assert_int_eq(issuer_root_2020(SEED, &root), 0);
    tenant_ca_options options = {.tenant = "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93",
                                 .not_before = 1722470400,
                                 .key = issuer_keys[_i].key};
    ck_assert_int_eq(issuer_tenant_ca(SEED, root, &options, &ca), 0);
    device_options of_device = {.id = id, .not_before = 1722470400};
    ck_assert_int_eq(issuer_device(SEED, ca, &of_device, &device), 0);
    tca_certificate *our_ca = parse_issued(ca), *our_device = parse_issued(device);
    tca_certificate_info info = info_of(our_ca);
    ck_assert_uint_eq(info.key_type, issuer_keys[_i].type);
    ck_assert_uint_eq(info.key_bits, issuer_keys[_i].bits);
    ck_assert_int_eq(tca_certificate_check_issued_by(our_device, our_ca, NULL), TCA_OK);
    ck_assert_str_eq(text_of(tca_certificate_common_name, our_device), id);

    /* One bit of what was signed, in the serial number, makes it another certificate. */
    const uint8_t *serial;
    size_t length;
    ck_assert_int_eq(tca_certificate_serial(our_device, &serial, &length), TCA_OK);
    const uint8_t *whole;
    size_t whole_length;
    ck_assert_int_eq(tca_certificate_der(our_device, &whole, &whole_length), TCA_OK);
    device->certificate.data[(size_t)(serial - whole) + length - 1] ^= 1;
    tca_certificate *forged = parse_issued(device);
    ck_assert_int_eq(tca_certificate_check_issued_by(forged, our_ca, NULL), TCA_E_SIGNATURE);
    ck_assert_uint_eq(tca_certificate_equal(forged, our_device), 0);
    tca_certificate_unref(forged);
    tca_certificate_unref(our_ca);
    tca_certificate_unref(our_device);
    issued_free(device);
    issued_free(ca);
    issued_free(root);
}
END_TEST

/* ---- names ---- */

START_TEST(writes_names_as_rfc_4514_asks) {
    input wanted = vector("subject-torture.txt");
    while (wanted.length > 0 && wanted.data[wanted.length - 1] == '\n') {
        wanted.length--;
    }
    wanted.data[wanted.length] = '\0';
    tca_certificate *certificate = parse_vector("subject-torture.der");
    ck_assert_str_eq(text_of(tca_certificate_subject, certificate), (char *)wanted.data);
    tca_certificate_unref(certificate);
    free(wanted.data);

    certificate = parse_vector("subject-nul.der");
    ck_assert_str_eq(text_of(tca_certificate_subject, certificate), "CN=before\\00after");
    ck_assert(missing_text(tca_certificate_common_name, certificate));
    ck_assert(missing_text(tca_certificate_tenant_id, certificate));
    tca_certificate_unref(certificate);
}
END_TEST

#define GUID "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define UPPER_GUID "1F0E7B52-6C3D-4A58-9B1E-2D4C8A6F0E93"

static const struct {
    const char *names[2];
    const char *common_name, *tenant;
} tenant_names[] = {
    {{"Microsoft Azure Sphere " GUID}, "Microsoft Azure Sphere " GUID, GUID},
    {{"Microsoft Azure Sphere INT " GUID}, "Microsoft Azure Sphere INT " GUID, GUID},
    {{"Microsoft Azure Sphere " UPPER_GUID}, "Microsoft Azure Sphere " UPPER_GUID, GUID},
    {{"Microsoft Azure Sphere IN T " GUID}, "Microsoft Azure Sphere IN T " GUID, NULL},
    {{"Microsoft Azure Sphere  " GUID}, "Microsoft Azure Sphere  " GUID, NULL},
    {{"Microsoft Azure Sphere " GUID " "}, "Microsoft Azure Sphere " GUID " ", NULL},
    {{"Microsoft Azure Sphere " GUID "0"}, "Microsoft Azure Sphere " GUID "0", NULL},
    {{"Microsoft Azure Sphere "}, "Microsoft Azure Sphere ", NULL},
    {{"Microsoft Azure Sphere 1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e9g"},
     "Microsoft Azure Sphere 1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e9g",
     NULL},
    {{"Microsoft Azure Sphere 1f0e7b526c3d4a589b1e2d4c8a6f0e93"},
     "Microsoft Azure Sphere 1f0e7b526c3d4a589b1e2d4c8a6f0e93",
     NULL},
    {{"microsoft azure sphere " GUID}, "microsoft azure sphere " GUID, NULL},
    {{GUID}, GUID, NULL},
    {{"Azure Sphere Policy CA 2022"}, "Azure Sphere Policy CA 2022", NULL},
    {{"Microsoft Azure Sphere " GUID, "Microsoft Azure Sphere " GUID}, NULL, NULL},
    {{NULL}, NULL, NULL},
};

START_TEST(reads_the_tenant_id) {
    issued *root, *ca;
    ck_assert_int_eq(issuer_root_2020(SEED, &root), 0);
    der name = {0}, extensions = {0};
    size_t subject = der_open(&name, DER_SEQUENCE);
    issuer_attribute(&name, "2.5.4.10", DER_PRINTABLE_STRING, "Microsoft Corporation");
    for (int i = 0; i < 2 && tenant_names[_i].names[i] != NULL; i++) {
        issuer_attribute(&name, "2.5.4.3", DER_UTF8_STRING, tenant_names[_i].names[i]);
    }
    der_close(&name, subject);
    issuer_tenant_ca_extensions(&extensions, 2022);
    certificate_order order = {.key = KEY_P256,
                               .subject = der_seen(&name),
                               .not_before = 1722470400,
                               .not_after = 1785542400,
                               .extensions = der_seen(&extensions)};
    ck_assert_int_eq(certificate_issue(SEED, root, &order, &ca), 0);
    tca_certificate *ours = parse_issued(ca);
    const char *common_name = tenant_names[_i].common_name, *tenant = tenant_names[_i].tenant;
    if (common_name == NULL) {
        ck_assert(missing_text(tca_certificate_common_name, ours));
    } else {
        ck_assert_str_eq(text_of(tca_certificate_common_name, ours), common_name);
    }
    if (tenant == NULL) {
        ck_assert(missing_text(tca_certificate_tenant_id, ours));
    } else {
        ck_assert_str_eq(text_of(tca_certificate_tenant_id, ours), tenant);
    }
    tca_certificate_unref(ours);
    der_free(&name);
    der_free(&extensions);
    issued_free(ca);
    issued_free(root);
}
END_TEST

/* ---- extensions ---- */

static const struct {
    const char *oid;
    size_t length;
    tca_result result;
} extensions_asked[] = {
    {"2.5.29.31", 9, TCA_OK},
    {"2.5.29.15", 9, TCA_OK},
    {"1.3.6.1.5.5.7.1.1", 17, TCA_OK},
    {"2.5.29.31", 8, TCA_E_NOT_FOUND},
    {"2.5.29.14", 9, TCA_E_NOT_FOUND},
    {"2.5.29.310", 10, TCA_E_NOT_FOUND},
    {"", 0, TCA_E_NOT_FOUND},
    {"crlDistributionPoints", 21, TCA_E_NOT_FOUND},
    {"2.5.29.31\0", 10, TCA_E_NOT_FOUND},
};

START_TEST(finds_extensions) {
    tca_certificate *ca = parse_vector("tenant-ca-a.der");
    const uint8_t *data = (const uint8_t *)"before";
    size_t length = 77;
    ck_assert_int_eq(tca_certificate_extension(ca, extensions_asked[_i].oid,
                                               extensions_asked[_i].length, &data, &length),
                     extensions_asked[_i].result);
    ck_assert_int_eq(data != NULL, extensions_asked[_i].result == TCA_OK);
    ck_assert_int_eq(length != 0, extensions_asked[_i].result == TCA_OK);
    tca_certificate_unref(ca);
}
END_TEST

/* ---- validity ---- */

START_TEST(is_valid_from_the_first_second_to_the_last) {
    tca_certificate *ca = parse_vector("tenant-ca-a.der");
    tca_certificate_info info = info_of(ca);
    ck_assert_uint_eq(tca_certificate_valid_at(ca, info.not_before - 1), 0);
    ck_assert_uint_eq(tca_certificate_valid_at(ca, info.not_before), 1);
    ck_assert_uint_eq(tca_certificate_valid_at(ca, info.not_after), 1);
    ck_assert_uint_eq(tca_certificate_valid_at(ca, info.not_after + 1), 0);
    ck_assert_uint_eq(tca_certificate_valid_at(ca, INT64_MIN), 0);
    ck_assert_uint_eq(tca_certificate_valid_at(ca, INT64_MAX), 0);
    ck_assert_uint_eq(tca_certificate_valid_at(NULL, info.not_before), 0);
    tca_certificate_unref(ca);
}
END_TEST

/* ---- options and structs that cross ---- */

/* On the heap and no longer than it says, so that the sanitizers see a look behind it. */
static tca_parse_options *options_of(uint32_t size, size_t room) {
    tca_parse_options *options = calloc(1, room);
    ck_assert_ptr_nonnull(options);
    memcpy(options, &size, sizeof(size));
    return options;
}

static tca_result parse_with(const tca_parse_options *options, bool list) {
    input in = vector("chain.p7b");
    tca_result result;
    if (list) {
        tca_certificate_list *out = (tca_certificate_list *)(uintptr_t)1;
        result = tca_certificate_list_parse(in.data, in.length, options, &out, NULL);
        ck_assert_int_eq(out == NULL, result != TCA_OK);
        tca_certificate_list_unref(out);
    } else {
        tca_certificate *out = (tca_certificate *)(uintptr_t)1;
        result = tca_certificate_parse(in.data, in.length, options, &out, NULL);
        ck_assert_ptr_null(out);
        result = result == TCA_E_AMBIGUOUS ? TCA_OK : result;
    }
    free(in.data);
    return result;
}

START_TEST(options_of_any_age) {
    const uint32_t size = sizeof(tca_parse_options);
    bool list = _i == 0;
    for (uint32_t small = 0; small < size; small++) {
        tca_parse_options *options = options_of(small, small < 4 ? 4 : small);
        ck_assert_int_eq(parse_with(options, list), TCA_E_STRUCT_TOO_SMALL);
        free(options);
    }
    tca_parse_options *options = options_of(size, size);
    ck_assert_int_eq(parse_with(options, list), TCA_OK);
    free(options);
    for (uint32_t more = 1; more <= 40; more += 13) {
        options = options_of(size + more, size + more);
        ck_assert_int_eq(parse_with(options, list), TCA_OK);
        ((uint8_t *)options)[size + more - 1] = 1;
        ck_assert_int_eq(parse_with(options, list), TCA_E_STRUCT_TOO_NEW);
        free(options);
    }
    for (unsigned bit = 0; bit < 32; bit++) {
        tca_parse_options flagged = {.struct_size = size, .flags = 1u << bit};
        ck_assert_int_eq(parse_with(&flagged, list), TCA_E_UNSUPPORTED);
    }
}
END_TEST

START_TEST(limits_are_exact) {
    input in = vector("chain.p7b");
    size_t largest = 0;
    tca_certificate_list *list;
    ck_assert_int_eq(tca_certificate_list_parse(in.data, in.length, NULL, &list, NULL), TCA_OK);
    for (uint32_t i = 0; i < 3; i++) {
        const tca_certificate *certificate;
        const uint8_t *data;
        size_t length;
        ck_assert_int_eq(tca_certificate_list_get(list, i, &certificate), TCA_OK);
        ck_assert_int_eq(tca_certificate_der(certificate, &data, &length), TCA_OK);
        largest = length > largest ? length : largest;
    }
    tca_certificate_list_unref(list);
    const struct {
        tca_parse_options options;
        tca_result result;
    } cases[] = {
        {{.max_input_bytes = in.length}, TCA_OK},
        {{.max_input_bytes = in.length - 1}, TCA_E_LIMIT},
        {{.max_certificate_bytes = (uint32_t)largest}, TCA_OK},
        {{.max_certificate_bytes = (uint32_t)largest - 1}, TCA_E_LIMIT},
        {{.max_certificates = 3}, TCA_OK},
        {{.max_certificates = 2}, TCA_E_LIMIT},
        {{.max_input_bytes = UINT64_MAX,
          .max_certificate_bytes = UINT32_MAX,
          .max_certificates = UINT32_MAX},
         TCA_OK},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tca_parse_options options = cases[i].options;
        options.struct_size = sizeof(options);
        ck_assert_int_eq(parse_with(&options, true), cases[i].result);
    }
    free(in.data);
}
END_TEST

START_TEST(info_of_any_age) {
    const uint32_t size = sizeof(tca_certificate_info);
    tca_certificate *ca = parse_vector("tenant-ca-a.der");
    tca_certificate_info whole = info_of(ca);
    for (uint32_t asked = 0; asked <= size + 24; asked++) {
        size_t room = asked < 4 ? 4 : asked;
        uint8_t *info = malloc(room);
        ck_assert_ptr_nonnull(info);
        memset(info, 0xEE, room);
        memcpy(info, &asked, sizeof(asked));
        tca_result result = tca_certificate_get_info(ca, (tca_certificate_info *)(void *)info);
        ck_assert_int_eq(result, asked < size ? TCA_E_STRUCT_TOO_SMALL : TCA_OK);
        uint32_t kept;
        memcpy(&kept, info, sizeof(kept));
        ck_assert_uint_eq(kept, asked);
        if (result == TCA_OK) {
            ck_assert_mem_eq(info + 4, (uint8_t *)&whole + 4, size - 4);
        }
        free(info);
    }
    tca_certificate_info info = {.struct_size = sizeof(info), .key_bits = 77};
    ck_assert_int_eq(tca_certificate_get_info(NULL, &info), TCA_E_ARGUMENT);
    ck_assert_uint_eq(info.key_bits, 0);
    ck_assert_uint_eq(info.struct_size, sizeof(info));
    ck_assert_int_eq(tca_certificate_get_info(ca, NULL), TCA_E_ARGUMENT);
    tca_certificate_unref(ca);
}
END_TEST

/* ---- NULL ---- */

static text_getter *const text_getters[] = {
    tca_certificate_thumbprint,  tca_certificate_thumbprint_sha256,
    tca_certificate_serial_text, tca_certificate_subject,
    tca_certificate_issuer,      tca_certificate_common_name,
    tca_certificate_tenant_id,
};
static bytes_getter *const bytes_getters[] = {
    tca_certificate_der,
    tca_certificate_subject_der,
    tca_certificate_issuer_der,
    tca_certificate_serial,
    tca_certificate_public_key_der,
    tca_certificate_subject_key_id,
    tca_certificate_authority_key_id,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(getters_refuse_null) {
    tca_certificate *ca = parse_vector("policy-ca-2022.der");
    for (size_t i = 0; i < COUNT(text_getters); i++) {
        const char *text = "before";
        size_t length = 77;
        ck_assert_int_eq(text_getters[i](NULL, &text, &length), TCA_E_ARGUMENT);
        ck_assert_ptr_null(text);
        ck_assert_uint_eq(length, 0);
        length = 77;
        ck_assert_int_eq(text_getters[i](ca, NULL, &length), TCA_E_ARGUMENT);
        ck_assert_uint_eq(length, 0);
        text = "before";
        ck_assert_int_eq(text_getters[i](ca, &text, NULL), TCA_E_ARGUMENT);
        ck_assert_ptr_null(text);
    }
    for (size_t i = 0; i < COUNT(bytes_getters); i++) {
        const uint8_t *data = (const uint8_t *)"before";
        size_t length = 77;
        ck_assert_int_eq(bytes_getters[i](NULL, &data, &length), TCA_E_ARGUMENT);
        ck_assert_ptr_null(data);
        ck_assert_uint_eq(length, 0);
        length = 77;
        ck_assert_int_eq(bytes_getters[i](ca, NULL, &length), TCA_E_ARGUMENT);
        ck_assert_uint_eq(length, 0);
        data = (const uint8_t *)"before";
        ck_assert_int_eq(bytes_getters[i](ca, &data, NULL), TCA_E_ARGUMENT);
        ck_assert_ptr_null(data);
    }
    const uint8_t *data = (const uint8_t *)"before";
    size_t length = 77;
    ck_assert_int_eq(tca_certificate_extension(NULL, "2.5.29.15", 9, &data, &length),
                     TCA_E_ARGUMENT);
    ck_assert_ptr_null(data);
    ck_assert_uint_eq(length, 0);
    ck_assert_int_eq(tca_certificate_extension(ca, NULL, 9, &data, &length), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_certificate_extension(ca, "2.5.29.15", 9, NULL, &length), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_certificate_extension(ca, "2.5.29.15", 9, &data, NULL), TCA_E_ARGUMENT);
    ck_assert_ptr_null(data);
    tca_certificate_unref(ca);
}
END_TEST

START_TEST(calls_refuse_null) {
    tca_certificate *ca = parse_vector("tenant-ca-a.der");
    tca_certificate *out = ca;
    tca_certificate_list *list = (tca_certificate_list *)(uintptr_t)1;
    const tca_certificate *borrowed = ca;
    tca_bytes *pem = (tca_bytes *)(uintptr_t)1;
    const uint8_t byte = '0';
    ck_assert_int_eq(tca_certificate_parse(NULL, 0, NULL, &out, NULL), TCA_E_ARGUMENT);
    ck_assert_ptr_null(out);
    ck_assert_int_eq(tca_certificate_parse(&byte, 1, NULL, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_certificate_list_parse(NULL, 0, NULL, &list, NULL), TCA_E_ARGUMENT);
    ck_assert_ptr_null(list);
    ck_assert_int_eq(tca_certificate_list_parse(&byte, 1, NULL, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_uint_eq(tca_certificate_list_count(NULL), 0);
    ck_assert_int_eq(tca_certificate_list_get(NULL, 0, &borrowed), TCA_E_ARGUMENT);
    ck_assert_ptr_null(borrowed);
    tca_certificate_list_unref(NULL);
    tca_certificate_unref(NULL);
    tca_certificate_ref(NULL, &out);
    ck_assert_ptr_null(out);
    tca_certificate_ref(ca, NULL);
    ck_assert_uint_eq(tca_certificate_equal(NULL, ca), 0);
    ck_assert_uint_eq(tca_certificate_equal(ca, NULL), 0);
    ck_assert_uint_eq(tca_certificate_equal(NULL, NULL), 0);
    ck_assert_int_eq(tca_certificate_pem(NULL, &pem, NULL), TCA_E_ARGUMENT);
    ck_assert_ptr_null(pem);
    ck_assert_int_eq(tca_certificate_pem(ca, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_certificate_check_issued_by(NULL, ca, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_certificate_check_issued_by(ca, NULL, NULL), TCA_E_ARGUMENT);
    tca_bytes_unref(NULL);
    const uint8_t *data = &byte;
    size_t length = 77;
    tca_bytes_view(NULL, &data, &length);
    ck_assert_ptr_null(data);
    ck_assert_uint_eq(length, 0);
    tca_certificate_unref(ca);
}
END_TEST

/* ---- names of numbers ---- */

START_TEST(numbers_have_names) {
    ck_assert_str_eq(tca_key_type_name(TCA_KEY_OTHER), "other");
    ck_assert_str_eq(tca_key_type_name(TCA_KEY_EC), "id-ecPublicKey");
    ck_assert_str_eq(tca_key_type_name(TCA_KEY_RSA), "rsaEncryption");
    ck_assert_str_eq(tca_key_type_name(3), "unknown");
    ck_assert_str_eq(tca_signature_algorithm_name(TCA_SIGNATURE_OTHER), "other");
    for (uint32_t i = TCA_SIGNATURE_ECDSA_SHA1; i <= TCA_SIGNATURE_RSA_SHA512; i++) {
        /* OpenSSL's long names are those of the RFCs, but for the hash being lower case. */
        ck_assert_int_ne(OBJ_txt2nid(tca_signature_algorithm_name(i)), NID_undef);
    }
    ck_assert_str_eq(tca_signature_algorithm_name(9), "unknown");
    ck_assert_str_eq(tca_signature_algorithm_name(UINT32_MAX), "unknown");
    ck_assert_str_eq(tca_key_usage_name(TCA_KEY_USAGE_KEY_CERT_SIGN), "keyCertSign");
    ck_assert_str_eq(tca_key_usage_name(TCA_KEY_USAGE_DECIPHER_ONLY), "decipherOnly");
    ck_assert_str_eq(tca_key_usage_name(0), "unknown");
    ck_assert_str_eq(tca_key_usage_name(3), "unknown");
    ck_assert_str_eq(tca_key_usage_name(0x200), "unknown");
    ck_assert_str_eq(tca_key_usage_name(0x80000000u), "unknown");
    for (uint32_t bit = 1; bit <= TCA_EXTENDED_KEY_USAGE_ANY; bit <<= 1) {
        ck_assert_int_ne(OBJ_sn2nid(tca_extended_key_usage_name(bit)) |
                             OBJ_txt2nid(tca_extended_key_usage_name(bit)),
                         NID_undef);
    }
    ck_assert_str_eq(tca_extended_key_usage_name(TCA_EXTENDED_KEY_USAGE_OTHER), "other");
    ck_assert_str_eq(tca_extended_key_usage_name(0x100), "unknown");
}
END_TEST

/* ---- threads ---- */

enum { THREADS = 8, ROUNDS = 50 };

typedef struct question {
    pthread_barrier_t *barrier;
    const tca_certificate *certificate, *issuer;
    const char *texts[COUNT(text_getters)];
    tca_result issued;
} question;

static void *ask(void *argument) {
    question *asked = argument;
    pthread_barrier_wait(asked->barrier);
    for (size_t i = 0; i < COUNT(text_getters); i++) {
        size_t length;
        (void)text_getters[i](asked->certificate, &asked->texts[i], &length);
    }
    asked->issued = tca_certificate_check_issued_by(asked->certificate, asked->issuer, NULL);
    tca_certificate *reference;
    tca_certificate_ref(asked->certificate, &reference);
    tca_certificate_unref(reference);
    return NULL;
}

START_TEST(threads_get_the_same_texts) {
    for (int round = 0; round < ROUNDS; round++) {
        tca_certificate *ca = parse_vector("tenant-ca-rsa-2048.der");
        tca_certificate *device = parse_vector("device-of-rsa-2048.der");
        pthread_barrier_t barrier;
        ck_assert_int_eq(pthread_barrier_init(&barrier, NULL, THREADS), 0);
        question asked[THREADS];
        pthread_t threads[THREADS];
        for (int i = 0; i < THREADS; i++) {
            asked[i] = (question){.barrier = &barrier, .certificate = device, .issuer = ca};
            ck_assert_int_eq(pthread_create(&threads[i], NULL, ask, &asked[i]), 0);
        }
        for (int i = 0; i < THREADS; i++) {
            ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
            ck_assert_int_eq(asked[i].issued, TCA_OK);
            for (size_t text = 0; text < COUNT(text_getters); text++) {
                ck_assert_ptr_eq(asked[i].texts[text], asked[0].texts[text]);
            }
        }
        ck_assert_ptr_nonnull(asked[0].texts[0]);
        pthread_barrier_destroy(&barrier);
        tca_certificate_unref(ca);
        tca_certificate_unref(device);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("certificate");
    TCase *tests = tcase_create("certificate");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, reads_a_recorded_tenant_ca, 0, COUNT(recorded_cas));
    tcase_add_test(tests, reads_the_recorded_chain);
    tcase_add_test(tests, reads_the_recorded_proofs);
    tcase_add_test(tests, reads_a_proof);
    tcase_add_loop_test(tests, recorded_ones_are_as_openssl_reads_them, 0,
                        COUNT(recorded_certificates));
    tcase_add_test(tests, every_vector_is_accepted_or_refused_as_the_index_says);
    tcase_add_loop_test(tests, reads_every_encoding_in_order, 0, COUNT(encodings));
    tcase_add_loop_test(tests, finds_who_issued, 0, COUNT(issuers));
    tcase_add_loop_test(tests, checks_signatures_of_every_kind_of_key, 0, COUNT(issuer_keys));
    tcase_add_test(tests, writes_names_as_rfc_4514_asks);
    tcase_add_loop_test(tests, reads_the_tenant_id, 0, COUNT(tenant_names));
    tcase_add_loop_test(tests, finds_extensions, 0, COUNT(extensions_asked));
    tcase_add_test(tests, is_valid_from_the_first_second_to_the_last);
    tcase_add_loop_test(tests, options_of_any_age, 0, 2);
    tcase_add_test(tests, limits_are_exact);
    tcase_add_test(tests, info_of_any_age);
    tcase_add_test(tests, getters_refuse_null);
    tcase_add_test(tests, calls_refuse_null);
    tcase_add_test(tests, numbers_have_names);
    tcase_add_test(tests, threads_get_the_same_texts);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

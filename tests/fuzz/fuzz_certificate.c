/* SPDX-License-Identifier: MIT */
/* DER certificates: what the strict reader accepts, mbedTLS or OpenSSL accepts too, and where
 * OpenSSL does, both see the same fields. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <mbedtls/x509_crt.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <tenantca/tenantca.h>

#include "fuzz.h"

static bool mbedtls_accepts(const uint8_t *data, size_t size) {
    mbedtls_x509_crt other;
    mbedtls_x509_crt_init(&other);
    bool accepted = mbedtls_x509_crt_parse_der(&other, data, size) == 0;
    mbedtls_x509_crt_free(&other);
    return accepted;
}

static tca_unix unix_of(const ASN1_TIME *asn1) {
    struct tm fields;
    require(ASN1_TIME_to_tm(asn1, &fields) == 1);
    char text[32];
    tca_unix time = 0;
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &fields);
    require(tca_time_parse(text, strlen(text), &time, NULL) == TCA_OK);
    return time;
}

static void compare_serial(const tca_certificate *certificate, const X509 *other) {
    const uint8_t *serial;
    size_t length;
    require(tca_certificate_serial(certificate, &serial, &length) == TCA_OK);
    const ASN1_INTEGER *integer = X509_get0_serialNumber(other);
    size_t skip = serial[0] == 0 ? 1 : 0;
    require((size_t)ASN1_STRING_length(integer) == length - skip);
    require(memcmp(ASN1_STRING_get0_data(integer), serial + skip, length - skip) == 0);
}

static void compare_digest(const tca_certificate *certificate, const uint8_t *data, size_t size) {
    uint8_t digest[SHA256_DIGEST_LENGTH];
    char expected[2 * SHA256_DIGEST_LENGTH + 1];
    const char *text;
    size_t length;
    SHA256(data, size, digest);
    for (size_t i = 0; i < sizeof(digest); i++) {
        snprintf(expected + 2 * i, 3, "%02X", digest[i]);
    }
    require(tca_certificate_thumbprint_sha256(certificate, &text, &length) == TCA_OK);
    require(length == 2 * sizeof(digest) && memcmp(text, expected, length) == 0);
}

static void compare(const tca_certificate *certificate, X509 *other, const uint8_t *data,
                    size_t size) {
    tca_certificate_info info = {.struct_size = sizeof(info)};
    require(tca_certificate_get_info(certificate, &info) == TCA_OK);
    require(unix_of(X509_get0_notBefore(other)) == info.not_before);
    require(unix_of(X509_get0_notAfter(other)) == info.not_after);
    compare_serial(certificate, other);
    compare_digest(certificate, data, size);
    int critical = -1;
    BASIC_CONSTRAINTS *constraints =
        X509_get_ext_d2i(other, NID_basic_constraints, &critical, NULL);
    bool is_ca = constraints != NULL && constraints->ca != 0;
    require(is_ca == ((info.flags & TCA_CERTIFICATE_IS_CA) != 0));
    BASIC_CONSTRAINTS_free(constraints);
    /* Not X509_get_key_usage(): it gives up where any extension is broken, also one not read here.
     */
    ASN1_BIT_STRING *usage = X509_get_ext_d2i(other, NID_key_usage, &critical, NULL);
    for (int bit = 0; usage != NULL && bit < 9; bit++) {
        require((ASN1_BIT_STRING_get_bit(usage, bit) == 1) == ((info.key_usage >> bit & 1u) == 1));
    }
    ASN1_BIT_STRING_free(usage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tca_certificate *certificate = NULL;
    if (size < 2 || data[0] != 0x30 || data[1] < 0x80 ||
        tca_certificate_parse(data, size, NULL, &certificate, NULL) != TCA_OK) {
        require(certificate == NULL);
        return 0;
    }
    touch_certificate(certificate);
    const uint8_t *der;
    size_t length;
    require(tca_certificate_der(certificate, &der, &length) == TCA_OK);
    tca_certificate_info info = {.struct_size = sizeof(info)};
    require(tca_certificate_get_info(certificate, &info) == TCA_OK);
    const unsigned char *at = der;
    X509 *other = d2i_X509(NULL, &at, (long)length);
    bool proof = (info.flags & TCA_CERTIFICATE_IS_PROOF) != 0;
    require(other != NULL || proof || mbedtls_accepts(der, length));
    if (other != NULL) {
        compare(certificate, other, der, length);
    }
    X509_free(other);
    tca_certificate_unref(certificate);
    return 0;
}

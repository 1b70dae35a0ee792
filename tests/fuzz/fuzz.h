/* SPDX-License-Identifier: MIT */
/* What the fuzz targets share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Like assert, whatever the flags. */
#define require(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* What a certificate lends lies within it. */
static inline void touch_parts(const tca_certificate *certificate) {
    typedef tca_result part_getter(const tca_certificate *, const uint8_t **, size_t *);
    static part_getter *const parts[] = {
        tca_certificate_subject_der,    tca_certificate_issuer_der,
        tca_certificate_serial,         tca_certificate_public_key_der,
        tca_certificate_subject_key_id, tca_certificate_authority_key_id,
    };
    const uint8_t *der, *data;
    size_t whole, length;
    require(tca_certificate_der(certificate, &der, &whole) == TCA_OK);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        tca_result result = parts[i](certificate, &data, &length);
        require(result == TCA_OK || (i >= 4 && result == TCA_E_NOT_FOUND));
        require(result != TCA_OK || (data >= der && length <= whole - (size_t)(data - der)));
    }
    tca_result crl = tca_certificate_extension(certificate, "2.5.29.31", 9, &data, &length);
    require(crl == TCA_E_NOT_FOUND || crl == TCA_OK);
    require(crl != TCA_OK || (data >= der && length <= whole - (size_t)(data - der)));
}

/* Ask a certificate everything, and read its PEM back. */
static inline void touch_certificate(const tca_certificate *certificate) {
    typedef tca_result text_getter(const tca_certificate *, const char **, size_t *);
    static text_getter *const texts[] = {
        tca_certificate_thumbprint,  tca_certificate_thumbprint_sha256,
        tca_certificate_serial_text, tca_certificate_subject,
        tca_certificate_issuer,      tca_certificate_common_name,
        tca_certificate_tenant_id,
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *text;
        size_t length;
        tca_result result = texts[i](certificate, &text, &length);
        require(result == TCA_OK || (i >= 5 && result == TCA_E_NOT_FOUND));
        require(result != TCA_OK || (strlen(text) == length));
    }
    touch_parts(certificate);
    tca_result signature = tca_certificate_check_issued_by(certificate, certificate, NULL);
    require(signature == TCA_OK || signature == TCA_E_ISSUER || signature == TCA_E_SIGNATURE ||
            signature == TCA_E_UNSUPPORTED || signature == TCA_E_KEY);
    tca_bytes *pem = NULL;
    const uint8_t *text;
    size_t length;
    tca_certificate *again = NULL;
    require(tca_certificate_pem(certificate, &pem, NULL) == TCA_OK);
    tca_bytes_view(pem, &text, &length);
    require(tca_certificate_parse(text, length, NULL, &again, NULL) == TCA_OK);
    require(tca_certificate_equal(certificate, again) == 1);
    tca_certificate_unref(again);
    tca_bytes_unref(pem);
}

#endif

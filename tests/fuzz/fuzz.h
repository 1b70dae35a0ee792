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

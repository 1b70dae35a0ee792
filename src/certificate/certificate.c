/* SPDX-License-Identifier: MIT */
/* The life of a certificate handle: one allocation holds the record and the DER it looks into. */
#include <stdlib.h>
#include <string.h>

#include "certificate/certificate.h"

#define DEFAULT_INPUT_BYTES (16u << 20)
#define DEFAULT_CERTIFICATE_BYTES (64u << 10)
#define DEFAULT_CERTIFICATES 1000u

tcai_limits tcai_limits_of(uint64_t input_bytes, uint32_t certificate_bytes,
                           uint32_t certificates) {
    return (tcai_limits){
        .input_bytes = input_bytes != 0 ? input_bytes : DEFAULT_INPUT_BYTES,
        .certificate_bytes = certificate_bytes != 0 ? certificate_bytes : DEFAULT_CERTIFICATE_BYTES,
        .certificates = certificates != 0 ? certificates : DEFAULT_CERTIFICATES,
    };
}

tca_result tcai_certificate_from_der(tcai_span der, const tcai_limits *limits,
                                     tca_certificate **out, tca_error *error) {
    *out = NULL;
    if (der.length > limits->certificate_bytes) {
        return tcai_fail(error, TCA_E_LIMIT, "certificate: %zu bytes, the limit is %u", der.length,
                         (unsigned)limits->certificate_bytes);
    }
    tca_certificate *certificate = malloc(sizeof(*certificate) + der.length);
    if (certificate == NULL) {
        return tcai_fail_memory(error);
    }
    memcpy(certificate->der, der.data, der.length);
    tca_result result =
        tcai_x509_read((tcai_span){certificate->der, der.length}, &certificate->x509, error);
    if (result != TCA_OK) {
        free(certificate);
        return result;
    }
    atomic_init(&certificate->references, 1);
    atomic_init(&certificate->key, NULL);
    for (size_t i = 0; i < TCAI_TEXT_COUNT; i++) {
        atomic_init(&certificate->texts[i], NULL);
    }
    *out = certificate;
    return TCA_OK;
}

/* A const handle counts its references too: what it stands for does not change. */
void tca_certificate_ref(const tca_certificate *certificate, tca_certificate **out) {
    if (out == NULL) {
        return;
    }
    *out = (tca_certificate *)certificate;
    if (certificate != NULL) {
        tcai_reference(&(*out)->references);
    }
}

void tca_certificate_unref(tca_certificate *certificate) {
    if (certificate == NULL || !tcai_dereference(&certificate->references)) {
        return;
    }
    for (size_t i = 0; i < TCAI_TEXT_COUNT; i++) {
        tca_bytes_unref(atomic_load_explicit(&certificate->texts[i], memory_order_acquire));
    }
    tcai_key_free(atomic_load_explicit(&certificate->key, memory_order_acquire));
    free(certificate);
}

uint32_t tca_certificate_equal(const tca_certificate *one, const tca_certificate *other) {
    return one != NULL && other != NULL && tcai_span_equal(one->x509.der, other->x509.der);
}

uint32_t tca_certificate_valid_at(const tca_certificate *certificate, tca_unix at) {
    return certificate != NULL && at >= certificate->x509.not_before &&
           at <= certificate->x509.not_after;
}

tca_result tcai_certificate_key(const tca_certificate *certificate, tcai_key **out,
                                tca_error *error) {
    tca_certificate *shared = (tca_certificate *)certificate;
    *out = atomic_load_explicit(&shared->key, memory_order_acquire);
    if (*out != NULL) {
        return TCA_OK;
    }
    tcai_key *made;
    tca_result result =
        tcai_key_new(certificate->x509.public_key, certificate->x509.key_type, &made, error);
    if (result != TCA_OK) {
        return result;
    }
    tcai_key *kept = NULL;
    if (atomic_compare_exchange_strong_explicit(&shared->key, &kept, made, memory_order_acq_rel,
                                                memory_order_acquire)) {
        kept = made;
    } else {
        tcai_key_free(made);
    }
    *out = kept;
    return TCA_OK;
}

tca_result tca_certificate_check_issued_by(const tca_certificate *certificate,
                                           const tca_certificate *issuer, tca_error *error) {
    tcai_error_clear(error);
    if (certificate == NULL || issuer == NULL) {
        return tcai_fail_null(error, certificate == NULL ? "certificate" : "issuer");
    }
    if (!tcai_span_equal(certificate->x509.issuer, issuer->x509.subject)) {
        return tcai_fail(error, TCA_E_ISSUER,
                         "the certificate's issuer is not the subject of the other");
    }
    tcai_key *key;
    tca_result result = tcai_certificate_key(issuer, &key, error);
    if (result != TCA_OK) {
        return result;
    }
    return tcai_key_verify(key, certificate->x509.signature_algorithm, certificate->x509.tbs,
                           certificate->x509.signature, error);
}

tca_result tca_certificate_pem(const tca_certificate *certificate, tca_bytes **out,
                               tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (certificate == NULL || out == NULL) {
        return tcai_fail_null(error, certificate == NULL ? "certificate" : "out");
    }
    *out = tcai_pem_encode_certificate(certificate->x509.der);
    return *out == NULL ? tcai_fail_memory(error) : TCA_OK;
}

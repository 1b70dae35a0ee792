/* SPDX-License-Identifier: MIT */
/* Signature checks, by mbedTLS. */
#include <errno.h>

#include "crypto/key.h"

#include "tenantca/certificate.h"

typedef struct signature_scheme {
    mbedtls_md_type_t digest;
    uint32_t key_type;
} signature_scheme;

static const signature_scheme schemes[] = {
    [TCA_SIGNATURE_ECDSA_SHA1] = {MBEDTLS_MD_SHA1, TCA_KEY_EC},
    [TCA_SIGNATURE_ECDSA_SHA256] = {MBEDTLS_MD_SHA256, TCA_KEY_EC},
    [TCA_SIGNATURE_ECDSA_SHA384] = {MBEDTLS_MD_SHA384, TCA_KEY_EC},
    [TCA_SIGNATURE_ECDSA_SHA512] = {MBEDTLS_MD_SHA512, TCA_KEY_EC},
    [TCA_SIGNATURE_RSA_SHA1] = {MBEDTLS_MD_SHA1, TCA_KEY_RSA},
    [TCA_SIGNATURE_RSA_SHA256] = {MBEDTLS_MD_SHA256, TCA_KEY_RSA},
    [TCA_SIGNATURE_RSA_SHA384] = {MBEDTLS_MD_SHA384, TCA_KEY_RSA},
    [TCA_SIGNATURE_RSA_SHA512] = {MBEDTLS_MD_SHA512, TCA_KEY_RSA},
};

_Static_assert(TCAI_DIGEST_SIZE_MAX >= MBEDTLS_MD_MAX_SIZE, "room for every digest");

static const signature_scheme *scheme_of(uint32_t signature_algorithm) {
    bool known = signature_algorithm != TCA_SIGNATURE_OTHER &&
                 signature_algorithm < sizeof(schemes) / sizeof(schemes[0]);
    return known ? &schemes[signature_algorithm] : NULL;
}

uint32_t tcai_signature_key_type(uint32_t signature_algorithm) {
    const signature_scheme *scheme = scheme_of(signature_algorithm);
    return scheme == NULL ? TCA_KEY_OTHER : scheme->key_type;
}

tca_result tcai_signature_digest(uint32_t signature_algorithm, tcai_span message,
                                 tcai_digest *digest, tca_error *error) {
    const signature_scheme *scheme = scheme_of(signature_algorithm);
    if (scheme == NULL) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "signature algorithm: not one of those known");
    }
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(scheme->digest);
    if (info == NULL) {
        return tcai_fail(error, TCA_E_UNSUPPORTED,
                         "signature algorithm: this mbedTLS lacks its digest");
    }
    if (mbedtls_md(info, message.data, message.length, digest->bytes) != 0) {
        return tcai_fail_memory(error);
    }
    digest->length = mbedtls_md_get_size(info);
    return TCA_OK;
}

/* mbedTLS's codes do not always tell a lack of memory from a wrong signature; malloc() does. */
tca_result tcai_key_check(tcai_key *key, uint32_t signature_algorithm, tcai_span digest,
                          tcai_span signature, tca_error *error) {
    const signature_scheme *scheme = scheme_of(signature_algorithm);
    if (scheme == NULL || scheme->key_type != tcai_key_type(key)) {
        return tcai_fail(error, TCA_E_SIGNATURE,
                         "signature: its algorithm does not fit the issuer's key");
    }
    tcai_key_context *context;
    tca_result result = tcai_key_take(key, &context, error);
    if (result != TCA_OK) {
        return result;
    }
    errno = 0;
    int status = mbedtls_pk_verify(&context->pk, scheme->digest, digest.data, digest.length,
                                   signature.data, signature.length);
    bool short_of_memory = errno == ENOMEM;
    tcai_key_give_back(key, context);
    if (short_of_memory) {
        return tcai_fail_memory(error);
    }
    return status == 0 ? TCA_OK
                       : tcai_fail(error, TCA_E_SIGNATURE, "signature: does not verify (-0x%04X)",
                                   (unsigned)-status);
}

tca_result tcai_key_verify(tcai_key *key, uint32_t signature_algorithm, tcai_span message,
                           tcai_span signature, tca_error *error) {
    uint32_t type = tcai_signature_key_type(signature_algorithm);
    if (type != TCA_KEY_OTHER && type != tcai_key_type(key)) {
        return tcai_fail(error, TCA_E_SIGNATURE,
                         "signature: its algorithm does not fit the issuer's key");
    }
    tcai_digest digest;
    tca_result result = tcai_signature_digest(signature_algorithm, message, &digest, error);
    return result != TCA_OK
               ? result
               : tcai_key_check(key, signature_algorithm, (tcai_span){digest.bytes, digest.length},
                                signature, error);
}

/* SPDX-License-Identifier: MIT */
/* Keys and signature checks, by mbedTLS. */
#include <errno.h>
#include <stdlib.h>

#include "crypto/crypto.h"
#include "crypto/mbedtls_compat.h"

#include "tenantca/certificate.h"

/* mbedTLS's codes do not always tell a lack of memory from a wrong key or signature; malloc() does.
 */
struct tcai_key {
    mbedtls_pk_context context;
};

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

tca_result tcai_key_new(tcai_span public_key, tcai_key **out, tca_error *error) {
    *out = NULL;
    tcai_key *key = malloc(sizeof(*key));
    if (key == NULL) {
        return tcai_fail_memory(error);
    }
    mbedtls_pk_init(&key->context);
    errno = 0;
    int status = tcai_mbedtls_ready() ? mbedtls_pk_parse_public_key(&key->context, public_key.data,
                                                                    public_key.length)
                                      : -1;
    bool short_of_memory = errno == ENOMEM;
    if (status != 0) {
        tcai_key_free(key);
    }
    if (status != 0 && short_of_memory) {
        return tcai_fail_memory(error);
    }
    if (status != 0) {
        return tcai_fail(error, TCA_E_KEY, "public key: mbedTLS refuses it (-0x%04X)",
                         (unsigned)-status);
    }
    *out = key;
    return TCA_OK;
}

void tcai_key_free(tcai_key *key) {
    if (key != NULL) {
        mbedtls_pk_free(&key->context);
        free(key);
    }
}

static const signature_scheme *scheme_of(uint32_t signature_algorithm) {
    bool known = signature_algorithm != TCA_SIGNATURE_OTHER &&
                 signature_algorithm < sizeof(schemes) / sizeof(schemes[0]);
    return known ? &schemes[signature_algorithm] : NULL;
}

tca_result tcai_key_verify(tcai_key *key, uint32_t key_type, uint32_t signature_algorithm,
                           tcai_span message, tcai_span signature, tca_error *error) {
    const signature_scheme *scheme = scheme_of(signature_algorithm);
    if (scheme == NULL) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "signature algorithm: not one of those known");
    }
    if (scheme->key_type != key_type) {
        return tcai_fail(error, TCA_E_SIGNATURE,
                         "signature: its algorithm does not fit the issuer's key");
    }
    uint8_t digest[MBEDTLS_MD_MAX_SIZE];
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(scheme->digest);
    if (info == NULL) {
        return tcai_fail(error, TCA_E_UNSUPPORTED,
                         "signature algorithm: this mbedTLS lacks its "
                         "digest");
    }
    if (mbedtls_md(info, message.data, message.length, digest) != 0) {
        return tcai_fail_memory(error);
    }
    errno = 0;
    int status = mbedtls_pk_verify(&key->context, scheme->digest, digest, mbedtls_md_get_size(info),
                                   signature.data, signature.length);
    if (errno == ENOMEM) {
        return tcai_fail_memory(error);
    }
    if (status != 0) {
        return tcai_fail(error, TCA_E_SIGNATURE, "signature: does not verify (-0x%04X)",
                         (unsigned)-status);
    }
    return TCA_OK;
}

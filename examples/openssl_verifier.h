/* SPDX-License-Identifier: MIT */
/* Signature checks by OpenSSL instead of mbedTLS, for back-ends that link it anyway: on P-384 about
 * five times as fast. To be taken over as it is. */
#ifndef OPENSSL_VERIFIER_H
#define OPENSSL_VERIFIER_H

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <tenantca/tenantca.h>

static const EVP_MD *openssl_digest_of(uint32_t signature_algorithm) {
    switch (signature_algorithm) {
    case TCA_SIGNATURE_ECDSA_SHA256:
    case TCA_SIGNATURE_RSA_SHA256:
        return EVP_sha256();
    case TCA_SIGNATURE_ECDSA_SHA384:
    case TCA_SIGNATURE_RSA_SHA384:
        return EVP_sha384();
    case TCA_SIGNATURE_ECDSA_SHA512:
    case TCA_SIGNATURE_RSA_SHA512:
        return EVP_sha512();
    default:
        return NULL;
    }
}

static void openssl_key(void *user, const uint8_t *public_key, size_t length, tca_reply *reply) {
    static const char why[] = "OpenSSL refuses the key";
    const unsigned char *at = public_key;
    (void)user;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)length);
    if (key == NULL) {
        ERR_clear_error();
        tca_reply_fail(reply, why, sizeof(why) - 1);
        return;
    }
    tca_reply_set_handle(reply, key);
    tca_reply_done(reply);
}

/* A context is one thread's, so each check makes its own; the key is shared. RSA is PKCS #1 v1.5
 * unless a context is told otherwise. */
static void openssl_check(void *user, void *key, uint32_t signature_algorithm,
                          const uint8_t *digest, size_t digest_length, const uint8_t *signature,
                          size_t signature_length, tca_reply *reply) {
    const EVP_MD *md = openssl_digest_of(signature_algorithm);
    EVP_PKEY_CTX *context = md == NULL ? NULL : EVP_PKEY_CTX_new((EVP_PKEY *)key, NULL);
    (void)user;
    if (context != NULL && EVP_PKEY_verify_init(context) == 1 &&
        EVP_PKEY_CTX_set_signature_md(context, md) == 1 &&
        EVP_PKEY_verify(context, signature, signature_length, digest, digest_length) == 1) {
        tca_reply_done(reply);
    } else {
        ERR_clear_error();
        tca_reply_fail(reply, NULL, 0);
    }
    EVP_PKEY_CTX_free(context);
}

static void openssl_release(void *user, void *key) {
    (void)user;
    EVP_PKEY_free((EVP_PKEY *)key);
}

static const tca_verifier openssl_verifier = {
    sizeof(tca_verifier), 0, NULL, openssl_key, openssl_check, openssl_release, NULL};

#endif

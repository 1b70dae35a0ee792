/* SPDX-License-Identifier: MIT */
/* The only place of the simulator that knows mbedTLS's generations (2.28, 3.6, 4.x) apart. */
#ifndef SIMULATOR_MBEDTLS_COMPAT_H
#define SIMULATOR_MBEDTLS_COMPAT_H

#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>

#include <stddef.h>
#include <stdint.h>

typedef int (*compat_random)(void *user, unsigned char *out, size_t length);

#if MBEDTLS_VERSION_NUMBER >= 0x04000000
#include <psa/crypto.h>

static inline int compat_ready(void) {
    return psa_crypto_init() == PSA_SUCCESS ? 0 : -1;
}

static inline int compat_parse_key(mbedtls_pk_context *pk, const uint8_t *input, size_t length,
                                   compat_random random, void *user) {
    (void)random;
    (void)user;
    return mbedtls_pk_parse_key(pk, input, length, NULL, 0);
}

static inline int compat_sign(mbedtls_pk_context *pk, mbedtls_md_type_t md, const uint8_t *hash,
                              size_t hash_length, uint8_t *out, size_t capacity, size_t *length,
                              compat_random random, void *user) {
    (void)random;
    (void)user;
    return mbedtls_pk_sign(pk, md, hash, hash_length, out, capacity, length);
}

/* PSA has no seam for the random source: here an RSA key differs from run to run. */
static inline int compat_make_rsa(mbedtls_pk_context *pk, unsigned bits, compat_random random,
                                  void *user) {
    (void)random;
    (void)user;
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_set_key_type(&attributes, PSA_KEY_TYPE_RSA_KEY_PAIR);
    psa_set_key_bits(&attributes, bits);
    psa_set_key_algorithm(&attributes, PSA_ALG_RSA_PKCS1V15_SIGN(PSA_ALG_ANY_HASH));
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH | PSA_KEY_USAGE_EXPORT);
    psa_key_id_t key = 0;
    if (psa_generate_key(&attributes, &key) != PSA_SUCCESS) {
        return -1;
    }
    const int rc = mbedtls_pk_copy_from_psa(key, pk);
    psa_destroy_key(key);
    return rc;
}

#else
#include <mbedtls/rsa.h>

static inline int compat_ready(void) {
    return 0;
}

static inline int compat_parse_key(mbedtls_pk_context *pk, const uint8_t *input, size_t length,
                                   compat_random random, void *user) {
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    return mbedtls_pk_parse_key(pk, input, length, NULL, 0, random, user);
#else
    (void)random;
    (void)user;
    return mbedtls_pk_parse_key(pk, input, length, NULL, 0);
#endif
}

static inline int compat_sign(mbedtls_pk_context *pk, mbedtls_md_type_t md, const uint8_t *hash,
                              size_t hash_length, uint8_t *out, size_t capacity, size_t *length,
                              compat_random random, void *user) {
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    return mbedtls_pk_sign(pk, md, hash, hash_length, out, capacity, length, random, user);
#else
    return capacity < MBEDTLS_PK_SIGNATURE_MAX_SIZE
               ? -1
               : mbedtls_pk_sign(pk, md, hash, hash_length, out, length, random, user);
#endif
}

static inline int compat_make_rsa(mbedtls_pk_context *pk, unsigned bits, compat_random random,
                                  void *user) {
    const int rc = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));
    return rc != 0 ? rc : mbedtls_rsa_gen_key(mbedtls_pk_rsa(*pk), random, user, bits, 65537);
}
#endif

#endif

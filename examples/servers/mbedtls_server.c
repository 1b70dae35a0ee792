/* SPDX-License-Identifier: MIT */
/* A TLS server on mbedTLS (2.28 and 3.6). It knows no CA, so its own check always fails; that is
 * optional, and what the trust set says, asked from the same hook, is not. */
/* link: -lmbedtls -lmbedx509 -lmbedcrypto */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <stdio.h>
#include <stdlib.h>

#include "server.h"

#if MBEDTLS_VERSION_MAJOR >= 3
#include <psa/crypto.h>
#define begin_crypto() (psa_crypto_init() == PSA_SUCCESS)
#define parse_key(key, file, random)                                                               \
    mbedtls_pk_parse_keyfile(key, file, NULL, mbedtls_ctr_drbg_random, random)
#else
#define begin_crypto() true
#define parse_key(key, file, random) mbedtls_pk_parse_keyfile(key, file, NULL)
#endif

typedef struct tls_stack {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
    mbedtls_ssl_config config;
} tls_stack;

/* Which alert the device is told. */
static uint32_t flag_of(uint32_t refusal) {
    switch (refusal) {
    case TCA_REFUSED_UNKNOWN_ISSUER:
    case TCA_REFUSED_WRONG_TENANT:
    case TCA_REFUSED_SIGNATURE:
        return MBEDTLS_X509_BADCERT_NOT_TRUSTED;
    case TCA_REFUSED_EXPIRED:
    case TCA_REFUSED_CA_EXPIRED:
        return MBEDTLS_X509_BADCERT_EXPIRED;
    case TCA_REFUSED_CA_REVOKED:
        return MBEDTLS_X509_BADCERT_REVOKED;
    default:
        return MBEDTLS_X509_BADCERT_OTHER;
    }
}

/* For each certificate, the device's own last, at depth 0; only that one is looked at. What is
 * returned here ends the handshake, whatever the authentication mode says. */
static int verify(void *user, mbedtls_x509_crt *certificate, int depth, uint32_t *flags) {
    tls_visitor *visitor = user;
    *flags = 0;
    if (depth > 0 || visitor_belongs(visitor, certificate->raw.p, certificate->raw.len)) {
        return 0;
    }
    *flags = flag_of(visitor->verdict.refusal);
    return MBEDTLS_ERR_X509_FATAL_ERROR;
}

static bool set_up(tls_stack *stack, const char *certificate_file, const char *key_file) {
    mbedtls_ssl_config *config = &stack->config;
    if (!begin_crypto() ||
        mbedtls_ctr_drbg_seed(&stack->random, mbedtls_entropy_func, &stack->entropy, NULL, 0) !=
            0 ||
        mbedtls_x509_crt_parse_file(&stack->certificate, certificate_file) != 0 ||
        parse_key(&stack->key, key_file, &stack->random) != 0 ||
        mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0 ||
        mbedtls_ssl_conf_own_cert(config, &stack->certificate, &stack->key) != 0) {
        return false;
    }
    mbedtls_ssl_conf_rng(config, mbedtls_ctr_drbg_random, &stack->random);
    mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_OPTIONAL);
    /* A resumed session is not verified again: without tickets and cache, as here, none is. */
    return true;
}

void *stack_open(const char *certificate_file, const char *key_file) {
    tls_stack *made = calloc(1, sizeof(*made));
    if (made == NULL) {
        return NULL;
    }
    mbedtls_entropy_init(&made->entropy);
    mbedtls_ctr_drbg_init(&made->random);
    mbedtls_x509_crt_init(&made->certificate);
    mbedtls_pk_init(&made->key);
    mbedtls_ssl_config_init(&made->config);
    if (!set_up(made, certificate_file, key_file)) {
        fprintf(stderr, "%s, %s: mbedTLS cannot use them\n", certificate_file, key_file);
        stack_close(made);
        return NULL;
    }
    return made;
}

void stack_serve(void *stack_made, tls_visitor *visitor) {
    tls_stack *stack = stack_made;
    char greeting[512];
    mbedtls_ssl_context ssl;
    mbedtls_net_context net = {.fd = visitor->socket};
    mbedtls_ssl_init(&ssl);
    if (mbedtls_ssl_setup(&ssl, &stack->config) == 0) {
        mbedtls_ssl_set_verify(&ssl, verify, visitor);
        mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
        /* A device without a certificate was never asked about: it is not trusted either. */
        if (mbedtls_ssl_handshake(&ssl) == 0 && visitor->verdict.trusted == 1) {
            size_t length = visitor_greeting(visitor, greeting, sizeof(greeting));
            mbedtls_ssl_write(&ssl, (const unsigned char *)greeting, length);
        }
        mbedtls_ssl_close_notify(&ssl);
    }
    mbedtls_ssl_free(&ssl);
}

void stack_close(void *stack_made) {
    tls_stack *stack = stack_made;
    if (stack == NULL) {
        return;
    }
    mbedtls_ssl_config_free(&stack->config);
    mbedtls_pk_free(&stack->key);
    mbedtls_x509_crt_free(&stack->certificate);
    mbedtls_ctr_drbg_free(&stack->random);
    mbedtls_entropy_free(&stack->entropy);
    free(stack);
}

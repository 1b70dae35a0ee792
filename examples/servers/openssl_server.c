/* SPDX-License-Identifier: MIT */
/* A TLS server on OpenSSL that lets in the devices of both CA certificates of a rollover: its own
 * chain building, which looks at the first CA of a name only, is replaced by the trust set. */
/* link: -lssl -lcrypto */
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "server.h"

/* What the refusal is in OpenSSL's terms decides which alert the device is told. */
static int reason_of(uint32_t refusal) {
    switch (refusal) {
    case TCA_REFUSED_UNKNOWN_ISSUER:
    case TCA_REFUSED_WRONG_TENANT:
        return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
    case TCA_REFUSED_SIGNATURE:
        return X509_V_ERR_CERT_SIGNATURE_FAILURE;
    case TCA_REFUSED_EXPIRED:
    case TCA_REFUSED_CA_EXPIRED:
        return X509_V_ERR_CERT_HAS_EXPIRED;
    case TCA_REFUSED_CA_REVOKED:
        return X509_V_ERR_CERT_REVOKED;
    default:
        return X509_V_ERR_CERT_REJECTED;
    }
}

/* In the place of X509_verify_cert(): 1 or 0. */
static int verify(X509_STORE_CTX *context, void *unused) {
    (void)unused;
    const SSL *ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
    tls_visitor *visitor = SSL_get_app_data(ssl);
    unsigned char *certificate = NULL;
    int length = i2d_X509(X509_STORE_CTX_get0_cert(context), &certificate);
    bool belongs = length > 0 && visitor_belongs(visitor, certificate, (size_t)length);
    OPENSSL_free(certificate);
    X509_STORE_CTX_set_error(context, belongs ? X509_V_OK : reason_of(visitor->verdict.refusal));
    return belongs;
}

void *stack_open(const char *certificate_file, const char *key_file) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_use_certificate_chain_file(context, certificate_file) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) != 1) {
        ERR_print_errors_fp(stderr);
        SSL_CTX_free(context);
        return NULL;
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(context, verify, NULL);
    /* A resumed session is not verified again: nothing is resumed. */
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
    return context;
}

void stack_serve(void *stack, tls_visitor *visitor) {
    char greeting[512];
    SSL *ssl = SSL_new(stack);
    if (ssl != NULL && SSL_set_app_data(ssl, visitor) == 1 &&
        SSL_set_fd(ssl, visitor->socket) == 1 && SSL_accept(ssl) == 1 &&
        visitor->verdict.trusted == 1) {
        size_t length = visitor_greeting(visitor, greeting, sizeof(greeting));
        SSL_write(ssl, greeting, (int)length);
        SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    ERR_clear_error();
}

void stack_close(void *stack) {
    SSL_CTX_free(stack);
}

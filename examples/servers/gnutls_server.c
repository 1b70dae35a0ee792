/* SPDX-License-Identifier: MIT */
/* A TLS server on GnuTLS, whose own check, told to trust both CA certificates of a rollover, looks
 * at one of them only: the trust set is asked in its place. */
/* link: -lgnutls */
#include <gnutls/gnutls.h>
#include <stdio.h>

#include "server.h"

static gnutls_alert_description_t alert_of(uint32_t refusal) {
    switch (refusal) {
    case TCA_REFUSED_UNKNOWN_ISSUER:
    case TCA_REFUSED_WRONG_TENANT:
        return GNUTLS_A_UNKNOWN_CA;
    case TCA_REFUSED_SIGNATURE:
        return GNUTLS_A_DECRYPT_ERROR;
    case TCA_REFUSED_EXPIRED:
    case TCA_REFUSED_CA_EXPIRED:
        return GNUTLS_A_CERTIFICATE_EXPIRED;
    case TCA_REFUSED_CA_REVOKED:
        return GNUTLS_A_CERTIFICATE_REVOKED;
    default:
        return GNUTLS_A_BAD_CERTIFICATE;
    }
}

static int verify(gnutls_session_t session) {
    tls_visitor *visitor = gnutls_session_get_ptr(session);
    unsigned count = 0;
    const gnutls_datum_t *presented = gnutls_certificate_get_peers(session, &count);
    if (presented != NULL && count > 0 &&
        visitor_belongs(visitor, presented[0].data, presented[0].size)) {
        return 0;
    }
    gnutls_alert_send(session, GNUTLS_AL_FATAL, alert_of(visitor->verdict.refusal));
    return GNUTLS_E_CERTIFICATE_ERROR;
}

void *stack_open(const char *certificate_file, const char *key_file) {
    gnutls_certificate_credentials_t credentials = NULL;
    if (gnutls_certificate_allocate_credentials(&credentials) != GNUTLS_E_SUCCESS) {
        return NULL;
    }
    int result = gnutls_certificate_set_x509_key_file(credentials, certificate_file, key_file,
                                                      GNUTLS_X509_FMT_PEM);
    if (result < 0) {
        fprintf(stderr, "%s, %s: %s\n", certificate_file, key_file, gnutls_strerror(result));
        gnutls_certificate_free_credentials(credentials);
        return NULL;
    }
    gnutls_certificate_set_verify_function(credentials, verify);
    return credentials;
}

void stack_serve(void *stack, tls_visitor *visitor) {
    char greeting[512];
    gnutls_session_t session = NULL;
    /* A resumed session is not verified again: no tickets, and GnuTLS keeps none by itself. */
    if (gnutls_init(&session, GNUTLS_SERVER | GNUTLS_NO_TICKETS) != GNUTLS_E_SUCCESS) {
        return;
    }
    gnutls_session_set_ptr(session, visitor);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, stack);
    gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
    gnutls_transport_set_int(session, visitor->socket);
    int result;
    do {
        result = gnutls_handshake(session);
    } while (result < 0 && gnutls_error_is_fatal(result) == 0 && result != GNUTLS_E_AGAIN);
    if (result == GNUTLS_E_SUCCESS && visitor->verdict.trusted == 1) {
        size_t length = visitor_greeting(visitor, greeting, sizeof(greeting));
        gnutls_record_send(session, greeting, length);
        gnutls_bye(session, GNUTLS_SHUT_WR);
    } else if (result != GNUTLS_E_CERTIFICATE_ERROR) { /* that was told where it was found */
        gnutls_alert_send_appropriate(session, result);
    }
    gnutls_deinit(session);
}

void stack_close(void *stack) {
    if (stack != NULL) {
        gnutls_certificate_free_credentials(stack);
    }
}

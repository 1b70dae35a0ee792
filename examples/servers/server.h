/* SPDX-License-Identifier: MIT */
/*
 * What the three TLS servers beside this file share: the trust set, read from a saved list of the
 * service and read anew when that file changes; a socket; a thread for each connection. A TLS stack
 * asks visitor_belongs() from its own hook, while the handshake goes on, and never its own check of
 * certificate chains, which would refuse every device of one of two CA certificates.
 */
#ifndef SERVERS_SERVER_H
#define SERVERS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tenantca/tenantca.h>

/* One connection, from its acceptance on. */
typedef struct tls_visitor {
    int socket;
    struct tls_server *server;
    tca_trust_set *trusted; /* as it was when the connection was accepted */
    tca_verdict verdict;
} tls_visitor;

/* Does whoever presents this certificate belong? Fills the verdict; a refusal is logged. */
bool visitor_belongs(tls_visitor *visitor, const uint8_t *certificate, size_t length);

/* The line that is sent to a device that belongs. */
size_t visitor_greeting(const tls_visitor *visitor, char *text, size_t capacity);

/* ---- what each stack brings: openssl_server.c, mbedtls_server.c, gnutls_server.c ---- */

/* NULL: it was said on standard error why. */
void *stack_open(const char *certificate_file, const char *key_file);
/* Shake hands, greet, and close; called by many threads at once. */
void stack_serve(void *stack, tls_visitor *visitor);
void stack_close(void *stack);

#endif

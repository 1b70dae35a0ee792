/* SPDX-License-Identifier: MIT */
/* Other libraries that verify a certificate, each in a file of its own: their headers do not mix.
 */
#ifndef PEERS_H
#define PEERS_H

#include <stddef.h>
#include <stdint.h>

typedef struct peer_der {
    const uint8_t *data;
    size_t length;
} peer_der;

/* `open` trusts the chain's CA certificates, the lowest first; the lowest issues the leaf. */
typedef struct bench_peer {
    const char *name;
    void *(*open)(const peer_der *chain, size_t count);
    int (*verify)(void *trust, peer_der leaf); /* from DER to verdict: 1 when it is trusted */
    void (*close)(void *trust);
} bench_peer;

extern const bench_peer peer_openssl;
extern const bench_peer peer_wolfssl; /* without functions where it is not installed */
extern const bench_peer peer_gnutls;

#endif

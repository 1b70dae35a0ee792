/* SPDX-License-Identifier: MIT */
#include "peers.h"

#if __has_include(<wolfssl/ssl.h>)
#include <wolfssl/options.h>

#include <wolfssl/ssl.h>

static void *open_manager(const peer_der *chain, size_t count) {
    wolfSSL_Init();
    WOLFSSL_CERT_MANAGER *manager = wolfSSL_CertManagerNew();
    for (size_t i = count; i > 0; i--) {
        wolfSSL_CertManagerLoadCABuffer(manager, chain[i - 1].data, (long)chain[i - 1].length,
                                        WOLFSSL_FILETYPE_ASN1);
    }
    return manager;
}

static int verify(void *manager, peer_der leaf) {
    return wolfSSL_CertManagerVerifyBuffer(manager, leaf.data, (long)leaf.length,
                                           WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS;
}

static void close_manager(void *manager) {
    wolfSSL_CertManagerFree(manager);
}

const bench_peer peer_wolfssl = {"wolfSSL", open_manager, verify, close_manager};
#else
const bench_peer peer_wolfssl = {"wolfSSL", NULL, NULL, NULL};
#endif

/* SPDX-License-Identifier: MIT */
#include "peers.h"

#include <openssl/x509_vfy.h>

static void *open_store(const peer_der *chain, size_t count) {
    X509_STORE *store = X509_STORE_new();
    (void)count; /* the tenant CA alone, as an anchor */
    const unsigned char *at = chain[0].data;
    X509 *ca = d2i_X509(NULL, &at, (long)chain[0].length);
    X509_STORE_add_cert(store, ca);
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    X509_free(ca);
    return store;
}

static int verify(void *store, peer_der leaf) {
    const unsigned char *at = leaf.data;
    X509 *device = d2i_X509(NULL, &at, (long)leaf.length);
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509_STORE_CTX_init(context, store, device, NULL);
    int trusted = X509_verify_cert(context);
    X509_STORE_CTX_free(context);
    X509_free(device);
    return trusted == 1;
}

static void close_store(void *store) {
    X509_STORE_free(store);
}

const bench_peer peer_openssl = {"OpenSSL", open_store, verify, close_store};

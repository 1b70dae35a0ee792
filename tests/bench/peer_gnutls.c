/* SPDX-License-Identifier: MIT */
#include "peers.h"

#if __has_include(<gnutls/x509.h>)
#include <gnutls/x509.h>

static gnutls_x509_crt_t read_certificate(peer_der der) {
    gnutls_datum_t datum = {(unsigned char *)(uintptr_t)der.data, (unsigned)der.length};
    gnutls_x509_crt_t certificate;
    gnutls_x509_crt_init(&certificate);
    gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_DER);
    return certificate;
}

static void *open_list(const peer_der *chain, size_t count) {
    gnutls_x509_trust_list_t list;
    (void)count;
    gnutls_x509_trust_list_init(&list, 0);
    gnutls_x509_crt_t ca = read_certificate(chain[0]);
    gnutls_x509_trust_list_add_cas(list, &ca, 1, 0);
    return list;
}

static int verify(void *list, peer_der leaf) {
    unsigned status = 0;
    gnutls_x509_crt_t device = read_certificate(leaf);
    int result = gnutls_x509_trust_list_verify_crt(list, &device, 1, 0, &status, NULL);
    gnutls_x509_crt_deinit(device);
    return result == 0 && status == 0;
}

static void close_list(void *list) {
    gnutls_x509_trust_list_deinit(list, 1);
}

const bench_peer peer_gnutls = {"GnuTLS", open_list, verify, close_list};
#else
const bench_peer peer_gnutls = {"GnuTLS", NULL, NULL, NULL};
#endif

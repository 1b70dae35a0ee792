/* SPDX-License-Identifier: MIT */
/* The only place that knows mbedTLS's generations (2.28, 3.6, 4.x) apart. */
#ifndef TCAI_MBEDTLS_COMPAT_H
#define TCAI_MBEDTLS_COMPAT_H

#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>

#if MBEDTLS_VERSION_NUMBER >= 0x04000000
#include <psa/crypto.h>
#if defined(MBEDTLS_THREADING_C) == 0
#warning "this mbedTLS is built without threading: all of its users must be in one thread"
#endif

/* From 4.0 on keys live in PSA's process-wide state. Initialising it again does nothing. */
static inline int tcai_mbedtls_ready(void) {
    return psa_crypto_init() == PSA_SUCCESS;
}

/* Did a key or a signature fail for want of memory, and not because it is wrong? */
static inline int tcai_mbedtls_out_of_memory(int status) {
    return status == PSA_ERROR_INSUFFICIENT_MEMORY;
}
#else
#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/ecp.h>

static inline int tcai_mbedtls_ready(void) {
    return 1;
}

/* A status is the sum of a module's code (in steps of 0x80) and a lower level's (below 0x80). */
static inline int tcai_mbedtls_out_of_memory(int status) {
    int low = -(-status & 0x7F);
    int high = -(-status & 0xFF80);
    return low == MBEDTLS_ERR_MPI_ALLOC_FAILED || low == MBEDTLS_ERR_ASN1_ALLOC_FAILED ||
           high == MBEDTLS_ERR_ECP_ALLOC_FAILED || high == MBEDTLS_ERR_PK_ALLOC_FAILED ||
           high == MBEDTLS_ERR_MD_ALLOC_FAILED;
}
#endif

#endif

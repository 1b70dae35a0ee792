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

#else
static inline int tcai_mbedtls_ready(void) {
    return 1;
}
#endif

#endif

/* SPDX-License-Identifier: MIT */
/* A certificate as somebody presents it: untrusted, so bounded and read with care. mbedTLS's own
 * reader refuses a proof of possession, whose extended key usage is an empty list. */
#ifndef SIMULATOR_PRESENTED_H
#define SIMULATOR_PRESENTED_H

#include "certificate.h"

enum { PRESENTED_TEXT_MAX = 16 * 1024, PRESENTED_NAME_SIZE = 257 };

/* Start from {0}. */
typedef struct presented {
    der bytes; /* the DER; the views are parts of it */
    der_view signed_part, issuer, subject, public_key, signature;
    int digest; /* mbedtls_md_type_t; MBEDTLS_MD_NONE: a signature of no known kind */
    int64_t not_before, not_after;
    char common_name[PRESENTED_NAME_SIZE]; /* empty when there is none */
    char thumbprint[THUMBPRINT_SIZE];
} presented;

/* PEM, base64 of DER or base64 of PEM, one certificate. On -1 there is nothing to release. */
int presented_read(const char *text, presented *out);
void presented_release(presented *certificate);

/* From the first to the last second, both included. */
int presented_valid_at(const presented *certificate, int64_t time);

typedef enum presented_link {
    LINK_HOLDS,
    LINK_OTHER_ISSUER, /* by its name */
    LINK_OTHER_KEY     /* the name fits, the signature does not */
} presented_link;

presented_link presented_signed_by(const presented *certificate, const presented *issuer);

#endif

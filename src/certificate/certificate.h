/* SPDX-License-Identifier: MIT */
/* The certificate handle, for the rooms that build on it. */
#ifndef TCAI_CERTIFICATE_H
#define TCAI_CERTIFICATE_H

#include "crypto/crypto.h"

#include "tenantca/certificate.h"

/* Texts made when first asked for. */
typedef enum tcai_certificate_text {
    TCAI_TEXT_THUMBPRINT,
    TCAI_TEXT_THUMBPRINT_SHA256,
    TCAI_TEXT_SERIAL,
    TCAI_TEXT_SUBJECT,
    TCAI_TEXT_ISSUER,
    TCAI_TEXT_COMMON_NAME,
    TCAI_TEXT_TENANT_ID,
    TCAI_TEXT_COUNT,
} tcai_certificate_text;

struct tca_certificate {
    _Atomic uint32_t references;
    tcai_x509 x509;
    _Atomic(tcai_key *) key;
    _Atomic(tca_bytes *) texts[TCAI_TEXT_COUNT];
    uint8_t der[];
};

/* Limits with their defaults filled in. */
typedef struct tcai_limits {
    uint64_t input_bytes;
    uint32_t certificate_bytes;
    uint32_t certificates;
} tcai_limits;

/* Members that are 0 become the documented defaults. */
tcai_limits tcai_limits_of(uint64_t input_bytes, uint32_t certificate_bytes, uint32_t certificates);

tca_result tcai_certificate_from_der(tcai_span der, const tcai_limits *limits,
                                     tca_certificate **out, tca_error *error);

/* As tca_certificate_list_parse(). */
tca_result tcai_certificate_list_read(tcai_span input, const tcai_limits *limits,
                                      tca_certificate_list **out, tca_error *error);

/* As tca_certificate_parse(). */
tca_result tcai_certificate_read(tcai_span input, const tcai_limits *limits, tca_certificate **out,
                                 tca_error *error);

/* The DER that an input carries as DER or as base64. */
tca_result tcai_certificate_input_der(tcai_span input, tca_bytes **der, tca_error *error);

/* The key object for checking what this certificate signed, made on first use. */
tca_result tcai_certificate_key(const tca_certificate *certificate, tcai_key **out,
                                tca_error *error);

#endif

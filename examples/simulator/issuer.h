/* SPDX-License-Identifier: MIT */
/* Makes certificates shaped like those of the Azure Sphere Security Service: the same names, string
 * types, extensions and their order; keys, serial numbers and dates of its own.
 *
 * Everything derives from the seed (certificate.h). Functions return 0, or another value and *out
 * NULL. */
#ifndef SIMULATOR_ISSUER_H
#define SIMULATOR_ISSUER_H

#include "certificate.h"

#include <stddef.h>
#include <stdint.h>

#define ISSUER_TENANT_CA_LIFE (730 * INT64_C(86400))
#define ISSUER_DEVICE_LIFE INT64_C(86400)
/* The service backdates a tenant CA certificate by about three hours. */
#define ISSUER_BACKDATE (3 * INT64_C(3600))
#define ISSUER_PROOF_BEFORE (5 * INT64_C(60))
#define ISSUER_PROOF_AFTER (60 * INT64_C(60))

/* Root: "Azure Sphere Root Certificate Authority <year>". */
int issuer_root(uint64_t seed, int year, int64_t not_before, int64_t not_after, issued **out);
/* The same with the dates of the recorded one, 2020 to 2040. */
int issuer_root_2020(uint64_t seed, issued **out);

/* Issuing CA shared by all tenants: "Azure Sphere Policy CA <year>". */
int issuer_policy_ca(uint64_t seed, const issued *root, int year, int64_t not_before,
                     int64_t not_after, issued **out);
/* The same with the dates of the recorded one, 2022 to 2027. */
int issuer_policy_ca_2022(uint64_t seed, const issued *root, issued **out);

typedef struct tenant_ca_options {
    const char *tenant;      /* the GUID */
    const char *environment; /* a word before the GUID such as "INT", or NULL */
    int64_t not_before;
    int64_t life; /* seconds; 0: 730 days */
    key_type key;
    serial_shape serial;
} tenant_ca_options;

int issuer_tenant_ca(uint64_t seed, const issued *policy_ca, const tenant_ca_options *options,
                     issued **out);

typedef struct device_options {
    const char *id; /* 128 lower-case hexadecimal digits */
    int64_t not_before;
    int64_t life;    /* seconds; 0: 24 hours */
    int without_eku; /* leave the extended key usage (clientAuth) out */
} device_options;

int issuer_device(uint64_t seed, const issued *tenant_ca, const device_options *options,
                  issued **out);

/* The proof of possession for a verification code, made at `now`. */
int issuer_proof(uint64_t seed, const issued *tenant_ca, const char *code, int64_t now,
                 issued **out);

/* Certificates-only PKCS#7 in the given order (the service's: root first). */
int issuer_chain_p7b(const issued *const *certificates, size_t count, der *out);

/* ---- What the profiles above are made of. ---- */

/* One RDN with one attribute. */
void issuer_attribute(der *name, const char *oid, uint8_t string_tag, const char *text);
/* C, ST, L (both only where given), O, CN as the service writes them; CN PrintableString. */
void issuer_name(der *name, const char *common_name, int with_place);
void issuer_extension(der *extensions, const char *oid, int critical, const void *content,
                      size_t length);
/* The extensions of a tenant CA certificate issued by the policy CA of that year. */
void issuer_tenant_ca_extensions(der *extensions, int policy_year);

#endif

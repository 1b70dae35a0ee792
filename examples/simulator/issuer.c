/* SPDX-License-Identifier: MIT */
#include "issuer.h"

#include "utc.h"

#include <stdio.h>
#include <string.h>

#define OID_COMMON_NAME "2.5.4.3"
#define OID_COUNTRY "2.5.4.6"
#define OID_LOCALITY "2.5.4.7"
#define OID_STATE "2.5.4.8"
#define OID_ORGANIZATION "2.5.4.10"
#define OID_SUBJECT_KEY_ID "2.5.29.14"
#define OID_KEY_USAGE "2.5.29.15"
#define OID_BASIC_CONSTRAINTS "2.5.29.19"
#define OID_CRL_DISTRIBUTION_POINTS "2.5.29.31"
#define OID_AUTHORITY_KEY_ID "2.5.29.35"
#define OID_EXTENDED_KEY_USAGE "2.5.29.37"
#define OID_AUTHORITY_INFO_ACCESS "1.3.6.1.5.5.7.1.1"
#define OID_CA_ISSUERS "1.3.6.1.5.5.7.48.2"
#define OID_MICROSOFT_CA_VERSION "1.3.6.1.4.1.311.21.1"

enum { TEXT_SIZE = 192, CRITICAL = 1, NOT_CRITICAL = 0 };

/* Extension contents that are the same in every certificate of a kind. */
static const uint8_t usage_sign_certificates_and_crls[] = {0x03, 0x02, 0x01, 0x86};
static const uint8_t usage_digital_signature[] = {0x03, 0x02, 0x07, 0x80};
static const uint8_t usage_encipher_only[] = {0x03, 0x02, 0x00, 0x01};
static const uint8_t constraints_ca[] = {0x30, 0x03, 0x01, 0x01, 0xFF};
static const uint8_t constraints_ca_path_1[] = {0x30, 0x06, 0x01, 0x01, 0xFF, 0x02, 0x01, 0x01};
static const uint8_t purposes_client[] = {0x30, 0x0A, 0x06, 0x08, 0x2B, 0x06,
                                          0x01, 0x05, 0x05, 0x07, 0x03, 0x02};
static const uint8_t purposes_none[] = {0x30, 0x00};
static const uint8_t ca_version_0[] = {0x02, 0x01, 0x00};

/* ---- names and extensions ---- */

void issuer_attribute(der *name, const char *oid, uint8_t string_tag, const char *text) {
    const size_t set = der_open(name, DER_SET);
    const size_t sequence = der_open(name, DER_SEQUENCE);
    der_oid(name, oid);
    der_text(name, string_tag, text);
    der_close(name, sequence);
    der_close(name, set);
}

static uint8_t string_tag(const char *text) {
    static const char printable[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                    " '()+,-./:=?";
    return text[strspn(text, printable)] == '\0' ? DER_PRINTABLE_STRING : DER_UTF8_STRING;
}

void issuer_name(der *name, const char *common_name, int with_place) {
    const size_t sequence = der_open(name, DER_SEQUENCE);
    issuer_attribute(name, OID_COUNTRY, DER_PRINTABLE_STRING, "US");
    if (with_place) {
        issuer_attribute(name, OID_STATE, DER_PRINTABLE_STRING, "Washington");
        issuer_attribute(name, OID_LOCALITY, DER_PRINTABLE_STRING, "Redmond");
    }
    issuer_attribute(name, OID_ORGANIZATION, DER_PRINTABLE_STRING, "Microsoft Corporation");
    issuer_attribute(name, OID_COMMON_NAME, string_tag(common_name), common_name);
    der_close(name, sequence);
}

void issuer_extension(der *extensions, const char *oid, int critical, const void *content,
                      size_t length) {
    static const uint8_t yes = 0xFF;
    const size_t sequence = der_open(extensions, DER_SEQUENCE);
    der_oid(extensions, oid);
    if (critical) {
        der_value(extensions, DER_BOOLEAN, &yes, 1);
    }
    der_value(extensions, DER_OCTET_STRING, content, length);
    der_close(extensions, sequence);
}

static void crl_distribution_point(der *extensions, const char *uri) {
    enum { FULL_NAME = 0, DISTRIBUTION_POINT = 0, URI = 0x86 };
    der points = {0};
    const size_t list = der_open(&points, DER_SEQUENCE);
    const size_t one = der_open(&points, DER_SEQUENCE);
    const size_t point = der_open(&points, DER_CONTEXT(DISTRIBUTION_POINT));
    const size_t names = der_open(&points, DER_CONTEXT(FULL_NAME));
    der_text(&points, URI, uri);
    der_close(&points, names);
    der_close(&points, point);
    der_close(&points, one);
    der_close(&points, list);
    issuer_extension(extensions, OID_CRL_DISTRIBUTION_POINTS, NOT_CRITICAL, points.data,
                     points.length);
    der_free(&points);
}

static void authority_information(der *extensions, const char *uri) {
    enum { URI = 0x86 };
    der access = {0};
    const size_t list = der_open(&access, DER_SEQUENCE);
    const size_t one = der_open(&access, DER_SEQUENCE);
    der_oid(&access, OID_CA_ISSUERS);
    der_text(&access, URI, uri);
    der_close(&access, one);
    der_close(&access, list);
    issuer_extension(extensions, OID_AUTHORITY_INFO_ACCESS, NOT_CRITICAL, access.data,
                     access.length);
    der_free(&access);
}

static void key_identifier(der *extensions, const char *oid, private_key *key) {
    enum { SUBJECT_TAG = DER_OCTET_STRING, AUTHORITY_KEY_TAG = 0x80 };
    uint8_t identifier[20];
    der content = {0};
    if (private_key_identifier(key, identifier) != 0) {
        extensions->failed = 1;
        return;
    }
    if (strcmp(oid, OID_SUBJECT_KEY_ID) == 0) {
        der_value(&content, SUBJECT_TAG, identifier, sizeof identifier);
    } else {
        const size_t sequence = der_open(&content, DER_SEQUENCE);
        der_value(&content, AUTHORITY_KEY_TAG, identifier, sizeof identifier);
        der_close(&content, sequence);
    }
    issuer_extension(extensions, oid, NOT_CRITICAL, content.data, content.length);
    der_free(&content);
}

void issuer_tenant_ca_extensions(der *extensions, int policy_year) {
    char uri[TEXT_SIZE];
    issuer_extension(extensions, OID_KEY_USAGE, CRITICAL, usage_sign_certificates_and_crls,
                     sizeof usage_sign_certificates_and_crls);
    issuer_extension(extensions, OID_BASIC_CONSTRAINTS, CRITICAL, constraints_ca,
                     sizeof constraints_ca);
    /* The spaces are the service's. */
    snprintf(uri, sizeof uri, "http://crl.sphere.azure.net/Microsoft Azure Sphere Policy%d.crl",
             policy_year);
    crl_distribution_point(extensions, uri);
    snprintf(uri, sizeof uri,
             "http://pki.sphere.azure.net/certificates/MicrosoftAzureSpherePolicy%d.cer",
             policy_year);
    authority_information(extensions, uri);
}

/* Issue with a name and extensions that were built for this certificate, and release both. */
static int issue_built(uint64_t seed, const issued *signer, certificate_order *order, der *subject,
                       der *extensions, issued **out) {
    order->subject = der_seen(subject);
    order->extensions = der_seen(extensions);
    *out = NULL;
    const int rc =
        subject->failed || extensions->failed ? -1 : certificate_issue(seed, signer, order, out);
    der_free(subject);
    der_free(extensions);
    return rc;
}

/* ---- the profiles ---- */

static int64_t moment(int year, int month, int day, int hour, int minute, int second) {
    const utc_fields fields = {year, month, day, hour, minute, second};
    return utc_join(&fields);
}

int issuer_root(uint64_t seed, int year, int64_t not_before, int64_t not_after, issued **out) {
    char common_name[TEXT_SIZE];
    der subject = {0};
    der extensions = {0};
    private_key *key = NULL;
    certificate_order order = {.key = KEY_P384,
                               .not_before = not_before,
                               .not_after = not_after,
                               .serial = SERIAL_16_BYTES};
    snprintf(common_name, sizeof common_name, "Azure Sphere Root Certificate Authority %d", year);
    issuer_name(&subject, common_name, 0);
    order.subject = der_seen(&subject);
    issuer_extension(&extensions, OID_KEY_USAGE, CRITICAL, usage_sign_certificates_and_crls,
                     sizeof usage_sign_certificates_and_crls);
    issuer_extension(&extensions, OID_BASIC_CONSTRAINTS, CRITICAL, constraints_ca,
                     sizeof constraints_ca);
    if (certificate_key_to_come(seed, NULL, &order, &key) == 0) {
        key_identifier(&extensions, OID_SUBJECT_KEY_ID, key);
    } else {
        extensions.failed = 1;
    }
    private_key_free(key);
    issuer_extension(&extensions, OID_MICROSOFT_CA_VERSION, NOT_CRITICAL, ca_version_0,
                     sizeof ca_version_0);
    const int rc = issue_built(seed, NULL, &order, &subject, &extensions, out);
    if (rc == 0) {
        (*out)->year = year;
    }
    return rc;
}

int issuer_root_2020(uint64_t seed, issued **out) {
    return issuer_root(seed, 2020, moment(2020, 2, 27, 20, 46, 32), moment(2040, 2, 27, 20, 54, 12),
                       out);
}

/* Azure%20Sphere%20Root%20Certificate%20Authority%202020: this one is escaped. */
static void root_links(der *extensions, int year) {
    char uri[TEXT_SIZE];
    static const char name[] = "Azure%20Sphere%20Root%20Certificate%20Authority%20";
    snprintf(uri, sizeof uri, "http://www.microsoft.com/pkiops/crl/%s%d.crl", name, year);
    crl_distribution_point(extensions, uri);
    snprintf(uri, sizeof uri, "http://www.microsoft.com/pkiops/certs/%s%d.crt", name, year);
    authority_information(extensions, uri);
}

int issuer_policy_ca(uint64_t seed, const issued *root, int year, int64_t not_before,
                     int64_t not_after, issued **out) {
    char common_name[TEXT_SIZE];
    der subject = {0};
    der extensions = {0};
    private_key *key = NULL;
    certificate_order order = {.key = KEY_P384,
                               .not_before = not_before,
                               .not_after = not_after,
                               .serial = SERIAL_16_BYTES};
    snprintf(common_name, sizeof common_name, "Azure Sphere Policy CA %d", year);
    issuer_name(&subject, common_name, 0);
    order.subject = der_seen(&subject);
    issuer_extension(&extensions, OID_KEY_USAGE, CRITICAL, usage_sign_certificates_and_crls,
                     sizeof usage_sign_certificates_and_crls);
    issuer_extension(&extensions, OID_EXTENDED_KEY_USAGE, NOT_CRITICAL, purposes_client,
                     sizeof purposes_client);
    issuer_extension(&extensions, OID_BASIC_CONSTRAINTS, CRITICAL, constraints_ca_path_1,
                     sizeof constraints_ca_path_1);
    if (certificate_key_to_come(seed, root, &order, &key) == 0) {
        key_identifier(&extensions, OID_SUBJECT_KEY_ID, key);
    } else {
        extensions.failed = 1;
    }
    private_key_free(key);
    key_identifier(&extensions, OID_AUTHORITY_KEY_ID, root->key);
    root_links(&extensions, root->year);
    const int rc = issue_built(seed, root, &order, &subject, &extensions, out);
    if (rc == 0) {
        (*out)->year = year;
    }
    return rc;
}

int issuer_policy_ca_2022(uint64_t seed, const issued *root, issued **out) {
    return issuer_policy_ca(seed, root, 2022, moment(2022, 8, 11, 19, 28, 2),
                            moment(2027, 8, 11, 19, 28, 2), out);
}

int issuer_tenant_ca(uint64_t seed, const issued *policy_ca, const tenant_ca_options *options,
                     issued **out) {
    char common_name[TEXT_SIZE];
    der subject = {0};
    der extensions = {0};
    const int64_t life = options->life != 0 ? options->life : ISSUER_TENANT_CA_LIFE;
    certificate_order order = {.key = options->key,
                               .not_before = options->not_before,
                               .not_after = options->not_before + life,
                               .serial = options->serial};
    snprintf(common_name, sizeof common_name, "Microsoft Azure Sphere %s%s%s",
             options->environment != NULL ? options->environment : "",
             options->environment != NULL ? " " : "", options->tenant);
    issuer_name(&subject, common_name, 1);
    issuer_tenant_ca_extensions(&extensions, policy_ca->year);
    return issue_built(seed, policy_ca, &order, &subject, &extensions, out);
}

int issuer_device(uint64_t seed, const issued *tenant_ca, const device_options *options,
                  issued **out) {
    der subject = {0};
    der extensions = {0};
    const int64_t life = options->life != 0 ? options->life : ISSUER_DEVICE_LIFE;
    certificate_order order = {.key = KEY_P256,
                               .not_before = options->not_before,
                               .not_after = options->not_before + life,
                               .serial = SERIAL_ANY};
    const size_t name = der_open(&subject, DER_SEQUENCE);
    issuer_attribute(&subject, OID_COMMON_NAME, string_tag(options->id), options->id);
    der_close(&subject, name);
    issuer_extension(&extensions, OID_KEY_USAGE, CRITICAL, usage_digital_signature,
                     sizeof usage_digital_signature);
    if (!options->without_eku) {
        issuer_extension(&extensions, OID_EXTENDED_KEY_USAGE, NOT_CRITICAL, purposes_client,
                         sizeof purposes_client);
    }
    return issue_built(seed, tenant_ca, &order, &subject, &extensions, out);
}

int issuer_proof(uint64_t seed, const issued *tenant_ca, const char *code, int64_t now,
                 issued **out) {
    der subject = {0};
    der extensions = {0};
    certificate_order order = {.key = KEY_P384,
                               .not_before = now - ISSUER_PROOF_BEFORE,
                               .not_after = now + ISSUER_PROOF_AFTER,
                               .serial = SERIAL_ANY};
    const size_t name = der_open(&subject, DER_SEQUENCE);
    issuer_attribute(&subject, OID_COMMON_NAME, string_tag(code), code);
    der_close(&subject, name);
    issuer_extension(&extensions, OID_KEY_USAGE, CRITICAL, usage_encipher_only,
                     sizeof usage_encipher_only);
    issuer_extension(&extensions, OID_EXTENDED_KEY_USAGE, CRITICAL, purposes_none,
                     sizeof purposes_none);
    return issue_built(seed, tenant_ca, &order, &subject, &extensions, out);
}

int issuer_chain_p7b(const issued *const *certificates, size_t count, der *out) {
    static const uint8_t version = 1;
    const size_t content_info = der_open(out, DER_SEQUENCE);
    der_oid(out, "1.2.840.113549.1.7.2"); /* signedData */
    const size_t explicit0 = der_open(out, DER_CONTEXT(0));
    const size_t signed_data = der_open(out, DER_SEQUENCE);
    der_value(out, DER_INTEGER, &version, 1);
    der_value(out, DER_SET, NULL, 0); /* digestAlgorithms */
    const size_t encapsulated = der_open(out, DER_SEQUENCE);
    der_oid(out, "1.2.840.113549.1.7.1"); /* data, present and empty as the service writes it */
    const size_t content = der_open(out, DER_CONTEXT(0));
    der_value(out, DER_OCTET_STRING, NULL, 0);
    der_close(out, content);
    der_close(out, encapsulated);
    const size_t list = der_open(out, DER_CONTEXT(0));
    for (size_t i = 0; i < count; i++) {
        der_copy(out, der_seen(&certificates[i]->certificate));
    }
    der_close(out, list);
    der_value(out, DER_SET, NULL, 0); /* signerInfos */
    der_close(out, signed_data);
    der_close(out, explicit0);
    der_close(out, content_info);
    return out->failed ? -1 : 0;
}

/* SPDX-License-Identifier: MIT */
/* Certificates that break one rule each, properly signed where that is possible. */
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

#define VIEW(array) ((der_view){array, sizeof array})
/* Present and empty: the element is left out. */
#define LEFT_OUT ((der_view){(const uint8_t *)"", 0})

#define OID_SUBJECT_KEY_ID "2.5.29.14"
#define OID_KEY_USAGE "2.5.29.15"
#define OID_BASIC_CONSTRAINTS "2.5.29.19"
#define OID_AUTHORITY_KEY_ID "2.5.29.35"
#define OID_EXTENDED_KEY_USAGE "2.5.29.37"

static const uint8_t usage_ca[] = {0x03, 0x02, 0x01, 0x86};
static const uint8_t usage_device[] = {0x03, 0x02, 0x07, 0x80};
static const uint8_t constraints_ca[] = {0x30, 0x03, 0x01, 0x01, 0xFF};
static const uint8_t empty_sequence[] = {0x30, 0x00};

/* A tenant CA of the vectors' tenant with other parts or extensions than it should have. */
static issued *odd_tenant_ca(vectors *v, const certificate_parts *instead, der_view extensions) {
    der subject = {0};
    der usual = {0};
    issued *made = NULL;
    issuer_name(&subject, "Microsoft Azure Sphere " VECTOR_TENANT, 1);
    issuer_tenant_ca_extensions(&usual, 2022);
    const certificate_order order = {.subject = der_seen(&subject),
                                     .not_before = at("2024-08-01T00:00:00Z"),
                                     .not_after = at("2026-08-01T00:00:00Z"),
                                     .extensions =
                                         extensions.data != NULL ? extensions : der_seen(&usual),
                                     .instead = instead};
    require(certificate_issue(VECTOR_SEED, v->policy_2022, &order, &made) == 0, "odd tenant CA");
    der_free(&subject);
    der_free(&usual);
    return made;
}

static void put_parts(vectors *v, const char *name, certificate_parts instead, const char *why) {
    static const der_view usual = {NULL, 0};
    issued *const made = odd_tenant_ca(v, &instead, usual);
    put(v, name, der_seen(&made->certificate), REFUSE, why);
    issued_free(made);
}

static void put_extensions(vectors *v, const char *name, der *extensions, expectation expected,
                           const char *why) {
    issued *const made = odd_tenant_ca(v, NULL, der_seen(extensions));
    put(v, name, der_seen(&made->certificate), expected, why);
    issued_free(made);
    der_free(extensions);
}

/* The usual extensions with one more at the end. */
static void put_one_more(vectors *v, const char *name, const char *oid, int critical,
                         der_view content, expectation expected, const char *why) {
    der extensions = {0};
    issuer_tenant_ca_extensions(&extensions, 2022);
    issuer_extension(&extensions, oid, critical, content.data, content.length);
    put_extensions(v, name, &extensions, expected, why);
}

/* An extension whose critical is written with these octets. */
static void odd_critical(der *extensions, const char *oid, uint8_t critical, der_view content) {
    const size_t sequence = der_open(extensions, DER_SEQUENCE);
    der_oid(extensions, oid);
    der_value(extensions, DER_BOOLEAN, &critical, 1);
    der_value(extensions, DER_OCTET_STRING, content.data, content.length);
    der_close(extensions, sequence);
}

static void put_odd_extensions(vectors *v) {
    static const uint8_t zero[] = {0x02, 0x01, 0x00};
    static const uint8_t identifier[] = {0x04, 0x04, 1, 2, 3, 4};
    static const uint8_t authority[] = {0x30, 0x06, 0x80, 0x04, 5, 6, 7, 8};
    static const uint8_t empty_identifier[] = {0x04, 0x00};
    static const uint8_t null[] = {0x05, 0x00};
    static const uint8_t no_bits[] = {0x03, 0x01, 0x00};
    static const uint8_t not_shortest[] = {0x03, 0x02, 0x00, 0x86};
    static const uint8_t ca_by_one[] = {0x30, 0x03, 0x01, 0x01, 0x01};
    static const uint8_t ca_false[] = {0x30, 0x03, 0x01, 0x01, 0x00};
    der e = {0};

    put_one_more(v, "tenant-ca-subject-key-id.der", OID_SUBJECT_KEY_ID, 0, VIEW(identifier), ACCEPT,
                 "subject key identifier 01020304, which the recorded ones do not have");
    put_one_more(v, "tenant-ca-authority-key-id.der", OID_AUTHORITY_KEY_ID, 0, VIEW(authority),
                 ACCEPT, "authority key identifier 05060708");
    put_one_more(v, "bad-unknown-critical-extension.der", "2.5.29.54", 1, VIEW(zero), REFUSE,
                 "unknown critical extension 2.5.29.54");
    put_one_more(v, "bad-duplicate-extension.der", OID_KEY_USAGE, 1, VIEW(usage_ca), REFUSE,
                 "key usage twice");
    put_one_more(v, "bad-empty-eku-ca.der", OID_EXTENDED_KEY_USAGE, 1, VIEW(empty_sequence), REFUSE,
                 "empty extended key usage in a CA");
    put_one_more(v, "bad-subject-key-id-empty.der", OID_SUBJECT_KEY_ID, 0, VIEW(empty_identifier),
                 REFUSE, "subject key identifier without a byte");
    put_one_more(v, "bad-subject-key-id-null.der", OID_SUBJECT_KEY_ID, 0, VIEW(null), REFUSE,
                 "subject key identifier is NULL");

    issuer_extension(&e, OID_KEY_USAGE, 1, no_bits, sizeof no_bits);
    issuer_extension(&e, OID_BASIC_CONSTRAINTS, 1, constraints_ca, sizeof constraints_ca);
    put_extensions(v, "bad-key-usage-no-bits.der", &e, REFUSE, "key usage without a bit");
    issuer_extension(&e, OID_KEY_USAGE, 1, not_shortest, sizeof not_shortest);
    issuer_extension(&e, OID_BASIC_CONSTRAINTS, 1, constraints_ca, sizeof constraints_ca);
    put_extensions(v, "bad-key-usage-not-shortest.der", &e, REFUSE,
                   "key usage with trailing zero bits");
    odd_critical(&e, OID_KEY_USAGE, 0x00, VIEW(usage_ca));
    issuer_extension(&e, OID_BASIC_CONSTRAINTS, 1, constraints_ca, sizeof constraints_ca);
    put_extensions(v, "bad-critical-false.der", &e, REFUSE, "critical FALSE is written out");
    odd_critical(&e, OID_KEY_USAGE, 0x01, VIEW(usage_ca));
    issuer_extension(&e, OID_BASIC_CONSTRAINTS, 1, constraints_ca, sizeof constraints_ca);
    put_extensions(v, "bad-critical-01.der", &e, REFUSE, "BOOLEAN TRUE encoded as 01");
    issuer_extension(&e, OID_KEY_USAGE, 1, usage_ca, sizeof usage_ca);
    issuer_extension(&e, OID_BASIC_CONSTRAINTS, 1, ca_by_one, sizeof ca_by_one);
    put_extensions(v, "bad-ca-01.der", &e, REFUSE, "cA TRUE encoded as 01");
    issuer_extension(&e, OID_KEY_USAGE, 1, usage_ca, sizeof usage_ca);
    issuer_extension(&e, OID_BASIC_CONSTRAINTS, 1, ca_false, sizeof ca_false);
    put_extensions(v, "bad-ca-false.der", &e, REFUSE, "cA FALSE is written out");
}

static void put_empty_eku_device(vectors *v) {
    der subject = {0};
    der extensions = {0};
    issued *made = NULL;
    const size_t name = der_open(&subject, DER_SEQUENCE);
    issuer_attribute(&subject, "2.5.4.3", DER_PRINTABLE_STRING, "device");
    der_close(&subject, name);
    issuer_extension(&extensions, OID_KEY_USAGE, 1, usage_device, sizeof usage_device);
    issuer_extension(&extensions, OID_EXTENDED_KEY_USAGE, 1, empty_sequence, sizeof empty_sequence);
    const certificate_order order = {.key = KEY_P256,
                                     .subject = der_seen(&subject),
                                     .not_before = at("2026-07-01T06:00:00Z"),
                                     .not_after = at("2026-07-02T06:00:00Z"),
                                     .extensions = der_seen(&extensions)};
    require(certificate_issue(VECTOR_SEED, v->b, &order, &made) == 0, "device with empty EKU");
    put(v, "bad-empty-eku-device.der", der_seen(&made->certificate), REFUSE,
        "empty extended key usage in a device certificate");
    issued_free(made);
    der_free(&subject);
    der_free(&extensions);
}

static void put_odd_serials(vectors *v) {
    static const uint8_t negative[] = {0x02, 0x08, 0x86, 0xBF, 0x02, 0x80, 0xBC, 0x7C, 0x84, 0x57};
    static const uint8_t zero[] = {0x02, 0x01, 0x00};
    static const uint8_t empty[] = {0x02, 0x00};
    static const uint8_t padded[] = {0x02, 0x03, 0x00, 0x00, 0x7F};
    uint8_t too_long[2 + 21] = {0x02, 21};
    memset(too_long + 2, 0x11, 21);
    put_parts(v, "bad-serial-negative.der", (certificate_parts){.serial = VIEW(negative)},
              "negative serial number");
    put_parts(v, "bad-serial-zero.der", (certificate_parts){.serial = VIEW(zero)},
              "serial number zero");
    put_parts(v, "bad-serial-empty.der", (certificate_parts){.serial = VIEW(empty)},
              "serial number without content");
    put_parts(v, "bad-serial-padded.der", (certificate_parts){.serial = VIEW(padded)},
              "INTEGER not in its shortest form");
    put_parts(v, "bad-serial-21-bytes.der", (certificate_parts){.serial = VIEW(too_long)},
              "serial number longer than 20 octets");
}

static void put_validity(vectors *v, const char *name, uint8_t tag_from, const char *from,
                         uint8_t tag_to, const char *to, const char *why) {
    der validity = {0};
    const size_t sequence = der_open(&validity, DER_SEQUENCE);
    der_text(&validity, tag_from, from);
    der_text(&validity, tag_to, to);
    der_close(&validity, sequence);
    put_parts(v, name, (certificate_parts){.validity = der_seen(&validity)}, why);
    der_free(&validity);
}

static void put_odd_dates(vectors *v) {
    enum { U = DER_UTC_TIME, G = DER_GENERALIZED_TIME };
    put_validity(v, "bad-generalized-before-2050.der", U, "240801000000Z", G, "20260801000000Z",
                 "GeneralizedTime before 2050");
    put_validity(v, "bad-date-february-30.der", U, "240230000000Z", U, "260801000000Z",
                 "30 February");
    put_validity(v, "bad-date-february-29-2025.der", U, "250229000000Z", U, "260801000000Z",
                 "29 February of a common year");
    put_validity(v, "bad-date-second-60.der", U, "240630235960Z", U, "260801000000Z", "second 60");
    put_validity(v, "bad-date-hour-24.der", U, "240801240000Z", U, "260801000000Z", "hour 24");
    put_validity(v, "bad-date-no-seconds.der", U, "2408010000Z", U, "260801000000Z",
                 "UTCTime without seconds");
    put_validity(v, "bad-date-offset.der", U, "240801000000+0200", U, "260801000000Z",
                 "UTCTime with an offset");
    put_validity(v, "bad-date-fraction.der", U, "240801000000Z", G, "20510801000000.5Z",
                 "GeneralizedTime with a fraction");
    put_validity(v, "bad-date-not-digits.der", U, "24080100000xZ", U, "260801000000Z",
                 "UTCTime with a letter");
    put_validity(v, "bad-ends-before-it-begins.der", U, "260801000000Z", U, "240801000000Z",
                 "notAfter before notBefore");
}

static void put_odd_fields(vectors *v) {
    static const uint8_t sha256[] = {0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86,
                                     0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02};
    static const uint8_t v1[] = {0xA0, 0x03, 0x02, 0x01, 0x00};
    static const uint8_t v4[] = {0xA0, 0x03, 0x02, 0x01, 0x03};
    static const uint8_t no_extensions[] = {0xA3, 0x02, 0x30, 0x00};
    put_parts(v, "bad-signature-algorithms-differ.der",
              (certificate_parts){.outer_algorithm = VIEW(sha256)},
              "signature algorithm differs inside and outside");
    put_parts(v, "bad-issuer-empty.der", (certificate_parts){.issuer = VIEW(empty_sequence)},
              "empty issuer");
    put_parts(v, "bad-subject-empty.der", (certificate_parts){.subject = VIEW(empty_sequence)},
              "empty subject in a CA");
    put_parts(v, "bad-v1-with-extensions.der", (certificate_parts){.version = LEFT_OUT},
              "extensions in a version 1 certificate");
    put_parts(v, "bad-v1-written-out.der", (certificate_parts){.version = VIEW(v1)},
              "the default version is written out");
    put_parts(v, "bad-version-4.der", (certificate_parts){.version = VIEW(v4)}, "unknown version");
    put_parts(v, "bad-extensions-none.der", (certificate_parts){.extensions = VIEW(no_extensions)},
              "a list of extensions without one");
}

/* The point keeps its 97 bytes while the curve's name says P-256. */
static void put_swapped_curve(vectors *v) {
    der point = {0};
    der info = {0};
    private_key_public(v->a->key, &point);
    const size_t bits = 3 + 97; /* BIT STRING at the end */
    const size_t sequence = der_open(&info, DER_SEQUENCE);
    const size_t algorithm = der_open(&info, DER_SEQUENCE);
    der_oid(&info, "1.2.840.10045.2.1");
    der_oid(&info, "1.2.840.10045.3.1.7");
    der_close(&info, algorithm);
    der_raw(&info, point.data + point.length - bits, bits);
    der_close(&info, sequence);
    put_parts(v, "bad-curve-swapped.der", (certificate_parts){.public_key = der_seen(&info)},
              "P-384 point on a curve named P-256");
    der_free(&point);
    der_free(&info);
}

/* The same certificate in other outer wrappings: the signature stays right. */
static void put_odd_wrappings(vectors *v) {
    static const uint8_t end_of_contents[] = {0x00, 0x00};
    const der_view good = der_seen(&v->a->certificate);
    const der_view content = {good.data + 4, good.length - 4}; /* after 30 82 xx xx */
    const uint8_t indefinite[] = {0x30, 0x80};
    const uint8_t long_length[] = {0x30, 0x83, 0x00, good.data[2], good.data[3]};
    der out = {0};
    der_raw(&out, indefinite, sizeof indefinite);
    der_copy(&out, content);
    der_raw(&out, end_of_contents, sizeof end_of_contents);
    put(v, "bad-indefinite-length.der", der_seen(&out), REFUSE, "BER indefinite length");
    der_free(&out);
    der_raw(&out, long_length, sizeof long_length);
    der_copy(&out, content);
    put(v, "bad-length-not-shortest.der", der_seen(&out), REFUSE,
        "length not in its shortest form");
    der_free(&out);
    der_copy(&out, good);
    der_raw(&out, end_of_contents, 1);
    put(v, "bad-trailing-byte.der", der_seen(&out), REFUSE, "a byte after the certificate");
    der_free(&out);
}

void put_malformed(vectors *v) {
    put_odd_extensions(v);
    put_empty_eku_device(v);
    put_odd_serials(v);
    put_odd_dates(v);
    put_odd_fields(v);
    put_swapped_curve(v);
    put_odd_wrappings(v);
}

/* SPDX-License-Identifier: MIT */
#include "presented.h"

#include "mbedtls_compat.h"
#include "request.h"
#include "utc.h"

#include <mbedtls/asn1.h>
#include <mbedtls/base64.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define OID_COMMON_NAME "2.5.4.3"

/* ---- from text to DER ---- */

static const char begin[] = "-----BEGIN CERTIFICATE-----";
static const char end[] = "-----END CERTIFICATE-----";

/* Base64 with white space anywhere. */
static int decode(const char *text, size_t length, der *out) {
    uint8_t bytes[PRESENTED_TEXT_MAX];
    char packed[PRESENTED_TEXT_MAX];
    size_t count = 0;
    if (length > sizeof packed) {
        return -1;
    }
    for (size_t i = 0; i < length; i++) {
        if (!isspace((unsigned char)text[i])) {
            packed[count++] = text[i];
        }
    }
    if (mbedtls_base64_decode(bytes, sizeof bytes, &length, (const unsigned char *)packed, count) !=
        0) {
        return -1;
    }
    der_raw(out, bytes, length);
    return out->failed || length == 0 ? -1 : 0;
}

/* One block, nothing but white space behind it. */
static int decode_pem(const char *text, der *out) {
    const char *const from = strstr(text, begin);
    const char *const to = from != NULL ? strstr(from, end) : NULL;
    if (to == NULL) {
        return -1;
    }
    const char *const rest = to + sizeof end - 1;
    const char *const base64 = from + sizeof begin - 1;
    return rest[strspn(rest, " \t\r\n")] == '\0' ? decode(base64, (size_t)(to - base64), out) : -1;
}

static int decode_text(const char *text, der *out) {
    if (strlen(text) > PRESENTED_TEXT_MAX) {
        return -1;
    }
    if (strstr(text, begin) != NULL) {
        return decode_pem(text, out);
    }
    if (decode(text, strlen(text), out) != 0) {
        return -1;
    }
    if (out->data[0] == DER_SEQUENCE) {
        return 0;
    }
    der pem = *out;
    memset(out, 0, sizeof *out);
    der_raw(&pem, "", 1);
    const int rc = pem.failed ? -1 : decode_pem((const char *)pem.data, out);
    der_free(&pem);
    return rc;
}

/* ---- DER ---- */

/* Where reading is: from `at` up to `end`. */
typedef struct cursor {
    unsigned char *at;
    const unsigned char *end;
} cursor;

/* Octets of the tag and the length in DER; mbedTLS also takes longer ones. */
static size_t header_size(size_t content) {
    return content < 0x80 ? 2 : content < 0x100 ? 3 : content < 0x10000 ? 4 : 5;
}

/* Enter the next element, which must have that tag; *in moves behind it. */
static int enter(cursor *in, int tag, cursor *content) {
    unsigned char *const begun = in->at;
    size_t length;
    if (mbedtls_asn1_get_tag(&in->at, in->end, &length, tag) != 0 ||
        (size_t)(in->at - begun) != header_size(length)) {
        in->at = begun;
        return -1;
    }
    content->at = in->at;
    content->end = in->at + length;
    in->at += length;
    return 0;
}

/* The whole element, header included. */
static int take(cursor *in, int tag, der_view *element) {
    cursor content;
    element->data = in->at;
    const int rc = enter(in, tag, &content);
    element->length = (size_t)(in->at - element->data);
    return rc;
}

static int is_next(const cursor *in, int tag) {
    return in->at < in->end && *in->at == tag;
}

static int is_empty(const cursor *in) {
    return in->at == in->end;
}

static int is_oid(der_view element, const char *dotted) {
    der oid = {0};
    der_oid(&oid, dotted);
    const int same = !oid.failed && oid.length == element.length &&
                     memcmp(oid.data, element.data, oid.length) == 0;
    der_free(&oid);
    return same;
}

static int read_time(cursor *in, int64_t *seconds) {
    static const char shape[] = "____-__-__T__:__:__Z";
    char text[UTC_TEXT_SIZE];
    const int is_short = is_next(in, DER_UTC_TIME);
    cursor digits;
    if (enter(in, is_short ? DER_UTC_TIME : DER_GENERALIZED_TIME, &digits) != 0 ||
        digits.end - digits.at != (is_short ? 13 : 15) || digits.end[-1] != 'Z') {
        return -1;
    }
    memcpy(text, shape, sizeof shape);
    size_t at = 0;
    if (is_short) {
        memcpy(text, digits.at[0] < '5' ? "20" : "19", 2);
        at = 2;
    }
    for (; at < sizeof shape - 1; at++) {
        if (shape[at] == '_') {
            text[at] = (char)*digits.at++;
        }
    }
    return utc_parse(text, seconds);
}

static int read_validity(cursor *in, presented *out) {
    cursor dates;
    return enter(in, DER_SEQUENCE, &dates) == 0 && read_time(&dates, &out->not_before) == 0 &&
                   read_time(&dates, &out->not_after) == 0 && is_empty(&dates)
               ? 0
               : -1;
}

/* UTF8String and what is a part of it; the others are no name that can be shown. */
static int read_text(cursor *in, char out[PRESENTED_NAME_SIZE]) {
    static const int tags[] = {DER_PRINTABLE_STRING, DER_UTF8_STRING, DER_IA5_STRING};
    cursor text = {0};
    size_t i = 0;
    while (i < sizeof tags / sizeof tags[0] && enter(in, tags[i], &text) != 0) {
        i++;
    }
    if (i == sizeof tags / sizeof tags[0]) {
        return -1;
    }
    const size_t length = (size_t)(text.end - text.at);
    if (length >= PRESENTED_NAME_SIZE || memchr(text.at, 0, length) != NULL) {
        return -1;
    }
    memcpy(out, text.at, length);
    out[length] = '\0';
    return is_utf8(out) ? 0 : -1;
}

/* The last common name of a Name: the most specific one stands at the end. */
static int read_name(der_view name, char common_name[PRESENTED_NAME_SIZE]) {
    cursor in = {(unsigned char *)name.data, name.data + name.length};
    cursor names;
    if (enter(&in, DER_SEQUENCE, &names) != 0) {
        return -1;
    }
    while (!is_empty(&names)) {
        cursor set;
        if (enter(&names, DER_SET, &set) != 0) {
            return -1;
        }
        while (!is_empty(&set)) {
            cursor attribute;
            der_view type;
            if (enter(&set, DER_SEQUENCE, &attribute) != 0 ||
                take(&attribute, DER_OID, &type) != 0) {
                return -1;
            }
            if (is_oid(type, OID_COMMON_NAME) &&
                (read_text(&attribute, common_name) != 0 || !is_empty(&attribute))) {
                return -1;
            }
        }
    }
    return 0;
}

static int read_extensions(cursor *in) {
    cursor tagged, list;
    if (!is_next(in, DER_CONTEXT(3))) {
        return 0;
    }
    if (enter(in, DER_CONTEXT(3), &tagged) != 0 || enter(&tagged, DER_SEQUENCE, &list) != 0 ||
        !is_empty(&tagged)) {
        return -1;
    }
    while (!is_empty(&list)) {
        cursor extension, ignored;
        if (enter(&list, DER_SEQUENCE, &extension) != 0 ||
            enter(&extension, DER_OID, &ignored) != 0 ||
            (is_next(&extension, DER_BOOLEAN) && enter(&extension, DER_BOOLEAN, &ignored) != 0) ||
            enter(&extension, DER_OCTET_STRING, &ignored) != 0 || !is_empty(&extension)) {
            return -1;
        }
    }
    return 0;
}

/* Its form only: which kinds and sizes there are is up to mbedTLS (4.x takes no RSA key of 2046
 * bits, as an IoT Hub was recorded with), and what it cannot use signs nothing. */
static int read_key(cursor *in, presented *out) {
    cursor whole, algorithm, bits, ignored;
    if (take(in, DER_SEQUENCE, &out->public_key) != 0) {
        return -1;
    }
    whole.at = (unsigned char *)out->public_key.data;
    whole.end = in->at;
    return enter(&whole, DER_SEQUENCE, &bits) == 0 && enter(&bits, DER_SEQUENCE, &algorithm) == 0 &&
                   enter(&algorithm, DER_OID, &ignored) == 0 &&
                   enter(&bits, DER_BIT_STRING, &ignored) == 0 && is_empty(&bits) &&
                   !is_empty(&ignored) && *ignored.at == 0
               ? 0
               : -1;
}

static int digest_of(der_view algorithm) {
    static const struct {
        const char *oid;
        mbedtls_md_type_t digest;
    } known[] = {
        {"1.2.840.10045.4.3.2", MBEDTLS_MD_SHA256},   {"1.2.840.10045.4.3.3", MBEDTLS_MD_SHA384},
        {"1.2.840.10045.4.3.4", MBEDTLS_MD_SHA512},   {"1.2.840.113549.1.1.11", MBEDTLS_MD_SHA256},
        {"1.2.840.113549.1.1.12", MBEDTLS_MD_SHA384}, {"1.2.840.113549.1.1.13", MBEDTLS_MD_SHA512},
    };
    cursor in = {(unsigned char *)algorithm.data, algorithm.data + algorithm.length};
    cursor parts;
    der_view oid;
    if (enter(&in, DER_SEQUENCE, &parts) == 0 && take(&parts, DER_OID, &oid) == 0) {
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            if (is_oid(oid, known[i].oid)) {
                return (int)known[i].digest;
            }
        }
    }
    return MBEDTLS_MD_NONE;
}

static int same_bytes(der_view one, der_view other) {
    return one.length == other.length && memcmp(one.data, other.data, one.length) == 0;
}

/* Not empty, and no longer than it must be (X.690, 8.3). */
static int read_serial(cursor *in) {
    cursor octets;
    if (enter(in, DER_INTEGER, &octets) != 0 || is_empty(&octets)) {
        return -1;
    }
    const int is_single = octets.end - octets.at == 1;
    const int first = octets.at[0];
    return !is_single && ((first == 0x00 && octets.at[1] < 0x80) ||
                          (first == 0xFF && octets.at[1] >= 0x80))
               ? -1
               : 0;
}

/* RFC 5280, 4.1. */
static int read_signed_part(der_view part, der_view outer_algorithm, presented *out) {
    cursor in = {(unsigned char *)part.data, part.data + part.length};
    cursor tbs, ignored;
    der_view algorithm;
    char issuer[PRESENTED_NAME_SIZE] = "";
    if (enter(&in, DER_SEQUENCE, &tbs) != 0 ||
        (is_next(&tbs, DER_CONTEXT(0)) && enter(&tbs, DER_CONTEXT(0), &ignored) != 0) ||
        read_serial(&tbs) != 0 || take(&tbs, DER_SEQUENCE, &algorithm) != 0 ||
        !same_bytes(algorithm, outer_algorithm) || take(&tbs, DER_SEQUENCE, &out->issuer) != 0 ||
        read_name(out->issuer, issuer) != 0 || read_validity(&tbs, out) != 0 ||
        take(&tbs, DER_SEQUENCE, &out->subject) != 0 ||
        read_name(out->subject, out->common_name) != 0 || read_key(&tbs, out) != 0 ||
        read_extensions(&tbs) != 0) {
        return -1;
    }
    return is_empty(&tbs) ? 0 : -1;
}

static int read_certificate(presented *out) {
    cursor in = {out->bytes.data, out->bytes.data + out->bytes.length};
    cursor certificate, bits;
    der_view algorithm;
    if (enter(&in, DER_SEQUENCE, &certificate) != 0 || !is_empty(&in) ||
        take(&certificate, DER_SEQUENCE, &out->signed_part) != 0 ||
        take(&certificate, DER_SEQUENCE, &algorithm) != 0 ||
        enter(&certificate, DER_BIT_STRING, &bits) != 0 || !is_empty(&certificate) ||
        is_empty(&bits) || *bits.at != 0) {
        return -1;
    }
    out->signature.data = bits.at + 1;
    out->signature.length = (size_t)(bits.end - bits.at) - 1;
    out->digest = digest_of(algorithm);
    return read_signed_part(out->signed_part, algorithm, out);
}

int presented_read(const char *text, presented *out) {
    memset(out, 0, sizeof *out);
    if (decode_text(text, &out->bytes) != 0 || read_certificate(out) != 0 ||
        thumbprint_of(der_seen(&out->bytes), out->thumbprint) != 0) {
        presented_release(out);
        return -1;
    }
    return 0;
}

void presented_release(presented *certificate) {
    der_free(&certificate->bytes);
    memset(certificate, 0, sizeof *certificate);
}

/* ---- judging ---- */

int presented_valid_at(const presented *certificate, int64_t time) {
    return certificate->not_before <= time && time <= certificate->not_after;
}

static int signature_verifies(const presented *certificate, der_view public_key) {
    const mbedtls_md_info_t *const md =
        mbedtls_md_info_from_type((mbedtls_md_type_t)certificate->digest);
    uint8_t hash[MBEDTLS_MD_MAX_SIZE];
    mbedtls_pk_context key;
    mbedtls_pk_init(&key);
    const int verifies =
        md != NULL && compat_ready() == 0 &&
        mbedtls_md(md, certificate->signed_part.data, certificate->signed_part.length, hash) == 0 &&
        mbedtls_pk_parse_public_key(&key, public_key.data, public_key.length) == 0 &&
        mbedtls_pk_verify(&key, (mbedtls_md_type_t)certificate->digest, hash,
                          mbedtls_md_get_size(md), certificate->signature.data,
                          certificate->signature.length) == 0;
    mbedtls_pk_free(&key);
    return verifies;
}

presented_link presented_signed_by(const presented *certificate, const presented *issuer) {
    return !same_bytes(certificate->issuer, issuer->subject)      ? LINK_OTHER_ISSUER
           : !signature_verifies(certificate, issuer->public_key) ? LINK_OTHER_KEY
                                                                  : LINK_HOLDS;
}

/* SPDX-License-Identifier: MIT */
/* Subjects that are hard to write as text (RFC 4514), with the text they must give. */
#include "vectors.h"

#include <string.h>

#define STRING(text) text, sizeof(text) - 1

typedef struct attribute {
    const char *oid;
    uint8_t tag;
    const char *value;
    size_t length;
    int same_rdn; /* as the one before */
} attribute;

/* In the order of the certificate; the text runs the other way. */
static const attribute torture[] = {
    {"2.5.4.6", DER_PRINTABLE_STRING, STRING("US"), 0},
    {"2.5.4.8", DER_UTF8_STRING, STRING("Z\xC3\xBCrich"), 0},
    {"2.5.4.7", DER_BMP_STRING, STRING("\x26\x03\x00 \x4E\x2D"), 0},
    {"2.5.4.9", DER_UTF8_STRING, STRING(" leading and trailing "), 0},
    {"2.5.4.10", DER_UTF8_STRING, STRING("#Comma, \"Quote\" + <Plus>; Back\\slash = equals"), 0},
    {"2.5.4.11", DER_TELETEX_STRING, STRING("Caf\xE9"), 0},
    {"0.9.2342.19200300.100.1.25", DER_IA5_STRING, STRING("example"), 0},
    {"0.9.2342.19200300.100.1.1", DER_UTF8_STRING, STRING("\xF0\x9F\x94\x91 key"), 0},
    {"1.2.840.113549.1.9.1", DER_IA5_STRING, STRING("admin@example.com"), 0},
    {"2.5.4.5", DER_PRINTABLE_STRING, STRING("0042"), 0},
    {"1.3.6.1.4.1.32473.1", DER_UTF8_STRING, STRING("own"), 0},
    {"2.5.4.11", DER_UTF8_STRING, STRING("   "), 0},
    {"2.5.4.11", DER_UTF8_STRING, STRING("x"), 0},
    {"2.5.4.3", DER_UTF8_STRING, STRING("a+b"), 1},
    {"2.5.4.10", DER_UTF8_STRING, STRING("mid # dle"), 0},
};

static const char torture_text[] =
    "O=mid # dle,"
    "OU=x+CN=a\\+b,"
    "OU=\\  \\ ,"
    "1.3.6.1.4.1.32473.1=#0C036F776E,"
    "serialNumber=0042,"
    "emailAddress=admin@example.com,"
    "UID=\xF0\x9F\x94\x91 key,"
    "DC=example,"
    "OU=Caf\xC3\xA9,"
    "O=\\#Comma\\, \\\"Quote\\\" \\+ \\<Plus\\>\\; Back\\\\slash = equals,"
    "STREET=\\ leading and trailing\\ ,"
    "L=\xE2\x98\x83 \xE4\xB8\xAD,"
    "ST=Z\xC3\xBCrich,"
    "C=US";

static void write_attribute(der *out, const attribute *a) {
    const size_t sequence = der_open(out, DER_SEQUENCE);
    der_oid(out, a->oid);
    der_value(out, a->tag, a->value, a->length);
    der_close(out, sequence);
}

static void write_name(der *out, const attribute *attributes, size_t count) {
    const size_t name = der_open(out, DER_SEQUENCE);
    for (size_t i = 0; i < count;) {
        const size_t set = der_open(out, DER_SET);
        write_attribute(out, &attributes[i++]);
        while (i < count && attributes[i].same_rdn) {
            write_attribute(out, &attributes[i++]);
        }
        der_close(out, set);
    }
    der_close(out, name);
}

static void put_named(vectors *v, const char *name, const attribute *attributes, size_t count,
                      expectation expected, const char *why) {
    static const uint8_t digital_signature[] = {0x03, 0x02, 0x07, 0x80};
    der subject = {0};
    der extensions = {0};
    issued *made = NULL;
    write_name(&subject, attributes, count);
    issuer_extension(&extensions, "2.5.29.15", 1, digital_signature, sizeof digital_signature);
    const certificate_order order = {.key = KEY_P256,
                                     .subject = der_seen(&subject),
                                     .not_before = at("2026-07-01T00:00:00Z"),
                                     .not_after = at("2026-07-02T00:00:00Z"),
                                     .extensions = der_seen(&extensions)};
    require(certificate_issue(VECTOR_SEED, v->b, &order, &made) == 0, name);
    put(v, name, der_seen(&made->certificate), expected, why);
    issued_free(made);
    der_free(&subject);
    der_free(&extensions);
}

void put_names(vectors *v) {
    static const attribute nul = {"2.5.4.3", DER_UTF8_STRING, STRING("before\0after"), 0};
    static const attribute not_utf8 = {"2.5.4.3", DER_UTF8_STRING, STRING("\xC3("), 0};
    static const attribute overlong = {"2.5.4.3", DER_UTF8_STRING, STRING("\xC0\xAF"), 0};
    static const attribute odd_bmp = {"2.5.4.3", DER_BMP_STRING, STRING("\0a\0"), 0};
    static const attribute surrogate = {"2.5.4.3", DER_BMP_STRING, STRING("\xD8\x3D"), 0};
    put_named(v, "subject-torture.der", torture, sizeof torture / sizeof torture[0], ACCEPT,
              "RFC 4514: see subject-torture.txt");
    put_text(v, "subject-torture.txt", torture_text, ACCEPT, "the subject of subject-torture.der");
    put_named(v, "subject-nul.der", &nul, 1, ACCEPT, "text CN=before\\00after");
    put_named(v, "subject-not-utf8.der", &not_utf8, 1, REFUSE, "UTF8String is not UTF-8");
    put_named(v, "subject-overlong-utf8.der", &overlong, 1, REFUSE, "UTF-8 not in shortest form");
    put_named(v, "subject-odd-bmp.der", &odd_bmp, 1, REFUSE, "BMPString of three bytes");
    put_named(v, "subject-bmp-surrogate.der", &surrogate, 1, REFUSE, "BMPString with a surrogate");
}

/* SPDX-License-Identifier: MIT */
/* Everything that must be refused, one defect at a time, in certificates that are otherwise good
 * and really signed; OpenSSL, which makes them, says what it thinks of each. */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "trust_scene.h"

#define DAY 86400L
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- keys and certificates ---- */

typedef enum key_kind { P256, P384, P521, P192, RSA_2048, RSA_1024, ED25519, KEY_KINDS } key_kind;

static EVP_PKEY *keys[2][KEY_KINDS]; /* of CAs, of devices; made when first needed */

static EVP_PKEY *key_of(size_t whose, key_kind kind) {
    EVP_PKEY **key = &keys[whose][kind];
    if (*key == NULL) {
        switch (kind) {
        case P256:
            *key = EVP_EC_gen("P-256");
            break;
        case P384:
            *key = EVP_EC_gen("P-384");
            break;
        case P521:
            *key = EVP_EC_gen("P-521");
            break;
        case P192:
            *key = EVP_EC_gen("P-192");
            break;
        case RSA_2048:
            *key = EVP_RSA_gen(2048);
            break;
        case RSA_1024:
            *key = EVP_RSA_gen(1024);
            break;
        default:
            *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
        }
    }
    ck_assert_ptr_nonnull(*key);
    return *key;
}

static void free_keys(void) {
    for (size_t i = 0; i < 2 * KEY_KINDS; i++) {
        EVP_PKEY_free(keys[i / KEY_KINDS][i % KEY_KINDS]);
        keys[i / KEY_KINDS][i % KEY_KINDS] = NULL;
    }
}

static void add_extension(X509 *certificate, const char *name, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, NULL, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_nconf(NULL, &context, name, value);
    ck_assert_msg(extension != NULL, "%s=%s", name, value);
    ck_assert_int_eq(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static void add_name(X509_NAME *name, int type, const char *text) {
    ck_assert_int_eq(
        X509_NAME_add_entry_by_txt(name, "CN", type, (const unsigned char *)text, -1, -1, 0), 1);
}

#define CA_NAME "Microsoft Azure Sphere " SCENE_TENANT

static X509 *new_certificate(EVP_PKEY *key, long from, long to) {
    X509 *made = X509_new();
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 4711);
    ASN1_TIME_set(X509_getm_notBefore(made), (time_t)(SCENE_NOW + from));
    ASN1_TIME_set(X509_getm_notAfter(made), (time_t)(SCENE_NOW + to));
    X509_set_pubkey(made, key);
    add_name(X509_get_issuer_name(made), MBSTRING_ASC, CA_NAME);
    return made;
}

static void sign(X509 *certificate, EVP_PKEY *signer, const EVP_MD *md) {
    ck_assert_int_gt(X509_sign(certificate, signer, md), 0);
}

static scene_bytes encode(X509 *certificate) {
    scene_bytes bytes = {NULL, 0};
    int length = i2d_X509(certificate, &bytes.data);
    ck_assert_int_gt(length, 0);
    bytes.length = (size_t)length;
    return bytes;
}

typedef struct extension_text {
    const char *name, *value;
} extension_text;

typedef struct ca_plan {
    key_kind key;
    uint32_t status;          /* TCA_SERVICE_*; 0: active */
    long from, to;            /* days from now; 0 and 0: -100 and 100 */
    extension_text extras[3]; /* instead of the usual ones */
} ca_plan;

static X509 *make_ca(const ca_plan *plan) {
    static const extension_text usual[] = {
        {"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "critical,keyCertSign"}, {0}};
    bool dated = plan->from != 0 || plan->to != 0;
    X509 *made = new_certificate(key_of(0, plan->key), (dated ? plan->from : -100) * DAY,
                                 (dated ? plan->to : 100) * DAY);
    add_name(X509_get_subject_name(made), MBSTRING_ASC, CA_NAME);
    X509_NAME *issuer = X509_get_issuer_name(made);
    X509_NAME_ENTRY_free(X509_NAME_delete_entry(issuer, 0));
    add_name(issuer, MBSTRING_ASC, "Azure Sphere Policy CA 2022");
    const extension_text *extras = plan->extras[0].name != NULL ? plan->extras : usual;
    for (; extras->name != NULL; extras++) {
        add_extension(made, extras->name, extras->value);
    }
    sign(made, key_of(1, P256), EVP_sha256()); /* nobody asks who signed an anchor */
    return made;
}

/* ---- what OpenSSL says ---- */

/* Level 2 asks for 112 bits of security. The purpose is a TLS client's. */
static bool openssl_trusts(X509 *ca, scene_bytes device, tca_unix now) {
    const unsigned char *at = device.data;
    X509 *leaf = d2i_X509(NULL, &at, (long)device.length);
    if (leaf == NULL) {
        return false;
    }
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509_STORE_add_cert(store, ca);
    X509_STORE_CTX_init(context, store, leaf, NULL);
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_time(parameters, (time_t)now);
    X509_VERIFY_PARAM_set_auth_level(parameters, 2);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT);
    bool trusted = X509_verify_cert(context) == 1;
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    X509_free(leaf);
    return trusted;
}

/* ---- sets ---- */

static tca_trust_set *set_of(X509 *const *cas, const uint32_t *statuses, size_t count) {
    tca_inventory_builder *builder = NULL;
    tca_inventory *inventory = NULL;
    tca_trust_builder *trust = NULL;
    tca_trust_set *set = NULL;
    tca_inventory_options options = {.struct_size = sizeof(options),
                                     .tenant = SCENE_TENANT,
                                     .tenant_length = strlen(SCENE_TENANT)};
    ck_assert_int_eq(tca_inventory_builder_new(&options, &builder, NULL), TCA_OK);
    for (size_t i = 0; i < count; i++) {
        scene_bytes body = encode(cas[i]);
        tca_certificate *certificate = NULL;
        tca_service_record record = {.struct_size = sizeof(record),
                                     .status = statuses[i] != 0 ? statuses[i] : TCA_SERVICE_ACTIVE};
        ck_assert_int_eq(tca_certificate_parse(body.data, body.length, NULL, &certificate, NULL),
                         TCA_OK);
        ck_assert_int_eq(tca_inventory_builder_add(builder, certificate, &record, NULL), TCA_OK);
        tca_certificate_unref(certificate);
        OPENSSL_free(body.data);
    }
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_new(NULL, &trust, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_add(trust, inventory, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_finish(trust, SCENE_NOW, 0, &set, NULL), TCA_OK);
    tca_trust_builder_unref(trust);
    tca_inventory_unref(inventory);
    tca_inventory_builder_unref(builder);
    return set;
}

/* ---- devices ---- */

typedef enum opinion { SAME, ACCEPTS, REFUSES } opinion;

typedef struct device_plan {
    const char *what;
    uint32_t refusal;
    opinion openssl; /* where it differs: what it says instead */
    key_kind key;
    key_kind signer;
    const EVP_MD *(*digest)(void);
    extension_text extras[5]; /* instead of the usual ones */
    const char *names[2];     /* instead of the usual one; "": none */
    int name_type;            /* instead of MBSTRING_UTF8 */
    const char *serial;       /* hexadecimal, a sign before it */
    int version;              /* 1: without extensions */
    long from, to;            /* seconds from now */
} device_plan;

/* 255 bytes */
#define FIFTY "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcd"
#define LONGEST FIFTY FIFTY FIFTY FIFTY FIFTY "01234"

#define USUAL                                                                                      \
    {"keyUsage", "critical,digitalSignature"}, {                                                   \
        "extendedKeyUsage", "clientAuth"                                                           \
    }

static const device_plan plans[] = {
    {.what = "a good one"},
    {.what = "of another curve", .key = P384},
    {.what = "of P-521", .key = P521},
    {.what = "RSA", .key = RSA_2048},
    {.what = "signed by P-384 with SHA-256", .signer = P384},
    {.what = "signed by P-521 with SHA-512", .signer = P521, .digest = EVP_sha512},
    {.what = "signed by P-256 with SHA-384", .digest = EVP_sha384},
    {.what = "signed by RSA", .signer = RSA_2048},
    {.what = "signed by RSA with SHA-384", .signer = RSA_2048, .digest = EVP_sha384},
    {.what = "signed by RSA with SHA-512", .signer = RSA_2048, .digest = EVP_sha512},
    {.what = "without extensions", .version = 1},
    {.what = "any purpose",
     /* OpenSSL 3.0 wants clientAuth itself; RFC 5280, 4.2.1.12 has any purpose satisfy it. */
     .openssl = REFUSES,
     .extras = {{"extendedKeyUsage", "anyExtendedKeyUsage"}}},
    {.what = "basic constraints that say no CA",
     .extras = {USUAL, {"basicConstraints", "critical,CA:FALSE"}}},
    {.what = "an alternative name", .extras = {USUAL, {"subjectAltName", "DNS:device"}}},
    {.what = "an unknown extension", .extras = {USUAL, {"1.2.3.4", "DER:0500"}}},
    {.what = "an identifier of the issuer's", .extras = {USUAL, {"1.2.3.5", "DER:0500"}}},
    /* weak */
    {.what = "SHA-1", .refusal = TCA_REFUSED_WEAK_ALGORITHM, .digest = EVP_sha1},
    {.what = "SHA-1 by RSA",
     .refusal = TCA_REFUSED_WEAK_ALGORITHM,
     .signer = RSA_2048,
     .digest = EVP_sha1},
    {.what = "MD5 by RSA",
     .refusal = TCA_REFUSED_WEAK_ALGORITHM,
     .signer = RSA_2048,
     .digest = EVP_md5},
    /* 112 bits: enough for OpenSSL; not in the policy. */
    {.what = "SHA-224",
     .refusal = TCA_REFUSED_WEAK_ALGORITHM,
     .openssl = ACCEPTS,
     .digest = EVP_sha224},
    {.what = "a key of RSA 1024", .refusal = TCA_REFUSED_WEAK_KEY, .key = RSA_1024},
    {.what = "a key of P-192", .refusal = TCA_REFUSED_WEAK_KEY, .key = P192},
    {.what = "a key of Ed25519",
     .refusal = TCA_REFUSED_WEAK_KEY,
     .openssl = ACCEPTS,
     .key = ED25519},
    /* no device's */
    {.what = "a CA as a device",
     .refusal = TCA_REFUSED_IS_CA,
     .openssl = ACCEPTS, /* unless it is told to look for an end entity */
     .extras = {USUAL, {"basicConstraints", "critical,CA:TRUE"}}},
    {.what = "a server's",
     .refusal = TCA_REFUSED_USAGE,
     .extras = {{"extendedKeyUsage", "serverAuth"}}},
    {.what = "an unknown purpose",
     .refusal = TCA_REFUSED_USAGE,
     .extras = {{"extendedKeyUsage", "1.2.3.4.5"}}},
    {.what = "a key for encryption only",
     .refusal = TCA_REFUSED_USAGE,
     .extras = {{"keyUsage", "critical,keyEncipherment"}}},
    {.what = "a key for agreement only",
     .refusal = TCA_REFUSED_USAGE,
     .openssl = ACCEPTS, /* for TLS with a static key, which is gone */
     .extras = {{"keyUsage", "critical,keyAgreement"}}},
    /* extensions */
    {.what = "an unknown critical extension",
     .refusal = TCA_REFUSED_CRITICAL_EXTENSION,
     .extras = {USUAL, {"1.2.3.4", "critical,DER:0500"}}},
    {.what = "critical name constraints",
     .refusal = TCA_REFUSED_CRITICAL_EXTENSION,
     .openssl = ACCEPTS, /* it processes them, in a CA */
     .extras = {USUAL, {"nameConstraints", "critical,permitted;DNS:example"}}},
    {.what = "critical certificate policies",
     .refusal = TCA_REFUSED_CRITICAL_EXTENSION,
     .openssl = ACCEPTS,
     .extras = {USUAL, {"2.5.29.32", "critical,DER:3007300506032A0304"}}},
    {.what = "a critical alternative name",
     .refusal = TCA_REFUSED_CRITICAL_EXTENSION,
     .openssl = ACCEPTS, /* it processes names when it is asked for one */
     .extras = {USUAL, {"subjectAltName", "critical,DNS:device"}}},
    {.what = "key usage twice",
     .refusal = TCA_REFUSED_MALFORMED,
     .extras = {USUAL, {"keyUsage", "digitalSignature"}}},
    {.what = "an unknown extension twice",
     .refusal = TCA_REFUSED_MALFORMED,
     .openssl = ACCEPTS,
     .extras = {USUAL, {"1.2.3.4", "DER:0500"}, {"1.2.3.4", "DER:0500"}}},
    /* names */
    {.what = "no subject", .refusal = TCA_REFUSED_MALFORMED, .openssl = ACCEPTS, .names = {""}},
    {.what = "no subject, an alternative name",
     .refusal = TCA_REFUSED_NO_IDENTITY,
     .openssl = ACCEPTS,
     .extras = {USUAL, {"subjectAltName", "DNS:device"}},
     .names = {""}},
    {.what = "no subject, a critical alternative name",
     .refusal = TCA_REFUSED_CRITICAL_EXTENSION,
     .openssl = ACCEPTS,
     .extras = {USUAL, {"subjectAltName", "critical,DNS:device"}},
     .names = {""}},
    {.what = "two common names",
     .refusal = TCA_REFUSED_NO_IDENTITY,
     .openssl = ACCEPTS,
     .names = {"one", "other"}},
    {.what = "a common name with a line feed",
     .refusal = TCA_REFUSED_NO_IDENTITY,
     .openssl = ACCEPTS,
     .names = {"device\nadmin"}},
    {.what = "a common name with a delete",
     .refusal = TCA_REFUSED_NO_IDENTITY,
     .openssl = ACCEPTS,
     .names = {"device\x7F"}},
    {.what = "a common name of 255 bytes", .names = {LONGEST}, .name_type = V_ASN1_UTF8STRING},
    {.what = "a common name of 256 bytes",
     .refusal = TCA_REFUSED_NO_IDENTITY,
     .openssl = ACCEPTS,
     .names = {LONGEST "x"},
     .name_type = V_ASN1_UTF8STRING},
    {.what = "a common name of 16-bit characters",
     .refusal = TCA_REFUSED_NO_IDENTITY,
     .openssl = ACCEPTS,
     .names = {"abcd"},
     .name_type = V_ASN1_BMPSTRING},
    /* numbers and dates */
    {.what = "a serial number of 20 octets", .serial = "7f00000000000000000000000000000000000001"},
    {.what = "a serial number of 21 octets",
     .refusal = TCA_REFUSED_MALFORMED,
     .openssl = ACCEPTS,
     .serial = "0100000000000000000000000000000000000000ff"},
    {.what = "a negative serial number",
     .refusal = TCA_REFUSED_MALFORMED,
     .openssl = ACCEPTS,
     .serial = "-01"},
    {.what = "serial number zero",
     .refusal = TCA_REFUSED_MALFORMED,
     .openssl = ACCEPTS,
     .serial = "00"},
    {.what = "begins in a second", .refusal = TCA_REFUSED_NOT_YET_VALID, .from = 1, .to = DAY},
    {.what = "begins now", .from = 0, .to = DAY},
    /* RFC 5280, 4.1.2.5: up to notAfter, inclusive. */
    {.what = "ends now", .openssl = REFUSES, .from = -DAY, .to = 0},
    {.what = "ended a second ago", .refusal = TCA_REFUSED_EXPIRED, .from = -DAY, .to = -1},
    {.what = "ends before it begins", .refusal = TCA_REFUSED_MALFORMED, .from = DAY, .to = -DAY},
};

static X509 *make_device(const device_plan *plan) {
    static const extension_text usual[] = {USUAL, {0}};
    bool dated = plan->from != 0 || plan->to != 0;
    X509 *made =
        new_certificate(key_of(1, plan->key), dated ? plan->from : -60, dated ? plan->to : DAY);
    const extension_text *extras = plan->extras[0].name != NULL ? plan->extras : usual;
    int type = plan->name_type != 0 ? plan->name_type : MBSTRING_UTF8;
    const char *first = plan->names[0] == NULL ? "a-device" : plan->names[0];
    if (first[0] != '\0') {
        add_name(X509_get_subject_name(made), type, first);
    }
    if (plan->names[1] != NULL) {
        add_name(X509_get_subject_name(made), type, plan->names[1]);
    }
    if (plan->serial != NULL) {
        BIGNUM *number = NULL;
        ck_assert_int_gt(BN_hex2bn(&number, plan->serial), 0);
        ck_assert_ptr_nonnull(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made)));
        BN_free(number);
    }
    if (plan->version == 1) {
        X509_set_version(made, X509_VERSION_1);
    } else {
        for (; extras->name != NULL; extras++) {
            add_extension(made, extras->name, extras->value);
        }
    }
    sign(made, key_of(0, plan->signer), plan->digest == NULL ? EVP_sha256() : plan->digest());
    return made;
}

START_TEST(each_defect_is_refused_by_its_name) {
    const device_plan *plan = &plans[_i];
    X509 *ca = make_ca(&(ca_plan){.key = plan->signer});
    tca_trust_set *set = set_of(&ca, (uint32_t[]){0}, 1);
    X509 *made = make_device(plan);
    scene_bytes device = encode(made);
    if (plan->refusal == TCA_REFUSED_NOT) {
        tca_verdict verdict;
        (void)scene_verify(set, device, SCENE_NOW, NULL, &verdict);
        ck_assert_msg(verdict.trusted == 1, "%s: %s", plan->what,
                      tca_refusal_name(verdict.refusal));
    } else {
        scene_refused(set, device, SCENE_NOW, plan->refusal, plan->what);
    }
    bool ours = plan->refusal == TCA_REFUSED_NOT;
    bool expected = plan->openssl == SAME ? ours : plan->openssl == ACCEPTS;
    ck_assert_msg(openssl_trusts(ca, device, SCENE_NOW) == expected, "%s: OpenSSL", plan->what);
    OPENSSL_free(device.data);
    X509_free(made);
    X509_free(ca);
    tca_trust_set_unref(set);
    free_keys();
}
END_TEST

/* ---- CA certificates ---- */

static const struct {
    const char *what;
    uint32_t refusal;
    opinion openssl;
    ca_plan ca;
} ca_plans[] = {
    {.what = "a good one", .refusal = TCA_REFUSED_NOT},
    {"inactive", TCA_REFUSED_NOT, SAME, {.status = TCA_SERVICE_INACTIVE}},
    {"called expired, and is not", TCA_REFUSED_NOT, SAME, {.status = TCA_SERVICE_EXPIRED}},
    {"revoked", TCA_REFUSED_CA_REVOKED, ACCEPTS, {.status = TCA_SERVICE_REVOKED}},
    {"ended", TCA_REFUSED_CA_EXPIRED, SAME, {.from = -100, .to = -1}},
    {"not begun", TCA_REFUSED_CA_NOT_YET_VALID, SAME, {.from = 1, .to = 100}},
    {"ended before the device's began", TCA_REFUSED_SIGNATURE, SAME, {.from = -100, .to = -3}},
    {"no CA",
     TCA_REFUSED_CA_NOT_PERMITTED,
     SAME,
     {.extras = {{"basicConstraints", "critical,CA:FALSE"}}}},
    {"without basic constraints",
     TCA_REFUSED_CA_NOT_PERMITTED,
     ACCEPTS, /* it takes keyCertSign for the word of a CA */
     {.extras = {{"keyUsage", "critical,keyCertSign"}}}},
    {"may sign lists only",
     TCA_REFUSED_CA_NOT_PERMITTED,
     SAME,
     {.extras = {{"basicConstraints", "critical,CA:TRUE"}, {"keyUsage", "critical,cRLSign"}}}},
    {"for servers only",
     TCA_REFUSED_CA_NOT_PERMITTED,
     SAME,
     {.extras = {{"basicConstraints", "critical,CA:TRUE"}, {"extendedKeyUsage", "serverAuth"}}}},
    {"for clients",
     TCA_REFUSED_NOT,
     SAME,
     {.extras = {{"basicConstraints", "critical,CA:TRUE"}, {"extendedKeyUsage", "clientAuth"}}}},
    {"something critical unread",
     TCA_REFUSED_CA_NOT_PERMITTED,
     ACCEPTS,
     {.extras = {{"basicConstraints", "critical,CA:TRUE"},
                 {"subjectAltName", "critical,DNS:tenant"}}}},
    {"no CA may follow",
     TCA_REFUSED_NOT,
     SAME,
     {.extras = {{"basicConstraints", "critical,CA:TRUE,pathlen:0"}}}},
    {"a key of RSA 1024", TCA_REFUSED_CA_KEY, SAME, {.key = RSA_1024}},
    {"a key of P-192", TCA_REFUSED_CA_KEY, SAME, {.key = P192}},
};

START_TEST(each_defect_of_a_ca_is_refused_by_its_name) {
    X509 *ca = make_ca(&ca_plans[_i].ca);
    device_plan plan = {.signer = ca_plans[_i].ca.key, .from = -2 * DAY, .to = DAY};
    tca_trust_set *set = set_of(&ca, (uint32_t[]){ca_plans[_i].ca.status}, 1);
    X509 *made = make_device(&plan);
    scene_bytes device = encode(made);
    tca_verdict verdict;
    (void)scene_verify(set, device, SCENE_NOW, NULL, &verdict);
    ck_assert_msg(verdict.refusal == ca_plans[_i].refusal, "%s: %s", ca_plans[_i].what,
                  tca_refusal_name(verdict.refusal));
    bool ours = verdict.trusted == 1;
    bool expected = ca_plans[_i].openssl == SAME ? ours : ca_plans[_i].openssl == ACCEPTS;
    ck_assert_msg(openssl_trusts(ca, device, SCENE_NOW) == expected, "%s: OpenSSL",
                  ca_plans[_i].what);
    OPENSSL_free(device.data);
    X509_free(made);
    X509_free(ca);
    tca_trust_set_unref(set);
    free_keys();
}
END_TEST

/* ---- who is not the signer ---- */

START_TEST(a_look_alike_with_the_same_name_and_serial_number_is_refused) {
    X509 *ca = make_ca(&(ca_plan){.key = P256});
    X509 *look_alike = make_ca(&(ca_plan){.key = P384});
    tca_trust_set *set = set_of(&ca, (uint32_t[]){0}, 1);
    X509 *made = make_device(&(device_plan){.signer = P384});
    X509 *same_kind = make_device(&(device_plan){0});
    scene_bytes device = encode(made), along = encode(look_alike);
    ck_assert_int_eq(X509_NAME_cmp(X509_get_subject_name(ca), X509_get_subject_name(look_alike)),
                     0);
    const uint8_t *chain[] = {device.data, along.data};
    size_t lengths[] = {device.length, along.length};
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    ck_assert_int_eq(tca_trust_verify(set, chain, lengths, 2, SCENE_NOW, NULL, &verdict, NULL),
                     TCA_E_NOT_TRUSTED);
    ck_assert_uint_eq(verdict.refusal, TCA_REFUSED_SIGNATURE);
    ck_assert_ptr_null(verdict.ca_thumbprint);
    ck_assert(!openssl_trusts(ca, device, SCENE_NOW));
    OPENSSL_free(device.data);
    OPENSSL_free(along.data);
    X509_free(made);
    X509_free(same_kind);
    X509_free(ca);
    X509_free(look_alike);
    tca_trust_set_unref(set);
    free_keys();
}
END_TEST

/* A device's key signs another "device" in the tenant CA's name, and sends its own along. */
START_TEST(a_device_signs_nobody) {
    X509 *ca = make_ca(&(ca_plan){.key = P256});
    tca_trust_set *set = set_of(&ca, (uint32_t[]){0}, 1);
    X509 *honest = make_device(&(device_plan){0});
    X509 *forged = make_device(&(device_plan){.key = P384, .names = {"another"}});
    X509_set_issuer_name(forged, X509_get_subject_name(honest));
    sign(forged, key_of(1, P256), EVP_sha256());
    scene_bytes bytes = encode(forged);
    scene_refused(set, bytes, SCENE_NOW, TCA_REFUSED_UNKNOWN_ISSUER, "in its own name");
    OPENSSL_free(bytes.data);
    X509_set_issuer_name(forged, X509_get_subject_name(ca));
    sign(forged, key_of(1, P256), EVP_sha256());
    bytes = encode(forged);
    scene_refused(set, bytes, SCENE_NOW, TCA_REFUSED_SIGNATURE, "in the CA's name");
    OPENSSL_free(bytes.data);
    X509_free(honest);
    X509_free(forged);
    X509_free(ca);
    tca_trust_set_unref(set);
    free_keys();
}
END_TEST

/* Both sides name a key: then another one does not come into question. */
START_TEST(key_identifiers_are_compared_where_both_have_one) {
    static const extension_text with_id[] = {
        {"basicConstraints", "critical,CA:TRUE"}, {"subjectKeyIdentifier", "01020304"}, {0}};
    static const struct {
        const char *authority; /* DER of the extension */
        uint32_t refusal;
    } cases[] = {
        {"DER:3006800401020304", TCA_REFUSED_NOT},
        {"DER:3006800401020305", TCA_REFUSED_UNKNOWN_ISSUER},
        {"critical,DER:3006800401020304", TCA_REFUSED_NOT},
        /* critical, and with a part that is not compared: the serial number */
        {"critical,DER:3009800401020304820101", TCA_REFUSED_CRITICAL_EXTENSION},
        {"DER:3009800401020304820101", TCA_REFUSED_NOT},
    };
    ca_plan plan = {.key = P256};
    memcpy(plan.extras, with_id, sizeof(with_id));
    X509 *ca = make_ca(&plan);
    tca_trust_set *set = set_of(&ca, (uint32_t[]){0}, 1);
    for (size_t i = 0; i < COUNT(cases); i++) {
        X509 *made =
            make_device(&(device_plan){.extras = {USUAL, {"2.5.29.35", cases[i].authority}}});
        scene_bytes device = encode(made);
        tca_verdict verdict;
        (void)scene_verify(set, device, SCENE_NOW, NULL, &verdict);
        ck_assert_msg(verdict.refusal == cases[i].refusal, "%s: %s", cases[i].authority,
                      tca_refusal_name(verdict.refusal));
        ck_assert_uint_eq(verdict.signature_checks, verdict.refusal == TCA_REFUSED_NOT);
        OPENSSL_free(device.data);
        X509_free(made);
    }
    X509_free(ca);
    tca_trust_set_unref(set);
    free_keys();
}
END_TEST

/* ---- revoked ---- */

START_TEST(a_revoked_ca_counts_until_the_swap_and_not_after) {
    X509 *cas[] = {make_ca(&(ca_plan){.key = P256}), make_ca(&(ca_plan){.key = P384})};
    tca_trust_set *before = set_of(cas, (uint32_t[]){TCA_SERVICE_ACTIVE, TCA_SERVICE_INACTIVE}, 2);
    tca_trust_set *after = set_of(cas, (uint32_t[]){TCA_SERVICE_REVOKED, TCA_SERVICE_ACTIVE}, 2);
    tca_trust_set *set;
    tca_trust_holder *holder = NULL;
    X509 *made = make_device(&(device_plan){0});
    X509 *other = make_device(&(device_plan){.signer = P384});
    scene_bytes device = encode(made), spared = encode(other);
    ck_assert_int_eq(tca_trust_holder_new(before, &holder, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_holder_acquire(holder, &set), TCA_OK);
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, NULL, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_holder_swap(holder, after, NULL), TCA_OK);
    tca_trust_set_unref(set);
    ck_assert_int_eq(tca_trust_holder_acquire(holder, &set), TCA_OK);
    scene_refused(set, device, SCENE_NOW, TCA_REFUSED_CA_REVOKED, "after the swap");
    ck_assert_int_eq(scene_verify(set, spared, SCENE_NOW, NULL, NULL), TCA_OK);
    tca_trust_set_unref(set);
    tca_trust_holder_unref(holder);
    tca_trust_set_unref(before);
    tca_trust_set_unref(after);
    OPENSSL_free(device.data);
    OPENSSL_free(spared.data);
    X509_free(made);
    X509_free(other);
    X509_free(cas[0]);
    X509_free(cas[1]);
    free_keys();
}
END_TEST

/* ---- altered, cut, too large ---- */

START_TEST(no_altered_bit_passes) {
    static const char *const devices[] = {"device-of-b.der", "device-of-rsa-2048.der"};
    static const scene_ca cas[] = {
        {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
        {.vector = "tenant-ca-rsa-2048.der", .status = TCA_SERVICE_INACTIVE},
        {0}};
    tca_trust_set *set = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, NULL);
    scene_bytes device = scene_vector(devices[_i]);
    for (size_t i = 0; i < device.length; i++) {
        uint8_t bit = (uint8_t)(1u << (i * 5 + 3) % 8);
        device.data[i] ^= bit;
        ck_assert_msg(scene_verify(set, device, SCENE_NOW, NULL, NULL) == TCA_E_NOT_TRUSTED,
                      "byte %zu", i);
        device.data[i] ^= bit;
    }
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, NULL, NULL), TCA_OK);
    free(device.data);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(no_part_passes_for_the_whole) {
    tca_trust_set *set = scene_set();
    scene_bytes device = scene_vector("device-of-b.der");
    for (size_t length = 0; length < device.length; length++) {
        scene_bytes part = {malloc(length + 1), length};
        memcpy(part.data, device.data, length);
        scene_refused(set, part, SCENE_NOW, TCA_REFUSED_MALFORMED, "a part");
        free(part.data);
    }
    free(device.data);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(what_is_too_large_is_not_read) {
    static uint8_t large[1 << 20];
    tca_trust_set *set = scene_set();
    scene_bytes device = scene_vector("device-of-b.der");
    memcpy(large, device.data, device.length);
    scene_refused(set, (scene_bytes){large, sizeof(large)}, SCENE_NOW, TCA_REFUSED_TOO_LARGE,
                  "a megabyte");
    scene_refused(set, (scene_bytes){large, (64u << 10) + 1}, SCENE_NOW, TCA_REFUSED_TOO_LARGE,
                  "64 KiB and a byte");
    scene_refused(set, (scene_bytes){large, 64u << 10}, SCENE_NOW, TCA_REFUSED_MALFORMED, "64 KiB");
    tca_trust_set_unref(set);
    static const scene_ca cas[] = {{.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
                                   {0}};
    tca_trust_options options = {.struct_size = sizeof(options),
                                 .max_certificate_bytes = (uint32_t)device.length - 1};
    set = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, &options);
    scene_refused(set, device, SCENE_NOW, TCA_REFUSED_TOO_LARGE, "the limit of the options");
    free(device.data);
    tca_trust_set_unref(set);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("trust: refusals");
    TCase *tests = tcase_create("trust: refusals");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, each_defect_is_refused_by_its_name, 0, COUNT(plans));
    tcase_add_loop_test(tests, each_defect_of_a_ca_is_refused_by_its_name, 0, COUNT(ca_plans));
    tcase_add_test(tests, a_look_alike_with_the_same_name_and_serial_number_is_refused);
    tcase_add_test(tests, a_device_signs_nobody);
    tcase_add_test(tests, key_identifiers_are_compared_where_both_have_one);
    tcase_add_test(tests, a_revoked_ca_counts_until_the_swap_and_not_after);
    tcase_add_loop_test(tests, no_altered_bit_passes, 0, 2);
    tcase_add_test(tests, no_part_passes_for_the_whole);
    tcase_add_test(tests, what_is_too_large_is_not_read);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

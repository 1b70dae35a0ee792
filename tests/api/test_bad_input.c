/* SPDX-License-Identifier: MIT */
/* Input that is broken, too large, or made to mislead. Each time: an error whose text says what and
 * why and quotes nothing of the input, and no output. Inputs lie on the heap and end where they
 * say, so that the sanitizers see a look behind them. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509.h>

#include "simulator/issuer.h"
#include "tenantca/tenantca.h"

#define CANARY "Xyzzy"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef struct input {
    uint8_t *data;
    size_t length;
} input;

static input vector(const char *name) {
    const char *folder = getenv("TENANTCA_VECTORS");
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder == NULL ? "tests/vectors" : folder, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    input in = {malloc(1 << 20), 0};
    ck_assert_ptr_nonnull(in.data);
    in.length = fread(in.data, 1, 1 << 20, file);
    fclose(file);
    return in;
}

static input exact(const void *data, size_t length) {
    input in = {malloc(length == 0 ? 1 : length), length};
    ck_assert_ptr_nonnull(in.data);
    memcpy(in.data, data, length);
    return in;
}

static void check_error(const tca_error *error, tca_result result, const char *what) {
    const char *text;
    tca_error_message(error, &text, NULL);
    ck_assert_int_eq(tca_error_code(error), result);
    ck_assert_msg((text[0] == '\0') == (result == TCA_OK), "%s: %s", what, text);
    ck_assert_msg(strstr(text, CANARY) == NULL, "%s: quotes the input: %s", what, text);
}

static tca_result parse(input in, const tca_parse_options *options, uint32_t *count) {
    tca_error *error;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    tca_certificate_list *list = (tca_certificate_list *)(uintptr_t)1;
    tca_result result = tca_certificate_list_parse(in.data, in.length, options, &list, error);
    check_error(error, result, "certificates");
    ck_assert_int_eq(list == NULL, result != TCA_OK);
    if (count != NULL) {
        *count = tca_certificate_list_count(list);
    }
    tca_certificate_list_unref(list);
    tca_error_unref(error);
    return result;
}

static tca_result read_inventory(input in, const tca_inventory_options *options, char *said,
                                 size_t room) {
    tca_error *error;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    tca_inventory *inventory = (tca_inventory *)(uintptr_t)1;
    tca_result result = tca_inventory_parse(in.data, in.length, options, &inventory, error);
    check_error(error, result, "inventory");
    ck_assert_int_eq(inventory == NULL, result != TCA_OK);
    const char *text;
    tca_error_message(error, &text, NULL);
    snprintf(said, room, "%s", text);
    tca_inventory_unref(inventory);
    tca_error_unref(error);
    return result;
}

/* ---- cut short, and one bit flipped ---- */

static const char *const whole_files[] = {
    "tenant-ca-a.der",     "tenant-ca-rsa-2048.der", "proof-of-a.der", "chain.p7b",
    "tenant-ca-a-bom.cer", "chain.p7b.b64",          "chain.p7b.pem"};

/* All is in the first `length` bytes: what is cut off is the end of the last line. */
static bool complete(const char *name, input in, size_t length) {
    return strstr(name, ".cer") != NULL || strstr(name, ".pem") != NULL ||
                   strstr(name, ".b64") != NULL
               ? length + 2 >= in.length && in.data[in.length - 1] == '\n'
               : false;
}

START_TEST(cut_at_every_byte) {
    input in = vector(whole_files[_i]);
    for (size_t length = 0; length < in.length; length++) {
        input cut = exact(in.data, length);
        uint32_t count;
        tca_result result = parse(cut, NULL, &count);
        ck_assert_msg(result == TCA_E_MALFORMED || complete(whole_files[_i], in, length),
                      "%s, %zu bytes: %s", whole_files[_i], length, tca_result_name(result));
        free(cut.data);
    }
    free(in.data);
}
END_TEST

/* What is still read must be what OpenSSL reads too. */
static void check_against_openssl(const tca_certificate *certificate, const char *name, size_t at) {
    const uint8_t *data;
    size_t length;
    ck_assert_int_eq(tca_certificate_der(certificate, &data, &length), TCA_OK);
    const unsigned char *from = data;
    X509 *theirs = d2i_X509(NULL, &from, (long)length);
    ck_assert_msg(theirs != NULL && from == data + length, "%s, byte %zu: only we read it", name,
                  at);
    X509_free(theirs);
}

START_TEST(one_bit_flipped_at_every_byte) {
    const char *name = whole_files[_i];
    input in = vector(name);
    size_t accepted = 0;
    for (size_t at = 0; at < in.length; at++) {
        input flipped = exact(in.data, in.length);
        flipped.data[at] ^= (uint8_t)(1u << (at % 8));
        tca_error *error;
        ck_assert_int_eq(tca_error_new(&error), TCA_OK);
        tca_certificate_list *list;
        tca_result result =
            tca_certificate_list_parse(flipped.data, flipped.length, NULL, &list, error);
        check_error(error, result, name);
        ck_assert_int_eq(list == NULL, result != TCA_OK);
        for (uint32_t i = 0; i < tca_certificate_list_count(list); i++) {
            const tca_certificate *certificate;
            ck_assert_int_eq(tca_certificate_list_get(list, i, &certificate), TCA_OK);
            check_against_openssl(certificate, name, at);
        }
        accepted += result == TCA_OK;
        tca_certificate_list_unref(list);
        tca_error_unref(error);
        free(flipped.data);
    }
    ck_assert_msg(accepted < in.length * 9 / 10, "%s: %zu of %zu flips do not matter", name,
                  accepted, in.length);
    free(in.data);
}
END_TEST

/* The signature covers all that was flipped within what is signed. */
START_TEST(one_bit_flipped_is_no_longer_issued) {
    input in = vector("device-of-rsa-2048.der"), issuer_in = vector("tenant-ca-rsa-2048.der");
    tca_certificate *issuer;
    ck_assert_int_eq(tca_certificate_parse(issuer_in.data, issuer_in.length, NULL, &issuer, NULL),
                     TCA_OK);
    unsigned read = 0;
    for (size_t at = 0; at < in.length; at++) {
        in.data[at] ^= 1;
        tca_certificate *certificate;
        if (tca_certificate_parse(in.data, in.length, NULL, &certificate, NULL) == TCA_OK) {
            ck_assert_msg(tca_certificate_check_issued_by(certificate, issuer, NULL) != TCA_OK,
                          "byte %zu", at);
            read++;
        }
        tca_certificate_unref(certificate);
        in.data[at] ^= 1;
    }
    ck_assert_uint_gt(read, 256);
    tca_certificate_unref(issuer);
    free(in.data);
    free(issuer_in.data);
}
END_TEST

START_TEST(bytes_that_follow) {
    static const char *const names[] = {"tenant-ca-a.der", "chain.p7b"};
    for (size_t i = 0; i < COUNT(names); i++) {
        input in = vector(names[i]);
        for (unsigned byte = 0; byte < 256; byte += 51) {
            in.data[in.length] = (uint8_t)byte;
            input longer = exact(in.data, in.length + 1);
            ck_assert_int_eq(parse(longer, NULL, NULL), TCA_E_MALFORMED);
            free(longer.data);
        }
        free(in.data);
    }
}
END_TEST

/* ---- too large, too many, wrong lengths ---- */

/* A certificate of about that many bytes: the subject's text makes it long. */
static issued *long_certificate(size_t length) {
    issued *root, *made;
    ck_assert_int_eq(issuer_root_2020(7, &root), 0);
    char *text = malloc(length + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, 'a', length);
    text[length] = '\0';
    der name = {0}, extensions = {0};
    size_t subject = der_open(&name, DER_SEQUENCE);
    issuer_attribute(&name, "2.5.4.3", DER_UTF8_STRING, text);
    der_close(&name, subject);
    issuer_tenant_ca_extensions(&extensions, 2022);
    certificate_order order = {.key = KEY_P256,
                               .subject = der_seen(&name),
                               .not_before = 1722470400,
                               .not_after = 1785542400,
                               .extensions = der_seen(&extensions)};
    ck_assert_int_eq(certificate_issue(7, root, &order, &made), 0);
    free(text);
    der_free(&name);
    der_free(&extensions);
    issued_free(root);
    return made;
}

START_TEST(certificate_over_64_kib) {
    issued *made = long_certificate(65536);
    input in = {made->certificate.data, made->certificate.length};
    tca_parse_options options = {.struct_size = sizeof(options),
                                 .max_certificate_bytes = (uint32_t)in.length};
    ck_assert_int_eq(parse(in, NULL, NULL), TCA_E_LIMIT);
    ck_assert_int_eq(parse(in, &options, NULL), TCA_OK);
    options.max_certificate_bytes--;
    ck_assert_int_eq(parse(in, &options, NULL), TCA_E_LIMIT);
    issued_free(made);

    made = long_certificate(64000);
    in = (input){made->certificate.data, made->certificate.length};
    ck_assert_int_eq(parse(in, NULL, NULL), TCA_OK);
    issued_free(made);
}
END_TEST

START_TEST(input_over_16_mib) {
    const size_t most = (size_t)16 << 20;
    input in = {calloc(1, most + 1), most + 1};
    ck_assert_ptr_nonnull(in.data);
    memset(in.data, '\n', in.length);
    char said[256];
    ck_assert_int_eq(parse(in, NULL, NULL), TCA_E_LIMIT);
    ck_assert_int_eq(read_inventory(in, NULL, said, sizeof(said)), TCA_E_LIMIT);
    in.data[0] = '[';
    in.data[1] = ']';
    ck_assert_int_eq(read_inventory(in, NULL, said, sizeof(said)), TCA_E_LIMIT);
    in.length--;
    ck_assert_int_eq(read_inventory(in, NULL, said, sizeof(said)), TCA_OK);
    in.data[0] = in.data[1] = '\n';
    ck_assert_int_eq(parse(in, NULL, NULL), TCA_E_MALFORMED);
    free(in.data);
}
END_TEST

START_TEST(ten_thousand_certificates) {
    enum { MANY = 10000 };
    issued *root;
    ck_assert_int_eq(issuer_root_2020(7, &root), 0);
    const issued **all = malloc(MANY * sizeof(*all));
    ck_assert_ptr_nonnull(all);
    for (size_t i = 0; i < MANY; i++) {
        all[i] = root;
    }
    der p7b = {0};
    uint32_t count = 77;
    tca_parse_options options = {.struct_size = sizeof(options), .max_certificates = MANY};
    ck_assert_int_eq(issuer_chain_p7b(all, MANY, &p7b), 0);
    input in = {p7b.data, p7b.length};
    ck_assert_int_eq(parse(in, NULL, &count), TCA_E_LIMIT);
    ck_assert_uint_eq(count, 0);
    ck_assert_int_eq(parse(in, &options, &count), TCA_OK);
    ck_assert_uint_eq(count, MANY);
    options.max_certificates--;
    ck_assert_int_eq(parse(in, &options, &count), TCA_E_LIMIT);
    der_free(&p7b);

    /* The default is 1 000 and means 1 000. */
    ck_assert_int_eq(issuer_chain_p7b(all, 1000, &p7b), 0);
    ck_assert_int_eq(parse((input){p7b.data, p7b.length}, NULL, &count), TCA_OK);
    ck_assert_uint_eq(count, 1000);
    der_free(&p7b);
    ck_assert_int_eq(issuer_chain_p7b(all, 1001, &p7b), 0);
    ck_assert_int_eq(parse((input){p7b.data, p7b.length}, NULL, NULL), TCA_E_LIMIT);
    der_free(&p7b);
    free(all);
    issued_free(root);
}
END_TEST

START_TEST(indefinite_lengths) {
    static const uint8_t nothing[] = {0x30, 0x80, 0x00, 0x00};
    static const uint8_t nested[] = {0x30, 0x80, 0x30, 0x80, 0x30, 0x80, 0x30, 0x80};
    static const uint8_t longest[] = {0x30, 0x88, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    static const uint8_t reserved[] = {0x30, 0xFF, 0x00};
    static const uint8_t pkcs7[] = {0x30, 0x80, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D,
                                    0x01, 0x07, 0x02, 0xA0, 0x80, 0x30, 0x80, 0x00, 0x00};
    const struct {
        const uint8_t *data;
        size_t length;
    } cases[] = {
        {nothing, sizeof(nothing)},   {nested, sizeof(nested)}, {longest, sizeof(longest)},
        {reserved, sizeof(reserved)}, {pkcs7, sizeof(pkcs7)},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        input in = exact(cases[i].data, cases[i].length);
        ck_assert_int_eq(parse(in, NULL, NULL), TCA_E_MALFORMED);
        free(in.data);
    }
}
END_TEST

/* ---- text that holds no certificate ---- */

static const char *const texts[] = {
    "",
    "\n",
    "\xEF\xBB\xBF",
    "0",
    "null",
    CANARY,
    "-----BEGIN CERTIFICATE-----",
    "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
    "-----BEGIN CERTIFICATE-----\n" CANARY "!\n-----END CERTIFICATE-----\n",
    "-----BEGIN CERTIFICATE-----\n" CANARY "\n",
    "-----BEGIN CERTIFICATE-----\nMAA=\n-----END PKCS7-----\n",
    "-----BEGIN " CANARY "-----\nMAA=\n-----END " CANARY "-----\n",
    "-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n",
    ("MAA=" CANARY),
    "=",
    "====",
};

START_TEST(texts_without_a_certificate) {
    input in = exact(texts[_i], strlen(texts[_i]));
    ck_assert_msg(parse(in, NULL, NULL) == TCA_E_MALFORMED, "%s", texts[_i]);
    free(in.data);
}
END_TEST

/* ---- JSON ---- */

#define PRINT "\"Thumbprint\":\"00112233445566778899AABBCCDDEEFF00112233\""
#define LEGACY(members) "[{" members "}]"
#define INTEGRATED(members) "{\"value\":[{\"name\":\"01\",\"properties\":{" members "}}]}"

static const struct {
    const char *text;
    tca_result result;
    const char *names; /* what the error must name */
} documents[] = {
    {"[]", TCA_OK, ""},
    {"{\"value\":[]}", TCA_OK, ""},
    {LEGACY(PRINT ",\"IsActive\":true"), TCA_OK, ""},
    {LEGACY(PRINT ",\"IsActive\":true,\"Certificate\":null"), TCA_OK, ""},
    {INTEGRATED("\"status\":\"Active\""), TCA_OK, ""},
    {INTEGRATED("\"status\":\"" CANARY "\""), TCA_OK, ""}, /* an open enumeration */

    {"null", TCA_E_MALFORMED, ""},
    {"true", TCA_E_MALFORMED, ""},
    {"{}", TCA_E_MALFORMED, "JSON"},
    {"[", TCA_E_MALFORMED, "JSON"},
    {"[]]", TCA_E_MALFORMED, "JSON"},
    {"[] " CANARY, TCA_E_MALFORMED, "JSON"},
    {"{\"" CANARY "\":[]}", TCA_E_MALFORMED, "JSON"},
    {"[1]", TCA_E_MALFORMED, "entry 1 of 1"},
    {"[null]", TCA_E_MALFORMED, "entry 1 of 1"},
    {"[[]]", TCA_E_MALFORMED, "entry 1 of 1"},
    {"[\"" CANARY "\"]", TCA_E_MALFORMED, "entry 1 of 1"},
    {"[{}]", TCA_E_MALFORMED, "entry 1 of 1"},
    {"[{\"IsActive\":true}]", TCA_E_MALFORMED, "entry 1 of 1"},
    {"[{" PRINT ",\"IsActive\":true},{\"" CANARY "\":1}]", TCA_E_MALFORMED, "entry 2 of 2"},
    {"[{" PRINT "," PRINT ",\"IsActive\":true}]", TCA_E_MALFORMED, "stands twice"},
    {"[{\"" CANARY "\":1,\"" CANARY "\":1}]", TCA_E_MALFORMED, "stands twice"},

    {LEGACY(PRINT), TCA_E_MALFORMED, "IsActive"},
    {LEGACY(PRINT ",\"IsActive\":\"" CANARY "\""), TCA_E_MALFORMED, "IsActive"},
    {LEGACY(PRINT ",\"IsActive\":1"), TCA_E_MALFORMED, "IsActive"},
    {LEGACY(PRINT ",\"IsActive\":null"), TCA_E_MALFORMED, "IsActive"},
    {LEGACY(PRINT ",\"IsActive\":true,\"IsRevoked\":\"no\""), TCA_E_MALFORMED, "IsRevoked"},
    {LEGACY(PRINT ",\"IsActive\":true,\"Certificate\":7"), TCA_E_MALFORMED, "Certificate"},
    {LEGACY(PRINT ",\"IsActive\":true,\"Certificate\":{}"), TCA_E_MALFORMED, "Certificate"},
    {LEGACY(PRINT ",\"IsActive\":true,\"Certificate\":\"" CANARY "\""), TCA_E_MALFORMED,
     "Certificate"},
    {LEGACY("\"Thumbprint\":7,\"IsActive\":true"), TCA_E_MALFORMED, "Thumbprint"},
    {LEGACY("\"Thumbprint\":[],\"IsActive\":true"), TCA_E_MALFORMED, "Thumbprint"},
    {LEGACY("\"Thumbprint\":\"\",\"IsActive\":true"), TCA_E_MALFORMED, "entry 1 of 1"},
    {LEGACY("\"Thumbprint\":\"0011\",\"IsActive\":true"), TCA_E_MALFORMED, "thumbprint"},
    {LEGACY("\"Thumbprint\":\"" CANARY "\",\"IsActive\":true"), TCA_E_MALFORMED, "thumbprint"},

    {"{\"value\":null}", TCA_E_MALFORMED, ""},
    {"{\"value\":{}}", TCA_E_MALFORMED, "value"},
    {"{\"value\":\"" CANARY "\"}", TCA_E_MALFORMED, "value"},
    {"{\"value\":[{\"name\":\"01\"}]}", TCA_E_MALFORMED, "properties"},
    {"{\"value\":[{\"name\":\"01\",\"properties\":[]}]}", TCA_E_MALFORMED, "properties"},
    {"{\"value\":[{\"name\":1,\"properties\":{}}]}", TCA_E_MALFORMED, "name"},
    {"{\"value\":[{\"name\":\"" CANARY "\",\"properties\":{}}]}", TCA_E_MALFORMED, "serial number"},
    {"{\"value\":[],\"nextLink\":7}", TCA_E_MALFORMED, "nextLink"},
    {"{\"value\":[],\"nextLink\":\"https://" CANARY "/\"}", TCA_E_UNSUPPORTED, ""},
    {INTEGRATED("\"status\":1"), TCA_E_MALFORMED, "status"},
    {INTEGRATED("\"thumbprint\":1"), TCA_E_MALFORMED, "thumbprint"},
    {INTEGRATED("\"certificate\":true"), TCA_E_MALFORMED, "certificate"},
    {INTEGRATED("\"certificate\":\"" CANARY "\""), TCA_E_MALFORMED, "certificate"},
    {INTEGRATED("\"notBeforeUtc\":1"), TCA_E_MALFORMED, "notBeforeUtc"},
    {INTEGRATED("\"expiryUtc\":1"), TCA_E_MALFORMED, "expiryUtc"},
    {INTEGRATED("\"expiryUtc\":\"" CANARY "\""), TCA_E_MALFORMED, "expiryUtc"},
    {"{\"certificate\":7}", TCA_E_MALFORMED, ""},
    {"{\"certificateChain\":\"" CANARY "\"}", TCA_E_MALFORMED, "certificateChain"},

    /* Dates: what the calendar holds is read, whatever the year. */
    {INTEGRATED("\"notBeforeUtc\":\"1969-12-31T23:59:59Z\""), TCA_OK, ""},
    {INTEGRATED("\"notBeforeUtc\":\"0001-01-01T00:00:00Z\""), TCA_OK, ""},
    {INTEGRATED("\"expiryUtc\":\"9999-12-31T23:59:59.9999999Z\""), TCA_OK, ""},
    {INTEGRATED("\"expiryUtc\":\"2026-04-01T05:43:31.1234567+02:00\""), TCA_OK, ""},
    {INTEGRATED("\"expiryUtc\":\"9999-12-31T23:59:59-00:01\""), TCA_E_RANGE, "expiryUtc"},
    {INTEGRATED("\"expiryUtc\":\"10000-01-01T00:00:00Z\""), TCA_E_MALFORMED, "expiryUtc"},
    {INTEGRATED("\"expiryUtc\":\"2026-02-30T00:00:00Z\""), TCA_E_MALFORMED, "expiryUtc"},
    {INTEGRATED("\"expiryUtc\":\"2026-02-20\""), TCA_E_MALFORMED, "expiryUtc"},

    /* Strings. */
    {LEGACY("\"Thumbprint\":\"" CANARY "\\u0000\",\"IsActive\":true"), TCA_E_MALFORMED, "NUL"},
    {"[{\"" CANARY "\\u0000\":1}]", TCA_E_MALFORMED, "NUL"},
    {"[\"" CANARY "\xFF\"]", TCA_E_MALFORMED, "UTF-8"},
    {"[\"" CANARY "\xC0\xAF\"]", TCA_E_MALFORMED, "UTF-8"},
    {"[\"\\uD800" CANARY "\"]", TCA_E_MALFORMED, "JSON"},
    {"[\"" CANARY, TCA_E_MALFORMED, "JSON"},
    {"[1e999]", TCA_E_MALFORMED, "JSON"},
    {"[99999999999999999999999]", TCA_E_MALFORMED, "JSON"},
    {"\"" CANARY "\"", TCA_E_MALFORMED, ""},
    {"\"\"", TCA_E_MALFORMED, ""},
};

START_TEST(documents_are_read_or_refused) {
    const char *text = documents[_i].text;
    input in = exact(text, strlen(text));
    char said[1024];
    tca_result result = read_inventory(in, NULL, said, sizeof(said));
    ck_assert_msg(result == documents[_i].result, "%s: %s %s", text, tca_result_name(result), said);
    ck_assert_msg(strstr(said, documents[_i].names) != NULL, "%s: %s", text, said);
    free(in.data);
}
END_TEST

START_TEST(a_nul_byte_in_a_document) {
    static const char text[] = "[{\"Thumbprint\":\"" CANARY "\0\",\"IsActive\":true}]";
    input in = exact(text, sizeof(text) - 1);
    char said[1024];
    ck_assert_int_eq(read_inventory(in, NULL, said, sizeof(said)), TCA_E_MALFORMED);
    free(in.data);
    static const char after[] = "[]\0" CANARY;
    in = exact(after, sizeof(after) - 1);
    ck_assert_int_eq(read_inventory(in, NULL, said, sizeof(said)), TCA_E_MALFORMED);
    free(in.data);
}
END_TEST

START_TEST(documents_nested_deep) {
    const struct {
        uint32_t depth, max;
        tca_result result;
    } cases[] = {
        {200, 0, TCA_E_LIMIT},       {33, 0, TCA_E_LIMIT},    {32, 0, TCA_E_MALFORMED},
        {200, 256, TCA_E_MALFORMED}, {257, 256, TCA_E_LIMIT}, {5, 4, TCA_E_LIMIT},
        {1000000, 0, TCA_E_LIMIT},   {1, 1, TCA_OK},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t depth = cases[i].depth;
        input in = {malloc(2 * depth), 2 * depth};
        ck_assert_ptr_nonnull(in.data);
        memset(in.data, '[', depth);
        memset(in.data + depth, ']', depth);
        char said[1024];
        tca_inventory_options options = {.struct_size = sizeof(options),
                                         .max_json_depth = cases[i].max};
        tca_result result = read_inventory(in, &options, said, sizeof(said));
        ck_assert_msg(result == cases[i].result, "%zu levels, %u allowed: %s %s", depth,
                      cases[i].max, tca_result_name(result), said);
        free(in.data);
    }
}
END_TEST

START_TEST(document_cut_and_flipped_at_every_byte) {
    static const char *const names[] = {"legacy-list.json", "integrated-list.json"};
    input in = vector(names[_i]);
    char said[1024];
    while (in.length > 0 && (in.data[in.length - 1] == '\n' || in.data[in.length - 1] == ' ')) {
        in.length--;
    }
    for (size_t length = 0; length < in.length; length += 3) {
        input cut = exact(in.data, length);
        ck_assert_int_eq(read_inventory(cut, NULL, said, sizeof(said)), TCA_E_MALFORMED);
        free(cut.data);
    }
    for (size_t at = 0; at < in.length; at++) {
        input flipped = exact(in.data, in.length);
        flipped.data[at] ^= (uint8_t)(1u << (at % 8));
        (void)read_inventory(flipped, NULL, said, sizeof(said));
        free(flipped.data);
    }
    free(in.data);
}
END_TEST

START_TEST(more_entries_than_allowed) {
    enum { ENTRIES = 1001 };
    size_t length = 0;
    input in = {malloc(ENTRIES * 96), 0};
    ck_assert_ptr_nonnull(in.data);
    for (unsigned i = 0; i < ENTRIES; i++) {
        length += (size_t)sprintf((char *)in.data + length,
                                  "%c{\"Thumbprint\":\"%040X\",\"IsActive\":false}",
                                  i == 0 ? '[' : ',', i + 1);
    }
    in.data[length++] = ']';
    in.length = length;
    char said[1024];
    tca_inventory_options options = {.struct_size = sizeof(options), .max_entries = ENTRIES};
    ck_assert_int_eq(read_inventory(in, NULL, said, sizeof(said)), TCA_E_LIMIT);
    ck_assert_int_eq(read_inventory(in, &options, said, sizeof(said)), TCA_OK);
    free(in.data);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("bad input");
    TCase *tests = tcase_create("bad input");
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, cut_at_every_byte, 0, COUNT(whole_files));
    tcase_add_loop_test(tests, one_bit_flipped_at_every_byte, 0, COUNT(whole_files));
    tcase_add_test(tests, one_bit_flipped_is_no_longer_issued);
    tcase_add_test(tests, bytes_that_follow);
    tcase_add_test(tests, certificate_over_64_kib);
    tcase_add_test(tests, input_over_16_mib);
    tcase_add_test(tests, ten_thousand_certificates);
    tcase_add_test(tests, indefinite_lengths);
    tcase_add_loop_test(tests, texts_without_a_certificate, 0, COUNT(texts));
    tcase_add_loop_test(tests, documents_are_read_or_refused, 0, COUNT(documents));
    tcase_add_test(tests, a_nul_byte_in_a_document);
    tcase_add_test(tests, documents_nested_deep);
    tcase_add_loop_test(tests, document_cut_and_flipped_at_every_byte, 0, 2);
    tcase_add_test(tests, more_entries_than_allowed);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

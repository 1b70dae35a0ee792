/* SPDX-License-Identifier: MIT */
/* How the simulator reads certificates from outside, with OpenSSL as the oracle: what both take is
 * read alike, and nothing does harm. */
#define _POSIX_C_SOURCE 200809L

#include "simulator_targets.h"

#include "simulator/presented.h"

#include <dirent.h>
#include <openssl/x509.h>

enum { FILE_MAX = 64 * 1024 };

static authorities cas;

static void set_up(void) {
    cas = make_authorities();
}

static void tear_down(void) {
    free_authorities(&cas);
}

static const char *vectors(void) {
    const char *const folder = getenv("TENANTCA_VECTORS");
    return folder != NULL ? folder : "tests/vectors";
}

static size_t read_vector(const char *name, uint8_t *out) {
    char path[TEXT_SIZE];
    ck_assert_int_lt(snprintf(path, sizeof path, "%s/%s", vectors(), name), TEXT_SIZE);
    FILE *const file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    const size_t length = fread(out, 1, FILE_MAX, file);
    fclose(file);
    return length;
}

static int read_der(const uint8_t *data, size_t length, presented *out) {
    const der_view view = {data, length};
    char *const text = base64_text(view);
    ck_assert_ptr_nonnull(text);
    const int rc = presented_read(text, out);
    free(text);
    return rc;
}

static int64_t seconds_of(const ASN1_TIME *time) {
    struct tm fields = {0};
    ck_assert_int_eq(ASN1_TIME_to_tm(time, &fields), 1);
    const utc_fields utc = {fields.tm_year + 1900, fields.tm_mon + 1, fields.tm_mday,
                            fields.tm_hour,        fields.tm_min,     fields.tm_sec};
    return utc_join(&utc);
}

static void common_name_of(X509_NAME *name, char out[TEXT_SIZE]) {
    int last = -1;
    for (int at = -1; (at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0;) {
        last = at;
    }
    out[0] = '\0';
    if (last >= 0) {
        unsigned char *text = NULL;
        const int length =
            ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
        ck_assert_int_ge(length, 0);
        snprintf(out, TEXT_SIZE, "%.*s", length, (const char *)text);
        OPENSSL_free(text);
    }
}

/* What was read is what OpenSSL reads. */
static void ck_as_openssl(const char *name, const uint8_t *data, size_t length,
                          const presented *ours) {
    const unsigned char *at = data;
    char common_name[TEXT_SIZE];
    unsigned char hash[EVP_MAX_MD_SIZE];
    char digits[THUMBPRINT_SIZE];
    unsigned hash_length = 0;
    X509 *const theirs = d2i_X509(NULL, &at, (long)length);
    ck_assert_msg(theirs != NULL && at == data + length, "%s: OpenSSL refuses it", name);
    common_name_of(X509_get_subject_name(theirs), common_name);
    ck_assert_str_eq(ours->common_name, common_name);
    ck_assert_int_eq(ours->not_before, seconds_of(X509_get0_notBefore(theirs)));
    ck_assert_int_eq(ours->not_after, seconds_of(X509_get0_notAfter(theirs)));
    ck_assert_int_eq(X509_digest(theirs, EVP_sha1(), hash, &hash_length), 1);
    write_hexadecimal(digits, hash, hash_length);
    ck_assert_str_eq(ours->thumbprint, digits);
    X509_free(theirs);
}

static int ends_with(const char *text, const char *end) {
    const size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

START_TEST(vectors_are_read_as_openssl_reads_them) {
    static uint8_t data[FILE_MAX];
    size_t accepted = 0;
    DIR *const folder = opendir(vectors());
    ck_assert_ptr_nonnull(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        presented ours;
        if (!ends_with(entry->d_name, ".der")) {
            continue;
        }
        const size_t length = read_vector(entry->d_name, data);
        if (read_der(data, length, &ours) == 0) {
            ck_as_openssl(entry->d_name, data, length, &ours);
            presented_release(&ours);
            accepted++;
        }
    }
    closedir(folder);
    ck_assert_uint_gt(accepted, 20);
}
END_TEST

static const char *const good[] = {
    "root.der",          "policy-ca-2022.der",     "tenant-ca-a.der", "tenant-ca-b.der",
    "tenant-ca-int.der", "tenant-ca-p256.der",     "device-of-a.der", "device-without-eku.der",
    "proof-of-a.der",    "device-of-rsa-2048.der",
};

START_TEST(good_ones_are_read) {
    static uint8_t data[FILE_MAX];
    presented ours;
    ck_assert_int_eq(read_der(data, read_vector(good[_i], data), &ours), 0);
    presented_release(&ours);
}
END_TEST

static const char *const bad[] = {
    "bad-trailing-byte.der",    "bad-indefinite-length.der",
    "bad-date-february-30.der", "bad-date-hour-24.der",
    "bad-date-not-digits.der",  "bad-date-no-seconds.der",
    "bad-serial-empty.der",     "bad-signature-algorithms-differ.der",
    "subject-nul.der",          "subject-not-utf8.der",
};

START_TEST(bad_ones_are_not) {
    static uint8_t data[FILE_MAX];
    presented ours;
    ck_assert_int_ne(read_der(data, read_vector(bad[_i], data), &ours), 0);
    ck_assert_ptr_null(ours.bytes.data);
}
END_TEST

/* ---- links ---- */

static presented read_text_of(const issued *certificate) {
    presented out;
    char *const text = text_of(certificate, FORM_PEM);
    ck_assert_int_eq(presented_read(text, &out), 0);
    free(text);
    return out;
}

static void ck_link(const issued *certificate, const issued *issuer, presented_link expected) {
    presented one = read_text_of(certificate);
    presented other = read_text_of(issuer);
    ck_assert_int_eq(presented_signed_by(&one, &other), expected);
    presented_release(&one);
    presented_release(&other);
}

START_TEST(a_link_is_a_name_and_a_signature) {
    ck_link(cas.root, cas.root, LINK_HOLDS);
    ck_link(cas.policy_ca, cas.root, LINK_HOLDS);
    ck_link(cas.a, cas.policy_ca, LINK_HOLDS);
    ck_link(cas.a, cas.root, LINK_OTHER_ISSUER);
    ck_link(cas.a, cas.b, LINK_OTHER_ISSUER);
}
END_TEST

static const key_type keys[] = {KEY_P256, KEY_P384, KEY_P521, KEY_RSA_2048};

/* A and B have one name, and only the key tells them apart. */
START_TEST(keys_of_every_kind_are_told_apart) {
    const tenant_ca_options options = {.tenant = TENANT, .not_before = START, .key = keys[_i]};
    const device_options device = {.id = DEVICE_ID, .not_before = START};
    issued *ca = NULL;
    issued *leaf = NULL;
    ck_assert_int_eq(issuer_tenant_ca(5, cas.policy_ca, &options, &ca), 0);
    ck_assert_int_eq(issuer_device(5, ca, &device, &leaf), 0);
    ck_link(leaf, ca, LINK_HOLDS);
    ck_link(leaf, cas.a, LINK_OTHER_KEY);
    ck_link(leaf, cas.other, LINK_OTHER_ISSUER);
    issued_free(leaf);
    issued_free(ca);
}
END_TEST

/* ---- harm ---- */

START_TEST(a_cut_certificate_is_refused) {
    presented out;
    const der *const whole = &cas.a->certificate;
    for (size_t length = 0; length < whole->length; length++) {
        ck_assert_int_ne(read_der(whole->data, length, &out), 0);
    }
}
END_TEST

/* Whatever byte changes: it is refused, or the signature no longer holds. */
START_TEST(a_changed_certificate_is_not_the_signed_one) {
    static const uint8_t masks[] = {0x01, 0x20, 0x80, 0xFF};
    presented issuer = read_text_of(cas.policy_ca);
    der *const whole = &cas.a->certificate;
    for (size_t i = 0; i < whole->length; i++) {
        presented out;
        whole->data[i] ^= masks[_i];
        if (read_der(whole->data, whole->length, &out) == 0) {
            ck_assert_msg(presented_signed_by(&out, &issuer) != LINK_HOLDS, "byte %zu", i);
            presented_release(&out);
        }
        whole->data[i] ^= masks[_i];
    }
    presented_release(&issuer);
}
END_TEST

/* ---- texts ---- */

static const struct {
    const char *before, *after;
    int taken;
} wrappings[] = {
    {"", "", 1},
    {"\xEF\xBB\xBF", "\r\n \t", 1},
    {"subject=CN = someone\n", "", 1},
    {"", "x", 0},
    {"", "\n-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n", 0},
    {"-----BEGIN CERTIFICATE-----\n", "", 0},
};

START_TEST(one_pem_block_is_taken) {
    char *const pem = text_of(cas.a, FORM_PEM);
    char *const text = malloc(strlen(pem) + TEXT_SIZE);
    presented out;
    sprintf(text, "%s%s%s", wrappings[_i].before, pem, wrappings[_i].after);
    ck_assert_int_eq(presented_read(text, &out) == 0, wrappings[_i].taken);
    presented_release(&out);
    free(text);
    free(pem);
}
END_TEST

START_TEST(base64_may_be_wrapped) {
    char *const base64 = text_of(cas.a, FORM_DER);
    char *const text = malloc(2 * strlen(base64) + 1);
    presented out;
    size_t length = 0;
    for (size_t i = 0; base64[i] != '\0'; i++) {
        text[length++] = base64[i];
        if (i % 60 == 59) {
            text[length++] = '\n';
        }
    }
    text[length] = '\0';
    ck_assert_int_eq(presented_read(text, &out), 0);
    ck_assert_str_eq(out.thumbprint, thumbprint(cas.a));
    presented_release(&out);
    free(text);
    free(base64);
}
END_TEST

static Suite *presented_suite(void) {
    Suite *const suite = suite_create("simulator presented");
    TCase *const tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, vectors_are_read_as_openssl_reads_them);
    tcase_add_loop_test(tests, good_ones_are_read, 0, COUNT(good));
    tcase_add_loop_test(tests, bad_ones_are_not, 0, COUNT(bad));
    tcase_add_test(tests, a_link_is_a_name_and_a_signature);
    tcase_add_loop_test(tests, keys_of_every_kind_are_told_apart, 0, COUNT(keys));
    tcase_add_test(tests, a_cut_certificate_is_refused);
    tcase_add_loop_test(tests, a_changed_certificate_is_not_the_signed_one, 0, 4);
    tcase_add_loop_test(tests, one_pem_block_is_taken, 0, COUNT(wrappings));
    tcase_add_test(tests, base64_may_be_wrapped);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void) {
    return run_suite(presented_suite());
}

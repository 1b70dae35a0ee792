/* SPDX-License-Identifier: MIT */
/* Writes tests/vectors and the verifiers' self-test: `gen_vectors FOLDER SELF-TEST`. The same
 * source gives the same bytes. */
#include "vectors.h"

#include "simulator/mbedtls_compat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 1024 };

void require(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "gen_vectors: %s\n", what);
        exit(1);
    }
}

int64_t at(const char *rfc3339) {
    int64_t seconds = 0;
    require(utc_parse(rfc3339, &seconds) == 0, rfc3339);
    return seconds;
}

static void write_digest(FILE *out, mbedtls_md_type_t type, size_t size, der_view bytes) {
    uint8_t hash[MBEDTLS_MD_MAX_SIZE];
    const mbedtls_md_info_t *const info = mbedtls_md_info_from_type(type);
    require(mbedtls_md(info, bytes.data, bytes.length, hash) == 0, "digest");
    for (size_t i = 0; i < size; i++) {
        fprintf(out, "%02X", (unsigned)hash[i]);
    }
    fputc('\t', out);
}

void put(vectors *v, const char *name, der_view bytes, expectation expected, const char *why) {
    char path[PATH_SIZE];
    const int length = snprintf(path, sizeof path, "%s/%s", v->folder, name);
    require(length > 0 && length < PATH_SIZE, "the path is too long");
    FILE *const file = fopen(path, "wb");
    require(file != NULL, path);
    require(fwrite(bytes.data, 1, bytes.length, file) == bytes.length, path);
    require(fclose(file) == 0, path);

    FILE *const index = v->index;
    fprintf(index, "%s\t", name);
    write_digest(index, MBEDTLS_MD_SHA1, 20, bytes);
    write_digest(index, MBEDTLS_MD_SHA256, 32, bytes);
    fprintf(index, "%s\t%s\n", expected == ACCEPT ? "accept" : "refuse", why);
}

void put_text(vectors *v, const char *name, const char *text, expectation expected,
              const char *why) {
    const der_view bytes = {(const uint8_t *)text, strlen(text)};
    put(v, name, bytes, expected, why);
}

void put_certificate(vectors *v, const char *name, const issued *certificate, const char *why) {
    put(v, name, der_seen(&certificate->certificate), ACCEPT, why);
}

/* ---- the tenant's generations, and other certificates that are right ---- */

static issued *tenant_ca(const issued *policy_ca, tenant_ca_options options) {
    issued *out = NULL;
    options.tenant = options.tenant != NULL ? options.tenant : VECTOR_TENANT;
    require(issuer_tenant_ca(VECTOR_SEED, policy_ca, &options, &out) == 0, "tenant CA");
    return out;
}

static void put_hierarchy(vectors *v) {
    require(issuer_root_2020(VECTOR_SEED, &v->root) == 0, "root");
    require(issuer_policy_ca_2022(VECTOR_SEED, v->root, &v->policy_2022) == 0, "policy CA 2022");
    require(issuer_policy_ca(VECTOR_SEED, v->root, 2025, at("2025-08-11T19:28:02Z"),
                             at("2030-08-11T19:28:02Z"), &v->policy_2025) == 0,
            "policy CA 2025");
    put_certificate(v, "root.der", v->root, "upper CA");
    put_certificate(v, "policy-ca-2022.der", v->policy_2022, "upper CA");
    put_certificate(v, "policy-ca-2025.der", v->policy_2025, "upper CA");
}

static void put_generations(vectors *v) {
    const int64_t a = at("2024-08-01T00:00:00Z");
    const int64_t until_next = ISSUER_TENANT_CA_LIFE - 90 * UTC_DAY;
    v->a = tenant_ca(v->policy_2022,
                     (tenant_ca_options){.not_before = a, .serial = SERIAL_LEADING_ZERO});
    v->b = tenant_ca(v->policy_2022,
                     (tenant_ca_options){.not_before = a + until_next, .serial = SERIAL_16_BYTES});
    v->c = tenant_ca(v->policy_2025, (tenant_ca_options){.not_before = a + 2 * until_next});
    issued *const older =
        tenant_ca(v->policy_2022, (tenant_ca_options){.not_before = a - until_next});
    issued *const b_2025 =
        tenant_ca(v->policy_2025, (tenant_ca_options){.not_before = a + until_next});
    put_certificate(v, "tenant-ca-older.der", older, "the generation before A");
    put_certificate(v, "tenant-ca-a.der", v->a, "serial with a leading 00");
    put_certificate(v, "tenant-ca-b.der", v->b, "starts 90 days before A ends; 16-byte serial");
    put_certificate(v, "tenant-ca-c.der", v->c, "starts 90 days before B ends; policy CA 2025");
    put_certificate(v, "tenant-ca-b-policy-2025.der", b_2025,
                    "B's dates, issued by another policy CA than A");
    issued_free(older);
    issued_free(b_2025);
}

static void put_tenant_ca(vectors *v, const char *name, tenant_ca_options options,
                          const char *why) {
    issued *const made = tenant_ca(v->policy_2022, options);
    put_certificate(v, name, made, why);
    issued_free(made);
}

static void put_varieties(vectors *v) {
    const int64_t start = at("2024-08-01T00:00:00Z");
    const int64_t to_the_end = at("9999-12-31T23:59:59Z") - start;
    put_tenant_ca(v, "tenant-ca-int.der",
                  (tenant_ca_options){.environment = "INT",
                                      .not_before = at("2024-01-31T00:00:00Z"),
                                      .life = 90 * UTC_DAY},
                  "test environment: 90 days, a word before the GUID");
    put_tenant_ca(v, "tenant-ca-past-2038.der",
                  (tenant_ca_options){.not_before = at("2037-06-01T00:00:00Z")},
                  "ends after 2038-01-19");
    put_tenant_ca(v, "tenant-ca-past-2050.der",
                  (tenant_ca_options){.not_before = at("2049-06-01T00:00:00Z")},
                  "notBefore UTCTime, notAfter GeneralizedTime");
    put_tenant_ca(v, "tenant-ca-until-9999.der",
                  (tenant_ca_options){.not_before = start, .life = to_the_end},
                  "ends 9999-12-31T23:59:59Z");
    put_tenant_ca(v, "tenant-ca-p256.der",
                  (tenant_ca_options){.not_before = start, .key = KEY_P256}, "EC P-256 key");
    put_tenant_ca(v, "tenant-ca-p521.der",
                  (tenant_ca_options){.not_before = start, .key = KEY_P521}, "EC P-521 key");
    put_tenant_ca(v, "tenant-ca-rsa-4096.der",
                  (tenant_ca_options){.not_before = start, .key = KEY_RSA_4096}, "RSA 4096 key");
}

static void put_device(vectors *v, const char *name, const issued *ca, device_options options,
                       const char *why) {
    char id[129];
    for (size_t i = 0; i < sizeof id - 1; i++) {
        id[i] = "7d1f4b0e92c8a563"[(i * 7 + (size_t)name[10]) % 16];
    }
    id[sizeof id - 1] = '\0';
    options.id = id;
    issued *made = NULL;
    require(issuer_device(VECTOR_SEED, ca, &options, &made) == 0, name);
    put_certificate(v, name, made, why);
    issued_free(made);
}

static void put_devices(vectors *v) {
    const int64_t day = at("2026-07-01T06:00:00Z"); /* A and B are both valid */
    issued *const other =
        tenant_ca(v->policy_2022, (tenant_ca_options){.tenant = VECTOR_OTHER_TENANT,
                                                      .not_before = at("2025-11-01T00:00:00Z")});
    issued *const rsa =
        tenant_ca(v->policy_2022, (tenant_ca_options){.not_before = at("2026-05-03T00:00:00Z"),
                                                      .key = KEY_RSA_2048});
    put_certificate(v, "tenant-ca-other-tenant.der", other, "another tenant's");
    put_certificate(v, "tenant-ca-rsa-2048.der", rsa, "RSA 2048 key");
    put_device(v, "device-of-a.der", v->a, (device_options){.not_before = day},
               "2026-07-01T06:00:00Z and 24 hours");
    put_device(v, "device-of-b.der", v->b, (device_options){.not_before = day},
               "2026-07-01T06:00:00Z and 24 hours");
    put_device(v, "device-without-eku.der", v->b,
               (device_options){.not_before = day, .without_eku = 1},
               "of B, says nothing about its purpose");
    put_device(v, "device-of-other-tenant.der", other, (device_options){.not_before = day},
               "2026-07-01T06:00:00Z and 24 hours");
    put_device(v, "device-of-rsa-2048.der", rsa, (device_options){.not_before = day},
               "of the RSA 2048 tenant CA");
    issued_free(other);
    issued_free(rsa);
}

static void put_proof(vectors *v) {
    issued *proof = NULL;
    require(issuer_proof(VECTOR_SEED, v->a, "3D9A51F0C7B24E6881A2D4C06F35B79E02468ACE13579BDF",
                         at("2025-01-15T12:00:00Z"), &proof) == 0,
            "proof");
    put_certificate(v, "proof-of-a.der", proof,
                    "proof of possession: empty critical extended key usage");
    issued_free(proof);
}

/* What 2020's affected certificates looked like: the signature was made over another curve's
 * identifier (here prime239v3, of equal length), so the issuer is found and does not verify. */
static void put_2020_anomaly(vectors *v) {
    static const uint8_t prime239v3[] = {0x06, 0x08, 0x2A, 0x86, 0x48,
                                         0xCE, 0x3D, 0x03, 0x01, 0x06};
    issued *const regular =
        tenant_ca(v->policy_2022,
                  (tenant_ca_options){.not_before = at("2025-07-01T00:00:00Z"), .key = KEY_P256});
    der extensions = {0};
    der public_key = {0};
    issued *made = NULL;
    private_key_public(regular->key, &public_key);
    const size_t curve = 2 + 2 + 9; /* SEQUENCE { SEQUENCE { id-ecPublicKey, curve } } */
    memcpy(public_key.data + curve, prime239v3, sizeof prime239v3);
    issuer_tenant_ca_extensions(&extensions, 2022);
    const certificate_parts instead = {.public_key = der_seen(&public_key)};
    const certificate_order order = {.key = KEY_P256,
                                     .subject = der_seen(&regular->subject),
                                     .not_before = regular->not_before,
                                     .not_after = regular->not_after,
                                     .extensions = der_seen(&extensions),
                                     .instead = &instead};
    require(certificate_issue(VECTOR_SEED, v->policy_2022, &order, &made) == 0, "2020 anomaly");
    der *const bytes = &made->certificate;
    size_t found = 0;
    while (memcmp(bytes->data + found, prime239v3, sizeof prime239v3) != 0) {
        found++;
    }
    bytes->data[found + sizeof prime239v3 - 1] = 0x07; /* prime256v1 */
    put_certificate(v, "tenant-ca-2020-anomaly.der", made,
                    "reads well; the policy CA's signature does not verify");
    issued_free(made);
    issued_free(regular);
    der_free(&public_key);
    der_free(&extensions);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: gen_vectors FOLDER SELF-TEST\n");
        return 2;
    }
    char path[PATH_SIZE];
    vectors v = {.folder = argv[1]};
    snprintf(path, sizeof path, "%s/index.txt", argv[1]);
    FILE *const index = fopen(path, "w");
    require(index != NULL, path);
    v.index = index;
    fputs("# SPDX-License-Identifier: MIT\n"
          "# name\tSHA-1\tSHA-256\tstrict reader\twhat it is, or why it is refused\n",
          index);
    put_hierarchy(&v);
    put_generations(&v);
    put_varieties(&v);
    put_devices(&v);
    put_proof(&v);
    put_2020_anomaly(&v);
    put_names(&v);
    put_malformed(&v);
    put_documents(&v);
    write_self_test(argv[2]);
    require(fclose(index) == 0, path);
    issued *const made[] = {v.root, v.policy_2022, v.policy_2025, v.a, v.b, v.c};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        issued_free(made[i]);
    }
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* The signatures that a trust set tries its verifier with: src/trust/self_test_data.h. */
#include "vectors.h"

#include "simulator/mbedtls_compat.h"

#include <stdio.h>
#include <string.h>

enum { DIGITS_PER_LINE = 12 };

static void write_bytes(FILE *out, const char *name, const char *part, der_view bytes) {
    fprintf(out, "static const uint8_t %s_%s[] = {", name, part);
    for (size_t i = 0; i < bytes.length; i++) {
        fprintf(out, "%s0x%02X,", i % DIGITS_PER_LINE == 0 ? "\n    " : " ",
                (unsigned)bytes.data[i]);
    }
    fprintf(out, "\n};\n");
}

static void write_test(FILE *out, const char *name, key_type type, mbedtls_md_type_t md) {
    static const char message[] = "libtenantca tries its verifier";
    const der_view signed_part = {(const uint8_t *)message, strlen(message)};
    const mbedtls_md_info_t *const info = mbedtls_md_info_from_type(md);
    uint8_t hash[MBEDTLS_MD_MAX_SIZE];
    random_stream stream;
    private_key *key = NULL;
    der public_key = {0};
    der signature = {0};
    require(random_start(&stream, VECTOR_SEED, (der_view){(const uint8_t *)name, strlen(name)}) ==
                0,
            name);
    require(private_key_make(type, &stream, &key) == 0, name);
    private_key_public(key, &public_key);
    require(!public_key.failed && private_key_sign(key, signed_part, &signature) == 0, name);
    require(mbedtls_md(info, signed_part.data, signed_part.length, hash) == 0, name);
    write_bytes(out, name, "public_key", der_seen(&public_key));
    write_bytes(out, name, "digest", (der_view){hash, mbedtls_md_get_size(info)});
    write_bytes(out, name, "signature", der_seen(&signature));
    private_key_free(key);
    der_free(&public_key);
    der_free(&signature);
}

void write_self_test(const char *path) {
    static const struct {
        const char *name, *kind, *algorithm, *text;
        key_type type;
        mbedtls_md_type_t md;
    } tests[] = {
        {"p256", "TCAI_KIND_P256", "TCA_SIGNATURE_ECDSA_SHA256", "P-256", KEY_P256,
         MBEDTLS_MD_SHA256},
        {"p384", "TCAI_KIND_P384", "TCA_SIGNATURE_ECDSA_SHA384", "P-384", KEY_P384,
         MBEDTLS_MD_SHA384},
        {"p521", "TCAI_KIND_P521", "TCA_SIGNATURE_ECDSA_SHA512", "P-521", KEY_P521,
         MBEDTLS_MD_SHA512},
        {"rsa", "TCAI_KIND_RSA", "TCA_SIGNATURE_RSA_SHA256", "RSA", KEY_RSA_2048,
         MBEDTLS_MD_SHA256},
    };
    const size_t count = sizeof tests / sizeof tests[0];
    FILE *const out = fopen(path, "w");
    require(out != NULL, path);
    fputs("/* SPDX-License-Identifier: MIT */\n"
          "/* Written by `make vectors`: see tests/tools/vectors_self_test.c. */\n"
          "/* clang-format off */\n",
          out);
    for (size_t i = 0; i < count; i++) {
        write_test(out, tests[i].name, tests[i].type, tests[i].md);
    }
    fputs("static const self_test self_tests[] = {\n", out);
    for (size_t i = 0; i < count; i++) {
        const char *const n = tests[i].name;
        fprintf(out,
                "    {%s, %s, \"%s\",\n     {%s_public_key, sizeof(%s_public_key)},\n"
                "     {%s_digest, sizeof(%s_digest)},\n     {%s_signature, "
                "sizeof(%s_signature)}},\n",
                tests[i].kind, tests[i].algorithm, tests[i].text, n, n, n, n, n, n);
    }
    fputs("};\n", out);
    require(fclose(out) == 0, path);
}

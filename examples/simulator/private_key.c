/* SPDX-License-Identifier: MIT */
#include "private_key.h"

#include "mbedtls_compat.h"

#include <stdlib.h>
#include <string.h>

enum { PEM_CAPACITY = 8192, PUBLIC_CAPACITY = 1024 };

struct private_key {
    mbedtls_pk_context pk;
    key_type type;
    random_stream stream;
};

static int digest(mbedtls_md_type_t type, const void *data, size_t length, uint8_t *out) {
    return mbedtls_md(mbedtls_md_info_from_type(type), data, length, out);
}

int random_start(random_stream *stream, uint64_t seed, der_view mixed_in) {
    der input = {0};
    uint8_t octets[8];
    for (size_t i = 0; i < sizeof octets; i++) {
        octets[i] = (uint8_t)(seed >> (8 * i));
    }
    der_raw(&input, octets, sizeof octets);
    der_copy(&input, mixed_in);
    const int rc =
        input.failed ? -1 : digest(MBEDTLS_MD_SHA256, input.data, input.length, stream->key);
    stream->counter = 0;
    der_free(&input);
    return rc;
}

int random_bytes(void *user, unsigned char *out, size_t length) {
    random_stream *const stream = user;
    while (length > 0) {
        uint8_t input[sizeof stream->key + 8];
        uint8_t block[32];
        memcpy(input, stream->key, sizeof stream->key);
        for (size_t i = 0; i < 8; i++) {
            input[sizeof stream->key + i] = (uint8_t)(stream->counter >> (8 * i));
        }
        stream->counter++;
        if (digest(MBEDTLS_MD_SHA256, input, sizeof input, block) != 0) {
            return -1;
        }
        const size_t part = length < sizeof block ? length : sizeof block;
        memcpy(out, block, part);
        out += part;
        length -= part;
    }
    return 0;
}

static const char *curve_oid(key_type type) {
    return type == KEY_P256   ? "1.2.840.10045.3.1.7"
           : type == KEY_P384 ? "1.3.132.0.34"
                              : "1.3.132.0.35";
}

/* An ECPrivateKey (RFC 5915) without its public key: mbedTLS computes that. This way in is the same
 * in all of its generations, and the scalar stays ours to choose. */
static int make_ec(private_key *key) {
    uint8_t scalar[66];
    const size_t size = key->type == KEY_P256 ? 32 : key->type == KEY_P384 ? 48 : 66;
    der der_key = {0};
    int rc = random_bytes(&key->stream, scalar, size);
    if (rc != 0) {
        return rc;
    }
    scalar[0] = key->type == KEY_P521 ? 0 : scalar[0] & 0x7F; /* below every curve's order */

    static const uint8_t version = 1;
    const size_t sequence = der_open(&der_key, DER_SEQUENCE);
    der_value(&der_key, DER_INTEGER, &version, 1);
    der_value(&der_key, DER_OCTET_STRING, scalar, size);
    const size_t parameters = der_open(&der_key, DER_CONTEXT(0));
    der_oid(&der_key, curve_oid(key->type));
    der_close(&der_key, parameters);
    der_close(&der_key, sequence);
    rc = der_key.failed
             ? -1
             : compat_parse_key(&key->pk, der_key.data, der_key.length, random_bytes, &key->stream);
    der_free(&der_key);
    return rc;
}

int private_key_make(key_type type, random_stream *stream, private_key **out) {
    *out = NULL;
    private_key *const key = calloc(1, sizeof *key);
    if (key == NULL || compat_ready() != 0) {
        free(key);
        return -1;
    }
    mbedtls_pk_init(&key->pk);
    key->type = type;
    key->stream = *stream;
    const int rc =
        type == KEY_RSA_2048   ? compat_make_rsa(&key->pk, 2048, random_bytes, &key->stream)
        : type == KEY_RSA_4096 ? compat_make_rsa(&key->pk, 4096, random_bytes, &key->stream)
                               : make_ec(key);
    if (rc != 0) {
        private_key_free(key);
        return rc;
    }
    *out = key;
    return 0;
}

void private_key_free(private_key *key) {
    if (key != NULL) {
        mbedtls_pk_free(&key->pk);
        free(key);
    }
}

static mbedtls_md_type_t hash_of(const private_key *key) {
    return key->type == KEY_P384   ? MBEDTLS_MD_SHA384
           : key->type == KEY_P521 ? MBEDTLS_MD_SHA512
                                   : MBEDTLS_MD_SHA256;
}

void private_key_algorithm(const private_key *key, der *out) {
    static const uint8_t null[] = {0x05, 0x00};
    const int rsa = key->type == KEY_RSA_2048 || key->type == KEY_RSA_4096;
    const size_t sequence = der_open(out, DER_SEQUENCE);
    der_oid(out, rsa                     ? "1.2.840.113549.1.1.11"
                 : key->type == KEY_P384 ? "1.2.840.10045.4.3.3"
                 : key->type == KEY_P521 ? "1.2.840.10045.4.3.4"
                                         : "1.2.840.10045.4.3.2");
    if (rsa) {
        der_raw(out, null, sizeof null);
    }
    der_close(out, sequence);
}

void private_key_public(private_key *key, der *out) {
    uint8_t buffer[PUBLIC_CAPACITY];
    const int length = mbedtls_pk_write_pubkey_der(&key->pk, buffer, sizeof buffer);
    if (length <= 0) {
        out->failed = 1;
        return;
    }
    der_raw(out, buffer + sizeof buffer - (size_t)length, (size_t)length);
}

int private_key_identifier(private_key *key, uint8_t out[20]) {
    /* The bits are the tail of the SubjectPublicKeyInfo; only EC keys are asked for here. */
    const size_t bits = key->type == KEY_P256 ? 65 : key->type == KEY_P384 ? 97 : 133;
    der info = {0};
    private_key_public(key, &info);
    const int rc = info.failed || info.length < bits
                       ? -1
                       : digest(MBEDTLS_MD_SHA1, info.data + info.length - bits, bits, out);
    der_free(&info);
    return rc;
}

int private_key_sign(private_key *key, der_view signed_part, der *out) {
    const mbedtls_md_type_t md = hash_of(key);
    uint8_t hash[MBEDTLS_MD_MAX_SIZE];
    uint8_t signature[MBEDTLS_PK_SIGNATURE_MAX_SIZE];
    size_t length = 0;
    int rc = digest(md, signed_part.data, signed_part.length, hash);
    if (rc == 0) {
        const size_t size = md == MBEDTLS_MD_SHA384 ? 48 : md == MBEDTLS_MD_SHA512 ? 64 : 32;
        rc = compat_sign(&key->pk, md, hash, size, signature, sizeof signature, &length,
                         random_bytes, &key->stream);
    }
    if (rc == 0) {
        der_raw(out, signature, length);
        rc = out->failed ? -1 : 0;
    }
    return rc;
}

int private_key_pem(private_key *key, char **out) {
    *out = calloc(1, PEM_CAPACITY);
    if (*out == NULL) {
        return -1;
    }
    const int rc = mbedtls_pk_write_key_pem(&key->pk, (unsigned char *)*out, PEM_CAPACITY);
    if (rc != 0) {
        free(*out);
        *out = NULL;
    }
    return rc;
}

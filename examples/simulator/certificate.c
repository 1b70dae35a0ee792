/* SPDX-License-Identifier: MIT */
#include "certificate.h"

#include "mbedtls_compat.h"

#include <mbedtls/base64.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void issued_free(issued *certificate) {
    if (certificate == NULL) {
        return;
    }
    der_free(&certificate->certificate);
    der_free(&certificate->subject);
    der_free(&certificate->serial);
    private_key_free(certificate->key);
    free(certificate);
}

/* What the certificate says is what its key and serial number are derived from. */
static int start_random(uint64_t seed, const issued *signer, const certificate_order *order,
                        random_stream *out) {
    const uint8_t key = (uint8_t)order->key;
    der says = {0};
    if (signer != NULL) {
        der_copy(&says, der_seen(&signer->certificate));
    }
    der_copy(&says, order->subject);
    der_time(&says, order->not_before);
    der_time(&says, order->not_after);
    der_raw(&says, &key, 1);
    const int rc = says.failed ? -1 : random_start(out, seed, der_seen(&says));
    der_free(&says);
    return rc;
}

static int make_serial(issued *certificate, serial_shape shape, random_stream *stream) {
    static const uint8_t zero = 0;
    uint8_t serial[16];
    if (random_bytes(stream, serial, sizeof serial) != 0) {
        return -1;
    }
    if (shape == SERIAL_LEADING_ZERO) {
        serial[0] |= 0x80;
    } else if (shape == SERIAL_16_BYTES) {
        serial[0] = (uint8_t)((serial[0] & 0x7F) | 0x10);
    } else if (serial[0] == 0) {
        serial[0] = 1;
    }
    if ((serial[0] & 0x80) != 0) {
        der_raw(&certificate->serial, &zero, 1);
    }
    der_raw(&certificate->serial, serial, sizeof serial);
    return certificate->serial.failed ? -1 : 0;
}

static int replaced(der *out, der_view part) {
    der_copy(out, part);
    return part.data != NULL;
}

static void write_tbs(der *out, const issued *made, const issued *signer, const issued *key_owner,
                      const certificate_order *order) {
    static const certificate_parts nothing;
    static const uint8_t v3[] = {DER_CONTEXT(0), 0x03, DER_INTEGER, 0x01, 0x02};
    const certificate_parts *const instead = order->instead != NULL ? order->instead : &nothing;

    const size_t tbs = der_open(out, DER_SEQUENCE);
    if (!replaced(out, instead->version)) {
        der_raw(out, v3, sizeof v3);
    }
    if (!replaced(out, instead->serial)) {
        der_value(out, DER_INTEGER, made->serial.data, made->serial.length);
    }
    if (!replaced(out, instead->algorithm)) {
        private_key_algorithm(key_owner->key, out);
    }
    if (!replaced(out, instead->issuer)) {
        der_copy(out, signer != NULL ? der_seen(&signer->subject) : order->subject);
    }
    if (!replaced(out, instead->validity)) {
        const size_t validity = der_open(out, DER_SEQUENCE);
        der_time(out, order->not_before);
        der_time(out, order->not_after);
        der_close(out, validity);
    }
    if (!replaced(out, instead->subject)) {
        der_copy(out, order->subject);
    }
    if (!replaced(out, instead->public_key)) {
        private_key_public(made->key, out);
    }
    if (!replaced(out, instead->extensions) && order->extensions.length != 0) {
        const size_t explicit3 = der_open(out, DER_CONTEXT(3));
        der_value(out, DER_SEQUENCE, order->extensions.data, order->extensions.length);
        der_close(out, explicit3);
    }
    der_close(out, tbs);
}

static int sign(const issued *key_owner, der_view tbs, const certificate_parts *instead, der *out) {
    static const uint8_t no_unused_bits = 0;
    const size_t certificate = der_open(out, DER_SEQUENCE);
    der_copy(out, tbs);
    if (instead == NULL || !replaced(out, instead->outer_algorithm)) {
        private_key_algorithm(key_owner->key, out);
    }
    const size_t bits = der_open(out, DER_BIT_STRING);
    der_raw(out, &no_unused_bits, 1);
    if (private_key_sign(key_owner->key, tbs, out) != 0) {
        return -1;
    }
    der_close(out, bits);
    der_close(out, certificate);
    return out->failed ? -1 : 0;
}

int certificate_issue(uint64_t seed, const issued *signer, const certificate_order *order,
                      issued **out) {
    *out = NULL;
    random_stream stream;
    der tbs = {0};
    int rc = -1;
    issued *const made = calloc(1, sizeof *made);
    if (made == NULL) {
        return -1;
    }
    const issued *const key_owner = signer != NULL ? signer : made;
    made->not_before = order->not_before;
    made->not_after = order->not_after;
    der_copy(&made->subject, order->subject);
    if (start_random(seed, signer, order, &stream) != 0 ||
        make_serial(made, order->serial, &stream) != 0 ||
        private_key_make(order->key, &stream, &made->key) != 0) {
        goto done;
    }
    write_tbs(&tbs, made, signer, key_owner, order);
    if (!tbs.failed && !made->subject.failed) {
        rc = sign(key_owner, der_seen(&tbs), order->instead, &made->certificate);
    }
done:
    der_free(&tbs);
    if (rc != 0) {
        issued_free(made);
        return rc;
    }
    *out = made;
    return 0;
}

int certificate_key_to_come(uint64_t seed, const issued *signer, const certificate_order *order,
                            private_key **out) {
    random_stream stream;
    issued scratch = {0};
    int rc = start_random(seed, signer, order, &stream);
    if (rc == 0) {
        rc = make_serial(&scratch, order->serial, &stream);
    }
    if (rc == 0) {
        rc = private_key_make(order->key, &stream, out);
    }
    der_free(&scratch.serial);
    return rc;
}

/* ---- certificates as text ---- */

char *base64_text(der_view bytes) {
    const size_t size = (bytes.length + 2) / 3 * 4 + 1;
    size_t length = 0;
    char *const text = malloc(size);
    if (text == NULL) {
        return NULL;
    }
    text[0] = '\0'; /* mbedTLS writes nothing where there is nothing */
    if (mbedtls_base64_encode((unsigned char *)text, size, &length, bytes.data, bytes.length) !=
        0) {
        free(text);
        return NULL;
    }
    return text;
}

char *pem_text(const char *label, der_view bytes) {
    enum { LINE = 64 };
    char *const base64 = base64_text(bytes);
    if (base64 == NULL) {
        return NULL;
    }
    const size_t length = strlen(base64);
    const size_t lines = (length + LINE - 1) / LINE;
    const size_t armour = 2 * (strlen(label) + sizeof "-----BEGIN -----\n");
    const size_t size = armour + length + lines + 1;
    char *const pem = malloc(size);
    if (pem != NULL) {
        size_t at = (size_t)snprintf(pem, size, "-----BEGIN %s-----\n", label);
        for (size_t i = 0; i < length; i += LINE) {
            at += (size_t)snprintf(pem + at, size - at, "%.*s\n", LINE, base64 + i);
        }
        snprintf(pem + at, size - at, "-----END %s-----\n", label);
    }
    free(base64);
    return pem;
}

char *issued_pem(const issued *certificate) {
    return pem_text("CERTIFICATE", der_seen(&certificate->certificate));
}

void write_hexadecimal(char *out, const uint8_t *data, size_t length) {
    for (size_t i = 0; i < length; i++) {
        snprintf(out + 2 * i, 3, "%02X", (unsigned)data[i]);
    }
}

char *issued_serial_hex(const issued *certificate) {
    char *const text = calloc(1, 2 * certificate->serial.length + 1);
    if (text != NULL) {
        write_hexadecimal(text, certificate->serial.data, certificate->serial.length);
    }
    return text;
}

int thumbprint_of(der_view certificate, char out[THUMBPRINT_SIZE]) {
    uint8_t hash[20];
    const mbedtls_md_info_t *const sha1 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA1);
    const int rc = mbedtls_md(sha1, certificate.data, certificate.length, hash);
    if (rc == 0) {
        write_hexadecimal(out, hash, sizeof hash);
    }
    return rc;
}

int issued_thumbprint(const issued *certificate, char out[THUMBPRINT_SIZE]) {
    return thumbprint_of(der_seen(&certificate->certificate), out);
}

/* SPDX-License-Identifier: MIT */
/* Private keys made from a seed, for simulated hierarchies only: whoever knows the seed knows them.
 */
#ifndef SIMULATOR_PRIVATE_KEY_H
#define SIMULATOR_PRIVATE_KEY_H

#include "der.h"

typedef enum key_type { KEY_P384, KEY_P256, KEY_P521, KEY_RSA_2048, KEY_RSA_4096 } key_type;

/* Bytes that depend on nothing but the seed and what was mixed in: SHA-256 in counter mode. */
typedef struct random_stream {
    uint8_t key[32];
    uint64_t counter;
} random_stream;

int random_start(random_stream *stream, uint64_t seed, der_view mixed_in);
int random_bytes(void *stream, unsigned char *out, size_t length);

typedef struct private_key private_key;

int private_key_make(key_type type, random_stream *stream, private_key **out);
void private_key_free(private_key *key);

/* The hash that belongs to the key's strength and the AlgorithmIdentifier of a signature with it.
 */
void private_key_algorithm(const private_key *key, der *out);
/* The SubjectPublicKeyInfo. */
void private_key_public(private_key *key, der *out);
/* SHA-1 of the public key bits (RFC 5280, 4.2.1.2, method 1). */
int private_key_identifier(private_key *key, uint8_t out[20]);
/* The signature itself, as it stands in the BIT STRING. */
int private_key_sign(private_key *key, der_view signed_part, der *out);
/* PEM text, NUL-terminated, for the caller to free(). */
int private_key_pem(private_key *key, char **out);

#endif

/* SPDX-License-Identifier: MIT */
/* SipHash-1-3 (Aumasson and Bernstein, 2012): short, fast, and not to be steered from outside. */
#include "trust/trust.h"

typedef struct sip_state {
    uint64_t v0, v1, v2, v3;
} sip_state;

static uint64_t rotate(uint64_t word, unsigned bits) {
    return word << bits | word >> (64 - bits);
}

static void sip_round(sip_state *s) {
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static void absorb(sip_state *s, uint64_t word) {
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

/* Written out, so that compilers see one load. */
static uint64_t little_endian(const uint8_t bytes[8]) {
    return (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 |
           (uint64_t)bytes[3] << 24 | (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40 |
           (uint64_t)bytes[6] << 48 | (uint64_t)bytes[7] << 56;
}

uint64_t tcai_siphash(const tcai_secret *secret, tcai_span message) {
    sip_state s = {
        secret->words[0] ^ UINT64_C(0x736F6D6570736575),
        secret->words[1] ^ UINT64_C(0x646F72616E646F6D),
        secret->words[0] ^ UINT64_C(0x6C7967656E657261),
        secret->words[1] ^ UINT64_C(0x7465646279746573),
    };
    size_t at = 0;
    for (; message.length - at >= 8; at += 8) {
        absorb(&s, little_endian(message.data + at));
    }
    uint8_t last[8] = {0};
    if (at < message.length) {
        memcpy(last, message.data + at, message.length - at);
    }
    last[7] = (uint8_t)message.length;
    absorb(&s, little_endian(last));
    s.v2 ^= 0xFF;
    sip_round(&s);
    sip_round(&s);
    sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

tca_result tcai_secret_import(const uint8_t *secret, size_t length, tcai_secret *out,
                              tca_error *error) {
    *out = (tcai_secret){{0, 0}};
    if (secret == NULL && length == 0) {
        return TCA_OK;
    }
    if (secret == NULL || length != TCA_TRUST_SECRET_SIZE) {
        return tcai_fail(error, TCA_E_ARGUMENT, "secret: not of %d bytes", TCA_TRUST_SECRET_SIZE);
    }
    out->words[0] = little_endian(secret);
    out->words[1] = little_endian(secret + 8);
    return TCA_OK;
}

/* SPDX-License-Identifier: MIT */
/* Public keys that any number of threads check signatures with, by mbedTLS.
 *
 * A check with an EC key copies what it needs and writes nothing, so one context serves all. One
 * with an RSA key writes to its context, under a lock of mbedTLS's own that makes two threads
 * slower than one: so a few contexts are kept, and each belongs to one check at a time. */
#include "crypto/key.h"

#include <errno.h>
#include <stdlib.h>

#include "crypto/crypto.h"

#include "tenantca/certificate.h"

#define RSA_CONTEXTS 8

struct tcai_key {
    uint32_t type;
    uint32_t context_count;
    tcai_span public_key; /* what further contexts are made of */
    _Atomic(tcai_key_context *) contexts[];
};

/* mbedTLS's codes do not always tell a lack of memory from a wrong key; malloc() does. */
static tca_result new_context(tcai_span public_key, tcai_key_context **out, tca_error *error) {
    *out = NULL;
    tcai_key_context *context = malloc(sizeof(*context));
    if (context == NULL) {
        return tcai_fail_memory(error);
    }
    mbedtls_pk_init(&context->pk);
    atomic_flag_clear_explicit(&context->taken, memory_order_relaxed);
    context->kept = false;
    errno = 0;
    int status = tcai_mbedtls_ready()
                     ? mbedtls_pk_parse_public_key(&context->pk, public_key.data, public_key.length)
                     : -1;
    bool short_of_memory = errno == ENOMEM;
    if (status == 0) {
        *out = context;
        return TCA_OK;
    }
    mbedtls_pk_free(&context->pk);
    free(context);
    return short_of_memory ? tcai_fail_memory(error)
                           : tcai_fail(error, TCA_E_KEY, "public key: mbedTLS refuses it (-0x%04X)",
                                       (unsigned)-status);
}

static void free_context(tcai_key_context *context) {
    if (context != NULL) {
        mbedtls_pk_free(&context->pk);
        free(context);
    }
}

tca_result tcai_key_new(tcai_span public_key, uint32_t key_type, tcai_key **out, tca_error *error) {
    *out = NULL;
    bool pooled = key_type == TCA_KEY_RSA;
    uint32_t count = pooled ? RSA_CONTEXTS : 1;
    size_t kept_bytes = pooled ? public_key.length : 0;
    size_t size = sizeof(tcai_key) + count * sizeof(_Atomic(tcai_key_context *));
    tcai_key *key = malloc(size + kept_bytes);
    if (key == NULL) {
        return tcai_fail_memory(error);
    }
    key->type = key_type;
    key->context_count = count;
    key->public_key = (tcai_span){(uint8_t *)key + size, kept_bytes};
    memcpy((uint8_t *)key + size, public_key.data, kept_bytes);
    tcai_key_context *first;
    tca_result result = new_context(public_key, &first, error);
    if (result != TCA_OK) {
        free(key);
        return result;
    }
    first->kept = true;
    atomic_init(&key->contexts[0], first);
    for (uint32_t i = 1; i < count; i++) {
        atomic_init(&key->contexts[i], NULL);
    }
    *out = key;
    return TCA_OK;
}

void tcai_key_free(tcai_key *key) {
    if (key == NULL) {
        return;
    }
    for (uint32_t i = 0; i < key->context_count; i++) {
        free_context(atomic_load_explicit(&key->contexts[i], memory_order_acquire));
    }
    free(key);
}

uint32_t tcai_key_type(const tcai_key *key) {
    return key->type;
}

static bool try_take(tcai_key_context *context) {
    return !atomic_flag_test_and_set_explicit(&context->taken, memory_order_acquire);
}

/* A context of its own for the check; it stays with the key where there is room for it. */
static tca_result take_new(tcai_key *key, tcai_key_context **out, tca_error *error) {
    tca_result result = new_context(key->public_key, out, error);
    if (result != TCA_OK) {
        return result;
    }
    (void)try_take(*out);
    (*out)->kept = true;
    for (uint32_t i = 1; i < key->context_count; i++) {
        tcai_key_context *none = NULL;
        if (atomic_compare_exchange_strong_explicit(&key->contexts[i], &none, *out,
                                                    memory_order_acq_rel, memory_order_relaxed)) {
            return TCA_OK;
        }
    }
    (*out)->kept = false;
    return TCA_OK;
}

tca_result tcai_key_take(tcai_key *key, tcai_key_context **out, tca_error *error) {
    if (key->context_count == 1) {
        *out = atomic_load_explicit(&key->contexts[0], memory_order_acquire);
        return TCA_OK;
    }
    for (uint32_t i = 0; i < key->context_count; i++) {
        tcai_key_context *context = atomic_load_explicit(&key->contexts[i], memory_order_acquire);
        if (context != NULL && try_take(context)) {
            *out = context;
            return TCA_OK;
        }
    }
    return take_new(key, out, error);
}

void tcai_key_give_back(const tcai_key *key, tcai_key_context *context) {
    if (key->context_count == 1) {
        return;
    }
    if (context->kept) {
        atomic_flag_clear_explicit(&context->taken, memory_order_release);
    } else {
        free_context(context);
    }
}

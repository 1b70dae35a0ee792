/* SPDX-License-Identifier: MIT */
/* Verifiers, and the only places that call their slots. */
#include <stdlib.h>

#include "net/net.h"
#include "trust/trust.h"

/* ---- life ---- */

tca_result tcai_verifier_new(const tca_verifier *table, tcai_verifier **out, tca_error *error) {
    *out = malloc(sizeof(**out));
    if (*out == NULL) {
        return tcai_fail_memory(error);
    }
    atomic_init(&(*out)->references, 1);
    atomic_init(&(*out)->tried, 0);
    (*out)->table = table == NULL ? tcai_mbedtls_verifier : *table;
    return TCA_OK;
}

void tcai_verifier_unref(tcai_verifier *verifier) {
    if (verifier == NULL || !tcai_dereference(&verifier->references)) {
        return;
    }
    if (verifier->table.destroy != NULL) {
        verifier->table.destroy(verifier->table.user);
    }
    free(verifier);
}

/* ---- calling it ---- */

tca_result tcai_verifier_key(const tcai_verifier *verifier, tcai_span public_key, void **key,
                             tca_error *error) {
    tca_reply reply = {.kind = TCAI_REPLY_KEY};
    verifier->table.key(verifier->table.user, public_key.data, public_key.length, &reply);
    tca_result result = tcai_reply_conclude(&reply, "verifier", TCA_E_KEY, error);
    *key = result == TCA_OK ? reply.handle : NULL;
    tcai_reply_reset(&reply, TCAI_REPLY_KEY, 0);
    return result;
}

tca_result tcai_verifier_check(const tcai_verifier *verifier, void *key,
                               uint32_t signature_algorithm, tcai_span digest, tcai_span signature,
                               tca_error *error) {
    tca_reply reply = {.kind = TCAI_REPLY_CHECK};
    verifier->table.check(verifier->table.user, key, signature_algorithm, digest.data,
                          digest.length, signature.data, signature.length, &reply);
    tca_result result = tcai_reply_conclude(&reply, "verifier", TCA_E_SIGNATURE, error);
    tcai_reply_reset(&reply, TCAI_REPLY_CHECK, 0);
    return result;
}

/* ---- mbedTLS ---- */

/* Memory that ran out is no bad signature, and no bad key: trouble goes before failure. */
static void answer(tca_result result, tca_reply *reply) {
    if (result == TCA_OK) {
        (void)tca_reply_done(reply);
        return;
    }
    reply->trouble = result == TCA_E_NO_MEMORY ? TCA_E_NO_MEMORY : TCA_OK;
    (void)tca_reply_fail(reply, NULL, 0);
}

static void mbedtls_key(void *user, const uint8_t *public_key, size_t length, tca_reply *reply) {
    (void)user;
    tcai_span info = {public_key, length};
    tcai_key *key = NULL;
    tca_result result = tcai_key_new(info, tcai_public_key_type(info), &key, NULL);
    if (result == TCA_OK) {
        result = tca_reply_set_handle(reply, key);
    }
    answer(result, reply);
}

static void mbedtls_check(void *user, void *key, uint32_t signature_algorithm,
                          const uint8_t *digest, size_t digest_length, const uint8_t *signature,
                          size_t signature_length, tca_reply *reply) {
    (void)user;
    answer(tcai_key_check(key, signature_algorithm, (tcai_span){digest, digest_length},
                          (tcai_span){signature, signature_length}, NULL),
           reply);
}

static void mbedtls_release(void *user, void *key) {
    (void)user;
    tcai_key_free(key);
}

const tca_verifier tcai_mbedtls_verifier = {
    .struct_size = sizeof(tca_verifier),
    .key = mbedtls_key,
    .check = mbedtls_check,
    .release = mbedtls_release,
};

/* SPDX-License-Identifier: MIT */
/* What a key lends to one check. */
#ifndef TCAI_KEY_H
#define TCAI_KEY_H

#include "crypto/crypto.h"
#include "crypto/mbedtls_compat.h"

typedef struct tcai_key_context {
    mbedtls_pk_context pk;
    atomic_flag taken;
    bool kept; /* by the key, for the next check */
} tcai_key_context;

uint32_t tcai_key_type(const tcai_key *key);

/* Never waits: when all are taken the check gets a new one. TCA_E_NO_MEMORY */
tca_result tcai_key_take(tcai_key *key, tcai_key_context **out, tca_error *error);
void tcai_key_give_back(const tcai_key *key, tcai_key_context *context);

#endif

/* SPDX-License-Identifier: MIT */
/* What the files of the trust set share. */
#ifndef TCAI_TRUST_H
#define TCAI_TRUST_H

#include "base/base.h"
#include "crypto/crypto.h"

#include "tenantca/trust.h"

/* ---- hashing (siphash.c) ---- */

typedef struct tcai_secret {
    uint64_t words[2];
} tcai_secret;

/* TCA_E_ARGUMENT when it is neither there nor absent as a whole. */
tca_result tcai_secret_import(const uint8_t *secret, size_t length, tcai_secret *out,
                              tca_error *error);

/* SipHash-1-3: who does not know the secret cannot choose where something lands. */
uint64_t tcai_siphash(const tcai_secret *secret, tcai_span message);

/* ---- counters that many threads add to (shards.c) ---- */

#define TCAI_CACHE_LINE 64

/* One of `count`, a power of two: threads have stacks of their own, and so each its own. */
uint32_t tcai_shard(uint32_t count);

/* The next power of two. */
size_t tcai_power_of_two(size_t at_least);

/* ---- verifiers (verifier.c) ---- */

/* A host's table, or mbedTLS in the shape of one. */
typedef struct tcai_verifier {
    _Atomic uint32_t references;
    _Atomic uint32_t tried; /* kinds of keys it was tried on: see tcai_key_kind */
    tca_verifier table;
} tcai_verifier;

/* Takes the table over when it succeeds; NULL: mbedTLS. */
tca_result tcai_verifier_new(const tca_verifier *table, tcai_verifier **out, tca_error *error);
void tcai_verifier_unref(tcai_verifier *verifier);

extern const tca_verifier tcai_mbedtls_verifier;

/* The only places that call its slots. TCA_E_KEY; TCA_E_SIGNATURE; TCA_E_CALLBACK, TCA_E_NO_MEMORY
 */
tca_result tcai_verifier_key(const tcai_verifier *verifier, tcai_span public_key, void **key,
                             tca_error *error);
tca_result tcai_verifier_check(const tcai_verifier *verifier, void *key,
                               uint32_t signature_algorithm, tcai_span digest, tcai_span signature,
                               tca_error *error);

/* Kinds of keys: bits. None is weak or unknown. */
typedef enum tcai_key_kind {
    TCAI_KIND_NONE = 0,
    TCAI_KIND_P256 = 1,
    TCAI_KIND_P384 = 2,
    TCAI_KIND_P521 = 4,
    TCAI_KIND_RSA = 8,
} tcai_key_kind;

tcai_key_kind tcai_key_kind_of(uint32_t key_type, uint32_t key_bits);

/* Try it on a good and an altered signature of each of these kinds, once in its life. */
tca_result tcai_verifier_try(tcai_verifier *verifier, uint32_t kinds, tca_error *error);

/* ---- the set (trust_set.c) ---- */

#define TCAI_SAME_NAME_MAX 64

/* A tenant CA certificate: what is needed of it to judge a device. */
typedef struct tcai_anchor {
    tcai_span subject; /* these three lie in the set's own bytes */
    tcai_span public_key;
    tcai_span subject_key_id;
    tca_unix not_before;
    tca_unix not_after;
    /* Begins of accepted devices' certificates: hints, see candidates.c. */
    _Atomic tca_unix first_signed;
    _Atomic tca_unix last_signed;
    _Atomic(void *) key; /* the verifier's, made when first needed */
    uint32_t tenant;
    uint8_t key_type;
    uint8_t kind;   /* tcai_key_kind */
    uint8_t status; /* TCA_STATUS_* */
    uint8_t phase;  /* TCA_PHASE_* */
    bool may_sign;
    char thumbprint[2 * TCAI_SHA1_SIZE + 1];
} tcai_anchor;

/* Anchors of one name: they stand side by side. */
typedef struct tcai_name_group {
    uint32_t first;
    uint32_t count;
    _Atomic uint32_t last_good; /* of them: hint */
    uint32_t tag;               /* of the name's hash */
} tcai_name_group;

struct tca_trust_set {
    _Atomic uint32_t references;
    uint32_t tenant_count;
    uint32_t anchor_count;
    uint32_t group_count;
    uint32_t max_certificate_bytes;
    uint32_t index_mask;
    uint64_t generation;
    tca_unix now;
    tcai_secret secret;
    uint8_t content[TCA_TRUST_CONTENT_SIZE];
    tcai_verifier *verifier;
    char (*tenants)[TCAI_GUID_LENGTH + 1]; /* in order */
    tcai_anchor *anchors; /* by name, tenant and key: the same content, the same order */
    tcai_name_group *groups;
    uint32_t *index; /* open addressing by name: group + 1; 0: free */
    uint8_t *bytes;
};

static inline bool tcai_anchor_within_dates(const tcai_anchor *anchor, tca_unix at) {
    return at >= anchor->not_before && at <= anchor->not_after;
}

/* The verifier's key of an anchor, made on first use. */
tca_result tcai_anchor_key(const tca_trust_set *set, tcai_anchor *anchor, void **key,
                           tca_error *error);

/* ---- looking up by name (name_index.c) ---- */

/* Group the anchors, which are in order, and index the groups. */
tca_result tcai_name_index_build(tca_trust_set *set, tca_error *error);

/* NULL when no anchor has this name. */
tcai_name_group *tcai_name_index_find(const tca_trust_set *set, tcai_span name);

/* What the set trusts, as a digest (content.c). */
tca_result tcai_trust_content(tca_trust_set *set, tca_error *error);

/* ---- judging a device ---- */

typedef struct tcai_question {
    const tca_trust_set *set;
    tcai_span certificate;
    tca_unix now;
    const char *tenant; /* expected: lower case; NULL: any */
} tcai_question;

/* What came of it. */
typedef struct tcai_finding {
    uint32_t refusal; /* TCA_REFUSED_* */
    uint32_t signature_checks;
    tcai_anchor *anchor; /* that has signed it; NULL: not known */
    const char *tenant;  /* of whom it claims to be; NULL: not known */
    tcai_span device_id; /* in the certificate */
    tca_unix valid_from;
    tca_unix valid_until;
    bool from_cache;
} tcai_finding;

/* All that can be told of the device's certificate alone (leaf.c). TCA_E_NOT_TRUSTED */
tca_result tcai_leaf_read(const tcai_question *question, tcai_x509 *leaf, tcai_finding *finding,
                          tca_error *error);
tca_result tcai_leaf_check(const tcai_question *question, const tcai_x509 *leaf,
                           tcai_finding *finding, tca_error *error);

/* Who signed it (candidates.c)? */
tca_result tcai_candidates_judge(const tcai_question *question, const tcai_x509 *leaf,
                                 tcai_name_group *group, tcai_finding *finding, tca_error *error);

/* Refuse, in the words of the refusal unless others are given (refusal.c). TCA_E_NOT_TRUSTED */
tca_result tcai_refuse(tcai_finding *finding, uint32_t refusal, tca_error *error);

/* The same of a CA certificate that has signed it: names it, and when it ended or begins. */
tca_result tcai_refuse_anchor(tcai_finding *finding, uint32_t refusal, tcai_anchor *anchor,
                              tca_error *error);

/* ---- what is kept over verifications ---- */

/* An accepted device (usage.c). */
void tcai_usage_count(tca_usage *usage, const tcai_anchor *anchor, tca_unix now, bool first_time);

/* Has it been accepted before, and does that still hold (verdict_cache.c)? */
bool tcai_verdict_cache_find(tca_verdict_cache *cache, const tcai_question *question,
                             tcai_finding *finding);
void tcai_verdict_cache_keep(tca_verdict_cache *cache, const tcai_question *question,
                             const tcai_finding *finding);

#endif

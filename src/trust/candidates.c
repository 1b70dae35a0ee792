/* SPDX-License-Identifier: MIT */
/* Which anchor signed a device's certificate, of those that have its issuer's name. */
#include "trust/trust.h"

/* Of those that could not be trusted anyway so many are tried, to name the one that signed: what a
 * forgery costs stays bounded. */
#define REFUSED_TRIES_MAX 2

/* One device's certificate in front of the anchors of its issuer's name. */
typedef struct name_trial {
    const tcai_question *question;
    const tcai_x509 *leaf;
    tcai_name_group *group;
    tcai_finding *finding;
    tca_error *error;
    tcai_digest digest;
    uint64_t left; /* bit i: anchor i of the group comes into question and was not tried */
    bool unusable; /* the verifier could make no key of one */
} name_trial;

static tcai_anchor *anchor_of(const name_trial *trial, uint32_t i) {
    return &trial->question->set->anchors[trial->group->first + i];
}

/* ---- who comes into question ---- */

static bool is_of_tenant(const name_trial *trial, const tcai_anchor *anchor) {
    const tcai_question *question = trial->question;
    return question->tenant == NULL ||
           memcmp(question->set->tenants[anchor->tenant], question->tenant, TCAI_GUID_LENGTH) == 0;
}

/* Key identifiers tell anchors apart where both sides have one (RFC 5280, 4.2.1.1). */
static bool fits_identifier(const name_trial *trial, const tcai_anchor *anchor) {
    tcai_span wanted = trial->leaf->authority_key_id;
    return wanted.length == 0 || anchor->subject_key_id.length == 0 ||
           tcai_span_equal(wanted, anchor->subject_key_id);
}

static tca_result find_candidates(name_trial *trial) {
    bool of_tenant = false;
    for (uint32_t i = 0; i < trial->group->count; i++) {
        const tcai_anchor *anchor = anchor_of(trial, i);
        if (is_of_tenant(trial, anchor)) {
            of_tenant = true;
            trial->left |= fits_identifier(trial, anchor) ? UINT64_C(1) << i : 0;
        }
    }
    if (!of_tenant) {
        const tca_trust_set *set = trial->question->set;
        trial->finding->tenant = set->tenants[anchor_of(trial, 0)->tenant];
        return tcai_refuse(trial->finding, TCA_REFUSED_WRONG_TENANT, trial->error);
    }
    return trial->left != 0 ? TCA_OK
                            : tcai_refuse(trial->finding, TCA_REFUSED_UNKNOWN_ISSUER, trial->error);
}

/* Why nothing that this anchor signed is trusted; TCA_REFUSED_NOT when it may be. */
static uint32_t refusal_of(const tcai_anchor *anchor, tca_unix now) {
    return anchor->status == TCA_STATUS_REVOKED ? TCA_REFUSED_CA_REVOKED
           : !anchor->may_sign                  ? TCA_REFUSED_CA_NOT_PERMITTED
           : anchor->kind == TCAI_KIND_NONE     ? TCA_REFUSED_CA_KEY
           : now < anchor->not_before           ? TCA_REFUSED_CA_NOT_YET_VALID
           : now > anchor->not_after            ? TCA_REFUSED_CA_EXPIRED
                                                : TCA_REFUSED_NOT;
}

/* ---- in which order ---- */

/* A tenant's CAs sign one after the other. So of a pair the one whose accepted certificates began
 * nearest to this one is the likely signer; 0: it signed at that time already. */
static uint64_t distance(const tcai_anchor *anchor, tca_unix began) {
    tca_unix first = atomic_load_explicit(&anchor->first_signed, memory_order_relaxed);
    tca_unix last = atomic_load_explicit(&anchor->last_signed, memory_order_relaxed);
    if (first > last) {
        return UINT64_MAX; /* it has not been seen to sign */
    }
    return began < first  ? (uint64_t)first - (uint64_t)began
           : began > last ? (uint64_t)began - (uint64_t)last
                          : 0;
}

/* Then the one that signed the last accepted certificate, then the active one, then the newest. */
static bool goes_before(const name_trial *trial, uint32_t one, uint32_t other) {
    const tcai_anchor *a = anchor_of(trial, one);
    const tcai_anchor *b = anchor_of(trial, other);
    uint64_t near_a = distance(a, trial->leaf->not_before);
    uint64_t near_b = distance(b, trial->leaf->not_before);
    if (near_a != near_b) {
        return near_a < near_b;
    }
    uint32_t last_good = atomic_load_explicit(&trial->group->last_good, memory_order_relaxed);
    if (near_a != UINT64_MAX && (one == last_good || other == last_good)) {
        return one == last_good;
    }
    bool active_a = a->status == TCA_STATUS_ACTIVE, active_b = b->status == TCA_STATUS_ACTIVE;
    return active_a != active_b ? active_a : a->not_before > b->not_before;
}

/* The likeliest that is left and wanted, which is then no longer left; -1: none. */
static int take_next(name_trial *trial, bool trustworthy) {
    int next = -1;
    for (uint32_t i = 0; i < trial->group->count; i++) {
        bool wanted = (trial->left >> i & 1u) != 0 &&
                      (refusal_of(anchor_of(trial, i), trial->question->now) == TCA_REFUSED_NOT) ==
                          trustworthy;
        if (wanted && (next < 0 || goes_before(trial, i, (uint32_t)next))) {
            next = (int)i;
        }
    }
    if (next >= 0) {
        trial->left &= ~(UINT64_C(1) << next);
    }
    return next;
}

/* ---- trying ---- */

/* TCA_E_SIGNATURE, TCA_E_KEY: not this one. */
static tca_result try_anchor(name_trial *trial, tcai_anchor *anchor) {
    const tca_trust_set *set = trial->question->set;
    const tcai_x509 *leaf = trial->leaf;
    void *key;
    if (tcai_signature_key_type(leaf->signature_algorithm) != anchor->key_type) {
        return TCA_E_SIGNATURE;
    }
    tca_result result = tcai_anchor_key(set, anchor, &key, trial->error);
    trial->unusable = trial->unusable || result == TCA_E_KEY;
    if (result == TCA_OK && trial->digest.length == 0) {
        result = tcai_signature_digest(leaf->signature_algorithm, leaf->tbs, &trial->digest,
                                       trial->error);
    }
    if (result == TCA_OK) {
        trial->finding->signature_checks++;
        result = tcai_verifier_check(set->verifier, key, leaf->signature_algorithm,
                                     (tcai_span){trial->digest.bytes, trial->digest.length},
                                     leaf->signature, trial->error);
    }
    return result;
}

static bool says_no(tca_result result) {
    return result == TCA_E_SIGNATURE || result == TCA_E_KEY;
}

/* Hints are written when they change only, so that threads do not pull the line from each other. */
static void remember(const name_trial *trial, tcai_anchor *anchor, uint32_t number) {
    tca_unix began = trial->leaf->not_before;
    if (began < atomic_load_explicit(&anchor->first_signed, memory_order_relaxed)) {
        atomic_store_explicit(&anchor->first_signed, began, memory_order_relaxed);
    }
    if (began > atomic_load_explicit(&anchor->last_signed, memory_order_relaxed)) {
        atomic_store_explicit(&anchor->last_signed, began, memory_order_relaxed);
    }
    if (number != atomic_load_explicit(&trial->group->last_good, memory_order_relaxed)) {
        atomic_store_explicit(&trial->group->last_good, number, memory_order_relaxed);
    }
}

static void accept(const name_trial *trial, tcai_anchor *anchor) {
    const tcai_x509 *leaf = trial->leaf;
    tcai_finding *finding = trial->finding;
    finding->refusal = TCA_REFUSED_NOT;
    finding->anchor = anchor;
    finding->valid_from =
        leaf->not_before > anchor->not_before ? leaf->not_before : anchor->not_before;
    finding->valid_until =
        leaf->not_after < anchor->not_after ? leaf->not_after : anchor->not_after;
}

/* TCA_E_SIGNATURE when none of those that may be trusted has signed it. */
static tca_result try_trustworthy(name_trial *trial) {
    int next;
    while ((next = take_next(trial, true)) >= 0) {
        tcai_anchor *anchor = anchor_of(trial, (uint32_t)next);
        tca_result result = try_anchor(trial, anchor);
        if (result == TCA_OK) {
            remember(trial, anchor, (uint32_t)next);
            accept(trial, anchor);
            return TCA_OK;
        }
        if (!says_no(result)) {
            return result;
        }
    }
    return TCA_E_SIGNATURE;
}

/* At some time it would have been good. */
static bool overlap(const tcai_x509 *leaf, const tcai_anchor *anchor) {
    return leaf->not_before <= anchor->not_after && leaf->not_after >= anchor->not_before;
}

/* Who has signed it in vain? */
static tca_result name_refused(name_trial *trial) {
    tca_unix now = trial->question->now;
    uint32_t refusal = trial->unusable ? TCA_REFUSED_CA_KEY : TCA_REFUSED_SIGNATURE;
    uint32_t tries = 0;
    int next;
    while (tries < REFUSED_TRIES_MAX && (next = take_next(trial, false)) >= 0) {
        tcai_anchor *anchor = anchor_of(trial, (uint32_t)next);
        if (anchor->kind == TCAI_KIND_NONE) {
            refusal = TCA_REFUSED_CA_KEY;
            continue;
        }
        if (!overlap(trial->leaf, anchor)) {
            continue;
        }
        tries++;
        tca_result result = try_anchor(trial, anchor);
        if (result == TCA_OK) {
            return tcai_refuse_anchor(trial->finding, refusal_of(anchor, now), anchor,
                                      trial->error);
        }
        if (!says_no(result)) {
            return result;
        }
    }
    return tcai_refuse(trial->finding, refusal, trial->error);
}

tca_result tcai_candidates_judge(const tcai_question *question, const tcai_x509 *leaf,
                                 tcai_name_group *group, tcai_finding *finding, tca_error *error) {
    name_trial trial = {
        .question = question, .leaf = leaf, .group = group, .finding = finding, .error = error};
    tca_result result = find_candidates(&trial);
    if (result == TCA_OK) {
        result = tcai_leaf_check(question, leaf, finding, error);
    }
    if (result == TCA_OK) {
        result = try_trustworthy(&trial);
        return result == TCA_E_SIGNATURE ? name_refused(&trial) : result;
    }
    return result;
}

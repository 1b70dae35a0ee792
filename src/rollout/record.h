/* SPDX-License-Identifier: MIT */
/*
 * What is remembered of a tenant between runs: under "<name>/view" one JSON document, and under
 * "<name>/certificate/<SHA-256>" each certificate's DER.
 */
#ifndef TCAI_RECORD_H
#define TCAI_RECORD_H

#include "rollout/rollout.h"

#define TCAI_RECORD_CERTIFICATES_MAX 1000
#define TCAI_RECORD_FAILURE_SIZE 64

/* How a run saw a certificate. */
typedef struct tcai_record_certificate {
    char thumbprint[41];   /* SHA-1, upper case */
    uint32_t status;       /* TCA_STATUS_* */
    uint32_t phase;        /* TCA_PHASE_* */
    tca_unix status_since; /* when a run first saw it so */
    bool dropped;          /* removed before its end, by the caller's word */
    bool near_told;        /* that its deadline is near */
    bool archived;         /* when loaded: its body was in the store */
} tcai_record_certificate;

typedef struct tcai_record_registration {
    char thumbprint[41];
    uint32_t state; /* TCA_TARGET_STATE_* */
    tca_unix since;
} tcai_record_registration;

typedef struct tcai_record_target {
    char name[TCAI_NAME_MAX + 1];
    char failure[TCAI_RECORD_FAILURE_SIZE]; /* what failed last: step and result; "" */
    char anchors[65]; /* SHA-256 of what it lets in, in order, as hexadecimal digits; "" */
    tcai_record_registration *registrations;
    size_t count;
} tcai_record_target;

typedef struct tcai_record {
    tca_unix listed_at;
    tca_inventory *inventory; /* as the service said last, with bodies from the archive; NULL */
    tcai_record_certificate *certificates;
    size_t certificate_count;
    tcai_record_target *targets;
    size_t target_count;
} tcai_record;

/*
 * TCA_OK with an empty record when nothing is there. One that cannot be read is TCA_E_MALFORMED,
 * and *version is set for replacing it; one of a newer schema is TCA_E_UNSUPPORTED and must stay.
 */
tca_result tcai_record_load(tca_store *store, const char *name, tcai_record *record,
                            tca_bytes **version, tca_error *error);

/* TCA_E_CONFLICT when somebody else was faster. `inventory` must be set. */
tca_result tcai_record_save(tca_store *store, const char *name, const tcai_record *record,
                            const tca_bytes *expected, tca_error *error);

/* Keep a certificate's body; one that is there already is well. */
tca_result tcai_record_archive(tca_store *store, const char *name,
                               const tca_certificate *certificate, tca_error *error);

/* NULL when it knows nothing of it. */
const tcai_record_certificate *tcai_record_find(const tcai_record *record, const char *thumbprint);

/* What is known of a certificate at a target, which may be NULL; NULL. */
const tcai_record_registration *tcai_record_find_registration(const tcai_record_target *target,
                                                              const char *thumbprint);

/* What is known of a target by that name; NULL. */
const tcai_record_target *tcai_record_find_target(const tcai_record *record, const char *name);

/* What a plan found, beside what was known before; of a certificate that the service's list
 * contradicts and does not call revoked, only what was known before. Released by the caller, also
 * on failure. */
tca_result tcai_record_describe(const tca_rollout *rollout, const tca_plan *plan,
                                const tcai_record *before, tcai_record *after, tca_error *error);

void tcai_record_release(tcai_record *record);

#endif

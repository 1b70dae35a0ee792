/* SPDX-License-Identifier: MIT */
/* What the files that plan and carry out share. */
#ifndef TCAI_ROLLOUT_H
#define TCAI_ROLLOUT_H

#include "registry/registry.h"
#include "rollover/rollover.h"
#include "sphere/sphere.h"
#include "store/store.h"

#include "tenantca/check.h"
#include "tenantca/rollout.h"

#define TCAI_NAME_MAX 64
#define TCAI_TARGETS_MAX 64
#define TCAI_SEEN_MAX 1000

/* When devices last used what a CA certificate signed. */
typedef struct tcai_seen {
    char thumbprint[41];
    tca_unix at;
} tcai_seen;

struct tca_rollout {
    uint32_t references;
    tca_sphere *sphere;
    tca_store *store; /* in memory where the host gave none */
    bool keeps;       /* the host gave one */
    char name[TCAI_NAME_MAX + 1];
    tca_policy policy;
    uint32_t unseen_days;
    uint32_t near_days;
    tca_target **targets;
    size_t target_count;
    size_t target_capacity;
    tcai_seen *seen;
    size_t seen_count;
    size_t seen_capacity;
    tca_notice_sink sink;
    bool in_slot; /* of the sink */
};

/* When it was used last; false when nobody said. */
bool tcai_rollout_seen(const tca_rollout *rollout, const char *thumbprint, tca_unix *at);
void tcai_rollout_tell(tca_rollout *rollout, const tca_notice *notice);
void tcai_rollout_ref(tca_rollout *rollout);

/* ---- a plan ---- */

/* A certificate at a target; state UNKNOWN and reason 0 where it is no tenant CA. */
typedef struct tcai_target_state {
    uint32_t state;
    uint32_t reason;
    tca_unix since;
} tcai_target_state;

typedef struct tcai_planned_target {
    tca_target *target;
    tca_registration_list *registrations; /* NULL: could not be read */
    tca_result result;
    tca_bytes *error;
    tca_rollover *anchoring; /* anchors that were read: what they are to hold; else NULL */
    uint32_t flags;          /* TCA_PLAN_TARGET_* */
} tcai_planned_target;

#define TCAI_NEEDS_MAX 4

typedef struct tcai_step {
    tca_step public;                /* struct_size unused */
    uint32_t needs[TCAI_NEEDS_MAX]; /* ids */
    tca_bytes *error;
} tcai_step;

struct tca_plan {
    _Atomic uint32_t references;
    tca_rollover *rollover;
    tca_plan_summary summary;
    tca_bytes *problem;
    tcai_planned_target *targets;
    tcai_target_state *states; /* [certificate * target_count + target] */
    bool *dropped;             /* [certificate]: removed before its end, by the caller's word */
    bool *archived;            /* [certificate]: its body is in the store */
    bool *vouched;             /* [certificate]: an earlier run saw the very same, and well */
    bool tenant_known;         /* by more than what the service's list contradicts */
    tca_unix active_since;     /* when a run first saw the active one active */
    tcai_step *steps;
    size_t step_capacity;
};

static inline tcai_target_state *tcai_plan_state_of(const tca_plan *plan, uint32_t certificate,
                                                    uint32_t target) {
    return &plan->states[(size_t)certificate * plan->summary.target_count + target];
}

/* A plan without states and steps: references rollover and targets. */
tca_result tcai_plan_new(const tca_rollout *rollout, tca_rollover *rollover, tca_plan **out,
                         tca_error *error);

static inline const tca_entry *tcai_plan_entry(const tca_plan *plan, uint32_t certificate) {
    return &plan->rollover->inventory->entries[certificate];
}

static inline const tca_entry_state *tcai_plan_status(const tca_plan *plan, uint32_t certificate) {
    return &plan->rollover->states[certificate];
}

/* Is it the tenant's: has it states at targets? */
static inline bool tcai_plan_counts(const tca_plan *plan, uint32_t certificate) {
    return tcai_plan_status(plan, certificate)->status != TCA_STATUS_NONE;
}

/* "" when neither body nor service name one. */
const char *tcai_plan_thumbprint(const tca_plan *plan, uint32_t certificate);

#define TCAI_CONTRADICTIONS (TCA_ANOMALY_THUMBPRINT_MISMATCH | TCA_ANOMALY_SERIAL_MISMATCH)

/* Does the service's list contradict the body that it gave? Such a certificate goes nowhere that it
 * is not yet. */
static inline bool tcai_plan_contradicts(const tca_plan *plan, uint32_t certificate) {
    return tcai_plan_counts(plan, certificate) &&
           (tcai_plan_status(plan, certificate)->anomalies & TCAI_CONTRADICTIONS) != 0;
}

/* Is it so, and nothing vouches for the body: no earlier run, nor a place that holds the same? */
bool tcai_plan_doubts(const tca_plan *plan, uint32_t certificate, uint32_t target);

/* Does the service call it the active one, be it without dates? */
static inline bool tcai_plan_called_active(const tca_plan *plan, uint32_t certificate) {
    const tca_entry_state *status = tcai_plan_status(plan, certificate);
    return status->status == TCA_STATUS_ACTIVE ||
           (status->anomalies & TCA_ANOMALY_ACTIVE_WITHOUT_DATES) != 0;
}

/* Is a word against it void: is it the active one, by a list that does not contradict it? */
static inline bool tcai_plan_voids_word(const tca_plan *plan, uint32_t certificate) {
    return tcai_plan_called_active(plan, certificate) && !tcai_plan_contradicts(plan, certificate);
}

/* Was it removed by word, and is it to become the active one, which is wanted again? */
bool tcai_plan_comes_back(const tca_plan *plan, uint32_t certificate);

/* Must it be known at every target: not revoked, not removed by word, its end not passed? */
bool tcai_plan_wanted(const tca_plan *plan, uint32_t certificate);

/* Its registration at a target that was read, the trusted one first; TCA_NO_INDEX. */
uint32_t tcai_plan_registration(const tca_plan *plan, uint32_t certificate, uint32_t target);

/* Work out each certificate's state at each target; `since` is left as it is. */
void tcai_plan_find_states(tca_plan *plan);
tca_result tcai_plan_find_target(tca_plan *plan, uint32_t target, tca_error *error);
tca_result tcai_plan_find_anchoring(tca_plan *plan, uint32_t target, tca_error *error);

/* What is to be done, given what is known of the caller's wishes. */
typedef struct tcai_wishes {
    uint32_t flags;  /* TCA_APPLY_* */
    uint32_t remove; /* certificate to be removed before its end; TCA_NO_INDEX */
} tcai_wishes;

tca_result tcai_plan_find_steps(tca_plan *plan, const tca_rollout *rollout,
                                const tcai_wishes *wishes, tca_error *error);

/* Count the steps that are due and those that failed, and find the stage. */
void tcai_plan_count(tca_plan *plan);

#endif

/* SPDX-License-Identifier: MIT */
/* One run: read the service and the targets, plan, and where it is asked for do what is due. */
#ifndef TCAI_RUN_H
#define TCAI_RUN_H

#include "rollout/perform.h"
#include "rollout/record.h"

#define TRIES_MAX                                                                                  \
    3 /* of one step, when others change the target meanwhile or a proof is refused                \
       */

typedef enum tcai_run_phase {
    TCAI_RUN_LISTS,    /* the service */
    TCAI_RUN_READS,    /* the targets, one after another */
    TCAI_RUN_PERFORMS, /* the steps, one after another */
    TCAI_RUN_REREADS,  /* the target of a step that somebody else was faster to change */
} tcai_run_phase;

typedef struct tcai_run {
    tca_rollout *rollout;
    bool applies;
    tcai_wishes wishes;
    tca_bytes *remove; /* the name of a certificate; NULL */
    tcai_run_phase phase;
    tca_unix now;
    tcai_record record;
    tca_bytes *version; /* of the record; NULL: there is none */
    tca_bytes *problem;
    tcai_performance performance;
    uint32_t at;     /* target that is read, step that is done: from 0 */
    uint32_t tries;  /* of the step that is done, when others change its target meanwhile */
    uint32_t proofs; /* that were refused, of one certificate at one target */
} tcai_run;

/* Is it a failure that ends the run: the caller's wish, or such that nothing more can be done? */
bool tcai_run_ends(tca_result result);

/* Keep what the error says of a failure. */
tca_result tcai_keep_message(const tca_error *error, tca_result result, tca_bytes **out);

/* ---- what is remembered ---- */

/* A record that cannot be read is gone without: what matters stands in the services. */
tca_result tcai_run_recall(tcai_run *run, tca_error *error);

/* The service's answer, and what it does not say any more. */
tca_result tcai_run_merge(const tcai_run *run, const tca_inventory *listed, tca_inventory **out,
                          tca_error *error);

/* A list that contradicts a certificate takes no revocation of it back, and makes it the active one
 * only where the one that was it can have been followed. The inventory is nobody else's yet. */
void tcai_run_weigh_words(const tcai_run *run, tca_inventory *merged);

/* Put what earlier runs saw into the plan, before this one looks. */
void tcai_run_recall_certificates(const tcai_run *run);
void tcai_run_recall_states(const tcai_run *run, uint32_t target);

/* ---- the steps ---- */

/* Do the steps that are due, from `at` on; finishes the call when none is left. */
tca_result tcai_run_perform(tcai_run *run, tca_call *call, tca_error *error);

/* A call that a step, or reading its target again, was waiting for has ended. */
tca_result tcai_run_step_ended(tcai_run *run, tca_call *call, tca_call *child, tca_result result,
                               tca_error *error);
tca_result tcai_run_reread_ended(tcai_run *run, tca_call *call, tca_call *child, tca_result result,
                                 tca_error *error);

/* Hand out the plan. */
tca_result tcai_run_finish(tcai_run *run, tca_call *call, tca_error *error);

#endif

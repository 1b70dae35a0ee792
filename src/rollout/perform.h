/* SPDX-License-Identifier: MIT */
/* Doing one step of a plan. */
#ifndef TCAI_PERFORM_H
#define TCAI_PERFORM_H

#include "rollout/rollout.h"

/* What goes from one step to the next: a code, and the proof made for it. */
typedef struct tcai_performance {
    tca_plan *plan;
    const tca_rollout *rollout;
    tca_call_options options; /* of the calls */
    tca_bytes *code;
    tca_certificate *proof;
} tcai_performance;

void tcai_performance_release(tcai_performance *performance);

/* The call that does a step; NULL when there is nothing left to do. */
tca_result tcai_step_begin(tcai_performance *performance, const tca_step *step, tca_call **call,
                           tca_error *error);

/* Its call is done: take what came of it. */
tca_result tcai_step_end(tcai_performance *performance, const tca_step *step, tca_call *call,
                         tca_error *error);

/* A target was read, or changed: its registrations, taken over, and what follows from them. */
tca_result tcai_target_was_read(tca_plan *plan, uint32_t target, tca_registration_list *list,
                                tca_error *error);

#endif

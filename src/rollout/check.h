/* SPDX-License-Identifier: MIT */
/* What the files that look at a plan share. */
#ifndef TCAI_CHECK_H
#define TCAI_CHECK_H

#include "rollout/rollout.h"

typedef struct tcai_finding {
    tca_check_finding public; /* struct_size unused */
    tca_bytes *message;
} tcai_finding;

struct tca_checks {
    _Atomic uint32_t references;
    tcai_finding *findings;
    size_t count;
    size_t capacity;
};

/* One look at a plan. */
typedef struct tcai_checker {
    const tca_plan *plan;
    tca_check_options thresholds;
    tca_checks *checks;
    bool failed; /* out of memory */
} tcai_checker;

/* Nothing is reported with TCA_CHECK_OK: a kind of which nothing was reported is well. */
__attribute__((format(printf, 6, 7))) void tcai_check_report(tcai_checker *checker, uint32_t kind,
                                                             uint32_t status, uint32_t certificate,
                                                             uint32_t target, const char *format,
                                                             ...);

/* ---- words ---- */

#define TCAI_CERTIFICATE_WORD_SIZE 24

/* The first digits of its thumbprint; else its printed index. */
void tcai_check_certificate_word(const tca_plan *plan, uint32_t certificate,
                                 char word[TCAI_CERTIFICATE_WORD_SIZE]);

/* "2026-03-21"; the nearest day that can be written. */
void tcai_check_date_word(tca_unix moment, char word[TCA_TIME_TEXT_SIZE]);

/* ---- moments ---- */

/* Worse from one moment on, and worst from another, each inclusive. */
static inline uint32_t tcai_check_status_at(const tcai_checker *checker, tca_unix warning,
                                            tca_unix critical) {
    tca_unix now = checker->plan->summary.now;
    return now >= critical ? TCA_CHECK_CRITICAL : now >= warning ? TCA_CHECK_WARNING : TCA_CHECK_OK;
}

/* ---- the checks ---- */

void tcai_check_tenant(tcai_checker *checker);
void tcai_check_target(tcai_checker *checker, uint32_t target);

#endif

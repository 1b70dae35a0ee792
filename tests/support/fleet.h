/* SPDX-License-Identifier: MIT */
/* A tenant with every kind of target, on the simulator's engine in this process. */
#ifndef FLEET_H
#define FLEET_H

#include "engine_host.h"

#define FLEET_START INT64_C(1767225600) /* 2026-01-01T00:00:00Z: A is issued */
#define FLEET_DAY INT64_C(86400)
#define FLEET_TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"

/* In the order of their places. */
enum { FLEET_HUB, FLEET_DPS, FLEET_CENTRAL, FLEET_EDGE, FLEET_TARGETS };

typedef struct fleet {
    engine_host host;
    tca_sphere *sphere;
    tca_store *store; /* NULL: the rollout has none */
    tca_rollout *rollout;
    char *anchors; /* what the back-end trusts; PEM */
    size_t anchors_length;
    unsigned anchors_written;
    bool anchors_fail;
    const char *anchors_reason; /* why; may be NULL */
    char told[8192];            /* notices, a line each: "kind target" */
    char told_last[512];        /* the text of the last one */
} fleet;

typedef struct fleet_options {
    uint32_t sphere_kind;  /* TCA_SPHERE_*; 0: integrated */
    uint32_t verification; /* TCA_VERIFICATION_* */
    uint32_t hub_flags;    /* TCA_TARGET_* */
    uint32_t order;        /* TCA_ORDER_* */
    uint32_t capacity;     /* of hub and DPS */
    bool without_store;
} fleet_options;

void fleet_open(fleet *one, const fleet_options *options);
void fleet_close(fleet *one);

/* Another process: the same services and store, a rollout of its own. */
void fleet_restart(fleet *one, const fleet_options *options);

/* Move the clocks to so many days, and seconds, after the start. */
void fleet_go_to(fleet *one, int day, int second);

/* Plan, or apply; the plan, to be released. Asserts success. */
tca_plan *fleet_plan(fleet *one);
tca_plan *fleet_apply(fleet *one, const tca_apply_options *options);

/* Likewise, without asserting; NULL where there is no plan. */
tca_plan *fleet_try_apply(fleet *one, tca_result *result);

/* Another tenant's certificate among the back-end's anchors, as its own rollout puts it there. */
void fleet_add_other_tenant(fleet *one);
bool fleet_holds_other_tenant(const fleet *one);

/* Is a device, with a certificate issued now, let in? `target` is a place, all but FLEET_EDGE. */
bool fleet_lets_in(fleet *one, int target);

/* The steps that are due and not done, a line each: "upload hub A". Certificates are A, B, ... by
 * their start. Of all steps where `all` is set, with a mark: + done, ! failed, ~ not due, ? word.
 */
void fleet_steps(const tca_plan *plan, bool all, char *text, size_t size);
tca_plan_summary fleet_summary(const tca_plan *plan);
void fleet_assert_steps(const tca_plan *plan, bool all, const char *expected);
/* Apply, after which nothing is left to do and nothing has failed. */
void fleet_assert_done(fleet *one);

/* The state of the certificate that is the letter's, at a target. */
uint32_t fleet_state(const tca_plan *plan, char letter, uint32_t target);

#endif

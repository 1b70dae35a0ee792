/* SPDX-License-Identifier: MIT */
/**
 * @file rollout.h  Carry a rollover out: what every target must be told, and telling it.
 *
 * A rollout is one tenant: its service, its targets and a store. Planning reads the service and
 * every target and ends in a plan: each certificate's state at each target, and the steps that make
 * every target trust what it must. Applying does the steps that are due and ends in the same plan
 * with what came of each. It can be interrupted anywhere: the next run goes on from what it finds.
 * One target that fails does not stop the others, and a step is never done twice.
 *
 * A certificate is only ever removed when its observed end has passed (and, where the host tells
 * when devices used it last, when it has not been seen for a while); anything else needs a word of
 * the caller's: tca_apply_options.
 *
 * One whose thumbprint or serial number is not what the service's list says of it comes nowhere
 * that it is not yet. Where it is, it stays: the certificate counts, not what is said of it.
 */
#ifndef TENANTCA_ROLLOUT_H
#define TENANTCA_ROLLOUT_H

#include "tenantca/call.h"
#include "tenantca/error.h"
#include "tenantca/registry.h"
#include "tenantca/rollover.h"
#include "tenantca/sphere.h"
#include "tenantca/storage.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/* ---- the rollout ---- */

/** One tenant's rollout; belongs to one thread at a time, as its calls do. Reference-counted. */
typedef struct tca_rollout tca_rollout;

/** What a rollout is made of. A number that is 0 means its default. */
typedef struct tca_rollout_options {
    uint32_t struct_size;     /**< sizeof(tca_rollout_options) */
    uint32_t flags;           /**< none yet: 0 */
    const tca_sphere *sphere; /**< the service; referenced */
    tca_store *store;         /**< what is remembered between runs; referenced. NULL: nothing is */
    const char *name;         /**< of the tenant, for people and for the store's keys: 1 to 64
                                   letters, digits and . _ - */
    size_t name_length;       /**< in bytes */
    const tca_policy *policy; /**< copied; NULL: the defaults */
    uint32_t unseen_days;     /**< see tca_rollout_set_seen(); default 7 */
    uint32_t near_days;       /**< TCA_NOTICE_DEADLINE_NEAR so long before a deadline; default 7 */
} tca_rollout_options;

/**
 * @param options  copied
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED, TCA_E_STRUCT_*
 */
TCA_API tca_result tca_rollout_new(const tca_rollout_options *options, tca_rollout **out,
                                   tca_error *error);

/**
 * Add a target, 64 at most; plans name it by its place, from 0.
 *
 * @param rollout  the rollout
 * @param target   referenced; its name is no other target's
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT (also a name that is taken), TCA_E_LIMIT, TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_rollout_add_target(tca_rollout *rollout, const tca_target *target,
                                          tca_error *error);

/**
 * Say when a device last used a certificate that this CA signed. One that has ended, but was used
 * less than `unseen_days` ago, is not removed yet.
 *
 * @param rollout     the rollout
 * @param thumbprint  of the CA certificate, SHA-1, 40 hexadecimal digits
 * @param length      in bytes
 * @param at          the last time
 * @param error       [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_LIMIT (more than 1 000), TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_rollout_set_seen(tca_rollout *rollout, const char *thumbprint, size_t length,
                                        tca_unix at, tca_error *error);

/* What has changed: values of tca_notice.kind. */
#define TCA_NOTICE_NEW 1u            /**< a certificate was issued, or is seen for the first time */
#define TCA_NOTICE_ACTIVATED 2u      /**< it became the active one */
#define TCA_NOTICE_RETIRED 3u        /**< it was the active one, and is still valid */
#define TCA_NOTICE_EXPIRED 4u        /**< it has ended */
#define TCA_NOTICE_REVOKED 5u        /**< the service revoked it */
#define TCA_NOTICE_UPLOADED 6u       /**< a target holds it now */
#define TCA_NOTICE_VERIFIED 7u       /**< a target has seen its possession proven */
#define TCA_NOTICE_TRUST_CHANGED 8u  /**< which devices a target lets in has changed */
#define TCA_NOTICE_DEADLINE_NEAR 9u  /**< steps for it are not done and must be soon */
#define TCA_NOTICE_ACTION_FAILED 10u /**< a step failed that had not failed before */
#define TCA_NOTICE_REMOVED_EARLY 11u /**< it was removed before its end, by the caller's word */

/** @return "new", "activated", "retired", "expired", "revoked", "uploaded", "verified",
 *  "trust-changed", "deadline-near", "action-failed", "removed-early"; "unknown". */
TCA_API const char *tca_notice_name(uint32_t kind);

/** One change. Texts are NUL-terminated and borrowed until the slot returns. */
typedef struct tca_notice {
    uint32_t struct_size;     /**< sizeof(tca_notice) */
    uint32_t kind;            /**< TCA_NOTICE_* */
    tca_unix at;              /**< the moment of the run that saw it */
    const char *tenant;       /**< the rollout's name */
    size_t tenant_length;     /**< in bytes */
    const char *thumbprint;   /**< of the certificate; NULL when it concerns none */
    size_t thumbprint_length; /**< in bytes */
    const char *target;       /**< its name; NULL when it concerns none */
    size_t target_length;     /**< in bytes */
    const char *text;         /**< for people, in one line */
    size_t text_length;       /**< in bytes */
} tca_notice;

/** Is told of changes, once each: those that this run was the first to record in the store. */
typedef struct tca_notice_sink {
    uint32_t struct_size; /**< sizeof(tca_notice_sink) */
    uint32_t flags;       /**< none yet: 0 */
    void *user;           /**< passed to the slots, not looked at */
    void (*notice)(void *user, const tca_notice *notice);
    void (*destroy)(void *user); /**< the library will not call again; may be NULL */
} tca_notice_sink;

/** Give the rollout a sink, as tca_host_set_transport() gives a table. */
TCA_API tca_result tca_rollout_set_notices(tca_rollout *rollout, const tca_notice_sink *sink,
                                           tca_error *error);

/** Release. Within a slot of its sink it is put off until the slot has returned. @param rollout may
 *  be NULL. */
TCA_API void tca_rollout_unref(tca_rollout *rollout);

/**
 * Read the service and the targets and plan; nothing is changed, in the store neither. Ends in
 * tca_call_take_plan(). When the service cannot be read and the store knows its last answer, the
 * plan is made of that and says so (TCA_PLAN_STALE).
 *
 * @param rollout  referenced
 * @param options  may be NULL: the defaults. `judge_at` is the moment of the plan
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED, TCA_E_STRUCT_*
 */
TCA_API tca_result tca_rollout_plan(tca_rollout *rollout, const tca_call_options *options,
                                    tca_call **out, tca_error *error);

/* Members of tca_apply_options.flags. */
#define TCA_APPLY_REMOVE_REVOKED 0x1u /**< delete revoked certificates at cloud targets */

/** What may be done that is not done by itself. */
typedef struct tca_apply_options {
    uint32_t struct_size; /**< sizeof(tca_apply_options) */
    uint32_t flags;       /**< TCA_APPLY_* */
    const char *remove;   /**< a certificate to be removed before its end, named as for
                               tca_inventory_find(); never the active one. It stays away for as
                               long as the service does not call it active: from then on it is
                               wanted as any other, and the word is forgotten. May be NULL */
    size_t remove_length; /**< in bytes */
} tca_apply_options;

/**
 * Plan, and do the steps that are due. Ends in tca_call_take_plan(): steps that failed are in the
 * plan and do not fail the call. With a stale plan nothing is done at the targets.
 *
 * @param rollout  referenced
 * @param apply    may be NULL: nothing that needs a word
 * @param options  may be NULL: the defaults
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return as tca_rollout_plan()
 */
TCA_API tca_result tca_rollout_apply(tca_rollout *rollout, const tca_apply_options *apply,
                                     const tca_call_options *options, tca_call **out,
                                     tca_error *error);

/* ---- the plan ---- */

/** What was found, and what is to be done: immutable, reference-counted. */
typedef struct tca_plan tca_plan;

/** Once. @return as tca_call_take_inventory() */
TCA_API tca_result tca_call_take_plan(tca_call *call, tca_plan **out);

/** Take one more reference. @param plan may be NULL. @param out [out] yours to release. */
TCA_API void tca_plan_ref(const tca_plan *plan, tca_plan **out);

/** Release. @param plan may be NULL. */
TCA_API void tca_plan_unref(tca_plan *plan);

/** The rollover it was made from. @param out [out] borrowed. @return TCA_E_ARGUMENT */
TCA_API tca_result tca_plan_rollover(const tca_plan *plan, const tca_rollover **out);

/* Members of tca_plan_summary.flags. */
#define TCA_PLAN_STALE 0x1u   /**< the service could not be read: made of its last answer */
#define TCA_PLAN_APPLIED 0x2u /**< due steps were tried; of a stale plan none */

/** A plan in numbers. */
typedef struct tca_plan_summary {
    uint32_t struct_size;  /**< set by the caller: sizeof(tca_plan_summary) */
    uint32_t flags;        /**< TCA_PLAN_* */
    tca_unix now;          /**< the moment it was made for */
    tca_unix listed_at;    /**< when the service gave the list it was made of */
    uint32_t target_count; /**< for tca_plan_target() */
    uint32_t step_count;   /**< for tca_plan_step() */
    uint32_t due_count;    /**< steps that can be done now and are not */
    uint32_t failed_count; /**< steps that failed, and targets that could not be read */
    uint32_t stage;        /**< TCA_STAGE_*: the rollover's, but removable for as long as a target
                                holds a certificate that has ended */
    uint32_t reserved;     /**< 0 */
} tca_plan_summary;

/** @param plan the plan @param summary [out] struct_size is the caller's; nothing is written behind
 *  it @return TCA_E_ARGUMENT, TCA_E_STRUCT_TOO_SMALL */
TCA_API tca_result tca_plan_get_summary(const tca_plan *plan, tca_plan_summary *summary);

/** Why the service, or else the store, could not be read or written. @param text [out] borrowed
 *  @param length [out] in bytes @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND when both could */
TCA_API tca_result tca_plan_problem(const tca_plan *plan, const char **text, size_t *length);

/* ---- its targets ---- */

/* Members of tca_plan_target_info.flags. */
#define TCA_PLAN_TARGET_READ 0x1u   /**< its registrations are known */
#define TCA_PLAN_TARGET_BEHIND 0x2u /**< anchors: what is there is not what is wanted */
#define TCA_PLAN_TARGET_WRONG_FIRST                                                                \
    0x4u /**< anchors: most TLS stacks would look at another than                                  \
              the active certificate */
#define TCA_PLAN_TARGET_SHARED_CA                                                                  \
    0x8u /**< anchors: an upper CA is trusted, and with it every                                   \
              tenant's devices */
#define TCA_PLAN_TARGET_MIXED_DAY                                                                  \
    0x10u /**< anchors: for a day after an activation devices of                                   \
               both present certificates, and a file serves one */

/** One target. */
typedef struct tca_plan_target_info {
    uint32_t struct_size; /**< set by the caller: sizeof(tca_plan_target_info) */
    uint32_t flags;       /**< TCA_PLAN_TARGET_* */
    uint32_t kind;        /**< TCA_TARGET_* */
    tca_result result;    /**< why it could not be read; TCA_OK */
    uint32_t used;        /**< how many certificates it holds, anybody's */
    uint32_t capacity;    /**< how many it takes; 0: that is no matter */
} tca_plan_target_info;

/** @param plan the plan @param target from 0 @param info [out] struct_size is the caller's; nothing
 *  is written behind it @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND, TCA_E_STRUCT_TOO_SMALL */
TCA_API tca_result tca_plan_target(const tca_plan *plan, uint32_t target,
                                   tca_plan_target_info *info);

/** Its name. @param text [out] borrowed @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND */
TCA_API tca_result tca_plan_target_name(const tca_plan *plan, uint32_t target, const char **text,
                                        size_t *length);

/** Why it could not be read. @param text [out] borrowed @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND */
TCA_API tca_result tca_plan_target_error(const tca_plan *plan, uint32_t target, const char **text,
                                         size_t *length);

/* How far a certificate has come at a target: values of tca_target_state.state. One that anchors
 * hold, but not in the form that their stacks trust (tca_anchor_pem()), is verified. */
#define TCA_TARGET_STATE_UNKNOWN 0u    /**< the target could not be read */
#define TCA_TARGET_STATE_ABSENT 1u     /**< it does not hold it */
#define TCA_TARGET_STATE_UPLOADED 2u   /**< held, possession not proven */
#define TCA_TARGET_STATE_VERIFIED 3u   /**< proven, but devices are not let in yet */
#define TCA_TARGET_STATE_TRUSTED 4u    /**< devices signed by it are let in */
#define TCA_TARGET_STATE_REMOVABLE 5u  /**< held, and no longer wanted: ended or revoked */
#define TCA_TARGET_STATE_REMOVED 6u    /**< it was there once, and is no longer wanted */
#define TCA_TARGET_STATE_NOT_NEEDED 7u /**< this target needs no CA */

/** @return "unknown" (also for numbers this library does not know), "absent", "uploaded",
 *  "verified", "trusted", "removable", "removed", "not-needed". */
TCA_API const char *tca_target_state_name(uint32_t state);

/** A certificate at a target. */
typedef struct tca_target_state {
    uint32_t struct_size; /**< set by the caller: sizeof(tca_target_state) */
    uint32_t state;       /**< TCA_TARGET_STATE_* */
    tca_unix since;       /**< when a run first saw it so; 0: not known */
    uint32_t reason;      /**< why it is wanted there or not: TCA_REASON_* */
    uint32_t reserved;    /**< 0 */
} tca_target_state;

/**
 * @param plan         the plan
 * @param certificate  index in the rollover's inventory
 * @param target       from 0
 * @param state        [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND (also a certificate that is no tenant CA),
 *         TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_plan_state(const tca_plan *plan, uint32_t certificate, uint32_t target,
                                  tca_target_state *state);

/* ---- its steps ---- */

#define TCA_STEP_DOWNLOAD 1u /**< keep the certificate in the store */
#define TCA_STEP_TRUST 2u    /**< let devices in: anchors rewritten, or the group refers to it */
#define TCA_STEP_UPLOAD 3u   /**< give it to the target */
#define TCA_STEP_GENERATE_CODE 4u /**< ask the target for a verification code */
#define TCA_STEP_PROVE 5u         /**< have the service sign a proof for the code */
#define TCA_STEP_VERIFY 6u        /**< show the proof to the target */
#define TCA_STEP_KEEP 7u          /**< nothing to do: it stays trusted */
#define TCA_STEP_REMOVE 8u        /**< take it from the target */

/** @return "download", "trust", "upload", "generate-code", "prove", "verify", "keep", "remove";
 *  "unknown". */
TCA_API const char *tca_step_name(uint32_t kind);

/* Members of tca_step.flags. */
#define TCA_STEP_HAS_NOT_BEFORE 0x1u
#define TCA_STEP_HAS_DEADLINE 0x2u
#define TCA_STEP_DUE 0x4u         /**< can be done now, once what it needs is done */
#define TCA_STEP_DONE 0x8u        /**< is done, or was before */
#define TCA_STEP_FAILED 0x10u     /**< was tried, or cannot be: see tca_plan_step_error() */
#define TCA_STEP_NEEDS_WORD 0x20u /**< is only done by the caller's word: tca_apply_options */

/** One step. */
typedef struct tca_step {
    uint32_t struct_size; /**< set by the caller: sizeof(tca_step) */
    uint32_t flags;       /**< TCA_STEP_* */
    tca_unix not_before;  /**< not earlier than this, with its flag */
    tca_unix deadline;    /**< before this moment, with its flag */
    uint32_t id;          /**< from 1, in order */
    uint32_t kind;        /**< TCA_STEP_* */
    uint32_t certificate; /**< index in the rollover's inventory */
    uint32_t target;      /**< from 0; TCA_NO_INDEX when it concerns none */
    uint32_t reason;      /**< TCA_REASON_* */
    tca_result result;    /**< why it failed; TCA_OK */
    uint32_t need_count;  /**< for tca_plan_step_need() */
    uint32_t reserved;    /**< 0 */
} tca_step;

/** @param plan the plan @param index from 0, one less than its id @param step [out] struct_size is
 *  the caller's; nothing is written behind it @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND,
 *  TCA_E_STRUCT_TOO_SMALL */
TCA_API tca_result tca_plan_step(const tca_plan *plan, uint32_t index, tca_step *step);

/** A step that must be done before. @param index the step's, from 0 @param number from 0, below
 *  need_count @param id [out] that step's id; 0 on failure @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND
 */
TCA_API tca_result tca_plan_step_need(const tca_plan *plan, uint32_t index, uint32_t number,
                                      uint32_t *id);

/** Why it failed. @param text [out] borrowed @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND */
TCA_API tca_result tca_plan_step_error(const tca_plan *plan, uint32_t index, const char **text,
                                       size_t *length);

TCA_END_DECLS

#endif

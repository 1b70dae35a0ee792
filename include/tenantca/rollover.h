/* SPDX-License-Identifier: MIT */
/**
 * @file rollover.h  Where a tenant is in its rollover, what comes next, and what to do by when.
 *
 * Everything here is a pure function of an inventory, a time and a policy. The service's words are
 * used where it spoke; dates only predict, and what is predicted says so.
 *
 *                  A-90            A-45                       A expires
 *      A  ==========|===============|==========================|
 *          Active                   | Inactive (retired)       | expired
 *      B            |===============|=================================...
 *                   | Inactive (new)| Active
 *                   |               devices begin to present certificates signed by B
 *                   B is issued: trust it now
 *
 * Source: "Azure Sphere tenant CA certificate management: certificate rotation" (Microsoft), whose
 * callouts 1 to 4 are the stages here.
 */
#ifndef TENANTCA_ROLLOVER_H
#define TENANTCA_ROLLOVER_H

#include "tenantca/error.h"
#include "tenantca/inventory.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/** The service's habits and the host's wishes, in days of 86 400 seconds. A number that is 0 means
 *  its default. */
typedef struct tca_policy {
    uint32_t struct_size;              /**< sizeof(tca_policy) */
    uint32_t flags;                    /**< none yet: 0 */
    uint32_t lead_days;                /**< a successor is issued so long before the end; 90 */
    uint32_t activation_earliest_days; /**< after its notBefore a successor may become active; 30 */
    uint32_t activation_expected_days; /**< default 45 */
    uint32_t activation_latest_days;   /**< default 60 */
    uint32_t removal_days;             /**< how long after its end removal is asked for; 30 */
    uint32_t reserved;                 /**< 0 */
} tca_policy;

/**
 * The documented habits, which are the defaults above.
 *
 * @param policy  [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_policy_defaults(tca_policy *policy);

/** A tenant's rollover at one moment: immutable, reference-counted. */
typedef struct tca_rollover tca_rollover;

/**
 * Work out where the tenant is.
 *
 * @param inventory  its certificates; referenced, not copied
 * @param now        the moment, within TCA_TIME_MIN .. TCA_TIME_MAX
 * @param policy     may be NULL: the defaults. Days are at most 36 500, and earliest <= expected <=
 *                   latest, defaults included
 * @param out        [out] yours to release
 * @param error      [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_RANGE (now), TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED (flags),
 *         TCA_E_STRUCT_*
 */
TCA_API tca_result tca_rollover_compute(const tca_inventory *inventory, tca_unix now,
                                        const tca_policy *policy, tca_rollover **out,
                                        tca_error *error);

/** Take one more reference. @param rollover may be NULL. @param out [out] yours to release. */
TCA_API void tca_rollover_ref(const tca_rollover *rollover, tca_rollover **out);

/** Release. @param rollover may be NULL. */
TCA_API void tca_rollover_unref(tca_rollover *rollover);

/** The inventory it was computed from. @param out [out] borrowed. @return TCA_E_ARGUMENT */
TCA_API tca_result tca_rollover_inventory(const tca_rollover *rollover, const tca_inventory **out);

/* ---- each certificate ---- */

/* What users see: values of tca_entry_state.status. */
#define TCA_STATUS_NONE 0u     /**< not a tenant CA certificate of this tenant */
#define TCA_STATUS_ACTIVE 1u   /**< signs every device certificate */
#define TCA_STATUS_INACTIVE 2u /**< see its phase */
#define TCA_STATUS_REVOKED 3u  /**< no longer trusted */

/* Which kind of Inactive: values of tca_entry_state.phase. */
#define TCA_PHASE_NONE 0u    /**< not Inactive, or it cannot be told */
#define TCA_PHASE_NEW 1u     /**< starts later than the active one: will become active */
#define TCA_PHASE_RETIRED 2u /**< was active before; valid until its end */
#define TCA_PHASE_EXPIRED 3u /**< past its end */

/* Where a status comes from: values of tca_entry_state.status_source. */
#define TCA_SOURCE_NONE 0u
#define TCA_SOURCE_SERVICE 1u   /**< the service said so */
#define TCA_SOURCE_PREDICTED 2u /**< worked out from dates alone */

/** @return "Active", "Inactive", "Revoked", "none"; "unknown" for other numbers. */
TCA_API const char *tca_status_name(uint32_t status);
/** @return "new", "retired", "expired", "none"; "unknown" for other numbers. */
TCA_API const char *tca_phase_name(uint32_t phase);
/** @return "service", "predicted", "none"; "unknown" for other numbers. */
TCA_API const char *tca_source_name(uint32_t source);

/** An entry's status at the moment of the rollover. */
typedef struct tca_entry_state {
    uint32_t struct_size;   /**< set by the caller: sizeof(tca_entry_state) */
    uint32_t status;        /**< TCA_STATUS_* */
    uint32_t phase;         /**< TCA_PHASE_* */
    uint32_t status_source; /**< TCA_SOURCE_* */
    uint32_t anomalies;     /**< TCA_ANOMALY_*: the entry's own and those that depend on the time */
    uint32_t reserved;      /**< 0 */
} tca_entry_state;

/**
 * @param rollover  the rollover
 * @param index     of the entry in its inventory, from 0
 * @param state     [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_rollover_state(const tca_rollover *rollover, uint32_t index,
                                      tca_entry_state *state);

/* ---- the tenant ---- */

/* Stages: values of tca_rollover_summary.stage. A successor starts and ends later than the active
 * certificate, and is neither revoked nor over. */
#define TCA_STAGE_NONE 0u          /**< no tenant CA certificate */
#define TCA_STAGE_STEADY 1u        /**< callout 1: one is active, alone */
#define TCA_STAGE_SUCCESSOR_DUE 2u /**< callout 1 still: past the lead date, no successor yet */
#define TCA_STAGE_ACT 3u           /**< callout 2: the successor is issued; trust it now */
#define TCA_STAGE_SWITCHED 4u      /**< callout 3: the successor is active; both are trusted */
#define TCA_STAGE_REMOVABLE 5u     /**< callout 4: the old one expired and may be removed */
#define TCA_STAGE_AMBIGUOUS 6u     /**< some, but not exactly one that is active and valid */

/** @return "none", "steady", "successor-due", "act", "switched", "removable", "ambiguous";
 *  "unknown" for other numbers. */
TCA_API const char *tca_stage_name(uint32_t stage);
/** @return the document's callout number of a stage, 1 to 4; 0 for none and ambiguous. */
TCA_API uint32_t tca_stage_callout(uint32_t stage);

/* What happens next: values of tca_rollover_summary.next_event. */
#define TCA_EVENT_NONE 0u
#define TCA_EVENT_ISSUE 1u      /**< a successor is issued */
#define TCA_EVENT_ACTIVATION 2u /**< the successor becomes active */
#define TCA_EVENT_EXPIRY 3u     /**< a certificate has ended: the first second behind notAfter */
#define TCA_EVENT_START 4u      /**< a certificate becomes valid */

/** @return "issue", "activation", "expiry", "start", "none"; "unknown" for other numbers. */
TCA_API const char *tca_event_name(uint32_t event);

/* Whether a moment is a fact. */
#define TCA_CERTAINTY_NONE 0u      /**< there is no such moment */
#define TCA_CERTAINTY_OBSERVED 1u  /**< from a certificate, its metadata, or the service's word */
#define TCA_CERTAINTY_PREDICTED 2u /**< from the policy */

/** @return "observed", "predicted", "none"; "unknown" for other numbers. */
TCA_API const char *tca_certainty_name(uint32_t certainty);

/** Where the tenant is. Indexes are those of the inventory; TCA_NO_INDEX where there is none. */
typedef struct tca_rollover_summary {
    uint32_t struct_size;            /**< set by the caller: sizeof(tca_rollover_summary) */
    uint32_t stage;                  /**< TCA_STAGE_* */
    tca_unix now;                    /**< the moment it was computed for */
    tca_unix next_event_at;          /**< when, unless next_event is none */
    uint32_t active;                 /**< the active certificate; none while ambiguous */
    uint32_t next;                   /**< the one that becomes active next: the first that is new.
                                          Where it ends first, a successor is due all the same */
    uint32_t next_event;             /**< TCA_EVENT_* */
    uint32_t next_event_certificate; /**< the one it happens to; of an issue: the one it follows */
    uint32_t next_event_certainty;   /**< TCA_CERTAINTY_* */
    uint32_t window_count;           /**< for tca_rollover_window() */
    uint32_t action_count;           /**< for tca_rollover_action() */
    uint32_t anomalies;              /**< TCA_ANOMALY_* of the whole and of every entry */
} tca_rollover_summary;

/**
 * @param rollover  the rollover
 * @param summary   [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_rollover_get_summary(const tca_rollover *rollover,
                                            tca_rollover_summary *summary);

/* ---- windows ---- */

#define TCA_WINDOW_VALIDITY 1u      /**< the certificate is valid */
#define TCA_WINDOW_SUCCESSOR_DUE 2u /**< its successor should be issued */
#define TCA_WINDOW_ACT 3u           /**< it is issued and cannot be active yet: trust it now */
#define TCA_WINDOW_ACTIVATION 4u    /**< it becomes active */
#define TCA_WINDOW_OVERLAP 5u       /**< it and its predecessor must both be trusted */
#define TCA_WINDOW_REMOVAL 6u       /**< it has ended and may be removed */

/** @return "validity", "successor-due", "act", "activation", "overlap", "removal"; "unknown". */
TCA_API const char *tca_window_name(uint32_t kind);

/** A span of time [opens, closes). One that ends with a certificate closes at notAfter + 1. */
typedef struct tca_window {
    uint32_t struct_size;      /**< set by the caller: sizeof(tca_window) */
    uint32_t kind;             /**< TCA_WINDOW_* */
    tca_unix opens;            /**< first second inside */
    tca_unix closes;           /**< first second behind; 0 when closes_certainty is none */
    uint32_t certificate;      /**< index of the entry */
    uint32_t opens_certainty;  /**< TCA_CERTAINTY_* */
    uint32_t closes_certainty; /**< TCA_CERTAINTY_*; none: it stays open */
    uint32_t reserved;         /**< 0 */
} tca_window;

/**
 * Windows in the order in which they open.
 *
 * @param rollover  the rollover
 * @param index     from 0, below window_count
 * @param window    [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_rollover_window(const tca_rollover *rollover, uint32_t index,
                                       tca_window *window);

/* ---- actions ---- */

#define TCA_ACTION_DOWNLOAD 1u    /**< get the certificate and keep it */
#define TCA_ACTION_TRUST 2u       /**< put it among the anchors of your own back-end */
#define TCA_ACTION_REGISTER 3u    /**< upload it to every cloud service that devices reach */
#define TCA_ACTION_PROVE 4u       /**< prove its possession there */
#define TCA_ACTION_KEEP 5u        /**< go on trusting it */
#define TCA_ACTION_REMOVE 6u      /**< stop trusting it and delete it from every target */
#define TCA_ACTION_INVESTIGATE 7u /**< something contradicts itself or is late */

/** @return "download", "trust", "register", "prove", "keep", "remove", "investigate"; "unknown". */
TCA_API const char *tca_action_name(uint32_t kind);

/* Why: values of tca_action.reason. */
#define TCA_REASON_BECOMES_ACTIVE 1u    /**< it will sign every device certificate */
#define TCA_REASON_IS_ACTIVE 2u         /**< it signs every device certificate already */
#define TCA_REASON_STILL_VALID 3u       /**< devices still present certificates signed by it */
#define TCA_REASON_EXPIRED 4u           /**< it signs nothing any more and nothing of it is valid */
#define TCA_REASON_REVOKED 5u           /**< the service revoked it */
#define TCA_REASON_SUCCESSOR_MISSING 6u /**< past the lead date, and none was issued */
#define TCA_REASON_ACTIVATION_LATE 7u   /**< past the latest activation, and still inactive */
#define TCA_REASON_NOT_ONE_ACTIVE 8u    /**< no certificate, or several, are called active */
#define TCA_REASON_ACTIVE_NOT_VALID 9u  /**< the active one is outside its dates */
#define TCA_REASON_ANOMALY 10u          /**< what the service said contradicts the certificate */
#define TCA_REASON_THROUGH_DPS 11u      /**< devices come through DPS: the hub needs no CA */
#define TCA_REASON_ORDER_BEHIND 12u     /**< anchors are ordered for another active certificate */
#define TCA_REASON_FIRST_WHEN_ACTIVE 13u /**< it must come first once it is active */
#define TCA_REASON_STILL_SEEN 14u        /**< it has ended, but was used a short while ago */
#define TCA_REASON_BY_WORD 15u           /**< removed before its end by the caller's word */
#define TCA_REASON_UNREADABLE 16u        /**< the target could not be read */

/** @return a sentence for people, without a full stop; "unknown reason" for other numbers. */
TCA_API const char *tca_reason_text(uint32_t reason);

/* Members of tca_action.flags. */
#define TCA_ACTION_HAS_NOT_BEFORE 0x1u
#define TCA_ACTION_HAS_DEADLINE 0x2u

/** Something to do. */
typedef struct tca_action {
    uint32_t struct_size; /**< set by the caller: sizeof(tca_action) */
    uint32_t flags;       /**< TCA_ACTION_HAS_* */
    tca_unix not_before;  /**< not earlier than this, with its flag */
    tca_unix deadline;    /**< before this moment, with its flag */
    uint32_t kind;        /**< TCA_ACTION_* */
    uint32_t certificate; /**< index of the entry; TCA_NO_INDEX when it concerns the tenant */
    uint32_t reason;      /**< TCA_REASON_* */
    uint32_t reserved;    /**< 0 */
} tca_action;

/**
 * Actions, the most urgent first.
 *
 * @param rollover  the rollover
 * @param index     from 0, below action_count
 * @param action    [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_rollover_action(const tca_rollover *rollover, uint32_t index,
                                       tca_action *action);

/* ---- the years ahead ---- */

/** The dates of one rollover. */
typedef struct tca_forecast {
    uint32_t struct_size;         /**< set by the caller: sizeof(tca_forecast) */
    uint32_t issued_certainty;    /**< observed when the successor is there already */
    tca_unix issued;              /**< the successor's notBefore */
    tca_unix activation_earliest; /**< by then it must be trusted */
    tca_unix activation_expected;
    tca_unix activation_latest;
    tca_unix predecessor_ends; /**< first second after the predecessor's end: it may be removed */
    uint32_t ends_certainty;   /**< observed when the predecessor's end is known */
    uint32_t reserved;         /**< 0 */
} tca_forecast;

/**
 * The rollovers ahead: the one under way (a successor issued and not active) or else the next one
 * is 0. Each further one supposes that a successor lives as long as its predecessor, and that
 * nothing replaces it before it is active itself.
 *
 * @param rollover  the rollover
 * @param number    from 0, at most 999
 * @param forecast  [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND (no active certificate to reckon from; or a supposed one
 *         that would live no longer than the lead or until its activation, as in the test
 *         environment: dates do not tell when it is replaced), TCA_E_RANGE (beyond the year 9999),
 *         TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_rollover_forecast(const tca_rollover *rollover, uint32_t number,
                                         tca_forecast *forecast);

TCA_END_DECLS

#endif

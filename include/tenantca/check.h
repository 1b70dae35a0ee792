/* SPDX-License-Identifier: MIT */
/**
 * @file check.h  Named checks of a plan, with thresholds, for monitoring.
 *
 * A pure function of a plan and thresholds. The thresholds' defaults follow what a rollover needs:
 * alarms go by the earliest activation of the successor, long before anything expires.
 */
#ifndef TENANTCA_CHECK_H
#define TENANTCA_CHECK_H

#include "tenantca/error.h"
#include "tenantca/rollout.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/* How bad it is; the numbers are the exit statuses of monitoring plug-ins. */
#define TCA_CHECK_OK 0u
#define TCA_CHECK_WARNING 1u
#define TCA_CHECK_CRITICAL 2u
#define TCA_CHECK_UNKNOWN 3u /**< could not be found out */

/** @return "OK", "WARNING", "CRITICAL", "UNKNOWN" (also for numbers this library does not know). */
TCA_API const char *tca_check_status_name(uint32_t status);

/* What is looked at. */
#define TCA_CHECK_SUCCESSOR_MISSING 1u /**< past the lead date, and none was issued */
/** A cloud target lacks the next certificate, also where that was removed by word. */
#define TCA_CHECK_SUCCESSOR_NOT_REGISTERED 2u
/** Anchors lack a certificate, also one removed by word that is to become active; or they are
 * ordered for another active one. */
#define TCA_CHECK_NOT_TRUSTED_HERE 3u
#define TCA_CHECK_PROOF_NOT_VERIFIED 4u /**< uploaded, possession not proven */
#define TCA_CHECK_ACTIVE_EXPIRES 5u     /**< the active one ends, its successor is not active */
#define TCA_CHECK_EXPIRED_STILL_REGISTERED 6u /**< a target holds one that has ended */
#define TCA_CHECK_REVOKED_STILL_TRUSTED 7u    /**< a target lets devices in by a revoked one */
#define TCA_CHECK_STALE_VIEW 8u               /**< the service's last answer is old */
#define TCA_CHECK_CAPACITY 9u                 /**< a target has no room for the next certificate */
#define TCA_CHECK_TARGET_UNREADABLE 10u       /**< a target could not be read */
#define TCA_CHECK_SHARED_CA_TRUSTED 11u       /**< anchors hold a CA that all tenants share */
#define TCA_CHECK_AMBIGUOUS 12u /**< not exactly one certificate is active and valid */
#define TCA_CHECK_KINDS 12u     /**< how many there are */

/** @return "successor-missing", "successor-not-registered", "not-trusted-here",
 * "proof-not-verified", "active-expires", "expired-still-registered", "revoked-still-trusted",
 * "stale-view", "capacity", "target-unreadable", "shared-ca-trusted", "ambiguous"; "unknown". */
TCA_API const char *tca_check_name(uint32_t kind);

/** When a check becomes a warning, and when critical. A number that is 0 means its default. */
typedef struct tca_check_options {
    uint32_t struct_size;              /**< sizeof(tca_check_options) */
    uint32_t flags;                    /**< none yet: 0 */
    uint32_t missing_warning_days;     /**< before the active one's end: 85 */
    uint32_t missing_critical_days;    /**< 60 */
    uint32_t registered_warning_days;  /**< after the successor's issue: 7 */
    uint32_t activation_critical_days; /**< before its earliest activation: 7 */
    uint32_t proof_warning_days;       /**< after the upload was first seen: 1 */
    uint32_t expires_warning_days;     /**< before the active one's end: 30 */
    uint32_t expires_critical_days;    /**< 7 */
    uint32_t removal_warning_days;     /**< after the end: 14 */
    uint32_t stale_warning_seconds;    /**< since the service's last answer: 7 200 */
    uint32_t stale_critical_seconds;   /**< 86 400 */
} tca_check_options;

/** What the checks of a plan found: immutable, reference-counted. */
typedef struct tca_checks tca_checks;

/**
 * Look at a plan.
 *
 * @param plan     the plan; not needed any more afterwards
 * @param options  may be NULL: the defaults
 * @param out      [out] yours to release. Every kind of check is in it at least once
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED, TCA_E_STRUCT_*
 */
TCA_API tca_result tca_check(const tca_plan *plan, const tca_check_options *options,
                             tca_checks **out, tca_error *error);

/** @param checks may be NULL. @return the worst status; TCA_CHECK_UNKNOWN for NULL. Critical is
 *  worse than unknown, unknown than warning. */
TCA_API uint32_t tca_checks_status(const tca_checks *checks);

/** @param checks may be NULL. @return how many findings. */
TCA_API uint32_t tca_checks_count(const tca_checks *checks);

/** One finding. */
typedef struct tca_check_finding {
    uint32_t struct_size; /**< set by the caller: sizeof(tca_check_finding) */
    uint32_t kind;        /**< TCA_CHECK_SUCCESSOR_MISSING ... */
    uint32_t status;      /**< TCA_CHECK_OK ... */
    uint32_t certificate; /**< index in the plan's inventory; TCA_NO_INDEX */
    uint32_t target;      /**< from 0; TCA_NO_INDEX */
    uint32_t reserved;    /**< 0 */
} tca_check_finding;

/** The worst first. @param index from 0 @param finding [out] struct_size is the caller's; nothing
 * is written behind it @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND, TCA_E_STRUCT_TOO_SMALL */
TCA_API tca_result tca_checks_get(const tca_checks *checks, uint32_t index,
                                  tca_check_finding *finding);

/** What was found, in one line for people; borrowed. @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND */
TCA_API tca_result tca_checks_message(const tca_checks *checks, uint32_t index, const char **text,
                                      size_t *length);

/** What to do about it; borrowed; "" when it is well. @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND */
TCA_API tca_result tca_checks_remedy(const tca_checks *checks, uint32_t index, const char **text,
                                     size_t *length);

/** Take one more reference. @param checks may be NULL. @param out [out] yours to release. */
TCA_API void tca_checks_ref(const tca_checks *checks, tca_checks **out);

/** Release. @param checks may be NULL. */
TCA_API void tca_checks_unref(tca_checks *checks);

TCA_END_DECLS

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file call.h  A network operation: a state machine that does no input or output itself.
 *
 * A constructor (sphere.h) makes it. An event loop steps it and does what it wants in between;
 * tca_call_run() is such a loop over a host's tables:
 *
 *     while ((result = tca_call_step(call, now, &wants, error)) == TCA_OK &&
 *            wants != TCA_CALL_DONE)
 *         ... TCA_CALL_TOKEN:    tca_call_audience(), a token into tca_call_reply()
 *         ... TCA_CALL_EXCHANGE: tca_call_request(), its answer into tca_call_reply()
 *         ... TCA_CALL_WAIT:     step again at tca_call_wait_until()
 *
 * Requests that may be repeated are, after 408, 429, 500, 502, 503, 504 and a failed transport,
 * with Retry-After where it is given and exponential backoff (1, 2, 4 ... seconds) where not.
 */
#ifndef TENANTCA_CALL_H
#define TENANTCA_CALL_H

#include "tenantca/certificate.h"
#include "tenantca/error.h"
#include "tenantca/host.h"
#include "tenantca/inventory.h"
#include "tenantca/transport.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/** One operation on its way; belongs to one thread at a time, except for tca_call_cancel(). */
typedef struct tca_call tca_call;

/** What an operation may cost. A number that is 0 means its default. */
typedef struct tca_call_options {
    uint32_t struct_size;      /**< sizeof(tca_call_options) */
    uint32_t flags;            /**< none yet: 0 */
    tca_unix deadline;         /**< when it must be over; 0: none */
    tca_unix judge_at;         /**< when certificates are judged; 0: at the time of the step */
    uint32_t max_attempts;     /**< of one request; default 4 */
    uint32_t max_wait_seconds; /**< in all, of one request; default 30 */
    uint32_t max_reply_bytes;  /**< of one answer's body; default 16 MiB */
    uint32_t max_pages;        /**< of one list; default 100 */
    uint32_t max_entries;      /**< of one list; default 1 000 */
    uint32_t reserved;         /**< 0 */
} tca_call_options;

#define TCA_CALL_TOKEN 1u    /**< wants a token */
#define TCA_CALL_EXCHANGE 2u /**< wants an HTTP exchange */
#define TCA_CALL_WAIT 3u     /**< wants to wait */
#define TCA_CALL_DONE 4u     /**< has its result */

/**
 * Go on. What was wanted before must be answered (tca_reply_done() or tca_reply_fail()); what was
 * not counts as failed.
 *
 * @param call   the call
 * @param now    the time, within TCA_TIME_MIN .. TCA_TIME_MAX
 * @param wants  [out] TCA_CALL_*; on failure TCA_CALL_DONE
 * @param error  [out] may be NULL
 * @return TCA_OK to go on or when done. TCA_E_ARGUMENT (a NULL), TCA_E_BUSY (from within a slot of
 *         its own run), TCA_E_RANGE (now): it was not stepped and is as it was. Else why it ended,
 *         told again at every further step: TCA_E_CANCELLED, TCA_E_DEADLINE, TCA_E_NO_MEMORY; of
 *         the host TCA_E_CALLBACK, TCA_E_TOKEN, TCA_E_TRANSPORT, TCA_E_STORAGE; of the service
 *         TCA_E_HTTP, TCA_E_RETRY_LATER (see tca_call_retry_at()), TCA_E_CONFLICT, TCA_E_CAPACITY,
 *         TCA_E_PROOF; of its answer TCA_E_ANSWER, TCA_E_LIMIT, TCA_E_MALFORMED,
 *         TCA_E_CRITICAL_EXTENSION, TCA_E_RANGE (a date); of what was asked for TCA_E_NOT_FOUND,
 *         TCA_E_AMBIGUOUS, TCA_E_ARGUMENT (the active certificate is to be removed), TCA_E_RANGE
 *         (judge_at), TCA_E_LAST_ANCHOR
 */
TCA_API tca_result tca_call_step(tca_call *call, tca_unix now, uint32_t *wants, tca_error *error);

/** The exchange that is wanted. @param out [out] borrowed until the next step.
 *  @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND when none is wanted */
TCA_API tca_result tca_call_request(const tca_call *call, const tca_request **out);

/** Where the exchange's or token's answer goes. @param out [out] borrowed until the next step.
 *  @return TCA_E_ARGUMENT, TCA_E_BUSY (from within a slot of its own run, which was given the
 *  reply), TCA_E_NOT_FOUND when none is wanted */
TCA_API tca_result tca_call_reply(tca_call *call, tca_reply **out);

/**
 * Whom the token that is wanted is for.
 *
 * @param call     the call
 * @param text     [out] the audience, a URL; borrowed until the next step
 * @param length   [out] in bytes
 * @param refresh  [out] 1: the one given before was refused
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND when none is wanted
 */
TCA_API tca_result tca_call_audience(const tca_call *call, const char **text, size_t *length,
                                     uint32_t *refresh);

/** Until when to wait. @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND when it does not want to */
TCA_API tca_result tca_call_wait_until(const tca_call *call, tca_unix *out);

/** After TCA_E_RETRY_LATER: the earliest time at which it is worth while to try again.
 *  @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND */
TCA_API tca_result tca_call_retry_at(const tca_call *call, tca_unix *out);

/**
 * Random bytes that spread the next waits (full jitter); without any they are not spread.
 *
 * @param call   the call
 * @param value  32 random bits
 * @return TCA_E_ARGUMENT
 */
TCA_API tca_result tca_call_set_random(tca_call *call, uint32_t value);

/** End it: its next step returns TCA_E_CANCELLED. May be called from any thread. @param call may be
 *  NULL. */
TCA_API void tca_call_cancel(tca_call *call);

/**
 * Step it to its end with a host's tables.
 *
 * @param call   the call
 * @param host   its transport, token source and clock are needed, the rest is not
 * @param error  [out] may be NULL
 * @return as tca_call_step(); TCA_E_NOT_PROVIDED, TCA_E_BUSY (also from within any slot of the
 *         host), TCA_E_RANGE (also the time that the clock tells)
 */
TCA_API tca_result tca_call_run(tca_call *call, tca_host *host, tca_error *error);

/*
 * Take the result out of a call that is done, once. Each returns TCA_OK, TCA_E_ARGUMENT, or
 * TCA_E_NOT_FOUND: not done, not the kind of result this call has, or taken already.
 */
TCA_API tca_result tca_call_take_inventory(tca_call *call, tca_inventory **out);
TCA_API tca_result tca_call_take_certificate(tca_call *call, tca_certificate **out);
/** Of a chain: its certificates, and the `.p7b` as the service sent it (may be NULL). */
TCA_API tca_result tca_call_take_chain(tca_call *call, tca_certificate_list **out, tca_bytes **p7b);

/** Release. From within a slot of its own run it is put off until the run ends. @param call may be
 *  NULL. */
TCA_API void tca_call_unref(tca_call *call);

TCA_END_DECLS

#endif

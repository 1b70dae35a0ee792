/* SPDX-License-Identifier: MIT */
/**
 * @file host.h  What a host program supplies: HTTP, tokens, time, randomness, a log, a place of
 * anchors.
 *
 * Each is a small table of functions that is copied; its `user` pointer is only passed on. None is
 * needed for what needs no input or output, and a call that lacks one says TCA_E_NOT_PROVIDED.
 */
#ifndef TENANTCA_HOST_H
#define TENANTCA_HOST_H

#include "tenantca/error.h"
#include "tenantca/transport.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/** A host's tables; belongs to one thread at a time. */
typedef struct tca_host tca_host;

/** Gives bearer tokens. Asked before every request; caching is the source's own affair. */
typedef struct tca_token_source {
    uint32_t struct_size; /**< sizeof(tca_token_source) */
    uint32_t flags;       /**< none yet: 0 */
    void *user;           /**< passed to the slots, not looked at */
    /** Put a token for @p audience into @p reply with tca_reply_append(). With @p refresh 1 the
     *  service has just refused the one given before: do not give it again. */
    void (*token)(void *user, const char *audience, size_t audience_length, uint32_t refresh,
                  tca_reply *reply);
    void (*destroy)(void *user); /**< the library will not call again; may be NULL */
} tca_token_source;

/** Tells the time, and waits. */
typedef struct tca_clock {
    uint32_t struct_size; /**< sizeof(tca_clock) */
    uint32_t flags;       /**< none yet: 0 */
    void *user;           /**< passed to the slots, not looked at */
    /** Put the time into @p reply with tca_reply_set_time(); without it there is no answer. */
    void (*now)(void *user, tca_reply *reply);
    /** Return at @p until, or earlier. NULL: a call that would have to wait ends instead with
     *  TCA_E_RETRY_LATER. */
    void (*wait)(void *user, tca_unix until, tca_reply *reply);
    void (*destroy)(void *user); /**< the library will not call again; may be NULL */
} tca_clock;

/** Gives random bytes, which spread retries. Without it they are not spread. */
typedef struct tca_random {
    uint32_t struct_size; /**< sizeof(tca_random) */
    uint32_t flags;       /**< none yet: 0 */
    void *user;           /**< passed to the slots, not looked at */
    /** Put @p count bytes into @p reply with tca_reply_append(). */
    void (*bytes)(void *user, uint32_t count, tca_reply *reply);
    void (*destroy)(void *user); /**< the library will not call again; may be NULL */
} tca_random;

#define TCA_LOG_ERROR 1u
#define TCA_LOG_WARNING 2u
#define TCA_LOG_INFO 3u
#define TCA_LOG_DEBUG 4u

#define TCA_LOG_HTTP 1u  /**< a request was sent, an answer came: method, URL, status */
#define TCA_LOG_RETRY 2u /**< a request is repeated, and why */

/** Takes lines for people. Never a token, a header's value or a body. */
typedef struct tca_log {
    uint32_t struct_size; /**< sizeof(tca_log) */
    uint32_t flags;       /**< none yet: 0 */
    void *user;           /**< passed to the slots, not looked at */
    uint32_t level;       /**< the least urgent level that is wanted: TCA_LOG_* */
    uint32_t reserved;    /**< 0 */
    /** One line: UTF-8 without a newline, NUL-terminated, borrowed. */
    void (*write)(void *user, uint32_t level, uint32_t category, const char *text, size_t length);
    void (*destroy)(void *user); /**< the library will not call again; may be NULL */
} tca_log;

/** A place of the host's own that trusts CA certificates: a trust file, a running server. */
typedef struct tca_anchor_holder {
    uint32_t struct_size; /**< sizeof(tca_anchor_holder) */
    uint32_t flags;       /**< none yet: 0 */
    void *user;           /**< passed to the slots, not looked at */
    /** Give what is trusted now (tca_reply_append()): certificates in any form that
     *  tca_certificate_list_parse() reads; nothing at all when nothing is. Where the active one is
     *  wanted first, a place that does not give back what `replace` was given, TRUSTED CERTIFICATE
     *  and all, is written anew by every apply. */
    void (*load)(void *user, tca_reply *reply);
    /** Trust these, given as PEM in the order wanted, and no others: as a whole or not at all. */
    void (*replace)(void *user, const uint8_t *pem, size_t length, tca_reply *reply);
    void (*destroy)(void *user); /**< the library will not call again; may be NULL */
} tca_anchor_holder;

/** Make an empty one. @param out [out] yours to release. @param error [out] may be NULL.
 *  @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY */
TCA_API tca_result tca_host_new(tca_host **out, tca_error *error);

/*
 * Give the host one table. It is copied; one given before is destroyed. Once this returns TCA_OK
 * the table's `destroy` will be called exactly once; on failure it is not. Each returns TCA_OK,
 * TCA_E_ARGUMENT (a NULL, or a slot without which the table is of no use), TCA_E_UNSUPPORTED
 * (flags), TCA_E_STRUCT_*, or TCA_E_BUSY (from within a slot of this host).
 */
TCA_API tca_result tca_host_set_transport(tca_host *host, const tca_transport *transport,
                                          tca_error *error);
TCA_API tca_result tca_host_set_token_source(tca_host *host, const tca_token_source *source,
                                             tca_error *error);
TCA_API tca_result tca_host_set_clock(tca_host *host, const tca_clock *clock, tca_error *error);
TCA_API tca_result tca_host_set_random(tca_host *host, const tca_random *random, tca_error *error);
TCA_API tca_result tca_host_set_log(tca_host *host, const tca_log *log, tca_error *error);

/** Release. Within a slot of this host it is put off until the slot has returned. @param host may
 *  be NULL. */
TCA_API void tca_host_unref(tca_host *host);

TCA_END_DECLS

#endif

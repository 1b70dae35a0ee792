/* SPDX-License-Identifier: MIT */
/**
 * @file transport.h  One HTTP exchange: what the library wants sent, and where the answer goes.
 *
 * The library has no HTTP of its own. It describes an exchange (tca_request), the host carries it
 * out with whatever it has, and fills in the answer (tca_reply): in a tca_transport's slot, or
 * between two steps of a call (call.h).
 */
#ifndef TENANTCA_TRANSPORT_H
#define TENANTCA_TRANSPORT_H

#include "tenantca/error.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/** What is to be sent. Borrowed: valid until the slot returns or the call is stepped. */
typedef struct tca_request tca_request;

/** "GET", "POST", "PUT" or "DELETE". @return TCA_E_ARGUMENT */
TCA_API tca_result tca_request_method(const tca_request *request, const char **text,
                                      size_t *length);

/** The whole URL, percent-encoded. @return TCA_E_ARGUMENT */
TCA_API tca_result tca_request_url(const tca_request *request, const char **text, size_t *length);

/** @param request may be NULL. @return how many headers, Authorization among them. */
TCA_API uint32_t tca_request_header_count(const tca_request *request);

/**
 * @param request       the request
 * @param index         from 0
 * @param name          [out] borrowed
 * @param name_length   [out] in bytes
 * @param value         [out] borrowed; a secret where the name is Authorization
 * @param value_length  [out] in bytes
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND
 */
TCA_API tca_result tca_request_header(const tca_request *request, uint32_t index, const char **name,
                                      size_t *name_length, const char **value,
                                      size_t *value_length);

/** The body; of a POST without one the host sends "Content-Length: 0". @return TCA_E_ARGUMENT,
 *  TCA_E_NOT_FOUND when there is none */
TCA_API tca_result tca_request_body(const tca_request *request, const uint8_t **data,
                                    size_t *length);

/** @param request may be NULL. @return the largest body of an answer that is accepted, in bytes:
 *  the host may stop a transfer there. */
TCA_API uint32_t tca_request_max_reply_bytes(const tca_request *request);

/** When the whole call must be over. @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND when it may last */
TCA_API tca_result tca_request_deadline(const tca_request *request, tca_unix *out);

/**
 * Where a slot puts its answer. Every slot ends with tca_reply_done() or tca_reply_fail(); one that
 * returns without either has failed (TCA_E_CALLBACK). After either, the others do nothing and
 * return TCA_E_ARGUMENT.
 */
typedef struct tca_reply tca_reply;

/** Of an exchange: the status of the answer, 100 to 599. @return TCA_E_ARGUMENT */
TCA_API tca_result tca_reply_set_status(tca_reply *reply, uint32_t status);

/**
 * Of an exchange: one header of the answer. Those the library has no use for are passed over.
 *
 * @param reply         the reply
 * @param name          any case; copied
 * @param name_length   in bytes
 * @param value         copied
 * @param value_length  in bytes
 * @return TCA_E_ARGUMENT, TCA_E_LIMIT, TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_reply_add_header(tca_reply *reply, const char *name, size_t name_length,
                                        const char *value, size_t value_length);

/**
 * The next part of an answer's body; or of a token, of random bytes.
 *
 * @param reply   the reply
 * @param data    copied; may be NULL when @p length is 0
 * @param length  in bytes
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_LIMIT: the answer is larger than was asked for,
 *         the exchange has failed and the transfer can be stopped
 */
TCA_API tca_result tca_reply_append(tca_reply *reply, const uint8_t *data, size_t length);

/** Of a clock: the time. @return TCA_E_ARGUMENT */
TCA_API tca_result tca_reply_set_time(tca_reply *reply, tca_unix time);

/** Of a verifier's key (trust.h): the handle that later checks are given, not NULL. @return
 *  TCA_E_ARGUMENT */
TCA_API tca_result tca_reply_set_handle(tca_reply *reply, void *handle);

/** The answer is complete. @return TCA_E_ARGUMENT */
TCA_API tca_result tca_reply_done(tca_reply *reply);

/**
 * There is no answer. The message reaches the caller in the call's error.
 *
 * @param reply    the reply
 * @param message  UTF-8, copied, cut to 256 bytes or the last whole character before; may be NULL
 * @param length   in bytes
 * @return TCA_E_ARGUMENT
 */
TCA_API tca_result tca_reply_fail(tca_reply *reply, const char *message, size_t length);

/** Carries out exchanges. */
typedef struct tca_transport {
    uint32_t struct_size; /**< sizeof(tca_transport) */
    uint32_t flags;       /**< none yet: 0 */
    void *user;           /**< passed to the slots, not looked at */
    /** Send @p request, follow no redirect, put the answer into @p reply. */
    void (*perform)(void *user, const tca_request *request, tca_reply *reply);
    /** The library will not call again. May be NULL. */
    void (*destroy)(void *user);
} tca_transport;

TCA_END_DECLS

#endif

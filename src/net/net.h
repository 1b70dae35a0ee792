/* SPDX-License-Identifier: MIT */
/* Requests, replies, calls, the host's tables, URLs and retry rules. */
#ifndef TCAI_NET_H
#define TCAI_NET_H

#include "base/base.h"

#include "tenantca/call.h"
#include "tenantca/host.h"
#include "tenantca/storage.h"
#include "tenantca/transport.h"

/* ---- replies ---- */

/* What a reply is for decides which parts of it may be set. */
typedef enum tcai_reply_kind {
    TCAI_REPLY_EXCHANGE,
    TCAI_REPLY_TOKEN,
    TCAI_REPLY_TIME,
    TCAI_REPLY_RANDOM,
    TCAI_REPLY_WAIT,
    TCAI_REPLY_LOAD, /* of a storage, and so on */
    TCAI_REPLY_SWAP,
    TCAI_REPLY_REMOVE,
    TCAI_REPLY_KEYS,
    TCAI_REPLY_ANCHORS, /* of an anchor holder */
    TCAI_REPLY_KEY,
    TCAI_REPLY_CHECK,
} tcai_reply_kind;

typedef enum tcai_reply_state {
    TCAI_REPLY_OPEN, /* neither done nor failed */
    TCAI_REPLY_DONE,
    TCAI_REPLY_FAILED,
} tcai_reply_state;

/* The headers of an answer that the library looks at. */
typedef enum tcai_reply_header {
    TCAI_HEADER_RETRY_AFTER,
    TCAI_HEADER_CONTENT_TYPE,
    TCAI_HEADER_REQUEST_ID,
    TCAI_HEADER_COUNT,
} tcai_reply_header;

#define TCAI_REPLY_MESSAGE_SIZE 257

struct tca_reply {
    tcai_reply_kind kind;
    tcai_reply_state state;
    uint32_t status;
    uint32_t max_bytes;
    tcai_text body;
    tca_bytes *headers[TCAI_HEADER_COUNT];
    bool has_time;
    tca_unix time;
    tca_bytes *version; /* of a storage's value */
    uint32_t outcome;   /* TCA_OUTCOME_*; 0 */
    uint32_t key_count; /* the body holds each with a NUL behind it */
    void *handle;
    tca_result trouble; /* why an answer cannot be kept: TCA_E_LIMIT, TCA_E_NO_MEMORY */
    char message[TCAI_REPLY_MESSAGE_SIZE];
};

/* Empty it for a new answer; what it held is wiped. */
void tcai_reply_reset(tca_reply *reply, tcai_reply_kind kind, uint32_t max_bytes);

/* The slot returned, or the step was taken: what came of it. TCA_OK when done. `who` names the slot
 * in the error, `failure` is the code when it failed. */
tca_result tcai_reply_conclude(const tca_reply *reply, const char *who, tca_result failure,
                               tca_error *error);

tcai_span tcai_reply_body(const tca_reply *reply);
tcai_span tcai_reply_header_value(const tca_reply *reply, tcai_reply_header header);

/* ---- requests ---- */

#define TCAI_REQUEST_HEADERS_MAX 4 /* Authorization, Accept, Content-Type, If-Match */

typedef struct tcai_request_header {
    const char *name;
    tca_bytes *value;
} tcai_request_header;

struct tca_request {
    const char *method;
    tca_bytes *url;
    tca_bytes *body; /* may be NULL */
    tcai_request_header headers[TCAI_REQUEST_HEADERS_MAX];
    uint32_t header_count;
    uint32_t max_reply_bytes;
    tca_unix deadline; /* 0: none */
};

/* Let go of everything; header values are wiped. */
void tcai_request_reset(tca_request *request);
void tcai_request_clear_headers(tca_request *request);
tca_result tcai_request_add_header(tca_request *request, const char *name, const char *prefix,
                                   tcai_span value);

/* ---- calls ---- */

/* What an operation does; the call does the rest. In each slot the operation goes on: it asks for
 * an exchange, runs another call, or finishes. */
typedef struct tcai_operation {
    tca_result (*start)(tca_call *call, void *state, tca_unix now, tca_error *error);
    /* A 2xx answer is there. */
    tca_result (*answer)(tca_call *call, void *state, tcai_span body, tca_unix now,
                         tca_error *error);
    /* An answer is there that is neither 2xx nor worth repeating, and `error` says so: go on, or
     * return why not. NULL: it ends the call. */
    tca_result (*refused)(tca_call *call, void *state, uint32_t status, tcai_span body,
                          tca_error *error);
    /* The call that was run ended with `result`; its results are there to be taken. */
    tca_result (*child_ended)(tca_call *call, void *state, tca_call *child, tca_result result,
                              tca_unix now, tca_error *error);
    /* Put code and message of a refusal into words: the body of an answer that is not 2xx. */
    void (*explain)(tcai_span body, tcai_span content_type, tcai_text *words);
    void (*release)(void *state);
} tcai_operation;

/* Takes over `state`, also when it fails. */
tca_result tcai_call_new(const tcai_operation *operation, void *state, const char *audience,
                         const tca_call_options *options, tca_call **out, tca_error *error);

/* What is to be sent. Every exchange may be repeated: what changes something names the ETag of what
 * it changes. */
typedef struct tcai_exchange {
    const char *method;
    tca_bytes *url;       /* taken over; NULL: memory was out */
    tca_bytes *body;      /* taken over; NULL: none */
    const char *audience; /* whose token; NULL: the call's */
    tcai_span if_match;   /* copied; empty: none */
} tcai_exchange;

tca_result tcai_call_ask(tca_call *call, const tcai_exchange *exchange, tca_error *error);

/* Run another call to its end within this one; taken over. */
void tcai_call_run_child(tca_call *call, tca_call *child);

const tca_call_options *tcai_call_limits(const tca_call *call);

/* What a call hands out when it is done. */
typedef enum tcai_result_kind {
    TCAI_RESULT_INVENTORY,
    TCAI_RESULT_CERTIFICATE,
    TCAI_RESULT_CHAIN,
    TCAI_RESULT_P7B,
    TCAI_RESULT_REGISTRATIONS,
    TCAI_RESULT_CODE,
    TCAI_RESULT_PLAN,
    TCAI_RESULT_COUNT,
} tcai_result_kind;

/* Takes over `value`, which may be NULL. */
void tcai_call_give(tca_call *call, tcai_result_kind kind, void *value, void (*release)(void *));
void tcai_call_finish(tca_call *call);

/* The value, once, for the caller to release; NULL when there is none. `call` may be NULL. */
void *tcai_call_take(tca_call *call, tcai_result_kind kind);

/* What a function that took `value` returns. */
tca_result tcai_call_taken(const tca_call *call, const void *value);

/* ---- retries ---- */

/* Statuses after which the same request may be repeated. */
bool tcai_retry_status(uint32_t status);

/* What Retry-After says, as a time; false when it says nothing. */
bool tcai_retry_after(tcai_span value, tca_unix now, tca_unix *at);

/* How many seconds to wait before attempt `next` (from 2): exponential, with full jitter when there
 * is randomness. */
uint32_t tcai_backoff(uint32_t next, bool jitter, uint32_t random);

/* ---- times and URLs ---- */

/* RFC 9110, 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT". */
bool tcai_http_date(tcai_span text, tca_unix *out);

/* https, or http to this very machine; no user, query or fragment. A slash at the end is dropped.
 */
tca_result tcai_endpoint_check(tcai_span endpoint, tca_bytes **out, tca_error *error);

/* Do both begin with the same scheme, host and port? */
bool tcai_url_same_origin(tcai_span one, tcai_span other);

/* Only what RFC 3986 leaves unreserved stays as it is. */
void tcai_url_append_encoded(tcai_text *url, tcai_span text);

/* ---- secrets ---- */

void tcai_wipe(void *data, size_t length);

/* ---- the host ---- */

struct tca_host {
    tca_transport transport;
    tca_token_source token_source;
    tca_clock clock;
    tca_random random;
    tca_log log;
    uint32_t in_slot; /* how many slots are being called */
    bool released;    /* within a slot */
};

/* The only places that call a slot. `reply` is an empty one of the kind. */
tca_result tcai_host_perform(tca_host *host, const tca_request *request, tca_reply *reply,
                             tca_error *error);
tca_result tcai_host_token(tca_host *host, const char *audience, size_t length, uint32_t refresh,
                           tca_reply *reply, tca_error *error);
tca_result tcai_host_now(tca_host *host, tca_unix *now, tca_error *error);
tca_result tcai_host_wait(tca_host *host, tca_unix until, tca_error *error);
bool tcai_host_random(tca_host *host, uint32_t *value);
__attribute__((format(printf, 4, 5))) void
tcai_host_log(tca_host *host, uint32_t level, uint32_t category, const char *format, ...);

/* Keep the host alive while a call runs on it. */
void tcai_host_enter(tca_host *host);
void tcai_host_leave(tca_host *host);

#endif

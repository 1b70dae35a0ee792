/* SPDX-License-Identifier: MIT */
/* A call's own form, for the files that drive it. */
#ifndef TCAI_NET_CALL_H
#define TCAI_NET_CALL_H

#include "net/net.h"

typedef enum tcai_call_state {
    TCAI_CALL_NEW,
    TCAI_CALL_NEEDS_TOKEN, /* a request is there; becomes WANTS_TOKEN within the same step */
    TCAI_CALL_WANTS_TOKEN,
    TCAI_CALL_WANTS_EXCHANGE,
    TCAI_CALL_WANTS_WAIT,
    TCAI_CALL_RUNS_CHILD,
    TCAI_CALL_JUDGED, /* the operation has the answer */
    TCAI_CALL_FINISHED,
    TCAI_CALL_FAILED,
} tcai_call_state;

typedef struct tcai_handed_out {
    void *value;
    void (*release)(void *);
} tcai_handed_out;

struct tca_call {
    atomic_bool cancelled;
    bool running;  /* by tca_call_run() or tca_call_step() */
    bool released; /* while it was running */
    bool refused;  /* a token was, for this exchange: a second time ends it */
    bool refresh;  /* the token given last was refused, and none has been given since */
    bool has_random;
    bool cannot_wait;
    bool has_retry_at;
    tcai_call_state state;
    tca_result failure;
    uint32_t attempt;
    uint32_t random;
    tca_unix waited;
    tca_unix wait_until;
    tca_unix retry_at;
    const char *audience;         /* of the operation */
    const char *request_audience; /* of the exchange */
    tca_bytes *if_match;          /* of the exchange; may be NULL */
    tca_call *child;              /* what it runs, while it does */
    const tcai_operation *operation;
    void *operation_state;
    tca_call_options options;
    tca_request request;
    tca_reply reply;
    tcai_handed_out results[TCAI_RESULT_COUNT];
};

/* The innermost call, which does what is to be done. */
tca_call *tcai_call_acting(const tca_call *call);

tca_result tcai_call_advance(tca_call *call, tca_unix now, uint32_t *wants, tca_error *error);

/* It runs no more: release it if that was put off. */
void tcai_call_leave(tca_call *call);

#endif

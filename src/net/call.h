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
    TCAI_CALL_JUDGED, /* the operation has the answer */
    TCAI_CALL_FINISHED,
    TCAI_CALL_FAILED,
} tcai_call_state;

struct tca_call {
    atomic_bool cancelled;
    bool running;  /* by tca_call_run() */
    bool released; /* while it was running */
    bool repeatable;
    bool refresh; /* the token was refused once */
    bool has_random;
    bool has_retry_at;
    tcai_call_state state;
    tca_result failure;
    uint32_t attempt;
    uint32_t random;
    tca_unix waited;
    tca_unix wait_until;
    tca_unix retry_at;
    const char *audience;
    const tcai_operation *operation;
    void *operation_state;
    tca_call_options options;
    tca_request request;
    tca_reply reply;
    tcai_call_result result;
};

tca_result tcai_call_advance(tca_call *call, tca_unix now, uint32_t *wants, tca_error *error);
void tcai_call_release(tca_call *call);

#endif

/* SPDX-License-Identifier: MIT */
/* What a call wants. */
#include <string.h>

#include "net/call.h"

tca_result tca_call_request(const tca_call *call, const tca_request **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = NULL;
    if (call == NULL) {
        return TCA_E_ARGUMENT;
    }
    const tca_call *acting = tcai_call_acting(call);
    if (acting->state != TCAI_CALL_WANTS_EXCHANGE) {
        return TCA_E_NOT_FOUND;
    }
    *out = &acting->request;
    return TCA_OK;
}

tca_result tca_call_reply(tca_call *call, tca_reply **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = NULL;
    if (call == NULL || call->running) {
        return call == NULL ? TCA_E_ARGUMENT : TCA_E_BUSY;
    }
    tca_call *acting = tcai_call_acting(call);
    if (acting->state != TCAI_CALL_WANTS_EXCHANGE && acting->state != TCAI_CALL_WANTS_TOKEN) {
        return TCA_E_NOT_FOUND;
    }
    *out = &acting->reply;
    return TCA_OK;
}

tca_result tca_call_audience(const tca_call *call, const char **text, size_t *length,
                             uint32_t *refresh) {
    bool complete = call != NULL && text != NULL && length != NULL && refresh != NULL;
    const tca_call *acting = complete ? tcai_call_acting(call) : NULL;
    bool wanted = complete && acting->state == TCAI_CALL_WANTS_TOKEN;
    if (text != NULL) {
        *text = wanted ? acting->request_audience : NULL;
    }
    if (length != NULL) {
        *length = wanted ? strlen(acting->request_audience) : 0;
    }
    if (refresh != NULL) {
        *refresh = wanted && acting->refresh;
    }
    return !complete ? TCA_E_ARGUMENT : wanted ? TCA_OK : TCA_E_NOT_FOUND;
}

static tca_result hand_out_time(const tca_call *call, bool present, tca_unix time, tca_unix *out) {
    if (out != NULL) {
        *out = call != NULL && present ? time : 0;
    }
    return call == NULL || out == NULL ? TCA_E_ARGUMENT : present ? TCA_OK : TCA_E_NOT_FOUND;
}

tca_result tca_call_wait_until(const tca_call *call, tca_unix *out) {
    const tca_call *acting = call == NULL ? NULL : tcai_call_acting(call);
    return hand_out_time(call, acting != NULL && acting->state == TCAI_CALL_WANTS_WAIT,
                         acting == NULL ? 0 : acting->wait_until, out);
}

tca_result tca_call_retry_at(const tca_call *call, tca_unix *out) {
    return hand_out_time(call, call != NULL && call->has_retry_at,
                         call == NULL ? 0 : call->retry_at, out);
}

tca_result tca_call_set_random(tca_call *call, uint32_t value) {
    if (call == NULL) {
        return TCA_E_ARGUMENT;
    }
    tca_call *acting = tcai_call_acting(call);
    acting->random = value;
    acting->has_random = true;
    call->has_random = true;
    return TCA_OK;
}

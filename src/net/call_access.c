/* SPDX-License-Identifier: MIT */
/* What a call wants, and what it has. */
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
    if (call->state != TCAI_CALL_WANTS_EXCHANGE) {
        return TCA_E_NOT_FOUND;
    }
    *out = &call->request;
    return TCA_OK;
}

tca_result tca_call_reply(tca_call *call, tca_reply **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = NULL;
    if (call == NULL || call->running) {
        return TCA_E_ARGUMENT;
    }
    if (call->state != TCAI_CALL_WANTS_EXCHANGE && call->state != TCAI_CALL_WANTS_TOKEN) {
        return TCA_E_NOT_FOUND;
    }
    *out = &call->reply;
    return TCA_OK;
}

tca_result tca_call_audience(const tca_call *call, const char **text, size_t *length,
                             uint32_t *refresh) {
    bool complete = call != NULL && text != NULL && length != NULL && refresh != NULL;
    bool wanted = complete && call->state == TCAI_CALL_WANTS_TOKEN;
    if (text != NULL) {
        *text = wanted ? call->audience : NULL;
    }
    if (length != NULL) {
        *length = wanted ? strlen(call->audience) : 0;
    }
    if (refresh != NULL) {
        *refresh = wanted && call->refresh;
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
    return hand_out_time(call, call != NULL && call->state == TCAI_CALL_WANTS_WAIT,
                         call == NULL ? 0 : call->wait_until, out);
}

tca_result tca_call_retry_at(const tca_call *call, tca_unix *out) {
    return hand_out_time(call, call != NULL && call->has_retry_at,
                         call == NULL ? 0 : call->retry_at, out);
}

tca_result tca_call_set_random(tca_call *call, uint32_t value) {
    if (call == NULL) {
        return TCA_E_ARGUMENT;
    }
    call->random = value;
    call->has_random = true;
    return TCA_OK;
}

tca_result tca_call_take_inventory(tca_call *call, tca_inventory **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = call == NULL ? NULL : call->result.inventory;
    if (call != NULL) {
        call->result.inventory = NULL;
    }
    return call == NULL ? TCA_E_ARGUMENT : *out == NULL ? TCA_E_NOT_FOUND : TCA_OK;
}

tca_result tca_call_take_certificate(tca_call *call, tca_certificate **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = call == NULL ? NULL : call->result.certificate;
    if (call != NULL) {
        call->result.certificate = NULL;
    }
    return call == NULL ? TCA_E_ARGUMENT : *out == NULL ? TCA_E_NOT_FOUND : TCA_OK;
}

tca_result tca_call_take_chain(tca_call *call, tca_certificate_list **out, tca_bytes **p7b) {
    if (out != NULL) {
        *out = NULL;
    }
    if (p7b != NULL) {
        *p7b = NULL;
    }
    if (call == NULL || out == NULL) {
        return TCA_E_ARGUMENT;
    }
    if (call->result.chain == NULL) {
        return TCA_E_NOT_FOUND;
    }
    *out = call->result.chain;
    call->result.chain = NULL;
    if (p7b != NULL) {
        *p7b = call->result.p7b;
        call->result.p7b = NULL;
    }
    return TCA_OK;
}

/* SPDX-License-Identifier: MIT */
/* A loop over a call with a host's tables. */
#include <string.h>

#include "net/call.h"

static tca_result give_token(tca_call *call, tca_host *host, tca_error *error) {
    return tcai_host_token(host, call->request_audience, strlen(call->request_audience),
                           call->refresh, &call->reply, error);
}

static tca_result exchange(tca_call *call, tca_host *host, tca_error *error) {
    const char *url = (const char *)call->request.url->data;
    tcai_host_log(host, TCA_LOG_INFO, TCA_LOG_HTTP, "%s %s", call->request.method, url);
    tca_result result = tcai_host_perform(host, &call->request, &call->reply, error);
    if (result == TCA_OK) {
        tcai_host_log(host, TCA_LOG_INFO, TCA_LOG_HTTP, "%s %s: %u", call->request.method, url,
                      (unsigned)call->reply.status);
    }
    return result;
}

static tca_result wait(tca_call *call, tca_host *host, tca_unix now, tca_error *error) {
    tcai_host_log(host, TCA_LOG_WARNING, TCA_LOG_RETRY, "attempt %u of %u in %lld s",
                  (unsigned)call->attempt, (unsigned)call->options.max_attempts,
                  (long long)(call->wait_until - now));
    return tcai_host_wait(host, call->wait_until, error);
}

static tca_result serve(tca_call *call, tca_host *host, uint32_t wants, tca_unix now,
                        tca_error *error) {
    switch (wants) {
    case TCA_CALL_TOKEN:
        return give_token(call, host, error);
    case TCA_CALL_EXCHANGE:
        return exchange(call, host, error);
    default:
        return wait(call, host, now, error);
    }
}

static tca_result run(tca_call *call, tca_host *host, tca_error *error) {
    uint32_t value;
    call->cannot_wait = host->clock.wait == NULL;
    if (!call->has_random && tcai_host_random(host, &value)) {
        (void)tca_call_set_random(call, value);
    }
    for (;;) {
        tca_unix now;
        uint32_t wants;
        tca_result result = tcai_host_now(host, &now, error);
        if (result == TCA_OK) {
            result = tcai_call_advance(call, now, &wants, error);
        }
        if (result != TCA_OK || wants == TCA_CALL_DONE) {
            return result;
        }
        result = serve(tcai_call_acting(call), host, wants, now, error);
        if (result != TCA_OK) {
            return result;
        }
    }
}

tca_result tca_call_run(tca_call *call, tca_host *host, tca_error *error) {
    tcai_error_clear(error);
    if (call == NULL || host == NULL) {
        return tcai_fail_null(error, call == NULL ? "call" : "host");
    }
    if (call->running) {
        return tcai_fail(error, TCA_E_BUSY, "call: is being run");
    }
    if (host->in_slot > 0) {
        return tcai_fail(error, TCA_E_BUSY, "host: is in use by the slot this comes from");
    }
    call->running = true;
    tcai_host_enter(host);
    tca_result result = run(call, host, error);
    tcai_host_leave(host);
    tcai_call_leave(call);
    return result;
}

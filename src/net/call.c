/* SPDX-License-Identifier: MIT */
/* The state machine of every network operation. */
#include "net/call.h"

#include <stdlib.h>

#define DEFAULT_ATTEMPTS 4
#define DEFAULT_WAIT_SECONDS 30
#define DEFAULT_REPLY_BYTES (16u << 20)
#define DEFAULT_PAGES 100
#define DEFAULT_ENTRIES 1000
#define TOKEN_BYTES_MAX (16u << 10)
#define REQUEST_ID_MAX 64

/* ---- making ---- */

static uint32_t or_default(uint32_t value, uint32_t otherwise) {
    return value != 0 ? value : otherwise;
}

static tca_result import_options(const tca_call_options *options, tca_call_options *known,
                                 tca_error *error) {
    *known = (tca_call_options){0};
    if (options != NULL) {
        size_t all = TCAI_END_OF(tca_call_options, reserved);
        tca_result result =
            tcai_import(known, sizeof(*known), all, all, options, "tca_call_options", error);
        if (result != TCA_OK) {
            return result;
        }
    }
    if (known->flags != 0 || known->reserved != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_call_options: unknown flags");
    }
    known->max_attempts = or_default(known->max_attempts, DEFAULT_ATTEMPTS);
    known->max_wait_seconds = or_default(known->max_wait_seconds, DEFAULT_WAIT_SECONDS);
    known->max_reply_bytes = or_default(known->max_reply_bytes, DEFAULT_REPLY_BYTES);
    known->max_pages = or_default(known->max_pages, DEFAULT_PAGES);
    known->max_entries = or_default(known->max_entries, DEFAULT_ENTRIES);
    return TCA_OK;
}

tca_result tcai_call_new(const tcai_operation *operation, void *state, const char *audience,
                         const tca_call_options *options, tca_call **out, tca_error *error) {
    tca_call_options known;
    tca_result result = import_options(options, &known, error);
    tca_call *call = result == TCA_OK ? calloc(1, sizeof(*call)) : NULL;
    if (call == NULL) {
        operation->release(state);
        return result != TCA_OK ? result : tcai_fail_memory(error);
    }
    atomic_init(&call->cancelled, false);
    call->operation = operation;
    call->operation_state = state;
    call->audience = audience;
    call->options = known;
    *out = call;
    return TCA_OK;
}

const tca_call_options *tcai_call_limits(const tca_call *call) {
    return &call->options;
}

static void release_call(tca_call *call) {
    tca_call_unref(call->child);
    tcai_request_reset(&call->request);
    tcai_reply_reset(&call->reply, TCAI_REPLY_WAIT, 0);
    tca_bytes_unref(call->if_match);
    call->operation->release(call->operation_state);
    for (size_t i = 0; i < TCAI_RESULT_COUNT; i++) {
        tcai_handed_out *result = &call->results[i];
        if (result->value != NULL) {
            result->release(result->value);
        }
    }
    free(call);
}

void tca_call_unref(tca_call *call) {
    if (call == NULL) {
        return;
    }
    if (call->running) {
        call->released = true;
    } else {
        release_call(call);
    }
}

void tcai_call_leave(tca_call *call) {
    call->running = false;
    if (call->released) {
        release_call(call);
    }
}

void tca_call_cancel(tca_call *call) {
    if (call != NULL) {
        atomic_store_explicit(&call->cancelled, true, memory_order_relaxed);
    }
}

/* ---- what operations use ---- */

tca_result tcai_call_ask(tca_call *call, const tcai_exchange *exchange, tca_error *error) {
    tcai_span if_match = exchange->if_match;
    tca_bytes *tag = if_match.length == 0 ? NULL : tcai_bytes_copy(if_match.data, if_match.length);
    tcai_request_reset(&call->request);
    call->request = (tca_request){.method = exchange->method,
                                  .url = exchange->url,
                                  .body = exchange->body,
                                  .max_reply_bytes = call->options.max_reply_bytes,
                                  .deadline = call->options.deadline};
    tca_bytes_unref(call->if_match);
    call->if_match = tag;
    call->request_audience = exchange->audience != NULL ? exchange->audience : call->audience;
    call->attempt = 1;
    call->waited = 0;
    call->refused = false;
    call->refresh = false;
    call->state = TCAI_CALL_NEEDS_TOKEN;
    return exchange->url == NULL || (tag == NULL && if_match.length > 0) ? tcai_fail_memory(error)
                                                                         : TCA_OK;
}

void tcai_call_run_child(tca_call *call, tca_call *child) {
    child->random = call->random;
    child->has_random = call->has_random;
    child->cannot_wait = call->cannot_wait;
    call->child = child;
    call->state = TCAI_CALL_RUNS_CHILD;
}

tca_call *tcai_call_acting(const tca_call *call) {
    while (call->child != NULL) {
        call = call->child;
    }
    return (tca_call *)call;
}

void tcai_call_give(tca_call *call, tcai_result_kind kind, void *value, void (*release)(void *)) {
    call->results[kind] = (tcai_handed_out){value, release};
}

void tcai_call_finish(tca_call *call) {
    call->state = TCAI_CALL_FINISHED;
}

void *tcai_call_take(tca_call *call, tcai_result_kind kind) {
    bool done = call != NULL && call->state == TCAI_CALL_FINISHED;
    void *value = done ? call->results[kind].value : NULL;
    if (value != NULL) {
        call->results[kind].value = NULL;
    }
    return value;
}

tca_result tcai_call_taken(const tca_call *call, const void *value) {
    return call == NULL ? TCA_E_ARGUMENT : value == NULL ? TCA_E_NOT_FOUND : TCA_OK;
}

/* ---- steps ---- */

/* Ask for a token, and then for the exchange. */
static void want_token(tca_call *call) {
    tcai_request_clear_headers(&call->request);
    tcai_reply_reset(&call->reply, TCAI_REPLY_TOKEN, TOKEN_BYTES_MAX);
    call->state = TCAI_CALL_WANTS_TOKEN;
}

static bool token_fits_header(tcai_span token) {
    for (size_t i = 0; i < token.length; i++) {
        if (token.data[i] <= ' ' || token.data[i] > '~') {
            return false;
        }
    }
    return token.length > 0;
}

static tca_result take_token(tca_call *call, tca_error *error) {
    tca_result result = tcai_reply_conclude(&call->reply, "token source", TCA_E_TOKEN, error);
    if (result != TCA_OK) {
        return result;
    }
    tcai_span token = tcai_reply_body(&call->reply);
    if (!token_fits_header(token)) {
        return tcai_fail(error, TCA_E_TOKEN,
                         "token source: the token is empty or holds what no token can");
    }
    tca_request *request = &call->request;
    result = tcai_request_add_header(request, "Authorization", "Bearer ", token);
    if (result == TCA_OK) {
        result = tcai_request_add_header(request, "Accept", "application/json", (tcai_span){0});
    }
    if (result == TCA_OK && request->body != NULL) {
        result =
            tcai_request_add_header(request, "Content-Type", "application/json", (tcai_span){0});
    }
    if (result == TCA_OK && call->if_match != NULL) {
        result = tcai_request_add_header(request, "If-Match", "",
                                         (tcai_span){call->if_match->data, call->if_match->length});
    }
    if (result != TCA_OK) {
        return tcai_fail_memory(error);
    }
    tcai_reply_reset(&call->reply, TCAI_REPLY_EXCHANGE, request->max_reply_bytes);
    call->refresh = false;
    call->state = TCAI_CALL_WANTS_EXCHANGE;
    return TCA_OK;
}

/* The service refused, or nothing came: wait and ask again, or give up with `failure`. */
static tca_result retry(tca_call *call, tca_unix now, tca_result failure, tca_error *error) {
    tca_unix at = 0;
    bool told =
        tcai_retry_after(tcai_reply_header_value(&call->reply, TCAI_HEADER_RETRY_AFTER), now, &at);
    if (!told) {
        at = now + tcai_backoff(call->attempt + 1, call->has_random, call->random);
        /* A linear congruence spreads what one random number gave over the waits to come. */
        call->random = call->random * 1664525u + 1013904223u;
    }
    at = at < now ? now : at;
    bool too_late = (call->options.deadline != 0 && at >= call->options.deadline) ||
                    at - now > (tca_unix)call->options.max_wait_seconds - call->waited;
    bool exhausted = call->attempt >= call->options.max_attempts;
    bool give_up = too_late || exhausted;
    if (give_up && !told) {
        return failure;
    }
    if (give_up || call->cannot_wait) {
        call->retry_at = at;
        call->has_retry_at = true;
        tcai_error_prefix(error, "%s in %lld s: ",
                          told ? "asked to come back" : "the host cannot wait; try again",
                          (long long)(at - now));
        return tcai_error_recode(error, TCA_E_RETRY_LATER);
    }
    call->attempt++;
    call->waited += at - now;
    call->wait_until = at;
    call->state = TCAI_CALL_WANTS_WAIT;
    return TCA_OK;
}

/* By which the service's support finds the exchange: the one header's value that an error quotes,
 * and only where it can be nothing else. */
static tcai_span request_id_of(const tca_reply *reply) {
    tcai_span id = tcai_reply_header_value(reply, TCAI_HEADER_REQUEST_ID);
    bool plain = id.length <= REQUEST_ID_MAX;
    for (size_t i = 0; plain && i < id.length; i++) {
        plain = id.data[i] == '-' || tcai_hex_digit((char)id.data[i]) >= 0;
    }
    return plain ? id : (tcai_span){NULL, 0};
}

static tca_result fail_http(tca_call *call, tca_error *error) {
    tcai_text words = {0};
    call->operation->explain(tcai_reply_body(&call->reply),
                             tcai_reply_header_value(&call->reply, TCAI_HEADER_CONTENT_TYPE),
                             &words);
    tcai_span id = request_id_of(&call->reply);
    tca_result result =
        tcai_fail(error, TCA_E_HTTP, "HTTP %u%s%.*s%s%.*s", (unsigned)call->reply.status,
                  words.length > 0 ? ": " : "", (int)words.length,
                  words.length > 0 ? words.data : "", id.length > 0 ? ", request id " : "",
                  (int)id.length, id.length > 0 ? (const char *)id.data : "");
    tcai_error_set_http_status(error, call->reply.status);
    tcai_text_release(&words);
    return result;
}

static tca_result judge(tca_call *call, tca_unix now, tca_error *error) {
    tca_result result = tcai_reply_conclude(&call->reply, "transport", TCA_E_TRANSPORT, error);
    if (result == TCA_E_TRANSPORT) {
        return retry(call, now, result, error);
    }
    if (result != TCA_OK) {
        return result;
    }
    uint32_t status = call->reply.status;
    if (status >= 200 && status <= 299) {
        call->state = TCAI_CALL_JUDGED;
        return call->operation->answer(call, call->operation_state, tcai_reply_body(&call->reply),
                                       now, error);
    }
    if (status == 401 && !call->refused) {
        call->refused = true;
        call->refresh = true;
        call->state = TCAI_CALL_NEEDS_TOKEN;
        return TCA_OK;
    }
    result = fail_http(call, error);
    if (result == TCA_E_HTTP && tcai_retry_status(status)) {
        return retry(call, now, result, error);
    }
    if (result != TCA_E_HTTP || call->operation->refused == NULL) {
        return result;
    }
    call->state = TCAI_CALL_JUDGED;
    return call->operation->refused(call, call->operation_state, status,
                                    tcai_reply_body(&call->reply), error);
}

static tca_result advance(tca_call *call, tca_unix now, tca_error *error) {
    switch (call->state) {
    case TCAI_CALL_NEW:
        return call->operation->start(call, call->operation_state, now, error);
    case TCAI_CALL_WANTS_TOKEN:
        return take_token(call, error);
    case TCAI_CALL_WANTS_EXCHANGE:
        return judge(call, now, error);
    case TCAI_CALL_WANTS_WAIT:
        if (now >= call->wait_until) {
            call->state = TCAI_CALL_NEEDS_TOKEN;
        }
        return TCA_OK;
    default:
        return TCA_OK;
    }
}

static tca_result check_time(const tca_call *call, tca_unix now, tca_error *error) {
    if (atomic_load_explicit(&call->cancelled, memory_order_relaxed)) {
        return tcai_fail(error, TCA_E_CANCELLED, "the call was cancelled");
    }
    if (call->options.deadline != 0 && now >= call->options.deadline) {
        return tcai_fail(error, TCA_E_DEADLINE, "the call's deadline passed");
    }
    return TCA_OK;
}

/* The reason of an ended call is told each time it is stepped again. */
static tca_result end(tca_call *call, tca_result result) {
    call->state = TCAI_CALL_FAILED;
    call->failure = result;
    return result;
}

/* On failure *wants is TCA_CALL_DONE. */
static tca_result advance_child(tca_call *call, tca_unix now, uint32_t *wants, tca_error *error) {
    tca_call *child = call->child;
    tca_result result = tcai_call_advance(child, now, wants, error);
    if (result == TCA_OK && *wants != TCA_CALL_DONE) {
        return TCA_OK;
    }
    call->child = NULL;
    call->random = child->random;
    call->state = TCAI_CALL_JUDGED;
    result = call->operation->child_ended(call, call->operation_state, child, result, now, error);
    if (result == TCA_E_RETRY_LATER && child->has_retry_at) {
        call->retry_at = child->retry_at;
        call->has_retry_at = true;
    }
    tca_call_unref(child);
    return result;
}

tca_result tcai_call_advance(tca_call *call, tca_unix now, uint32_t *wants, tca_error *error) {
    *wants = TCA_CALL_DONE;
    if (call->state == TCAI_CALL_FAILED) {
        return tcai_fail(error, call->failure, "the call ended before");
    }
    if (call->state == TCAI_CALL_FINISHED) {
        return TCA_OK;
    }
    tca_result result = check_time(call, now, error);
    if (result == TCA_OK) {
        result = advance(call, now, error);
    }
    while (result == TCA_OK && call->state == TCAI_CALL_RUNS_CHILD) {
        result = advance_child(call, now, wants, error);
        if (result == TCA_OK && *wants != TCA_CALL_DONE) {
            return TCA_OK;
        }
    }
    if (result != TCA_OK) {
        return end(call, result);
    }
    tcai_error_clear(error);
    if (call->state == TCAI_CALL_NEEDS_TOKEN) {
        want_token(call);
    }
    *wants = call->state == TCAI_CALL_WANTS_TOKEN      ? TCA_CALL_TOKEN
             : call->state == TCAI_CALL_WANTS_EXCHANGE ? TCA_CALL_EXCHANGE
             : call->state == TCAI_CALL_WANTS_WAIT     ? TCA_CALL_WAIT
                                                       : TCA_CALL_DONE;
    return TCA_OK;
}

tca_result tca_call_step(tca_call *call, tca_unix now, uint32_t *wants, tca_error *error) {
    tcai_error_clear(error);
    if (wants != NULL) {
        *wants = TCA_CALL_DONE;
    }
    if (call == NULL || wants == NULL) {
        return tcai_fail_null(error, call == NULL ? "call" : "wants");
    }
    if (call->running) {
        return tcai_fail(error, TCA_E_BUSY, "call: is being run");
    }
    if (!tcai_time_expressible(now)) {
        return tcai_fail(error, TCA_E_RANGE, "now: outside the years 1 to 9999");
    }
    call->running = true;
    tca_result result = tcai_call_advance(call, now, wants, error);
    tcai_call_leave(call);
    return result;
}

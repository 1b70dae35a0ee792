/* SPDX-License-Identifier: MIT */
/* A host's transport over libcurl. */
#include <string.h>

#include "adapters/adapters.h"

#define HEADERS_MAX 8

static bool take_header(void *user, const char *name, size_t name_length, const char *value,
                        size_t value_length) {
    /* One that is too long to be of use does not end the exchange. */
    (void)tca_reply_add_header(user, name, name_length, value, value_length);
    return true;
}

static bool take_body(void *user, const uint8_t *data, size_t length) {
    return tca_reply_append(user, data, length) == TCA_OK;
}

static size_t copy_headers(const tca_request *request, tcai_http_header *headers) {
    size_t count = 0;
    for (uint32_t i = 0; i < tca_request_header_count(request) && count < HEADERS_MAX; i++) {
        size_t name_length;
        tcai_http_header *header = &headers[count];
        if (tca_request_header(request, i, &header->name, &name_length, &header->value,
                               &header->value_length) == TCA_OK) {
            count++;
        }
    }
    return count;
}

static void perform(void *user, const tca_request *request, tca_reply *reply) {
    tcai_http_header headers[HEADERS_MAX];
    tcai_http_exchange exchange = {
        .headers = headers, .on_header = take_header, .on_body = take_body, .user = reply};
    size_t length;
    const uint8_t *body;
    exchange.header_count = copy_headers(request, headers);
    (void)tca_request_method(request, &exchange.method, &length);
    (void)tca_request_url(request, &exchange.url, &length);
    if (tca_request_body(request, &body, &exchange.body_length) == TCA_OK) {
        exchange.body = body;
    }
    (void)tca_request_deadline(request, &exchange.deadline);
    const char *reason = tcai_http_exchange_run(user, &exchange);
    if (reason != NULL) {
        tcai_adapter_fail(reply, reason);
        return;
    }
    (void)tca_reply_set_status(reply, (uint32_t)exchange.status);
    (void)tca_reply_done(reply);
}

static void destroy(void *user) {
    tcai_http_close(user);
}

tca_result tca_curl_transport(const tca_curl_options *options, tca_transport *out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    tca_result result = tcai_adapter_export(out, NULL, sizeof(*out));
    tcai_http *http = NULL;
    if (result == TCA_OK) {
        result = tcai_http_open(options, &http);
    }
    if (result != TCA_OK) {
        return result;
    }
    tca_transport table = {.user = http, .perform = perform, .destroy = destroy};
    return tcai_adapter_export(out, &table, sizeof(table));
}

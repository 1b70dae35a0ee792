/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "net/net.h"

static void release_secret(tca_bytes *bytes) {
    if (bytes != NULL) {
        tcai_wipe(bytes->data, bytes->length);
    }
    tca_bytes_unref(bytes);
}

void tcai_request_clear_headers(tca_request *request) {
    for (uint32_t i = 0; i < request->header_count; i++) {
        release_secret(request->headers[i].value);
    }
    request->header_count = 0;
}

void tcai_request_reset(tca_request *request) {
    tcai_request_clear_headers(request);
    tca_bytes_unref(request->url);
    tca_bytes_unref(request->body);
    *request = (tca_request){0};
}

tca_result tcai_request_add_header(tca_request *request, const char *name, const char *prefix,
                                   tcai_span value) {
    size_t before = strlen(prefix);
    tca_bytes *text = request->header_count == TCAI_REQUEST_HEADERS_MAX
                          ? NULL
                          : tcai_bytes_new(before + value.length);
    if (text == NULL) {
        return TCA_E_NO_MEMORY;
    }
    memcpy(text->data, prefix, before);
    if (value.length > 0) {
        memcpy(text->data + before, value.data, value.length);
    }
    request->headers[request->header_count++] = (tcai_request_header){name, text};
    return TCA_OK;
}

static tca_result hand_out(const char *from, size_t size, const char **text, size_t *length) {
    bool complete = from != NULL && text != NULL && length != NULL;
    if (text != NULL) {
        *text = complete ? from : NULL;
    }
    if (length != NULL) {
        *length = complete ? size : 0;
    }
    return complete ? TCA_OK : TCA_E_ARGUMENT;
}

tca_result tca_request_method(const tca_request *request, const char **text, size_t *length) {
    const char *method = request == NULL ? NULL : request->method;
    return hand_out(method, method == NULL ? 0 : strlen(method), text, length);
}

tca_result tca_request_url(const tca_request *request, const char **text, size_t *length) {
    const tca_bytes *url = request == NULL ? NULL : request->url;
    return hand_out(url == NULL ? NULL : (const char *)url->data, url == NULL ? 0 : url->length,
                    text, length);
}

uint32_t tca_request_header_count(const tca_request *request) {
    return request == NULL ? 0 : request->header_count;
}

tca_result tca_request_header(const tca_request *request, uint32_t index, const char **name,
                              size_t *name_length, const char **value, size_t *value_length) {
    bool present = request != NULL && index < request->header_count;
    const tcai_request_header *header = present ? &request->headers[index] : NULL;
    tca_result named = hand_out(present ? header->name : NULL, present ? strlen(header->name) : 0,
                                name, name_length);
    tca_result valued = hand_out(present ? (const char *)header->value->data : NULL,
                                 present ? header->value->length : 0, value, value_length);
    bool complete = request != NULL && name != NULL && name_length != NULL && value != NULL &&
                    value_length != NULL;
    return complete && !present ? TCA_E_NOT_FOUND : named != TCA_OK ? named : valued;
}

tca_result tca_request_body(const tca_request *request, const uint8_t **data, size_t *length) {
    bool complete = request != NULL && data != NULL && length != NULL;
    const tca_bytes *body = complete ? request->body : NULL;
    if (data != NULL) {
        *data = body == NULL ? NULL : body->data;
    }
    if (length != NULL) {
        *length = body == NULL ? 0 : body->length;
    }
    return !complete ? TCA_E_ARGUMENT : body == NULL ? TCA_E_NOT_FOUND : TCA_OK;
}

uint32_t tca_request_max_reply_bytes(const tca_request *request) {
    return request == NULL ? 0 : request->max_reply_bytes;
}

tca_result tca_request_deadline(const tca_request *request, tca_unix *out) {
    if (out != NULL) {
        *out = request == NULL ? 0 : request->deadline;
    }
    if (request == NULL || out == NULL) {
        return TCA_E_ARGUMENT;
    }
    return request->deadline == 0 ? TCA_E_NOT_FOUND : TCA_OK;
}

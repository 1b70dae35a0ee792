/* SPDX-License-Identifier: MIT */
/* Where a slot of the host puts its answer. */
#include <string.h>

#include "net/net.h"

#define HEADER_VALUE_MAX 1024

static const char *const header_names[TCAI_HEADER_COUNT] = {
    [TCAI_HEADER_RETRY_AFTER] = "retry-after",
    [TCAI_HEADER_CONTENT_TYPE] = "content-type",
    [TCAI_HEADER_REQUEST_ID] = "x-ms-request-id",
};

void tcai_reply_reset(tca_reply *reply, tcai_reply_kind kind, uint32_t max_bytes) {
    if (reply->body.data != NULL) {
        tcai_wipe(reply->body.data, reply->body.length);
    }
    tcai_text_release(&reply->body);
    for (size_t i = 0; i < TCAI_HEADER_COUNT; i++) {
        tca_bytes_unref(reply->headers[i]);
    }
    tca_bytes_unref(reply->version);
    *reply = (tca_reply){.kind = kind, .max_bytes = max_bytes};
}

static bool is_open(const tca_reply *reply) {
    return reply != NULL && reply->state == TCAI_REPLY_OPEN;
}

tca_result tca_reply_set_status(tca_reply *reply, uint32_t status) {
    if (!is_open(reply) || reply->kind != TCAI_REPLY_EXCHANGE || status < 100 || status > 599) {
        return TCA_E_ARGUMENT;
    }
    reply->status = status;
    return TCA_OK;
}

static bool same_name(const char *name, size_t length, const char *lower) {
    for (size_t i = 0; i < length; i++) {
        if (tcai_upper(name[i]) != tcai_upper(lower[i]) || lower[i] == '\0') {
            return false;
        }
    }
    return lower[length] == '\0';
}

tca_result tca_reply_add_header(tca_reply *reply, const char *name, size_t name_length,
                                const char *value, size_t value_length) {
    if (!is_open(reply) || reply->kind != TCAI_REPLY_EXCHANGE || name == NULL || value == NULL) {
        return TCA_E_ARGUMENT;
    }
    for (size_t i = 0; i < TCAI_HEADER_COUNT; i++) {
        if (!same_name(name, name_length, header_names[i])) {
            continue;
        }
        if (value_length > HEADER_VALUE_MAX) {
            return TCA_E_LIMIT;
        }
        tca_bytes *copy = tcai_bytes_copy(value, value_length);
        if (copy == NULL) {
            reply->trouble = TCA_E_NO_MEMORY;
            return TCA_E_NO_MEMORY;
        }
        tca_bytes_unref(reply->headers[i]);
        reply->headers[i] = copy;
    }
    return TCA_OK;
}

static tca_result append(tca_reply *reply, const void *data, size_t length) {
    if (reply->trouble != TCA_OK) {
        return reply->trouble;
    }
    if (length > reply->max_bytes - reply->body.length) {
        reply->trouble = TCA_E_LIMIT;
        return TCA_E_LIMIT;
    }
    tcai_text_append(&reply->body, data, length);
    if (reply->body.failed) {
        reply->trouble = TCA_E_NO_MEMORY;
    }
    return reply->trouble;
}

tca_result tca_reply_append(tca_reply *reply, const uint8_t *data, size_t length) {
    if (!is_open(reply) || reply->kind == TCAI_REPLY_KEYS || (data == NULL && length > 0)) {
        return TCA_E_ARGUMENT;
    }
    return append(reply, data, length);
}

tca_result tca_reply_add_key(tca_reply *reply, const char *key, size_t length) {
    if (!is_open(reply) || reply->kind != TCAI_REPLY_KEYS || key == NULL || length == 0) {
        return TCA_E_ARGUMENT;
    }
    if (length > TCA_STORAGE_KEY_MAX || memchr(key, '\0', length) != NULL ||
        reply->key_count == TCA_STORAGE_KEYS_MAX) {
        reply->trouble = TCA_E_LIMIT;
        return TCA_E_LIMIT;
    }
    tca_result result = append(reply, key, length);
    if (result == TCA_OK) {
        result = append(reply, "", 1);
    }
    reply->key_count += result == TCA_OK;
    return result;
}

tca_result tca_reply_set_version(tca_reply *reply, const uint8_t *version, size_t length) {
    if (!is_open(reply) || version == NULL || length == 0 ||
        (reply->kind != TCAI_REPLY_LOAD && reply->kind != TCAI_REPLY_SWAP)) {
        return TCA_E_ARGUMENT;
    }
    if (length > TCA_STORAGE_VERSION_MAX) {
        reply->trouble = TCA_E_LIMIT;
        return TCA_E_LIMIT;
    }
    tca_bytes *copy = tcai_bytes_copy(version, length);
    if (copy == NULL) {
        reply->trouble = TCA_E_NO_MEMORY;
        return TCA_E_NO_MEMORY;
    }
    tca_bytes_unref(reply->version);
    reply->version = copy;
    return TCA_OK;
}

tca_result tca_reply_set_outcome(tca_reply *reply, uint32_t outcome) {
    if (!is_open(reply) || reply->kind < TCAI_REPLY_LOAD || reply->kind > TCAI_REPLY_REMOVE) {
        return TCA_E_ARGUMENT;
    }
    if (outcome != TCA_OUTCOME_ABSENT && outcome != TCA_OUTCOME_CONFLICT) {
        return TCA_E_UNSUPPORTED;
    }
    reply->outcome = outcome;
    return TCA_OK;
}

tca_result tca_reply_set_time(tca_reply *reply, tca_unix time) {
    if (!is_open(reply) || reply->kind != TCAI_REPLY_TIME) {
        return TCA_E_ARGUMENT;
    }
    reply->time = time;
    reply->has_time = true;
    return TCA_OK;
}

tca_result tca_reply_set_handle(tca_reply *reply, void *handle) {
    if (!is_open(reply) || reply->kind != TCAI_REPLY_KEY || handle == NULL) {
        return TCA_E_ARGUMENT;
    }
    reply->handle = handle;
    return TCA_OK;
}

tca_result tca_reply_done(tca_reply *reply) {
    if (!is_open(reply)) {
        return TCA_E_ARGUMENT;
    }
    reply->state = TCAI_REPLY_DONE;
    return TCA_OK;
}

tca_result tca_reply_fail(tca_reply *reply, const char *message, size_t length) {
    if (!is_open(reply)) {
        return TCA_E_ARGUMENT;
    }
    reply->state = TCAI_REPLY_FAILED;
    size_t room = sizeof(reply->message) - 1;
    size_t kept = message == NULL ? 0 : length <= room ? length : tcai_utf8_whole(message, room);
    if (kept > 0) {
        memcpy(reply->message, message, kept);
    }
    reply->message[kept] = '\0';
    return TCA_OK;
}

tca_result tcai_reply_conclude(const tca_reply *reply, const char *who, tca_result failure,
                               tca_error *error) {
    if (reply->trouble == TCA_E_NO_MEMORY) {
        return tcai_fail_memory(error);
    }
    if (reply->trouble == TCA_E_LIMIT) {
        return tcai_fail(error, TCA_E_LIMIT, "%s: more than %u bytes", who,
                         (unsigned)reply->max_bytes);
    }
    if (reply->state == TCAI_REPLY_FAILED) {
        return tcai_fail(error, failure, "%s: %s", who,
                         reply->message[0] != '\0' ? reply->message : "failed without a reason");
    }
    bool answered = reply->state == TCAI_REPLY_DONE &&
                    (reply->kind != TCAI_REPLY_EXCHANGE || reply->status != 0) &&
                    (reply->kind != TCAI_REPLY_TIME || reply->has_time) &&
                    (reply->kind != TCAI_REPLY_KEY || reply->handle != NULL);
    return answered ? TCA_OK
                    : tcai_fail(error, TCA_E_CALLBACK, "%s: returned without an answer", who);
}

tcai_span tcai_reply_body(const tca_reply *reply) {
    return (tcai_span){(const uint8_t *)reply->body.data, reply->body.length};
}

tcai_span tcai_reply_header_value(const tca_reply *reply, tcai_reply_header header) {
    const tca_bytes *value = reply->headers[header];
    return value == NULL ? (tcai_span){NULL, 0} : (tcai_span){value->data, value->length};
}

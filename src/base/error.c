/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

#define MESSAGE_SIZE 1024

struct tca_error {
    tca_result code;
    uint32_t http_status;
    size_t length;
    char message[MESSAGE_SIZE];
};

tca_result tca_error_new(tca_error **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = calloc(1, sizeof(**out));
    return *out == NULL ? TCA_E_NO_MEMORY : TCA_OK;
}

tca_result tca_error_code(const tca_error *error) {
    return error == NULL ? TCA_OK : error->code;
}

void tca_error_message(const tca_error *error, const char **text, size_t *length) {
    if (text != NULL) {
        *text = error == NULL ? "" : error->message;
    }
    if (length != NULL) {
        *length = error == NULL ? 0 : error->length;
    }
}

void tca_error_unref(tca_error *error) {
    free(error);
}

static size_t format_message(char *message, const char *format, va_list arguments) {
    int wanted = vsnprintf(message, MESSAGE_SIZE, format, arguments);
    if (wanted < 0) {
        message[0] = '\0';
        return 0;
    }
    if ((size_t)wanted < MESSAGE_SIZE) {
        return (size_t)wanted;
    }
    size_t length = tcai_utf8_whole(message, MESSAGE_SIZE - 1);
    message[length] = '\0';
    return length;
}

tca_result tcai_fail(tca_error *error, tca_result code, const char *format, ...) {
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        error->code = code;
        error->http_status = 0;
        error->length = format_message(error->message, format, arguments);
        va_end(arguments);
    }
    return code;
}

void tcai_error_prefix(tca_error *error, const char *format, ...) {
    if (error == NULL) {
        return;
    }
    char prefix[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    size_t length = format_message(prefix, format, arguments);
    va_end(arguments);
    size_t kept = error->length;
    if (kept > MESSAGE_SIZE - 1 - length) {
        kept = tcai_utf8_whole(error->message, MESSAGE_SIZE - 1 - length);
    }
    memmove(error->message + length, error->message, kept);
    memcpy(error->message, prefix, length);
    error->length = length + kept;
    error->message[error->length] = '\0';
}

void tcai_error_clear(tca_error *error) {
    if (error != NULL) {
        error->code = TCA_OK;
        error->http_status = 0;
        error->length = 0;
        error->message[0] = '\0';
    }
}

tca_result tcai_error_recode(tca_error *error, tca_result code) {
    if (error != NULL) {
        error->code = code;
    }
    return code;
}

void tcai_error_set_http_status(tca_error *error, uint32_t status) {
    if (error != NULL) {
        error->http_status = status;
    }
}

uint32_t tca_error_http_status(const tca_error *error) {
    return error == NULL ? 0 : error->http_status;
}

tca_result tcai_fail_null(tca_error *error, const char *argument) {
    return tcai_fail(error, TCA_E_ARGUMENT, "%s is NULL", argument);
}

tca_result tcai_fail_memory(tca_error *error) {
    return tcai_fail(error, TCA_E_NO_MEMORY, "out of memory");
}

static const char *const result_names[] = {
    "TCA_OK",
    "TCA_E_ARGUMENT",
    "TCA_E_NO_MEMORY",
    "TCA_E_UNSUPPORTED",
    "TCA_E_STRUCT_TOO_SMALL",
    "TCA_E_STRUCT_TOO_OLD",
    "TCA_E_STRUCT_TOO_NEW",
    "TCA_E_LIMIT",
    "TCA_E_MALFORMED",
    "TCA_E_CRITICAL_EXTENSION",
    "TCA_E_NOT_FOUND",
    "TCA_E_AMBIGUOUS",
    "TCA_E_ISSUER",
    "TCA_E_SIGNATURE",
    "TCA_E_KEY",
    "TCA_E_RANGE",
    "TCA_E_NOT_PROVIDED",
    "TCA_E_CALLBACK",
    "TCA_E_BUSY",
    "TCA_E_CANCELLED",
    "TCA_E_DEADLINE",
    "TCA_E_RETRY_LATER",
    "TCA_E_HTTP",
    "TCA_E_TRANSPORT",
    "TCA_E_TOKEN",
    "TCA_E_ANSWER",
    "TCA_E_CONFLICT",
    "TCA_E_STORAGE",
    "TCA_E_CAPACITY",
    "TCA_E_PROOF",
    "TCA_E_LAST_ANCHOR",
    "TCA_E_NOT_TRUSTED",
};

const char *tca_result_name(tca_result result) {
    int32_t count = (int32_t)(sizeof(result_names) / sizeof(result_names[0]));
    return result > 0 || result <= -count ? "unknown" : result_names[-result];
}

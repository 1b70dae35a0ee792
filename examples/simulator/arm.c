/* SPDX-License-Identifier: MIT */
#include "arm.h"

#include <stdio.h>
#include <string.h>

enum { MESSAGE_SIZE = 256 };

const char *const arm_audiences[] = {"https://management.azure.com",
                                     "https://management.core.windows.net", NULL};

void arm_fail_as(engine_reply *reply, unsigned status, const char *code, const char *message) {
    reply_json(reply, status,
               json_pack("{s:{s:s, s:s}}", "error", "code", code, "message", message));
}

void arm_fail(engine_reply *reply, unsigned status, const char *message) {
    arm_fail_as(reply, status,
                status == 400   ? "BadRequest"
                : status == 401 ? "AuthenticationFailed"
                : status == 403 ? "AuthorizationFailed"
                : status == 404 ? "ResourceNotFound"
                : status == 405 ? "MethodNotAllowed"
                : status == 429 ? "TooManyRequests"
                : status == 503 ? "ServiceUnavailable"
                : status >= 500 ? "InternalServerError"
                                : "RequestFailed",
                message);
}

int arm_version_fits(const request *r, const char *const *versions, engine_reply *reply) {
    const char *const version = request_parameter(r, "api-version");
    if (version == NULL) {
        arm_fail_as(reply, 400, "MissingApiVersionParameter",
                    "The api-version query parameter (?api-version=) is required for all "
                    "requests.");
        return 0;
    }
    char message[MESSAGE_SIZE];
    size_t length = (size_t)snprintf(message, sizeof message,
                                     "No registered resource provider found for this api-version. "
                                     "The supported api-versions are '");
    for (size_t i = 0; versions[i] != NULL; i++) {
        if (strcmp(version, versions[i]) == 0) {
            return 1;
        }
        length += (size_t)snprintf(message + length, sizeof message - length, "%s%s",
                                   i != 0 ? ", " : "", versions[i]);
    }
    snprintf(message + length, sizeof message - length, "'.");
    arm_fail_as(reply, 400, "NoRegisteredProviderFound", message);
    return 0;
}

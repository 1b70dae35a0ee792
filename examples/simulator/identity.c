/* SPDX-License-Identifier: MIT */
/* Tokens of Microsoft Entra ID for client credentials (OAuth 2.0, RFC 6749, section 4.4): whoever
 * names a secret other than "wrong" gets one that only the service of the scope accepts. */
#include "reply.h"
#include "service.h"

#include <string.h>

static const char *const audiences[] = {NULL};

static int owns(const request *r) {
    static const char *const words[] = {"oauth2", "v2.0", "token"};
    return r->segment_count == 4 && request_has(r, 1, words, 3);
}

static void fail(const engine *e, engine_reply *reply, unsigned status, const char *message) {
    (void)e;
    reply_json(reply, status,
               json_pack("{s:s, s:s}", "error",
                         status == 401 ? "invalid_client" : "invalid_request", "error_description",
                         message));
}

static int is(const request *r, const char *name, const char *value) {
    const char *const given = request_parameter(r, name);
    return given != NULL && strcmp(given, value) == 0;
}

static void answer(engine *e, const request *r, engine_reply *reply) {
    const char *const scope = request_parameter(r, "scope");
    if (strcmp(r->method, "POST") != 0) {
        fail(e, reply, 405, "Only POST.");
    } else if (!is(r, "grant_type", "client_credentials") ||
               request_parameter(r, "client_id") == NULL) {
        fail(e, reply, 400, "A client asks with its credentials.");
    } else if (request_parameter(r, "client_secret") == NULL || is(r, "client_secret", "wrong")) {
        fail(e, reply, 401, "Invalid client secret provided.");
    } else if (scope == NULL || strstr(scope, "/.default") == NULL) {
        fail(e, reply, 400, "The scope is to end in '/.default'.");
    } else {
        reply_json(reply, 200,
                   json_pack("{s:s, s:i, s:o}", "token_type", "Bearer", "expires_in", 3599,
                             "access_token", json_sprintf("aud:%s", scope)));
    }
}

const service identity_service = {
    .owns = owns, .audiences = audiences, .answer = answer, .fail = fail};

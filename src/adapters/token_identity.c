/* SPDX-License-Identifier: MIT */
/* Tokens of Microsoft Entra ID: client credentials (OAuth 2.0, RFC 6749, 4.4) and managed identity
 * (virtual machines: Azure Instance Metadata Service 2018-02-01; App Service: 2019-08-01). */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "adapters/adapters.h"

#define ANSWER_MAX (64u << 10)
#define TEXT_MAX 4096
#define LIFE_MAX INT64_C(172800)

typedef struct identity_source {
    tcai_http *http;
    bool managed;
    char *endpoint;
    char *tenant;
    char *client_id;
    char *secret_file;
    tcai_token_cache cache;
} identity_source;

/* A text that grows within a bound; what it holds may be secret. */
typedef struct bounded_text {
    char data[ANSWER_MAX];
    size_t length;
    bool overflow;
} bounded_text;

/* ---- life ---- */

static void destroy(void *user) {
    identity_source *source = user;
    tcai_token_cache_release(&source->cache);
    tcai_http_close(source->http);
    free(source->endpoint);
    free(source->tenant);
    free(source->client_id);
    free(source->secret_file);
    free(source);
}

/* A copy, or NULL for NULL; *failed when there is no memory. */
static char *copy(const char *text, bool *failed) {
    size_t length = text == NULL ? 0 : strlen(text);
    char *made = text == NULL ? NULL : malloc(length + 1);
    if (made != NULL) {
        memcpy(made, text, length + 1);
    }
    *failed = *failed || (text != NULL && made == NULL);
    return made;
}

/* ---- texts ---- */

static void append(bounded_text *text, const char *data, size_t length) {
    if (length > sizeof(text->data) - 1 - text->length) {
        text->overflow = true;
        return;
    }
    memcpy(text->data + text->length, data, length);
    text->length += length;
    text->data[text->length] = '\0';
}

/* application/x-www-form-urlencoded, which is also right in a query. */
static void append_encoded(bounded_text *text, const char *data, size_t length) {
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < length; i++) {
        unsigned char character = (unsigned char)data[i];
        bool plain = (character >= '0' && character <= '9') ||
                     ((character | 0x20u) >= 'a' && (character | 0x20u) <= 'z') ||
                     (character != 0 && strchr("-._~", character) != NULL);
        char escaped[3] = {'%', hex[character >> 4], hex[character & 0xFu]};
        append(text, plain ? data + i : escaped, plain ? 1 : 3);
    }
}

static void append_text(bounded_text *text, const char *data) {
    append(text, data, strlen(data));
}

static bool take_body(void *user, const uint8_t *data, size_t length) {
    bounded_text *answer = user;
    append(answer, (const char *)data, length);
    return !answer->overflow;
}

/* ---- requests ---- */

static const char *ask_client(identity_source *source, const char *audience, size_t length,
                              bounded_text *form, tcai_http_exchange *exchange, char *url) {
    size_t secret_length;
    char *secret = tcai_secret_read(source->secret_file, &secret_length);
    if (secret == NULL) {
        return "the secret's file cannot be read, or is too large";
    }
    while (secret_length > 0 && strchr("\r\n", secret[secret_length - 1]) != NULL) {
        secret_length--;
    }
    append_text(form, "grant_type=client_credentials&client_id=");
    append_encoded(form, source->client_id, strlen(source->client_id));
    append_text(form, "&client_secret=");
    append_encoded(form, secret, secret_length);
    append_text(form, "&scope=");
    append_encoded(form, audience, length);
    append_encoded(form, "/.default", strlen("/.default"));
    tcai_adapter_wipe(secret, secret_length);
    free(secret);
    static const tcai_http_header type = {"Content-Type", "application/x-www-form-urlencoded", 33};
    int written =
        snprintf(url, TEXT_MAX, "%s/%s/oauth2/v2.0/token", source->endpoint, source->tenant);
    exchange->method = "POST";
    exchange->headers = &type;
    exchange->header_count = 1;
    exchange->body = form->data;
    exchange->body_length = form->length;
    return form->overflow || written < 0 || written >= TEXT_MAX
               ? "the request is too long"
               : tcai_http_exchange_run(source->http, exchange);
}

static const char *ask_managed(identity_source *source, const char *audience, size_t length,
                               bounded_text *query, tcai_http_exchange *exchange, char *url) {
    const char *endpoint =
        source->endpoint != NULL ? source->endpoint : getenv("IDENTITY_ENDPOINT");
    const char *secret = getenv("IDENTITY_HEADER");
    bool app_service = source->endpoint == NULL && endpoint != NULL && secret != NULL;
    if (endpoint == NULL || (source->endpoint == NULL && !app_service)) {
        endpoint = "http://169.254.169.254/metadata/identity/oauth2/token";
    }
    append_text(query, app_service ? "api-version=2019-08-01&resource="
                                   : "api-version=2018-02-01&resource=");
    append_encoded(query, audience, length);
    if (source->client_id != NULL) {
        append_text(query, "&client_id=");
        append_encoded(query, source->client_id, strlen(source->client_id));
    }
    tcai_http_header header = {"Metadata", "true", 4};
    if (app_service) {
        header = (tcai_http_header){"X-IDENTITY-HEADER", secret, strlen(secret)};
    }
    int written = snprintf(url, TEXT_MAX, "%s?%s", endpoint, query->data);
    exchange->method = "GET";
    exchange->headers = &header;
    exchange->header_count = 1;
    exchange->identity = true;
    return query->overflow || written < 0 || written >= TEXT_MAX
               ? "the request is too long"
               : tcai_http_exchange_run(source->http, exchange);
}

/* ---- answers ---- */

/* Entra ID writes numbers, the metadata service strings of digits. */
static tca_unix number_of(const json_t *value) {
    return json_is_integer(value)  ? json_integer_value(value)
           : json_is_string(value) ? strtoll(json_string_value(value), NULL, 10)
                                   : 0;
}

/* In seconds. App Service says until when, and not how long. */
static tca_unix life_of(const json_t *answer, tca_unix now) {
    tca_unix seconds = number_of(json_object_get(answer, "expires_in"));
    tca_unix until = number_of(json_object_get(answer, "expires_on"));
    if (seconds <= 0 && until > now) {
        seconds = until - now;
    }
    return seconds < 0 ? 0 : seconds > LIFE_MAX ? LIFE_MAX : seconds;
}

static const char *take_answer(identity_source *source, const char *audience, size_t length,
                               const bounded_text *text, tca_unix now, tca_reply *reply) {
    json_t *answer = json_loadb(text->data, text->length, JSON_REJECT_DUPLICATES, NULL);
    const json_t *token = json_object_get(answer, "access_token");
    const char *reason = NULL;
    if (!json_is_string(token)) {
        reason = "the identity service's answer holds no token";
    } else {
        const char *value = json_string_value(token);
        size_t size = json_string_length(token);
        tca_unix life = life_of(answer, now);
        if (life > 0) {
            (void)tcai_token_cache_put(&source->cache, audience, length, value, size, now + life);
        }
        tcai_token_answer(reply, value, size);
        tcai_adapter_wipe((char *)value, size);
    }
    json_decref(answer);
    return reason;
}

static const char *fetch(identity_source *source, const char *audience, size_t length, tca_unix now,
                         tca_reply *reply) {
    bounded_text *sent = calloc(1, sizeof(*sent));
    bounded_text *received = calloc(1, sizeof(*received));
    char url[TEXT_MAX];
    const char *reason = "out of memory";
    if (sent != NULL && received != NULL) {
        tcai_http_exchange exchange = {.url = url, .on_body = take_body, .user = received};
        reason = source->managed ? ask_managed(source, audience, length, sent, &exchange, url)
                                 : ask_client(source, audience, length, sent, &exchange, url);
        if (reason == NULL && exchange.status != 200) {
            reason = exchange.status == 400 || exchange.status == 401
                         ? "the identity service refuses: check client id, secret and tenant"
                         : "the identity service answers with an error";
        }
        if (reason == NULL) {
            reason = take_answer(source, audience, length, received, now, reply);
        }
    }
    tcai_adapter_wipe(sent, sent == NULL ? 0 : sizeof(*sent));
    tcai_adapter_wipe(received, received == NULL ? 0 : sizeof(*received));
    free(sent);
    free(received);
    return reason;
}

static void give_token(void *user, const char *audience, size_t length, uint32_t refresh,
                       tca_reply *reply) {
    identity_source *source = user;
    tca_unix now = (tca_unix)time(NULL);
    const tcai_kept_token *kept =
        tcai_token_cache_find(&source->cache, audience, length, refresh, now);
    if (kept != NULL) {
        tcai_token_answer(reply, kept->token, kept->length);
        return;
    }
    const char *reason = fetch(source, audience, length, now, reply);
    if (reason != NULL) {
        tcai_adapter_fail(reply, reason);
    }
}

/* ---- making ---- */

static tca_result import_options(const tca_identity_options *options, bool managed,
                                 tca_identity_options *known) {
    memset(known, 0, sizeof(*known));
    if (options != NULL) {
        tca_result result = tcai_adapter_import(known, sizeof(*known), options);
        if (result != TCA_OK) {
            return result;
        }
    }
    if (known->flags != 0) {
        return TCA_E_UNSUPPORTED;
    }
    bool complete =
        managed || (known->tenant != NULL && known->client_id != NULL &&
                    known->secret_file != NULL && strpbrk(known->tenant, "/?#") == NULL);
    return complete ? TCA_OK : TCA_E_ARGUMENT;
}

static tca_result make(const tca_identity_options *options, const tca_curl_options *http,
                       bool managed, tca_token_source *out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    tca_identity_options known;
    tca_result result = tcai_adapter_export(out, NULL, sizeof(*out));
    if (result == TCA_OK) {
        result = import_options(options, managed, &known);
    }
    identity_source *source = result == TCA_OK ? calloc(1, sizeof(*source)) : NULL;
    if (source == NULL) {
        return result != TCA_OK ? result : TCA_E_NO_MEMORY;
    }
    bool failed = false;
    const char *endpoint =
        known.endpoint != NULL || managed ? known.endpoint : "https://login.microsoftonline.com";
    source->managed = managed;
    source->endpoint = copy(endpoint, &failed);
    source->tenant = copy(known.tenant, &failed);
    source->client_id = copy(known.client_id, &failed);
    source->secret_file = copy(known.secret_file, &failed);
    result = failed ? TCA_E_NO_MEMORY : tcai_http_open(http, &source->http);
    if (result != TCA_OK) {
        destroy(source);
        return result;
    }
    tca_token_source table = {.user = source, .token = give_token, .destroy = destroy};
    return tcai_adapter_export(out, &table, sizeof(table));
}

tca_result tca_token_from_client(const tca_identity_options *options, const tca_curl_options *http,
                                 tca_token_source *out) {
    return make(options, http, false, out);
}

tca_result tca_token_from_managed_identity(const tca_identity_options *options,
                                           const tca_curl_options *http, tca_token_source *out) {
    return make(options, http, true, out);
}

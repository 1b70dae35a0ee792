/* SPDX-License-Identifier: MIT */
/* What the files of the optional library share. */
#ifndef TCAI_ADAPTERS_H
#define TCAI_ADAPTERS_H

#include <stdbool.h>

#include "tenantca/adapters.h"

/* ---- structs that cross the API ---- */

/* Copy a caller's struct; what lies behind the known members must be zero. */
tca_result tcai_adapter_import(void *to, size_t known, const void *from);

/* Fill a caller's table, whose size must be the known one at least; NULL zeroes it. */
tca_result tcai_adapter_export(void *to, const void *from, size_t known);

void tcai_adapter_wipe(void *data, size_t length);

/* Fail a reply with a text of our own. */
void tcai_adapter_fail(tca_reply *reply, const char *text);

/* ---- HTTP ---- */

typedef struct tcai_http tcai_http;

typedef struct tcai_http_header {
    const char *name;
    const char *value;
    size_t value_length;
} tcai_http_header;

typedef struct tcai_http_exchange {
    const char *method;
    const char *url;
    const tcai_http_header *headers;
    size_t header_count;
    const void *body; /* NULL: none */
    size_t body_length;
    tca_unix deadline; /* 0: none */
    bool identity;     /* it asks the machine's identity service: http to link-local and loopback
                          addresses is allowed, and no proxy is asked */
    /* The answer, piece by piece; false ends the exchange. */
    bool (*on_header)(void *user, const char *name, size_t name_length, const char *value,
                      size_t value_length);
    bool (*on_body)(void *user, const uint8_t *data, size_t length);
    void *user;
    long status; /* [out] */
} tcai_http_exchange;

tca_result tcai_http_open(const tca_curl_options *options, tcai_http **out);
void tcai_http_close(tcai_http *http);

/* NULL when there is an answer, else why not: a text that lives until the next exchange. */
const char *tcai_http_exchange_run(tcai_http *http, tcai_http_exchange *exchange);

/* ---- tokens ---- */

#define TCAI_TOKEN_MAX (16u << 10)
#define TCAI_AUDIENCES_MAX 16

/* A token kept for one audience. */
typedef struct tcai_kept_token {
    char *audience;
    char *token;
    size_t length;
    tca_unix expires; /* 0: not known, good until it is refused */
} tcai_kept_token;

typedef struct tcai_token_cache {
    tcai_kept_token kept[TCAI_AUDIENCES_MAX];
    size_t count;
} tcai_token_cache;

/* A token for the audience that is still good at `now`; NULL when there is none. `refused` is 1
 * when the one before was: then it is forgotten. */
const tcai_kept_token *tcai_token_cache_find(tcai_token_cache *cache, const char *audience,
                                             size_t length, uint32_t refused, tca_unix now);
/* Keep one in place of the audience's earlier one. False when it cannot be kept: there is no room,
 * or what was given is no token, which must not stand in the way of the next answer. */
bool tcai_token_cache_put(tcai_token_cache *cache, const char *audience, size_t audience_length,
                          const char *token, size_t length, tca_unix expires);
void tcai_token_cache_release(tcai_token_cache *cache);

/* Put a token into a reply, without the white space around it; what is none fails it. */
void tcai_token_answer(tca_reply *reply, const char *token, size_t length);

/* A file of at most TCAI_TOKEN_MAX bytes; NULL when it cannot be read. Wipe and free. */
char *tcai_secret_read(const char *path, size_t *length);

#endif

/* SPDX-License-Identifier: MIT */
/* Tokens kept in memory, and how they leave it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/adapters.h"

#define EARLY_SECONDS 300

static void forget(tcai_kept_token *kept) {
    tcai_adapter_wipe(kept->token, kept->length);
    free(kept->token);
    free(kept->audience);
    *kept = (tcai_kept_token){0};
}

static tcai_kept_token *find(const tcai_token_cache *cache, const char *audience, size_t length) {
    for (size_t i = 0; i < cache->count; i++) {
        const tcai_kept_token *kept = &cache->kept[i];
        if (strlen(kept->audience) == length && memcmp(kept->audience, audience, length) == 0) {
            return (tcai_kept_token *)kept;
        }
    }
    return NULL;
}

const tcai_kept_token *tcai_token_cache_find(tcai_token_cache *cache, const char *audience,
                                             size_t length, uint32_t refused, tca_unix now) {
    tcai_kept_token *kept = find(cache, audience, length);
    if (kept != NULL && refused == 1) {
        forget(kept);
        *kept = cache->kept[--cache->count];
        cache->kept[cache->count] = (tcai_kept_token){0};
        return NULL;
    }
    bool good = kept != NULL && (kept->expires == 0 || now < kept->expires - EARLY_SECONDS);
    return good ? kept : NULL;
}

static bool is_space(char character) {
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

static char *copy(const char *text, size_t length) {
    char *bytes = malloc(length + 1);
    if (bytes != NULL) {
        memcpy(bytes, text, length);
        bytes[length] = '\0';
    }
    return bytes;
}

/* The bytes without white space around them; 0 when that is nothing, or what no header can hold. */
static size_t trim(const char **token, size_t length) {
    const char *end = *token + length;
    while (*token < end && is_space(**token)) {
        (*token)++;
    }
    while (*token < end && is_space(end[-1])) {
        end--;
    }
    for (const char *at = *token; at < end; at++) {
        if (*at <= ' ' || *at > '~') {
            return 0;
        }
    }
    return (size_t)(end - *token);
}

bool tcai_token_cache_put(tcai_token_cache *cache, const char *audience, size_t audience_length,
                          const char *token, size_t length, tca_unix expires) {
    length = trim(&token, length);
    if (length == 0) {
        return false;
    }
    tcai_kept_token made = {.audience = copy(audience, audience_length),
                            .token = copy(token, length),
                            .length = length,
                            .expires = expires};
    tcai_kept_token *place = find(cache, audience, audience_length);
    if (made.audience == NULL || made.token == NULL ||
        (place == NULL && cache->count == TCAI_AUDIENCES_MAX)) {
        forget(&made);
        return false;
    }
    if (place == NULL) {
        place = &cache->kept[cache->count++];
    } else {
        forget(place);
    }
    *place = made;
    return true;
}

void tcai_token_cache_release(tcai_token_cache *cache) {
    for (size_t i = 0; i < cache->count; i++) {
        forget(&cache->kept[i]);
    }
    cache->count = 0;
}

void tcai_token_answer(tca_reply *reply, const char *token, size_t length) {
    length = trim(&token, length);
    if (length == 0) {
        tcai_adapter_fail(reply, "the token is empty or holds what no token can");
        return;
    }
    (void)tca_reply_append(reply, (const uint8_t *)token, length);
    (void)tca_reply_done(reply);
}

char *tcai_secret_read(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    char *text = file == NULL ? NULL : malloc(TCAI_TOKEN_MAX + 1);
    *length = 0;
    if (text != NULL) {
        setvbuf(file, NULL, _IONBF, 0); /* no second copy in a buffer */
        *length = fread(text, 1, TCAI_TOKEN_MAX + 1, file);
        if (ferror(file) != 0 || *length > TCAI_TOKEN_MAX) {
            tcai_adapter_wipe(text, *length);
            free(text);
            text = NULL;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return text;
}

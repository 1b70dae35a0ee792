/* SPDX-License-Identifier: MIT */
/* Bearer tokens: each service wants one that was made for it. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>

#include "host.h"

#define TOKEN_VARIABLE "TENANTCA_TOKEN"

/* ---- audiences ---- */

#define AUDIENCE_SPHERE 0x1u
#define AUDIENCE_MANAGEMENT 0x2u
#define AUDIENCE_DPS 0x4u
#define AUDIENCE_CENTRAL 0x8u

static const char *const audiences_known[] = {
    "https://firstparty.sphere.azure.net/api", "https://management.azure.com",
    "https://azure-devices-provisioning.net", "https://apps.azureiotcentral.com"};
#define AUDIENCES (sizeof(audiences_known) / sizeof(audiences_known[0]))

uint32_t audience_of_service(uint32_t kind) {
    return kind == TCA_SPHERE_LEGACY ? AUDIENCE_SPHERE : AUDIENCE_MANAGEMENT;
}

uint32_t audiences_of_target(const tca_target_options *target) {
    switch (target->kind) {
    case TCA_TARGET_IOT_HUB:
        return AUDIENCE_MANAGEMENT;
    case TCA_TARGET_DPS:
        return target->enrollment_group == NULL ? AUDIENCE_MANAGEMENT
                                                : AUDIENCE_MANAGEMENT | AUDIENCE_DPS;
    case TCA_TARGET_IOT_CENTRAL:
        return AUDIENCE_CENTRAL;
    default:
        return 0;
    }
}

/* ---- files ---- */

/* The length of the audience that a file is given for; 0: for any. An audience is a URL; a path may
 * hold the sign, too. */
static size_t audience_length(const char *token_file) {
    const char *equals = strchr(token_file, '=');
    const char *scheme = strstr(token_file, "://");
    return equals == NULL || scheme == NULL || scheme > equals ? 0 : (size_t)(equals - token_file);
}

static bool is_for(const char *token_file, const char *audience, size_t length) {
    return audience_length(token_file) == length && memcmp(token_file, audience, length) == 0;
}

static bool has_file(const tool_options *options, const char *audience, size_t length) {
    for (size_t i = 0; i < options->token_file_count; i++) {
        if (is_for(options->token_files[i], audience, length)) {
            return true;
        }
    }
    return false;
}

static const char *file_for_any(const tool_options *options) {
    const char *found = NULL;
    for (size_t i = 0; i < options->token_file_count; i++) {
        if (audience_length(options->token_files[i]) == 0) {
            found = options->token_files[i];
        }
    }
    return found;
}

/* ---- is there one for each? ---- */

#define LIST_SIZE 256

static size_t list_without_file(const tool_options *options, uint32_t audiences,
                                char list[LIST_SIZE]) {
    size_t count = 0, length = 0;
    list[0] = '\0';
    for (size_t i = 0; i < AUDIENCES; i++) {
        const char *audience = audiences_known[i];
        if ((audiences >> i & 1) != 0 && !has_file(options, audience, strlen(audience))) {
            length += (size_t)snprintf(list + length, LIST_SIZE - length, "%s%s",
                                       count > 0 ? ", " : "", audience);
            count++;
        }
    }
    return count;
}

/* One token, whoever it is for, must not be shown to several services. */
bool tokens_suffice(const tool_options *options, uint32_t audiences) {
    char list[LIST_SIZE];
    size_t wanted = list_without_file(options, audiences, list);
    const char *only = file_for_any(options) != NULL ? "--token-file"
                       : options->identity == NULL && getenv(TOKEN_VARIABLE) != NULL
                           ? TOKEN_VARIABLE
                           : NULL;
    if (wanted == 0 || options->token_command != NULL ||
        (only == NULL && options->identity != NULL) || (only != NULL && wanted == 1)) {
        return true;
    }
    if (only == NULL) {
        complain("a token for %s is needed: --token-command, --token-file, --identity, or the "
                 "environment's " TOKEN_VARIABLE,
                 list);
    } else {
        complain("%s gives one token, but each of %s needs its own: --token-command (it is told "
                 "TENANTCA_AUDIENCE), --token-file AUDIENCE=F for each, or --identity",
                 only, list);
    }
    return false;
}

/* ---- the table ---- */

/* One audience's own source. */
typedef struct audience_tokens {
    const char *audience; /* within an option */
    size_t length;
    tca_token_source source;
} audience_tokens;

typedef struct token_sources {
    audience_tokens named[TOKEN_FILES_MAX];
    size_t named_count;
    tca_token_source other; /* for every other audience */
} token_sources;

static void give_token(void *user, const char *audience, size_t length, uint32_t refresh,
                       tca_reply *reply) {
    token_sources *sources = user;
    tca_token_source *source = &sources->other;
    for (size_t i = 0; i < sources->named_count; i++) {
        if (sources->named[i].length == length &&
            memcmp(sources->named[i].audience, audience, length) == 0) {
            source = &sources->named[i].source;
        }
    }
    source->token(source->user, audience, length, refresh, reply);
}

static void destroy_source(tca_token_source *source) {
    if (source->destroy != NULL) {
        source->destroy(source->user);
    }
}

static void destroy_sources(void *user) {
    token_sources *sources = user;
    for (size_t i = 0; i < sources->named_count; i++) {
        destroy_source(&sources->named[i].source);
    }
    destroy_source(&sources->other);
    free(sources);
}

static tca_result open_named(const tool_options *options, token_sources *sources) {
    tca_result result = TCA_OK;
    for (size_t i = 0; result == TCA_OK && i < options->token_file_count; i++) {
        size_t length = audience_length(options->token_files[i]);
        if (length > 0) {
            audience_tokens *made = &sources->named[sources->named_count++];
            made->audience = options->token_files[i];
            made->length = length;
            made->source.struct_size = sizeof(made->source);
            result = tca_token_from_file(options->token_files[i] + length + 1, &made->source);
        }
    }
    return result;
}

static tca_result open_identity(const tool_options *options, const tca_identity_options *identity,
                                tca_token_source *out) {
    const tca_curl_options curl = {.struct_size = sizeof(curl), .flags = TCA_CURL_LOOPBACK_HTTP};
    if (strcmp(options->identity, "client") == 0) {
        return tca_token_from_client(identity, &curl, out);
    }
    /* Its address is the machine's, not that of a configured client. */
    const tca_identity_options machine = {
        .struct_size = sizeof(machine), .client_id = identity == NULL ? NULL : identity->client_id};
    return tca_token_from_managed_identity(&machine, &curl, out);
}

static tca_result open_other(const tool_options *options, const tca_identity_options *identity,
                             tca_token_source *out) {
    const char *file = file_for_any(options);
    out->struct_size = sizeof(*out);
    return options->token_command != NULL ? tca_token_from_command(options->token_command, out)
           : file != NULL                 ? tca_token_from_file(file, out)
           : options->identity != NULL    ? open_identity(options, identity, out)
                                          : tca_token_from_environment(TOKEN_VARIABLE, out);
}

tca_result tokens_open(const tool_options *options, const tca_identity_options *identity,
                       tca_token_source *out) {
    token_sources *sources = calloc(1, sizeof(*sources));
    if (sources == NULL) {
        return TCA_E_NO_MEMORY;
    }
    tca_result result = open_named(options, sources);
    if (result == TCA_OK) {
        result = open_other(options, identity, &sources->other);
    }
    if (result != TCA_OK) {
        destroy_sources(sources);
        return result;
    }
    *out = (tca_token_source){.struct_size = sizeof(*out),
                              .user = sources,
                              .token = give_token,
                              .destroy = destroy_sources};
    return TCA_OK;
}

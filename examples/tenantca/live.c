/* SPDX-License-Identifier: MIT */
/* Asking a service, over libcurl. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tool.h"

#define TOKEN_VARIABLE "TENANTCA_TOKEN"

/* ---- tokens ---- */

static const char *audience_of(const tool_options *options) {
    return strcmp(options->service, "legacy") == 0 ? "https://firstparty.sphere.azure.net/api"
                                                   : "https://management.azure.com";
}

/* The file given for this audience, or else the one given for any. */
static const char *token_file(const tool_options *options) {
    const char *audience = audience_of(options);
    const char *any = NULL;
    for (size_t i = 0; i < options->token_file_count; i++) {
        const char *value = options->token_files[i];
        const char *equals = strchr(value, '=');
        size_t length = equals == NULL ? 0 : (size_t)(equals - value);
        if (equals == NULL) {
            any = value;
        } else if (strlen(audience) == length && memcmp(audience, value, length) == 0) {
            return equals + 1;
        }
    }
    return any;
}

static tca_result open_tokens(const tool_options *options, tca_token_source *source) {
    const char *file = token_file(options);
    if (options->token_command != NULL) {
        return tca_token_from_command(options->token_command, source);
    }
    if (file != NULL) {
        return tca_token_from_file(file, source);
    }
    if (options->identity != NULL) {
        return tca_token_from_managed_identity(NULL, NULL, source);
    }
    return tca_token_from_environment(TOKEN_VARIABLE, source);
}

static bool has_tokens(const tool_options *options) {
    if (options->token_command != NULL || options->identity != NULL ||
        token_file(options) != NULL || getenv(TOKEN_VARIABLE) != NULL) {
        return true;
    }
    complain("a token for %s is needed: --token-command, --token-file, --identity managed, or "
             "the environment's " TOKEN_VARIABLE,
             audience_of(options));
    return false;
}

/* ---- the host ---- */

/* What takes longer than a second is told to who sits at a terminal; waits are told to everybody.
 */
static void write_line(void *user, uint32_t level, uint32_t category, const char *text,
                       size_t length) {
    const time_t *start = user;
    bool slow = isatty(STDERR_FILENO) == 1 && time(NULL) > *start + 1;
    (void)level;
    if (category == TCA_LOG_RETRY || slow) {
        fputs("tenantca: ", stderr);
        print_foreign(stderr, text, length);
        fputc('\n', stderr);
    }
}

static tca_result equip(tca_host *host, const tool_options *options, time_t *start,
                        tca_error *error) {
    tca_curl_options curl = {.struct_size = sizeof(curl), .flags = TCA_CURL_LOOPBACK_HTTP};
    tca_transport transport = {.struct_size = sizeof(transport)};
    tca_token_source tokens = {.struct_size = sizeof(tokens)};
    tca_clock clock = {.struct_size = sizeof(clock)};
    tca_random random = {.struct_size = sizeof(random)};
    tca_log log = {
        .struct_size = sizeof(log), .user = start, .level = TCA_LOG_INFO, .write = write_line};
    tca_result result = tca_curl_transport(&curl, &transport);
    if (result == TCA_OK) {
        result = tca_host_set_transport(host, &transport, error);
    }
    if (result == TCA_OK) {
        result = open_tokens(options, &tokens);
    }
    if (result == TCA_OK) {
        result = tca_host_set_token_source(host, &tokens, error);
    }
    if (result == TCA_OK) {
        (void)tca_system_clock(&clock);
        (void)tca_system_random(&random);
        (void)tca_host_set_random(host, &random, error);
        (void)tca_host_set_log(host, &log, error);
        result = tca_host_set_clock(host, &clock, error);
    }
    return result;
}

/* ---- the service ---- */

static size_t length_of(const char *text) {
    return text == NULL ? 0 : strlen(text);
}

static tca_result open_sphere(const tool_options *options, tca_sphere **sphere, tca_error *error) {
    tca_sphere_options wanted = {
        .struct_size = sizeof(wanted),
        .kind = strcmp(options->service, "legacy") == 0 ? TCA_SPHERE_LEGACY : TCA_SPHERE_INTEGRATED,
        .endpoint = options->endpoint,
        .endpoint_length = length_of(options->endpoint),
        .tenant = options->tenant,
        .tenant_length = length_of(options->tenant),
        .subscription = options->subscription,
        .subscription_length = length_of(options->subscription),
        .resource_group = options->resource_group,
        .resource_group_length = length_of(options->resource_group),
        .catalog = options->catalog,
        .catalog_length = length_of(options->catalog)};
    return tca_sphere_new(&wanted, sphere, error);
}

static const char *next_step(const tca_error *error) {
    uint32_t status = tca_error_http_status(error);
    switch (tca_error_code(error)) {
    case TCA_E_ARGUMENT:
        return "'tenantca --help' shows what a service needs";
    case TCA_E_TOKEN:
        return "look at where the token comes from";
    case TCA_E_TRANSPORT:
        return "look at the network, a proxy, or --endpoint";
    case TCA_E_RETRY_LATER:
        return "run it again then";
    case TCA_E_NOT_FOUND:
    case TCA_E_AMBIGUOUS:
        return "'tenantca list' shows the certificates";
    case TCA_E_ANSWER:
        return "nothing was written; 'tenantca list' shows what the service says";
    default:
        return status == 401   ? "the token is refused: is it fresh, and for this service?"
               : status == 403 ? "the token's owner lacks the right to this tenant"
               : status == 404 ? "are tenant, catalog and certificate named right?"
                               : "try again later, or 'tenantca --help'";
    }
}

static tca_call *run(const tool_options *options, live_maker *make, tca_host *host,
                     tca_error *error) {
    time_t start = time(NULL);
    tca_sphere *sphere = NULL;
    tca_call *call = NULL;
    tca_call_options limits = {.struct_size = sizeof(limits), .judge_at = options->now};
    tca_result result = equip(host, options, &start, error);
    if (result == TCA_OK) {
        result = open_sphere(options, &sphere, error);
    }
    if (result == TCA_OK) {
        result = make(sphere, options, &limits, &call, error);
    }
    if (result == TCA_OK) {
        result = tca_call_run(call, host, error);
    }
    tca_sphere_unref(sphere);
    if (result != TCA_OK) {
        complain_error(options->service, error, next_step(error));
        tca_call_unref(call);
        call = NULL;
    }
    return call;
}

tca_call *live_run(const tool_options *options, live_maker *make) {
    tca_host *host = NULL;
    tca_error *error = NULL;
    tca_call *call = NULL;
    if (!has_tokens(options)) {
        return NULL;
    }
    if (tca_error_new(&error) == TCA_OK && tca_host_new(&host, error) == TCA_OK) {
        call = run(options, make, host, error);
    } else {
        complain("out of memory");
    }
    tca_host_unref(host);
    tca_error_unref(error);
    return call;
}

static tca_result make_list(const tca_sphere *sphere, const tool_options *options,
                            const tca_call_options *limits, tca_call **call, tca_error *error) {
    (void)options;
    return tca_sphere_list(sphere, limits, call, error);
}

tca_inventory *live_list(const tool_options *options) {
    tca_inventory *inventory = NULL;
    tca_call *call = live_run(options, make_list);
    if (call != NULL) {
        (void)tca_call_take_inventory(call, &inventory);
    }
    tca_call_unref(call);
    return inventory;
}

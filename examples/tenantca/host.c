/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "host.h"

#include <string.h>
#include <unistd.h>

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

static tca_result give_tokens(tool_host *host, const tca_identity_options *identity,
                              tca_error *error) {
    tca_token_source tokens = {.struct_size = sizeof(tokens)};
    tca_result result = tokens_open(host->options, identity, &tokens);
    if (result == TCA_OK) {
        host->identity = identity;
        result = tca_host_set_token_source(host->host, &tokens, error);
    }
    return result;
}

static tca_result equip(tool_host *host, tca_error *error) {
    tca_curl_options curl = {.struct_size = sizeof(curl), .flags = TCA_CURL_LOOPBACK_HTTP};
    tca_transport transport = {.struct_size = sizeof(transport)};
    tca_clock clock = {.struct_size = sizeof(clock)};
    tca_random random = {.struct_size = sizeof(random)};
    tca_log log = {.struct_size = sizeof(log),
                   .user = &host->start,
                   .level = TCA_LOG_INFO,
                   .write = write_line};
    tca_result result = tca_host_new(&host->host, error);
    if (result == TCA_OK) {
        result = tca_curl_transport(&curl, &transport);
    }
    if (result == TCA_OK) {
        result = tca_host_set_transport(host->host, &transport, error);
    }
    if (result == TCA_OK) {
        (void)tca_system_clock(&clock);
        (void)tca_system_random(&random);
        (void)tca_host_set_random(host->host, &random, error);
        (void)tca_host_set_log(host->host, &log, error);
        result = tca_host_set_clock(host->host, &clock, error);
    }
    return result;
}

/* A client must be known before anything is asked in its name. */
static bool is_complete(const tool_options *options, const tca_identity_options *identity) {
    if (options->identity == NULL || strcmp(options->identity, "client") != 0 ||
        (identity != NULL && identity->tenant != NULL && identity->client_id != NULL &&
         identity->secret_file != NULL)) {
        return true;
    }
    complain("--identity client: the configuration's 'identity' gives no tenant, client_id and "
             "secret_file; add them");
    return false;
}

bool host_open(tool_host *host, const tool_options *options, uint32_t audiences,
               const tca_identity_options *identity) {
    tca_error *error = NULL;
    *host = (tool_host){.options = options, .start = time(NULL)};
    if (!tokens_suffice(options, audiences) || !is_complete(options, identity)) {
        return false;
    }
    (void)tca_error_new(&error);
    tca_result result = equip(host, error);
    if (result == TCA_OK) {
        result = give_tokens(host, identity, error);
    }
    if (result != TCA_OK) {
        complain_error("host", error, "try again");
        host_close(host);
    }
    tca_error_unref(error);
    return result == TCA_OK;
}

void host_close(tool_host *host) {
    tca_host_unref(host->host);
    host->host = NULL;
}

static bool is_same(const char *one, const char *other) {
    return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

/* Tokens at hand are good for who has the same identity. */
static bool is_same_identity(const tca_identity_options *one, const tca_identity_options *other) {
    return one == other || (one != NULL && other != NULL && is_same(one->tenant, other->tenant) &&
                            is_same(one->client_id, other->client_id) &&
                            is_same(one->secret_file, other->secret_file) &&
                            is_same(one->endpoint, other->endpoint));
}

bool host_identify(tool_host *host, const tca_identity_options *identity) {
    if (is_same_identity(host->identity, identity)) {
        return true;
    }
    if (!is_complete(host->options, identity)) {
        return false;
    }
    tca_error *error = NULL;
    (void)tca_error_new(&error);
    tca_result result = give_tokens(host, identity, error);
    if (result != TCA_OK) {
        complain_error("--identity", error, "look at the configuration's identity");
    }
    tca_error_unref(error);
    return result == TCA_OK;
}

const char *next_step(const tca_error *error) {
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
    case TCA_E_STORAGE:
        return "look at the folder of --store";
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

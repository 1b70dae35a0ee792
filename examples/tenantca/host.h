/* SPDX-License-Identifier: MIT */
/* What the tool gives the library: HTTP, tokens for each service, time, randomness, a log. */
#ifndef TOOL_HOST_H
#define TOOL_HOST_H

#include <time.h>

#include "configuration.h"

/* Whom tokens are for, as bits. */
uint32_t audience_of_service(uint32_t kind);
uint32_t audiences_of_target(const tca_target_options *target);

/* Is there a source of tokens for each of them? False after a complaint. */
bool tokens_suffice(const tool_options *options, uint32_t audiences);

/* A table that gives each audience its own. The identity may be NULL. */
tca_result tokens_open(const tool_options *options, const tca_identity_options *identity,
                       tca_token_source *out);

typedef struct tool_host {
    tca_host *host;
    const tool_options *options;
    const tca_identity_options *identity;
    time_t start;
} tool_host;

/* False after a complaint. The host stays where it is until it is closed. */
bool host_open(tool_host *host, const tool_options *options, uint32_t audiences,
               const tca_identity_options *identity);
void host_close(tool_host *host);

/* From now on tokens are this identity's. False after a complaint. */
bool host_identify(tool_host *host, const tca_identity_options *identity);

/* What to do about an error of a service or a target. */
const char *next_step(const tca_error *error);

#endif

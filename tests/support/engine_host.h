/* SPDX-License-Identifier: MIT */
/* A host whose transport is the simulator's engine, in this process. */
#ifndef ENGINE_HOST_H
#define ENGINE_HOST_H

#include <stdbool.h>

#include <tenantca/tenantca.h>

#include "simulator/engine.h"

#define ENGINE_HOST_ADDRESS "https://simulator.example"

typedef struct engine_host {
    engine *service;
    tca_host *host;
    const char *token;       /* given out; NULL: the source fails */
    const char *fresh_token; /* given out when a refresh is asked for; NULL: the same */
    tca_unix now;            /* what the host's clock says: calls are timed by it */
    uint32_t exchanges;      /* how many there were */
    uint32_t tokens;
    uint32_t refreshes;
    uint32_t waits;
    tca_unix waited; /* in all */
    uint32_t destroyed;
    char last_audience[128];
    char last_url[2048];
    char log[16384]; /* every line */
} engine_host;

/* A service of one tenant, its first certificate issued at `clock`. */
void engine_host_open(engine_host *host, const char *tenant, tca_unix clock);
void engine_host_close(engine_host *host);

/* Move the service's clock and the host's. */
void engine_host_set_clock(engine_host *host, tca_unix clock);

/* POST to the simulator's control; asserts that it is accepted. */
void engine_host_control(engine_host *host, const char *path, const char *body);

#endif

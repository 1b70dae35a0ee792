/* SPDX-License-Identifier: MIT */
/* A host whose transport is the simulator's engine, in this process. */
#ifndef ENGINE_HOST_H
#define ENGINE_HOST_H

#include <stdbool.h>

#include <tenantca/tenantca.h>

#include "simulator/engine.h"

#define ENGINE_HOST_ADDRESS "https://simulator.example"

/* What befalls an exchange. */
typedef enum engine_fault {
    FAULT_NONE,
    FAULT_REFUSED,     /* nothing is sent */
    FAULT_TIMES_OUT,   /* likewise, a minute later */
    FAULT_CUT_OFF,     /* it is done, and the answer is lost */
    FAULT_IS_STATUS,   /* refused with a status, and Retry-After where it is given */
    FAULT_OTHER_TENANT /* every certificate in the answer is another tenant's */
} engine_fault;

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
    engine_fault fault; /* what befalls exchange number `fault_at`, from 0 */
    uint32_t fault_at;
    bool fault_lasts;      /* and every later one like it */
    unsigned fault_status; /* of FAULT_IS_STATUS */
    unsigned fault_retry;  /* Retry-After in seconds; 0: without */
    uint32_t faults;       /* how many there were */
    char faulty[2100];     /* method and URL of the first */
    bool hide_newest;      /* the Azure Sphere service lists all but its newest certificate */
    /* changes what is answered, before it is; may be NULL */
    void (*retouch)(const char *method, const char *url, engine_reply *reply);
    bool hide_bodies; /* and it lists them without bodies and dates */
    char last_audience[128];
    char last_url[2048];
    char log[16384]; /* every line */
} engine_host;

/* A service of one tenant, its first certificate issued at `clock`. */
void engine_host_open(engine_host *host, const char *tenant, tca_unix clock);
void engine_host_close(engine_host *host);

/* Move the service's clock and the host's. */
void engine_host_set_clock(engine_host *host, tca_unix clock);

/* Answer what a call that is stepped wants. */
void engine_host_serve(engine_host *host, tca_call *call, uint32_t wants);

/* POST to the simulator's control; asserts that it is accepted. */
void engine_host_control(engine_host *host, const char *path, const char *body);

#endif

/* SPDX-License-Identifier: MIT */
/* The simulated Azure Sphere Security Service, both of its faces, and the services that are to
 * trust its certificates (IoT Hub, DPS, IoT Central), without sockets and without a clock of its
 * own: a request goes in, a reply comes out, and time passes when it is told to.
 *
 * A tenant's first certificate (A) is issued at the start clock for 730 days. 90 days before it
 * ends the next one (B) is issued, which becomes the active one 45 days later, and so on for ever.
 * Revoking the active one makes its successor active at once (issued for it if there is none);
 * revoking a new one has another issued. The same seed and the same calls give the same bytes. */
#ifndef SIMULATOR_ENGINE_H
#define SIMULATOR_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#define ENGINE_HEADERS_MAX 12

typedef struct engine engine;

typedef struct engine_options {
    int64_t clock; /* Unix seconds, years 1970 to 9989 */
    uint64_t seed;
    const char *const *tenants; /* GUIDs */
    size_t tenant_count;
    const char *address; /* absolute links begin with it; NULL: https://management.azure.com */
} engine_options;

typedef struct engine_request {
    const char *method;
    const char *target;        /* path and query, percent-encoded as on the wire */
    const char *authorization; /* the header's value, or NULL */
    const void *body;
    size_t body_length;
    const char *if_match;     /* likewise */
    const char *content_type; /* likewise */
} engine_request;

/* How the body reaches the client; up to whoever has the connection. */
typedef enum engine_delivery {
    DELIVER_WHOLE,
    DELIVER_TRUNCATED, /* the length as it is, then half of the body and the end of the connection
                        */
    DELIVER_SLOWLY,    /* a byte a second */
    DELIVER_NOTHING    /* the connection is closed without a reply */
} engine_delivery;

typedef struct engine_header {
    char name[48];
    char value[128];
} engine_header;

typedef struct engine_reply {
    unsigned status;
    engine_header headers[ENGINE_HEADERS_MAX];
    size_t header_count;
    char *body;
    size_t body_length;
    engine_delivery delivery;
} engine_reply;

/* 0, or -1: an option is wrong (not a GUID, clock out of range) or memory is out. */
int engine_create(const engine_options *options, engine **out);
void engine_destroy(engine *e);

int64_t engine_clock(const engine *e);
/* Forwards only; all that is due on the way happens. 0 or -1. */
int engine_set_clock(engine *e, int64_t now);
int engine_set_address(engine *e, const char *address);

/* Always fills the reply; release it. */
void engine_handle(engine *e, const engine_request *request, engine_reply *reply);
void engine_reply_release(engine_reply *reply);

#endif

/* SPDX-License-Identifier: MIT */
/* CA certificates in Azure Resource Manager, Microsoft.Devices: IoT Hubs and Device Provisioning
 * Services have the same paths and verbs, and each a dialect of its own. */
#ifndef SIMULATOR_DEVICES_H
#define SIMULATOR_DEVICES_H

#include "service.h"

/* Of which request the reply is. */
typedef enum devices_view { VIEW_READ, VIEW_WRITTEN, VIEW_CODE, VIEW_VERIFIED } devices_view;

typedef struct devices_dialect {
    target_kind kind;
    const char *collection;          /* ".../Microsoft.Devices/{collection}/{name}/certificates" */
    const char *const *api_versions; /* the last one is NULL */
    int ignores_if_match_on_create;
    json_t *(*etag)(const registration *c);
    json_t *(*created)(const registration *c);
    json_t *(*certificate)(const engine *e, const registration *c, devices_view view);
    /* The object of a PUT's body that has `certificate` and `isVerified`. */
    const json_t *(*properties)(const request *r);
    /* Must it stay? NULL: never. */
    int (*in_use)(const target *t, const registration *c);
    void (*deleted)(engine_reply *reply);
    /* The code is the service's own number, within those of the status. */
    void (*fail)(const engine *e, engine_reply *reply, unsigned status, unsigned code,
                 const char *message);
} devices_dialect;

int devices_owns(const devices_dialect *d, const request *r);
void devices_answer(const devices_dialect *d, engine *e, const request *r, engine_reply *reply);
/* A refusal before the service sees the request: tokens are Resource Manager's matter. */
void devices_refuse(const devices_dialect *d, const engine *e, engine_reply *reply, unsigned status,
                    const char *message);

/* "PreconditionFailed" */
const char *devices_status_name(unsigned status);

#endif

/* SPDX-License-Identifier: MIT */
/* What the simulated services share: the engine's state, and the texts they answer with. */
#ifndef SIMULATOR_SERVICE_H
#define SIMULATOR_SERVICE_H

#include "faults.h"
#include "target.h"
#include "tenant.h"

enum { ADDRESS_SIZE = 128, PROOF_CODE_MAX = 256, REQUEST_ID_SIZE = 40 };

struct engine {
    int64_t now;
    hierarchy authorities;
    tenant *tenants;
    size_t tenant_count;
    tenant stranger; /* whose certificates FAULT_WRONG_CERTIFICATE shows */
    int show_stranger;
    fault_list faults;
    uint64_t request_count;
    target_list targets[TARGET_KINDS];
    uint64_t change_count; /* of what is registered there */
    char address[ADDRESS_SIZE];
};

typedef struct service {
    int (*owns)(const request *r);
    /* A token made for X ("aud:X") must name one of these; the last one is NULL. Without any, no
     * token is asked for. */
    const char *const *audiences;
    void (*answer)(engine *e, const request *r, engine_reply *reply);
    /* An error in the service's own words. */
    void (*fail)(const engine *e, engine_reply *reply, unsigned status, const char *message);
} service;

extern const service legacy_service;
extern const service integrated_service;
extern const service hub_service;
extern const service dps_service;
extern const service dps_group_service;
extern const service central_service;
extern const service identity_service;

/* The tenant of that id, or NULL. */
tenant *service_tenant(engine *e, const char *id);

/* Base64 as JSON strings; NULL when memory is out. */
json_t *service_certificate(const engine *e, const tenant *t, size_t index);
json_t *service_chain(const engine *e, const tenant *t, size_t index);
json_t *service_proof(const engine *e, const tenant *t, size_t index, const char *code);
/* May this be the common name of a proof? */
int service_code_fits(const char *code);

/* The services that have hosts of their own share one address here: "/{word}/{name}" before the
 * path says which of them is meant, without it the one named "simulated". *rest: the first segment
 * of the path proper. */
const char *service_instance(const request *r, const char *word, size_t *rest);

/* What is shown of a certificate somebody registered: itself, but for FAULT_WRONG_CERTIFICATE. */
der_view service_shown(const engine *e, der_view own);
/* The GUID of the request that is being answered. */
void service_request_id(const engine *e, char out[REQUEST_ID_SIZE]);

json_t *json_base64(der_view bytes);
/* Base64 of a tag in quotation marks, as the etags of Azure Cosmos DB are passed on: a count and
 * the time of the change. */
json_t *json_cosmos_etag(uint64_t change, int64_t time);
json_t *json_http_moment(int64_t time);
json_t *json_moment(int64_t time);
json_t *json_thumbprint(const issued *certificate);
json_t *json_serial(const issued *certificate);

/* What GET /_simulator/state tells. */
json_t *state_of_tenant(const tenant *t);
json_t *state_of_engine(const engine *e);

/* The control endpoints under /_simulator/. */
void admin_answer(engine *e, const request *r, engine_reply *reply);

#endif

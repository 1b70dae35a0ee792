/* SPDX-License-Identifier: MIT */
/* Azure Sphere (Legacy) Public API, v2: what it says about certificates. */
#include "reply.h"
#include "service.h"

#include <string.h>

static int owns(const request *r) {
    static const char *const prefix[] = {"v2", "tenants"};
    return request_has(r, 0, prefix, 2);
}

/* ErrorResponse { Code, Message }; the code is a number on the wire. */
static void refuse(engine_reply *reply, unsigned status, const char *message) {
    reply_json(reply, status, json_pack("{s:i, s:s}", "Code", (int)status, "Message", message));
}

static void fail(const engine *e, engine_reply *reply, unsigned status, const char *message) {
    (void)e;
    refuse(reply, status, message);
}

static void list_tenants(const engine *e, engine_reply *reply) {
    json_t *const list = json_array();
    for (size_t i = 0; i < e->tenant_count; i++) {
        json_array_append_new(list, json_pack("{s:s, s:s, s:[s]}", "Id", e->tenants[i].id, "Name",
                                              e->tenants[i].id, "Roles", "Administrator"));
    }
    reply_json(reply, 200, list);
}

/* The bytes of an expired certificate are no longer given. */
static json_t *body_of(const engine *e, const tenant *t, size_t index) {
    return tenant_phase_of(t, index) == PHASE_EXPIRED ? json_null()
                                                      : service_certificate(e, t, index);
}

static void list_certificates(const engine *e, const tenant *t, engine_reply *reply) {
    json_t *const list = json_array();
    for (size_t i = 0; i < t->count; i++) {
        const tenant_certificate *const c = &t->certificates[i];
        json_array_append_new(list, json_pack("{s:o, s:b, s:b, s:o}", "Certificate",
                                              body_of(e, t, i), "IsActive",
                                              tenant_phase_of(t, i) == PHASE_ACTIVE, "IsRevoked",
                                              c->revoked, "Thumbprint", json_thumbprint(c->ca)));
    }
    reply_json(reply, 200, list);
}

static void one_certificate(const engine *e, const tenant *t, const request *r,
                            engine_reply *reply) {
    const char *const wanted = request_parameter(r, "thumbprint");
    const size_t index = wanted != NULL ? tenant_find_thumbprint(t, wanted) : t->active;
    const char *const what = r->segments[3];
    if (index == t->count) {
        refuse(reply, 404, "There is no certificate with this thumbprint.");
    } else if (tenant_phase_of(t, index) == PHASE_EXPIRED) {
        reply_json(reply, 200, json_null());
    } else if (r->segment_count == 4 && same_word(what, "cert")) {
        reply_json(reply, 200, service_certificate(e, t, index));
    } else if (r->segment_count == 4 && same_word(what, "certchain")) {
        reply_json(reply, 200, service_chain(e, t, index));
    } else if (r->segment_count == 5 && same_word(what, "verification")) {
        if (service_code_fits(r->segments[4])) {
            reply_json(reply, 200, service_proof(e, t, index, r->segments[4]));
        } else {
            refuse(reply, 400, "The proof of possession nonce is empty or too long.");
        }
    } else {
        refuse(reply, 404, "There is no such resource.");
    }
}

static void answer(engine *e, const request *r, engine_reply *reply) {
    if (strcmp(r->method, "GET") != 0) {
        refuse(reply, 405, "The method is not allowed.");
        return;
    }
    if (r->segment_count == 2) {
        list_tenants(e, reply);
        return;
    }
    const tenant *const t = service_tenant(e, r->segments[2]);
    if (t == NULL || r->segment_count == 3) {
        refuse(reply, 404, "There is no such tenant.");
    } else if (r->segment_count == 4 && same_word(r->segments[3], "certificates")) {
        list_certificates(e, t, reply);
    } else {
        one_certificate(e, t, r, reply);
    }
}

static const char *const audiences[] = {"https://firstparty.sphere.azure.net/api",
                                        "https://sphere.azure.net/api",
                                        "7c209960-a417-423c-b2e3-9251907e63fe", NULL};

const service legacy_service = {owns, audiences, answer, fail};

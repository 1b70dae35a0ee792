/* SPDX-License-Identifier: MIT */
#include "devices.h"

#include "arm.h"

#include <stdio.h>
#include <string.h>

enum {
    /* /subscriptions/{1}/resourceGroups/{3}/providers/Microsoft.Devices/{collection}/{7}/
     * certificates/{9}/{10} */
    SUBSCRIPTION = 1,
    RESOURCE_GROUP = 3,
    RESOURCE = 7,
    CERTIFICATES = 8,
    CERTIFICATE = 9,
    ACTION = 10,
    NAME_MAX_LENGTH = 64,
    /* Numbers of errors: the last digits behind the status. 412001 and 400053 were seen of an IoT
     * Hub; the others, and that a Device Provisioning Service uses the same, are inferred. */
    CODE_ANY = 0,
    CODE_STALE_ETAG = 1,
    CODE_BAD_CERTIFICATE = 27,
    CODE_TOO_MANY = 30,
    CODE_PROOF_FAILED = 53
};

int devices_owns(const devices_dialect *d, const request *r) {
    static const char *const subscriptions[] = {"subscriptions"};
    const char *const type[] = {"providers", "Microsoft.Devices", d->collection};
    static const char *const groups[] = {"resourceGroups"};
    return request_has(r, 0, subscriptions, 1) && request_has(r, 2, groups, 1) &&
           request_has(r, 4, type, 3);
}

void devices_refuse(const devices_dialect *d, const engine *e, engine_reply *reply, unsigned status,
                    const char *message) {
    if (status == 401 || status == 403) {
        arm_fail(reply, status, message);
    } else {
        d->fail(e, reply, status, CODE_ANY, message);
    }
}

const char *devices_status_name(unsigned status) {
    return status == 400   ? "BadRequest"
           : status == 404 ? "NotFound"
           : status == 405 ? "MethodNotAllowed"
           : status == 409 ? "Conflict"
           : status == 412 ? "PreconditionFailed"
           : status == 415 ? "UnsupportedMediaType"
           : status == 429 ? "TooManyRequests"
           : status == 503 ? "ServiceUnavailable"
           : status >= 500 ? "InternalServerError"
                           : "RequestFailed";
}

/* ---- resources ---- */

static json_t *resource(const devices_dialect *d, const engine *e, const request *r,
                        const registration *c, devices_view view) {
    json_t *const properties = json_object();
    if (view == VIEW_CODE) {
        json_object_set_new(properties, "verificationCode", json_string(c->code));
    }
    json_object_update_new(
        properties,
        json_pack("{s:s, s:o, s:s, s:b, s:o, s:o, s:o}", "subject", c->certificate.common_name,
                  "expiry", json_http_moment(c->certificate.not_after), "thumbprint",
                  c->certificate.thumbprint, "isVerified", c->verified, "created", d->created(c),
                  "updated", json_http_moment(c->updated), "certificate",
                  d->certificate(e, c, view)));
    return json_pack("{s:o, s:o, s:s, s:o, s:o}", "properties", properties, "id",
                     json_sprintf("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Devices"
                                  "/%s/%s/certificates/%s",
                                  r->segments[SUBSCRIPTION], r->segments[RESOURCE_GROUP],
                                  d->collection, r->segments[RESOURCE], c->name),
                     "name", c->name, "type",
                     json_sprintf("Microsoft.Devices/%s/Certificates", d->collection), "etag",
                     d->etag(c));
}

static void list_certificates(const devices_dialect *d, const engine *e, const request *r,
                              const target *t, engine_reply *reply) {
    json_t *const list = json_array();
    for (size_t i = 0; i < t->certificate_count; i++) {
        json_array_append_new(list, resource(d, e, r, t->certificates[i], VIEW_READ));
    }
    reply_json(reply, 200, json_pack("{s:o}", "value", list));
}

/* ---- changing ---- */

static void touch(engine *e, registration *c) {
    c->change = ++e->change_count;
    c->updated = e->now;
}

/* Verbatim; "*" is not known to be accepted. */
static int if_match_fits(const devices_dialect *d, const request *r, const registration *c) {
    json_t *const etag = d->etag(c);
    const int fits = r->if_match != NULL && json_is_string(etag) &&
                     strcmp(json_string_value(etag), r->if_match) == 0;
    json_decref(etag);
    return fits;
}

static void fail_etag(const devices_dialect *d, const engine *e, engine_reply *reply) {
    d->fail(e, reply, 412, CODE_STALE_ETAG, "Invalid ETag supplied.");
}

static void put(const devices_dialect *d, engine *e, const request *r, target *t, size_t index,
                engine_reply *reply) {
    const int exists = index < t->certificate_count;
    const char *text = NULL;
    int verified = 0;
    json_t *const properties = (json_t *)d->properties(r);
    if (exists ? !if_match_fits(d, r, t->certificates[index])
               : r->if_match != NULL && !d->ignores_if_match_on_create) {
        fail_etag(d, e, reply);
        return;
    }
    if (json_unpack(properties, "{s:s, s?b}", "certificate", &text, "isVerified", &verified) != 0) {
        d->fail(e, reply, 400, CODE_BAD_CERTIFICATE, "The certificate is missing or is no text.");
        return;
    }
    if (!exists && t->certificate_count == TARGET_CERTIFICATES_MAX) {
        d->fail(e, reply, 400, CODE_TOO_MANY,
                "The maximum number of certificates, 25, has been reached.");
        return;
    }
    registration *const made = registration_make(r->segments[CERTIFICATE], text, verified, e->now);
    if (made == NULL) {
        d->fail(e, reply, 400, CODE_BAD_CERTIFICATE, "The certificate is malformed.");
        return;
    }
    touch(e, made);
    if (exists) {
        made->created = t->certificates[index]->created;
        registration_release(t->certificates[index]);
        t->certificates[index] = made;
    } else {
        target_add_certificate(t, made);
    }
    reply_json(reply, 200, resource(d, e, r, made, VIEW_WRITTEN));
}

static void delete_certificate(const devices_dialect *d, const engine *e, const request *r,
                               target *t, size_t index, engine_reply *reply) {
    if (index == t->certificate_count) {
        reply_empty(reply, 204);
    } else if (!if_match_fits(d, r, t->certificates[index])) {
        fail_etag(d, e, reply);
    } else if (d->in_use != NULL && d->in_use(t, t->certificates[index])) {
        d->fail(e, reply, 409, CODE_ANY,
                "The certificate is referred to by an enrollment group and cannot be deleted.");
    } else {
        target_remove_certificate(t, index);
        d->deleted(reply);
    }
}

static void generate_code(const devices_dialect *d, engine *e, const request *r, registration *c,
                          engine_reply *reply) {
    if (registration_new_code(c, e->authorities.seed, e->change_count) != 0) {
        d->fail(e, reply, 500, CODE_ANY, "The verification code could not be made.");
        return;
    }
    touch(e, c);
    reply_json(reply, 200, resource(d, e, r, c, VIEW_CODE));
}

static void fail_proof(const devices_dialect *d, const engine *e, const registration *c,
                       proof_result result, engine_reply *reply) {
    char message[PRESENTED_NAME_SIZE + 128];
    if (result == PROOF_OTHER_ISSUER) {
        snprintf(message, sizeof message,
                 "Proof-Of-Possession failed. Issuer certificate '%s' cannot be found in the "
                 "certificate chain.",
                 c->certificate.common_name);
    } else {
        snprintf(message, sizeof message, "Proof-Of-Possession failed. %s", proof_reason(result));
    }
    d->fail(e, reply, 400, CODE_PROOF_FAILED, message);
}

static void verify(const devices_dialect *d, engine *e, const request *r, registration *c,
                   engine_reply *reply) {
    const char *proof = NULL;
    if (json_unpack(r->body, "{s:s}", "certificate", &proof) != 0) {
        d->fail(e, reply, 400, CODE_BAD_CERTIFICATE, "The certificate is missing or is no text.");
        return;
    }
    const proof_result result = registration_prove(c, proof, e->now);
    if (result != PROOF_HOLDS) {
        fail_proof(d, e, c, result, reply);
        return;
    }
    touch(e, c);
    reply_json(reply, 200, resource(d, e, r, c, VIEW_VERIFIED));
}

static void act(const devices_dialect *d, engine *e, const request *r, registration *c,
                engine_reply *reply) {
    const char *const action = r->segments[ACTION];
    const int is_code = same_word(action, "generateVerificationCode");
    if (!is_code && !same_word(action, "verify")) {
        d->fail(e, reply, 404, CODE_ANY, "There is no such action.");
    } else if (strcmp(r->method, "POST") != 0) {
        d->fail(e, reply, 405, CODE_ANY, "The method is not allowed.");
    } else if (!if_match_fits(d, r, c)) {
        fail_etag(d, e, reply);
    } else if (is_code) {
        generate_code(d, e, r, c, reply);
    } else {
        verify(d, e, r, c, reply);
    }
}

/* ---- requests ---- */

static void answer_one(const devices_dialect *d, engine *e, const request *r, target *t,
                       engine_reply *reply) {
    const size_t index = target_find_certificate(t, r->segments[CERTIFICATE]);
    const int is_certificate = r->segment_count == CERTIFICATE + 1;
    if (!target_name_fits(r->segments[CERTIFICATE], NAME_MAX_LENGTH, "-._")) {
        d->fail(e, reply, 400, CODE_ANY, "The certificate's name is not ^[A-Za-z0-9-._]{1,64}$.");
    } else if (is_certificate && strcmp(r->method, "PUT") == 0) {
        put(d, e, r, t, index, reply);
    } else if (is_certificate && strcmp(r->method, "DELETE") == 0) {
        delete_certificate(d, e, r, t, index, reply);
    } else if (index == t->certificate_count) {
        d->fail(e, reply, 404, CODE_ANY, "There is no certificate of this name.");
    } else if (!is_certificate) {
        act(d, e, r, t->certificates[index], reply);
    } else if (strcmp(r->method, "GET") == 0) {
        reply_json(reply, 200, resource(d, e, r, t->certificates[index], VIEW_READ));
    } else {
        d->fail(e, reply, 405, CODE_ANY, "The method is not allowed.");
    }
}

void devices_answer(const devices_dialect *d, engine *e, const request *r, engine_reply *reply) {
    static const char *const certificates[] = {"certificates"};
    if (!arm_version_fits(r, d->api_versions, reply)) {
        return;
    }
    if (!request_has(r, CERTIFICATES, certificates, 1) || r->segment_count > ACTION + 1) {
        d->fail(e, reply, 404, CODE_ANY, "There is no such resource.");
        return;
    }
    if (!r->is_json) {
        d->fail(e, reply, 415, CODE_ANY, "The content type is not application/json.");
        return;
    }
    if (!target_name_fits(r->segments[RESOURCE], TARGET_RESOURCE_MAX, "-")) {
        d->fail(e, reply, 404, CODE_ANY, "There is no resource of this name.");
        return;
    }
    target *const t = target_use(&e->targets[d->kind], r->segments[RESOURCE]);
    if (t == NULL) {
        d->fail(e, reply, 503, CODE_ANY, "The simulator holds no more resources of this kind.");
    } else if (r->segment_count > CERTIFICATE) {
        answer_one(d, e, r, t, reply);
    } else if (strcmp(r->method, "GET") == 0) {
        list_certificates(d, e, r, t, reply);
    } else {
        d->fail(e, reply, 405, CODE_ANY, "The method is not allowed.");
    }
}

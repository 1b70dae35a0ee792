/* SPDX-License-Identifier: MIT */
/* Azure IoT Central: enrollment groups and the two certificates of each. Every group is there from
 * the start, for X.509 and enabled. */
#include "reply.h"
#include "service.h"

#include <string.h>

enum { ID_MAX_LENGTH = 128 };

static const char api_version[] = "2022-07-31";

static int owns(const request *r) {
    static const char *const groups[] = {"api", "enrollmentGroups"};
    size_t at;
    service_instance(r, "central", &at);
    return request_has(r, at, groups, 2);
}

/* ---- errors ---- */

static void refuse(engine_reply *reply, unsigned status, const char *message) {
    const char *const code = status == 400   ? "BadRequest"
                             : status == 401 ? "Unauthorized"
                             : status == 403 ? "Forbidden"
                             : status == 404 ? "NotFound"
                             : status == 409 ? "Conflict"
                             : status == 412 ? "PreconditionFailed"
                             : status == 422 ? "InvalidBody"
                             : status == 429 ? "TooManyRequests"
                             : status == 503 ? "ServiceUnavailable"
                             : status >= 500 ? "InternalServerError"
                                             : "RequestFailed";
    reply_json(reply, status,
               json_pack("{s:{s:s, s:s}}", "error", "code", code, "message", message));
    reply_header(reply, "x-ms-error-code", code);
}

static void fail(const engine *e, engine_reply *reply, unsigned status, const char *message) {
    (void)e;
    refuse(reply, status, message);
}

/* The etag travels in the body; none there asks for nothing. */
static int etag_fits(const json_t *body, uint64_t change, int64_t updated) {
    const json_t *const wanted = json_object_get(body, "etag");
    json_t *const etag = json_cosmos_etag(change, updated);
    const int fits = wanted == NULL || json_is_null(wanted) || json_equal(wanted, etag);
    json_decref(etag);
    return fits;
}

/* ---- groups ---- */

static json_t *shown_group(const enrollment_group *group) {
    json_t *const shown = json_pack("{s:s}", "id", group->id);
    json_object_update(shown, group->document);
    json_object_set_new(shown, "etag", json_cosmos_etag(group->change, group->updated));
    return shown;
}

static void touch_group(engine *e, enrollment_group *group) {
    group->change = ++e->change_count;
    group->updated = e->now;
}

static enrollment_group *use_group(engine *e, target *t, const char *id) {
    const size_t index = target_find_group(t, id);
    if (index < t->group_count) {
        return t->groups[index];
    }
    json_t *const document = json_pack("{s:s, s:b, s:s, s:{s:s}}", "displayName", id, "enabled", 1,
                                       "type", "iot", "attestation", "type", "x509");
    enrollment_group *const made = enrollment_group_make(id, document);
    json_decref(document);
    if (made != NULL && target_add_group(t, made) != 0) {
        enrollment_group_release(made);
        return NULL;
    }
    if (made != NULL) {
        made->created = e->now;
        touch_group(e, made);
    }
    return made;
}

/* PUT gives all that a group says, PATCH some of it; others than X.509 are not simulated. */
static void change_group(engine *e, const request *r, enrollment_group *group, int is_whole,
                         engine_reply *reply) {
    const char *name = NULL;
    const char *type = NULL;
    const char *attestation = NULL;
    int enabled = 1;
    const json_t *const has_enabled = json_object_get(r->body, "enabled");
    if (json_unpack(r->body, is_whole ? "{s:s, s?b, s:s, s:{s:s}}" : "{s?s, s?b, s?s, s?{s:s}}",
                    "displayName", &name, "enabled", &enabled, "type", &type, "attestation", "type",
                    &attestation) != 0 ||
        (attestation != NULL && strcmp(attestation, "x509") != 0) ||
        (type != NULL && strcmp(type, "iot") != 0 && strcmp(type, "iotEdge") != 0)) {
        refuse(reply, 422, "displayName, type or attestation is missing or wrong.");
        return;
    }
    if (!etag_fits(r->body, group->change, group->updated)) {
        refuse(reply, 412, "The etag does not match.");
        return;
    }
    if (name != NULL) {
        json_object_set_new(group->document, "displayName", json_string(name));
    }
    if (type != NULL) {
        json_object_set_new(group->document, "type", json_string(type));
    }
    if (is_whole || has_enabled != NULL) {
        json_object_set_new(group->document, "enabled", json_boolean(enabled));
    }
    touch_group(e, group);
    reply_json(reply, 200, shown_group(group));
}

static void answer_group(engine *e, const request *r, target *t, enrollment_group *group,
                         engine_reply *reply) {
    if (strcmp(r->method, "GET") == 0) {
        reply_json(reply, 200, shown_group(group));
    } else if (strcmp(r->method, "PUT") == 0) {
        change_group(e, r, group, 1, reply);
    } else if (strcmp(r->method, "PATCH") == 0) {
        change_group(e, r, group, 0, reply);
    } else if (strcmp(r->method, "DELETE") == 0) {
        target_remove_group(t, target_find_group(t, group->id));
        reply_empty(reply, 204);
    } else {
        refuse(reply, 405, "The method is not allowed.");
    }
}

static void list_groups(const target *t, engine_reply *reply) {
    json_t *const list = json_array();
    for (size_t i = 0; i < t->group_count; i++) {
        json_array_append_new(list, shown_group(t->groups[i]));
    }
    reply_json(reply, 200, json_pack("{s:o}", "value", list));
}

/* ---- certificates ---- */

/* Never the certificate itself. */
static void show(const registration *c, engine_reply *reply) {
    reply_json(reply, 200,
               json_pack("{s:b, s:{s:s}, s:o}", "verified", c->verified, "info", "sha1Thumbprint",
                         c->certificate.thumbprint, "etag",
                         json_cosmos_etag(c->change, c->updated)));
}

static void touch(engine *e, registration *c) {
    c->change = ++e->change_count;
    c->updated = e->now;
}

static void put(engine *e, const request *r, registration **slot, engine_reply *reply) {
    const char *text = NULL;
    const char *wanted = NULL;
    int verified = 0;
    if (json_unpack(r->body, "{s:s, s?b, s?s}", "certificate", &text, "verified", &verified, "etag",
                    &wanted) != 0) {
        refuse(reply, 422, "certificate is missing, or a member has the wrong type.");
        return;
    }
    if (*slot != NULL ? !etag_fits(r->body, (*slot)->change, (*slot)->updated) : wanted != NULL) {
        refuse(reply, 412, "The etag does not match.");
        return;
    }
    registration *const made = registration_make(NULL, text, verified, e->now);
    if (made == NULL) {
        refuse(reply, 422, "The certificate is malformed.");
        return;
    }
    registration_release(*slot);
    *slot = made;
    touch(e, made);
    show(made, reply);
}

static void generate_code(engine *e, registration *c, engine_reply *reply) {
    if (registration_new_code(c, e->authorities.seed, e->change_count) != 0) {
        refuse(reply, 500, "The verification code could not be made.");
        return;
    }
    touch(e, c);
    reply_json(reply, 200, json_pack("{s:s}", "verificationCode", c->code));
}

/* That a proof which fails is a 400 is inferred. */
static void verify(engine *e, const request *r, registration *c, engine_reply *reply) {
    const char *proof = NULL;
    if (json_unpack(r->body, "{s:s}", "certificate", &proof) != 0) {
        refuse(reply, 422, "certificate is missing or no text.");
        return;
    }
    const proof_result result = registration_prove(c, proof, e->now);
    if (result != PROOF_HOLDS) {
        refuse(reply, result == PROOF_UNREADABLE ? 422 : 400, proof_reason(result));
        return;
    }
    touch(e, c);
    reply_empty(reply, 204);
}

static void act(engine *e, const request *r, registration *c, const char *action,
                engine_reply *reply) {
    const int is_code = same_word(action, "generateVerificationCode");
    if (!is_code && !same_word(action, "verify")) {
        refuse(reply, 404, "There is no such action.");
    } else if (strcmp(r->method, "POST") != 0) {
        refuse(reply, 405, "The method is not allowed.");
    } else if (is_code) {
        generate_code(e, c, reply);
    } else {
        verify(e, r, c, reply);
    }
}

/* r's segments from `at` on: {entry}[/{action}] */
static void answer_certificate(engine *e, const request *r, enrollment_group *group, size_t at,
                               engine_reply *reply) {
    size_t slot = 0;
    while (slot < SLOTS && !same_word(r->segments[at], slot_names[slot])) {
        slot++;
    }
    const int is_put = r->segment_count == at + 1 && strcmp(r->method, "PUT") == 0;
    registration **const c = slot < SLOTS ? &group->slots[slot] : NULL;
    if (c == NULL || (*c == NULL && !is_put)) {
        refuse(reply, 404, "There is no such certificate.");
    } else if (is_put) {
        put(e, r, c, reply);
    } else if (r->segment_count > at + 1) {
        act(e, r, *c, r->segments[at + 1], reply);
    } else if (strcmp(r->method, "GET") == 0) {
        show(*c, reply);
    } else if (strcmp(r->method, "DELETE") == 0) {
        registration_release(*c);
        *c = NULL;
        reply_empty(reply, 204);
    } else {
        refuse(reply, 405, "The method is not allowed.");
    }
}

/* ---- requests ---- */

/* From `at` on: [{id}[/certificates/{entry}[/{action}]]] */
static void answer_application(engine *e, const request *r, target *t, size_t at,
                               engine_reply *reply) {
    static const char *const certificates[] = {"certificates"};
    const size_t depth = r->segment_count - at;
    const int is_certificate = depth >= 3 && depth <= 4 && request_has(r, at + 1, certificates, 1);
    if (depth == 0) {
        if (strcmp(r->method, "GET") == 0) {
            list_groups(t, reply);
        } else {
            refuse(reply, 405, "The method is not allowed.");
        }
        return;
    }
    if ((depth > 1 && !is_certificate) ||
        !target_name_fits(r->segments[at], ID_MAX_LENGTH, "-._:")) {
        refuse(reply, 404, "There is no such resource.");
        return;
    }
    enrollment_group *const group = use_group(e, t, r->segments[at]);
    if (group == NULL) {
        refuse(reply, 503, "The simulator holds no more groups.");
    } else if (is_certificate) {
        answer_certificate(e, r, group, at + 2, reply);
    } else {
        answer_group(e, r, t, group, reply);
    }
}

static void answer(engine *e, const request *r, engine_reply *reply) {
    size_t at;
    const char *const name = service_instance(r, "central", &at);
    const char *const version = request_parameter(r, "api-version");
    if (version == NULL || strcmp(version, api_version) != 0) {
        refuse(reply, 400, "The api-version is missing or not supported.");
        return;
    }
    if (!r->is_json) {
        refuse(reply, 415, "The content type is not application/json.");
        return;
    }
    if (!target_name_fits(name, TARGET_RESOURCE_MAX, "-")) {
        refuse(reply, 404, "There is no such application.");
        return;
    }
    target *const t = target_use(&e->targets[TARGET_CENTRAL], name);
    if (t == NULL) {
        refuse(reply, 503, "The simulator holds no more applications.");
    } else {
        answer_application(e, r, t, at + 2, reply);
    }
}

static const char *const audiences[] = {"https://apps.azureiotcentral.com", NULL};

const service central_service = {owns, audiences, answer, fail};

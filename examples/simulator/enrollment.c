/* SPDX-License-Identifier: MIT */
/* Enrollment groups of the Device Provisioning Service: its data plane. They begin to exist with a
 * PUT. What is kept of one is the document that was sent, known members or not. */
#include "enrollment.h"

#include "reply.h"
#include "service.h"

#include <string.h>

enum { ID_MAX_LENGTH = 128, DOCUMENT_MAX = 64 * 1024 };

static const char api_version[] = "2021-10-01";

static int owns(const request *r) {
    static const char *const groups[] = {"enrollmentGroups"};
    size_t at;
    service_instance(r, "dps", &at);
    return request_has(r, at, groups, 1);
}

/* { errorCode, trackingId, message, timestampUtc }; the numbers behind the status are inferred. */
static void fail_as(const engine *e, engine_reply *reply, unsigned status, unsigned code,
                    const char *message) {
    char id[REQUEST_ID_SIZE];
    const int64_t number = (int64_t)status * 1000 + code;
    service_request_id(e, id);
    reply_json(reply, status,
               json_pack("{s:I, s:s, s:s, s:o}", "errorCode", (json_int_t)number, "trackingId", id,
                         "message", message, "timestampUtc", json_moment(e->now)));
    reply_header_number(reply, "x-ms-error-code", number);
}

static void fail(const engine *e, engine_reply *reply, unsigned status, const char *message) {
    fail_as(e, reply, status, status == 401 ? 2 : 0, message);
}

/* ---- documents ---- */

/* The member, unless it is null. */
static const json_t *member(const json_t *object, const char *key) {
    const json_t *const value = json_object_get(object, key);
    return json_is_null(value) ? NULL : value;
}

static const json_t *references(const json_t *document) {
    return member(member(member(document, "attestation"), "x509"), "caReferences");
}

const char *enrollment_reference(const enrollment_group *group, size_t slot) {
    return json_string_value(member(references(group->document), slot_names[slot]));
}

int enrollment_is_enabled(const enrollment_group *group) {
    const char *const status = json_string_value(member(group->document, "provisioningStatus"));
    return status == NULL || !same_word(status, "disabled");
}

int enrollment_refers_to(const target *t, const registration *c) {
    for (size_t i = 0; i < t->group_count; i++) {
        for (size_t slot = 0; slot < SLOTS; slot++) {
            const char *const name = enrollment_reference(t->groups[i], slot);
            if (name != NULL && same_word(name, c->name)) {
                return 1;
            }
        }
    }
    return 0;
}

/* That an unknown name is a 400 is inferred: it is a mistake of the body, not of the path. */
static const char *check_references(const json_t *list, const target *t) {
    size_t count = 0;
    if (!json_is_object(list)) {
        return "caReferences is no object.";
    }
    for (size_t slot = 0; slot < SLOTS; slot++) {
        const json_t *const reference = member(list, slot_names[slot]);
        if (reference == NULL) {
            continue;
        }
        if (!json_is_string(reference)) {
            return "A CA reference is no text.";
        }
        const size_t index = target_find_certificate(t, json_string_value(reference));
        if (index == t->certificate_count) {
            return "CA certificate not found";
        }
        if (!t->certificates[index]->verified) {
            return "CA certificate is not verified";
        }
        count++;
    }
    return count != 0 ? NULL : "caReferences names no certificate.";
}

/* What is wrong with the document; NULL: nothing. */
static const char *check_document(const json_t *document, const char *id, const target *t) {
    const char *const own_id = json_string_value(member(document, "enrollmentGroupId"));
    const json_t *const attestation = member(document, "attestation");
    const char *const type = json_string_value(member(attestation, "type"));
    if (own_id == NULL || !same_word(own_id, id)) {
        return "enrollmentGroupId is missing or differs from the path.";
    }
    if (type == NULL) {
        return "attestation has no type.";
    }
    if (!same_word(type, "x509")) {
        return same_word(type, "symmetricKey") ? NULL : "There is no such type of attestation.";
    }
    const json_t *const x509 = member(attestation, "x509");
    const json_t *const signers = member(x509, "signingCertificates");
    const json_t *const list = member(x509, "caReferences");
    if ((signers != NULL) == (list != NULL)) {
        return "x509 has either caReferences or signingCertificates.";
    }
    return list != NULL ? check_references(list, t) : NULL;
}

/* ---- requests ---- */

static json_t *etag(const enrollment_group *group) {
    return json_cosmos_etag(group->change, group->updated);
}

static void show(const enrollment_group *group, engine_reply *reply) {
    json_t *const shown = json_deep_copy(group->document);
    json_object_set_new(shown, "etag", etag(group));
    json_object_set_new(shown, "createdDateTimeUtc", json_moment(group->created));
    json_object_set_new(shown, "lastUpdatedDateTimeUtc", json_moment(group->updated));
    reply_json(reply, 200, shown);
}

/* Verbatim, in quotation marks, or "*" as the official command line sends. */
static int if_match_fits(const request *r, const enrollment_group *group) {
    json_t *const tag = etag(group);
    const char *const wanted = r->if_match;
    const size_t length = json_string_length(tag);
    const size_t quote = wanted[0] == '"';
    const int fits =
        strcmp(wanted, "*") == 0 || (length != 0 && strlen(wanted) == length + 2 * quote &&
                                     memcmp(wanted + quote, json_string_value(tag), length) == 0);
    json_decref(tag);
    return fits;
}

static void keep(engine *e, const request *r, target *t, size_t index, const char *id,
                 engine_reply *reply) {
    enrollment_group *const old = index < t->group_count ? t->groups[index] : NULL;
    enrollment_group *const made = enrollment_group_make(id, r->body);
    if (made == NULL) {
        fail(e, reply, 500, "Out of memory");
        return;
    }
    if (member(made->document, "provisioningStatus") == NULL) {
        json_object_set_new(made->document, "provisioningStatus", json_string("enabled"));
    }
    made->change = ++e->change_count;
    made->created = old != NULL ? old->created : e->now;
    made->updated = e->now;
    if (old == NULL) {
        target_add_group(t, made);
    } else {
        enrollment_group_release(old);
        t->groups[index] = made;
    }
    show(made, reply);
}

/* That without If-Match a PUT only creates is inferred. */
static void put(engine *e, const request *r, target *t, size_t index, const char *id,
                engine_reply *reply) {
    const int exists = index < t->group_count;
    const char *wrong = NULL;
    if (r->if_match != NULL && (!exists || !if_match_fits(r, t->groups[index]))) {
        fail_as(e, reply, 412, 1, "Precondition failed: the ETag does not match.");
    } else if (r->if_match == NULL && exists) {
        fail_as(e, reply, 409, 1, "Enrollment group already exists");
    } else if (r->body_length > DOCUMENT_MAX) {
        fail_as(e, reply, 400, 4, "The document is too long.");
    } else if ((wrong = check_document(r->body, id, t)) != NULL) {
        fail_as(e, reply, 400, 4, wrong);
    } else if (!exists && t->group_count == TARGET_GROUPS_MAX) {
        fail_as(e, reply, 400, 5,
                "The maximum number of enrollment groups, 100, has been reached.");
    } else {
        keep(e, r, t, index, id, reply);
    }
}

static void answer_group(engine *e, const request *r, target *t, const char *id,
                         engine_reply *reply) {
    const size_t index = target_find_group(t, id);
    if (strcmp(r->method, "PUT") == 0) {
        put(e, r, t, index, id, reply);
    } else if (index == t->group_count) {
        fail_as(e, reply, 404, 1, "Enrollment group not found");
    } else if (strcmp(r->method, "GET") == 0) {
        show(t->groups[index], reply);
    } else if (strcmp(r->method, "DELETE") != 0) {
        fail(e, reply, 405, "The method is not allowed.");
    } else if (r->if_match != NULL && !if_match_fits(r, t->groups[index])) {
        fail_as(e, reply, 412, 1, "Precondition failed: the ETag does not match.");
    } else {
        target_remove_group(t, index);
        reply_empty(reply, 204);
    }
}

static void answer(engine *e, const request *r, engine_reply *reply) {
    size_t at;
    const char *const name = service_instance(r, "dps", &at);
    const char *const version = request_parameter(r, "api-version");
    const char *const id = r->segment_count == at + 2 ? r->segments[at + 1] : "";
    if (version == NULL || strcmp(version, api_version) != 0) {
        fail_as(e, reply, 400, 3, "The api-version is missing or not supported.");
        return;
    }
    if (!r->is_json) {
        fail_as(e, reply, 415, 0, "The content type is not application/json.");
        return;
    }
    if (!target_name_fits(name, TARGET_RESOURCE_MAX, "-") ||
        !target_name_fits(id, ID_MAX_LENGTH, "-._:")) {
        fail_as(e, reply, 404, 0, "There is no such resource.");
        return;
    }
    target *const t = target_use(&e->targets[TARGET_DPS], name);
    if (t == NULL) {
        fail_as(e, reply, 503, 0, "The simulator holds no more services.");
    } else {
        answer_group(e, r, t, id, reply);
    }
}

static const char *const audiences[] = {"https://azure-devices-provisioning.net", NULL};

const service dps_group_service = {owns, audiences, answer, fail};

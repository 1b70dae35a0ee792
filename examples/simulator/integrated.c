/* SPDX-License-Identifier: MIT */
/* Azure Sphere (Integrated): Microsoft.AzureSphere in Azure Resource Manager. A tenant's catalog is
 * named by its GUID, in any subscription and resource group. */
#include "arm.h"
#include "reply.h"
#include "service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* /subscriptions/{0}/resourceGroups/{1}/providers/Microsoft.AzureSphere/catalogs/{name}/... */
    SUBSCRIPTION = 1,
    RESOURCE_GROUP = 3,
    CATALOG = 7,
    CERTIFICATE = 9,
    ACTION = 10,
    PATH_SIZE = 512,
    PAGE_MAX = 1000
};

static const char *const api_versions[] = {"2022-09-01-preview", "2024-04-01", NULL};

static int owns(const request *r) {
    static const char *const subscriptions[] = {"subscriptions"};
    static const char *const groups[] = {"resourceGroups"};
    static const char *const type[] = {"providers", "Microsoft.AzureSphere", "catalogs"};
    return request_has(r, 0, subscriptions, 1) &&
           (request_has(r, 2, type, 3) ||
            (request_has(r, 2, groups, 1) && request_has(r, 4, type, 3)));
}

static void fail(const engine *e, engine_reply *reply, unsigned status, const char *message) {
    (void)e;
    arm_fail(reply, status, message);
}

/* ---- resources ---- */

static json_t *catalog(const request *r, const tenant *t) {
    char id[PATH_SIZE];
    const int in_group = same_word(r->segments[2], "resourceGroups");
    snprintf(id, sizeof id,
             "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.AzureSphere/catalogs/%s",
             r->segments[SUBSCRIPTION], in_group ? r->segments[RESOURCE_GROUP] : "simulated",
             t->id);
    return json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:s}}", "id", id, "name", t->id, "type",
                     "microsoft.azuresphere/catalogs", "location", "global", "properties",
                     "tenantId", t->id, "provisioningState", "Succeeded");
}

static const char *status_of(const tenant *t, size_t index) {
    static const char *const words[] = {[PHASE_NEW] = "Inactive",
                                        [PHASE_ACTIVE] = "Active",
                                        [PHASE_RETIRED] = "Inactive",
                                        [PHASE_EXPIRED] = "Expired",
                                        [PHASE_REVOKED] = "Revoked"};
    return words[tenant_phase_of(t, index)];
}

static json_t *certificate(const engine *e, const request *r, const tenant *t, size_t index) {
    const issued *const ca = t->certificates[index].ca;
    char *const serial = issued_serial_hex(ca);
    char id[PATH_SIZE];
    char subject[PATH_SIZE];
    if (serial == NULL) {
        return NULL;
    }
    snprintf(id, sizeof id,
             "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.AzureSphere/catalogs/%s"
             "/certificates/%s",
             r->segments[SUBSCRIPTION], r->segments[RESOURCE_GROUP], r->segments[CATALOG], serial);
    snprintf(subject, sizeof subject,
             "CN=Microsoft Azure Sphere %s, O=Microsoft Corporation, L=Redmond, S=Washington, C=US",
             t->id);
    json_t *const made = json_pack(
        "{s:s, s:s, s:s, s:{s:o, s:s, s:s, s:o, s:o, s:o, s:s}}", "id", id, "name", serial, "type",
        "Microsoft.AzureSphere/catalogs/certificates", "properties", "certificate",
        service_certificate(e, t, index), "status", status_of(t, index), "subject", subject,
        "thumbprint", json_thumbprint(ca), "expiryUtc", json_moment(ca->not_after), "notBeforeUtc",
        json_moment(ca->not_before), "provisioningState", "Succeeded");
    free(serial);
    return made;
}

/* ---- lists ---- */

/* A whole number in the query, or the default; -1 when it is neither. */
static long number(const request *r, const char *name, long otherwise) {
    const char *const text = request_parameter(r, name);
    if (text == NULL) {
        return otherwise;
    }
    char *end;
    const long value = strtol(text, &end, 10);
    return end != text && *end == '\0' && value >= 0 && value <= INT32_MAX ? value : -1;
}

/* $skip starts the list later, $skiptoken is how far earlier pages came; $top and $maxpagesize
 * bound a page. A list that was cut says so, and the last page says null, as recorded of the
 * service. */
static void list_certificates(const engine *e, const request *r, const tenant *t,
                              engine_reply *reply) {
    const int paged =
        request_parameter(r, "$top") != NULL || request_parameter(r, "$maxpagesize") != NULL;
    const long top = number(r, "$top", PAGE_MAX);
    const long size = number(r, "$maxpagesize", PAGE_MAX);
    const long skip = number(r, "$skip", 0);
    const long token = number(r, "$skiptoken", 0);
    if (top <= 0 || size <= 0 || skip < 0 || token < 0) {
        arm_fail(reply, 400, "$top, $skip or $maxpagesize is not a number in range.");
        return;
    }
    const size_t page = (size_t)(top < size ? top : size);
    const size_t first = (size_t)skip + (size_t)token;
    json_t *const list = json_array();
    size_t index = first;
    for (; index < t->count && index - first < page; index++) {
        json_array_append_new(list, certificate(e, r, t, index));
    }
    json_t *const body = json_pack("{s:o}", "value", list);
    if (index < t->count) {
        char link[ADDRESS_SIZE + PATH_SIZE];
        const int path = (int)strcspn(r->target, "?");
        snprintf(link, sizeof link, "%s%.*s?api-version=%s&$maxpagesize=%zu&$skiptoken=%zu",
                 e->address, path, r->target, request_parameter(r, "api-version"), page, index);
        json_object_set_new(body, "nextLink", json_string(link));
    } else if (paged) {
        json_object_set_new(body, "nextLink", json_null());
    }
    reply_json(reply, 200, body);
}

static void list_catalogs(const engine *e, const request *r, engine_reply *reply) {
    json_t *const list = json_array();
    for (size_t i = 0; i < e->tenant_count; i++) {
        json_array_append_new(list, catalog(r, &e->tenants[i]));
    }
    reply_json(reply, 200, json_pack("{s:o}", "value", list));
}

/* ---- one certificate ---- */

/* The documents disagree on the alias of the active one: ".default", "default", "active". */
static size_t find_certificate(const tenant *t, const char *name) {
    const int alias =
        same_word(name, ".default") || same_word(name, "default") || same_word(name, "active");
    return alias ? t->active : tenant_find_serial(t, name);
}

static void act(const engine *e, const request *r, const tenant *t, size_t index,
                engine_reply *reply) {
    const char *code = NULL;
    if (same_word(r->segments[ACTION], "retrieveCertChain")) {
        reply_json(reply, 200, json_pack("{s:o}", "certificateChain", service_chain(e, t, index)));
    } else if (!same_word(r->segments[ACTION], "retrieveProofOfPossessionNonce")) {
        arm_fail(reply, 404, "There is no such action.");
    } else if (json_unpack(r->body, "{s:s}", "proofOfPossessionNonce", &code) != 0 ||
               !service_code_fits(code)) {
        arm_fail(reply, 400, "proofOfPossessionNonce is required.");
    } else {
        reply_json(reply, 200, json_pack("{s:o}", "certificate", service_proof(e, t, index, code)));
    }
}

static void answer_certificates(engine *e, const request *r, const tenant *t, engine_reply *reply) {
    const int is_get = strcmp(r->method, "GET") == 0;
    if (r->segment_count == CERTIFICATE && is_get) {
        list_certificates(e, r, t, reply);
        return;
    }
    if (r->segment_count <= CERTIFICATE || r->segment_count > ACTION + 1) {
        arm_fail(reply, 404, "There is no such resource.");
        return;
    }
    const size_t index = find_certificate(t, r->segments[CERTIFICATE]);
    if (index == t->count) {
        arm_fail(reply, 404, "There is no certificate with this serial number.");
    } else if (r->segment_count == ACTION && is_get) {
        reply_json(reply, 200, certificate(e, r, t, index));
    } else if (r->segment_count == ACTION + 1 && strcmp(r->method, "POST") == 0) {
        act(e, r, t, index, reply);
    } else {
        arm_fail(reply, 405, "The method is not allowed.");
    }
}

static void answer(engine *e, const request *r, engine_reply *reply) {
    static const char *const certificates[] = {"certificates"};
    if (!arm_version_fits(r, api_versions, reply)) {
        return;
    }
    if (r->segment_count == 5 || r->segment_count == CATALOG) {
        list_catalogs(e, r, reply);
        return;
    }
    const tenant *const t =
        r->segment_count > CATALOG ? service_tenant(e, r->segments[CATALOG]) : NULL;
    if (t == NULL) {
        arm_fail(reply, 404, "There is no such catalog.");
    } else if (r->segment_count == CATALOG + 1) {
        reply_json(reply, 200, catalog(r, t));
    } else if (request_has(r, CATALOG + 1, certificates, 1)) {
        answer_certificates(e, r, t, reply);
    } else {
        arm_fail(reply, 404, "There is no such resource.");
    }
}

const service integrated_service = {owns, arm_audiences, answer, fail};

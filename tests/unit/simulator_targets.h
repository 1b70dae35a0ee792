/* SPDX-License-Identifier: MIT */
/* Asking the simulated IoT Hub, DPS and IoT Central from a test. */
#ifndef TESTS_SIMULATOR_TARGETS_H
#define TESTS_SIMULATOR_TARGETS_H

#include "simulator_client.h"

#include "simulator/issuer.h"

#include <stdio.h>

#define ARM_GROUP "/subscriptions/82f138e0-1c79-4708-bda1-5e224cd688b2/resourceGroups/rg"
#define HUB ARM_GROUP "/providers/Microsoft.Devices/IotHubs/hub/certificates"
#define HUB_VERSION "?api-version=2023-06-30"
#define DPS ARM_GROUP "/providers/Microsoft.Devices/provisioningServices/dps/certificates"
#define DPS_VERSION "?api-version=2022-12-12"
#define GROUPS "/dps/dps/enrollmentGroups"
#define GROUPS_VERSION "?api-version=2021-10-01"
#define CENTRAL "/central/app/api/enrollmentGroups"
#define CENTRAL_VERSION "?api-version=2022-07-31"
#define DEVICE_ID "abcdef0123456789"

enum { ETAG_SIZE = 80, CODE_TEXT_SIZE = 49 };

/* ---- certificates ---- */

/* Two CA certificates of one tenant, alike but for their keys and dates, and another tenant's. */
typedef struct authorities {
    issued *root, *policy_ca, *a, *b, *other;
} authorities;

static inline issued *make_ca(const authorities *all, const char *tenant, int64_t start) {
    const tenant_ca_options options = {.tenant = tenant, .not_before = start};
    issued *made = NULL;
    ck_assert_int_eq(issuer_tenant_ca(11, all->policy_ca, &options, &made), 0);
    return made;
}

static inline authorities make_authorities(void) {
    authorities all;
    ck_assert_int_eq(issuer_root_2020(11, &all.root), 0);
    ck_assert_int_eq(issuer_policy_ca_2022(11, all.root, &all.policy_ca), 0);
    all.a = make_ca(&all, TENANT, START);
    all.b = make_ca(&all, TENANT, B_START);
    all.other = make_ca(&all, OTHER, START);
    return all;
}

static inline void free_authorities(authorities *all) {
    issued_free(all->root);
    issued_free(all->policy_ca);
    issued_free(all->a);
    issued_free(all->b);
    issued_free(all->other);
}

typedef enum text_form { FORM_DER, FORM_PEM, FORM_PEM_CRLF, FORM_PEM_IN_BASE64 } text_form;

/* The caller frees it. */
static inline char *text_of(const issued *certificate, text_form form) {
    if (form == FORM_DER) {
        return base64_text(der_seen(&certificate->certificate));
    }
    char *const pem = issued_pem(certificate);
    ck_assert_ptr_nonnull(pem);
    if (form == FORM_PEM) {
        return pem;
    }
    char *const text = malloc(2 * strlen(pem) + 1);
    size_t length = 0;
    for (const char *c = pem; *c != '\0'; c++) {
        if (*c == '\n') {
            text[length++] = '\r';
        }
        text[length++] = *c;
    }
    text[length] = '\0';
    free(pem);
    if (form == FORM_PEM_CRLF) {
        return text;
    }
    const der_view view = {(const uint8_t *)text, length};
    char *const wrapped = base64_text(view);
    free(text);
    return wrapped;
}

static inline json_t *json_certificate(const issued *certificate, text_form form) {
    char *const text = text_of(certificate, form);
    json_t *const json = json_string(text);
    free(text);
    return json;
}

static inline const char *thumbprint(const issued *certificate) {
    static char text[THUMBPRINT_SIZE];
    ck_assert_int_eq(issued_thumbprint(certificate, text), 0);
    return text;
}

/* ---- requests ---- */

/* Takes the reference to body, which may be NULL. */
static inline engine_reply ask_typed(engine *e, const char *type, const char *token,
                                     const char *method, const char *target, const char *if_match,
                                     json_t *body) {
    engine_reply reply;
    char *const text = body != NULL ? json_dumps(body, JSON_ENCODE_ANY) : NULL;
    const engine_request request = {.method = method,
                                    .target = target,
                                    .authorization = token,
                                    .body = text,
                                    .body_length = text != NULL ? strlen(text) : 0,
                                    .if_match = if_match,
                                    .content_type = type};
    engine_handle(e, &request, &reply);
    free(text);
    json_decref(body);
    return reply;
}

static inline engine_reply ask_if_as(engine *e, const char *token, const char *method,
                                     const char *target, const char *if_match, json_t *body) {
    return ask_typed(e, body != NULL ? "application/json" : NULL, token, method, target, if_match,
                     body);
}

/* The reply's JSON, or NULL where it is empty. */
static inline json_t *ask_if(engine *e, const char *method, const char *target,
                             const char *if_match, json_t *body, unsigned status) {
    engine_reply reply = ask_if_as(e, "Bearer t", method, target, if_match, body);
    ck_assert_msg(reply.status == status, "%s %s: %u %.*s", method, target, reply.status,
                  (int)reply.body_length, reply.body_length != 0 ? reply.body : "");
    json_t *json = NULL;
    if (reply.body_length != 0) {
        json = json_loadb(reply.body, reply.body_length, JSON_DECODE_ANY, NULL);
        ck_assert_msg(json != NULL, "%s %s: no JSON", method, target);
    }
    engine_reply_release(&reply);
    return json;
}

/* The same, when only the status matters. */
static inline void expect(engine *e, const char *method, const char *target, const char *if_match,
                          json_t *body, unsigned status) {
    json_decref(ask_if(e, method, target, if_match, body, status));
}

static inline const char *reply_header_of(const engine_reply *reply, const char *name) {
    for (size_t i = 0; i < reply->header_count; i++) {
        if (strcmp(reply->headers[i].name, name) == 0) {
            return reply->headers[i].value;
        }
    }
    return NULL;
}

/* ---- bodies ---- */

static inline json_t *upload_body(const issued *certificate, text_form form, int verified) {
    json_t *const properties =
        json_pack("{s:o}", "certificate", json_certificate(certificate, form));
    if (verified) {
        json_object_set_new(properties, "isVerified", json_true());
    }
    return json_pack("{s:o}", "properties", properties);
}

static inline json_t *proof_body(const issued *signer, const char *code, int64_t now) {
    issued *proof = NULL;
    ck_assert_int_eq(issuer_proof(23, signer, code, now, &proof), 0);
    json_t *const body = json_pack("{s:o}", "certificate", json_certificate(proof, FORM_PEM));
    issued_free(proof);
    return body;
}

static inline json_t *group_body(const char *id, const char *primary, const char *secondary) {
    return json_pack("{s:s, s:{s:s, s:{s:{s:s?, s:s?}}}}", "enrollmentGroupId", id, "attestation",
                     "type", "x509", "x509", "caReferences", "primary", primary, "secondary",
                     secondary);
}

/* What a device with a certificate by that signer, issued at that time, is told. */
static inline json_t *connect_device(engine *e, const char *target, const issued *signer,
                                     int64_t issued_at) {
    const device_options options = {.id = DEVICE_ID, .not_before = issued_at};
    issued *device = NULL;
    json_error_t error;
    ck_assert_int_eq(issuer_device(31, signer, &options, &device), 0);
    json_t *const body = json_pack("{s:o, s:o}", "target", json_loads(target, 0, &error),
                                   "certificate", json_certificate(device, FORM_PEM));
    issued_free(device);
    return ask_if(e, "POST", "/_simulator/connect", NULL, body, 200);
}

static inline int run_suite(Suite *suite) {
    SRunner *const runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

#endif

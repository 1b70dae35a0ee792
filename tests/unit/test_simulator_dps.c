/* SPDX-License-Identifier: MIT */
/* The simulated Device Provisioning Service: its certificates, and the enrollment groups that refer
 * to them. */
#include "simulator_targets.h"

#define ONE DPS "/one" DPS_VERSION
#define TWO DPS "/two" DPS_VERSION
#define GROUP GROUPS "/group" GROUPS_VERSION

static authorities cas;
static engine *e;

/* One verified certificate, and another that is not. */
static void set_up(void) {
    cas = make_authorities();
    e = start();
    expect(e, "PUT", ONE, NULL, upload_body(cas.a, FORM_PEM_IN_BASE64, 1), 200);
    expect(e, "PUT", TWO, NULL, upload_body(cas.b, FORM_DER, 0), 200);
}

static void tear_down(void) {
    engine_destroy(e);
    free_authorities(&cas);
}

static void copy_etag(const char *target, char etag[ETAG_SIZE]) {
    json_t *const now = get(e, target);
    snprintf(etag, ETAG_SIZE, "%s", text_at(now, "etag"));
    json_decref(now);
}

/* ---- certificates ---- */

START_TEST(a_certificate_is_shown_with_the_code_only) {
    char etag[ETAG_SIZE];
    json_t *reply = get(e, ONE);
    json_t *properties = json_object_get(reply, "properties");
    char *const sent = text_of(cas.a, FORM_PEM_IN_BASE64);
    ck_assert(json_is_null(json_object_get(properties, "certificate")));
    ck_assert_str_eq(text_at(properties, "created"), "Mon, 01 Jan 0001 00:00:00 GMT");
    ck_assert_str_eq(text_at(properties, "updated"), "Mon, 01 Apr 2024 05:43:31 GMT");
    ck_assert_str_eq(text_at(properties, "thumbprint"), thumbprint(cas.a));
    ck_assert_str_eq(text_at(reply, "type"), "Microsoft.Devices/provisioningServices/Certificates");
    json_decref(reply);
    copy_etag(ONE, etag);
    reply = ask_if(e, "POST", DPS "/one/generateVerificationCode" DPS_VERSION, etag, NULL, 200);
    properties = json_object_get(reply, "properties");
    ck_assert_str_eq(text_at(properties, "certificate"), sent);
    ck_assert_str_ne(text_at(reply, "etag"), etag);
    json_decref(reply);
    free(sent);
}
END_TEST

/* Base64 of a tag in quotation marks. */
START_TEST(an_etag_is_a_quoted_tag) {
    size_t length;
    json_t *const now = get(e, ONE);
    uint8_t *const tag = decode(json_object_get(now, "etag"), &length);
    ck_assert_uint_eq(length, strlen("\"05006cea-0000-0700-0000-62716b4c0000\""));
    ck_assert_uint_eq(tag[0], '"');
    ck_assert_uint_eq(tag[length - 1], '"');
    ck_assert_mem_eq(tag + 9, "-0000-0700-0000-", 16);
    free(tag);
    json_decref(now);
}
END_TEST

/* Up to 2021-10-15 there is no "properties" around the body. */
static const struct {
    const char *version;
    int flat;
    unsigned status;
} versions[] = {
    {"2021-10-15", 1, 200}, {"2021-10-15", 0, 400}, {"2022-02-05", 0, 200}, {"2022-02-05", 1, 400},
    {"2022-12-12", 0, 200}, {"2022-12-12", 1, 400}, {"2020-03-01", 0, 400},
};

START_TEST(each_version_has_its_body) {
    char target[TEXT_SIZE];
    json_t *const body = upload_body(cas.a, FORM_DER, 1);
    json_t *const sent =
        versions[_i].flat ? json_incref(json_object_get(body, "properties")) : json_incref(body);
    json_decref(body);
    snprintf(target, sizeof target, DPS "/new?api-version=%s", versions[_i].version);
    expect(e, "PUT", target, NULL, sent, versions[_i].status);
    if (versions[_i].status == 200) {
        json_t *const made = get(e, target);
        ck_assert(json_is_true(json_object_get(json_object_get(made, "properties"), "isVerified")));
        json_decref(made);
    }
}
END_TEST

START_TEST(one_certificate_may_stand_under_two_names) {
    expect(e, "PUT", DPS "/again" DPS_VERSION, NULL, upload_body(cas.a, FORM_DER, 0), 200);
    json_t *const list = get(e, DPS DPS_VERSION);
    ck_assert_uint_eq(json_array_size(json_object_get(list, "value")), 3);
    json_decref(list);
}
END_TEST

START_TEST(if_match_does_not_matter_when_creating) {
    expect(e, "PUT", DPS "/new" DPS_VERSION, "anything", upload_body(cas.a, FORM_DER, 0), 200);
    expect(e, "PUT", DPS "/new" DPS_VERSION, "anything", upload_body(cas.a, FORM_DER, 0), 412);
    expect(e, "PUT", DPS "/new" DPS_VERSION, NULL, upload_body(cas.a, FORM_DER, 0), 412);
}
END_TEST

START_TEST(a_deletion_says_null) {
    char etag[ETAG_SIZE];
    copy_etag(ONE, etag);
    expect(e, "DELETE", ONE, NULL, NULL, 412);
    json_t *const reply = ask_if(e, "DELETE", ONE, etag, NULL, 200);
    ck_assert(json_is_null(reply));
    json_decref(reply);
    expect(e, "GET", ONE, NULL, NULL, 404);
    expect(e, "DELETE", ONE, etag, NULL, 204);
}
END_TEST

START_TEST(errors_have_details) {
    json_t *const reply = ask_if(e, "DELETE", ONE, NULL, NULL, 412);
    ck_assert_int_eq(json_integer_value(json_object_get(reply, "code")) / 1000, 412);
    ck_assert_str_eq(text_at(reply, "httpStatusCode"), "PreconditionFailed");
    text_at(reply, "message");
    text_at(reply, "details");
    json_decref(reply);
}
END_TEST

START_TEST(a_26th_certificate_is_too_many) {
    char target[TEXT_SIZE];
    for (int i = 2; i <= 25; i++) {
        snprintf(target, sizeof target, DPS "/c%d" DPS_VERSION, i);
        expect(e, "PUT", target, NULL, upload_body(cas.a, FORM_DER, 0), i < 25 ? 200 : 400);
    }
}
END_TEST

/* ---- enrollment groups ---- */

START_TEST(a_group_begins_with_a_put_and_ends_with_a_delete) {
    char etag[ETAG_SIZE];
    char before[ETAG_SIZE];
    expect(e, "GET", GROUP, NULL, NULL, 404);
    expect(e, "DELETE", GROUP, NULL, NULL, 404);
    json_t *reply = ask_if(e, "PUT", GROUP, NULL, group_body("group", "one", NULL), 200);
    json_t *const read = get(e, GROUP);
    ck_assert(json_equal(reply, read));
    ck_assert_str_eq(text_at(read, "provisioningStatus"), "enabled");
    ck_assert_str_eq(text_at(read, "createdDateTimeUtc"), "2024-04-01T05:43:31Z");
    json_decref(read);
    json_decref(reply);
    copy_etag(GROUP, before);
    expect(e, "PUT", GROUP, NULL, group_body("group", "one", "one"), 409);
    ck_assert_int_eq(engine_set_clock(e, START + 1), 0);
    expect(e, "PUT", GROUP, before, group_body("group", "one", "one"), 200);
    copy_etag(GROUP, etag);
    ck_assert_str_ne(etag, before);
    reply = get(e, GROUP);
    ck_assert_str_eq(text_at(reply, "createdDateTimeUtc"), "2024-04-01T05:43:31Z");
    ck_assert_str_eq(text_at(reply, "lastUpdatedDateTimeUtc"), "2024-04-01T05:43:32Z");
    json_decref(reply);
    expect(e, "PUT", GROUP, before, group_body("group", "one", NULL), 412);
    expect(e, "DELETE", GROUP, before, NULL, 412);
    expect(e, "DELETE", GROUP, etag, NULL, 204);
    expect(e, "GET", GROUP, NULL, NULL, 404);
    expect(e, "PUT", GROUP, etag, group_body("group", "one", NULL), 412);
}
END_TEST

START_TEST(any_and_a_quoted_etag_are_taken) {
    char etag[ETAG_SIZE];
    char quoted[ETAG_SIZE + 2];
    expect(e, "PUT", GROUP, NULL, group_body("group", "one", NULL), 200);
    copy_etag(GROUP, etag);
    snprintf(quoted, sizeof quoted, "\"%s\"", etag);
    expect(e, "PUT", GROUP, quoted, group_body("group", "one", NULL), 200);
    expect(e, "PUT", GROUP, quoted, group_body("group", "one", NULL), 412);
    expect(e, "PUT", GROUP, "*", group_body("group", "one", NULL), 200);
    expect(e, "PUT", GROUP, "\"*\"", group_body("group", "one", NULL), 412);
    expect(e, "PUT", GROUP, "", group_body("group", "one", NULL), 412);
    expect(e, "PUT", GROUP, "\"", group_body("group", "one", NULL), 412);
    expect(e, "DELETE", GROUP, "*", NULL, 204);
}
END_TEST

START_TEST(what_a_group_says_is_kept) {
    json_t *const sent = group_body("group", "one", NULL);
    json_object_set_new(sent, "provisioningStatus", json_string("disabled"));
    json_object_set_new(sent, "initialTwin", json_pack("{s:{s:i}}", "tags", "a", 1));
    json_object_set_new(sent, "iotHubs", json_pack("[s]", "hub.azure-devices.net"));
    json_object_set_new(sent, "unknown", json_null());
    json_object_set_new(json_object_get(sent, "attestation"), "tpm", json_null());
    json_t *const with_tag = json_deep_copy(sent);
    json_object_set_new(with_tag, "etag", json_string("another's"));
    expect(e, "PUT", GROUP, NULL, with_tag, 200);
    json_t *const kept = get(e, GROUP);
    ck_assert_str_ne(text_at(kept, "etag"), "another's");
    json_object_del(kept, "etag");
    json_object_del(kept, "createdDateTimeUtc");
    json_object_del(kept, "lastUpdatedDateTimeUtc");
    ck_assert(json_equal(kept, sent));
    json_decref(kept);
    json_decref(sent);
}
END_TEST

static const struct {
    const char *primary, *secondary;
    unsigned status;
} references[] = {
    {"one", NULL, 200},   {NULL, "one", 200},   {"one", "one", 200}, {"ONE", NULL, 200},
    {NULL, NULL, 400},    {"two", NULL, 400},   {"one", "two", 400}, {"none", NULL, 400},
    {"one", "none", 400}, {"none", "one", 400}, {"", "one", 400},
};

START_TEST(a_group_refers_to_verified_certificates) {
    expect(e, "PUT", GROUP, NULL,
           group_body("group", references[_i].primary, references[_i].secondary),
           references[_i].status);
    expect(e, "GET", GROUP, NULL, NULL, references[_i].status == 200 ? 200 : 404);
}
END_TEST

#define X509 "{\"enrollmentGroupId\":\"group\",\"attestation\":{\"type\":\"x509\",\"x509\":"

static const struct {
    const char *body;
    unsigned status;
} documents[] = {
    {"", 400},
    {"null", 400},
    {"[]", 400},
    {"{}", 400},
    {"{\"enrollmentGroupId\":\"group\"}", 400},
    {"{\"enrollmentGroupId\":\"other\",\"attestation\":{\"type\":\"symmetricKey\"}}", 400},
    {"{\"enrollmentGroupId\":3,\"attestation\":{\"type\":\"symmetricKey\"}}", 400},
    {"{\"attestation\":{\"type\":\"symmetricKey\"}}", 400},
    {"{\"enrollmentGroupId\":\"group\",\"attestation\":{\"type\":\"none\"}}", 400},
    {"{\"enrollmentGroupId\":\"group\",\"attestation\":{\"type\":\"symmetricKey\"}}", 200},
    {X509 "null}}", 400},
    {X509 "[]}}", 400},
    {X509 "{}}}", 400},
    {X509 "{\"caReferences\":null}}}", 400},
    {X509 "{\"caReferences\":\"one\"}}}", 400},
    {X509 "{\"caReferences\":{}}}}", 400},
    {X509 "{\"caReferences\":{\"primary\":3}}}}", 400},
    {X509 "{\"caReferences\":{\"primary\":\"one\",\"secondary\":{}}}}}", 400},
    {X509 "{\"caReferences\":{\"primary\":\"one\"},\"signingCertificates\":{}}}}", 400},
    {X509 "{\"caReferences\":{\"primary\":\"one\"},\"signingCertificates\":null}}}", 200},
    {X509 "{\"signingCertificates\":{\"primary\":{\"certificate\":\"\"}}}}}", 200},
};

START_TEST(a_document_is_checked) {
    engine_reply reply = ask_as(e, "Bearer t", "PUT", GROUP, documents[_i].body);
    ck_assert_uint_eq(reply.status, documents[_i].status);
    engine_reply_release(&reply);
    expect(e, "GET", GROUP, NULL, NULL, documents[_i].status == 200 ? 200 : 404);
}
END_TEST

START_TEST(a_document_has_a_largest_size) {
    enum { LENGTH = 64 * 1024 };
    char *const text = malloc(LENGTH + 1);
    json_t *const body = group_body("group", "one", NULL);
    memset(text, 'a', LENGTH);
    text[LENGTH] = '\0';
    json_object_set_new(body, "note", json_string(text));
    expect(e, "PUT", GROUP, NULL, body, 400);
    free(text);
}
END_TEST

static const struct {
    const char *method, *target, *authorization;
    unsigned status;
} refusals[] = {
    {"GET", GROUPS "/none" GROUPS_VERSION, "Bearer t", 404},
    {"GET", GROUPS "/none", "Bearer t", 400},
    {"GET", GROUPS "/none?api-version=2018-01-01", "Bearer t", 400},
    {"GET", GROUPS GROUPS_VERSION, "Bearer t", 404},
    {"GET", GROUPS "/a/b" GROUPS_VERSION, "Bearer t", 404},
    {"PUT", GROUPS "/a%20b" GROUPS_VERSION, "Bearer t", 404},
    {"GET", "/dps/d%2Fps/enrollmentGroups/group" GROUPS_VERSION, "Bearer t", 404},
    {"POST", GROUP, "Bearer t", 405},
    {"GET", GROUP, NULL, 401},
    {"GET", GROUP, "Bearer expired", 401},
    {"GET", GROUP, "Bearer forbidden", 403},
    {"GET", GROUP, "Bearer aud:https://management.azure.com", 401},
};

/* { errorCode, trackingId, message, timestampUtc }, the code once more in a header. */
START_TEST(what_is_wrong_is_refused) {
    expect(e, "PUT", GROUP, NULL, group_body("group", "one", NULL), 200);
    engine_reply reply = ask_if_as(e, refusals[_i].authorization, refusals[_i].method,
                                   refusals[_i].target, NULL, NULL);
    ck_assert_uint_eq(reply.status, refusals[_i].status);
    json_t *const body = json_loadb(reply.body, reply.body_length, 0, NULL);
    const json_int_t code = json_integer_value(json_object_get(body, "errorCode"));
    ck_assert_int_eq(code / 1000, refusals[_i].status);
    ck_assert_int_eq(strtol(reply_header_of(&reply, "x-ms-error-code"), NULL, 10), code);
    text_at(body, "trackingId");
    text_at(body, "message");
    ck_assert_str_eq(text_at(body, "timestampUtc"), "2024-04-01T05:43:31Z");
    json_decref(body);
    engine_reply_release(&reply);
}
END_TEST

START_TEST(another_content_type_is_refused) {
    engine_reply reply = ask_typed(e, "text/plain", "Bearer t", "PUT", GROUP, NULL,
                                   group_body("group", "one", NULL));
    ck_assert_uint_eq(reply.status, 415);
    engine_reply_release(&reply);
    expect(e, "GET", GROUP, NULL, NULL, 404);
}
END_TEST

START_TEST(the_data_plane_has_an_audience_of_its_own) {
    expect(e, "PUT", GROUP, NULL, group_body("group", "one", NULL), 200);
    engine_reply reply = ask_if_as(e, "Bearer aud:https://azure-devices-provisioning.net/.default",
                                   "GET", GROUP, NULL, NULL);
    ck_assert_uint_eq(reply.status, 200);
    engine_reply_release(&reply);
}
END_TEST

START_TEST(a_101st_group_is_too_many) {
    char target[TEXT_SIZE];
    char id[32];
    for (int i = 0; i <= 100; i++) {
        snprintf(id, sizeof id, "g%d", i);
        snprintf(target, sizeof target, GROUPS "/%s" GROUPS_VERSION, id);
        expect(e, "PUT", target, NULL, group_body(id, "one", NULL), i < 100 ? 200 : 400);
    }
}
END_TEST

/* That the service protects it is inferred. */
START_TEST(a_certificate_that_is_referred_to_stays) {
    char etag[ETAG_SIZE];
    copy_etag(ONE, etag);
    expect(e, "PUT", GROUP, NULL, group_body("group", NULL, "ONE"), 200);
    expect(e, "DELETE", ONE, etag, NULL, 409);
    expect(e, "GET", ONE, NULL, NULL, 200);
    expect(e, "DELETE", GROUP, NULL, NULL, 204);
    expect(e, "DELETE", ONE, etag, NULL, 200);
}
END_TEST

START_TEST(services_are_told_apart_by_their_prefix) {
    static const char plain[] = "/enrollmentGroups/group" GROUPS_VERSION;
    static const char simulated[] = "/dps/simulated/enrollmentGroups/group" GROUPS_VERSION;
    static const char certificate[] =
        ARM_GROUP "/providers/Microsoft.Devices/provisioningServices/simulated/certificates"
                  "/one" DPS_VERSION;
    expect(e, "PUT", GROUP, NULL, group_body("group", "one", NULL), 200);
    expect(e, "GET", plain, NULL, NULL, 404);
    expect(e, "PUT", plain, NULL, group_body("group", "one", NULL), 400);
    expect(e, "PUT", certificate, NULL, upload_body(cas.a, FORM_DER, 1), 200);
    expect(e, "PUT", plain, NULL, group_body("group", "one", NULL), 200);
    json_t *const one = get(e, plain);
    json_t *const other = get(e, simulated);
    ck_assert(json_equal(one, other));
    json_decref(one);
    json_decref(other);
}
END_TEST

START_TEST(a_fault_is_refused_in_the_services_form) {
    static const unsigned statuses[] = {401, 403, 409, 412, 429, 500, 503};
    char fault[TEXT_SIZE];
    snprintf(fault, sizeof fault,
             "[{\"match\":\"PUT /dps/dps/\",\"fault\":\"status\",\"status\":%u}]", statuses[_i]);
    json_decref(ask(e, "POST", "/_simulator/faults", fault, 200));
    json_t *const reply =
        ask_if(e, "PUT", GROUP, NULL, group_body("group", "one", NULL), statuses[_i]);
    ck_assert_int_eq(json_integer_value(json_object_get(reply, "errorCode")) / 1000, statuses[_i]);
    json_decref(reply);
    expect(e, "GET", GROUP, NULL, NULL, 404);
}
END_TEST

/* ---- all of it ---- */

static Suite *dps_suite(void) {
    Suite *const suite = suite_create("simulator dps");
    TCase *const tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_certificate_is_shown_with_the_code_only);
    tcase_add_test(tests, an_etag_is_a_quoted_tag);
    tcase_add_loop_test(tests, each_version_has_its_body, 0, COUNT(versions));
    tcase_add_test(tests, one_certificate_may_stand_under_two_names);
    tcase_add_test(tests, if_match_does_not_matter_when_creating);
    tcase_add_test(tests, a_deletion_says_null);
    tcase_add_test(tests, errors_have_details);
    tcase_add_test(tests, a_26th_certificate_is_too_many);
    tcase_add_test(tests, a_group_begins_with_a_put_and_ends_with_a_delete);
    tcase_add_test(tests, any_and_a_quoted_etag_are_taken);
    tcase_add_test(tests, what_a_group_says_is_kept);
    tcase_add_loop_test(tests, a_group_refers_to_verified_certificates, 0, COUNT(references));
    tcase_add_loop_test(tests, a_document_is_checked, 0, COUNT(documents));
    tcase_add_test(tests, a_document_has_a_largest_size);
    tcase_add_loop_test(tests, what_is_wrong_is_refused, 0, COUNT(refusals));
    tcase_add_test(tests, another_content_type_is_refused);
    tcase_add_test(tests, the_data_plane_has_an_audience_of_its_own);
    tcase_add_test(tests, a_101st_group_is_too_many);
    tcase_add_test(tests, a_certificate_that_is_referred_to_stays);
    tcase_add_test(tests, services_are_told_apart_by_their_prefix);
    tcase_add_loop_test(tests, a_fault_is_refused_in_the_services_form, 0, 7);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void) {
    return run_suite(dps_suite());
}

/* SPDX-License-Identifier: MIT */
/* The simulated IoT Central: groups that are always there, and the two slots of each. */
#include "simulator_targets.h"

#define GROUP CENTRAL "/group" CENTRAL_VERSION
#define SLOT CENTRAL "/group/certificates/primary"
#define PRIMARY SLOT CENTRAL_VERSION
#define SECONDARY CENTRAL "/group/certificates/secondary" CENTRAL_VERSION

static authorities cas;
static engine *e;

static void set_up(void) {
    cas = make_authorities();
    e = start();
}

static void tear_down(void) {
    engine_destroy(e);
    free_authorities(&cas);
}

static json_t *slot_body(const issued *ca, text_form form, int verified, const char *etag) {
    json_t *const body =
        json_pack("{s:o, s:b}", "certificate", json_certificate(ca, form), "verified", verified);
    if (etag != NULL) {
        json_object_set_new(body, "etag", json_string(etag));
    }
    return body;
}

static void copy_etag(const char *target, char etag[ETAG_SIZE]) {
    json_t *const now = get(e, target);
    snprintf(etag, ETAG_SIZE, "%s", text_at(now, "etag"));
    json_decref(now);
}

/* ---- certificates ---- */

START_TEST(a_slot_is_filled_read_and_emptied) {
    expect(e, "GET", PRIMARY, NULL, NULL, 404);
    expect(e, "DELETE", PRIMARY, NULL, NULL, 404);
    expect(e, "POST", SLOT "/generateVerificationCode" CENTRAL_VERSION, NULL, NULL, 404);
    expect(e, "POST", SLOT "/verify" CENTRAL_VERSION, NULL, NULL, 404);
    json_t *const put = ask_if(e, "PUT", PRIMARY, NULL, slot_body(cas.a, FORM_DER, 0, NULL), 200);
    json_t *const read = get(e, PRIMARY);
    ck_assert(json_equal(put, read));
    ck_assert(json_is_false(json_object_get(read, "verified")));
    ck_assert_str_eq(text_at(json_object_get(read, "info"), "sha1Thumbprint"), thumbprint(cas.a));
    ck_assert_ptr_null(json_object_get(read, "certificate"));
    json_decref(put);
    json_decref(read);
    expect(e, "GET", SECONDARY, NULL, NULL, 404);
    ck_assert_ptr_null(ask_if(e, "DELETE", PRIMARY, NULL, NULL, 204));
    expect(e, "GET", PRIMARY, NULL, NULL, 404);
}
END_TEST

START_TEST(every_form_of_a_certificate_is_taken) {
    json_t *const put =
        ask_if(e, "PUT", SECONDARY, NULL, slot_body(cas.a, (text_form)_i, 1, NULL), 200);
    ck_assert(json_is_true(json_object_get(put, "verified")));
    ck_assert_str_eq(text_at(json_object_get(put, "info"), "sha1Thumbprint"), thumbprint(cas.a));
    json_decref(put);
}
END_TEST

START_TEST(an_etag_in_the_body_is_compared) {
    char etag[ETAG_SIZE];
    char before[ETAG_SIZE];
    expect(e, "PUT", PRIMARY, NULL, slot_body(cas.a, FORM_DER, 0, "anything"), 412);
    expect(e, "GET", PRIMARY, NULL, NULL, 404);
    expect(e, "PUT", PRIMARY, NULL, slot_body(cas.a, FORM_DER, 0, NULL), 200);
    copy_etag(PRIMARY, before);
    expect(e, "PUT", PRIMARY, NULL, slot_body(cas.b, FORM_DER, 0, "anything"), 412);
    expect(e, "PUT", PRIMARY, "header", slot_body(cas.b, FORM_DER, 0, before), 200);
    copy_etag(PRIMARY, etag);
    ck_assert_str_ne(etag, before);
    expect(e, "PUT", PRIMARY, NULL, slot_body(cas.a, FORM_DER, 0, before), 412);
    expect(e, "PUT", PRIMARY, NULL, slot_body(cas.a, FORM_DER, 0, NULL), 200);
}
END_TEST

START_TEST(a_code_and_a_proof_change_the_etag) {
    char etags[3][ETAG_SIZE];
    char code[CODE_TEXT_SIZE];
    expect(e, "PUT", PRIMARY, NULL, slot_body(cas.a, FORM_DER, 0, NULL), 200);
    copy_etag(PRIMARY, etags[0]);
    json_t *const reply =
        ask_if(e, "POST", SLOT "/generateVerificationCode" CENTRAL_VERSION, NULL, NULL, 200);
    ck_assert_uint_eq(json_object_size(reply), 1);
    snprintf(code, sizeof code, "%s", text_at(reply, "verificationCode"));
    json_decref(reply);
    copy_etag(PRIMARY, etags[1]);
    ck_assert_ptr_null(ask_if(e, "POST", SLOT "/verify" CENTRAL_VERSION, NULL,
                              proof_body(cas.a, code, START), 204));
    copy_etag(PRIMARY, etags[2]);
    ck_assert_str_ne(etags[0], etags[1]);
    ck_assert_str_ne(etags[1], etags[2]);
}
END_TEST

static const char *const bad_bodies[] = {
    "",
    "null",
    "[]",
    "{}",
    "{",
    "{\"certificate\":null}",
    "{\"certificate\":\"MA==\"}",
    "{\"certificate\":\"<base64-certificate>\",\"verified\":true}",
    "{\"properties\":{\"certificate\":\"MA==\"}}",
};

START_TEST(a_bad_body_changes_nothing) {
    json_t *const reply = ask(e, "PUT", PRIMARY, bad_bodies[_i], 422);
    text_at(json_object_get(reply, "error"), "code");
    json_decref(reply);
    expect(e, "GET", PRIMARY, NULL, NULL, 404);
}
END_TEST

START_TEST(members_have_their_types) {
    static const char *const keys[] = {"verified", "verified", "etag"};
    json_t *const values[] = {json_integer(1), json_string("true"), json_integer(1)};
    for (int i = 0; i < COUNT(keys); i++) {
        json_t *const body = slot_body(cas.a, FORM_DER, 0, NULL);
        json_object_set_new(body, keys[i], values[i]);
        expect(e, "PUT", PRIMARY, NULL, body, 422);
    }
    expect(e, "GET", PRIMARY, NULL, NULL, 404);
}
END_TEST

/* ---- groups ---- */

START_TEST(every_group_is_there_from_the_start) {
    json_t *const group = get(e, GROUP);
    json_t *const again = get(e, GROUP);
    ck_assert_str_eq(text_at(group, "id"), "group");
    ck_assert_str_eq(text_at(group, "type"), "iot");
    ck_assert_str_eq(text_at(json_object_get(group, "attestation"), "type"), "x509");
    ck_assert(json_is_true(json_object_get(group, "enabled")));
    ck_assert(json_equal(group, again));
    json_t *const list = get(e, CENTRAL CENTRAL_VERSION);
    ck_assert_uint_eq(json_array_size(json_object_get(list, "value")), 1);
    ck_assert(json_equal(json_array_get(json_object_get(list, "value"), 0), group));
    json_decref(list);
    json_decref(again);
    json_decref(group);
}
END_TEST

static const struct {
    const char *method, *body;
    unsigned status;
} changes[] = {
    {"PATCH", "{}", 200},
    {"PATCH", "{\"displayName\":\"new\"}", 200},
    {"PATCH", "{\"enabled\":false}", 200},
    {"PATCH", "{\"enabled\":\"no\"}", 422},
    {"PATCH", "{\"type\":\"none\"}", 422},
    {"PATCH", "{\"attestation\":{\"type\":\"symmetricKey\"}}", 422},
    {"PATCH", "{\"etag\":\"anything\"}", 412},
    {"PATCH", "[]", 422},
    {"PUT", "{}", 422},
    {"PUT", "{\"displayName\":\"new\",\"type\":\"iotEdge\",\"attestation\":{\"type\":\"x509\"}}",
     200},
    {"PUT",
     "{\"displayName\":\"new\",\"type\":\"iot\",\"attestation\":{\"type\":\"x509\"},"
     "\"etag\":\"anything\"}",
     412},
};

START_TEST(a_group_can_be_changed) {
    json_t *const before = get(e, GROUP);
    json_t *const reply = ask(e, changes[_i].method, GROUP, changes[_i].body, changes[_i].status);
    json_t *const after = get(e, GROUP);
    if (changes[_i].status == 200) {
        json_t *const sent = json_loads(changes[_i].body, 0, NULL);
        const char *key;
        json_t *value;
        ck_assert(json_equal(reply, after));
        ck_assert_str_ne(text_at(before, "etag"), text_at(after, "etag"));
        json_object_foreach(sent, key, value) {
            ck_assert(json_equal(json_object_get(after, key), value));
        }
        json_decref(sent);
    } else {
        ck_assert(json_equal(before, after));
    }
    json_decref(after);
    json_decref(reply);
    json_decref(before);
}
END_TEST

START_TEST(a_deleted_group_begins_anew) {
    expect(e, "PUT", PRIMARY, NULL, slot_body(cas.a, FORM_DER, 1, NULL), 200);
    expect(e, "DELETE", GROUP, NULL, NULL, 204);
    expect(e, "GET", PRIMARY, NULL, NULL, 404);
}
END_TEST

/* ---- what is wrong ---- */

static const struct {
    const char *method, *target, *authorization;
    unsigned status;
} refusals[] = {
    {"GET", CENTRAL "/group/certificates/primary", "Bearer t", 400},
    {"GET", CENTRAL "/group?api-version=1.0", "Bearer t", 400},
    {"GET", CENTRAL "/group/certificates/third" CENTRAL_VERSION, "Bearer t", 404},
    {"GET", CENTRAL "/group/certificates" CENTRAL_VERSION, "Bearer t", 404},
    {"GET", CENTRAL "/group/devices" CENTRAL_VERSION, "Bearer t", 404},
    {"PUT", CENTRAL "/group/certificates/primary/verify/more" CENTRAL_VERSION, "Bearer t", 404},
    {"GET", CENTRAL "/gr%20oup" CENTRAL_VERSION, "Bearer t", 404},
    {"GET", "/central/a%20b/api/enrollmentGroups" CENTRAL_VERSION, "Bearer t", 404},
    {"POST", CENTRAL CENTRAL_VERSION, "Bearer t", 405},
    {"POST", GROUP, "Bearer t", 405},
    {"POST", SECONDARY, "Bearer t", 405},
    {"GET", CENTRAL "/group/certificates/secondary/verify" CENTRAL_VERSION, "Bearer t", 405},
    {"POST", CENTRAL "/group/certificates/secondary/none" CENTRAL_VERSION, "Bearer t", 404},
    {"GET", GROUP, NULL, 401},
    {"GET", GROUP, "Bearer expired", 401},
    {"GET", GROUP, "Bearer forbidden", 403},
    {"GET", GROUP, "Bearer aud:https://azure-devices-provisioning.net", 401},
};

/* { error: { code, message } }, the code once more in a header. */
START_TEST(what_is_wrong_is_refused) {
    expect(e, "PUT", SECONDARY, NULL, slot_body(cas.a, FORM_DER, 0, NULL), 200);
    engine_reply reply = ask_if_as(e, refusals[_i].authorization, refusals[_i].method,
                                   refusals[_i].target, NULL, NULL);
    ck_assert_uint_eq(reply.status, refusals[_i].status);
    json_t *const body = json_loadb(reply.body, reply.body_length, 0, NULL);
    const json_t *const error = json_object_get(body, "error");
    ck_assert_str_eq(text_at(error, "code"), reply_header_of(&reply, "x-ms-error-code"));
    text_at(error, "message");
    json_decref(body);
    engine_reply_release(&reply);
}
END_TEST

START_TEST(another_content_type_is_refused) {
    engine_reply reply = ask_typed(e, "text/plain", "Bearer t", "PUT", PRIMARY, NULL,
                                   slot_body(cas.a, FORM_DER, 0, NULL));
    ck_assert_uint_eq(reply.status, 415);
    engine_reply_release(&reply);
    expect(e, "GET", PRIMARY, NULL, NULL, 404);
}
END_TEST

START_TEST(the_audience_is_its_own) {
    engine_reply reply = ask_if_as(e, "Bearer aud:https://apps.azureiotcentral.com/.default", "GET",
                                   GROUP, NULL, NULL);
    ck_assert_uint_eq(reply.status, 200);
    engine_reply_release(&reply);
}
END_TEST

START_TEST(applications_are_told_apart_by_their_prefix) {
    static const char plain[] = "/api/enrollmentGroups/group/certificates/primary" CENTRAL_VERSION;
    static const char named[] =
        "/central/simulated/api/enrollmentGroups/group/certificates/primary" CENTRAL_VERSION;
    expect(e, "PUT", PRIMARY, NULL, slot_body(cas.a, FORM_DER, 0, NULL), 200);
    expect(e, "GET", plain, NULL, NULL, 404);
    expect(e, "PUT", plain, NULL, slot_body(cas.b, FORM_DER, 0, NULL), 200);
    json_t *const one = get(e, plain);
    json_t *const other = get(e, named);
    ck_assert(json_equal(one, other));
    json_decref(one);
    json_decref(other);
}
END_TEST

START_TEST(groups_are_bounded) {
    char target[TEXT_SIZE];
    for (int i = 0; i <= 100; i++) {
        snprintf(target, sizeof target, CENTRAL "/g%d" CENTRAL_VERSION, i);
        expect(e, "GET", target, NULL, NULL, i < 100 ? 200 : 503);
    }
}
END_TEST

START_TEST(a_fault_is_refused_in_the_applications_form) {
    static const unsigned statuses[] = {401, 403, 409, 412, 429, 500, 503};
    char fault[TEXT_SIZE];
    snprintf(fault, sizeof fault,
             "[{\"match\":\"PUT /central/\",\"fault\":\"status\",\"status\":%u}]", statuses[_i]);
    json_decref(ask(e, "POST", "/_simulator/faults", fault, 200));
    json_t *const reply =
        ask_if(e, "PUT", PRIMARY, NULL, slot_body(cas.a, FORM_DER, 0, NULL), statuses[_i]);
    text_at(json_object_get(reply, "error"), "code");
    json_decref(reply);
    expect(e, "GET", PRIMARY, NULL, NULL, 404);
}
END_TEST

START_TEST(a_huge_reply_takes_the_place_of_none) {
    expect(e, "PUT", PRIMARY, NULL, slot_body(cas.a, FORM_DER, 0, NULL), 200);
    json_decref(
        ask(e, "POST", "/_simulator/faults", "[{\"match\":\"DELETE /\",\"fault\":\"huge\"}]", 200));
    engine_reply reply = ask_if_as(e, "Bearer t", "DELETE", PRIMARY, NULL, NULL);
    ck_assert_uint_eq(reply.status, 200);
    ck_assert_uint_eq(reply.body_length, 64u * 1024 * 1024);
    engine_reply_release(&reply);
}
END_TEST

/* ---- all of it ---- */

static Suite *central_suite(void) {
    Suite *const suite = suite_create("simulator central");
    TCase *const tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_slot_is_filled_read_and_emptied);
    tcase_add_loop_test(tests, every_form_of_a_certificate_is_taken, 0, FORM_PEM_IN_BASE64 + 1);
    tcase_add_test(tests, an_etag_in_the_body_is_compared);
    tcase_add_test(tests, a_code_and_a_proof_change_the_etag);
    tcase_add_loop_test(tests, a_bad_body_changes_nothing, 0, COUNT(bad_bodies));
    tcase_add_test(tests, members_have_their_types);
    tcase_add_test(tests, every_group_is_there_from_the_start);
    tcase_add_loop_test(tests, a_group_can_be_changed, 0, COUNT(changes));
    tcase_add_test(tests, a_deleted_group_begins_anew);
    tcase_add_loop_test(tests, what_is_wrong_is_refused, 0, COUNT(refusals));
    tcase_add_test(tests, another_content_type_is_refused);
    tcase_add_test(tests, the_audience_is_its_own);
    tcase_add_test(tests, applications_are_told_apart_by_their_prefix);
    tcase_add_test(tests, groups_are_bounded);
    tcase_add_loop_test(tests, a_fault_is_refused_in_the_applications_form, 0, 7);
    tcase_add_test(tests, a_huge_reply_takes_the_place_of_none);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void) {
    return run_suite(central_suite());
}

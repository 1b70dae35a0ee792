/* SPDX-License-Identifier: MIT */
/* Would a device be let in? What a demonstration shows of a rollover rests on this. */
#include "simulator_targets.h"

#define HUB_TARGET "{\"kind\":\"iot-hub\",\"name\":\"hub\"}"
#define DPS_TARGET "{\"kind\":\"dps\",\"name\":\"dps\"}"
#define GROUP_TARGET "{\"kind\":\"dps\",\"name\":\"dps\",\"enrollment_group\":\"group\"}"
#define CENTRAL_TARGET "{\"kind\":\"iot-central\",\"name\":\"app\",\"enrollment_group\":\"group\"}"
#define GROUP GROUPS "/group" GROUPS_VERSION
#define PRIMARY CENTRAL "/group/certificates/primary" CENTRAL_VERSION

static authorities cas;
static engine *e;

static void set_up(void) {
    cas = make_authorities();
    e = start();
    ck_assert_int_eq(engine_set_clock(e, B_START), 0);
}

static void tear_down(void) {
    engine_destroy(e);
    free_authorities(&cas);
}

/* The word is in the reason; NULL: the device is let in by that CA. */
static void ck_connects(const char *target, const issued *ca, const char *word) {
    json_t *const reply = connect_device(e, target, ca, engine_clock(e));
    ck_assert_int_eq(json_is_true(json_object_get(reply, "accepted")), word == NULL);
    if (word == NULL) {
        ck_assert(json_is_null(json_object_get(reply, "reason")));
        ck_assert_str_eq(text_at(reply, "ca"), thumbprint(ca));
    } else {
        ck_assert_msg(strstr(text_at(reply, "reason"), word) != NULL, "%s",
                      text_at(reply, "reason"));
        ck_assert(json_is_null(json_object_get(reply, "ca")));
    }
    json_decref(reply);
}

START_TEST(a_hub_lets_in_by_its_verified_certificates) {
    ck_connects(HUB_TARGET, cas.a, "no such target");
    expect(e, "PUT", HUB "/a" HUB_VERSION, NULL, upload_body(cas.a, FORM_DER, 0), 200);
    ck_connects(HUB_TARGET, cas.a, "not verified");
    ck_connects(HUB_TARGET, cas.b, "no CA certificate");
    expect(e, "PUT", HUB "/again" HUB_VERSION, NULL, upload_body(cas.a, FORM_DER, 1), 200);
    ck_connects(HUB_TARGET, cas.a, NULL);
    ck_connects(HUB_TARGET, cas.b, "no CA certificate");
    expect(e, "PUT", HUB "/b" HUB_VERSION, NULL, upload_body(cas.b, FORM_DER, 1), 200);
    ck_connects(HUB_TARGET, cas.a, NULL);
    ck_connects(HUB_TARGET, cas.b, NULL);
    ck_assert_int_eq(engine_set_clock(e, A_END), 0);
    ck_connects(HUB_TARGET, cas.a, NULL);
    ck_assert_int_eq(engine_set_clock(e, A_END + 1), 0);
    ck_connects(HUB_TARGET, cas.a, "expired");
    ck_connects(HUB_TARGET, cas.b, NULL);
}
END_TEST

START_TEST(a_group_lets_in_by_what_it_refers_to) {
    expect(e, "PUT", DPS "/a" DPS_VERSION, NULL, upload_body(cas.a, FORM_DER, 1), 200);
    expect(e, "PUT", DPS "/b" DPS_VERSION, NULL, upload_body(cas.b, FORM_DER, 1), 200);
    ck_connects(DPS_TARGET, cas.b, NULL);
    ck_connects(GROUP_TARGET, cas.a, "no such enrollment group");
    expect(e, "PUT", GROUP, NULL, group_body("group", "a", NULL), 200);
    ck_connects(GROUP_TARGET, cas.a, NULL);
    ck_connects(GROUP_TARGET, cas.b, "no CA certificate");
    expect(e, "PUT", GROUP, "*", group_body("group", "a", "b"), 200);
    ck_connects(GROUP_TARGET, cas.b, NULL);
    json_t *const disabled = group_body("group", "a", "b");
    json_object_set_new(disabled, "provisioningStatus", json_string("disabled"));
    expect(e, "PUT", GROUP, "*", disabled, 200);
    ck_connects(GROUP_TARGET, cas.a, "disabled");
    ck_connects(DPS_TARGET, cas.a, NULL);
}
END_TEST

/* A group keeps its reference when the certificate is replaced by one that is not proved. */
START_TEST(a_reference_to_what_is_no_longer_verified_lets_nobody_in) {
    expect(e, "PUT", DPS "/a" DPS_VERSION, NULL, upload_body(cas.a, FORM_DER, 1), 200);
    expect(e, "PUT", GROUP, NULL, group_body("group", "a", NULL), 200);
    json_t *const now = get(e, DPS "/a" DPS_VERSION);
    expect(e, "PUT", DPS "/a" DPS_VERSION, text_at(now, "etag"), upload_body(cas.b, FORM_DER, 0),
           200);
    json_decref(now);
    ck_connects(GROUP_TARGET, cas.a, "no CA certificate");
    ck_connects(GROUP_TARGET, cas.b, "not verified");
}
END_TEST

START_TEST(an_application_lets_in_by_a_groups_slots) {
    ck_connects(CENTRAL_TARGET, cas.a, "no such target");
    expect(e, "PUT", PRIMARY, NULL,
           json_pack("{s:o}", "certificate", json_certificate(cas.a, FORM_DER)), 200);
    ck_connects(CENTRAL_TARGET, cas.a, "not verified");
    expect(e, "PUT", CENTRAL "/group/certificates/secondary" CENTRAL_VERSION, NULL,
           json_pack("{s:o, s:b}", "certificate", json_certificate(cas.b, FORM_DER), "verified", 1),
           200);
    ck_connects(CENTRAL_TARGET, cas.a, "not verified");
    ck_connects(CENTRAL_TARGET, cas.b, NULL);
    ck_connects(CENTRAL_TARGET, cas.other, "no CA certificate");
    json_decref(ask(e, "PATCH", CENTRAL "/group" CENTRAL_VERSION, "{\"enabled\":false}", 200));
    ck_connects(CENTRAL_TARGET, cas.b, "disabled");
    ck_connects("{\"kind\":\"iot-central\",\"name\":\"app\"}", cas.b, "which enrollment group");
}
END_TEST

START_TEST(a_device_certificate_is_good_for_its_day) {
    static const struct {
        int64_t issued_before;
        int accepted;
    } ages[] = {{0, 1}, {ISSUER_DEVICE_LIFE, 1}, {ISSUER_DEVICE_LIFE + 1, 0}, {-1, 0}};
    expect(e, "PUT", HUB "/a" HUB_VERSION, NULL, upload_body(cas.a, FORM_DER, 1), 200);
    for (int i = 0; i < COUNT(ages); i++) {
        json_t *const reply =
            connect_device(e, HUB_TARGET, cas.a, engine_clock(e) - ages[i].issued_before);
        ck_assert_int_eq(json_is_true(json_object_get(reply, "accepted")), ages[i].accepted);
        json_decref(reply);
    }
}
END_TEST

/* A device of the simulated service, at a hub that took its certificates from there. */
START_TEST(the_spheres_devices_are_let_in) {
    json_t *const ca = get(e, LEGACY "/cert");
    expect(e, "PUT", HUB "/a" HUB_VERSION, NULL,
           json_pack("{s:{s:o, s:b}}", "properties", "certificate", ca, "isVerified", 1), 200);
    json_t *const device = ask(e, "POST", "/_simulator/device",
                               "{\"tenant\":\"" TENANT "\",\"device\":\"" DEVICE_ID "\"}", 200);
    json_t *const reply =
        ask_if(e, "POST", "/_simulator/connect", NULL,
               json_pack("{s:{s:s, s:s}, s:O}", "target", "kind", "iot-hub", "name", "hub",
                         "certificate", json_object_get(device, "certificate")),
               200);
    ck_assert(json_is_true(json_object_get(reply, "accepted")));
    ck_assert_str_eq(text_at(reply, "ca"), text_at(device, "ca"));
    json_decref(reply);
    json_decref(device);
}
END_TEST

static const char *const bad_requests[] = {
    "",
    "{}",
    "{\"target\":" HUB_TARGET "}",
    "{\"target\":" HUB_TARGET ",\"certificate\":\"\"}",
    "{\"target\":" HUB_TARGET ",\"certificate\":\"MA==\"}",
    "{\"target\":\"hub\",\"certificate\":\"MA==\"}",
    "{\"target\":{\"kind\":\"trust-file\"},\"certificate\":\"MA==\"}",
    "{\"target\":{\"name\":\"hub\"},\"certificate\":\"MA==\"}",
    "{\"target\":{\"kind\":\"dps\",\"group\":\"g\"},\"certificate\":\"MA==\"}",
};

START_TEST(a_bad_request_is_refused) {
    json_t *const reply = ask(e, "POST", "/_simulator/connect", bad_requests[_i], 400);
    text_at(reply, "error");
    json_decref(reply);
}
END_TEST

/* ---- state ---- */

START_TEST(the_state_shows_what_each_holds) {
    expect(e, "PUT", HUB "/a" HUB_VERSION, NULL, upload_body(cas.a, FORM_DER, 0), 200);
    expect(e, "PUT", DPS "/b" DPS_VERSION, NULL, upload_body(cas.b, FORM_DER, 1), 200);
    expect(e, "PUT", GROUP, NULL, group_body("group", NULL, "b"), 200);
    expect(e, "PUT", PRIMARY, NULL,
           json_pack("{s:o}", "certificate", json_certificate(cas.a, FORM_DER)), 200);
    json_t *const state = get(e, "/_simulator/state");
    const json_t *const hub = json_array_get(json_object_get(state, "iot_hubs"), 0);
    const json_t *const dps = json_array_get(json_object_get(state, "dps"), 0);
    const json_t *const app = json_array_get(json_object_get(state, "iot_central"), 0);
    ck_assert_str_eq(text_at(hub, "name"), "hub");
    ck_assert_str_eq(text_at(dps, "name"), "dps");
    ck_assert_str_eq(text_at(app, "name"), "app");

    const json_t *const at_hub = json_array_get(json_object_get(hub, "certificates"), 0);
    ck_assert_str_eq(text_at(at_hub, "name"), "a");
    ck_assert_str_eq(text_at(at_hub, "thumbprint"), thumbprint(cas.a));
    ck_assert(json_is_false(json_object_get(at_hub, "verified")));
    ck_assert_str_eq(text_at(at_hub, "not_after"), "2026-04-01T05:43:31Z");
    const json_t *const at_dps = json_array_get(json_object_get(dps, "certificates"), 0);
    ck_assert_str_eq(text_at(at_dps, "thumbprint"), thumbprint(cas.b));
    ck_assert(json_is_true(json_object_get(at_dps, "verified")));

    const json_t *const dps_group = json_array_get(json_object_get(dps, "groups"), 0);
    ck_assert_str_eq(text_at(dps_group, "id"), "group");
    ck_assert(json_is_null(json_object_get(dps_group, "primary")));
    ck_assert_str_eq(text_at(dps_group, "secondary"), "b");
    const json_t *const app_group = json_array_get(json_object_get(app, "groups"), 0);
    ck_assert_str_eq(text_at(json_object_get(app_group, "primary"), "thumbprint"),
                     thumbprint(cas.a));
    ck_assert(json_is_null(json_object_get(app_group, "secondary")));
    json_decref(state);
}
END_TEST

static Suite *connect_suite(void) {
    Suite *const suite = suite_create("simulator connect");
    TCase *const tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_hub_lets_in_by_its_verified_certificates);
    tcase_add_test(tests, a_group_lets_in_by_what_it_refers_to);
    tcase_add_test(tests, a_reference_to_what_is_no_longer_verified_lets_nobody_in);
    tcase_add_test(tests, an_application_lets_in_by_a_groups_slots);
    tcase_add_test(tests, a_device_certificate_is_good_for_its_day);
    tcase_add_test(tests, the_spheres_devices_are_let_in);
    tcase_add_loop_test(tests, a_bad_request_is_refused, 0, COUNT(bad_requests));
    tcase_add_test(tests, the_state_shows_what_each_holds);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void) {
    return run_suite(connect_suite());
}

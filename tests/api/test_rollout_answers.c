/* SPDX-License-Identifier: MIT */
/* Answers that are well formed and not so: what a run makes of them, and what it keeps. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <tenantca/tenantca.h>

#include "fleet.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STEPS_SIZE 4096

static void rewrite(engine_reply *reply, json_t *document) {
    free(reply->body);
    reply->body = json_dumps(document, JSON_COMPACT);
    ck_assert_ptr_nonnull(reply->body);
    reply->body_length = strlen(reply->body);
}

static const fleet_options usual = {0};

/* ---- uploads ---- */

/* Taken, and not called verified, whatever the upload said. */
static void leave_unverified(const char *method, const char *url, engine_reply *reply) {
    (void)url;
    json_t *document =
        strcmp(method, "PUT") == 0 ? json_loadb(reply->body, reply->body_length, 0, NULL) : NULL;
    json_t *properties = json_object_get(document, "properties");
    if (json_is_true(json_object_get(properties, "isVerified"))) {
        json_object_set_new(properties, "isVerified", json_false());
        rewrite(reply, document);
    } else if (json_is_true(json_object_get(document, "verified"))) {
        json_object_set_new(document, "verified", json_false());
        rewrite(reply, document);
    }
    json_decref(document);
}

START_TEST(an_upload_that_is_not_called_verified_fails_and_nothing_else) {
    fleet one;
    fleet_open(&one, &(fleet_options){.verification = TCA_VERIFICATION_ON_UPLOAD});
    one.host.retouch = leave_unverified;
    tca_plan *plan = fleet_apply(&one, NULL);
    fleet_assert_steps(plan, true,
                       "+download - A\n!upload hub A\n!upload dps A\ntrust dps A\n"
                       "!upload central A\n+trust edge A\n");
    for (uint32_t i = 1; i <= 4; i++) {
        tca_step step = {.struct_size = sizeof(step)};
        ck_assert_int_eq(tca_plan_step(plan, i, &step), TCA_OK);
        ck_assert_int_eq(step.result, step.kind == TCA_STEP_UPLOAD ? TCA_E_PROOF : TCA_OK);
    }
    tca_plan_unref(plan);
    one.host.retouch = NULL;
    fleet_assert_done(&one);
    fleet_close(&one);
}
END_TEST

/* ---- lists that contradict the certificates ---- */

static size_t contradicted; /* its place in the list */

static bool is_list(const char *method, const char *url) {
    return strcmp(method, "GET") == 0 && strstr(url, "Microsoft.AzureSphere") != NULL;
}

static const char *claimed; /* the status that the list tells of it; NULL: the true one */

static void contradict(const char *method, const char *url, engine_reply *reply) {
    json_t *document =
        is_list(method, url) ? json_loadb(reply->body, reply->body_length, 0, NULL) : NULL;
    json_t *one = json_array_get(json_object_get(document, "value"), contradicted);
    json_t *properties = json_object_get(one, "properties");
    if (properties != NULL) {
        json_object_set_new(properties, "thumbprint",
                            json_string("00112233445566778899AABBCCDDEEFF00112233"));
        if (claimed != NULL) {
            json_object_set_new(properties, "status", json_string(claimed));
        }
        rewrite(reply, document);
    }
    json_decref(document);
}

static void contradict_from_now_on(fleet *one, char letter) {
    contradicted = (size_t)(letter - 'A');
    one->host.retouch = contradict;
}

/* "28AED889...", of the service's certificate by that letter. */
static void thumbprint_of(fleet *one, char letter, char text[41]) {
    tca_plan *plan = fleet_plan(one);
    const tca_rollover *rollover;
    const tca_inventory *inventory;
    const tca_entry *entry;
    const char *found;
    size_t length;
    ck_assert_int_eq(tca_plan_rollover(plan, &rollover), TCA_OK);
    ck_assert_int_eq(tca_rollover_inventory(rollover, &inventory), TCA_OK);
    ck_assert_int_eq(tca_inventory_get(inventory, (uint32_t)(letter - 'A'), &entry), TCA_OK);
    ck_assert_int_eq(tca_entry_thumbprint(entry, &found, &length), TCA_OK);
    snprintf(text, 41, "%s", found);
    tca_plan_unref(plan);
}

/* The letters of what the back-end trusts, in its order. */
static void assert_anchored(fleet *one, const char *letters) {
    char text[41];
    const char *at = one->anchors == NULL ? "" : one->anchors;
    size_t count = 0;
    for (const char *heading = strstr(at, "# "); heading != NULL;
         heading = strstr(heading + 1, "# ")) {
        count++;
    }
    ck_assert_uint_eq(count, strlen(letters));
    for (; *letters != '\0'; letters++) {
        thumbprint_of(one, *letters, text);
        at = strstr(at, text);
        ck_assert_msg(at != NULL, "%c is not there, or not in its place", *letters);
    }
}

/* A list's glitch about one certificate, in a run of its own each day; B is issued on day 640, and
 * active on day 685; A ends on day 730. */
static const struct {
    int day;     /* until which all was well */
    int then;    /* when the list contradicts one */
    char letter; /* which */
    const char *anchored;
} glitches[] = {
    {0, 10, 'A', "A"},     {0, 650, 'A', "AB"}, {650, 651, 'B', "AB"}, {650, 690, 'B', "BA"},
    {650, 690, 'A', "BA"}, {0, 650, 'B', "A"},  {700, 735, 'A', "B"},
};

/* Remembered, or held by the place and by nothing remembered. */
START_TEST(a_contradiction_takes_nothing_out_of_anchors_and_brings_nothing_in) {
    const fleet_options options = {.without_store = _i % 2 != 0};
    size_t glitch = (size_t)_i / 2;
    fleet one;
    fleet_open(&one, &options);
    fleet_go_to(&one, glitches[glitch].day, 0);
    fleet_assert_done(&one);
    fleet_go_to(&one, glitches[glitch].then, 0);
    contradict_from_now_on(&one, glitches[glitch].letter);
    fleet_restart(&one, &options);
    tca_plan_unref(fleet_apply(&one, NULL));
    assert_anchored(&one, glitches[glitch].anchored);
    fleet_close(&one);
}
END_TEST

static void revoke(fleet *one, char letter) {
    char thumbprint[41], body[256];
    thumbprint_of(one, letter, thumbprint);
    snprintf(body, sizeof(body), "{\"tenant\": \"" FLEET_TENANT "\", \"thumbprint\": \"%s\"}",
             thumbprint);
    engine_host_control(&one->host, "/_simulator/revoke", body);
}

START_TEST(a_revoked_one_leaves_anchors_also_when_its_list_contradicts_it) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, 650, 0);
    fleet_assert_done(&one);
    revoke(&one, 'A');
    contradict_from_now_on(&one, 'A');
    tca_plan_unref(fleet_apply(&one, NULL));
    assert_anchored(&one, "B");
    fleet_close(&one);
}
END_TEST

static void assert_leaving(fleet *one) {
    tca_plan *plan = fleet_plan(one);
    char steps[STEPS_SIZE];
    fleet_steps(plan, true, steps, sizeof(steps));
    ck_assert_msg(strstr(steps, "?remove hub A") != NULL, "%s", steps);
    ck_assert_msg(strstr(steps, "trust edge A") == NULL, "%s", steps);
    tca_plan_unref(plan);
}

/* The place could not be written when the service told. */
START_TEST(a_revoked_one_stays_so_when_a_list_that_contradicts_it_takes_it_back) {
    static const char *const claims[] = {"Active", "Inactive"};
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, 690, 0);
    fleet_assert_done(&one);
    revoke(&one, 'A');
    one.anchors_fail = true;
    tca_plan_unref(fleet_apply(&one, NULL));
    one.anchors_fail = false;
    claimed = claims[_i];
    contradict_from_now_on(&one, 'A');
    for (int run = 0; run < 2; run++) {
        fleet_restart(&one, &usual);
        assert_leaving(&one);
        tca_plan_unref(fleet_apply(&one, NULL));
        assert_anchored(&one, "B");
    }
    claimed = NULL;
    fleet_close(&one);
}
END_TEST

/* ---- what is remembered ---- */

static void assert_told(fleet *one, const char *expected) {
    tca_plan_unref(fleet_apply(one, NULL));
    ck_assert_str_eq(one->told, expected);
    one->told[0] = '\0';
}

#define ADOPTED                                                                                    \
    "new -\nuploaded hub\nverified hub\ntrust-changed hub\nuploaded dps\nverified dps\n"           \
    "trust-changed dps\nuploaded central\nverified central\ntrust-changed central\n"               \
    "trust-changed edge\n"

START_TEST(a_contradiction_silences_nothing_about_the_others) {
    fleet one;
    fleet_open(&one, &usual);
    assert_told(&one, ADOPTED);
    fleet_go_to(&one, 650, 0);
    contradict_from_now_on(&one, 'A');
    assert_told(&one, ADOPTED);
    fleet_restart(&one, &usual);
    assert_told(&one, "");
    fleet_close(&one);
}
END_TEST

START_TEST(one_that_is_contradicted_when_it_is_first_seen_is_new_afterwards) {
    fleet one;
    fleet_open(&one, &usual);
    assert_told(&one, ADOPTED);
    fleet_go_to(&one, 650, 0);
    contradict_from_now_on(&one, 'B');
    assert_told(&one, "");
    one.host.retouch = NULL;
    assert_told(&one, ADOPTED);
    fleet_close(&one);
}
END_TEST

START_TEST(what_was_known_of_a_contradicted_one_stays_known) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, 650, 0);
    fleet_assert_done(&one);
    one.told[0] = '\0';
    contradict_from_now_on(&one, 'B');
    assert_told(&one, "");
    one.host.retouch = NULL;
    one.host.hide_newest = true;
    fleet_restart(&one, &usual);
    assert_told(&one, "");
    assert_anchored(&one, "AB");
    one.host.hide_newest = false;
    fleet_go_to(&one, 690, 0);
    contradict_from_now_on(&one, 'A');
    assert_told(&one, "activated -\ntrust-changed edge\n");
    one.host.retouch = NULL;
    assert_told(&one, "retired -\n");
    fleet_close(&one);
}
END_TEST

static void hide_first(const char *method, const char *url, engine_reply *reply) {
    json_t *document =
        is_list(method, url) ? json_loadb(reply->body, reply->body_length, 0, NULL) : NULL;
    if (document != NULL) {
        json_array_remove(json_object_get(document, "value"), 0);
        rewrite(reply, document);
    }
    json_decref(document);
}

START_TEST(a_revocation_is_remembered_whatever_contradicts_it) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, 690, 0);
    fleet_assert_done(&one);
    one.told[0] = '\0';
    revoke(&one, 'A');
    contradict_from_now_on(&one, 'A');
    assert_told(&one, "revoked -\ntrust-changed edge\n");
    unsigned written = one.anchors_written;
    one.host.retouch = hide_first;
    assert_told(&one, "");
    ck_assert_uint_eq(one.anchors_written, written);
    fleet_close(&one);
}
END_TEST

/* ---- another tenant's certificate ---- */

static const char no_fault[] = "[]";
static const char strangers[] = "[{\"match\": \"GET /subscriptions/s/resourceGroups/g/providers/"
                                "Microsoft.AzureSphere\", \"times\": 1000, "
                                "\"fault\": \"wrong-certificate\"}]";

static char *stranger; /* the PEM text of what is shown */

static void keep_stranger(const char *method, const char *url, engine_reply *reply) {
    json_t *document =
        is_list(method, url) ? json_loadb(reply->body, reply->body_length, 0, NULL) : NULL;
    json_t *one = json_array_get(json_object_get(document, "value"), 0);
    const char *body =
        json_string_value(json_object_get(json_object_get(one, "properties"), "certificate"));
    tca_certificate *certificate = NULL;
    tca_bytes *pem = NULL;
    const uint8_t *data;
    size_t length;
    if (body != NULL && stranger == NULL) {
        ck_assert_int_eq(
            tca_certificate_parse((const uint8_t *)body, strlen(body), NULL, &certificate, NULL),
            TCA_OK);
        ck_assert_int_eq(tca_certificate_pem(certificate, &pem, NULL), TCA_OK);
        tca_bytes_view(pem, &data, &length);
        stranger = malloc(length + 1);
        ck_assert_ptr_nonnull(stranger);
        memcpy(stranger, data, length);
        stranger[length] = '\0';
        tca_bytes_unref(pem);
        tca_certificate_unref(certificate);
    }
    json_decref(document);
}

/* A place that another tenant's rollout writes, too, and runs that remember nothing. */
START_TEST(another_tenants_certificate_comes_nowhere_and_stays_where_it_is) {
    const fleet_options options = {.without_store = true};
    fleet one;
    fleet_open(&one, &options);
    for (int places = 0; places < 3; places++) { /* empty; A; A and the stranger */
        if (places > 0) {
            fleet_restart(&one, &options);
            engine_host_control(&one.host, "/_simulator/faults", no_fault);
            fleet_assert_done(&one);
        }
        if (places == 2) {
            one.anchors = realloc(one.anchors, one.anchors_length + strlen(stranger) + 1);
            ck_assert_ptr_nonnull(one.anchors);
            strcpy(one.anchors + one.anchors_length, stranger);
            one.anchors_length += strlen(stranger);
        }
        unsigned written = one.anchors_written;
        fleet_restart(&one, &options);
        engine_host_control(&one.host, "/_simulator/faults", strangers);
        one.host.retouch = keep_stranger;
        tca_plan_unref(fleet_apply(&one, NULL));
        ck_assert_uint_eq(one.anchors_written, written);
        ck_assert_ptr_nonnull(stranger);
    }
    free(stranger);
    fleet_close(&one);
}
END_TEST

/* Else the rollout would stay with a tenant that it is not for. */
START_TEST(another_tenant_is_not_remembered) {
    fleet one;
    fleet_open(&one, &usual);
    engine_host_control(&one.host, "/_simulator/faults", strangers);
    assert_told(&one, "");
    engine_host_control(&one.host, "/_simulator/faults", no_fault);
    assert_told(&one, ADOPTED);
    fleet_close(&one);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("rollout, answers");
    TCase *tests = tcase_create("answers");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_upload_that_is_not_called_verified_fails_and_nothing_else);
    tcase_add_loop_test(tests, a_contradiction_takes_nothing_out_of_anchors_and_brings_nothing_in,
                        0, 2 * (int)COUNT(glitches));
    tcase_add_test(tests, a_revoked_one_leaves_anchors_also_when_its_list_contradicts_it);
    tcase_add_loop_test(tests, a_revoked_one_stays_so_when_a_list_that_contradicts_it_takes_it_back,
                        0, 2);
    tcase_add_test(tests, a_contradiction_silences_nothing_about_the_others);
    tcase_add_test(tests, one_that_is_contradicted_when_it_is_first_seen_is_new_afterwards);
    tcase_add_test(tests, what_was_known_of_a_contradicted_one_stays_known);
    tcase_add_test(tests, a_revocation_is_remembered_whatever_contradicts_it);
    tcase_add_test(tests, another_tenant_is_not_remembered);
    tcase_add_test(tests, another_tenants_certificate_comes_nowhere_and_stays_where_it_is);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

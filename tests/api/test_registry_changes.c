/* SPDX-License-Identifier: MIT */
/* Answers to changes: is it the certificate that was meant, and is it as was asked? */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clouds.h"
#include "engine_host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ONE LIST(RESOURCE("new", NEW, "false", "e-new"))
#define CODED(code)                                                                                \
    "{\"name\": \"new\", \"etag\": \"e\", \"properties\": {\"verificationCode\": " code "}}"
#define TEN(c) c c c c c c c c c c
#define LONG_CODE TEN("0123456789") TEN("0123456789") TEN("0123456789")

typedef enum action { CODE, VERIFY } action;

static const struct {
    cloud_kind kind;
    action action;
    const char *answers[3];
    size_t count;
    tca_result result;
    const char *says; /* NULL: it went well */
} changes[] = {
    /* another one */
    {CLOUD_HUB, VERIFY, {RESOURCE("new", OLD, "true", "e")}, 1, TCA_E_ANSWER, "another"},
    {CLOUD_HUB, VERIFY, {RESOURCE("old", NEW, "true", "e")}, 1, TCA_E_ANSWER, "another"},
    {CLOUD_CENTRAL, VERIFY, {"", SLOT(OLD, "true")}, 2, TCA_E_ANSWER, "another"},
    {CLOUD_DPS, CODE, {RESOURCE("new", OLD, "false", "e")}, 1, TCA_E_ANSWER, "another"},
    /* not verified */
    {CLOUD_HUB, VERIFY, {RESOURCE("new", NEW, "false", "e")}, 1, TCA_E_PROOF, "verified"},
    {CLOUD_HUB, VERIFY, {"{\"name\": \"new\", \"etag\": \"e\"}"}, 1, TCA_E_PROOF, "verified"},
    {CLOUD_CENTRAL, VERIFY, {"", SLOT(NEW, "false")}, 2, TCA_E_PROOF, "verified"},
    {CLOUD_CENTRAL, VERIFY, {"", "{}"}, 2, TCA_E_PROOF, "verified"},
    /* nothing said: it is looked at */
    {CLOUD_HUB, VERIFY, {"null", RESOURCE("new", NEW, "true", "e")}, 2, TCA_OK, NULL},
    {CLOUD_DPS, VERIFY, {"", RESOURCE("new", NEW, "true", "e")}, 2, TCA_OK, NULL},
    {CLOUD_HUB, VERIFY, {"null", "null"}, 2, TCA_E_ANSWER, "no JSON object"},
    {CLOUD_HUB, VERIFY, {"", RESOURCE("new", NEW, "false", "e")}, 2, TCA_E_PROOF, "verified"},
    /* without an ETag: it is looked at, once */
    {CLOUD_HUB,
     VERIFY,
     {RESOURCE("new", NEW, "true", ""), RESOURCE("new", NEW, "true", "e")},
     2,
     TCA_OK,
     NULL},
    {CLOUD_HUB,
     VERIFY,
     {RESOURCE("new", NEW, "true", ""), RESOURCE("new", NEW, "true", "")},
     2,
     TCA_OK,
     NULL},
    /* without a thumbprint: the one that is known stays */
    {CLOUD_HUB,
     VERIFY,
     {"{\"name\": \"new\", \"etag\": \"e\", \"properties\": {\"isVerified\": true}}"},
     1,
     TCA_OK,
     NULL},
    /* codes */
    {CLOUD_HUB, CODE, {CODED("\"0123\"")}, 1, TCA_OK, NULL},
    {CLOUD_HUB, CODE, {CODED("\"a\\nb\"")}, 1, TCA_E_ANSWER, "code"},
    {CLOUD_HUB, CODE, {CODED("\"a\xC3\xA9\"")}, 1, TCA_E_ANSWER, "code"},
    {CLOUD_HUB, CODE, {CODED("\"\"")}, 1, TCA_E_ANSWER, "code"},
    {CLOUD_HUB, CODE, {CODED("null")}, 1, TCA_E_ANSWER, "code"},
    {CLOUD_HUB, CODE, {CODED("5")}, 1, TCA_E_ANSWER, "code"},
    {CLOUD_HUB, CODE, {CODED("\"" LONG_CODE "\"")}, 1, TCA_E_ANSWER, "code"},
    {CLOUD_HUB, CODE, {RESOURCE("new", NEW, "false", "e")}, 1, TCA_E_ANSWER, "code"},
    {CLOUD_HUB, CODE, {"null"}, 1, TCA_E_ANSWER, "no JSON object"},
    {CLOUD_HUB, CODE, {""}, 1, TCA_E_ANSWER, "JSON"},
    {CLOUD_CENTRAL, CODE, {"{\"verificationCode\": \"\\u0000\"}"}, 1, TCA_E_ANSWER, "NUL"},
    {CLOUD_CENTRAL, CODE, {"{\"verificationCode\": \"\\u001b[2J\"}"}, 1, TCA_E_ANSWER, "code"},
    {CLOUD_CENTRAL, CODE, {"{}"}, 1, TCA_E_ANSWER, "code"},
    {CLOUD_CENTRAL, CODE, {"[]"}, 1, TCA_E_ANSWER, "no JSON object"},
};

START_TEST(a_change_is_what_was_asked_for_or_fails) {
    cloud_kind kind = changes[_i].kind;
    bool central = kind == CLOUD_CENTRAL;
    tca_registration_list *before = cloud_list(kind, central ? SLOT(NEW, "false") : ONE, NULL);
    tca_target *target = cloud_target(kind, 0);
    tca_certificate *proof = cloud_certificate(9);
    script_exchange exchanges[4] = {{.status = 200, .answer = SLOT(NEW, "false")}};
    size_t count = central ? 1 : 0; /* a slot is looked at first */
    tca_call *call = NULL;
    script_run run;
    for (size_t i = 0; i < changes[_i].count; i++) {
        exchanges[count++] = (script_exchange){.status = 200, .answer = changes[_i].answers[i]};
    }
    ck_assert_int_eq(changes[_i].action == CODE
                         ? tca_target_generate_code(target, before, 0, NULL, &call, NULL)
                         : tca_target_verify(target, before, 0, proof, NULL, &call, NULL),
                     TCA_OK);
    script_play(call, CLOUD_NOW, exchanges, count, &run);
    ck_assert_msg(run.result == changes[_i].result, "%d: %s, %s", _i, tca_result_name(run.result),
                  run.message);
    ck_assert_uint_eq(run.exchanges, count);
    if (changes[_i].says != NULL) {
        ck_assert_msg(strstr(run.message, changes[_i].says) != NULL, "%s", run.message);
        ck_assert_ptr_eq(run.message, strstr(run.message, "cloud: "));
    } else {
        tca_registration now = script_registration(run.list, 0);
        ck_assert_str_eq(now.thumbprint, NEW);
        ck_assert_uint_eq(now.flags & TCA_REGISTRATION_HAS_NOT_AFTER,
                          TCA_REGISTRATION_HAS_NOT_AFTER);
        ck_assert_int_eq((now.flags & TCA_REGISTRATION_TRUSTED) != 0, changes[_i].action == VERIFY);
    }
    script_release(&run);
    tca_certificate_unref(proof);
    tca_target_unref(target);
    tca_registration_list_unref(before);
}
END_TEST

START_TEST(an_upload_that_was_to_be_verified_is_or_fails) {
    for (size_t i = 0; i < 2; i++) {
        cloud_kind kind = i == 0 ? CLOUD_CENTRAL : CLOUD_DPS;
        tca_registration_list *before = cloud_list(kind, i == 0 ? NULL : "{\"value\": []}", NULL);
        tca_target *target = cloud_target(kind, TCA_VERIFICATION_ON_UPLOAD);
        tca_certificate *certificate = cloud_certificate(9);
        char answer[512], name[64] = "azure-sphere-";
        for (const char *at = cloud_thumbprint(certificate); *at != '\0'; at++) {
            char digit = *at >= 'A' ? (char)(*at - 'A' + 'a') : *at;
            strncat(name, &digit, 1);
        }
        snprintf(answer, sizeof(answer),
                 i == 0 ? SLOT("%.0s%s", "false") : RESOURCE("%s", "%s", "false", "e"), name,
                 cloud_thumbprint(certificate));
        const script_exchange exchanges[] = {{.status = 404}, {.status = 200, .answer = answer}};
        tca_call *call = NULL;
        script_run run;
        ck_assert_int_eq(tca_target_upload(target, before, certificate, NULL, &call, NULL), TCA_OK);
        script_play(call, CLOUD_NOW, exchanges + i, 2 - i, &run);
        ck_assert_msg(run.result == TCA_E_PROOF, "%s", run.message);
        tca_certificate_unref(certificate);
        tca_target_unref(target);
        tca_registration_list_unref(before);
    }
}
END_TEST

/* Without it somebody else's change could be undone. */
START_TEST(without_an_etag_nothing_is_changed) {
    tca_registration_list *before = cloud_list(
        CLOUD_HUB, LIST(RESOURCE("a", NEW, "true", "") ", " RESOURCE("b", OLD, "true", "e")), NULL);
    tca_target *target = cloud_target(CLOUD_HUB, 0);
    tca_certificate *proof = cloud_certificate(9);
    for (int i = 0; i < 3; i++) {
        tca_call *call = NULL;
        script_run run;
        ck_assert_int_eq(i == 0   ? tca_target_generate_code(target, before, 0, NULL, &call, NULL)
                         : i == 1 ? tca_target_verify(target, before, 0, proof, NULL, &call, NULL)
                                  : tca_target_remove(target, before, 0, NULL, &call, NULL),
                         TCA_OK);
        script_play(call, CLOUD_NOW, NULL, 0, &run);
        ck_assert_int_eq(run.result, TCA_E_ANSWER);
        ck_assert_ptr_nonnull(strstr(run.message, "ETag"));
    }
    tca_certificate_unref(proof);
    tca_target_unref(target);
    tca_registration_list_unref(before);
}
END_TEST

START_TEST(of_the_same_certificate_the_trusted_one_is_found) {
    tca_certificate *certificate = cloud_certificate(9);
    char list[1024];
    uint32_t index = 7;
    const char *thumbprint = cloud_thumbprint(certificate);
    snprintf(list, sizeof(list),
             LIST(RESOURCE("a", "%s", "false", "e") ", " RESOURCE(
                 "b", "%s", "true", "e") ", " RESOURCE("c", "%s", "true", "e")),
             thumbprint, thumbprint, thumbprint);
    tca_registration_list *plain = cloud_list(CLOUD_DPS, list, NULL);
    tca_registration_list *grouped =
        cloud_list(CLOUD_DPS_GROUP, list, GROUP("{\"primary\":\"c\"}", "g"));
    ck_assert_int_eq(tca_registration_list_find(plain, certificate, &index), TCA_OK);
    ck_assert_uint_eq(index, 1);
    ck_assert_int_eq(tca_registration_list_find(grouped, certificate, &index), TCA_OK);
    ck_assert_uint_eq(index, 2);
    tca_registration_list_unref(grouped);
    tca_registration_list_unref(plain);
    tca_certificate_unref(certificate);
}
END_TEST

/* ---- two at once, at a simulated IoT Central ---- */

#define TEXT(member, text) .member = (text), .member##_length = sizeof(text) - 1

static tca_target *open_slots(void) {
    tca_target *target = NULL;
    const tca_target_options options = {.struct_size = sizeof(options),
                                        .kind = TCA_TARGET_IOT_CENTRAL,
                                        .verification = TCA_VERIFICATION_ON_UPLOAD,
                                        TEXT(name, "central"),
                                        TEXT(endpoint, ENGINE_HOST_ADDRESS "/central/app"),
                                        TEXT(application, "app"),
                                        TEXT(enrollment_group, "fleet")};
    ck_assert_int_eq(tca_target_new(&options, &target, NULL), TCA_OK);
    return target;
}

/* The call, which is released, to its end; the list, or NULL when it failed. */
static tca_registration_list *run_to_list(engine_host *service, tca_call *call, tca_result wanted) {
    tca_registration_list *list = NULL;
    ck_assert_int_eq(tca_call_run(call, service->host, NULL), wanted);
    (void)tca_call_take_registrations(call, &list);
    tca_call_unref(call);
    return list;
}

static tca_registration_list *list_slots(engine_host *service, const tca_target *target) {
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_list(target, NULL, &call, NULL), TCA_OK);
    return run_to_list(service, call, TCA_OK);
}

static tca_registration_list *upload_to_slot(engine_host *service, const tca_target *target,
                                             const tca_registration_list *before, uint64_t seed,
                                             tca_result wanted) {
    tca_call *call = NULL;
    tca_certificate *certificate = cloud_certificate(seed);
    ck_assert_int_eq(tca_target_upload(target, before, certificate, NULL, &call, NULL), TCA_OK);
    tca_certificate_unref(certificate);
    return run_to_list(service, call, wanted);
}

static tca_registration_list *remove_slot(engine_host *service, const tca_target *target,
                                          const tca_registration_list *before, tca_result wanted) {
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_remove(target, before, 1, NULL, &call, NULL), TCA_OK);
    return run_to_list(service, call, wanted);
}

START_TEST(what_somebody_else_has_put_into_a_slot_stays) {
    engine_host service;
    engine_host_open(&service, "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93", CLOUD_NOW);
    tca_target *target = open_slots();
    tca_registration_list *empty = list_slots(&service, target);
    tca_registration_list *one = upload_to_slot(&service, target, empty, 7, TCA_OK);
    tca_registration_list *theirs = upload_to_slot(&service, target, one, 8, TCA_OK);
    ck_assert_ptr_null(upload_to_slot(&service, target, one, 9, TCA_E_CONFLICT));
    tca_registration_list *without = remove_slot(&service, target, theirs, TCA_OK);
    tca_registration_list *others = upload_to_slot(&service, target, without, 10, TCA_OK);
    ck_assert_ptr_null(remove_slot(&service, target, theirs, TCA_E_CONFLICT));
    tca_registration_list *now = list_slots(&service, target);
    ck_assert_uint_eq(tca_registration_list_count(now), 2);
    ck_assert_str_eq(script_registration(now, 1).thumbprint,
                     script_registration(others, 1).thumbprint);
    tca_registration_list *const lists[] = {empty, one, theirs, without, others, now};
    for (size_t i = 0; i < COUNT(lists); i++) {
        tca_registration_list_unref(lists[i]);
    }
    tca_target_unref(target);
    engine_host_close(&service);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("registry changes");
    TCase *cases = tcase_create("changes");
    tcase_add_loop_test(cases, a_change_is_what_was_asked_for_or_fails, 0, (int)COUNT(changes));
    tcase_add_test(cases, an_upload_that_was_to_be_verified_is_or_fails);
    tcase_add_test(cases, without_an_etag_nothing_is_changed);
    tcase_add_test(cases, of_the_same_certificate_the_trusted_one_is_found);
    tcase_add_test(cases, what_somebody_else_has_put_into_a_slot_stays);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

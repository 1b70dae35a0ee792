/* SPDX-License-Identifier: MIT */
/* What each operation asks of IoT Hub, DPS and IoT Central, to the letter. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <mbedtls/base64.h>

#include "clouds.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ARM "https://management.azure.com"
#define CENTRAL "https://apps.azureiotcentral.com"

/* ---- documents ---- */

static tca_bytes *pem_of(const tca_certificate *certificate) {
    tca_bytes *pem = NULL;
    ck_assert_int_eq(tca_certificate_pem(certificate, &pem, NULL), TCA_OK);
    return pem;
}

static char *base64_of(const void *data, size_t length) {
    size_t size = length * 2 + 8, written;
    char *text = malloc(size);
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(mbedtls_base64_encode((unsigned char *)text, size, &written, data, length), 0);
    return text;
}

/* As the kind of target wants it: a PEM text, that in base64, or DER in base64. */
static char *text_of(cloud_kind kind, const tca_certificate *certificate) {
    tca_bytes *pem = pem_of(certificate);
    const uint8_t *data;
    size_t length;
    tca_bytes_view(pem, &data, &length);
    char *text = NULL;
    if (kind == CLOUD_HUB) {
        text = malloc(length + 1);
        ck_assert_ptr_nonnull(text);
        memcpy(text, data, length + 1);
    } else if (kind == CLOUD_CENTRAL) {
        tca_certificate_der(certificate, &data, &length);
        text = base64_of(data, length);
    } else {
        text = base64_of(data, length);
    }
    tca_bytes_unref(pem);
    return text;
}

static char *dumped(json_t *document) {
    char *text = json_dumps(document, JSON_COMPACT);
    ck_assert_ptr_nonnull(text);
    json_decref(document);
    return text;
}

static script_run play(tca_call *call, const script_exchange *exchanges, size_t count) {
    script_run run;
    script_play(call, CLOUD_NOW, exchanges, count, &run);
    ck_assert_msg(run.result == TCA_OK, "%s", run.message);
    return run;
}

static void assert_registration(const tca_registration_list *list, uint32_t index, const char *name,
                                const char *thumbprint, uint32_t flags) {
    tca_registration is = script_registration(list, index);
    ck_assert_str_eq(is.name, name);
    ck_assert_str_eq(is.thumbprint, thumbprint);
    ck_assert_uint_eq(is.flags & ~TCA_REGISTRATION_HAS_NOT_AFTER, flags);
}

#define VERIFIED (TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED)
#define PRIMARY TCA_REGISTRATION_PRIMARY
#define SECONDARY TCA_REGISTRATION_SECONDARY

/* ---- listing ---- */

START_TEST(lists_ask_for_what_there_is) {
    static const struct {
        cloud_kind kind;
        script_exchange exchanges[2];
        size_t count;
        uint32_t registrations;
    } lists[] = {
        {CLOUD_HUB,
         {{"GET " CLOUD_HUB_URL CLOUD_HUB_VERSION, NULL, NULL, ARM, 200, TWO, 0, NULL, 0}},
         1,
         2},
        {CLOUD_DPS,
         {{"GET " CLOUD_DPS_URL CLOUD_DPS_VERSION, NULL, NULL, ARM, 200, TWO, 0, NULL, 0}},
         1,
         2},
        {CLOUD_DPS_GROUP,
         {{"GET " CLOUD_DPS_URL CLOUD_DPS_VERSION, NULL, NULL, ARM, 200, TWO, 0, NULL, 0},
          {"GET " CLOUD_GROUP_URL, NULL, NULL, CLOUD_GROUP_AUDIENCE, 404, NULL, 0, NULL, 0}},
         2,
         2},
        {CLOUD_CENTRAL,
         {{"GET " CLOUD_SLOT_URL "primary" CLOUD_SLOT_VERSION, NULL, NULL, CENTRAL, 200,
           SLOT(OLD, "true"), 0, NULL, 0},
          {"GET " CLOUD_SLOT_URL "secondary" CLOUD_SLOT_VERSION, NULL, NULL, CENTRAL, 404, NULL, 0,
           NULL, 0}},
         2,
         1},
    };
    tca_target *target = cloud_target(lists[_i].kind, 0);
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_list(target, NULL, &call, NULL), TCA_OK);
    script_run run = play(call, lists[_i].exchanges, lists[_i].count);
    ck_assert_uint_eq(tca_registration_list_count(run.list), lists[_i].registrations);
    script_release(&run);
    tca_target_unref(target);
}
END_TEST

START_TEST(pages_are_followed) {
    const script_exchange exchanges[] = {
        {.request = "GET " CLOUD_HUB_URL CLOUD_HUB_VERSION,
         .status = 200,
         .answer = "{\"value\": [" RESOURCE("a", OLD, "true", "e") "], \"nextLink\": \"" CLOUD_ARM
                                                                   "/next?x=1%20\"}"},
        {.request = "GET " CLOUD_ARM "/next?x=1%20",
         .audience = ARM,
         .status = 200,
         .answer = "{\"value\": [" RESOURCE("b", NEW, "true", "e") "], \"nextLink\": null}"},
    };
    tca_target *target = cloud_target(CLOUD_HUB, 0);
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_list(target, NULL, &call, NULL), TCA_OK);
    script_run run = play(call, exchanges, 2);
    assert_registration(run.list, 0, "a", OLD, VERIFIED);
    assert_registration(run.list, 1, "b", NEW, VERIFIED);
    script_release(&run);
    tca_target_unref(target);
}
END_TEST

/* ---- uploading ---- */

/* The URL of what an upload makes, its body, and the service's answer to it. */
typedef struct upload {
    char request[512];
    char *body;
    char *answer;
    char name[64];
} upload;

static upload upload_of(cloud_kind kind, const tca_certificate *certificate, bool verified) {
    upload made = {.name = "azure-sphere-"};
    const char *thumbprint = cloud_thumbprint(certificate);
    char *text = text_of(kind, certificate);
    size_t prefix = strlen(made.name);
    for (size_t i = 0; thumbprint[i] != '\0'; i++) {
        char digit = thumbprint[i];
        made.name[prefix + i] = digit >= 'A' ? (char)(digit - 'A' + 'a') : digit;
    }
    if (kind == CLOUD_CENTRAL) {
        snprintf(made.name, sizeof(made.name), "secondary");
        made.body = dumped(json_pack("{s:s, s:b}", "certificate", text, "verified", verified));
        made.answer = dumped(json_pack("{s:b, s:{s:s}, s:s}", "verified", verified, "info",
                                       "sha1Thumbprint", thumbprint, "etag", "e"));
        snprintf(made.request, sizeof(made.request), "PUT %s%s%s", CLOUD_SLOT_URL, made.name,
                 CLOUD_SLOT_VERSION);
    } else {
        json_t *properties = json_pack("{s:s}", "certificate", text);
        if (verified) {
            json_object_set_new(properties, "isVerified", json_true());
        }
        made.body = dumped(json_pack("{s:o}", "properties", properties));
        made.answer = dumped(json_pack("{s:s, s:s, s:{s:s, s:b, s:n}}", "name", made.name, "etag",
                                       "e-made", "properties", "thumbprint", thumbprint,
                                       "isVerified", verified, "certificate"));
        snprintf(made.request, sizeof(made.request), "PUT %s/%s%s",
                 kind == CLOUD_HUB ? CLOUD_HUB_URL : CLOUD_DPS_URL, made.name,
                 kind == CLOUD_HUB ? CLOUD_HUB_VERSION : CLOUD_DPS_VERSION);
    }
    free(text);
    return made;
}

static tca_registration_list *one_there(cloud_kind kind) {
    return kind == CLOUD_CENTRAL
               ? cloud_list(kind, SLOT(OLD, "true"), NULL)
               : cloud_list(kind, LIST(RESOURCE("old", OLD, "true", "e-old")), NULL);
}

START_TEST(an_upload_makes_a_new_registration) {
    cloud_kind kind = (cloud_kind)(_i / 2);
    bool verified = _i % 2 == 1;
    tca_certificate *certificate = cloud_certificate(7);
    tca_registration_list *before = one_there(kind);
    upload made = upload_of(kind, certificate, verified);
    tca_target *target =
        cloud_target(kind, verified ? TCA_VERIFICATION_ON_UPLOAD : TCA_VERIFICATION_PROOF);
    const script_exchange exchanges[] = {
        {.request = "GET " CLOUD_SLOT_URL "secondary" CLOUD_SLOT_VERSION,
         .audience = CENTRAL,
         .status = 404},
        {.request = made.request,
         .body = made.body,
         .audience = kind == CLOUD_CENTRAL ? CENTRAL : ARM,
         .status = 200,
         .answer = made.answer}};
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_upload(target, before, certificate, NULL, &call, NULL), TCA_OK);
    script_run run =
        kind == CLOUD_CENTRAL ? play(call, exchanges, 2) : play(call, exchanges + 1, 1);
    uint32_t flags = !verified ? 0 : kind == CLOUD_DPS_GROUP ? TCA_REGISTRATION_VERIFIED : VERIFIED;
    flags |= kind == CLOUD_CENTRAL ? SECONDARY : 0;
    assert_registration(run.list, 1, made.name, cloud_thumbprint(certificate), flags);
    ck_assert_uint_eq(tca_registration_list_count(before), 1); /* what was handed out stays */
    tca_registration_list *after = run.list;
    ck_assert_int_eq(tca_target_upload(target, after, certificate, NULL, &call, NULL), TCA_OK);
    script_run again = play(call, NULL, 0); /* is there: nothing is asked */
    ck_assert_uint_eq(tca_registration_list_count(again.list), 2);
    script_release(&again);
    script_release(&run);
    free(made.body);
    free(made.answer);
    tca_target_unref(target);
    tca_registration_list_unref(before);
    tca_certificate_unref(certificate);
}
END_TEST

START_TEST(an_upload_never_replaces) {
    tca_certificate *certificate = cloud_certificate(7);
    upload made = upload_of(CLOUD_HUB, certificate, false);
    char list[512];
    script_run run;
    tca_call *call = NULL;
    snprintf(list, sizeof(list), LIST(RESOURCE("%s", OLD, "true", "e")), made.name);
    tca_registration_list *before = cloud_list(CLOUD_HUB, list, NULL);
    tca_target *target = cloud_target(CLOUD_HUB, 0);
    ck_assert_int_eq(tca_target_upload(target, before, certificate, NULL, &call, NULL), TCA_OK);
    script_play(call, CLOUD_NOW, NULL, 0, &run);
    ck_assert_int_eq(run.result, TCA_E_CONFLICT);
    ck_assert_ptr_nonnull(strstr(run.message, "name"));
    free(made.body);
    free(made.answer);
    tca_target_unref(target);
    tca_registration_list_unref(before);
    tca_certificate_unref(certificate);
}
END_TEST

static void assert_no_room(cloud_kind kind, tca_registration_list *before, bool at_once) {
    tca_certificate *certificate = cloud_certificate(7);
    tca_target *target = cloud_target(kind, 0);
    tca_call *call = NULL;
    script_run run;
    tca_result result = tca_target_upload(target, before, certificate, NULL, &call, NULL);
    ck_assert_int_eq(result, at_once ? TCA_E_CAPACITY : TCA_OK);
    if (call != NULL) {
        script_play(call, CLOUD_NOW, NULL, 0, &run);
        ck_assert_int_eq(run.result, TCA_E_CAPACITY);
    }
    tca_target_unref(target);
    tca_registration_list_unref(before);
    tca_certificate_unref(certificate);
}

START_TEST(without_room_nothing_is_asked) {
    json_t *items = json_array();
    for (int i = 0; i < 25; i++) {
        json_array_append_new(items, json_pack("{s:s}", "name", "n"));
    }
    char *list = dumped(json_pack("{s:o}", "value", items));
    assert_no_room(CLOUD_HUB, cloud_list(CLOUD_HUB, list, NULL), true);
    assert_no_room(CLOUD_DPS, cloud_list(CLOUD_DPS, list, NULL), true);
    assert_no_room(CLOUD_CENTRAL, cloud_list(CLOUD_CENTRAL, SLOT(OLD, "true"), SLOT(NEW, "false")),
                   false);
    free(list);
}
END_TEST

/* ---- code, proof ---- */

#define CODE "00DF14B96E8E24DBB613F4BC6027DF1814FC8F051E6B0C39"

static tca_registration_list *two_there(cloud_kind kind) {
    return kind == CLOUD_CENTRAL ? cloud_list(kind, SLOT(OLD, "true"), SLOT(NEW, "false"))
                                 : cloud_list(kind, TWO, GROUP("{\"primary\":\"old one\"}", "g1"));
}

static void assert_code(const script_run *run, const char *expected) {
    const uint8_t *data;
    size_t length;
    ck_assert_ptr_nonnull(run->code);
    tca_bytes_view(run->code, &data, &length);
    ck_assert_uint_eq(length, strlen(expected));
    ck_assert_int_eq(memcmp(data, expected, length), 0);
}

/* "POST url-of-new/what". */
static void request_for_new(cloud_kind kind, const char *method, const char *what, char text[512]) {
    snprintf(text, 512, "%s %s%s%s%s", method,
             kind == CLOUD_HUB       ? CLOUD_HUB_URL "/"
             : kind == CLOUD_CENTRAL ? CLOUD_SLOT_URL
                                     : CLOUD_DPS_URL "/",
             kind == CLOUD_CENTRAL ? "secondary" : "new", what,
             kind == CLOUD_HUB       ? CLOUD_HUB_VERSION
             : kind == CLOUD_CENTRAL ? CLOUD_SLOT_VERSION
                                     : CLOUD_DPS_VERSION);
}

START_TEST(a_code_is_asked_for_and_its_etag_is_used_then) {
    cloud_kind kind = (cloud_kind)_i;
    bool central = kind == CLOUD_CENTRAL;
    tca_registration_list *before = two_there(kind);
    tca_target *target = cloud_target(kind, 0);
    tca_certificate *proof = cloud_certificate(9);
    char generate[512], verify[512], look[512];
    char *text = text_of(kind, proof);
    char *body = dumped(json_pack("{s:s}", "certificate", text));
    tca_call *call = NULL;
    request_for_new(kind, "POST", "/generateVerificationCode", generate);
    request_for_new(kind, "POST", "/verify", verify);
    request_for_new(kind, "GET", "", look);
    const script_exchange asked[] = {
        {.request = look, .status = 200, .answer = SLOT(NEW, "false")},
        {.request = generate,
         .if_match = central ? NULL : "e-new",
         .status = 200,
         .answer = central ? "{\"verificationCode\": \"" CODE "\"}"
                           : "{\"name\": \"new\", \"etag\": \"e-code\", \"properties\": "
                             "{\"thumbprint\": \"" NEW
                             "\", \"isVerified\": false, \"verificationCode\": \"" CODE "\"}}"}};
    ck_assert_int_eq(tca_target_generate_code(target, before, 1, NULL, &call, NULL), TCA_OK);
    script_run run = central ? play(call, asked, 2) : play(call, asked + 1, 1);
    assert_code(&run, CODE);
    const script_exchange shown[] = {
        {.request = look, .status = 200, .answer = SLOT(NEW, "false")},
        {.request = verify,
         .if_match = central ? NULL : "e-code",
         .body = body,
         .audience = central ? CENTRAL : ARM,
         .status = central ? 204 : 200,
         .answer = central ? NULL : RESOURCE("new", NEW, "true", "e-verified")},
        {.request = look, .status = 200, .answer = SLOT(NEW, "true")},
    };
    ck_assert_int_eq(tca_target_verify(target, run.list, 1, proof, NULL, &call, NULL), TCA_OK);
    script_run then = central ? play(call, shown, 3) : play(call, shown + 1, 1);
    assert_registration(then.list, 1, central ? "secondary" : "new", NEW,
                        central                   ? VERIFIED | SECONDARY
                        : kind == CLOUD_DPS_GROUP ? TCA_REGISTRATION_VERIFIED
                                                  : VERIFIED);
    script_release(&then);
    script_release(&run);
    free(text);
    free(body);
    tca_certificate_unref(proof);
    tca_target_unref(target);
    tca_registration_list_unref(before);
}
END_TEST

/* ---- removal ---- */

START_TEST(a_removal_names_the_etag) {
    cloud_kind kind = (cloud_kind)_i;
    tca_registration_list *before = two_there(kind);
    tca_target *target = cloud_target(kind, 0);
    tca_call *call = NULL;
    bool central = kind == CLOUD_CENTRAL;
    char request[512], look[512];
    request_for_new(kind, "DELETE", "", request);
    request_for_new(kind, "GET", "", look);
    const script_exchange exchanges[] = {
        {.request = look, .audience = CENTRAL, .status = 200, .answer = SLOT(NEW, "false")},
        {.request = request,
         .if_match = central ? NULL : "e-new",
         .audience = central ? CENTRAL : ARM,
         .status = 200,
         .answer = "null"}};
    ck_assert_int_eq(tca_target_remove(target, before, 1, NULL, &call, NULL), TCA_OK);
    script_run run = central ? play(call, exchanges, 2) : play(call, exchanges + 1, 1);
    ck_assert_uint_eq(tca_registration_list_count(run.list), 1);
    ck_assert_str_eq(script_registration(run.list, 0).thumbprint, OLD);
    ck_assert_int_eq(tca_target_remove(target, run.list, 0, NULL, &call, NULL), TCA_E_LAST_ANCHOR);
    ck_assert_ptr_null(call);
    script_release(&run);
    tca_target_unref(target);
    tca_registration_list_unref(before);
}
END_TEST

/* ---- IoT Central, which takes no condition ---- */

START_TEST(a_slot_that_has_changed_is_left_alone) {
    static const struct {
        const char *method;
        uint32_t status; /* of the slot now */
        const char *answer;
        tca_result result;
    } slots[] = {
        {"PUT", 200, SLOT(OLD, "true"), TCA_E_CONFLICT},
        {"PUT", 200, SLOT(NEW, "false"), TCA_E_CONFLICT},
        {"PUT", 200, "{}", TCA_E_CONFLICT},
        {"PUT", 200, "<html>", TCA_E_ANSWER},
        {"PUT", 403, NULL, TCA_E_HTTP},
        {"code", 200, SLOT(OLD, "false"), TCA_E_CONFLICT},
        {"code", 200, SLOT(NEW, "true"), TCA_E_CONFLICT},
        {"code", 200, "{}", TCA_E_CONFLICT},
        {"verify", 200, SLOT(OLD, "false"), TCA_E_CONFLICT},
        {"verify", 200, SLOT(NEW, "true"), TCA_E_CONFLICT},
        {"verify", 400, NULL, TCA_E_HTTP},
        {"DELETE", 200, SLOT(OLD, "false"), TCA_E_CONFLICT},
        {"DELETE", 200, SLOT(NEW, "true"), TCA_E_CONFLICT},
        {"DELETE", 200, "<html>", TCA_E_ANSWER},
    };
    const char *method = slots[_i].method;
    bool fills = strcmp(method, "PUT") == 0;
    tca_registration_list *before =
        cloud_list(CLOUD_CENTRAL, SLOT(OLD, "true"), fills ? NULL : SLOT(NEW, "false"));
    tca_target *target = cloud_target(CLOUD_CENTRAL, TCA_VERIFICATION_ON_UPLOAD);
    tca_certificate *certificate = cloud_certificate(7);
    const script_exchange look = {.request = "GET " CLOUD_SLOT_URL "secondary" CLOUD_SLOT_VERSION,
                                  .status = slots[_i].status,
                                  .answer = slots[_i].answer};
    tca_call *call = NULL;
    script_run run;
    ck_assert_int_eq(fills ? tca_target_upload(target, before, certificate, NULL, &call, NULL)
                     : strcmp(method, "code") == 0
                         ? tca_target_generate_code(target, before, 1, NULL, &call, NULL)
                     : strcmp(method, "verify") == 0
                         ? tca_target_verify(target, before, 1, certificate, NULL, &call, NULL)
                         : tca_target_remove(target, before, 1, NULL, &call, NULL),
                     TCA_OK);
    script_play(call, CLOUD_NOW, &look, 1, &run);
    ck_assert_msg(run.result == slots[_i].result, "%s: %s", method, run.message);
    ck_assert_uint_eq(run.exchanges, 1);
    tca_certificate_unref(certificate);
    tca_target_unref(target);
    tca_registration_list_unref(before);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("registry requests");
    TCase *cases = tcase_create("requests");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, lists_ask_for_what_there_is, 0, CLOUD_KINDS);
    tcase_add_test(cases, pages_are_followed);
    tcase_add_loop_test(cases, an_upload_makes_a_new_registration, 0, CLOUD_KINDS * 2);
    tcase_add_test(cases, an_upload_never_replaces);
    tcase_add_test(cases, without_room_nothing_is_asked);
    tcase_add_loop_test(cases, a_code_is_asked_for_and_its_etag_is_used_then, 0, CLOUD_KINDS);
    tcase_add_loop_test(cases, a_removal_names_the_etag, 0, CLOUD_KINDS);
    tcase_add_loop_test(cases, a_slot_that_has_changed_is_left_alone, 0, 14);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* Recorded runs and official examples of IoT Hub, DPS and IoT Central. They stay outside the
 * repository (TENANTCA_DATA); skipped without. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "clouds.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT_SIZE 16384

/* ---- files ---- */

static json_t *load(const char *name) {
    const char *folder = getenv("TENANTCA_DATA");
    char path[1024];
    snprintf(path, sizeof(path), "%s/azure-iot-examples/%s.json",
             folder != NULL ? folder : "../shared/data", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        printf("skipped: %s is not there\n", path);
        return NULL;
    }
    json_t *document = json_loadf(file, 0, NULL);
    fclose(file);
    ck_assert_msg(document != NULL, "%s", path);
    return document;
}

/* Its text; with `list`, as the only one of a list. Releases the document. */
static void dump(json_t *document, int list, char text[TEXT_SIZE]) {
    char *dumped = json_dumps(document, JSON_COMPACT);
    int length = snprintf(text, TEXT_SIZE, list ? "{\"value\":[%s]}" : "%s", dumped);
    ck_assert_int_lt(length, TEXT_SIZE);
    free(dumped);
    json_decref(document);
}

static int load_text(const char *name, int list, char text[TEXT_SIZE]) {
    json_t *document = load(name);
    if (document != NULL) {
        dump(document, list, text);
    }
    return document != NULL;
}

/* The body of an example's answer; NULL when the file is not there. */
static json_t *example(const char *name) {
    json_t *file = load(name);
    json_t *body =
        json_object_get(json_object_get(json_object_get(file, "responses"), "200"), "body");
    json_incref(body);
    json_decref(file);
    return body;
}

static tca_certificate *certificate_of(const char *name) {
    json_t *request = load(name);
    json_t *properties = json_object_get(request, "properties");
    const char *text = json_string_value(
        json_object_get(properties != NULL ? properties : request, "certificate"));
    tca_certificate *certificate = NULL;
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(
        tca_certificate_parse((const uint8_t *)text, strlen(text), NULL, &certificate, NULL),
        TCA_OK);
    json_decref(request);
    return certificate;
}

static script_run play(tca_call *call, const script_exchange *exchanges, size_t count) {
    script_run run;
    script_play(call, CLOUD_NOW, exchanges, count, &run);
    ck_assert_msg(run.result == TCA_OK, "%s", run.message);
    return run;
}

static void assert_code(const script_run *run, const char *expected) {
    const uint8_t *data;
    size_t length;
    tca_bytes_view(run->code, &data, &length);
    ck_assert_str_eq((const char *)data, expected);
}

/* ---- IoT Hub, 17 May 2021 ---- */

#define HUB_THUMBPRINT "4BB1D5D0C511EFD5D2E23382233DF2833475DF9C"
#define HUB_ITEM CLOUD_HUB_URL "/certificate-000004"
#define HUB_NAME "azure-sphere-4bb1d5d0c511efd5d2e23382233df2833475df9c"

START_TEST(an_iot_hub_takes_a_certificate) {
    json_t *recorded = load("recorded/iothub-2021-03-31-1-put.response");
    char answer[TEXT_SIZE];
    tca_call *call = NULL;
    if (recorded == NULL) {
        return;
    }
    json_object_set_new(recorded, "name", json_string(HUB_NAME));
    dump(recorded, 0, answer);
    tca_certificate *certificate = certificate_of("recorded/iothub-2021-03-31-1-put.request");
    tca_registration_list *before = cloud_list(CLOUD_HUB, "{\"value\":[]}", NULL);
    tca_target *target = cloud_target(CLOUD_HUB, 0);
    const script_exchange put = {.request = "PUT " CLOUD_HUB_URL "/" HUB_NAME CLOUD_HUB_VERSION,
                                 .body = "*",
                                 .status = 200,
                                 .answer = answer};
    ck_assert_int_eq(tca_target_upload(target, before, certificate, NULL, &call, NULL), TCA_OK);
    script_run run = play(call, &put, 1);
    tca_registration made = script_registration(run.list, 0);
    ck_assert_str_eq(made.thumbprint, HUB_THUMBPRINT);
    ck_assert_uint_eq(made.flags, TCA_REGISTRATION_HAS_NOT_AFTER);
    ck_assert_int_eq(made.not_after, INT64_C(1621492699)); /* 20 May 2021 06:38:19 */
    script_release(&run);
    tca_registration_list_unref(before);
    tca_target_unref(target);
    tca_certificate_unref(certificate);
}
END_TEST

START_TEST(an_iot_hubs_etags_follow_each_other) {
    char list[TEXT_SIZE], code[TEXT_SIZE], verified[TEXT_SIZE];
    if (!load_text("recorded/iothub-2021-03-31-3-get.response", 1, list) ||
        !load_text("recorded/iothub-2021-03-31-4-generateVerificationCode.response", 0, code) ||
        !load_text("recorded/iothub-2021-03-31-5-verify.response", 0, verified)) {
        return;
    }
    /* The recorded run deletes it; the library would not, were it the last one. */
    char both[TEXT_SIZE + 512];
    snprintf(both, sizeof(both), "%.*s,%s]}", (int)strlen(list) - 2, list,
             RESOURCE("other", OLD, "true", "e"));
    tca_certificate *proof = certificate_of("recorded/iothub-2021-03-31-5-verify.request");
    tca_registration_list *before = cloud_list(CLOUD_HUB, both, NULL);
    tca_target *target = cloud_target(CLOUD_HUB, 0);
    tca_call *call = NULL;
    const script_exchange exchanges[] = {
        {.request = "POST " HUB_ITEM "/generateVerificationCode" CLOUD_HUB_VERSION,
         .if_match = "AAAADEqHziw=",
         .status = 200,
         .answer = code},
        {.request = "POST " HUB_ITEM "/verify" CLOUD_HUB_VERSION,
         .if_match = "AAAADEqHzkU=",
         .body = "*",
         .status = 200,
         .answer = verified},
        {.request = "DELETE " HUB_ITEM CLOUD_HUB_VERSION,
         .if_match = "AAAADEqHzlY=",
         .status = 200}};
    ck_assert_str_eq(script_registration(before, 0).thumbprint, HUB_THUMBPRINT);
    ck_assert_int_eq(tca_target_generate_code(target, before, 0, NULL, &call, NULL), TCA_OK);
    script_run coded = play(call, &exchanges[0], 1);
    assert_code(&coded, "00DF14B96E8E24DBB613F4BC6027DF1814FC8F051E6B0C39");
    ck_assert_int_eq(tca_target_verify(target, coded.list, 0, proof, NULL, &call, NULL), TCA_OK);
    script_run shown = play(call, &exchanges[1], 1);
    ck_assert_uint_ne(script_registration(shown.list, 0).flags & TCA_REGISTRATION_TRUSTED, 0);
    ck_assert_int_eq(tca_target_remove(target, shown.list, 0, NULL, &call, NULL), TCA_OK);
    script_run removed = play(call, &exchanges[2], 1);
    ck_assert_uint_eq(tca_registration_list_count(removed.list), 1);
    script_release(&removed);
    script_release(&shown);
    script_release(&coded);
    tca_registration_list_unref(before);
    tca_target_unref(target);
    tca_certificate_unref(proof);
}
END_TEST

/* ---- DPS, 3 May 2022: the certificate is null, created in year 1 ---- */

#define DPS_THUMBPRINT "D0529BF2D7CAF23CC15506B2A7F0F08F27A428A0"
#define DPS_ITEM CLOUD_DPS_URL "/certificate000003"

START_TEST(a_dps_shows_no_certificate_and_is_understood) {
    char list[TEXT_SIZE], updated[TEXT_SIZE], code[TEXT_SIZE], verified[TEXT_SIZE];
    if (!load_text("recorded/dps-2021-10-15-2-list.response", 0, list) ||
        !load_text("recorded/dps-2021-10-15-3-update.response", 1, updated) ||
        !load_text("recorded/dps-2021-10-15-4-generateVerificationCode.response", 0, code) ||
        !load_text("recorded/dps-2021-10-15-5-verify.response", 0, verified)) {
        return;
    }
    tca_certificate *certificate = NULL;
    json_t *shown_with_code = json_loads(code, 0, NULL);
    const char *text = json_string_value(
        json_object_get(json_object_get(shown_with_code, "properties"), "certificate"));
    ck_assert_ptr_nonnull(text);
    uint32_t index;
    tca_registration_list *twice = cloud_list(CLOUD_DPS, list, NULL);
    ck_assert_uint_eq(tca_registration_list_count(twice), 2);
    ck_assert_str_eq(script_registration(twice, 0).thumbprint, DPS_THUMBPRINT);
    ck_assert_str_eq(script_registration(twice, 1).thumbprint, DPS_THUMBPRINT);

    /* Without its thumbprint the certificate itself, base64 of PEM, says which it is. */
    json_object_del(json_object_get(shown_with_code, "properties"), "thumbprint");
    char unnamed[TEXT_SIZE];
    dump(shown_with_code, 1, unnamed);
    tca_registration_list *derived = cloud_list(CLOUD_DPS, unnamed, NULL);
    ck_assert_str_eq(script_registration(derived, 0).thumbprint, DPS_THUMBPRINT);
    tca_registration_list_unref(derived);

    tca_registration_list *before = cloud_list(CLOUD_DPS, updated, NULL);
    tca_target *target = cloud_target(CLOUD_DPS, 0);
    certificate = cloud_certificate(1); /* any proof */
    ck_assert_int_eq(tca_registration_list_find(before, certificate, &index), TCA_E_NOT_FOUND);
    const script_exchange exchanges[] = {
        {.request = "POST " DPS_ITEM "/generateVerificationCode" CLOUD_DPS_VERSION,
         .if_match = "IjA1MDA2ZGVhLTAwMDAtMDcwMC0wMDAwLTYyNzE2YjUwMDAwMCI=",
         .status = 200,
         .answer = code},
        {.request = "POST " DPS_ITEM "/verify" CLOUD_DPS_VERSION,
         .body = "*",
         .status = 200,
         .answer = verified}};
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_generate_code(target, before, 0, NULL, &call, NULL), TCA_OK);
    script_run coded = play(call, &exchanges[0], 1);
    assert_code(&coded, "7D07A6A51F8AF1469499A1D92074D629894BE9FA8A013E49");
    script_exchange verify = exchanges[1];
    json_t *answer = json_loads(code, 0, NULL);
    verify.if_match = json_string_value(json_object_get(answer, "etag"));
    ck_assert_int_eq(tca_target_verify(target, coded.list, 0, certificate, NULL, &call, NULL),
                     TCA_OK);
    script_run shown = play(call, &verify, 1);
    ck_assert_uint_ne(script_registration(shown.list, 0).flags & TCA_REGISTRATION_TRUSTED, 0);
    json_decref(answer);
    script_release(&shown);
    script_release(&coded);
    tca_registration_list_unref(twice);
    tca_registration_list_unref(before);
    tca_target_unref(target);
    tca_certificate_unref(certificate);
}
END_TEST

/* ---- official examples ---- */

#define EXAMPLE_THUMBPRINT "97388663832D0393C9246CAB4FBA2C8677185A25"

START_TEST(examples_of_certificates_are_read) {
    static const struct {
        cloud_kind kind;
        const char *name;
        int in_a_list, verified;
    } examples[] = {
        {CLOUD_HUB, "iothub.2023-06-30.listcertificates", 0, 0},
        {CLOUD_HUB, "iothub.2025-08-01-preview.getcertificate", 1, 0},
        {CLOUD_HUB, "iothub.2025-08-01-preview.certverify", 1, 1},
        {CLOUD_HUB, "iothub.2026-05-01-preview.certificatescreateorupdate", 1, 0},
        {CLOUD_DPS, "dps.2022-12-12.certificatecreateorupdate", 1, 0},
        {CLOUD_DPS, "dps.2026-04-01.getcertificate", 1, 0},
        {CLOUD_DPS, "dps.2026-06-01-preview.verifycertificate", 1, 1},
        {CLOUD_DPS, "dps.2026-08-01.certificatecreateorupdate", 1, 0},
        {CLOUD_DPS, "dps.2026-08-01.getcertificates", 0, 0},
    };
    for (size_t i = 0; i < COUNT(examples); i++) {
        char text[TEXT_SIZE];
        json_t *body = example(examples[i].name);
        if (body == NULL) {
            continue;
        }
        dump(body, examples[i].in_a_list, text);
        tca_registration_list *list = cloud_list(examples[i].kind, text, NULL);
        tca_registration first = script_registration(list, 0);
        ck_assert_str_eq(first.name, "cert");
        ck_assert_str_eq(first.thumbprint, EXAMPLE_THUMBPRINT);
        ck_assert_int_eq(first.not_after, INT64_C(2208988799)); /* 2039-12-31 23:59:59 */
        ck_assert_uint_eq(first.flags & TCA_REGISTRATION_VERIFIED,
                          examples[i].verified ? TCA_REGISTRATION_VERIFIED : 0u);
        tca_registration_list_unref(list);
    }
}
END_TEST

/* The examples of codes have no ETag: it is read with another request. */
START_TEST(examples_of_codes_are_read) {
    static const char *const names[] = {"iothub.2026-03-01-preview.generateverificationcode",
                                        "dps.2026-08-01.generateverificationcode"};
    for (size_t i = 0; i < COUNT(names); i++) {
        char text[TEXT_SIZE];
        json_t *body = example(names[i]);
        if (body == NULL) {
            continue;
        }
        json_object_set_new(json_object_get(body, "properties"), "thumbprint", json_string(OLD));
        dump(body, 0, text);
        const char *now = RESOURCE("cert", OLD, "false", "e2");
        const script_exchange exchanges[] = {
            {.status = 200, .answer = text},
            {.request = i == 0 ? "GET " CLOUD_HUB_URL "/cert" CLOUD_HUB_VERSION
                               : "GET " CLOUD_DPS_URL "/cert" CLOUD_DPS_VERSION,
             .status = 200,
             .answer = now}};
        cloud_kind kind = i == 0 ? CLOUD_HUB : CLOUD_DPS;
        tca_registration_list *before =
            cloud_list(kind, LIST(RESOURCE("cert", OLD, "false", "e1")), NULL);
        tca_target *target = cloud_target(kind, 0);
        tca_call *call = NULL;
        ck_assert_int_eq(tca_target_generate_code(target, before, 0, NULL, &call, NULL), TCA_OK);
        script_run run = play(call, exchanges, 2);
        assert_code(&run, "##################################");
        script_release(&run);
        tca_target_unref(target);
        tca_registration_list_unref(before);
    }
}
END_TEST

START_TEST(examples_of_iot_central_are_read) {
    char slot[TEXT_SIZE], set[TEXT_SIZE], code[TEXT_SIZE];
    json_t *got = example("iotcentral.2022-07-31.enrollmentgroups_getx509");
    json_t *put = example("iotcentral.2022-07-31.enrollmentgroups_setx509");
    json_t *generated =
        example("iotcentral.2022-07-31.enrollmentgroups_generateverificationcodex509");
    if (got == NULL || put == NULL || generated == NULL) {
        return;
    }
    dump(got, 0, slot);
    dump(put, 0, set);
    dump(generated, 0, code);
    tca_registration_list *before = cloud_list(CLOUD_CENTRAL, set, slot);
    tca_registration second = script_registration(before, 1);
    ck_assert_str_eq(second.name, "secondary");
    ck_assert_str_eq(second.thumbprint, "644543467786B60C14DFE6B7C968A1990CF63EAC");
    ck_assert_uint_eq(second.flags, TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED |
                                        TCA_REGISTRATION_SECONDARY);
    tca_target *target = cloud_target(CLOUD_CENTRAL, 0);
    tca_call *call = NULL;
    const script_exchange exchanges[] = {
        {.request = "GET " CLOUD_SLOT_URL "primary" CLOUD_SLOT_VERSION,
         .status = 200,
         .answer = slot},
        {.request = "POST " CLOUD_SLOT_URL "primary/generateVerificationCode" CLOUD_SLOT_VERSION,
         .status = 200,
         .answer = code}};
    ck_assert_int_eq(tca_target_generate_code(target, before, 0, NULL, &call, NULL), TCA_OK);
    script_run run = play(call, exchanges, 2);
    assert_code(&run, "<certificate-verification-code>");
    script_release(&run);
    tca_target_unref(target);
    tca_registration_list_unref(before);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("registry recorded");
    TCase *cases = tcase_create("recorded");
    tcase_add_test(cases, an_iot_hub_takes_a_certificate);
    tcase_add_test(cases, an_iot_hubs_etags_follow_each_other);
    tcase_add_test(cases, a_dps_shows_no_certificate_and_is_understood);
    tcase_add_test(cases, examples_of_certificates_are_read);
    tcase_add_test(cases, examples_of_codes_are_read);
    tcase_add_test(cases, examples_of_iot_central_are_read);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

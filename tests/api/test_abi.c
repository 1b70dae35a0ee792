/* SPDX-License-Identifier: MIT */
/* What bindings lean on: sizes, versions, names of results, the error object. */
#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenantca/tenantca.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    uint32_t number;
    size_t here;
    size_t published; /* on a machine of 64 bits */
} structs[] = {
    {TCA_STRUCT_PARSE_OPTIONS, sizeof(tca_parse_options), 24},
    {TCA_STRUCT_CERTIFICATE_INFO, sizeof(tca_certificate_info), 56},
    {TCA_STRUCT_INVENTORY_OPTIONS, sizeof(tca_inventory_options), 48},
    {TCA_STRUCT_SERVICE_RECORD, sizeof(tca_service_record), 64},
    {TCA_STRUCT_ENTRY_INFO, sizeof(tca_entry_info), 40},
    {TCA_STRUCT_POLICY, sizeof(tca_policy), 32},
    {TCA_STRUCT_ENTRY_STATE, sizeof(tca_entry_state), 24},
    {TCA_STRUCT_ROLLOVER_SUMMARY, sizeof(tca_rollover_summary), 56},
    {TCA_STRUCT_WINDOW, sizeof(tca_window), 40},
    {TCA_STRUCT_ACTION, sizeof(tca_action), 40},
    {TCA_STRUCT_FORECAST, sizeof(tca_forecast), 56},
    {TCA_STRUCT_TRANSPORT, sizeof(tca_transport), 32},
    {TCA_STRUCT_TOKEN_SOURCE, sizeof(tca_token_source), 32},
    {TCA_STRUCT_CLOCK, sizeof(tca_clock), 40},
    {TCA_STRUCT_RANDOM, sizeof(tca_random), 32},
    {TCA_STRUCT_LOG, sizeof(tca_log), 40},
    {TCA_STRUCT_CALL_OPTIONS, sizeof(tca_call_options), 48},
    {TCA_STRUCT_SPHERE_OPTIONS, sizeof(tca_sphere_options), 88},
    {TCA_STRUCT_ANCHOR_HOLDER, sizeof(tca_anchor_holder), 40},
    {TCA_STRUCT_STORAGE, sizeof(tca_storage), 56},
    {TCA_STRUCT_TARGET_OPTIONS, sizeof(tca_target_options), 160},
    {TCA_STRUCT_REGISTRATION, sizeof(tca_registration), 48},
    {TCA_STRUCT_ROLLOUT_OPTIONS, sizeof(tca_rollout_options), 56},
    {TCA_STRUCT_NOTICE, sizeof(tca_notice), 80},
    {TCA_STRUCT_NOTICE_SINK, sizeof(tca_notice_sink), 32},
    {TCA_STRUCT_APPLY_OPTIONS, sizeof(tca_apply_options), 24},
    {TCA_STRUCT_PLAN_SUMMARY, sizeof(tca_plan_summary), 48},
    {TCA_STRUCT_PLAN_TARGET_INFO, sizeof(tca_plan_target_info), 24},
    {TCA_STRUCT_TARGET_STATE, sizeof(tca_target_state), 24},
    {TCA_STRUCT_STEP, sizeof(tca_step), 56},
    {TCA_STRUCT_CHECK_OPTIONS, sizeof(tca_check_options), 48},
    {TCA_STRUCT_CHECK_FINDING, sizeof(tca_check_finding), 24},
    {TCA_STRUCT_TRUST_OPTIONS, sizeof(tca_trust_options), 48},
    {TCA_STRUCT_TRUST_SUMMARY, sizeof(tca_trust_summary), 48},
    {TCA_STRUCT_VERIFIER, sizeof(tca_verifier), 48},
    {TCA_STRUCT_VERIFY_OPTIONS, sizeof(tca_verify_options), 40},
    {TCA_STRUCT_VERDICT, sizeof(tca_verdict), 344},
    {TCA_STRUCT_USAGE_OPTIONS, sizeof(tca_usage_options), 16},
    {TCA_STRUCT_USAGE_RECORD, sizeof(tca_usage_record), 48},
    {TCA_STRUCT_CACHE_OPTIONS, sizeof(tca_cache_options), 32},
    {TCA_STRUCT_CACHE_STATISTICS, sizeof(tca_cache_statistics), 40},
};

START_TEST(sizes_are_those_of_the_headers) {
    for (size_t i = 0; i < COUNT(structs); i++) {
        ck_assert_uint_eq(tca_abi_struct_size(structs[i].number), structs[i].here);
        if (sizeof(void *) == 8) {
            ck_assert_msg(structs[i].here == structs[i].published, "struct %u: %zu bytes",
                          structs[i].number, structs[i].here);
        }
    }
    ck_assert_uint_eq(tca_abi_struct_size(0), 0);
    ck_assert_uint_eq(tca_abi_struct_size(COUNT(structs) + 1), 0);
    ck_assert_uint_eq(tca_abi_struct_size(UINT32_MAX), 0);
}
END_TEST

START_TEST(version_is_that_of_the_headers) {
    char text[32];
    snprintf(text, sizeof(text), "%d.%d.%d", TCA_VERSION_MAJOR, TCA_VERSION_MINOR,
             TCA_VERSION_PATCH);
    ck_assert_str_eq(tca_version_string(), text);
    ck_assert_uint_eq(tca_version_number(),
                      TCA_VERSION_MAJOR << 16 | TCA_VERSION_MINOR << 8 | TCA_VERSION_PATCH);
}
END_TEST

#define NAMED(code)                                                                                \
    { code, #code }

static const struct {
    tca_result code;
    const char *name;
} results[] = {
    NAMED(TCA_OK),
    NAMED(TCA_E_ARGUMENT),
    NAMED(TCA_E_NO_MEMORY),
    NAMED(TCA_E_UNSUPPORTED),
    NAMED(TCA_E_STRUCT_TOO_SMALL),
    NAMED(TCA_E_STRUCT_TOO_OLD),
    NAMED(TCA_E_STRUCT_TOO_NEW),
    NAMED(TCA_E_LIMIT),
    NAMED(TCA_E_MALFORMED),
    NAMED(TCA_E_CRITICAL_EXTENSION),
    NAMED(TCA_E_NOT_FOUND),
    NAMED(TCA_E_AMBIGUOUS),
    NAMED(TCA_E_ISSUER),
    NAMED(TCA_E_SIGNATURE),
    NAMED(TCA_E_KEY),
    NAMED(TCA_E_RANGE),
    NAMED(TCA_E_NOT_PROVIDED),
    NAMED(TCA_E_CALLBACK),
    NAMED(TCA_E_BUSY),
    NAMED(TCA_E_CANCELLED),
    NAMED(TCA_E_DEADLINE),
    NAMED(TCA_E_RETRY_LATER),
    NAMED(TCA_E_HTTP),
    NAMED(TCA_E_TRANSPORT),
    NAMED(TCA_E_TOKEN),
    NAMED(TCA_E_ANSWER),
    NAMED(TCA_E_CONFLICT),
    NAMED(TCA_E_STORAGE),
    NAMED(TCA_E_CAPACITY),
    NAMED(TCA_E_PROOF),
    NAMED(TCA_E_LAST_ANCHOR),
    NAMED(TCA_E_NOT_TRUSTED),
};

START_TEST(results_have_names) {
    for (size_t i = 0; i < COUNT(results); i++) {
        ck_assert_str_eq(tca_result_name(results[i].code), results[i].name);
        ck_assert_int_eq(results[i].code, -(tca_result)i);
    }
    ck_assert_str_eq(tca_result_name(1), "unknown");
    ck_assert_str_eq(tca_result_name(-(tca_result)COUNT(results)), "unknown");
    ck_assert_str_eq(tca_result_name(INT32_MAX), "unknown");
    ck_assert_str_eq(tca_result_name(INT32_MIN), "unknown");
}
END_TEST

static void check_error(const tca_error *error, tca_result code, const char *beginning) {
    const char *text = NULL;
    size_t length = 77;
    tca_error_message(error, &text, &length);
    ck_assert_int_eq(tca_error_code(error), code);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(strlen(text), length);
    ck_assert_int_eq(length == 0, code == TCA_OK);
    ck_assert_msg(strncmp(text, beginning, strlen(beginning)) == 0, "%s", text);
}

START_TEST(errors_come_and_go) {
    tca_error *error = NULL;
    tca_unix moment;
    char text[TCA_TIME_TEXT_SIZE];
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    check_error(error, TCA_OK, "");
    ck_assert_int_eq(tca_time_parse("soon", 4, &moment, error), TCA_E_MALFORMED);
    check_error(error, TCA_E_MALFORMED, "");
    ck_assert_int_eq(tca_time_format(0, text, 1, error), TCA_E_LIMIT);
    check_error(error, TCA_E_LIMIT, "");
    ck_assert_int_eq(tca_time_format(0, text, sizeof(text), error), TCA_OK);
    check_error(error, TCA_OK, "");
    ck_assert_int_eq(tca_time_parse(NULL, 0, &moment, error), TCA_E_ARGUMENT);
    check_error(error, TCA_E_ARGUMENT, "text is NULL");
    tca_error_unref(error);
}
END_TEST

/* Each layer says where it was: entry, member, certificate. */
START_TEST(errors_name_the_object) {
    static const char document[] =
        "[{\"Thumbprint\":\"00112233445566778899AABBCCDDEEFF00112233\",\"IsActive\":true},"
        "{\"Thumbprint\":\"01112233445566778899AABBCCDDEEFF00112233\",\"IsActive\":false,"
        "\"Certificate\":\"MAA=\"}]";
    tca_error *error = NULL;
    tca_inventory *inventory = NULL;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    ck_assert_int_eq(tca_inventory_parse((const uint8_t *)document, sizeof(document) - 1, NULL,
                                         &inventory, error),
                     TCA_E_MALFORMED);
    check_error(error, TCA_E_MALFORMED, "entry 2 of 2: Certificate: ");
    tca_error_unref(error);
}
END_TEST

START_TEST(errors_may_be_null) {
    const char *text = NULL;
    size_t length = 77;
    ck_assert_int_eq(tca_error_new(NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_error_code(NULL), TCA_OK);
    tca_error_message(NULL, &text, &length);
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(length, 0);
    tca_error_message(NULL, &text, NULL);
    tca_error_message(NULL, NULL, &length);
    tca_error_unref(NULL);

    static const uint8_t byte[] = {'0'};
    tca_unix moment;
    tca_certificate *certificate;
    tca_certificate_list *list;
    tca_bytes *pem;
    tca_inventory *inventory;
    tca_inventory_builder *builder;
    tca_rollover *rollover;
    uint32_t index;
    ck_assert_int_eq(tca_time_parse("", 0, &moment, NULL), TCA_E_MALFORMED);
    ck_assert_int_eq(tca_time_format(0, NULL, 0, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_certificate_parse(byte, 1, NULL, &certificate, NULL), TCA_E_MALFORMED);
    ck_assert_int_eq(tca_certificate_list_parse(byte, 1, NULL, &list, NULL), TCA_E_MALFORMED);
    ck_assert_int_eq(tca_certificate_pem(NULL, &pem, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_certificate_check_issued_by(NULL, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_inventory_parse(byte, 1, NULL, &inventory, NULL), TCA_E_MALFORMED);
    ck_assert_int_eq(tca_inventory_find(NULL, "1", 1, &index, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_rollover_compute(NULL, 0, NULL, &rollover, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_inventory_builder_new(NULL, &builder, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_inventory_builder_add_input(builder, byte, 1, NULL), TCA_E_MALFORMED);
    ck_assert_int_eq(tca_inventory_builder_set_previous(builder, NULL, 0, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_inventory_builder_finish(NULL, &inventory, NULL), TCA_E_ARGUMENT);
    tca_inventory_builder_unref(builder);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("ABI");
    TCase *tests = tcase_create("ABI");
    tcase_add_test(tests, sizes_are_those_of_the_headers);
    tcase_add_test(tests, version_is_that_of_the_headers);
    tcase_add_test(tests, results_have_names);
    tcase_add_test(tests, errors_come_and_go);
    tcase_add_test(tests, errors_name_the_object);
    tcase_add_test(tests, errors_may_be_null);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

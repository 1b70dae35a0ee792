/* SPDX-License-Identifier: MIT */
/* Which targets can be: what is missing or of a form that cannot be is refused and named. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "clouds.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT(member, value) .member = (value), .member##_length = sizeof(value) - 1
#define TEN(c) c c c c c c c c c c

static void load(void *user, tca_reply *reply) {
    (void)user;
    tca_reply_done(reply);
}

static void replace(void *user, const uint8_t *pem, size_t length, tca_reply *reply) {
    (void)user, (void)pem, (void)length;
    tca_reply_done(reply);
}

static const tca_anchor_holder holder = {
    .struct_size = sizeof(holder), .load = load, .replace = replace};
static const tca_anchor_holder without_load = {.struct_size = sizeof(holder), .replace = replace};
static const tca_anchor_holder without_replace = {.struct_size = sizeof(holder), .load = load};
static const tca_anchor_holder with_flags = {
    .struct_size = sizeof(holder), .flags = 1, .load = load, .replace = replace};
static const tca_anchor_holder too_small = {
    .struct_size = sizeof(holder) - 8, .load = load, .replace = replace};

#define HUB                                                                                        \
    .kind = TCA_TARGET_IOT_HUB, TEXT(name, "hub"), TEXT(subscription, "s"),                        \
    TEXT(resource_group, "g"), TEXT(resource, "h")
#define DPS                                                                                        \
    .kind = TCA_TARGET_DPS, TEXT(name, "dps"), TEXT(subscription, "s"), TEXT(resource_group, "g"), \
    TEXT(resource, "d")
#define CENTRAL                                                                                    \
    .kind = TCA_TARGET_IOT_CENTRAL, TEXT(name, "central"), TEXT(application, "a"),                 \
    TEXT(enrollment_group, "e")
#define ANCHORS .kind = TCA_TARGET_ANCHORS, TEXT(name, "edge"), .anchors = &holder
#define NO(member) .member = NULL, .member##_length = 0

/* What comes later in an initializer counts. */
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif

static const struct {
    tca_target_options options;
    tca_result result;
    const char *says; /* what the error names */
} targets[] = {
    {{HUB}, TCA_OK, ""},
    {{DPS}, TCA_OK, ""},
    {{DPS, TEXT(enrollment_group, "e")}, TCA_OK, ""},
    {{CENTRAL}, TCA_OK, ""},
    {{ANCHORS}, TCA_OK, ""},
    {{HUB, .flags = TCA_TARGET_THROUGH_DPS}, TCA_OK, ""},
    {{HUB, .verification = TCA_VERIFICATION_ON_UPLOAD, .capacity = 1}, TCA_OK, ""},
    {{HUB, TEXT(endpoint, "http://127.0.0.1:8080")}, TCA_OK, ""},
    {{ANCHORS, .order = TCA_ORDER_ANY}, TCA_OK, ""},

    {{HUB, NO(name)}, TCA_E_ARGUMENT, "name"},
    {{HUB, TEXT(name, "")}, TCA_E_ARGUMENT, "name"},
    {{HUB, TEXT(name, "a b")}, TCA_E_ARGUMENT, "name"},
    {{HUB, TEXT(name, "a/b")}, TCA_E_ARGUMENT, "name"},
    {{HUB, TEXT(name, "\xC3\xA9")}, TCA_E_ARGUMENT, "name"},
    {{HUB, TEXT(name, TEN("123456") "1234")}, TCA_OK, ""},
    {{HUB, TEXT(name, TEN("123456") "12345")}, TCA_E_ARGUMENT, "name"},
    {{HUB, NO(subscription)}, TCA_E_ARGUMENT, "subscription"},
    {{HUB, NO(resource_group)}, TCA_E_ARGUMENT, "resource group"},
    {{HUB, NO(resource)}, TCA_E_ARGUMENT, "resource"},
    {{HUB, TEXT(resource, "")}, TCA_E_ARGUMENT, "resource"},
    {{HUB, TEXT(resource, ".")}, TCA_E_ARGUMENT, "resource"},
    {{HUB, TEXT(resource, "..")}, TCA_E_ARGUMENT, "resource"},
    {{HUB, TEXT(resource, "a/b")}, TCA_E_ARGUMENT, "resource"},
    {{HUB, TEXT(resource, "a\\b")}, TCA_E_ARGUMENT, "resource"},
    {{HUB, TEXT(resource, "a\nb")}, TCA_E_ARGUMENT, "resource"},
    {{HUB, TEXT(resource, "a\0b")}, TCA_E_ARGUMENT, "resource"},
    {{HUB, TEXT(resource, "\xFF")}, TCA_E_ARGUMENT, "resource"},
    {{HUB, TEXT(resource_group, "..")}, TCA_E_ARGUMENT, "resource group"},
    {{HUB, TEXT(resource_group, TEN(TEN("g")) TEN("h") TEN("h") "12345678")}, TCA_OK, ""},
    {{HUB, TEXT(resource_group, TEN(TEN("g")) TEN("h") TEN("h") "123456789")},
     TCA_E_ARGUMENT,
     "resource group"},
    {{HUB, TEXT(endpoint, "")}, TCA_E_ARGUMENT, "endpoint"},
    {{HUB, TEXT(endpoint, "http://management.azure.com")}, TCA_E_ARGUMENT, "endpoint"},
    {{HUB, TEXT(endpoint, "ftp://127.0.0.1")}, TCA_E_ARGUMENT, "endpoint"},
    {{HUB, TEXT(endpoint, "https://u:p@management.azure.com")}, TCA_E_ARGUMENT, "endpoint"},
    {{HUB, TEXT(endpoint, "https://management.azure.com?x")}, TCA_E_ARGUMENT, "endpoint"},
    {{DPS, TEXT(enrollment_group, "")}, TCA_E_ARGUMENT, "enrollment group"},
    {{DPS, TEXT(enrollment_group, "a/b")}, TCA_E_ARGUMENT, "enrollment group"},
    {{DPS, TEXT(enrollment_group, "e"), TEXT(service_endpoint, "http://x")},
     TCA_E_ARGUMENT,
     "endpoint"},
    {{DPS, TEXT(enrollment_group, "e"), TEXT(resource, "not a host")}, TCA_E_ARGUMENT, "resource"},
    {{CENTRAL, NO(enrollment_group)}, TCA_E_ARGUMENT, "enrollment group"},
    {{CENTRAL, NO(application)}, TCA_E_ARGUMENT, "application"},
    {{CENTRAL, TEXT(application, "evil.example/x")}, TCA_E_ARGUMENT, "application"},
    {{CENTRAL, NO(application), TEXT(endpoint, "https://app.example")}, TCA_OK, ""},
    {{ANCHORS, .anchors = NULL}, TCA_E_ARGUMENT, "anchors"},
    {{ANCHORS, .anchors = &without_load}, TCA_E_ARGUMENT, "slot"},
    {{ANCHORS, .anchors = &without_replace}, TCA_E_ARGUMENT, "slot"},
    {{ANCHORS, .anchors = &with_flags}, TCA_E_UNSUPPORTED, "flags"},
    {{ANCHORS, .anchors = &too_small}, TCA_E_STRUCT_TOO_SMALL, "tca_anchor_holder"},

    {{HUB, .kind = 0}, TCA_E_UNSUPPORTED, "kind"},
    {{HUB, .kind = 5}, TCA_E_UNSUPPORTED, "kind"},
    {{HUB, .flags = 2}, TCA_E_UNSUPPORTED, "flags"},
    {{DPS, .flags = TCA_TARGET_THROUGH_DPS}, TCA_E_UNSUPPORTED, "flags"},
    {{HUB, .verification = 2}, TCA_E_UNSUPPORTED, "verification"},
    {{ANCHORS, .order = 3}, TCA_E_UNSUPPORTED, "order"},
};

START_TEST(a_target_is_made_or_its_option_named) {
    tca_target_options options = targets[_i].options;
    tca_target *target = (tca_target *)&options;
    tca_error *error = NULL;
    const char *text, *name;
    size_t length;
    tca_error_new(&error);
    options.struct_size = sizeof(options);
    tca_result result = tca_target_new(&options, &target, error);
    tca_error_message(error, &text, NULL);
    ck_assert_msg(result == targets[_i].result, "%d: %s, %s", _i, tca_result_name(result), text);
    ck_assert_msg(strstr(text, targets[_i].says) != NULL, "%d: %s", _i, text);
    ck_assert_ptr_null(strstr(text, "evil"));
    ck_assert_int_eq(target != NULL, result == TCA_OK);
    ck_assert_uint_eq(tca_target_kind(target), target != NULL ? options.kind : 0);
    ck_assert_int_eq(tca_target_name(target, &name, &length),
                     target != NULL ? TCA_OK : TCA_E_ARGUMENT);
    ck_assert_uint_eq(length, target != NULL ? options.name_length : 0);
    tca_target_unref(target);
    tca_error_unref(error);
}
END_TEST

START_TEST(structs_of_other_sizes) {
    struct {
        tca_target_options options;
        uint64_t unknown;
    } newer = {.options = {HUB}, .unknown = 0};
    tca_target *target = NULL;
    newer.options.struct_size = sizeof(newer);
    ck_assert_int_eq(tca_target_new(&newer.options, &target, NULL), TCA_OK);
    tca_target_unref(target);
    newer.unknown = 1;
    ck_assert_int_eq(tca_target_new(&newer.options, &target, NULL), TCA_E_STRUCT_TOO_NEW);
    newer.options.struct_size = sizeof(newer.options) - 8;
    ck_assert_int_eq(tca_target_new(&newer.options, &target, NULL), TCA_E_STRUCT_TOO_SMALL);
    newer.options.struct_size = 0;
    ck_assert_int_eq(tca_target_new(&newer.options, &target, NULL), TCA_E_STRUCT_TOO_SMALL);
    ck_assert_ptr_null(target);
}
END_TEST

static unsigned destroyed;

static void destroy(void *user) {
    (void)user;
    destroyed++;
}

START_TEST(a_holder_is_destroyed_once_and_not_on_failure) {
    tca_anchor_holder own = holder;
    own.destroy = destroy;
    tca_target_options options = {
        .struct_size = sizeof(options), ANCHORS, .anchors = &own, .order = 3};
    tca_target *target = NULL, *again = NULL;
    destroyed = 0;
    ck_assert_int_eq(tca_target_new(&options, &target, NULL), TCA_E_UNSUPPORTED);
    options.order = 0;
    options.name_length = 0;
    ck_assert_int_eq(tca_target_new(&options, &target, NULL), TCA_E_ARGUMENT);
    options.name_length = 4;
    ck_assert_int_eq(tca_target_new(&options, &target, NULL), TCA_OK);
    tca_target_ref(target, &again);
    tca_target_unref(target);
    ck_assert_uint_eq(destroyed, 0);
    tca_target_unref(again);
    ck_assert_uint_eq(destroyed, 1);
}
END_TEST

START_TEST(operations_know_their_kinds) {
    tca_target *hub = cloud_target(CLOUD_HUB, 0), *anchors = NULL;
    tca_target_options options = {.struct_size = sizeof(options), ANCHORS};
    tca_registration_list *list =
        cloud_list(CLOUD_HUB, LIST(RESOURCE("a", OLD, "true", "e")), NULL);
    tca_certificate *one = cloud_certificate(1);
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_new(&options, &anchors, NULL), TCA_OK);
    const struct {
        tca_result is, wanted;
    } results[] = {
        {tca_target_upload(anchors, list, one, NULL, &call, NULL), TCA_E_UNSUPPORTED},
        {tca_target_generate_code(anchors, list, 0, NULL, &call, NULL), TCA_E_UNSUPPORTED},
        {tca_target_verify(anchors, list, 0, one, NULL, &call, NULL), TCA_E_UNSUPPORTED},
        {tca_target_refer(hub, list, 0, NULL, &call, NULL), TCA_E_UNSUPPORTED},
        {tca_target_remove(anchors, list, 0, NULL, &call, NULL), TCA_E_UNSUPPORTED},
        {tca_target_generate_code(hub, list, 1, NULL, &call, NULL), TCA_E_NOT_FOUND},
        {tca_target_verify(hub, list, 1, one, NULL, &call, NULL), TCA_E_NOT_FOUND},
        {tca_target_remove(hub, list, 1, NULL, &call, NULL), TCA_E_NOT_FOUND},
        {tca_target_remove(hub, list, TCA_NO_INDEX, NULL, &call, NULL), TCA_E_NOT_FOUND},
        {tca_target_remove(hub, list, 0, NULL, &call, NULL), TCA_E_LAST_ANCHOR},
        {tca_target_list(NULL, NULL, &call, NULL), TCA_E_ARGUMENT},
        {tca_target_upload(hub, NULL, one, NULL, &call, NULL), TCA_E_ARGUMENT},
        {tca_target_upload(hub, list, NULL, NULL, &call, NULL), TCA_E_ARGUMENT},
        {tca_target_verify(hub, list, 0, NULL, NULL, &call, NULL), TCA_E_ARGUMENT},
        {tca_target_remove(hub, NULL, 0, NULL, &call, NULL), TCA_E_ARGUMENT},
        {tca_target_anchor(hub, list, NULL, NULL, &call, NULL), TCA_E_ARGUMENT},
        {tca_target_list(hub, NULL, NULL, NULL), TCA_E_ARGUMENT},
    };
    for (size_t i = 0; i < COUNT(results); i++) {
        ck_assert_msg(results[i].is == results[i].wanted, "%zu: %s", i,
                      tca_result_name(results[i].is));
    }
    ck_assert_ptr_null(call);
    tca_certificate_unref(one);
    tca_registration_list_unref(list);
    tca_target_unref(anchors);
    tca_target_unref(hub);
}
END_TEST

/* A hub behind DPS lets nobody in by what it holds. */
START_TEST(the_last_one_can_go_where_it_lets_nobody_in) {
    static const tca_target_options behind = {
        .struct_size = sizeof(behind), HUB, .flags = TCA_TARGET_THROUGH_DPS};
    tca_target *hub = NULL;
    tca_registration_list *list =
        cloud_list(CLOUD_HUB, LIST(RESOURCE("a", OLD, "true", "e")), NULL);
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_new(&behind, &hub, NULL), TCA_OK);
    ck_assert_int_eq(tca_target_remove(hub, list, 0, NULL, &call, NULL), TCA_OK);
    tca_call_unref(call);
    tca_registration_list_unref(list);
    tca_target_unref(hub);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("registry targets");
    TCase *cases = tcase_create("targets");
    tcase_add_loop_test(cases, a_target_is_made_or_its_option_named, 0, (int)COUNT(targets));
    tcase_add_test(cases, structs_of_other_sizes);
    tcase_add_test(cases, a_holder_is_destroyed_once_and_not_on_failure);
    tcase_add_test(cases, operations_know_their_kinds);
    tcase_add_test(cases, the_last_one_can_go_where_it_lets_nobody_in);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

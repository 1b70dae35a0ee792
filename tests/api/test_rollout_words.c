/* SPDX-License-Identifier: MIT */
/* What a caller's word to remove a certificate holds for, and for how long. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <tenantca/tenantca.h>

#include "fleet.h"

#define STEPS_SIZE 4096

static const fleet_options usual = {0};
static const tca_apply_options remove_b = {
    .struct_size = sizeof(remove_b), .remove = "2", .remove_length = 1};

static void assert_steps(tca_plan *plan, const char *expected) {
    char steps[STEPS_SIZE];
    fleet_steps(plan, true, steps, sizeof(steps));
    ck_assert_str_eq(steps, expected);
    tca_plan_unref(plan);
}

static void assert_states(fleet *one, char letter, uint32_t expected) {
    tca_plan *plan = fleet_plan(one);
    for (uint32_t target = 0; target < FLEET_TARGETS; target++) {
        ck_assert_uint_eq(fleet_state(plan, letter, target), expected);
    }
    tca_plan_unref(plan);
}

static uint32_t check_status(fleet *one, uint32_t kind) {
    tca_plan *plan = fleet_plan(one);
    tca_checks *checks = NULL;
    tca_check_finding finding = {.struct_size = sizeof(finding)};
    ck_assert_int_eq(tca_check(plan, NULL, &checks, NULL), TCA_OK);
    for (uint32_t i = 0; finding.kind != kind; i++) { /* the worst of a kind comes first */
        ck_assert_int_eq(tca_checks_get(checks, i, &finding), TCA_OK);
    }
    tca_checks_unref(checks);
    tca_plan_unref(plan);
    return finding.status;
}

/* A is active, and B, its successor, is removed everywhere by word. */
static void open_without_b(fleet *one, const fleet_options *options) {
    fleet_open(one, options);
    fleet_go_to(one, 645, 0);
    tca_plan_unref(fleet_apply(one, NULL));
    tca_plan_unref(fleet_apply(one, &remove_b));
    fleet_restart(one, options);
}

START_TEST(a_word_against_the_successor_holds_until_it_is_active) {
    fleet one;
    open_without_b(&one, &usual);
    assert_states(&one, 'B', TCA_TARGET_STATE_REMOVED);
    fleet_go_to(&one, 684, 0);
    tca_plan_unref(fleet_apply(&one, NULL));
    assert_states(&one, 'B', TCA_TARGET_STATE_REMOVED);
    fleet_go_to(&one, 690, 0);
    tca_plan_unref(fleet_apply(&one, NULL));
    assert_states(&one, 'B', TCA_TARGET_STATE_TRUSTED);
    for (int target = 0; target < FLEET_EDGE; target++) {
        ck_assert(fleet_lets_in(&one, target));
    }
    fleet_close(&one);
}
END_TEST

/* Having been active it stays to its end, in the memory of later runs too. */
START_TEST(a_word_that_has_become_void_is_forgotten) {
    static const int days[] = {690, 1300, 1335}; /* C is issued on day 1280, and active on 1325 */
    fleet one;
    open_without_b(&one, &usual);
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        fleet_restart(&one, &usual);
        fleet_go_to(&one, days[i], 0);
        tca_plan_unref(fleet_apply(&one, NULL));
    }
    assert_states(&one, 'C', TCA_TARGET_STATE_TRUSTED);
    assert_states(&one, 'B', TCA_TARGET_STATE_TRUSTED);
    fleet_close(&one);
}
END_TEST

START_TEST(a_successor_that_was_removed_by_word_is_planned_for_and_missed) {
    static const struct {
        int day;
        uint32_t registered, trusted;
    } days[] = {{645, TCA_CHECK_OK, TCA_CHECK_WARNING},
                {650, TCA_CHECK_WARNING, TCA_CHECK_WARNING},
                {664, TCA_CHECK_CRITICAL, TCA_CHECK_CRITICAL},
                {690, TCA_CHECK_CRITICAL, TCA_CHECK_CRITICAL}};
    fleet one;
    open_without_b(&one, &usual);
    assert_steps(fleet_apply(&one, NULL),
                 "~upload hub B\n~upload dps B\n~upload central B\n~trust edge B\n");
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        fleet_go_to(&one, days[i].day, 0);
        ck_assert_uint_eq(check_status(&one, TCA_CHECK_SUCCESSOR_NOT_REGISTERED),
                          days[i].registered);
        ck_assert_uint_eq(check_status(&one, TCA_CHECK_NOT_TRUSTED_HERE), days[i].trusted);
    }
    tca_plan_unref(fleet_apply(&one, NULL));
    ck_assert_uint_eq(check_status(&one, TCA_CHECK_SUCCESSOR_NOT_REGISTERED), TCA_CHECK_OK);
    ck_assert_uint_eq(check_status(&one, TCA_CHECK_NOT_TRUSTED_HERE), TCA_CHECK_OK);
    fleet_close(&one);
}
END_TEST

START_TEST(where_it_is_not_needed_it_is_not_missed) {
    fleet one;
    open_without_b(&one, &usual);
    fleet_restart(&one, &(fleet_options){.hub_flags = TCA_TARGET_THROUGH_DPS});
    fleet_go_to(&one, 669, 0);
    tca_plan *plan = fleet_plan(&one);
    tca_checks *checks = NULL;
    ck_assert_int_eq(tca_check(plan, NULL, &checks, NULL), TCA_OK);
    for (uint32_t i = 0; i < tca_checks_count(checks); i++) {
        tca_check_finding finding = {.struct_size = sizeof(finding)};
        ck_assert_int_eq(tca_checks_get(checks, i, &finding), TCA_OK);
        ck_assert_uint_ne(finding.target, FLEET_HUB);
    }
    tca_checks_unref(checks);
    assert_steps(plan, "~upload dps B\n~upload central B\n~trust edge B\n");
    fleet_close(&one);
}
END_TEST

/* ---- never the active one ---- */

/* The first certificate is listed with neither body nor dates. */
static void hide_dates(const char *method, const char *url, engine_reply *reply) {
    bool lists = strcmp(method, "GET") == 0 && strstr(url, "Microsoft.AzureSphere") != NULL;
    json_t *document = lists ? json_loadb(reply->body, reply->body_length, 0, NULL) : NULL;
    json_t *first = json_array_get(json_object_get(document, "value"), 0);
    json_t *properties = json_object_get(first, "properties");
    if (properties != NULL) {
        json_object_del(properties, "certificate");
        json_object_del(properties, "notBeforeUtc");
        json_object_del(properties, "expiryUtc");
        free(reply->body);
        reply->body = json_dumps(document, JSON_COMPACT);
        ck_assert_ptr_nonnull(reply->body);
        reply->body_length = strlen(reply->body);
    }
    json_decref(document);
}

START_TEST(the_active_one_cannot_be_removed_while_its_dates_are_not_known) {
    static const tca_apply_options remove_a = {
        .struct_size = sizeof(remove_a), .remove = "1", .remove_length = 1};
    fleet one;
    tca_call *call = NULL;
    fleet_open(&one, &(fleet_options){.without_store = true});
    fleet_go_to(&one, 645, 0);
    tca_plan_unref(fleet_apply(&one, NULL));
    one.host.retouch = hide_dates;
    ck_assert_int_eq(tca_rollout_apply(one.rollout, &remove_a, NULL, &call, NULL), TCA_OK);
    ck_assert_int_eq(tca_call_run(call, one.host.host, NULL), TCA_E_ARGUMENT);
    tca_call_unref(call);
    fleet_close(&one);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("rollout, words");
    TCase *tests = tcase_create("words");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_word_against_the_successor_holds_until_it_is_active);
    tcase_add_test(tests, a_word_that_has_become_void_is_forgotten);
    tcase_add_test(tests, a_successor_that_was_removed_by_word_is_planned_for_and_missed);
    tcase_add_test(tests, the_active_one_cannot_be_removed_while_its_dates_are_not_known);
    tcase_add_test(tests, where_it_is_not_needed_it_is_not_missed);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

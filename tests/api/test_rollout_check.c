/* SPDX-License-Identifier: MIT */
/* What monitoring says through a rollover: of who applies in time, and of who does not. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#include "fleet.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS_SIZE 2048

static const fleet_options usual = {0};

/* Whatever is not well, a line each: "CRITICAL successor-not-registered hub". */
static uint32_t look(const tca_plan *plan, char words[WORDS_SIZE]) {
    tca_checks *checks;
    size_t used = 0;
    words[0] = '\0';
    ck_assert_int_eq(tca_check(plan, NULL, &checks, NULL), TCA_OK);
    for (uint32_t i = 0; i < tca_checks_count(checks); i++) {
        tca_check_finding finding = {.struct_size = sizeof(finding)};
        const char *target = "-";
        size_t length;
        ck_assert_int_eq(tca_checks_get(checks, i, &finding), TCA_OK);
        if (finding.status == TCA_CHECK_OK) {
            continue;
        }
        if (finding.target != TCA_NO_INDEX) {
            ck_assert_int_eq(tca_plan_target_name(plan, finding.target, &target, &length), TCA_OK);
        }
        used += (size_t)snprintf(words + used, WORDS_SIZE - used, "%s %s %s\n",
                                 tca_check_status_name(finding.status),
                                 tca_check_name(finding.kind), target);
        ck_assert_uint_lt(used, WORDS_SIZE);
    }
    uint32_t status = tca_checks_status(checks);
    tca_checks_unref(checks);
    return status;
}

static void assert_found(tca_plan *plan, const char *expected) {
    char words[WORDS_SIZE];
    uint32_t status = look(plan, words);
    ck_assert_str_eq(words, expected);
    const char *worst = tca_check_status_name(status);
    ck_assert_int_eq(strncmp(words[0] != '\0' ? words : "OK", worst, strlen(worst)), 0);
    tca_plan_unref(plan);
}

START_TEST(who_applies_every_day_is_never_alarmed) {
    fleet one;
    fleet_open(&one, &usual);
    for (int day = 0; day < 1500; day++) {
        char words[WORDS_SIZE];
        fleet_go_to(&one, day, 0);
        tca_plan *plan = fleet_apply(&one, NULL);
        ck_assert_msg(look(plan, words) == TCA_CHECK_OK, "day %d: %s", day, words);
        tca_plan_unref(plan);
    }
    fleet_close(&one);
}
END_TEST

#define CLOUDS(status, kind)                                                                       \
    status " " kind " hub\n" status " " kind " dps\n" status " " kind " central\n"

/* B is issued on day 640, cannot be active before day 670, and is on day 685. */
static const struct {
    int day;
    const char *before; /* an apply */
    bool apply;
} days[] = {
    {0, CLOUDS("CRITICAL", "successor-not-registered") "CRITICAL not-trusted-here edge\n", true},
    {639, "", true},
    {640, "WARNING not-trusted-here edge\n", false},
    {647, CLOUDS("WARNING", "successor-not-registered") "WARNING not-trusted-here edge\n", false},
    {663, CLOUDS("CRITICAL", "successor-not-registered") "CRITICAL not-trusted-here edge\n", true},
    {684, "", false},
    {685, "CRITICAL not-trusted-here edge\n", true},
    {729, "", false},
    {730, "WARNING not-trusted-here edge\n", false},
    {744,
     "WARNING not-trusted-here edge\n" CLOUDS(
         "WARNING", "expired-still-registered") "WARNING expired-still-registered edge\n",
     true},
};

START_TEST(who_is_late_is_warned_then_alarmed_until_the_next_apply) {
    fleet one;
    fleet_open(&one, &usual);
    for (size_t i = 0; i < COUNT(days); i++) {
        fleet_go_to(&one, days[i].day, 1);
        assert_found(fleet_plan(&one), days[i].before);
        if (days[i].apply) {
            assert_found(fleet_apply(&one, NULL), "");
        }
    }
    fleet_close(&one);
}
END_TEST

START_TEST(a_full_hub_is_told_before_it_is_too_late) {
    static const fleet_options narrow = {.capacity = 1};
    fleet one;
    fleet_open(&one, &narrow);
    tca_plan_unref(fleet_apply(&one, NULL));
    fleet_go_to(&one, 600, 0);
    assert_found(fleet_plan(&one), "WARNING capacity hub\nWARNING capacity dps\n");
    fleet_go_to(&one, 640, 1);
    assert_found(fleet_apply(&one, NULL), "CRITICAL capacity hub\nCRITICAL capacity dps\n");
    fleet_close(&one);
}
END_TEST

/* As somebody writes it by hand: OpenSSL refuses every device by it. */
static void leave_plain(fleet *one) {
    char *from = strstr(one->anchors, "-----BEGIN TRUSTED");
    while (from != NULL) {
        char *to = strstr(from, "-----END TRUSTED CERTIFICATE-----\n");
        ck_assert_ptr_nonnull(to);
        to += strlen("-----END TRUSTED CERTIFICATE-----\n");
        memmove(from, to, strlen(to) + 1);
        from = strstr(one->anchors, "-----BEGIN TRUSTED");
    }
    one->anchors_length = strlen(one->anchors);
}

START_TEST(anchors_in_a_form_that_lets_nobody_in_are_told_and_written_anew) {
    static const struct {
        uint32_t order;
        uint32_t state;
        const char *steps;
        const char *found;
    } places[] = {
        {TCA_ORDER_ACTIVE_FIRST, TCA_TARGET_STATE_VERIFIED, "trust edge A\n",
         "CRITICAL not-trusted-here edge\n"},
        /* With what such a place is for, the plain form does. */
        {TCA_ORDER_ACTIVE_LAST, TCA_TARGET_STATE_TRUSTED, "", ""},
        {TCA_ORDER_ANY, TCA_TARGET_STATE_TRUSTED, "", ""},
    };
    char steps[256];
    fleet one;
    fleet_open(&one, &(fleet_options){.order = places[_i].order});
    tca_plan_unref(fleet_apply(&one, NULL));
    leave_plain(&one);
    tca_plan *plan = fleet_plan(&one);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_EDGE), places[_i].state);
    fleet_steps(plan, true, steps, sizeof(steps));
    ck_assert_str_eq(steps, places[_i].steps);
    assert_found(plan, places[_i].found);
    plan = fleet_apply(&one, NULL);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_EDGE), TCA_TARGET_STATE_TRUSTED);
    assert_found(plan, "");
    ck_assert_int_eq(strstr(one.anchors, "-----BEGIN TRUSTED") != NULL, *places[_i].steps != '\0');
    fleet_close(&one);
}
END_TEST

START_TEST(a_hub_behind_dps_is_not_asked_for_anything) {
    static const fleet_options through = {.hub_flags = TCA_TARGET_THROUGH_DPS};
    fleet one;
    fleet_open(&one, &through);
    assert_found(fleet_plan(&one), "CRITICAL successor-not-registered dps\n"
                                   "CRITICAL successor-not-registered central\n"
                                   "CRITICAL not-trusted-here edge\n");
    assert_found(fleet_apply(&one, NULL), "");
    fleet_close(&one);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("rollout and check");
    TCase *tests = tcase_create("rollout and check");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, who_applies_every_day_is_never_alarmed);
    tcase_add_test(tests, who_is_late_is_warned_then_alarmed_until_the_next_apply);
    tcase_add_test(tests, a_full_hub_is_told_before_it_is_too_late);
    tcase_add_loop_test(tests, anchors_in_a_form_that_lets_nobody_in_are_told_and_written_anew, 0,
                        3);
    tcase_add_test(tests, a_hub_behind_dps_is_not_asked_for_anything);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* A rollover carried out on every kind of target, from the first certificate to the third. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#include "fleet.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STEPS_SIZE 4096

static const fleet_options usual = {0};

static void assert_planned(fleet *one, const char *expected) {
    tca_plan *plan = fleet_plan(one);
    fleet_assert_steps(plan, false, expected);
    tca_plan_unref(plan);
}

/* ---- the way of every rollover ---- */

#define CLOUD(letter)                                                                              \
    "upload hub " letter "\ngenerate-code hub " letter "\nprove hub " letter                       \
    "\nverify hub " letter "\nupload dps " letter "\ngenerate-code dps " letter                    \
    "\nprove dps " letter "\nverify dps " letter "\ntrust dps " letter "\nupload central " letter  \
    "\ngenerate-code central " letter "\nprove central " letter "\nverify central " letter "\n"

START_TEST(every_day_of_a_rollover_plans_what_is_due_and_nothing_else) {
    static const struct {
        int day;
        const char *due;
    } days[] = {
        {0, "download - A\n" CLOUD("A") "trust edge A\n"},
        {639, ""},
        {640, "download - B\n" CLOUD("B") "trust edge B\n"},
        {650, ""},
        {684, ""},
        {690, "trust edge B\n"}, /* first in the file */
        {729, ""},
        {735, "remove hub A\nremove dps A\nremove central A\nremove edge A\n"},
        {1300, "download - C\n" CLOUD("C") "trust edge C\n"},
    };
    fleet one;
    fleet_open(&one, &usual);
    for (size_t i = 0; i < COUNT(days); i++) {
        fleet_go_to(&one, days[i].day, 0);
        assert_planned(&one, days[i].due);
        fleet_assert_done(&one);
        assert_planned(&one, "");
    }
    fleet_close(&one);
}
END_TEST

static void assert_let_in(fleet *one, int day) {
    for (int target = 0; target < FLEET_EDGE; target++) {
        ck_assert_msg(fleet_lets_in(one, target), "day %d: target %d refuses", day, target);
    }
}

START_TEST(no_device_is_refused_on_any_day_when_it_is_applied_daily) {
    const uint32_t services[] = {TCA_SPHERE_INTEGRATED, TCA_SPHERE_LEGACY};
    fleet one;
    fleet_open(&one, &(fleet_options){.sphere_kind = services[_i]});
    for (int day = 0; day < 1500; day += day % 730 < 630 ? 30 : 1) {
        fleet_go_to(&one, day, 0);
        fleet_assert_done(&one);
        assert_let_in(&one, day);
    }
    fleet_close(&one);
}
END_TEST

START_TEST(devices_are_refused_where_it_is_not_applied) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_assert_done(&one);
    fleet_go_to(&one, 690, 0);
    for (int target = 0; target < FLEET_EDGE; target++) {
        ck_assert(!fleet_lets_in(&one, target));
    }
    fleet_assert_done(&one);
    assert_let_in(&one, 690);
    fleet_close(&one);
}
END_TEST

START_TEST(the_plan_shows_what_lies_ahead) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_assert_done(&one);
    fleet_go_to(&one, 650, 0);
    fleet_assert_done(&one);
    tca_plan *plan = fleet_plan(&one);
    fleet_assert_steps(plan, true, "~trust edge B\n");
    tca_plan_unref(plan);
    fleet_go_to(&one, 690, 0);
    fleet_assert_done(&one);
    plan = fleet_plan(&one);
    fleet_assert_steps(plan, true,
                       "+keep hub A\n~remove hub A\n+keep dps A\n~remove dps A\n"
                       "+keep central A\n~remove central A\n+keep edge A\n~remove edge A\n");
    tca_step step = {.struct_size = sizeof(step)};
    ck_assert_int_eq(tca_plan_step(plan, 1, &step), TCA_OK);
    ck_assert_uint_eq(step.flags, TCA_STEP_HAS_NOT_BEFORE);
    ck_assert_int_eq(step.not_before, FLEET_START + 730 * FLEET_DAY + 1);
    tca_plan_unref(plan);
    fleet_close(&one);
}
END_TEST

/* ---- anchors ---- */

static const char *first_line(const fleet *one, const char *what) {
    return one->anchors == NULL ? NULL : strstr(one->anchors, what);
}

static unsigned certificates_in(const fleet *one) {
    unsigned count = 0;
    for (const char *at = first_line(one, "-----BEGIN CERTIFICATE"); at != NULL;
         at = strstr(at + 1, "-----BEGIN CERTIFICATE")) {
        count++;
    }
    return count;
}

START_TEST(anchors_are_written_only_when_they_change) {
    static const struct {
        int day;
        unsigned certificates;
        unsigned written; /* in all */
    } days[] = {{0, 1, 1}, {1, 1, 1}, {640, 2, 2}, {684, 2, 2}, {690, 2, 3}, {735, 1, 4}};
    fleet one;
    fleet_open(&one, &usual);
    for (size_t i = 0; i < COUNT(days); i++) {
        fleet_go_to(&one, days[i].day, 0);
        fleet_assert_done(&one);
        ck_assert_uint_eq(certificates_in(&one), days[i].certificates);
        ck_assert_uint_eq(one.anchors_written, days[i].written);
    }
    fleet_close(&one);
}
END_TEST

/* The service has issued B by its own clock, and ours is six hours slow. */
START_TEST(anchors_wait_for_what_has_not_begun) {
    fleet one;
    fleet_open(&one, &(fleet_options){.verification = TCA_VERIFICATION_ON_UPLOAD});
    fleet_assert_done(&one);
    fleet_go_to(&one, 640, 0);
    one.host.now -= 6 * 3600;
    tca_plan *plan = fleet_apply(&one, NULL);
    fleet_assert_steps(plan, true,
                       "+download - B\n+upload hub B\n+upload dps B\n+trust dps B\n"
                       "+upload central B\n~trust edge B\n~trust edge B\n");
    tca_step step = {.struct_size = sizeof(step)};
    ck_assert_int_eq(tca_plan_step(plan, 5, &step), TCA_OK);
    ck_assert_uint_eq(step.flags, TCA_STEP_HAS_NOT_BEFORE | TCA_STEP_HAS_DEADLINE);
    ck_assert_int_eq(step.not_before, FLEET_START + 640 * FLEET_DAY);
    ck_assert_uint_eq(fleet_state(plan, 'B', FLEET_EDGE), TCA_TARGET_STATE_ABSENT);
    tca_plan_unref(plan);
    ck_assert_uint_eq(certificates_in(&one), 1);
    one.host.now += 6 * 3600;
    fleet_assert_done(&one);
    ck_assert_uint_eq(certificates_in(&one), 2);
    fleet_close(&one);
}
END_TEST

START_TEST(anchors_for_who_tries_each_are_not_reordered) {
    fleet one;
    fleet_open(&one, &(fleet_options){.order = TCA_ORDER_ANY});
    fleet_go_to(&one, 650, 0);
    fleet_assert_done(&one);
    fleet_go_to(&one, 690, 0);
    fleet_assert_done(&one);
    ck_assert_uint_eq(one.anchors_written, 1);
    fleet_close(&one);
}
END_TEST

static uint32_t edge_flags(fleet *one) {
    tca_plan *plan = fleet_plan(one);
    tca_plan_target_info info = {.struct_size = sizeof(info)};
    ck_assert_int_eq(tca_plan_target(plan, FLEET_EDGE, &info), TCA_OK);
    tca_plan_unref(plan);
    return info.flags;
}

START_TEST(the_mixed_day_is_shown) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, 650, 0);
    fleet_assert_done(&one);
    ck_assert_uint_eq(edge_flags(&one), TCA_PLAN_TARGET_READ);
    fleet_go_to(&one, 690, 0);
    ck_assert_uint_eq(edge_flags(&one), TCA_PLAN_TARGET_READ | TCA_PLAN_TARGET_BEHIND |
                                            TCA_PLAN_TARGET_WRONG_FIRST |
                                            TCA_PLAN_TARGET_MIXED_DAY);
    fleet_assert_done(&one);
    ck_assert_uint_eq(edge_flags(&one), TCA_PLAN_TARGET_READ | TCA_PLAN_TARGET_MIXED_DAY);
    fleet_go_to(&one, 691, 0);
    ck_assert_uint_eq(edge_flags(&one), TCA_PLAN_TARGET_READ);
    fleet_close(&one);
}
END_TEST

START_TEST(callout_4_lasts_until_no_target_holds_the_old_one) {
    static const struct {
        int day;
        bool applied;
        uint32_t stage;
    } days[] = {{735, false, TCA_STAGE_REMOVABLE},
                {800, false, TCA_STAGE_REMOVABLE}, /* past the policy's days */
                {800, true, TCA_STAGE_STEADY}};
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, 700, 0);
    fleet_assert_done(&one);
    for (size_t i = 0; i < COUNT(days); i++) {
        fleet_go_to(&one, days[i].day, 0);
        tca_plan *plan = days[i].applied ? fleet_apply(&one, NULL) : fleet_plan(&one);
        ck_assert_uint_eq(fleet_summary(plan).stage, days[i].stage);
        tca_plan_unref(plan);
    }
    fleet_close(&one);
}
END_TEST

/* ---- other ways ---- */

START_TEST(verification_on_upload_needs_no_proof) {
    fleet one;
    fleet_open(&one, &(fleet_options){.verification = TCA_VERIFICATION_ON_UPLOAD});
    assert_planned(&one, "download - A\nupload hub A\nupload dps A\ntrust dps A\n"
                         "upload central A\ntrust edge A\n");
    fleet_assert_done(&one);
    assert_let_in(&one, 0);
    fleet_close(&one);
}
END_TEST

START_TEST(a_hub_behind_dps_needs_nothing) {
    fleet one;
    fleet_open(&one, &(fleet_options){.hub_flags = TCA_TARGET_THROUGH_DPS});
    fleet_assert_done(&one);
    tca_plan *plan = fleet_plan(&one);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_HUB), TCA_TARGET_STATE_NOT_NEEDED);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_DPS), TCA_TARGET_STATE_TRUSTED);
    tca_plan_unref(plan);
    ck_assert(!fleet_lets_in(&one, FLEET_HUB));
    fleet_close(&one);
}
END_TEST

/* What it held before DPS was put before it, devices do not need: it goes, the last one too. */
START_TEST(a_hub_behind_dps_lets_go_of_what_has_ended) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_assert_done(&one);
    fleet_restart(&one, &(fleet_options){.hub_flags = TCA_TARGET_THROUGH_DPS});
    fleet_go_to(&one, 650, 0);
    fleet_assert_done(&one);
    fleet_go_to(&one, 735, 0);
    tca_plan *plan = fleet_apply(&one, NULL);
    ck_assert_uint_eq(fleet_summary(plan).failed_count, 0);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_HUB), TCA_TARGET_STATE_REMOVED);
    ck_assert_uint_eq(fleet_state(plan, 'B', FLEET_HUB), TCA_TARGET_STATE_NOT_NEEDED);
    tca_plan_unref(plan);
    fleet_close(&one);
}
END_TEST

START_TEST(without_a_store_the_rest_is_the_same) {
    fleet one;
    fleet_open(&one, &(fleet_options){.without_store = true});
    assert_planned(&one, CLOUD("A") "trust edge A\n");
    fleet_assert_done(&one);
    assert_let_in(&one, 0);
    fleet_close(&one);
}
END_TEST

START_TEST(a_full_target_is_reported_before_the_upload) {
    fleet one;
    fleet_open(&one, &(fleet_options){.capacity = 1});
    fleet_assert_done(&one);
    fleet_go_to(&one, 650, 0);
    tca_plan *plan = fleet_apply(&one, NULL);
    tca_step step = {.struct_size = sizeof(step)};
    ck_assert_int_eq(tca_plan_step(plan, 1, &step), TCA_OK);
    ck_assert_uint_eq(step.kind, TCA_STEP_UPLOAD);
    ck_assert_int_eq(step.result, TCA_E_CAPACITY);
    ck_assert_uint_eq(fleet_summary(plan).failed_count, 2); /* hub and DPS */
    ck_assert_uint_eq(fleet_state(plan, 'B', FLEET_CENTRAL), TCA_TARGET_STATE_TRUSTED);
    ck_assert_uint_eq(fleet_state(plan, 'B', FLEET_EDGE), TCA_TARGET_STATE_TRUSTED);
    tca_plan_unref(plan);
    fleet_close(&one);
}
END_TEST

/* Day 735 with nothing applied since day 0, and a room for one: A must go for B to come. */
START_TEST(what_has_ended_makes_room) {
    fleet one;
    fleet_open(&one, &(fleet_options){.capacity = 1});
    fleet_assert_done(&one);
    fleet_go_to(&one, 735, 0);
    tca_plan *plan = fleet_plan(&one);
    char steps[STEPS_SIZE];
    fleet_steps(plan, false, steps, sizeof(steps));
    ck_assert_msg(strncmp(steps, "remove hub A\nremove dps A\n", 26) == 0, "%s", steps);
    tca_plan_unref(plan);
    fleet_close(&one);
}
END_TEST

/* ---- evidence, words, revocation ---- */

static void thumbprint_of(const tca_plan *plan, uint32_t certificate, char text[41]) {
    const tca_rollover *rollover;
    const tca_inventory *inventory;
    const tca_entry *entry;
    const char *found;
    size_t length;
    tca_plan_rollover(plan, &rollover);
    tca_rollover_inventory(rollover, &inventory);
    ck_assert_int_eq(tca_inventory_get(inventory, certificate, &entry), TCA_OK);
    ck_assert_int_eq(tca_entry_thumbprint(entry, &found, &length), TCA_OK);
    snprintf(text, 41, "%s", found);
}

START_TEST(what_was_used_lately_is_not_removed_yet) {
    fleet one;
    char thumbprint[41];
    fleet_open(&one, &usual);
    fleet_assert_done(&one);
    fleet_go_to(&one, 700, 0);
    fleet_assert_done(&one);
    fleet_go_to(&one, 735, 0);
    tca_plan *plan = fleet_plan(&one);
    thumbprint_of(plan, 0, thumbprint);
    tca_plan_unref(plan);
    ck_assert_int_eq(
        tca_rollout_set_seen(one.rollout, thumbprint, 40, FLEET_START + 729 * FLEET_DAY, NULL),
        TCA_OK);
    assert_planned(&one, "remove edge A\n");
    fleet_go_to(&one, 736, 0);
    assert_planned(&one, "remove hub A\nremove dps A\nremove central A\nremove edge A\n");
    fleet_close(&one);
}
END_TEST

START_TEST(removal_before_the_end_needs_a_word_and_lasts) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_assert_done(&one);
    fleet_go_to(&one, 700, 0);
    fleet_assert_done(&one);
    tca_apply_options word = {.struct_size = sizeof(word), .remove = "1", .remove_length = 1};
    tca_plan *plan = fleet_apply(&one, &word);
    for (uint32_t target = 0; target < FLEET_TARGETS; target++) {
        ck_assert_uint_eq(fleet_state(plan, 'A', target), TCA_TARGET_STATE_REMOVED);
    }
    tca_plan_unref(plan);
    ck_assert_ptr_nonnull(strstr(one.told, "removed-early -\n"));
    ck_assert_uint_eq(certificates_in(&one), 1);
    fleet_restart(&one, &usual);
    assert_planned(&one, "");
    assert_let_in(&one, 700);
    fleet_close(&one);
}
END_TEST

START_TEST(the_active_one_cannot_be_removed) {
    fleet one;
    fleet_open(&one, &usual);
    tca_apply_options word = {.struct_size = sizeof(word), .remove = "1", .remove_length = 1};
    tca_call *call = NULL;
    ck_assert_int_eq(tca_rollout_apply(one.rollout, &word, NULL, &call, NULL), TCA_OK);
    ck_assert_int_eq(tca_call_run(call, one.host.host, NULL), TCA_E_ARGUMENT);
    tca_call_unref(call);
    fleet_close(&one);
}
END_TEST

static void revoke(fleet *one, uint32_t certificate) {
    char thumbprint[41], body[256];
    tca_plan *plan = fleet_plan(one);
    thumbprint_of(plan, certificate, thumbprint);
    tca_plan_unref(plan);
    snprintf(body, sizeof(body), "{\"tenant\": \"" FLEET_TENANT "\", \"thumbprint\": \"%s\"}",
             thumbprint);
    engine_host_control(&one->host, "/_simulator/revoke", body);
}

START_TEST(a_revoked_one_leaves_the_anchors_at_once_and_the_clouds_by_word) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, 700, 0);
    fleet_assert_done(&one); /* A retired, B active */
    revoke(&one, 0);
    tca_plan *plan = fleet_apply(&one, NULL);
    fleet_assert_steps(plan, true,
                       "?remove hub A\n?remove dps A\n?remove central A\n+remove edge A\n");
    tca_plan_unref(plan);
    ck_assert_uint_eq(certificates_in(&one), 1);
    tca_apply_options word = {.struct_size = sizeof(word), .flags = TCA_APPLY_REMOVE_REVOKED};
    plan = fleet_apply(&one, &word);
    fleet_assert_steps(plan, true, "+remove hub A\n+remove dps A\n+remove central A\n");
    tca_plan_unref(plan);
    assert_let_in(&one, 700);
    fleet_close(&one);
}
END_TEST

START_TEST(the_last_certificate_stays_whatever_the_word) {
    fleet one;
    fleet_open(&one, &(fleet_options){.capacity = 1});
    fleet_assert_done(&one);
    revoke(&one, 0); /* B is active at once, and has no room at hub and DPS */
    tca_apply_options word = {.struct_size = sizeof(word), .flags = TCA_APPLY_REMOVE_REVOKED};
    tca_plan *plan = fleet_apply(&one, &word);
    tca_step step = {.struct_size = sizeof(step)};
    ck_assert_int_eq(tca_plan_step(plan, 0, &step), TCA_OK);
    ck_assert_uint_eq(step.kind, TCA_STEP_REMOVE);
    ck_assert_int_eq(step.result, TCA_E_LAST_ANCHOR);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_HUB), TCA_TARGET_STATE_REMOVABLE);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_CENTRAL), TCA_TARGET_STATE_REMOVED);
    ck_assert_uint_eq(fleet_state(plan, 'B', FLEET_CENTRAL), TCA_TARGET_STATE_TRUSTED);
    tca_plan_unref(plan);
    fleet_close(&one);
}
END_TEST

START_TEST(a_hub_behind_dps_lets_go_of_what_was_revoked) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_assert_done(&one);
    fleet_restart(&one, &(fleet_options){.hub_flags = TCA_TARGET_THROUGH_DPS});
    fleet_go_to(&one, 700, 0);
    fleet_assert_done(&one);
    revoke(&one, 0);
    tca_apply_options word = {.struct_size = sizeof(word), .flags = TCA_APPLY_REMOVE_REVOKED};
    tca_plan *plan = fleet_apply(&one, &word);
    ck_assert_uint_eq(fleet_summary(plan).failed_count, 0);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_HUB), TCA_TARGET_STATE_REMOVED);
    tca_plan_unref(plan);
    fleet_close(&one);
}
END_TEST

/* ---- notices ---- */

static void assert_told(fleet *one, const char *expected) {
    ck_assert_str_eq(one->told, expected);
    one->told[0] = '\0';
}

START_TEST(changes_are_told_once) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_assert_done(&one);
    assert_told(&one, "new -\nuploaded hub\nverified hub\ntrust-changed hub\nuploaded dps\n"
                      "verified dps\ntrust-changed dps\nuploaded central\nverified central\n"
                      "trust-changed central\ntrust-changed edge\n");
    fleet_restart(&one, &usual);
    fleet_assert_done(&one);
    assert_told(&one, "");
    fleet_go_to(&one, 650, 0);
    fleet_assert_done(&one);
    one.told[0] = '\0';
    fleet_go_to(&one, 690, 0);
    fleet_assert_done(&one);
    assert_told(&one, "retired -\nactivated -\ntrust-changed edge\n");
    fleet_go_to(&one, 735, 0);
    fleet_assert_done(&one);
    assert_told(&one, "expired -\ntrust-changed hub\ntrust-changed dps\ntrust-changed central\n"
                      "trust-changed edge\n");
    fleet_assert_done(&one);
    assert_told(&one, "");
    fleet_close(&one);
}
END_TEST

START_TEST(a_failure_is_told_when_it_begins) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_assert_done(&one);
    fleet_go_to(&one, 650, 0);
    one.told[0] = '\0';
    one.anchors_fail = true;
    tca_plan_unref(fleet_apply(&one, NULL));
    ck_assert_ptr_nonnull(strstr(one.told, "action-failed edge\n"));
    one.told[0] = '\0';
    tca_plan_unref(fleet_apply(&one, NULL));
    assert_told(&one, "");
    fleet_go_to(&one, 664, 0);
    tca_plan_unref(fleet_apply(&one, NULL));
    assert_told(&one, "deadline-near -\n");
    one.anchors_fail = false;
    fleet_assert_done(&one);
    assert_told(&one, "trust-changed edge\n");
    fleet_close(&one);
}
END_TEST

/* Wherever the cut falls: of two bytes to a character, one or the other. */
START_TEST(a_reason_that_is_cut_is_still_text) {
    char reason[600] = "";
    fleet one;
    fleet_open(&one, &usual);
    fleet_assert_done(&one);
    for (size_t i = 0; i < 250; i++) {
        strcat(reason, "\xC3\xA9");
    }
    memmove(reason + _i, reason, strlen(reason) + 1);
    memset(reason, 'x', (size_t)_i);
    fleet_go_to(&one, 650, 0);
    one.anchors_fail = true;
    one.anchors_reason = reason;
    tca_plan_unref(fleet_apply(&one, NULL));
    const char *letters = strstr(one.told_last, "\xC3\xA9");
    ck_assert_ptr_nonnull(letters);
    ck_assert_uint_eq(strspn(letters, "\xC3\xA9"), strlen(letters));
    ck_assert_uint_eq(strlen(letters) % 2, 0);
    ck_assert_uint_gt(strlen(letters), 100);
    fleet_close(&one);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("rollout");
    TCase *way = tcase_create("way");
    tcase_set_timeout(way, 120);
    tcase_add_test(way, every_day_of_a_rollover_plans_what_is_due_and_nothing_else);
    tcase_add_loop_test(way, no_device_is_refused_on_any_day_when_it_is_applied_daily, 0, 2);
    tcase_add_test(way, devices_are_refused_where_it_is_not_applied);
    tcase_add_test(way, the_plan_shows_what_lies_ahead);
    tcase_add_test(way, anchors_are_written_only_when_they_change);
    tcase_add_test(way, anchors_wait_for_what_has_not_begun);
    tcase_add_test(way, anchors_for_who_tries_each_are_not_reordered);
    tcase_add_test(way, the_mixed_day_is_shown);
    tcase_add_test(way, callout_4_lasts_until_no_target_holds_the_old_one);
    tcase_add_test(way, verification_on_upload_needs_no_proof);
    tcase_add_test(way, a_hub_behind_dps_needs_nothing);
    tcase_add_test(way, a_hub_behind_dps_lets_go_of_what_has_ended);
    tcase_add_test(way, a_hub_behind_dps_lets_go_of_what_was_revoked);
    tcase_add_test(way, without_a_store_the_rest_is_the_same);
    tcase_add_test(way, a_full_target_is_reported_before_the_upload);
    tcase_add_test(way, what_has_ended_makes_room);
    tcase_add_test(way, what_was_used_lately_is_not_removed_yet);
    tcase_add_test(way, removal_before_the_end_needs_a_word_and_lasts);
    tcase_add_test(way, the_active_one_cannot_be_removed);
    tcase_add_test(way, a_revoked_one_leaves_the_anchors_at_once_and_the_clouds_by_word);
    tcase_add_test(way, the_last_certificate_stays_whatever_the_word);
    tcase_add_test(way, changes_are_told_once);
    tcase_add_test(way, a_failure_is_told_when_it_begins);
    tcase_add_loop_test(way, a_reason_that_is_cut_is_still_text, 0, 2);
    suite_add_tcase(suite, way);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

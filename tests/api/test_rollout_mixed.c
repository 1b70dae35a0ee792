/* SPDX-License-Identifier: MIT */
/* Lists in which certificates are mixed up: what they say turns nothing round. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <tenantca/tenantca.h>

#include "fleet.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const fleet_options usual = {0};
static const tca_apply_options remove_b = {
    .struct_size = sizeof(remove_b), .remove = "2", .remove_length = 1};

/* ---- glitches ---- */

static bool is_list(const char *method, const char *url) {
    return strcmp(method, "GET") == 0 && strstr(url, "Microsoft.AzureSphere") != NULL;
}

static void mix_bodies(json_t *a, json_t *b) {
    json_t *body = json_incref(json_object_get(a, "certificate"));
    json_object_set(a, "certificate", json_object_get(b, "certificate"));
    json_object_set_new(b, "certificate", body);
}

static void double_body(json_t *a, json_t *b) {
    json_object_set(a, "certificate", json_object_get(b, "certificate"));
}

static void double_the_others_body(json_t *a, json_t *b) {
    double_body(b, a);
}

static void call_both_active(json_t *a, json_t *b) {
    json_object_set_new(b, "thumbprint", json_string("00112233445566778899AABBCCDDEEFF00112233"));
    json_object_set(b, "status", json_object_get(a, "status"));
}

static void deny_a(json_t *a, json_t *b) {
    (void)b;
    json_object_set_new(a, "thumbprint", json_string("00112233445566778899AABBCCDDEEFF00112233"));
}

static void deny_both(json_t *a, json_t *b) {
    deny_a(a, b);
    json_object_set_new(b, "thumbprint", json_string("00112233445566778899AABBCCDDEEFF00112244"));
}

static void deny_and_double_a(json_t *a, json_t *b) {
    deny_a(a, b);
    double_body(b, a);
}

static void (*const glitches[])(json_t *, json_t *) = {
    mix_bodies, double_body, double_the_others_body, call_both_active,
    deny_a,     deny_both,   deny_and_double_a};
static void (*glitch)(json_t *a, json_t *b);

static void apply_glitch(const char *method, const char *url, engine_reply *reply) {
    json_t *document =
        is_list(method, url) ? json_loadb(reply->body, reply->body_length, 0, NULL) : NULL;
    json_t *list = json_object_get(document, "value");
    if (list != NULL) {
        glitch(json_object_get(json_array_get(list, 0), "properties"),
               json_object_get(json_array_get(list, 1), "properties"));
        free(reply->body);
        reply->body = json_dumps(document, JSON_COMPACT);
        ck_assert_ptr_nonnull(reply->body);
        reply->body_length = strlen(reply->body);
    }
    json_decref(document);
}

static void show_from_now_on(fleet *one, void (*shown)(json_t *, json_t *)) {
    glitch = shown;
    one->host.retouch = apply_glitch;
}

/* ---- words ---- */

/* A is active, and B, its successor, is removed everywhere by word. */
START_TEST(a_word_holds_when_a_list_that_contradicts_it_calls_it_active) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, 645, 0);
    tca_plan_unref(fleet_apply(&one, NULL));
    tca_plan_unref(fleet_apply(&one, &remove_b));
    fleet_restart(&one, &usual);
    unsigned written = one.anchors_written;
    show_from_now_on(&one, glitches[_i]);
    tca_plan_unref(fleet_apply(&one, NULL));
    ck_assert_uint_eq(one.anchors_written, written);
    one.host.retouch = NULL;
    fleet_restart(&one, &usual);
    tca_plan_unref(fleet_apply(&one, NULL));
    tca_plan *plan = fleet_plan(&one);
    for (uint32_t target = 0; target < FLEET_TARGETS; target++) {
        ck_assert_uint_eq(fleet_state(plan, 'B', target), TCA_TARGET_STATE_REMOVED);
    }
    tca_plan_unref(plan);
    fleet_close(&one);
}
END_TEST

/* ---- who is the active one ---- */

/* A until day 685, then B; A ends on day 730. */
static const int days[] = {650, 684, 690, 725};

START_TEST(nothing_is_turned_round_and_nothing_told) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, days[(size_t)_i / COUNT(glitches)], 0);
    tca_plan_unref(fleet_apply(&one, NULL));
    unsigned written = one.anchors_written;
    one.told[0] = '\0';
    show_from_now_on(&one, glitches[(size_t)_i % COUNT(glitches)]);
    for (int run = 0; run < 2; run++) {
        fleet_restart(&one, &usual);
        tca_plan_unref(fleet_apply(&one, NULL));
        one.host.retouch = NULL;
        ck_assert_str_eq(one.told, "");
        ck_assert_uint_eq(one.anchors_written, written);
    }
    fleet_close(&one);
}
END_TEST

/* The day on which the active one was issued. */
static int64_t active_of(fleet *one) {
    tca_plan *plan = fleet_plan(one);
    const tca_rollover *rollover;
    const tca_inventory *inventory;
    const tca_entry *entry;
    tca_rollover_summary summary = {.struct_size = sizeof(summary)};
    tca_entry_info info = {.struct_size = sizeof(info)};
    ck_assert_int_eq(tca_plan_rollover(plan, &rollover), TCA_OK);
    ck_assert_int_eq(tca_rollover_get_summary(rollover, &summary), TCA_OK);
    ck_assert_int_eq(tca_rollover_inventory(rollover, &inventory), TCA_OK);
    ck_assert_int_eq(tca_inventory_get(inventory, summary.active, &entry), TCA_OK);
    ck_assert_int_eq(tca_entry_get_info(entry, &info), TCA_OK);
    tca_plan_unref(plan);
    return (info.not_before - FLEET_START) / FLEET_DAY;
}

/* What is known of a contradicted one stays known: of A that it was active. */
START_TEST(the_last_that_was_active_stays_so) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, 650, 0);
    tca_plan_unref(fleet_apply(&one, NULL));
    fleet_go_to(&one, 690, 0);
    show_from_now_on(&one, deny_a);
    tca_plan_unref(fleet_apply(&one, NULL));
    ck_assert_int_eq(active_of(&one), 640);
    show_from_now_on(&one, deny_and_double_a);
    ck_assert_int_eq(active_of(&one), 640);
    fleet_close(&one);
}
END_TEST

START_TEST(lists_that_contradict_all_for_good_do_not_hold_a_rollover_up) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, 650, 0);
    tca_plan_unref(fleet_apply(&one, NULL));
    show_from_now_on(&one, deny_both);
    for (size_t i = 0; i < COUNT(days); i++) {
        fleet_restart(&one, &usual);
        fleet_go_to(&one, days[i], 0);
        tca_plan_unref(fleet_apply(&one, NULL));
        ck_assert_int_eq(active_of(&one), days[i] < 685 ? 0 : 640);
    }
    ck_assert_uint_eq(one.anchors_written, 2); /* AB, BA */
    fleet_close(&one);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("rollout, mixed-up lists");
    TCase *tests = tcase_create("mixed-up lists");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_word_holds_when_a_list_that_contradicts_it_calls_it_active, 0,
                        (int)COUNT(glitches));
    tcase_add_loop_test(tests, nothing_is_turned_round_and_nothing_told, 0,
                        (int)(COUNT(days) * COUNT(glitches)));
    tcase_add_test(tests, the_last_that_was_active_stays_so);
    tcase_add_test(tests, lists_that_contradict_all_for_good_do_not_hold_a_rollover_up);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

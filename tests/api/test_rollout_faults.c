/* SPDX-License-Identifier: MIT */
/* Every request of a whole rollover, struck by every fault, once or for as long as the run lasts:
 * the run ends and says what it could not do, and the next one completes it. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#include "fail_alloc.h"
#include "fleet.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STEPS_SIZE 4096
#define ATTEMPTS_MAX 4   /* of one request: the documented default */
#define REREADINGS_MAX 3 /* of a target that others seem to change meanwhile */

static const struct {
    const char *name;
    engine_fault fault;
    unsigned status, retry;
} faults[] = {
    {"connection refused", FAULT_REFUSED, 0, 0},
    {"timeout", FAULT_TIMES_OUT, 0, 0},
    {"401", FAULT_IS_STATUS, 401, 0},
    {"403", FAULT_IS_STATUS, 403, 0},
    {"404", FAULT_IS_STATUS, 404, 0},
    {"409", FAULT_IS_STATUS, 409, 0},
    {"412", FAULT_IS_STATUS, 412, 0},
    {"429, in 2 s", FAULT_IS_STATUS, 429, 2},
    {"429, in an hour", FAULT_IS_STATUS, 429, 3600},
    {"500", FAULT_IS_STATUS, 500, 0},
    {"truncated", FAULT_CUT_OFF, 0, 0},
    {"wrong certificate", FAULT_OTHER_TENANT, 0, 0},
};

/* The days on which something is to be done, and what is held then at hub and DPS. */
static const struct {
    int day;
    uint32_t held;
    char trusted; /* besides A, on its days */
} days[] = {{0, 1, 'A'}, {650, 2, 'B'}, {690, 2, 'B'}, {735, 1, 'B'}};

/* Earlier days are got through without proofs, which are what costs time. */
static const fleet_options earlier = {.verification = TCA_VERIFICATION_ON_UPLOAD};
static const fleet_options usual = {0};

static void go_through_earlier_days(fleet *one, size_t today) {
    fleet_open(one, today == 0 ? &usual : &earlier);
    for (size_t i = 0; i < today; i++) {
        fleet_go_to(one, days[i].day, 0);
        tca_plan_unref(fleet_apply(one, NULL));
    }
    if (today > 0) {
        fleet_restart(one, &usual);
    }
    fleet_go_to(one, days[today].day, 0);
}

/* Whatever failed has a reason in words. */
static void assert_reasons(const tca_plan *plan) {
    tca_plan_summary summary = {.struct_size = sizeof(summary)};
    const char *text;
    size_t length;
    ck_assert_int_eq(tca_plan_get_summary(plan, &summary), TCA_OK);
    for (uint32_t i = 0; i < summary.step_count; i++) {
        tca_step step = {.struct_size = sizeof(step)};
        ck_assert_int_eq(tca_plan_step(plan, i, &step), TCA_OK);
        if ((step.flags & TCA_STEP_FAILED) != 0) {
            ck_assert_int_ne(step.result, TCA_OK);
            ck_assert_int_eq(tca_plan_step_error(plan, i, &text, &length), TCA_OK);
            ck_assert_uint_gt(length, 0);
        }
    }
    for (uint32_t t = 0; t < summary.target_count; t++) {
        tca_plan_target_info info = {.struct_size = sizeof(info)};
        ck_assert_int_eq(tca_plan_target(plan, t, &info), TCA_OK);
        if ((info.flags & TCA_PLAN_TARGET_READ) == 0) {
            ck_assert_int_ne(info.result, TCA_OK);
            ck_assert_int_eq(tca_plan_target_error(plan, t, &text, &length), TCA_OK);
        }
    }
}

static uint32_t held_at(const tca_plan *plan, uint32_t target) {
    tca_plan_target_info info = {.struct_size = sizeof(info)};
    ck_assert_int_eq(tca_plan_target(plan, target, &info), TCA_OK);
    return info.used;
}

/* As a rollover without faults would have it. */
static void assert_complete(fleet *one, size_t today, const char *what) {
    tca_plan_summary summary = {.struct_size = sizeof(summary)};
    char steps[STEPS_SIZE];
    tca_plan *plan = fleet_apply(one, NULL);
    fleet_steps(plan, true, steps, sizeof(steps));
    ck_assert_int_eq(tca_plan_get_summary(plan, &summary), TCA_OK);
    ck_assert_msg(summary.failed_count == 0 && summary.due_count == 0, "%s:\n%s", what, steps);
    for (uint32_t target = 0; target < FLEET_TARGETS; target++) {
        ck_assert_msg(held_at(plan, target) == days[today].held, "%s: target %u holds %u", what,
                      (unsigned)target, (unsigned)held_at(plan, target));
        ck_assert_uint_eq(fleet_state(plan, days[today].trusted, target), TCA_TARGET_STATE_TRUSTED);
    }
    tca_plan_unref(plan);
    for (int target = 0; target < FLEET_EDGE; target++) {
        ck_assert_msg(fleet_lets_in(one, target), "%s: target %d refuses", what, target);
    }
}

/* How many exchanges an undisturbed run takes. */
static uint32_t exchanges_of(size_t today) {
    fleet one;
    go_through_earlier_days(&one, today);
    one.host.exchanges = 0;
    tca_plan_unref(fleet_apply(&one, NULL));
    uint32_t count = one.host.exchanges;
    fleet_close(&one);
    return count;
}

static void strike(size_t today, uint32_t exchange, size_t fault, bool lasts) {
    char what[256];
    tca_result result;
    fleet one;
    go_through_earlier_days(&one, today);
    one.host.exchanges = 0;
    one.host.faults = 0;
    one.host.fault = faults[fault].fault;
    one.host.fault_at = exchange;
    one.host.fault_lasts = lasts;
    one.host.fault_status = faults[fault].status;
    one.host.fault_retry = faults[fault].retry;
    tca_plan *plan = fleet_try_apply(&one, &result);
    snprintf(what, sizeof(what), "day %d, exchange %u (%.120s), %s%s", days[today].day,
             (unsigned)exchange, one.host.faulty, faults[fault].name, lasts ? ", lasting" : "");
    ck_assert_msg(one.host.faults >= 1 && one.host.faults <= ATTEMPTS_MAX * REREADINGS_MAX,
                  "%s: struck %u times", what, (unsigned)one.host.faults);
    ck_assert_msg((result == TCA_OK) == (plan != NULL), "%s", what);
    if (plan != NULL) {
        assert_reasons(plan);
        tca_plan_unref(plan);
    }
    one.host.fault = FAULT_NONE;
    engine_host_control(&one.host, "/_simulator/faults", "[]");
    assert_complete(&one, today, what);
    fleet_close(&one);
}

/* Each exchange once with each fault, by turns lasting and passing. What is done on day 650 is what
 * is done on day 0, and under the sanitizers all of it takes long: there a part stands for it. */
static bool is_tried(size_t today, uint32_t exchange, size_t fault) {
    size_t part = !fail_alloc_available() ? 11 : today == 1 ? 3 : 1;
    return (exchange + fault) % part == 0;
}

/* One test for each day and fault, so that they can be told apart. */
START_TEST(the_next_run_completes_what_a_fault_left) {
    size_t today = (size_t)_i / COUNT(faults);
    size_t fault = (size_t)_i % COUNT(faults);
    uint32_t count = exchanges_of(today);
    ck_assert_uint_ge(count, 6);
    for (uint32_t exchange = 0; exchange < count; exchange++) {
        if (is_tried(today, exchange, fault)) {
            strike(today, exchange, fault, (exchange / 2 + fault) % 2 == 0);
        }
    }
}
END_TEST

/* ---- one target ---- */

START_TEST(one_target_that_fails_does_not_stop_the_others) {
    fleet one;
    tca_result result;
    fleet_open(&one, &usual);
    one.host.fault = FAULT_IS_STATUS;
    one.host.fault_status = 403;
    one.host.fault_lasts = true;
    one.host.fault_at = 1; /* the hub's list */
    tca_plan *plan = fleet_try_apply(&one, &result);
    ck_assert_int_eq(result, TCA_OK);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_HUB), TCA_TARGET_STATE_UNKNOWN);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_DPS), TCA_TARGET_STATE_TRUSTED);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_CENTRAL), TCA_TARGET_STATE_TRUSTED);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_EDGE), TCA_TARGET_STATE_TRUSTED);
    tca_plan_unref(plan);
    fleet_close(&one);
}
END_TEST

/* ---- the service ---- */

START_TEST(without_the_service_nothing_is_done_and_the_plan_says_so) {
    fleet one;
    tca_result result;
    tca_plan_summary summary = {.struct_size = sizeof(summary)};
    const char *text;
    size_t length;
    fleet_open(&one, &usual);
    tca_plan_unref(fleet_apply(&one, NULL));
    fleet_go_to(&one, 735, 0);
    one.host.exchanges = 0;
    one.host.fault = FAULT_REFUSED;
    one.host.fault_at = 0;
    one.host.fault_lasts = true;
    tca_plan *plan = fleet_try_apply(&one, &result);
    ck_assert_int_eq(result, TCA_OK);
    ck_assert_int_eq(tca_plan_get_summary(plan, &summary), TCA_OK);
    ck_assert_uint_eq(summary.flags, TCA_PLAN_STALE | TCA_PLAN_APPLIED);
    ck_assert_int_eq(summary.listed_at, FLEET_START);
    ck_assert_int_eq(tca_plan_problem(plan, &text, &length), TCA_OK);
    ck_assert_uint_eq(fleet_state(plan, 'A', FLEET_HUB), TCA_TARGET_STATE_REMOVABLE);
    tca_plan_unref(plan);
    fleet_close(&one);
}
END_TEST

START_TEST(without_the_service_and_a_memory_of_it_there_is_no_plan) {
    fleet one;
    tca_result result;
    fleet_open(&one, &usual);
    one.host.fault = FAULT_REFUSED;
    one.host.fault_lasts = true;
    ck_assert_ptr_null(fleet_try_apply(&one, &result));
    ck_assert_int_eq(result, TCA_E_TRANSPORT);
    fleet_close(&one);
}
END_TEST

/* ---- interrupted ---- */

/* Step an apply so many times, and let go of it. True when it was done before. */
static bool interrupt_after(fleet *one, uint32_t steps) {
    tca_call *call = NULL;
    uint32_t wants = TCA_CALL_EXCHANGE;
    ck_assert_int_eq(tca_rollout_apply(one->rollout, NULL, NULL, &call, NULL), TCA_OK);
    for (uint32_t i = 0; wants != TCA_CALL_DONE && i < steps; i++) {
        ck_assert_int_eq(tca_call_step(call, one->host.now, &wants, NULL), TCA_OK);
        if (wants != TCA_CALL_DONE) {
            engine_host_serve(&one->host, call, wants);
        }
    }
    tca_call_unref(call);
    return wants == TCA_CALL_DONE;
}

START_TEST(the_next_run_goes_on_from_wherever_one_was_interrupted) {
    bool done = false;
    for (uint32_t steps = 0; !done; steps++) {
        char what[64];
        fleet one;
        go_through_earlier_days(&one, (size_t)_i);
        done = interrupt_after(&one, steps);
        snprintf(what, sizeof(what), "day %d, interrupted after %u steps", days[_i].day,
                 (unsigned)steps);
        fleet_restart(&one, &usual);
        assert_complete(&one, (size_t)_i, what);
        fleet_close(&one);
    }
}
END_TEST

/* ---- two at once ---- */

static bool step_once(fleet *one, tca_call *call) {
    uint32_t wants;
    ck_assert_int_eq(tca_call_step(call, one->host.now, &wants, NULL), TCA_OK);
    if (wants != TCA_CALL_DONE) {
        engine_host_serve(&one->host, call, wants);
    }
    return wants == TCA_CALL_DONE;
}

/* `turns`: whose turn it is, a bit each; again and again. */
static void run_both(fleet *one, uint32_t turns) {
    tca_call *calls[2] = {NULL, NULL};
    bool done[2] = {false, false};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(tca_rollout_apply(one->rollout, NULL, NULL, &calls[i], NULL), TCA_OK);
    }
    for (uint32_t at = 0; !done[0] || !done[1]; at = (at + 1) % 16) {
        size_t who = turns >> at & 1u;
        who = done[who] ? 1 - who : who;
        done[who] = step_once(one, calls[who]);
    }
    tca_call_unref(calls[0]);
    tca_call_unref(calls[1]);
}

START_TEST(two_runs_at_once_do_everything_once) {
    fleet one;
    go_through_earlier_days(&one, 1);
    one.told[0] = '\0';
    run_both(&one, 0x5A5Au * (uint32_t)(_i + 1) ^ (uint32_t)_i << 7);
    assert_complete(&one, 1, "two runs at once");
    ck_assert_ptr_nonnull(strstr(one.told, "new -\n"));
    ck_assert_ptr_null(strstr(strstr(one.told, "new -\n") + 1, "new -\n"));
    fleet_close(&one);
}
END_TEST

/* Between any two exchanges; in the file it is behind what is ours. */
START_TEST(what_another_tenant_adds_to_the_anchors_meanwhile_stays) {
    bool done = false;
    for (uint32_t before = 0; !done; before++) {
        fleet one;
        tca_call *call = NULL;
        go_through_earlier_days(&one, 1);
        fleet_restart(&one, &earlier);
        ck_assert_int_eq(tca_rollout_apply(one.rollout, NULL, NULL, &call, NULL), TCA_OK);
        for (uint32_t i = 0; !done && i < before; i++) {
            done = step_once(&one, call);
        }
        fleet_add_other_tenant(&one);
        for (bool ended = done; !ended; ended = step_once(&one, call)) {
        }
        tca_plan *plan = NULL;
        ck_assert_int_eq(tca_call_take_plan(call, &plan), TCA_OK);
        ck_assert_uint_eq(fleet_state(plan, 'B', FLEET_EDGE), TCA_TARGET_STATE_TRUSTED);
        tca_plan_unref(plan);
        tca_call_unref(call);
        ck_assert_msg(fleet_holds_other_tenant(&one), "lost when added after %u steps",
                      (unsigned)before);
        fleet_close(&one);
    }
}
END_TEST

/* ---- what the service withholds ---- */

START_TEST(what_the_service_withholds_stays) {
    fleet one;
    fleet_open(&one, &usual);
    fleet_go_to(&one, 650, 0);
    tca_plan_unref(fleet_apply(&one, NULL));
    fleet_go_to(&one, 651, 0);
    one.host.hide_newest = true;
    tca_plan *plan = fleet_apply(&one, NULL);
    ck_assert_uint_eq(fleet_state(plan, 'B', FLEET_HUB), TCA_TARGET_STATE_TRUSTED);
    ck_assert_uint_eq(fleet_state(plan, 'B', FLEET_EDGE), TCA_TARGET_STATE_TRUSTED);
    ck_assert_uint_eq(held_at(plan, FLEET_EDGE), 2);
    tca_plan_unref(plan);
    fleet_close(&one);
}
END_TEST

static tca_rollover_summary summary_of(const tca_plan *plan) {
    tca_rollover_summary summary = {.struct_size = sizeof(summary)};
    const tca_rollover *rollover = NULL;
    ck_assert_int_eq(tca_plan_rollover(plan, &rollover), TCA_OK);
    ck_assert_int_eq(tca_rollover_get_summary(rollover, &summary), TCA_OK);
    return summary;
}

/* The service lists what it always lists, but once without bodies and dates. */
START_TEST(the_archive_completes_what_the_service_lists_without_a_body) {
    static const int days_before[] = {1, 650, 690};
    fleet one;
    fleet_open(&one, &earlier);
    for (size_t i = 0; i < COUNT(days_before); i++) {
        fleet_go_to(&one, days_before[i], 0);
        tca_plan *usually = fleet_apply(&one, NULL);
        one.host.hide_bodies = true;
        tca_plan *bare = fleet_apply(&one, NULL);
        one.host.hide_bodies = false;
        tca_plan *again = fleet_apply(&one, NULL);
        ck_assert_uint_eq(summary_of(bare).stage, summary_of(usually).stage);
        ck_assert_uint_eq(summary_of(bare).active, summary_of(usually).active);
        ck_assert_uint_eq(summary_of(bare).anomalies, 0);
        ck_assert_uint_eq(summary_of(again).anomalies, 0);
        ck_assert_uint_eq(held_at(bare, FLEET_EDGE), held_at(usually, FLEET_EDGE));
        tca_plan_unref(usually);
        tca_plan_unref(bare);
        tca_plan_unref(again);
    }
    fleet_close(&one);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("rollout, faults");
    TCase *all = tcase_create("faults");
    tcase_set_timeout(all, 300);
    tcase_add_loop_test(all, the_next_run_completes_what_a_fault_left, 0,
                        (int)(COUNT(days) * COUNT(faults)));
    tcase_add_test(all, one_target_that_fails_does_not_stop_the_others);
    tcase_add_test(all, without_the_service_nothing_is_done_and_the_plan_says_so);
    tcase_add_test(all, without_the_service_and_a_memory_of_it_there_is_no_plan);
    tcase_add_loop_test(all, the_next_run_goes_on_from_wherever_one_was_interrupted, 0,
                        (int)COUNT(days));
    tcase_add_loop_test(all, two_runs_at_once_do_everything_once, 0, 6);
    tcase_add_test(all, what_another_tenant_adds_to_the_anchors_meanwhile_stays);
    tcase_add_test(all, what_the_service_withholds_stays);
    tcase_add_test(all, the_archive_completes_what_the_service_lists_without_a_body);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

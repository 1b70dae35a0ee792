/* SPDX-License-Identifier: MIT */
/* Answers that are well formed and not so: what a run makes of them, and what it keeps. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <tenantca/tenantca.h>

#include "fleet.h"

#define STEPS_SIZE 4096

static tca_plan_summary summary_of(const tca_plan *plan) {
    tca_plan_summary summary = {.struct_size = sizeof(summary)};
    ck_assert_int_eq(tca_plan_get_summary(plan, &summary), TCA_OK);
    return summary;
}

static void assert_steps(const tca_plan *plan, bool all, const char *expected) {
    char steps[STEPS_SIZE];
    fleet_steps(plan, all, steps, sizeof(steps));
    ck_assert_str_eq(steps, expected);
}

static void assert_done(fleet *one) {
    tca_plan *plan = fleet_apply(one, NULL);
    char steps[STEPS_SIZE];
    fleet_steps(plan, true, steps, sizeof(steps));
    ck_assert_msg(summary_of(plan).failed_count == 0 && summary_of(plan).due_count == 0, "%s",
                  steps);
    tca_plan_unref(plan);
}

static void rewrite(engine_reply *reply, json_t *document) {
    free(reply->body);
    reply->body = json_dumps(document, JSON_COMPACT);
    ck_assert_ptr_nonnull(reply->body);
    reply->body_length = strlen(reply->body);
}

/* ---- uploads ---- */

/* Taken, and not called verified, whatever the upload said. */
static void leave_unverified(const char *method, const char *url, engine_reply *reply) {
    (void)url;
    json_t *document =
        strcmp(method, "PUT") == 0 ? json_loadb(reply->body, reply->body_length, 0, NULL) : NULL;
    json_t *properties = json_object_get(document, "properties");
    if (json_is_true(json_object_get(properties, "isVerified"))) {
        json_object_set_new(properties, "isVerified", json_false());
        rewrite(reply, document);
    } else if (json_is_true(json_object_get(document, "verified"))) {
        json_object_set_new(document, "verified", json_false());
        rewrite(reply, document);
    }
    json_decref(document);
}

START_TEST(an_upload_that_is_not_called_verified_fails_and_nothing_else) {
    fleet one;
    fleet_open(&one, &(fleet_options){.verification = TCA_VERIFICATION_ON_UPLOAD});
    one.host.retouch = leave_unverified;
    tca_plan *plan = fleet_apply(&one, NULL);
    assert_steps(plan, true,
                 "+download - A\n!upload hub A\n!upload dps A\ntrust dps A\n"
                 "!upload central A\n+trust edge A\n");
    for (uint32_t i = 1; i <= 4; i++) {
        tca_step step = {.struct_size = sizeof(step)};
        ck_assert_int_eq(tca_plan_step(plan, i, &step), TCA_OK);
        ck_assert_int_eq(step.result, step.kind == TCA_STEP_UPLOAD ? TCA_E_PROOF : TCA_OK);
    }
    tca_plan_unref(plan);
    one.host.retouch = NULL;
    assert_done(&one);
    fleet_close(&one);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("rollout, answers");
    TCase *tests = tcase_create("answers");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_upload_that_is_not_called_verified_fails_and_nothing_else);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

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

static void call_both_active(json_t *a, json_t *b) {
    json_object_set_new(b, "thumbprint", json_string("00112233445566778899AABBCCDDEEFF00112233"));
    json_object_set(b, "status", json_object_get(a, "status"));
}

static void (*const glitches[])(json_t *, json_t *) = {mix_bodies, double_body, call_both_active};
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
    glitch = glitches[_i];
    one.host.retouch = apply_glitch;
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

int main(void) {
    Suite *suite = suite_create("rollout, mixed-up lists");
    TCase *tests = tcase_create("mixed-up lists");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_word_holds_when_a_list_that_contradicts_it_calls_it_active, 0,
                        (int)COUNT(glitches));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

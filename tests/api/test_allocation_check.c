/* SPDX-License-Identifier: MIT */
/* As test_allocation.c, of the checks: memory runs out at the first allocation, at the second, and
 * so on. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#include "fail_alloc.h"
#include "fleet.h"

#define SEEN_SIZE 16384

/* Everything that a finding says, one behind the other. Nothing of Check may be called in here. */
static tca_result look(const tca_plan *plan, char seen[SEEN_SIZE]) {
    tca_checks *made = NULL, *checks = NULL;
    size_t used = 0;
    seen[0] = '\0';
    tca_result result = tca_check(plan, NULL, &made, NULL);
    if (result != TCA_OK) {
        return made == NULL ? result : TCA_E_ARGUMENT;
    }
    tca_checks_ref(made, &checks);
    tca_checks_unref(made);
    for (uint32_t i = 0; result == TCA_OK && i < tca_checks_count(checks); i++) {
        tca_check_finding finding = {.struct_size = sizeof(finding)};
        const char *message = "", *remedy = "";
        size_t length;
        result = tca_checks_get(checks, i, &finding);
        result = result == TCA_OK ? tca_checks_message(checks, i, &message, &length) : result;
        result = result == TCA_OK ? tca_checks_remedy(checks, i, &remedy, &length) : result;
        used += (size_t)snprintf(seen + used, SEEN_SIZE - used, "%s %s: %s (%s)\n",
                                 tca_check_status_name(tca_checks_status(checks)),
                                 tca_check_name(finding.kind), message, remedy);
    }
    tca_checks_unref(checks);
    return used < SEEN_SIZE ? result : TCA_E_LIMIT;
}

START_TEST(checks_survive) {
    static const fleet_options usual = {0};
    static char expected[SEEN_SIZE], seen[SEEN_SIZE];
    fail_alloc_mode mode = _i == 0 ? FAIL_ALLOC_ONCE : FAIL_ALLOC_FROM_THEN;
    fleet one;
    fleet_open(&one, &usual);
    tca_plan *plan = fleet_plan(&one);
    ck_assert_int_eq(look(plan, expected), TCA_OK);
    size_t failures = 1;
    for (size_t nth = 1; fail_alloc_available() && failures > 0; nth++) {
        long before = fail_alloc_live();
        fail_alloc_arm(nth, mode);
        tca_result result = look(plan, seen);
        failures = fail_alloc_failures();
        fail_alloc_disarm();
        ck_assert_int_eq(fail_alloc_live(), before);
        ck_assert_int_eq(result, failures > 0 ? TCA_E_NO_MEMORY : TCA_OK);
        ck_assert_str_eq(seen, failures > 0 ? "" : expected);
    }
    tca_plan_unref(plan);
    fleet_close(&one);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("allocation: checks");
    TCase *tests = tcase_create("allocation: checks");
    tcase_add_loop_test(tests, checks_survive, 0, 2);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* Two threads that meet a CA certificate for the first time at the same time. */
#include <check.h>

#include "trust/usage.c"

static tcai_anchor named(char digit) {
    tcai_anchor anchor = {.tenant = 0};
    memset(anchor.thumbprint, digit, sizeof(anchor.thumbprint) - 1);
    return anchor;
}

START_TEST(the_second_takes_the_firsts_entry_and_leaves_its_own_to_others) {
    tca_usage *usage = NULL;
    tca_usage_options two = {.struct_size = sizeof(two), .max_certificates = 2};
    tcai_anchor one = named('1'), other = named('2'), third = named('3');
    uint64_t tag = UINT64_C(1) << NUMBER_BITS;
    ck_assert_int_eq(tca_usage_new(&two, &usage, NULL), TCA_OK);
    tcai_usage_entry *first = enter(usage, &one, tag, 0);
    ck_assert_ptr_eq(enter(usage, &one, tag, 0), first);
    ck_assert_uint_eq(atomic_load(&usage->taken), 2);
    tcai_usage_entry *second = enter(usage, &other, tag, 0);
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_ne(second, first);
    ck_assert_uint_eq(atomic_load(&usage->taken), 2);
    ck_assert_ptr_null(enter(usage, &third, tag, 0));
    tca_usage_unref(usage);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("trust: usage");
    TCase *tests = tcase_create("trust: usage");
    tcase_add_test(tests, the_second_takes_the_firsts_entry_and_leaves_its_own_to_others);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: MIT */
/* The holder's counts, which threads alone would hardly bring to where they matter. */
#include <check.h>

#define FOLD 4
#include "trust/holder.c"
#include "trust_scene.h"

static uint64_t acquired(const tca_trust_holder *holder) {
    return atomic_load(&holder->word) & COUNT_MASK;
}

static void acquire_and_let_go(tca_trust_holder *holder) {
    tca_trust_set *set = NULL;
    ck_assert_int_eq(tca_trust_holder_acquire(holder, &set), TCA_OK);
    tca_trust_set_unref(set);
}

START_TEST(the_count_of_the_word_is_folded_into_the_slots) {
    tca_trust_set *set = scene_set();
    tca_trust_holder *holder = NULL;
    ck_assert_int_eq(tca_trust_holder_new(set, &holder, NULL), TCA_OK);
    for (int64_t i = 1; i <= 100; i++) {
        acquire_and_let_go(holder);
        ck_assert_uint_lt(acquired(holder), FOLD);
        int64_t out = CURRENT - atomic_load(&holder->slots[0].balance);
        ck_assert_int_eq((int64_t)acquired(holder), out);
    }
    ck_assert_int_eq(tca_trust_holder_swap(holder, set, NULL), TCA_OK);
    ck_assert_uint_eq(atomic_load(&holder->slots[0].used), 0);
    ck_assert_uint_eq(atomic_load(&holder->slots[1].used), 1);
    tca_trust_holder_unref(holder);
    tca_trust_set_unref(set);
}
END_TEST

/* Another thread acquired or swapped between: nothing is moved. */
START_TEST(a_fold_that_comes_too_late_changes_nothing) {
    tca_trust_set *set = scene_set();
    tca_trust_holder *holder = NULL;
    ck_assert_int_eq(tca_trust_holder_new(set, &holder, NULL), TCA_OK);
    acquire_and_let_go(holder);
    uint64_t word = atomic_load(&holder->word);
    int64_t balance = atomic_load(&holder->slots[0].balance);
    fold(holder, &holder->slots[0], word + 1);
    ck_assert_uint_eq(atomic_load(&holder->word), word);
    ck_assert_int_eq(atomic_load(&holder->slots[0].balance), balance);
    tca_trust_holder_unref(holder);
    tca_trust_set_unref(set);
}
END_TEST

/* One who stands still between acquiring and getting out keeps the slot, and with it the set. */
START_TEST(a_slot_is_kept_for_who_is_in_it) {
    tca_trust_set *set = scene_set();
    tca_trust_holder *holder = NULL;
    ck_assert_int_eq(tca_trust_holder_new(set, &holder, NULL), TCA_OK);
    uint32_t alone = atomic_load(&set->references);
    atomic_fetch_add(&holder->word, 1);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_int_eq(tca_trust_holder_swap(holder, set, NULL), TCA_OK);
    }
    ck_assert_uint_eq(atomic_load(&holder->slots[0].used), 1);
    ck_assert_uint_eq(atomic_load(&set->references), alone + 1);
    settle(&holder->slots[0], -1);
    ck_assert_uint_eq(atomic_load(&holder->slots[0].used), 0);
    ck_assert_uint_eq(atomic_load(&set->references), alone);
    tca_trust_holder_unref(holder);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(a_swap_without_a_free_slot_is_refused) {
    tca_trust_set *set = scene_set();
    tca_trust_holder *holder = NULL;
    ck_assert_int_eq(tca_trust_holder_new(set, &holder, NULL), TCA_OK);
    for (uint32_t i = 1; i < SLOTS; i++) {
        atomic_fetch_add(&holder->word, 1);
        ck_assert_int_eq(tca_trust_holder_swap(holder, set, NULL), TCA_OK);
    }
    ck_assert_int_eq(tca_trust_holder_swap(holder, set, NULL), TCA_E_BUSY);
    acquire_and_let_go(holder);
    settle(&holder->slots[7], -1);
    ck_assert_int_eq(tca_trust_holder_swap(holder, set, NULL), TCA_OK);
    tca_trust_holder_unref(holder);
    tca_trust_set_unref(set);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("trust: holder");
    TCase *tests = tcase_create("trust: holder");
    tcase_add_test(tests, the_count_of_the_word_is_folded_into_the_slots);
    tcase_add_test(tests, a_fold_that_comes_too_late_changes_nothing);
    tcase_add_test(tests, a_slot_is_kept_for_who_is_in_it);
    tcase_add_test(tests, a_swap_without_a_free_slot_is_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

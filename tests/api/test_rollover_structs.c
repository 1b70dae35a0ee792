/* SPDX-License-Identifier: MIT */
/* Every struct and every name that a rollover hands out. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#define DAY INT64_C(86400)
#define A_START INT64_C(1700000000)
#define A_END (A_START + 730 * DAY)

static tca_rollover *alone(tca_unix not_after, tca_unix now) {
    tca_inventory_builder *builder = NULL;
    tca_inventory *inventory = NULL;
    tca_rollover *rollover = NULL;
    tca_service_record record = {.struct_size = sizeof(record),
                                 .flags = TCA_SERVICE_HAS_NOT_BEFORE | TCA_SERVICE_HAS_NOT_AFTER,
                                 .status = TCA_SERVICE_ACTIVE,
                                 .not_before = A_START,
                                 .not_after = not_after,
                                 .thumbprint = "000000000000000000000000000000000000000A",
                                 .thumbprint_length = 40};
    ck_assert_int_eq(tca_inventory_builder_new(NULL, &builder, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    ck_assert_int_eq(tca_rollover_compute(inventory, now, NULL, &rollover, NULL), TCA_OK);
    tca_inventory_builder_unref(builder);
    tca_inventory_unref(inventory);
    return rollover;
}

static tca_result summary(const tca_rollover *rollover, uint32_t number, void *out) {
    return number == 0 ? tca_rollover_get_summary(rollover, out) : TCA_E_NOT_FOUND;
}
static tca_result state(const tca_rollover *rollover, uint32_t number, void *out) {
    return tca_rollover_state(rollover, number, out);
}
static tca_result window(const tca_rollover *rollover, uint32_t number, void *out) {
    return tca_rollover_window(rollover, number, out);
}
static tca_result action(const tca_rollover *rollover, uint32_t number, void *out) {
    return tca_rollover_action(rollover, number, out);
}
static tca_result forecast(const tca_rollover *rollover, uint32_t number, void *out) {
    return tca_rollover_forecast(rollover, number, out);
}

static const struct {
    const char *what;
    tca_result (*get)(const tca_rollover *rollover, uint32_t number, void *out);
    uint32_t size;
    uint32_t beyond; /* a number that there is not; 0: any number is one */
    tca_result refusal;
} structs[] = {
    {"summary", summary, sizeof(tca_rollover_summary), 0, TCA_OK},
    {"state", state, sizeof(tca_entry_state), 1, TCA_E_NOT_FOUND},
    {"window", window, sizeof(tca_window), 99, TCA_E_NOT_FOUND},
    {"action", action, sizeof(tca_action), 99, TCA_E_NOT_FOUND},
    {"forecast", forecast, sizeof(tca_forecast), 1000, TCA_E_ARGUMENT},
};

#define ROOM 256

/* The struct as its caller hands it in: its size, and old bytes. */
static void prepare(uint8_t *room, uint32_t size) {
    memset(room, 0xA5, ROOM);
    memcpy(room, &size, sizeof(size));
}

static uint32_t first_byte_not(const uint8_t *room, uint32_t from, uint32_t to, uint8_t value) {
    while (from < to && room[from] == value) {
        from++;
    }
    return from;
}

START_TEST(a_struct_too_small_is_refused_untouched_behind) {
    tca_rollover *rollover = alone(A_END, A_END);
    _Alignas(8) uint8_t room[ROOM];
    const uint32_t sizes[] = {0, 3, 4, structs[_i].size - 1};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        prepare(room, sizes[i]);
        ck_assert_msg(structs[_i].get(rollover, 0, room) == TCA_E_STRUCT_TOO_SMALL, "%s of %u",
                      structs[_i].what, (unsigned)sizes[i]);
        uint32_t end = sizes[i] < 4 ? 4 : sizes[i];
        ck_assert_uint_eq(first_byte_not(room, end, ROOM, 0xA5), ROOM);
    }
    tca_rollover_unref(rollover);
}
END_TEST

START_TEST(a_longer_struct_keeps_what_is_behind) {
    tca_rollover *rollover = alone(A_END, A_END);
    _Alignas(8) uint8_t room[ROOM], exact[ROOM];
    prepare(exact, structs[_i].size);
    ck_assert_int_eq(structs[_i].get(rollover, 0, exact), TCA_OK);
    ck_assert_uint_eq(first_byte_not(exact, structs[_i].size, ROOM, 0xA5), ROOM);
    prepare(room, structs[_i].size + 16);
    ck_assert_int_eq(structs[_i].get(rollover, 0, room), TCA_OK);
    ck_assert_int_eq(memcmp(room + 4, exact + 4, structs[_i].size - 4), 0);
    ck_assert_uint_eq(first_byte_not(room, structs[_i].size + 16, ROOM, 0xA5), ROOM);
    tca_rollover_unref(rollover);
}
END_TEST

START_TEST(a_failure_leaves_zeros) {
    tca_rollover *rollover = alone(A_END, A_END);
    _Alignas(8) uint8_t room[ROOM];
    if (structs[_i].beyond != 0) {
        prepare(room, structs[_i].size);
        ck_assert_int_eq(structs[_i].get(rollover, structs[_i].beyond, room), structs[_i].refusal);
        ck_assert_uint_eq(first_byte_not(room, 4, structs[_i].size, 0), structs[_i].size);
        ck_assert_uint_eq(first_byte_not(room, structs[_i].size, ROOM, 0xA5), ROOM);
    }
    prepare(room, structs[_i].size);
    ck_assert_int_eq(structs[_i].get(NULL, 0, room), TCA_E_ARGUMENT);
    ck_assert_uint_eq(first_byte_not(room, 4, structs[_i].size, 0), structs[_i].size);
    ck_assert_int_eq(structs[_i].get(rollover, 0, NULL), TCA_E_ARGUMENT);
    tca_rollover_unref(rollover);
}
END_TEST

/* An end that is the last second there is, and one second more. */
START_TEST(a_forecast_reaches_the_last_second_of_9999) {
    const tca_unix last = TCA_TIME_MAX - 1 - 90 * DAY; /* predecessor_ends is TCA_TIME_MAX */
    tca_forecast out = {.struct_size = sizeof(out)};
    for (int64_t late = 0; late <= 1; late++) {
        tca_rollover *rollover = alone(last + 90 * DAY + late, A_START);
        ck_assert_int_eq(tca_rollover_forecast(rollover, 0, &out),
                         late == 0 ? TCA_OK : TCA_E_RANGE);
        ck_assert_int_eq(out.predecessor_ends, late == 0 ? TCA_TIME_MAX : 0);
        ck_assert_int_eq(tca_rollover_forecast(rollover, 1, &out), TCA_E_RANGE);
        ck_assert_int_eq(out.issued, 0);
        tca_rollover_unref(rollover);
    }
}
END_TEST

START_TEST(number_999_is_the_last) {
    tca_forecast out = {.struct_size = sizeof(out)};
    tca_rollover *rollover = alone(A_END, A_START);
    ck_assert_int_eq(tca_rollover_forecast(rollover, 999, &out), TCA_OK);
    ck_assert_int_eq(out.issued, A_END - 90 * DAY + 999 * 640 * DAY);
    ck_assert_int_eq(tca_rollover_forecast(rollover, 1000, &out), TCA_E_ARGUMENT);
    tca_rollover_unref(rollover);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void) {
    Suite *suite = suite_create("rollover structs");
    TCase *cases = tcase_create("rollover structs");
    tcase_add_loop_test(cases, a_struct_too_small_is_refused_untouched_behind, 0, COUNT(structs));
    tcase_add_loop_test(cases, a_longer_struct_keeps_what_is_behind, 0, COUNT(structs));
    tcase_add_loop_test(cases, a_failure_leaves_zeros, 0, COUNT(structs));
    tcase_add_test(cases, a_forecast_reaches_the_last_second_of_9999);
    tcase_add_test(cases, number_999_is_the_last);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

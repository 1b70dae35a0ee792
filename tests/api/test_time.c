/* SPDX-License-Identifier: MIT */
/* Moments as text: every day of the years 1 to 9999 against a counter that only knows the lengths
 * of months, the edges, and what is no date-time of RFC 3339. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenantca/tenantca.h"

static bool leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && leap(year) ? 1 : 0);
}

static tca_unix parse(const char *text) {
    tca_unix moment = 0;
    ck_assert_msg(tca_time_parse(text, strlen(text), &moment, NULL) == TCA_OK, "%s", text);
    return moment;
}

START_TEST(every_day_both_ways) {
    tca_unix moment = TCA_TIME_MIN;
    for (int year = 1; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= days_in(year, month); day++) {
                char wanted[64], text[TCA_TIME_TEXT_SIZE];
                int hour = day % 24, minute = month * 4, second = day; /* another time each day */
                snprintf(wanted, sizeof(wanted), "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day,
                         hour, minute, second);
                tca_unix of_day = hour * 3600 + minute * 60 + second;
                if (tca_time_format(moment + of_day, text, sizeof(text), NULL) != TCA_OK ||
                    strcmp(text, wanted) != 0 || parse(wanted) != moment + of_day) {
                    ck_abort_msg("%s", wanted);
                }
                moment += 86400;
            }
        }
    }
    ck_assert_int_eq(moment - 1, TCA_TIME_MAX);
}
END_TEST

static const struct {
    const char *text;
    tca_unix moment;
} accepted[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1969-12-31T23:59:59Z", -1},
    {"2000-02-29T12:00:00Z", 951825600},
    {"2038-01-19T03:14:08Z", INT64_C(2147483648)},
    {"0001-01-01T00:00:00Z", TCA_TIME_MIN},
    {"9999-12-31T23:59:59Z", TCA_TIME_MAX},
    {"1970-01-01T02:00:00+02:00", 0},
    {"1969-12-31T16:30:00-07:30", 0},
    {"1970-01-01T00:00:00-00:00", 0},
    {"1970-01-02T00:59:00+00:59", 86400},
    {"1970-01-01T23:59:00+23:59", 0},
    {"0001-01-01T01:00:00+01:00", TCA_TIME_MIN},
    {"9999-12-31T22:59:59-01:00", TCA_TIME_MAX},
    /* The integrated service's seven digits. */
    {"1970-01-01T00:00:01.1234567Z", 1},
    {"1970-01-01T00:00:01.0Z", 1},
    {"1970-01-01T00:00:01.999999999Z", 1},
    {"1970-01-01T02:00:01.5+02:00", 1},
    /* Dropped towards the past, not towards zero. */
    {"1969-12-31T23:59:58.9Z", -2},
    {"9999-12-31T23:59:59.999999999Z", TCA_TIME_MAX},
};

START_TEST(accepts) {
    ck_assert_int_eq(parse(accepted[_i].text), accepted[_i].moment);
}
END_TEST

static const struct {
    const char *text;
    tca_result result;
} refused[] = {
    {"", TCA_E_MALFORMED},
    {"2", TCA_E_MALFORMED},
    {"2026-04-05", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00", TCA_E_MALFORMED},
    {"2026-04-05 00:00:00", TCA_E_MALFORMED},
    {"2026-04-05T00:00Z", TCA_E_MALFORMED},
    {"2026-4-05T00:00:00Z", TCA_E_MALFORMED},
    {"26-04-05T00:00:00Z", TCA_E_MALFORMED},
    {"+2026-04-05T00:00:00Z", TCA_E_MALFORMED},
    {"-001-04-05T00:00:00Z", TCA_E_MALFORMED},
    {"2026/04/05T00:00:00Z", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00ZZ", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00Z ", TCA_E_MALFORMED},
    {" 2026-04-05T00:00:00Z", TCA_E_MALFORMED},
    {"2026-13-05T00:00:00Z", TCA_E_MALFORMED},
    {"2026-00-05T00:00:00Z", TCA_E_MALFORMED},
    {"2026-04-31T00:00:00Z", TCA_E_MALFORMED},
    {"2026-04-00T00:00:00Z", TCA_E_MALFORMED},
    {"2025-02-29T00:00:00Z", TCA_E_MALFORMED},
    {"1900-02-29T00:00:00Z", TCA_E_MALFORMED},
    {"2026-04-05T24:00:00Z", TCA_E_MALFORMED},
    {"2026-04-05T00:60:00Z", TCA_E_MALFORMED},
    {"2026-04-05T00:00:61Z", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00.Z", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00,5Z", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00.1234567890Z", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00.5", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00.5xZ", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00+2:00", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00+0200", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00+02", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00+24:00", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00+02:60", TCA_E_MALFORMED},
    {"2026-04-05T00:00:00+02:00Z", TCA_E_MALFORMED},
    {"2026-04-05T0\xC2\xB2:00:00Z", TCA_E_MALFORMED},
    {"Mon, 01 Jan 0001 00:00:00 GMT", TCA_E_MALFORMED},
    {"12026-04-05T00:00:00Z", TCA_E_MALFORMED},
    /* Right in form, and outside. */
    {"0001-01-01T00:00:00+00:01", TCA_E_RANGE},
    {"9999-12-31T23:59:59-00:01", TCA_E_RANGE},
};

START_TEST(refuses) {
    tca_error *error;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    tca_unix moment = 77;
    const char *text = refused[_i].text;
    tca_result result = tca_time_parse(text, strlen(text), &moment, error);
    ck_assert_msg(result == refused[_i].result, "%s: %s", text, tca_result_name(result));
    ck_assert_int_eq(moment, 0);
    ck_assert_int_eq(tca_error_code(error), result);
    const char *message;
    tca_error_message(error, &message, NULL);
    ck_assert_str_ne(message, "");
    tca_error_unref(error);
}
END_TEST

/* Either error names what is wrong with the year 0, which RFC 3339 has and this library has not. */
START_TEST(refuses_year_0) {
    tca_unix moment = 77;
    tca_result result = tca_time_parse("0000-12-31T23:59:59Z", 20, &moment, NULL);
    ck_assert(result == TCA_E_MALFORMED || result == TCA_E_RANGE);
    ck_assert_int_eq(moment, 0);
}
END_TEST

START_TEST(reads_no_further_than_its_length) {
    static const char text[] = "2026-04-05T00:00:00Z";
    for (size_t length = 0; length < sizeof(text) - 1; length++) {
        char *exact = malloc(length + 1);
        ck_assert_ptr_nonnull(exact);
        memcpy(exact, text, length);
        tca_unix moment = 77;
        ck_assert_int_eq(tca_time_parse(exact, length, &moment, NULL), TCA_E_MALFORMED);
        ck_assert_int_eq(moment, 0);
        free(exact);
    }
    tca_unix moment = 77;
    ck_assert_int_eq(tca_time_parse("2026-04-05T00:00:00\0Z", 21, &moment, NULL), TCA_E_MALFORMED);
}
END_TEST

START_TEST(refuses_null) {
    tca_unix moment = 77;
    char text[TCA_TIME_TEXT_SIZE] = "before";
    ck_assert_int_eq(tca_time_parse(NULL, 0, &moment, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(moment, 0);
    ck_assert_int_eq(tca_time_parse("2026-04-05T00:00:00Z", 20, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_time_format(0, NULL, sizeof(text), NULL), TCA_E_ARGUMENT);
}
END_TEST

START_TEST(formats_within_its_buffer) {
    for (size_t capacity = 0; capacity < TCA_TIME_TEXT_SIZE; capacity++) {
        char *text = malloc(capacity + 1);
        ck_assert_ptr_nonnull(text);
        memset(text, 'x', capacity + 1);
        ck_assert_int_eq(tca_time_format(0, text, capacity, NULL), TCA_E_LIMIT);
        ck_assert_int_eq(text[0], capacity == 0 ? 'x' : '\0');
        ck_assert_int_eq(text[capacity], 'x');
        free(text);
    }
    char text[TCA_TIME_TEXT_SIZE];
    ck_assert_int_eq(tca_time_format(TCA_TIME_MIN - 1, text, sizeof(text), NULL), TCA_E_RANGE);
    ck_assert_str_eq(text, "");
    ck_assert_int_eq(tca_time_format(TCA_TIME_MAX + 1, text, sizeof(text), NULL), TCA_E_RANGE);
    ck_assert_int_eq(tca_time_format(INT64_MIN, text, sizeof(text), NULL), TCA_E_RANGE);
    ck_assert_int_eq(tca_time_format(INT64_MAX, text, sizeof(text), NULL), TCA_E_RANGE);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("time");
    TCase *tests = tcase_create("time");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_day_both_ways);
    tcase_add_loop_test(tests, accepts, 0, sizeof(accepted) / sizeof(accepted[0]));
    tcase_add_loop_test(tests, refuses, 0, sizeof(refused) / sizeof(refused[0]));
    tcase_add_test(tests, refuses_year_0);
    tcase_add_test(tests, reads_no_further_than_its_length);
    tcase_add_test(tests, refuses_null);
    tcase_add_test(tests, formats_within_its_buffer);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

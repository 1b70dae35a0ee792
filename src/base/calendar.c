/* SPDX-License-Identifier: MIT */
/* The proleptic Gregorian calendar, years 1 to 9999. */
#include "base/base.h"

#define DAYS_TO_1970 719162 /* from 0001-01-01 */

static bool leap_year(int32_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t days_before_year(int32_t year) {
    int32_t whole = year - 1;
    return whole * 365 + whole / 4 - whole / 100 + whole / 400;
}

static int32_t days_before_month(int32_t year, int32_t month) {
    static const int16_t days[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    return days[month - 1] + (month > 2 && leap_year(year) ? 1 : 0);
}

static int32_t days_in_month(int32_t year, int32_t month) {
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap_year(year) ? 29 : days[month - 1];
}

bool tcai_unix_from_civil(const tcai_civil *civil, tca_unix *out) {
    if (civil->year < 1 || civil->year > 9999 || civil->month < 1 || civil->month > 12 ||
        civil->day < 1 || civil->day > days_in_month(civil->year, civil->month) ||
        civil->hour < 0 || civil->hour > 23 || civil->minute < 0 || civil->minute > 59 ||
        civil->second < 0 || civil->second > 59) {
        return false;
    }
    int64_t days = days_before_year(civil->year) + days_before_month(civil->year, civil->month) +
                   civil->day - 1 - DAYS_TO_1970;
    *out = days * TCAI_DAY + civil->hour * 3600 + civil->minute * 60 + civil->second;
    return true;
}

bool tcai_civil_from_unix(tca_unix time, tcai_civil *civil) {
    if (!tcai_time_expressible(time)) {
        return false;
    }
    int64_t seconds = time - TCA_TIME_MIN;
    int32_t days = (int32_t)(seconds / TCAI_DAY);
    int32_t rest = (int32_t)(seconds % TCAI_DAY);
    int32_t year = days / 366 + 1;
    while (days >= days_before_year(year + 1)) {
        year++;
    }
    days -= days_before_year(year);
    int32_t month = 1;
    while (month < 12 && days >= days_before_month(year, month + 1)) {
        month++;
    }
    *civil = (tcai_civil){.year = year,
                          .month = month,
                          .day = days - days_before_month(year, month) + 1,
                          .hour = rest / 3600,
                          .minute = rest / 60 % 60,
                          .second = rest % 60};
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "utc.h"

#include <stdio.h>
#include <string.h>

/* Days of the civil calendar counted from 1970-01-01; years begin in March so that the leap day is
 * the last one. */
static int64_t days_from_civil(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

static void civil_from_days(int64_t days, utc_fields *out) {
    days += 719468;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const int64_t day_of_era = days - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t month = (5 * day_of_year + 2) / 153;
    out->day = (int32_t)(day_of_year - (153 * month + 2) / 5 + 1);
    out->month = (int32_t)(month < 10 ? month + 3 : month - 9);
    out->year = (int32_t)(year_of_era + era * 400 + (out->month <= 2));
}

utc_fields utc_split(int64_t seconds) {
    utc_fields out;
    int64_t of_day = seconds % UTC_DAY;
    if (of_day < 0) {
        of_day += UTC_DAY;
    }
    civil_from_days((seconds - of_day) / UTC_DAY, &out);
    out.hour = (int32_t)(of_day / 3600);
    out.minute = (int32_t)(of_day / 60 % 60);
    out.second = (int32_t)(of_day % 60);
    return out;
}

int64_t utc_join(const utc_fields *fields) {
    return days_from_civil(fields->year, fields->month, fields->day) * UTC_DAY +
           fields->hour * 3600 + fields->minute * 60 + fields->second;
}

void utc_format(int64_t seconds, char text[UTC_TEXT_SIZE]) {
    const utc_fields f = utc_split(seconds);
    snprintf(text, UTC_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)f.year % 10000u,
             (unsigned)f.month % 100u, (unsigned)f.day % 100u, (unsigned)f.hour % 100u,
             (unsigned)f.minute % 100u, (unsigned)f.second % 100u);
}

void utc_format_http(int64_t seconds, char text[UTC_HTTP_SIZE]) {
    static const char days[][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const utc_fields f = utc_split(seconds);
    const utc_fields midnight = {f.year, f.month, f.day, 0, 0, 0};
    const int64_t since_thursday = utc_join(&midnight) / UTC_DAY % 7;
    const size_t day = (size_t)(since_thursday < 0 ? since_thursday + 7 : since_thursday);
    snprintf(text, UTC_HTTP_SIZE, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[day],
             (unsigned)f.day % 100u, months[f.month - 1], (unsigned)f.year % 10000u,
             (unsigned)f.hour % 100u, (unsigned)f.minute % 100u, (unsigned)f.second % 100u);
}

static int digits(const char *text, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

int utc_parse(const char *text, int64_t *seconds) {
    static const char shape[] = "____-__-__T__:__:__Z";
    if (strlen(text) != sizeof shape - 1) {
        return -1;
    }
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        if (shape[i] != '_' && shape[i] != text[i]) {
            return -1;
        }
    }
    const utc_fields f = {digits(text, 4),      digits(text + 5, 2),  digits(text + 8, 2),
                          digits(text + 11, 2), digits(text + 14, 2), digits(text + 17, 2)};
    if (f.year < 1 || f.month < 1 || f.month > 12 || f.day < 1 || f.day > 31 || f.hour < 0 ||
        f.hour > 23 || f.minute < 0 || f.minute > 59 || f.second < 0 || f.second > 59) {
        return -1;
    }
    *seconds = utc_join(&f);
    const utc_fields back = utc_split(*seconds);
    return back.day == f.day ? 0 : -1; /* 30 February would come back as another day */
}

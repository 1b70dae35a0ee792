/* SPDX-License-Identifier: MIT */
/* RFC 3339 date-times. */
#include <stdio.h>

#include "base/base.h"

#define SHORTEST 20 /* 2026-04-05T00:00:00Z */
#define LONGEST 35  /* 2026-04-05T00:00:00.123456789+02:00 */

/* "Z" or "+hh:mm" in seconds; false when it is neither. */
static bool parse_offset(const uint8_t *at, size_t left, int64_t *offset) {
    if (left == 1 && (at[0] == 'Z' || at[0] == 'z')) {
        *offset = 0;
        return true;
    }
    if (left != 6 || (at[0] != '+' && at[0] != '-') || at[3] != ':') {
        return false;
    }
    int32_t hours = tcai_digits(at + 1, 2);
    int32_t minutes = tcai_digits(at + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
        return false;
    }
    *offset = (at[0] == '-' ? -1 : 1) * (int64_t)(hours * 3600 + minutes * 60);
    return true;
}

static size_t skip_fraction(const uint8_t *text, size_t length, size_t at) {
    if (text[at] != '.') {
        return at;
    }
    size_t end = at + 1;
    while (end < length && end - at <= 9 && text[end] >= '0' && text[end] <= '9') {
        end++;
    }
    return end > at + 1 ? end : at;
}

tca_result tca_time_parse(const char *text, size_t length, tca_unix *out, tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = 0;
    }
    if (text == NULL || out == NULL) {
        return tcai_fail_null(error, text == NULL ? "text" : "out");
    }
    const uint8_t *at = (const uint8_t *)text;
    if (length < SHORTEST || length > LONGEST || at[4] != '-' || at[7] != '-' ||
        (at[10] != 'T' && at[10] != 't') || at[13] != ':' || at[16] != ':') {
        return tcai_fail(error, TCA_E_MALFORMED,
                         "time: not in the form YYYY-MM-DDThh:mm:ssZ (RFC 3339)");
    }
    size_t zone = skip_fraction(at, length, 19);
    int64_t offset = 0;
    if (!parse_offset(at + zone, length - zone, &offset)) {
        return tcai_fail(error, TCA_E_MALFORMED, "time: ends in neither Z nor an offset +hh:mm");
    }
    tcai_civil civil = {.year = tcai_digits(at, 4),
                        .month = tcai_digits(at + 5, 2),
                        .day = tcai_digits(at + 8, 2),
                        .hour = tcai_digits(at + 11, 2),
                        .minute = tcai_digits(at + 14, 2),
                        .second = tcai_digits(at + 17, 2)};
    tca_unix local = 0;
    if (!tcai_unix_from_civil(&civil, &local)) {
        return tcai_fail(error, TCA_E_MALFORMED, "time: there is no such date or time of day");
    }
    if (!tcai_time_expressible(local - offset)) {
        return tcai_fail(error, TCA_E_RANGE, "time: outside the years 1 to 9999 in UTC");
    }
    *out = local - offset;
    return TCA_OK;
}

tca_result tca_time_format(tca_unix time, char *text, size_t capacity, tca_error *error) {
    tcai_error_clear(error);
    if (text == NULL) {
        return tcai_fail_null(error, "text");
    }
    if (capacity > 0) {
        text[0] = '\0';
    }
    if (capacity < TCA_TIME_TEXT_SIZE) {
        return tcai_fail(error, TCA_E_LIMIT, "text: %zu bytes are too few, %d are needed", capacity,
                         TCA_TIME_TEXT_SIZE);
    }
    tcai_civil civil;
    if (!tcai_civil_from_unix(time, &civil)) {
        return tcai_fail(error, TCA_E_RANGE, "time: outside the years 1 to 9999");
    }
    snprintf(text, capacity, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)civil.year, (int)civil.month,
             (int)civil.day, (int)civil.hour, (int)civil.minute, (int)civil.second);
    return TCA_OK;
}

/* SPDX-License-Identifier: MIT */
/* Moments of the proleptic Gregorian calendar in UTC, years 1 to 9999. */
#ifndef SIMULATOR_UTC_H
#define SIMULATOR_UTC_H

#include <stddef.h>
#include <stdint.h>

#define UTC_DAY INT64_C(86400)
#define UTC_TEXT_SIZE 21

typedef struct utc_fields {
    int32_t year, month, day, hour, minute, second;
} utc_fields;

utc_fields utc_split(int64_t seconds);
int64_t utc_join(const utc_fields *fields);

/* Write "2026-04-05T00:00:00Z". */
void utc_format(int64_t seconds, char text[UTC_TEXT_SIZE]);

#define UTC_HTTP_SIZE 30

/* Write "Thu, 20 May 2021 06:38:19 GMT" (RFC 1123). */
void utc_format_http(int64_t seconds, char text[UTC_HTTP_SIZE]);

/* Read exactly the first form. 0, or -1 when the text is anything else. */
int utc_parse(const char *text, int64_t *seconds);

#endif

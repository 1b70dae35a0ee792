/* SPDX-License-Identifier: MIT */
/** @file time.h  Moments as text (RFC 3339), without clock, time zone or locale. */
#ifndef TENANTCA_TIME_H
#define TENANTCA_TIME_H

#include "tenantca/error.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/** Room for any text of tca_time_format(), its NUL included: "9999-12-31T23:59:59Z". */
#define TCA_TIME_TEXT_SIZE 21

/** The first and the last moment the library can express: years 1 to 9999. */
#define TCA_TIME_MIN INT64_C(-62135596800)
#define TCA_TIME_MAX INT64_C(253402300799)

/**
 * Read an RFC 3339 date-time: "2026-04-05T00:00:00Z", with an offset ("+02:00"), with a fraction of
 * a second of up to nine digits, which is dropped (rounded towards the past).
 *
 * @param text    UTF-8, not NUL-terminated
 * @param length  in bytes
 * @param out     [out] the moment
 * @param error   [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_MALFORMED, TCA_E_RANGE
 */
TCA_API tca_result tca_time_parse(const char *text, size_t length, tca_unix *out, tca_error *error);

/**
 * Write "YYYY-MM-DDThh:mm:ssZ" and a NUL.
 *
 * @param time      the moment
 * @param text      [out] the caller's buffer; empty on failure when it has room for that
 * @param capacity  of the buffer in bytes, at least TCA_TIME_TEXT_SIZE
 * @param error     [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_LIMIT when the buffer is too small, TCA_E_RANGE
 */
TCA_API tca_result tca_time_format(tca_unix time, char *text, size_t capacity, tca_error *error);

TCA_END_DECLS

#endif

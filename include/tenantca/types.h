/* SPDX-License-Identifier: MIT */
/** @file types.h  The types every other header uses. */
#ifndef TENANTCA_TYPES_H
#define TENANTCA_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "tenantca/export.h"

TCA_BEGIN_DECLS

/** 0 (TCA_OK) when done, a negative TCA_E_* code when not; never positive. */
typedef int32_t tca_result;

/** A moment: seconds since 1970-01-01T00:00:00Z without leap seconds; negative before. */
typedef int64_t tca_unix;

/** "No such entry" where a member holds an index. */
#define TCA_NO_INDEX UINT32_C(0xFFFFFFFF)

/** An immutable, reference-counted run of bytes that the library hands out. */
typedef struct tca_bytes tca_bytes;

/**
 * Look at the bytes. A NUL stands behind the last one and is not counted, so text can be read as a
 * C string.
 *
 * @param bytes   may be NULL: then @p data is NULL and @p length 0
 * @param data    [out] borrowed from @p bytes
 * @param length  [out] in bytes
 */
TCA_API void tca_bytes_view(const tca_bytes *bytes, const uint8_t **data, size_t *length);

/** Release. @param bytes may be NULL. */
TCA_API void tca_bytes_unref(tca_bytes *bytes);

TCA_END_DECLS

#endif

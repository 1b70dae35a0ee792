/* SPDX-License-Identifier: MIT */
/** @file version.h  Which library was compiled against, and which one was loaded. */
#ifndef TENANTCA_VERSION_H
#define TENANTCA_VERSION_H

#include "tenantca/types.h"

TCA_BEGIN_DECLS

/* The build reads the version from these three lines and from nowhere else. */
#define TCA_VERSION_MAJOR 0
#define TCA_VERSION_MINOR 1
#define TCA_VERSION_PATCH 0

/** @return major << 16 | minor << 8 | patch of the library that was loaded. */
TCA_API uint32_t tca_version_number(void);

/** @return "major.minor.patch" of the library that was loaded. */
TCA_API const char *tca_version_string(void);

/* Public structs, by number, for tca_abi_struct_size(). */
#define TCA_STRUCT_PARSE_OPTIONS 1
#define TCA_STRUCT_CERTIFICATE_INFO 2
#define TCA_STRUCT_INVENTORY_OPTIONS 3
#define TCA_STRUCT_SERVICE_RECORD 4
#define TCA_STRUCT_ENTRY_INFO 5
#define TCA_STRUCT_POLICY 6
#define TCA_STRUCT_ENTRY_STATE 7
#define TCA_STRUCT_ROLLOVER_SUMMARY 8
#define TCA_STRUCT_WINDOW 9
#define TCA_STRUCT_ACTION 10
#define TCA_STRUCT_FORECAST 11
#define TCA_STRUCT_TRANSPORT 12
#define TCA_STRUCT_TOKEN_SOURCE 13
#define TCA_STRUCT_CLOCK 14
#define TCA_STRUCT_RANDOM 15
#define TCA_STRUCT_LOG 16
#define TCA_STRUCT_CALL_OPTIONS 17
#define TCA_STRUCT_SPHERE_OPTIONS 18
#define TCA_STRUCT_ANCHOR_HOLDER 19
#define TCA_STRUCT_STORAGE 20
#define TCA_STRUCT_TARGET_OPTIONS 21
#define TCA_STRUCT_REGISTRATION 22
#define TCA_STRUCT_ROLLOUT_OPTIONS 23
#define TCA_STRUCT_NOTICE 24
#define TCA_STRUCT_NOTICE_SINK 25
#define TCA_STRUCT_APPLY_OPTIONS 26
#define TCA_STRUCT_PLAN_SUMMARY 27
#define TCA_STRUCT_PLAN_TARGET_INFO 28
#define TCA_STRUCT_TARGET_STATE 29
#define TCA_STRUCT_STEP 30
#define TCA_STRUCT_CHECK_OPTIONS 31
#define TCA_STRUCT_CHECK_FINDING 32
#define TCA_STRUCT_TRUST_OPTIONS 33
#define TCA_STRUCT_TRUST_SUMMARY 34
#define TCA_STRUCT_VERIFIER 35
#define TCA_STRUCT_VERIFY_OPTIONS 36
#define TCA_STRUCT_VERDICT 37
#define TCA_STRUCT_USAGE_OPTIONS 38
#define TCA_STRUCT_USAGE_RECORD 39
#define TCA_STRUCT_CACHE_OPTIONS 40
#define TCA_STRUCT_CACHE_STATISTICS 41

/**
 * The size that the loaded library gives a public struct, so that a binding can check its own
 * layout when it loads.
 *
 * @param number  one of TCA_STRUCT_*
 * @return the size in bytes, 0 for a number this library does not know
 */
TCA_API uint32_t tca_abi_struct_size(uint32_t number);

TCA_END_DECLS

#endif

/* SPDX-License-Identifier: MIT */
/* Structs that cross the API carry their size, so that old and new callers and libraries mix. */
#include <string.h>

#include "base/base.h"

#include "tenantca/tenantca.h"

/* No public struct comes near it: a larger size was never set by anybody. */
#define LARGEST 4096

static uint32_t caller_size(const void *object) {
    uint32_t size;
    memcpy(&size, object, sizeof(size));
    return size;
}

static bool all_zero(const uint8_t *data, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (data[i] != 0) {
            return false;
        }
    }
    return true;
}

tca_result tcai_import(void *to, size_t known, size_t first, size_t needed, const void *from,
                       const char *name, tca_error *error) {
    size_t size = caller_size(from);
    if (size < first) {
        return tcai_fail(error, TCA_E_STRUCT_TOO_SMALL,
                         "%s: struct_size %zu was not set to the size of the struct", name, size);
    }
    if (size > LARGEST) {
        return tcai_fail(error, TCA_E_STRUCT_TOO_NEW, "%s: struct_size %zu is beyond any struct",
                         name, size);
    }
    if (size < needed) {
        return tcai_fail(error, TCA_E_STRUCT_TOO_OLD,
                         "%s: struct_size %zu ends before the members this call needs (%zu)", name,
                         size, needed);
    }
    if (size > known && !all_zero((const uint8_t *)from + known, size - known)) {
        return tcai_fail(error, TCA_E_STRUCT_TOO_NEW,
                         "%s: sets members that this library (size %zu) does not know", name,
                         known);
    }
    memset(to, 0, known);
    memcpy(to, from, size < known ? size : known);
    return TCA_OK;
}

tca_result tcai_export(void *to, size_t first, const void *from, size_t known) {
    size_t size = caller_size(to);
    if (size < first) {
        return TCA_E_STRUCT_TOO_SMALL;
    }
    size_t header = sizeof(uint32_t);
    size_t body = (size < known ? size : known) - header;
    if (from == NULL) {
        memset((uint8_t *)to + header, 0, body);
    } else {
        memcpy((uint8_t *)to + header, (const uint8_t *)from + header, body);
    }
    return TCA_OK;
}

uint32_t tca_abi_struct_size(uint32_t number) {
    static const uint32_t sizes[] = {
        [TCA_STRUCT_PARSE_OPTIONS] = sizeof(tca_parse_options),
        [TCA_STRUCT_CERTIFICATE_INFO] = sizeof(tca_certificate_info),
        [TCA_STRUCT_INVENTORY_OPTIONS] = sizeof(tca_inventory_options),
        [TCA_STRUCT_SERVICE_RECORD] = sizeof(tca_service_record),
        [TCA_STRUCT_ENTRY_INFO] = sizeof(tca_entry_info),
        [TCA_STRUCT_POLICY] = sizeof(tca_policy),
        [TCA_STRUCT_ENTRY_STATE] = sizeof(tca_entry_state),
        [TCA_STRUCT_ROLLOVER_SUMMARY] = sizeof(tca_rollover_summary),
        [TCA_STRUCT_WINDOW] = sizeof(tca_window),
        [TCA_STRUCT_ACTION] = sizeof(tca_action),
        [TCA_STRUCT_FORECAST] = sizeof(tca_forecast),
        [TCA_STRUCT_TRANSPORT] = sizeof(tca_transport),
        [TCA_STRUCT_TOKEN_SOURCE] = sizeof(tca_token_source),
        [TCA_STRUCT_CLOCK] = sizeof(tca_clock),
        [TCA_STRUCT_RANDOM] = sizeof(tca_random),
        [TCA_STRUCT_LOG] = sizeof(tca_log),
        [TCA_STRUCT_CALL_OPTIONS] = sizeof(tca_call_options),
        [TCA_STRUCT_SPHERE_OPTIONS] = sizeof(tca_sphere_options),
        [TCA_STRUCT_ANCHOR_HOLDER] = sizeof(tca_anchor_holder),
        [TCA_STRUCT_STORAGE] = sizeof(tca_storage),
        [TCA_STRUCT_TARGET_OPTIONS] = sizeof(tca_target_options),
        [TCA_STRUCT_REGISTRATION] = sizeof(tca_registration),
        [TCA_STRUCT_ROLLOUT_OPTIONS] = sizeof(tca_rollout_options),
        [TCA_STRUCT_NOTICE] = sizeof(tca_notice),
        [TCA_STRUCT_NOTICE_SINK] = sizeof(tca_notice_sink),
        [TCA_STRUCT_APPLY_OPTIONS] = sizeof(tca_apply_options),
        [TCA_STRUCT_PLAN_SUMMARY] = sizeof(tca_plan_summary),
        [TCA_STRUCT_PLAN_TARGET_INFO] = sizeof(tca_plan_target_info),
        [TCA_STRUCT_TARGET_STATE] = sizeof(tca_target_state),
        [TCA_STRUCT_STEP] = sizeof(tca_step),
        [TCA_STRUCT_CHECK_OPTIONS] = sizeof(tca_check_options),
        [TCA_STRUCT_CHECK_FINDING] = sizeof(tca_check_finding),
        [TCA_STRUCT_TRUST_OPTIONS] = sizeof(tca_trust_options),
        [TCA_STRUCT_TRUST_SUMMARY] = sizeof(tca_trust_summary),
        [TCA_STRUCT_VERIFIER] = sizeof(tca_verifier),
        [TCA_STRUCT_VERIFY_OPTIONS] = sizeof(tca_verify_options),
        [TCA_STRUCT_VERDICT] = sizeof(tca_verdict),
        [TCA_STRUCT_USAGE_OPTIONS] = sizeof(tca_usage_options),
        [TCA_STRUCT_USAGE_RECORD] = sizeof(tca_usage_record),
        [TCA_STRUCT_CACHE_OPTIONS] = sizeof(tca_cache_options),
        [TCA_STRUCT_CACHE_STATISTICS] = sizeof(tca_cache_statistics),
    };
    return number < sizeof(sizes) / sizeof(sizes[0]) ? sizes[number] : 0;
}

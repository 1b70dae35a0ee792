/* SPDX-License-Identifier: MIT */
#include "tenantca/version.h"

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

uint32_t tca_version_number(void) {
    return (uint32_t)TCA_VERSION_MAJOR << 16 | (uint32_t)TCA_VERSION_MINOR << 8 |
           (uint32_t)TCA_VERSION_PATCH;
}

const char *tca_version_string(void) {
    return TEXT(TCA_VERSION_MAJOR) "." TEXT(TCA_VERSION_MINOR) "." TEXT(TCA_VERSION_PATCH);
}

/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "adapters/adapters.h"

static uint32_t caller_size(const void *object) {
    uint32_t size;
    memcpy(&size, object, sizeof(size));
    return size;
}

tca_result tcai_adapter_import(void *to, size_t known, const void *from) {
    size_t size = caller_size(from);
    if (size < known) {
        return TCA_E_STRUCT_TOO_SMALL;
    }
    for (size_t i = known; i < size; i++) {
        if (i >= 4096 || ((const uint8_t *)from)[i] != 0) {
            return TCA_E_STRUCT_TOO_NEW;
        }
    }
    memcpy(to, from, known);
    return TCA_OK;
}

tca_result tcai_adapter_export(void *to, const void *from, size_t known) {
    if (caller_size(to) < known) {
        return TCA_E_STRUCT_TOO_SMALL;
    }
    size_t header = sizeof(uint32_t);
    if (from == NULL) {
        memset((uint8_t *)to + header, 0, known - header);
    } else {
        memcpy((uint8_t *)to + header, (const uint8_t *)from + header, known - header);
    }
    return TCA_OK;
}

/* Through a volatile pointer, or the compiler drops a store that nobody reads. */
void tcai_adapter_wipe(void *data, size_t length) {
    volatile uint8_t *octets = data;
    for (size_t i = 0; octets != NULL && i < length; i++) {
        octets[i] = 0;
    }
}

void tcai_adapter_fail(tca_reply *reply, const char *text) {
    (void)tca_reply_fail(reply, text, strlen(text));
}

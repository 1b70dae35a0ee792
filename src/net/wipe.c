/* SPDX-License-Identifier: MIT */
#include "net/net.h"

/* Through a volatile pointer, or the compiler drops a store that nobody reads. */
void tcai_wipe(void *data, size_t length) {
    volatile uint8_t *octets = data;
    for (size_t i = 0; i < length; i++) {
        octets[i] = 0;
    }
}

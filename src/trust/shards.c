/* SPDX-License-Identifier: MIT */
#include "trust/trust.h"

/* Stacks of threads lie pages to megabytes apart; the product spreads either. Only the speed
 * depends on two threads not getting the same. */
uint32_t tcai_shard(uint32_t count) {
    char here;
    uint64_t page = (uint64_t)(uintptr_t)&here >> 16;
    return (uint32_t)(page * UINT64_C(0x9E3779B97F4A7C15) >> 40) & (count - 1);
}

size_t tcai_power_of_two(size_t at_least) {
    size_t power = 1;
    while (power < at_least) {
        power <<= 1;
    }
    return power;
}

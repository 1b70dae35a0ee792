/* SPDX-License-Identifier: MIT */
/* Memory that runs out when a test says so. Linked into a test it takes the place of malloc and its
 * kin for the whole program, the library and what that uses included. Under the sanitizers, which
 * have a malloc of their own, it is compiled out (TENANTCA_NO_INTERPOSE). */
#ifndef SUPPORT_FAIL_ALLOC_H
#define SUPPORT_FAIL_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

typedef enum fail_alloc_mode {
    FAIL_ALLOC_ONCE,     /* only that one */
    FAIL_ALLOC_FROM_THEN /* that one and all that follow */
} fail_alloc_mode;

/* False where it is compiled out: then nothing fails and nothing is counted. */
bool fail_alloc_available(void);

/* The nth allocation from now on fails, counted from 1, if this thread makes it. */
void fail_alloc_arm(size_t nth, fail_alloc_mode mode);
void fail_alloc_disarm(void);

/* How many allocations failed since it was armed. */
size_t fail_alloc_failures(void);

/* Blocks of the whole program that are allocated and not freed. */
long fail_alloc_live(void);

#endif

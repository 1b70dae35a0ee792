/* SPDX-License-Identifier: MIT */
#include "fail_alloc.h"

#ifdef TENANTCA_NO_INTERPOSE

bool fail_alloc_available(void) {
    return false;
}

void fail_alloc_arm(size_t nth, fail_alloc_mode mode) {
    (void)nth;
    (void)mode;
}

void fail_alloc_disarm(void) {
}

size_t fail_alloc_failures(void) {
    return 0;
}

long fail_alloc_live(void) {
    return 0;
}

#else

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

/* glibc's own, under the names that it keeps for those who interpose. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

int posix_memalign(void **out, size_t alignment, size_t size);

static atomic_long live;

/* Other threads go on undisturbed. */
static _Thread_local size_t countdown;
static _Thread_local fail_alloc_mode failing;
static _Thread_local size_t failures;

bool fail_alloc_available(void) {
    return true;
}

void fail_alloc_arm(size_t nth, fail_alloc_mode mode) {
    failures = 0;
    failing = mode;
    countdown = nth;
}

void fail_alloc_disarm(void) {
    countdown = 0;
}

size_t fail_alloc_failures(void) {
    return failures;
}

long fail_alloc_live(void) {
    return atomic_load(&live);
}

static bool fails_now(void) {
    if (countdown == 0) {
        return false;
    }
    if (countdown > 1) {
        countdown--;
        return false;
    }
    if (failing == FAIL_ALLOC_ONCE) {
        countdown = 0;
    }
    failures++;
    errno = ENOMEM;
    return true;
}

static void *counted(void *block) {
    if (block != NULL) {
        atomic_fetch_add(&live, 1);
    }
    return block;
}

void *malloc(size_t size) {
    return fails_now() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size) {
    return fails_now() ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size) {
    if (block == NULL) {
        return malloc(size);
    }
    if (size == 0) {
        free(block);
        return NULL;
    }
    return fails_now() ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return fails_now() ? NULL : counted(__libc_memalign(alignment, size));
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    void *block = aligned_alloc(alignment, size);
    if (block == NULL) {
        return ENOMEM;
    }
    *out = block;
    return 0;
}

void free(void *block) {
    if (block != NULL) {
        atomic_fetch_sub(&live, 1);
    }
    __libc_free(block);
}

#endif

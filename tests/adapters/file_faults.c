/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "file_faults.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

const file_fault file_faults[FILE_FAULTS] = {
    {ENOSPC, FILE_FAULT_ONCE}, {ENOSPC, FILE_FAULT_ONWARD}, {EIO, FILE_FAULT_ONCE},
    {EIO, FILE_FAULT_ONWARD},  {EACCES, FILE_FAULT_ONCE},   {EROFS, FILE_FAULT_ONWARD},
    {EMFILE, FILE_FAULT_ONCE}, {EINTR, FILE_FAULT_ONCE},
};

bool file_fault_is_retried(const char *call) {
    static const char *const names[] = {"openat", "read",  "write",    "fsync",
                                        "flock",  "close", "getrandom"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(call, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool armed;
static unsigned calls;
static unsigned nth_call;
static int fault;
static file_fault_mode faulty;
static const char *first_failed;
static char log_of_calls[2048];
static bool lock_held;
static unsigned long waited_nanoseconds;

void file_faults_arm(unsigned nth, int error, file_fault_mode mode) {
    calls = 0;
    nth_call = nth;
    fault = error;
    faulty = mode;
    first_failed = NULL;
    log_of_calls[0] = '\0';
    armed = true;
}

const char *file_faults_disarm(void) {
    armed = false;
    return first_failed;
}

const char *file_faults_calls(void) {
    return log_of_calls;
}

void file_faults_hold_lock(bool held) {
    lock_held = held;
    waited_nanoseconds = 0;
}

unsigned file_faults_waited(void) {
    return (unsigned)(waited_nanoseconds / 1000000);
}

static bool is_hit(void) {
    calls++;
    return calls == nth_call || (nth_call > 0 && calls > nth_call && faulty != FILE_FAULT_ONCE);
}

static void note(const char *name) {
    size_t length = strlen(log_of_calls);
    snprintf(log_of_calls + length, sizeof(log_of_calls) - length, " %s", name);
}

static bool fails(const char *name) {
    if (!armed) {
        return false;
    }
    note(name);
    if (!is_hit() || faulty == FILE_FAULT_SHORT) {
        return false;
    }
    first_failed = first_failed == NULL ? name : first_failed;
    errno = fault;
    return true;
}

static size_t shortened(size_t length) {
    return armed && faulty == FILE_FAULT_SHORT && calls >= nth_call && length > 1 ? 1 : length;
}

static mode_t mode_behind(int flags, va_list rest) {
    return (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
}

int openat(int folder, const char *name, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_behind(flags, rest);
    va_end(rest);
    return fails("openat") ? -1 : (int)syscall(SYS_openat, folder, name, flags, mode);
}

int open(const char *name, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_behind(flags, rest);
    va_end(rest);
    return fails("open") ? -1 : (int)syscall(SYS_openat, AT_FDCWD, name, flags, mode);
}

/* What is compiled for large files calls these. Compiled so itself, this file has just defined
 * them: the two above are then called so. */
#if defined(__GLIBC__) && (!defined(_FILE_OFFSET_BITS) || _FILE_OFFSET_BITS != 64)
int openat64(int folder, const char *name, int flags, ...) __attribute__((alias("openat")));
int open64(const char *name, int flags, ...) __attribute__((alias("open")));
#endif

ssize_t read(int file, void *data, size_t length) {
    return fails("read") ? -1 : syscall(SYS_read, file, data, shortened(length));
}

ssize_t write(int file, const void *data, size_t length) {
    return fails("write") ? -1 : syscall(SYS_write, file, data, shortened(length));
}

int fsync(int file) {
    return fails("fsync") ? -1 : (int)syscall(SYS_fsync, file);
}

int fchmod(int file, mode_t mode) {
    return fails("fchmod") ? -1 : (int)syscall(SYS_fchmod, file, mode);
}

int fchown(int file, uid_t owner, gid_t group) {
    return fails("fchown") ? -1 : (int)syscall(SYS_fchown, file, owner, group);
}

int mkdir(const char *name, mode_t mode) {
    return fails("mkdir") ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, name, mode);
}

int renameat(int from, const char *old, int to, const char *name) {
    return fails("renameat") ? -1 : (int)syscall(SYS_renameat2, from, old, to, name, 0);
}

int unlinkat(int folder, const char *name, int flags) {
    return fails("unlinkat") ? -1 : (int)syscall(SYS_unlinkat, folder, name, flags);
}

int flock(int file, int operation) {
    if (lock_held) {
        errno = EWOULDBLOCK;
        return -1;
    }
    return fails("flock") ? -1 : (int)syscall(SYS_flock, file, operation);
}

ssize_t getrandom(void *data, size_t length, unsigned int flags) {
    return fails("getrandom") ? -1 : syscall(SYS_getrandom, data, length, flags);
}

int close(int file) {
    int result = (int)syscall(SYS_close, file);
    return fails("close") ? -1 : result;
}

int nanosleep(const struct timespec *wanted, struct timespec *left) {
    if (lock_held) {
        waited_nanoseconds +=
            (unsigned long)wanted->tv_sec * 1000000000ul + (unsigned long)wanted->tv_nsec;
        return 0;
    }
    /* Of the C library's own, since a 32-bit time differs from system to system. */
    return clock_nanosleep(CLOCK_REALTIME, 0, wanted, left);
}

/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "kill_trace.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_TRACED 126

bool kill_counts_writing(uint64_t number, const uint64_t arguments[6]) {
    switch (number) {
    case SYS_openat:
        return (arguments[2] & O_CREAT) != 0;
    case SYS_write:
    case SYS_sendto:
        return arguments[0] > STDERR_FILENO;
    case SYS_fsync:
    case SYS_fdatasync:
    case SYS_ftruncate:
    case SYS_fchmod:
    case SYS_fchown:
    case SYS_linkat:
    case SYS_unlinkat:
    case SYS_mkdirat:
    case SYS_renameat2:
    case SYS_flock:
        return true;
/* Only older architectures have these. */
#ifdef SYS_mkdir
    case SYS_mkdir:
#endif
#ifdef SYS_rename
    case SYS_rename:
#endif
#ifdef SYS_renameat
    case SYS_renameat:
#endif
#ifdef SYS_unlink
    case SYS_unlink:
#endif
        return true;
    default:
        return false;
    }
}

static pid_t start(const kill_run *run) {
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(NOT_TRACED);
        }
        (void)raise(SIGSTOP);
        run->act(run->user);
        _exit(0);
    }
    return child;
}

static int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        ck_assert_int_eq(errno, EINTR);
    }
    return status;
}

/* On to the next stop at a system call; false when there is none. */
static bool next_call(pid_t child, kill_run *run) {
    int signal = 0;
    for (;;) {
        ck_assert_int_eq(ptrace(PTRACE_SYSCALL, child, NULL, (void *)(intptr_t)signal), 0);
        run->status = wait_for(child);
        if (!WIFSTOPPED(run->status)) {
            return false;
        }
        signal = WSTOPSIG(run->status);
        if (signal == (SIGTRAP | 0x80)) {
            return true;
        }
        signal = signal == SIGTRAP ? 0 : signal; /* of an exec */
    }
}

static bool is_counted(pid_t child, const kill_run *run) {
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, child, (void *)sizeof(info), &info) <= 0 ||
        info.op != PTRACE_SYSCALL_INFO_ENTRY) {
        return false;
    }
    uint64_t arguments[6];
    for (size_t i = 0; i < 6; i++) {
        arguments[i] = info.entry.args[i];
    }
    return run->counts == NULL || run->counts(info.entry.nr, arguments);
}

/* Killed as it enters a call, a process does not make it. */
static bool reach(pid_t child, kill_run *run, unsigned moment) {
    run->moments = 0;
    while (next_call(child, run)) {
        if (!is_counted(child, run)) {
            continue;
        }
        if (++run->moments == moment) {
            return true;
        }
        if (!next_call(child, run)) {
            return false;
        }
        if (++run->moments == moment) {
            return true;
        }
    }
    return false;
}

kill_outcome kill_at(kill_run *run, unsigned moment) {
    pid_t child = start(run);
    run->status = wait_for(child);
    if (!WIFSTOPPED(run->status)) {
        return KILL_NOT_PERMITTED;
    }
    void *options = (void *)(intptr_t)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    ck_assert_int_eq(ptrace(PTRACE_SETOPTIONS, child, NULL, options), 0);
    if (!reach(child, run, moment)) {
        return KILL_TOO_LATE;
    }
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    run->status = wait_for(child);
    ck_assert(WIFSIGNALED(run->status) && WTERMSIG(run->status) == SIGKILL);
    return KILL_DONE;
}

/* SPDX-License-Identifier: MIT */
/* A process that is killed (SIGKILL) at a system call of one's choice. Linux only, by ptrace. */
#ifndef KILL_TRACE_H
#define KILL_TRACE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum kill_outcome {
    KILL_NOT_PERMITTED, /* here no process may be traced */
    KILL_DONE,          /* it was killed */
    KILL_TOO_LATE,      /* it ended before: there are no more moments */
} kill_outcome;

typedef struct kill_run {
    void (*act)(void *user); /* run in a child, which ends when it returns */
    void *user;
    /* Is a system call of these arguments one to be killed at? NULL: every one is. */
    bool (*counts)(uint64_t number, const uint64_t arguments[6]);
    unsigned moments; /* [out] how many there were until then */
    int status;       /* [out] too late: as of waitpid */
} kill_run;

/* The moments are counted from 1: 1 enters the first such call, 2 leaves it, 3 enters the second.
 */
kill_outcome kill_at(kill_run *run, unsigned moment);

/* Of counts: does the call change a file or folder, or take or leave a lock? */
bool kill_counts_writing(uint64_t number, const uint64_t arguments[6]);

#endif

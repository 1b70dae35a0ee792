/* SPDX-License-Identifier: MIT */
/* The simulator's server as a process of its own, on a free port of this machine. */
#ifndef SIMULATOR_PROCESS_H
#define SIMULATOR_PROCESS_H

#include <sys/types.h>

typedef struct simulator_process {
    pid_t child;
    int input; /* closed: it ends */
    char address[64];
} simulator_process;

void simulator_start(simulator_process *process, const char *tenant, const char *clock);
void simulator_stop(simulator_process *process);

/* POST a JSON body to its control. */
void simulator_control(const simulator_process *process, const char *path, const char *body);

#endif

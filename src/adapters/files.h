/* SPDX-License-Identifier: MIT */
/* Files that are read with bounds, and written whole or not at all. */
#ifndef TCAI_FILES_H
#define TCAI_FILES_H

#include <stdbool.h>
#include <sys/types.h>

#include "adapters/adapters.h"

/* Fail a reply with what errno says, behind what could not be done: "write: No space left ...". */
void tcai_fail_errno(tca_reply *reply, const char *what);

/* Wait for the folder's lock, which is held until the returned descriptor is closed; -1 and errno.
 * Whatever process holds it and dies lets go of it. */
int tcai_folder_lock(int folder);

/* A regular file that is no link, of at most `max` bytes, to be freed. NULL and errno: ENOENT when
 * there is none, EFBIG, ELOOP, EINVAL for what is no regular file. */
char *tcai_file_read(int folder, const char *name, size_t max, size_t *length);

/* What is to be written. */
typedef struct tcai_written {
    const char *name;
    const char *temporary; /* beside it; what is there by that name is a leftover */
    const char *previous;  /* the file before is kept under this name; NULL: it is not */
    mode_t mode;
    uid_t owner; /* where it can be had; (uid_t)-1: ours */
    gid_t group;
    const void *parts[2];
    size_t lengths[2];
} tcai_written;

/* Under the folder's lock: the file is the old one or the whole new one at every moment, also when
 * the process or the machine dies. False and errno; *step names what could not be done. */
bool tcai_file_write(int folder, const tcai_written *written, const char **step);

#endif

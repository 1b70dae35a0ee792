/* SPDX-License-Identifier: MIT */
/* Files that are read with bounds, and written whole or not at all. */
#ifndef TCAI_FILES_H
#define TCAI_FILES_H

#include <stdbool.h>
#include <sys/types.h>

#include "adapters/adapters.h"

/* Fail a reply with what errno says, behind what could not be done: "write: No space left ...". */
void tcai_fail_errno(tca_reply *reply, const char *what);

/* Wait for a lock, for LOCK_SECONDS at most; it is held until the returned descriptor is closed,
 * and a process that dies lets go of it. -1: the reply has failed.
 *
 * A file of that name, made where it is absent: other machines that share the folder see it too. */
int tcai_lock_file(int folder, const char *name, tca_reply *reply);
/* The folder itself, which leaves nothing behind in it, and excludes on this machine only. */
int tcai_lock_folder(int folder, tca_reply *reply);

typedef struct tcai_file {
    char *data; /* NULL when there is none; to be freed */
    size_t length;
    mode_t mode; /* permissions only */
    uid_t owner;
    gid_t group;
} tcai_file;

/* A regular file that is no link, of at most `max` bytes. False and errno: ENOENT when there is
 * none, EFBIG, ELOOP, EISDIR, ENOTSUP for what is no regular file either. */
bool tcai_file_read(int folder, const char *name, size_t max, tcai_file *out);

/* What is to be written. */
typedef struct tcai_written {
    const char *name;
    const char *temporary; /* beside it; what is there by that name is a leftover */
    mode_t mode;
    uid_t owner; /* where it can be had; (uid_t)-1: ours */
    gid_t group; /* likewise */
    const void *parts[2];
    size_t lengths[2];
} tcai_written;

/* Under a lock, one after the other: the file is the old one or the whole new one at every moment,
 * also when the process or the machine dies. False and errno; *step names what could not be done.
 * After a failed commit at *step "fsync" the new file is in place, but perhaps not for good. */
bool tcai_file_prepare(int folder, const tcai_written *written, const char **step);
bool tcai_file_commit(int folder, const tcai_written *written, const char **step);
void tcai_file_abandon(int folder, const tcai_written *written); /* keeps errno */

/* Both. */
bool tcai_file_write(int folder, const tcai_written *written, const char **step);

/* Bring to the disk what was made, moved or removed in a folder. False and errno. */
bool tcai_folder_sync(int folder);

#endif

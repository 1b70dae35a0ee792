/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE
#include "adapters/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TEXT_SIZE 200
#define REASON_SIZE 128

void tcai_fail_errno(tca_reply *reply, const char *what) {
    char reason[REASON_SIZE], text[TEXT_SIZE];
    int why = errno;
    if (strerror_r(why, reason, sizeof(reason)) != 0) {
        snprintf(reason, sizeof(reason), "error %d", why);
    }
    snprintf(text, sizeof(text), "%s: %s", what, reason);
    tcai_adapter_fail(reply, text);
}

/* Network and user-space file systems give EINTR where others never do. */
static int open_in(int folder, const char *name, int flags, mode_t mode) {
    int file;
    do {
        file = openat(folder, name, flags | O_CLOEXEC, mode);
    } while (file < 0 && errno == EINTR);
    return file;
}

static void close_keeping_errno(int file) {
    int why = errno;
    (void)close(file);
    errno = why;
}

static bool sync_file(int file) {
    int result;
    do {
        result = fsync(file);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

/* There are file systems on which a folder cannot be synchronised, and need not be. */
bool tcai_folder_sync(int folder) {
    return sync_file(folder) || errno == EINVAL || errno == EBADF;
}

/* ---- locks ---- */

#define LOCK_SECONDS 30
#define PAUSE_FIRST INT64_C(500000) /* nanoseconds */
#define PAUSE_MOST INT64_C(16000000)

static int64_t pause_for(int64_t nanoseconds) {
    const struct timespec pause = {.tv_nsec = (long)nanoseconds};
    (void)nanosleep(&pause, NULL);
    return nanoseconds;
}

/* Not for ever: one who was stopped while holding it would stop everybody. */
static bool wait_for_lock(int file, tca_reply *reply) {
    int64_t waited = 0, pause = PAUSE_FIRST;
    while (flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            tcai_fail_errno(reply, "lock");
            return false;
        }
        if (waited >= LOCK_SECONDS * INT64_C(1000000000)) {
            tcai_adapter_fail(reply, "lock: another process has held it for 30 seconds");
            return false;
        }
        waited += pause_for(pause);
        pause = pause < PAUSE_MOST / 2 ? 2 * pause : PAUSE_MOST;
    }
    return true;
}

static int lock_opened(int file, tca_reply *reply) {
    if (file < 0) {
        tcai_fail_errno(reply, "lock");
        return -1;
    }
    if (!wait_for_lock(file, reply)) {
        close(file);
        return -1;
    }
    return file;
}

int tcai_lock_file(int folder, const char *name, tca_reply *reply) {
    const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
    return lock_opened(open_in(folder, name, flags, S_IRUSR | S_IWUSR), reply);
}

int tcai_lock_folder(int folder, tca_reply *reply) {
    return lock_opened(open_in(folder, ".", O_RDONLY | O_DIRECTORY, 0), reply);
}

/* ---- reading ---- */

static bool read_all(int file, char *data, size_t wanted, size_t *length) {
    *length = 0;
    while (*length < wanted) {
        ssize_t count = read(file, data + *length, wanted - *length);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        if (count == 0) {
            break;
        }
        *length += count > 0 ? (size_t)count : 0;
    }
    return true;
}

static int why_unfit(const struct stat *about, size_t max) {
    if (!S_ISREG(about->st_mode)) {
        return S_ISDIR(about->st_mode) ? EISDIR : ENOTSUP;
    }
    return about->st_size < 0 || (uintmax_t)about->st_size > max ? EFBIG : 0;
}

static bool read_open(int file, size_t max, tcai_file *out) {
    struct stat about;
    if (fstat(file, &about) != 0) {
        return false;
    }
    errno = why_unfit(&about, max);
    if (errno != 0) {
        return false;
    }
    *out = (tcai_file){.data = malloc((size_t)about.st_size + 1),
                       .mode = about.st_mode & 0777,
                       .owner = about.st_uid,
                       .group = about.st_gid};
    return out->data != NULL && read_all(file, out->data, (size_t)about.st_size, &out->length);
}

bool tcai_file_read(int folder, const char *name, size_t max, tcai_file *out) {
    *out = (tcai_file){0};
    /* Without O_NONBLOCK a FIFO would hold us up. */
    int file = open_in(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
    if (file < 0) {
        return false;
    }
    bool fine = read_open(file, max, out);
    close_keeping_errno(file);
    if (!fine) {
        int why = errno;
        free(out->data);
        *out = (tcai_file){0};
        errno = why;
    }
    return fine;
}

/* ---- writing ---- */

static bool write_all(int file, const void *data, size_t length) {
    const char *at = data;
    while (length > 0) {
        ssize_t count = write(file, at, length);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        if (count == 0) {
            errno = EIO;
            return false;
        }
        at += count > 0 ? count : 0;
        length -= count > 0 ? (size_t)count : 0;
    }
    return true;
}

/* EPERM: it may not be given away. EINVAL: this user namespace has no such user. */
static bool cannot_be_given(void) {
    return errno == EPERM || errno == EINVAL;
}

/* Who may not give the file to its owner may often give it to its group, whose members read it. */
static bool give_away(int file, const tcai_written *written) {
    if (written->owner == (uid_t)-1 || fchown(file, written->owner, written->group) == 0) {
        return true;
    }
    return cannot_be_given() && (fchown(file, (uid_t)-1, written->group) == 0 || cannot_be_given());
}

static bool fill(int file, const tcai_written *written, const char **step) {
    *step = "write";
    for (size_t i = 0; i < 2; i++) {
        if (!write_all(file, written->parts[i], written->lengths[i])) {
            return false;
        }
    }
    *step = "chown";
    if (!give_away(file, written)) {
        return false;
    }
    *step = "chmod";
    if (fchmod(file, written->mode) != 0) {
        return false;
    }
    *step = "fsync";
    return sync_file(file);
}

static bool make(int folder, const tcai_written *written, const char **step) {
    *step = "open";
    int file = open_in(folder, written->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                       S_IRUSR | S_IWUSR);
    if (file < 0) {
        return false;
    }
    if (!fill(file, written, step)) {
        close_keeping_errno(file);
        return false;
    }
    *step = "close";
    /* After EINTR it is closed, and everything is on the disk already. */
    return close(file) == 0 || errno == EINTR;
}

bool tcai_file_prepare(int folder, const tcai_written *written, const char **step) {
    *step = "unlink";
    if (unlinkat(folder, written->temporary, 0) != 0 && errno != ENOENT) {
        return false;
    }
    if (!make(folder, written, step)) {
        tcai_file_abandon(folder, written);
        return false;
    }
    return true;
}

bool tcai_file_commit(int folder, const tcai_written *written, const char **step) {
    *step = "rename";
    if (renameat(folder, written->temporary, folder, written->name) != 0) {
        tcai_file_abandon(folder, written);
        return false;
    }
    *step = "fsync";
    return tcai_folder_sync(folder);
}

void tcai_file_abandon(int folder, const tcai_written *written) {
    int why = errno;
    (void)unlinkat(folder, written->temporary, 0);
    errno = why;
}

bool tcai_file_write(int folder, const tcai_written *written, const char **step) {
    return tcai_file_prepare(folder, written, step) && tcai_file_commit(folder, written, step);
}

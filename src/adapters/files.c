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
#include <unistd.h>

#define TEXT_SIZE 200

void tcai_fail_errno(tca_reply *reply, const char *what) {
    char text[TEXT_SIZE];
    snprintf(text, sizeof(text), "%s: %s", what, strerror(errno));
    tcai_adapter_fail(reply, text);
}

int tcai_folder_lock(int folder) {
    int locked;
    int opened = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) {
        return -1;
    }
    do {
        locked = flock(opened, LOCK_EX);
    } while (locked != 0 && errno == EINTR);
    if (locked != 0) {
        int why = errno;
        close(opened);
        errno = why;
        return -1;
    }
    return opened;
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

static char *read_open(int file, size_t max, size_t *length) {
    struct stat about;
    if (fstat(file, &about) != 0) {
        return NULL;
    }
    if (!S_ISREG(about.st_mode) || about.st_size < 0 || (size_t)about.st_size > max) {
        errno = S_ISREG(about.st_mode) ? EFBIG : EINVAL;
        return NULL;
    }
    char *data = malloc((size_t)about.st_size + 1);
    if (data != NULL && !read_all(file, data, (size_t)about.st_size, length)) {
        int why = errno;
        free(data);
        errno = why;
        return NULL;
    }
    return data;
}

char *tcai_file_read(int folder, const char *name, size_t max, size_t *length) {
    /* Without O_NONBLOCK a FIFO would hold us up. */
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return NULL;
    }
    char *data = read_open(file, max, length);
    int why = errno;
    close(file);
    errno = why;
    return data;
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

static bool fill(int file, const tcai_written *written, const char **step) {
    *step = "write";
    for (size_t i = 0; i < 2; i++) {
        if (!write_all(file, written->parts[i], written->lengths[i])) {
            return false;
        }
    }
    /* An owner that may not be given away stays ours. */
    if (written->owner != (uid_t)-1 && fchown(file, written->owner, written->group) != 0 &&
        errno != EPERM) {
        *step = "chown";
        return false;
    }
    *step = "chmod";
    if (fchmod(file, written->mode) != 0) {
        return false;
    }
    *step = "fsync";
    return fsync(file) == 0;
}

/* The name of the file before is never missing: it is linked beside, then moved into place. */
static bool keep_previous(int folder, const tcai_written *written, const char **step) {
    if (written->previous == NULL) {
        return true;
    }
    *step = "link";
    if (linkat(folder, written->name, folder, written->temporary, 0) != 0) {
        return errno == ENOENT;
    }
    *step = "rename";
    return renameat(folder, written->temporary, folder, written->previous) == 0;
}

static bool make(int folder, const tcai_written *written, const char **step) {
    *step = "open";
    int file = openat(folder, written->temporary,
                      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) {
        return false;
    }
    bool fine = fill(file, written, step);
    int why = errno;
    if (close(file) != 0 && fine) {
        *step = "close";
        return false;
    }
    errno = why;
    return fine;
}

static bool drop_leftover(int folder, const char *name) {
    return unlinkat(folder, name, 0) == 0 || errno == ENOENT;
}

bool tcai_file_write(int folder, const tcai_written *written, const char **step) {
    *step = "unlink";
    bool fine = drop_leftover(folder, written->temporary) && keep_previous(folder, written, step) &&
                make(folder, written, step);
    if (fine) {
        *step = "rename";
        fine = renameat(folder, written->temporary, folder, written->name) == 0;
    }
    if (!fine) {
        int why = errno;
        (void)unlinkat(folder, written->temporary, 0);
        errno = why;
        return false;
    }
    *step = "fsync";
    return fsync(folder) == 0;
}

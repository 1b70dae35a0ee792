/* SPDX-License-Identifier: MIT */
/* Files read within bounds, and written whole or not at all. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

static bool complain_read(const char *path) {
    complain("%s: %s; name a file or folder that can be read", path, strerror(errno));
    return false;
}

/* One octet more than the limit tells that there is more. */
static unsigned char *read_all(FILE *file, const char *path, size_t *length) {
    size_t capacity = 1u << 16;
    unsigned char *data = malloc(capacity);
    *length = 0;
    while (data != NULL && *length <= FILE_BYTES_MAX) {
        *length += fread(data + *length, 1, capacity - *length, file);
        if (*length < capacity) {
            return data;
        }
        capacity *= 2;
        unsigned char *grown = realloc(data, capacity);
        if (grown == NULL) {
            free(data);
        }
        data = grown;
    }
    if (data == NULL) {
        complain("%s: out of memory; try a smaller source", path);
    }
    return data;
}

unsigned char *file_read(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        complain_read(path);
        return NULL;
    }
    unsigned char *data = read_all(file, path, length);
    bool fine = data != NULL;
    if (fine && ferror(file) != 0) {
        fine = complain_read(path);
    } else if (fine && *length > FILE_BYTES_MAX) {
        complain("%s: larger than %u bytes; a list of certificates is not, name another file", path,
                 FILE_BYTES_MAX);
        fine = false;
    }
    if (!fine) {
        free(data);
        data = NULL;
    }
    fclose(file);
    return data;
}

static bool write_all(int file, const char *text, size_t length) {
    while (length > 0) {
        ssize_t written = write(file, text, length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        text += written;
        length -= (size_t)written;
    }
    return fsync(file) == 0;
}

static bool complain_write(const char *path) {
    if (errno == EEXIST) {
        complain("%s: is there already; --force replaces it", path);
    } else {
        complain("%s: %s; name a file that can be written", path, strerror(errno));
    }
    return false;
}

bool file_may_write(const char *path, bool force) {
    struct stat about;
    if (lstat(path, &about) != 0) {
        return errno == ENOENT || complain_write(path);
    }
    if (!force) {
        errno = EEXIST;
        return complain_write(path);
    }
    /* A device, a folder or a link would be replaced, not written to. */
    if (!S_ISREG(about.st_mode)) {
        complain("%s: is no regular file; name another, or leave --destination out", path);
        return false;
    }
    return true;
}

/* A link fails where the name is taken, so that without force nothing is ever replaced. Some file
 * systems have none. */
static bool give_name(const char *temporary, const char *path, bool force) {
    if (!force && link(temporary, path) == 0) {
        return unlink(temporary) == 0;
    }
    bool no_links = errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS;
    return (force || no_links) && rename(temporary, path) == 0;
}

static mode_t usual_mode(void) {
    mode_t mask = umask(0);
    (void)umask(mask);
    return 0666 & ~mask;
}

bool file_write(const char *path, const char *text, size_t length, bool force) {
    if (!file_may_write(path, force)) {
        return false;
    }
    size_t size = strlen(path) + sizeof(".XXXXXX");
    char *temporary = malloc(size);
    if (temporary == NULL) {
        complain("%s: out of memory; nothing was written", path);
        return false;
    }
    snprintf(temporary, size, "%s.XXXXXX", path);
    int file = mkstemp(temporary);
    if (file < 0) {
        free(temporary);
        return complain_write(path);
    }
    bool fine = fchmod(file, usual_mode()) == 0 && write_all(file, text, length);
    fine = close(file) == 0 && fine;
    fine = fine && give_name(temporary, path, force);
    if (!fine) {
        int reason = errno;
        (void)unlink(temporary);
        errno = reason;
        complain_write(path);
    }
    free(temporary);
    return fine;
}

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

static unsigned char *read_all(FILE *file, const char *path, size_t *length) {
    size_t capacity = 1u << 16;
    unsigned char *data = malloc(capacity);
    *length = 0;
    while (data != NULL) {
        *length += fread(data + *length, 1, capacity - *length, file);
        if (*length < capacity) {
            break;
        }
        if (capacity > FILE_BYTES_MAX) {
            complain("%s: larger than %u bytes, so it holds no list of certificates", path,
                     FILE_BYTES_MAX);
            free(data);
            return NULL;
        }
        capacity *= 2;
        unsigned char *grown = realloc(data, capacity);
        if (grown == NULL) {
            free(data);
        }
        data = grown;
    }
    if (data == NULL) {
        complain("%s: out of memory", path);
    } else if (ferror(file) != 0) {
        complain("%s: %s", path, strerror(errno));
        free(data);
        data = NULL;
    }
    return data;
}

unsigned char *file_read(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        complain("%s: %s", path, strerror(errno));
        return NULL;
    }
    unsigned char *data = read_all(file, path, length);
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

/* A link fails where the name is taken, so that without force nothing is ever replaced. */
static bool give_name(const char *temporary, const char *path, bool force) {
    if (force) {
        return rename(temporary, path) == 0;
    }
    if (link(temporary, path) != 0) {
        return false;
    }
    (void)unlink(temporary);
    return true;
}

static bool complain_write(const char *path) {
    if (errno == EEXIST) {
        complain("%s: is there already; --force replaces it", path);
    } else {
        complain("%s: %s", path, strerror(errno));
    }
    return false;
}

bool file_write(const char *path, const char *text, size_t length, bool force) {
    size_t size = strlen(path) + sizeof(".XXXXXX");
    char *temporary = malloc(size);
    if (temporary == NULL) {
        complain("%s: out of memory", path);
        return false;
    }
    snprintf(temporary, size, "%s.XXXXXX", path);
    int file = mkstemp(temporary);
    if (file < 0) {
        free(temporary);
        return complain_write(path);
    }
    bool fine = fchmod(file, 0644) == 0 && write_all(file, text, length);
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

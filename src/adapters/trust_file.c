/* SPDX-License-Identifier: MIT */
/* Anchors in a PEM file. */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/files.h"

#define FILE_BYTES_MAX (16u << 20)
#define NEW_FILE_MODE 0644
#define SUFFIX_ROOM 16

typedef struct trust_file {
    char *path;
} trust_file;

/* A folder and a name in it. */
typedef struct file_place {
    int folder;
    char name[NAME_MAX + 1];
} file_place;

/* A link that stands for the file is followed: what it leads to is replaced, not the link. */
static bool split(const char *path, char folder[PATH_MAX], char name[NAME_MAX + 1]) {
    char whole[PATH_MAX];
    if (realpath(path, whole) == NULL) {
        if (errno != ENOENT || strlen(path) >= sizeof(whole)) {
            return false;
        }
        memcpy(whole, path, strlen(path) + 1);
    }
    char *slash = strrchr(whole, '/');
    const char *base = slash == NULL ? whole : slash + 1;
    size_t length = strlen(base);
    if (length == 0 || length > NAME_MAX - SUFFIX_ROOM) {
        errno = length == 0 ? EISDIR : ENAMETOOLONG;
        return false;
    }
    memcpy(name, base, length + 1);
    if (slash == NULL) {
        memcpy(folder, ".", 2);
    } else {
        slash[slash == whole] = '\0';
        memcpy(folder, whole, strlen(whole) + 1);
    }
    return true;
}

static bool open_place(const trust_file *file, file_place *place) {
    char folder[PATH_MAX];
    if (!split(file->path, folder, place->name)) {
        return false;
    }
    place->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return place->folder >= 0;
}

static void load(void *user, tca_reply *reply) {
    file_place place;
    size_t length = 0;
    if (!open_place(user, &place)) {
        tcai_fail_errno(reply, "open");
        return;
    }
    char *data = tcai_file_read(place.folder, place.name, FILE_BYTES_MAX, &length);
    if (data == NULL && errno != ENOENT) {
        tcai_fail_errno(reply, "read");
    } else {
        (void)tca_reply_append(reply, (const uint8_t *)data, length);
        (void)tca_reply_done(reply);
    }
    free(data);
    close(place.folder);
}

static bool write_file(const file_place *place, const uint8_t *pem, size_t length,
                       const char **step) {
    char temporary[NAME_MAX + 1], previous[NAME_MAX + 1];
    struct stat about;
    bool there = fstatat(place->folder, place->name, &about, AT_SYMLINK_NOFOLLOW) == 0;
    snprintf(temporary, sizeof(temporary), ".%.*s.new", NAME_MAX - SUFFIX_ROOM, place->name);
    snprintf(previous, sizeof(previous), "%.*s.previous", NAME_MAX - SUFFIX_ROOM, place->name);
    const tcai_written written = {.name = place->name,
                                  .temporary = temporary,
                                  .previous = previous,
                                  .mode = there ? about.st_mode & 07777 : NEW_FILE_MODE,
                                  .owner = there ? about.st_uid : (uid_t)-1,
                                  .group = there ? about.st_gid : (gid_t)-1,
                                  .parts = {pem, ""},
                                  .lengths = {length, 0}};
    return tcai_file_write(place->folder, &written, step);
}

static void replace(void *user, const uint8_t *pem, size_t length, tca_reply *reply) {
    file_place place;
    const char *step = "lock";
    if (!open_place(user, &place)) {
        tcai_fail_errno(reply, "open");
        return;
    }
    int lock = tcai_folder_lock(place.folder);
    if (lock >= 0 && write_file(&place, pem, length, &step)) {
        (void)tca_reply_done(reply);
    } else {
        tcai_fail_errno(reply, step);
    }
    if (lock >= 0) {
        close(lock);
    }
    close(place.folder);
}

static void destroy(void *user) {
    trust_file *file = user;
    free(file->path);
    free(file);
}

tca_result tca_trust_file(const char *path, tca_anchor_holder *out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    tca_result result = tcai_adapter_export(out, NULL, sizeof(*out));
    if (result != TCA_OK || path == NULL || path[0] == '\0') {
        return result != TCA_OK ? result : TCA_E_ARGUMENT;
    }
    trust_file *file = malloc(sizeof(*file));
    char *copy = malloc(strlen(path) + 1);
    if (file == NULL || copy == NULL) {
        free(file);
        free(copy);
        return TCA_E_NO_MEMORY;
    }
    memcpy(copy, path, strlen(path) + 1);
    file->path = copy;
    const tca_anchor_holder made = {
        .user = file, .load = load, .replace = replace, .destroy = destroy};
    return tcai_adapter_export(out, &made, sizeof(made));
}

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

/* A link that leads nowhere: neither it nor what it was meant for is ours to make. */
static bool is_link(const char *path) {
    struct stat about;
    return lstat(path, &about) == 0 && S_ISLNK(about.st_mode);
}

/* A link that stands for the file is followed: what it leads to is replaced, not the link. */
static bool resolve(const char *path, char whole[PATH_MAX]) {
    if (realpath(path, whole) != NULL) {
        return true;
    }
    if (errno != ENOENT || is_link(path)) {
        return false;
    }
    size_t length = strlen(path);
    if (length >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(whole, path, length + 1);
    return true;
}

static bool split(const char *path, char folder[PATH_MAX], char name[NAME_MAX + 1]) {
    char whole[PATH_MAX];
    if (!resolve(path, whole)) {
        return false;
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

/* No data when there is none. False and errno. */
static bool read_file(const file_place *place, tcai_file *out) {
    return tcai_file_read(place->folder, place->name, FILE_BYTES_MAX, out) || errno == ENOENT;
}

static void load(void *user, tca_reply *reply) {
    file_place place;
    tcai_file found;
    if (!open_place(user, &place)) {
        tcai_fail_errno(reply, "open");
        return;
    }
    if (read_file(&place, &found)) {
        (void)tca_reply_append(reply, (const uint8_t *)found.data, found.length);
        (void)tca_reply_done(reply);
    } else {
        tcai_fail_errno(reply, "read");
    }
    free(found.data);
    close(place.folder);
}

/* A copy, not a link: those are not had on every file system, nor of other people's files. */
static bool keep_previous(const file_place *place, const tcai_file *old, const char **step) {
    char name[NAME_MAX + 1], temporary[NAME_MAX + 1];
    snprintf(name, sizeof(name), "%.*s.previous", NAME_MAX - SUFFIX_ROOM, place->name);
    snprintf(temporary, sizeof(temporary), ".%.*s.old", NAME_MAX - SUFFIX_ROOM, place->name);
    const tcai_written written = {.name = name,
                                  .temporary = temporary,
                                  .mode = old->mode,
                                  .owner = old->owner,
                                  .group = old->group,
                                  .parts = {old->data, ""},
                                  .lengths = {old->length, 0}};
    return old->data == NULL || tcai_file_write(place->folder, &written, step);
}

/* The copy comes last before the move: until then the one before last is still kept. */
static bool write_file(const file_place *place, const tcai_file *old, const uint8_t *pem,
                       size_t length, const char **step) {
    char temporary[NAME_MAX + 1];
    bool there = old->data != NULL;
    snprintf(temporary, sizeof(temporary), ".%.*s.new", NAME_MAX - SUFFIX_ROOM, place->name);
    const tcai_written written = {.name = place->name,
                                  .temporary = temporary,
                                  .mode = there ? old->mode : NEW_FILE_MODE,
                                  .owner = there ? old->owner : (uid_t)-1,
                                  .group = there ? old->group : (gid_t)-1,
                                  .parts = {pem, ""},
                                  .lengths = {length, 0}};
    if (!tcai_file_prepare(place->folder, &written, step)) {
        return false;
    }
    if (!keep_previous(place, old, step)) {
        tcai_file_abandon(place->folder, &written);
        return false;
    }
    return tcai_file_commit(place->folder, &written, step);
}

static void replace_locked(const file_place *place, const uint8_t *pem, size_t length,
                           tca_reply *reply) {
    tcai_file old;
    const char *step = "read";
    if (read_file(place, &old) && write_file(place, &old, pem, length, &step)) {
        (void)tca_reply_done(reply);
    } else {
        tcai_fail_errno(reply, step);
    }
    free(old.data);
}

static void replace(void *user, const uint8_t *pem, size_t length, tca_reply *reply) {
    file_place place;
    if (!open_place(user, &place)) {
        tcai_fail_errno(reply, "open");
        return;
    }
    int lock = tcai_lock_folder(place.folder, reply);
    if (lock >= 0) {
        replace_locked(&place, pem, length, reply);
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

/* SPDX-License-Identifier: MIT */
/* A storage in a folder: a file for each key. */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/files.h"

/* A file: this, a version, the value's length, the value. */
static const char magic[8] = {'t', 'c', 'a', 'v', 'a', 'l', '1', '\n'};
#define VERSION_SIZE 16
#define LENGTH_SIZE 8
#define HEADER_SIZE (sizeof(magic) + VERSION_SIZE + LENGTH_SIZE)
#define TEMPORARY ".new"
#define LOCK ".lock"

typedef struct directory_storage {
    int folder;
} directory_storage;

/* ---- names ---- */

#define NAME_SIZE (TCA_STORAGE_KEY_MAX + 2)

/* "=contoso+view": never a path, never hidden, and no other key's. */
static void name_of(const char *key, size_t length, char name[NAME_SIZE]) {
    name[0] = '=';
    for (size_t i = 0; i < length; i++) {
        name[i + 1] = key[i] == '/' ? '+' : key[i];
    }
    name[length + 1] = '\0';
}

/* Other names are not ours: an editor's "=contoso+view~". */
static bool key_of(const char *name, char key[NAME_SIZE]) {
    static const char characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789._-+";
    size_t length = strlen(name);
    if (name[0] != '=' || length < 2 || length > TCA_STORAGE_KEY_MAX + 1 ||
        strspn(name + 1, characters) != length - 1) {
        return false;
    }
    for (size_t i = 1; i <= length; i++) {
        key[i - 1] = (char)(name[i] == '+' ? '/' : name[i]);
    }
    return true;
}

/* ---- one file ---- */

static uint64_t length_in(const char *header) {
    uint64_t length = 0;
    for (size_t i = 0; i < LENGTH_SIZE; i++) {
        length = length << 8 | (uint8_t)header[sizeof(magic) + VERSION_SIZE + i];
    }
    return length;
}

static bool is_whole(const tcai_file *content) {
    return content->length >= HEADER_SIZE && memcmp(content->data, magic, sizeof(magic)) == 0 &&
           length_in(content->data) == content->length - HEADER_SIZE;
}

static const uint8_t *version_in(const tcai_file *content) {
    return (const uint8_t *)content->data + sizeof(magic);
}

/* 1: read; 0: there is none; -1: the reply has failed. */
static int read_content(const directory_storage *directory, const char *name, tcai_file *out,
                        tca_reply *reply) {
    if (!tcai_file_read(directory->folder, name, TCA_STORAGE_VALUE_MAX + HEADER_SIZE, out)) {
        if (errno == ENOENT) {
            return 0;
        }
        tcai_fail_errno(reply, "read");
        return -1;
    }
    if (!is_whole(out)) {
        free(out->data);
        *out = (tcai_file){0};
        tcai_adapter_fail(reply, "the file is torn, or not this library's; move it away");
        return -1;
    }
    return 1;
}

static void give_outcome(tca_reply *reply, uint32_t outcome) {
    (void)tca_reply_set_outcome(reply, outcome);
    (void)tca_reply_done(reply);
}

/* ---- slots ---- */

static void load(void *user, const char *key, size_t key_length, tca_reply *reply) {
    char name[NAME_SIZE];
    tcai_file found;
    name_of(key, key_length, name);
    int read = read_content(user, name, &found, reply);
    if (read == 0) {
        give_outcome(reply, TCA_OUTCOME_ABSENT);
    } else if (read == 1) {
        (void)tca_reply_append(reply, (const uint8_t *)found.data + HEADER_SIZE,
                               found.length - HEADER_SIZE);
        (void)tca_reply_set_version(reply, version_in(&found), VERSION_SIZE);
        (void)tca_reply_done(reply);
    }
    free(found.data);
}

/* Is what is there what was expected? An outcome, 0 when it is, -1 when the reply has failed. */
static int compare(const directory_storage *directory, const char *name, const uint8_t *expected,
                   size_t expected_length, tca_reply *reply) {
    tcai_file found;
    int read = read_content(directory, name, &found, reply);
    int outcome = -1;
    if (read == 0) {
        outcome = expected_length == 0 ? 0 : (int)TCA_OUTCOME_ABSENT;
    } else if (read == 1) {
        bool same = expected_length == VERSION_SIZE &&
                    memcmp(version_in(&found), expected, VERSION_SIZE) == 0;
        outcome = same ? 0 : (int)TCA_OUTCOME_CONFLICT;
    }
    free(found.data);
    return outcome;
}

static bool make_header(char header[HEADER_SIZE], size_t length) {
    ssize_t count;
    memcpy(header, magic, sizeof(magic));
    do {
        count = getrandom(header + sizeof(magic), VERSION_SIZE, 0);
    } while (count < 0 && errno == EINTR);
    for (size_t i = 0; i < LENGTH_SIZE; i++) {
        header[HEADER_SIZE - 1 - i] = (char)((uint64_t)length >> (8 * i) & 0xFFu);
    }
    return count == VERSION_SIZE;
}

static void write_value(const directory_storage *directory, const char *name, const uint8_t *value,
                        size_t length, tca_reply *reply) {
    char header[HEADER_SIZE];
    const char *step = "getrandom";
    if (!make_header(header, length)) {
        tcai_fail_errno(reply, step);
        return;
    }
    const tcai_written written = {.name = name,
                                  .temporary = TEMPORARY,
                                  .mode = S_IRUSR | S_IWUSR,
                                  .owner = (uid_t)-1,
                                  .group = (gid_t)-1,
                                  .parts = {header, value},
                                  .lengths = {sizeof(header), length}};
    if (!tcai_file_write(directory->folder, &written, &step)) {
        tcai_fail_errno(reply, step);
        return;
    }
    (void)tca_reply_set_version(reply, (const uint8_t *)header + sizeof(magic), VERSION_SIZE);
    (void)tca_reply_done(reply);
}

static void swap(void *user, const char *key, size_t key_length, const uint8_t *value,
                 size_t length, const uint8_t *expected, size_t expected_length, tca_reply *reply) {
    const directory_storage *directory = user;
    char name[NAME_SIZE];
    int lock = tcai_lock_file(directory->folder, LOCK, reply);
    if (lock < 0) {
        return;
    }
    name_of(key, key_length, name);
    int outcome = compare(directory, name, expected, expected_length, reply);
    if (outcome > 0) {
        give_outcome(reply, TCA_OUTCOME_CONFLICT);
    } else if (outcome == 0) {
        write_value(directory, name, value, length, reply);
    }
    close(lock);
}

static void drop(void *user, const char *key, size_t key_length, const uint8_t *expected,
                 size_t expected_length, tca_reply *reply) {
    const directory_storage *directory = user;
    char name[NAME_SIZE];
    int lock = tcai_lock_file(directory->folder, LOCK, reply);
    if (lock < 0) {
        return;
    }
    name_of(key, key_length, name);
    int outcome = compare(directory, name, expected, expected_length, reply);
    if (outcome > 0) {
        give_outcome(reply, (uint32_t)outcome);
    } else if (outcome == 0 && (unlinkat(directory->folder, name, 0) != 0 ||
                                !tcai_folder_sync(directory->folder))) {
        tcai_fail_errno(reply, "unlink");
    } else if (outcome == 0) {
        (void)tca_reply_done(reply);
    }
    close(lock);
}

static void list(void *user, const char *prefix, size_t prefix_length, tca_reply *reply) {
    const directory_storage *directory = user;
    char key[NAME_SIZE];
    int again = openat(directory->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = again < 0 ? NULL : fdopendir(again);
    if (entries == NULL) {
        tcai_fail_errno(reply, "list");
        if (again >= 0) {
            close(again);
        }
        return;
    }
    errno = 0;
    for (const struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        if (key_of(entry->d_name, key) && strncmp(key, prefix, prefix_length) == 0) {
            (void)tca_reply_add_key(reply, key, strlen(key));
        }
        errno = 0;
    }
    if (errno != 0) {
        tcai_fail_errno(reply, "list");
    } else {
        (void)tca_reply_done(reply);
    }
    closedir(entries);
}

static void destroy(void *user) {
    directory_storage *directory = user;
    close(directory->folder);
    free(directory);
}

/* ---- opening ---- */

/* Nobody else may put files there. */
static bool is_ours(int folder) {
    struct stat about;
    if (fstat(folder, &about) != 0) {
        return false;
    }
    errno = EPERM;
    return about.st_uid == geteuid() && (about.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* A folder just made is lost with all it holds if the one above it does not reach the disk. */
static bool sync_above(int folder) {
    int above = openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (above < 0) {
        return errno == EACCES;
    }
    bool fine = tcai_folder_sync(above);
    int why = errno;
    close(above);
    errno = why;
    return fine;
}

/* -1 and errno. */
static int open_folder(const char *path) {
    bool made = mkdir(path, S_IRWXU) == 0;
    if (!made && errno != EEXIST) {
        return -1;
    }
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder >= 0 && (!is_ours(folder) || (made && !sync_above(folder)))) {
        int why = errno;
        close(folder);
        errno = why;
        return -1;
    }
    return folder;
}

/* Behind a slash the system would follow a link. */
static char *copy_without_slashes(const char *path) {
    size_t length = strlen(path);
    char *copy = malloc(length + 1);
    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy, path, length + 1);
    while (length > 1 && copy[length - 1] == '/') {
        copy[--length] = '\0';
    }
    return copy;
}

static tca_result open_storage(const char *path, directory_storage **out) {
    char *folder = copy_without_slashes(path);
    directory_storage *directory = malloc(sizeof(*directory));
    tca_result result = TCA_E_NO_MEMORY;
    if (folder != NULL && directory != NULL) {
        directory->folder = open_folder(folder);
        result = directory->folder >= 0 ? TCA_OK : TCA_E_STORAGE;
    }
    int why = errno;
    free(folder);
    if (result != TCA_OK) {
        free(directory);
        directory = NULL;
    }
    errno = why;
    *out = directory;
    return result;
}

tca_result tca_directory_storage(const char *path, tca_storage *out) {
    directory_storage *directory;
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    tca_result result = tcai_adapter_export(out, NULL, sizeof(*out));
    if (result != TCA_OK || path == NULL || path[0] == '\0') {
        return result != TCA_OK ? result : TCA_E_ARGUMENT;
    }
    result = open_storage(path, &directory);
    if (result != TCA_OK) {
        return result;
    }
    const tca_storage made = {.user = directory,
                              .load = load,
                              .swap = swap,
                              .remove = drop,
                              .list = list,
                              .destroy = destroy};
    return tcai_adapter_export(out, &made, sizeof(made));
}

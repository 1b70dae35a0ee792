/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700
#include "folders.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tenantca/adapters.h>

#define PATHS 8
#define FILE_BYTES_MAX (2u << 20)

void folder_make(char path[FOLDER_SIZE]) {
    snprintf(path, FOLDER_SIZE, "/tmp/tenantca-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(path));
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where) {
    (void)about;
    (void)kind;
    (void)where;
    return remove(path);
}

void folder_remove(const char *path) {
    ck_assert_int_eq(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *in_folder(const char *folder, const char *name) {
    static char paths[PATHS][PATH_SIZE];
    static unsigned turn;
    char *path = paths[turn++ % PATHS];
    snprintf(path, PATH_SIZE, "%s/%s", folder, name);
    return path;
}

static int not_dots(const struct dirent *entry) {
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

const char *folder_names(const char *folder) {
    static char names[2048];
    struct dirent **entries;
    int count = scandir(folder, &entries, not_dots, alphasort);
    ck_assert_int_ge(count, 0);
    names[0] = '\0';
    for (int i = 0; i < count; i++) {
        size_t length = strlen(names);
        snprintf(names + length, sizeof(names) - length, " %s", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return names;
}

void file_put(const char *path, const void *data, size_t length, mode_t mode) {
    FILE *file = fopen(path, "w");
    ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
    ck_assert_uint_eq(fwrite(data, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(path, mode), 0);
}

void file_put_text(const char *path, const char *text) {
    file_put(path, text, strlen(text), 0600);
}

const char *file_get(const char *path, size_t *length) {
    static char data[FILE_BYTES_MAX];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return NULL;
    }
    size_t count = fread(data, 1, sizeof(data) - 1, file);
    data[count] = '\0';
    fclose(file);
    if (length != NULL) {
        *length = count;
    }
    return data;
}

mode_t file_mode(const char *path) {
    struct stat about;
    ck_assert_msg(lstat(path, &about) == 0, "%s: %s", path, strerror(errno));
    return about.st_mode & 07777;
}

unsigned open_descriptors(void) {
    unsigned count = 0;
    DIR *entries = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(entries);
    while (readdir(entries) != NULL) {
        count++;
    }
    closedir(entries);
    return count;
}

int exit_status(pid_t child) {
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status), "the child ended by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

/* ---- a store ---- */

tca_store *store_in(const char *folder) {
    tca_storage storage = {.struct_size = sizeof(storage)};
    tca_store *store = NULL;
    ck_assert_msg(tca_directory_storage(folder, &storage) == TCA_OK, "%s: %s", folder,
                  strerror(errno));
    ck_assert_int_eq(tca_store_new(&storage, &store, NULL), TCA_OK);
    return store;
}

static void keep_error(text_result *out, tca_error *error) {
    const char *text;
    tca_error_message(error, &text, NULL);
    snprintf(out->error, sizeof(out->error), "%s", text);
    tca_error_unref(error);
}

static void keep_version(text_result *out, const tca_bytes *version) {
    const uint8_t *data;
    size_t length;
    tca_bytes_view(version, &data, &length);
    for (size_t i = 0; i < length && 2 * i + 2 < sizeof(out->version); i++) {
        snprintf(out->version + 2 * i, 3, "%02x", data[i]);
    }
}

static text_result load(tca_store *store, const char *key, tca_bytes **version) {
    text_result out = {0};
    tca_error *error;
    tca_bytes *value;
    const uint8_t *data;
    size_t length;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    out.result = tca_store_load(store, key, strlen(key), &value, version, error);
    if (out.result == TCA_OK) {
        tca_bytes_view(value, &data, &length);
        snprintf(out.value, sizeof(out.value), "%.*s", (int)length, (const char *)data);
        keep_version(&out, *version);
    }
    keep_error(&out, error);
    tca_bytes_unref(value);
    return out;
}

static text_result swap(tca_store *store, const char *key, const char *value,
                        const tca_bytes *expected) {
    text_result out = {0};
    tca_error *error;
    tca_bytes *version;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    out.result = tca_store_swap(store, key, strlen(key), (const uint8_t *)value, strlen(value),
                                expected, &version, error);
    if (out.result == TCA_OK) {
        keep_version(&out, version);
    }
    keep_error(&out, error);
    tca_bytes_unref(version);
    return out;
}

text_result load_text(tca_store *store, const char *key) {
    tca_bytes *version;
    text_result out = load(store, key, &version);
    tca_bytes_unref(version);
    return out;
}

text_result swap_text(tca_store *store, const char *key, const char *value) {
    tca_bytes *version;
    text_result out = load(store, key, &version);
    if (out.result == TCA_OK || out.result == TCA_E_NOT_FOUND) {
        out = swap(store, key, value, version);
    }
    tca_bytes_unref(version);
    return out;
}

text_result swap_fresh(tca_store *store, const char *key, const char *value) {
    return swap(store, key, value, NULL);
}

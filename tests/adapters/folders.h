/* SPDX-License-Identifier: MIT */
/* Folders and files for tests to look at and to spoil, and a store in one, spoken to in texts. */
#ifndef FOLDERS_H
#define FOLDERS_H

#include <stddef.h>
#include <sys/types.h>

#include <tenantca/tenantca.h>

#define FOLDER_SIZE 64
#define PATH_SIZE 512

/* A new empty folder (0700), and the end of it and of all in it. */
void folder_make(char path[FOLDER_SIZE]);
void folder_remove(const char *path);

/* "FOLDER/NAME", until the eighth call from now. */
const char *in_folder(const char *folder, const char *name);

/* The names in it, sorted, behind a blank each; until the next call. */
const char *folder_names(const char *folder);

void file_put(const char *path, const void *data, size_t length, mode_t mode);
void file_put_text(const char *path, const char *text);

/* Its bytes, and a NUL, until the next call; NULL when there is none. `length` may be NULL. */
const char *file_get(const char *path, size_t *length);

/* The permissions of what is there itself, a link or not. */
mode_t file_mode(const char *path);

/* How many descriptors this process has open. */
unsigned open_descriptors(void);

/* Of a child process: that it exited, and how. */
int exit_status(pid_t child);

/* ---- a store ---- */

typedef struct text_result {
    tca_result result;
    char value[256];
    char version[64]; /* hexadecimal */
    char error[320];
} text_result;

tca_store *store_in(const char *folder);
text_result load_text(tca_store *store, const char *key);

/* Over whatever is there; with `fresh`, over nothing. */
text_result swap_text(tca_store *store, const char *key, const char *value);
text_result swap_fresh(tca_store *store, const char *key, const char *value);

#endif

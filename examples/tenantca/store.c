/* SPDX-License-Identifier: MIT */
/* Where what must outlive a run is kept. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rollouts.h"

#define PATH_SIZE 4096

/* The XDG Base Directory Specification: what is not absolute is to be passed over. */
static bool usual_place(char path[PATH_SIZE]) {
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int length = -1;
    if (state != NULL && state[0] == '/') {
        length = snprintf(path, PATH_SIZE, "%s/tenantca", state);
    } else if (home != NULL && home[0] == '/') {
        length = snprintf(path, PATH_SIZE, "%s/.local/state/tenantca", home);
    }
    return length > 0 && length < PATH_SIZE;
}

static bool find_place(const tool_options *options, char path[PATH_SIZE]) {
    const char *given = options->store != NULL ? options->store : options->configuration->store;
    if (given == NULL) {
        return usual_place(path);
    }
    return snprintf(path, PATH_SIZE, "%s", given) < PATH_SIZE;
}

/* The folders above the last one; that is the storage's own affair. */
static bool make_parents(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool fine = mkdir(path, 0700) == 0 || errno == EEXIST;
        if (!fine) {
            complain("%s: %s; --store DIR names a folder that you can write to", path,
                     strerror(errno));
        }
        *slash = '/';
        if (!fine) {
            return false;
        }
    }
    return true;
}

static bool open_storage(const char *path, tca_storage *storage) {
    errno = 0;
    tca_result result = tca_directory_storage(path, storage);
    if (result != TCA_OK) {
        complain("%s: %s; --store DIR names a folder that you alone can write to", path,
                 errno != 0 ? strerror(errno) : "not yours alone, or no folder");
    }
    return result == TCA_OK;
}

tca_store *store_open(const tool_options *options) {
    char path[PATH_SIZE];
    tca_storage storage = {.struct_size = sizeof(storage)};
    tca_store *store = NULL;
    if (!find_place(options, path)) {
        complain("neither XDG_STATE_HOME nor HOME says where to remember things; --store DIR does");
        return NULL;
    }
    if (!make_parents(path) || !open_storage(path, &storage)) {
        return NULL;
    }
    tca_error *error = NULL;
    (void)tca_error_new(&error);
    if (tca_store_new(&storage, &store, error) != TCA_OK) {
        complain_error(path, error, "--store DIR names a folder that can be written");
        storage.destroy(storage.user);
    }
    tca_error_unref(error);
    return store;
}

/* SPDX-License-Identifier: MIT */
/* Where the certificates come from: a file, or every file of a folder. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool.h"

#define FOLDER_FILES_MAX 1000

static bool complain_path(const char *path) {
    complain("%s: %s; name a file or folder that can be read", path, strerror(errno));
    return false;
}

static bool add_file(tca_inventory_builder *builder, const char *path, tca_error *error) {
    size_t length;
    unsigned char *data = file_read(path, &length);
    if (data == NULL) {
        return false;
    }
    tca_result result = tca_inventory_builder_add_input(builder, data, length, error);
    free(data);
    if (result != TCA_OK) {
        complain_error(path, error,
                       "wanted are certificates or a service's list of them, each as it was given");
    }
    return result == TCA_OK;
}

/* Texts for people lie in folders of certificates and are no mistake. */
static bool is_for_people(const char *name) {
    const char *ending = strrchr(name, '.');
    return ending != NULL && (strcmp(ending, ".md") == 0 || strcmp(ending, ".txt") == 0);
}

static int is_visible(const struct dirent *item) {
    return item->d_name[0] != '.';
}

static int by_octets(const struct dirent **one, const struct dirent **other) {
    return strcmp((*one)->d_name, (*other)->d_name);
}

static bool add_item(tca_inventory_builder *builder, const char *path, size_t *files,
                     tca_error *error) {
    struct stat about;
    if (stat(path, &about) != 0) {
        return complain_path(path);
    }
    if (!S_ISREG(about.st_mode)) {
        return true;
    }
    if (is_for_people(path)) {
        complain("%s: passed over, a text for people", path);
        return true;
    }
    if (++*files > FOLDER_FILES_MAX) {
        complain("%s: the folder has more than %d files; put those that matter into one of its own",
                 path, FOLDER_FILES_MAX);
        return false;
    }
    return add_file(builder, path, error);
}

static bool add_named(tca_inventory_builder *builder, const char *folder, const char *name,
                      size_t *files, tca_error *error) {
    size_t size = strlen(folder) + strlen(name) + sizeof("/");
    char *path = malloc(size);
    if (path == NULL) {
        complain("%s: out of memory; try a smaller source", folder);
        return false;
    }
    snprintf(path, size, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
    bool fine = add_item(builder, path, files, error);
    free(path);
    return fine;
}

static bool add_folder(tca_inventory_builder *builder, const char *folder, tca_error *error) {
    struct dirent **items = NULL;
    int count = scandir(folder, &items, is_visible, by_octets);
    if (count < 0) {
        return complain_path(folder);
    }
    size_t files = 0;
    bool fine = true;
    for (int i = 0; i < count; i++) {
        fine = fine && add_named(builder, folder, items[i]->d_name, &files, error);
        free(items[i]);
    }
    free(items);
    if (fine && files == 0) {
        complain("%s: holds no file of certificates; name a folder that does, or a file", folder);
    }
    return fine && files > 0;
}

/* Where only one of several pages is there, what is missing may be what matters. */
static bool is_whole(const tca_inventory_builder *builder, const char *path) {
    const char *link;
    size_t length;
    if (tca_inventory_builder_next_link(builder, &link, &length) != TCA_OK) {
        return true;
    }
    complain("%s: the list goes on on another page; put all pages into one folder", path);
    return false;
}

static bool add_path(tca_inventory_builder *builder, const char *path, tca_error *error) {
    struct stat about;
    if (stat(path, &about) != 0) {
        return complain_path(path);
    }
    return (S_ISDIR(about.st_mode) ? add_folder(builder, path, error)
                                   : add_file(builder, path, error)) &&
           is_whole(builder, path);
}

static tca_inventory *read_inventory(const tool_options *options, tca_error *error) {
    tca_inventory_options wanted = {.struct_size = sizeof(wanted), .tenant = options->tenant};
    wanted.tenant_length = options->tenant == NULL ? 0 : strlen(options->tenant);
    tca_inventory_builder *builder = NULL;
    tca_inventory *inventory = NULL;
    if (tca_inventory_builder_new(&wanted, &builder, error) != TCA_OK) {
        complain_error("--tenant", error, "'tenantca --help' shows how");
        return NULL;
    }
    if (add_path(builder, options->from, error) &&
        tca_inventory_builder_finish(builder, &inventory, error) != TCA_OK) {
        complain_error(options->from, error,
                       tca_error_code(error) == TCA_E_AMBIGUOUS ? "--tenant GUID says which"
                                                                : "name another file or folder");
    }
    tca_inventory_builder_unref(builder);
    return inventory;
}

bool view_open(tool_view *view, const tool_options *options) {
    tca_error *error = NULL;
    *view = (tool_view){0};
    if (tca_error_new(&error) != TCA_OK) {
        complain("out of memory; try a smaller source");
        return false;
    }
    tca_inventory *inventory =
        options->service != NULL ? live_list(options) : read_inventory(options, error);
    tca_error_unref(error);
    return inventory != NULL && view_compute(view, inventory, options->now);
}

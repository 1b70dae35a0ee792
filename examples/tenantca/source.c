/* SPDX-License-Identifier: MIT */
/* Where the certificates come from: a file, or every file of a folder. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "configuration.h"

#define FOLDER_FILES_MAX 1000

static bool complain_path(const char *path) {
    complain("%s: %s; name a file or folder that can be read", path, strerror(errno));
    return false;
}

/* A folder on its way into an inventory. */
typedef struct folder_reading {
    tca_inventory_builder *builder;
    tca_error *error;
    size_t files, passed_over;
} folder_reading;

static bool refuse_file(const char *path, const tca_error *error) {
    complain_error(path, error,
                   "wanted are certificates or a service's list of them, each as it was given");
    return false;
}

static bool add_content(folder_reading *reading, const unsigned char *data, size_t length) {
    return tca_inventory_builder_add_input(reading->builder, data, length, reading->error) ==
           TCA_OK;
}

static bool add_file(folder_reading *reading, const char *path) {
    size_t length;
    unsigned char *data = file_read(path, &length);
    if (data == NULL) {
        return false;
    }
    bool fine = add_content(reading, data, length);
    free(data);
    return fine || refuse_file(path, reading->error);
}

/* ---- a folder ---- */

static bool is_text(const char *name) {
    const char *ending = strrchr(name, '.');
    return ending != NULL && (strcmp(ending, ".md") == 0 || strcmp(ending, ".txt") == 0);
}

static bool has_pem(const unsigned char *data, size_t length) {
    static const char begin[] = "-----BEGIN ";
    const size_t size = sizeof(begin) - 1;
    for (size_t i = 0; i + size <= length; i++) {
        if ((i == 0 || data[i - 1] == '\n') && memcmp(data + i, begin, size) == 0) {
            return true;
        }
    }
    return false;
}

/* Texts for people lie in folders of certificates and are no mistake. A certificate that is broken
 * is one, whatever its file is called: left out, it would be missing without a word. */
static bool add_text(folder_reading *reading, const char *path) {
    size_t length;
    unsigned char *data = file_read(path, &length);
    if (data == NULL) {
        return false;
    }
    bool fine = add_content(reading, data, length);
    if (!fine && tca_error_code(reading->error) == TCA_E_MALFORMED && !has_pem(data, length)) {
        complain("%s: passed over, it holds neither certificates nor a list of them", path);
        reading->passed_over++;
        fine = true;
    } else if (!fine) {
        (void)refuse_file(path, reading->error);
    }
    free(data);
    return fine;
}

static int is_visible(const struct dirent *item) {
    return item->d_name[0] != '.';
}

static int by_octets(const struct dirent **one, const struct dirent **other) {
    return strcmp((*one)->d_name, (*other)->d_name);
}

static bool add_item(folder_reading *reading, const char *path) {
    struct stat about;
    if (stat(path, &about) != 0) {
        return complain_path(path);
    }
    if (!S_ISREG(about.st_mode)) {
        return true;
    }
    if (++reading->files > FOLDER_FILES_MAX) {
        complain("%s: the folder has more than %d files; put those that matter into one of its own",
                 path, FOLDER_FILES_MAX);
        return false;
    }
    return is_text(path) ? add_text(reading, path) : add_file(reading, path);
}

static bool add_named(folder_reading *reading, const char *folder, const char *name) {
    size_t size = strlen(folder) + strlen(name) + sizeof("/");
    char *path = malloc(size);
    if (path == NULL) {
        complain("%s: out of memory; try a smaller source", folder);
        return false;
    }
    snprintf(path, size, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
    bool fine = add_item(reading, path);
    free(path);
    return fine;
}

static bool add_folder(folder_reading *reading, const char *folder) {
    struct dirent **items = NULL;
    int count = scandir(folder, &items, is_visible, by_octets);
    if (count < 0) {
        return complain_path(folder);
    }
    bool fine = true;
    for (int i = 0; i < count; i++) {
        fine = fine && add_named(reading, folder, items[i]->d_name);
        free(items[i]);
    }
    free(items);
    if (fine && reading->files == reading->passed_over) {
        complain("%s: holds no file of certificates; name a folder that does, or a file", folder);
        return false;
    }
    return fine;
}

/* ---- all of it ---- */

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
    folder_reading reading = {.builder = builder, .error = error};
    return (S_ISDIR(about.st_mode) ? add_folder(&reading, path) : add_file(&reading, path)) &&
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
    const tca_policy *policy =
        options->configuration == NULL ? NULL : &options->configuration->policy;
    return inventory != NULL && view_compute(view, inventory, options->now, policy);
}

/* SPDX-License-Identifier: MIT */
/* Feeds files to a fuzz target without a fuzzer: every file of the given folders. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fuzz.h"

static unsigned replayed;

static void replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    require(file != NULL);
    require(fseek(file, 0, SEEK_END) == 0);
    long size = ftell(file);
    rewind(file);
    /* Exactly as large as the input, so that a sanitizer sees a read behind its end. */
    uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
    require(data != NULL && size >= 0 && fread(data, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    (void)LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    replayed++;
}

static void replay(const char *path) {
    struct stat about;
    require(stat(path, &about) == 0);
    if (!S_ISDIR(about.st_mode)) {
        replay_file(path);
        return;
    }
    DIR *folder = opendir(path);
    require(folder != NULL);
    for (struct dirent *item = readdir(folder); item != NULL; item = readdir(folder)) {
        char name[4096];
        snprintf(name, sizeof(name), "%s/%s", path, item->d_name);
        if (item->d_name[0] != '.' && stat(name, &about) == 0 && S_ISREG(about.st_mode)) {
            replay_file(name);
        }
    }
    closedir(folder);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        replay(argv[i]);
    }
    printf("%s: replayed %u inputs\n", argv[0], replayed);
    return replayed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

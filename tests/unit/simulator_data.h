/* SPDX-License-Identifier: MIT */
/* Recorded replies and official examples, which stay outside the repository. */
#ifndef TESTS_SIMULATOR_DATA_H
#define TESTS_SIMULATOR_DATA_H

#include "simulator_client.h"

#include <stdio.h>

/* 0 when it is not there; says so. */
static inline int data_path(const char *name, char path[TEXT_SIZE]) {
    const char *const folder = getenv("TENANTCA_DATA");
    const int length =
        snprintf(path, TEXT_SIZE, "%s/%s", folder != NULL ? folder : "../shared/data", name);
    ck_assert_int_lt(length, TEXT_SIZE);
    FILE *const file = fopen(path, "rb");
    if (file == NULL) {
        printf("skipped: %s is not there\n", path);
        return 0;
    }
    fclose(file);
    return 1;
}

static inline json_t *load(const char *path) {
    json_t *const json = json_load_file(path, 0, NULL);
    ck_assert_msg(json != NULL, "%s", path);
    return json;
}

/* Every key of the example is there with the same type; with `exactly`, and no other. */
static inline void same_shape(const json_t *example, const json_t *ours, int exactly,
                              const char *where) {
    ck_assert_msg(json_typeof(example) == json_typeof(ours), "%s: another type", where);
    if (json_is_array(example) && json_array_size(example) != 0) {
        ck_assert_msg(json_array_size(ours) != 0, "%s: empty", where);
        same_shape(json_array_get(example, 0), json_array_get(ours, 0), exactly, where);
    }
    if (!json_is_object(example)) {
        return;
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)example, key, value) {
        const json_t *const own = json_object_get(ours, key);
        ck_assert_msg(own != NULL, "%s: %s is missing", where, key);
        same_shape(value, own, exactly, key);
    }
    if (exactly) {
        ck_assert_msg(json_object_size(example) == json_object_size(ours), "%s: more keys", where);
    }
}

#endif

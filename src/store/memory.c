/* SPDX-License-Identifier: MIT */
/* A storage in memory. */
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

typedef struct memory_value {
    tca_bytes *key;
    tca_bytes *value;
    uint64_t version;
} memory_value;

typedef struct memory_storage {
    memory_value *values;
    size_t count;
    size_t capacity;
    uint64_t version; /* counted up at every change, so that none comes back */
} memory_storage;

static memory_value *find(const memory_storage *memory, const char *key, size_t length) {
    tcai_span wanted = {(const uint8_t *)key, length};
    for (size_t i = 0; i < memory->count; i++) {
        const tca_bytes *known = memory->values[i].key;
        if (tcai_span_equal((tcai_span){known->data, known->length}, wanted)) {
            return &memory->values[i];
        }
    }
    return NULL;
}

static bool has_version(const memory_value *value, const uint8_t *expected, size_t length) {
    return length == sizeof(value->version) && memcmp(expected, &value->version, length) == 0;
}

/* Out of memory is told as such, not as a storage that failed. */
static void fail_memory(tca_reply *reply) {
    reply->trouble = TCA_E_NO_MEMORY;
    (void)tca_reply_fail(reply, "out of memory", strlen("out of memory"));
}

static void give_version(tca_reply *reply, uint64_t version) {
    (void)tca_reply_set_version(reply, (const uint8_t *)&version, sizeof(version));
    (void)tca_reply_done(reply);
}

static void give_outcome(tca_reply *reply, uint32_t outcome) {
    (void)tca_reply_set_outcome(reply, outcome);
    (void)tca_reply_done(reply);
}

static void load(void *user, const char *key, size_t key_length, tca_reply *reply) {
    const memory_value *value = find(user, key, key_length);
    if (value == NULL) {
        give_outcome(reply, TCA_OUTCOME_ABSENT);
        return;
    }
    (void)tca_reply_append(reply, value->value->data, value->value->length);
    give_version(reply, value->version);
}

static bool add(memory_storage *memory, const char *key, size_t key_length, tca_bytes *value) {
    tca_bytes *name = tcai_bytes_copy(key, key_length);
    if (name == NULL ||
        !tcai_grow(&memory->values, memory->count, &memory->capacity, sizeof(memory->values[0]))) {
        tca_bytes_unref(name);
        return false;
    }
    memory->values[memory->count++] = (memory_value){name, value, ++memory->version};
    return true;
}

static void swap(void *user, const char *key, size_t key_length, const uint8_t *value,
                 size_t length, const uint8_t *expected, size_t expected_length, tca_reply *reply) {
    memory_storage *memory = user;
    memory_value *known = find(memory, key, key_length);
    if (known == NULL ? expected_length > 0 : !has_version(known, expected, expected_length)) {
        give_outcome(reply, TCA_OUTCOME_CONFLICT);
        return;
    }
    tca_bytes *copy = tcai_bytes_copy(value, length);
    if (copy == NULL || (known == NULL && !add(memory, key, key_length, copy))) {
        tca_bytes_unref(copy);
        fail_memory(reply);
        return;
    }
    if (known != NULL) {
        tca_bytes_unref(known->value);
        known->value = copy;
        known->version = ++memory->version;
    }
    give_version(reply, memory->version);
}

static void drop(void *user, const char *key, size_t key_length, const uint8_t *expected,
                 size_t expected_length, tca_reply *reply) {
    memory_storage *memory = user;
    memory_value *known = find(memory, key, key_length);
    if (known == NULL || !has_version(known, expected, expected_length)) {
        give_outcome(reply, known == NULL ? TCA_OUTCOME_ABSENT : TCA_OUTCOME_CONFLICT);
        return;
    }
    tca_bytes_unref(known->key);
    tca_bytes_unref(known->value);
    *known = memory->values[--memory->count];
    (void)tca_reply_done(reply);
}

static void list(void *user, const char *prefix, size_t prefix_length, tca_reply *reply) {
    const memory_storage *memory = user;
    for (size_t i = 0; i < memory->count; i++) {
        const tca_bytes *key = memory->values[i].key;
        if (key->length >= prefix_length && memcmp(key->data, prefix, prefix_length) == 0) {
            (void)tca_reply_add_key(reply, (const char *)key->data, key->length);
        }
    }
    (void)tca_reply_done(reply);
}

static void destroy(void *user) {
    memory_storage *memory = user;
    for (size_t i = 0; i < memory->count; i++) {
        tca_bytes_unref(memory->values[i].key);
        tca_bytes_unref(memory->values[i].value);
    }
    free(memory->values);
    free(memory);
}

tca_result tca_memory_storage(tca_storage *out) {
    size_t all = TCAI_END_OF(tca_storage, destroy);
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    tca_result result = tcai_export(out, all, NULL, sizeof(*out));
    memory_storage *memory = result == TCA_OK ? calloc(1, sizeof(*memory)) : NULL;
    if (memory == NULL) {
        return result == TCA_OK ? TCA_E_NO_MEMORY : result;
    }
    const tca_storage made = {.user = memory,
                              .load = load,
                              .swap = swap,
                              .remove = drop,
                              .list = list,
                              .destroy = destroy};
    return tcai_export(out, all, &made, sizeof(made));
}

/* SPDX-License-Identifier: MIT */
/* A storage behind its bounds: the only place that calls its slots. */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

struct tca_store {
    uint32_t references;
    tca_storage storage;
    bool in_slot;
};

/* ---- life ---- */

static tca_result import(const tca_storage *storage, tca_storage *known, tca_error *error) {
    size_t all = TCAI_END_OF(tca_storage, destroy);
    tca_result result = tcai_import(known, sizeof(*known), all, all, storage, "tca_storage", error);
    if (result != TCA_OK) {
        return result;
    }
    if (known->flags != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_storage: unknown flags");
    }
    bool complete =
        known->load != NULL && known->swap != NULL && known->remove != NULL && known->list != NULL;
    return complete ? TCA_OK : tcai_fail(error, TCA_E_ARGUMENT, "tca_storage: a slot is NULL");
}

tca_result tca_store_new(const tca_storage *storage, tca_store **out, tca_error *error) {
    tca_storage known;
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (storage == NULL || out == NULL) {
        return tcai_fail_null(error, storage == NULL ? "storage" : "out");
    }
    tca_result result = import(storage, &known, error);
    tca_store *store = result == TCA_OK ? malloc(sizeof(*store)) : NULL;
    if (store == NULL) {
        return result == TCA_OK ? tcai_fail_memory(error) : result;
    }
    *store = (tca_store){.references = 1, .storage = known};
    *out = store;
    return TCA_OK;
}

void tca_store_ref(tca_store *store, tca_store **out) {
    if (out == NULL) {
        return;
    }
    *out = store;
    if (store != NULL) {
        store->references++;
    }
}

/* Whoever calls a slot holds a reference, so that none is the last within one. */
void tca_store_unref(tca_store *store) {
    if (store == NULL || --store->references > 0) {
        return;
    }
    if (store->storage.destroy != NULL) {
        store->storage.destroy(store->storage.user);
    }
    free(store);
}

/* ---- keys ---- */

static bool is_key(const char *key, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (key[i] != '/' && !tcai_is_name_character((uint8_t)key[i])) {
            return false;
        }
    }
    return length <= TCA_STORAGE_KEY_MAX;
}

static tca_result check(const tca_store *store, const char *key, size_t length, tca_error *error) {
    if (store == NULL || key == NULL) {
        return tcai_fail_null(error, store == NULL ? "store" : "key");
    }
    if (length == 0 || !is_key(key, length)) {
        return tcai_fail(error, TCA_E_ARGUMENT,
                         "key: not 1 to %d letters, digits and . _ - / characters",
                         TCA_STORAGE_KEY_MAX);
    }
    return store->in_slot ? tcai_fail(error, TCA_E_BUSY,
                                      "store: is in use by the slot this "
                                      "comes from")
                          : TCA_OK;
}

/* ---- slots ---- */

static void enter(tca_store *store) {
    store->references++;
    store->in_slot = true;
}

static void leave(tca_store *store) {
    store->in_slot = false;
    tca_store_unref(store);
}

/* What a slot said, or did not say, of a key. */
static tca_result conclude(const tca_reply *reply, const char *key, size_t length,
                           tca_error *error) {
    tca_result result = tcai_reply_conclude(reply, "storage", TCA_E_STORAGE, error);
    if (result == TCA_OK && reply->outcome == TCA_OUTCOME_ABSENT) {
        result = tcai_fail(error, TCA_E_NOT_FOUND, "there is nothing");
    }
    if (result == TCA_OK && reply->outcome == TCA_OUTCOME_CONFLICT) {
        result = tcai_fail(error, TCA_E_CONFLICT, "somebody else has changed it meanwhile");
    }
    bool versioned = reply->kind == TCAI_REPLY_LOAD || reply->kind == TCAI_REPLY_SWAP;
    if (result == TCA_OK && versioned && reply->version == NULL) {
        result = tcai_fail(error, TCA_E_CALLBACK, "the storage gave no version");
    }
    if (result != TCA_OK) {
        tcai_error_prefix(error, "%.*s: ", (int)length, key);
    }
    return result;
}

static void hand_over_version(tca_reply *reply, tca_bytes **version) {
    if (version != NULL) {
        *version = reply->version;
        reply->version = NULL;
    }
}

tca_result tca_store_load(tca_store *store, const char *key, size_t key_length, tca_bytes **value,
                          tca_bytes **version, tca_error *error) {
    tca_reply reply = {.kind = TCAI_REPLY_LOAD, .max_bytes = TCA_STORAGE_VALUE_MAX};
    tcai_error_clear(error);
    if (value != NULL) {
        *value = NULL;
    }
    if (version != NULL) {
        *version = NULL;
    }
    tca_result result = check(store, key, key_length, error);
    if (result == TCA_OK && value == NULL) {
        result = tcai_fail_null(error, "value");
    }
    if (result != TCA_OK) {
        return result;
    }
    enter(store);
    store->storage.load(store->storage.user, key, key_length, &reply);
    result = conclude(&reply, key, key_length, error);
    leave(store);
    if (result == TCA_OK) {
        tcai_span body = tcai_reply_body(&reply);
        *value = tcai_bytes_copy(body.data, body.length);
        result = *value == NULL ? tcai_fail_memory(error) : TCA_OK;
    }
    if (result == TCA_OK) {
        hand_over_version(&reply, version);
    }
    tcai_reply_reset(&reply, TCAI_REPLY_LOAD, 0);
    return result;
}

/* A conflict is what a swap or removal of what is not there comes to. */
static tca_result as_conflict(tca_result result, tca_error *error) {
    return result == TCA_E_NOT_FOUND ? tcai_error_recode(error, TCA_E_CONFLICT) : result;
}

tca_result tca_store_swap(tca_store *store, const char *key, size_t key_length,
                          const uint8_t *value, size_t length, const tca_bytes *expected,
                          tca_bytes **version, tca_error *error) {
    tca_reply reply = {.kind = TCAI_REPLY_SWAP};
    tcai_span was = tcai_span_of(expected);
    tcai_error_clear(error);
    if (version != NULL) {
        *version = NULL;
    }
    tca_result result = check(store, key, key_length, error);
    if (result == TCA_OK && value == NULL && length > 0) {
        result = tcai_fail_null(error, "value");
    }
    if (result == TCA_OK && length > TCA_STORAGE_VALUE_MAX) {
        result = tcai_fail(error, TCA_E_LIMIT, "%.*s: more than %d bytes", (int)key_length, key,
                           TCA_STORAGE_VALUE_MAX);
    }
    if (result != TCA_OK) {
        return result;
    }
    enter(store);
    store->storage.swap(store->storage.user, key, key_length, value, length, was.data, was.length,
                        &reply);
    result = as_conflict(conclude(&reply, key, key_length, error), error);
    leave(store);
    if (result == TCA_OK) {
        hand_over_version(&reply, version);
    }
    tcai_reply_reset(&reply, TCAI_REPLY_SWAP, 0);
    return result;
}

tca_result tca_store_remove(tca_store *store, const char *key, size_t key_length,
                            const tca_bytes *expected, tca_error *error) {
    tca_reply reply = {.kind = TCAI_REPLY_REMOVE};
    tcai_error_clear(error);
    tca_result result = check(store, key, key_length, error);
    if (result == TCA_OK && expected == NULL) {
        result = tcai_fail_null(error, "expected");
    }
    if (result != TCA_OK) {
        return result;
    }
    enter(store);
    store->storage.remove(store->storage.user, key, key_length, expected->data, expected->length,
                          &reply);
    result = conclude(&reply, key, key_length, error);
    leave(store);
    tcai_reply_reset(&reply, TCAI_REPLY_REMOVE, 0);
    return result;
}

/* ---- lists of keys ---- */

struct tca_key_list {
    uint32_t count;
    tca_bytes *text; /* what the keys point into */
    const char *keys[];
};

static int by_text(const void *one, const void *other) {
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static tca_result check_keys(const tca_key_list *list, const char *prefix, size_t length,
                             tca_error *error) {
    for (uint32_t i = 0; i < list->count; i++) {
        const char *key = list->keys[i];
        bool fits = strlen(key) >= length && (length == 0 || memcmp(key, prefix, length) == 0);
        bool twice = i > 0 && strcmp(list->keys[i - 1], key) == 0;
        if (!fits || twice || !is_key(key, strlen(key))) {
            return tcai_fail(error, TCA_E_STORAGE, "storage: key %u of %u %s", (unsigned)i + 1,
                             (unsigned)list->count, twice ? "stands twice" : "was not asked for");
        }
    }
    return TCA_OK;
}

static tca_result make_list(const tca_reply *reply, tca_key_list **out, tca_error *error) {
    tcai_span body = tcai_reply_body(reply);
    tca_bytes *text = tcai_bytes_copy(body.data, body.length);
    tca_key_list *list = malloc(sizeof(*list) + reply->key_count * sizeof(list->keys[0]));
    if (text == NULL || list == NULL) {
        tca_bytes_unref(text);
        free(list);
        return tcai_fail_memory(error);
    }
    *list = (tca_key_list){.count = reply->key_count, .text = text};
    const char *at = (const char *)text->data;
    for (uint32_t i = 0; i < list->count; i++) {
        list->keys[i] = at;
        at += strlen(at) + 1;
    }
    qsort(list->keys, list->count, sizeof(list->keys[0]), by_text);
    *out = list;
    return TCA_OK;
}

tca_result tca_store_list(tca_store *store, const char *prefix, size_t prefix_length,
                          tca_key_list **out, tca_error *error) {
    tca_reply reply = {.kind = TCAI_REPLY_KEYS,
                       .max_bytes = TCA_STORAGE_KEYS_MAX * (TCA_STORAGE_KEY_MAX + 1u)};
    const char *wanted = prefix_length == 0 ? "" : prefix;
    tca_key_list *list = NULL;
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    tca_result result = check(store, prefix_length == 0 ? "any" : prefix,
                              prefix_length == 0 ? 3 : prefix_length, error);
    if (result == TCA_OK && out == NULL) {
        result = tcai_fail_null(error, "out");
    }
    if (result != TCA_OK) {
        return result;
    }
    enter(store);
    store->storage.list(store->storage.user, wanted, prefix_length, &reply);
    result = tcai_reply_conclude(&reply, "storage: list", TCA_E_STORAGE, error);
    leave(store);
    if (result == TCA_OK) {
        result = make_list(&reply, &list, error);
    }
    if (result == TCA_OK) {
        result = check_keys(list, wanted, prefix_length, error);
    }
    if (result == TCA_OK) {
        *out = list;
    } else {
        tca_key_list_unref(list);
    }
    tcai_reply_reset(&reply, TCAI_REPLY_KEYS, 0);
    return result;
}

uint32_t tca_key_list_count(const tca_key_list *keys) {
    return keys == NULL ? 0 : keys->count;
}

tca_result tca_key_list_get(const tca_key_list *keys, uint32_t index, const char **text,
                            size_t *length) {
    bool complete = keys != NULL && text != NULL && length != NULL;
    bool present = complete && index < keys->count;
    if (text != NULL) {
        *text = present ? keys->keys[index] : NULL;
    }
    if (length != NULL) {
        *length = present ? strlen(keys->keys[index]) : 0;
    }
    return !complete ? TCA_E_ARGUMENT : present ? TCA_OK : TCA_E_NOT_FOUND;
}

void tca_key_list_unref(tca_key_list *keys) {
    if (keys != NULL) {
        tca_bytes_unref(keys->text);
        free(keys);
    }
}

/* SPDX-License-Identifier: MIT */
/**
 * @file storage.h  Where a host keeps what must outlive the process.
 *
 * The library keeps small values under keys: every certificate body from the first time it was
 * seen, what a service said last and when, and how far registrations have come. Of these only the
 * bodies of certificates that the service has stopped serving, and certificates that it withholds,
 * are lost with the storage; the rest is worked out again from the services and the targets.
 *
 * A storage that several processes share is safe: a value is only ever replaced by
 * compare-and-swap.
 */
#ifndef TENANTCA_STORAGE_H
#define TENANTCA_STORAGE_H

#include "tenantca/error.h"
#include "tenantca/transport.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

#define TCA_STORAGE_KEY_MAX 200       /**< bytes of a key; letters, digits and . _ - / only */
#define TCA_STORAGE_VALUE_MAX 1048576 /**< bytes of a value */
#define TCA_STORAGE_VERSION_MAX 64    /**< bytes of a version */
#define TCA_STORAGE_KEYS_MAX 100000   /**< keys of one listing */

/* What a slot found: tca_reply_set_outcome(). */
#define TCA_OUTCOME_ABSENT 1u   /**< there is nothing under the key */
#define TCA_OUTCOME_CONFLICT 2u /**< what is there has another version than was expected */

/**
 * Keeps values under keys, each with a version: bytes that mean nothing to the library, differ
 * whenever the value was replaced, and are never empty. Slots answer at once.
 */
typedef struct tca_storage {
    uint32_t struct_size; /**< sizeof(tca_storage) */
    uint32_t flags;       /**< none yet: 0 */
    void *user;           /**< passed to the slots, not looked at */
    /** Give the value (tca_reply_append()) and its version (tca_reply_set_version()), or
     *  TCA_OUTCOME_ABSENT. */
    void (*load)(void *user, const char *key, size_t key_length, tca_reply *reply);
    /** Keep @p value under @p key, whole or not at all, if the version there is @p expected; with
     *  @p expected_length 0, if nothing is there. Give the new version, or TCA_OUTCOME_CONFLICT. */
    void (*swap)(void *user, const char *key, size_t key_length, const uint8_t *value,
                 size_t length, const uint8_t *expected, size_t expected_length, tca_reply *reply);
    /** Remove the value if its version is @p expected; else TCA_OUTCOME_CONFLICT, or
     *  TCA_OUTCOME_ABSENT. */
    void (*remove)(void *user, const char *key, size_t key_length, const uint8_t *expected,
                   size_t expected_length, tca_reply *reply);
    /** Give every key that begins with @p prefix (tca_reply_add_key()), in any order. */
    void (*list)(void *user, const char *prefix, size_t prefix_length, tca_reply *reply);
    void (*destroy)(void *user); /**< the library will not call again; may be NULL */
} tca_storage;

/** Of a storage: the version of the value. @param reply the reply @param version copied
 *  @param length in bytes, 1 to TCA_STORAGE_VERSION_MAX @return TCA_E_ARGUMENT, TCA_E_LIMIT,
 *  TCA_E_NO_MEMORY */
TCA_API tca_result tca_reply_set_version(tca_reply *reply, const uint8_t *version, size_t length);

/** Of a storage: the answer is no value but this. @param reply the reply @param outcome
 *  TCA_OUTCOME_* @return TCA_E_ARGUMENT, TCA_E_UNSUPPORTED */
TCA_API tca_result tca_reply_set_outcome(tca_reply *reply, uint32_t outcome);

/** Of a storage's list: one key. @param reply the reply @param key copied @param length in bytes
 *  @return TCA_E_ARGUMENT, TCA_E_LIMIT, TCA_E_NO_MEMORY */
TCA_API tca_result tca_reply_add_key(tca_reply *reply, const char *key, size_t length);

/**
 * A storage in memory, for tests and for hosts that keep nothing. Used by one thread at a time.
 *
 * @param out  [out] struct_size is the caller's. Given to tca_store_new(), or released by calling
 *             its `destroy` with its `user`
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_memory_storage(tca_storage *out);

/** A storage and its bounds; belongs to one thread at a time. Reference-counted. */
typedef struct tca_store tca_store;

/**
 * @param storage  copied; every slot but `destroy` is needed. Once this returns TCA_OK its
 * `destroy` will be called exactly once; on failure it is not
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED (flags), TCA_E_STRUCT_*
 */
TCA_API tca_result tca_store_new(const tca_storage *storage, tca_store **out, tca_error *error);

/** Take one more reference. @param store may be NULL. @param out [out] yours to release. */
TCA_API void tca_store_ref(tca_store *store, tca_store **out);

/** Release. Within a slot of its storage it is put off until the slot has returned. @param store
 *  may be NULL. */
TCA_API void tca_store_unref(tca_store *store);

/**
 * @param store       the store
 * @param key         1 to TCA_STORAGE_KEY_MAX bytes: letters, digits and . _ - /
 * @param key_length  in bytes
 * @param value       [out] yours to release
 * @param version     [out] yours to release: for tca_store_swap(). May be NULL
 * @param error       [out] may be NULL; names the key
 * @return TCA_E_ARGUMENT (also a key that cannot be one), TCA_E_NOT_FOUND, TCA_E_STORAGE (the
 *         storage failed), TCA_E_CALLBACK (no answer, or a value without a version), TCA_E_LIMIT,
 *         TCA_E_BUSY (from within a slot of its storage), TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_store_load(tca_store *store, const char *key, size_t key_length,
                                  tca_bytes **value, tca_bytes **version, tca_error *error);

/**
 * Keep a value if nobody else has replaced it meanwhile.
 *
 * @param store       the store
 * @param key         as above
 * @param key_length  in bytes
 * @param value       at most TCA_STORAGE_VALUE_MAX bytes; may be NULL when @p length is 0
 * @param length      in bytes
 * @param expected    the version that was loaded; NULL: nothing is there yet
 * @param version     [out] the new one, yours to release. May be NULL
 * @param error       [out] may be NULL; names the key
 * @return as tca_store_load(), TCA_E_CONFLICT instead of TCA_E_NOT_FOUND
 */
TCA_API tca_result tca_store_swap(tca_store *store, const char *key, size_t key_length,
                                  const uint8_t *value, size_t length, const tca_bytes *expected,
                                  tca_bytes **version, tca_error *error);

/** Remove a value whose version is @p expected. @return as tca_store_load(), TCA_E_CONFLICT */
TCA_API tca_result tca_store_remove(tca_store *store, const char *key, size_t key_length,
                                    const tca_bytes *expected, tca_error *error);

/** The keys of a store, sorted: immutable. */
typedef struct tca_key_list tca_key_list;

/**
 * @param store          the store
 * @param prefix         may be NULL when @p prefix_length is 0: every key
 * @param prefix_length  in bytes
 * @param out            [out] yours to release
 * @param error          [out] may be NULL
 * @return as tca_store_load(), without TCA_E_NOT_FOUND
 */
TCA_API tca_result tca_store_list(tca_store *store, const char *prefix, size_t prefix_length,
                                  tca_key_list **out, tca_error *error);

/** @param keys may be NULL. @return how many. */
TCA_API uint32_t tca_key_list_count(const tca_key_list *keys);

/** @param keys the list @param index from 0 @param text [out] borrowed @param length [out] in bytes
 *  @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND */
TCA_API tca_result tca_key_list_get(const tca_key_list *keys, uint32_t index, const char **text,
                                    size_t *length);

/** Release. @param keys may be NULL. */
TCA_API void tca_key_list_unref(tca_key_list *keys);

TCA_END_DECLS

#endif

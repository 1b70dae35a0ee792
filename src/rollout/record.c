/* SPDX-License-Identifier: MIT */
/* What is remembered of a tenant between runs, and where it is kept. */
#include "rollout/record.h"

#include <stdio.h>
#include <stdlib.h>

#include "rollout/record_document.h"

/* ---- keys ---- */

typedef struct storage_key {
    char text[TCA_STORAGE_KEY_MAX + 1];
    size_t length;
} storage_key;

static storage_key key_of(const char *name, const char *kind, const char *number) {
    storage_key made;
    int length =
        snprintf(made.text, sizeof(made.text), "%.*s/%s%s", TCAI_NAME_MAX, name, kind, number);
    made.length = length < 0 ? 0 : (size_t)length;
    return made;
}

static storage_key view_key(const char *name) {
    return key_of(name, "view", "");
}

static storage_key body_key(const char *name, const char *sha256) {
    return key_of(name, "certificate/", sha256);
}

/* ---- bodies ---- */

static tca_result compare_digest(const tca_certificate *certificate, const char *sha256,
                                 bool *same) {
    const char *own = NULL;
    size_t length;
    tca_result result = tca_certificate_thumbprint_sha256(certificate, &own, &length);
    *same = result == TCA_OK && strcmp(own, sha256) == 0;
    return result;
}

tca_result tcai_record_body(tca_store *store, const char *name, const char *sha256,
                            tca_certificate **out, tca_error *error) {
    storage_key key = body_key(name, sha256);
    tca_bytes *der = NULL;
    *out = NULL;
    tca_result result = tca_store_load(store, key.text, key.length, &der, NULL, error);
    if (result == TCA_E_NOT_FOUND || result == TCA_E_LIMIT) {
        tcai_error_clear(error);
        return TCA_OK;
    }
    if (result != TCA_OK) {
        return result;
    }
    tca_certificate *body = NULL;
    bool same = false;
    tcai_limits limits = tcai_limits_of(0, 0, 0);
    result = tcai_certificate_from_der((tcai_span){der->data, der->length}, &limits, &body, error);
    tca_bytes_unref(der);
    if (result == TCA_OK) {
        result = compare_digest(body, sha256, &same);
    }
    if (result == TCA_E_NO_MEMORY) {
        tca_certificate_unref(body);
        return tcai_fail_memory(error);
    }
    /* What is broken is as good as lost: the service is asked for it again. */
    tcai_error_clear(error);
    if (same) {
        *out = body;
    } else {
        tca_certificate_unref(body);
    }
    return TCA_OK;
}

/* Something is there already: the same, or what once was it and has to be replaced. */
static tca_result replace_body(tca_store *store, const storage_key *key, tcai_span der,
                               tca_error *error) {
    tca_bytes *held = NULL;
    tca_bytes *version = NULL;
    tca_result result = tca_store_load(store, key->text, key->length, &held, &version, error);
    if (result == TCA_OK && !tcai_span_equal((tcai_span){held->data, held->length}, der)) {
        result = tca_store_swap(store, key->text, key->length, der.data, der.length, version, NULL,
                                error);
    }
    tca_bytes_unref(held);
    tca_bytes_unref(version);
    return result;
}

tca_result tcai_record_archive(tca_store *store, const char *name,
                               const tca_certificate *certificate, tca_error *error) {
    const char *sha256;
    size_t length;
    tcai_span der = certificate->x509.der;
    if (tca_certificate_thumbprint_sha256(certificate, &sha256, &length) != TCA_OK) {
        return tcai_fail_memory(error);
    }
    storage_key key = body_key(name, sha256);
    tca_result result =
        tca_store_swap(store, key.text, key.length, der.data, der.length, NULL, NULL, error);
    return result == TCA_E_CONFLICT ? replace_body(store, &key, der, error) : result;
}

/* ---- the record ---- */

tca_result tcai_record_load(tca_store *store, const char *name, tcai_record *record,
                            tca_bytes **version, tca_error *error) {
    storage_key key = view_key(name);
    tca_bytes *document = NULL;
    *record = (tcai_record){0};
    *version = NULL;
    tca_result result = tca_store_load(store, key.text, key.length, &document, version, error);
    if (result != TCA_OK) {
        if (result == TCA_E_NOT_FOUND) {
            tcai_error_clear(error);
            result = TCA_OK;
        }
        return result;
    }
    result =
        tcai_record_read((tcai_span){document->data, document->length}, store, name, record, error);
    tca_bytes_unref(document);
    if (result == TCA_E_MALFORMED || result == TCA_E_UNSUPPORTED) {
        tcai_error_prefix(error, "%s: ", key.text);
    }
    /* Without its version nobody replaces it. */
    if (result != TCA_OK && result != TCA_E_MALFORMED) {
        tca_bytes_unref(*version);
        *version = NULL;
    }
    return result;
}

tca_result tcai_record_save(tca_store *store, const char *name, const tcai_record *record,
                            const tca_bytes *expected, tca_error *error) {
    storage_key key = view_key(name);
    tca_bytes *document = tcai_record_write(record);
    if (document == NULL) {
        return tcai_fail_memory(error);
    }
    tca_result result = tca_store_swap(store, key.text, key.length, document->data,
                                       document->length, expected, NULL, error);
    tca_bytes_unref(document);
    return result;
}

void tcai_record_release(tcai_record *record) {
    for (size_t i = 0; i < record->target_count; i++) {
        free(record->targets[i].registrations);
    }
    free(record->targets);
    free(record->certificates);
    tca_inventory_unref(record->inventory);
    *record = (tcai_record){0};
}

/* ---- questions ---- */

const tcai_record_certificate *tcai_record_find(const tcai_record *record, const char *thumbprint) {
    for (size_t i = 0; i < record->certificate_count; i++) {
        if (strcmp(record->certificates[i].thumbprint, thumbprint) == 0) {
            return &record->certificates[i];
        }
    }
    return NULL;
}

const tcai_record_registration *tcai_record_find_registration(const tcai_record_target *target,
                                                              const char *thumbprint) {
    for (size_t i = 0; target != NULL && i < target->count; i++) {
        if (strcmp(target->registrations[i].thumbprint, thumbprint) == 0) {
            return &target->registrations[i];
        }
    }
    return NULL;
}

const tcai_record_target *tcai_record_find_target(const tcai_record *record, const char *name) {
    for (size_t i = 0; i < record->target_count; i++) {
        if (strcmp(record->targets[i].name, name) == 0) {
            return &record->targets[i];
        }
    }
    return NULL;
}

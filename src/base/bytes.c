/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

tca_bytes *tcai_bytes_new(size_t length) {
    if (length >= SIZE_MAX - sizeof(tca_bytes)) {
        return NULL;
    }
    tca_bytes *bytes = malloc(sizeof(*bytes) + length + 1);
    if (bytes != NULL) {
        atomic_init(&bytes->references, 1);
        bytes->length = length;
        bytes->data[length] = '\0';
    }
    return bytes;
}

tca_bytes *tcai_bytes_copy(const void *data, size_t length) {
    tca_bytes *bytes = tcai_bytes_new(length);
    if (bytes != NULL && length > 0) {
        memcpy(bytes->data, data, length);
    }
    return bytes;
}

tca_bytes *tcai_bytes_publish(_Atomic(tca_bytes *) *slot, tca_bytes *made) {
    tca_bytes *kept = NULL;
    if (atomic_compare_exchange_strong_explicit(slot, &kept, made, memory_order_acq_rel,
                                                memory_order_acquire)) {
        return made;
    }
    tca_bytes_unref(made);
    return kept;
}

void tca_bytes_view(const tca_bytes *bytes, const uint8_t **data, size_t *length) {
    if (data != NULL) {
        *data = bytes == NULL ? NULL : bytes->data;
    }
    if (length != NULL) {
        *length = bytes == NULL ? 0 : bytes->length;
    }
}

void tca_bytes_unref(tca_bytes *bytes) {
    if (bytes != NULL && tcai_dereference(&bytes->references)) {
        free(bytes);
    }
}

bool tcai_grow(void *array, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity) {
        return true;
    }
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    if (wanted <= *capacity || wanted > SIZE_MAX / size) {
        return false;
    }
    /* `array` is a T **: its value is read and written as bytes, since T is not known here. */
    void *held = NULL;
    memcpy(&held, array, sizeof(held));
    void *grown = realloc(held, wanted * size);
    if (grown == NULL) {
        return false;
    }
    memcpy(array, &grown, sizeof(grown));
    *capacity = wanted;
    return true;
}

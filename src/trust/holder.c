/* SPDX-License-Identifier: MIT */
/* The set in use: a split reference count. One word says which slot is current and how often it was
 * acquired; adding to it is all it takes to be sure of the slot. The slot's own count says how many
 * of those have got their set out of it. A slot that is current no more is free again when the two
 * are even. */
#include <stdlib.h>

#include "trust/trust.h"

#define SLOTS 64u

#define SLOT_SHIFT 48
#define COUNT_MASK ((UINT64_C(1) << SLOT_SHIFT) - 1)

/* The word's count is moved to the slot's long before it could overflow. */
#ifndef FOLD
#define FOLD (UINT64_C(1) << 20)
#endif

/* What a current slot's balance lies above: so that it is 0 only when all is even. */
#define CURRENT (INT64_C(1) << 62)

typedef struct holder_slot {
    _Atomic int64_t balance; /* acquired, as far as known, less got out */
    tca_trust_set *set;
    _Atomic uint32_t used;
} holder_slot;

struct tca_trust_holder {
    _Atomic uint64_t word; /* slot << 48 | how often acquired */
    holder_slot slots[SLOTS];
};

static void settle(holder_slot *slot, int64_t change) {
    if (atomic_fetch_add_explicit(&slot->balance, change, memory_order_acq_rel) + change == 0) {
        tca_trust_set_unref(slot->set);
        slot->set = NULL;
        atomic_store_explicit(&slot->used, 0, memory_order_release);
    }
}

static holder_slot *take_slot(tca_trust_holder *holder, const tca_trust_set *set,
                              uint32_t *number) {
    for (uint32_t i = 0; i < SLOTS; i++) {
        holder_slot *slot = &holder->slots[i];
        uint32_t none = 0;
        if (atomic_compare_exchange_strong_explicit(&slot->used, &none, 1, memory_order_acq_rel,
                                                    memory_order_relaxed)) {
            tca_trust_set_ref(set, &slot->set);
            atomic_store_explicit(&slot->balance, CURRENT, memory_order_relaxed);
            *number = i;
            return slot;
        }
    }
    return NULL;
}

tca_result tca_trust_holder_new(const tca_trust_set *set, tca_trust_holder **out,
                                tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (set == NULL || out == NULL) {
        return tcai_fail_null(error, set == NULL ? "set" : "out");
    }
    tca_trust_holder *holder = calloc(1, sizeof(*holder));
    if (holder == NULL) {
        return tcai_fail_memory(error);
    }
    uint32_t number = 0;
    (void)take_slot(holder, set, &number);
    atomic_init(&holder->word, (uint64_t)number << SLOT_SHIFT);
    *out = holder;
    return TCA_OK;
}

/* Whoever is between acquiring and getting out keeps the slot from being freed meanwhile. */
static void fold(tca_trust_holder *holder, holder_slot *slot, uint64_t word) {
    int64_t count = (int64_t)(word & COUNT_MASK);
    settle(slot, count);
    if (!atomic_compare_exchange_strong_explicit(&holder->word, &word, word & ~COUNT_MASK,
                                                 memory_order_acq_rel, memory_order_relaxed)) {
        settle(slot, -count);
    }
}

tca_result tca_trust_holder_acquire(tca_trust_holder *holder, tca_trust_set **out) {
    if (out != NULL) {
        *out = NULL;
    }
    if (holder == NULL || out == NULL) {
        return TCA_E_ARGUMENT;
    }
    uint64_t word = atomic_fetch_add_explicit(&holder->word, 1, memory_order_acq_rel) + 1;
    holder_slot *slot = &holder->slots[word >> SLOT_SHIFT];
    tca_trust_set_ref(slot->set, out);
    if ((word & COUNT_MASK) >= FOLD) {
        fold(holder, slot, word);
    }
    settle(slot, -1);
    return TCA_OK;
}

tca_result tca_trust_holder_swap(tca_trust_holder *holder, const tca_trust_set *set,
                                 tca_error *error) {
    tcai_error_clear(error);
    if (holder == NULL || set == NULL) {
        return tcai_fail_null(error, holder == NULL ? "holder" : "set");
    }
    uint32_t number;
    if (take_slot(holder, set, &number) == NULL) {
        return tcai_fail(error, TCA_E_BUSY, "holder: %u sets are just being acquired", SLOTS);
    }
    uint64_t word = atomic_exchange_explicit(&holder->word, (uint64_t)number << SLOT_SHIFT,
                                             memory_order_acq_rel);
    settle(&holder->slots[word >> SLOT_SHIFT], (int64_t)(word & COUNT_MASK) - CURRENT);
    return TCA_OK;
}

void tca_trust_holder_unref(tca_trust_holder *holder) {
    if (holder == NULL) {
        return;
    }
    for (uint32_t i = 0; i < SLOTS; i++) {
        tca_trust_set_unref(holder->slots[i].set);
    }
    free(holder);
}

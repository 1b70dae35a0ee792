/* SPDX-License-Identifier: MIT */
/* What the operations of this room end in. */
#include "sphere/sphere.h"

static void release_inventory(void *inventory) {
    tca_inventory_unref(inventory);
}

static void release_certificate(void *certificate) {
    tca_certificate_unref(certificate);
}

static void release_chain(void *chain) {
    tca_certificate_list_unref(chain);
}

static void release_bytes(void *bytes) {
    tca_bytes_unref(bytes);
}

void tcai_sphere_give_inventory(tca_call *call, tca_inventory *inventory) {
    tcai_call_give(call, TCAI_RESULT_INVENTORY, inventory, release_inventory);
    tcai_call_finish(call);
}

void tcai_sphere_give_certificate(tca_call *call, tca_certificate *certificate) {
    tcai_call_give(call, TCAI_RESULT_CERTIFICATE, certificate, release_certificate);
    tcai_call_finish(call);
}

void tcai_sphere_give_chain(tca_call *call, tca_certificate_list *chain, tca_bytes *p7b) {
    tcai_call_give(call, TCAI_RESULT_CHAIN, chain, release_chain);
    tcai_call_give(call, TCAI_RESULT_P7B, p7b, release_bytes);
    tcai_call_finish(call);
}

tca_result tca_call_take_inventory(tca_call *call, tca_inventory **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = tcai_call_take(call, TCAI_RESULT_INVENTORY);
    return tcai_call_taken(call, *out);
}

tca_result tca_call_take_certificate(tca_call *call, tca_certificate **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = tcai_call_take(call, TCAI_RESULT_CERTIFICATE);
    return tcai_call_taken(call, *out);
}

tca_result tca_call_take_chain(tca_call *call, tca_certificate_list **out, tca_bytes **p7b) {
    if (p7b != NULL) {
        *p7b = NULL;
    }
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = tcai_call_take(call, TCAI_RESULT_CHAIN);
    if (*out != NULL && p7b != NULL) {
        *p7b = tcai_call_take(call, TCAI_RESULT_P7B);
    }
    return tcai_call_taken(call, *out);
}

/* SPDX-License-Identifier: MIT */
/* The digest of what a set trusts: of the digests, in order, of every tenant and every anchor. */
#include <stdlib.h>

#include "trust/trust.h"

/* Changes when another policy would give another verdict on the same certificates. */
#define POLICY "tenantca trust 1\n"

static void append_number(tcai_text *text, uint64_t number) {
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(number >> (8 * i));
    }
    tcai_text_append(text, bytes, sizeof(bytes));
}

static void append_span(tcai_text *text, tcai_span span) {
    append_number(text, span.length);
    tcai_text_append(text, span.data, span.length);
}

static void append_tenant(tcai_text *text, const tca_trust_set *set, uint32_t tenant) {
    tcai_text_append(text, set->tenants[tenant], TCAI_GUID_LENGTH);
}

/* All of it that a verdict depends on. Its phase is none of it; what it may sign follows from the
 * certificate, which the thumbprint stands for. */
static void append_anchor(tcai_text *text, const tca_trust_set *set, const tcai_anchor *anchor) {
    append_tenant(text, set, anchor->tenant);
    append_number(text, (uint64_t)anchor->not_before);
    append_number(text, (uint64_t)anchor->not_after);
    append_number(text, anchor->status == TCA_STATUS_REVOKED);
    append_span(text, anchor->subject);
    append_span(text, anchor->public_key);
    append_span(text, anchor->subject_key_id);
    tcai_text_append(text, anchor->thumbprint, sizeof(anchor->thumbprint) - 1);
}

/* Write the digest of what `text` holds to *digest, and empty it for the next. */
static tca_result digest_text(tcai_text *text, uint8_t digest[TCAI_SHA256_SIZE]) {
    tca_result result = text->failed
                            ? TCA_E_NO_MEMORY
                            : tcai_sha256((tcai_span){(uint8_t *)text->data, text->length}, digest);
    text->length = 0;
    return result;
}

tca_result tcai_trust_content(tca_trust_set *set, tca_error *error) {
    size_t count = (size_t)set->tenant_count + set->anchor_count;
    uint8_t(*digests)[TCAI_SHA256_SIZE] = malloc((count + 1) * sizeof(*digests));
    tcai_text text = {0};
    tca_result result = digests == NULL ? TCA_E_NO_MEMORY : TCA_OK;
    for (uint32_t i = 0; result == TCA_OK && i < set->tenant_count; i++) {
        append_tenant(&text, set, i);
        result = digest_text(&text, digests[i]);
    }
    for (uint32_t i = 0; result == TCA_OK && i < set->anchor_count; i++) {
        append_anchor(&text, set, &set->anchors[i]);
        result = digest_text(&text, digests[set->tenant_count + i]);
    }
    if (result == TCA_OK) {
        tcai_text_append(&text, POLICY, sizeof(POLICY) - 1);
        append_number(&text, set->tenant_count);
        tcai_text_append(&text, digests, count * sizeof(*digests));
        result = digest_text(&text, set->content);
    }
    tcai_text_release(&text);
    free(digests);
    return result == TCA_OK ? TCA_OK : tcai_fail_memory(error);
}

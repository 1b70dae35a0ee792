/* SPDX-License-Identifier: MIT */
#include "service.h"

#include "utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

tenant *service_tenant(engine *e, const char *id) {
    for (size_t i = 0; i < e->tenant_count; i++) {
        if (same_word(e->tenants[i].id, id)) {
            return &e->tenants[i];
        }
    }
    return NULL;
}

static const tenant_certificate *shown(const engine *e, const tenant *t, size_t index) {
    return e->show_stranger ? &e->stranger.certificates[e->stranger.active]
                            : &t->certificates[index];
}

json_t *json_base64(der_view bytes) {
    char *const text = base64_text(bytes);
    json_t *const json = text != NULL ? json_string(text) : NULL;
    free(text);
    return json;
}

json_t *service_certificate(const engine *e, const tenant *t, size_t index) {
    return json_base64(der_seen(&shown(e, t, index)->ca->certificate));
}

json_t *service_chain(const engine *e, const tenant *t, size_t index) {
    const tenant_certificate *const c = shown(e, t, index);
    const issued *const chain[] = {c->root, c->policy_ca, c->ca};
    der p7b = {0};
    json_t *const json = issuer_chain_p7b(chain, 3, &p7b) == 0 ? json_base64(der_seen(&p7b)) : NULL;
    der_free(&p7b);
    return json;
}

json_t *service_proof(const engine *e, const tenant *t, size_t index, const char *code) {
    issued *proof = NULL;
    /* A fresh key for each: the count of requests makes the difference. */
    const uint64_t seed = e->authorities.seed + e->request_count;
    if (issuer_proof(seed, shown(e, t, index)->ca, code, e->now, &proof) != 0) {
        return NULL;
    }
    json_t *const json = json_base64(der_seen(&proof->certificate));
    issued_free(proof);
    return json;
}

int service_code_fits(const char *code) {
    const size_t length = strlen(code);
    return length > 0 && length <= PROOF_CODE_MAX;
}

const char *service_instance(const request *r, const char *word, size_t *rest) {
    const int is_named = request_has(r, 0, &word, 1) && r->segment_count > 1;
    *rest = is_named ? 2 : 0;
    return is_named ? r->segments[1] : "simulated";
}

der_view service_shown(const engine *e, der_view own) {
    const tenant *const t = &e->stranger;
    return e->show_stranger ? der_seen(&t->certificates[t->active].ca->certificate) : own;
}

void service_request_id(const engine *e, char out[REQUEST_ID_SIZE]) {
    snprintf(out, REQUEST_ID_SIZE, "00000000-0000-4000-8000-%012llx",
             (unsigned long long)(e->request_count & 0xFFFFFFFFFFFFu));
}

json_t *json_cosmos_etag(uint64_t change, int64_t time) {
    char text[64];
    const int length =
        snprintf(text, sizeof text, "\"%08x-0000-0700-0000-%08x0000\"",
                 (unsigned)(change & 0xFFFFFFFFu), (unsigned)((uint64_t)time & 0xFFFFFFFFu));
    const der_view tag = {(const uint8_t *)text, (size_t)length};
    return json_base64(tag);
}

json_t *json_http_moment(int64_t time) {
    char text[UTC_HTTP_SIZE];
    utc_format_http(time, text);
    return json_string(text);
}

json_t *json_moment(int64_t time) {
    char text[UTC_TEXT_SIZE];
    utc_format(time, text);
    return json_string(text);
}

json_t *json_thumbprint(const issued *certificate) {
    char text[THUMBPRINT_SIZE];
    return issued_thumbprint(certificate, text) == 0 ? json_string(text) : NULL;
}

json_t *json_serial(const issued *certificate) {
    char *const text = issued_serial_hex(certificate);
    json_t *const json = text != NULL ? json_string(text) : NULL;
    free(text);
    return json;
}

/* SPDX-License-Identifier: MIT */
/* Files that hold several certificates, in every encoding; the services' list documents. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CATALOG                                                                                    \
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/MyResourceGroup1"          \
    "/providers/Microsoft.AzureSphere/catalogs/" VECTOR_TENANT

typedef enum service_word { ACTIVE, INACTIVE, REVOKED } service_word;

static void append(der *out, const char *text) {
    der_raw(out, text, strlen(text));
}

static void append_owned(der *out, char *text) {
    require(text != NULL, "memory");
    append(out, text);
    free(text);
}

static void put_owned(vectors *v, const char *name, char *text, const char *why) {
    require(text != NULL, "memory");
    put_text(v, name, text, ACCEPT, why);
    free(text);
}

/* ---- PKCS#7 ---- */

static void put_chains(vectors *v) {
    const issued *const chain[] = {v->root, v->policy_2022, v->a};
    const issued *const shuffled[] = {v->b, v->root, v->a, v->policy_2022};
    der out = {0};
    require(issuer_chain_p7b(chain, 3, &out) == 0, "chain");
    put(v, "chain.p7b", der_seen(&out), ACCEPT, "root, policy CA 2022, A");
    put_owned(v, "chain.p7b.pem", pem_text("PKCS7", der_seen(&out)), "chain.p7b in PEM");
    put_owned(v, "chain.p7b.b64", base64_text(der_seen(&out)), "chain.p7b in base64, one line");
    der_free(&out);
    require(issuer_chain_p7b(shuffled, 4, &out) == 0, "shuffled chain");
    put(v, "chain-shuffled.p7b", der_seen(&out), ACCEPT, "B, root, A, policy CA 2022");
    der_free(&out);
}

/* ---- PEM and base64 ---- */

static void append_crlf(der *out, der_view text) {
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\n') {
            append(out, "\r");
        }
        der_raw(out, text.data + i, 1);
    }
}

static void put_bundles(vectors *v) {
    der bundle = {0};
    der other = {0};
    append(&bundle, "subject=Microsoft Azure Sphere, the retiring one\n");
    append_owned(&bundle, issued_pem(v->a));
    append(&bundle, "\nText between -- and not a certificate:\n----- BEGIN\n\n");
    append_owned(&bundle, issued_pem(v->b));
    append(&bundle, "text after\n");
    put(v, "bundle.pem", der_seen(&bundle), ACCEPT, "A and B with text around and between");
    append_crlf(&other, der_seen(&bundle));
    put(v, "bundle-crlf.pem", der_seen(&other), ACCEPT, "bundle.pem with CR LF");
    der_free(&other);
    append(&other, "\xEF\xBB\xBF");
    append_owned(&other, issued_pem(v->a));
    put(v, "tenant-ca-a-bom.cer", der_seen(&other), ACCEPT,
        "A in PEM after a byte order mark, named as if it were DER");
    der_free(&other);
    char *const text = base64_text(der_seen(&v->a->certificate));
    require(text != NULL, "memory");
    put_text(v, "tenant-ca-a.b64", text, ACCEPT, "A in base64, one line");
    append(&other, "\"");
    append(&other, text);
    append(&other, "\"");
    put(v, "tenant-ca-a.b64.json", der_seen(&other), ACCEPT, "A as a JSON string of base64");
    der_free(&other);
    der_free(&bundle);
    free(text);
}

/* ---- list documents ---- */

static void legacy_entry(der *out, const issued *certificate, service_word word, int body) {
    char thumbprint[THUMBPRINT_SIZE];
    require(issued_thumbprint(certificate, thumbprint) == 0, "thumbprint");
    append(out, "{\"Certificate\":");
    append(out, body ? "\"" : "null");
    if (body) {
        append_owned(out, base64_text(der_seen(&certificate->certificate)));
        append(out, "\"");
    }
    append(out, word == ACTIVE ? ",\"IsActive\":true" : ",\"IsActive\":false");
    append(out, word == REVOKED ? ",\"IsRevoked\":true" : ",\"IsRevoked\":false");
    append(out, ",\"Thumbprint\":\"");
    append(out, thumbprint);
    append(out, "\"}");
}

static void put_legacy(vectors *v) {
    der out = {0};
    append(&out, "[");
    legacy_entry(&out, v->a, INACTIVE, 0);
    append(&out, ",");
    legacy_entry(&out, v->b, ACTIVE, 1);
    append(&out, ",");
    legacy_entry(&out, v->c, INACTIVE, 1);
    append(&out, "]");
    put(v, "legacy-list.json", der_seen(&out), ACCEPT,
        "A inactive, expired, without body; B active; C inactive (new)");
    der_free(&out);
    append(&out, "[");
    legacy_entry(&out, v->a, ACTIVE, 1);
    append(&out, ",");
    legacy_entry(&out, v->b, INACTIVE, 1);
    append(&out, "]");
    put(v, "legacy-list-act.json", der_seen(&out), ACCEPT, "A active, B inactive (new)");
    der_free(&out);
}

static void append_moment(der *out, int64_t seconds) {
    char text[UTC_TEXT_SIZE];
    utc_format(seconds, text);
    append(out, text);
}

static void integrated_entry(der *out, const issued *certificate, service_word word) {
    static const char *const words[] = {"Active", "Inactive", "Revoked"};
    char thumbprint[THUMBPRINT_SIZE];
    require(issued_thumbprint(certificate, thumbprint) == 0, "thumbprint");
    append(out, "{\"id\":\"" CATALOG "/certificates/");
    append_owned(out, issued_serial_hex(certificate));
    append(out, "\",\"name\":\"");
    append_owned(out, issued_serial_hex(certificate));
    append(out, "\",\"type\":\"Microsoft.AzureSphere/catalogs/certificates\",\"properties\":{"
                "\"certificate\":\"");
    append_owned(out, base64_text(der_seen(&certificate->certificate)));
    append(out, "\",\"status\":\"");
    append(out, words[word]);
    append(out, "\",\"subject\":\"CN=Microsoft Azure Sphere " VECTOR_TENANT
                ", O=Microsoft Corporation, L=Redmond, S=Washington, C=US\",\"thumbprint\":\"");
    append(out, thumbprint);
    append(out, "\",\"expiryUtc\":\"");
    append_moment(out, certificate->not_after);
    append(out, "\",\"notBeforeUtc\":\"");
    append_moment(out, certificate->not_before);
    append(out, "\",\"provisioningState\":\"Succeeded\"}}");
}

static void put_integrated(vectors *v) {
    der out = {0};
    append(&out, "{\"value\":[");
    integrated_entry(&out, v->a, ACTIVE);
    append(&out, ",");
    integrated_entry(&out, v->b, INACTIVE);
    append(&out, "]}");
    put(v, "integrated-list.json", der_seen(&out), ACCEPT, "A active, B inactive (new)");
    der_free(&out);
    append(&out, "{\"value\":[");
    integrated_entry(&out, v->a, ACTIVE);
    append(&out, "],\"nextLink\":\"https://management.azure.com" CATALOG
                 "/certificates?api-version=2024-04-01&$skiptoken=1\"}");
    put(v, "integrated-page-1.json", der_seen(&out), ACCEPT, "A, and where the next page is");
    der_free(&out);
    append(&out, "{\"value\":[");
    integrated_entry(&out, v->b, INACTIVE);
    append(&out, "],\"nextLink\":null}");
    put(v, "integrated-page-2.json", der_seen(&out), ACCEPT, "B, the last page");
    der_free(&out);
}

void put_documents(vectors *v) {
    put_chains(v);
    put_bundles(v);
    put_legacy(v);
    put_integrated(v);
}

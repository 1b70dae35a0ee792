/* SPDX-License-Identifier: MIT */
/* Which tenant on which service, and the URLs of what it has.
 * Legacy: Azure Sphere Public API v2, "Tenants". Integrated: Microsoft.AzureSphere, 2024-04-01. */
#include <stdlib.h>
#include <string.h>

#include "sphere/sphere.h"

#define API_VERSION "?api-version=2024-04-01"
#define NAME_MAX_LENGTH 90 /* of a resource group, the longest of the names */

static tcai_span span_of(const char *text, size_t length) {
    return (tcai_span){(const uint8_t *)text, text == NULL ? 0 : length};
}

/* Names go into the path percent-encoded; what no such name can hold is refused beforehand. */
static tca_result append_name(tcai_text *url, const char *what, tcai_span name, tca_error *error) {
    bool dots = name.length > 0 && name.data[0] == '.' &&
                (name.length == 1 || (name.length == 2 && name.data[1] == '.'));
    if (name.length == 0 || name.length > NAME_MAX_LENGTH || dots || !tcai_utf8_valid(name)) {
        return tcai_fail(error, TCA_E_ARGUMENT, "%s: missing, or not a name", what);
    }
    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] < ' ' || name.data[i] == 0x7F || name.data[i] == '/' ||
            name.data[i] == '\\') {
            return tcai_fail(error, TCA_E_ARGUMENT, "%s: holds what no name can", what);
        }
    }
    tcai_url_append_encoded(url, name);
    return TCA_OK;
}

static tca_result take_tenant(tca_sphere *sphere, const tca_sphere_options *options,
                              tca_error *error) {
    if (options->tenant == NULL) {
        return sphere->kind == TCA_SPHERE_LEGACY
                   ? tcai_fail(error, TCA_E_ARGUMENT, "tenant: missing")
                   : TCA_OK;
    }
    return tcai_guid_parse(options->tenant, options->tenant_length, sphere->tenant)
               ? TCA_OK
               : tcai_fail(error, TCA_E_ARGUMENT, "tenant: not a GUID");
}

static tca_result append_catalog(tcai_text *url, const tca_sphere_options *options,
                                 tca_error *error) {
    tcai_text_append_string(url, "/subscriptions/");
    tca_result result = append_name(
        url, "subscription", span_of(options->subscription, options->subscription_length), error);
    if (result == TCA_OK) {
        tcai_text_append_string(url, "/resourceGroups/");
        result =
            append_name(url, "resource group",
                        span_of(options->resource_group, options->resource_group_length), error);
    }
    if (result == TCA_OK) {
        tcai_text_append_string(url, "/providers/Microsoft.AzureSphere/catalogs/");
        result =
            append_name(url, "catalog", span_of(options->catalog, options->catalog_length), error);
    }
    return result;
}

static tca_result make_base(tca_sphere *sphere, const tca_sphere_options *options,
                            tca_error *error) {
    bool legacy = sphere->kind == TCA_SPHERE_LEGACY;
    tcai_span endpoint = options->endpoint != NULL
                             ? span_of(options->endpoint, options->endpoint_length)
                         : legacy ? TCAI_SPAN("https://prod.core.sphere.azure.net")
                                  : TCAI_SPAN("https://management.azure.com");
    tca_bytes *checked = NULL;
    tca_result result = tcai_endpoint_check(endpoint, &checked, error);
    if (result != TCA_OK) {
        return result;
    }
    tcai_text url = {0};
    tcai_text_append(&url, checked->data, checked->length);
    tca_bytes_unref(checked);
    if (legacy) {
        tcai_text_append_string(&url, "/v2/tenants/");
        tcai_text_append_string(&url, sphere->tenant);
    } else {
        result = append_catalog(&url, options, error);
    }
    sphere->base = tcai_text_finish(&url);
    return result == TCA_OK && sphere->base == NULL ? tcai_fail_memory(error) : result;
}

static tca_result import_options(const tca_sphere_options *options, tca_sphere_options *known,
                                 tca_error *error) {
    size_t all = TCAI_END_OF(tca_sphere_options, catalog_length);
    tca_result result =
        tcai_import(known, sizeof(*known), all, all, options, "tca_sphere_options", error);
    if (result == TCA_OK && known->kind != TCA_SPHERE_LEGACY &&
        known->kind != TCA_SPHERE_INTEGRATED) {
        result = tcai_fail(error, TCA_E_UNSUPPORTED, "kind: neither legacy nor integrated");
    }
    return result;
}

tca_result tca_sphere_new(const tca_sphere_options *options, tca_sphere **out, tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (options == NULL || out == NULL) {
        return tcai_fail_null(error, options == NULL ? "options" : "out");
    }
    tca_sphere_options known;
    tca_result result = import_options(options, &known, error);
    if (result != TCA_OK) {
        return result;
    }
    tca_sphere *sphere = calloc(1, sizeof(*sphere));
    if (sphere == NULL) {
        return tcai_fail_memory(error);
    }
    atomic_init(&sphere->references, 1);
    sphere->kind = known.kind;
    result = take_tenant(sphere, &known, error);
    if (result == TCA_OK) {
        result = make_base(sphere, &known, error);
    }
    if (result != TCA_OK) {
        tca_sphere_unref(sphere);
        return result;
    }
    *out = sphere;
    return TCA_OK;
}

void tca_sphere_ref(const tca_sphere *sphere, tca_sphere **out) {
    if (out == NULL) {
        return;
    }
    *out = (tca_sphere *)sphere;
    if (sphere != NULL) {
        tcai_reference(&(*out)->references);
    }
}

void tca_sphere_unref(tca_sphere *sphere) {
    if (sphere != NULL && tcai_dereference(&sphere->references)) {
        tca_bytes_unref(sphere->base);
        free(sphere);
    }
}

/* ---- URLs ---- */

const char *tcai_sphere_audience(const tca_sphere *sphere) {
    return sphere->kind == TCA_SPHERE_LEGACY ? "https://firstparty.sphere.azure.net/api"
                                             : "https://management.azure.com";
}

tca_bytes *tcai_sphere_list_url(const tca_sphere *sphere) {
    tcai_text url = {0};
    tcai_text_append(&url, sphere->base->data, sphere->base->length);
    tcai_text_append_string(&url, "/certificates");
    if (sphere->kind == TCA_SPHERE_INTEGRATED) {
        tcai_text_append_string(&url, API_VERSION);
    }
    return tcai_text_finish(&url);
}

static void append_legacy_part(tcai_text *url, tcai_sphere_part part, tcai_span number,
                               tcai_span code) {
    static const char *const paths[] = {"/cert", "/certchain", "/verification/"};
    tcai_text_append_string(url, paths[part]);
    if (part == TCAI_SPHERE_PROOF) {
        tcai_url_append_encoded(url, code);
    }
    tcai_text_append_string(url, "?thumbprint=");
    tcai_url_append_encoded(url, number);
}

static void append_integrated_part(tcai_text *url, tcai_sphere_part part, tcai_span number) {
    static const char *const actions[] = {"", "/retrieveCertChain",
                                          "/retrieveProofOfPossessionNonce"};
    tcai_text_append_string(url, "/certificates/");
    tcai_url_append_encoded(url, number);
    tcai_text_append_string(url, actions[part]);
    tcai_text_append_string(url, API_VERSION);
}

tca_bytes *tcai_sphere_part_url(const tca_sphere *sphere, tcai_sphere_part part, tcai_span number,
                                tcai_span code) {
    tcai_text url = {0};
    tcai_text_append(&url, sphere->base->data, sphere->base->length);
    if (sphere->kind == TCA_SPHERE_LEGACY) {
        append_legacy_part(&url, part, number, code);
    } else {
        append_integrated_part(&url, part, number);
    }
    return tcai_text_finish(&url);
}

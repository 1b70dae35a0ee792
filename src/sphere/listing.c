/* SPDX-License-Identifier: MIT */
/* Listing page by page. */
#include <stdlib.h>

#include "sphere/sphere.h"

void tcai_listing_open(tcai_listing *listing, const tca_sphere *sphere) {
    *listing = (tcai_listing){0};
    tca_sphere_ref(sphere, &listing->sphere);
}

void tcai_listing_release(tcai_listing *listing) {
    for (size_t i = 0; i < listing->link_count; i++) {
        tca_bytes_unref(listing->links[i]);
    }
    free(listing->links);
    tca_inventory_builder_unref(listing->builder);
    tca_sphere_unref(listing->sphere);
    *listing = (tcai_listing){0};
}

static tca_result new_builder(tcai_listing *listing, const tca_call_options *limits,
                              tca_error *error) {
    const char *tenant = listing->sphere->tenant;
    tca_inventory_options options = {.struct_size = sizeof(options),
                                     .max_input_bytes = limits->max_reply_bytes,
                                     .max_entries = limits->max_entries,
                                     .tenant = tenant[0] != '\0' ? tenant : NULL,
                                     .tenant_length = TCAI_GUID_LENGTH};
    return tca_inventory_builder_new(&options, &listing->builder, error);
}

tca_result tcai_listing_start(tcai_listing *listing, tca_call *call, tca_error *error) {
    tca_result result = new_builder(listing, tcai_call_limits(call), error);
    if (result != TCA_OK) {
        return result;
    }
    tcai_exchange first = {.method = "GET", .url = tcai_sphere_list_url(listing->sphere)};
    return tcai_call_ask(call, &first, error);
}

/* The token must not travel to another host, nor a list turn in a circle. */
static tca_result check_link(const tcai_listing *listing, tcai_span link, uint32_t max_pages,
                             tca_error *error) {
    const tca_bytes *base = listing->sphere->base;
    if (!tcai_url_same_origin((tcai_span){base->data, base->length}, link)) {
        return tcai_fail(error, TCA_E_ANSWER, "nextLink: leads to another host");
    }
    for (size_t i = 0; i < link.length; i++) {
        if (link.data[i] <= ' ' || link.data[i] > '~') {
            return tcai_fail(error, TCA_E_ANSWER, "nextLink: not a URL");
        }
    }
    for (size_t i = 0; i < listing->link_count; i++) {
        const tca_bytes *seen = listing->links[i];
        if (tcai_span_equal((tcai_span){seen->data, seen->length}, link)) {
            return tcai_fail(error, TCA_E_ANSWER, "nextLink: leads to a page that was read before");
        }
    }
    if (listing->link_count + 1 >= max_pages) {
        return tcai_fail(error, TCA_E_LIMIT, "list: more than %u pages", (unsigned)max_pages);
    }
    return TCA_OK;
}

static tca_result ask_next(tcai_listing *listing, tca_call *call, tcai_span link,
                           tca_error *error) {
    tca_result result = check_link(listing, link, tcai_call_limits(call)->max_pages, error);
    if (result != TCA_OK) {
        return result;
    }
    tca_bytes *kept = NULL;
    if (tcai_grow(&listing->links, listing->link_count, &listing->link_capacity,
                  sizeof(listing->links[0]))) {
        kept = tcai_bytes_copy(link.data, link.length);
    }
    if (kept == NULL) {
        return tcai_fail_memory(error);
    }
    listing->links[listing->link_count++] = kept;
    tcai_exchange next = {.method = "GET", .url = tcai_bytes_copy(link.data, link.length)};
    return tcai_call_ask(call, &next, error);
}

tca_result tcai_listing_answer(tcai_listing *listing, tca_call *call, tcai_span body,
                               tca_inventory **out, tca_error *error) {
    *out = NULL;
    if (body.length == 0) {
        return tcai_fail(error, TCA_E_ANSWER, "list: the answer is empty");
    }
    tca_result result =
        tca_inventory_builder_add_list(listing->builder, body.data, body.length, error);
    if (result != TCA_OK) {
        tcai_error_prefix(error, "list: ");
        return result;
    }
    const char *link;
    size_t length;
    if (tca_inventory_builder_next_link(listing->builder, &link, &length) == TCA_OK) {
        return ask_next(listing, call, (tcai_span){(const uint8_t *)link, length}, error);
    }
    return tca_inventory_builder_finish(listing->builder, out, error);
}

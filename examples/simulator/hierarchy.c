/* SPDX-License-Identifier: MIT */
#include "hierarchy.h"

#include "utc.h"

#include <stdlib.h>
#include <string.h>

enum { ROOT_LIFE = 20, ROOT_ISSUES = 15, POLICY_LIFE = 5, POLICY_ISSUES = 3 };

static int64_t root_start(int year) {
    const utc_fields f = {year, 2, 27, 20, 46, 32};
    return utc_join(&f);
}

static int64_t policy_start(int year) {
    const utc_fields f = {year, 8, 11, 19, 28, 2};
    return utc_join(&f);
}

/* The latest year of the row first, first +- step, ... whose authority has started. */
static int generation(int first, int step, int64_t (*start)(int), int64_t time) {
    int year = first;
    while (start(year) > time) {
        year -= step;
    }
    while (start(year + step) <= time) {
        year += step;
    }
    return year;
}

static const issued *find(const authority_list *list, int year) {
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->year == year) {
            return list->items[i];
        }
    }
    return NULL;
}

static int keep(authority_list *list, issued *authority) {
    issued **const items = realloc(list->items, (list->count + 1) * sizeof(issued *));
    if (items == NULL) {
        issued_free(authority);
        return -1;
    }
    list->items = items;
    list->items[list->count++] = authority;
    return 0;
}

static int find_root(hierarchy *h, int64_t time, const issued **out) {
    const int year = generation(2020, ROOT_ISSUES, root_start, time);
    issued *made = NULL;
    *out = find(&h->roots, year);
    if (*out != NULL) {
        return 0;
    }
    /* The recorded root lives 7 minutes and 40 seconds longer than its years. */
    const int64_t end = root_start(year + ROOT_LIFE) + 460;
    if (issuer_root(h->seed, year, root_start(year), end, &made) != 0 ||
        keep(&h->roots, made) != 0) {
        return -1;
    }
    *out = made;
    return 0;
}

int hierarchy_at(hierarchy *h, int64_t time, const issued **policy_ca, const issued **root) {
    const int year = generation(2022, POLICY_ISSUES, policy_start, time);
    issued *made = NULL;
    if (find_root(h, policy_start(year), root) != 0) {
        return -1;
    }
    *policy_ca = find(&h->policy_cas, year);
    if (*policy_ca != NULL) {
        return 0;
    }
    if (issuer_policy_ca(h->seed, *root, year, policy_start(year), policy_start(year + POLICY_LIFE),
                         &made) != 0 ||
        keep(&h->policy_cas, made) != 0) {
        return -1;
    }
    *policy_ca = made;
    return 0;
}

static void release(authority_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        issued_free(list->items[i]);
    }
    free(list->items);
    memset(list, 0, sizeof *list);
}

void hierarchy_release(hierarchy *h) {
    release(&h->roots);
    release(&h->policy_cas);
}

/* SPDX-License-Identifier: MIT */
#include "tenant.h"

#include "request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int tenant_read_id(const char *text, char out[TENANT_ID_SIZE]) {
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    for (size_t i = 0; i < TENANT_ID_SIZE; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (shape[i] == 'x' ? !isxdigit(c) : c != (unsigned char)shape[i]) {
            return -1;
        }
        out[i] = (char)tolower(c);
    }
    return 0;
}

static int issue(tenant *t, hierarchy *h, int64_t time) {
    tenant_certificate made = {0};
    tenant_certificate *const list =
        realloc(t->certificates, (t->count + 1) * sizeof *t->certificates);
    if (list == NULL) {
        return -1;
    }
    t->certificates = list;
    /* Two issued in the same second (the first was revoked) must differ. */
    const uint64_t seed = h->seed + t->count;
    const tenant_ca_options options = {.tenant = t->id, .not_before = time};
    if (hierarchy_at(h, time, &made.policy_ca, &made.root) != 0 ||
        issuer_tenant_ca(seed, made.policy_ca, &options, &made.ca) != 0) {
        return -1;
    }
    t->certificates[t->count++] = made;
    return 0;
}

int tenant_begin(tenant *t, const char *id, hierarchy *h, int64_t now) {
    memset(t, 0, sizeof *t);
    t->now = now;
    return tenant_read_id(id, t->id) == 0 ? issue(t, h, now) : -1;
}

void tenant_release(tenant *t) {
    for (size_t i = 0; i < t->count; i++) {
        issued_free(t->certificates[i].ca);
    }
    free(t->certificates);
    memset(t, 0, sizeof *t);
}

/* The latest one that is not revoked; the active one never is. */
static size_t newest(const tenant *t) {
    size_t index = t->count - 1;
    while (t->certificates[index].revoked) {
        index--;
    }
    return index;
}

static int64_t later(int64_t one, int64_t other) {
    return one > other ? one : other;
}

static int64_t earlier(int64_t one, int64_t other) {
    return one < other ? one : other;
}

int tenant_advance(tenant *t, hierarchy *h, int64_t now) {
    for (;;) {
        const size_t next = newest(t);
        const issued *const active = t->certificates[t->active].ca;
        const issued *const successor = t->certificates[next].ca;
        const int waiting = next != t->active;
        const int64_t due =
            waiting ? earlier(successor->not_before + TENANT_ACTIVATION, active->not_after)
                    : later(active->not_after - TENANT_LEAD, t->now);
        if (due > now) {
            break;
        }
        t->now = later(due, t->now);
        if (waiting) {
            t->active = next;
        } else if (issue(t, h, t->now) != 0) {
            return -1;
        }
    }
    t->now = now;
    return 0;
}

int tenant_revoke(tenant *t, hierarchy *h, size_t index) {
    if (index != t->active) {
        t->certificates[index].revoked = 1;
        return tenant_advance(t, h, t->now);
    }
    if (newest(t) == t->active && issue(t, h, t->now) != 0) {
        return -1;
    }
    t->certificates[index].revoked = 1;
    t->active = newest(t);
    return tenant_advance(t, h, t->now);
}

tenant_phase tenant_phase_of(const tenant *t, size_t index) {
    const tenant_certificate *const c = &t->certificates[index];
    return c->revoked                  ? PHASE_REVOKED
           : t->now > c->ca->not_after ? PHASE_EXPIRED
           : index == t->active        ? PHASE_ACTIVE
           : index > t->active         ? PHASE_NEW
                                       : PHASE_RETIRED;
}

const char *tenant_phase_name(tenant_phase phase) {
    static const char *const names[] = {"new", "active", "retired", "expired", "revoked"};
    return names[phase];
}

size_t tenant_find_thumbprint(const tenant *t, const char *thumbprint) {
    char own[THUMBPRINT_SIZE];
    for (size_t i = 0; i < t->count; i++) {
        if (issued_thumbprint(t->certificates[i].ca, own) == 0 && same_word(own, thumbprint)) {
            return i;
        }
    }
    return t->count;
}

size_t tenant_find_serial(const tenant *t, const char *serial) {
    size_t found = t->count;
    for (size_t i = 0; i < t->count && found == t->count; i++) {
        char *const own = issued_serial_hex(t->certificates[i].ca);
        if (own != NULL && same_word(own, serial)) {
            found = i;
        }
        free(own);
    }
    return found;
}

/* SPDX-License-Identifier: MIT */
/* GET /_simulator/state: everything the simulator holds, for tests and demonstrations to look at.
 */
#include "enrollment.h"
#include "service.h"

json_t *state_of_tenant(const tenant *t) {
    json_t *const list = json_array();
    for (size_t i = 0; i < t->count; i++) {
        const tenant_certificate *const c = &t->certificates[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:o, s:o, s:i}", "thumbprint",
                                              json_thumbprint(c->ca), "serial", json_serial(c->ca),
                                              "phase", tenant_phase_name(tenant_phase_of(t, i)),
                                              "not_before", json_moment(c->ca->not_before),
                                              "not_after", json_moment(c->ca->not_after),
                                              "policy_ca", c->policy_ca->year));
    }
    return json_pack("{s:s, s:o}", "tenant", t->id, "certificates", list);
}

/* One in a slot has no name. */
static json_t *registration_state(const registration *c) {
    json_t *const state = json_object();
    if (c->name != NULL) {
        json_object_set_new(state, "name", json_string(c->name));
    }
    json_object_update_new(state, json_pack("{s:s, s:b, s:o, s:o}", "thumbprint",
                                            c->certificate.thumbprint, "verified", c->verified,
                                            "not_before", json_moment(c->certificate.not_before),
                                            "not_after", json_moment(c->certificate.not_after)));
    return state;
}

static json_t *certificates_state(const target *t) {
    json_t *const list = json_array();
    for (size_t i = 0; i < t->certificate_count; i++) {
        json_array_append_new(list, registration_state(t->certificates[i]));
    }
    return list;
}

static json_t *hub_state(const target *t) {
    return json_pack("{s:s, s:o}", "name", t->name, "certificates", certificates_state(t));
}

/* A group's slots hold names of certificates. */
static json_t *dps_state(const target *t) {
    json_t *const groups = json_array();
    for (size_t i = 0; i < t->group_count; i++) {
        const enrollment_group *const g = t->groups[i];
        json_array_append_new(groups, json_pack("{s:s, s:b, s:s?, s:s?}", "id", g->id, "enabled",
                                                enrollment_is_enabled(g), slot_names[0],
                                                enrollment_reference(g, 0), slot_names[1],
                                                enrollment_reference(g, 1)));
    }
    return json_pack("{s:s, s:o, s:o}", "name", t->name, "certificates", certificates_state(t),
                     "groups", groups);
}

/* A group's slots hold certificates. */
static json_t *central_state(const target *t) {
    json_t *const groups = json_array();
    for (size_t i = 0; i < t->group_count; i++) {
        const enrollment_group *const g = t->groups[i];
        json_t *const group = json_pack("{s:s, s:O}", "id", g->id, "enabled",
                                        json_object_get(g->document, "enabled"));
        for (size_t slot = 0; slot < SLOTS; slot++) {
            json_object_set_new(group, slot_names[slot],
                                g->slots[slot] != NULL ? registration_state(g->slots[slot])
                                                       : json_null());
        }
        json_array_append_new(groups, group);
    }
    return json_pack("{s:s, s:o}", "name", t->name, "groups", groups);
}

static json_t *targets_state(const engine *e, target_kind kind) {
    static json_t *(*const states[])(const target *) = {
        [TARGET_HUB] = hub_state, [TARGET_DPS] = dps_state, [TARGET_CENTRAL] = central_state};
    json_t *const list = json_array();
    for (size_t i = 0; i < e->targets[kind].count; i++) {
        json_array_append_new(list, states[kind](e->targets[kind].items[i]));
    }
    return list;
}

json_t *state_of_engine(const engine *e) {
    json_t *const tenants = json_array();
    json_int_t faults = 0;
    for (size_t i = 0; i < e->tenant_count; i++) {
        json_array_append_new(tenants, state_of_tenant(&e->tenants[i]));
    }
    for (size_t i = 0; i < e->faults.count; i++) {
        faults += e->faults.items[i].times;
    }
    return json_pack("{s:o, s:o, s:I, s:I, s:o, s:o, s:o}", "now", json_moment(e->now), "tenants",
                     tenants, "requests", (json_int_t)e->request_count, "faults_left", faults,
                     "iot_hubs", targets_state(e, TARGET_HUB), "dps", targets_state(e, TARGET_DPS),
                     "iot_central", targets_state(e, TARGET_CENTRAL));
}

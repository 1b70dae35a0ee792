/* SPDX-License-Identifier: MIT */
/* Control of the simulator itself: /_simulator/clock, state, device, connect, revoke, faults. */
#include "connect.h"
#include "reply.h"
#include "service.h"
#include "utc.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DEVICE_ID_SIZE = 129 };

static void refuse(engine_reply *reply, unsigned status, const char *why) {
    reply_json(reply, status, json_pack("{s:s}", "error", why));
}

static void show_clock(const engine *e, engine_reply *reply) {
    reply_json(reply, 200, json_pack("{s:o}", "now", json_moment(e->now)));
}

static void set_clock(engine *e, const request *r, engine_reply *reply) {
    const char *text = NULL;
    int64_t now = 0;
    if (json_unpack(r->body, "{s:s !}", "now", &text) != 0 || utc_parse(text, &now) != 0) {
        refuse(reply, 400, "now is a time such as 2026-04-05T00:00:00Z");
    } else if (engine_set_clock(e, now) != 0) {
        refuse(reply, 400, "the clock moves forwards only, and not past the year 9989");
    } else {
        show_clock(e, reply);
    }
}

/* Lower-case hexadecimal, at most 128 digits. */
static int read_device_id(const char *text, char out[DEVICE_ID_SIZE]) {
    size_t length = 0;
    for (; text[length] != '\0'; length++) {
        if (length == DEVICE_ID_SIZE - 1 || !isxdigit((unsigned char)text[length])) {
            return -1;
        }
        out[length] = (char)tolower((unsigned char)text[length]);
    }
    out[length] = '\0';
    return length > 0 ? 0 : -1;
}

static void issue_device(engine *e, const request *r, engine_reply *reply) {
    const char *tenant_id = NULL;
    const char *device = NULL;
    char id[DEVICE_ID_SIZE];
    char *key = NULL;
    issued *made = NULL;
    if (json_unpack(r->body, "{s:s, s:s !}", "tenant", &tenant_id, "device", &device) != 0 ||
        read_device_id(device, id) != 0) {
        refuse(reply, 400, "tenant is a GUID, device 1 to 128 hexadecimal digits");
        return;
    }
    const tenant *const t = service_tenant(e, tenant_id);
    if (t == NULL) {
        refuse(reply, 404, "there is no such tenant");
        return;
    }
    const issued *const ca = t->certificates[t->active].ca;
    const device_options options = {.id = id, .not_before = e->now};
    if (issuer_device(e->authorities.seed, ca, &options, &made) != 0 ||
        private_key_pem(made->key, &key) != 0) {
        refuse(reply, 500, "the certificate could not be made");
    } else {
        char *const pem = issued_pem(made);
        reply_json(reply, 200,
                   json_pack("{s:s, s:s, s:o}", "certificate", pem, "private_key", key, "ca",
                             json_thumbprint(ca)));
        free(pem);
    }
    free(key);
    issued_free(made);
}

static void revoke(engine *e, const request *r, engine_reply *reply) {
    const char *tenant_id = NULL;
    const char *thumbprint = NULL;
    if (json_unpack(r->body, "{s:s, s:s !}", "tenant", &tenant_id, "thumbprint", &thumbprint) !=
        0) {
        refuse(reply, 400, "tenant is a GUID, thumbprint the SHA-1 of one of its certificates");
        return;
    }
    tenant *const t = service_tenant(e, tenant_id);
    const size_t index = t != NULL ? tenant_find_thumbprint(t, thumbprint) : 0;
    if (t == NULL || index == t->count) {
        refuse(reply, 404, "there is no such tenant or certificate");
    } else if (tenant_revoke(t, &e->authorities, index) != 0) {
        refuse(reply, 500, "the successor could not be made");
    } else {
        reply_json(reply, 200, state_of_tenant(t));
    }
}

static void connect_device(const engine *e, const request *r, engine_reply *reply) {
    const char *kind = NULL;
    const char *name = "simulated";
    const char *group = NULL;
    const char *certificate = NULL;
    verdict result = {0};
    presented device;
    if (json_unpack(r->body, "{s:{s:s, s?s, s?s !}, s:s !}", "target", "kind", &kind, "name", &name,
                    "enrollment_group", &group, "certificate", &certificate) != 0 ||
        connect_kind(kind) == TARGET_KINDS) {
        refuse(reply, 400,
               "target has kind (iot-hub, dps, iot-central), name and, where it may, "
               "enrollment_group; certificate is PEM");
    } else if (presented_read(certificate, &device) != 0) {
        refuse(reply, 400, "the certificate cannot be read");
    } else {
        result = connect_judge(e, connect_kind(kind), name, group, &device);
        presented_release(&device);
        reply_json(reply, 200,
                   json_pack("{s:b, s:s?, s:s?}", "accepted", result.ca != NULL, "reason",
                             result.reason, "ca",
                             result.ca != NULL ? result.ca->certificate.thumbprint : NULL));
    }
}

static void set_faults(engine *e, const request *r, engine_reply *reply) {
    const char *why = NULL;
    if (faults_replace(&e->faults, r->body, &why) != 0) {
        refuse(reply, 400, why);
    } else {
        reply_json(reply, 200, json_pack("{s:I}", "faults", (json_int_t)e->faults.count));
    }
}

void admin_answer(engine *e, const request *r, engine_reply *reply) {
    const char *const what = r->segment_count == 2 ? r->segments[1] : "";
    const int is_post = strcmp(r->method, "POST") == 0;
    if (!is_post && strcmp(r->method, "GET") != 0) {
        refuse(reply, 405, "GET or POST");
    } else if (strcmp(what, "clock") == 0) {
        is_post ? set_clock(e, r, reply) : show_clock(e, reply);
    } else if (strcmp(what, "state") == 0 && !is_post) {
        reply_json(reply, 200, state_of_engine(e));
    } else if (strcmp(what, "device") == 0 && is_post) {
        issue_device(e, r, reply);
    } else if (strcmp(what, "revoke") == 0 && is_post) {
        revoke(e, r, reply);
    } else if (strcmp(what, "faults") == 0 && is_post) {
        set_faults(e, r, reply);
    } else if (strcmp(what, "connect") == 0 && is_post) {
        connect_device(e, r, reply);
    } else {
        refuse(reply, 404, "there are clock, state, device, connect, revoke and faults");
    }
}

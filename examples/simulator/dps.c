/* SPDX-License-Identifier: MIT */
/* CA certificates of the Azure IoT Hub Device Provisioning Service, as recorded of api-version
 * 2021-10-15. The same certificate may stand under two names. */
#include "arm.h"
#include "devices.h"
#include "enrollment.h"

#include <stdlib.h>
#include <string.h>

static const char flat_version[] = "2021-10-15";
static const char *const api_versions[] = {flat_version, "2022-02-05", "2022-12-12", NULL};

static json_t *etag(const registration *c) {
    return json_cosmos_etag(c->change, c->updated);
}

/* What the service says for want of a date. */
static json_t *created(const registration *c) {
    (void)c;
    return json_string("Mon, 01 Jan 0001 00:00:00 GMT");
}

static json_t *stranger(const engine *e) {
    const der_view none = {NULL, 0};
    char *const pem = pem_text("CERTIFICATE", service_shown(e, none));
    if (pem == NULL) {
        return NULL;
    }
    const der_view text = {(const uint8_t *)pem, strlen(pem)};
    json_t *const json = json_base64(text);
    free(pem);
    return json;
}

/* It is shown with the code only, as it was sent. */
static json_t *certificate(const engine *e, const registration *c, devices_view view) {
    return view != VIEW_CODE ? json_null() : e->show_stranger ? stranger(e) : json_string(c->sent);
}

static const json_t *properties(const request *r) {
    return strcmp(request_parameter(r, "api-version"), flat_version) == 0
               ? r->body
               : json_object_get(r->body, "properties");
}

static void deleted(engine_reply *reply) {
    reply_json(reply, 200, json_null());
}

static void fail_as(const engine *e, engine_reply *reply, unsigned status, unsigned code,
                    const char *message) {
    char id[REQUEST_ID_SIZE];
    service_request_id(e, id);
    reply_json(reply, status,
               json_pack("{s:i, s:s, s:s, s:o}", "code", (int)(status * 1000 + code),
                         "httpStatusCode", devices_status_name(status), "message", message,
                         "details", json_sprintf("Tracking id: %s", id)));
}

static const devices_dialect dialect = {
    .kind = TARGET_DPS,
    .collection = "provisioningServices",
    .api_versions = api_versions,
    .ignores_if_match_on_create = 1,
    .etag = etag,
    .created = created,
    .certificate = certificate,
    .properties = properties,
    .in_use = enrollment_refers_to,
    .deleted = deleted,
    .fail = fail_as,
};

static int owns(const request *r) {
    return devices_owns(&dialect, r);
}

static void answer(engine *e, const request *r, engine_reply *reply) {
    devices_answer(&dialect, e, r, reply);
}

static void fail(const engine *e, engine_reply *reply, unsigned status, const char *message) {
    devices_refuse(&dialect, e, reply, status, message);
}

const service dps_service = {owns, arm_audiences, answer, fail};

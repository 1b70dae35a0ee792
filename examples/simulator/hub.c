/* SPDX-License-Identifier: MIT */
/* CA certificates of Azure IoT Hub, as recorded of api-version 2021-03-31. */
#include "arm.h"
#include "devices.h"
#include "utc.h"

#include <string.h>

static const char *const api_versions[] = {"2021-03-31", "2023-06-30", NULL};

/* Base64 of an eight-byte count, such as AAAADEqHziw=. */
static json_t *etag(const registration *c) {
    const uint64_t count = UINT64_C(0x0C4A87CE00) + c->change;
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(count >> (56 - 8 * i));
    }
    const der_view view = {bytes, sizeof bytes};
    return json_base64(view);
}

static json_t *created(const registration *c) {
    return json_http_moment(c->created);
}

/* A PUT is answered with the text that was sent. */
static json_t *certificate(const engine *e, const registration *c, devices_view view) {
    return view == VIEW_WRITTEN && !e->show_stranger
               ? json_string(c->sent)
               : json_base64(service_shown(e, der_seen(&c->certificate.bytes)));
}

static const json_t *properties(const request *r) {
    return json_object_get(r->body, "properties");
}

static void deleted(engine_reply *reply) {
    reply_empty(reply, 200);
}

/* The code is a number, and there is no object around it: unlike Resource Manager's errors. */
static void fail_as(const engine *e, engine_reply *reply, unsigned status, unsigned code,
                    const char *message) {
    char id[REQUEST_ID_SIZE];
    char time[UTC_TEXT_SIZE];
    const int number = (int)(status * 1000 + code);
    service_request_id(e, id);
    utc_format(e->now, time);
    time[strlen("2026-04-05")] = ' ';
    reply_json(reply, status,
               json_pack("{s:i, s:s, s:o}", "code", number, "httpStatusCode",
                         devices_status_name(status), "message",
                         json_sprintf("%s If you contact a support representative please include "
                                      "this correlation identifier: %s, timestamp: %s, errorcode: "
                                      "IH%d.",
                                      message, id, time, number)));
}

static const devices_dialect dialect = {
    .kind = TARGET_HUB,
    .collection = "IotHubs",
    .api_versions = api_versions,
    .etag = etag,
    .created = created,
    .certificate = certificate,
    .properties = properties,
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

const service hub_service = {owns, arm_audiences, answer, fail};

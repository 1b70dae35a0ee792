/* SPDX-License-Identifier: MIT */
/* What IoT Hub, DPS and IoT Central may answer to each operation, or a place of anchors hold, and
 * what then is handed out and asked for. The first octet says which operation on which target, the
 * rest is the answer. */
#include <ctype.h>

#include "fuzz.h"

#define TEXT(member, value) .member = (value), .member##_length = sizeof(value) - 1
#define NOW INT64_C(1767225600)
#define STEPS_MAX 64
#define ENTRIES_MAX 100
#define ANCHORS_MAX 1000

typedef struct input {
    const uint8_t *data;
    size_t size;
} input;

static const char two[] =
    "{\"value\":[{\"name\":\"a\",\"etag\":\"e\",\"properties\":{\"thumbprint\":"
    "\"00112233445566778899AABBCCDDEEFF00112233\",\"isVerified\":true}},{\"name\":\"b\","
    "\"etag\":\"e\",\"properties\":{\"isVerified\":true}}]}";
static const char slot[] = "{\"verified\":true,\"etag\":\"e\"}";

/* ---- invariants ---- */

static void require_plain(const char *text, size_t length, size_t max) {
    require(length <= max && strlen(text) == length);
    for (size_t i = 0; i < length; i++) {
        require(text[i] >= ' ' && text[i] <= '~');
    }
}

static void touch_list(const tca_registration_list *list) {
    uint32_t count = tca_registration_list_count(list);
    require(count <= ANCHORS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        tca_registration one = {.struct_size = sizeof(one)};
        require(tca_registration_list_get(list, i, &one) == TCA_OK);
        require_plain(one.name, one.name_length, 64);
        require(one.name_length > 0 && strchr(one.name, '/') == NULL);
        require(strcmp(one.name, ".") != 0 && strcmp(one.name, "..") != 0);
        require_plain(one.thumbprint, one.thumbprint_length, 40);
        require(strspn(one.thumbprint, "0123456789ABCDEF") == one.thumbprint_length);
        require(one.thumbprint_length == 0 || one.thumbprint_length == 40);
        require((one.flags & TCA_REGISTRATION_TRUSTED) == 0 ||
                (one.flags & TCA_REGISTRATION_VERIFIED) != 0);
    }
}

/* A token goes to no other server, whatever an answer says. */
static bool is_known_place(const char *url) {
    static const char *const places[] = {"https://management.azure.com",
                                         "https://r.azure-devices-provisioning.net",
                                         "https://a.azureiotcentral.com"};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        size_t length = 0;
        while (places[i][length] != '\0' && tolower((uint8_t)url[length]) == places[i][length]) {
            length++;
        }
        if (places[i][length] == '\0' && (url[length] == '\0' || strchr("/?#", url[length]))) {
            return true;
        }
    }
    return false;
}

static void touch_request(const tca_call *call) {
    const tca_request *request = NULL;
    const char *name, *value;
    size_t name_length, length;
    require(tca_call_request(call, &request) == TCA_OK);
    require(tca_request_url(request, &value, &length) == TCA_OK);
    require_plain(value, length, 1u << 20);
    require(is_known_place(value) && strchr(value, ' ') == NULL);
    for (uint32_t i = 0; i < tca_request_header_count(request); i++) {
        tca_request_header(request, i, &name, &name_length, &value, &length);
        require_plain(value, length, 256);
    }
}

/* ---- running ---- */

/* The first `known` exchanges are answered as they should be, the others by the input. */
static tca_registration_list *run(tca_call *call, const char *const *known, size_t known_count,
                                  input answer) {
    tca_registration_list *list = NULL;
    tca_bytes *code = NULL;
    uint32_t wants = 0;
    tca_result result;
    size_t exchanges = 0;
    for (int step = 0;
         (result = tca_call_step(call, NOW, &wants, NULL)) == TCA_OK && wants != TCA_CALL_DONE;
         step++) {
        tca_reply *reply;
        require(step < STEPS_MAX && tca_call_reply(call, &reply) == TCA_OK);
        if (wants == TCA_CALL_TOKEN) {
            tca_reply_append(reply, (const uint8_t *)"t", 1);
        } else {
            bool is_known = exchanges < known_count;
            touch_request(call);
            tca_reply_set_status(reply, 200);
            tca_reply_append(reply, is_known ? (const uint8_t *)known[exchanges] : answer.data,
                             is_known ? strlen(known[exchanges]) : answer.size);
            exchanges++;
        }
        tca_reply_done(reply);
    }
    require((tca_call_take_registrations(call, &list) == TCA_OK) == (result == TCA_OK));
    if (tca_call_take_code(call, &code) == TCA_OK) {
        const uint8_t *text;
        size_t length;
        tca_bytes_view(code, &text, &length);
        require_plain((const char *)text, length, 256);
        require(length > 0);
    }
    touch_list(list);
    tca_bytes_unref(code);
    tca_call_unref(call);
    return list;
}

static tca_target *target_of(uint32_t kind, bool group) {
    tca_target_options options = {.struct_size = sizeof(options),
                                  .kind = kind,
                                  TEXT(name, "t"),
                                  TEXT(subscription, "s"),
                                  TEXT(resource_group, "g"),
                                  TEXT(resource, "r"),
                                  TEXT(application, "a")};
    tca_target *target = NULL;
    if (group) {
        options.enrollment_group = "e";
        options.enrollment_group_length = 1;
    }
    require(tca_target_new(&options, &target, NULL) == TCA_OK);
    return target;
}

static const tca_call_options limits = {
    .struct_size = sizeof(limits), .max_attempts = 1, .max_pages = 4, .max_entries = ENTRIES_MAX};

static tca_registration_list *list_of(const tca_target *target, const char *const *known,
                                      size_t known_count, input answer) {
    tca_call *call = NULL;
    require(tca_target_list(target, &limits, &call, NULL) == TCA_OK);
    tca_registration_list *list = run(call, known, known_count, answer);
    require(tca_target_kind(target) == TCA_TARGET_ANCHORS ||
            tca_registration_list_count(list) <= ENTRIES_MAX);
    return list;
}

/* Each change of the second registration there. */
static void change(const tca_target *target, const tca_registration_list *list, uint32_t action,
                   input answer) {
    tca_call *call = NULL;
    uint32_t index = tca_registration_list_count(list) - 1;
    tca_result result = action == 0
                            ? tca_target_generate_code(target, list, index, &limits, &call, NULL)
                        : action == 1 ? tca_target_remove(target, list, index, &limits, &call, NULL)
                                      : tca_target_refer(target, list, index, &limits, &call, NULL);
    require((result == TCA_OK) == (call != NULL));
    if (call != NULL) {
        tca_registration_list_unref(run(call, NULL, 0, answer));
    }
}

/* ---- anchors ---- */

static void load(void *user, tca_reply *reply) {
    const input *held = user;
    tca_reply_append(reply, held->data, held->size);
    tca_reply_done(reply);
}

static void replace(void *user, const uint8_t *pem, size_t length, tca_reply *reply) {
    (void)user, (void)pem, (void)length;
    tca_reply_done(reply);
}

static void touch_place(input held) {
    const tca_anchor_holder holder = {
        .struct_size = sizeof(holder), .user = &held, .load = load, .replace = replace};
    const tca_target_options options = {.struct_size = sizeof(options),
                                        .kind = TCA_TARGET_ANCHORS,
                                        TEXT(name, "t"),
                                        .anchors = &holder};
    tca_target *target = NULL;
    require(tca_target_new(&options, &target, NULL) == TCA_OK);
    tca_registration_list_unref(list_of(target, NULL, 0, held));
    tca_target_unref(target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const lists[] = {two};
    static const char *const slots[] = {slot, slot};
    if (size == 0) {
        return 0;
    }
    input answer = {data + 1, size - 1};
    uint32_t way = data[0] % 9;
    if (way == 8) {
        touch_place(answer);
        return 0;
    }
    bool central = way == 2 || way == 6 || way == 7;
    bool group = way == 1 || way == 5;
    tca_target *target = target_of(central                  ? TCA_TARGET_IOT_CENTRAL
                                   : group || data[0] > 127 ? TCA_TARGET_DPS
                                                            : TCA_TARGET_IOT_HUB,
                                   central || group);
    tca_registration_list *list = NULL;
    if (way < 3) { /* a list, a group behind a list, slots */
        list = list_of(target, lists, way == 1 ? 1 : 0, answer);
    } else { /* code, removal; code of a slot, removal of a slot; references */
        list = list_of(target, central ? slots : lists, central ? 2 : 1, answer);
    }
    if (list != NULL && tca_registration_list_count(list) > 0) {
        change(target, list, way < 3 ? 2 : way == 5 ? 2 : (way + 1) % 2, answer);
    }
    tca_registration_list_unref(list);
    tca_target_unref(target);
    return 0;
}

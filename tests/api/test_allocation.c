/* SPDX-License-Identifier: MIT */
/* Memory runs out at the first allocation, at the second, and so on until nothing fails any more:
 * every call then says TCA_E_NO_MEMORY, leaves its outputs empty and nothing behind, and succeeds
 * when it is called again. While memory is short nothing of Check may be called (it allocates):
 * complaints are kept until later. */
#include <check.h>
#include <ctype.h>
#include <glob.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail_alloc.h"
#include "tenantca/tenantca.h"

#define NOW INT64_C(1782900000) /* 2026-07-01T10:00:00Z: A retires, B follows */
#define TENANT "1F0E7B52-6C3D-4A58-9B1E-2D4C8A6F0E93"

/* ---- what a scenario says ---- */

static struct {
    char told[16384]; /* every result, as text: the same with and without a failure on the way */
    size_t length;
    unsigned noticed; /* how many calls said TCA_E_NO_MEMORY */
    bool again;       /* call again what failed */
    char complaint[256];
} scene;

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int wanted =
        vsnprintf(scene.told + scene.length, sizeof(scene.told) - scene.length, format, arguments);
    va_end(arguments);
    if (wanted > 0) {
        scene.length += (size_t)wanted;
    }
    if (scene.length >= sizeof(scene.told)) {
        scene.length = sizeof(scene.told) - 1;
    }
}

static void complain(const char *what, int line) {
    if (scene.complaint[0] == '\0') {
        snprintf(scene.complaint, sizeof(scene.complaint), "line %d: %s", line, what);
    }
}

static void expect(bool holds, const char *what, int line) {
    if (!holds) {
        complain(what, line);
    }
}

/* A call that may run out of memory, and what holds if it does. */
#define CALL(call, empty, tries)                                                                   \
    do {                                                                                           \
        int tries_left = (tries);                                                                  \
        do {                                                                                       \
            result = (call);                                                                       \
            if (result == TCA_E_NO_MEMORY) {                                                       \
                scene.noticed++;                                                                   \
                expect((empty), "an output is set: " #empty, __LINE__);                            \
            } else {                                                                               \
                expect(result == TCA_OK, #call, __LINE__);                                         \
                tries_left = 0;                                                                    \
            }                                                                                      \
        } while (scene.again && --tries_left > 0);                                                 \
        if (result != TCA_OK) {                                                                    \
            goto end;                                                                              \
        }                                                                                          \
    } while (0)
#define TRY(call, empty) CALL(call, empty, 2)
#define TRY_ONCE(call, empty) CALL(call, empty, 1)
#define EXPECT(condition) expect((condition), #condition, __LINE__)

/* ---- inputs, read before memory gets short ---- */

typedef struct file {
    const char *name;
    uint8_t *data;
    size_t length;
} file;

enum {
    TENANT_CA_A,
    TENANT_CA_B,
    POLICY_CA,
    PROOF,
    DEVICE_RSA,
    TENANT_CA_RSA,
    TORTURE,
    WITH_KEY_ID,
    CHAIN,
    BUNDLE,
    BASE64,
    LEGACY,
    INTEGRATED,
    PAGE_1,
    FILE_COUNT
};

static file files[FILE_COUNT] = {
    [TENANT_CA_A] = {.name = "tenant-ca-a.der"},
    [TENANT_CA_B] = {.name = "tenant-ca-b.der"},
    [POLICY_CA] = {.name = "policy-ca-2022.der"},
    [PROOF] = {.name = "proof-of-a.der"},
    [DEVICE_RSA] = {.name = "device-of-rsa-2048.der"},
    [TENANT_CA_RSA] = {.name = "tenant-ca-rsa-2048.der"},
    [TORTURE] = {.name = "subject-torture.der"},
    [WITH_KEY_ID] = {.name = "policy-ca-2022.der"},
    [CHAIN] = {.name = "chain.p7b"},
    [BUNDLE] = {.name = "bundle.pem"},
    [BASE64] = {.name = "tenant-ca-a.b64"},
    [LEGACY] = {.name = "legacy-list.json"},
    [INTEGRATED] = {.name = "integrated-list.json"},
    [PAGE_1] = {.name = "integrated-page-1.json"},
};

static void read_files(void) {
    const char *folder = getenv("TENANTCA_VECTORS");
    for (size_t i = 0; i < FILE_COUNT; i++) {
        char path[512];
        snprintf(path, sizeof(path), "%s/%s", folder == NULL ? "tests/vectors" : folder,
                 files[i].name);
        FILE *stream = fopen(path, "rb");
        ck_assert_msg(stream != NULL, "%s", path);
        files[i].data = malloc(1 << 20);
        ck_assert_ptr_nonnull(files[i].data);
        files[i].length = fread(files[i].data, 1, 1 << 20, stream);
        fclose(stream);
    }
}

static void free_files(void) {
    for (size_t i = 0; i < FILE_COUNT; i++) {
        free(files[i].data);
        files[i].data = NULL;
    }
}

static tca_result parse(int which, tca_certificate **out) {
    return tca_certificate_parse(files[which].data, files[which].length, NULL, out, NULL);
}

/* ---- scenarios ---- */

static tca_result errors(void) {
    tca_result result;
    tca_error *error = NULL;
    tca_certificate *certificate = NULL;
    const char *text;
    size_t length;
    TRY(tca_error_new(&error), error == NULL);
    result = tca_certificate_parse((const uint8_t *)"0", 1, NULL, &certificate, error);
    if (result == TCA_E_NO_MEMORY) {
        /* Telling of it takes no memory. */
        scene.noticed++;
        EXPECT(tca_error_code(error) == TCA_E_NO_MEMORY);
        tca_error_message(error, &text, &length);
        EXPECT(length > 0);
        result = scene.again
                     ? tca_certificate_parse((const uint8_t *)"0", 1, NULL, &certificate, error)
                     : result;
    }
    EXPECT(certificate == NULL);
    if (result != TCA_E_NO_MEMORY) {
        tca_error_message(error, &text, &length);
        tell("%s %s", tca_result_name(tca_error_code(error)), text);
        result = TCA_OK;
    }
end:
    tca_error_unref(error);
    return result;
}

typedef tca_result text_getter(const tca_certificate *certificate, const char **text,
                               size_t *length);

static tca_result texts(void) {
    static text_getter *const getters[] = {
        tca_certificate_thumbprint,  tca_certificate_thumbprint_sha256,
        tca_certificate_serial_text, tca_certificate_subject,
        tca_certificate_issuer,      tca_certificate_common_name,
        tca_certificate_tenant_id,
    };
    tca_result result;
    tca_certificate *certificate = NULL;
    TRY(parse(TENANT_CA_A, &certificate), certificate == NULL);
    for (size_t i = 0; i < sizeof(getters) / sizeof(getters[0]); i++) {
        const char *text;
        size_t length;
        TRY(getters[i](certificate, &text, &length), text == NULL && length == 0);
        tell("%s %zu\n", text, length);
    }
end:
    tca_certificate_unref(certificate);
    return result;
}

static tca_result torture(void) {
    tca_result result;
    tca_certificate *certificate = NULL;
    const char *text;
    size_t length;
    TRY(parse(TORTURE, &certificate), certificate == NULL);
    TRY(tca_certificate_subject(certificate, &text, &length), text == NULL && length == 0);
    tell("%s", text);
end:
    tca_certificate_unref(certificate);
    return result;
}

/* The bytes that these hand out are the certificate's own: no memory is asked for. */
static tca_result fields(void) {
    tca_result result;
    tca_certificate *certificate = NULL, *same = NULL;
    tca_certificate_info info = {.struct_size = sizeof(info)};
    const uint8_t *data;
    size_t length;
    TRY(parse(WITH_KEY_ID, &certificate), certificate == NULL);
    tca_certificate_ref(certificate, &same);
    EXPECT(tca_certificate_equal(certificate, same) == 1);
    TRY(tca_certificate_get_info(certificate, &info), false);
    tell("%u %u ", info.key_bits, tca_certificate_valid_at(certificate, info.not_after));
    TRY(tca_certificate_der(certificate, &data, &length), false);
    tell("%zu ", length);
    TRY(tca_certificate_subject_der(certificate, &data, &length), false);
    tell("%zu ", length);
    TRY(tca_certificate_issuer_der(certificate, &data, &length), false);
    tell("%zu ", length);
    TRY(tca_certificate_serial(certificate, &data, &length), false);
    tell("%zu ", length);
    TRY(tca_certificate_public_key_der(certificate, &data, &length), false);
    tell("%zu ", length);
    TRY(tca_certificate_subject_key_id(certificate, &data, &length), false);
    tell("%zu ", length);
    TRY(tca_certificate_authority_key_id(certificate, &data, &length), false);
    tell("%zu ", length);
    TRY(tca_certificate_extension(certificate, "2.5.29.31", 9, &data, &length), false);
    tell("%zu ", length);
end:
    tca_certificate_unref(same);
    tca_certificate_unref(certificate);
    return result;
}

static tca_result pem(void) {
    tca_result result;
    tca_error *error = NULL;
    tca_certificate *certificate = NULL;
    tca_bytes *bytes = NULL;
    const uint8_t *data;
    size_t length;
    TRY(tca_error_new(&error), error == NULL);
    TRY(parse(TENANT_CA_A, &certificate), certificate == NULL);
    TRY(tca_certificate_pem(certificate, &bytes, error),
        bytes == NULL && tca_error_code(error) == TCA_E_NO_MEMORY);
    tca_bytes_view(bytes, &data, &length);
    tell("%zu %s", length, (const char *)data);
end:
    tca_bytes_unref(bytes);
    tca_certificate_unref(certificate);
    tca_error_unref(error);
    return result;
}

static tca_result list_of(int which) {
    tca_result result;
    tca_certificate_list *list = NULL;
    TRY(tca_certificate_list_parse(files[which].data, files[which].length, NULL, &list, NULL),
        list == NULL);
    for (uint32_t i = 0; i < tca_certificate_list_count(list); i++) {
        const tca_certificate *certificate;
        const char *text;
        size_t length;
        TRY(tca_certificate_list_get(list, i, &certificate), false);
        TRY(tca_certificate_thumbprint(certificate, &text, &length), text == NULL && length == 0);
        tell("%s\n", text);
    }
end:
    tca_certificate_list_unref(list);
    return result;
}

static tca_result list_of_p7b(void) {
    return list_of(CHAIN);
}

static tca_result list_of_pem(void) {
    return list_of(BUNDLE);
}

static tca_result list_of_base64(void) {
    return list_of(BASE64);
}

static tca_result issued_by(int which, int by) {
    tca_result result;
    tca_certificate *certificate = NULL, *issuer = NULL;
    TRY(parse(which, &certificate), certificate == NULL);
    TRY(parse(by, &issuer), issuer == NULL);
    TRY(tca_certificate_check_issued_by(certificate, issuer, NULL), true);
    tell("issued");
end:
    tca_certificate_unref(issuer);
    tca_certificate_unref(certificate);
    return result;
}

static tca_result issued_by_rsa(void) {
    return issued_by(DEVICE_RSA, TENANT_CA_RSA);
}

static tca_result issued_by_ec(void) {
    return issued_by(TENANT_CA_A, POLICY_CA);
}

static tca_result proof(void) {
    return issued_by(PROOF, TENANT_CA_A);
}

static tca_result tell_entry(const tca_inventory *inventory, uint32_t index) {
    tca_result result;
    const tca_entry *entry;
    const tca_certificate *certificate;
    const char *text;
    size_t length;
    tca_entry_info info = {.struct_size = sizeof(info)};
    TRY(tca_inventory_get(inventory, index, &entry), false);
    TRY(tca_entry_get_info(entry, &info), false);
    tell("%s %u 0x%X ", tca_role_name(info.role), info.service_status, info.anomalies);
    TRY(tca_entry_thumbprint(entry, &text, &length), text == NULL && length == 0);
    tell("%s ", text);
    if (tca_entry_certificate(entry, &certificate) == TCA_OK) {
        TRY(tca_entry_serial(entry, &text, &length), text == NULL && length == 0);
        tell("%s\n", text);
    }
end:
    return result;
}

static tca_result tell_inventory(const tca_inventory *inventory) {
    tca_result result;
    const char *text;
    size_t length;
    TRY(tca_inventory_tenant(inventory, &text, &length), false);
    tell("%s %u\n", text, tca_inventory_count(inventory));
    for (uint32_t i = 0; i < tca_inventory_count(inventory); i++) {
        TRY_ONCE(tell_entry(inventory, i), true);
    }
end:
    return result;
}

static tca_result inventory_of(int which) {
    tca_result result;
    tca_inventory *inventory = NULL, *same = NULL;
    tca_inventory_options options = {
        .struct_size = sizeof(options), .tenant = TENANT, .tenant_length = sizeof(TENANT) - 1};
    TRY(tca_inventory_parse(files[which].data, files[which].length, &options, &inventory, NULL),
        inventory == NULL);
    tca_inventory_ref(inventory, &same);
    result = tell_inventory(same);
end:
    tca_inventory_unref(same);
    tca_inventory_unref(inventory);
    return result;
}

static tca_result inventory_of_legacy(void) {
    return inventory_of(LEGACY);
}

static tca_result inventory_of_integrated(void) {
    return inventory_of(INTEGRATED);
}

static tca_result inventory_of_chain(void) {
    return inventory_of(CHAIN);
}

static tca_result built(void) {
    static const char thumbprint[] = "00112233445566778899AABBCCDDEEFF00112233";
    tca_result result;
    tca_inventory_builder *builder = NULL;
    tca_inventory *previous = NULL, *inventory = NULL;
    tca_certificate *certificate = NULL;
    const char *link;
    size_t length;
    tca_inventory_options options = {
        .struct_size = sizeof(options), .tenant = TENANT, .tenant_length = sizeof(TENANT) - 1};
    tca_service_record record = {.struct_size = sizeof(record), .status = TCA_SERVICE_ACTIVE};
    tca_service_record bodiless = {.struct_size = sizeof(bodiless),
                                   .status = TCA_SERVICE_INACTIVE,
                                   .thumbprint = thumbprint,
                                   .thumbprint_length = sizeof(thumbprint) - 1,
                                   .serial = "0042",
                                   .serial_length = 4};
    TRY(parse(TENANT_CA_A, &certificate), certificate == NULL);
    TRY(tca_inventory_parse(files[LEGACY].data, files[LEGACY].length, NULL, &previous, NULL),
        previous == NULL);
    TRY(tca_inventory_builder_new(&options, &builder, NULL), builder == NULL);
    TRY(tca_inventory_builder_add(builder, certificate, &record, NULL), true);
    TRY(tca_inventory_builder_add(builder, NULL, &bodiless, NULL), true);
    TRY(tca_inventory_builder_add_input(builder, files[CHAIN].data, files[CHAIN].length, NULL),
        true);
    TRY(tca_inventory_builder_add_input(builder, files[PAGE_1].data, files[PAGE_1].length, NULL),
        true);
    TRY(tca_inventory_builder_next_link(builder, &link, &length), false);
    tell("%s\n", link);
    TRY(tca_inventory_builder_set_previous(builder, previous, NOW, NULL), true);
    /* Finishing empties the builder, also when it fails: not again. */
    TRY_ONCE(tca_inventory_builder_finish(builder, &inventory, NULL), inventory == NULL);
    result = tell_inventory(inventory);
end:
    tca_inventory_unref(inventory);
    tca_inventory_builder_unref(builder);
    tca_inventory_unref(previous);
    tca_certificate_unref(certificate);
    return result;
}

static tca_result found(void) {
    tca_result result;
    tca_inventory *inventory = NULL;
    const tca_entry *entry;
    const char *text;
    size_t length;
    uint32_t index = 0;
    TRY(tca_inventory_parse(files[INTEGRATED].data, files[INTEGRATED].length, NULL, &inventory,
                            NULL),
        inventory == NULL);
    TRY(tca_inventory_get(inventory, 1, &entry), false);
    TRY(tca_entry_thumbprint(entry, &text, &length), text == NULL && length == 0);
    TRY(tca_inventory_find(inventory, text, length, &index, NULL), index == TCA_NO_INDEX);
    tell("%u ", index);
    TRY(tca_inventory_find(inventory, text, 8, &index, NULL), index == TCA_NO_INDEX);
    tell("%u ", index);
    TRY(tca_entry_serial(entry, &text, &length), text == NULL && length == 0);
    TRY(tca_inventory_find(inventory, text, length, &index, NULL), index == TCA_NO_INDEX);
    tell("%u ", index);
    TRY(tca_inventory_find(inventory, "1", 1, &index, NULL), index == TCA_NO_INDEX);
    tell("%u", index);
end:
    tca_inventory_unref(inventory);
    return result;
}

static tca_result tell_rollover(const tca_rollover *rollover) {
    tca_result result;
    const tca_inventory *inventory;
    tca_rollover_summary summary = {.struct_size = sizeof(summary)};
    TRY(tca_rollover_get_summary(rollover, &summary), false);
    tell("%s %u %s %s\n", tca_stage_name(summary.stage), tca_stage_callout(summary.stage),
         tca_event_name(summary.next_event), tca_certainty_name(summary.next_event_certainty));
    TRY(tca_rollover_inventory(rollover, &inventory), false);
    for (uint32_t i = 0; i < tca_inventory_count(inventory); i++) {
        tca_entry_state state = {.struct_size = sizeof(state)};
        TRY(tca_rollover_state(rollover, i, &state), false);
        tell("%s %s %s\n", tca_status_name(state.status), tca_phase_name(state.phase),
             tca_source_name(state.status_source));
    }
    for (uint32_t i = 0; i < summary.window_count; i++) {
        tca_window window = {.struct_size = sizeof(window)};
        TRY(tca_rollover_window(rollover, i, &window), false);
        tell("%s %lld\n", tca_window_name(window.kind), (long long)window.opens);
    }
    for (uint32_t i = 0; i < summary.action_count; i++) {
        tca_action action = {.struct_size = sizeof(action)};
        TRY(tca_rollover_action(rollover, i, &action), false);
        tell("%s %s\n", tca_action_name(action.kind), tca_reason_text(action.reason));
    }
    tca_forecast forecast = {.struct_size = sizeof(forecast)};
    TRY(tca_rollover_forecast(rollover, 3, &forecast), false);
    tell("%lld", (long long)forecast.issued);
end:
    return result;
}

static tca_result rolled_over(void) {
    tca_result result;
    tca_inventory *inventory = NULL;
    tca_rollover *rollover = NULL, *same = NULL;
    tca_policy policy = {.struct_size = sizeof(policy)};
    TRY(tca_policy_defaults(&policy), false);
    TRY(tca_inventory_parse(files[INTEGRATED].data, files[INTEGRATED].length, NULL, &inventory,
                            NULL),
        inventory == NULL);
    TRY(tca_rollover_compute(inventory, NOW, &policy, &rollover, NULL), rollover == NULL);
    tca_rollover_ref(rollover, &same);
    result = tell_rollover(same);
end:
    tca_rollover_unref(same);
    tca_rollover_unref(rollover);
    tca_inventory_unref(inventory);
    return result;
}

/* What never asks for memory. */
static tca_result names_and_times(void) {
    tca_result result;
    tca_unix moment;
    char text[TCA_TIME_TEXT_SIZE];
    TRY(tca_time_parse("2026-04-05T00:00:00Z", 20, &moment, NULL), false);
    TRY(tca_time_format(moment, text, sizeof(text), NULL), false);
    tell("%s %s %u %u ", text, tca_version_string(), tca_version_number(),
         tca_abi_struct_size(TCA_STRUCT_POLICY));
    tell("%s %s %s %s %s", tca_key_type_name(TCA_KEY_EC),
         tca_signature_algorithm_name(TCA_SIGNATURE_RSA_SHA256),
         tca_key_usage_name(TCA_KEY_USAGE_CRL_SIGN),
         tca_extended_key_usage_name(TCA_EXTENDED_KEY_USAGE_ANY),
         tca_anomaly_name(TCA_ANOMALY_WITHHELD));
end:
    return result;
}

/* ---- a service, whose answers are files ---- */

static void answer(void *user, const tca_request *request, tca_reply *reply) {
    const char *url, *name, *value, *method;
    size_t length, value_length;
    const uint8_t *body;
    tca_unix deadline;
    (void)user;
    (void)tca_request_url(request, &url, &length);
    (void)tca_request_method(request, &method, &length);
    (void)tca_request_header(request, tca_request_header_count(request) - 1, &name, &length, &value,
                             &value_length);
    (void)tca_request_body(request, &body, &length);
    (void)tca_request_deadline(request, &deadline);
    const file *sent = strstr(url, "retrieveCertChain") != NULL ? &files[CHAIN]
                       : strstr(url, "retrieveProof") != NULL   ? &files[PROOF]
                       : strstr(url, "/certificates/") != NULL  ? &files[TENANT_CA_A]
                                                                : &files[INTEGRATED];
    EXPECT(tca_request_max_reply_bytes(request) > sent->length);
    (void)tca_reply_set_status(reply, 200);
    (void)tca_reply_add_header(reply, "x-ms-request-id", 15, "1d", 2);
    (void)tca_reply_append(reply, sent->data, sent->length);
    (void)tca_reply_done(reply);
}

static void give_token(void *user, const char *audience, size_t length, uint32_t refresh,
                       tca_reply *reply) {
    (void)user;
    (void)audience;
    (void)length;
    (void)refresh;
    (void)tca_reply_append(reply, (const uint8_t *)"token", 5);
    (void)tca_reply_done(reply);
}

static void tell_time(void *user, tca_reply *reply) {
    (void)user;
    (void)tca_reply_set_time(reply, NOW);
    (void)tca_reply_done(reply);
}

static void give_bytes(void *user, uint32_t count, tca_reply *reply) {
    (void)user;
    (void)count;
    (void)tca_reply_fail(reply, "none", 4);
}

static void write_line(void *user, uint32_t level, uint32_t category, const char *text,
                       size_t length) {
    (void)user;
    (void)level;
    (void)category;
    (void)text;
    (void)length;
}

static tca_result new_host(tca_host **out) {
    tca_transport transport = {.struct_size = sizeof(transport), .perform = answer};
    tca_token_source source = {.struct_size = sizeof(source), .token = give_token};
    tca_clock clock = {.struct_size = sizeof(clock), .now = tell_time};
    tca_random random = {.struct_size = sizeof(random), .bytes = give_bytes};
    tca_log log = {.struct_size = sizeof(log), .level = TCA_LOG_DEBUG, .write = write_line};
    tca_result result;
    TRY(tca_host_new(out, NULL), *out == NULL);
    TRY(tca_host_set_transport(*out, &transport, NULL), false);
    TRY(tca_host_set_token_source(*out, &source, NULL), false);
    TRY(tca_host_set_clock(*out, &clock, NULL), false);
    TRY(tca_host_set_random(*out, &random, NULL), false);
    TRY(tca_host_set_log(*out, &log, NULL), false);
end:
    return result;
}

static tca_result new_service(tca_sphere **out) {
    tca_sphere_options options = {.struct_size = sizeof(options),
                                  .kind = TCA_SPHERE_INTEGRATED,
                                  .subscription = "s",
                                  .subscription_length = 1,
                                  .resource_group = "g",
                                  .resource_group_length = 1,
                                  .catalog = "c",
                                  .catalog_length = 1};
    return tca_sphere_new(&options, out, NULL);
}

enum { LISTED, CERTIFICATE, CHAINED, PROVED };

static tca_result new_call(const tca_sphere *sphere, int what, tca_call **out) {
    static const char code[] = "3D9A51F0C7B24E6881A2D4C06F35B79E02468ACE13579BDF";
    tca_call_options options = {.struct_size = sizeof(options),
                                .judge_at = INT64_C(1736942400)}; /* 2025-01-15T12:00:00Z */
    return what == LISTED        ? tca_sphere_list(sphere, &options, out, NULL)
           : what == CERTIFICATE ? tca_sphere_certificate(sphere, "1", 1, &options, out, NULL)
           : what == CHAINED
               ? tca_sphere_chain(sphere, "1", 1, &options, out, NULL)
               : tca_sphere_proof(sphere, "1", 1, code, sizeof(code) - 1, &options, out, NULL);
}

static void take(tca_call *call) {
    tca_inventory *inventory = NULL;
    tca_certificate *certificate = NULL;
    tca_certificate_list *chain = NULL;
    tca_bytes *p7b = NULL;
    tell("%d", tca_call_take_inventory(call, &inventory));
    tell(" %d", tca_call_take_certificate(call, &certificate));
    tell(" %d", tca_call_take_chain(call, &chain, &p7b));
    tell(" %u %u", tca_inventory_count(inventory), tca_certificate_list_count(chain));
    tca_inventory_unref(inventory);
    tca_certificate_unref(certificate);
    tca_certificate_list_unref(chain);
    tca_bytes_unref(p7b);
}

static tca_result run_of(int what) {
    tca_result result;
    tca_host *host = NULL;
    tca_sphere *sphere = NULL, *same = NULL;
    tca_call *call = NULL;
    TRY_ONCE(new_host(&host), true);
    TRY(new_service(&sphere), sphere == NULL);
    tca_sphere_ref(sphere, &same);
    TRY(new_call(same, what, &call), call == NULL);
    TRY_ONCE(tca_call_run(call, host, NULL), true);
    take(call);
end:
    tca_call_unref(call);
    tca_sphere_unref(same);
    tca_sphere_unref(sphere);
    tca_host_unref(host);
    return result;
}

static tca_result run_of_list(void) {
    return run_of(LISTED);
}

static tca_result run_of_certificate(void) {
    return run_of(CERTIFICATE);
}

static tca_result run_of_chain(void) {
    return run_of(CHAINED);
}

static tca_result run_of_proof(void) {
    return run_of(PROVED);
}

static tca_result stepped(void) {
    tca_result result;
    tca_sphere *sphere = NULL;
    tca_call *call = NULL;
    uint32_t wants = 0, refresh;
    const tca_request *request;
    const char *audience;
    size_t length;
    tca_unix when;
    tca_reply *reply;
    TRY(new_service(&sphere), sphere == NULL);
    TRY(new_call(sphere, LISTED, &call), call == NULL);
    (void)tca_call_set_random(call, 1);
    while (wants != TCA_CALL_DONE) {
        TRY_ONCE(tca_call_step(call, NOW, &wants, NULL), wants == TCA_CALL_DONE);
        (void)tca_call_audience(call, &audience, &length, &refresh);
        (void)tca_call_wait_until(call, &when);
        (void)tca_call_retry_at(call, &when);
        if (tca_call_request(call, &request) == TCA_OK) {
            (void)tca_call_reply(call, &reply);
            answer(NULL, request, reply);
        } else if (tca_call_reply(call, &reply) == TCA_OK) {
            give_token(NULL, audience, length, 0, reply);
        }
    }
    take(call);
    tca_call_cancel(call);
end:
    tca_call_unref(call);
    tca_sphere_unref(sphere);
    return result;
}

static tca_result listed_by_pages(void) {
    tca_result result;
    tca_inventory_builder *builder = NULL;
    TRY(tca_inventory_builder_new(NULL, &builder, NULL), builder == NULL);
    TRY(tca_inventory_builder_add_list(builder, files[PAGE_1].data, files[PAGE_1].length, NULL),
        true);
    tell("page, status %u", tca_error_http_status(NULL));
end:
    tca_inventory_builder_unref(builder);
    return result;
}

static const struct {
    const char *name;
    tca_result (*run)(void);
    size_t every; /* of so many: signatures on curves allocate thousands of times */
} scenarios[] = {
    {"errors", errors, 1},
    {"texts", texts, 1},
    {"torture", torture, 1},
    {"fields", fields, 1},
    {"pem", pem, 1},
    {"list of p7b", list_of_p7b, 1},
    {"list of PEM", list_of_pem, 1},
    {"list of base64", list_of_base64, 1},
    {"issued by RSA", issued_by_rsa, 1},
    {"issued by EC", issued_by_ec, 41},
    {"proof", proof, 43},
    {"inventory of the legacy list", inventory_of_legacy, 1},
    {"inventory of the integrated list", inventory_of_integrated, 1},
    {"inventory of a chain", inventory_of_chain, 1},
    {"built", built, 1},
    {"found", found, 1},
    {"rolled over", rolled_over, 1},
    {"names and times", names_and_times, 1},
    {"list of a service", run_of_list, 1},
    {"certificate of a service", run_of_certificate, 1},
    {"chain of a service", run_of_chain, 211},
    {"proof of a service", run_of_proof, 97},
    {"a call that is stepped", stepped, 1},
    {"listed by pages", listed_by_pages, 1},
};

/* ---- running them ---- */

static tca_result run(size_t number, bool again) {
    scene.length = 0;
    scene.told[0] = '\0';
    scene.noticed = 0;
    scene.again = again;
    scene.complaint[0] = '\0';
    return scenarios[number].run();
}

static void run_short_of_memory(size_t number, fail_alloc_mode mode, const char *told) {
    size_t failures;
    size_t nth = 1;
    do {
        long live = fail_alloc_live();
        fail_alloc_arm(nth, mode);
        tca_result result = run(number, mode == FAIL_ALLOC_ONCE);
        fail_alloc_disarm();
        failures = fail_alloc_failures();
        long left = fail_alloc_live() - live;
        const char *name = scenarios[number].name;
        ck_assert_msg(scene.complaint[0] == '\0', "%s, allocation %zu: %s", name, nth,
                      scene.complaint);
        ck_assert_msg(left == 0, "%s, allocation %zu: %ld blocks are left", name, nth, left);
        /* Not every failure must be told: a block that could not be made smaller stays as it is. */
        ck_assert_msg(failures > 0 || scene.noticed == 0,
                      "%s, allocation %zu: none failed, %u calls said so", name, nth,
                      scene.noticed);
        ck_assert_msg(result == TCA_OK || (failures > 0 && result == TCA_E_NO_MEMORY),
                      "%s, allocation %zu: %s", name, nth, tca_result_name(result));
        ck_assert_msg(result != TCA_OK || strcmp(scene.told, told) == 0,
                      "%s, allocation %zu: another result\n%s\nwithout:\n%s", name, nth, scene.told,
                      told);
        nth += nth < 100 ? 1 : scenarios[number].every;
    } while (failures > 0);
}

START_TEST(survives) {
    static char told[sizeof(scene.told)];
    read_files();
    size_t number = (size_t)_i;
    ck_assert_int_eq(run(number, false), TCA_OK);
    ck_assert_msg(scene.complaint[0] == '\0', "%s", scene.complaint);
    ck_assert_str_ne(scene.told, "");
    memcpy(told, scene.told, sizeof(told));
    if (fail_alloc_available()) {
        run_short_of_memory(number, FAIL_ALLOC_ONCE, told);
        run_short_of_memory(number, FAIL_ALLOC_FROM_THEN, told);
    }
    free_files();
}
END_TEST

/* ---- is every function of the headers in a scenario? ---- */

static char *whole_file(const char *path) {
    FILE *stream = fopen(path, "rb");
    ck_assert_msg(stream != NULL, "%s", path);
    char *text = calloc(1, 1 << 20);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_lt(fread(text, 1, (1 << 20) - 1, stream), (1 << 20) - 1);
    fclose(stream);
    return text;
}

static bool name_character(char character) {
    return isalnum((unsigned char)character) || character == '_';
}

/* The name as a word of its own, called or handed on. */
static bool mentions(const char *source, const char *name, size_t length) {
    for (const char *at = source; (at = strstr(at, "tca_")) != NULL; at++) {
        if (strncmp(at, name, length) == 0 && (at[length] == '(' || at[length] == ',')) {
            return true;
        }
    }
    return false;
}

/* How many declarations begin with TCA_API, each the word before the first "(". */
static size_t check_header(const char *header, const char *source) {
    size_t count = 0;
    for (const char *at = header; (at = strstr(at, "\nTCA_API ")) != NULL; at++) {
        const char *end = strchr(at, '(');
        ck_assert_ptr_nonnull(end);
        const char *name = end;
        while (name_character(name[-1])) {
            name--;
        }
        ck_assert_msg(mentions(source, name, (size_t)(end - name)), "%.*s: no scenario calls it",
                      (int)(end - name), name);
        count++;
    }
    return count;
}

/* Of this file and of those beside it that take a topic each. */
static char *all_sources(void) {
    glob_t paths;
    size_t length = 0;
    char *sources = calloc(1, 1);
    ck_assert_int_eq(glob("tests/api/test_allocation*.c", 0, NULL, &paths), 0);
    for (size_t i = 0; i < paths.gl_pathc; i++) {
        char *source = whole_file(paths.gl_pathv[i]);
        sources = realloc(sources, length + strlen(source) + 1);
        ck_assert_ptr_nonnull(sources);
        memcpy(sources + length, source, strlen(source) + 1);
        length += strlen(source);
        free(source);
    }
    globfree(&paths);
    return sources;
}

START_TEST(scenarios_are_complete) {
    glob_t headers;
    /* Not adapters.h: that is another library, tested in tests/adapters. */
    ck_assert_int_eq(glob("include/tenantca/[b-z]*.h", 0, NULL, &headers), 0);
    char *source = all_sources();
    size_t count = 0;
    for (size_t i = 0; i < headers.gl_pathc; i++) {
        char *header = whole_file(headers.gl_pathv[i]);
        count += check_header(header, source);
        free(header);
    }
    ck_assert_uint_gt(count, 70);
    free(source);
    globfree(&headers);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("allocation");
    TCase *tests = tcase_create("allocation");
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, survives, 0, sizeof(scenarios) / sizeof(scenarios[0]));
    tcase_add_test(tests, scenarios_are_complete);
    suite_add_tcase(suite, tests);
    if (!fail_alloc_available()) {
        printf("allocation: nothing is made to fail in this build\n");
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

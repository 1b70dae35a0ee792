/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tool.h"

static void key_text(const tca_certificate_info *info, char text[MOMENT_SIZE]) {
    if (info->key_type == TCA_KEY_OTHER) {
        snprintf(text, MOMENT_SIZE, "other");
    } else {
        snprintf(text, MOMENT_SIZE, info->key_type == TCA_KEY_EC ? "EC P-%u" : "RSA %u",
                 (unsigned)info->key_bits);
    }
}

static json_t *key_usage_json(const tca_certificate_info *info) {
    if ((info->flags & TCA_CERTIFICATE_HAS_KEY_USAGE) == 0) {
        return json_null();
    }
    json_t *names = json_array();
    for (uint32_t bit = 1; bit <= TCA_KEY_USAGE_DECIPHER_ONLY; bit <<= 1) {
        if ((info->key_usage & bit) != 0) {
            json_array_append_new(names, json_string(tca_key_usage_name(bit)));
        }
    }
    return names;
}

static void add_details(json_t *entry, const tca_certificate *certificate) {
    static const char *const absent[] = {"key", "signature_algorithm", "is_ca", "key_usage", "pem"};
    if (certificate == NULL) {
        for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
            json_object_set_new(entry, absent[i], json_null());
        }
        return;
    }
    tca_certificate_info info = {.struct_size = sizeof(info)};
    char key[MOMENT_SIZE];
    tca_bytes *pem = NULL;
    const uint8_t *text = NULL;
    size_t length = 0;
    (void)tca_certificate_get_info(certificate, &info);
    (void)tca_certificate_pem(certificate, &pem, NULL);
    tca_bytes_view(pem, &text, &length);
    key_text(&info, key);
    json_object_set_new(entry, "key", json_string(key));
    json_object_set_new(entry, "signature_algorithm",
                        json_string(tca_signature_algorithm_name(info.signature_algorithm)));
    json_object_set_new(entry, "is_ca", json_boolean((info.flags & TCA_CERTIFICATE_IS_CA) != 0));
    json_object_set_new(entry, "key_usage", key_usage_json(&info));
    json_object_set_new(entry, "pem", text_json((const char *)text, length));
    tca_bytes_unref(pem);
}

static void print_value(const char *name, const json_t *value) {
    if (json_is_null(value)) {
        return;
    }
    printf("%-19s  ", name);
    if (json_is_string(value)) {
        print_foreign(stdout, json_string_value(value), json_string_length(value));
    } else if (json_is_boolean(value)) {
        fputs(json_is_true(value) ? "yes" : "no", stdout);
    } else if (json_is_integer(value)) {
        printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else {
        size_t i;
        json_t *item;
        json_array_foreach(value, i, item) {
            printf("%s%s", i == 0 ? "" : ", ", json_string_value(item));
        }
    }
    putchar('\n');
}

static void print_entry(const tool_view *view, const json_t *entry) {
    static const char *const names[] = {"index",
                                        "thumbprint",
                                        "thumbprint_sha256",
                                        "serial",
                                        "subject",
                                        "issuer",
                                        "not_before",
                                        "not_after",
                                        "role",
                                        "status",
                                        "phase",
                                        "status_source",
                                        "key",
                                        "signature_algorithm",
                                        "is_ca",
                                        "key_usage"};
    char moment[MOMENT_SIZE];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        print_value(names[i], json_object_get(entry, names[i]));
    }
    uint32_t index = (uint32_t)json_integer_value(json_object_get(entry, "index")) - 1;
    tca_entry_info info = view_info(view, index);
    if ((info.flags & TCA_ENTRY_HAS_NOT_AFTER) != 0) {
        moment_text(info.not_after, view->now, moment);
        printf("%-19s  %s\n", "expires", moment);
    }
    const json_t *anomalies = json_object_get(entry, "anomalies");
    if (json_array_size(anomalies) > 0) {
        print_value("anomalies", anomalies);
    }
    const json_t *pem = json_object_get(entry, "pem");
    if (json_is_string(pem)) {
        fputs(json_string_value(pem), stdout);
    } else {
        printf("(the service lists it without its body)\n");
    }
}

int command_show(const tool_options *options) {
    tool_view view;
    uint32_t index;
    if (!view_open(&view, options)) {
        return EXIT_ERROR;
    }
    if (!view_find(&view, options->certificate, &index)) {
        view_close(&view);
        return EXIT_ERROR;
    }
    int status = EXIT_DONE;
    json_t *entry = entry_json(&view, index);
    add_details(entry, view_certificate(&view, index));
    if (options->json) {
        json_t *document = json_object();
        json_object_set_new(document, "schema", json_string("tenantca.show/1"));
        json_object_set(document, "certificate", entry);
        status = print_json(document);
    } else {
        print_entry(&view, entry);
    }
    json_decref(entry);
    view_close(&view);
    return status;
}

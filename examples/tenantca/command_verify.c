/* SPDX-License-Identifier: MIT */
/* Does a device belong to the tenant? */
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define EXIT_NOT_TRUSTED 1
#define EXIT_UNREADABLE 2

typedef struct verify_run {
    const tool_options *options;
    tca_trust_set *set;
    json_t *results;
    tca_error *error;
} verify_run;

/* ---- the trust set ---- */

static tca_result make_set(const tca_inventory *inventory, tca_unix now, tca_trust_set **set,
                           tca_error *error) {
    tca_trust_builder *builder = NULL;
    tca_result result = tca_trust_builder_new(NULL, &builder, error);
    if (result == TCA_OK) {
        result = tca_trust_builder_add(builder, inventory, error);
    }
    if (result == TCA_OK) {
        result = tca_trust_builder_finish(builder, now, 0, set, error);
    }
    tca_trust_builder_unref(builder);
    return result;
}

/* False after a complaint. */
static bool open_set(verify_run *run) {
    tool_view view;
    if (!view_open(&view, run->options)) {
        return false;
    }
    tca_result result = make_set(view.inventory, run->options->now, &run->set, run->error);
    if (result != TCA_OK) {
        complain_error("verify", run->error, "'tenantca list' shows what the source holds");
    }
    view_close(&view);
    return result == TCA_OK;
}

/* ---- what a device sent ---- */

/* Only its own certificate counts, the first: what stands behind it is not even read. */
static size_t first_block(const unsigned char *data, size_t length) {
    static const char end[] = "-----END CERTIFICATE-----";
    for (size_t i = 0; i + strlen(end) <= length; i++) {
        if (memcmp(data + i, end, strlen(end)) == 0) {
            return i + strlen(end);
        }
    }
    return length;
}

/* Does it look like a certificate at all: DER, or a PEM block? */
static bool is_certificate(const unsigned char *data, size_t length) {
    return (length > 0 && data[0] == 0x30) || first_block(data, length) < length ||
           (length > 25 && memcmp(data + length - 25, "-----END CERTIFICATE-----", 25) == 0);
}

static const char *refusal_of(tca_result result) {
    return tca_refusal_name(result == TCA_E_CRITICAL_EXTENSION ? TCA_REFUSED_CRITICAL_EXTENSION
                            : result == TCA_E_LIMIT            ? TCA_REFUSED_TOO_LARGE
                                                               : TCA_REFUSED_MALFORMED);
}

/* ---- verdicts ---- */

static void print_foreign_text(const char *text) {
    print_foreign(stdout, text, strlen(text));
}

static void print_trusted(const char *path, const tca_verdict *verdict) {
    char until[MOMENT_SIZE];
    date_text(verdict->valid_until, until);
    print_foreign_text(path);
    printf(": %strusted%s, device ", colour_on(COLOUR_GOOD), colour_off());
    print_foreign(stdout, verdict->device_id, verdict->device_id_length);
    printf("\n  by tenant CA %.12s (%s%s%s), tenant %s, until %s\n", verdict->ca_thumbprint,
           tca_status_name(verdict->ca_status), verdict->ca_phase == TCA_PHASE_NONE ? "" : ", ",
           verdict->ca_phase == TCA_PHASE_NONE ? "" : tca_phase_name(verdict->ca_phase),
           verdict->tenant, until);
}

static void print_refused(const char *path, const char *reason, const char *message) {
    print_foreign_text(path);
    printf(": %snot trusted%s (%s)\n  ", colour_on(COLOUR_BAD), colour_off(), reason);
    print_foreign_text(message);
    printf("\n");
}

static json_t *result_json(const char *path, const tca_verdict *verdict, const char *reason,
                           const char *message) {
    json_t *item = json_object();
    json_object_set_new(item, "input", text_json(path, strlen(path)));
    json_object_set_new(item, "trusted", json_boolean(verdict->trusted == 1));
    json_object_set_new(item, "tenant", text_json(verdict->tenant, verdict->tenant_length));
    json_object_set_new(item, "ca",
                        text_json(verdict->ca_thumbprint, verdict->ca_thumbprint_length));
    json_object_set_new(item, "device",
                        verdict->trusted == 1
                            ? text_json(verdict->device_id, verdict->device_id_length)
                            : json_null());
    json_object_set_new(item, "valid_until",
                        verdict->trusted == 1 ? time_json(verdict->valid_until) : json_null());
    json_object_set_new(item, "reason", reason == NULL ? json_null() : json_string(reason));
    json_object_set_new(item, "message",
                        reason == NULL ? json_null() : text_json(message, strlen(message)));
    return item;
}

static int tell(verify_run *run, const char *path, const tca_verdict *verdict, const char *reason) {
    const char *message = "";
    tca_error_message(run->error, &message, NULL);
    if (run->options->json) {
        json_array_append_new(run->results, result_json(path, verdict, reason, message));
    } else if (reason == NULL) {
        print_trusted(path, verdict);
    } else {
        print_refused(path, reason, message);
    }
    return reason == NULL ? EXIT_DONE : EXIT_NOT_TRUSTED;
}

static int judge(verify_run *run, const char *path, const tca_certificate *certificate) {
    const tool_options *options = run->options;
    tca_verify_options wanted = {.struct_size = sizeof(wanted)};
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    const uint8_t *der;
    size_t length;
    tca_certificate_der(certificate, &der, &length);
    tca_result result =
        tca_trust_verify(run->set, &der, &length, 1, options->now, &wanted, &verdict, run->error);
    if (result != TCA_OK && result != TCA_E_NOT_TRUSTED) {
        complain_error(path, run->error, "please report this");
        return EXIT_UNREADABLE;
    }
    return tell(run, path, &verdict, result == TCA_OK ? NULL : tca_refusal_name(verdict.refusal));
}

static int verify_file(verify_run *run, const char *path) {
    size_t length = 0;
    unsigned char *data = file_read(path, &length);
    tca_certificate *certificate = NULL;
    tca_verdict none = {.struct_size = sizeof(none)};
    int status = EXIT_UNREADABLE;
    if (data == NULL) {
        return EXIT_UNREADABLE;
    }
    tca_result result =
        tca_certificate_parse(data, first_block(data, length), NULL, &certificate, run->error);
    if (result == TCA_OK) {
        status = judge(run, path, certificate);
    } else if (is_certificate(data, length)) {
        status = tell(run, path, &none, refusal_of(result));
    } else {
        complain_error(path, run->error, "a device's certificate is wanted: DER or PEM");
    }
    tca_certificate_unref(certificate);
    free(data);
    return status;
}

/* ---- the whole ---- */

static int print_results(const verify_run *run) {
    json_t *document = json_object();
    json_object_set_new(document, "schema", json_string("tenantca.verify/1"));
    json_object_set_new(document, "now", time_json(run->options->now));
    json_object_set_new(document, "results", json_incref(run->results));
    return print_json(document);
}

int command_verify(const tool_options *options) {
    verify_run run = {.options = options, .results = json_array()};
    int worst = EXIT_UNREADABLE;
    if (options->operand_count == 0) {
        complain("verify: which device? Name the file of its certificate");
        json_decref(run.results);
        return EXIT_UNREADABLE;
    }
    (void)tca_error_new(&run.error);
    if (open_set(&run)) {
        worst = EXIT_DONE;
        for (size_t i = 0; i < options->operand_count; i++) {
            int status = verify_file(&run, options->operands[i]);
            worst = status > worst ? status : worst;
        }
        if (options->json && print_results(&run) != EXIT_DONE) {
            worst = EXIT_UNREADABLE;
        }
    }
    tca_trust_set_unref(run.set);
    tca_error_unref(run.error);
    json_decref(run.results);
    return worst;
}

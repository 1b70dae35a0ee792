/* SPDX-License-Identifier: MIT */
/* Certificates, chains and proofs as files. */
#include <string.h>

#include "tool.h"

static bool check_destination(const tool_options *options) {
    if (options->destination == NULL) {
        complain("--destination F says which file to write");
        return false;
    }
    return true;
}

static bool wants_pem(const char *path) {
    size_t length = strlen(path);
    return length >= 4 && strcmp(path + length - 4, ".pem") == 0;
}

static int write_certificate(const tool_options *options, const tca_certificate *certificate) {
    const uint8_t *data = NULL;
    size_t length = 0;
    tca_bytes *pem = NULL;
    if (wants_pem(options->destination)) {
        (void)tca_certificate_pem(certificate, &pem, NULL);
        tca_bytes_view(pem, &data, &length);
    } else {
        (void)tca_certificate_der(certificate, &data, &length);
    }
    bool fine = data != NULL &&
                file_write(options->destination, (const char *)data, length, options->force);
    tca_bytes_unref(pem);
    return fine ? EXIT_DONE : EXIT_ERROR;
}

/* ---- from files ---- */

static int download_from_files(const tool_options *options) {
    tool_view view;
    uint32_t index = TCA_NO_INDEX;
    int status = EXIT_ERROR;
    if (!view_open(&view, options)) {
        return EXIT_ERROR;
    }
    if (view_find(&view, options->certificate, &index)) {
        uint32_t bad = view_info(&view, index).anomalies &
                       (TCA_ANOMALY_FOREIGN_TENANT | TCA_ANOMALY_THUMBPRINT_MISMATCH);
        const tca_certificate *certificate = view_certificate(&view, index);
        if (bad != 0) {
            complain("certificate %u contradicts its list (%s): it is not written; 'tenantca list' "
                     "shows more",
                     (unsigned)index + 1, tca_anomaly_name(bad & (~bad + 1)));
        } else if (certificate == NULL) {
            complain("certificate %u is listed without its body; name another",
                     (unsigned)index + 1);
        } else {
            status = write_certificate(options, certificate);
        }
    }
    view_close(&view);
    return status;
}

/* ---- from a service ---- */

static size_t name_length(const tool_options *options) {
    return options->certificate == NULL ? 0 : strlen(options->certificate);
}

static tca_result make_certificate(const tca_sphere *sphere, const tool_options *options,
                                   const tca_call_options *limits, tca_call **call,
                                   tca_error *error) {
    return tca_sphere_certificate(sphere, options->certificate, name_length(options), limits, call,
                                  error);
}

static tca_result make_chain(const tca_sphere *sphere, const tool_options *options,
                             const tca_call_options *limits, tca_call **call, tca_error *error) {
    return tca_sphere_chain(sphere, options->certificate, name_length(options), limits, call,
                            error);
}

static tca_result make_proof(const tca_sphere *sphere, const tool_options *options,
                             const tca_call_options *limits, tca_call **call, tca_error *error) {
    return tca_sphere_proof(sphere, options->certificate, name_length(options), options->code,
                            strlen(options->code), limits, call, error);
}

static int download_certificate(const tool_options *options, live_maker *make) {
    tca_certificate *certificate = NULL;
    int status = EXIT_ERROR;
    if (!file_may_write(options->destination, options->force)) {
        return EXIT_ERROR;
    }
    tca_call *call = live_run(options, make);
    if (call != NULL && tca_call_take_certificate(call, &certificate) == TCA_OK) {
        status = write_certificate(options, certificate);
    }
    tca_certificate_unref(certificate);
    tca_call_unref(call);
    return status;
}

int command_download(const tool_options *options) {
    if (!check_destination(options)) {
        return EXIT_USAGE;
    }
    return options->service == NULL ? download_from_files(options)
                                    : download_certificate(options, make_certificate);
}

int command_download_proof(const tool_options *options) {
    if (!check_destination(options)) {
        return EXIT_USAGE;
    }
    if (options->code == NULL) {
        complain("--verification-code C says which code the proof is for");
        return EXIT_USAGE;
    }
    return download_certificate(options, make_proof);
}

int command_download_chain(const tool_options *options) {
    tca_certificate_list *chain = NULL;
    tca_bytes *p7b = NULL;
    const uint8_t *data;
    size_t length;
    int status = EXIT_ERROR;
    if (!check_destination(options)) {
        return EXIT_USAGE;
    }
    if (!file_may_write(options->destination, options->force)) {
        return EXIT_ERROR;
    }
    tca_call *call = live_run(options, make_chain);
    if (call != NULL && tca_call_take_chain(call, &chain, &p7b) == TCA_OK) {
        tca_bytes_view(p7b, &data, &length);
        status = file_write(options->destination, (const char *)data, length, options->force)
                     ? EXIT_DONE
                     : EXIT_ERROR;
    }
    tca_bytes_unref(p7b);
    tca_certificate_list_unref(chain);
    tca_call_unref(call);
    return status;
}

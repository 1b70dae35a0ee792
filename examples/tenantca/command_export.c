/* SPDX-License-Identifier: MIT */
/* The trust file, and the setting that the program which reads it needs. */
#include <string.h>

#include "tool.h"

typedef struct export_reader {
    const char *name;
    const char *setting; /* "%s" stands for the file */
} export_reader;

static const export_reader readers[] = {
    {"openssl", "SSL_CTX_load_verify_locations(context, \"%s\", NULL);\n"
                "SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, "
                "NULL);\n"
                "X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), "
                "X509_V_FLAG_PARTIAL_CHAIN);\n"},
    {"nginx", "ssl_client_certificate %s;\n"
              "ssl_verify_client on;\n"
              "ssl_verify_depth 1;\n"},
    {"haproxy", "bind :443 ssl crt server.pem ca-file %s verify required\n"},
    {"envoy", "require_client_certificate: true\n"
              "common_tls_context:\n"
              "  validation_context:\n"
              "    trusted_ca: { filename: \"%s\" }\n"},
    {"python", "context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
               "context.verify_mode = ssl.CERT_REQUIRED\n"
               "context.load_verify_locations(\"%s\")\n"
               "context.verify_flags |= getattr(ssl, \"VERIFY_X509_PARTIAL_CHAIN\", 0x80000)\n"},
};

static const export_reader *find_reader(const char *name) {
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
        if (strcmp(readers[i].name, name) == 0) {
            return &readers[i];
        }
    }
    return NULL;
}

bool export_is_reader(const char *name) {
    return find_reader(name) != NULL;
}

static void print_setting(const export_reader *reader, const char *path) {
    const char *at = strstr(reader->setting, "%s");
    (void)fwrite(reader->setting, 1, (size_t)(at - reader->setting), stdout);
    print_foreign(stdout, path, strlen(path));
    fputs(at + 2, stdout);
}

/* How many of the tenant's are in it: with two, one of them is refused. */
static unsigned anchors_in(const char *pem) {
    unsigned count = 0;
    for (const char *at = strstr(pem, "-----BEGIN CERTIFICATE"); at != NULL;
         at = strstr(at + 1, "-----BEGIN CERTIFICATE")) {
        count++;
    }
    return count;
}

static void print_trap(void) {
    printf("\n");
    print_wrapped(
        "Old and new certificate have one name and no key identifiers, and this reader looks at "
        "the first of a name only: the active one stands first, and devices of the other are "
        "refused. Export again on the day the service reports the activation, and reload "
        "('tenantca apply' does it for the trust-file targets of a configuration). The mixed day, "
        "on which devices of both connect, cannot be served by a file: the hook that can is this "
        "library's verify inside the server.",
        0);
    printf("\n");
}

static int deliver(const export_reader *reader, const tool_options *options, const char *pem,
                   size_t length) {
    if (!file_write(options->destination, pem, length, options->force)) {
        return EXIT_ERROR;
    }
    print_setting(reader, options->destination);
    if (anchors_in(pem) > 1) {
        print_trap();
    }
    return EXIT_DONE;
}

int command_export(const tool_options *options) {
    const export_reader *reader = options->reader == NULL ? NULL : find_reader(options->reader);
    if (reader == NULL || options->destination == NULL) {
        complain("export: %s", reader == NULL
                                   ? "for whom? --for openssl, nginx, haproxy, envoy or python"
                                   : "where to? --destination FILE");
        return EXIT_USAGE;
    }
    tool_view view;
    if (!view_open(&view, options)) {
        return EXIT_ERROR;
    }
    tca_bytes *pem = NULL;
    tca_error *error = NULL;
    const uint8_t *data = NULL;
    size_t length = 0;
    int status = EXIT_ERROR;
    (void)tca_error_new(&error);
    if (tca_anchor_pem(view.rollover, TCA_ORDER_ACTIVE_FIRST, &pem, error) == TCA_OK) {
        tca_bytes_view(pem, &data, &length);
        status = deliver(reader, options, (const char *)data, length);
    } else {
        complain_error("export", error, "nothing was written; 'tenantca status' shows more");
    }
    tca_bytes_unref(pem);
    tca_error_unref(error);
    view_close(&view);
    return status;
}

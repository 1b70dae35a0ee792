/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tool.h"

typedef int option_setter(tool_options *options, const char *value);

typedef struct option_about {
    const char *name;
    const char *argument; /* NULL: takes none */
    const char *help;
    unsigned command; /* TAKES_*; 0: every command */
    option_setter *set;
} option_about;

static int usage(const char *text) {
    complain("%s; 'tenantca --help' shows how", text);
    return EXIT_USAGE;
}

static int set_from(tool_options *options, const char *value) {
    if (options->from != NULL) {
        return usage("--from is given twice; put the files into one folder");
    }
    options->from = value;
    return -1;
}

static int set_now(tool_options *options, const char *value) {
    tca_error *error = NULL;
    (void)tca_error_new(&error);
    tca_result result = tca_time_parse(value, strlen(value), &options->now, error);
    if (result != TCA_OK) {
        complain_error("--now", error, "write it as 2026-04-05T00:00:00Z");
    }
    tca_error_unref(error);
    return result == TCA_OK ? -1 : EXIT_USAGE;
}

static int set_tenant(tool_options *options, const char *value) {
    options->tenant = value;
    return -1;
}

static int set_json(tool_options *options, const char *value) {
    (void)value;
    options->json = true;
    return -1;
}

static int set_output(tool_options *options, const char *value) {
    options->json = strcmp(value, "json") == 0;
    return options->json || strcmp(value, "table") == 0 ? -1
                                                        : usage("--output is 'table' or 'json'");
}

static int set_certificate(tool_options *options, const char *value) {
    if (options->certificate != NULL) {
        return usage("two certificates are named, one is wanted");
    }
    options->certificate = value;
    return -1;
}

/* Else one of three digits would name another certificate than the option says. */
static bool is_position(const char *value) {
    size_t digits = strspn(value, "0123456789");
    return value[digits] == '\0' && digits >= 1 && digits <= 3;
}

static int set_index(tool_options *options, const char *value) {
    return is_position(value) ? set_certificate(options, value)
                              : usage("--index is a number of the list, such as 2");
}

static int set_thumbprint(tool_options *options, const char *value) {
    return is_position(value) ? usage("--thumbprint has four digits or more")
                              : set_certificate(options, value);
}

static int set_destination(tool_options *options, const char *value) {
    options->destination = value;
    return -1;
}

static int set_format(tool_options *options, const char *value) {
    static const char *const formats[] = {"text", "svg", "json"};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(value, formats[i]) == 0) {
            options->format = formats[i];
            return -1;
        }
    }
    return usage("--format is 'text', 'svg' or 'json'");
}

static int set_reader(tool_options *options, const char *value) {
    options->reader = value;
    return export_is_reader(value)
               ? -1
               : usage("--for is 'openssl', 'nginx', 'haproxy', 'envoy' or 'python'");
}

static int set_force(tool_options *options, const char *value) {
    (void)value;
    options->force = true;
    return -1;
}

static int set_help(tool_options *options, const char *value) {
    (void)value;
    options->help = true;
    return -1;
}

static int set_service(tool_options *options, const char *value) {
    options->service = value;
    return strcmp(value, "legacy") == 0 || strcmp(value, "integrated") == 0
               ? -1
               : usage("--service is 'legacy' or 'integrated'");
}

static int set_endpoint(tool_options *options, const char *value) {
    options->endpoint = value;
    return -1;
}

static int set_subscription(tool_options *options, const char *value) {
    options->subscription = value;
    return -1;
}

static int set_resource_group(tool_options *options, const char *value) {
    options->resource_group = value;
    return -1;
}

static int set_catalog(tool_options *options, const char *value) {
    options->catalog = value;
    return -1;
}

static int set_token_command(tool_options *options, const char *value) {
    options->token_command = value;
    return -1;
}

static int set_token_file(tool_options *options, const char *value) {
    if (options->token_file_count == TOKEN_FILES_MAX) {
        return usage("too many --token-file");
    }
    options->token_files[options->token_file_count++] = value;
    return -1;
}

static int set_identity(tool_options *options, const char *value) {
    options->identity = value;
    return strcmp(value, "managed") == 0 || strcmp(value, "client") == 0
               ? -1
               : usage("--identity is 'managed' or 'client'");
}

static int set_config(tool_options *options, const char *value) {
    options->config = value;
    return -1;
}

static int set_store(tool_options *options, const char *value) {
    options->store = value;
    return value[0] != '\0' ? -1 : usage("--store names a folder");
}

static int set_detailed(tool_options *options, const char *value) {
    (void)value;
    options->detailed = true;
    return -1;
}

static int set_remove(tool_options *options, const char *value) {
    options->remove = value;
    return value[0] != '\0' ? -1 : usage("--remove names a certificate");
}

static int set_remove_revoked(tool_options *options, const char *value) {
    (void)value;
    options->remove_revoked = true;
    return -1;
}

static int set_code(tool_options *options, const char *value) {
    options->code = value;
    return -1;
}

static const option_about known[] = {
    {"from", "PATH", "a file or folder of certificates, or a saved list", TAKES_SOURCE, set_from},
    {"tenant", "GUID", "which tenant (or its name in the configuration)",
     TAKES_SOURCE | TAKES_TENANT | TAKES_TARGETS, set_tenant},
    {"now", "TIME", "judge at this time (2026-04-05T00:00:00Z)",
     TAKES_SOURCE | TAKES_TENANT | TAKES_TARGETS, set_now},
    {"config", "FILE", "a configuration: tenants, services, targets", TAKES_SERVICE | TAKES_TARGETS,
     set_config},
    {"store", "DIR", "what is remembered between runs", TAKES_TARGETS, set_store},
    {"service", "KIND", "legacy or integrated: ask the service itself", TAKES_SERVICE, set_service},
    {"subscription", "S", "integrated: the subscription", TAKES_SERVICE, set_subscription},
    {"resource-group", "R", "integrated: the resource group", TAKES_SERVICE, set_resource_group},
    {"catalog", "C", "integrated: the catalog", TAKES_SERVICE, set_catalog},
    {"endpoint", "URL", "another address than the service's own", TAKES_SERVICE, set_endpoint},
    {"token-command", "CMD", "prints a token for TENANTCA_AUDIENCE", TAKES_SERVICE | TAKES_TARGETS,
     set_token_command},
    {"token-file", "[AUD=]F", "a token in a file, for an audience", TAKES_SERVICE | TAKES_TARGETS,
     set_token_file},
    {"identity", "KIND", "managed (this machine's), or client (the configuration's)",
     TAKES_SERVICE | TAKES_TARGETS, set_identity},
    {"detailed-exitcode", NULL, "0 nothing to do, 1 error, 2 steps to do", TAKES_DETAIL,
     set_detailed},
    {"remove", "CERT", "remove it before its end (never the active one)", TAKES_REMOVAL,
     set_remove},
    {"remove-revoked", NULL, "delete revoked certificates at cloud targets", TAKES_REMOVAL,
     set_remove_revoked},
    {"verification-code", "C", "the code that the proof is for", TAKES_CODE, set_code},
    {"json", NULL, "the same as --output json", TAKES_JSON, set_json},
    {"output", "FORM", "table (default) or json", TAKES_JSON, set_output},
    {"index", "N", "the certificate by its number in the list", TAKES_CERTIFICATE, set_index},
    {"thumbprint", "X", "... by its thumbprint", TAKES_CERTIFICATE, set_thumbprint},
    {"name", "SERIAL", "... by its serial number", TAKES_CERTIFICATE, set_certificate},
    {"format", "FORM", "text (default), svg or json", TAKES_FORMAT, set_format},
    {"for", "READER", "openssl, nginx, haproxy, envoy or python", TAKES_READER, set_reader},
    {"destination", "F", "write to this file, whole or not at all", TAKES_DESTINATION,
     set_destination},
    {"output-file", "F", "the same as --destination", TAKES_DESTINATION, set_destination},
    {"force", NULL, "replace the file that is there", TAKES_DESTINATION, set_force},
    {"help", NULL, "this text, as -h", 0, set_help},
};

#define KNOWN_COUNT ((int)(sizeof(known) / sizeof(known[0])))

static bool is_taken(const option_about *about, unsigned takes) {
    return about->command == 0 || (about->command & takes) != 0;
}

void options_help(unsigned takes) {
    for (int i = 0; i < KNOWN_COUNT; i++) {
        char left[32];
        snprintf(left, sizeof(left), "--%s %s", known[i].name,
                 known[i].argument == NULL ? "" : known[i].argument);
        if (is_taken(&known[i], takes)) {
            printf("  %-21s  %s\n", left, known[i].help);
        }
    }
}

/* What getopt_long() reads: as much of the table as this command takes. */
static void taken_options(unsigned takes, struct option out[KNOWN_COUNT + 1]) {
    int count = 0;
    for (int i = 0; i < KNOWN_COUNT; i++) {
        if (is_taken(&known[i], takes)) {
            int argument = known[i].argument == NULL ? no_argument : required_argument;
            out[count++] = (struct option){known[i].name, argument, NULL, 256 + i};
        }
    }
    out[count] = (struct option){0};
}

/* Without a value behind '=': who tries --token=... must not find the token in a log. */
static int refuse(const tool_command *command, int option, const char *text) {
    complain(option == ':' ? "%s: %.*s lacks its value; 'tenantca %s --help' shows how"
                           : "%s: takes no %.*s; 'tenantca %s --help' shows what it takes",
             command->name, (int)strcspn(text, "="), text, command->name);
    return EXIT_USAGE;
}

/* What getopt_long() stumbled over. Of letters behind one dash it does not tell the word. */
static const char *culprit(char **argv) {
    return optopt == 0 || optopt >= 256 ? argv[optind - 1] : "single-letter option";
}

static int check_service(const tool_options *options) {
    if (options->from != NULL) {
        return usage("--from and --service are two sources, one is wanted");
    }
    if (strcmp(options->service, "legacy") == 0) {
        return options->tenant != NULL ? -1 : usage("--service legacy needs --tenant GUID");
    }
    return options->subscription != NULL && options->resource_group != NULL &&
                   options->catalog != NULL
               ? -1
               : usage("--service integrated needs --subscription, --resource-group and --catalog");
}

static int check_tenant(const char *tenant) {
    tca_inventory_options wanted = {.struct_size = sizeof(wanted),
                                    .tenant = tenant,
                                    .tenant_length = tenant == NULL ? 0 : strlen(tenant)};
    tca_inventory_builder *builder = NULL;
    tca_error *error = NULL;
    (void)tca_error_new(&error);
    tca_result result = tca_inventory_builder_new(&wanted, &builder, error);
    if (result != TCA_OK) {
        complain_error("--tenant", error, "write it as 00000000-0000-0000-0000-000000000000");
    }
    tca_inventory_builder_unref(builder);
    tca_error_unref(error);
    return result == TCA_OK ? -1 : EXIT_USAGE;
}

static int check_config(const tool_options *options) {
    bool both = options->from != NULL || options->service != NULL || options->endpoint != NULL ||
                options->subscription != NULL || options->resource_group != NULL ||
                options->catalog != NULL;
    return both ? usage("--config names the service: --from, --service, --endpoint and what goes "
                        "with them are another source, one is wanted")
                : -1;
}

static int check_source(const tool_options *options) {
    if (options->config != NULL) {
        return check_config(options);
    }
    if (options->identity != NULL && strcmp(options->identity, "client") == 0) {
        return usage("--identity client needs --config FILE, which says whose");
    }
    int status = check_tenant(options->tenant);
    return status == -1 && options->service != NULL ? check_service(options) : status;
}

static int check_together(const tool_options *options) {
    if (options->help) {
        return -1;
    }
    if (options->json && options->format != NULL && strcmp(options->format, "json") != 0) {
        return usage("--json and another --format are asked for");
    }
    return check_source(options);
}

int options_read(tool_options *options, const tool_command *command, int argc, char **argv) {
    struct option taken[KNOWN_COUNT + 1];
    *options = (tool_options){.now = (tca_unix)time(NULL)};
    taken_options(command->takes, taken);
    int status = -1;
    int option;
    opterr = 0;
    optind = 1;
    while (status == -1 && (option = getopt_long(argc, argv, ":h", taken, NULL)) != -1) {
        status = option >= 256   ? known[option - 256].set(options, optarg)
                 : option == 'h' ? set_help(options, NULL)
                                 : refuse(command, option, culprit(argv));
    }
    if ((command->takes & TAKES_DEVICES) != 0) {
        options->operands = argv + optind;
        options->operand_count = (size_t)(argc - optind);
        optind = argc;
    }
    for (; status == -1 && optind < argc; optind++) {
        status = (command->takes & TAKES_CERTIFICATE) != 0 ? set_certificate(options, argv[optind])
                                                           : refuse(command, '?', argv[optind]);
    }
    return status == -1 ? check_together(options) : status;
}

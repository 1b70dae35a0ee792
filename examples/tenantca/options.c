/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tool.h"

enum {
    OPTION_FROM = 256,
    OPTION_TENANT,
    OPTION_NOW,
    OPTION_JSON,
    OPTION_OUTPUT,
    OPTION_CERTIFICATE,
    OPTION_DESTINATION,
    OPTION_FORMAT,
    OPTION_FORCE,
    OPTION_HELP,
};

static const struct option known[] = {
    {"from", required_argument, NULL, OPTION_FROM},
    {"tenant", required_argument, NULL, OPTION_TENANT},
    {"now", required_argument, NULL, OPTION_NOW},
    {"json", no_argument, NULL, OPTION_JSON},
    {"output", required_argument, NULL, OPTION_OUTPUT},
    {"index", required_argument, NULL, OPTION_CERTIFICATE},
    {"thumbprint", required_argument, NULL, OPTION_CERTIFICATE},
    {"name", required_argument, NULL, OPTION_CERTIFICATE},
    {"destination", required_argument, NULL, OPTION_DESTINATION},
    {"output-file", required_argument, NULL, OPTION_DESTINATION},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static int usage(const char *text) {
    complain("%s; 'tenantca --help' shows how", text);
    return EXIT_USAGE;
}

static int set_now(tool_options *options, const char *text) {
    tca_error *error = NULL;
    (void)tca_error_new(&error);
    tca_result result = tca_time_parse(text, strlen(text), &options->now, error);
    options->has_now = result == TCA_OK;
    if (result != TCA_OK) {
        complain_error("--now", error);
    }
    tca_error_unref(error);
    return result == TCA_OK ? -1 : EXIT_USAGE;
}

static int set_output(tool_options *options, const char *text) {
    options->json = strcmp(text, "json") == 0;
    return options->json || strcmp(text, "table") == 0 ? -1
                                                       : usage("--output is 'table' or 'json'");
}

static int set_certificate(tool_options *options, const char *text) {
    if (options->certificate != NULL) {
        return usage("two certificates are named, one is wanted");
    }
    options->certificate = text;
    return -1;
}

static int set_option(tool_options *options, int option) {
    switch (option) {
    case OPTION_FROM:
        options->from = optarg;
        return -1;
    case OPTION_TENANT:
        options->tenant = optarg;
        return -1;
    case OPTION_NOW:
        return set_now(options, optarg);
    case OPTION_JSON:
        options->json = true;
        return -1;
    case OPTION_OUTPUT:
        return set_output(options, optarg);
    case OPTION_CERTIFICATE:
        return set_certificate(options, optarg);
    case OPTION_DESTINATION:
        options->destination = optarg;
        return -1;
    case OPTION_FORMAT:
        options->format = optarg;
        return -1;
    case OPTION_FORCE:
        options->force = true;
        return -1;
    case OPTION_HELP:
        options->help = true;
        return -1;
    default:
        return usage("an option is unknown or lacks its value");
    }
}

int options_read(tool_options *options, int argc, char **argv) {
    *options = (tool_options){.now = (tca_unix)time(NULL)};
    int status = -1;
    int option;
    opterr = 0;
    optind = 1;
    while (status == -1 && (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        status = set_option(options, option);
    }
    for (; status == -1 && optind < argc; optind++) {
        status = set_certificate(options, argv[optind]);
    }
    return status;
}

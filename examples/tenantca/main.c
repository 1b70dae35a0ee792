/* SPDX-License-Identifier: MIT */
/* The command-line tool: the library's first user. */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "configuration.h"

/* Else a file opened later would get the number of a stream that was closed at the start, and be
 * written to. Writing to this one fails, as to a closed one. */
static void hold_standard_streams(void) {
    int file;
    do {
        file = open("/dev/null", O_RDONLY);
    } while (file >= 0 && file <= STDERR_FILENO);
    if (file >= 0) {
        close(file);
    }
}

/* Of a run that did not come to its end, or whose output is not complete. */
static int status_of_failure = EXIT_ERROR;

/* Some commands' numbers say other things than an error: verify's that a device is not trusted. */
static int failure_of(const tool_command *command) {
    return (command->takes & IS_MONITORED) != 0    ? TCA_CHECK_UNKNOWN
           : (command->takes & TAKES_DEVICES) != 0 ? EXIT_USAGE
                                                   : EXIT_ERROR;
}

/* A document is complete, or the tool ends: no key is ever missing for want of memory. */
static void *allocate(size_t size) {
    void *memory = malloc(size);
    if (memory == NULL) {
        complain("out of memory; try a smaller source");
        exit(status_of_failure);
    }
    return memory;
}

/* A full disk or a closed pipe may show only now. */
static int finish_output(int status) {
    errno = 0;
    bool failed = ferror(stdout) != 0;
    failed = fflush(stdout) != 0 || failed;
    if (!failed) {
        return status;
    }
    complain("standard output: %s; what was written there is not complete",
             errno != 0 ? strerror(errno) : "an earlier write failed");
    return status_of_failure;
}

static const tool_command *find_command(const char *name) {
    for (const tool_command *command = commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0) {
            return command;
        }
    }
    return NULL;
}

static int print_version(void) {
    printf("tenantca %d.%d.%d (libtenantca %s)\n", TCA_VERSION_MAJOR, TCA_VERSION_MINOR,
           TCA_VERSION_PATCH, tca_version_string());
    return EXIT_DONE;
}

static int check_place(const tool_command *command, const tool_options *options) {
    if (options->from != NULL || options->service != NULL || options->config != NULL) {
        return -1;
    }
    if ((command->takes & TAKES_TARGETS) != 0) {
        complain("%s: --config FILE says which tenants and targets; 'tenantca %s --help' shows "
                 "what stands in it",
                 command->name, command->name);
        return EXIT_USAGE;
    }
    if ((command->takes & (TAKES_SOURCE | ONLY_SERVICE)) != 0) {
        complain("%s: where are the certificates? %s'tenantca demo' needs none", command->name,
                 (command->takes & ONLY_SERVICE) != 0
                     ? "--service legacy --tenant GUID asks the service; "
                     : "--from PATH names a file or folder, --service asks the service; ");
        return EXIT_USAGE;
    }
    return -1;
}

/* Was it given, also where reading the options did not come to it? */
static bool is_detailed(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        size_t length = strlen(argv[i]);
        if (length > strlen("--") && strncmp("--detailed-exitcode", argv[i], length) == 0) {
            return true;
        }
    }
    return false;
}

/* The status of a run that did not come to its command: some commands' numbers say other things. */
static int mistake(const tool_command *command, const tool_options *options, int status, int argc,
                   char **argv) {
    bool detailed = (command->takes & TAKES_DETAIL) != 0 && is_detailed(argc, argv);
    return (command->takes & IS_MONITORED) != 0 ? check_unknown(options)
           : detailed                           ? EXIT_ERROR
                                                : status;
}

static int run_command(const tool_command *command, int argc, char **argv) {
    tool_options options;
    status_of_failure = failure_of(command);
    int status = options_read(&options, command, argc, argv);
    if (status == -1 && options.help) {
        help_command(command);
        return EXIT_DONE;
    }
    if (status == -1) {
        status = check_place(command, &options);
    }
    if (status == -1 && options.config != NULL && !pick_tenant(&options, command)) {
        status = status_of_failure;
    }
    status = status == -1 ? command->run(&options) : mistake(command, &options, status, argc, argv);
    pick_release(&options);
    return status;
}

static int run(int argc, char **argv) {
    if (argc < 2) {
        complain("what to do? 'tenantca --help' shows the commands, 'tenantca demo' a rollover");
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        return print_version();
    }
    bool help = strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
                strcmp(argv[1], "-h") == 0;
    if (help && argc == 2) {
        help_tool();
        return EXIT_DONE;
    }
    const char *name = help ? argv[2] : argv[1];
    const tool_command *command = find_command(name);
    if (command == NULL) {
        complain("%s: there is no such command; 'tenantca --help' shows them", name);
        return EXIT_USAGE;
    }
    if (help) {
        help_command(command);
        return EXIT_DONE;
    }
    return run_command(command, argc - 1, argv + 1);
}

int main(int argc, char **argv) {
    hold_standard_streams();
    /* Output that cannot be written is an error like any other. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    /* Whoever started us may ignore it; then nobody could tell how the token command ended. */
    (void)signal(SIGCHLD, SIG_DFL);
    json_set_alloc_funcs(allocate, free);
    return finish_output(run(argc, argv));
}

/* SPDX-License-Identifier: MIT */
/* The command-line tool: the library's first user. */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

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

/* A document is complete, or the tool ends: no key is ever missing for want of memory. */
static void *allocate(size_t size) {
    void *memory = malloc(size);
    if (memory == NULL) {
        complain("out of memory; try a smaller source");
        exit(EXIT_ERROR);
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
    return EXIT_ERROR;
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

static int run_command(const tool_command *command, int argc, char **argv) {
    tool_options options;
    int status = options_read(&options, command, argc, argv);
    if (status != -1) {
        return status;
    }
    if (options.help) {
        help_command(command);
        return EXIT_DONE;
    }
    if ((command->takes & (TAKES_SOURCE | ONLY_SERVICE)) != 0 && options.from == NULL &&
        options.service == NULL) {
        complain("%s: where are the certificates? %s'tenantca demo' needs none", command->name,
                 (command->takes & ONLY_SERVICE) != 0
                     ? "--service legacy --tenant GUID asks the service; "
                     : "--from PATH names a file or folder, --service asks the service; ");
        return EXIT_USAGE;
    }
    return command->run(&options);
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
    json_set_alloc_funcs(allocate, free);
    return finish_output(run(argc, argv));
}

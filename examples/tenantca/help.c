/* SPDX-License-Identifier: MIT */
#include "tool.h"

void help_tool(void) {
    fputs("tenantca: keep trusting the right Azure Sphere tenant CA certificates\n\n"
          "Examples:\n"
          "  tenantca demo                              see a whole rollover, no account needed\n"
          "  tenantca list --from certificates/         which certificates there are\n"
          "  tenantca status --from saved-list.json     what to do, by when\n"
          "  tenantca list --service legacy --tenant GUID    ask the service\n"
          "  tenantca plan --config tenantca.json       what every cloud service still needs\n"
          "  tenantca timeline --from certificates/ --format svg --destination rollover.svg\n\n"
          "Usage: tenantca COMMAND [CERT] [options]\n\n"
          "Commands:\n",
          stdout);
    for (const tool_command *command = commands; command->name != NULL; command++) {
        printf("  %-14s  %s\n", command->name, command->summary);
    }
    fputs("\nOptions of the commands:\n", stdout);
    options_help(~0u);
    fputs(
        "  --version              the tool's and the library's version\n\n"
        "'tenantca COMMAND --help' tells more. Data goes to standard output, all else to standard\n"
        "error. NO_COLOR turns colours off.\n\n"
        "Exit status: 0 done, 1 error, 2 wrong usage; check: 0 OK, 1 WARNING, 2 CRITICAL,\n"
        "3 UNKNOWN, also for wrong usage; verify: 0 trusted, 1 not trusted, 2 wrong usage or\n"
        "unreadable; plan --detailed-exitcode: 0 nothing to do, 1 error, also for wrong usage,\n"
        "2 steps to do.\n",
        stdout);
}

void help_command(const tool_command *command) {
    printf("tenantca %s: %s\n\nExamples:\n%s\n", command->name, command->summary,
           command->examples);
    printf("%s\nOptions:\n", command->description);
    options_help(command->takes);
}

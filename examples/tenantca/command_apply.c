/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "rollouts.h"

/* What is done is told as it is done; data follows on standard output. */
static void tell(void *user, const tca_notice *notice) {
    (void)user;
    fprintf(stderr, "tenantca: %s: ", notice->tenant);
    print_foreign(stderr, notice->text, notice->text_length);
    fputc('\n', stderr);
}

static tca_result make_apply(tca_rollout *rollout, const tool_options *options,
                             const tca_call_options *limits, tca_call **call, tca_error *error) {
    const tca_notice_sink sink = {.struct_size = sizeof(sink), .notice = tell};
    const tca_apply_options wishes = {
        .struct_size = sizeof(wishes),
        .flags = options->remove_revoked ? TCA_APPLY_REMOVE_REVOKED : 0,
        .remove = options->remove,
        .remove_length = options->remove == NULL ? 0 : strlen(options->remove)};
    tca_result result = tca_rollout_set_notices(rollout, &sink, error);
    return result == TCA_OK ? tca_rollout_apply(rollout, &wishes, limits, call, error) : result;
}

int command_apply(const tool_options *options) {
    plan_report report = {.options = options};
    if (options->remove != NULL && options->picked == NULL &&
        options->configuration->tenant_count > 1) {
        complain("--remove names a certificate of one tenant; --tenant NAME says whose");
        return EXIT_USAGE;
    }
    if (!rollouts_run(options, make_apply, plan_report_visit, &report)) {
        return EXIT_ERROR;
    }
    plan_report_end(&report);
    return report.failed ? EXIT_ERROR : EXIT_DONE;
}

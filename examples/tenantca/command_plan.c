/* SPDX-License-Identifier: MIT */
#include "rollouts.h"

int command_plan(const tool_options *options) {
    plan_report report = {.options = options};
    if (!rollouts_run(options, rollout_make_plan, plan_report_visit, &report)) {
        return EXIT_ERROR;
    }
    plan_report_end(&report);
    return report.failed                         ? EXIT_ERROR
           : options->detailed && report.due > 0 ? EXIT_STEPS
                                                 : EXIT_DONE;
}

/* SPDX-License-Identifier: MIT */
/* What has changed since the last run, told once. */
#ifndef TCAI_NOTICES_H
#define TCAI_NOTICES_H

#include "rollout/record.h"

/* Remember what the plan found in place of `before`, whose version is given, and tell what is new
 * in it. Where others were faster, what they told is not told again. */
tca_result tcai_notices_tell(tca_rollout *rollout, const tca_plan *plan, const tcai_record *before,
                             const tca_bytes *version, tca_error *error);

#endif

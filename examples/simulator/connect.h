/* SPDX-License-Identifier: MIT */
/* Would a device with this certificate be let in? */
#ifndef SIMULATOR_CONNECT_H
#define SIMULATOR_CONNECT_H

#include "service.h"

typedef struct verdict {
    const registration *ca; /* the one that vouches for the device; NULL: refused */
    const char *reason;     /* why it was; else NULL */
} verdict;

/* "iot-hub", "dps", "iot-central"; TARGET_KINDS for any other word. */
target_kind connect_kind(const char *word);

/* At the engine's clock. A hub has no groups; of a DPS any verified certificate counts where no
 * group is given. */
verdict connect_judge(const engine *e, target_kind kind, const char *name, const char *group,
                      const presented *device);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TCAI_JSON_LOAD_H
#define TCAI_JSON_LOAD_H

#include <jansson.h>

#include "base/base.h"

/* The document, or NULL and why; also NULL, or one that is damaged, with errno ENOMEM when memory
 * ran out. */
json_t *tcai_json_load(tcai_span text, json_error_t *why);

#endif

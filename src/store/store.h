/* SPDX-License-Identifier: MIT */
/* What the host keeps for the library. */
#ifndef TCAI_STORE_H
#define TCAI_STORE_H

#include "net/net.h"

#include "tenantca/storage.h"

#endif

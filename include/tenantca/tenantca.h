/* SPDX-License-Identifier: MIT */
/**
 * @file tenantca.h  Everything, and the rules that hold everywhere.
 *
 *  1. Arguments: the handle, inputs (a pointer, then its length), options, outputs, `tca_error *`
 *     last, which may be NULL.
 *  2. A function returns tca_result (0 done, negative why not), uint32_t, void, or a static name.
 *     Handles, times and sizes come out through parameters.
 *  3. `T **out` is yours to release with the type's `_unref`. `const T **out` is borrowed until its
 *     parent is released or changes.
 *  4. Inputs are copied or referenced before a call returns.
 *  5. On failure every output is NULL or 0 (of an output struct only struct_size stays); on success
 *     all are set. A verdict (trust.h) is set in either case.
 *  6. NULL is refused with TCA_E_ARGUMENT unless the text says it may be NULL; `_unref(NULL)` does
 *     nothing.
 *  7. Text is UTF-8 with an explicit length and no NUL inside; borrowed text also ends in a NUL.
 *  8. A `const` handle may be used by any number of threads at once, any other by one at a time.
 *     Reference counts are atomic. Certificates, inventories and rollovers never change.
 *  9. Time is an argument (tca_unix). The library has no clock, thread, socket, file, environment,
 *     locale or global state of its own, and never aborts or prints.
 * 10. Unknown flag bits and numbers are TCA_E_UNSUPPORTED, never ignored.
 * 11. Structs begin with struct_size. One that the caller fills may be longer than the library's as
 *     long as the rest is zero (else TCA_E_STRUCT_TOO_NEW); a number that is 0 means its default.
 *     One that the library fills is written as far as the caller's struct_size reaches.
 * 12. Limits on size, count and depth are members of the options of the call that they bound.
 * 13. A slot that the host supplies returns void and answers through a tca_reply. The library never
 *     calls a slot while it holds a lock, and never after `destroy`. What is being run, used again
 *     from within its own slot, is TCA_E_BUSY; released there, it goes when the slot has returned.
 * 14. Errors name the object and the reason and hold no body, token or header value. Of a service's
 *     refusal they give code and message, and its request id where that is up to 64 hexadecimal
 *     digits and dashes: with it the service's support finds the exchange.
 */
#ifndef TENANTCA_TENANTCA_H
#define TENANTCA_TENANTCA_H

#include "tenantca/call.h"
#include "tenantca/certificate.h"
#include "tenantca/check.h"
#include "tenantca/error.h"
#include "tenantca/export.h"
#include "tenantca/host.h"
#include "tenantca/inventory.h"
#include "tenantca/registry.h"
#include "tenantca/rollout.h"
#include "tenantca/rollover.h"
#include "tenantca/sphere.h"
#include "tenantca/storage.h"
#include "tenantca/time.h"
#include "tenantca/transport.h"
#include "tenantca/trust.h"
#include "tenantca/types.h"
#include "tenantca/version.h"

#endif

/* SPDX-License-Identifier: MIT */
/** @file error.h  Why something was not done. */
#ifndef TENANTCA_ERROR_H
#define TENANTCA_ERROR_H

#include "tenantca/types.h"

TCA_BEGIN_DECLS

#define TCA_OK 0                /**< done */
#define TCA_E_ARGUMENT (-1)     /**< NULL, or a value out of its range: the caller's mistake */
#define TCA_E_NO_MEMORY (-2)    /**< an allocation failed; nothing was changed */
#define TCA_E_NOT_TRUSTED (-31) /**< a device that does not belong; the verdict says why */
#define TCA_E_UNSUPPORTED (-3)  /**< a flag, enumerator or algorithm this library does not know */
#define TCA_E_STRUCT_TOO_SMALL (-4) /**< struct_size is smaller than the struct ever was */
#define TCA_E_STRUCT_TOO_OLD (-5)   /**< struct_size ends before a member this call needs */
#define TCA_E_STRUCT_TOO_NEW (-6)   /**< a member this library does not know is not zero */
#define TCA_E_LIMIT (-7)            /**< a limit of the options was passed: size, count or depth */
#define TCA_E_MALFORMED (-8)        /**< input that breaks its own format */
#define TCA_E_CRITICAL_EXTENSION (-9) /**< a certificate extension that is critical and unknown */
#define TCA_E_NOT_FOUND (-10)         /**< there is no such thing */
#define TCA_E_AMBIGUOUS (-11)         /**< more than one thing fits */
#define TCA_E_ISSUER (-12)            /**< issued under another name than the one compared with */
#define TCA_E_SIGNATURE (-13)         /**< issuer found, signature does not verify */
#define TCA_E_KEY (-14)               /**< a public key that cannot be used */
#define TCA_E_RANGE (-15)             /**< a time outside 0001-01-01 to 9999-12-31 */
#define TCA_E_NOT_PROVIDED (-16)      /**< the host supplies no table or slot that this needs */
#define TCA_E_CALLBACK (-17)          /**< a slot of the host returned without an answer */
#define TCA_E_BUSY (-18)              /**< used from within a slot that it is calling */
#define TCA_E_CANCELLED (-19)         /**< tca_call_cancel() */
#define TCA_E_DEADLINE (-20)          /**< the call's deadline passed */
#define TCA_E_RETRY_LATER (-21) /**< the service wants to be asked later than the call may wait */
#define TCA_E_HTTP (-22)        /**< the service answered with an error */
#define TCA_E_TRANSPORT (-23)   /**< no answer: the host's transport failed */
#define TCA_E_TOKEN (-24)       /**< the host's token source gave none that can be used */
#define TCA_E_ANSWER (-25)      /**< the service's answer is not what was asked for */
#define TCA_E_CONFLICT (-26)    /**< somebody else has changed it meanwhile: read it again */
#define TCA_E_STORAGE (-27)     /**< the host's storage or anchor holder failed */
#define TCA_E_CAPACITY (-28)    /**< the target has no room for one more */
#define TCA_E_PROOF (-29)       /**< the service refused the proof of possession */
#define TCA_E_LAST_ANCHOR (-30) /**< nothing would be left to trust; nothing was changed */

/** @return the name of a result ("TCA_E_LIMIT"), "unknown" for one this library does not know. */
TCA_API const char *tca_result_name(tca_result result);

/**
 * What went wrong, in words that name the object and the reason. One belongs to one thread at a
 * time and is filled by whichever call it was given to last; a call that succeeds clears it. Its
 * memory is all allocated when it is made, so reporting never fails.
 */
typedef struct tca_error tca_error;

/** Make an empty one. @param out [out] yours to release. @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY */
TCA_API tca_result tca_error_new(tca_error **out);

/** @param error may be NULL. @return the code of the last failure, TCA_OK when there was none. */
TCA_API tca_result tca_error_code(const tca_error *error);

/**
 * @param error   may be NULL: then the text is empty
 * @param text    [out] UTF-8, never NULL, borrowed until the next call that is given @p error;
 *                "" when there was no failure
 * @param length  [out] in bytes, may be NULL
 */
TCA_API void tca_error_message(const tca_error *error, const char **text, size_t *length);

/** @param error may be NULL. @return the HTTP status of a service's refusal, when that was the last
 *  failure: of TCA_E_HTTP, TCA_E_RETRY_LATER, TCA_E_CONFLICT and TCA_E_PROOF; else 0. */
TCA_API uint32_t tca_error_http_status(const tca_error *error);

/** Release. @param error may be NULL. */
TCA_API void tca_error_unref(tca_error *error);

TCA_END_DECLS

#endif

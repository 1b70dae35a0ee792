/* SPDX-License-Identifier: MIT */
#include "crypto/crypto.h"
#include "crypto/mbedtls_compat.h"

/* What can fail in a digest of bytes in memory is an allocation within mbedTLS, and nothing else.
 */
static tca_result digest(mbedtls_md_type_t type, tcai_span message, uint8_t *out) {
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(type);
    if (info == NULL) {
        return TCA_E_UNSUPPORTED;
    }
    return mbedtls_md(info, message.data, message.length, out) == 0 ? TCA_OK : TCA_E_NO_MEMORY;
}

tca_result tcai_sha1(tcai_span message, uint8_t out[TCAI_SHA1_SIZE]) {
    return digest(MBEDTLS_MD_SHA1, message, out);
}

tca_result tcai_sha256(tcai_span message, uint8_t out[TCAI_SHA256_SIZE]) {
    return digest(MBEDTLS_MD_SHA256, message, out);
}

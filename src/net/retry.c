/* SPDX-License-Identifier: MIT */
#include "net/net.h"

#define BACKOFF_MAX 32
#define RETRY_AFTER_DIGITS 9

bool tcai_retry_status(uint32_t status) {
    return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
           status == 504;
}

bool tcai_retry_after(tcai_span value, tca_unix now, tca_unix *at) {
    if (value.length == 0) {
        return false;
    }
    int32_t seconds =
        value.length <= RETRY_AFTER_DIGITS ? tcai_digits(value.data, value.length) : -1;
    if (seconds >= 0) {
        *at = now + seconds;
        return true;
    }
    return tcai_http_date(value, at);
}

uint32_t tcai_backoff(uint32_t next, bool jitter, uint32_t random) {
    uint32_t doublings = next < 2 ? 0 : next - 2;
    uint32_t most = doublings < 5 ? 1u << doublings : BACKOFF_MAX;
    return jitter ? random % (most + 1) : most;
}

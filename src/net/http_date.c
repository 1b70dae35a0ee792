/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "net/net.h"

#define DATE_LENGTH 29 /* Sun, 06 Nov 1994 08:49:37 GMT */

static int32_t month_number(const uint8_t *name) {
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int32_t i = 0; i < 12; i++) {
        if (memcmp(names + 3 * i, name, 3) == 0) {
            return i + 1;
        }
    }
    return 0;
}

bool tcai_http_date(tcai_span text, tca_unix *out) {
    const uint8_t *at = text.data;
    if (text.length != DATE_LENGTH || memcmp(at + 3, ", ", 2) != 0 || at[7] != ' ' ||
        at[11] != ' ' || at[16] != ' ' || at[19] != ':' || at[22] != ':' ||
        memcmp(at + 25, " GMT", 4) != 0) {
        return false;
    }
    tcai_civil civil = {.year = tcai_digits(at + 12, 4),
                        .month = month_number(at + 8),
                        .day = tcai_digits(at + 5, 2),
                        .hour = tcai_digits(at + 17, 2),
                        .minute = tcai_digits(at + 20, 2),
                        .second = tcai_digits(at + 23, 2)};
    return tcai_unix_from_civil(&civil, out);
}

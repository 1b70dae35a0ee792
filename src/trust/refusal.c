/* SPDX-License-Identifier: MIT */
/* Why a device is refused, in words. */
#include "trust/trust.h"

typedef struct refusal_words {
    const char *name;
    const char *text;
} refusal_words;

static const refusal_words refusals[] = {
    [TCA_REFUSED_NOT] = {"trusted", "it is trusted"},
    [TCA_REFUSED_UNDECIDED] = {"undecided", "it could not be decided"},
    [TCA_REFUSED_MALFORMED] = {"malformed", "its certificate breaks RFC 5280 or DER"},
    [TCA_REFUSED_TOO_LARGE] = {"too-large", "its certificate passes a limit"},
    [TCA_REFUSED_CRITICAL_EXTENSION] = {"critical-extension",
                                        "something critical in its certificate is not understood"},
    [TCA_REFUSED_UNKNOWN_ISSUER] = {"unknown-issuer",
                                    "no trusted tenant's CA certificate fits the name and key "
                                    "identifier of its issuer"},
    [TCA_REFUSED_WRONG_TENANT] = {"wrong-tenant", "it is another tenant's than expected"},
    [TCA_REFUSED_IS_CA] = {"is-ca", "its certificate is that of a CA"},
    [TCA_REFUSED_USAGE] = {"usage", "its certificate is not for authenticating a client"},
    [TCA_REFUSED_WEAK_ALGORITHM] = {"weak-algorithm",
                                    "its signature's algorithm is weak or unknown"},
    [TCA_REFUSED_WEAK_KEY] = {"weak-key", "its key is weak or of an unknown kind"},
    [TCA_REFUSED_NO_IDENTITY] = {"no-identity", "its certificate has no common name to tell it by"},
    [TCA_REFUSED_NOT_YET_VALID] = {"not-yet-valid", "its certificate begins later"},
    [TCA_REFUSED_EXPIRED] = {"expired", "its certificate has ended"},
    [TCA_REFUSED_SIGNATURE] = {"signature",
                               "a CA certificate has its issuer's name, and none has signed it"},
    [TCA_REFUSED_CA_REVOKED] = {"ca-revoked", "signed by a CA certificate that was revoked"},
    [TCA_REFUSED_CA_NOT_PERMITTED] = {"ca-not-permitted",
                                      "signed by a certificate that may not sign others"},
    [TCA_REFUSED_CA_KEY] = {"ca-key", "its CA's key is weak, of an unknown kind, or no key"},
    [TCA_REFUSED_CA_NOT_YET_VALID] = {"ca-not-yet-valid",
                                      "signed by a CA certificate that begins later"},
    [TCA_REFUSED_CA_EXPIRED] = {"ca-expired", "signed by a CA certificate that has ended"},
};

#define REFUSALS (sizeof(refusals) / sizeof(refusals[0]))

const char *tca_refusal_name(uint32_t refusal) {
    return refusal < REFUSALS ? refusals[refusal].name : "unknown";
}

const char *tca_refusal_text(uint32_t refusal) {
    return refusal < REFUSALS ? refusals[refusal].text : "unknown refusal";
}

tca_result tcai_refuse(tcai_finding *finding, uint32_t refusal, tca_error *error) {
    finding->refusal = refusal;
    return tcai_fail(error, TCA_E_NOT_TRUSTED, "%s", tca_refusal_text(refusal));
}

tca_result tcai_refuse_anchor(tcai_finding *finding, uint32_t refusal, tcai_anchor *anchor,
                              tca_error *error) {
    char moment[TCA_TIME_TEXT_SIZE];
    bool ended = refusal == TCA_REFUSED_CA_EXPIRED;
    finding->refusal = refusal;
    finding->anchor = anchor;
    if (!ended && refusal != TCA_REFUSED_CA_NOT_YET_VALID) {
        return tcai_fail(
            error, TCA_E_NOT_TRUSTED, "signed by tenant CA %s, which %s", anchor->thumbprint,
            refusal == TCA_REFUSED_CA_REVOKED ? "was revoked" : "may not sign certificates");
    }
    (void)tca_time_format(ended ? anchor->not_after : anchor->not_before, moment, sizeof(moment),
                          NULL);
    return tcai_fail(error, TCA_E_NOT_TRUSTED, "signed by tenant CA %s, which %s %s",
                     anchor->thumbprint, ended ? "ended at" : "begins at", moment);
}

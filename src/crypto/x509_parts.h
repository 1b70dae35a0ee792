/* SPDX-License-Identifier: MIT */
/* What the files of the certificate reader share. */
#ifndef TCAI_X509_PARTS_H
#define TCAI_X509_PARTS_H

#include "crypto/crypto.h"

/* "field: why the reader stopped" */
tca_result tcai_x509_broken(tca_error *error, const char *field, const tcai_der *reader);

tca_result tcai_x509_read_public_key(tcai_der *tbs, tcai_x509 *x509, tca_error *error);

/* `algorithm` is the content of the AlgorithmIdentifier. */
tca_result tcai_x509_read_signature_algorithm(tcai_span algorithm, tcai_x509 *x509,
                                              tca_error *error);

tca_result tcai_x509_read_extensions(tcai_der *tbs, tcai_x509 *x509, tca_error *error);

#endif

/* SPDX-License-Identifier: MIT */
/* A record as a document, and the bodies beside it. */
#ifndef TCAI_RECORD_DOCUMENT_H
#define TCAI_RECORD_DOCUMENT_H

#include "rollout/record.h"

#define TCAI_RECORD_SCHEMA "tenantca.view/1"
#define TCAI_RECORD_SCHEMA_FAMILY "tenantca.view/"

/* SHA-1 and SHA-256 in hexadecimal digits. */
#define TCAI_RECORD_THUMBPRINT 40
#define TCAI_RECORD_SHA256 64

/* What the service said of a certificate, in the document's words; NULL for another number. */
const char *tcai_record_service_word(uint32_t service_status);

/* NULL when out of memory. */
tca_bytes *tcai_record_write(const tcai_record *record);

/* The record is empty on failure: TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED (a newer schema),
 * TCA_E_MALFORMED, or as the store fails. */
tca_result tcai_record_read(tcai_span document, tca_store *store, const char *name,
                            tcai_record *record, tca_error *error);

/* A body from the archive; NULL where there is none that is what its key says. */
tca_result tcai_record_body(tca_store *store, const char *name, const char *sha256,
                            tca_certificate **out, tca_error *error);

#endif

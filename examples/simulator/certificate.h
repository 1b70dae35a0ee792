/* SPDX-License-Identifier: MIT */
/* One certificate, right or deliberately wrong, put together from its parts and signed.
 *
 * Its key and serial number derive from the seed and from what it says (issuer, subject, dates):
 * the same call gives the same bytes, in whatever order calls are made. Functions that return int
 * return 0, or another value and *out NULL. */
#ifndef SIMULATOR_CERTIFICATE_H
#define SIMULATOR_CERTIFICATE_H

#include "der.h"
#include "private_key.h"

#include <stddef.h>
#include <stdint.h>

/* A certificate and its private key. */
typedef struct issued {
    der certificate; /* DER */
    der subject;     /* the Name */
    der serial;      /* the INTEGER's content; a leading zero byte is part of it */
    private_key *key;
    int64_t not_before, not_after;
    int year; /* the one in the name of a root or policy CA */
} issued;

void issued_free(issued *certificate);

#define THUMBPRINT_SIZE 41

/* SHA-1 in upper-case hexadecimal, as the services print it. */
int thumbprint_of(der_view certificate, char out[THUMBPRINT_SIZE]);
int issued_thumbprint(const issued *certificate, char out[THUMBPRINT_SIZE]);

/* Text for the caller to free(); NULL when memory is out. */
char *issued_pem(const issued *certificate);
/* The serial as the integrated service names the certificate: a leading 00 is kept. */
char *issued_serial_hex(const issued *certificate);
void write_hexadecimal(char *out, const uint8_t *data, size_t length);
char *base64_text(der_view bytes);
char *pem_text(const char *label, der_view bytes);

typedef enum serial_shape {
    SERIAL_ANY,
    SERIAL_LEADING_ZERO, /* top bit set: 17 bytes, the first one 00 */
    SERIAL_16_BYTES      /* top bit clear */
} serial_shape;

/* Complete elements of a TBSCertificate. A part with data replaces what would have been written;
 * one with data and length 0 leaves it out. */
typedef struct certificate_parts {
    der_view version, serial, algorithm, issuer, validity, subject, public_key, extensions;
    der_view outer_algorithm; /* of the Certificate itself */
} certificate_parts;

typedef struct certificate_order {
    key_type key;
    der_view subject;
    int64_t not_before, not_after;
    der_view extensions; /* one after another, without the SEQUENCE around them; may be empty */
    serial_shape serial;
    const certificate_parts *instead; /* or NULL */
} certificate_order;

/* Signed by signer, or by its own key where that is NULL. */
int certificate_issue(uint64_t seed, const issued *signer, const certificate_order *order,
                      issued **out);
/* The key which that call will give the certificate, for extensions that name it. */
int certificate_key_to_come(uint64_t seed, const issued *signer, const certificate_order *order,
                            private_key **out);

#endif

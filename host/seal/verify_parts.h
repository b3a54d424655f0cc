/*
 * verify_parts.h: the checks of one seal; private to host/seal. Each says its
 * findings and goes on with what can still be checked.
 *
 *	verify_header(&s);
 *	verify_certificates(&s);
 *	verify_signature(&s);
 *
 * Memory    struct verify_seal is the caller's; certs are freed by it
 * Chunks    none
 * Errors    findings; NO_MEMORY latches in result->err
 * Trust     texts from outside are cleaned of what could steer a terminal
 * Limits    VERIFY_CERTS certificates of a seal
 */
#ifndef HOST_SEAL_VERIFY_PARTS_H
#define HOST_SEAL_VERIFY_PARTS_H

#include <limits.h>

#include "host/seal/jws.h"
#include "host/seal/verify.h"

#define VERIFY_CERTS 64
#define VERIFY_FILE UINT_MAX /* in a finding's seal */

struct verify_seal {
	struct verify_result *result;
	const struct verify_options *options;
	const struct jws *jws;
	const struct jws_seal *seal;
	unsigned index;
	/* found by verify_header */
	const struct alg *alg; /* NULL: unknown */
	bool encoded; /* b64 is not false */
	bool has_time;
	int64_t time; /* iat or sigT */
	/* found by verify_certificates: of x5c, then of etsiU */
	struct cert certs[VERIFY_CERTS];
	size_t cert_count;
	const struct cert *leaf; /* NULL: not there */
};

void verify_say(struct verify_result *r, unsigned seal, const char *check,
    enum verify_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Says it for this seal. */
#define VERIFY_SAY(s, ...) verify_say((s)->result, (s)->index, __VA_ARGS__)

/* verify_header.c: TS 119 182-1 5.1, 5.2; facts/seal-formats has the rules
 * that validators apply. */
void verify_header(struct verify_seal *s);
doc_ref verify_header_get(const struct verify_seal *s, const char *name);

/* verify_certs.c: collects certificates, checks thumbprint, the certificate
 * as one of a seal, its chain, and the signing time against it. */
void verify_certificates(struct verify_seal *s);
void verify_chain(struct verify_seal *s);

/* verify_signature.c */
void verify_signature(struct verify_seal *s);

/* verify_unsigned.c: etsiU and the timestamps in it and in adoTst. Adds the
 * certificates that it finds to s->certs. */
void verify_unsigned(struct verify_seal *s);

/* verify_payload.c: payload as octets, or NULL. */
struct verify_payload {
	struct doc *doc; /* NULL: no JSON */
	const uint8_t *octets;
	size_t len;
};
void verify_payload_read(struct verify_payload *p, struct verify_result *r,
    const uint8_t *octets, size_t len);
void verify_issuer(struct verify_seal *s, const struct verify_payload *p);

#endif

/*
 * evidence.h: what a seal of any format brings along: certificates,
 * revocation data, and timestamps in the order in which they were added.
 *
 *	evidence_add_cert(&e, der, len);
 *	evidence_add_revocation(&e, REVOCATION_CRL, der, len, true);
 *	t = evidence_add_timestamp(&e, TIMESTAMP_SIGNATURE, der, len);
 *	evidence_free(&e);
 *
 * Memory    copies of what is added, freed by evidence_free
 * Chunks    whole values
 * Errors    NO_MEMORY latches in err. What cannot be read, and what is beyond
 *           the limits, is left out of certificates and revocation data: they
 *           are means to reach an anchor, and none of them is demanded
 * Trust     nothing in it is trusted: see verify_parts.h
 * Limits    EVIDENCE_* of each kind
 */
#ifndef HOST_SEAL_EVIDENCE_H
#define HOST_SEAL_EVIDENCE_H

#include "common/sha512.h"
#include "host/x509/revocation_status.h"

#define EVIDENCE_CERTS 96
#define EVIDENCE_REVOCATIONS 64
#define EVIDENCE_TIMESTAMPS 32
#define EVIDENCE_OCTETS (32u << 20) /* of one revocation list */

struct evidence_revocation {
	enum revocation_kind kind;
	uint8_t *der; /* CertificateList, or OCSPResponse */
	size_t len;
	bool embedded; /* in the seal; else it was fetched or given beside it */
};

/* In the order of what they cover: each covers those before it. */
enum timestamp_kind {
	TIMESTAMP_CONTENT = 1, /* of what is sealed */
	TIMESTAMP_SIGNATURE = 2, /* of the signature's value */
	TIMESTAMP_ARCHIVE = 3, /* of all that stands before it */
};

struct evidence_timestamp {
	enum timestamp_kind kind;
	uint8_t *der; /* TimeStampToken */
	size_t len;
	unsigned tokens; /* in the same container: one is expected */
	size_t container; /* those in the same one do not cover each other */
	/* of what it has to cover, by the token's hash; 0: that is not known */
	uint8_t digest[SHA512_SIZE];
	size_t digest_len;
};

struct evidence {
	struct cert cert[EVIDENCE_CERTS]; /* each once */
	bool fetched[EVIDENCE_CERTS]; /* each of them: is not in the seal */
	size_t cert_count;
	struct evidence_revocation revocation[EVIDENCE_REVOCATIONS];
	size_t revocation_count;
	struct evidence_timestamp timestamp[EVIDENCE_TIMESTAMPS];
	size_t timestamp_count;
	unsigned left_out; /* timestamps beyond the limit */
	enum err err;
};

/* The certificate as it is kept, or NULL: it is none, or there is no room. */
const struct cert *evidence_add_cert(
    struct evidence *e, const uint8_t *der, size_t len);
/* The same for one that did not come with the seal. */
const struct cert *evidence_add_fetched(
    struct evidence *e, const uint8_t *der, size_t len);
void evidence_add_revocation(struct evidence *e, enum revocation_kind kind,
    const uint8_t *der, size_t len, bool embedded);
/* NULL: out of memory or beyond the limit. */
struct evidence_timestamp *evidence_add_timestamp(struct evidence *e,
    enum timestamp_kind kind, const uint8_t *der, size_t len);
void evidence_free(struct evidence *e);

#endif

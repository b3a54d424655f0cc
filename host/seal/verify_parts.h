/*
 * verify_parts.h: the checks of one seal; private to host/seal. Each says its
 * findings and goes on with what can still be checked.
 *
 *	verify_header(&s);
 *	verify_collect(&s);
 *	verify_certificates(&s);
 *
 * Memory    struct verify_seal is the caller's, who frees evidence and etsiu
 * Chunks    none
 * Errors    findings; NO_MEMORY latches in result->err
 * Trust     texts from outside are cleaned of what could steer a terminal
 * Limits    those of evidence.h and etsiu.h
 */
#ifndef HOST_SEAL_VERIFY_PARTS_H
#define HOST_SEAL_VERIFY_PARTS_H

#include <limits.h>

#include "host/seal/etsiu.h"
#include "host/seal/verify.h"
#include "host/x509/chain.h"

#define VERIFY_FILE UINT_MAX /* in a finding's seal */

struct verify_seal {
	struct verify_result *result;
	struct verify_report *report;
	const struct verify_options *options;
	unsigned index;
	/* JAdES; other formats have their own and leave them NULL */
	const struct jws *jws;
	const struct jws_seal *seal;
	struct etsiu etsiu;
	/* found by the format's own checks */
	const struct alg *alg; /* NULL: unknown */
	bool encoded; /* b64 is not false */
	bool header_good; /* by all rules, but perhaps .. */
	bool outdated; /* .. sigT, too late for a baseline signature */
	struct evidence evidence;
	const struct cert *leaf; /* in evidence; NULL: not there */
	const struct cert *authority[EVIDENCE_TIMESTAMPS]; /* of each; NULL */
	int64_t control[EVIDENCE_TIMESTAMPS]; /* when each has to hold */
	/* found by verify_level: as in the report, if sigT were no matter */
	enum seal_level form, level;
};

void verify_say(struct verify_result *r, unsigned seal, const char *check,
    enum verify_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Says it for this seal. */
#define VERIFY_SAY(s, ...) verify_say((s)->result, (s)->index, __VA_ARGS__)

/* Says what speaks against it, and adds it to the seal's verdict. */
#define VERIFY_FAULT(s, check, sub, ...)                                       \
	do {                                                                   \
		verdict_add(&(s)->report->verdict, sub);                       \
		VERIFY_SAY(s, check, verify_verdict_by(sub), __VA_ARGS__);     \
	} while (0)

/* Can anybody be asked for revocation data? */
static inline bool
verify_is_online(const struct verify_options *o)
{
	return o->source != NULL && o->source->revocation != NULL;
}

/* FAILED for TOTAL-FAILED, else UNKNOWN. */
enum verify_verdict verify_verdict_by(enum sub_indication sub);

/* verify.c: every check of one seal but those of its payload; result, report,
 * options, jws and seal are set. */
void verify_seal_check(struct verify_seal *s);

/* verify_header.c: TS 119 182-1 5.1, 5.2; facts/seal-formats has the rules
 * that validators apply. */
void verify_header(struct verify_seal *s);
doc_ref verify_header_get(const struct verify_seal *s, const char *name);

/* verify_collect.c: x5c, adoTst and etsiU into evidence. */
void verify_collect(struct verify_seal *s);

/* verify_certs.c: which is the signing certificate, and is it one of a seal? */
void verify_certificates(struct verify_seal *s);
/* What is added where a certificate says TEST of itself; else "". */
const char *verify_test_remark(const struct cert *c);

/* verify_signature.c */
void verify_signature(struct verify_seal *s);

/* From here on of every format. verify_times.c: timestamps, the last first,
 * and what they prove: best and proven. */
void verify_times(struct verify_seal *s);

/* verify_chain.c: the chain at the best time, its revocation, the claimed
 * time. */
void verify_chain(struct verify_seal *s);

/* verify_path.c: from leaf to an anchor, with issuers fetched if that is
 * allowed. */
MUST_USE enum err verify_path(struct verify_seal *s, const struct cert *leaf,
    int64_t time, struct chain_path *path, struct fault *fault);

/* verify_level.c */
void verify_level(struct verify_seal *s);

/* verify_revocation.c: of a whole chain at that time; of one certificate. */
void verify_revocation(struct verify_seal *s, const struct chain_path *path,
    int64_t time, struct verify_revocation *out, const struct cert **whose);
/* Is there something in the seal that speaks of c, which issuer signed? */
bool verify_is_covered(const struct verify_seal *s, const struct cert *c,
    const struct cert *issuer);

/* Does what came along say whether it was revoked, so that it does for that
 * time? What names no place to ask is answered by anything that speaks of it.
 */
bool verify_is_answered(const struct verify_seal *s, const struct cert *c,
    const struct cert *issuer, int64_t time);

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

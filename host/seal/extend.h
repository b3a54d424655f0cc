/*
 * extend.h: a seal gets what proves it for longer (ETSI TS 119 182-1 6.3):
 * a timestamp of its own (T), certificates and revocation data (LT), an archive
 * timestamp over all of it (LTA), or one more of these.
 *
 *	e = extend_file(file, len, &options, &out, &out_len, &fault);
 *	free(out);
 *
 * Memory    a new buffer, freed with free()
 * Chunks    whole files
 * Errors    VERIFY_FORMAT; VERIFY_INVALID: a seal in it is broken, and nothing
 *           mends that; UNSUPPORTED: of a form that cannot be extended;
 *           CERT_CHAIN: no way to an anchor, so that nobody knows whose
 *           revocation to ask for; EXISTS: every seal has that level already;
 *           those of the source
 * Trust     every octet that was there is kept, in its order; what comes back
 *           was verified to have the level, with the anchors given
 * Limits    those of jws.h and etsiu.h
 */
#ifndef HOST_SEAL_EXTEND_H
#define HOST_SEAL_EXTEND_H

#include "host/seal/verify.h"

/* Where timestamps come from. */
struct extend_source {
	void *arg;
	/* A timestamp token over that SHA-256, checked and of an authority
	 * under an anchor, its time not far from now; a new buffer, freed with
	 * free(). */
	enum err (*stamp)(void *arg, const uint8_t digest[static SHA256_SIZE],
	    uint8_t **token, size_t *len, struct fault *fault);
};

struct extend_options {
	enum seal_level level; /* T, LT, LTA */
	const struct cert *anchors;
	size_t anchor_count;
	const struct extend_source *stamps;
	const struct verify_source *source; /* NULL: level T only */
	int64_t (*now)(void); /* NULL: the clock */
};

MUST_USE enum err extend_file(const uint8_t *file, size_t len,
    const struct extend_options *options, uint8_t **out, size_t *out_len,
    struct fault *fault);

#endif

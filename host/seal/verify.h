/*
 * verify.h: checks of sealed files, each one a finding of its own.
 *
 *	struct verify_result r;
 *	enum err e = verify_file(&r, file, len, &options);
 *	verify_result_free(&r);
 *
 * Memory    results own their texts
 * Chunks    whole files
 * Errors    VERIFY_INVALID if a check failed, VERIFY_INDETERMINATE if one
 *           that is needed could not be made, VERIFY_FORMAT with the offset
 *           in the fault; the result is to be freed in every case
 * Trust     findings quote names from the certificate and the credential;
 *           trust comes from the anchors alone, what the file brings along
 *           only helps to reach them
 * Limits    64 MiB a file, 16 seals in it
 */
#ifndef HOST_SEAL_VERIFY_H
#define HOST_SEAL_VERIFY_H

#include "host/base/fault.h"
#include "host/x509/cert.h"

enum verify_verdict {
	VERIFY_PASSED = 1,
	VERIFY_FAILED = 2,
	VERIFY_UNKNOWN = 3, /* needed, but could not be checked */
	VERIFY_NOT_CHECKED = 4, /* not built or not asked for; fails nothing */
	VERIFY_REMARK = 5, /* looked at and worth knowing; fails nothing */
};

struct verify_finding {
	unsigned seal; /* 0-based; UINT_MAX: about the file */
	/* "format", "header", "thumbprint", "certificate", "signing-time",
	 * "signature", "chain", "issuer-name", "issuer-identifier",
	 * "canonical", "etsiU", "timestamp", "payload"; "log" is its caller's.
	 * A check may say more than one thing about a seal. */
	const char *check;
	enum verify_verdict verdict;
	char text[256]; /* UTF-8 without control characters */
};

struct verify_options {
	const struct cert *anchors;
	size_t anchor_count;
	int64_t time; /* at which the chain must hold */
};

/* err is what verify_file returned. */
struct verify_result {
	struct verify_finding *findings;
	size_t count;
	unsigned seals;
	enum err err;
};

MUST_USE enum err verify_file(struct verify_result *r, const uint8_t *file,
    size_t len, const struct verify_options *options, struct fault *fault);
void verify_result_free(struct verify_result *r);

#endif

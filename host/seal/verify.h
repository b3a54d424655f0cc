/*
 * verify.h: checks of sealed files, each one a finding of its own.
 *
 *	struct verify_result r;
 *	enum err e = verify_file(&r, file, len, &options, &fault);
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
#include "host/seal/evidence.h"
#include "host/seal/verdict.h"
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
	 * "signature", "timestamp", "time", "chain", "revocation", "level",
	 * "issuer-name", "issuer-identifier", "canonical", "etsiU", "payload";
	 * "log" is its caller's. A check may say more than one thing about a
	 * seal. */
	const char *check;
	enum verify_verdict verdict;
	char text[256]; /* UTF-8 without control characters */
};

/* AdES baseline levels, by what stands in the seal. */
enum seal_level {
	SEAL_LEVEL_NONE = 0, /* not even a baseline signature */
	SEAL_LEVEL_B = 1,
	SEAL_LEVEL_T = 2,
	SEAL_LEVEL_LT = 3,
	SEAL_LEVEL_LTA = 4,
};

/* Of a chain the state that says most against it. */
struct verify_revocation {
	enum revocation_state state;
	int64_t as_of; /* GOOD, REVOKED: when the issuer said so */
	int64_t revoked; /* REVOKED: since when */
	const char *source; /* "CRL", "OCSP", or NULL */
	char why[FAULT_DETAIL]; /* UNKNOWN: what is wrong with what there is */
};

struct verify_timestamp {
	enum timestamp_kind kind;
	enum verify_verdict verdict; /* PASSED: it proves its time */
	enum sub_indication sub;
	int64_t time; /* genTime; 0: cannot be read */
	char authority[CERT_TEXT]; /* whose clock it is */
	bool test; /* it says TEST of itself */
	struct verify_revocation revocation; /* of its authority */
};

/* What is known of one seal, in no matter which format. */
struct verify_report {
	const char *format; /* "JAdES" */
	/* Of the seal alone, EN 319 102-1. What nobody signed, and what the
	 * credential says, may still make the file not valid. */
	struct verdict verdict;
	enum seal_level form; /* by what is there */
	enum seal_level level; /* by what of it passed */
	char algorithm[8];
	bool has_signer;
	struct {
		char organisation[CERT_TEXT], organisation_id[CERT_TEXT];
		char country[3], common_name[CERT_TEXT];
		uint8_t sha256[SHA256_SIZE];
		int64_t not_before, not_after;
		bool qualified, qscd, eseal, test; /* as it says of itself */
	} signer;
	bool has_claimed;
	int64_t claimed; /* by the signer's own account */
	int64_t best; /* the seal is not younger: when it is judged */
	bool proven; /* by a timestamp; else best is options.time */
	struct verify_revocation revocation; /* of the signer, at best */
	enum verify_verdict issuer_name, issuer_identifier;
	struct verify_timestamp timestamp[EVIDENCE_TIMESTAMPS];
	size_t timestamp_count;
};

/* Where more is to be had. Results are new buffers, freed with free(). */
struct verify_source {
	void *arg;
	/* The certificate of c's issuer, from where c says. */
	enum err (*issuer)(void *arg, const struct cert *c, uint8_t **der,
	    size_t *len, struct fault *fault);
	/* What says of c, which issuer signed, whether it was revoked; not
	 * older than since, if there is a choice. May be NULL. */
	enum err (*revocation)(void *arg, const struct cert *c,
	    const struct cert *issuer, int64_t since,
	    enum revocation_kind *kind, uint8_t **der, size_t *len,
	    struct fault *fault);
};

struct verify_options {
	const struct cert *anchors;
	size_t anchor_count;
	int64_t time; /* now, or the time to be judged at */
	/* What is sealed, where it is not in the file (RFC 7515 F); or NULL. */
	const uint8_t *detached;
	size_t detached_len;
	/* NULL: nobody is asked. Else a timestamp counts only if it is known
	 * of its authority that it was not revoked. */
	const struct verify_source *source;
};

/* err is what verify_file returned. */
struct verify_result {
	struct verify_finding *findings;
	size_t count;
	struct verify_report *reports; /* one a seal */
	unsigned seals;
	enum err err;
};

/* "JAdES-BASELINE-LTA"; "JAdES, no baseline level" */
#define VERIFY_LEVEL_TEXT 40
const char *verify_level_text(const struct verify_report *r,
    enum seal_level level, char out[static VERIFY_LEVEL_TEXT]);

MUST_USE enum err verify_file(struct verify_result *r, const uint8_t *file,
    size_t len, const struct verify_options *options, struct fault *fault);
void verify_result_free(struct verify_result *r);

#endif

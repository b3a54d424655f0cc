/*
 * entry.h: the kinds of log entries and their canonical JSON (docs/LOG.md).
 *
 *	struct entry e = {.kind = ENTRY_SEAL, .time = now, .approval = 17, ...};
 *	enum err x = entry_compose(&e, buf, cap, &len);
 *	x = entry_parse(&e, buf, len, &fault);
 *
 * Memory    fixed arrays; no allocation by compose
 * Chunks    whole entries
 * Errors    LOG_ENTRY with the offset in the fault
 * Trust     parse accepts exactly what compose writes (canonical JSON, the
 *           members of the kind, no others)
 * Limits    4 KiB an entry; numbers below 2^53 (RFC 8785 3.2.2.3); texts are
 *           UTF-8 without control characters
 */
#ifndef HOST_LOG_ENTRY_H
#define HOST_LOG_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/approval.h"
#include "common/sha256.h"
#include "host/base/fault.h"

#define ENTRY_MAX 4096
#define ENTRY_DEVICE 489 /* 488 characters: device.h */
#define ENTRY_NUMBER_MAX ((UINT64_C(1) << 53) - 1)
#define ENTRY_TIME_MAX INT64_C(253402300799) /* utc.h's last second */

enum entry_kind {
	ENTRY_APPROVAL = 1,
	ENTRY_INTENT = 2,
	ENTRY_SEAL = 3,
	ENTRY_REPEAT = 4,
	ENTRY_ABANDONED = 5,
	ENTRY_RELEASE = 6,
	ENTRY_EXTEND = 7,
	ENTRY_REFUSAL = 8,
	ENTRY_WITHDRAWAL = 9,
	ENTRY_KEY = 10,
	ENTRY_CERTIFICATE = 11,
	ENTRY_CONFIGURATION = 12,
	ENTRY_SELFTEST = 13,
	ENTRY_TOKEN = 14,
	ENTRY_PIN_FAILURE = 15,
	ENTRY_COUNTER = 16,
	ENTRY_LOG_KEY = 17,
	ENTRY_RESTORE = 18,
	ENTRY_START = 19,
	ENTRY_STOP = 20,
};

/*
 * Every entry: v, kind, time. Then by kind, in JSON's canonical order:
 *   approval     person means root count certificate key digest expires nonce
 *                device                  (by an appliance: its signature)
 *   intent       approval first count    (leaf indices of one group)
 *   repeat       approval first count    (signed again: outcome was unknown)
 *   seal         approval index leaf signature
 *   abandoned    approval index leaf
 *   release      seal file               (seal: log index of the seal entry)
 *   extend       seal file
 *   withdrawal   seal person reason
 *   refusal      person means root count reason   (person, means: may be "")
 *   configuration, certificate, key, log-key      digest name
 *   selftest     key digest              (of the message that was signed)
 *   token        key state               pin-failure  key
 *   counter      key count digest        (the appliance's, and its chain)
 *   restore      reason
 *   start, stop  version separation
 * Hashes are base64url; "leaf" is the RFC 6962 leaf hash of the leaf octets;
 * "signature" is SHA-256(leaf salt || signature octets), "file" is
 * SHA-256(leaf salt || SHA-256 of the released file): entry_salted.
 * Texts are not empty unless said above; person is "p-" and 16 hex digits,
 * separation "full" or "reduced". An intent's time is not later
 * than a minute after its approval's expires.
 */
struct entry {
	enum entry_kind kind;
	int64_t time; /* seconds since 1970, UTC */
	char person[24]; /* pseudonym "p-" and 16 hex digits */
	char means[16]; /* "terminal" */
	char key[64], name[64], state[24], reason[64], version[24];
	char device[ENTRY_DEVICE]; /* of an appliance's approval, or "" */
	char separation[12]; /* "full" or "reduced" */
	uint8_t root[SHA256_SIZE], certificate[SHA256_SIZE];
	uint8_t digest[SHA256_SIZE], nonce[32];
	uint8_t leaf[SHA256_SIZE], signature[SHA256_SIZE], file[SHA256_SIZE];
	uint64_t approval; /* log index of the approval entry */
	uint64_t seal; /* log index of the seal entry */
	uint32_t count, first, index;
	int64_t expires;
};

MUST_USE enum err entry_compose(
    const struct entry *e, char *buf, size_t cap, size_t *len);
MUST_USE enum err entry_parse(
    struct entry *e, const uint8_t *json, size_t len, struct fault *fault);
const char *entry_kind_name(enum entry_kind kind); /* NULL: no kind */

/* SHA-256(salt || octets): for "signature" the signature's octets, for "file"
 * the 32 octets of the file's SHA-256. */
void entry_salted(const uint8_t salt[static 32], const void *octets, size_t len,
    uint8_t out[static SHA256_SIZE]);

#endif

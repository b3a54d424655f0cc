#include "host/cli/proof_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base64.h"
#include "common/bounds.h"
#include "host/base/file.h"
#include "host/log/proof.h"
#include "host/seal/jws.h"

#define PROOF_MAX (64 << 10)

/* SHA-256 of the payload's octets; its profile says how they stand there. */
static enum err
digest_payload(const struct jws *j, const struct proof *p,
    uint8_t digest[static SHA256_SIZE])
{
	const struct profile *profile = profile_get(p->leaf.profile);
	const uint8_t *octets;
	uint8_t *buf;
	size_t len;
	enum err e;

	if (profile == NULL || j->payload == NULL)
		return ERR_VERIFY_INVALID;
	e = jws_payload(j, profile->encoded, &buf, &octets, &len);
	if (e == ERR_OK)
		sha256(octets, len, digest);
	free(buf);
	return e;
}

static bool
has_signature(const struct proof *p, const struct jws_seal *s)
{
	uint8_t signature[BOUND_SIGNATURE];
	size_t n;

	return base64url_decode(s->signature, s->signature_len, signature,
		   sizeof(signature), &n) == ERR_OK &&
	    proof_has_signature(p, signature, n);
}

/* Does one of the file's signatures belong to the proof's seal entry, and the
 * payload to its leaf? */
static enum err
compare(const struct jws *j, const struct proof *p, struct fault *fault)
{
	uint8_t digest[SHA256_SIZE];
	bool found = false;
	unsigned i;
	enum err e;

	e = digest_payload(j, p, digest);
	if (e == ERR_NO_MEMORY)
		return fault_set(fault, e, FAULT_NO_OFFSET, "payload");
	if (e != ERR_OK || memcmp(digest, p->leaf.payload, SHA256_SIZE) != 0)
		return fault_set(fault, ERR_VERIFY_INVALID, FAULT_NO_OFFSET,
		    "the proof is about another payload");
	for (i = 0; i < j->count && !found; i++)
		found = has_signature(p, &j->seals[i]);
	if (!found)
		return fault_set(fault, ERR_VERIFY_INVALID, FAULT_NO_OFFSET,
		    "the proof is about another signature");
	return ERR_OK;
}

/* Is it of the log of that key, by the name in its checkpoint? */
static bool
is_of_log(const uint8_t *proof, size_t len, const char *vkey)
{
	char line[256];
	int n = snprintf(
	    line, sizeof(line), "\n\n%.*s\n", (int)strcspn(vkey, "+"), vkey);

	return n > 0 && n < (int)sizeof(line) &&
	    memmem(proof, len, line, (size_t)n) != NULL;
}

enum err
proof_file_read(
    const char *path, uint8_t **buf, size_t *len, struct fault *fault)
{
	char name[1024];

	if (snprintf(name, sizeof(name), "%s" PROOF_FILE_EXTENSION, path) >=
	    (int)sizeof(name))
		return fault_set(
		    fault, ERR_USAGE, FAULT_NO_OFFSET, "the path is too long");
	return file_read(name, PROOF_MAX, buf, len, fault);
}

enum err
proof_file_load(const char *path, const uint8_t *file, size_t len,
    const char *vkey, struct proof *out, bool *foreign, struct fault *fault)
{
	struct jws j;
	uint8_t *proof;
	size_t proof_len;
	enum err e;

	*foreign = false;
	e = proof_file_read(path, &proof, &proof_len, fault);
	if (e != ERR_OK)
		return e;
	e = proof_check((char *)proof, proof_len, vkey, out, fault);
	*foreign = !is_of_log(proof, proof_len, vkey);
	free(proof);
	if (e != ERR_OK)
		return e;
	e = jws_read(&j, file, len, fault);
	if (e == ERR_OK) {
		e = compare(&j, out, fault);
		jws_free(&j);
	}
	if (e != ERR_OK)
		proof_free(out);
	return e;
}

enum err
proof_file_check(const char *path, const uint8_t *file, size_t len,
    const char *vkey, char text[static PROOF_FILE_TEXT], struct fault *fault)
{
	struct proof p = {.index = 0};
	bool foreign;
	enum err e;

	e = proof_file_load(path, file, len, vkey, &p, &foreign, fault);
	if (e != ERR_OK)
		return e;
	snprintf(text, PROOF_FILE_TEXT, "seal entry %llu of %llu in log %.*s",
	    (unsigned long long)p.index, (unsigned long long)p.size,
	    (int)strcspn(vkey, "+"), vkey);
	proof_free(&p);
	return ERR_OK;
}

enum err
proof_file_vkey(const char *path, char **vkey, struct fault *fault)
{
	char name[1024];
	struct stat st;
	uint8_t *buf;
	size_t len;
	enum err e;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		snprintf(name, sizeof(name), "%s/vkey", path);
	else
		snprintf(name, sizeof(name), "%s", path);
	e = file_read(name, 4096, &buf, &len, fault);
	if (e != ERR_OK)
		return e;
	buf[strcspn((char *)buf, "\n")] = '\0';
	*vkey = (char *)buf;
	return ERR_OK;
}

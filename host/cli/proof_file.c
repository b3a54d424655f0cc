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

/* The log that a proof says it is of: the line behind its empty one, where
 * its checkpoint begins. */
static bool
read_origin(const uint8_t *proof, size_t len, char origin[static NOTE_NAME + 1])
{
	const char *line = memmem(proof, len, "\n\n", 2), *end;

	if (line == NULL)
		return false;
	line += 2;
	end = memchr(line, '\n', len - (size_t)(line - (const char *)proof));
	if (end == NULL || !note_name_is_valid(line, (size_t)(end - line)))
		return false;
	snprintf(origin, NOTE_NAME + 1, "%.*s", (int)(end - line), line);
	return true;
}

static bool
is_of_log(const char *origin, const char *vkey)
{
	size_t len = strcspn(vkey, "+");

	return strlen(origin) == len && memcmp(origin, vkey, len) == 0;
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
	char origin[NOTE_NAME + 1];
	struct jws j;
	uint8_t *proof;
	size_t proof_len;
	enum err e;

	*foreign = false;
	e = proof_file_read(path, &proof, &proof_len, fault);
	if (e != ERR_OK)
		return e;
	e = proof_check((char *)proof, proof_len, vkey, out, fault);
	*foreign = !read_origin(proof, proof_len, origin) ||
	    !is_of_log(origin, vkey);
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

bool
proof_file_is_foreign(
    const char *path, const char *vkey, char origin[static NOTE_NAME + 1])
{
	uint8_t *proof;
	size_t len;
	bool found;

	if (proof_file_read(path, &proof, &len, NULL) != ERR_OK)
		return false;
	found = read_origin(proof, len, origin);
	free(proof);
	return found && !is_of_log(origin, vkey);
}

enum err
proof_file_vkey(const char *path, char **vkey, struct fault *fault)
{
	struct note_key key;
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
	if (note_key_parse(&key, (char *)buf, strlen((char *)buf)) != ERR_OK) {
		free(buf);
		return fault_set(fault, ERR_LOG_KEY, FAULT_NO_OFFSET,
		    "%.150s: the log's vkey was expected, as in a log's folder",
		    name);
	}
	*vkey = (char *)buf;
	return ERR_OK;
}

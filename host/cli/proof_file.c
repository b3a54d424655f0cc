#include "host/cli/proof_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base64.h"
#include "common/bounds.h"
#include "host/base/file.h"
#include "host/json/doc.h"
#include "host/log/proof.h"

#define PROOF_MAX (64 << 10)

/* Does one of the file's signatures belong to the proof's seal entry, and the
 * payload to its leaf? */
static enum err
compare(struct doc *d, const struct proof *p, struct fault *fault)
{
	doc_ref root = doc_root(d), seal;
	uint8_t signature[BOUND_SIGNATURE], digest[SHA256_SIZE];
	const char *text;
	size_t len, n;
	bool found = false;

	doc_string(d, doc_get(d, root, "payload"), &text, &len);
	sha256(text, len, digest);
	if (memcmp(digest, p->leaf.payload, SHA256_SIZE) != 0)
		return fault_set(fault, ERR_VERIFY_INVALID, FAULT_NO_OFFSET,
		    "the proof is about another payload");
	for (seal = doc_first(d, doc_get(d, root, "signatures"));
	     seal != DOC_NONE && !found; seal = doc_next(d, seal)) {
		doc_string(d, doc_get(d, seal, "signature"), &text, &len);
		found = base64url_decode(text, len, signature,
			    sizeof(signature), &n) == ERR_OK &&
		    proof_has_signature(p, signature, n);
	}
	if (!found)
		return fault_set(fault, ERR_VERIFY_INVALID, FAULT_NO_OFFSET,
		    "the proof is about another signature");
	return ERR_OK;
}

enum err
proof_file_check(const char *path, const uint8_t *file, size_t len,
    const char *vkey, char text[static PROOF_FILE_TEXT], struct fault *fault)
{
	char name[1024];
	struct proof p = {.index = 0};
	struct doc *d = NULL;
	uint8_t *proof;
	size_t proof_len;
	enum err e;

	snprintf(name, sizeof(name), "%s" PROOF_FILE_EXTENSION, path);
	e = file_read(name, PROOF_MAX, &proof, &proof_len, fault);
	if (e != ERR_OK)
		return e;
	e = proof_check((char *)proof, proof_len, vkey, &p, fault);
	free(proof);
	if (e != ERR_OK)
		return e;
	e = doc_parse(&d, file, len, &DOC_LIMITS_CANON, fault);
	if (e == ERR_OK)
		e = compare(d, &p, fault);
	if (e == ERR_OK)
		snprintf(text, PROOF_FILE_TEXT,
		    "seal entry %llu of %llu in log %.*s",
		    (unsigned long long)p.index, (unsigned long long)p.size,
		    (int)strcspn(vkey, "+"), vkey);
	doc_free(d);
	proof_free(&p);
	return e;
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

/*
 * doc_fuzz: what the parser takes, the checkers take, and nothing else; and
 * the canonical form is canonical:
 *   - the same verdict as common/json, at the same octet; only duplicate
 *     names and the length of names are refused here alone;
 *   - the canonical form is accepted by common/jcs, is its own canonical form,
 *     and jcs accepts the input itself only if it is that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/jcs.h"
#include "common/json.h"
#include "host/json/doc.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static void
must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "doc_fuzz: %s\n", what);
		abort();
	}
}

static enum err
check_json(const uint8_t *buf, size_t len, uint64_t *offset)
{
	struct json j;
	enum err e;

	json_init(&j, NULL);
	json_push(&j, buf, len);
	e = json_finish(&j);
	*offset = json_offset(&j);
	return e;
}

static enum err
check_jcs(const uint8_t *buf, size_t len)
{
	struct jcs c;

	jcs_init(&c, NULL, NULL);
	jcs_push(&c, buf, len);
	return jcs_finish(&c);
}

static void
check_verdict(const uint8_t *buf, size_t len, enum err e, const struct fault *f)
{
	uint64_t offset;
	enum err other = check_json(buf, len, &offset);

	if (e == ERR_JSON_DUPLICATE_NAME || e == ERR_JSON_NAMES_LENGTH) {
		must(other == ERR_OK || offset >= f->offset,
		    "another fault comes first");
		must(check_jcs(buf, len) != ERR_OK, "jcs takes it");
		return;
	}
	if (e != other || (e != ERR_OK && offset != f->offset))
		fprintf(stderr, "doc: %s at %llu, json: %s at %llu\n",
		    err_name(e), (unsigned long long)f->offset, err_name(other),
		    (unsigned long long)offset);
	must(e == other, "another verdict than json's");
	must(e == ERR_OK || offset == f->offset, "another offset than json's");
}

static void
check_form(const uint8_t *buf, size_t len, struct doc *d)
{
	uint8_t *once, *twice;
	size_t once_len, twice_len;
	struct fault f;
	struct doc *again;
	bool same;

	must(doc_canonicalise(d, doc_root(d), &once, &once_len) == ERR_OK,
	    "no canonical form");
	must(check_jcs(once, once_len) == ERR_OK, "jcs refuses the form");
	same = once_len == len && memcmp(once, buf, len) == 0;
	must((check_jcs(buf, len) == ERR_OK) == same,
	    "jcs and the form disagree about the input");
	must(doc_parse(&again, once, once_len, &DOC_LIMITS_SEAL, &f) == ERR_OK,
	    "the form cannot be parsed");
	must(doc_canonicalise(again, doc_root(again), &twice, &twice_len) ==
		ERR_OK,
	    "the form has no form");
	must(once_len == twice_len && memcmp(once, twice, once_len) == 0,
	    "the form's form is another");
	doc_free(again);
	free(once);
	free(twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	struct fault f;
	struct doc *d;
	enum err e;

	fault_clear(&f);
	e = doc_parse(&d, buf, len, &DOC_LIMITS_SEAL, &f);
	if (e == ERR_TOO_LARGE)
		return 0;
	check_verdict(buf, len, e, &f);
	if (e == ERR_OK)
		check_form(buf, len, d);
	doc_free(d);
	return 0;
}

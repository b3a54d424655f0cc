/*
 * edc_vectors SAMPLES: other people's credentials through check and prepare.
 * What EDC itself has sealed keeps the rules; a draft does once prepared.
 * Prints TAP.
 */
#include <string.h>

#include "common/jcs.h"
#include "host/edc/edc.h"
#include "tests/vectors/support.h"

static const struct edc_issuer seal = {
    .legal_name = "University of Zed",
    .eidas_identifier = "VATIE-1234567A",
    .country = "IE",
    .common_name = "University of Zed Seal",
};

static const struct {
	const char *file;
	enum edc_issuer_policy policy;
	enum err e;
	bool payload; /* of a seal */
} samples[] = {
    {"edc-unsigned-code.europa-MC-2024.json", EDC_ISSUER_MATCH,
	ERR_EDC_NO_ISSUER, false},
    {"edc-unsigned-code.europa-MC-2024.json", EDC_ISSUER_OVERWRITE, ERR_OK,
	false},
    {"edc-unsigned-elm-certofpart.jsonld", EDC_ISSUER_MATCH,
	ERR_EDC_OTHER_ISSUER, false},
    {"edc-unsigned-elm-certofpart.jsonld", EDC_ISSUER_OVERWRITE, ERR_OK, false},
    {"edc-unsigned-elm-microcred.jsonld", EDC_ISSUER_MATCH, ERR_OK, false},
    {"edc-uploadable-elm-certofpart.json", EDC_ISSUER_OVERWRITE, ERR_OK, false},
    {"edc-small-cred1.jsonld", EDC_ISSUER_OVERWRITE, ERR_EDC_SCHEMA_UNKNOWN,
	false},
    {"elm-v3-rdf-sample.jsonld", EDC_ISSUER_OVERWRITE, ERR_EDC_RULES, false},
    {"edc-signed-code.europa-MC-2024-BT.jsonld", EDC_ISSUER_OVERWRITE,
	ERR_EDC_SEALED_ALREADY, false},
    {"jades-crlf-payload-local-LTA.json", EDC_ISSUER_OVERWRITE,
	ERR_EDC_SEALED_ALREADY, false},
    {"xml-v2-signed-basic-2021.xml", EDC_ISSUER_OVERWRITE,
	ERR_EDC_SEALED_ALREADY, false},
    {"xml-v2-unsigned-generic_1.2.xml", EDC_ISSUER_OVERWRITE,
	ERR_EDC_NOT_CREDENTIAL, false},
    {"ob3-simple-eddsa.json", EDC_ISSUER_OVERWRITE, ERR_EDC_SEALED_ALREADY,
	false},
    {"jades-crlf-input.json", EDC_ISSUER_OVERWRITE, ERR_EDC_NOT_CREDENTIAL,
	false},
    {"edc-signed-code.europa-MC-2024-BT.jsonld", EDC_ISSUER_OVERWRITE, ERR_OK,
	true},
    {"edc-signed-elm-certofpart-2023.jsonld", EDC_ISSUER_OVERWRITE, ERR_OK,
	true},
    {"edc-signed-elm-microcred-2023.jsonld", EDC_ISSUER_OVERWRITE, ERR_OK,
	true},
    {"edc-signed-ecrepo-contentinvalid.jsonld", EDC_ISSUER_OVERWRITE,
	ERR_EDC_RULES, true},
};

static bool
is_canonical(const uint8_t *buf, size_t len)
{
	struct jcs c;

	jcs_init(&c, NULL, NULL);
	jcs_push(&c, buf, len);
	return jcs_finish(&c) == ERR_OK;
}

/* Check says of a draft what prepare says of it. */
static enum err
judge(const uint8_t *buf, size_t len, enum edc_issuer_policy policy)
{
	struct edc_report checked = {0}, prepared = {0};
	struct doc *d = NULL;
	uint8_t *form = NULL;
	struct fault f;
	enum err e, check;

	e = edc_parse(&d, buf, len, &f);
	if (e != ERR_OK)
		return e;
	check = edc_check(d, &seal, policy, &checked);
	e = edc_prepare(d, &seal, policy, 1800000000, &prepared);
	if (e == ERR_OK &&
	    (doc_canonicalise(d, edc_credential(d), &form, &len) != ERR_OK ||
		!is_canonical(form, len)))
		e = ERR_INTERNAL;
	if (e != check) {
		printf("# check says %s\n", err_name(check));
		e = ERR_INTERNAL;
	}
	free(form);
	edc_report_free(&checked);
	edc_report_free(&prepared);
	doc_free(d);
	return e;
}

static enum err
judge_payload(const uint8_t *buf, size_t len, enum edc_issuer_policy policy)
{
	struct doc *d = NULL;
	struct fault f;
	const char *text;
	enum err e = doc_parse(&d, buf, len, &DOC_LIMITS_SEAL, &f);

	if (e == ERR_OK) {
		doc_string(d, doc_get(d, doc_root(d), "payload"), &text, &len);
		e = judge((const uint8_t *)text, len, policy);
	}
	doc_free(d);
	return e;
}

int
main(int argc, char **argv)
{
	char path[4096];
	uint8_t *buf;
	size_t i, len;
	enum err e;

	if (argc != 2)
		return 64;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", argv[1], samples[i].file);
		buf = (uint8_t *)read_file(path, &len);
		e = ERR_NOT_FOUND;
		if (buf != NULL && samples[i].payload)
			e = judge_payload(buf, len, samples[i].policy);
		else if (buf != NULL)
			e = judge(buf, len, samples[i].policy);
		result(e == samples[i].e, NULL, "%s%s, issuer %s: %s",
		    samples[i].payload ? "payload of " : "", samples[i].file,
		    samples[i].policy == EDC_ISSUER_MATCH ? "match"
							  : "overwrite",
		    err_name(e));
		free(buf);
	}
	return results_done();
}

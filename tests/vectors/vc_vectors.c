/*
 * vc_vectors SAMPLES: other people's Open Badges, CLR and W3C credentials
 * through the rules. As they are they are sealed already; without their proof
 * they keep the rules. Prints TAP.
 */
#include <string.h>

#include "host/edc/vc.h"
#include "tests/vectors/support.h"

static const struct {
	const char *file;
	enum err whole, bare;
} samples[] = {
    {"ob3-complete.json", ERR_EDC_SEALED_ALREADY, ERR_OK},
    {"ob3-simple-eddsa.json", ERR_EDC_SEALED_ALREADY, ERR_OK},
    {"clr2-simple.json", ERR_EDC_SEALED_ALREADY, ERR_OK},
    {"vc2-w3c-example-1.json", ERR_EDC_SEALED_ALREADY, ERR_OK},
    {"edc-small-cred1.jsonld", ERR_EDC_RULES, ERR_EDC_RULES},
    {"jades-crlf-payload-local-LTA.json", ERR_EDC_SEALED_ALREADY,
	ERR_EDC_SEALED_ALREADY},
};

/* *warnings: of what is accepted. */
static enum err
judge(const uint8_t *buf, size_t len, bool bare, size_t *warnings)
{
	struct edc_report report = {0};
	struct doc *d = NULL;
	struct fault f;
	enum err e;

	e = edc_parse(&d, buf, len, &f);
	if (e != ERR_OK)
		return e;
	if (bare)
		doc_remove(d, doc_root(d), "proof");
	e = vc_check(d, &report);
	*warnings = report.warnings;
	edc_report_free(&report);
	doc_free(d);
	return e;
}

int
main(int argc, char **argv)
{
	size_t i, len, warnings = 0;
	char path[4096];
	uint8_t *buf;
	enum err e;
	int bare;

	if (argc != 2)
		return 64;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", argv[1], samples[i].file);
		buf = (uint8_t *)read_file(path, &len);
		for (bare = 0; bare < 2; bare++) {
			e = ERR_NOT_FOUND;
			if (buf != NULL)
				e = judge(buf, len, bare == 1, &warnings);
			result(
			    e == (bare ? samples[i].bare : samples[i].whole) &&
				warnings == 0,
			    NULL, "%s%s: %s", samples[i].file,
			    bare ? " without its proof" : "", err_name(e));
		}
		free(buf);
	}
	return results_done();
}

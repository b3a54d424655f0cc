#include "host/edc/edc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CONCEPT(id, scheme)                                                    \
	"{\"id\":\"" id                                                        \
	"\",\"type\":\"Concept\",\"inScheme\":{\"id\":\"" scheme               \
	"\",\"type\":\"ConceptScheme\"}}"
#define AUTHORITY "http://publications.europa.eu/resource/authority/"
#define GERMAN CONCEPT(AUTHORITY "language/DEU", AUTHORITY "language")
#define GERMANY CONCEPT(AUTHORITY "country/DEU", AUTHORITY "country")
#define LOCATION                                                               \
	"{\"id\":\"urn:l:1\",\"type\":\"Location\",\"address\":{\"id\":\"urn:" \
	"a:1\","                                                               \
	"\"type\":\"Address\",\"countryCode\":" GERMANY "}}"

/* The least that the generic profile takes as a draft. */
/* clang-format off */
static const char draft[] =
    "{\"id\":\"urn:credential:1\",\"type\":[\"VerifiableCredential\","
    "\"EuropeanDigitalCredential\"],\"credentialProfiles\":"
    CONCEPT("http://data.europa.eu/snb/credential/e34929035b",
        "http://data.europa.eu/snb/credential/25831c2")
    ",\"displayParameter\":{\"id\":\"urn:d:1\","
    "\"type\":\"DisplayParameter\",\"title\":{\"de\":\"Zeugnis\"},"
    "\"language\":" GERMAN ",\"primaryLanguage\":" GERMAN
    ",\"individualDisplay\":{\"id\":\"urn:i:1\","
    "\"type\":\"IndividualDisplay\",\"language\":" GERMAN
    ",\"displayDetail\":[{\"id\":\"urn:dd:1\","
    "\"type\":\"DisplayDetail\",\"page\":1,"
    "\"image\":{\"id\":\"urn:m:1\",\"type\":\"MediaObject\","
    "\"content\":\"iVBORw==\",\"contentEncoding\":"
    CONCEPT("http://data.europa.eu/snb/encoding/6146cde7dd",
        "http://data.europa.eu/snb/encoding/25831c2")
    ",\"contentType\":"
    CONCEPT(AUTHORITY "file-type/PNG", AUTHORITY "file-type") "}}]}},"
    "\"credentialSchema\":{\"id\":\"http://data.europa.eu/snb/model/ap/edc-generic-full\","
    "\"type\":\"ShaclValidator2017\"},"
    "\"credentialSubject\":{\"id\":\"urn:p:1\",\"type\":\"Person\","
    "\"fullName\":{\"de\":\"J\xC3\xBCrgen Gro\xC3\x9F\"},"
    "\"hasClaim\":[{\"id\":\"urn:c:1\","
    "\"type\":\"LearningAchievement\",\"title\":{\"de\":\"Kurs\"},"
    "\"awardedBy\":{\"id\":\"urn:w:1\",\"type\":\"AwardingProcess\","
    "\"awardingBody\":{\"id\":\"urn:o:1\",\"type\":\"Organisation\","
    "\"legalName\":{\"de\":\"Schule\"},\"location\":" LOCATION
    "}}}]},\"validFrom\":\"2026-01-31T12:00:00+01:00\","
    "\"issuer\":{\"id\":\"urn:o:2\",\"type\":\"Organisation\","
    "\"legalName\":{\"de\":\"Hochschule X\",\"en\":\"X University\"}},"
    "\"@context\":[\"https://www.w3.org/2018/credentials/v1\","
    "\"http://data.europa.eu/snb/model/context/edc-ap\"]}";
/* clang-format on */

static const struct edc_issuer seal = {
    .legal_name = "X University",
    .eidas_identifier = "VATDE-123456789",
    .country = "DE",
    .common_name = "X University Seal",
};

/* Makes the issuer a member that no rule knows. */
#define ISSUER "\"issuer\":{\"id\":\"urn:o:2\",\"type\":\"Organisation\","
#define NO_ISSUER "\"issuing\":{"

#define NEW_YEAR 1798761600 /* 2027-01-01T00:00:00Z */

struct run {
	char *text;
	struct doc *d;
	struct edc_report r;
	enum err e;
};

/* The draft with one text in it replaced. */
static void
run_parse(struct run *run, const char *from, const char *to)
{
	const char *at = from != NULL ? strstr(draft, from) : draft;
	size_t cap = sizeof(draft) + strlen(to) + 1;
	struct fault f;

	memset(run, 0, sizeof(*run));
	assert_non_null(at);
	run->text = malloc(cap);
	assert_non_null(run->text);
	snprintf(run->text, cap, "%.*s%s%s", (int)(at - draft), draft, to,
	    at + (from != NULL ? strlen(from) : 0));
	assert_int_equal(
	    edc_parse(&run->d, (uint8_t *)run->text, strlen(run->text), &f),
	    ERR_OK);
}

static void
run_check(struct run *run, const char *from, const char *to,
    enum edc_issuer_policy policy)
{
	run_parse(run, from, to);
	run->e = edc_check(run->d, &seal, policy, &run->r);
}

static void
run_prepare(struct run *run, const char *from, const char *to,
    enum edc_issuer_policy policy)
{
	run_parse(run, from, to);
	run->e = edc_prepare(run->d, &seal, policy, NEW_YEAR, &run->r);
}

static void
run_free(struct run *run)
{
	edc_report_free(&run->r);
	doc_free(run->d);
	free(run->text);
}

static const struct edc_failure *
find(const struct run *run, const char *message, const char *path)
{
	size_t i;

	for (i = 0; i < run->r.kept; i++)
		if (strcmp(run->r.failures[i].message, message) == 0 &&
		    strcmp(run->r.failures[i].path, path) == 0)
			return &run->r.failures[i];
	for (i = 0; i < run->r.kept; i++)
		print_message("# %s at %s\n", run->r.failures[i].message,
		    run->r.failures[i].path);
	fail_msg("%s at %s was not found", message, path);
	return NULL;
}

/* One change makes this error, with this message there, and no other. */
static void
check_fails(const char *from, const char *to, enum err e, const char *message,
    const char *path)
{
	struct run run;

	run_check(&run, from, to, EDC_ISSUER_MATCH);
	assert_int_equal(run.e, e);
	find(&run, message, path);
	assert_int_equal(run.r.errors, 1);
	run_free(&run);
}

static void
accepts_a_draft_that_lacks_what_sealing_adds(void **state)
{
	struct run run;

	(void)state;
	run_check(&run, NULL, "", EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_OK);
	assert_int_equal(run.r.errors + run.r.warnings, 0);
	assert_true(doc_is_text(run.d, edc_id(run.d), "urn:credential:1"));
	run_free(&run);
}

static void
lists_each_broken_rule_with_its_place(void **state)
{
	(void)state;
	check_fails("\"title\":{\"de\":\"Zeugnis\"},", "", ERR_EDC_RULES,
	    "edc-title-missing", "displayParameter.title");
	check_fails("\"title\":{\"de\":\"Kurs\"}", "\"title\":{}",
	    ERR_EDC_RULES, "edc-title-missing",
	    "credentialSubject.hasClaim[0].title");
	check_fails("\"title\":{\"de\":\"Kurs\"}", "\"title\":null",
	    ERR_EDC_RULES, "edc-title-missing",
	    "credentialSubject.hasClaim[0].title");
	check_fails("\"title\":{\"de\":\"Kurs\"}", "\"title\":\"Kurs\"",
	    ERR_EDC_RULES, "edc-title-type",
	    "credentialSubject.hasClaim[0].title");
	check_fails("{\"de\":\"Kurs\"}", "{\"de\":[\"Kurs\",\"Lehrgang\"]}",
	    ERR_EDC_RULES, "edc-title-type",
	    "credentialSubject.hasClaim[0].title");
	check_fails("\"validFrom\":\"2026-01-31T12:00:00+01:00\",", "",
	    ERR_EDC_RULES, "edc-validFrom-missing", "validFrom");
	check_fails("2026-01-31T12", "2026-02-30T12", ERR_EDC_RULES,
	    "edc-validFrom-type", "validFrom");
	check_fails("\"page\":1,", "", ERR_EDC_RULES, "edc-page-missing",
	    "displayParameter.individualDisplay.displayDetail[0].page");
	check_fails("\"page\":1", "\"page\":[1,2]", ERR_EDC_RULES,
	    "edc-page-many",
	    "displayParameter.individualDisplay.displayDetail[0].page");
	check_fails("\"content\":\"iVBORw==\",", "", ERR_EDC_RULES,
	    "edc-content-missing",
	    "displayParameter.individualDisplay.displayDetail[0].image."
	    "content");
	check_fails("\"type\":\"LearningAchievement\"", "\"type\":\"Course\"",
	    ERR_EDC_RULES, "edc-hasClaim-type", "credentialSubject.hasClaim");
	check_fails("\"inScheme\":{\"id\":\"" AUTHORITY "language\"",
	    "\"inScheme\":{\"id\":\"urn:mine\"", ERR_EDC_RULES,
	    "edc-language-type", "displayParameter.language");
	check_fails("\"fullName\":{", "\"fullName\":{\"en\":\"J. Gross\",",
	    ERR_EDC_RULES, "edc-fullName-many", "credentialSubject.fullName");
}

static void
gives_the_offset_of_what_is_wrong(void **state)
{
	const struct edc_failure *f;
	struct run run;

	(void)state;
	run_check(&run, "2026-01-31T12", "yesterday", EDC_ISSUER_MATCH);
	f = find(&run, "edc-validFrom-type", "validFrom");
	assert_int_equal(f->offset, strstr(run.text, "\"yesterday") - run.text);
	run_free(&run);
}

static void
reads_the_schema_to_know_the_rules(void **state)
{
	static const char path[] =
	    "http://data.europa.eu/snb/model/ap/edc-generic-full";
	struct run run;

	(void)state;
	check_fails("ap/edc-generic-full", "ap/edc-unheard-of",
	    ERR_EDC_SCHEMA_UNKNOWN, "edc-schema-unknown", "credentialSchema");
	check_fails(path, "http://dev.example/EDC-generic.ttl",
	    ERR_EDC_SCHEMA_UNKNOWN, "edc-schema-unknown", "credentialSchema");
	check_fails("ap/edc-generic-full", "ap/edc-issued-by-mandate",
	    ERR_EDC_RULES, "edc-evidence-missing", "evidence");
	check_fails("ap/edc-generic-full", "ap/edc-converted", ERR_EDC_RULES,
	    "edc-evidence-missing", "evidence");
	run_check(&run, "ap/edc-generic-full", "ap/edc-diploma-supplement",
	    EDC_ISSUER_MATCH);
	find(&run, "edc-dateOfBirth-missing", "credentialSubject.dateOfBirth");
	find(&run, "edc-evidence-missing", "evidence");
	run_free(&run);
	/* Without controlled vocabularies, a scheme of one's own is allowed. */
	run_check(&run, "ap/edc-generic-full", "ap/edc-generic-no-cv",
	    EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_OK);
	run_free(&run);
}

static void
takes_lists_and_objects_alike(void **state)
{
	struct run run;

	(void)state;
	run_check(&run, "\"title\":{\"de\":\"Zeugnis\"}",
	    "\"title\":[{\"de\":[\"Zeugnis\"],\"en\":\"Certificate\"}]",
	    EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_OK);
	run_free(&run);
	/* An object that stands in full elsewhere may be named by its id. */
	run_check(&run, "\"language\":" GERMAN ",\"primary",
	    "\"language\":\"" AUTHORITY "language/DEU\",\"primary",
	    EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_OK);
	run_free(&run);
}

static void
refuses_what_is_no_credential(void **state)
{
	(void)state;
	check_fails("\"EuropeanDigitalCredential\"", "\"Other\"",
	    ERR_EDC_NOT_CREDENTIAL, "edc-not-credential", "type");
	check_fails("[\"VerifiableCredential\",", "[", ERR_EDC_NOT_CREDENTIAL,
	    "edc-not-credential", "type");
}

static void
check_parse(const char *text, enum err e)
{
	struct edc_report r = {0};
	struct doc *d = NULL;
	struct fault f;
	enum err got;

	got = edc_parse(&d, (const uint8_t *)text, strlen(text), &f);
	if (got == ERR_OK)
		got = edc_check(d, NULL, EDC_ISSUER_MATCH, &r);
	if (got != e)
		fail_msg("%s: %s", text, err_name(got));
	edc_report_free(&r);
	doc_free(d);
}

static void
names_sealed_input_as_such(void **state)
{
	(void)state;
	check_parse(
	    "{\"payload\":\"{}\",\"signatures\":[{}]}", ERR_EDC_SEALED_ALREADY);
	check_parse("{\"payload\":\"{}\",\"protected\":\"e30\","
		    "\"signature\":\"AA\"}",
	    ERR_EDC_SEALED_ALREADY);
	check_parse("{\"credential\":{\"payload\":\"\",\"signatures\":[]}}",
	    ERR_EDC_SEALED_ALREADY);
	check_parse("{\"credential\":\"eyJhbGciOiJFUzI1NiJ9.e30.AAAA\"}",
	    ERR_EDC_SEALED_ALREADY);
	check_parse("{\"type\":\"VerifiableCredential\",\"proof\":{}}",
	    ERR_EDC_SEALED_ALREADY);
	check_parse("eyJhbGciOiJFUzI1NiJ9.e30.AAAA\n", ERR_EDC_SEALED_ALREADY);
	check_parse("eyJhbGciOiJFUzI1NiJ9..AAAA", ERR_EDC_SEALED_ALREADY);
	check_parse("<a xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
		    "<ds:SignatureValue/></a>",
	    ERR_EDC_SEALED_ALREADY);
	check_parse("\xEF\xBB\xBF <a/>", ERR_EDC_NOT_CREDENTIAL);
	check_parse("eyJhbGciOiJFUzI1NiJ9.e30", ERR_JSON_SYNTAX);
	check_parse("\xEF\xBB\xBF{}", ERR_JSON_BOM);
	check_parse("[]", ERR_EDC_NOT_CREDENTIAL);
	check_parse("null", ERR_EDC_NOT_CREDENTIAL);
}

static void
compares_the_issuer_under_match(void **state)
{
	struct run run;

	(void)state;
	check_fails("\"en\":\"X University\"", "\"en\":\"Y University\"",
	    ERR_EDC_OTHER_ISSUER, "edc-issuer-name", "issuer.legalName");
	check_fails("\"en\":\"X University\"}",
	    "\"en\":\"X University\"},\"eIDASIdentifier\":{\"id\":\"urn:e:1\","
	    "\"type\":\"LegalIdentifier\",\"notation\":\"VATDE-1\","
	    "\"spatial\":" GERMANY "}",
	    ERR_EDC_OTHER_ISSUER, "edc-issuer-identifier",
	    "issuer.eIDASIdentifier.notation");
	check_fails(ISSUER, NO_ISSUER, ERR_EDC_NO_ISSUER, "edc-issuer-missing",
	    "issuer");
	check_fails(ISSUER, "\"issuer\":null," NO_ISSUER, ERR_EDC_NO_ISSUER,
	    "edc-issuer-missing", "issuer");
	/* The issuer is the awarding body, by its id: another school. */
	check_fails("\"issuer\":{\"id\":\"urn:o:2\",\"type\":"
		    "\"Organisation\",\"legalName\":{\"de\":\"Hochschule X\","
		    "\"en\":\"X University\"}}",
	    "\"issuer\":{\"id\":\"urn:o:1\"}", ERR_EDC_OTHER_ISSUER,
	    "edc-issuer-name", "issuer.legalName");
	check_fails("\"issuer\":{\"id\":\"urn:o:2\",\"type\":"
		    "\"Organisation\",\"legalName\":{\"de\":\"Hochschule X\","
		    "\"en\":\"X University\"}}",
	    "\"issuer\":\"urn:o:1\"", ERR_EDC_RULES, "edc-issuer-type",
	    "issuer");
	/* Overwriting, neither matters. */
	run_check(&run, "\"en\":\"X University\"", "\"en\":\"Y\"",
	    EDC_ISSUER_OVERWRITE);
	assert_int_equal(run.e, ERR_OK);
	run_free(&run);
	run_check(&run, ISSUER, NO_ISSUER, EDC_ISSUER_OVERWRITE);
	assert_int_equal(run.e, ERR_OK);
	run_free(&run);
	/* A name in a list, and names in no language at all. */
	run_check(
	    &run, "\"X University\"", "[\"X University\"]", EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_OK);
	run_free(&run);
	run_check(&run, "{\"de\":\"Hochschule X\",\"en\":\"X University\"}",
	    "{}", EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_OK);
	run_free(&run);
}

static doc_ref
get(struct run *run, const char *a, const char *b, const char *c)
{
	doc_ref v = doc_get(run->d, edc_credential(run->d), a);

	v = b != NULL ? doc_get(run->d, v, b) : v;
	return c != NULL ? doc_get(run->d, v, c) : v;
}

static void
puts_in_what_certificate_and_clock_say(void **state)
{
	struct run run;
	doc_ref v;

	(void)state;
	run_prepare(&run, NULL, "", EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_OK);
	assert_int_equal(run.r.errors + run.r.warnings, 0);
	assert_true(doc_is_text(
	    run.d, get(&run, "issued", NULL, NULL), "2027-01-01T00:00:00Z"));
	assert_true(doc_is_text(run.d, get(&run, "issuanceDate", NULL, NULL),
	    "2027-01-01T00:00:00Z"));
	assert_true(doc_is_text(run.d,
	    get(&run, "issuer", "eIDASIdentifier", "notation"),
	    "VATDE-123456789"));
	v = get(&run, "issuer", "eIDASIdentifier", "spatial");
	assert_true(doc_is_text(
	    run.d, doc_get(run.d, v, "id"), AUTHORITY "country/DEU"));
	v = doc_get(
	    run.d, get(&run, "issuer", "location", "address"), "countryCode");
	assert_true(doc_is_text(
	    run.d, doc_get(run.d, v, "id"), AUTHORITY "country/DEU"));
	/* The names of the draft stay. */
	assert_true(doc_is_text(
	    run.d, get(&run, "issuer", "legalName", "de"), "Hochschule X"));
	assert_int_equal(
	    doc_count(run.d, get(&run, "issuer", "legalName", NULL)), 2);
	assert_int_equal(get(&run, "issuer", "altLabel", NULL), 0);
	run_free(&run);
}

static void
adds_the_name_where_there_is_none(void **state)
{
	struct run run;

	(void)state;
	run_prepare(&run, "{\"de\":\"Hochschule X\",\"en\":\"X University\"}",
	    "{}", EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_OK);
	assert_true(doc_is_text(
	    run.d, get(&run, "issuer", "legalName", "de"), "X University"));
	run_free(&run);
}

static void
overwrites_in_the_primary_language(void **state)
{
	struct run run;

	(void)state;
	run_prepare(&run, "\"legalName\":{\"de\":\"Hochschule X\",",
	    "\"location\":[" LOCATION "],\"legalName\":{\"de\":\"Y\",",
	    EDC_ISSUER_OVERWRITE);
	assert_int_equal(run.e, ERR_OK);
	assert_true(doc_is_text(
	    run.d, get(&run, "issuer", "legalName", "de"), "X University"));
	assert_true(doc_is_text(
	    run.d, get(&run, "issuer", "altLabel", "de"), "X University Seal"));
	/* A location that is there stays. */
	assert_int_equal(
	    doc_type(run.d, get(&run, "issuer", "location", NULL)), DOC_ARRAY);
	run_free(&run);

	run_prepare(&run, ISSUER, NO_ISSUER, EDC_ISSUER_OVERWRITE);
	assert_int_equal(run.e, ERR_OK);
	assert_true(doc_is_text(
	    run.d, get(&run, "issuer", "legalName", "de"), "X University"));
	run_free(&run);
}

static void
refuses_to_prepare_what_it_would_not_accept(void **state)
{
	struct edc_issuer other = seal;
	struct run run;

	(void)state;
	run_prepare(&run, ISSUER, NO_ISSUER, EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_EDC_NO_ISSUER);
	assert_int_equal(get(&run, "issued", NULL, NULL), 0);
	run_free(&run);
	run_prepare(&run, "\"X University\"", "\"Y\"", EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_EDC_OTHER_ISSUER);
	run_free(&run);
	run_prepare(&run, "\"page\":1,", "", EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_EDC_RULES);
	run_free(&run);
	other.country = "XX";
	run_parse(&run, NULL, "");
	assert_int_equal(
	    edc_prepare(run.d, &other, EDC_ISSUER_OVERWRITE, NEW_YEAR, &run.r),
	    ERR_EDC_RULES);
	find(&run, "edc-issuer-country", "issuer.location");
	run_free(&run);
}

/* What this program has checked is not checked twice; what it puts in is. */
static void
looks_again_only_at_what_it_puts_in(void **state)
{
	static const struct {
		const char *from, *to;
		enum err e;
	} cases[] = {
	    {NULL, "", ERR_OK},
	    {"\"page\":1,", "", ERR_OK}, /* which edc_check tells of */
	    {ISSUER, ISSUER "\"location\":[{}],", ERR_EDC_RULES},
	    {"\"X University\"", "\"Y\"", ERR_EDC_OTHER_ISSUER},
	    /* another one's identifier leans on what is replaced */
	    {ISSUER,
		"\"other\":{\"id\":\"urn:o:3\",\"type\":\"Organisation\","
		"\"legalName\":{\"en\":\"Z\"},\"eIDASIdentifier\":"
		"{\"id\":\"urn:li:1\",\"type\":\"LegalIdentifier\"}}," ISSUER
		"\"eIDASIdentifier\":{\"id\":\"urn:li:1\",\"type\":"
		"\"LegalIdentifier\",\"notation\":\"VATDE-123456789\","
		"\"spatial\":[]},",
		ERR_EDC_RULES},
	};
	struct run run;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run_parse(&run, cases[i].from, cases[i].to);
		assert_int_equal(edc_prepare_checked(run.d, &seal,
				     EDC_ISSUER_MATCH, NEW_YEAR, &run.r),
		    cases[i].e);
		run_free(&run);
	}
}

static void
takes_the_credential_out_of_an_upload(void **state)
{
	struct run run;
	char *text = malloc(sizeof(draft) + 100);
	struct fault f;

	(void)state;
	assert_non_null(text);
	memset(&run, 0, sizeof(run));
	run.text = text;
	snprintf(text, sizeof(draft) + 100,
	    "{\"deliveryDetails\":{},\"credential\":%s}", draft);
	assert_int_equal(
	    edc_parse(&run.d, (uint8_t *)text, strlen(text), &f), ERR_OK);
	assert_int_equal(
	    edc_prepare(run.d, &seal, EDC_ISSUER_MATCH, NEW_YEAR, &run.r),
	    ERR_OK);
	assert_true(doc_is_text(run.d, edc_id(run.d), "urn:credential:1"));
	assert_int_equal(
	    doc_get(run.d, edc_credential(run.d), "deliveryDetails"), 0);
	run_free(&run);
}

static void
gives_the_context_only_where_there_is_none(void **state)
{
	struct run run;

	(void)state;
	run_prepare(&run, "\"@context\":", "\"x\":", EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_OK);
	assert_int_equal(run.r.warnings, 0);
	assert_int_equal(
	    doc_count(run.d, get(&run, "@context", NULL, NULL)), 2);
	run_free(&run);
	run_prepare(&run, "model/context/edc-ap", "model/context/mine",
	    EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_OK);
	find(&run, "edc-context", "@context");
	assert_int_equal(run.r.warnings, 1);
	run_free(&run);
}

/* Hundreds of failures: all counted, the first ones kept. */
static void
counts_what_it_does_not_keep(void **state)
{
	struct run run;
	char *many = malloc(20000);
	size_t n = 0;
	int i;

	(void)state;
	assert_non_null(many);
	for (i = 0; i < 300; i++)
		n += (size_t)snprintf(
		    many + n, 20000 - n, "{\"type\":\"LearningOutcome\"},");
	snprintf(many + n, 20000 - n, "{\"id\":\"urn:c:1\"");
	run_check(&run, "{\"id\":\"urn:c:1\"", many, EDC_ISSUER_MATCH);
	assert_int_equal(run.e, ERR_EDC_RULES);
	assert_int_equal(run.r.kept, EDC_FAILURES_MAX);
	assert_true(run.r.errors >= 600);
	run_free(&run);
	free(many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(accepts_a_draft_that_lacks_what_sealing_adds),
	    cmocka_unit_test(lists_each_broken_rule_with_its_place),
	    cmocka_unit_test(gives_the_offset_of_what_is_wrong),
	    cmocka_unit_test(reads_the_schema_to_know_the_rules),
	    cmocka_unit_test(takes_lists_and_objects_alike),
	    cmocka_unit_test(refuses_what_is_no_credential),
	    cmocka_unit_test(names_sealed_input_as_such),
	    cmocka_unit_test(compares_the_issuer_under_match),
	    cmocka_unit_test(puts_in_what_certificate_and_clock_say),
	    cmocka_unit_test(adds_the_name_where_there_is_none),
	    cmocka_unit_test(overwrites_in_the_primary_language),
	    cmocka_unit_test(refuses_to_prepare_what_it_would_not_accept),
	    cmocka_unit_test(looks_again_only_at_what_it_puts_in),
	    cmocka_unit_test(takes_the_credential_out_of_an_upload),
	    cmocka_unit_test(gives_the_context_only_where_there_is_none),
	    cmocka_unit_test(counts_what_it_does_not_keep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

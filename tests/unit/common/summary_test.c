#include "common/summary.h"

#include <stdlib.h>

#include "common/jcs.h"
#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

#define EDC                                                                    \
	"\"@context\":[\"https://www.w3.org/2018/credentials/v1\","            \
	"\"http://data.europa.eu/snb/model/context/edc-ap\"]"
#define LANGUAGE_URL                                                           \
	"http://publications.europa.eu/resource/authority/language/"

/* The summary of a document that comes in pieces of that many octets. */
static void
summarise(
    struct summary *s, const char *document, const char *language, size_t piece)
{
	size_t len = strlen(document), at, n;
	struct json j;

	summary_init(s, PROFILE_EDC, language);
	json_init(&j, &s->sink);
	for (at = 0; at < len; at += n) {
		n = len - at < piece ? len - at : piece;
		json_push(&j, (const uint8_t *)document + at, n);
	}
	CHECK(json_finish(&j) == ERR_OK);
	summary_finish(s);
}

static void
summary_of(struct summary *s, const char *document, const char *language)
{
	summarise(s, document, language, SIZE_MAX);
}

static bool
is(const struct summary_text *t, const char *text)
{
	return t->len == strlen(text) && memcmp(t->text, text, t->len) == 0;
}

/* Everything at once, with members in the order that EDC writes. */
static const char whole_document[] =
    "{\"id\":\"urn:credential:1\",\"type\":[\"VerifiableCredential\"],"
    "\"displayParameter\":{\"id\":\"no\",\"language\":[{\"id\":\"a\"},"
    "{\"id\":\"b\"}],\"primaryLanguage\":{\"id\":\"" LANGUAGE_URL
    "NLD\",\"notation\":\"language\"},\"title\":{\"en\":\"Certificate\","
    "\"nl\":\"Getuigschrift\"}},"
    "\"credentialSubject\":{\"id\":\"no\",\"fullName\":{\"en\":\"Ana\"},"
    "\"hasClaim\":{\"id\":\"no\",\"title\":{\"en\":\"no\"},"
    "\"hasClaim\":[{},{}]}},"
    "\"issued\":\"2026-11-24T06:00:00+01:00\","
    "\"issuer\":{\"id\":\"no\",\"legalName\":{\"nl\":\"Universiteit\"},"
    "\"eIDASIdentifier\":{\"id\":\"no\",\"notation\":\"NTRNL-12345678\"}},"
    "\"validFrom\":\"2026-11-01T00:00:00Z\","
    "\"validUntil\":\"2027-11-01T00:00:00Z\"," EDC "}";

static void
finds_what_a_registrar_must_see(void)
{
	struct summary s;

	summary_of(&s, whole_document, NULL);
	CHECK(is(&s.issuer, "Universiteit"));
	CHECK(is(&s.issuer_id, "NTRNL-12345678"));
	CHECK(is(&s.learner, "Ana"));
	CHECK(is(&s.title, "Getuigschrift"));
	CHECK(is(&s.id, "urn:credential:1"));
	CHECK(is(&s.issued, "2026-11-24T06:00:00+01:00"));
	CHECK(is(&s.valid_from, "2026-11-01T00:00:00Z"));
	CHECK(is(&s.valid_until, "2027-11-01T00:00:00Z"));
	CHECK(s.claims == 1 && s.languages == 2 && s.understood);
	CHECK(!s.issuer.cut && !s.issuer_id.cut && !s.learner.cut &&
	    !s.title.cut && !s.id.cut && !s.issued.cut && !s.valid_from.cut &&
	    !s.valid_until.cut);
}

static void
sees_the_same_however_split(void)
{
	uint8_t digest[32], first[32];
	struct summary s;
	struct json j;
	size_t at, len = strlen(whole_document);

	summary_of(&s, whole_document, "nl");
	summary_digest(&s, first);
	summarise(&s, whole_document, "nl", 1);
	summary_digest(&s, digest);
	CHECK(memcmp(first, digest, 32) == 0);
	for (at = 0; at <= len; at++) {
		summary_init(&s, PROFILE_EDC, "nl");
		json_init(&j, &s.sink);
		json_push(&j, (const uint8_t *)whole_document, at);
		json_push(&j, (const uint8_t *)whole_document + at, len - at);
		CHECK(json_finish(&j) == ERR_OK);
		summary_finish(&s);
		summary_digest(&s, digest);
		CHECK(memcmp(first, digest, 32) == 0);
	}
}

static void
takes_the_first_of_an_array_and_says_that_there_is_more(void)
{
	struct summary s;

	summary_of(&s,
	    "{\"id\":[\"a\",\"b\"],\"issuer\":[{\"legalName\":{\"en\":[\"A\"]},"
	    "\"eIDASIdentifier\":[{\"notation\":[\"1\"]}]}],"
	    "\"credentialSubject\":[{\"fullName\":[{\"en\":[\"F\"]}],"
	    "\"hasClaim\":[{},[],\"x\",null,1]},{\"fullName\":{\"en\":\"G\"},"
	    "\"hasClaim\":{}}],\"displayParameter\":[{\"title\":"
	    "{\"en\":[\"T\",\"U\"]},\"language\":{}}],"
	    "\"issued\":[\"2026\"],\"validFrom\":[\"x\"]}",
	    NULL);
	CHECK(is(&s.id, "a") && s.id.cut);
	CHECK(is(&s.issuer, "A") && !s.issuer.cut);
	CHECK(is(&s.issuer_id, "1") && !s.issuer_id.cut);
	CHECK(is(&s.learner, "F") && s.learner.cut);
	CHECK(is(&s.title, "T") && s.title.cut);
	CHECK(is(&s.issued, "2026") && !s.issued.cut);
	CHECK(is(&s.valid_from, "x"));
	/* null counts nothing, and the second subject is not looked at */
	CHECK(s.claims == 4 && s.languages == 1);

	summary_of(&s,
	    "{\"issuer\":[\"http://issuer\",{\"legalName\":{\"en\":\"A\"}}],"
	    "\"credentialSubject\":[[{\"fullName\":{\"en\":\"N\"}}]],"
	    "\"displayParameter\":[{},{\"title\":{\"en\":\"T\"}}]}",
	    NULL);
	CHECK(is(&s.issuer, "") && s.issuer.cut && s.issuer_id.cut);
	CHECK(is(&s.learner, "") && s.learner.cut);
	CHECK(is(&s.title, "") && s.title.cut);
}

static void
values_of_other_types_are_not_there(void)
{
	struct summary s;

	summary_of(&s,
	    "{\"id\":1e5,\"issued\":{\"id\":\"x\"},\"validFrom\":null,"
	    "\"validUntil\":true,\"issuer\":\"http://x\","
	    "\"credentialSubject\":null,\"displayParameter\":{\"title\":"
	    "{\"en\":{\"x\":\"y\"},\"de\":7}},\"@context\":{}}",
	    NULL);
	CHECK(is(&s.id, "") && is(&s.issued, "") && is(&s.valid_from, ""));
	CHECK(is(&s.valid_until, "") && is(&s.issuer, ""));
	CHECK(is(&s.learner, "") && is(&s.title, "") && !s.understood);
	CHECK(s.claims == 0 && s.languages == 0);
	summary_of(&s, "[]", NULL);
	CHECK(is(&s.id, "") && !s.understood);
	/* an array of credentials is no credential */
	summary_of(&s, "[{\"id\":\"a\"," EDC "}]", NULL);
	CHECK(!s.understood);
	summary_of(&s, "\"id\"", NULL);
	CHECK(is(&s.id, ""));
	/* members of the same names elsewhere are others */
	summary_of(&s,
	    "{\"proof\":{\"id\":\"x\",\"issuer\":{\"legalName\":\"x\"}},"
	    "\"issuer\":{\"id\":\"x\",\"title\":\"x\",\"issuer\":"
	    "{\"legalName\":\"x\"}},\"legalName\":\"x\",\"idx\":\"x\","
	    "\"i\":\"x\",\"displayParameterDisplayParameter\":{\"title\":\"x\"}"
	    "}",
	    NULL);
	CHECK(is(&s.id, "") && is(&s.issuer, "") && is(&s.title, ""));
}

#define NAMED(names) "{\"credentialSubject\":{" names "}}"

static void
a_name_in_two_parts_is_put_together(void)
{
	uint8_t zeros[32];
	struct summary s;

	summary_of(&s,
	    NAMED("\"familyName\":{\"en\":\"Power\"},\"fullName\":{},"
		  "\"givenName\":{\"en\":\"Max\"}"),
	    NULL);
	CHECK(is(&s.learner, "Max Power") && !s.learner.cut);
	memset(zeros, 0, sizeof(zeros));
	CHECK(memcmp(s.learner.whole, zeros, sizeof(zeros)) == 0);
	summary_of(&s,
	    NAMED("\"familyName\":{\"en\":\"Power\"},"
		  "\"fullName\":{\"en\":\"\"}"),
	    NULL);
	CHECK(is(&s.learner, "Power"));
	summary_of(&s, NAMED("\"givenName\":\"Max\""), NULL);
	CHECK(is(&s.learner, "Max"));
	summary_of(&s, NAMED("\"givenName\":[]"), NULL);
	CHECK(is(&s.learner, "") && !s.learner.cut);
	summary_of(&s,
	    NAMED("\"givenName\":{\"en\":\"Max\"},"
		  "\"fullName\":{\"el\":\"Full\"}"),
	    NULL);
	CHECK(is(&s.learner, "Full"));
}

static void
an_end_by_either_name_is_found(void)
{
	struct summary s;

	summary_of(&s, "{\"expirationDate\":\"e\"}", NULL);
	CHECK(is(&s.valid_until, "e"));
	summary_of(
	    &s, "{\"expirationDate\":\"long\",\"validUntil\":\"v\"}", NULL);
	CHECK(is(&s.valid_until, "v"));
	summary_of(&s, "{\"validUntil\":\"v\",\"expirationDate\":\"e\"}", NULL);
	CHECK(is(&s.valid_until, "v"));
	summary_of(&s, "{\"expirationDate\":\"e\",\"validUntil\":\"\"}", NULL);
	CHECK(is(&s.valid_until, "e"));
	summary_of(&s, "{\"validUntil\":null,\"expirationDate\":\"e\"}", NULL);
	CHECK(is(&s.valid_until, "e"));
}

#define TITLES "\"title\":{\"fr\":\"F\",\"de\":\"D\",\"en\":\"E\",\"pl\":\"P\"}"

static bool
title_is(const char *display, const char *language, const char *title)
{
	char document[1024];
	struct summary s;

	snprintf(
	    document, sizeof(document), "{\"displayParameter\":{%s}}", display);
	summarise(&s, document, language, 3);
	return is(&s.title, title) && !s.title.cut;
}

static void
languages_are_preferred_in_their_order(void)
{
	static const char primary[] = "\"primaryLanguage\":{\"id\":"
				      "\"" LANGUAGE_URL "POL\"}";
	char before[256], after[256];

	snprintf(before, sizeof(before), "%s,%s", primary, TITLES);
	snprintf(after, sizeof(after), "%s,%s", TITLES, primary);
	CHECK(title_is(before, "de", "D") && title_is(after, "de", "D"));
	CHECK(title_is("\"primaryLanguage\":\"pl\",\"title\":{\"pl\":\"P\","
		       "\"de\":\"D\"}",
	    "de", "D"));
	CHECK(title_is(before, "DE", "D") && title_is(after, "en", "E"));
	CHECK(title_is(before, "sv", "P") && title_is(after, "sv", "P"));
	CHECK(title_is(before, NULL, "P") && title_is(after, NULL, "P"));
	CHECK(title_is(TITLES, "sv", "E") && title_is(TITLES, "fr", "F"));
	CHECK(title_is("\"title\":{\"fr\":\"F\",\"de\":\"D\"}", NULL, "F"));
	CHECK(title_is("\"title\":{\"fr\":\"\",\"de\":\"D\"}", NULL, "D"));
	CHECK(title_is("\"title\":{\"@none\":\"N\",\"eng\":\"X\","
		       "\"en-GB\":\"E\"}",
	    NULL, "E"));
	CHECK(title_is("\"title\":[{\"de-AT\":[\"D\"]}]", "de", "D"));
	CHECK(title_is("\"title\":\"T\"", "de", "T"));
}

static void
a_primary_language_has_many_forms(void)
{
	CHECK(title_is(TITLES ",\"primaryLanguage\":{\"notation\":\"language\","
			      "\"id\":\"" LANGUAGE_URL "FRA\"}",
	    NULL, "F"));
	CHECK(title_is(TITLES ",\"primaryLanguage\":[{\"notation\":[\"fr\"]}]",
	    NULL, "F"));
	CHECK(title_is(
	    TITLES ",\"primaryLanguage\":\"" LANGUAGE_URL "FRA\"", NULL, "F"));
	CHECK(title_is(TITLES ",\"primaryLanguage\":\"fra\"", NULL, "F"));
	/* no language at all: English */
	CHECK(title_is(
	    TITLES ",\"primaryLanguage\":{\"id\":\"fra/x\"}", NULL, "E"));
	CHECK(title_is(
	    TITLES ",\"primaryLanguage\":{\"id\":\"xFRA\"}", NULL, "E"));
	CHECK(title_is(TITLES ",\"primaryLanguage\":{\"id\":\"\"}", NULL, "E"));
	CHECK(title_is(TITLES ",\"primaryLanguage\":{\"id\":\"" LANGUAGE_URL
			      "XXX\",\"notation\":\"FRA\"}",
	    NULL, "F"));
}

static bool
understood(const char *context)
{
	char document[512];
	struct summary s;

	snprintf(document, sizeof(document), "{\"@context\":%s,\"id\":\"x\"}",
	    context);
	summarise(&s, document, NULL, 7);
	CHECK(is(&s.id, "x"));
	return s.understood;
}

#define W3C "\"https://www.w3.org/2018/credentials/v1\""
#define AP "\"http://data.europa.eu/snb/model/context/edc-ap\""

static void
only_the_context_of_edc_is_understood(void)
{
	CHECK(understood("[" W3C "," AP "]"));
	CHECK(!understood("[" AP "," W3C "]"));
	CHECK(!understood("[" W3C "]"));
	CHECK(!understood("[" W3C "," AP ",\"http://x\"]"));
	CHECK(!understood("[" W3C "," AP ",{}]"));
	CHECK(!understood("[" W3C "," AP ",[]]"));
	CHECK(!understood("[" W3C "," AP ",null]"));
	CHECK(!understood("[" W3C ",{}," AP "]"));
	CHECK(!understood("[[" W3C "," AP "]]"));
	CHECK(!understood("[]"));
	CHECK(!understood(W3C));
	CHECK(!understood("{\"a\":" W3C "}"));
	CHECK(!understood("[" W3C ",\"http://data.europa.eu/snb/model/context/"
			  "edc-a\"]"));
	CHECK(!understood("[" W3C ",\"http://data.europa.eu/snb/model/context/"
			  "edc-app\"]"));
	CHECK(!understood("[" W3C ",\"https://data.europa.eu/snb/model/context/"
			  "edc-ap\"]"));
	CHECK(!understood("[" W3C "],\"@context\":[" AP "]"));
	CHECK(!understood("[" W3C "," AP "],\"@context\":[" W3C "," AP "]"));
}

/* A document whose title is n times unit. */
static void
long_title(struct summary *s, const char *unit, size_t n, size_t piece)
{
	static char document[4096];
	size_t len = strlen(unit), i, at;

	at = (size_t)snprintf(document, sizeof(document),
	    "{\"displayParameter\":{\"title\":{\"en\":\"");
	for (i = 0; i < n; i++)
		memcpy(document + at + i * len, unit, len);
	memcpy(document + at + n * len, "\"}}}", 5);
	summarise(s, document, NULL, piece);
}

static void
long_texts_are_cut_at_a_code_point_and_say_so(void)
{
	struct summary s;
	size_t piece;

	long_title(&s, "x", SUMMARY_TEXT, SIZE_MAX);
	CHECK(s.title.len == SUMMARY_TEXT && !s.title.cut);
	for (piece = 1; piece < 300; piece++) {
		long_title(&s, "x", SUMMARY_TEXT + 1, piece);
		CHECK(s.title.len == SUMMARY_TEXT && s.title.cut);
		long_title(&s, "\xe2\x82\xac", 65, piece); /* 195 octets */
		CHECK(s.title.len == 192 && s.title.cut);
		CHECK(s.title.text[191] == '\xac');
		long_title(&s, "\xf0\x9f\x8e\x93x", 39, piece); /* 5 * 39 */
		CHECK(s.title.len == 190 && s.title.cut);
		CHECK(s.title.text[189] == 'x');
	}
}

static void
what_was_cut_off_still_counts_for_the_digest(void)
{
	struct summary s;
	uint8_t a[32], b[32], hash[32];
	char text[300];

	memset(text, 'x', sizeof(text));
	long_title(&s, "x", 300, 1);
	sha256(text, sizeof(text), hash);
	CHECK(memcmp(s.title.whole, hash, 32) == 0);
	summary_digest(&s, a);
	long_title(&s, "x", 301, SIZE_MAX);
	CHECK(s.title.len == SUMMARY_TEXT);
	summary_digest(&s, b);
	CHECK(memcmp(a, b, 32) != 0);
	long_title(&s, "x", 300, SIZE_MAX);
	summary_digest(&s, b);
	CHECK(memcmp(a, b, 32) == 0);
}

static void
ids_dates_and_parts_of_names_have_their_own_bounds(void)
{
	static const char tail[] = "0123456789012345678901234567890123456789"
				   "0123456789012345678901234567890123456789"
				   "012345678901234567890123456789";
	char document[1024];
	struct summary s;

	snprintf(document, sizeof(document),
	    "{\"id\":\"%.96s\",\"issued\":\"%.40s\",\"validFrom\":\"%.41s\","
	    "\"issuer\":{\"eIDASIdentifier\":{\"notation\":\"%.97s\"}},"
	    "\"credentialSubject\":{\"givenName\":\"%.96s\","
	    "\"familyName\":\"%.95s\"}}",
	    tail, tail, tail, tail, tail, tail);
	summary_of(&s, document, NULL);
	CHECK(s.id.len == SUMMARY_ID && !s.id.cut);
	CHECK(s.issued.len == SUMMARY_DATE && !s.issued.cut);
	CHECK(s.valid_from.len == SUMMARY_DATE && s.valid_from.cut);
	CHECK(s.issuer_id.len == SUMMARY_ID && s.issuer_id.cut);
	CHECK(s.learner.len == 2 * SUMMARY_NAME + 1 && s.learner.cut);
	CHECK(s.learner.text[SUMMARY_NAME] == ' ');
	/* computed elsewhere */
	CHECK(hex_equal(s.learner.whole, 32,
	    "eebe529b75675384952d68e444c282c6c690377c90a63fd53054391d23ea4cc"
	    "c"));
}

/* The title in every language from aa on; the primary one comes last. */
static void
many_titles(struct summary *s, const char *title, int n, const char *primary)
{
	static char document[65536];
	size_t at;
	int i;

	at = (size_t)snprintf(
	    document, sizeof(document), "{\"displayParameter\":{\"title\":{");
	for (i = 0; i < n; i++) {
		at += (size_t)snprintf(document + at, sizeof(document) - at,
		    "%s\"%c%c\":\"%s%d\"", i ? "," : "", 'a' + i / 26,
		    'a' + i % 26, title, i);
	}
	snprintf(document + at, sizeof(document) - at,
	    "},\"primaryLanguage\":{\"id\":\"%s\"}}}", primary);
	summarise(s, document, NULL, 1000);
}

static void
candidates_wait_as_long_as_there_is_room(void)
{
	struct summary s;

	/* "bg" is number 32, "en" 117, "pl" 401 */
	many_titles(&s, "Certificate of Participation ", 33, "BUL");
	CHECK(is(&s.title, "Certificate of Participation 32") && !s.title.cut);
	many_titles(&s, "Certificate of Participation ", 600, "POL");
	CHECK(is(&s.title, "Certificate of Participation 117"));
	CHECK(s.title.cut); /* Polish was let go */
	many_titles(&s, "Certificate of Participation ", 600, "BUL");
	CHECK(is(&s.title, "Certificate of Participation 32") && !s.title.cut);
	many_titles(&s, "Certificate of Participation ", 600, "x");
	CHECK(is(&s.title, "Certificate of Participation 117"));
	CHECK(!s.title.cut);
}

/* All five maps at once, each with texts beyond their bounds in more
 * languages than there is room for. */
static void
the_pool_never_overflows(void)
{
	static const char *const part[] = {"{\"issuer\":{\"legalName\":{",
	    "}},\"credentialSubject\":{"
	    "\"givenName\":{",
	    "},\"familyName\":{", "},\"fullName\":{",
	    "}},\"displayParameter\":{\"title\":{"};
	static const char *const key[] = {"aa", "en", "zz", "yy", "fr"};
	static char document[65536];
	struct summary s;
	size_t at = 0, i, j, k;

	for (i = 0; i < 5; i++) {
		at += (size_t)snprintf(
		    document + at, sizeof(document) - at, "%s", part[i]);
		for (j = 0; j < 5; j++) {
			at += (size_t)snprintf(document + at,
			    sizeof(document) - at, "%s\"%s\":\"", j ? "," : "",
			    key[j]);
			for (k = 0; k < 400; k++)
				document[at++] = (char)('a' + i);
			document[at++] = '"';
		}
	}
	snprintf(document + at, sizeof(document) - at, "}}}");
	summary_of(&s, document, "fr");
	CHECK(s.issuer.len == SUMMARY_TEXT && s.issuer.text[0] == 'a');
	CHECK(s.learner.len == SUMMARY_TEXT && s.learner.text[0] == 'd');
	CHECK(s.title.len == SUMMARY_TEXT && s.title.text[0] == 'e');
	CHECK(s.issuer.cut && s.learner.cut && s.title.cut);
	CHECK(s.pool.len <= SUMMARY_POOL);
	/* nothing is settled until the end: all that fits is kept */
	summary_of(&s, document, NULL);
	CHECK(s.title.len == SUMMARY_TEXT && s.title.text[0] == 'e');
	CHECK(s.pool.len <= SUMMARY_POOL);
}

static void
finds_dates_after_half_a_megabyte_of_an_image(void)
{
	static char document[600000];
	struct summary s;
	size_t at;

	at = (size_t)snprintf(document, sizeof(document),
	    "{\"displayParameter\":{\"individualDisplay\":{\"image\":\"");
	memset(document + at, 'A', 520000);
	at += 520000;
	snprintf(document + at, sizeof(document) - at,
	    "\"}},\"issued\":\"2026-11-24T06:00:00Z\"," EDC "}");
	summarise(&s, document, NULL, 4096);
	CHECK(is(&s.issued, "2026-11-24T06:00:00Z") && s.understood);
}

static void
digests_are_those_of_the_header_to_the_octet(void)
{
	struct summary s;
	uint8_t digest[32];

	/* computed elsewhere */
	summary_of(&s, whole_document, NULL);
	summary_digest(&s, digest);
	CHECK(hex_equal(digest, 32,
	    "3c26715644cfcf08963547c0e68019e0c9ea1ad899c7d6d56a2dfd510a4feba"
	    "5"));
	summary_of(&s, "{}", NULL);
	summary_digest(&s, digest);
	CHECK(hex_equal(digest, 32,
	    "6e9d7749c92bf155ae3318be7c0cd6d039fb01b71a9130f3866562498f56563"
	    "b"));
	long_title(&s, "x", 300, SIZE_MAX);
	summary_digest(&s, digest);
	CHECK(hex_equal(digest, 32,
	    "3166d87d8e4e89b807cc3b2543a8714ac2e447b947b645e180d09fbc0ac9953"
	    "d"));
}

/* The sketch of the header, with the checker that seals are made with. */
static void
works_behind_the_canonical_checker(void)
{
	static const char document[] = "{\"id\":\"a\",\"issued\":\"b\"}";
	struct summary s;
	struct jcs c;

	summary_init(&s, PROFILE_EDC, "de");
	jcs_init(&c, NULL, &s.sink);
	jcs_push(&c, (const uint8_t *)document, strlen(document));
	CHECK(jcs_finish(&c) == ERR_OK);
	summary_finish(&s);
	CHECK(is(&s.id, "a") && is(&s.issued, "b"));
	CHECK(sizeof(struct summary) <= 4096);
}

int
main(void)
{
	TAP_RUN(finds_what_a_registrar_must_see);
	TAP_RUN(sees_the_same_however_split);
	TAP_RUN(takes_the_first_of_an_array_and_says_that_there_is_more);
	TAP_RUN(values_of_other_types_are_not_there);
	TAP_RUN(a_name_in_two_parts_is_put_together);
	TAP_RUN(an_end_by_either_name_is_found);
	TAP_RUN(languages_are_preferred_in_their_order);
	TAP_RUN(a_primary_language_has_many_forms);
	TAP_RUN(only_the_context_of_edc_is_understood);
	TAP_RUN(long_texts_are_cut_at_a_code_point_and_say_so);
	TAP_RUN(what_was_cut_off_still_counts_for_the_digest);
	TAP_RUN(ids_dates_and_parts_of_names_have_their_own_bounds);
	TAP_RUN(candidates_wait_as_long_as_there_is_room);
	TAP_RUN(the_pool_never_overflows);
	TAP_RUN(finds_dates_after_half_a_megabyte_of_an_image);
	TAP_RUN(digests_are_those_of_the_header_to_the_octet);
	TAP_RUN(works_behind_the_canonical_checker);
	return tap_done();
}

/* Summaries of other JSON than EDC's: Open Badges 3, CLR 2, W3C VC. */
#include "common/summary.h"

#include "common/jcs.h"
#include "tests/unit/common/hex.h"
#include "tests/unit/common/tap.h"

#define VC1 "\"https://www.w3.org/2018/credentials/v1\""
#define VC2 "\"https://www.w3.org/ns/credentials/v2\""
#define OB "\"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json\""
#define OB_MORE "\"https://purl.imsglobal.org/spec/ob/v3p0/extensions.json\""
#define CLR "\"https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json\""

static void
summarise(struct summary *s, const char *document, size_t piece)
{
	size_t len = strlen(document), at, n;
	struct jcs c;

	summary_init(s, PROFILE_JSON, "en");
	jcs_init(&c, NULL, &s->sink);
	for (at = 0; at < len; at += n) {
		n = len - at < piece ? len - at : piece;
		jcs_push(&c, (const uint8_t *)document + at, n);
	}
	CHECK(jcs_finish(&c) == ERR_OK);
	summary_finish(s);
}

static bool
is(const struct summary_text *t, const char *text)
{
	return t->len == strlen(text) && memcmp(t->text, text, t->len) == 0 &&
	    !t->cut;
}

static const char badge[] =
    "{\"@context\":[" VC2 "," OB "," OB_MORE "],"
    "\"credentialSubject\":{\"achievement\":{\"criteria\":{\"narrative\":"
    "\"no\"},\"id\":\"urn:a\",\"name\":\"Beekeeping\",\"type\":"
    "[\"Achievement\"]},\"id\":\"did:example:ana\",\"identifier\":["
    "{\"identityHash\":\"ana@example.org\"},{\"identityHash\":\"no\"}],"
    "\"type\":[\"AchievementSubject\"]},\"id\":\"urn:uuid:1\","
    "\"issuer\":{\"id\":\"https://u.example/\",\"name\":\"U of Example\"},"
    "\"name\":\"Badge for beekeeping\",\"type\":[\"VerifiableCredential\","
    "\"OpenBadgeCredential\"],\"validFrom\":\"2026-11-01T00:00:00Z\","
    "\"validUntil\":\"2027-11-01T00:00:00Z\"}";

static void
of_a_badge_its_achievement_is_the_title(void)
{
	struct summary s;

	summarise(&s, badge, SIZE_MAX);
	CHECK(is(&s.issuer, "U of Example"));
	CHECK(is(&s.issuer_id, "https://u.example/"));
	/* there are more identifiers than this one */
	CHECK(s.learner.len == 15 && s.learner.cut &&
	    memcmp(s.learner.text, "did:example:ana", 15) == 0);
	CHECK(is(&s.title, "Beekeeping"));
	CHECK(is(&s.id, "urn:uuid:1"));
	CHECK(is(&s.issued, ""));
	CHECK(is(&s.valid_from, "2026-11-01T00:00:00Z"));
	CHECK(is(&s.valid_until, "2027-11-01T00:00:00Z"));
	CHECK(s.claims == 1 && s.languages == 0 && s.understood);
}

static void
sees_the_same_however_split(void)
{
	uint8_t digest[32], first[32];
	struct summary s;
	struct jcs c;
	size_t at, len = strlen(badge);

	summarise(&s, badge, SIZE_MAX);
	summary_digest(&s, first);
	summarise(&s, badge, 1);
	summary_digest(&s, digest);
	CHECK(memcmp(first, digest, 32) == 0);
	for (at = 0; at <= len; at++) {
		summary_init(&s, PROFILE_JSON, "en");
		jcs_init(&c, NULL, &s.sink);
		jcs_push(&c, (const uint8_t *)badge, at);
		jcs_push(&c, (const uint8_t *)badge + at, len - at);
		CHECK(jcs_finish(&c) == ERR_OK);
		summary_finish(&s);
		summary_digest(&s, digest);
		CHECK(memcmp(first, digest, 32) == 0);
	}
}

static void
of_a_record_its_name_is_the_title_and_credentials_are_counted(void)
{
	struct summary s;

	summarise(&s,
	    "{\"@context\":[" VC2 "," CLR "," OB "],\"credentialSubject\":{"
	    "\"achievement\":[{\"name\":\"no\"},{}],\"givenName\":\"Ana\","
	    "\"id\":\"no\",\"type\":[\"ClrSubject\"],"
	    "\"verifiableCredential\":[{\"name\":\"no\"},{},{}]},"
	    "\"issuer\":\"did:example:u\",\"name\":\"Transcript\"}",
	    7);
	CHECK(is(&s.title, "Transcript"));
	CHECK(is(&s.learner, "Ana"));
	CHECK(is(&s.issuer, "") && is(&s.issuer_id, "did:example:u"));
	CHECK(s.claims == 3 && s.understood);
}

static void
of_a_credential_names_may_be_value_objects(void)
{
	struct summary s;

	summarise(&s,
	    "{\"@context\":[" VC1 "],\"credentialSubject\":{\"familyName\":"
	    "\"Lind\",\"givenName\":\"Ana\",\"identifier\":{\"identityHash\":"
	    "\"no\"}},\"expirationDate\":\"2028-01-01T00:00:00Z\","
	    "\"issuanceDate\":\"2026-11-01T00:00:00Z\",\"issuer\":{\"id\":"
	    "\"did:example:u\",\"name\":{\"@language\":\"sv\",\"@value\":"
	    "\"Exempeluniversitetet\"}},\"name\":\"Diploma\"}",
	    1);
	CHECK(is(&s.issuer, "Exempeluniversitetet"));
	CHECK(is(&s.learner, "Ana Lind"));
	CHECK(is(&s.title, "Diploma"));
	CHECK(is(&s.issued, "2026-11-01T00:00:00Z"));
	CHECK(is(&s.valid_until, "2028-01-01T00:00:00Z"));
	CHECK(s.claims == 0 && s.understood);
	summarise(&s,
	    "{\"credentialSubject\":{\"identifier\":{\"identityHash\":"
	    "\"ana@example.org\"}},\"name\":[{\"@value\":\"Eins\"},\"Two\"]}",
	    3);
	CHECK(is(&s.learner, "ana@example.org"));
	CHECK(s.title.len == 4 && s.title.cut && !s.understood);
}

static bool
is_understood(const char *context)
{
	char document[512];
	struct summary s;

	snprintf(document, sizeof(document), "{\"@context\":%s}", context);
	summarise(&s, document, 5);
	return s.understood;
}

static void
only_known_contexts_in_their_order_are_understood(void)
{
	CHECK(is_understood("[" VC1 "]"));
	CHECK(is_understood("[" VC2 "]"));
	CHECK(is_understood("[" VC1 "," OB "]"));
	CHECK(is_understood("[" VC2 "," CLR "," OB "," OB_MORE "]"));
	CHECK(!is_understood(VC2));
	CHECK(!is_understood("[]"));
	CHECK(!is_understood("[" OB "," VC2 "]"));
	CHECK(!is_understood("[" VC2 "," VC2 "]"));
	CHECK(!is_understood("[" VC1 "," VC2 "]"));
	CHECK(!is_understood("[" VC2 ",\"https://other.example/v1\"]"));
	CHECK(!is_understood("[" VC2 ",{\"name\":\"urn:other\"}]"));
	CHECK(!is_understood("[" VC2 ",[" OB "]]"));
	CHECK(!is_understood("[" VC2 ",null]"));
	CHECK(!is_understood("[" VC1 ",\"http://data.europa.eu/snb/model/"
			     "context/edc-ap\"]"));
	CHECK(!is_understood("[" VC2 ",\"https://purl.imsglobal.org/spec/ob/"
			     "v3p0/context-3.0.x.json\"]"));
	CHECK(!is_understood("[" VC2 ",\"https://purl.imsglobal.org/spec/ob/"
			     "v3p0/context-3.0.3.jso\"]"));
	CHECK(!is_understood("[" VC2 ",\"https://purl.imsglobal.org/spec/ob/"
			     "v3p0/context-3.0.3.json\\u0000\"]"));
}

/* The members of one profile mean nothing in the other. */
static void
profiles_do_not_mix(void)
{
	struct summary s;

	summarise(&s,
	    "{\"credentialSubject\":{\"fullName\":{\"en\":\"no\"},"
	    "\"hasClaim\":[{}]},\"displayParameter\":{\"title\":{\"en\":"
	    "\"no\"}},\"issued\":\"no\",\"issuer\":{\"eIDASIdentifier\":"
	    "{\"notation\":\"no\"},\"legalName\":{\"en\":\"no\"}}}",
	    SIZE_MAX);
	CHECK(is(&s.issuer, "") && is(&s.issuer_id, "") && is(&s.learner, "") &&
	    is(&s.title, "") && is(&s.issued, ""));
	CHECK(s.claims == 0);
}

static void
an_id_that_is_too_long_is_cut_and_committed_to(void)
{
	static const char *const last[] = {"a", "b"};
	uint8_t digest[2][32];
	char document[256];
	struct summary s;
	int i;

	for (i = 0; i < 2; i++) {
		snprintf(document, sizeof(document),
		    "{\"credentialSubject\":{\"id\":\"did:%0100d%s\"}}", 0,
		    last[i]);
		summarise(&s, document, 9);
		CHECK(s.learner.len == SUMMARY_ID && s.learner.cut);
		summary_digest(&s, digest[i]);
	}
	CHECK(memcmp(digest[0], digest[1], 32) != 0);
}

int
main(void)
{
	TAP_RUN(of_a_badge_its_achievement_is_the_title);
	TAP_RUN(sees_the_same_however_split);
	TAP_RUN(of_a_record_its_name_is_the_title_and_credentials_are_counted);
	TAP_RUN(of_a_credential_names_may_be_value_objects);
	TAP_RUN(only_known_contexts_in_their_order_are_understood);
	TAP_RUN(profiles_do_not_mix);
	TAP_RUN(an_id_that_is_too_long_is_cut_and_committed_to);
	return tap_done();
}

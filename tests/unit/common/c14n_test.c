#include "common/c14n.h"

#include "tests/unit/common/c14n_run.h"

static void
accepts_what_is_canonical(void)
{
	CHECK(accepts("<a></a>"));
	CHECK(accepts("<a b=\"\" c=\"1\"><b></b>text<b>\n\t</b></a>"));
	CHECK(accepts("<?p?>\n<?p d?>\n<a></a>\n<?p d ?>\n<?p ?\?>"));
	CHECK(accepts("<a>&amp;&lt;&gt;&#xD;\"'\t\n\x7f\xc2\x80</a>"));
	CHECK(accepts("<a b=\"&amp;&lt;&quot;&#x9;&#xA;&#xD;'>\x7f\"></a>"));
	CHECK(accepts("<a><?p >?x?\?></a>"));
	CHECK(accepts("<a:a xmlns:a=\"urn:a\" xml:lang=\"en\"></a:a>"));
	CHECK(accepts("<xml:a></xml:a>"));
	CHECK(accepts("<xmlnsa b=\"\" xmlnsb=\"\"></xmlnsa>"));
}

static void
accepts_comments_only_where_they_are_kept(void)
{
	CHECK(fails_at("^<!--c-->\n<a></a>", ERR_C14N_COMMENT));
	CHECK(fails_at("<a>^<!--c--></a>", ERR_C14N_COMMENT));
	comments = true;
	CHECK(
	    accepts("<!--c-->\n<a><!----><!-- - -\n --></a>\n<!--\xc3\xa9-->"));
	CHECK(fails_at("<a><!----^-></a>", ERR_XML_COMMENT));
	CHECK(fails_at("<a><!--a--^b--></a>", ERR_XML_COMMENT));
	CHECK(fails_at("<a><!--^\r--></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a><!--^\x01--></a>", ERR_XML_CHARACTER));
	CHECK(fails_at("<a><!-^a--></a>", ERR_XML_SYNTAX));
	CHECK(fails_at("<a><!--a--^", ERR_XML_TRUNCATED));
	comments = false;
}

static void
refuses_what_precedes_canonical_xml_elsewhere(void)
{
	CHECK(fails_at("^\xef\xbb\xbf<a></a>", ERR_C14N_BOM));
	CHECK(fails_at("\xef\xbb^<a></a>", ERR_XML_SYNTAX));
	CHECK(fails_at("\xef\xbb^", ERR_XML_SYNTAX));
	CHECK(fails_at(
	    "<?^xml version=\"1.0\"?>\n<a></a>", ERR_C14N_XML_DECLARATION));
	CHECK(fails_at("<a><?^xMl?></a>", ERR_XML_PI_TARGET));
	CHECK(accepts("<a><?xmla?></a>"));
	CHECK(fails_at("^<!DOCTYPE a>\n<a></a>", ERR_XML_DOCTYPE));
	CHECK(fails_at("^ <a></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("^a", ERR_XML_SYNTAX));
	CHECK(fails_at("^", ERR_XML_EMPTY));
}

static void
refuses_more_or_less_than_a_line_feed_outside_the_root(void)
{
	CHECK(fails_at("<?p?>^<a></a>", ERR_C14N_NEWLINE));
	CHECK(fails_at("<?p?>\n^\n<a></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<?p?>^\r\n<a></a>", ERR_C14N_NEWLINE));
	CHECK(fails_at("<?p?>\n^x<a></a>", ERR_XML_SYNTAX));
	CHECK(fails_at("<a></a>^\n", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a></a>\n^\n", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a></a>^ ", ERR_C14N_NEWLINE));
	CHECK(fails_at("<a></a>^<?p?>", ERR_C14N_NEWLINE));
	CHECK(fails_at("<a></a>\n<?p?>^\n", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a></a>^x", ERR_XML_TRAILING));
	CHECK(fails_at("<a></a>\n^x", ERR_XML_TRAILING));
	CHECK(fails_at("<a></a>\n^<a></a>", ERR_XML_TRAILING));
	CHECK(fails_at("<a></a>\n^</a>", ERR_XML_TRAILING));
	CHECK(fails_at("<^/a>", ERR_XML_NAME));
}

static void
refuses_other_spellings_of_tags(void)
{
	CHECK(fails_at("<a^/>", ERR_C14N_EMPTY_TAG));
	CHECK(fails_at("<a ^/>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a b=\"\"^/>", ERR_C14N_EMPTY_TAG));
	CHECK(fails_at("<a ^></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a ^ b=\"\"></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a^\nb=\"\"></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a b^ =\"\"></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a b=^ \"\"></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a b=^''></a>", ERR_C14N_QUOTE));
	CHECK(fails_at("<a b=^x></a>", ERR_XML_SYNTAX));
	CHECK(fails_at("<a b^></a>", ERR_XML_SYNTAX));
	CHECK(fails_at("<a b=\"\"^c=\"\"></a>", ERR_XML_SYNTAX));
	CHECK(fails_at("<a b=\"\"^\t></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a></a^ >", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a></^ a>", ERR_XML_END_TAG));
	CHECK(fails_at("<a></^b>", ERR_XML_END_TAG));
	CHECK(fails_at("<a></a^b>", ERR_XML_END_TAG));
	CHECK(fails_at("<ab></a^>", ERR_XML_END_TAG));
	CHECK(fails_at("<a><bc></b^></a>", ERR_XML_END_TAG));
	CHECK(fails_at("<a><bc></bc></a^c>", ERR_XML_END_TAG));
}

static void
refuses_other_spellings_of_text(void)
{
	CHECK(fails_at("<a>^></a>", ERR_C14N_UNESCAPED));
	CHECK(fails_at("<a>]]^></a>", ERR_C14N_UNESCAPED));
	CHECK(fails_at("<a>^\r\n</a>", ERR_C14N_UNESCAPED));
	CHECK(fails_at("<a>&^quot;</a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a>&a^pos;</a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a>&^foo;</a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a>&^ </a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a>&amp^ </a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a>&#^13;</a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a>&#x^d;</a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a>&#x^0D;</a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a>&#x^A;</a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a>&#x^9;</a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a>&#xD^A;</a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a>^<![CDATA[]]></a>", ERR_C14N_CDATA));
	CHECK(fails_at("<a b=\"^<\"></a>", ERR_C14N_UNESCAPED));
	CHECK(fails_at("<a b=\"^\t\"></a>", ERR_C14N_UNESCAPED));
	CHECK(fails_at("<a b=\"^\n\"></a>", ERR_C14N_UNESCAPED));
	CHECK(fails_at("<a b=\"^\r\"></a>", ERR_C14N_UNESCAPED));
	CHECK(fails_at("<a b=\"&^gt;\"></a>", ERR_C14N_ESCAPE));
	CHECK(fails_at("<a b=\"&#x^20;\"></a>", ERR_C14N_ESCAPE));
}

static void
refuses_other_spellings_of_instructions(void)
{
	CHECK(fails_at("<a><?p ?^></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a><?p ^ d?></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a><?p ^\nd?></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a><?p^\td?></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a><?p?^ ?></a>", ERR_XML_SYNTAX));
	CHECK(fails_at("<a><?p^>?></a>", ERR_XML_NAME));
	CHECK(fails_at("<a><?^?></a>", ERR_XML_NAME));
	CHECK(fails_at("<a><?^ p?></a>", ERR_XML_NAME));
	CHECK(fails_at("<a><?p^:q?></a>", ERR_XML_NAME));
	CHECK(fails_at("<a><?p d^\r?></a>", ERR_C14N_WHITESPACE));
	CHECK(fails_at("<a><?p d?^", ERR_XML_TRUNCATED));
}

static void
refuses_characters_that_xml_has_not(void)
{
	CHECK(fails_octets("<a>\0</a>", 8, ERR_XML_CHARACTER, 3));
	CHECK(fails_at("<a>^\x1f</a>", ERR_XML_CHARACTER));
	CHECK(fails_at("<a>\xef\xbf^\xbe</a>", ERR_XML_CHARACTER));
	CHECK(fails_at("<a b=\"\xef\xbf^\xbf\"></a>", ERR_XML_CHARACTER));
	CHECK(
	    fails_at("<a><?p \xc3\xa9\xef\xbf^\xbf?></a>", ERR_XML_CHARACTER));
	CHECK(accepts("<a>\xef\xbf\xbd\xee\xbf\xbf\xf4\x8f\xbf\xbf</a>"));
	CHECK(fails_at("<a>^\xc0\x80</a>", ERR_UTF8_INVALID));
	CHECK(fails_at("<a>\xed^\xa0\x80</a>", ERR_UTF8_INVALID));
	CHECK(fails_at("<a>\xc3^</a>", ERR_UTF8_INVALID));
	CHECK(fails_at("<a b=\"^\xff\"></a>", ERR_UTF8_INVALID));
	CHECK(fails_at("<a><?p d\xe2\x82^?></a>", ERR_UTF8_INVALID));
	CHECK(fails_at("<a>\xe2\x82^", ERR_XML_TRUNCATED));
}

static void
refuses_what_is_no_name(void)
{
	CHECK(fails_at("<^1></1>", ERR_XML_NAME));
	CHECK(fails_at("<^-a></-a>", ERR_XML_NAME));
	CHECK(fails_at("<^></>", ERR_XML_NAME));
	CHECK(fails_at("<^ a></a>", ERR_XML_NAME));
	CHECK(fails_at("<a^!></a!>", ERR_XML_NAME));
	CHECK(fails_at("<a:^></a:>", ERR_XML_NAME));
	CHECK(fails_at("<^:a></:a>", ERR_XML_NAME));
	CHECK(fails_at("<a:^1></a:1>", ERR_XML_NAME));
	CHECK(fails_at("<a:b^:c></a:b:c>", ERR_XML_NAME));
	CHECK(fails_at("<a ^1=\"\"></a>", ERR_XML_NAME));
	CHECK(fails_at("<a b:^=\"\"></a>", ERR_XML_NAME));
	CHECK(accepts("<_a-b.1\xc2\xb7></_a-b.1\xc2\xb7>"));
	CHECK(accepts("<\xf3\xaf\xbf\xbf></\xf3\xaf\xbf\xbf>"));
	CHECK(fails_at("<\xc2^\xb7></a>", ERR_XML_NAME));
	CHECK(fails_at("<\xc3^\x97></a>", ERR_XML_NAME));
	CHECK(fails_at("<\xf3\xb0\x80^\x80></a>", ERR_XML_NAME));
	CHECK(fails_at("<a\xc3^></a>", ERR_UTF8_INVALID));
}

static void
says_where_a_cut_document_ends(void)
{
	static const char text[] =
	    "<?p d?>\n<a:a xmlns:a=\"urn:a\" a:b=\"&#xD;\">&amp;<b></b></a:a>"
	    "\n<?q?>";
	size_t len, whole = sizeof(text) - 1 - 6;
	struct verdict v;

	for (len = 1; len < sizeof(text); len++) {
		v = run(text, len, len / 2, len);
		if (len == whole || len == sizeof(text) - 1) {
			CHECK(v.err == ERR_OK);
		} else if (len == whole + 1) {
			CHECK(v.err == ERR_C14N_WHITESPACE);
			CHECK(v.offset == whole);
		} else {
			CHECK(v.err == ERR_XML_TRUNCATED && v.offset == len);
		}
	}
}

static char text[VERDICT_MAX];
static size_t text_len;

static void
put(const char *more)
{
	size_t n = strlen(more);

	if (n > sizeof(text) - 1 - text_len)
		n = sizeof(text) - 1 - text_len;
	memcpy(text + text_len, more, n);
	text_len += n;
	text[text_len] = '\0';
}

static void
put_many(const char *more, unsigned n)
{
	while (n-- > 0)
		put(more);
}

static void
takes_elements_to_the_bound_of_depth(void)
{
	text_len = 0;
	put_many("<a>", BOUND_XML_DEPTH);
	put_many("</a>", BOUND_XML_DEPTH);
	CHECK(accepts(text));
	text_len = 0;
	put_many("<a>", BOUND_XML_DEPTH + 1);
	CHECK(fails(text, ERR_XML_DEPTH, 3 * BOUND_XML_DEPTH + 1));
}

static void
takes_names_to_the_bound(void)
{
	const unsigned half = BOUND_XML_NAMES / 2;

	text_len = 0;
	put("<");
	put_many("a", half);
	put("><");
	put_many("a", half);
	put("></");
	put_many("a", half);
	put("></");
	put_many("a", half);
	put(">");
	CHECK(accepts(text));
	text_len = 0;
	put("<");
	put_many("a", half);
	put("><");
	put_many("a", half + 1);
	put(">");
	CHECK(fails(text, ERR_XML_NAMES_LENGTH, 3 + 2 * half));

	/* With the names of two attributes. */
	text_len = 0;
	put("<aa ");
	put_many("b", half - 1);
	put("=\"\" ");
	put_many("c", half - 1);
	put("=\"\"></aa>");
	CHECK(accepts(text));
	text_len = 0;
	put("<aa ");
	put_many("b", half - 1);
	put("=\"\" ");
	put_many("c", half);
	put("=\"\"></aa>");
	CHECK(fails(text, ERR_XML_NAMES_LENGTH, 4 + 2 * (half - 1) + 4));
}

static void
put_declarations(unsigned n)
{
	char name[] = " xmlns:aa=\"a:\"";
	unsigned i;

	for (i = 0; i < n; i++) {
		name[7] = (char)('a' + i / 26);
		name[8] = (char)('a' + i % 26);
		put(name);
	}
}

static void
takes_namespaces_to_the_bound(void)
{
	const unsigned rest = BOUND_XML_NAMESPACE_OCTETS - 3;

	method = C14N_10;
	text_len = 0;
	put("<a");
	put_declarations(BOUND_XML_NAMESPACES);
	put("><a></a></a>");
	CHECK(accepts(text));
	text_len = 0;
	put("<a");
	put_declarations(BOUND_XML_NAMESPACES + 1);
	CHECK(
	    fails(text, ERR_XML_NAMESPACES, 2 + 14 * BOUND_XML_NAMESPACES + 9));

	text_len = 0;
	put("<a xmlns:a=\"a:");
	put_many("b", rest);
	put("\"></a>");
	CHECK(accepts(text));
	text_len = 0;
	put("<a xmlns:a=\"a:");
	put_many("b", rest + 1);
	put("\"></a>");
	CHECK(fails(text, ERR_XML_NAMESPACES, 14 + rest));
	text_len = 0;
	put("<a xmlns:a=\"a:");
	put_many("b", rest - 4);
	put("\" xmlns:abcde=\"a:\"></a>");
	CHECK(fails(text, ERR_XML_NAMESPACES, 14 + rest - 4 + 13));
	method = C14N_EXCLUSIVE;
}

static void
forgets_the_namespaces_of_what_is_closed(void)
{
	text_len = 0;
	put("<a>");
	put_many("<b:b xmlns:b=\"urn:b\"></b:b>", 400);
	put("</a>");
	CHECK(accepts(text));
	text_len = 0;
	put("<a");
	put(" b=\"");
	put_many("value ", 1000);
	put("\"></a>");
	CHECK(accepts(text));
}

int
main(void)
{
	TAP_RUN(accepts_what_is_canonical);
	TAP_RUN(accepts_comments_only_where_they_are_kept);
	TAP_RUN(refuses_what_precedes_canonical_xml_elsewhere);
	TAP_RUN(refuses_more_or_less_than_a_line_feed_outside_the_root);
	TAP_RUN(refuses_other_spellings_of_tags);
	TAP_RUN(refuses_other_spellings_of_text);
	TAP_RUN(refuses_other_spellings_of_instructions);
	TAP_RUN(refuses_characters_that_xml_has_not);
	TAP_RUN(refuses_what_is_no_name);
	TAP_RUN(says_where_a_cut_document_ends);
	TAP_RUN(takes_elements_to_the_bound_of_depth);
	TAP_RUN(takes_names_to_the_bound);
	TAP_RUN(takes_namespaces_to_the_bound);
	TAP_RUN(forgets_the_namespaces_of_what_is_closed);
	return tap_done();
}

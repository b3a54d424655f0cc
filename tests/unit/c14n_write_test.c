/* What canonical XML says, what is refused and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/xml/c14n_parts.h"
#include "tests/unit/support/c14n_run.h"

/* All three methods, where they agree. */
static void
form(const char *text, bool comments, const char *want)
{
	struct c14n_write_options o = {
	    .comments = comments, .signature = C14N_KEEP_SIGNATURES};
	struct c14n_text out;
	struct fault f;
	enum err e;

	for (o.method = C14N_EXCLUSIVE; o.method <= C14N_11; o.method++) {
		e = c14n_run(&o, text, strlen(text), &out, &f);
		if (e != ERR_OK || strcmp(out.buf, want) != 0)
			fail_msg("method %d: %s %s\n%s", o.method, err_name(e),
			    text, out.buf);
	}
}

static void
part(enum c14n_method method, const char *text, const char *place,
    const char *id, const char *want)
{
	struct c14n_write_options o = {.method = method,
	    .comments = true,
	    .place = place,
	    .id = id,
	    .signature = C14N_KEEP_SIGNATURES};
	struct c14n_text out;
	struct fault f;
	enum err e = c14n_run(&o, text, strlen(text), &out, &f);

	if (e != ERR_OK || strcmp(out.buf, want) != 0)
		fail_msg("%s: %s\n%s", err_name(e), text, out.buf);
}

static void
refuse_octets(const void *buf, size_t len, enum err want, uint64_t at)
{
	struct c14n_write_options o = {
	    .method = C14N_EXCLUSIVE, .signature = C14N_KEEP_SIGNATURES};
	struct c14n_text out;
	struct fault f;
	enum err e = c14n_run(&o, buf, len, &out, &f);

	if (e != want || f.offset != at)
		fail_msg("%.80s: %s at %lld (%s), wanted %s at %lld",
		    (const char *)buf, err_name(e), (long long)f.offset,
		    f.detail, err_name(want), (long long)at);
}

static void
refuse(const char *text, enum err want, uint64_t at)
{
	refuse_octets(text, strlen(text), want, at);
}

/* After the examples of C14N 1.0, section 3, in words of our own. */
static void
everything_that_has_two_forms_gets_one(void **state)
{
	(void)state;
	form("<?xml version=\"1.0\" encoding='utf-8'?>\n\n<?style  a = b ?>\n"
	     "<!-- one --><course>Knots<!-- two --></course>\n\n"
	     "<?end?>  \n<!--three-->\n",
	    false, "<?style a = b ?>\n<course>Knots</course>\n<?end?>");
	form("<?style  a = b ?><!-- one --><course>Knots<!-- two --></course>"
	     "<?end?><!--three-->",
	    true,
	    "<?style a = b ?>\n<!-- one -->\n<course>Knots<!-- two -->"
	    "</course>\n<?end?>\n<!--three-->");
	form("<a>\r\n  <b>  </b  >\r <c/>\r\r\n</a>", false,
	    "<a>\n  <b>  </b>\n <c></c>\n\n</a>");
	form("<a z='1' b = \"'2'\"\n  y='\"' />", false,
	    "<a b=\"'2'\" y=\"&quot;\" z=\"1\"></a>");
	form("<a b=' x\ty\nz&#9;&#10;&#13;&amp;&lt;>'>&#13;\t&gt;>&quot;\"</a>",
	    false,
	    "<a b=\" x y z&#x9;&#xA;&#xD;&amp;&lt;>\">&#xD;\t&gt;&gt;\"\""
	    "</a>");
	form("<a><![CDATA[x < y && \"z\" > 0]]><![CDATA[]]></a>", false,
	    "<a>x &lt; y &amp;&amp; \"z\" &gt; 0</a>");
	form("<a>&#169;&#xA9;\xc2\xa9&#x1F600;</a>", false,
	    "<a>\xc2\xa9\xc2\xa9\xc2\xa9\xf0\x9f\x98\x80</a>");
	form("\xef\xbb\xbf<a/>", false, "<a></a>");
	form("<a xml:lang='mt' xml:space='preserve' lang='x'/>", false,
	    "<a lang=\"x\" xml:lang=\"mt\" xml:space=\"preserve\"></a>");
	form("<a xmlns:xml='http://www.w3.org/XML/1998/namespace' "
	     "xml:lang='mt'/>",
	    false, "<a xml:lang=\"mt\"></a>");
}

static void
attributes_are_sorted_by_namespace_then_name(void **state)
{
	(void)state;
	form(
	    "<e xmlns:q='urn:a' xmlns:p='urn:b' p:x='1' q:y='2' z='3' q:x='4'/>",
	    false,
	    "<e xmlns:p=\"urn:b\" xmlns:q=\"urn:a\" z=\"3\" q:x=\"4\" "
	    "q:y=\"2\" p:x=\"1\"></e>");
	/* More than are sorted by insertion. */
	form("<e t='' s='' r='' q='' p='' o='' n='' m='' l='' k='' j='' i='' "
	     "h='' g='' f='' e='' d='' c='' b='' a=''/>",
	    false,
	    "<e a=\"\" b=\"\" c=\"\" d=\"\" e=\"\" f=\"\" g=\"\" h=\"\" "
	    "i=\"\" j=\"\" k=\"\" l=\"\" m=\"\" n=\"\" o=\"\" p=\"\" q=\"\" "
	    "r=\"\" s=\"\" t=\"\"></e>");
}

static const char nested[] =
    "<r xmlns='urn:d' xmlns:a='urn:a' xmlns:b='urn:b'><a:x b:y=''>"
    "<c xmlns='' xmlns:a='urn:a'><d xmlns='urn:d' type='a:t'/></c>"
    "</a:x></r>";

static void
namespaces_stand_where_the_method_wants_them(void **state)
{
	(void)state;
	part(C14N_10, nested, NULL, NULL,
	    "<r xmlns=\"urn:d\" xmlns:a=\"urn:a\" xmlns:b=\"urn:b\">"
	    "<a:x b:y=\"\"><c xmlns=\"\"><d xmlns=\"urn:d\" type=\"a:t\"></d>"
	    "</c></a:x></r>");
	part(C14N_EXCLUSIVE, nested, NULL, NULL,
	    "<r xmlns=\"urn:d\"><a:x xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" "
	    "b:y=\"\"><c xmlns=\"\"><d xmlns=\"urn:d\" type=\"a:t\"></d></c>"
	    "</a:x></r>");
	part(C14N_EXCLUSIVE, nested, "/1/1/1", NULL,
	    "<c><d xmlns=\"urn:d\" type=\"a:t\"></d></c>");
	part(C14N_11, nested, "/1/1/1", NULL,
	    "<c xmlns:a=\"urn:a\" xmlns:b=\"urn:b\"><d xmlns=\"urn:d\" "
	    "type=\"a:t\"></d></c>");
}

static void
a_prefix_list_is_inclusive(void **state)
{
	struct c14n_write_options o = {.method = C14N_EXCLUSIVE,
	    .prefixes = " a\t#default ",
	    .place = "/1/1",
	    .signature = C14N_KEEP_SIGNATURES};
	struct c14n_text out;
	struct fault f;

	(void)state;
	assert_int_equal(
	    c14n_run(&o, nested, strlen(nested), &out, &f), ERR_OK);
	assert_string_equal(out.buf,
	    "<a:x xmlns=\"urn:d\" xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" "
	    "b:y=\"\"><c xmlns=\"\"><d xmlns=\"urn:d\" type=\"a:t\"></d></c>"
	    "</a:x>");
}

static const char inherits[] =
    "<r xml:lang='de' xml:id='i' xml:base='one/two' xml:x=''>"
    "<m xml:lang='fr' xml:base='three/'>"
    "<e xml:space='preserve' xml:base='four'/><f/></m></r>";

static void
an_element_takes_along_what_its_ancestors_say(void **state)
{
	(void)state;
	part(C14N_EXCLUSIVE, inherits, "/1/1/1", NULL,
	    "<e xml:base=\"four\" xml:space=\"preserve\"></e>");
	part(C14N_10, inherits, "/1/1/1", NULL,
	    "<e xml:base=\"four\" xml:id=\"i\" xml:lang=\"fr\" "
	    "xml:space=\"preserve\" xml:x=\"\"></e>");
	part(C14N_11, inherits, "/1/1/1", NULL,
	    "<e xml:base=\"one/three/four\" xml:lang=\"fr\" "
	    "xml:space=\"preserve\"></e>");
	part(C14N_11, inherits, "/1/1/2", NULL,
	    "<f xml:base=\"one/three/\" xml:lang=\"fr\"></f>");
	part(C14N_11, "<r xml:base='a/'><e xml:base='../'/></r>", "/1/1", NULL,
	    "<e></e>");
	part(C14N_11, "<r><e xml:base='../x/..'/></r>", "/1/1", NULL,
	    "<e xml:base=\"../x/..\"></e>");
}

static void
an_element_is_found_by_its_id_or_place_only(void **state)
{
	static const char doc[] =
	    "<!--0--><r Id='r'><a ID='a'>1</a><!--2--><b x='c'><c id='c'>3"
	    "</c></b><d xml:id='d'/></r>";
	struct c14n_write_options o = {
	    .method = C14N_10, .signature = C14N_KEEP_SIGNATURES};
	struct c14n_text out;
	struct fault f;

	(void)state;
	part(C14N_10, doc, NULL, "a", "<a ID=\"a\">1</a>");
	part(C14N_10, doc, NULL, "c", "<c id=\"c\">3</c>");
	part(C14N_10, doc, NULL, "d", "<d xml:id=\"d\"></d>");
	part(C14N_10, doc, "/1/2", NULL, "<b x=\"c\"><c id=\"c\">3</c></b>");
	part(C14N_10, doc, "/1/2/1", NULL, "<c id=\"c\">3</c>");
	part(C14N_10, doc, "/1/3", NULL, "<d xml:id=\"d\"></d>");
	part(C14N_10, doc, NULL, "r",
	    "<r Id=\"r\"><a ID=\"a\">1</a><!--2--><b x=\"c\"><c id=\"c\">3"
	    "</c></b><d xml:id=\"d\"></d></r>");
	o.id = "x";
	assert_int_equal(
	    c14n_run(&o, doc, strlen(doc), &out, &f), ERR_NOT_FOUND);
	o.id = NULL;
	o.place = "/1/2/2";
	assert_int_equal(
	    c14n_run(&o, doc, strlen(doc), &out, &f), ERR_NOT_FOUND);
	o.place = "/2";
	assert_int_equal(
	    c14n_run(&o, doc, strlen(doc), &out, &f), ERR_NOT_FOUND);
	o.place = "/1/1/1/1";
	assert_int_equal(
	    c14n_run(&o, doc, strlen(doc), &out, &f), ERR_NOT_FOUND);
}

/* Else a second element could stand in for the signed one. */
static void
an_id_that_two_elements_have_is_refused(void **state)
{
	static const char doc[] = "<r><a Id='x'/><b><c xml:id='x'/></b></r>";
	struct c14n_write_options o = {.method = C14N_EXCLUSIVE,
	    .id = "x",
	    .signature = C14N_KEEP_SIGNATURES};
	struct c14n_text out;
	struct fault f;

	(void)state;
	assert_int_equal(
	    c14n_run(&o, doc, strlen(doc), &out, &f), ERR_XML_DUPLICATE_ID);
	assert_int_equal(f.offset, 17);
	o.signature = C14N_REMOVE_SIGNATURES;
	assert_int_equal(
	    c14n_run(&o, doc, strlen(doc), &out, &f), ERR_XML_DUPLICATE_ID);
}

#define DS " xmlns='http://www.w3.org/2000/09/xmldsig#'"

static void
signatures_go_with_all_that_is_in_them(void **state)
{
	static const char doc[] = "<r><Signature/><Signature" DS ">"
				  "<Object><Signature/></Object></Signature>x"
				  "<Signature" DS ">2</Signature></r>";
	struct c14n_write_options o = {
	    .method = C14N_10, .signature = C14N_REMOVE_SIGNATURES};
	struct c14n_text out;
	struct fault f;

	(void)state;
	assert_int_equal(c14n_run(&o, doc, strlen(doc), &out, &f), ERR_OK);
	assert_string_equal(out.buf, "<r><Signature></Signature>x</r>");
	o.signature = 1;
	assert_int_equal(c14n_run(&o, doc, strlen(doc), &out, &f), ERR_OK);
	assert_non_null(strstr(out.buf, "<Object></Object></Signature>x<S"));
	o.signature = 0;
	assert_int_equal(c14n_run(&o, doc, strlen(doc), &out, &f), ERR_OK);
	assert_non_null(strstr(out.buf, "</Signature>x<Signature xmlns="));
	o.signature = 3;
	assert_int_equal(
	    c14n_run(&o, doc, strlen(doc), &out, &f), ERR_NOT_FOUND);
	/* Nothing would be left to sign. */
	o.signature = C14N_REMOVE_SIGNATURES;
	o.place = "/1/2/1";
	assert_int_equal(
	    c14n_run(&o, doc, strlen(doc), &out, &f), ERR_NOT_FOUND);
	o.place = "/1/2";
	assert_int_equal(
	    c14n_run(&o, doc, strlen(doc), &out, &f), ERR_NOT_FOUND);
	assert_int_equal(out.len, 0);
}

static void
what_is_no_xml_is_refused_where_it_is_wrong(void **state)
{
	(void)state;
	refuse("", ERR_XML_EMPTY, 0);
	refuse(" ", ERR_XML_TRUNCATED, 1);
	refuse("text", ERR_XML_SYNTAX, 0);
	refuse("<a>", ERR_XML_TRUNCATED, 3);
	refuse("<a", ERR_XML_TRUNCATED, 2);
	refuse("<a><b></b>", ERR_XML_TRUNCATED, 10);
	refuse("<a>text", ERR_XML_TRUNCATED, 7);
	refuse("<a><!-- c", ERR_XML_TRUNCATED, 9);
	refuse("<a><![CDATA[ x", ERR_XML_TRUNCATED, 14);
	refuse("<a><b></a>", ERR_XML_END_TAG, 6);
	refuse("<a/>b", ERR_XML_TRAILING, 4);
	refuse("<a/><b/>", ERR_XML_TRAILING, 4);
	refuse("<a b='1' b='2'/>", ERR_XML_DUPLICATE_ATTRIBUTE, 0);
	refuse("<r><a xmlns:p='urn:x' xmlns:q='urn:x' p:b='' q:b=''/></r>",
	    ERR_XML_DUPLICATE_ATTRIBUTE, 3);
	refuse("<r><p:a/></r>", ERR_XML_PREFIX, 3);
	refuse("<r><a p:b=''/></r>", ERR_XML_PREFIX, 3);
	refuse("<r xmlns:p=''/>", ERR_XML_DECLARATION, 0);
	refuse("<r xmlns:xmlns='urn:x'/>", ERR_XML_DECLARATION, 0);
	refuse("<r xmlns='http://www.w3.org/2000/xmlns/'/>",
	    ERR_XML_DECLARATION, 0);
	refuse("<r><e xmlns='a/b'/></r>", ERR_XML_NAMESPACE_NAME, 3);
	refuse("<r xmlns:p='..'/>", ERR_XML_NAMESPACE_NAME, 0);
	refuse("<r xmlns:p='urn:\xc3\xa9'/>", ERR_XML_NAMESPACE_NAME, 0);
	refuse_octets("<a>\0</a>", 8, ERR_XML_CHARACTER, 3);
	refuse_octets("<a/>\0", 5, ERR_XML_CHARACTER, 4);
	refuse("<a>\x01</a>", ERR_XML_CHARACTER, 3);
	refuse("<a>&#0;</a>", ERR_XML_CHARACTER, 7);
	refuse("<a>&#xD800;</a>", ERR_XML_CHARACTER, 11);
	refuse("<a>\xc0\x80</a>", ERR_UTF8_INVALID, 3);
	refuse("<a>\xc3(</a>", ERR_UTF8_INVALID, 3);
	refuse("<a>\xff</a>", ERR_UTF8_INVALID, 3);
	refuse("<a><![CDATA[\xff]]></a>", ERR_UTF8_INVALID, 12);
	refuse("<a b='\xe9'/>", ERR_UTF8_INVALID, 6);
	refuse("<a><!--\xe9 --></a>", ERR_UTF8_INVALID, 7);
	refuse("<a>\xed\xa0\x80</a>", ERR_UTF8_INVALID, 3);
	refuse("<a>\xef\xbf\xbf</a>", ERR_XML_CHARACTER, 3);
	refuse("<a b='<'/>", ERR_XML_SYNTAX, 6);
	refuse("<a>]]></a>", ERR_XML_SYNTAX, 3);
	refuse("<a><!-- - -- --></a>", ERR_XML_COMMENT, 10);
	refuse("<a><?XML x?></a>", ERR_XML_PI_TARGET, 8);
	refuse("<a b/>", ERR_XML_SYNTAX, 4);
}

static void
no_dtd_is_ever_read(void **state)
{
	(void)state;
	refuse("<!DOCTYPE a><a/>", ERR_XML_DOCTYPE, 0);
	refuse("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;"
	       "</a>",
	    ERR_XML_DOCTYPE, 22);
	refuse("<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">"
	       "<!ENTITY c \"&b;&b;&b;&b;\">]><l>&c;</l>",
	    ERR_XML_DOCTYPE, 0);
	refuse("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
	    ERR_XML_DOCTYPE, 0);
	refuse("<!DOCTYPE a [<!ENTITY x SYSTEM \"/etc/passwd\">]><a>&x;</a>",
	    ERR_XML_DOCTYPE, 0);
	refuse("<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://localhost/\"> %p;]>"
	       "<a/>",
	    ERR_XML_DOCTYPE, 0);
	refuse("<!DOCTYPE a [ <!-- never ended", ERR_XML_DOCTYPE, 0);
	refuse("<a>&x;</a>", ERR_XML_ENTITY, 6);
	refuse("<a b='&x;'/>", ERR_XML_ENTITY, 9);
}

#define LATIN "<?xml version='1.0' encoding='iso-8859-1'?>"

static void
latin_1_becomes_utf_8_wherever_it_is_cut(void **state)
{
	static const char doc[] = LATIN "<\xe9 a='\xe4'>\xff<![CDATA[\xc4]]>"
					"<?\xe8 \xe7?></\xe9>";
	static const char want[] =
	    "<\xc3\xa9 a=\"\xc3\xa4\">\xc3\xbf\xc3\x84<?\xc3\xa8 \xc3\xa7?>"
	    "</\xc3\xa9>";
	struct c14n_write_options o = {
	    .method = C14N_EXCLUSIVE, .signature = C14N_KEEP_SIGNATURES};
	struct c14n_write *w;
	struct c14n_text out;
	struct fault f;
	size_t cut;
	enum err e;

	(void)state;
	for (cut = 0; cut < sizeof(doc) - 1; cut++) {
		memset(&out, 0, sizeof(out));
		out.sink.put = c14n_text_put;
		e = c14n_write_open(&w, &o, &out.sink, &f);
		assert_int_equal(e, ERR_OK);
		c14n_write_set_block(w, cut);
		c14n_write_push(w, (const uint8_t *)doc, cut);
		c14n_write_set_block(w, sizeof(doc));
		c14n_write_push(
		    w, (const uint8_t *)doc + cut, sizeof(doc) - 1 - cut);
		e = c14n_write_finish(w, &f);
		c14n_write_close(w);
		assert_int_equal(e, ERR_OK);
		assert_string_equal(out.buf, want);
	}
	refuse(LATIN "<a>\xe9\xe9<\xe9:b \xe9='\xe9'/></a>", ERR_XML_PREFIX,
	    sizeof(LATIN) - 1 + 5);
	refuse("<?xml version='1.0' encoding='us-ascii'?><a>\xe9</a>",
	    ERR_XML_ENCODING, 0);
}

static void
encodings_other_than_utf_8_are_refused(void **state)
{
	(void)state;
	refuse_octets("\xff\xfe<\0a\0/\0>\0", 10, ERR_XML_ENCODING, 0);
	refuse_octets("\xfe\xff\0<\0a\0/\0>", 10, ERR_XML_ENCODING, 0);
	refuse_octets("<\0a\0/\0>\0", 8, ERR_XML_ENCODING, 0);
	refuse_octets("\0<\0a\0/\0>", 8, ERR_XML_ENCODING, 0);
	refuse_octets("\0\0\0<\0\0\0a", 8, ERR_XML_ENCODING, 0);
	refuse_octets("\x4c\x6f\xa7\x94", 4, ERR_XML_ENCODING, 0);
	refuse("<?xml version='1.0' encoding='ISO-8859-2'?><a>\xe9</a>",
	    ERR_XML_ENCODING, 0);
	refuse("<?xml version='1.0' encoding='windows-1252'?><a>\xe9</a>",
	    ERR_XML_ENCODING, 0);
	refuse("<?xml version='1.0' encoding='UTF-16'?><a/>", ERR_XML_ENCODING,
	    37);
	refuse("<?xml version='1.0' encoding='nowhere'?><a/>", ERR_XML_ENCODING,
	    38);
	refuse("<?xml version='1.1'?><a/>", ERR_XML_VERSION, 0);
	refuse("<?xml version='2.0'?><a/>", ERR_XML_VERSION, 19);
}

static void
wrong_options_are_refused_before_any_input(void **state)
{
	static const struct c14n_write_options wrong[] = {
	    {.method = 0, .signature = -1},
	    {.method = 4, .signature = -1},
	    {.method = C14N_10, .prefixes = "a", .signature = -1},
	    {.method = C14N_EXCLUSIVE, .prefixes = "a:b", .signature = -1},
	    {.method = C14N_EXCLUSIVE, .prefixes = "a 1", .signature = -1},
	    {.method = C14N_10, .id = "", .signature = -1},
	    {.method = C14N_10, .id = "a", .place = "/1", .signature = -1},
	    {.method = C14N_10, .place = "", .signature = -1},
	    {.method = C14N_10, .place = "/", .signature = -1},
	    {.method = C14N_10, .place = "1", .signature = -1},
	    {.method = C14N_10, .place = "/0", .signature = -1},
	    {.method = C14N_10, .place = "/01", .signature = -1},
	    {.method = C14N_10, .place = "/1/", .signature = -1},
	    {.method = C14N_10, .place = "/4294967296", .signature = -1},
	    {.method = C14N_10, .signature = -3},
	};
	struct c14n_text out;
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(
		    c14n_run(&wrong[i], "<a/>", 4, &out, &f), ERR_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_that_has_two_forms_gets_one),
	    cmocka_unit_test(attributes_are_sorted_by_namespace_then_name),
	    cmocka_unit_test(namespaces_stand_where_the_method_wants_them),
	    cmocka_unit_test(a_prefix_list_is_inclusive),
	    cmocka_unit_test(an_element_takes_along_what_its_ancestors_say),
	    cmocka_unit_test(an_element_is_found_by_its_id_or_place_only),
	    cmocka_unit_test(an_id_that_two_elements_have_is_refused),
	    cmocka_unit_test(signatures_go_with_all_that_is_in_them),
	    cmocka_unit_test(what_is_no_xml_is_refused_where_it_is_wrong),
	    cmocka_unit_test(no_dtd_is_ever_read),
	    cmocka_unit_test(latin_1_becomes_utf_8_wherever_it_is_cut),
	    cmocka_unit_test(encodings_other_than_utf_8_are_refused),
	    cmocka_unit_test(wrong_options_are_refused_before_any_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

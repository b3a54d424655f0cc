#include "common/c14n.h"

#include "tests/unit/common/c14n_run.h"

static void
refuses_attributes_out_of_order_or_twice(void)
{
	CHECK(fails_at("<a b=\"\" ^a=\"\"></a>", ERR_C14N_ORDER));
	CHECK(fails_at("<a ab=\"\" ^a=\"\"></a>", ERR_C14N_ORDER));
	CHECK(fails_at("<a a=\"\" ^a=\"\"></a>", ERR_XML_DUPLICATE_ATTRIBUTE));
	CHECK(fails_at("<a xml:a=\"\" ^b=\"\"></a>", ERR_C14N_ORDER));
	CHECK(fails_at("<a b=\"\" ^xmlns=\"urn:a\"></a>", ERR_C14N_ORDER));
	method = C14N_10;
	/* By name of the namespace, not by prefix. */
	CHECK(accepts("<a xmlns:a=\"urn:2\" xmlns:b=\"urn:1\" b=\"\" b:z=\"\" "
		      "a:a=\"\"></a>"));
	CHECK(fails_at("<a xmlns:a=\"urn:2\" xmlns:b=\"urn:1\" a:a=\"\" "
		       "^b:z=\"\"></a>",
	    ERR_C14N_ORDER));
	/* One that is the beginning of the other is before it. */
	CHECK(accepts("<a xmlns:a=\"urn:12\" xmlns:b=\"urn:1\" b:a=\"\" "
		      "a:a=\"\"></a>"));
	CHECK(fails_at("<a xmlns:a=\"urn:1\" xmlns:b=\"urn:1\" a:a=\"\" "
		       "^b:a=\"\"></a>",
	    ERR_XML_DUPLICATE_ATTRIBUTE));
	CHECK(accepts("<a xmlns:a=\"urn:1\" xmlns:b=\"urn:1\" b:a=\"\" "
		      "a:b=\"\"></a>"));
	/* xml: is the name http://www.w3.org/XML/1998/namespace. */
	CHECK(accepts("<a xmlns:a=\"a:\" xmlns:u=\"urn:1\" a:a=\"\" "
		      "xml:lang=\"\" u:a=\"\"></a>"));
	CHECK(fails_at(
	    "<a xmlns:a=\"urn:1\" ^xmlns=\"urn:1\"></a>", ERR_C14N_ORDER));
	CHECK(fails_at(
	    "<a xmlns:b=\"urn:1\" ^xmlns:a=\"urn:1\"></a>", ERR_C14N_ORDER));
	CHECK(fails_at("<a xmlns:b=\"urn:1\" ^xmlns:b=\"urn:2\"></a>",
	    ERR_XML_DUPLICATE_ATTRIBUTE));
	CHECK(fails_at("<a xmlns=\"urn:1\" ^xmlns=\"urn:2\"></a>",
	    ERR_XML_DUPLICATE_ATTRIBUTE));
	method = C14N_EXCLUSIVE;
}

static void
refuses_prefixes_that_are_not_declared(void)
{
	CHECK(fails_at("<^b:a></b:a>", ERR_XML_PREFIX));
	CHECK(fails_at("<^b:a c=\"\"></b:a>", ERR_XML_PREFIX));
	CHECK(fails_at("<a ^b:a=\"\"></a>", ERR_XML_PREFIX));
	CHECK(fails_at("<a><b:a xmlns:b=\"urn:b\"></b:a><^b:a></b:a></a>",
	    ERR_XML_PREFIX));
	CHECK(fails_at("<^xmlns:a></xmlns:a>", ERR_XML_PREFIX));
	CHECK(fails_at("<a xmlns:^></a>", ERR_XML_NAME));
}

static void
refuses_declarations_that_may_not_be(void)
{
	CHECK(fails_at("<a:a ^xmlns:a=\"\"></a:a>", ERR_XML_DECLARATION));
	CHECK(fails_at("<a ^xmlns:xmlns=\"urn:a\"></a>", ERR_XML_DECLARATION));
	CHECK(fails_at("<a ^xmlns:xml=\"http://www.w3.org/XML/1998/"
		       "namespace\"></a>",
	    ERR_C14N_REDUNDANT));
	CHECK(fails_at("<a:a ^xmlns:a=\"http://www.w3.org/XML/1998/"
		       "namespace\"></a:a>",
	    ERR_XML_DECLARATION));
	CHECK(fails_at("<a ^xmlns=\"http://www.w3.org/2000/xmlns/\"></a>",
	    ERR_XML_DECLARATION));
}

static void
refuses_namespaces_without_an_absolute_name(void)
{
	CHECK(fails_at("<a xmlns=\"a^\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"^/a\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"a^/b:c\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"^#a\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"^:\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"^1a:\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"a:^ \"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"a:^%2\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"a:%20^%2g\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"a:#^#\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(
	    fails_at("<a xmlns=\"a:^\xc3\xa9\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"a:b^&amp;c\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"a://b:^c/\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at("<a xmlns=\"a://b:^/\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(
	    fails_at("<a xmlns=\"a://^[::1]/\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at(
	    "<a xmlns=\"a://b:214748364^8/\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(fails_at(
	    "<a xmlns=\"a://b:0429496729^60\"></a>", ERR_XML_NAMESPACE_NAME));
	CHECK(accepts("<a xmlns=\"a://b:002147483647/\"></a>"));
	CHECK(accepts("<a xmlns=\"a:\"></a>"));
	CHECK(accepts("<a xmlns=\"A+-.9:%aF\"></a>"));
	CHECK(accepts("<a xmlns=\"a://u:p@h:80/p?q?/:@#f/?\"></a>"));
	CHECK(accepts("<a xmlns=\"http://www.w3.org/2000/09/xmldsig#\"></a>"));
}

static void
exclusive_refuses_declarations_where_nothing_uses_them(void)
{
	CHECK(fails_at("<a ^xmlns:b=\"urn:b\"></a>", ERR_C14N_UNUSED));
	CHECK(
	    fails_at("<a ^xmlns:b=\"urn:b\"><b:a></b:a></a>", ERR_C14N_UNUSED));
	CHECK(fails_at(
	    "<b:a ^xmlns=\"urn:a\" xmlns:b=\"urn:b\"></b:a>", ERR_C14N_UNUSED));
	CHECK(fails_at("<a xmlns=\"urn:a\" ^xmlns:b=\"urn:b\" c=\"b:c\"></a>",
	    ERR_C14N_UNUSED));
	/* An attribute without a prefix is in no namespace. */
	CHECK(fails_at("<b:a ^xmlns=\"urn:a\" xmlns:b=\"urn:b\" c=\"\"></b:a>",
	    ERR_C14N_UNUSED));
	CHECK(accepts("<a xmlns:b=\"urn:b\" b:c=\"\"></a>"));
	CHECK(accepts("<a><b:a xmlns:b=\"urn:b\"><b:b></b:b></b:a>"
		      "<b:a xmlns:b=\"urn:b\"></b:a></a>"));
	method = C14N_10;
	CHECK(accepts("<a xmlns:b=\"urn:b\"><b:a></b:a></a>"));
	method = C14N_11;
	CHECK(accepts("<a xmlns:b=\"urn:b\"><b:a></b:a></a>"));
	method = C14N_EXCLUSIVE;
}

static void
exclusive_takes_listed_prefixes_as_inclusive_does(void)
{
	prefixes = "c\tb";
	CHECK(accepts("<a xmlns:b=\"urn:b\"><b:a></b:a></a>"));
	CHECK(fails_at("<a ^xmlns:bb=\"urn:b\"></a>", ERR_C14N_UNUSED));
	CHECK(fails_at(
	    "<b:a ^xmlns=\"urn:a\" xmlns:b=\"urn:b\"></b:a>", ERR_C14N_UNUSED));
	CHECK(fails_at("<a xmlns:b=\"urn:b\"><a ^xmlns:b=\"urn:b\"></a></a>",
	    ERR_C14N_REDUNDANT));
	prefixes = " #default ";
	CHECK(accepts("<b:a xmlns=\"urn:a\" xmlns:b=\"urn:b\"></b:a>"));
	prefixes = "";
	CHECK(fails_at("<a ^xmlns:b=\"urn:b\"></a>", ERR_C14N_UNUSED));
	prefixes = NULL;
}

static void
refuses_declarations_of_what_is_so_already(void)
{
	int i;

	for (i = C14N_EXCLUSIVE; i <= C14N_11; i++) {
		method = (enum c14n_method)i;
		CHECK(fails_at("<a ^xmlns=\"\"></a>", ERR_C14N_REDUNDANT));
		CHECK(
		    fails_at("<a xmlns=\"urn:a\"><b ^xmlns=\"urn:a\"></b></a>",
			ERR_C14N_REDUNDANT));
		CHECK(fails_at("<b:a xmlns:b=\"urn:b\"><b:b "
			       "^xmlns:b=\"urn:b\"></b:b></b:a>",
		    ERR_C14N_REDUNDANT));
		CHECK(fails_at("<a xmlns=\"urn:a\"><b xmlns=\"\"><b "
			       "^xmlns=\"\"></b></b></a>",
		    ERR_C14N_REDUNDANT));
		CHECK(accepts("<a xmlns=\"urn:a\"><b xmlns=\"\"><b></b><b "
			      "xmlns=\"urn:a\"></b></b></a>"));
		CHECK(accepts("<b:a xmlns:b=\"urn:b\"><b:b xmlns:b=\"urn:c\">"
			      "<b:b xmlns:b=\"urn:b\"></b:b></b:b></b:a>"));
	}
	method = C14N_EXCLUSIVE;
}

int
main(void)
{
	TAP_RUN(refuses_attributes_out_of_order_or_twice);
	TAP_RUN(refuses_prefixes_that_are_not_declared);
	TAP_RUN(refuses_declarations_that_may_not_be);
	TAP_RUN(refuses_namespaces_without_an_absolute_name);
	TAP_RUN(exclusive_refuses_declarations_where_nothing_uses_them);
	TAP_RUN(exclusive_takes_listed_prefixes_as_inclusive_does);
	TAP_RUN(refuses_declarations_of_what_is_so_already);
	return tap_done();
}

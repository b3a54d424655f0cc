/* All of RFC 8785's list: a hundred million numbers. */
#include "tests/unit/common/es_list.h"

#include "tests/unit/common/tap.h"

#define LINES 100000000

static struct es_list list;

static void
ten_million_forms_are_ecmascripts(void)
{
	CHECK(es_list_is(&list, 4,
	    "b9f8a44a91d46813b21b9602e72f112613c91408db0b8341fb94603d9db135e"
	    "0"));
}

static void
a_hundred_million_forms_are_ecmascripts(void)
{
	CHECK(es_list_is(&list, 5,
	    "0f7dda6b0837dde083c5d6b896f7d62340c8a2415b0c7121d83145e08a75527"
	    "2"));
}

static void
all_of_them_come_back(void)
{
	CHECK(list.count == LINES && list.marks == 6);
	CHECK(list.bad == 0);
}

int
main(void)
{
	es_list_make(&list, LINES);
	TAP_RUN(ten_million_forms_are_ecmascripts);
	TAP_RUN(a_hundred_million_forms_are_ecmascripts);
	TAP_RUN(all_of_them_come_back);
	return tap_done();
}

/* The first million numbers of the list, by its published sums. */
#include "tests/unit/common/es_list.h"

#include "tests/unit/common/tap.h"

#define LINES 1000000

static struct es_list list;

static void
the_first_thousand_forms_are_ecmascripts(void)
{
	CHECK(es_list_is(&list, 0,
	    "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a587868"
	    "7"));
}

static void
the_first_ten_thousand_forms_are_ecmascripts(void)
{
	CHECK(es_list_is(&list, 1,
	    "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be689"
	    "2"));
}

static void
the_first_hundred_thousand_forms_are_ecmascripts(void)
{
	CHECK(es_list_is(&list, 2,
	    "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c"
	    "7"));
}

static void
a_million_forms_are_ecmascripts(void)
{
	CHECK(es_list_is(&list, 3,
	    "49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad1"
	    "6"));
}

static void
all_of_them_come_back(void)
{
	CHECK(list.count == LINES && list.marks == 4);
	CHECK(list.bad == 0);
}

int
main(void)
{
	es_list_make(&list, LINES);
	TAP_RUN(the_first_thousand_forms_are_ecmascripts);
	TAP_RUN(the_first_ten_thousand_forms_are_ecmascripts);
	TAP_RUN(the_first_hundred_thousand_forms_are_ecmascripts);
	TAP_RUN(a_million_forms_are_ecmascripts);
	TAP_RUN(all_of_them_come_back);
	return tap_done();
}

/*
 * tap.h: the smallest test runner: stdio only, so that the tests of common/
 * also run as 32-bit and on the device. Prints TAP, one line a test.
 *
 *	static void rejects_overlong_utf8(void) { CHECK(...); }
 *	int main(void) { TAP_RUN(rejects_overlong_utf8); return tap_done(); }
 */
#ifndef TESTS_UNIT_COMMON_TAP_H
#define TESTS_UNIT_COMMON_TAP_H

#include <stdio.h>

static int tap_count, tap_failed, tap_bad;

#define CHECK(condition)                                                       \
	do {                                                                   \
		if (!(condition)) {                                            \
			printf(                                                \
			    "# %s:%d: %s\n", __FILE__, __LINE__, #condition);  \
			tap_bad++;                                             \
		}                                                              \
	} while (0)

#define TAP_RUN(test)                                                          \
	do {                                                                   \
		tap_bad = 0;                                                   \
		test();                                                        \
		tap_count++;                                                   \
		if (tap_bad != 0)                                              \
			tap_failed++;                                          \
		printf("%s %d - %s\n", tap_bad ? "not ok" : "ok", tap_count,   \
		    #test);                                                    \
	} while (0)

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#endif

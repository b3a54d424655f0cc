/* hsm/pin.h and hsm/pin_state.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hsm/pin.h"
#include "hsm/pin_state.h"

static char folder[] = "/tmp/zegel-pin-XXXXXX";
static char path[64];
static struct token_detail detail;

/* VmFlags of the mapping that holds p, see proc(5). */
static void
flags_of(const void *p, char *flags, size_t cap)
{
	uintmax_t low, high;
	bool here = false;
	char line[512];
	FILE *f;

	flags[0] = '\0';
	f = fopen("/proc/self/smaps", "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%" SCNxMAX "-%" SCNxMAX, &low, &high) == 2)
			here = (uintptr_t)p >= low && (uintptr_t)p < high;
		else if (here && strncmp(line, "VmFlags:", 8) == 0)
			snprintf(flags, cap, "%s", line + 8);
	}
	fclose(f);
}

static void
pins_stay_out_of_core_dumps_swap_and_children(void **state)
{
	const uint8_t octets[] = "123456";
	struct pin *p = pin_new();
	char flags[512];
	int status;
	pid_t pid;

	(void)state;
	assert_non_null(p);
	flags_of(p, flags, sizeof(flags));
	assert_non_null(strstr(flags, " dd "));
#ifndef __SANITIZE_ADDRESS__ /* which makes mlock() do nothing */
	assert_non_null(strstr(flags, " lo "));
#endif
	assert_int_equal(pin_set(p, octets, 6), ERR_OK);
	pid = fork();
	if (pid == 0)
		_exit(p->len == 0 && p->value[0] == 0 ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	pin_free(p);
}

static void
a_wiped_pin_leaves_nothing(void **state)
{
	const uint8_t octets[] = "123456";
	struct pin *p = pin_new();
	struct pin zero;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	assert_non_null(p);
	assert_int_equal(pin_set(p, octets, 6), ERR_OK);
	assert_true(pin_equal(p, octets, 6));
	assert_false(pin_equal(p, octets, 5));
	assert_false(pin_equal(p, (const uint8_t *)"123457", 6));
	pin_wipe(p);
	assert_memory_equal(p, &zero, sizeof(zero));
	pin_free(p);
	pin_free(NULL);
}

static void
the_longest_pin_fits_and_one_more_does_not(void **state)
{
	uint8_t octets[PIN_CAP + 1];
	struct pin *p = pin_new();

	(void)state;
	memset(octets, 'x', sizeof(octets));
	assert_non_null(p);
	assert_int_equal(pin_set(p, octets, PIN_CAP), ERR_OK);
	assert_int_equal(pin_set(p, octets, PIN_CAP + 1), ERR_PIN_LENGTH);
	assert_int_equal(p->len, PIN_CAP);
	pin_free(p);
}

static unsigned
failures_of(const char *name)
{
	struct pin_state s;
	unsigned n;

	assert_int_equal(pin_state_open(&s, path, name, &detail), ERR_OK);
	n = pin_state_failures(&s);
	pin_state_close(&s);
	return n;
}

static void
count(const char *name)
{
	struct pin_state s;

	assert_int_equal(pin_state_open(&s, path, name, &detail), ERR_OK);
	assert_int_equal(pin_state_count(&s, &detail), ERR_OK);
	pin_state_close(&s);
}

static void
failures_of_each_token_are_kept_apart(void **state)
{
	struct pin_state s;

	(void)state;
	count("A/one");
	count("B/two");
	count("A/one");
	assert_int_equal(failures_of("A/one"), 2);
	assert_int_equal(failures_of("B/two"), 1);
	assert_int_equal(failures_of("A"), 0);
	assert_int_equal(pin_state_open(&s, path, "A/one", &detail), ERR_OK);
	assert_int_equal(pin_state_clear(&s, &detail), ERR_OK);
	pin_state_close(&s);
	assert_int_equal(failures_of("A/one"), 0);
	assert_int_equal(failures_of("B/two"), 1);
	assert_int_equal(pin_state_open(&s, path, "B/two", &detail), ERR_OK);
	assert_int_equal(pin_state_uncount(&s, &detail), ERR_OK);
	assert_int_equal(pin_state_uncount(&s, &detail), ERR_OK);
	pin_state_close(&s);
	assert_int_equal(failures_of("B/two"), 0);
}

static void
refused(const char *text, size_t len)
{
	struct pin_state s;
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(
	    pin_state_open(&s, path, "A", &detail), ERR_CONFIG_SYNTAX);
	assert_non_null(strstr(detail.text, path));
	pin_state_close(&s);
	unlink(path);
}

static void
a_damaged_record_never_counts_as_empty(void **state)
{
	static char big[32768];

	(void)state;
	refused("A 1", 3);
	refused("A\n", 2);
	refused("A \n", 3);
	refused(" 1\n", 3);
	refused("A -1\n", 5);
	refused("A 1x\n", 5);
	refused("A 99999999\n", 11);
	refused("\n", 1);
	refused("A 1\n\0B 2\n", 9);
	memset(big, 'A', sizeof(big));
	refused(big, sizeof(big));
}

static void
no_try_is_allowed_when_it_cannot_be_recorded(void **state)
{
	struct pin_state s;

	(void)state;
	assert_int_not_equal(
	    pin_state_open(&s, "/nowhere/at/all", "A", &detail), ERR_OK);
	assert_non_null(strstr(detail.text, "/nowhere/at/all"));
	pin_state_close(&s);
}

static void
the_record_holds_64_tokens_and_refuses_one_more(void **state)
{
	struct pin_state s;
	char name[16];
	int i;

	(void)state;
	for (i = 0; i < PIN_STATE_TOKENS; i++) {
		snprintf(name, sizeof(name), "T%d", i);
		count(name);
	}
	assert_int_equal(failures_of("T63"), 1);
	assert_int_equal(
	    pin_state_open(&s, path, "T64", &detail), ERR_TOO_LARGE);
	pin_state_close(&s);
	unlink(path);
}

/* Two processes at once must not both see the same count. */
static void
tries_of_several_processes_are_all_counted(void **state)
{
	int i, k, status;

	(void)state;
	for (i = 0; i < 4; i++)
		if (fork() == 0) {
			for (k = 0; k < 5; k++)
				count("shared");
			_exit(0);
		}
	for (i = 0; i < 4; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(failures_of("shared"), 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pins_stay_out_of_core_dumps_swap_and_children),
	    cmocka_unit_test(a_wiped_pin_leaves_nothing),
	    cmocka_unit_test(the_longest_pin_fits_and_one_more_does_not),
	    cmocka_unit_test(failures_of_each_token_are_kept_apart),
	    cmocka_unit_test(a_damaged_record_never_counts_as_empty),
	    cmocka_unit_test(no_try_is_allowed_when_it_cannot_be_recorded),
	    cmocka_unit_test(the_record_holds_64_tokens_and_refuses_one_more),
	    cmocka_unit_test(tries_of_several_processes_are_all_counted),
	};
	char command[64];
	int failed;

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/pin-state", folder);
	failed = cmocka_run_group_tests_name("pin", tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command) != 0 || failed;
}

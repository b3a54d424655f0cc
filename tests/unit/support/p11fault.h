/*
 * p11fault.h: driving the fault-injecting module of tests/p11fault/.
 *
 *	p11fault_begin();				after softhsm_begin
 *	p11fault_set("tries 3\nalways-auth 1\n");
 *	assert_int_equal(p11fault_count("C_Login user"), 1);
 *
 * Memory    files beside SoftHSM2's folder, gone with it
 * Chunks    none
 * Errors    abort: a test cannot go on without
 * Trust     tests only
 * Limits    none
 */
#ifndef TESTS_UNIT_SUPPORT_P11FAULT_H
#define TESTS_UNIT_SUPPORT_P11FAULT_H

/* Its path, from where the test program lies. */
const char *p11fault_module(void);
void p11fault_begin(void);
/* What tests/p11fault/control.h understands; forgets counts and the log. */
void p11fault_set(const char *control);
/* The same, but the log goes on. */
void p11fault_change(const char *control);
/* Calls in the log whose line begins with that. */
unsigned p11fault_count(const char *line);
void p11fault_set_tries(unsigned left);
unsigned p11fault_tries(void);

#endif

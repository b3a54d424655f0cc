#include "host/log/proof.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/support/log_fixture.h"

struct made {
	struct log_fixture x;
	struct log_fixture_batch b;
	struct log *l;
	char *text;
	size_t len;
};

/* A log in which credential 5 of a batch is sealed as entry 7. */
static void
make(struct made *m)
{
	uint32_t i;

	log_fixture_make(&m->x);
	m->l = log_fixture_open(&m->x);
	log_fixture_batch(&m->b, 20, LOG_FIXTURE_TIME);
	log_fixture_approve(m->l, &m->b);
	log_fixture_intend(m->l, &m->b, ENTRY_INTENT, 0, 20);
	for (i = 0; i < 20; i++)
		log_fixture_seal(m->l, &m->b, i);
	assert_int_equal(log_commit(m->l, NULL), ERR_OK);
	assert_int_equal(
	    proof_compose(m->l, 7, m->b.leaf[5], &m->text, &m->len), ERR_OK);
}

static void
unmake(struct made *m)
{
	free(m->text);
	log_close(m->l);
	log_fixture_remove(&m->x);
}

static void
proves_a_seal_offline(void **state)
{
	uint8_t signature[64];
	struct fault fault;
	struct made m;
	struct proof p;

	(void)state;
	make(&m);
	log_close(m.l);
	m.l = NULL;
	scratch_remove_tree(m.x.dir);
	assert_memory_equal(
	    m.text, "c2sp.org/tlog-proof@v1\nextra eyJlbnRyeSI6", 41);
	assert_non_null(strstr(m.text, "\nindex 7\n"));
	assert_int_equal(
	    proof_check(m.text, m.len, m.x.vkey, &p, &fault), ERR_OK);
	assert_int_equal(p.index, 7);
	assert_int_equal(p.size, 22);
	assert_int_equal(p.leaf.index, 5);
	assert_int_equal(p.seal.kind, ENTRY_SEAL);
	assert_memory_equal(p.leaf.salt, m.b.leaf[5] + LEAF_SIZE - 32, 32);
	log_fixture_signature(5, signature);
	assert_true(proof_has_signature(&p, signature, sizeof(signature)));
	signature[63] ^= 1;
	assert_false(proof_has_signature(&p, signature, sizeof(signature)));
	proof_free(&p);
	unmake(&m);
}

static void
stays_valid_while_the_log_grows(void **state)
{
	struct proof p;
	struct made m;
	char *again;
	size_t len;

	(void)state;
	make(&m);
	m.b.time += 1000;
	log_fixture_batch(&m.b, 20, m.b.time);
	log_fixture_approve(m.l, &m.b);
	assert_int_equal(log_commit(m.l, NULL), ERR_OK);
	assert_int_equal(
	    proof_check(m.text, m.len, m.x.vkey, &p, NULL), ERR_OK);
	proof_free(&p);
	/* The same entry, under the new root. */
	log_fixture_batch(&m.b, 20, LOG_FIXTURE_TIME);
	assert_int_equal(
	    proof_compose(m.l, 7, m.b.leaf[5], &again, &len), ERR_OK);
	assert_int_equal(proof_check(again, len, m.x.vkey, &p, NULL), ERR_OK);
	assert_int_equal(p.size, 23);
	proof_free(&p);
	free(again);
	unmake(&m);
}

static void
composes_for_the_right_leaf_only(void **state)
{
	struct made m;
	char *text;
	size_t len;

	(void)state;
	make(&m);
	assert_int_equal(
	    proof_compose(m.l, 7, m.b.leaf[6], &text, &len), ERR_LOG_PROOF);
	assert_null(text);
	assert_int_equal(
	    proof_compose(m.l, 0, m.b.leaf[5], &text, &len), ERR_LOG_PROOF);
	assert_int_equal(proof_compose(m.l, 22, m.b.leaf[5], &text, &len),
	    ERR_LOG_NOT_THERE);
	unmake(&m);
}

static void
refuses_every_changed_octet(void **state)
{
	struct proof p;
	struct made m;
	char *bad;
	size_t i;
	int bit;

	(void)state;
	make(&m);
	bad = malloc(m.len);
	assert_non_null(bad);
	for (i = 0; i < m.len; i++) {
		for (bit = 0; bit < 8; bit += 3) {
			memcpy(bad, m.text, m.len);
			bad[i] ^= (char)(1 << bit);
			assert_int_not_equal(
			    proof_check(bad, m.len, m.x.vkey, &p, NULL),
			    ERR_OK);
			assert_null(p.entry);
		}
		assert_int_not_equal(
		    proof_check(m.text, i, m.x.vkey, &p, NULL), ERR_OK);
	}
	free(bad);
	unmake(&m);
}

static void
refuses_another_logs_key(void **state)
{
	struct fault fault;
	struct proof p;
	struct made m;

	(void)state;
	make(&m);
	assert_int_equal(proof_check(m.text, m.len,
			     "example.com/foo+530d903a+"
			     "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
			     &p, &fault),
	    ERR_LOG_CHECKPOINT);
	assert_int_equal(
	    proof_check(m.text, m.len, "x", &p, &fault), ERR_LOG_KEY);
	unmake(&m);
}

/* Lines that are well-formed, but of another entry. */
static void
refuses_parts_of_other_proofs(void **state)
{
	char *text, *bad, *line, *other;
	struct fault fault;
	struct proof p;
	struct made m;
	size_t len;

	(void)state;
	make(&m);
	assert_int_equal(
	    proof_compose(m.l, 8, m.b.leaf[6], &text, &len), ERR_OK);
	bad = malloc(m.len + len);
	assert_non_null(bad);
	/* The extra line of one, the rest of the other. */
	line = strstr(text, "\nindex");
	other = strstr(m.text, "\nindex");
	memcpy(bad, text, (size_t)(line - text));
	strncpy(bad + (line - text), other, m.len);
	assert_int_equal(proof_check(bad, strlen(bad), m.x.vkey, &p, &fault),
	    ERR_MERKLE_PROOF);
	/* The right path, the wrong index. */
	snprintf(bad, m.len + len, "%s", m.text);
	strstr(bad, "index 7")[6] = '9';
	assert_int_equal(proof_check(bad, strlen(bad), m.x.vkey, &p, &fault),
	    ERR_MERKLE_PROOF);
	/* Without its extra line it may be a proof, but none of a seal. */
	other = strstr(m.text, "index 7");
	snprintf(bad, m.len + len, "c2sp.org/tlog-proof@v1\n%s", other);
	assert_int_equal(
	    proof_check(bad, strlen(bad), m.x.vkey, &p, &fault), ERR_LOG_PROOF);
	free(bad);
	free(text);
	unmake(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(proves_a_seal_offline),
	    cmocka_unit_test(stays_valid_while_the_log_grows),
	    cmocka_unit_test(composes_for_the_right_leaf_only),
	    cmocka_unit_test(refuses_every_changed_octet),
	    cmocka_unit_test(refuses_another_logs_key),
	    cmocka_unit_test(refuses_parts_of_other_proofs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

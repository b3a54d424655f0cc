/*
 * json_node_test: node as a second opinion on numbers and on canonical form.
 * Without node the tests are skipped. One line a question, one an answer:
 * HEXBITS and how String() writes that double, or JHEX and "yes" if sorting
 * and writing again leaves that document as it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/es_number.h"
#include "common/jcs.h"

static const char node[] =
    "const canon = v => v === null || typeof v !== 'object' ? "
    "JSON.stringify(v) : Array.isArray(v) ? '[' + v.map(canon).join(',') + ']' "
    ": '{' + Object.keys(v).sort().map(k => JSON.stringify(k) + ':' + "
    "canon(v[k])).join(',') + '}';\n"
    "const same = b => { try { const t = new TextDecoder('utf-8', {fatal: "
    "true, ignoreBOM: true}).decode(b); const c = canon(JSON.parse(t)); "
    "return c === t && !/\\\\ud[89a-f]/.test(c.replace(/\\\\\\\\/g, '')); } "
    "catch (e) { return false; } };\n"
    "const f = new Float64Array(1), u = new BigUint64Array(f.buffer), out = "
    "[];\n"
    "for (const l of require('fs').readFileSync(0, 'latin1').split('\\n')) {\n"
    "if (l[0] === 'J') out.push(same(Buffer.from(l.slice(1), 'hex')) ? 'yes' "
    ": 'no');\n"
    "else if (l !== '') { u[0] = BigInt('0x' + l); out.push(String(f[0])); }\n"
    "}\n"
    "process.stdout.write(out.join('\\n') + '\\n');\n";

static char folder[] = "/tmp/zegel-node-XXXXXX";
static char path[3][64]; /* script, questions, answers */

static uint64_t state;

static uint64_t
rng(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static int
set_up(void **unused)
{
	static const char *const name[] = {"script.js", "questions", "answers"};
	FILE *f;
	int i;

	(void)unused;
	if (mkdtemp(folder) == NULL)
		return -1;
	for (i = 0; i < 3; i++)
		snprintf(path[i], sizeof(path[i]), "%s/%s", folder, name[i]);
	f = fopen(path[0], "w");
	if (f == NULL || fputs(node, f) < 0)
		return -1;
	return fclose(f);
}

static int
tear_down(void **unused)
{
	int i;

	(void)unused;
	for (i = 0; i < 3; i++)
		unlink(path[i]);
	return rmdir(folder);
}

/* The questions, to be written; the same generator is run again to compare. */
static FILE *
ask(uint64_t start)
{
	FILE *f;

	if (system("node --version >/dev/null 2>&1") != 0) {
		print_message("node is not installed\n");
		skip();
	}
	state = start;
	f = fopen(path[1], "w");
	assert_non_null(f);
	return f;
}

static FILE *
answers(FILE *questions, uint64_t start)
{
	char command[256];
	FILE *f;

	assert_int_equal(fclose(questions), 0);
	snprintf(command, sizeof(command), "node %s <%s >%s", path[0], path[1],
	    path[2]);
	assert_int_equal(system(command), 0);
	state = start;
	f = fopen(path[2], "r");
	assert_non_null(f);
	return f;
}

/* All magnitudes, and those that people write. */
static uint64_t
any_double(int i)
{
	uint64_t bits = rng();
	double value;

	if (i % 3 == 1)
		bits = (bits & ~((uint64_t)0x7ff << 52)) |
		    (uint64_t)(1023 - 30 + rng() % 110) << 52;
	if (i % 3 == 2) {
		value = (double)(int64_t)(bits % 2000000000) / 1000;
		memcpy(&bits, &value, sizeof(bits));
	}
	if ((bits >> 52 & 0x7ff) == 0x7ff)
		bits &= ~((uint64_t)1 << 52);
	return bits;
}

static void
numbers_are_written_as_node_writes_them(void **unused)
{
	const uint64_t start = 88172645463325252;
	char text[ES_NUMBER_SIZE + 1], answer[64];
	uint64_t bits;
	double value;
	FILE *f;
	int i;

	(void)unused;
	f = ask(start);
	for (i = 0; i < 60000; i++)
		fprintf(f, "%llx\n", (unsigned long long)any_double(i));
	f = answers(f, start);
	for (i = 0; i < 60000; i++) {
		bits = any_double(i);
		memcpy(&value, &bits, sizeof(value));
		text[es_number_format(value, text)] = '\0';
		assert_non_null(fgets(answer, sizeof(answer), f));
		answer[strcspn(answer, "\n")] = '\0';
		assert_string_equal(text, answer);
	}
	fclose(f);
}

/* Canonical more often than not, then perhaps changed in one octet. */
static size_t
any_document(uint8_t *out)
{
	static const char *const piece[] = {"{\"a\":1,\"b\":[]}", "[1,\"x\"]",
	    "{\"\\n\":0,\"\xc3\xa9\":1.5,\"\xf0\x9f\x98\x82\":2,\"\xef\xac\xb3"
	    "\":3}",
	    "[1e+21,1e-7,0.000001,-1,0]", "\"\\u001f\\\\\"", "null",
	    "{\"1\":0,\"10\":0,\"2\":0,\"__proto__\":{}}", "\"\\ud800\"",
	    "\"\\ud83d\\ude02\"", "9007199254740993", "123456789012345680000",
	    "-0", "{\"a\":1,\"a\":1}", "{\"b\":1,\"a\":1}", "1.0", "\"\\/\"",
	    "[5e-324,1.7976931348623157e+308]", "true", "\"\x7f\xe2\x80\xa8\"",
	    "{\"\":{\"\":{\"\":{}}}}"};
	size_t n = 0, count = rng() % 3 + 1, m;
	const char *p;

	out[n++] = '[';
	while (count-- > 0) {
		p = piece[rng() % 20];
		m = strlen(p);
		memcpy(out + n, p, m);
		n += m;
		out[n++] = count > 0 ? ',' : ']';
	}
	switch (rng() % 6) {
	case 0:
		out[rng() % n] = (uint8_t)rng();
		break;
	case 1:
		out[rng() % n] ^= (uint8_t)(1u << rng() % 8);
		break;
	case 2:
		n -= rng() % 3;
		break;
	}
	return n;
}

static void
documents_are_canonical_when_node_says_so(void **unused)
{
	const uint64_t start = 0x2545f4914f6cdd1d;
	uint8_t text[1024];
	char answer[64];
	struct jcs c;
	size_t n, k;
	FILE *f;
	enum err e;
	int i, good = 0;

	(void)unused;
	f = ask(start);
	for (i = 0; i < 40000; i++) {
		n = any_document(text);
		fputc('J', f);
		for (k = 0; k < n; k++)
			fprintf(f, "%02x", text[k]);
		fputc('\n', f);
	}
	f = answers(f, start);
	for (i = 0; i < 40000; i++) {
		n = any_document(text);
		jcs_init(&c, NULL, NULL);
		jcs_push(&c, text, n);
		e = jcs_finish(&c);
		assert_non_null(fgets(answer, sizeof(answer), f));
		if ((e == ERR_OK) != (strcmp(answer, "yes\n") == 0))
			print_message("%.*s: %s, node %s", (int)n,
			    (const char *)text, err_name(e), answer);
		assert_int_equal(e == ERR_OK, strcmp(answer, "yes\n") == 0);
		good += e == ERR_OK;
	}
	fclose(f);
	assert_in_range(good, 4000, 36000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_written_as_node_writes_them),
	    cmocka_unit_test(documents_are_canonical_when_node_says_so),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

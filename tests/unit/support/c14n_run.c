#include "tests/unit/support/c14n_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

void
c14n_text_put(struct sink *sink, const uint8_t *buf, size_t len)
{
	struct c14n_text *t = (struct c14n_text *)sink;

	if (t->len + len < sizeof(t->buf))
		memcpy(t->buf + t->len, buf, len);
	t->len += len;
}

enum err
c14n_run(const struct c14n_write_options *o, const void *buf, size_t len,
    struct c14n_text *out, struct fault *f)
{
	struct c14n_write *w;
	enum err e;

	memset(out, 0, sizeof(*out));
	out->sink.put = c14n_text_put;
	fault_clear(f);
	e = c14n_write_open(&w, o, &out->sink, f);
	if (e != ERR_OK) {
		assert_null(w);
		return e;
	}
	c14n_write_push(w, buf, len);
	e = c14n_write_finish(w, f);
	assert_int_equal(c14n_write_error(w), e);
	assert_true(e == ERR_OK || f->err == e);
	c14n_write_close(w);
	return e;
}

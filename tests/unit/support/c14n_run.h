/*
 * c14n_run.h: one document through the writer of canonical XML.
 *
 *	struct c14n_text out;
 *	enum err e = c14n_run(&options, doc, len, &out, &fault);
 *
 * Memory    the caller's; out keeps the first 4,095 octets and counts the rest
 * Chunks    whole documents
 * Errors    the writer's; that finish, error and fault agree is asserted
 * Trust     tests only
 * Limits    none
 */
#ifndef TESTS_UNIT_SUPPORT_C14N_RUN_H
#define TESTS_UNIT_SUPPORT_C14N_RUN_H

#include "common/sink.h"
#include "host/base/fault.h"
#include "host/xml/c14n_write.h"

struct c14n_text {
	struct sink sink;
	size_t len;
	char buf[4096]; /* what is beyond is only counted */
};

void c14n_text_put(struct sink *sink, const uint8_t *buf, size_t len);
enum err c14n_run(const struct c14n_write_options *o, const void *buf,
    size_t len, struct c14n_text *out, struct fault *f);

#endif

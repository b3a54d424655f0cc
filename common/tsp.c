#include "common/tsp.h"

#include <string.h>

#include "common/hash_alg.h"
#include "common/oid.h"

enum err
tsp_request_encode(
    const struct tsp_request *request, uint8_t *out, size_t cap, size_t *len)
{
	static const uint8_t yes[1] = {0xff}, version[1] = {1};
	struct der_writer w;
	size_t mark;

	if (request->nonce_len > TSP_NONCE_MAX)
		return ERR_DER_RANGE;
	der_writer_init(&w, out, cap);
	/* from the end to the beginning */
	if (request->want_certificate)
		der_put_value(&w, DER_BOOLEAN, yes, sizeof(yes));
	if (request->nonce != NULL)
		der_put_uint(&w, request->nonce, request->nonce_len);
	if (request->policy.len > 0)
		der_put_value(
		    &w, DER_OID, request->policy.p, request->policy.len);
	mark = w.pos;
	der_put_value(
	    &w, DER_OCTET_STRING, request->imprint, request->imprint_len);
	hash_alg_put(&w, request->imprint_len);
	der_wrap(&w, DER_SEQUENCE, mark);
	der_put_uint(&w, version, sizeof(version));
	der_wrap(&w, DER_SEQUENCE, w.cap);
	if (w.err != ERR_OK)
		return w.err;
	*len = w.cap - w.pos;
	memmove(out, out + w.pos, *len);
	return ERR_OK;
}

/* BIT STRING of at most 32 bits: bit n of failure is its bit n. */
static enum err
read_failure(struct der_reader *r, uint32_t *failure)
{
	struct der_reader bits;
	enum err e;
	size_t i;

	e = der_enter(r, DER_BIT_STRING, &bits);
	if (e != ERR_OK)
		return e;
	if (bits.len < 1 || bits.p[0] > 7 || (bits.len == 1 && bits.p[0] != 0))
		return ERR_DER_SYNTAX;
	if (bits.len > 5)
		return ERR_DER_RANGE;
	for (i = 0; i < (bits.len - 1) * 8; i++) {
		if (bits.p[1 + i / 8] & (0x80u >> i % 8))
			*failure |= (uint32_t)1 << i;
	}
	return ERR_OK;
}

static enum err
read_status(struct der_reader seq, struct tsp_response *out)
{
	struct der_reader texts;
	enum err e;

	e = der_uint(&seq, &out->status);
	if (e == ERR_OK && der_peek(&seq) == DER_SEQUENCE) {
		e = der_enter(&seq, DER_SEQUENCE, &texts);
		if (e == ERR_OK && !der_is_end(&texts))
			e = der_enter(&texts, DER_UTF8_STRING, &out->text);
	}
	if (e == ERR_OK && !der_is_end(&seq))
		e = read_failure(&seq, &out->failure);
	return e != ERR_OK || der_is_end(&seq) ? e : ERR_DER_SYNTAX;
}

enum err
tsp_response_decode(const uint8_t *der, size_t len, struct tsp_response *out)
{
	struct der_reader r = der_reader(der, len), seq, status;
	bool granted;
	enum err e;

	memset(out, 0, sizeof(*out));
	e = der_enter(&r, DER_SEQUENCE, &seq);
	if (e == ERR_OK && !der_is_end(&r))
		e = ERR_DER_SYNTAX;
	if (e == ERR_OK)
		e = der_enter(&seq, DER_SEQUENCE, &status);
	if (e == ERR_OK)
		e = read_status(status, out);
	if (e != ERR_OK)
		return e;
	granted = out->status <= TSP_GRANTED_WITH_MODS;
	if (granted)
		e = der_enter_whole(&seq, DER_SEQUENCE, &out->token);
	return e != ERR_OK || der_is_end(&seq) ? e : ERR_DER_SYNTAX;
}

const char *
tsp_failure_name(uint32_t failure)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = {
	    {0, "badAlg"},
	    {2, "badRequest"},
	    {5, "badDataFormat"},
	    {14, "timeNotAvailable"},
	    {15, "unacceptedPolicy"},
	    {16, "unacceptedExtension"},
	    {17, "addInfoNotAvailable"},
	    {25, "systemFailure"},
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (failure & ((uint32_t)1 << names[i].bit))
			return names[i].name;
	}
	return failure == 0 ? "" : "unknown failure";
}

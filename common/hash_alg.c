#include "common/hash_alg.h"

#include "common/oid.h"

static const struct {
	const char *oid;
	size_t size;
} hashes[] = {
    {OID_SHA256, 32},
    {OID_SHA384, 48},
    {OID_SHA512, 64},
};

#define HASH_COUNT (sizeof(hashes) / sizeof(hashes[0]))
#define HASH_OID_LEN OID_LEN(OID_SHA256) /* of each */

bool
hash_alg_is_bare(const struct der_reader *parameters)
{
	struct der_reader r = *parameters, null;

	return der_is_end(&r) ||
	    (der_enter(&r, DER_NULL, &null) == ERR_OK && null.len == 0 &&
		der_is_end(&r));
}

size_t
hash_alg_size(const struct der_reader *algorithm)
{
	struct der_reader r = *algorithm, oid;
	size_t i;

	if (der_enter(&r, DER_OID, &oid) != ERR_OK || !hash_alg_is_bare(&r))
		return 0;
	for (i = 0; i < HASH_COUNT; i++) {
		if (oid_is(&oid, hashes[i].oid, HASH_OID_LEN))
			return hashes[i].size;
	}
	return 0;
}

void
hash_alg_put(struct der_writer *w, size_t size)
{
	size_t mark = w->pos, i;

	for (i = 0; i < HASH_COUNT; i++) {
		if (hashes[i].size == size) {
			der_put_value(w, DER_OID, hashes[i].oid, HASH_OID_LEN);
			der_wrap(w, DER_SEQUENCE, mark);
			return;
		}
	}
	if (w->err == ERR_OK)
		w->err = ERR_ALGORITHM;
}

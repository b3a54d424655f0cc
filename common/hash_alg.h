/*
 * hash_alg.h: AlgorithmIdentifier of SHA-256, SHA-384 and SHA-512 (RFC 5754 2).
 *
 *	size_t size = hash_alg_size(&algorithm);
 *	hash_alg_put(&w, size);
 *
 * Memory    as der.h
 * Chunks    whole values
 * Errors    0 for any other algorithm and for parameters that are not NULL
 * Trust     these hashes are good for signatures; no other is
 * Limits    none
 */
#ifndef COMMON_HASH_ALG_H
#define COMMON_HASH_ALG_H

#include <stdbool.h>
#include <stddef.h>

#include "common/der.h"

/* Contents of an AlgorithmIdentifier: octets of a digest, or 0. */
size_t hash_alg_size(const struct der_reader *algorithm);

/* What follows the OID: nothing or NULL. RFC 4055 2.1 wants both accepted. */
bool hash_alg_is_bare(const struct der_reader *parameters);

/* Writes it, without parameters; ERR_ALGORITHM sticks for another size. */
void hash_alg_put(struct der_writer *w, size_t size);

#endif

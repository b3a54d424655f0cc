/*
 * be.h: unsigned integers as big-endian octets, the only form that leaves,
 * approvals and digests of summaries know.
 *
 *	be32_put(octets, value);
 *	value = be32_get(octets);
 *
 * Memory    the caller's arrays
 * Chunks    whole values
 * Errors    none
 * Trust     any octets are a number
 * Limits    none
 */
#ifndef COMMON_BE_H
#define COMMON_BE_H

#include <stdint.h>

static inline void
be16_put(uint8_t out[static 2], uint16_t value)
{
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
}

static inline void
be32_put(uint8_t out[static 4], uint32_t value)
{
	be16_put(out, (uint16_t)(value >> 16));
	be16_put(out + 2, (uint16_t)value);
}

static inline void
be64_put(uint8_t out[static 8], uint64_t value)
{
	be32_put(out, (uint32_t)(value >> 32));
	be32_put(out + 4, (uint32_t)value);
}

static inline uint16_t
be16_get(const uint8_t in[static 2])
{
	return (uint16_t)(in[0] << 8 | in[1]);
}

static inline uint32_t
be32_get(const uint8_t in[static 4])
{
	return (uint32_t)be16_get(in) << 16 | be16_get(in + 2);
}

static inline uint64_t
be64_get(const uint8_t in[static 8])
{
	return (uint64_t)be32_get(in) << 32 | be32_get(in + 4);
}

#endif

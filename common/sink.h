/*
 * sink.h: where a push module hands on the bytes it has seen.
 *
 *	struct counter { struct sink sink; size_t n; };
 *	static void put(struct sink *s, const uint8_t *buf, size_t len);
 *	struct counter c = {{put}, 0};
 *
 * Memory    the sink is owned by the caller and embedded in a larger struct
 * Chunks    a sink must not care how its input is split
 * Errors    none: a sink that can fail latches its error for its owner
 * Trust     bytes arrive before anyone has said that they are good
 * Limits    len may be 0
 */
#ifndef COMMON_SINK_H
#define COMMON_SINK_H

#include <stddef.h>
#include <stdint.h>

struct sink {
	void (*put)(struct sink *sink, const uint8_t *buf, size_t len);
};

#endif

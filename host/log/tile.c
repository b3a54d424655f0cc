#include "host/log/tile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/merkle.h"
#include "host/base/file.h"

#define BUNDLE_MAX (TILE_WIDTH * (2 + 65535))

unsigned
tile_width(uint64_t size, int level, uint64_t n)
{
	unsigned shift = level == TILE_ENTRIES ? 0 : 8 * (unsigned)level;
	uint64_t hashes = size >> shift, tiles = hashes >> 8;

	if (n < tiles)
		return TILE_WIDTH;
	return n == tiles ? (unsigned)(hashes & 255) : 0;
}

void
tile_path(int level, uint64_t n, unsigned width, char out[static TILE_PATH])
{
	char *p = out, *end = out + TILE_PATH;
	uint64_t scale = 1;

	if (level == TILE_ENTRIES)
		p += snprintf(p, (size_t)(end - p), "tile/entries/");
	else
		p += snprintf(p, (size_t)(end - p), "tile/%d/", level);
	while (n / scale >= 1000)
		scale *= 1000;
	for (; scale > 1; scale /= 1000)
		p += snprintf(p, (size_t)(end - p), "x%03u/",
		    (unsigned)(n / scale % 1000));
	p += snprintf(p, (size_t)(end - p), "%03u", (unsigned)(n % 1000));
	if (width < TILE_WIDTH)
		snprintf(p, (size_t)(end - p), ".p/%u", width);
}

void
tile_subtree(const uint8_t (*hashes)[SHA256_SIZE], unsigned log2,
    uint8_t out[static SHA256_SIZE])
{
	uint8_t row[TILE_WIDTH / 2][SHA256_SIZE];
	unsigned n = 1u << log2, i;

	if (log2 == 0) {
		memcpy(out, hashes[0], SHA256_SIZE);
		return;
	}
	for (i = 0; i < n / 2; i++)
		merkle_node(hashes[2 * i], hashes[2 * i + 1], row[i]);
	for (n /= 2; n > 1; n /= 2)
		for (i = 0; i < n / 2; i++)
			merkle_node(row[2 * i], row[2 * i + 1], row[i]);
	memcpy(out, row[0], SHA256_SIZE);
}

/* The tile's file, whole: the partial one, or the full one in its place. */
static enum err
read_file(const char *dir, int level, uint64_t n, unsigned width, size_t max,
    uint8_t **buf, size_t *len, struct fault *fault)
{
	char path[LOG_PATH], tile[TILE_PATH];
	unsigned w;
	enum err e;

	for (w = width;; w = TILE_WIDTH) {
		tile_path(level, n, w, tile);
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, tile) >=
		    sizeof(path))
			return fault_set(fault, ERR_TOO_LARGE, FAULT_NO_OFFSET,
			    "path %s is too long", dir);
		e = file_read(path, max, buf, len, fault);
		if (e != ERR_NOT_FOUND || w == TILE_WIDTH)
			return e;
	}
}

enum err
tile_read(const char *dir, int level, uint64_t n, unsigned width,
    uint8_t (*hashes)[SHA256_SIZE], struct fault *fault)
{
	char tile[TILE_PATH];
	uint8_t *buf;
	size_t len;
	enum err e;

	e = read_file(
	    dir, level, n, width, TILE_WIDTH * SHA256_SIZE, &buf, &len, fault);
	if (e != ERR_OK)
		return e;
	if (len == width * SHA256_SIZE || len == TILE_WIDTH * SHA256_SIZE) {
		memcpy(hashes, buf, width * SHA256_SIZE);
	} else {
		tile_path(level, n, width, tile);
		e = fault_set(fault, ERR_LOG_CORRUPT, FAULT_NO_OFFSET,
		    "%s has %zu octets instead of %u", tile, len,
		    width * SHA256_SIZE);
	}
	free(buf);
	return e;
}

void
bundle_init(struct bundle *b)
{
	memset(b, 0, sizeof(*b));
}

void
bundle_free(struct bundle *b)
{
	free(b->buf);
	bundle_init(b);
}

void
bundle_clear(struct bundle *b)
{
	b->len = 0;
	b->count = 0;
}

enum err
bundle_put(struct bundle *b, const void *entry, size_t len)
{
	size_t cap = b->cap == 0 ? 65536 : b->cap;
	uint8_t *p;

	while (cap - b->len < 2 + len)
		cap *= 2;
	if (cap != b->cap) {
		p = realloc(b->buf, cap);
		if (p == NULL)
			return ERR_NO_MEMORY;
		b->buf = p;
		b->cap = cap;
	}
	b->buf[b->len] = (uint8_t)(len >> 8);
	b->buf[b->len + 1] = (uint8_t)len;
	memcpy(b->buf + b->len + 2, entry, len);
	b->start[b->count] = (uint32_t)b->len + 2;
	b->length[b->count] = (uint16_t)len;
	b->count++;
	b->len += 2 + len;
	return ERR_OK;
}

/* Finds the entries in what was read: exactly width, or, of a full bundle
 * that stands in for a partial one, the first width. */
static bool
bundle_index(struct bundle *b, unsigned width)
{
	size_t at = 0, len;
	unsigned i;

	for (i = 0; i < TILE_WIDTH && at < b->len; i++) {
		if (b->len - at < 2)
			return false;
		len = (size_t)b->buf[at] << 8 | b->buf[at + 1];
		if (b->len - at - 2 < len)
			return false;
		b->start[i] = (uint32_t)at + 2;
		b->length[i] = (uint16_t)len;
		at += 2 + len;
		if (i + 1 == width)
			b->count = width;
	}
	return at == b->len && (i == width || i == TILE_WIDTH) &&
	    b->count == width;
}

enum err
bundle_read(struct bundle *b, const char *dir, uint64_t n, unsigned width,
    struct fault *fault)
{
	char tile[TILE_PATH];
	enum err e;

	bundle_free(b);
	e = read_file(
	    dir, TILE_ENTRIES, n, width, BUNDLE_MAX, &b->buf, &b->len, fault);
	if (e != ERR_OK)
		return e;
	b->cap = b->len;
	if (bundle_index(b, width)) {
		/* Drop the rest, so that more can be put behind it. */
		b->len = b->start[width - 1] + b->length[width - 1];
		return ERR_OK;
	}
	tile_path(TILE_ENTRIES, n, width, tile);
	bundle_free(b);
	return fault_set(fault, ERR_LOG_CORRUPT, FAULT_NO_OFFSET,
	    "%s does not hold %u entries", tile, width);
}

/*
 * A scanned page as PNG (ISO/IEC 15948): one bit a pixel, deflate blocks that
 * are only stored (RFC 1951 3.2.4). Rows of ink that look like lines of text.
 */
#include <string.h>

#include "tests/gen/gen.h"

#define LINE 14 /* rows from one line of text to the next */
#define INK 8 /* of them with ink */
#define BLOCK 65535

static uint32_t crc_table[8][256];

static void
make_crc_table(void)
{
	uint32_t c;
	int i, k;

	for (i = 0; i < 256; i++) {
		c = (uint32_t)i;
		for (k = 0; k < 8; k++)
			c = (c & 1) != 0 ? 0xEDB88320 ^ c >> 1 : c >> 1;
		crc_table[0][i] = c;
	}
	for (i = 0; i < 256; i++)
		for (k = 1; k < 8; k++)
			crc_table[k][i] = crc_table[k - 1][i] >> 8 ^
			    crc_table[0][crc_table[k - 1][i] & 255];
}

static uint32_t
crc32_of(const uint8_t *p, size_t len)
{
	uint32_t c = 0xFFFFFFFF;

	for (; len >= 8; p += 8, len -= 8) {
		c ^= (uint32_t)p[0] | (uint32_t)p[1] << 8 |
		    (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
		c = crc_table[7][c & 255] ^ crc_table[6][c >> 8 & 255] ^
		    crc_table[5][c >> 16 & 255] ^ crc_table[4][c >> 24] ^
		    crc_table[3][p[4]] ^ crc_table[2][p[5]] ^
		    crc_table[1][p[6]] ^ crc_table[0][p[7]];
	}
	for (; len > 0; p++, len--)
		c = crc_table[0][(c ^ *p) & 255] ^ c >> 8;
	return ~c;
}

static uint32_t
adler32_of(uint32_t adler, const uint8_t *p, size_t len)
{
	uint32_t a = adler & 0xFFFF, b = adler >> 16;
	size_t n;

	while (len > 0) {
		n = len < 5552 ? len : 5552;
		len -= n;
		while (n-- > 0) {
			a += *p++;
			b += a;
		}
		a %= 65521;
		b %= 65521;
	}
	return b << 16 | a;
}

static uint8_t *
put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
	return p + 4;
}

/* Length and type of a chunk whose data stands at start + 8 already. */
static uint8_t *
finish_chunk(uint8_t *start, const char *type, size_t len)
{
	put32(start, (uint32_t)len);
	memcpy(start + 4, type, 4);
	return put32(start + 8 + len, crc32_of(start + 4, len + 4));
}

/* Where in a line of text there are words: 0xFF a column of ink. */
static void
draw_words(uint64_t *rng, uint8_t *columns, size_t n)
{
	size_t margin = n / 10, x = margin, word;
	size_t end = n - margin - gen_below(rng, (unsigned)(n / 3 + 1));

	memset(columns, 0, n);
	while (x < end) {
		word = 1 + gen_below(rng, 7);
		for (; word > 0 && x < end; word--)
			columns[x++] = 0xFF;
		x++;
	}
}

/* One row behind its filter octet; ink is 0 bits. */
static void
draw_row(uint64_t *rng, const uint8_t *columns, uint8_t *row, size_t n)
{
	uint64_t bits = 0, mask;
	size_t x, k;

	for (x = 0; x + 8 <= n; x += 8) {
		memcpy(&mask, columns + x, 8);
		bits = ~(gen_random(rng) & mask);
		memcpy(row + x, &bits, 8);
	}
	for (bits = gen_random(rng), k = 0; x < n; x++, k += 8)
		row[x] = (uint8_t) ~(columns[x] & bits >> k);
}

/* Moves n octets into stored blocks. *room is what is left of the block. */
static uint8_t *
store(uint8_t *p, const uint8_t *buf, size_t n, size_t *room, size_t *rest)
{
	size_t k, block;

	while (n > 0) {
		if (*room == 0) {
			block = *rest < BLOCK ? *rest : BLOCK;
			*p++ = block == *rest;
			*p++ = (uint8_t)block;
			*p++ = (uint8_t)(block >> 8);
			*p++ = (uint8_t)~block;
			*p++ = (uint8_t)(~block >> 8);
			*room = block;
		}
		k = n < *room ? n : *room;
		memcpy(p, buf, k);
		p += k;
		buf += k;
		n -= k;
		*room -= k;
		*rest -= k;
	}
	return p;
}

static size_t
octets(size_t columns, size_t rows)
{
	size_t raw = rows * (columns + 1);

	return 8 + 25 + 12 + 12 + 2 + 4 + raw + (raw / BLOCK + 1) * 5;
}

size_t
gen_png(uint64_t *rng, size_t cap, uint8_t *out)
{
	static const uint8_t magic[] = "\x89PNG\r\n\x1A\n";
	uint8_t columns[4096], row[4097], *p, *data;
	size_t n = 8, rows, y, room = 0, rest;
	uint32_t adler = 1;

	if (crc_table[0][1] == 0)
		make_crc_table();
	/* A4 is higher than wide by the square root of 2. */
	while (n < sizeof(columns) &&
	    octets(n + 1, (n + 1) * 8 * 1414 / 1000) <= cap)
		n++;
	rows = n * 8 * 1414 / 1000;
	memcpy(out, magic, 8);
	p = out + 8;
	put32(put32(p + 8, (uint32_t)n * 8), (uint32_t)rows);
	memcpy(p + 16, "\1\0\0\0\0", 5); /* one bit, grey, no interlace */
	p = data = finish_chunk(p, "IHDR", 13);
	p += 8;
	*p++ = 0x78;
	*p++ = 0x01;
	rest = rows * (n + 1);
	row[0] = 0; /* no filter */
	for (y = 0; y < rows; y++) {
		if (y % LINE == 0)
			draw_words(rng, columns, n);
		if (y % LINE < INK && y > rows / 12 && y < rows - rows / 12)
			draw_row(rng, columns, row + 1, n);
		else
			memset(row + 1, 0xFF, n);
		adler = adler32_of(adler, row, n + 1);
		p = store(p, row, n + 1, &room, &rest);
	}
	p = put32(p, adler);
	p = finish_chunk(data, "IDAT", (size_t)(p - data) - 8);
	p = finish_chunk(p, "IEND", 0);
	return (size_t)(p - out);
}

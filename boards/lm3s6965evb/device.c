/*
 * What makes one device differ from another: its secret, in the last page of
 * the flash, and the seed of its random generator, on the card. Both are put
 * there when the device is made (provision.sh).
 *
 * The board has no source of true randomness. A seed is used once: before
 * anything comes of it, the card holds its successor instead, in two sectors,
 * so that a loss of power at any moment leaves one that is whole. Seed and
 * secret are hashed together: the card alone does not tell what the generator
 * gives. Whoever puts an old copy of the card back makes it repeat itself.
 */
#include <string.h>

#include "boards/lm3s6965evb/parts.h"
#include "common/sha256.h"

#define DEVICE_PAGE 0x3f000u

/* As provision.sh writes it. */
struct device_page {
	char magic[16];
	uint8_t secret[BOARD_DEVICE_SECRET];
	uint8_t check[SHA256_SIZE]; /* SHA-256 over the above */
};

static const char page_magic[16] = "zegel-device-v1";
static const char seed_magic[16] = "zegel-seed-v1";

/* A sector: magic, big-endian number, seed, SHA-256 over these. */
#define SEED_NUMBER 16
#define SEED_AT 24
#define SEED_OCTETS 32
#define SEED_CHECK (SEED_AT + SEED_OCTETS)

static uint8_t pool[SHA256_SIZE];
static bool pool_is_full;

/* Through volatile, or the compiler would drop it as useless. */
static void
wipe(void *buf, size_t len)
{
	volatile uint8_t *p = buf;

	while (len-- > 0)
		*p++ = 0;
}

bool
board_device_secret(uint8_t out[static BOARD_DEVICE_SECRET])
{
	const struct device_page *page = (const void *)DEVICE_PAGE;
	uint8_t check[SHA256_SIZE];

	if (memcmp(page->magic, page_magic, sizeof(page_magic)) != 0)
		return false;
	sha256(page, offsetof(struct device_page, check), check);
	if (memcmp(check, page->check, sizeof(check)) != 0)
		return false;
	memcpy(out, page->secret, BOARD_DEVICE_SECRET);
	return true;
}

/* out = SHA-256(purpose, a, b), out may be a. */
static void
derive(const char *purpose, const uint8_t a[static SHA256_SIZE],
    const uint8_t b[static SHA256_SIZE], uint8_t out[static SHA256_SIZE])
{
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, purpose, strlen(purpose) + 1);
	sha256_push(&h, a, SHA256_SIZE);
	sha256_push(&h, b, SHA256_SIZE);
	sha256_finish(&h, out);
	wipe(&h, sizeof(h));
}

static bool
read_seed(uint32_t sector, uint8_t buf[static BOARD_SECTOR], uint64_t *number)
{
	uint8_t check[SHA256_SIZE];

	if (!card_read(sector, buf) ||
	    memcmp(buf, seed_magic, sizeof(seed_magic)) != 0)
		return false;
	sha256(buf, SEED_CHECK, check);
	if (memcmp(check, buf + SEED_CHECK, sizeof(check)) != 0)
		return false;
	*number = 0;
	for (size_t i = SEED_NUMBER; i < SEED_AT; i++)
		*number = *number << 8 | buf[i];
	return true;
}

/* The successor of the seed in buf goes into both sectors, first into the one
 * that does not hold the seed. */
static bool
replace_seed(uint32_t held_by, uint8_t buf[static BOARD_SECTOR],
    uint64_t number, const uint8_t secret[static BOARD_DEVICE_SECRET])
{
	uint32_t other = CARD_SEED + (held_by == CARD_SEED);

	derive("zegel-seed-next", buf + SEED_AT, secret, buf + SEED_AT);
	for (size_t i = SEED_AT; i-- > SEED_NUMBER; number >>= 8)
		buf[i] = (uint8_t)number;
	sha256(buf, SEED_CHECK, buf + SEED_CHECK);
	return card_write(other, buf) && card_write(held_by, buf);
}

static bool
fill_pool(void)
{
	uint8_t buf[2][BOARD_SECTOR];
	uint8_t secret[BOARD_DEVICE_SECRET];
	uint64_t number[2] = {0};
	bool good[2];
	bool done = false;
	unsigned newer;

	if (!store_is_there() || !board_device_secret(secret))
		return false;
	for (unsigned i = 0; i < 2; i++)
		good[i] = read_seed(CARD_SEED + i, buf[i], &number[i]);
	newer = good[1] && (!good[0] || number[1] > number[0]);
	if (good[newer]) {
		derive("zegel-seed-use", buf[newer] + SEED_AT, secret, pool);
		done = replace_seed(
		    CARD_SEED + newer, buf[newer], number[newer] + 1, secret);
	}
	wipe(buf, sizeof(buf));
	wipe(secret, sizeof(secret));
	return done;
}

/* What was given out cannot be computed from what is kept. */
bool
board_entropy(uint8_t *out, size_t len)
{
	uint8_t block[SHA256_SIZE];

	if (!pool_is_full)
		pool_is_full = fill_pool();
	if (!pool_is_full)
		return false;
	while (len > 0) {
		size_t n = len < sizeof(block) ? len : sizeof(block);

		derive("zegel-seed-out", pool, pool, block);
		derive("zegel-seed-keep", pool, pool, pool);
		memcpy(out, block, n);
		out += n;
		len -= n;
	}
	wipe(block, sizeof(block));
	return true;
}

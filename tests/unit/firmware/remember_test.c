/* What the appliance remembers, over power that goes at any write. */
#include "firmware/remember.h"

#include <stdlib.h>
#include <string.h>

#include "boards/board.h"
#include "tests/unit/common/tap.h"

static uint8_t store[2][BOARD_SECTOR];
static bool store_there = true;
static size_t written = BOARD_SECTOR; /* octets until the power goes */

_Noreturn void
board_halt(const char *reason)
{
	printf("Bail out! halted: %s\n", reason);
	exit(1);
}

bool
board_entropy(uint8_t *out, size_t len)
{
	(void)out;
	(void)len;
	return false;
}

bool
board_store_read(uint32_t sector, uint8_t buf[static BOARD_SECTOR])
{
	if (!store_there || sector >= 2)
		return false;
	memcpy(buf, store[sector], BOARD_SECTOR);
	return true;
}

bool
board_store_write(uint32_t sector, const uint8_t buf[static BOARD_SECTOR])
{
	if (!store_there || sector >= 2)
		return false;
	memcpy(store[sector], buf, written);
	return written == BOARD_SECTOR;
}

static const uint8_t secret[BOARD_DEVICE_SECRET] = {1, 2, 3};

static struct memory
sample(uint64_t counter)
{
	struct memory m = {.counter = counter, .time = counter << 40};

	memset(m.chain, (int)counter, sizeof(m.chain));
	m.log_size = counter * 3;
	memset(m.log_root, (int)~counter, sizeof(m.log_root));
	return m;
}

static bool
is_same(const struct memory *a, const struct memory *b)
{
	return a->counter == b->counter && a->time == b->time &&
	    memcmp(a->chain, b->chain, sizeof(a->chain)) == 0 &&
	    a->log_size == b->log_size &&
	    memcmp(a->log_root, b->log_root, sizeof(a->log_root)) == 0;
}

static void
factory(void)
{
	memset(store, 0, sizeof(store));
	store_there = true;
	written = BOARD_SECTOR;
}

static void
a_new_store_is_no_damaged_one(void)
{
	struct remember r;
	struct memory m;

	factory();
	CHECK(remember_load(&r, secret, &m) == ERR_NOT_FOUND);
	CHECK(m.counter == 0 && m.log_size == 0);
	store_there = false;
	CHECK(remember_load(&r, secret, &m) == ERR_IO);
}

static void
the_last_value_comes_back(void)
{
	struct remember r;
	struct memory m, want;

	factory();
	CHECK(remember_load(&r, secret, &m) == ERR_NOT_FOUND);
	for (uint64_t i = 1; i < 6; i++) {
		want = sample(i);
		CHECK(remember_store(&r, &want));
		CHECK(remember_load(&r, secret, &m) == ERR_OK);
		CHECK(is_same(&m, &want));
	}
}

static void
power_that_goes_leaves_the_old_value_or_the_new(void)
{
	struct remember r;
	struct memory m, old = sample(7), new = sample(8);

	for (size_t cut = 0; cut < BOARD_SECTOR; cut += 3) {
		factory();
		CHECK(remember_load(&r, secret, &m) == ERR_NOT_FOUND);
		CHECK(remember_store(&r, &m));
		CHECK(remember_store(&r, &old));
		written = cut;
		CHECK(!remember_store(&r, &new));
		written = BOARD_SECTOR;
		CHECK(remember_load(&r, secret, &m) == ERR_OK);
		CHECK(is_same(&m, &old) || is_same(&m, &new));
		CHECK(remember_store(&r, &new));
		CHECK(remember_load(&r, secret, &m) == ERR_OK);
		CHECK(is_same(&m, &new));
	}
}

static void
power_that_goes_in_the_first_writing_is_no_damage(void)
{
	struct remember r;
	struct memory m, first = sample(1);

	for (size_t cut = 0; cut < 144; cut++) {
		factory();
		CHECK(remember_load(&r, secret, &m) == ERR_NOT_FOUND);
		written = cut;
		CHECK(!remember_store(&r, &first));
		written = BOARD_SECTOR;
		CHECK(remember_load(&r, secret, &m) == ERR_NOT_FOUND);
		CHECK(remember_store(&r, &first));
		CHECK(remember_load(&r, secret, &m) == ERR_OK);
		CHECK(is_same(&m, &first));
	}
}

static void
every_octet_that_counts_is_under_the_mac(void)
{
	struct remember r;
	struct memory m, only = sample(9);

	factory();
	CHECK(remember_load(&r, secret, &m) == ERR_NOT_FOUND);
	CHECK(remember_store(&r, &only));
	memset(store[!r.twin.newer], 0xff, BOARD_SECTOR);
	for (size_t i = 0; i < 144; i++) {
		store[r.twin.newer][i] ^= 0x10;
		CHECK(remember_load(&(struct remember){.twin = {.newer = 0}},
			  secret, &m) == ERR_STORE_CORRUPT);
		store[r.twin.newer][i] ^= 0x10;
	}
}

static void
memory_of_another_device_is_refused(void)
{
	static const uint8_t other[BOARD_DEVICE_SECRET] = {1, 2, 4};
	struct remember r;
	struct memory m, want = sample(1);

	factory();
	CHECK(remember_load(&r, secret, &m) == ERR_NOT_FOUND);
	CHECK(remember_store(&r, &want));
	CHECK(remember_store(&r, &want));
	CHECK(remember_load(&r, other, &m) == ERR_STORE_CORRUPT);
	CHECK(m.counter == 0);
}

static void
a_store_that_fails_remembers_nothing(void)
{
	struct remember r;
	struct memory m, want = sample(1);

	factory();
	CHECK(remember_load(&r, secret, &m) == ERR_NOT_FOUND);
	store_there = false;
	CHECK(!remember_store(&r, &want));
}

int
main(void)
{
	TAP_RUN(a_new_store_is_no_damaged_one);
	TAP_RUN(the_last_value_comes_back);
	TAP_RUN(power_that_goes_leaves_the_old_value_or_the_new);
	TAP_RUN(power_that_goes_in_the_first_writing_is_no_damage);
	TAP_RUN(every_octet_that_counts_is_under_the_mac);
	TAP_RUN(memory_of_another_device_is_refused);
	TAP_RUN(a_store_that_fails_remembers_nothing);
	return tap_done();
}

#include "firmware/twin.h"

#include <string.h>

#include "common/be.h"
#include "common/sha256.h"

#define NUMBER_AT TWIN_NAME

static size_t
mac_at(const struct twin *t)
{
	return TWIN_VALUE + t->len;
}

static bool
is_blank(const uint8_t sector[static BOARD_SECTOR])
{
	uint8_t any = 0;

	for (size_t i = 0; i < BOARD_SECTOR; i++)
		any |= sector[i];
	return any == 0;
}

static bool
is_whole(const struct twin *t, const uint8_t sector[static BOARD_SECTOR])
{
	uint8_t mac[CRYPTO_MAC];

	return strncmp((const char *)sector, t->name, TWIN_NAME) == 0 &&
	    crypto_mac(t->key, sizeof(t->key), sector, mac_at(t), mac) ==
	    ERR_OK &&
	    crypto_equal(mac, sector + mac_at(t), sizeof(mac));
}

void
twin_init(struct twin *t, const uint8_t key[static CRYPTO_MAC], uint32_t first,
    const char *name, size_t len)
{
	memset(t, 0, sizeof(*t));
	memcpy(t->key, key, sizeof(t->key));
	t->first = first;
	t->name = name;
	t->len = len;
}

/* One sector is read over the other: the newer one once more at the end. */
enum err
twin_load(struct twin *t, uint8_t sector[static BOARD_SECTOR])
{
	uint8_t value[2][SHA256_SIZE];
	unsigned blank = 0, whole = 0;

	t->number = 0;
	t->newer = 0;
	t->is_same = false;
	for (uint32_t i = 0; i < 2; i++) {
		if (!board_store_read(t->first + i, sector))
			return ERR_IO;
		blank += is_blank(sector);
		if (!is_whole(t, sector))
			continue;
		sha256(sector + TWIN_VALUE, t->len, value[i]);
		if (whole++ == 0 || be64_get(sector + NUMBER_AT) > t->number) {
			t->number = be64_get(sector + NUMBER_AT);
			t->newer = i;
		}
	}
	t->is_same = whole == 2 && memcmp(value[0], value[1], SHA256_SIZE) == 0;
	if (whole > 0)
		return board_store_read(t->first + t->newer, sector) &&
			is_whole(t, sector)
		    ? ERR_OK
		    : ERR_IO;
	/* One that is blank: the power went in the very first writing. */
	return blank > 0 ? ERR_NOT_FOUND : ERR_STORE_CORRUPT;
}

enum err
twin_store(struct twin *t, uint8_t sector[static BOARD_SECTOR])
{
	memset(sector, 0, TWIN_NAME);
	memcpy(sector, t->name, strlen(t->name));
	be64_put(sector + NUMBER_AT, t->number + 1);
	memset(sector + mac_at(t), 0, BOARD_SECTOR - mac_at(t));
	if (crypto_mac(t->key, sizeof(t->key), sector, mac_at(t),
		sector + mac_at(t)) != ERR_OK ||
	    !board_store_write(t->first + !t->newer, sector))
		return ERR_IO;
	t->number++;
	t->newer = !t->newer;
	t->is_same = false;
	return ERR_OK;
}

enum err
twin_store_both(struct twin *t, uint8_t sector[static BOARD_SECTOR])
{
	enum err e = twin_store(t, sector);

	if (e == ERR_OK)
		e = twin_store(t, sector);
	if (e == ERR_OK)
		t->is_same = true;
	return e;
}

enum err
twin_erase(struct twin *t)
{
	uint8_t sector[BOARD_SECTOR] = {0};
	uint32_t older = !t->newer;

	/* the newer one last: while it is there, so is the value */
	if (!board_store_write(t->first + older, sector) ||
	    !board_store_write(t->first + !older, sector))
		return ERR_IO;
	t->number = 0;
	t->newer = 0;
	t->is_same = false;
	return ERR_OK;
}

/* The certificate in the store: written to the place that is not in use, then
 * the key's record names it. */
#include <string.h>

#include "common/be.h"
#include "firmware/vault_record.h"

static uint32_t
first_sector(uint8_t place)
{
	return VAULT_CERTIFICATE + (uint32_t)(place - 1) * VAULT_PLACE;
}

static enum err
write_place(uint8_t place, const uint8_t *der, size_t len)
{
	uint8_t sector[BOARD_SECTOR];
	size_t at, n;

	for (at = 0; at < len; at += n) {
		n = len - at < BOARD_SECTOR ? len - at : BOARD_SECTOR;
		memset(sector, 0, sizeof(sector));
		memcpy(sector, der + at, n);
		if (!board_store_write(
			first_sector(place) + (uint32_t)(at / BOARD_SECTOR),
			sector))
			return ERR_IO;
	}
	return ERR_OK;
}

enum err
vault_put_certificate(void *vault, const uint8_t *der, size_t len)
{
	struct vault *v = vault;
	uint8_t *record = vault_record(v);
	uint8_t place = record[RECORD_PLACE] == 1 ? 2 : 1;
	enum err e;

	if (v->state.key != MSG_KEY_READY)
		return ERR_TOKEN_KEY_ABSENT;
	if (len == 0 || len > BOUND_CERTIFICATE)
		return ERR_TOO_LARGE;
	e = write_place(place, der, len);
	if (e != ERR_OK)
		return e;
	record[RECORD_PLACE] = place;
	be16_put(record + RECORD_LENGTH, (uint16_t)len);
	sha256(der, len, record + RECORD_DIGEST);
	return vault_store_record(v);
}

size_t
vault_get_certificate(void *vault, uint32_t offset, uint8_t *buf, size_t cap)
{
	struct vault *v = vault;
	uint8_t place = vault_record(v)[RECORD_PLACE];
	uint8_t sector[BOARD_SECTOR];
	size_t len = v->state.certificate_len, done = 0, at, n;

	while (done < cap && offset < len) {
		at = offset % BOARD_SECTOR;
		n = BOARD_SECTOR - at;
		n = n < cap - done ? n : cap - done;
		n = n < len - offset ? n : len - offset;
		if (!board_store_read(
			first_sector(place) + offset / BOARD_SECTOR, sector))
			return 0;
		memcpy(buf + done, sector + at, n);
		done += n;
		offset += (uint32_t)n;
	}
	return done;
}

enum err
vault_erase_certificates(void)
{
	static const uint8_t zeros[BOARD_SECTOR];
	uint32_t i;

	for (i = VAULT_CERTIFICATE; i < VAULT_END; i++) {
		if (!board_store_write(i, zeros))
			return ERR_IO;
	}
	return ERR_OK;
}

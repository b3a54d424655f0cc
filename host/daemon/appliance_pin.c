#include "host/daemon/appliance_pin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base/file.h"
#include "host/base/hex.h"
#include "host/x509/spki.h"

#define FILE_MAX 1024

const char *
appliance_class_name(unsigned board_class)
{
	switch (board_class) {
	case APPLIANCE_SIMULATOR:
		return "simulator";
	case APPLIANCE_DEMONSTRATION:
		return "demonstration";
	case APPLIANCE_PRODUCT:
		return "product";
	}
	return "unknown";
}

/* All of it but the counter. */
static int
format_whom(const struct appliance_pin *p, char out[static FILE_MAX])
{
	char point[2 * APPLIANCE_POINT + 1], firmware[2 * SHA256_SIZE + 1];

	hex_encode(p->point, APPLIANCE_POINT, point);
	hex_encode(p->firmware, SHA256_SIZE, firmware);
	return snprintf(out, FILE_MAX,
	    "zegel-appliance-v1\nkey %s\nfirmware %s\nboard %u\n", point,
	    firmware, p->board_class);
}

static int
format(const struct appliance_pin *p, char out[static FILE_MAX])
{
	int len = format_whom(p, out);

	return len +
	    snprintf(out + len, (size_t)(FILE_MAX - len),
		"counter %" PRIu64 "\n", p->counter);
}

/* Good if it is, octet for octet, what would be written. */
static bool
parse(struct appliance_pin *p, const char *text)
{
	char point[2 * APPLIANCE_POINT + 1], firmware[2 * SHA256_SIZE + 1];
	char again[FILE_MAX], board[4], counter[21];
	unsigned long number;

	memset(p, 0, sizeof(*p));
	if (sscanf(text,
		"zegel-appliance-v1\nkey %128s\nfirmware %64s\nboard %3s\n"
		"counter %20s",
		point, firmware, board, counter) != 4)
		return false;
	number = strtoul(board, NULL, 10);
	p->counter = strtoull(counter, NULL, 10);
	if (number > UINT8_MAX ||
	    hex_decode(point, strlen(point), p->point, sizeof(p->point)) !=
		ERR_OK ||
	    hex_decode(firmware, strlen(firmware), p->firmware,
		sizeof(p->firmware)) != ERR_OK)
		return false;
	p->board_class = (uint8_t)number;
	format(p, again);
	return strcmp(again, text) == 0;
}

enum err
appliance_pin_load(
    struct appliance_pin *p, const char *path, struct fault *fault)
{
	uint8_t *text;
	size_t len;
	enum err e;

	memset(p, 0, sizeof(*p));
	e = file_read(path, FILE_MAX, &text, &len, fault);
	if (e != ERR_OK)
		return e;
	if (strlen((const char *)text) != len || !parse(p, (const char *)text))
		e = fault_set(fault, ERR_CONFIG_SYNTAX, FAULT_NO_OFFSET,
		    "%s is damaged: enrol the appliance again", path);
	free(text);
	return e;
}

enum err
appliance_pin_store(
    const struct appliance_pin *p, const char *path, struct fault *fault)
{
	char text[FILE_MAX];
	int len = format(p, text);

	return file_replace(path, text, (size_t)len, 0600, fault);
}

/* SubjectPublicKeyInfo, whose reader knows the curve. */
static enum err
key_of(const uint8_t point[static APPLIANCE_POINT],
    uint8_t der[static SPKI_CAP], struct spki *key)
{
	struct token_public_key k = {.type = TOKEN_P256};
	size_t len;
	enum err e;

	k.value[0] = 4;
	memcpy(k.value + 1, point, APPLIANCE_POINT);
	k.value_len = 1 + APPLIANCE_POINT;
	e = spki_from_token_key(&k, der, SPKI_CAP, &len);
	return e == ERR_OK ? spki_read(der, len, key) : e;
}

enum err
appliance_pin_digest(const uint8_t point[static APPLIANCE_POINT],
    uint8_t out[static SHA256_SIZE])
{
	uint8_t der[SPKI_CAP];
	struct spki key;

	sha256(point, APPLIANCE_POINT, out);
	return key_of(point, der, &key);
}

void
appliance_pin_whom(
    const struct appliance_pin *p, uint8_t out[static SHA256_SIZE])
{
	char text[FILE_MAX];
	int len = format_whom(p, text);

	sha256(text, (size_t)len, out);
}

enum err
appliance_pin_verify(const uint8_t point[static APPLIANCE_POINT],
    const uint8_t digest[static SHA256_SIZE],
    const uint8_t signature[static APPLIANCE_SIGNATURE])
{
	static const struct signature_scheme es256 = {
	    ALG_ECDSA, SHA256_SIZE, 0};
	uint8_t der[SPKI_CAP];
	struct spki key;

	if (key_of(point, der, &key) != ERR_OK ||
	    spki_verify(&key, &es256, digest, SHA256_SIZE, signature,
		APPLIANCE_SIGNATURE) != ERR_OK)
		return ERR_APPROVAL_SIGNATURE;
	return ERR_OK;
}

/* What it is about, but for times and counter; NULL: what was asked for. */
static const char *
difference(const struct appliance_expected *x, const struct approval *a)
{
	const struct {
		const uint8_t *asked, *given;
		const char *name;
	} fields[] = {
	    {x->nonce, a->nonce, "nonce"},
	    {x->root, a->root, "root"},
	    {x->certificate, a->certificate, "certificate"},
	    {x->station, a->station, "station"},
	    {x->origin, a->origin, "log's origin"},
	};
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (memcmp(fields[i].asked, fields[i].given, 32) != 0)
			return fields[i].name;
	if (a->count != x->count)
		return "count";
	if (a->expires != x->expires)
		return "end";
	if (a->time < x->begun || a->time > x->now + APPLIANCE_SLACK)
		return "time";
	return NULL;
}

static enum err
judge(const struct appliance_pin *p, const struct appliance_expected *x,
    const struct approval *a, struct fault *fault)
{
	const char *other = difference(x, a);

	if (other != NULL)
		return fault_set(fault, ERR_APPROVAL_DIFFERS, FAULT_NO_OFFSET,
		    "it has another %s", other);
	if (a->board_class != p->board_class ||
	    memcmp(a->firmware, p->firmware, SHA256_SIZE) != 0)
		return fault_set(fault, ERR_APPLIANCE_UNKNOWN, FAULT_NO_OFFSET,
		    "its firmware or board is not the enrolled one: see "
		    "'zegel appliance enrol'");
	if (a->counter <= p->counter)
		return fault_set(fault, ERR_APPROVAL_COUNTER, FAULT_NO_OFFSET,
		    "counter %" PRIu64 " after %" PRIu64
		    ": is it a copy, or was its store put back?",
		    a->counter, p->counter);
	if (x->now >= a->expires || a->time > a->expires)
		return fault_set(fault, ERR_APPROVAL_EXPIRED, FAULT_NO_OFFSET,
		    "it came after the end of its window");
	return ERR_OK;
}

enum err
appliance_pin_check(const struct appliance_pin *p,
    const struct appliance_expected *x,
    const uint8_t octets[static APPROVAL_SIZE],
    const uint8_t signature[static APPLIANCE_SIGNATURE], struct approval *out,
    struct fault *fault)
{
	uint8_t digest[SHA256_SIZE];
	enum err e;

	sha256(octets, APPROVAL_SIZE, digest);
	e = appliance_pin_verify(p->point, digest, signature);
	if (e != ERR_OK)
		return fault_set(
		    fault, e, FAULT_NO_OFFSET, "the appliance's approval");
	e = approval_decode(out, octets);
	if (e != ERR_OK)
		return fault_set(
		    fault, e, FAULT_NO_OFFSET, "the appliance's approval");
	return judge(p, x, out, fault);
}

/*
 * The protected header of one item. It is kept once for a batch (front_tree.c);
 * where each item has a content timestamp, that one stands in the place of the
 * shortest token there is, in what is kept.
 */
#include "host/daemon/front.h"

#include <stdlib.h>
#include <string.h>

#include "common/base64.h"

/* As in {"tstTokens":[{"val":"MAA="}]}: an empty SEQUENCE. Nothing else of a
 * header is a text of four characters that ends so. */
static const uint8_t placeholder[] = {0x30, 0x00};
#define PLACE "\"MAA=\""

bool
front_header_is_stamped(const struct item *item)
{
	static const uint8_t none[SHA256_SIZE];

	return memcmp(item->timestamp, none, SHA256_SIZE) != 0;
}

void
front_header_keep_place(struct jades_header *header)
{
	header->content_timestamp = placeholder;
	header->content_timestamp_len = sizeof(placeholder);
	header->crit_content_timestamp = KEY_CHAIN_CRIT_TIMESTAMP;
}

/* Into new memory, encoded. */
static enum err
fill_place(const char *json, size_t len, const uint8_t *token, size_t token_len,
    struct front_header *out)
{
	const size_t place = strlen(PLACE);
	const char *at = memmem(json, len, PLACE, place);
	size_t before, n = len - place + 2 + BASE64_LEN(token_len);
	char *whole;

	if (at == NULL)
		return ERR_HEADER_DIFFERS;
	before = (size_t)(at - json) + 1; /* with the quotation mark */
	whole = malloc(n);
	out->text = malloc(BASE64URL_LEN(n));
	if (whole == NULL || out->text == NULL) {
		free(whole);
		return ERR_NO_MEMORY;
	}
	memcpy(whole, json, before);
	n = before + base64_encode(token, token_len, whole + before);
	at += place - 1;
	memcpy(whole + n, at, len - (size_t)(at - json));
	n += len - (size_t)(at - json);
	out->len = base64url_encode((const uint8_t *)whole, n, out->text);
	free(whole);
	return ERR_OK;
}

enum err
front_header_load(struct front *f, const char *kept, size_t kept_len,
    const struct item *item, struct front_header *out)
{
	uint8_t *token = NULL, *json = NULL;
	size_t token_len, len;
	enum err e;

	memset(out, 0, sizeof(*out));
	if (!front_header_is_stamped(item)) {
		out->len = kept_len;
		out->text = strndup(kept, kept_len);
		return out->text == NULL ? ERR_NO_MEMORY : ERR_OK;
	}
	e = store_get(f->store, item->timestamp, &token, &token_len, NULL);
	json = malloc(kept_len);
	if (e == ERR_OK && json == NULL)
		e = ERR_NO_MEMORY;
	if (e == ERR_OK)
		e = base64url_decode(kept, kept_len, json, kept_len, &len);
	if (e == ERR_OK)
		e = fill_place((const char *)json, len, token, token_len, out);
	free(token);
	free(json);
	return e;
}

void
front_header_free(struct front_header *h)
{
	free(h->text);
	h->text = NULL;
}

static bool
is_signed_by(struct jades_tbs *t, const uint8_t *payload, size_t len,
    const struct leaf *leaf)
{
	uint8_t digest[SHA256_SIZE], tbs[SHA512_SIZE];
	size_t n;

	jades_tbs_push(t, payload, len);
	jades_tbs_finish(t, digest, tbs, &n);
	return memcmp(tbs, leaf->tbs, SHA512_SIZE) == 0;
}

enum err
front_header_check(const struct front_header *h, const struct leaf *leaf,
    const uint8_t *payload, size_t len)
{
	struct jades_tbs t;
	enum err e;

	e = jades_tbs_under(&t, leaf->profile, leaf->alg, h->text, h->len);
	if (e == ERR_OK && !is_signed_by(&t, payload, len, leaf))
		e = ERR_HEADER_DIFFERS;
	return e;
}

enum err
front_header_compose(struct front *f, const struct key_chain *key,
    const struct batch *b, const struct item *item, const uint8_t *payload,
    size_t payload_len, struct jades_tbs *tbs, struct fault *fault)
{
	struct jades_header header;
	uint8_t *token = NULL;
	enum err e = ERR_OK;
	size_t len;

	key_chain_header(key, b->profile, b->signing_time, &header);
	if (front_header_is_stamped(item)) {
		e = store_get(f->store, item->timestamp, &token, &len, fault);
		if (e != ERR_OK)
			return e;
		e = key_chain_stamp(&header, token, len, payload, payload_len);
	}
	if (e == ERR_OK)
		e = jades_tbs_init(tbs, &header, NULL);
	free(token);
	return e == ERR_OK
	    ? e
	    : fault_set(fault, e, FAULT_NO_OFFSET, "content timestamp");
}

enum err
front_header_check_batch(
    struct front *f, const struct key_chain *key, const struct batch *b)
{
	struct jades_tbs tbs;
	struct fault fault;
	struct item item;
	uint8_t *payload;
	enum err e;
	size_t len;

	/* What cannot be read is the item's own trouble, told elsewhere. */
	if (queue_item_next(f->queue, b->id, 0, ITEM_FROZEN, &item) != ERR_OK ||
	    store_get(f->store, item.leaf.payload, &payload, &len, &fault) !=
		ERR_OK)
		return ERR_OK;
	e = front_header_compose(f, key, b, &item, payload, len, &tbs, &fault);
	e = e != ERR_OK || is_signed_by(&tbs, payload, len, &item.leaf)
	    ? ERR_OK
	    : ERR_HEADER_DIFFERS;
	free(payload);
	return e;
}

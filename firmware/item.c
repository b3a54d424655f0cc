/* One item in one pass: is it canonical, what does it say, what is hashed. */
#include <string.h>

#include "firmware/handlers.h"
#include "firmware/ticket.h"

static enum err
check_item(const struct ctx *c, const struct msg *m)
{
	/* by number: what is not built changes no version */
	if (m->item.kind != KIND_JADES)
		return ERR_KIND;
	if (m->item.form != FORM_CANONICAL)
		return m->item.form == FORM_AS_IS ? ERR_UNSUPPORTED
						  : ERR_ITEM_FORM;
	if (m->item.profile != c->batch.profile)
		return ERR_PROFILE;
	if (m->item.alg != c->batch.alg)
		return ERR_ALGORITHM;
	if (m->item.index != c->batch.received)
		return ERR_ITEM_ORDER;
	if (m->item.payload_len < 1 || m->item.payload_len > BOUND_PAYLOAD ||
	    m->item.timestamp_len > BOUND_TIMESTAMP)
		return ERR_TOO_LARGE;
	if (m->item.crit_timestamp > 1)
		return ERR_CONSOLE_MESSAGE;
	return ERR_OK;
}

/* All that the header says is there: from here only the payload comes. */
static enum state
begin_payload(struct ctx *c)
{
	struct item *item = &c->item;

	jades_stream_end(&item->hash, item->crit_timestamp);
	summary_init(
	    &c->room.parse.summary, item->leaf.profile, c->batch.language);
	jcs_init(&c->room.parse.jcs, NULL, &c->room.parse.summary.sink);
	return STATE_PAYLOAD;
}

enum state
item_on_item(struct ctx *c, const struct msg *m)
{
	struct item *item = &c->item;
	enum err e = check_item(c, m);

	if (e != ERR_OK)
		return core_fail(c, e, m->number);
	memset(item, 0, sizeof(*item));
	item->leaf.kind = (enum item_kind)m->item.kind;
	item->leaf.profile = (enum item_profile)m->item.profile;
	item->leaf.alg = (enum alg_number)m->item.alg;
	item->leaf.index = m->item.index;
	memcpy(item->leaf.certificate, c->batch.certificate, SHA256_SIZE);
	memcpy(item->leaf.salt, m->item.salt, LEAF_SALT);
	item->payload_len = m->item.payload_len;
	item->timestamp_len = m->item.timestamp_len;
	item->crit_timestamp = m->item.crit_timestamp == 1;
	memcpy(item->payload, m->item.payload, SHA256_SIZE);
	memcpy(item->tbs, m->item.tbs, SHA512_SIZE);
	item->hash = c->batch.header;
	if (item->timestamp_len == 0)
		return begin_payload(c);
	item->token_head_len = (uint8_t)jades_token_head(
	    item->timestamp_len, item->token_head);
	if (item->token_head_len == 0)
		return core_fail(c, ERR_HEADER_COMPOSE, m->number);
	jades_stream_token(&item->hash);
	return STATE_TIMESTAMP;
}

/* One DER value of the announced length, as far as it can be seen here. */
static bool
is_token(const struct item *item, const uint8_t *p, size_t len)
{
	size_t at = item->timestamp_got;

	if (at >= item->token_head_len)
		return true;
	if (len > item->token_head_len - at)
		len = item->token_head_len - at;
	return memcmp(item->token_head + at, p, len) == 0;
}

enum state
item_on_timestamp(struct ctx *c, const struct msg *m)
{
	const struct msg_octets *o = &m->bulk.octets;
	struct item *item = &c->item;
	enum err e = batch_take_credit(c);

	if (e == ERR_OK &&
	    o->len > (size_t)(item->timestamp_len - item->timestamp_got))
		e = ERR_ITEM_LENGTH;
	if (e != ERR_OK)
		return core_fail(c, e, m->number);
	if (!is_token(item, o->p, o->len))
		return core_fail(c, ERR_HEADER_COMPOSE, m->number);
	jades_stream_value(&item->hash, o->p, o->len);
	item->timestamp_got = (uint16_t)(item->timestamp_got + o->len);
	if (item->timestamp_got < item->timestamp_len)
		return STATE_TIMESTAMP;
	return begin_payload(c);
}

/* The last octet is in: verdict, leaf, ticket. */
static enum err
finish_item(struct ctx *c)
{
	struct summary *summary = &c->room.parse.summary;
	struct item *item = &c->item;
	struct batch *b = &c->batch;
	struct msg r = {.number = MSG_RESULT};
	uint8_t hash[SHA256_SIZE];
	size_t len;
	enum err e;

	e = jcs_finish(&c->room.parse.jcs);
	if (e != ERR_OK)
		return e;
	jades_tbs_finish(
	    &item->hash.tbs, item->leaf.payload, item->leaf.tbs, &len);
	if (memcmp(item->leaf.payload, item->payload, SHA256_SIZE) != 0)
		return ERR_ITEM_DIGEST;
	/* the payload is the host's, so the header is not */
	if (memcmp(item->leaf.tbs, item->tbs, SHA512_SIZE) != 0)
		return ERR_HEADER_DIFFERS;
	summary_finish(summary);
	summary_digest(summary, item->leaf.summary);
	leaf_hash(&item->leaf, hash);
	e = merkle_push(&b->tree, hash);
	if (e != ERR_OK)
		return e;
	batch_count_title(b, &summary->title);
	b->not_understood += !summary->understood;
	b->received++;
	leaf_encode(&item->leaf, r.result.leaf);
	ticket_make(b, r.result.leaf, r.result.ticket);
	core_send(c, &r);
	return ERR_OK;
}

/* From here the root is fixed, and only from here anything may be drawn. */
static enum state
begin_review(struct ctx *c)
{
	struct msg r = {.number = MSG_ROOT};

	merkle_root(&c->batch.tree, c->batch.root);
	c->view = (struct view){0, 0, false};
	c->touched = c->now;
	r.root.count = c->batch.count;
	memcpy(r.root.root, c->batch.root, SHA256_SIZE);
	core_send(c, &r);
	return STATE_REVIEW;
}

enum state
item_on_payload(struct ctx *c, const struct msg *m)
{
	const struct msg_octets *o = &m->bulk.octets;
	struct jcs *jcs = &c->room.parse.jcs;
	struct item *item = &c->item;
	enum err e = batch_take_credit(c);

	if (e == ERR_OK && o->len > item->payload_len - item->got)
		e = ERR_ITEM_LENGTH;
	if (e != ERR_OK)
		return core_fail(c, e, m->number);
	/* the same octets, and all of a message at once: blocks of a hash that
	 * are whole need no copy */
	jcs_push(jcs, o->p, o->len);
	jades_tbs_push(&item->hash.tbs, o->p, o->len);
	item->got += (uint32_t)o->len;
	e = jcs_error(jcs);
	if (e == ERR_OK && item->got < item->payload_len)
		return STATE_PAYLOAD;
	if (e == ERR_OK)
		e = finish_item(c);
	if (e != ERR_OK)
		return core_fail_at(c, e, m->number,
		    jcs_error(jcs) == ERR_OK ? 0 : jcs_offset(jcs));
	if (c->batch.received < c->batch.count)
		return STATE_READY;
	return begin_review(c);
}

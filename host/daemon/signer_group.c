/*
 * One group of items on its way: the approved root is proved for each leaf,
 * intents are logged, workers recompute and sign, seals are logged, and only
 * then do the signatures leave this process.
 */
#include "host/daemon/signer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/merkle.h"
#include "host/base/file.h"
#include "host/base/hex.h"
#include "host/base/say.h"

bool
signer_group_is_room(const struct signer *s)
{
	int i;

	for (i = 0; i < SIGNER_GROUPS; i++)
		if (s->group[i].stage == GROUP_FREE)
			return true;
	return false;
}

/* What the log does not hold stays here (invariant 4): the octets too, since
 * answers are sent whole. */
static void
drop_signature(struct msg_signed_item *item)
{
	explicit_bzero(item->signature, sizeof(item->signature));
	item->signature_len = 0;
}

static void
send_answer(struct signer *s, struct signer_group *g)
{
	enum err e;

	g->stage = GROUP_FREE;
	e = ipc_send(s->p->front, &g->answer,
	    ipc_size(MSG_SIGNED, g->answer.head.count));
	if (e != ERR_OK)
		say(SAY_ERROR, "answer to front: %s", err_text(e));
}

static void
refuse_group(struct signer *s, struct signer_group *g, enum err e)
{
	uint32_t i;

	g->answer.head.err = e;
	for (i = 0; i < g->answer.head.count; i++) {
		if (g->answer.item[i].err == ERR_OK)
			g->answer.item[i].err = e;
		drop_signature(&g->answer.item[i]);
	}
	send_answer(s, g);
}

/* The leaf must be under the root that a person approved, and of this key. */
static enum err
check_leaf(const struct signer_group *g, const struct msg_sign_item *item,
    struct leaf *leaf)
{
	const struct approval *a = &g->granted.approval;
	uint8_t hash[SHA256_SIZE];
	enum err e;

	e = leaf_decode(leaf, item->leaf);
	if (e != ERR_OK)
		return e;
	if (item->proof_len > MSG_PROOF || leaf->index >= a->count)
		return ERR_APPROVAL_MISMATCH;
	leaf_hash(leaf, hash);
	e = merkle_check_inclusion(
	    hash, leaf->index, a->count, item->proof, item->proof_len, a->root);
	if (e != ERR_OK)
		return ERR_APPROVAL_MISMATCH;
	if (memcmp(leaf->certificate, a->certificate, SHA256_SIZE) != 0)
		return ERR_CERT_CHANGED;
	return ERR_OK;
}

/* What must hold for the whole group before anything is intended. */
static enum err
check_group(struct signer *s, struct signer_group *g)
{
	const struct approval *a = &g->granted.approval;
	unsigned findings;
	time_t now = time(NULL);
	enum err e, reason;

	if (g->request.head.type == MSG_ABANDON)
		return ERR_OK;
	if ((uint64_t)now >= a->expires)
		return ERR_APPROVAL_EXPIRED;
	e = signer_check_means(s, &g->granted);
	if (e != ERR_OK)
		return e;
	if (g->key != NULL && g->key->config->appliance &&
	    strcmp(g->granted.means, "appliance") != 0)
		return ERR_APPROVAL_MEANS;
	if (g->key == NULL || g->key->chain.count == 0)
		return ERR_TOKEN_KEY_ABSENT;
	if (memcmp(g->key->chain.cert[0].sha256, a->certificate, SHA256_SIZE) !=
	    0)
		return ERR_CERT_CHANGED;
	e = cert_check_seal(&g->key->chain.cert[0], now, &findings);
	if (e != ERR_OK)
		return e;
	switch (signer_key_state(g->key, &reason)) {
	case KEY_READY:
		return ERR_OK;
	case KEY_NEEDS_PIN:
		return ERR_TOKEN_LOGGED_OUT;
	case KEY_ABSENT:
		return ERR_TOKEN_ABSENT;
	case KEY_STOPPED:
		return ERR_PIN_STOPPED;
	case KEY_UNUSABLE:
	case KEY_SILENT:
		break;
	}
	return reason;
}

static void
send_intents(struct signer *s, struct signer_group *g)
{
	struct msg_log_intend *m = &s->out.log_intend;
	uint32_t i;
	enum err e;

	memset(&m->head, 0, sizeof(m->head));
	m->head.type = MSG_LOG_INTEND;
	m->head.tag = (uint32_t)(g - s->group);
	m->approval = g->request.approval;
	for (i = 0; i < g->answer.head.count; i++) {
		if (g->answer.item[i].err != ERR_OK)
			continue;
		g->slot[m->head.count] = i;
		m->item[m->head.count].index = g->leaf[i].index;
		memcpy(m->item[m->head.count].identity,
		    g->request.item[i].identity, SHA256_SIZE);
		m->head.count++;
	}
	g->sent = m->head.count;
	g->stage = GROUP_INTENDING;
	if (g->sent == 0) {
		send_answer(s, g);
		return;
	}
	e = ipc_send(s->p->logger, m, ipc_size(MSG_LOG_INTEND, m->head.count));
	if (e != ERR_OK)
		refuse_group(s, g, e);
}

/* A credential that was sealed under another approval, as a queue from a
 * backup asks for: its leaf under this one is left, so that it has its end. */
static bool
is_elsewhere(const struct msg_signed_item *item)
{
	return item->err == ERR_LOG_SEALED_ALREADY && item->signature_len == 0;
}

/* Is the item one of that message? Seals are what was signed now. What
 * MSG_ABANDON names is left, and of MSG_SIGN what is elsewhere. */
static bool
has_end(const struct signer_group *g, uint32_t i, enum msg_type type)
{
	const struct msg_signed_item *item = &g->answer.item[i];

	if (type == MSG_LOG_LEAVE && g->request.head.type == MSG_SIGN)
		return is_elsewhere(item);
	return item->err == ERR_OK;
}

/* False if there is none to send. */
static bool
send_ends(struct signer *s, struct signer_group *g, enum msg_type type)
{
	struct msg_log_seal *m = &s->out.log_seal;
	struct msg_log_seal_item *to;
	struct msg_signed_item *item;
	struct sha256 h;
	uint32_t i;
	enum err e;

	memset(&m->head, 0, sizeof(m->head));
	m->head.type = type;
	m->head.tag = (uint32_t)(g - s->group);
	m->approval = g->request.approval;
	for (i = 0; i < g->answer.head.count; i++) {
		if (!has_end(g, i, type))
			continue;
		item = &g->answer.item[i];
		to = &m->item[m->head.count];
		memset(to, 0, sizeof(*to));
		to->index = g->leaf[i].index;
		leaf_hash(&g->leaf[i], to->leaf);
		memcpy(to->identity, g->request.item[i].identity, SHA256_SIZE);
		memcpy(to->signature, item->signature, item->signature_len);
		to->signature_len = item->signature_len;
		sha256_init(&h);
		sha256_push(&h, g->leaf[i].salt, LEAF_SALT);
		sha256_push(&h, item->signature, item->signature_len);
		sha256_finish(&h, to->signature_digest);
		g->slot[m->head.count++] = i;
	}
	g->sent = m->head.count;
	g->stage = type == MSG_LOG_SEAL ? GROUP_LOGGING : GROUP_LEAVING;
	if (g->sent == 0)
		return false;
	e = ipc_send(s->p->logger, m, ipc_size(type, m->head.count));
	if (e != ERR_OK)
		refuse_group(s, g, e);
	return true;
}

/* Seals first, if there are any; then what is left; then the answer. */
static void
end_group(struct signer *s, struct signer_group *g, bool sealed)
{
	if (!sealed && g->request.head.type == MSG_SIGN &&
	    send_ends(s, g, MSG_LOG_SEAL))
		return;
	if (!send_ends(s, g, MSG_LOG_LEAVE))
		send_answer(s, g);
}

/* Composed here, from this process's own certificate and configuration: what
 * front has put before its payloads is not asked for. A batch has one profile:
 * that of the first good leaf, and recompute refuses others. */
static enum err
compose_header(struct signer_group *g)
{
	struct jades_header header;
	uint32_t i = 0;

	while (i + 1 < g->answer.head.count && g->answer.item[i].err != ERR_OK)
		i++;
	g->profile = g->leaf[i].profile;
	key_chain_header(
	    &g->key->chain, g->profile, g->request.signing_time, &header);
	return jades_tbs_init(&g->header, &header, NULL);
}

void
signer_group_begin(struct signer *s, const struct msg_sign *m)
{
	struct signer_group *g = s->group;
	bool known;
	uint32_t i;
	enum err e;

	while (g->stage != GROUP_FREE)
		g++;
	memcpy(&g->request, m,
	    ipc_size((enum msg_type)m->head.type, m->head.count));
	g->complained = false;
	memset(&g->answer.head, 0, sizeof(g->answer.head));
	g->answer.head.type = MSG_SIGNED;
	g->answer.head.tag = m->head.tag;
	g->answer.head.count = m->head.count;
	memset(g->answer.item, 0, m->head.count * sizeof(g->answer.item[0]));
	known = approvals_find(&s->approvals, m->approval, &g->granted);
	if (!known) {
		refuse_group(s, g, ERR_APPROVAL_ABSENT);
		return;
	}
	g->key = signer_key_find(s, g->granted.key);
	for (i = 0; i < m->head.count; i++) {
		g->answer.item[i].err = check_leaf(g, &m->item[i], &g->leaf[i]);
		g->answer.item[i].index = g->leaf[i].index;
	}
	e = check_group(s, g);
	if (e == ERR_OK && m->head.type == MSG_SIGN)
		e = compose_header(g);
	if (e != ERR_OK)
		refuse_group(s, g, e);
	else if (m->head.type == MSG_ABANDON)
		end_group(s, g, false);
	else
		send_intents(s, g);
}

static void
give_to_workers(struct signer *s, struct signer_group *g)
{
	const size_t cap = sizeof(s->job) / sizeof(s->job[0]);
	uint32_t i;

	pthread_mutex_lock(&s->lock);
	g->stage = GROUP_SIGNING;
	g->pending = 0;
	for (i = 0; i < g->answer.head.count; i++) {
		if (g->answer.item[i].err != ERR_OK)
			continue;
		s->job[(s->job_first + s->job_count) % cap] =
		    (struct signer_job){g, i};
		s->job_count++;
		g->pending++;
	}
	pthread_cond_broadcast(&s->jobs_there);
	pthread_mutex_unlock(&s->lock);
}

void
signer_group_entered(struct signer *s, const struct msg_log_entered *m)
{
	struct msg_signed_item *item;
	struct signer_group *g;
	uint32_t i;

	if (m->head.tag >= SIGNER_GROUPS)
		return;
	g = &s->group[m->head.tag];
	if (g->stage == GROUP_FREE || g->stage == GROUP_SIGNING ||
	    m->head.count != g->sent)
		return;
	for (i = 0; i < g->sent; i++) {
		item = &g->answer.item[g->slot[i]];
		/* That it is elsewhere is the answer, once that is logged. */
		if (g->stage == GROUP_LEAVING && is_elsewhere(item) &&
		    m->item[i].err == ERR_OK)
			continue;
		item->err = m->item[i].err;
		item->seal = m->item[i].entry;
		if (item->err == ERR_OK)
			continue;
		drop_signature(item);
		if (item->err == ERR_LOG_SEALED_ALREADY &&
		    m->item[i].signature_len > 0 &&
		    m->item[i].signature_len <= BOUND_SIGNATURE) {
			memcpy(item->signature, m->item[i].signature,
			    m->item[i].signature_len);
			item->signature_len = m->item[i].signature_len;
		}
	}
	if (g->stage == GROUP_INTENDING)
		give_to_workers(s, g);
	else if (g->stage == GROUP_LOGGING)
		end_group(s, g, true);
	else
		send_answer(s, g);
	signer_group_advance(s);
}

void
signer_group_advance(struct signer *s)
{
	bool signed_all;
	int i;

	for (i = 0; i < SIGNER_GROUPS; i++) {
		pthread_mutex_lock(&s->lock);
		signed_all = s->group[i].stage == GROUP_SIGNING &&
		    s->group[i].pending == 0;
		pthread_mutex_unlock(&s->lock);
		if (signed_all)
			end_group(s, &s->group[i], false);
	}
}

enum err
signer_payload(const struct signer *s, const uint8_t digest[static SHA256_SIZE],
    uint8_t **payload, size_t *len)
{
	char hex[2 * SHA256_SIZE + 1], path[STATION_PATH + 80];

	hex_encode(digest, SHA256_SIZE, hex);
	snprintf(path, sizeof(path), "%s/%.2s/%s", s->store, hex, hex + 2);
	return file_read(path, BOUND_PAYLOAD, payload, len, NULL);
}

/*
 * The to-be-signed octets are recomputed here from the frozen payload and a
 * header that this process composes itself: a digest that front made up is
 * not signed even if someone approved it.
 */
static enum err
recompute(struct signer *s, struct signer_group *g, const struct leaf *leaf,
    const uint8_t timestamp[static SHA256_SIZE])
{
	uint8_t payload_digest[SHA256_SIZE], tbs[SHA512_SIZE] = {0};
	struct jades_tbs t = g->header;
	uint8_t *payload;
	size_t len, tbs_len;
	enum err e;

	if (leaf->kind != KIND_JADES)
		return ERR_KIND;
	if (leaf->profile != g->profile)
		return ERR_PROFILE;
	if (leaf->alg != g->key->chain.alg->number)
		return ERR_ALGORITHM;
	e = signer_payload(s, leaf->payload, &payload, &len);
	if (e != ERR_OK)
		return e;
	e = signer_stamp_header(s, g, timestamp, payload, len, &t);
	jades_tbs_push(&t, payload, len);
	jades_tbs_finish(&t, payload_digest, tbs, &tbs_len);
	free(payload);
	if (memcmp(payload_digest, leaf->payload, SHA256_SIZE) != 0)
		return ERR_STORE_CORRUPT;
	if (e != ERR_OK)
		return e;
	return memcmp(tbs, leaf->tbs, SHA512_SIZE) == 0 ? ERR_OK
							: ERR_HEADER_DIFFERS;
}

/* A key in the appliance has to be allowed each signature, by the console. */
static enum err
token_sign_leaf(struct signer *s, struct signer_group *g,
    const struct leaf *leaf, struct msg_signed_item *out, size_t *len,
    struct token_detail *detail)
{
	const struct alg *alg = g->key->chain.alg;
	bool arms = g->key->config->appliance;
	enum err e = ERR_OK;

	if (arms)
		e = appliance_arm(s->appliance, g->granted.approval.root, leaf);
	if (e != ERR_OK)
		return e;
	e = token_sign(g->key->token, alg, leaf->tbs, alg->hash_size,
	    out->signature, sizeof(out->signature), len, detail);
	if (arms)
		appliance_disarm(s->appliance);
	return e;
}

static bool
is_stopping(struct signer *s)
{
	bool stopping;

	pthread_mutex_lock(&s->lock);
	stopping = s->stopping;
	pthread_mutex_unlock(&s->lock);
	return stopping;
}

static enum err
sign_item(struct signer *s, struct signer_group *g, const struct leaf *leaf,
    struct msg_signed_item *out)
{
	struct token_detail detail = {""};
	size_t len = 0;
	enum err e;

	/* A slow token may hold up a group for longer than consent holds, and
	 * a stop for as long as others of this worker wait. */
	if ((uint64_t)time(NULL) >= g->granted.approval.expires)
		return ERR_APPROVAL_EXPIRED;
	if (is_stopping(s))
		return ERR_PEER_GONE;
	e = token_sign_leaf(s, g, leaf, out, &len, &detail);
	/* A login for this one signature, with the kept PIN. */
	if (e == ERR_PIN_WRONG)
		signer_key_note_pin(s, g->key);
	if (e != ERR_OK) {
		drop_signature(out);
		/* what the appliance does not allow was said there, once for
		 * all that follows */
		if (e != ERR_APPROVAL_ABSENT)
			say(SAY_WARNING, "key %s: %s: %s", g->granted.key,
			    err_text(e), detail.text);
		return e;
	}
	out->signature_len = (uint32_t)len;
	return ERR_OK;
}

/* With the certificate, before anyone can have it (design: tokens). */
static enum err
verify_item(const struct signer_group *g, const struct leaf *leaf,
    struct msg_signed_item *out)
{
	const struct alg *alg = g->key->chain.alg;

	if (cert_verify_digest(&g->key->chain.cert[0], alg, leaf->tbs,
		alg->hash_size, out->signature, out->signature_len) == ERR_OK)
		return ERR_OK;
	say(SAY_ERROR, "key %s: the token's signature does not verify",
	    g->granted.key);
	drop_signature(out);
	return ERR_SIGNATURE_INVALID;
}

/* One kind of work after the other for all of them: each finds the processor's
 * caches as it left them. */
void
signer_group_work(struct signer *s, const struct signer_job *jobs, size_t count)
{
	struct signer_group *g = jobs[0].group;
	struct msg_signed_item *item = g->answer.item;
	size_t i;
	bool last;

	for (i = 0; i < count; i++)
		item[jobs[i].item].err = recompute(s, g, &g->leaf[jobs[i].item],
		    g->request.item[jobs[i].item].timestamp);
	for (i = 0; i < count; i++)
		if (item[jobs[i].item].err == ERR_OK)
			item[jobs[i].item].err = sign_item(
			    s, g, &g->leaf[jobs[i].item], &item[jobs[i].item]);
	for (i = 0; i < count; i++)
		if (item[jobs[i].item].err == ERR_OK)
			item[jobs[i].item].err = verify_item(
			    g, &g->leaf[jobs[i].item], &item[jobs[i].item]);
	pthread_mutex_lock(&s->lock);
	g->pending -= (uint32_t)count;
	last = g->pending == 0;
	pthread_mutex_unlock(&s->lock);
	if (last)
		signer_look(s);
}

#include "host/daemon/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/utc.h"
#include "host/base/say.h"
#include "host/daemon/ledger_state.h"
#include "host/daemon/sealed_db.h"
#include "host/log/entry.h"
#include "host/log/log.h"

/* A clock that is set back by no more than this (a correction by NTP) repeats
 * the last time; beyond it nothing is written. */
#define CLOCK_SLACK 2

struct pending_release {
	uint64_t seal, release;
};

struct ledger {
	struct log *log;
	struct sealed_db *sealed;
	struct ledger_state state;
	struct pending_release pending[LEDGER_RELEASES];
	size_t pending_count;
	enum err err; /* the first failure; the ledger is dead then */
};

/* Brings the state up to the log's size, and the sealed credentials up to
 * releases that were logged just before a crash. */
static enum err
replay(struct ledger *l, struct fault *fault)
{
	const uint8_t *json;
	uint64_t i, seals = 0, rows;
	struct sealed_row row;
	struct entry e;
	enum err err;
	size_t len;

	for (i = 0; i < log_size(l->log); i++) {
		err = log_entry(l->log, i, &json, &len);
		if (err != ERR_OK)
			return fault_set(fault, err, FAULT_NO_OFFSET,
			    "log entry %llu", (unsigned long long)i);
		err = entry_parse(&e, json, len, fault);
		if (err == ERR_OK)
			err = ledger_state_apply(&l->state, &e, i);
		if (err != ERR_OK)
			return fault_set(fault, err, FAULT_NO_OFFSET,
			    "log entry %llu", (unsigned long long)i);
		seals += e.kind == ENTRY_SEAL;
		if (e.kind == ENTRY_EXTEND)
			err = sealed_db_extend(l->sealed, e.seal, e.file, i);
		if (err != ERR_OK)
			return fault_set(fault, err, FAULT_NO_OFFSET,
			    "log entry %llu: sealed.db", (unsigned long long)i);
		if (e.kind != ENTRY_RELEASE)
			continue;
		err = sealed_db_by_seal(l->sealed, e.seal, &row);
		if (err == ERR_OK && row.release == 0)
			err = sealed_db_release(l->sealed, e.seal, i);
		/* A lost file of sealed credentials is not rebuilt from the
		 * log: the log holds no identities. Refuse to go on. */
		if (err != ERR_OK)
			return fault_set(fault,
			    err == ERR_NOT_FOUND ? ERR_LOG_CORRUPT : err,
			    FAULT_NO_OFFSET,
			    "log entry %llu: its seal is not in sealed.db",
			    (unsigned long long)i);
	}
	/* Also one that is not released yet: its signature would be lost and
	 * its credential could be sealed a second time. */
	err = sealed_db_count(l->sealed, &rows);
	if (err == ERR_OK && rows != seals)
		err = ERR_LOG_CORRUPT;
	if (err != ERR_OK)
		return fault_set(fault, err, FAULT_NO_OFFSET,
		    "sealed.db does not hold the log's %llu seals: put back "
		    "the one that belongs to this log",
		    (unsigned long long)seals);
	return sealed_db_commit(l->sealed, fault);
}

/* Proofs and verifiers go by the log's own name, approvals by the configured
 * one. */
static enum err
check_origin(const struct ledger *l, const char *origin, struct fault *fault)
{
	if (strcmp(log_origin(l->log), origin) == 0)
		return ERR_OK;
	return fault_set(fault, ERR_CONFIG_VALUE, FAULT_NO_OFFSET,
	    "[log] origin is %.90s in zegel.conf, but the log's is %.90s, for "
	    "ever",
	    origin, log_origin(l->log));
}

/* Nothing could be entered: better told at the start than by every request. */
static enum err
check_clock(const struct ledger *l, struct fault *fault)
{
	char text[UTC_SIZE];

	if ((int64_t)time(NULL) + CLOCK_SLACK >= l->state.last_time)
		return ERR_OK;
	utc_format(l->state.last_time, text);
	return fault_set(fault, ERR_CLOCK, FAULT_NO_OFFSET,
	    "the log's last entry is of %s", text);
}

enum err
ledger_open(struct ledger **out, const struct station *station,
    const char *origin, struct fault *fault)
{
	char dir[STATION_PATH], key[STATION_PATH], folder[STATION_PATH];
	char db[STATION_PATH + 16];
	struct ledger *l;
	enum err e;

	*out = NULL;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "log");
	station_path(station, STATION_LOG, dir);
	station_path(station, STATION_LOG_KEY, key);
	station_path(station, STATION_LOGGER, folder);
	snprintf(db, sizeof(db), "%s/sealed.db", folder);
	e = log_open(&l->log, dir, key, fault);
	if (e == ERR_OK)
		e = check_origin(l, origin, fault);
	if (e == ERR_OK)
		e = sealed_db_open(&l->sealed, db, log_size(l->log), fault);
	if (e == ERR_OK)
		e = replay(l, fault);
	if (e == ERR_OK)
		e = check_clock(l, fault);
	if (e != ERR_OK) {
		ledger_close(l);
		return e;
	}
	*out = l;
	return ERR_OK;
}

void
ledger_close(struct ledger *l)
{
	if (l == NULL)
		return;
	sealed_db_close(l->sealed);
	log_close(l->log);
	ledger_state_free(&l->state);
	free(l);
}

uint64_t
ledger_size(const struct ledger *l)
{
	return log_size(l->log);
}

/* Gives the entry its time, appends it and applies it to the state. */
static enum err
enter(struct ledger *l, struct entry *e, uint64_t *index)
{
	char json[ENTRY_MAX];
	size_t len;
	enum err err;

	if (l->err != ERR_OK)
		return l->err;
	e->time = (int64_t)time(NULL);
	if (e->time < l->state.last_time &&
	    l->state.last_time - e->time <= CLOCK_SLACK)
		e->time = l->state.last_time;
	if (e->time < l->state.last_time)
		return ERR_CLOCK;
	err = entry_compose(e, json, sizeof(json), &len);
	if (err != ERR_OK)
		return err;
	err = log_append(l->log, json, len, index);
	if (err == ERR_OK)
		err = ledger_state_apply(&l->state, e, *index);
	/* Appended but not applicable: the callers check before, so this is a
	 * bug; nothing of this commit may survive. */
	if (err != ERR_OK)
		l->err = err;
	return err;
}

static void
begin_answer(struct msg_log_entered *answer, const struct msg_head *request)
{
	memset(&answer->head, 0, sizeof(answer->head));
	answer->head.type = MSG_LOG_ENTERED;
	answer->head.tag = request->tag;
	answer->head.count = request->count;
	answer->entry = 0;
	memset(answer->item, 0, request->count * sizeof(answer->item[0]));
}

static void
copy_text(char *to, size_t cap, const char *from, size_t from_cap)
{
	snprintf(to, cap, "%.*s", (int)strnlen(from, from_cap), from);
}

void
ledger_approval(struct ledger *l, const struct msg_log_approval *m,
    struct msg_log_entered *answer)
{
	struct entry e = {.kind = ENTRY_APPROVAL};
	const struct open_approval *known;

	begin_answer(answer, &m->head);
	/* Asked again after a crash: one entry, the same answer. */
	known = ledger_state_by_digest(&l->state, m->digest);
	if (known != NULL) {
		answer->entry = known->entry;
		return;
	}
	copy_text(e.person, sizeof(e.person), m->person, sizeof(m->person));
	copy_text(e.means, sizeof(e.means), m->means, sizeof(m->means));
	copy_text(e.key, sizeof(e.key), m->key, sizeof(m->key));
	copy_text(e.device, sizeof(e.device), m->device, sizeof(m->device));
	memcpy(e.root, m->root, SHA256_SIZE);
	memcpy(e.certificate, m->certificate, SHA256_SIZE);
	memcpy(e.digest, m->digest, SHA256_SIZE);
	memcpy(e.nonce, m->nonce, sizeof(e.nonce));
	e.count = m->leaves;
	e.expires = m->expires;
	/* Beyond that the entry could not be applied, and the ledger would be
	 * dead. */
	if (m->leaves == 0 || m->leaves > BOUND_BATCH ||
	    l->state.open_count == LEDGER_OPEN)
		answer->head.err = ERR_BATCH_FULL;
	else
		answer->head.err = enter(l, &e, &answer->entry);
}

/* What is known of a leaf's credential before it is signed. */
static enum err
judge_intent(struct ledger *l, const struct open_approval *a, uint64_t approval,
    const struct msg_log_intend_item *item, struct msg_log_entered_item *out)
{
	struct sealed_row row;
	enum err e;

	e = sealed_db_by_identity(l->sealed, item->identity, &row);
	if (e == ERR_OK) {
		out->entry = row.seal;
		if (row.approval == approval && row.index == item->index) {
			memcpy(
			    out->signature, row.signature, row.signature_len);
			out->signature_len = (uint32_t)row.signature_len;
		}
		return ERR_LOG_SEALED_ALREADY;
	}
	if (e != ERR_NOT_FOUND)
		return e;
	if (a == NULL)
		return ERR_APPROVAL_ABSENT;
	if ((int64_t)time(NULL) >= a->expires)
		return ERR_APPROVAL_EXPIRED;
	if (item->index >= a->count || a->leaf[item->index] >= LEAF_SEALED)
		return ERR_APPROVAL_MISMATCH;
	return ERR_OK;
}

void
ledger_intend(struct ledger *l, const struct msg_log_intend *m,
    struct msg_log_entered *answer)
{
	struct open_approval *a = ledger_state_approval(&l->state, m->approval);
	struct msg_log_entered_item *out = answer->item;
	uint32_t i, j, n = m->head.count;
	struct entry e = {0};
	enum leaf_state state;
	uint64_t index = 0;
	enum err err;

	begin_answer(answer, &m->head);
	for (i = 0; i < n; i++)
		out[i].err = judge_intent(
		    l, a, m->approval, &m->item[i], &out[i]);
	/* One entry for each run of neighbours in the same state. */
	for (i = 0; i < n; i = j) {
		j = i + 1;
		if (out[i].err != ERR_OK)
			continue;
		state = a->leaf[m->item[i].index];
		while (j < n && out[j].err == ERR_OK &&
		    m->item[j].index == m->item[j - 1].index + 1 &&
		    a->leaf[m->item[j].index] == state)
			j++;
		memset(&e, 0, sizeof(e));
		e.kind = state == LEAF_INTENDED ? ENTRY_REPEAT : ENTRY_INTENT;
		e.approval = m->approval;
		e.first = m->item[i].index;
		e.count = j - i;
		err = enter(l, &e, &index);
		for (; i < j; i++) {
			out[i].err = err;
			out[i].entry = index;
		}
	}
}

void
ledger_seal(struct ledger *l, const struct msg_log_seal *m,
    struct msg_log_entered *answer)
{
	struct msg_log_entered_item *out = answer->item;
	const struct msg_log_seal_item *in;
	struct open_approval *a;
	struct sealed_row row;
	struct entry e;
	uint32_t i;

	begin_answer(answer, &m->head);
	for (i = 0; i < m->head.count; i++) {
		in = &m->item[i];
		a = ledger_state_approval(&l->state, m->approval);
		if (a == NULL || in->index >= a->count ||
		    a->leaf[in->index] != LEAF_INTENDED ||
		    in->signature_len > sizeof(row.signature)) {
			out[i].err = ERR_APPROVAL_MISMATCH;
			continue;
		}
		memset(&row, 0, sizeof(row));
		row.seal = log_size(l->log) + log_pending(l->log);
		row.approval = m->approval;
		row.index = in->index;
		memcpy(row.identity, in->identity, SHA256_SIZE);
		memcpy(row.signature, in->signature, in->signature_len);
		row.signature_len = in->signature_len;
		out[i].err = sealed_db_add(l->sealed, &row);
		if (out[i].err != ERR_OK)
			continue;
		memset(&e, 0, sizeof(e));
		e.kind = ENTRY_SEAL;
		e.approval = m->approval;
		e.index = in->index;
		memcpy(e.leaf, in->leaf, SHA256_SIZE);
		memcpy(e.signature, in->signature_digest, SHA256_SIZE);
		out[i].err = enter(l, &e, &out[i].entry);
		/* The row is in the transaction without its entry. */
		if (out[i].err != ERR_OK)
			l->err = out[i].err;
	}
}

void
ledger_leave(struct ledger *l, const struct msg_log_seal *m,
    struct msg_log_entered *answer)
{
	struct msg_log_entered_item *out = answer->item;
	const struct msg_log_seal_item *in;
	struct open_approval *a;
	struct sealed_row row;
	struct entry e;
	enum err err;
	uint32_t i;

	begin_answer(answer, &m->head);
	for (i = 0; i < m->head.count; i++) {
		in = &m->item[i];
		err = sealed_db_by_leaf(
		    l->sealed, m->approval, in->index, &row);
		if (err == ERR_OK) {
			out[i].err = ERR_LOG_SEALED_ALREADY;
			out[i].entry = row.seal;
			out[i].signature_len = (uint32_t)row.signature_len;
			memcpy(
			    out[i].signature, row.signature, row.signature_len);
			continue;
		}
		a = ledger_state_approval(&l->state, m->approval);
		/* Abandoned before a crash: the answer is the same. */
		if (a == NULL || in->index >= a->count ||
		    a->leaf[in->index] >= LEAF_SEALED)
			continue;
		memset(&e, 0, sizeof(e));
		e.kind = ENTRY_ABANDONED;
		e.approval = m->approval;
		e.index = in->index;
		memcpy(e.leaf, in->leaf, SHA256_SIZE);
		out[i].err = enter(l, &e, &out[i].entry);
	}
}

void
ledger_note(struct ledger *l, const struct msg_log_note *m,
    struct msg_log_entered *answer)
{
	struct entry e = {.kind = (enum entry_kind)m->kind};

	begin_answer(answer, &m->head);
	switch (e.kind) {
	case ENTRY_REFUSAL:
	case ENTRY_KEY:
	case ENTRY_CERTIFICATE:
	case ENTRY_CONFIGURATION:
	case ENTRY_SELFTEST:
	case ENTRY_TOKEN:
	case ENTRY_PIN_FAILURE:
	case ENTRY_START:
	case ENTRY_STOP:
		break;
	default:
		answer->head.err = ERR_LOG_KIND;
		return;
	}
	copy_text(e.person, sizeof(e.person), m->person, sizeof(m->person));
	copy_text(e.means, sizeof(e.means), m->means, sizeof(m->means));
	copy_text(e.key, sizeof(e.key), m->key, sizeof(m->key));
	copy_text(e.name, sizeof(e.name), m->name, sizeof(m->name));
	copy_text(e.state, sizeof(e.state), m->state, sizeof(m->state));
	copy_text(e.reason, sizeof(e.reason), m->reason, sizeof(m->reason));
	copy_text(e.version, sizeof(e.version), m->name, sizeof(m->name));
	copy_text(
	    e.separation, sizeof(e.separation), m->state, sizeof(m->state));
	memcpy(e.root, m->root, SHA256_SIZE);
	memcpy(e.digest, m->digest, SHA256_SIZE);
	e.count = m->leaves;
	if ((e.kind == ENTRY_CERTIFICATE || e.kind == ENTRY_KEY ||
		e.kind == ENTRY_CONFIGURATION) &&
	    ledger_state_is_noted(&l->state, e.kind, e.name, e.digest))
		return;
	answer->head.err = enter(l, &e, &answer->entry);
}

static bool
is_pending(const struct ledger *l, uint64_t seal)
{
	size_t i;

	for (i = 0; i < l->pending_count; i++)
		if (l->pending[i].seal == seal)
			return true;
	return false;
}

/* The entry that names that file of the seal; release: of the seal, or 0. */
static enum err
find_named(struct ledger *l, const struct msg_log_release_item *item,
    uint64_t release, uint64_t *index)
{
	const uint8_t *json;
	struct entry e;
	enum err err;
	size_t len;

	err = sealed_db_extended(l->sealed, item->seal, item->file, index);
	if (err != ERR_NOT_FOUND || release == 0 || release >= log_size(l->log))
		return err;
	err = log_entry(l->log, release, &json, &len);
	if (err == ERR_OK)
		err = entry_parse(&e, json, len, NULL);
	if (err == ERR_OK && memcmp(e.file, item->file, SHA256_SIZE) != 0)
		err = ERR_NOT_FOUND;
	*index = release;
	return err;
}

static enum err
enter_extend(
    struct ledger *l, const struct msg_log_release_item *item, uint64_t *index)
{
	struct entry e = {.kind = ENTRY_EXTEND, .seal = item->seal};
	enum err err;

	memcpy(e.file, item->file, SHA256_SIZE);
	err = enter(l, &e, index);
	if (err != ERR_OK)
		return err;
	err = sealed_db_extend(l->sealed, item->seal, item->file, *index);
	/* The entry is there, and would be entered once more. */
	if (err != ERR_OK)
		l->err = err;
	return err;
}

/* Released before; the log is to name every file that goes out. A file of
 * timestamps that was lost in a crash cannot be made again to the octet. */
static enum err
release_again(struct ledger *l, const struct msg_log_release_item *item,
    const struct sealed_row *row)
{
	uint64_t index;
	enum err err = find_named(l, item, row->release, &index);

	if (err != ERR_NOT_FOUND)
		return err;
	err = enter_extend(l, item, &index);
	if (err == ERR_OK)
		say(SAY_WARNING,
		    "seal %llu: released in log entry %llu; another file of "
		    "it goes out, see log entry %llu",
		    (unsigned long long)item->seal,
		    (unsigned long long)row->release,
		    (unsigned long long)index);
	return err;
}

void
ledger_release(struct ledger *l, const struct msg_log_release *m,
    struct msg_log_entered *answer)
{
	struct msg_log_entered_item *out = answer->item;
	struct sealed_row row;
	struct entry e;
	uint32_t i;

	begin_answer(answer, &m->head);
	for (i = 0; i < m->head.count; i++) {
		out[i].err = sealed_db_by_seal(
		    l->sealed, m->item[i].seal, &row);
		if (out[i].err == ERR_NOT_FOUND)
			out[i].err = ERR_LOG_NOT_THERE;
		if (out[i].err == ERR_OK &&
		    (l->pending_count == LEDGER_RELEASES ||
			is_pending(l, m->item[i].seal)))
			out[i].err = ERR_TIMEOUT;
		if (out[i].err != ERR_OK)
			continue;
		/* Asked again after a crash: one release, the same answer. */
		out[i].entry = row.release;
		memset(&e, 0, sizeof(e));
		e.kind = ENTRY_RELEASE;
		e.seal = m->item[i].seal;
		memcpy(e.file, m->item[i].file, SHA256_SIZE);
		out[i].err = row.release != 0
		    ? release_again(l, &m->item[i], &row)
		    : enter(l, &e, &out[i].entry);
		if (out[i].err != ERR_OK)
			continue;
		l->pending[l->pending_count].seal = e.seal;
		l->pending[l->pending_count].release = out[i].entry;
		l->pending_count++;
	}
}

void
ledger_extend(struct ledger *l, const struct msg_log_release *m,
    struct msg_log_entered *answer)
{
	struct msg_log_entered_item *out = answer->item;
	struct sealed_row row;
	uint32_t i;

	begin_answer(answer, &m->head);
	for (i = 0; i < m->head.count; i++) {
		out[i].err = sealed_db_by_seal(
		    l->sealed, m->item[i].seal, &row);
		if (out[i].err == ERR_NOT_FOUND ||
		    (out[i].err == ERR_OK && row.release == 0 &&
			!is_pending(l, m->item[i].seal)))
			out[i].err = ERR_LOG_NOT_THERE;
		if (out[i].err != ERR_OK)
			continue;
		out[i].err = find_named(
		    l, &m->item[i], row.release, &out[i].entry);
		if (out[i].err == ERR_NOT_FOUND)
			out[i].err = enter_extend(
			    l, &m->item[i], &out[i].entry);
	}
}

/*
 * Order matters. Rows of seals come first: a logged seal whose signature is
 * lost could not be released; a row without its entry is dropped at opening.
 * Rows of releases come last, with the next transaction: they forget the
 * signature; after a crash replay() finds the release in the log.
 */
enum err
ledger_commit(struct ledger *l, struct fault *fault)
{
	enum err e;
	size_t i;

	if (l->err != ERR_OK)
		return fault_set(
		    fault, l->err, FAULT_NO_OFFSET, "log entries refused");
	e = sealed_db_commit(l->sealed, fault);
	if (e == ERR_OK && log_pending(l->log) > 0)
		e = log_commit(l->log, fault);
	for (i = 0; e == ERR_OK && i < l->pending_count; i++)
		e = sealed_db_release(
		    l->sealed, l->pending[i].seal, l->pending[i].release);
	l->pending_count = 0;
	if (e != ERR_OK)
		l->err = e;
	return e;
}

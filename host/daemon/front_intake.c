/* A draft comes in: parsed, checked, stored, queued; refused with reasons. */
#include "host/daemon/front.h"

#include <nettle/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/edc/vc.h"

/* What the certificate of the station's default key says of the issuer;
 * false without one: then drafts are not compared. */
static bool
issuer_of(struct front *f, struct edc_issuer *issuer)
{
	const struct front_key *k = front_key(f, f->config->default_key);
	const struct cert *c;

	if (k == NULL || k->chain.count == 0)
		return false;
	c = &k->chain.cert[0];
	issuer->legal_name = c->organisation;
	issuer->eidas_identifier = c->organisation_id;
	issuer->country = c->country;
	issuer->common_name = c->common_name;
	return true;
}

static void
hmac(const struct front *f, const void *text, size_t len, uint32_t generation,
    uint8_t out[static SHA256_SIZE])
{
	uint8_t number[4] = {(uint8_t)(generation >> 24),
	    (uint8_t)(generation >> 16), (uint8_t)(generation >> 8),
	    (uint8_t)generation};
	struct hmac_sha256_ctx h;

	hmac_sha256_set_key(&h, sizeof(f->station_key), f->station_key);
	hmac_sha256_update(&h, len, text);
	if (generation > 0)
		hmac_sha256_update(&h, sizeof(number), number);
	hmac_sha256_digest(&h, SHA256_SIZE, out);
	explicit_bzero(&h, sizeof(h));
}

/* A credential without an id is known by its octets, in canonical form. */
static enum err
identify_by_octets(struct front *f, struct doc *d, doc_ref credential,
    struct item *item, struct fault *fault)
{
	uint8_t *octets, digest[1 + SHA256_SIZE] = {0};
	size_t len;
	enum err e;

	e = doc_canonicalise(d, credential, &octets, &len);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "canonical form");
	sha256(octets, len, digest + 1);
	free(octets);
	hmac(f, digest, sizeof(digest), 0, item->base);
	return ERR_OK;
}

/*
 * One credential has one identity, whatever else changes in its draft: its id
 * under the station's key. Who seals it once more on purpose takes the next
 * generation.
 */
static enum err
identify(struct front *f, struct doc *d, bool edc, bool again,
    struct item *item, struct fault *fault)
{
	doc_ref at = edc ? edc_id(d) : vc_id(d);
	uint32_t generation = 0;
	const char *id;
	size_t len;
	enum err e = ERR_OK;

	doc_string(d, at, &id, &len);
	if (at != 0)
		hmac(f, id, len, 0, item->base);
	else
		e = identify_by_octets(
		    f, d, edc ? edc_credential(d) : doc_root(d), item, fault);
	if (e != ERR_OK)
		return e;
	if (again) {
		e = queue_generation(f->queue, item->base, &generation);
		if (e != ERR_OK)
			return fault_set(
			    fault, e, FAULT_NO_OFFSET, "generation");
	}
	hmac(f, item->base, SHA256_SIZE, generation, item->identity);
	return ERR_OK;
}

enum err
front_profile_level(const struct profile *profile, struct fault *fault)
{
	return fault_set(fault, ERR_PROFILE_LEVEL, FAULT_NO_OFFSET,
	    "%s has no place for timestamps, and zegel.conf has a level beyond "
	    "B",
	    profile->name);
}

/* The profile by whose rules a draft is taken: the batch's. */
static enum err
profile_for(struct front *f, const char *batch, const char *name,
    const struct profile **out, struct fault *fault)
{
	struct batch b;
	enum err e;

	*out = profile_find(name[0] != '\0' ? name : f->config->profile);
	if (*out == NULL)
		return fault_set(
		    fault, ERR_PROFILE, FAULT_NO_OFFSET, "%.40s", name);
	e = queue_batch_find(f->queue, batch, &b);
	if (e == ERR_OK && name[0] == '\0')
		*out = profile_get(b.profile);
	else if (e == ERR_OK && b.profile != (*out)->number)
		return fault_set(fault, ERR_PROFILE_DIFFERS, FAULT_NO_OFFSET,
		    "batch %s is of profile %s: give another --batch", batch,
		    profile_get(b.profile)->name);
	else if (e != ERR_OK && e != ERR_BATCH_UNKNOWN && e != ERR_NOT_FOUND)
		return fault_set(fault, e, FAULT_NO_OFFSET, "batch %s", batch);
	if (!config_has_level(f->config, *out))
		return front_profile_level(*out, fault);
	return ERR_OK;
}

static enum err
batch_for(struct front *f, const char *name, const struct profile *profile,
    struct batch *b, struct fault *fault)
{
	enum err e;

	e = queue_batch_find(f->queue, name, b);
	if (e == ERR_BATCH_UNKNOWN || e == ERR_NOT_FOUND) {
		e = queue_batch_add(f->queue, name, front_now(), b);
		if (e == ERR_OK) {
			b->profile = profile->number;
			e = queue_batch_update(f->queue, b);
		}
	} else if (e == ERR_OK && b->state != BATCH_OPEN)
		return fault_set(fault, ERR_BATCH_STATE, FAULT_NO_OFFSET,
		    "batch %s is %s and takes no more drafts: give another "
		    "--batch",
		    name, queue_batch_state_name(b->state));
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "batch %s", name);
	return ERR_OK;
}

static enum err
check(struct front *f, struct doc *d, bool edc, struct edc_report *report,
    struct fault *fault)
{
	struct edc_issuer issuer;
	bool known = issuer_of(f, &issuer);
	enum err e;

	if (edc)
		e = edc_check(d, known ? &issuer : NULL,
		    f->config->issuer_overwrite ? EDC_ISSUER_OVERWRITE
						: EDC_ISSUER_MATCH,
		    report);
	else
		e = vc_check(d, report);
	if (e == ERR_OK)
		return ERR_OK;
	return fault_set(fault, e, FAULT_NO_OFFSET, "%zu %s", report->errors,
	    report->errors == 1 ? "rule is broken" : "rules are broken");
}

/* Known already: says where. Looked for before anything is written. */
static enum err
check_known(struct front *f, const struct item *item, struct fault *fault)
{
	struct batch b;
	struct item other;
	enum err e;

	e = queue_item_by_identity(f->queue, item->identity, &other);
	if (e == ERR_ITEM_UNKNOWN || e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "duplicates");
	memset(&b, 0, sizeof(b));
	(void)!queue_batch_get(f->queue, other.batch, &b);
	return fault_set(fault, ERR_QUEUE_DUPLICATE, FAULT_NO_OFFSET,
	    "it is item %lld of batch %lld (%s), %s%s", (long long)other.id,
	    (long long)b.id, b.name, queue_item_state_name(other.state),
	    other.state == ITEM_RELEASED ? "; --again seals it once more" : "");
}

static enum err
queue_it(struct front *f, const char *batch, const struct profile *profile,
    struct item *item, struct fault *fault)
{
	struct batch b;
	enum err e;

	e = batch_for(f, batch, profile, &b, fault);
	if (e != ERR_OK)
		return e;
	item->batch = b.id;
	item->state = ITEM_QUEUED;
	e = queue_item_add(f->queue, item, NULL);
	if (e != ERR_OK)
		return fault_set(fault, e, FAULT_NO_OFFSET, "batch %s", batch);
	return ERR_OK;
}

enum err
front_intake(struct front *f, const char *batch, const char *profile_name,
    const char *name, const uint8_t *draft, size_t len, bool again,
    struct item *item, struct edc_report *report, struct fault *fault)
{
	const struct profile *profile = NULL;
	struct doc *d = NULL;
	bool edc = false;
	enum err e;

	memset(item, 0, sizeof(*item));
	snprintf(item->name, sizeof(item->name), "%s", name);
	e = profile_for(f, batch, profile_name, &profile, fault);
	if (e == ERR_OK)
		e = edc_parse(&d, draft, len, fault);
	if (e == ERR_OK) {
		edc = profile->number == PROFILE_EDC;
		e = check(f, d, edc, report, fault);
	}
	if (e == ERR_OK)
		e = front_begin(f, fault);
	if (e == ERR_OK)
		e = identify(
		    f, d, edc, again || f->config->reseal, item, fault);
	if (e == ERR_OK)
		e = check_known(f, item, fault);
	if (e == ERR_OK)
		e = store_put(f->store, draft, len, item->draft, fault);
	if (e == ERR_OK)
		e = queue_it(f, batch, profile, item, fault);
	doc_free(d);
	return e;
}

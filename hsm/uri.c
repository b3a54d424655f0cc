#include "hsm/uri.h"

#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"
#include "hsm/detail.h"

enum err
uri_parse(P11KitUri **out, const char *text, struct token_detail *detail)
{
	P11KitUri *uri;
	int code;

	*out = NULL;
	if (text == NULL)
		return detail_set(
		    detail, ERR_TOKEN_URI, "no PKCS#11 URI is configured");
	uri = p11_kit_uri_new();
	if (uri == NULL)
		return ERR_NO_MEMORY;
	code = p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, uri);
	if (code != P11_KIT_URI_OK) {
		p11_kit_uri_free(uri);
		return detail_set(
		    detail, ERR_TOKEN_URI, "%s", p11_kit_uri_message(code));
	}
	if (p11_kit_uri_get_pin_value(uri) != NULL ||
	    p11_kit_uri_get_pin_source(uri) != NULL) {
		p11_kit_uri_free(uri);
		return detail_set(detail, ERR_TOKEN_URI,
		    "pin-value and pin-source are not allowed here: the PIN is "
		    "given to 'zegel unlock', or as a systemd credential");
	}
	if (p11_kit_uri_any_unrecognized(uri)) {
		p11_kit_uri_free(uri);
		return detail_set(detail, ERR_TOKEN_URI,
		    "the URI has an attribute that RFC 7512 does not know");
	}
	*out = uri;
	return ERR_OK;
}

const char *
uri_module(P11KitUri *uri, const char *otherwise)
{
	const char *path = p11_kit_uri_get_module_path(uri);

	return path != NULL ? path : otherwise;
}

bool
uri_same_token(const CK_TOKEN_INFO *a, const CK_TOKEN_INFO *b)
{
	/* The label counts: some modules show one card as several tokens, one
	 * for each of its PINs, all with the card's serial number. */
	return memcmp(a->label, b->label, sizeof(a->label)) == 0 &&
	    memcmp(a->manufacturerID, b->manufacturerID,
		sizeof(a->manufacturerID)) == 0 &&
	    memcmp(a->model, b->model, sizeof(a->model)) == 0 &&
	    memcmp(a->serialNumber, b->serialNumber, sizeof(a->serialNumber)) ==
	    0;
}

void
uri_field(char *out, size_t cap, const unsigned char *field, size_t len)
{
	size_t i, n = 0, cut;

	while (len > 0 && (field[len - 1] == ' ' || field[len - 1] == '\0'))
		len--;
	for (; n < len && n + 1 < cap; n++)
		out[n] = field[n] < 0x20 || field[n] == 0x7f ? '?'
							     : (char)field[n];
	/* A character that the end has cut in two goes away whole; a field
	 * that is not UTF-8 at all keeps its ASCII. */
	for (cut = 0; cut <= (n < len ? 3u : 0u) && cut <= n; cut++)
		if (utf8_is_valid(out, n - cut)) {
			out[n - cut] = '\0';
			return;
		}
	for (i = 0; i < n; i++)
		if ((unsigned char)out[i] >= 0x80)
			out[i] = '?';
	out[n] = '\0';
}

/* Some slots cannot be read at all (a broken reader): not ours, then. */
static bool
slot_matches(
    P11KitUri *uri, struct module *m, CK_SLOT_ID id, CK_TOKEN_INFO *info)
{
	CK_SLOT_ID wanted = p11_kit_uri_get_slot_id(uri);
	CK_SLOT_INFO slot;

	if (wanted != (CK_SLOT_ID)-1 && wanted != id)
		return false;
	memset(&slot, 0, sizeof(slot));
	memset(info, 0, sizeof(*info));
	if (m->f->C_GetSlotInfo(id, &slot) != CKR_OK ||
	    !(slot.flags & CKF_TOKEN_PRESENT) ||
	    m->f->C_GetTokenInfo(id, info) != CKR_OK)
		return false;
	return (info->flags & CKF_TOKEN_INITIALIZED) != 0 &&
	    p11_kit_uri_match_slot_info(uri, &slot) == 1 &&
	    p11_kit_uri_match_token_info(uri, info) == 1;
}

enum err
uri_find_slot(P11KitUri *uri, struct module *m, const CK_TOKEN_INFO *identity,
    CK_SLOT_ID *slot, CK_TOKEN_INFO *info, struct token_detail *detail)
{
	CK_TOKEN_INFO this;
	CK_SLOT_ID *ids;
	CK_ULONG count, i;
	unsigned matches = 0, others = 0;
	char serial[17];
	CK_INFO lib;
	enum err e;

	memset(&lib, 0, sizeof(lib));
	if (m->f->C_GetInfo(&lib) == CKR_OK &&
	    p11_kit_uri_match_module_info(uri, &lib) != 1)
		return detail_set(detail, ERR_TOKEN_ABSENT,
		    "the module is not the one that the URI describes");
	e = module_slots(m, true, &ids, &count, detail);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < count; i++) {
		if (!slot_matches(uri, m, ids[i], &this))
			continue;
		if (identity != NULL && !uri_same_token(identity, &this)) {
			others++;
			continue;
		}
		if (matches++ == 0) {
			*slot = ids[i];
			*info = this;
		}
	}
	free(ids);
	if (matches == 1)
		return ERR_OK;
	if (matches > 1)
		return detail_set(detail, ERR_TOKEN_AMBIGUOUS,
		    "%u tokens match the URI: name one by its serial=",
		    matches);
	if (others > 0) {
		uri_field(serial, sizeof(serial), identity->serialNumber,
		    sizeof(identity->serialNumber));
		return detail_set(detail, ERR_TOKEN_ABSENT,
		    "another token is there; expected serial number %s",
		    serial);
	}
	return detail_set(detail, ERR_TOKEN_ABSENT,
	    "no token matches the URI (%lu slots with a token)", count);
}

#include "hsm/key.h"

#include <string.h>

#include "hsm/detail.h"
#include "hsm/public.h"

/* Public objects that may stand beside one private key. */
#define COMPANIONS 8

enum err
key_objects(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session,
    CK_ATTRIBUTE *pattern, CK_ULONG pattern_len, CK_OBJECT_HANDLE *objects,
    CK_ULONG cap, CK_ULONG *count, struct token_detail *detail)
{
	CK_ULONG got;
	CK_RV rv, end;

	*count = 0;
	rv = f->C_FindObjectsInit(session, pattern, pattern_len);
	if (rv != CKR_OK)
		return detail_ckr(detail, "C_FindObjectsInit", rv);
	/* Some modules give fewer than asked for, though more are there. */
	do {
		got = 0;
		rv = f->C_FindObjects(
		    session, objects + *count, cap - *count, &got);
		if (got > cap - *count)
			got = cap - *count;
		*count += got;
	} while (rv == CKR_OK && got > 0 && *count < cap);
	end = f->C_FindObjectsFinal(session);
	if (rv != CKR_OK)
		return detail_ckr(detail, "C_FindObjects", rv);
	if (end != CKR_OK)
		return detail_ckr(detail, "C_FindObjectsFinal", end);
	return ERR_OK;
}

bool
key_same_public(
    const struct token_public_key *a, const struct token_public_key *b)
{
	return a->type == b->type && a->value_len == b->value_len &&
	    memcmp(a->value, b->value, a->value_len) == 0 &&
	    a->exponent_len == b->exponent_len &&
	    memcmp(a->exponent, b->exponent, a->exponent_len) == 0;
}

static CK_ULONG
pattern_of_uri(CK_ATTRIBUTE *pattern, CK_OBJECT_CLASS *class, P11KitUri *uri)
{
	CK_ATTRIBUTE *a;
	CK_ULONG n = 0;

	pattern[n++] = (CK_ATTRIBUTE){CKA_CLASS, class, sizeof(*class)};
	a = p11_kit_uri_get_attribute(uri, CKA_LABEL);
	if (a != NULL)
		pattern[n++] = *a;
	a = p11_kit_uri_get_attribute(uri, CKA_ID);
	if (a != NULL)
		pattern[n++] = *a;
	return n;
}

/* A key that was found before is looked for by all its names. */
static CK_ULONG
pattern_of_key(CK_ATTRIBUTE *pattern, CK_OBJECT_CLASS *class, struct key *key)
{
	CK_ULONG n = 0;

	pattern[n++] = (CK_ATTRIBUTE){CKA_CLASS, class, sizeof(*class)};
	if (key->id_len > 0)
		pattern[n++] = (CK_ATTRIBUTE){CKA_ID, key->id, key->id_len};
	if (key->label_len > 0)
		pattern[n++] = (CK_ATTRIBUTE){
		    CKA_LABEL, key->label, key->label_len};
	return n;
}

/* All public objects that match must say the same. */
static enum err
read_companions(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session,
    CK_ATTRIBUTE *pattern, CK_ULONG pattern_len, bool *found,
    struct token_public_key *out, struct token_detail *detail)
{
	CK_OBJECT_HANDLE objects[COMPANIONS];
	struct token_public_key other;
	CK_ULONG count, i;
	enum err e;

	*found = false;
	e = key_objects(f, session, pattern, pattern_len, objects, COMPANIONS,
	    &count, detail);
	for (i = 0; e == ERR_OK && i < count; i++) {
		if (!public_read(f, session, objects[i], &other))
			continue;
		if (*found && !key_same_public(out, &other))
			e = detail_set(detail, ERR_TOKEN_KEY_MISMATCH,
			    "the token has different public keys of that name");
		*out = other;
		*found = true;
	}
	return e;
}

static enum err
read_public(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session, struct key *key,
    struct token_detail *detail)
{
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	CK_ATTRIBUTE pattern[2];

	/* What the private object says of itself cannot belong to another. */
	key->has_public = public_read(f, session, key->handle, &key->public);
	if (key->has_public)
		return ERR_OK;
	/* Cards often label the two halves differently, so only the id joins
	 * them where there is one. */
	pattern[0] = (CK_ATTRIBUTE){CKA_CLASS, &class, sizeof(class)};
	if (key->id_len > 0)
		pattern[1] = (CK_ATTRIBUTE){CKA_ID, key->id, key->id_len};
	else
		pattern[1] = (CK_ATTRIBUTE){
		    CKA_LABEL, key->label, key->label_len};
	if (pattern[1].ulValueLen == 0)
		return ERR_OK;
	return read_companions(
	    f, session, pattern, 2, &key->has_public, &key->public, detail);
}

enum err
key_find(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session, P11KitUri *uri,
    const struct key *known, struct key *out, struct token_detail *detail)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_OBJECT_HANDLE objects[2];
	CK_ATTRIBUTE pattern[3];
	CK_BBOOL always;
	CK_ULONG count, n;
	struct key names;
	size_t len;
	enum err e;

	if (known != NULL)
		names = *known;
	n = known == NULL ? pattern_of_uri(pattern, &class, uri)
			  : pattern_of_key(pattern, &class, &names);
	e = key_objects(f, session, pattern, n, objects, 2, &count, detail);
	if (e != ERR_OK)
		return e;
	if (count == 0)
		return detail_set(detail, ERR_TOKEN_KEY_ABSENT,
		    "no private key in the token matches the URI");
	if (count > 1)
		return detail_set(detail, ERR_TOKEN_AMBIGUOUS,
		    "several private keys match the URI: name one by its id=");
	memset(out, 0, sizeof(*out));
	out->handle = objects[0];
	if (!public_attribute(f, session, out->handle, CKA_LABEL, out->label,
		sizeof(out->label), &out->label_len))
		out->label_len = 0;
	if (!public_attribute(f, session, out->handle, CKA_ID, out->id,
		sizeof(out->id), &out->id_len))
		out->id_len = 0;
	out->always_authenticate = public_attribute(f, session, out->handle,
				       CKA_ALWAYS_AUTHENTICATE, &always,
				       sizeof(always), &len) &&
	    len == sizeof(always) && always != CK_FALSE;
	return read_public(f, session, out, detail);
}

enum err
key_find_public(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session, P11KitUri *uri,
    struct token_public_key *out, struct token_detail *detail)
{
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	CK_ATTRIBUTE pattern[3];
	bool found;
	CK_ULONG n;
	enum err e;

	n = pattern_of_uri(pattern, &class, uri);
	e = read_companions(f, session, pattern, n, &found, out, detail);
	if (e == ERR_OK && !found)
		e = detail_set(detail, ERR_TOKEN_LOGGED_OUT,
		    "the token shows no public key of that name before login");
	return e;
}

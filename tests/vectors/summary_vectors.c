/*
 * summary_vectors FILE...: what summary.c finds in the stream of a credential
 * is what a plain walk over its tree finds, in the order of the file, with all
 * members in reverse order, and with every value wrapped into an array.
 */
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <string.h>

#include "common/summary.h"
#include "tests/vectors/support.h"

/* The member, or of an array of one the one in it. */
static const cJSON *
get(const cJSON *object, const char *name)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsArray(value) ? cJSON_GetArrayItem(value, 0) : value;
}

static const char *
text_of(const cJSON *value)
{
	if (cJSON_IsArray(value))
		value = cJSON_GetArrayItem(value, 0);
	return cJSON_IsString(value) ? cJSON_GetStringValue(value) : "";
}

static const char *
choose(const cJSON *map, const char *language, const char *primary)
{
	const char *const order[] = {language, primary, "en"};
	const cJSON *value;
	size_t i;

	for (i = 0; i < 3; i++) {
		value = get(map, order[i]);
		if (value != NULL)
			return text_of(value);
	}
	return map == NULL || map->child == NULL ? "" : text_of(map->child);
}

static unsigned
count(const cJSON *object, const char *name)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

	if (cJSON_IsArray(value))
		return (unsigned)cJSON_GetArraySize(value);
	return value != NULL && !cJSON_IsNull(value);
}

/* As far as a text can be kept: a prefix, and then it is cut. */
static bool
is(const struct summary_text *t, const char *text)
{
	size_t len = strlen(text);

	if (t->len > len || memcmp(t->text, text, t->len) != 0)
		return false;
	return t->cut == (t->len < len);
}

static bool
agrees(const struct summary *s, const cJSON *root, const char *language)
{
	const cJSON *issuer = get(root, "issuer");
	const cJSON *subject = get(root, "credentialSubject");
	const cJSON *display = get(root, "displayParameter");
	const char *code = text_of(get(get(display, "primaryLanguage"), "id"));
	/* the samples know no other primary language */
	const char *primary = strstr(code, "/ENG") ? "en" : "";
	const char *end = text_of(get(root, "validUntil"));
	const char *full = choose(get(subject, "fullName"), language, primary);
	char names[512];

	if (full[0] == '\0') {
		snprintf(names, sizeof(names), "%s %s",
		    choose(get(subject, "givenName"), language, primary),
		    choose(get(subject, "familyName"), language, primary));
		full = strcmp(names, " ") == 0 ? "" : names;
	}
	if (end[0] == '\0')
		end = text_of(get(root, "expirationDate"));
	return is(&s->issuer,
		   choose(get(issuer, "legalName"), language, primary)) &&
	    is(&s->issuer_id,
		text_of(get(get(issuer, "eIDASIdentifier"), "notation"))) &&
	    is(&s->learner, full) &&
	    is(&s->title, choose(get(display, "title"), language, primary)) &&
	    is(&s->id, text_of(get(root, "id"))) &&
	    is(&s->issued, text_of(get(root, "issued"))) &&
	    is(&s->valid_from, text_of(get(root, "validFrom"))) &&
	    is(&s->valid_until, end) &&
	    s->claims == count(subject, "hasClaim") &&
	    s->languages == count(display, "language");
}

/* A copy with all members in reverse order; wrap: and each object that is a
 * member in an array of its own. */
static cJSON *
turn(const cJSON *value, bool wrap)
{
	cJSON *copy, *part, *list;
	const cJSON *child;

	if (!cJSON_IsObject(value) && !cJSON_IsArray(value))
		return cJSON_Duplicate(value, true);
	copy = cJSON_IsObject(value) ? cJSON_CreateObject()
				     : cJSON_CreateArray();
	cJSON_ArrayForEach(child, value)
	{
		part = turn(child, wrap);
		if (cJSON_IsArray(value)) {
			cJSON_AddItemToArray(copy, part);
			continue;
		}
		if (wrap && cJSON_IsObject(part)) {
			list = cJSON_CreateArray();
			cJSON_AddItemToArray(list, part);
			part = list;
		}
		part->string = strdup(child->string);
		cJSON_InsertItemInArray(copy, 0, part);
	}
	return copy;
}

static bool
run(const cJSON *root, const char *language, bool *understood)
{
	char *text = cJSON_PrintUnformatted(root);
	struct summary s;
	struct json j;
	bool good;

	summary_init(&s, PROFILE_EDC, language);
	json_init(&j, &s.sink);
	json_push(&j, (const uint8_t *)text, strlen(text));
	good = json_finish(&j) == ERR_OK;
	summary_finish(&s);
	good = good && agrees(&s, root, language);
	*understood = s.understood;
	free(text);
	return good;
}

int
main(int argc, char **argv)
{
	static const char *const languages[] = {"en", "fr", "xx"};
	static const char *const order[] = {
	    "as it is", "reversed", "reversed, in arrays"};
	cJSON *file, *root, *turned[3];
	const char *inner, *name;
	bool understood, good;
	size_t len, i, j;
	char *buf;
	int k;

	for (k = 1; k < argc; k++) {
		buf = read_file(argv[k], &len);
		file = buf == NULL ? NULL : cJSON_Parse(buf);
		inner = cJSON_GetStringValue(
		    cJSON_GetObjectItem(file, "payload"));
		root = inner != NULL ? cJSON_Parse(inner) : file;
		if (cJSON_GetObjectItem(root, "credential") != NULL)
			root = cJSON_GetObjectItem(root, "credential");
		name = strrchr(argv[k], '/') ? strrchr(argv[k], '/') + 1
					     : argv[k];
		turned[0] = root;
		turned[1] = turn(root, false);
		turned[2] = turn(root, true);
		for (i = 0; i < 3; i++) {
			good = root != NULL;
			for (j = 0; good && j < 3; j++)
				good = run(
				    turned[i], languages[j], &understood);
			result(good, NULL, "%s: same as its tree, %s%s", name,
			    order[i],
			    good && understood ? ""
					       : " (context "
						 "not understood)");
		}
		cJSON_Delete(turned[1]);
		cJSON_Delete(turned[2]);
		if (inner != NULL)
			cJSON_Delete(turned[0]);
		cJSON_Delete(file);
		free(buf);
	}
	return results_done();
}

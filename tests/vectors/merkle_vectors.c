/*
 * merkle_vectors FOLDER: inclusion and consistency proofs of RFC 6962 from a
 * folder with an INDEX.tsv (id, file, accept or reject, kind). Sizes go up to
 * 2^64 - 1, which no JSON library here keeps: they are read from the text.
 */
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <string.h>

#include "common/base64.h"
#include "common/merkle.h"
#include "tests/vectors/support.h"

struct proof {
	uint8_t hash[MERKLE_PROOF_MAX + 1][SHA256_SIZE];
	size_t len;
};

static uint64_t
number(const char *text, const char *name)
{
	char quoted[32];
	const char *at;

	snprintf(quoted, sizeof(quoted), "\"%s\":", name);
	at = strstr(text, quoted);
	return at == NULL ? 0 : strtoull(at + strlen(quoted), NULL, 10);
}

/* false: not a hash of 32 octets, and so nothing that has a meaning here */
static bool
hash(const cJSON *value, uint8_t out[static SHA256_SIZE])
{
	const char *text = cJSON_GetStringValue(value);
	size_t len = 0;

	return text != NULL &&
	    base64_decode(text, strlen(text), out, SHA256_SIZE, &len) ==
	    ERR_OK &&
	    len == SHA256_SIZE;
}

static bool
read_proof(const cJSON *list, struct proof *p)
{
	const cJSON *value;

	p->len = 0;
	cJSON_ArrayForEach(value, list)
	{
		if (p->len > MERKLE_PROOF_MAX || !hash(value, p->hash[p->len]))
			return false;
		p->len++;
	}
	return true;
}

static void
run(const char *id, const char *text, bool accept)
{
	cJSON *json = cJSON_Parse(text);
	const cJSON *list = cJSON_GetObjectItem(json, "proof");
	uint8_t a[SHA256_SIZE], b[SHA256_SIZE];
	bool inclusion = strstr(text, "\"leafIdx\"") != NULL;
	struct proof p;
	enum err e;

	if (json == NULL) {
		result(false, NULL, "%s: cannot be read", id);
		return;
	}
	if (!read_proof(list, &p) ||
	    !hash(cJSON_GetObjectItem(json, inclusion ? "leafHash" : "root1"),
		a) ||
	    !hash(cJSON_GetObjectItem(json, inclusion ? "root" : "root2"), b)) {
		result(accept, accept ? NULL : "a hash is not of 32 octets",
		    "%s", id);
		cJSON_Delete(json);
		return;
	}
	if (inclusion)
		e = merkle_check_inclusion(a, number(text, "leafIdx"),
		    number(text, "treeSize"), (const void *)p.hash, p.len, b);
	else
		e = merkle_check_consistency(number(text, "size1"), a,
		    number(text, "size2"), b, (const void *)p.hash, p.len);
	result((e == ERR_OK) == accept, NULL, "%s", id);
	cJSON_Delete(json);
}

int
main(int argc, char **argv)
{
	char path[4096], *index, *line, *next, *text, *field[4];
	size_t len, others = 0, i;

	if (argc != 2)
		return 64;
	snprintf(path, sizeof(path), "%s/INDEX.tsv", argv[1]);
	index = read_file(path, &len);
	if (index == NULL) {
		printf("1..0 # SKIP no %s\n", path);
		return 0;
	}
	next = index;
	strsep(&next, "\n");
	while ((line = strsep(&next, "\n")) != NULL) {
		if (line[0] == '\0')
			continue;
		for (i = 0; i < 4; i++)
			field[i] = strsep(&line, "\t");
		if (field[3] == NULL || strncmp(field[3], "RFC 6962", 8) != 0) {
			others++;
			continue;
		}
		snprintf(path, sizeof(path), "%s/%s", argv[1], field[1]);
		text = read_file(path, &len);
		if (text == NULL)
			result(false, NULL, "%s: no file", field[0]);
		else
			run(field[0], text, strcmp(field[2], "accept") == 0);
		free(text);
	}
	free(index);
	if (others > 0)
		result(true, "proofs that RFC 6962 does not know", "%zu others",
		    others);
	return results_done();
}

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hsm/provision.h"
#include "tests/unit/support/softhsm.h"

static char folder[128];

/* No cmocka here: benchmarks use this, too. */
static void
must(int good)
{
	if (!good)
		abort();
}

const char *
softhsm_folder(void)
{
	return folder;
}

void
softhsm_begin(void)
{
	const char *tmp = getenv("TMPDIR");
	char path[256];
	FILE *f;

	snprintf(folder, sizeof(folder), "%s/zegel-softhsm-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	must(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/tokens", folder);
	must(mkdir(path, 0700) == 0);
	snprintf(path, sizeof(path), "%s/softhsm2.conf", folder);
	f = fopen(path, "w");
	must(f != NULL);
	fprintf(f,
	    "directories.tokendir = %s/tokens\n"
	    "objectstore.backend = file\nlog.level = ERROR\n",
	    folder);
	must(fclose(f) == 0);
	must(setenv("SOFTHSM2_CONF", path, 1) == 0);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
softhsm_end(void)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void
softhsm_token(const char *label)
{
	struct token_detail detail;
	enum err e;

	e = provision_token(SOFTHSM_MODULE, label, (const uint8_t *)SOFTHSM_PIN,
	    strlen(SOFTHSM_PIN), (const uint8_t *)SOFTHSM_SO_PIN,
	    strlen(SOFTHSM_SO_PIN), &detail);
	if (e != ERR_OK)
		fprintf(stderr, "%s: %s\n", err_text(e), detail.text);
	must(e == ERR_OK);
}

void
softhsm_key(const char *token, enum token_key_type type, unsigned bits,
    const char *label, uint8_t id)
{
	struct token_detail detail;
	struct token_config c = {.module = SOFTHSM_MODULE};
	char uri[128];
	enum err e;

	snprintf(uri, sizeof(uri), "pkcs11:token=%s", token);
	c.uri = uri;
	e = provision_key(&c, type, bits, label, &id, 1,
	    (const uint8_t *)SOFTHSM_PIN, strlen(SOFTHSM_PIN), &detail);
	if (e != ERR_OK)
		fprintf(stderr, "%s: %s\n", err_text(e), detail.text);
	must(e == ERR_OK);
}

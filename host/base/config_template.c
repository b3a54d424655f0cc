#include "host/base/config_template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/base/file.h"

/* Lines "#key = value" show defaults, lines "# text" explain. */
static const char head[] =
    "# zegel.conf: a sealing station's configuration, see zegel.conf(5).\n"
    "# Unknown sections and keys are errors. Times: 30s, 15m, 1h, 7d.\n"
    "# The daemon reads it when it starts.\n"
    "\n"
    "[station]\n"
    "# How people call this station.\n"
    "name = %s\n"
    "# test or production; shown everywhere. A production station refuses\n"
    "# TEST certificates and TEST authorities, the embedded SoftHSM2 and\n"
    "# demonstration boards.\n"
    "mode = %s\n"
    "\n"
    "[seal]\n"
    "# What is sealed, in JAdES: edc (European Digital Credentials), or json\n"
    "# (Open Badges 3, CLR 2, W3C VC, other JSON; also json-flattened and\n"
    "# json-compact, which is of level B). For batches that name none.\n"
    "#profile = edc\n"
    "# Form of the signing time in the header: iat (TS 119 182-1 v1.2.1; DSS\n"
    "# 6.1 and later) or sigT (DSS up to 6.0, and validators of that time).\n"
    "# No header satisfies both.\n"
    "#signing-time = iat\n"
    "# match: a draft that names another organisation than the certificate is\n"
    "# refused. overwrite: the certificate's names replace the draft's.\n"
    "#issuer = match\n"
    "# Language of summaries when a draft has several, two letters.\n"
    "#language = en\n"
    "# What to do with a credential whose id was sealed before: refuse, or\n"
    "# reseal (sealed once more, logged as such).\n"
    "#duplicates = refuse\n"
    "# What a seal holds: B (the signature), T (a timestamp of it), LT (and\n"
    "# proof that no certificate is revoked), LTA (and a timestamp of all\n"
    "# that; what Europass expects). Beyond B needs [timestamp NAME].\n"
    "#level = B\n"
    "# yes: each payload gets a timestamp of its own while a batch closes\n"
    "# (adoTst). Needs [timestamp NAME].\n"
    "#content-timestamp = no\n"
    "# LT and LTA need anchor = FILE (PEM): where the chain of the seal\n"
    "# certificate may end.\n"
    "# Which [key NAME] seals when a batch names none. With one key, that "
    "one.\n";

static const char middle[] =
    "\n"
    "[approval]\n"
    "# How long an approval holds; then the batch needs a new one.\n"
    "#window = 1h\n"
    "\n"
    "[log]\n"
    "# The log's name in every checkpoint and proof. It can never be changed.\n"
    "origin = %s\n"
    "\n"
    "[spool]\n"
    "# Take drafts from spool/in: yes or no.\n"
    "#watch = yes\n"
    "# A loose file is taken when it has not changed for this long.\n"
    "#settle = 5s\n"
    "\n"
    "[net]\n"
    "# http://HOST:PORT for all that is fetched, or none.\n"
    "#proxy = none\n"
    "# How long an answer may take.\n"
    "#timeout = 30s\n"
    "\n"
    "# One section for each timestamp authority, [timestamp NAME], asked in\n"
    "# this order:\n"
    "#   url          http or https\n"
    "#   anchor       PEM: the certificates that its timestamps must lead to\n"
    "#   policy       OID that its timestamps must name; left out: any\n"
    "#   budget       requests that it allows in a time, such as 20/20m\n"
    "\n"
    "[appliance]\n"
    "# Its console: usb: or usb:SERIAL, the path of an emulated board's\n"
    "# socket, or none. Batches are shown there and approved by its buttons,\n"
    "# where approval.conf says so: first 'zegel appliance enrol'.\n"
    "#console = none\n"
    "\n"
    "[softhsm]\n"
    "# yes: the token is a SoftHSM2 in the station's own folder. For tests:\n"
    "# its keys are files.\n"
    "%sembedded = %s\n"
    "\n"
    "[retention]\n"
    "# Days until the bytes of released credentials are erased here. The\n"
    "# sealed files in spool/out are not touched.\n"
    "#released-days = 30\n"
    "\n"
    "# One section for each seal key, [key NAME]:\n"
    "#   uri          PKCS#11 URI of the key (RFC 7512): token, object, id.\n"
    "#                Never a PIN in it\n"
    "#   module       path of the PKCS#11 module, if the URI has no "
    "module-path\n"
    "#   certificate  PEM: the seal certificate, then its chain; relative to\n"
    "#                the station\n"
    "#   algorithm    RS256 ... PS512, ES256 ...; left out: by the key's type\n"
    "#   pin          prompt (zegel unlock asks), pinpad, fd:N, or\n"
    "#                credential:NAME (systemd LoadCredential=); default "
    "prompt\n"
    "#   appliance    yes: the key is in the appliance, which signs only what\n"
    "#                was approved on its own screen; default no\n"
    "#   level        B, T, LT or LTA; left out: as in [seal]\n"
    "#   sessions     how many PKCS#11 sessions sign at once; default 2\n";

static const char approval_text[] =
    "# approval.conf: who may approve batches, see zegel.conf(5). Only the\n"
    "# signer reads it; it belongs to root.\n"
    "\n"
    "[approval]\n"
    "# Names or numeric uids, separated by spaces.\n"
    "users =";

static const char approval_means[] =
    "\n"
    "# How, any of: terminal ('zegel batch approve' on this machine), or\n"
    "# appliance (its own buttons, after it has shown the batch).\n"
    "means = terminal\n";

static void
print_key(FILE *out, const struct config_template *t)
{
	const struct {
		const char *key, *value;
	} lines[] = {
	    {"uri", t->uri},
	    {"module", t->module},
	    {"certificate", t->certificate},
	    {"algorithm", t->algorithm},
	    {"pin", t->pin},
	};
	size_t i;

	fprintf(out, "\n[key %s]\n", t->key);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (lines[i].value != NULL && lines[i].value[0] != '\0')
			fprintf(out, "%s = %s\n", lines[i].key, lines[i].value);
	}
}

static bool
same(const char *given, const char *loaded)
{
	return given == NULL || strcmp(given, loaded) == 0;
}

/* A value with a line's end in it would be a key of its own, and leading or
 * trailing blanks would be lost: only what comes back as given is written. */
static enum err
check_back(
    const char *path, const struct config_template *t, struct fault *fault)
{
	const struct config_key *k = NULL;
	struct config *c;
	bool good;
	enum err e;

	e = config_load(&c, path, fault);
	if (e != ERR_OK)
		return e;
	if (t->key != NULL)
		k = config_key(c, t->key);
	good = same(t->name, c->name) && same(t->origin, c->origin) &&
	    t->mode == c->mode && t->softhsm == c->softhsm &&
	    c->key_count == (t->key != NULL ? 1 : 0) &&
	    (t->key == NULL || k != NULL);
	if (k != NULL)
		good = good && same(t->uri, k->uri) &&
		    same(t->module, k->module) &&
		    same(t->certificate, k->certificate) &&
		    same(t->algorithm, k->alg) &&
		    (t->pin == NULL || t->pin[0] == '\0' ||
			strcmp(t->pin, k->pin) == 0);
	config_free(c);
	if (good)
		return ERR_OK;
	return fault_set(fault, ERR_CONFIG_VALUE, FAULT_NO_OFFSET,
	    "a value has blanks at its ends, or more than one line");
}

static enum err
write_text(FILE *out, char **text, const size_t *len, const char *path,
    mode_t mode, struct fault *fault)
{
	enum err e;

	if (fclose(out) != 0 || *text == NULL)
		e = fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "writing %s", path);
	else
		e = file_create(path, *text, *len, mode, fault);
	free(*text);
	*text = NULL;
	return e;
}

enum err
config_write_template(
    const char *path, const struct config_template *t, struct fault *fault)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out;
	enum err e;

	out = open_memstream(&text, &len);
	if (out == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "writing %s", path);
	fprintf(out, head, t->name,
	    t->mode == MODE_PRODUCTION ? "production" : "test");
	fprintf(out, "%skey = %s\n", t->key != NULL ? "" : "#",
	    t->key != NULL ? t->key : "NAME");
	fprintf(out, middle, t->origin, t->softhsm ? "" : "#",
	    t->softhsm ? "yes" : "no");
	if (t->key != NULL)
		print_key(out, t);
	e = write_text(out, &text, &len, path, 0644, fault);
	if (e != ERR_OK)
		return e;
	e = check_back(path, t, fault);
	if (e != ERR_OK)
		unlink(path);
	return e;
}

enum err
config_write_approval(
    const char *path, const uint32_t *uids, unsigned count, struct fault *fault)
{
	struct approval_config back;
	char *text = NULL;
	size_t len = 0;
	unsigned i;
	FILE *out;
	enum err e;

	out = open_memstream(&text, &len);
	if (out == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "writing %s", path);
	fputs(approval_text, out);
	for (i = 0; i < count; i++)
		fprintf(out, " %lu", (unsigned long)uids[i]);
	fputs(approval_means, out);
	e = write_text(out, &text, &len, path, 0600, fault);
	if (e != ERR_OK)
		return e;
	e = config_load_approval(&back, path, fault);
	if (e != ERR_OK)
		unlink(path);
	return e;
}

/* zegel canon: canonical bytes of a file, or whether they are canonical. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/sha256.h"
#include "host/base/hex.h"
#include "host/cli/cli.h"
#include "host/json/canon.h"
#include "host/xml/c14n_file.h"

#define CHUNK 65536

struct options {
	const char *method, *prefixes, *element, *output;
	bool comments, without_signatures, check;
	enum c14n_method xml; /* 0: JSON */
};

static const char about[] =
    "Writes the canonical form of a JSON (RFC 8785) or XML document (C14N,\n"
    "exclusive, 1.0 or 1.1) to stdout. FILE absent or \"-\": standard input.\n"
    "--check says whether the bytes are canonical already, or where the\n"
    "first offence is. XML streams: what comes before an error does not\n"
    "count. With --json the bytes go to --output only, and the result is\n"
    "their number and SHA-256.";

static const char *const xml_methods[] = {
    [C14N_EXCLUSIVE] = "exc-c14n", [C14N_10] = "c14n", [C14N_11] = "c14n11"};

static const char *
method_name(const struct options *o)
{
	return o->xml == 0 ? "jcs" : xml_methods[o->xml];
}

/* An option that only XML has, or NULL. */
static const char *
xml_option(const struct options *o)
{
	return o->comments	    ? "--comments"
	    : o->prefixes != NULL   ? "--prefixes"
	    : o->element != NULL    ? "--element"
	    : o->without_signatures ? "--without-signatures"
				    : NULL;
}

static enum err
check_options(struct options *o, struct fault *fault)
{
	enum c14n_method m;

	for (m = C14N_EXCLUSIVE; m <= C14N_11; m++)
		if (o->method != NULL && strcmp(o->method, xml_methods[m]) == 0)
			o->xml = m;
	if (o->method != NULL && o->xml == 0 && strcmp(o->method, "jcs") != 0)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--method is jcs, exc-c14n, c14n or c14n11");
	if (o->check && o->output != NULL)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--check writes nothing: no --output");
	if (o->check && (o->element != NULL || o->without_signatures))
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--check is for whole documents");
	if (o->method != NULL && o->xml == 0 && xml_option(o) != NULL)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "%s belongs to the methods for XML", xml_option(o));
	if (o->prefixes != NULL && o->xml != 0 && o->xml != C14N_EXCLUSIVE)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--prefixes belongs to --method exc-c14n");
	if (o->element != NULL && strchr("/#", o->element[0]) == NULL)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--element is a place like /1/3, or an Id like #this");
	if (o->method == NULL && xml_option(o) != NULL)
		o->xml = C14N_EXCLUSIVE;
	return ERR_OK;
}

/* Some octets of what fd will give next, without taking them: of a file, or
 * of a pipe as soon as there are any. */
static size_t
look(int fd, uint8_t *head, size_t cap)
{
	ssize_t n = pread(fd, head, cap, lseek(fd, 0, SEEK_CUR));
	int copy[2];

	if (n >= 0)
		return (size_t)n;
	if (pipe2(copy, O_CLOEXEC) != 0)
		return 0;
	do
		n = tee(fd, copy[1], cap, 0);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		n = read(copy[0], head, cap);
	close(copy[0]);
	close(copy[1]);
	return n > 0 ? (size_t)n : 0;
}

/* Without --method the first octet that is no white space tells. */
static void
guess_method(struct options *o, int fd)
{
	uint8_t head[64];
	size_t i, n;

	if (o->method != NULL || o->xml != 0)
		return;
	n = look(fd, head, sizeof(head));
	for (i = 0; i < n; i++) {
		if (memchr(" \t\r\n\xef\xbb\xbf", head[i], 7) != NULL)
			continue;
		if (head[i] == '<')
			o->xml = C14N_EXCLUSIVE;
		return;
	}
}

static struct c14n_write_options
xml_options(const struct options *o)
{
	struct c14n_write_options x = {.method = o->xml,
	    .comments = o->comments,
	    .prefixes = o->prefixes,
	    .signature = o->without_signatures ? C14N_REMOVE_SIGNATURES
					       : C14N_KEEP_SIGNATURES};

	if (o->element != NULL && o->element[0] == '#')
		x.id = o->element + 1;
	else
		x.place = o->element;
	return x;
}

static enum err
digest_of(int fd, uint8_t digest[static SHA256_SIZE], uint64_t *octets,
    struct fault *fault)
{
	uint8_t buf[CHUNK];
	struct sha256 h;
	ssize_t n;

	*octets = 0;
	sha256_init(&h);
	while ((n = pread(fd, buf, sizeof(buf), (off_t)*octets)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_errno(
			    fault, errno, "cannot read the output");
		sha256_push(&h, buf, (size_t)n);
		*octets += (uint64_t)n;
	}
	sha256_finish(&h, digest);
	return ERR_OK;
}

struct written {
	uint8_t digest[SHA256_SIZE];
	uint64_t octets;
};

static void
report(struct cli *c, const struct options *o, const char *name,
    const struct written *w)
{
	char hex[2 * SHA256_SIZE + 1];
	cJSON *result;

	hex_encode(w->digest, sizeof(w->digest), hex);
	result = cJSON_CreateObject();
	cJSON_AddStringToObject(result, "file", name);
	cJSON_AddStringToObject(result, "method", method_name(o));
	cJSON_AddNumberToObject(result, "octets", (double)w->octets);
	cJSON_AddStringToObject(result, "sha256", hex);
	if (o->output != NULL)
		cJSON_AddStringToObject(result, "output", o->output);
	cli_result(c, result);
}

static enum err
open_output(
    const struct cli *c, const struct options *o, int *out, struct fault *fault)
{
	if (o->output != NULL) {
		*out = open(
		    o->output, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (*out < 0 && errno == EEXIST)
			return fault_set(fault, ERR_EXISTS, FAULT_NO_OFFSET,
			    "%s is not overwritten", o->output);
		if (*out < 0)
			return fault_errno(
			    fault, errno, "cannot create %s", o->output);
	} else if (c->json && o->xml != 0) {
		*out = -1; /* hashed as it comes */
	} else if (c->json) {
		*out = memfd_create("canon", MFD_CLOEXEC);
		if (*out < 0)
			return fault_errno(fault, errno, "memory file");
	} else {
		*out = STDOUT_FILENO;
	}
	return ERR_OK;
}

static enum err
write_form(const struct cli *c, const struct options *o, int fd,
    const char *name, int out, struct written *w, struct fault *fault)
{
	struct c14n_write_options x;
	enum err e;

	if (o->xml != 0) {
		x = xml_options(o);
		return c14n_file_write(fd, name, out, &x, &w->octets,
		    c->json ? w->digest : NULL, fault);
	}
	e = canon_json(fd, name, out, fault);
	if (e == ERR_OK && c->json)
		e = digest_of(out, w->digest, &w->octets, fault);
	return e;
}

static int
canonicalise(struct cli *c, const struct options *o, int fd, const char *name)
{
	struct written written;
	struct fault fault;
	int out = -1;
	enum err e;

	e = open_output(c, o, &out, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	fault_clear(&fault);
	e = write_form(c, o, fd, name, out, &written, &fault);
	if (out > STDOUT_FILENO && close(out) != 0 && e == ERR_OK)
		e = fault_errno(&fault, errno, "cannot write %s",
		    o->output != NULL ? o->output : "");
	if (e == ERR_OK && c->json)
		report(c, o, name, &written);
	if (e == ERR_OK)
		return 0;
	if (o->output != NULL)
		unlink(o->output);
	return cli_fail(c, &fault, name);
}

static int
check(struct cli *c, const struct options *o, int fd, const char *name)
{
	struct c14n_write_options x = xml_options(o);
	struct fault fault;
	cJSON *result;
	enum err e;

	fault_clear(&fault);
	e = o->xml != 0 ? c14n_file_check(fd, name, &x, &fault)
			: canon_json_check(fd, name, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, name);
	cli_say(c, "%s: canonical", name);
	result = cJSON_CreateObject();
	cJSON_AddStringToObject(result, "file", name);
	cJSON_AddStringToObject(result, "method", method_name(o));
	cJSON_AddTrueToObject(result, "canonical");
	cli_result(c, result);
	return 0;
}

int
verb_canon(struct cli *c)
{
	struct options o = {0};
	const struct cli_option options[] = {
	    {"method", CLI_TEXT, &o.method, "NAME",
		"jcs (default for JSON), exc-c14n (default for XML), c14n, "
		"c14n11"},
	    {"comments", CLI_FLAG, &o.comments, NULL, "XML: keep comments"},
	    {"prefixes", CLI_TEXT, &o.prefixes, "LIST",
		"exc-c14n: the InclusiveNamespaces PrefixList"},
	    {"element", CLI_TEXT, &o.element, "WHICH",
		"XML: only the element at a place (/1/3) or with an Id (#ID)"},
	    {"without-signatures", CLI_FLAG, &o.without_signatures, NULL,
		"XML: leave out every ds:Signature"},
	    {"check", CLI_FLAG, &o.check, NULL,
		"is it canonical already? Writes nothing"},
	    {"output", CLI_TEXT, &o.output, "FILE",
		"write there, not to stdout; never overwrites (also -o)"},
	    CLI_END};
	struct fault fault;
	const char *name;
	enum err e;
	int code, fd = STDIN_FILENO;

	code = cli_parse(c, options,
	    "[--method NAME] [-o FILE] [FILE]\n--check [--method NAME] [FILE]",
	    about);
	if (code == 0)
		code = cli_count(c, 0, 1);
	if (code != 0)
		return cli_exit(code);
	e = check_options(&o, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	name = c->argc > 0 ? c->argv[0] : "-";
	if (strcmp(name, "-") != 0)
		fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		fault_errno(&fault, errno, "%s", "cannot open");
		return cli_fail(c, &fault, name);
	}
	guess_method(&o, fd);
	code = o.check ? check(c, &o, fd, name) : canonicalise(c, &o, fd, name);
	close(fd);
	return code;
}

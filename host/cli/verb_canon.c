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

#define CHUNK 65536

struct options {
	const char *method, *prefixes, *output;
	bool comments, check;
};

static const char about[] =
    "Writes the canonical form of a JSON document (RFC 8785) to stdout. FILE\n"
    "absent or \"-\": standard input. --check says whether the bytes are\n"
    "canonical already, or where the first offence is. With --json the bytes\n"
    "go to --output only, and the result is their number and SHA-256.";

static const char *const xml_methods[] = {"exc-c14n", "c14n", "c14n11"};

static bool
is_xml_method(const char *method)
{
	size_t i;

	for (i = 0; i < sizeof(xml_methods) / sizeof(xml_methods[0]); i++)
		if (strcmp(method, xml_methods[i]) == 0)
			return true;
	return false;
}

static enum err
check_options(const struct options *o, struct fault *fault)
{
	bool xml = o->method != NULL && is_xml_method(o->method);

	if (o->method != NULL && !xml && strcmp(o->method, "jcs") != 0)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--method is jcs, exc-c14n, c14n or c14n11");
	if (o->check && o->output != NULL)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--check writes nothing: no --output");
	if (!xml && o->method != NULL && (o->comments || o->prefixes != NULL))
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--comments and --prefixes belong to the methods for XML");
	if (o->prefixes != NULL && o->method != NULL &&
	    strcmp(o->method, "exc-c14n") != 0)
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--prefixes belongs to --method exc-c14n");
	if (xml || o->comments || o->prefixes != NULL)
		return fault_set(fault, ERR_UNSUPPORTED, FAULT_NO_OFFSET,
		    "canonical XML (%s) is not built yet; --method jcs is for "
		    "JSON",
		    xml ? o->method : "exc-c14n");
	return ERR_OK;
}

/* Without --method XML would be told from JSON by its first octet. Only a
 * file can be looked at beforehand; of a pipe the parser complains. */
static enum err
check_kind(const struct options *o, int fd, struct fault *fault)
{
	uint8_t head[64];
	ssize_t n;
	size_t i;

	if (o->method != NULL)
		return ERR_OK;
	n = pread(fd, head, sizeof(head), 0);
	for (i = 0; n > 0 && i < (size_t)n; i++) {
		if (strchr(" \t\r\n\xef\xbb\xbf", head[i]) != NULL &&
		    head[i] != '\0')
			continue;
		if (head[i] == '<')
			return fault_set(fault, ERR_UNSUPPORTED,
			    FAULT_NO_OFFSET,
			    "it looks like XML, and canonical XML (exc-c14n) "
			    "is not built yet");
		break;
	}
	return ERR_OK;
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

static enum err
report(struct cli *c, const struct options *o, const char *name, int out,
    struct fault *fault)
{
	uint8_t digest[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];
	cJSON *result;
	uint64_t octets;
	enum err e;

	e = digest_of(out, digest, &octets, fault);
	if (e != ERR_OK)
		return e;
	hex_encode(digest, sizeof(digest), hex);
	result = cJSON_CreateObject();
	cJSON_AddStringToObject(result, "file", name);
	cJSON_AddStringToObject(result, "method", "jcs");
	cJSON_AddNumberToObject(result, "octets", (double)octets);
	cJSON_AddStringToObject(result, "sha256", hex);
	if (o->output != NULL)
		cJSON_AddStringToObject(result, "output", o->output);
	cli_result(c, result);
	return ERR_OK;
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
	} else if (c->json) {
		*out = memfd_create("canon", MFD_CLOEXEC);
		if (*out < 0)
			return fault_errno(fault, errno, "memory file");
	} else {
		*out = STDOUT_FILENO;
	}
	return ERR_OK;
}

static int
canonicalise(struct cli *c, const struct options *o, int fd, const char *name)
{
	struct fault fault;
	int out = -1;
	enum err e;

	e = open_output(c, o, &out, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, NULL);
	fault_clear(&fault);
	e = canon_json(fd, name, out, &fault);
	if (e == ERR_OK && c->json)
		e = report(c, o, name, out, &fault);
	if (out != STDOUT_FILENO && close(out) != 0 && e == ERR_OK)
		e = fault_errno(&fault, errno, "cannot write %s",
		    o->output != NULL ? o->output : "");
	if (e == ERR_OK)
		return 0;
	if (o->output != NULL)
		unlink(o->output);
	return cli_fail(c, &fault, name);
}

static int
check(struct cli *c, int fd, const char *name)
{
	struct fault fault;
	cJSON *result;
	enum err e;

	fault_clear(&fault);
	e = canon_json_check(fd, name, &fault);
	if (e != ERR_OK)
		return cli_fail(c, &fault, name);
	cli_say(c, "%s: canonical", name);
	result = cJSON_CreateObject();
	cJSON_AddStringToObject(result, "file", name);
	cJSON_AddStringToObject(result, "method", "jcs");
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
		"jcs; exc-c14n, c14n, c14n11 are not built yet"},
	    {"comments", CLI_FLAG, &o.comments, NULL,
		"XML: keep comments (not built yet)"},
	    {"prefixes", CLI_TEXT, &o.prefixes, "LIST",
		"exc-c14n: InclusiveNamespaces (not built yet)"},
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
	e = check_kind(&o, fd, &fault);
	if (e != ERR_OK)
		code = cli_fail(c, &fault, name);
	else if (o.check)
		code = check(c, fd, name);
	else
		code = canonicalise(c, &o, fd, name);
	close(fd);
	return code;
}

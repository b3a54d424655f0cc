/* A page for people, of one or of thousands of files: no script, no link, no
 * font from elsewhere, so that it says the same in ten years. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/utc.h"
#include "host/base/file.h"
#include "host/cli/report.h"

struct report_page {
	FILE *out;
	char path[1024], temporary[1040];
	uint64_t files;
};

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<title>Seals, verified by Zegel</title>\n<style>\n"
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;"
    "padding:0 1em}\n"
    "h2{overflow-wrap:anywhere;border-top:2px solid;padding-top:.5em}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "th,td{text-align:left;vertical-align:top;padding:.2em .8em .2em 0;"
    "border-bottom:1px solid #ccc;overflow-wrap:anywhere}\n"
    "th{font-weight:normal;width:9em}.verdict{width:6.5em}\n"
    "th,.verdict{white-space:nowrap}\n"
    ".passed{color:#075}.failed,.unknown,.test"
    "{color:#b00;font-weight:bold}\n"
    "@media(max-width:40em){table,tbody,tr,th,td{display:block;width:auto;"
    "border:0;padding:0}tr{border-bottom:1px solid #ccc;padding:.3em 0}"
    ".verdict{width:auto}}\n"
    "</style></head><body>\n<h1>Seals, verified by Zegel</h1>\n";

static void
text(FILE *out, const char *t)
{
	for (; *t != '\0'; t++) {
		switch (*t) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc((unsigned char)*t < 0x20 ? '?' : *t, out);
		}
	}
}

static void
row(FILE *out, const char *name, const char *class, const char *value)
{
	fprintf(out, "<tr><th scope=\"row\">");
	text(out, name);
	fprintf(out, "</th><td class=\"verdict %s\">%s</td><td>", class, class);
	text(out, value);
	fputs("</td></tr>\n", out);
}

enum err
report_page_open(struct report_page **page, const char *path, int64_t time,
    struct fault *fault)
{
	struct report_page *p = calloc(1, sizeof(*p));
	char at[UTC_SIZE];
	enum err e;
	int fd;

	*page = NULL;
	if (p == NULL)
		return fault_set(
		    fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "%s", path);
	if (strlen(path) >= sizeof(p->path)) {
		free(p);
		return fault_set(fault, ERR_USAGE, FAULT_NO_OFFSET,
		    "--html: the path is too long");
	}
	snprintf(p->path, sizeof(p->path), "%s", path);
	snprintf(p->temporary, sizeof(p->temporary), "%s.part", path);
	fd = open(p->temporary,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	p->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (p->out == NULL) {
		e = fault_errno(fault, errno, "cannot create %s", p->temporary);
		if (fd >= 0)
			close(fd);
		free(p);
		return e;
	}
	utc_format(time, at);
	fputs(head, p->out);
	fprintf(p->out, "<p>Judged at %s (UTC). ", at);
	fputs(
	    "Words in capitals are those of ETSI EN 319 102-1.</p>\n", p->out);
	*page = p;
	return ERR_OK;
}

static void
add_seal(FILE *out, const struct verify_result *r, unsigned i)
{
	const struct verify_report *one = &r->reports[i];
	char line[REPORT_TEXT], about[3 * CERT_TEXT], at[UTC_SIZE];
	size_t k;

	fprintf(out, "<h3>Seal %u: ", i + 1);
	text(out, report_text(one, line));
	fputs("</h3>\n", out);
	if (one->signer.test)
		fputs("<p class=\"test\">A TEST certificate made this seal: it "
		      "is worth nothing.</p>\n",
		    out);
	fputs("<table>\n", out);
	if (one->has_signer) {
		snprintf(about, sizeof(about), "%s (%s)",
		    one->signer.organisation[0] != '\0'
			? one->signer.organisation
			: one->signer.common_name,
		    one->signer.organisation_id);
		row(out, "sealed by", "", about);
	}
	utc_format(one->best, at);
	snprintf(about, sizeof(about), "%s%s", at,
	    one->proven ? ", as a timestamp proves"
			: ": nothing proves how old the seal is");
	row(out, one->proven ? "existed by" : "judged at", "", about);
	for (k = 0; k < r->count; k++) {
		if (r->findings[k].seal == i)
			row(out, r->findings[k].check,
			    report_verdict_name(r->findings[k].verdict),
			    r->findings[k].text);
	}
	fputs("</table>\n", out);
}

static void
open_file(struct report_page *p, const char *file, const char *verdict)
{
	p->files++;
	fputs("<h2>", p->out);
	text(p->out, file);
	fprintf(p->out, ": <span class=\"%s\">",
	    strcmp(verdict, "valid") == 0 ? "passed" : "failed");
	text(p->out, verdict);
	fputs("</span></h2>\n<table>\n", p->out);
}

void
report_page_add(struct report_page *p, const char *file,
    const struct verify_result *r, const struct report_log *log,
    const char *verdict)
{
	unsigned i;
	size_t k;

	open_file(p, file, verdict);
	for (k = 0; k < r->count; k++) {
		if (r->findings[k].seal >= r->seals)
			row(p->out, r->findings[k].check,
			    report_verdict_name(r->findings[k].verdict),
			    r->findings[k].text);
	}
	if (log != NULL)
		row(p->out, "log", report_verdict_name(log->verdict),
		    log->text);
	fputs("</table>\n", p->out);
	for (i = 0; i < r->seals; i++)
		add_seal(p->out, r, i);
}

void
report_page_add_fault(
    struct report_page *p, const char *file, const struct fault *fault)
{
	char line[FAULT_DETAIL + 120];

	open_file(p, file, "cannot be verified");
	snprintf(line, sizeof(line), "%s%s%s", err_text(fault->err),
	    fault->detail[0] != '\0' ? ": " : "", fault->detail);
	row(p->out, "file", report_verdict_name(VERIFY_UNKNOWN), line);
	fputs("</table>\n", p->out);
}

enum err
report_page_close(struct report_page *p, struct fault *fault)
{
	enum err e = ERR_OK;
	bool failed;

	if (p == NULL)
		return ERR_OK;
	fprintf(p->out, "<p>%llu file%s.</p>\n</body></html>\n",
	    (unsigned long long)p->files, p->files == 1 ? "" : "s");
	failed = fflush(p->out) != 0 || ferror(p->out) != 0 ||
	    fsync(fileno(p->out)) != 0;
	if (fclose(p->out) != 0 || failed ||
	    rename(p->temporary, p->path) != 0) {
		e = fault_errno(fault, errno, "cannot write %s", p->path);
		unlink(p->temporary);
	}
	free(p);
	return e;
}

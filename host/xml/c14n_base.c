#include "host/xml/c14n_base.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct span {
	const char *at; /* NULL: the part is not there */
	size_t len;
};

/* RFC 3986, appendix B; each without its delimiter. */
struct parts {
	struct span scheme, authority, path, query;
};

static struct span
take(const char **text, const char *ends)
{
	struct span s = {*text, strcspn(*text, ends)};

	*text += s.len;
	return s;
}

static void
split(const char *text, struct parts *p)
{
	struct span s;

	memset(p, 0, sizeof(*p));
	s = take(&text, ":/?#");
	if (*text == ':' && s.len > 0) {
		p->scheme = s;
		text++;
	} else {
		text = s.at;
	}
	if (text[0] == '/' && text[1] == '/') {
		text += 2;
		p->authority = take(&text, "/?#");
	}
	p->path = take(&text, "?#");
	if (*text == '?') {
		text++;
		p->query = take(&text, "#");
	}
}

/* out ends where its last segment begins; one of ".." that had to stay does
 * not go. */
static size_t
without_last(const char *out, size_t n, size_t floor)
{
	if (n <= floor)
		return n;
	n--;
	while (n > floor && out[n - 1] != '/')
		n--;
	return n;
}

/*
 * Segment by segment. Runs of "/" count as one; what ".." has nothing to take
 * from stays in a relative path, and is dropped in an absolute one. A ".." at
 * the end is "../".
 */
void
c14n_base_remove_dots(const char *path, char *out)
{
	bool absolute = *path == '/';
	size_t n = 0, floor, len;

	if (absolute)
		out[n++] = '/';
	floor = n;
	for (;;) {
		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (len == 0)
			break;
		if (len == 2 && memcmp(path, "..", 2) == 0) {
			if (n > floor) {
				n = without_last(out, n, floor);
			} else if (!absolute) {
				memcpy(out + n, "../", 3);
				n += 3;
				floor = n;
			}
		} else if (len != 1 || *path != '.') {
			memcpy(out + n, path, len);
			n += len;
			if (path[len] == '/')
				out[n++] = '/';
		}
		path += len;
	}
	out[n] = '\0';
}

static size_t
append(char *out, size_t n, struct span s)
{
	memcpy(out + n, s.at, s.len);
	return n + s.len;
}

/* A last ".." stands for a folder. */
static bool
ends_in_dots(struct span s)
{
	return s.len >= 2 && memcmp(s.at + s.len - 2, "..", 2) == 0 &&
	    (s.len == 2 || s.at[s.len - 3] == '/');
}

/* base's path up to its last "/", then the reference's (RFC 3986 5.2.3). */
static size_t
merge(const struct parts *b, struct span path, char *out)
{
	struct span folder = b->path;
	size_t n;

	if (b->authority.at != NULL && folder.len == 0)
		folder = (struct span){"/", 1};
	if (ends_in_dots(folder)) {
		n = append(out, 0, folder);
		out[n++] = '/';
	} else {
		while (folder.len > 0 && folder.at[folder.len - 1] != '/')
			folder.len--;
		n = append(out, 0, folder);
	}
	return append(out, n, path);
}

/* RFC 3986 5.2.2: the path, with its dots or without; room octets each. */
static void
resolve(const struct parts *b, const struct parts *r, char *merged, char *path)
{
	bool alone = r->scheme.at != NULL || r->authority.at != NULL;
	size_t n;

	if (!alone && r->path.len == 0) {
		n = append(path, 0, b->path);
		if (ends_in_dots(b->path))
			path[n++] = '/';
		path[n] = '\0';
		return;
	}
	if (alone || r->path.at[0] == '/')
		n = append(merged, 0, r->path);
	else
		n = merge(b, r->path, merged);
	merged[n] = '\0';
	c14n_base_remove_dots(merged, path);
}

static size_t
put(char *out, size_t n, const char *before, struct span s, const char *behind)
{
	if (s.at == NULL)
		return n;
	n = append(out, n, (struct span){before, strlen(before)});
	n = append(out, n, s);
	return append(out, n, (struct span){behind, strlen(behind)});
}

char *
c14n_base_join(const char *base, const char *reference)
{
	size_t room = strlen(base) + strlen(reference) + 8, n = 0;
	char *merged = malloc(room), *path = malloc(room);
	char *out = malloc(room);
	struct parts b, r;

	if (merged == NULL || path == NULL || out == NULL) {
		free(out);
		out = NULL;
		goto out;
	}
	split(base, &b);
	split(reference, &r);
	resolve(&b, &r, merged, path);
	if (r.scheme.at == NULL) {
		r.scheme = b.scheme;
		if (r.authority.at == NULL) {
			r.authority = b.authority;
			if (r.path.len == 0 && r.query.at == NULL)
				r.query = b.query;
		}
	}
	n = put(out, n, "", r.scheme, ":");
	n = put(out, n, "//", r.authority, "");
	n = put(out, n, "", (struct span){path, strlen(path)}, "");
	n = put(out, n, "?", r.query, "");
	out[n] = '\0';
out:
	free(path);
	free(merged);
	return out;
}

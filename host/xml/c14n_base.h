/*
 * c14n_base.h: xml:base of an element that leaves its ancestors behind:
 * C14N 1.1 2.4, join-URI-References; for host/xml only.
 *
 *	char *joined = c14n_base_join("bar/", "foo");    "bar/foo"
 *
 * Memory    the result is the caller's, freed with free()
 * Chunks    whole values
 * Errors    NULL: out of memory
 * Trust     text only: nothing is looked up; whatever comes in is joined
 * Limits    the result is no longer than both values and two octets
 */
#ifndef HOST_XML_C14N_BASE_H
#define HOST_XML_C14N_BASE_H

/* reference (the inner value) seen from base (the outer one): RFC 3986 5.2,
 * where base may be relative, leading ".." stay and fragments go. */
char *c14n_base_join(const char *base, const char *reference);

/* RFC 3986 5.2.4 with C14N 1.1's changes; into out, which takes
 * strlen(path) + 2 octets. */
void c14n_base_remove_dots(const char *path, char *out);

#endif

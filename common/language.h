/*
 * language.h: languages by the two letters of ISO 639-1 that keys of language
 * maps use, from the other forms in which credentials name them.
 *
 *	char language[2];
 *	language_of_tag("de-AT", 5, language);
 *
 * Memory    constant tables
 * Chunks    whole values
 * Errors    none: what is no known language is zeros, or false
 * Trust     no claim that a text is in that language
 * Limits    the languages of the EU's member states, candidates and neighbours
 */
#ifndef COMMON_LANGUAGE_H
#define COMMON_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

/* A language tag (RFC 5646) whose first part has two letters; else zeros. */
void language_of_tag(const char *tag, size_t len, char out[static 2]);

/*
 * What names a language in a concept: two letters, three letters of the EU's
 * language authority table, or an address that ends in "/" and those three.
 * tail is the last four octets of it, right-aligned; len its length, where
 * any length above four will do for a longer one.
 */
bool language_of_code(
    const char tail[static 4], size_t len, char out[static 2]);

#endif

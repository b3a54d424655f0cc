/*
 * xml_oracle.h: libxml2's own reading and canonical form of a document: what
 * the checker and the canonicaliser are compared with.
 *
 *	uint8_t *form;
 *	if (xml_oracle_form(buf, len, C14N_11, true, NULL, &form, &n))
 *		free(form);
 *
 * Memory    a tree of the document; the form is the caller's to free
 * Chunks    whole documents
 * Errors    false: not well-formed with its namespaces, with a document type
 *           declaration, or with a relative namespace name
 * Trust     libxml2 is taken at its word, but for xml:base="" in C14N 1.1: it
 *           leaves that out of whole documents, too, where nothing is to be
 *           done (C14N 1.1 2.4 is of subsets); they are written as C14N 1.0
 * Limits    its own
 */
#ifndef TESTS_UNIT_SUPPORT_XML_ORACLE_H
#define TESTS_UNIT_SUPPORT_XML_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/c14n.h"

/* prefixes as in c14n_init. */
bool xml_oracle_form(const uint8_t *buf, size_t len, enum c14n_method method,
    bool comments, const char *prefixes, uint8_t **form, size_t *form_len);

/* That form is the document itself. */
bool xml_oracle_is_canonical(const uint8_t *buf, size_t len,
    enum c14n_method method, bool comments, const char *prefixes);

#endif

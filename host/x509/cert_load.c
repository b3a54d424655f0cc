/*
 * cert_load.c: certificates from a file, PEM (RFC 7468) or DER.
 */
#include "host/x509/cert.h"

#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "host/base/file.h"

#define FILE_MAX (4u << 20) /* a bundle of trust anchors */
#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

/* Removes line breaks and blanks in place, which base64_decode refuses. */
static size_t
squeeze(char *text, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (text[i] != '\r' && text[i] != '\n' && text[i] != ' ' &&
		    text[i] != '\t')
			text[n++] = text[i];
	}
	return n;
}

static enum err
parse_block(char *text, size_t len, uint64_t offset, struct cert *c,
    struct fault *fault)
{
	uint8_t der[CERT_LEN];
	size_t der_len;
	enum err e;

	len = squeeze(text, len);
	e = base64_decode(text, len, der, sizeof(der), &der_len);
	if (e != ERR_OK)
		return fault_set(fault, ERR_CERT_SYNTAX, offset,
		    "base64 of at most %d octets was expected", CERT_LEN);
	e = cert_parse(c, der, der_len, fault);
	/* an offset inside the DER would mislead in a text file */
	if (e != ERR_OK && fault != NULL)
		fault->offset = offset;
	return e;
}

static enum err
load_pem(char *text, struct cert *chain, size_t cap, size_t *count,
    const char *path, struct fault *fault)
{
	char *p = text, *body, *end;
	enum err e;

	while ((body = strstr(p, BEGIN)) != NULL) {
		body += strlen(BEGIN);
		end = strstr(body, END);
		if (end == NULL)
			return fault_set(fault, ERR_CERT_SYNTAX,
			    (uint64_t)(body - text), "%s was expected", END);
		if (*count == cap)
			return fault_set(fault, ERR_TOO_LARGE,
			    (uint64_t)(body - text),
			    "%s holds more than %zu certificates", path, cap);
		e = parse_block(body, (size_t)(end - body),
		    (uint64_t)(body - text), &chain[*count], fault);
		if (e != ERR_OK)
			return e;
		(*count)++;
		p = end + strlen(END);
	}
	return *count > 0 ? ERR_OK
			  : fault_set(fault, ERR_CERT_SYNTAX, FAULT_NO_OFFSET,
				"%s holds no certificate, PEM or DER", path);
}

enum err
cert_load(const char *path, struct cert *chain, size_t cap, size_t *count,
    struct fault *fault)
{
	uint8_t *buf;
	size_t len;
	enum err e;

	*count = 0;
	e = file_read(path, FILE_MAX, &buf, &len, fault);
	if (e != ERR_OK)
		return e;
	if (len > 0 && buf[0] == DER_SEQUENCE && cap > 0) {
		e = cert_parse(&chain[0], buf, len, fault);
		*count = e == ERR_OK ? 1 : 0;
	} else {
		/* file_read puts a NUL behind */
		e = load_pem((char *)buf, chain, cap, count, path, fault);
	}
	if (e != ERR_OK) {
		while (*count > 0)
			cert_free(&chain[--*count]);
	}
	free(buf);
	return e;
}

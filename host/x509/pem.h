/*
 * pem.h: DER as PEM text (RFC 7468).
 *
 *	char *text = pem_encode("CERTIFICATE", der, len);
 *	free(text);
 *
 * Memory    a new string, freed by the caller with free()
 * Chunks    whole values
 * Errors    NULL when out of memory
 * Trust     form only
 * Limits    none
 */
#ifndef HOST_X509_PEM_H
#define HOST_X509_PEM_H

#include <stddef.h>
#include <stdint.h>

char *pem_encode(const char *label, const uint8_t *der, size_t len);

#endif

/*
 * pki_server.h: the servers of tests/pki for a test, in a folder of their own.
 *
 *	pki_server_begin();
 *	pki_server_url("/tsa/slow/2", url);
 *	pki_server_path("root/ca.pem", path);
 *	pki_server_end();
 *
 * Memory    one a process
 * Chunks    none
 * Errors    abort: a test cannot go on without
 * Trust     tests only
 * Limits    PKI_SERVER_TEXT octets a text
 */
#ifndef TESTS_UNIT_SUPPORT_PKI_SERVER_H
#define TESTS_UNIT_SUPPORT_PKI_SERVER_H

#define PKI_SERVER_TEXT 512

void pki_server_begin(void);
void pki_server_end(void);
void pki_server_url(const char *path, char out[static PKI_SERVER_TEXT]);
void pki_server_path(const char *name, char out[static PKI_SERVER_TEXT]);

#endif

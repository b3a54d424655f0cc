/*
 * A timestamp authority for measuring: RFC 3161 over HTTP on the loopback,
 * with OpenSSL in one process, so that the authority is not what is measured.
 * tests/pki/serve.py starts 'openssl ts' for every request and has the faults.
 *
 *	tsa CERTIFICATE KEY ISSUER
 *
 * prints its URL in one line and serves, a thread for each connection, until
 * its standard input ends.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ts.h>

#define POLICY "1.3.6.1.4.1.99999.1" /* as in stamp.py */
#define REQUEST 8192 /* header and query; or pipelined ones */
#define HEAD 200

static X509 *unit, *issuer;
static EVP_PKEY *key;
static atomic_long number; /* of the last token */

static void
die(const char *what)
{
	fprintf(stderr, "tsa: %s\n", what);
	exit(1);
}

static BIO *
open_file(const char *path)
{
	BIO *file = BIO_new_file(path, "r");

	if (file == NULL)
		die(path);
	return file;
}

static X509 *
load_certificate(const char *path)
{
	BIO *file = open_file(path);
	X509 *c = PEM_read_bio_X509(file, NULL, NULL, NULL);

	BIO_free(file);
	if (c == NULL)
		die(path);
	return c;
}

static ASN1_INTEGER *
next_number(TS_RESP_CTX *ctx, void *arg)
{
	ASN1_INTEGER *serial = ASN1_INTEGER_new();

	(void)ctx;
	(void)arg;
	if (serial == NULL ||
	    ASN1_INTEGER_set(serial, atomic_fetch_add(&number, 1) + 1) != 1)
		die("serial number");
	return serial;
}

/* One for each thread. */
static TS_RESP_CTX *
open_unit(void)
{
	TS_RESP_CTX *ctx = TS_RESP_CTX_new();
	STACK_OF(X509) *chain = sk_X509_new_null();
	ASN1_OBJECT *policy = OBJ_txt2obj(POLICY, 1);

	if (ctx == NULL || chain == NULL || policy == NULL ||
	    sk_X509_push(chain, issuer) == 0 ||
	    TS_RESP_CTX_set_signer_cert(ctx, unit) != 1 ||
	    TS_RESP_CTX_set_signer_key(ctx, key) != 1 ||
	    TS_RESP_CTX_set_signer_digest(ctx, EVP_sha256()) != 1 ||
	    TS_RESP_CTX_set_ess_cert_id_digest(ctx, EVP_sha256()) != 1 ||
	    TS_RESP_CTX_set_certs(ctx, chain) != 1 ||
	    TS_RESP_CTX_set_def_policy(ctx, policy) != 1 ||
	    TS_RESP_CTX_add_md(ctx, EVP_sha256()) != 1 ||
	    TS_RESP_CTX_add_md(ctx, EVP_sha384()) != 1 ||
	    TS_RESP_CTX_add_md(ctx, EVP_sha512()) != 1 ||
	    TS_RESP_CTX_set_accuracy(ctx, 1, 0, 0) != 1 ||
	    TS_RESP_CTX_set_clock_precision_digits(ctx, 3) != 1)
		die("stamping unit");
	TS_RESP_CTX_set_serial_cb(ctx, next_number, NULL);
	sk_X509_free(chain);
	ASN1_OBJECT_free(policy);
	return ctx;
}

/* Octets of the head with its empty line; 0: there is more to come. */
static size_t
head_of(const char *request, size_t *body)
{
	const char *end = strstr(request, "\r\n\r\n");
	const char *length = strcasestr(request, "\r\ncontent-length:");

	if (end == NULL)
		return 0;
	*body = length != NULL && length < end
	    ? strtoul(length + strlen("\r\ncontent-length:"), NULL, 10)
	    : 0;
	return (size_t)(end - request) + 4;
}

static bool
send_all(int connection, const uint8_t *octets, size_t len)
{
	ssize_t n;

	for (; len > 0; octets += n, len -= (size_t)n) {
		n = send(connection, octets, len, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
	}
	return true;
}

/* What the query asks for; what is none gets openssl's refusal. */
static bool
answer(int connection, TS_RESP_CTX *ctx, const char *query, size_t len)
{
	BIO *in = BIO_new_mem_buf(query, (int)len);
	TS_RESP *response = TS_RESP_create_response(ctx, in);
	int n = i2d_TS_RESP(response, NULL), head;
	uint8_t *octets = malloc(HEAD + (size_t)(n > 0 ? n : 0)), *at;
	bool sent = false;

	if (n > 0 && octets != NULL) {
		head = snprintf((char *)octets, HEAD,
		    "HTTP/1.1 200 OK\r\n"
		    "Content-Type: application/timestamp-reply\r\n"
		    "Content-Length: %d\r\n\r\n",
		    n);
		at = octets + head;
		i2d_TS_RESP(response, &at);
		sent = send_all(connection, octets, (size_t)(head + n));
	}
	free(octets);
	TS_RESP_free(response);
	BIO_free(in);
	return sent;
}

static void *
serve(void *arg)
{
	int connection = (int)(intptr_t)arg, on = 1;
	TS_RESP_CTX *ctx = open_unit();
	char request[REQUEST + 1];
	size_t have = 0, head, body = 0;
	bool open = true;
	ssize_t n;

	setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	while (open && have < REQUEST &&
	    (n = recv(connection, request + have, REQUEST - have, 0)) > 0) {
		have += (size_t)n;
		request[have] = '\0';
		while (open && (head = head_of(request, &body)) > 0 &&
		    body <= have - head) {
			open = answer(connection, ctx, request + head, body);
			have -= head + body;
			memmove(request, request + head + body, have + 1);
		}
	}
	TS_RESP_CTX_free(ctx);
	close(connection);
	return NULL;
}

static void *
accept_all(void *arg)
{
	int listener = (int)(intptr_t)arg, connection;
	pthread_t thread;

	while ((connection = accept(listener, NULL, NULL)) >= 0) {
		if (pthread_create(&thread, NULL, serve,
			(void *)(intptr_t)connection) == 0)
			pthread_detach(thread);
		else
			close(connection);
	}
	die("accept");
	return NULL;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	pthread_t thread;
	BIO *file;

	if (argc != 4)
		die("usage: tsa CERTIFICATE KEY ISSUER");
	unit = load_certificate(argv[1]);
	issuer = load_certificate(argv[3]);
	file = open_file(argv[2]);
	key = PEM_read_bio_PrivateKey(file, NULL, NULL, NULL);
	BIO_free(file);
	if (key == NULL)
		die(argv[2]);
	if (listener < 0 ||
	    bind(listener, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(listener, 64) != 0 ||
	    getsockname(listener, (struct sockaddr *)&at, &len) != 0 ||
	    pthread_create(
		&thread, NULL, accept_all, (void *)(intptr_t)listener) != 0)
		die("no port");
	printf("http://127.0.0.1:%u/tsa\n", ntohs(at.sin_port));
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}

/*
 * xml_check FILE: whether it is in exclusive canonical form, without comments,
 * and its SHA-256, in one pass: what the appliance does.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "common/c14n.h"
#include "common/sha256.h"

struct hash {
	struct sink sink;
	struct sha256 sha256;
};

static void
put(struct sink *sink, const uint8_t *buf, size_t len)
{
	sha256_push(&((struct hash *)sink)->sha256, buf, len);
}

int
main(int argc, char **argv)
{
	static uint8_t buf[65536];
	struct hash hash = {.sink = {put}};
	uint8_t digest[SHA256_SIZE];
	struct c14n c;
	ssize_t n;
	size_t i;
	int fd;

	if (argc != 2 || (fd = open(argv[1], O_RDONLY | O_CLOEXEC)) < 0)
		return 64;
	sha256_init(&hash.sha256);
	c14n_init(&c, C14N_EXCLUSIVE, false, NULL, &hash.sink);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		c14n_push(&c, buf, (size_t)n);
	close(fd);
	if (n < 0 || c14n_finish(&c) != ERR_OK)
		return 1;
	sha256_finish(&hash.sha256, digest);
	for (i = 0; i < sizeof(digest); i++)
		printf("%02x", digest[i]);
	putchar('\n');
	return 0;
}

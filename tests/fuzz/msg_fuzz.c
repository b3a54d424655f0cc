/*
 * msg_fuzz: what is read as a message is written as the same octets; a stream
 * gives the same frames however it is split.
 */
#include <stdlib.h>
#include <string.h>

#include "common/msg.h"
#include "common/sha256.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static void
read_stream(const uint8_t *buf, size_t len, size_t step,
    uint8_t digest[static SHA256_SIZE])
{
	static struct frame_rx rx;
	enum frame_event event;
	struct sha256 h;
	const uint8_t *p;
	size_t n;

	sha256_init(&h);
	frame_rx_init(&rx);
	while (len > 0) {
		n = step < len ? step : len;
		p = buf;
		buf += n;
		len -= n;
		while (n > 0) {
			event = frame_rx_push(&rx, &p, &n);
			if (event == FRAME_READY)
				sha256_push(&h, rx.body, rx.len);
			if (event != FRAME_NONE)
				sha256_push(&h, &rx.number, 1);
			if (event == FRAME_BAD && rx.err == ERR_OK)
				abort();
		}
	}
	sha256_finish(&h, digest);
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	uint8_t one[SHA256_SIZE], all[SHA256_SIZE], frame[FRAME_MAX];
	struct msg m;

	read_stream(buf, len, 1, one);
	read_stream(buf, len, len + 1, all);
	if (memcmp(one, all, SHA256_SIZE) != 0)
		abort();
	if (len > 0 && len - 1 <= FRAME_BODY &&
	    msg_decode(&m, buf[0], buf + 1, len - 1) == ERR_OK) {
		if (msg_encode(&m, frame) !=
			FRAME_HEAD + len - 1 + FRAME_TAIL ||
		    memcmp(frame + FRAME_HEAD, buf + 1, len - 1) != 0)
			abort();
	}
	return 0;
}

/*
 * ccid_fuzz: messages for the card reader and APDUs for its card, cut in any
 * way. Whatever they are: an answer is well-formed and of its message, the
 * status is one of those that docs/TOKENS.md lists, a signature is given only
 * for an armed digest and once, and cutting changes nothing.
 *
 * Input: messages, each as two octets and what they announce: how it is cut
 * (0x80: the card gets the octets as an APDU in a message of their own; 0x40:
 * the digest 0x11.. is armed before), and a length.
 */
#include "tests/unit/firmware/usb_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len);

static void
must(bool good)
{
	if (!good)
		abort();
}

static bool
is_listed(unsigned status)
{
	static const uint16_t list[] = {0x9000, 0x6700, 0x6883, 0x6884, 0x6982,
	    0x6983, 0x6985, 0x6a80, 0x6a81, 0x6a82, 0x6a86, 0x6d00, 0x6e00};
	size_t i;

	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		if (list[i] == status)
			return true;
	}
	return status >> 8 == 0x61 || (status & 0xfff0) == 0x63c0;
}

static void
check_answer(
    struct device *d, const uint8_t *message, const uint8_t *answer, size_t len)
{
	must(len >= CCID_HEAD && len <= CCID_MESSAGE);
	must(answer[0] >= 0x80 && answer[0] <= 0x84);
	must(len == CCID_HEAD + (size_t)(answer[1] | answer[2] << 8));
	must(answer[3] == 0 && answer[4] == 0);
	must(answer[5] == message[5] && answer[6] == message[6]);
	if (message[0] == 0x6f && answer[7] == 0) {
		must(len >= CCID_HEAD + 2);
		must(is_listed(
		    (unsigned)answer[len - 2] << 8 | answer[len - 1]));
	} else if ((answer[7] & 0x40) != 0) {
		must(len == CCID_HEAD);
	}
	must(d->key.pin_tries >= 1);
}

/* Its answer, or 0 octets. */
static size_t
exchange(struct device *d, const uint8_t *message, size_t len, size_t cut,
    uint8_t *answer)
{
	const uint8_t *octets;
	size_t at, n = 0;

	for (at = 0; at < len || len == 0; at += n) {
		n = len - at < cut ? len - at : cut;
		ccid_take(&d->ctx, message + at, n, at + n == len);
		if (len == 0 || at + n == len)
			break;
	}
	if (!ccid_run(&d->ctx)) {
		must(!ccid_answer(&d->ctx, &octets, &n));
		return 0;
	}
	must(ccid_answer(&d->ctx, &octets, &n));
	memcpy(answer, octets, n);
	ccid_fetched(&d->ctx);
	must(!ccid_run(&d->ctx) && ccid_is_receptive(&d->ctx));
	return n;
}

static void
run(struct device *d[static 2], const uint8_t *p, size_t len)
{
	uint8_t message[CCID_HEAD + 256] = {0x6f, 0, 0, 0, 0, 0, 7};
	uint8_t answer[2][CCID_MESSAGE] = {{0}};
	size_t n[2], i, cut = 1 + (p[0] & 0x3fu);

	if ((p[0] & 0x80) != 0) {
		message[1] = (uint8_t)len;
		memcpy(message + CCID_HEAD, p + 2, len);
		len += CCID_HEAD;
	} else {
		memcpy(message, p + 2, len);
	}
	/* what comes behind a message is another one, if it comes apart */
	if (len < CCID_HEAD || message[1] + CCID_HEAD < (int)len)
		cut = sizeof(message);
	for (i = 0; i < 2; i++) {
		unsigned before = d[i]->signatures;
		bool armed = d[i]->ctx.armed || (p[0] & 0x40) != 0;

		if ((p[0] & 0x40) != 0)
			device_arm(d[i], 0x11);
		n[i] = exchange(d[i], message, len,
		    i == 0 ? sizeof(message) : cut, answer[i]);
		must(d[i]->signatures <= before + armed);
		must(d[i]->signatures == before || !d[i]->ctx.armed);
		if (n[i] > 0)
			check_answer(d[i], message, answer[i], n[i]);
	}
	must(n[0] == n[1] && memcmp(answer[0], answer[1], n[0]) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *buf, size_t len)
{
	struct device *d[2] = {device_new(ALG_ES256), device_new(ALG_ES256)};
	size_t n;

	tap_bad = 0;
	while (len >= 2) {
		n = buf[1] < len - 2 ? buf[1] : len - 2;
		run(d, buf, n);
		buf += 2 + n;
		len -= 2 + n;
	}
	must(tap_bad == 0);
	free(d[0]);
	free(d[1]);
	return 0;
}

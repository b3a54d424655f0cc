/*
 * appliance_sim: a host, a finger and an eye at a running zegel-sim.
 *
 *	build/tests/e2e/appliance_sim FOLDER SCREENS [CONSOLE]
 *
 * FOLDER is the simulator's, CONSOLE what console_open takes (its socket,
 * if there is none); what was seen is written to SCREENS as text, read
 * out of the pixels by the glyphs of the font. Prints TAP.
 */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/ecc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "boards/board.h"
#include "firmware/font.h"
#include "firmware/text.h"
#include "hsm/console.h"
#include "tests/unit/common/tap.h"
#include "tests/unit/support/appliance.h"

#define LONG_TEXT 200000

static const char *folder, *where;
static FILE *screens;
static struct console *console;
static struct appliance *host; /* only what a host computes is used of it */
static struct msg hello;
static char screen[TEXT_ROWS][4 * TEXT_COLUMNS + 1];
static char big[LONG_TEXT + 400];
static struct appliance_item former;
static unsigned batches;

static void
pause_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static void
press(unsigned buttons)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	uint8_t octet = (uint8_t)buttons;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%.90s/control", folder);
	if (fd < 0 ||
	    sendto(fd, &octet, 1, 0, (struct sockaddr *)&a, sizeof(a)) != 1)
		perror("control");
	close(fd);
}

static void
tap_button(unsigned button)
{
	press(button);
	pause_ms(80);
	press(0);
	pause_ms(80);
}

static const char *
read_cell(const uint8_t *pixels, unsigned row, unsigned column)
{
	static char text[5];
	uint8_t cell[FONT_HEIGHT];
	uint32_t code;
	unsigned x, y, at;

	for (y = 0; y < FONT_HEIGHT; y++) {
		cell[y] = 0;
		for (x = 0; x < FONT_WIDTH; x++) {
			at = column * FONT_WIDTH + x;
			if (pixels[(row * FONT_HEIGHT + y) * 16 + at / 8] &
			    0x80 >> at % 8)
				cell[y] |= (uint8_t)(0x80 >> x);
		}
	}
	for (code = 0x20; code < 0x3000; code++) {
		const uint8_t *glyph = font_find(code);

		if (glyph == NULL || memcmp(glyph, cell, FONT_HEIGHT) != 0)
			continue;
		text[utf8_encode(code, (uint8_t *)text)] = '\0';
		return text;
	}
	return "#"; /* turned round, or no glyph */
}

static void
look(void)
{
	uint8_t file[10 + BOARD_SCREEN_WIDTH * BOARD_SCREEN_HEIGHT / 8];
	char path[256];
	unsigned row, column;
	size_t end;
	FILE *f;

	memset(screen, 0, sizeof(screen));
	snprintf(path, sizeof(path), "%s/screen.pbm", folder);
	f = fopen(path, "rb");
	if (f == NULL || fread(file, 1, sizeof(file), f) != sizeof(file)) {
		if (f != NULL)
			fclose(f);
		return;
	}
	fclose(f);
	for (row = 0; row < TEXT_ROWS; row++) {
		for (column = 0; column < TEXT_COLUMNS; column++)
			strncat(screen[row], read_cell(file + 10, row, column),
			    sizeof(screen[row]) - strlen(screen[row]) - 1);
		end = strlen(screen[row]);
		while (end > 0 && screen[row][end - 1] == ' ')
			screen[row][--end] = '\0';
	}
}

/* Until a row begins so; then it is written down. */
static bool
sees(const char *name, const char *text)
{
	unsigned tries, row;

	for (tries = 0; tries < 100; tries++) {
		pause_ms(50);
		look();
		for (row = 0; row < TEXT_ROWS; row++) {
			if (strncmp(screen[row], text, strlen(text)) != 0)
				continue;
			fprintf(screens, "== %s\n", name);
			for (row = 0; row < TEXT_ROWS; row++)
				fprintf(screens, "%s\n", screen[row]);
			return true;
		}
	}
	for (row = 0; row < TEXT_ROWS; row++)
		printf("# |%s\n", screen[row]);
	return false;
}

static const char *
payload(uint32_t index)
{
	if (index == 0)
		return "{\"credentialSubject\":{\"fullName\":{\"el\":["
		       "\"\u0391\u03bb\u03ad\u03be\u03b7\u03c2 "
		       "\u0416\u0430\u043d-\u0141\u00f3\u0107 "
		       "\u4e2d\"]}},\"displayParameter\":{\"title\":{\"en\":["
		       "\"Diploma\"]}},\"id\":\"urn:credential:0\"}";
	if (index == 1)
		return big;
	return appliance_payload(index);
}

static enum err
begin(uint32_t count, uint64_t seconds)
{
	struct msg m = appliance_begin_message(host, count);

	/* the appliance's time does not run backwards */
	m.begin.now = APPLIANCE_TIME + 100 * (uint64_t)++batches;
	m.begin.expires = m.begin.now + seconds;
	merkle_init(&host->tree);
	return console_begin(
	    console, &m, host->certificate, host->certificate_len);
}

static enum err
item(uint32_t index)
{
	struct msg m = appliance_item_message(host, index, payload(index));
	struct msg r;
	uint8_t hash[SHA256_SIZE];
	enum err e;

	e = console_item(
	    console, &m, NULL, (const uint8_t *)payload(index), &r);
	if (e != ERR_OK)
		return e;
	CHECK(memcmp(r.result.leaf, host->item[index].leaf, LEAF_SIZE) == 0);
	memcpy(host->item[index].ticket, r.result.ticket, MSG_TICKET);
	merkle_leaf(host->item[index].leaf, LEAF_SIZE, hash);
	return merkle_push(&host->tree, hash);
}

static bool
review_of(uint32_t count, uint64_t seconds)
{
	uint8_t root[SHA256_SIZE];
	struct msg m;
	uint32_t i;

	if (begin(count, seconds) != ERR_OK)
		return false;
	for (i = 0; i < count; i++) {
		if (item(i) != ERR_OK)
			return false;
	}
	merkle_root(&host->tree, root);
	return console_wait(console, 5000, &m) == ERR_OK &&
	    m.number == MSG_ROOT && memcmp(m.root.root, root, SHA256_SIZE) == 0;
}

static bool
is_signed(const struct msg *m)
{
	uint8_t digest[SHA256_SIZE], der[80];
	uint8_t point[MSG_POINT];
	struct approval a;
	word32 len = sizeof(der);
	ecc_key key;
	int good = 0;

	if (approval_decode(&a, m->approved.approval) != ERR_OK)
		return false;
	approval_digest(&a, digest);
	memcpy(point, hello.hello_reply.point, sizeof(point));
	if (wc_ecc_init(&key) != 0)
		return false;
	if (wc_ecc_import_unsigned(
		&key, point, point + 32, NULL, ECC_SECP256R1) != 0 ||
	    wc_ecc_rs_raw_to_sig(m->approved.signature, 32,
		m->approved.signature + 32, 32, der, &len) != 0 ||
	    wc_ecc_verify_hash(der, len, digest, sizeof(digest), &good, &key) !=
		0)
		good = 0;
	wc_ecc_free(&key);
	return good == 1;
}

static void
says_hello_and_what_it_is(void)
{
	char link[256];

	/* what it is, until a button is pressed */
	pause_ms(200);
	tap_button(BOARD_BUTTON_UP);
	CHECK(sees("start", "waits for a host"));
	snprintf(link, sizeof(link), "%s/link", folder);
	CHECK(console_open(&console, where != NULL ? where : link, 5000,
		  &hello) == ERR_OK);
	CHECK(hello.hello_reply.board_class == BOARD_CLASS_SIMULATOR);
	CHECK(hello.hello_reply.kinds == 1 << KIND_JADES);
	CHECK(sees("idle", "ready"));
}

/* Down until an item is asked for. */
static bool
turn_to(uint32_t index)
{
	struct msg m;
	int i;

	for (i = 0; i < 60; i++) {
		tap_button(BOARD_BUTTON_DOWN);
		if (console_wait(console, 60, &m) == ERR_OK)
			return m.number == MSG_WANTED &&
			    m.wanted.index == index;
	}
	return false;
}

static void
signs_a_batch_that_was_read_and_held(void)
{
	uint8_t root[SHA256_SIZE];
	struct approval a;
	struct msg m;

	CHECK(review_of(3, 3600));
	CHECK(sees("batch", "Seal 3 credentials"));
	tap_button(BOARD_BUTTON_DOWN);
	CHECK(sees("root", "Root of all:"));
	CHECK(turn_to(0));
	CHECK(sees("waiting", "is being fetched"));
	m = appliance_review_message(host, 0);
	CHECK(console_send(console, &m) == ERR_OK);
	CHECK(sees("item 1", "Learner:"));
	CHECK(turn_to(1));
	CHECK(sees("waiting again", "is being fetched"));
	m = appliance_review_message(host, 1);
	CHECK(console_send(console, &m) == ERR_OK);
	CHECK(sees("item 2", "Learner:"));
	press(BOARD_BUTTON_SELECT);
	pause_ms(1000);
	press(0);
	CHECK(console_wait(console, 300, &m) == ERR_TIMEOUT);
	press(BOARD_BUTTON_SELECT);
	CHECK(console_wait(console, 4000, &m) == ERR_OK);
	press(0);
	CHECK(m.number == MSG_APPROVED && is_signed(&m));
	CHECK(approval_decode(&a, m.approved.approval) == ERR_OK);
	merkle_root(&host->tree, root);
	CHECK(memcmp(a.root, root, SHA256_SIZE) == 0 && a.count == 3);
	m.approved.approval[60] ^= 1;
	CHECK(!is_signed(&m));
	CHECK(sees("approved", "APPROVED"));
	former = host->item[0];
}

static void
a_ticket_of_the_former_batch_is_refused(void)
{
	struct msg m;

	CHECK(review_of(3, 3600));
	CHECK(turn_to(0));
	memcpy(host->item[0].ticket, former.ticket, MSG_TICKET);
	m = appliance_review_message(host, 0);
	CHECK(console_send(console, &m) == ERR_OK);
	CHECK(console_wait(console, 5000, &m) == ERR_TICKET);
	CHECK(sees("ticket", "ticket is not of"));
}

static void
an_item_changed_since_is_refused(void)
{
	struct msg m;

	CHECK(review_of(3, 3600));
	CHECK(turn_to(0));
	host->item[0].summary[30] ^= 1;
	m = appliance_review_message(host, 0);
	CHECK(console_send(console, &m) == ERR_OK);
	CHECK(console_wait(console, 5000, &m) == ERR_SUMMARY_DIFFERS);
	CHECK(sees("changed", "summary is not the"));
}

static void
a_wrong_order_is_refused(void)
{
	CHECK(begin(3, 3600) == ERR_OK);
	CHECK(item(2) == ERR_ITEM_ORDER);
	CHECK(sees("order", "item is not the next"));
}

static void
a_wrong_length_is_refused(void)
{
	struct msg m, r;

	CHECK(begin(1, 3600) == ERR_OK);
	m = appliance_item_message(host, 0, payload(0));
	m.item.payload_len--;
	CHECK(console_item(console, &m, NULL, (const uint8_t *)payload(0),
		  &r) == ERR_JSON_TRUNCATED);
	CHECK(sees("length", "input ends inside"));
}

static void
a_payload_that_is_not_canonical_is_refused(void)
{
	static const char text[] = "{\"b\":1,\"a\":2}";
	struct msg m, r;

	CHECK(begin(1, 3600) == ERR_OK);
	m = appliance_item_message(host, 0, text);
	CHECK(console_item(console, &m, NULL, (const uint8_t *)text, &r) ==
	    ERR_JCS_ORDER);
	CHECK(r.error.offset == 8);
	CHECK(sees("canonical", "member names not in"));
}

static void
left_refuses(void)
{
	struct msg m;

	CHECK(review_of(1, 3600));
	CHECK(sees("one", "Seal 1 credential"));
	tap_button(BOARD_BUTTON_LEFT);
	CHECK(console_wait(console, 5000, &m) == ERR_OK);
	CHECK(m.number == MSG_REFUSED);
	CHECK(m.refused.reason == ERR_NOT_CONSENTED);
	CHECK(sees("refused", "REFUSED"));
}

static void
the_end_of_the_window_refuses(void)
{
	struct msg m;

	CHECK(review_of(1, 2));
	CHECK(console_wait(console, 8000, &m) == ERR_OK);
	CHECK(m.number == MSG_REFUSED && m.refused.reason == ERR_TIMEOUT);
	CHECK(sees("time-out", "REFUSED"));
}

static void
abort_ends_a_batch(void)
{
	struct msg m = {.number = MSG_ABORT};

	CHECK(review_of(1, 3600));
	CHECK(console_send(console, &m) == ERR_OK);
	CHECK(console_wait(console, 5000, &m) == ERR_OK);
	CHECK(m.number == MSG_ABORTED);
	CHECK(sees("aborted", "ready"));
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc != 3 && argc != 4)
		return 64;
	folder = argv[1];
	if (argc == 4)
		where = argv[3];
	screens = fopen(argv[2], "w");
	if (screens == NULL)
		return 74;
	host = appliance_new();
	memcpy(big, "{\"a\":\"", 6);
	for (i = 0; i < LONG_TEXT; i++)
		big[6 + i] = (char)('a' + i % 26);
	snprintf(big + 6 + LONG_TEXT, 300,
	    "\",\"displayParameter\":{\"title\":{\"en\":[\"Diploma\"]}},"
	    "\"id\":\"urn:credential:1\"}");
	TAP_RUN(says_hello_and_what_it_is);
	if (console == NULL)
		return 1;
	TAP_RUN(signs_a_batch_that_was_read_and_held);
	TAP_RUN(a_ticket_of_the_former_batch_is_refused);
	TAP_RUN(an_item_changed_since_is_refused);
	TAP_RUN(a_wrong_order_is_refused);
	TAP_RUN(a_wrong_length_is_refused);
	TAP_RUN(a_payload_that_is_not_canonical_is_refused);
	TAP_RUN(left_refuses);
	TAP_RUN(the_end_of_the_window_refuses);
	TAP_RUN(abort_ends_a_batch);
	console_close(console);
	free(host);
	fclose(screens);
	return tap_done();
}

/* The console's client, and an appliance that is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <malloc.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/link.h"
#include "hsm/console.h"
#include "hsm/pipe.h"

#define SHORT 300 /* milliseconds */
#define LONG 5000

/* What comes after HELLO_REPLY. */
enum habit {
	ANSWERS, /* STATUS_REPLY in the same packet */
	ZEROS, /* for ever */
	CREDITS, /* for ever */
	NO_CREDIT, /* CREDIT, of none */
	NO_HELLO, /* STATUS_REPLY for ever, and never HELLO_REPLY */
};

struct peer {
	char folder[32], path[64];
	int listener;
	enum habit habit;
	pthread_t thread;
};

static size_t
put(uint8_t *packet, size_t len, unsigned number)
{
	struct msg m = {.number = (uint8_t)number};
	uint8_t frame[FRAME_MAX];
	size_t n;

	if (number == MSG_HELLO_REPLY)
		m.hello_reply.version = MSG_VERSION;
	if (number == MSG_ERROR)
		m.error.reason = ERR_TICKET;
	if (number == MSG_BEGUN)
		m.begun.credits = 1;
	n = msg_encode(&m, frame);
	memcpy(packet + len, frame, n);
	return len + n;
}

static void *
serve(void *arg)
{
	struct peer *p = arg;
	uint8_t in[LINK_PACKET], out[LINK_PACKET] = {LINK_CONSOLE, 0};
	size_t len = LINK_HEAD;
	int fd = accept(p->listener, NULL, NULL);
	bool greeted = p->habit == NO_HELLO;

	while (!greeted && recv(fd, in, sizeof(in), 0) > 0)
		greeted = in[LINK_HEAD] == FRAME_MARK;
	if (p->habit != NO_HELLO)
		len = put(out, len, MSG_HELLO_REPLY);
	if (p->habit == ANSWERS)
		len = put(out, len, MSG_STATUS_REPLY);
	if (p->habit == NO_CREDIT)
		len = put(out, put(out, len, MSG_BEGUN), MSG_CREDIT);
	(void)send(fd, out, len, MSG_NOSIGNAL);
	len = LINK_HEAD + 1000;
	memset(out + LINK_HEAD, 0, sizeof(out) - LINK_HEAD);
	if (p->habit == CREDITS)
		len = put(out, LINK_HEAD, MSG_CREDIT);
	if (p->habit == NO_HELLO)
		len = put(out, LINK_HEAD, MSG_STATUS_REPLY);
	if (p->habit == ZEROS || p->habit == CREDITS || p->habit == NO_HELLO) {
		while (send(fd, out, len, MSG_NOSIGNAL) > 0) {
		}
	}
	while (recv(fd, in, sizeof(in), 0) > 0) {
	}
	close(fd);
	return NULL;
}

static void
listen_at(struct peer *p, int backlog)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	snprintf(p->folder, sizeof(p->folder), "/tmp/consoleXXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->path, sizeof(p->path), "%s/link", p->folder);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", p->path);
	p->listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	assert_int_equal(
	    bind(p->listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(p->listener, backlog), 0);
}

static void
stop(struct peer *p)
{
	close(p->listener);
	unlink(p->path);
	rmdir(p->folder);
}

static struct console *
start(struct peer *p, enum habit habit)
{
	struct console *c;
	struct msg hello;

	p->habit = habit;
	listen_at(p, 1);
	assert_int_equal(pthread_create(&p->thread, NULL, serve, p), 0);
	assert_int_equal(console_open(&c, p->path, SHORT, &hello), ERR_OK);
	return c;
}

static void
finish(struct peer *p, struct console *c)
{
	console_close(c);
	pthread_join(p->thread, NULL);
	stop(p);
}

/* A PIN goes this way. */
static void
nothing_is_left_of_what_was_sent(void **state)
{
	static const char pin[] = "271828";
	struct pipe *pipe;
	struct peer p;

	(void)state;
	listen_at(&p, 1);
	assert_int_equal(pipe_open_socket(&pipe, p.path), ERR_OK);
	assert_int_equal(pipe->send(pipe, (const uint8_t *)pin, strlen(pin),
			     pipe_now() + LONG),
	    ERR_OK);
	assert_null(memmem(pipe, malloc_usable_size(pipe), pin, strlen(pin)));
	/* nobody reads it: nor is anything left when it does not go */
	while (pipe->send(pipe, (const uint8_t *)pin, strlen(pin),
		   pipe_now() + 10) == ERR_OK) {
	}
	assert_null(memmem(pipe, malloc_usable_size(pipe), pin, strlen(pin)));
	pipe->close(pipe);
	stop(&p);
}

static void
an_answer_outlives_what_is_sent_before_it_is_read(void **state)
{
	struct peer p;
	struct console *c = start(&p, ANSWERS);
	static const uint8_t octets[FRAME_BODY];
	struct msg m = {.number = MSG_LOAD};

	(void)state;
	m.bulk.octets = (struct msg_octets){octets, sizeof(octets)};
	assert_int_equal(console_send(c, &m), ERR_OK);
	assert_int_equal(console_wait(c, LONG, &m), ERR_OK);
	assert_int_equal(m.number, MSG_STATUS_REPLY);
	finish(&p, c);
}

static void
whoever_never_pauses_is_not_waited_for(void **state)
{
	static const enum habit habits[] = {ZEROS, CREDITS};
	struct peer p;
	struct console *c;
	struct msg m;
	int64_t begun;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		c = start(&p, habits[i]);
		begun = pipe_now();
		assert_int_equal(console_wait(c, SHORT, &m), ERR_TIMEOUT);
		assert_true(pipe_now() - begun < LONG);
		finish(&p, c);
	}
}

static void
a_hello_that_never_comes_is_not_waited_for(void **state)
{
	struct peer p = {.habit = NO_HELLO};
	struct console *c;
	struct msg hello;

	(void)state;
	listen_at(&p, 1);
	assert_int_equal(pthread_create(&p.thread, NULL, serve, &p), 0);
	assert_int_equal(console_open(&c, p.path, SHORT, &hello), ERR_TIMEOUT);
	finish(&p, NULL);
}

static void
credit_of_nothing_is_no_credit(void **state)
{
	static const uint8_t chain[2 * FRAME_BODY];
	struct msg begin = {.number = MSG_BEGIN};
	struct peer p;
	struct console *c = start(&p, NO_CREDIT);

	(void)state;
	begin.begin.station = begin.begin.origin = (struct msg_octets){
	    (const uint8_t *)"x", 1};
	assert_int_equal(console_begin(c, &begin, chain, sizeof(chain)),
	    ERR_CONSOLE_MESSAGE);
	finish(&p, c);
}

static void
a_place_in_a_long_queue_is_not_waited_for(void **state)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct console *c;
	struct msg hello;
	struct peer p;
	int fd[8], i;

	(void)state;
	listen_at(&p, 0);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", p.path);
	for (i = 0; i < 8; i++) {
		fd[i] = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
		(void)!connect(fd[i], (struct sockaddr *)&a, sizeof(a));
	}
	assert_int_equal(
	    console_open(&c, p.path, SHORT, &hello), ERR_TOKEN_BUSY);
	for (i = 0; i < 8; i++)
		close(fd[i]);
	stop(&p);
	assert_int_equal(
	    console_open(&c, p.path, SHORT, &hello), ERR_TOKEN_ABSENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_left_of_what_was_sent),
	    cmocka_unit_test(an_answer_outlives_what_is_sent_before_it_is_read),
	    cmocka_unit_test(whoever_never_pauses_is_not_waited_for),
	    cmocka_unit_test(a_hello_that_never_comes_is_not_waited_for),
	    cmocka_unit_test(credit_of_nothing_is_no_credit),
	    cmocka_unit_test(a_place_in_a_long_queue_is_not_waited_for),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

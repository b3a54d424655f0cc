#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "host/base/secret.h"
#include "host/cli/cli.h"

/* Signals come through only while it waits: one that came between the
 * question and the wait would be lost. */
static bool
await_answer(int fd, const char *question)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	sigset_t hold, old;
	bool there;

	sigemptyset(&hold);
	sigaddset(&hold, SIGINT);
	sigaddset(&hold, SIGTERM);
	sigprocmask(SIG_BLOCK, &hold, &old);
	there = write(fd, question, strlen(question)) > 0 &&
	    ppoll(&p, 1, NULL, &old) > 0;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return there;
}

/* A terminal hands over whole lines. */
bool
cli_ask(const char *question, char *answer, size_t cap)
{
	ssize_t n = -1;
	int fd;

	fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return false;
	if (await_answer(fd, question))
		n = read(fd, answer, cap - 1);
	close(fd);
	if (n <= 0)
		return false;
	answer[n] = '\0';
	answer[strcspn(answer, "\n")] = '\0';
	return true;
}

bool
cli_has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool
cli_ask_yes(const char *question)
{
	char answer[16];

	return cli_ask(question, answer, sizeof(answer)) &&
	    (strcmp(answer, "y") == 0 || strcmp(answer, "yes") == 0);
}

/* Where a PIN comes from. */
struct source {
	int fd;
	int signals; /* a signalfd, or -1 */
	const struct termios *terminal; /* as it was before; NULL: it is none */
};

/* Waits for an octet: a signal that came meanwhile? It stays pending. */
static bool
is_signalled(const struct source *s)
{
	struct pollfd p[2] = {{.fd = s->fd, .events = POLLIN},
	    {.fd = s->signals, .events = POLLIN}};

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
	return p[1].revents != 0;
}

/* Control-C and its like: nobody means them as a part of a PIN. */
static bool
is_cancelling(const struct source *s, uint8_t octet)
{
	static const int keys[] = {VINTR, VQUIT, VSUSP};
	size_t i;

	if (s->terminal == NULL || octet == _POSIX_VDISABLE)
		return false;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (octet == s->terminal->c_cc[keys[i]])
			return true;
	return false;
}

/* Octets up to a newline or the end, straight into secret memory. */
static enum err
read_line(const struct source *s, uint8_t *pin, size_t *len)
{
	ssize_t got;
	uint8_t octet;

	*len = 0;
	for (;;) {
		if (is_signalled(s))
			return ERR_CANCELLED;
		got = read(s->fd, &octet, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ERR_IO;
		if (got == 0 || octet == '\n')
			break;
		if (is_cancelling(s, octet))
			return ERR_CANCELLED;
		if (*len == CLI_PIN)
			return ERR_PIN_LENGTH;
		pin[(*len)++] = octet;
	}
	secret_wipe(&octet, 1);
	return *len == 0 ? ERR_PIN_LENGTH : ERR_OK;
}

/* Without echo. Keys send no signals, but the first two end the line, so that
 * they are read at once. */
static void
silence(const struct source *s)
{
	struct termios silent = *s->terminal;

	silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	silent.c_cc[VEOL] = s->terminal->c_cc[VINTR];
	silent.c_cc[VEOL2] = s->terminal->c_cc[VQUIT];
	tcsetattr(s->fd, TCSAFLUSH, &silent);
}

static enum err
read_terminal(const char *question, uint8_t *pin, size_t *len)
{
	struct termios before;
	struct source s = {.terminal = &before};
	sigset_t stop, old;
	enum err e;

	s.fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (s.fd < 0 || tcgetattr(s.fd, &before) != 0) {
		if (s.fd >= 0)
			close(s.fd);
		return ERR_TOKEN_LOGGED_OUT;
	}
	/* What ends the program in between would leave the terminal without
	 * echo: it waits until that is back. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGHUP);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGQUIT);
	sigaddset(&stop, SIGTERM);
	s.signals = signalfd(-1, &stop, SFD_CLOEXEC);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_BLOCK, &stop, &old);
	silence(&s);
	e = write(s.fd, question, strlen(question)) < 0 ? ERR_IO : ERR_OK;
	if (e == ERR_OK)
		e = read_line(&s, pin, len);
	tcsetattr(s.fd, TCSAFLUSH, &before);
	if (write(s.fd, "\n", 1) < 0)
		e = ERR_IO;
	close(s.fd);
	if (s.signals >= 0)
		close(s.signals);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return e;
}

enum err
cli_read_pin(const char *question, int64_t fd, uint8_t **pin, size_t *len,
    struct fault *fault)
{
	const struct source given = {.fd = (int)fd, .signals = -1};
	enum err e;

	*pin = secret_alloc(CLI_PIN);
	if (*pin == NULL)
		return fault_set(fault, ERR_NO_MEMORY, FAULT_NO_OFFSET, "PIN");
	if (fd >= 0)
		e = read_line(&given, *pin, len);
	else
		e = read_terminal(question, *pin, len);
	if (e == ERR_OK)
		return ERR_OK;
	secret_free(*pin, CLI_PIN);
	*pin = NULL;
	return fault_set(fault, e, FAULT_NO_OFFSET, "%s",
	    e == ERR_TOKEN_LOGGED_OUT
		? "no terminal to ask at: give it with --pin-fd"
		: "reading the PIN");
}

enum err
cli_station(const struct cli *c, struct station *station, struct fault *fault)
{
	return station_open(station, c->station_dir, fault);
}

#include "host/daemon/process.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stopping;

static void
on_stop(int signum)
{
	(void)signum;
	stopping = 1;
}

bool
process_is_stopping(void)
{
	return stopping != 0;
}

void
process_signals(void)
{
	struct sigaction a;

	memset(&a, 0, sizeof(a));
	a.sa_handler = on_stop;
	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGINT, &a, NULL);
	a.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &a, NULL);
}

void
process_ready(const struct process *p)
{
	/* The parent may be gone; then the peers' sockets say so. */
	if (write(p->ready, "r", 1) == 1)
		close(p->ready);
}

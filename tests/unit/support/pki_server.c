#include "tests/unit/support/pki_server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/support/scratch.h"

static struct scratch folder;
static char url[128];
static pid_t server;

static void
must(int good)
{
	if (!good)
		abort();
}

/* It ends with this process, whatever that one's end is. */
static void
run_server(int out, pid_t parent)
{
	char *const words[] = {
	    (char[]){"tests/pki/serve.py"}, folder.dir, NULL};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	must(dup2(out, STDOUT_FILENO) >= 0);
	execv(words[0], words);
	_exit(127);
}

void
pki_server_begin(void)
{
	pid_t parent = getpid();
	FILE *said;
	int pipes[2];

	scratch_make(&folder);
	must(pipe(pipes) == 0);
	server = fork();
	must(server >= 0);
	if (server == 0) {
		close(pipes[0]);
		run_server(pipes[1], parent);
	}
	close(pipes[1]);
	said = fdopen(pipes[0], "r");
	must(said != NULL && fgets(url, sizeof(url), said) != NULL);
	fclose(said);
	url[strcspn(url, "\n")] = '\0';
}

void
pki_server_end(void)
{
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	scratch_remove(&folder);
}

void
pki_server_url(const char *path, char out[static PKI_SERVER_TEXT])
{
	snprintf(out, PKI_SERVER_TEXT, "%s%s", url, path);
}

void
pki_server_path(const char *name, char out[static PKI_SERVER_TEXT])
{
	snprintf(out, PKI_SERVER_TEXT, "%s/%s", folder.dir, name);
}

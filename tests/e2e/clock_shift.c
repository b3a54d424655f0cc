/*
 * clock_shift.c: loaded before libc (LD_PRELOAD), it moves the clock of a
 * process by the seconds that stand in the file $CLOCK_SHIFT, read at each
 * look: a test sets a machine's clock without being root.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static time_t
shift(void)
{
	const char *path = getenv("CLOCK_SHIFT");
	FILE *f = path != NULL ? fopen(path, "re") : NULL;
	long seconds = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%ld", &seconds) != 1)
		seconds = 0;
	fclose(f);
	return seconds;
}

static int
real_time(clockid_t clock, struct timespec *out)
{
	static int (*real)(clockid_t, struct timespec *);
	void *symbol;

	if (real == NULL) {
		symbol = dlsym(RTLD_NEXT, "clock_gettime");
		memcpy(&real, &symbol, sizeof(real));
	}
	return real(clock, out);
}

int
clock_gettime(clockid_t clock, struct timespec *out)
{
	int r = real_time(clock, out);

	if (r == 0 && clock == CLOCK_REALTIME)
		out->tv_sec += shift();
	return r;
}

int
gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return -1;
	out->tv_sec = now.tv_sec;
	out->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t
time(time_t *out)
{
	struct timespec now;

	if (real_time(CLOCK_REALTIME, &now) != 0)
		return -1;
	now.tv_sec += shift();
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}

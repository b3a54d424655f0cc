/*
 * say.h: the daemon's messages, one line each, to stderr for journald.
 *
 *	say_as("front");
 *	say(SAY_INFO, "batch %lld closed, %u items", id, count);
 *	say_fault(SAY_ERROR, &fault, "queue.db");
 *
 * Memory    one line on the stack
 * Chunks    one write(2) a line: lines of several processes do not mix
 * Errors    none: a message that cannot be written is lost
 * Trust     ids and counts only: never a person's name, never a value of a
 *           credential. Control characters are written as '?'
 * Limits    SAY_LINE octets; what is longer is cut
 *
 * Lines begin with "<LEVEL>" (sd-daemon(3)) when JOURNAL_STREAM is set or
 * stderr is no terminal; a person at a terminal reads them without.
 */
#ifndef HOST_BASE_SAY_H
#define HOST_BASE_SAY_H

#include "host/base/fault.h"

#define SAY_LINE 1024

/* Levels of syslog(3). */
enum say_level {
	SAY_ERROR = 3, /* something must be done about it */
	SAY_WARNING = 4,
	SAY_NOTICE = 5, /* normal and worth keeping */
	SAY_INFO = 6,
	SAY_DEBUG = 7,
};

/* Name of this process, before each message; a constant string. */
void say_as(const char *process);

void say(enum say_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* As fault_print; file may be NULL. */
void say_fault(
    enum say_level level, const struct fault *fault, const char *file);

#endif

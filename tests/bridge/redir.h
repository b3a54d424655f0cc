/* redir.h: the device for a guest of QEMU, by usbredir. */
#ifndef TESTS_BRIDGE_REDIR_H
#define TESTS_BRIDGE_REDIR_H

#include "tests/bridge/bus.h"

/* Until the guest is gone. */
int redir_run(struct bus *b, const char *path);

#endif

/* mock.h: the device as usbfs and sysfs show it, for the children of this
 * process and who else has UMOCKDEV_DIR and the preloaded library. */
#ifndef TESTS_BRIDGE_MOCK_H
#define TESTS_BRIDGE_MOCK_H

#include "tests/bridge/bus.h"

/* Makes it, runs the command there, ends with it: its exit code. */
int mock_run(struct bus *b, char **command);

#endif

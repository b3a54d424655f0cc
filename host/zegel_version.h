/* zegel_version.h: the one place where the version stands. */
#ifndef HOST_ZEGEL_VERSION_H
#define HOST_ZEGEL_VERSION_H

#define ZEGEL_VERSION "0.1.0"

#endif

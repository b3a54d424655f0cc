/* version.h: the one place where the version stands. */
#ifndef COMMON_VERSION_H
#define COMMON_VERSION_H

#define ZEGEL_VERSION "0.1.0"

#endif

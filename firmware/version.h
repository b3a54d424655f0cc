/*
 * version.h: private to firmware. What the screen says; the digest beside it
 * says it exactly.
 */
#ifndef FIRMWARE_VERSION_H
#define FIRMWARE_VERSION_H

#define FIRMWARE_VERSION "0.1"

#endif

/*
 * c14n_file.h: canonical XML of a file or a stream, and whether bytes are
 * canonical already: what 'zegel canon' does. C14N_EXCLUSIVE &c.: common/c14n.h
 *
 *	e = c14n_file_write(0, "-", 1, &options, &octets, digest, &fault);
 *	e = c14n_file_check(fd, "draft.xml", &options, &fault);
 *
 * Memory    that of c14n_write.h or common/c14n.h, and 64 KiB
 * Chunks    descriptors of any kind, read to their end
 * Errors    write: those of c14n_write.h, IO and its like; check: those of
 *           common/c14n.h with the offset of the first offence, C14N_DIFFERS
 * Trust     what was written does not count unless ERR_OK is returned; check
 *           says so if and only if writing would change nothing
 * Limits    C14N_WRITE_*: documents beyond common/bounds.h can be checked only
 *           from a descriptor that can be read twice
 */
#ifndef HOST_XML_C14N_FILE_H
#define HOST_XML_C14N_FILE_H

#include "common/sha256.h"
#include "host/xml/c14n_write.h"

/* out may be -1: nothing is written. octets and digest (of what is written)
 * may be NULL. */
MUST_USE enum err c14n_file_write(int fd, const char *name, int out,
    const struct c14n_write_options *options, uint64_t *octets, uint8_t *digest,
    struct fault *fault);

/* Of the options only method, comments and prefixes. */
MUST_USE enum err c14n_file_check(int fd, const char *name,
    const struct c14n_write_options *options, struct fault *fault);

#endif

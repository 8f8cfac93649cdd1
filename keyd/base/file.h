/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a whole small file, which may hold secrets. */
#ifndef KEYD_BASE_FILE_H
#define KEYD_BASE_FILE_H

#include <sys/types.h>

#include "base/secret.h"

/*
 * Read the regular file @path into the empty @content (which stays empty for an empty file).
 * @mode gets the permission bits, may be NULL. Returns 0, -EFBIG above @max octets, -EINVAL
 * when it is no regular file, or the error of the system call.
 */
int file_read(const char *path, size_t max, struct secret *content, mode_t *mode);

#endif

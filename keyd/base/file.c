// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, size_t size, struct secret *content)
{
	struct secret buf = { 0 };
	size_t done = 0;
	ssize_t n;
	int r = secret_alloc(&buf, size);

	while (!r && done < size) {
		n = read(fd, buf.data + done, size - done);
		if (n > 0)
			done += (size_t)n;
		else if (!n || errno != EINTR)
			r = n ? -errno : -EIO; /* it shrank while it was read */
	}
	if (r)
		secret_wipe(&buf);
	else
		secret_move(content, &buf);
	return r;
}

int file_read(const char *path, size_t max, struct secret *content, mode_t *mode)
{
	/* O_NONBLOCK: a FIFO must not hold up the daemon */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), r = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		r = -errno;
	else if (!S_ISREG(st.st_mode))
		r = -EINVAL;
	else if ((uint64_t)st.st_size > max)
		r = -EFBIG;
	else if (st.st_size)
		r = read_all(fd, (size_t)st.st_size, content);
	if (!r && mode)
		*mode = st.st_mode & 07777;
	close(fd);
	return r;
}

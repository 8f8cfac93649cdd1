// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/der.h"

bool der_next(struct bytes *in, uint8_t *tag, struct bytes *value)
{
	size_t len, head = 2;

	if (in->len < 2 || (in->data[0] & 0x1f) == 0x1f)
		return false;
	len = in->data[1];
	if (len == 0x81 && in->len >= 3 && in->data[2] >= 0x80) {
		len = in->data[2];
		head = 3;
	} else if (len == 0x82 && in->len >= 4 && in->data[2] > 0) {
		len = (size_t)in->data[2] << 8 | in->data[3];
		head = 4;
	} else if (len >= 0x80) {
		return false;
	}
	if (len > in->len - head)
		return false;
	*tag = in->data[0];
	*value = bytes_of(in->data + head, len);
	in->data += head + len;
	in->len -= head + len;
	return true;
}

bool der_expect(struct bytes *in, uint8_t tag, struct bytes *value)
{
	uint8_t found;

	return der_next(in, &found, value) && found == tag;
}

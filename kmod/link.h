/* SPDX-License-Identifier: GPL-2.0 */
/* The rtnetlink kind "svti": how devices are made, changed and shown. */
#ifndef _SVTI_LINK_H
#define _SVTI_LINK_H

int svti_link_init(void);
void svti_link_exit(void);

#endif /* _SVTI_LINK_H */

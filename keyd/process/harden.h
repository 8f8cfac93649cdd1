/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a process that holds secrets gives up. */
#ifndef KEYD_PROCESS_HARDEN_H
#define KEYD_PROCESS_HARDEN_H

/*
 * Before secrets are read: no core dumps, no ptrace by others, no new privileges. Returns 0,
 * or a negative errno with the name of what failed in *what.
 */
int harden_early(const char **what);
/*
 * Once the sockets are bound: every capability goes but CAP_NET_ADMIN, for the kernel's SAs
 * and devices. Files of root stay readable to a keyd of root, for a reload.
 */
int harden_late(const char **what);

#endif

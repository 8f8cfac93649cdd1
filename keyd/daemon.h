/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The life of the daemon: start, run until told to end, reload, end. */
#ifndef KEYD_DAEMON_H
#define KEYD_DAEMON_H

/*
 * @config_path: configuration file
 * @socket: of control, NULL: as configured
 * Returns an exit status; what went wrong is in the log.
 */
int daemon_run(const char *config_path, const char *socket);

#endif

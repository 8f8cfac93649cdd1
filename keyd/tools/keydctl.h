/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keydctl: ask a running keyd. */
#ifndef KEYD_TOOLS_KEYDCTL_H
#define KEYD_TOOLS_KEYDCTL_H

#include <jansson.h>

/* Text for people, of the answers in control/control.h. */
void print_connections(const json_t *connections);
void print_connection(const json_t *connection);
void print_log_line(const json_t *line);
void print_counters(const json_t *counters);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share. */
#ifndef KEYD_CONTROL_PRIV_H
#define KEYD_CONTROL_PRIV_H

#include "base/log.h"
#include "control/control.h"

/* Answer a request. *follow: the client wants log lines from now on. NULL: out of memory. */
json_t *control_answer(const struct control_env *env, const char *line, size_t len, bool *follow);
json_t *control_log_line(int64_t when_ms, enum log_level level, const char *object,
			 const char *line);

/* One line of the list of connections; @id counts from 1. */
json_t *control_show_line(const struct control_env *env, const struct ike_conn_info *info,
			  unsigned int id);
/* Everything about one. */
json_t *control_show_whole(const struct control_env *env, const struct ike_conn_info *info);

/* A string, with '?' for octets that are not ASCII when @text is not UTF-8. NULL gives null. */
json_t *control_text(const char *text);
/* "10.1.0.0/24", "10.1.0.0/24[tcp/80-90]", "10.1.0.5-10.1.0.9" */
void control_format_ts(char *buf, size_t len, const struct wire_ts *ts);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line for each thing that happened. */
#ifndef KEYD_BASE_LOG_H
#define KEYD_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

enum { LOG_LINE_MAX = 1024, LOG_KEPT = 1000 };

/* Receives each line that passes the level. @object: connection or subsystem, may be NULL. */
typedef void (*log_sink)(void *ctx, enum log_level level, const char *object, const char *line);

void log_set_level(enum log_level level);
/* Add a sink beside standard error, NULL takes it away. */
void log_set_sink(log_sink sink, void *ctx);
void log_write(enum log_level level, const char *object, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The last LOG_KEPT lines, oldest first; @each gets time (UNIX ms), level, object, line. */
void log_each_kept(void (*each)(void *ctx, int64_t when_ms, enum log_level level,
				const char *object, const char *line), void *ctx);

#define log_error(obj, ...) log_write(LOG_LEVEL_ERROR, obj, __VA_ARGS__)
#define log_warning(obj, ...) log_write(LOG_LEVEL_WARNING, obj, __VA_ARGS__)
#define log_info(obj, ...) log_write(LOG_LEVEL_INFO, obj, __VA_ARGS__)
#define log_debug(obj, ...) log_write(LOG_LEVEL_DEBUG, obj, __VA_ARGS__)

#endif

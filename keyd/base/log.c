// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines go to standard error, to the ring of kept lines and to one sink. A line may hold text
 * that a peer chose (an identity, a reason), so everything that could move a terminal's cursor
 * or start a line of its own is escaped before it leaves this file. One thread logs.
 */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct kept_line {
	int64_t when_ms;
	enum log_level level;
	char *object; /* or NULL; with @line behind it in one allocation */
	char *line;
};

static struct {
	enum log_level level;
	log_sink sink;
	void *sink_ctx;
	bool busy; /* a sink or a visitor runs: what it logs goes to standard error alone */
	struct kept_line kept[LOG_KEPT];
	unsigned int oldest;
	unsigned int count;
} log_state = { .level = LOG_LEVEL_INFO };

static const struct {
	const char *name;
	int syslog; /* RFC 5424 6.2.1 */
} levels[] = {
	[LOG_LEVEL_ERROR] = { "error", 3 },
	[LOG_LEVEL_WARNING] = { "warning", 4 },
	[LOG_LEVEL_INFO] = { "info", 6 },
	[LOG_LEVEL_DEBUG] = { "debug", 7 },
};

void log_set_level(enum log_level level)
{
	log_state.level = level;
}

void log_set_sink(log_sink sink, void *ctx)
{
	log_state.sink = sink;
	log_state.sink_ctx = ctx;
}

/* Length of a well-formed UTF-8 sequence (RFC 3629) at @text, 0 if there is none. */
static size_t utf8_decode(const unsigned char *text, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;

	if (text[0] < 0x80) {
		*code = text[0];
		return 1;
	}
	if ((text[0] & 0xe0) == 0xc0)
		len = 2;
	else if ((text[0] & 0xf0) == 0xe0)
		len = 3;
	else if ((text[0] & 0xf8) == 0xf0)
		len = 4;
	else
		return 0;
	*code = text[0] & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (text[i] & 0x3f);
	}
	if (*code < least[len] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return len;
}

/* Shows as what it is: no C0 or C1 control, no line separator, no change of direction. */
static bool is_plain(uint32_t code)
{
	return code >= 0x20 && !(code >= 0x7f && code <= 0x9f) &&
	       !(code >= 0x200b && code <= 0x200f) && !(code >= 0x2028 && code <= 0x202e) &&
	       !(code >= 0x2060 && code <= 0x206f) && code != 0xfeff;
}

/* Copy @from, octets that are not plain text as \xNN. Too long a line ends with "...". */
static void escape(char *to, size_t size, const char *from)
{
	const unsigned char *in = (const unsigned char *)from;
	static const char cut[] = "...";
	size_t at = 0;

	while (*in) {
		uint32_t code = 0;
		size_t len = utf8_decode(in, &code);
		bool plain = len && is_plain(code);

		if (!plain)
			len = 1;
		if (at + (plain ? len : 4) + sizeof(cut) > size) {
			memcpy(to + at, cut, sizeof(cut));
			return;
		}
		if (plain) {
			memcpy(to + at, in, len);
			at += len;
		} else {
			at += (size_t)snprintf(to + at, size - at, "\\x%02x", *in);
		}
		in += len;
	}
	to[at] = '\0';
}

static void keep(int64_t when_ms, enum log_level level, const char *object, const char *line)
{
	size_t object_size = object ? strlen(object) + 1 : 0, line_size = strlen(line) + 1;
	char *text = malloc(object_size + line_size);
	struct kept_line *slot;

	if (!text)
		return;
	if (object)
		memcpy(text, object, object_size);
	memcpy(text + object_size, line, line_size);

	slot = &log_state.kept[(log_state.oldest + log_state.count) % LOG_KEPT];
	if (log_state.count < LOG_KEPT) {
		log_state.count++;
	} else {
		log_state.oldest = (log_state.oldest + 1) % LOG_KEPT;
		free(slot->object ? slot->object : slot->line);
	}
	*slot = (struct kept_line){
		.when_ms = when_ms,
		.level = level,
		.object = object ? text : NULL,
		.line = text + object_size,
	};
}

/* systemd says in JOURNAL_STREAM which file is the journal; see systemd.exec(5). */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	return stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 &&
	       !fstat(STDERR_FILENO, &st) && st.st_dev == dev && st.st_ino == ino;
}

static void to_stderr(int64_t when_ms, enum log_level level, const char *object, const char *line)
{
	char text[LOG_LINE_MAX + 256], stamp[32];
	time_t seconds = when_ms / 1000;
	struct tm tm;
	int len;

	if (stderr_is_journal()) {
		len = snprintf(text, sizeof(text), "<%d>%s%s%s\n", levels[level].syslog,
			       object ? object : "", object ? ": " : "", line);
	} else {
		gmtime_r(&seconds, &tm);
		strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
		len = snprintf(text, sizeof(text), "%s.%03dZ %s: %s%s%s\n", stamp,
			       (int)(when_ms % 1000), levels[level].name, object ? object : "",
			       object ? ": " : "", line);
	}
	if (len >= (int)sizeof(text)) {
		len = sizeof(text) - 1;
		text[len - 1] = '\n';
	}
	/* One write, so that lines of several processes do not mix. */
	if (len > 0 && write(STDERR_FILENO, text, (size_t)len) < 0)
		return; /* nobody is left to tell */
}

/**
 * log_write() - log one line
 * @level: how bad; above the level set, nothing happens
 * @object: name of the connection or subsystem, of our own making, or NULL
 * @fmt: printf() format, without a newline at its end
 *
 * The arguments may hold text from a peer. errno is left as it was.
 */
void log_write(enum log_level level, const char *object, const char *fmt, ...)
{
	char raw[LOG_LINE_MAX], line[LOG_LINE_MAX];
	int saved_errno = errno, len;
	struct timespec now;
	int64_t when_ms;
	va_list args;

	if (level > log_state.level)
		return;
	va_start(args, fmt);
	len = vsnprintf(raw, sizeof(raw), fmt, args);
	va_end(args);
	if (len < 0)
		raw[0] = '\0';
	else if (len >= (int)sizeof(raw))
		memcpy(raw + sizeof(raw) - 4, "...", 4);
	escape(line, sizeof(line), raw);

	clock_gettime(CLOCK_REALTIME, &now);
	when_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	to_stderr(when_ms, level, object, line);
	if (!log_state.busy) {
		keep(when_ms, level, object, line);
		if (log_state.sink) {
			log_state.busy = true;
			log_state.sink(log_state.sink_ctx, level, object, line);
			log_state.busy = false;
		}
	}
	errno = saved_errno;
}

/**
 * log_each_kept() - visit the last LOG_KEPT lines, oldest first
 * @each: called for each one; the texts are valid during the call. What it logs is not kept
 * @ctx: its first argument
 */
void log_each_kept(void (*each)(void *ctx, int64_t when_ms, enum log_level level,
				const char *object, const char *line),
		   void *ctx)
{
	bool was_busy = log_state.busy;

	log_state.busy = true;
	for (unsigned int i = 0; i < log_state.count; i++) {
		const struct kept_line *k = &log_state.kept[(log_state.oldest + i) % LOG_KEPT];

		each(ctx, k->when_ms, k->level, k->object, k->line);
	}
	log_state.busy = was_busy;
}

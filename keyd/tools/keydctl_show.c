// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON of keyd as text. A member that is missing prints as nothing, never as a crash. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tools/keydctl.h"

enum {
	TIME_MAX = 64
};

static const char *text(const json_t *j, const char *key)
{
	const char *value = json_string_value(json_object_get(j, key));

	return value ? value : "";
}

static int64_t number(const json_t *j, const char *key)
{
	return json_integer_value(json_object_get(j, key));
}

static bool yes(const json_t *j, const char *key)
{
	return json_is_true(json_object_get(j, key));
}

static const char *since(const json_t *j, char buf[static TIME_MAX])
{
	const json_t *time = json_object_get(j, "time");
	int64_t s = json_integer_value(time);

	if (!json_is_integer(time))
		return "-";
	snprintf(buf, TIME_MAX,
		 "%" PRId64 " Days %" PRId64 " Hours %" PRId64 " Mins %" PRId64 " Secs", s / 86400,
		 s % 86400 / 3600, s % 3600 / 60, s % 60);
	return buf;
}

static int widest(const json_t *array, const char *key, const char *title)
{
	size_t widest = strlen(title), i;
	const json_t *j;

	json_array_foreach((json_t *)(uintptr_t)array, i, j)
		if (strlen(text(j, key)) > widest)
			widest = strlen(text(j, key));
	return (int)widest;
}

void print_connections(const json_t *connections)
{
	const int name = widest(connections, "name", "NAME");
	const int description = widest(connections, "description", "DESCRIPTION");
	const int status = widest(connections, "status", "STATUS");
	char buf[TIME_MAX];
	const json_t *j;
	size_t i;

	printf("%-4s %-*s  %-*s  %-*s  %s\n", "ID", name, "NAME", description, "DESCRIPTION",
	       status, "STATUS", "TIME (since last rekey)");
	json_array_foreach((json_t *)(uintptr_t)connections, i, j)
		printf("%-4" PRId64 " %-*s  %-*s  %-*s  %s\n", number(j, "id"), name,
		       text(j, "name"), description, text(j, "description"), status,
		       text(j, "status"), since(j, buf));
}

static void print_list(const char *title, const json_t *array)
{
	const json_t *j;
	size_t i;

	printf("    %-6s ", title);
	json_array_foreach((json_t *)(uintptr_t)array, i, j)
		printf("%s%s", i ? ", " : "", json_string_value(j));
	putchar('\n');
}

static void print_half(const char *title, const json_t *j)
{
	const json_t *idle = json_object_get(j, "idle");

	printf("    %-3s %s", title, text(j, "spi"));
	if (!json_object_get(j, "bytes")) {
		puts(", not in the kernel");
		return;
	}
	printf(", %" PRId64 " bytes, %" PRId64 " packets", number(j, "bytes"),
	       number(j, "packets"));
	if (json_is_integer(idle))
		printf(", %" PRId64 "s ago", (int64_t)json_integer_value(idle));
	if (number(j, "replayed"))
		printf(", %" PRId64 " replayed", number(j, "replayed"));
	if (number(j, "auth_failed"))
		printf(", %" PRId64 " forged", number(j, "auth_failed"));
	putchar('\n');
}

static void print_child(const json_t *child)
{
	printf("  %s: #%" PRId64 ", reqid %" PRId64 ", %s, %s, %s%s\n", text(child, "name"),
	       number(child, "id"), number(child, "reqid"), text(child, "state"),
	       text(child, "mode"), text(child, "proposal"), yes(child, "esn") ? "/ESN" : "");
	printf("    installed %" PRId64 "s ago\n", number(child, "installed"));
	print_half("in", json_object_get(child, "in"));
	print_half("out", json_object_get(child, "out"));
	print_list("local", json_object_get(child, "local"));
	print_list("remote", json_object_get(child, "remote"));
}

static void print_side(const char *title, const json_t *side)
{
	const char *id = text(side, "id");

	printf("  %-6s '%s' @ %s[%" PRId64 "]\n", title, *id ? id : "unknown",
	       text(side, "address"), number(side, "port"));
}

static void print_ike_sa(const char *name, const json_t *sa)
{
	const json_t *child;
	size_t i;

	printf("%s: #%" PRId64 ", %s, IKEv2, %s_i%s %s_r%s\n", name, number(sa, "id"),
	       text(sa, "state"), text(sa, "spi_i"), yes(sa, "initiator") ? "*" : "",
	       text(sa, "spi_r"), yes(sa, "initiator") ? "" : "*");
	print_side("local", json_object_get(sa, "local"));
	print_side("remote", json_object_get(sa, "remote"));
	if (*text(sa, "proposal"))
		printf("  %s\n", text(sa, "proposal"));
	if (json_object_get(sa, "established"))
		printf("  established %" PRId64 "s ago\n", number(sa, "established"));
	json_array_foreach(json_object_get(sa, "children"), i, child)
		print_child(child);
}

static void print_configuration(const char *name, const json_t *c)
{
	const json_t *child = json_object_get(c, "child");
	const bool cert = !strcmp(text(c, "method"), "cert");

	puts("Loaded configuration for the connection:");
	printf("%s: IKEv2, %s, dpd delay %" PRId64 "s\n", name,
	       yes(c, "initiator") ? "initiator" : "responder", number(c, "dpd_delay"));
	printf("  local:  %s\n  remote: %s\n", text(c, "local_address"), text(c, "peer"));
	printf("  local %s authentication:\n    id: %s", cert ? "certificate" : "pre-shared key",
	       text(c, "local_id"));
	if (cert)
		printf(", certificate: %s", text(c, "certificate"));
	printf("\n  remote %s authentication:\n    id: %s", cert ? "certificate" : "pre-shared key",
	       text(c, "remote_id"));
	if (cert)
		printf(", ca: %s", text(c, "ca"));
	printf("\n  ike: %s\n  %s: TUNNEL, esp: %s\n", text(c, "ike"), text(child, "name"),
	       text(child, "esp"));
	print_list("local", json_object_get(child, "local"));
	print_list("remote", json_object_get(child, "remote"));
}

void print_connection(const json_t *connection)
{
	const char *name = text(connection, "name");
	const json_t *sas = json_object_get(connection, "ike_sas"), *sa;
	size_t i;

	printf("Current state for tunnel %s is %s.\n", name, text(connection, "status"));
	if (*text(connection, "last_error"))
		printf("Last error: %s\n", text(connection, "last_error"));
	if (json_array_size(sas))
		puts("Security-Association(SA) details:");
	json_array_foreach((json_t *)(uintptr_t)sas, i, sa)
		print_ike_sa(name, sa);
	print_configuration(name, json_object_get(connection, "configuration"));
}

void print_log_line(const json_t *line)
{
	int64_t ms = number(line, "time");
	time_t s = ms / 1000;
	char stamp[32] = "";
	struct tm tm;

	if (json_object_get(line, "lost")) {
		printf("(%" PRId64 " lines lost: read faster)\n", number(line, "lost"));
		return;
	}
	if (localtime_r(&s, &tm))
		strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M:%S", &tm);
	printf("%s.%03d %-7s %s%s%s\n", stamp, (int)(ms % 1000), text(line, "level"),
	       text(line, "object"), *text(line, "object") ? ": " : "", text(line, "line"));
}

void print_counters(const json_t *counters)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)counters, name, value)
		printf("%-20s %" PRId64 "\n", name, (int64_t)json_integer_value(value));
}

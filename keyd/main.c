// SPDX-License-Identifier: GPL-2.0-or-later
/* keyd: the command line. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/config.h"
#include "daemon.h"

#define CONFIG_DEFAULT SVTI_SYSCONFDIR "/svti/keyd.conf"

enum {
	EXIT_USAGE = 2
};

static const char usage[] =
	"Usage: keyd [-c FILE] [-s SOCKET] [-v]\n"
	"       keyd --check [FILE]\n"
	"\n"
	"  -c, --config FILE     default " CONFIG_DEFAULT "\n"
	"  -s, --socket SOCKET   the control socket, in place of the configured one\n"
	"  -v, --verbose         log more\n"
	"  --check               say whether the configuration is right, and what is wrong\n"
	"  -h, --help; --version\n"
	"\n"
	"keyd stays in the foreground and logs to standard error. SIGHUP: reload, SIGTERM: take all\n"
	"connections down and end. Devices that it made stay.\n";

static int check(const char *path)
{
	struct config_errors *errors = calloc(1, sizeof(*errors));
	struct config *config = errors ? config_load(path, errors) : NULL;
	unsigned int i;

	if (config)
		printf("%s: ok, %u connection%s\n", path, config->count,
		       config->count == 1 ? "" : "s");
	for (i = 0; !config && errors && i < errors->count && i < CONFIG_ERRORS_MAX; i++)
		fprintf(stderr, "%s\n", errors->text[i]);
	if (!config && errors && errors->count > CONFIG_ERRORS_MAX)
		fprintf(stderr, "and %u more\n", errors->count - CONFIG_ERRORS_MAX);
	free(errors);
	config_free(config);
	return config ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "socket", required_argument, NULL, 's' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "check", no_argument, NULL, 'C' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = CONFIG_DEFAULT, *socket = NULL;
	bool only_check = false;
	int c;

	while ((c = getopt_long(argc, argv, "c:s:vh", options, NULL)) >= 0) {
		if (c == 'c')
			path = optarg;
		else if (c == 's')
			socket = optarg;
		else if (c == 'v')
			log_set_level(LOG_LEVEL_DEBUG);
		else if (c == 'C')
			only_check = true;
		else if (c == 'h' || c == 'V')
			return printf("%s", c == 'h' ? usage : "keyd " SVTI_VERSION "\n") < 0;
		else
			return EXIT_USAGE;
	}
	if (only_check && optind == argc - 1)
		path = argv[optind++];
	if (optind < argc) {
		fprintf(stderr, "keyd: what is '%s'? (see --help)\n", argv[optind]);
		return EXIT_USAGE;
	}
	return only_check ? check(path) : daemon_run(path, socket);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keyd.conf: read, checked against itself and the files it names, all or nothing. */
#ifndef KEYD_CONFIG_CONFIG_H
#define KEYD_CONFIG_CONFIG_H

#include "base/log.h"
#include "ike/conf.h"
#include "keys/keys.h"
#include "pki/pki.h"

#define CONFIG_CONTROL_SOCKET "/run/svti/keyd.sock" /* unless the file says otherwise */

enum {
	CONFIG_CONNECTIONS_MAX = 65536,
	CONFIG_HALF_OPEN_MAX = 1000000, /* of the thresholds that count half-open IKE SAs */
	CONFIG_ERRORS_MAX = 32, /* reported in one go */
	CONFIG_ERROR_LEN = 512,
};

/**
 * struct config - a whole, valid configuration
 * @conn: connections, in order of the file
 * @pki: all certificates that they name
 * @keys: all private and pre-shared keys that they name
 * @control_socket: path of the control socket
 * @log_level: enum log_level, or -1 when the file does not say
 * @limits: cookie-threshold, block-threshold, init-limit-half-open
 */
struct config {
	unsigned int count;
	struct ike_conn_conf *conn;
	struct pki *pki;
	struct keys *keys;
	char control_socket[108];
	int log_level;
	struct ike_limits limits;
};

struct config_errors {
	unsigned int count; /* may be above CONFIG_ERRORS_MAX: only those are kept */
	char text[CONFIG_ERRORS_MAX][CONFIG_ERROR_LEN]; /* "FILE:LINE: value: what is wrong; remedy" */
};

/* NULL when anything is wrong; *errors says what, each with file, line, value and remedy. */
struct config *config_load(const char *path, struct config_errors *errors);
void config_free(struct config *config);

#endif

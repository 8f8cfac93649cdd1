// SPDX-License-Identifier: GPL-2.0-or-later
/* The file and what it includes, through libConfuse, to connections. */
#include <dirent.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "config/priv.h"

/* libConfuse gives its callbacks nothing of ours; set during a run of config_load(). */
static struct loader *current;

void config_error(struct loader *l, const struct place *place, const char *connection,
		  const char *fmt, ...)
{
	unsigned int n = l->errors->count++;
	va_list ap;
	int used;
	char *to;

	if (n >= CONFIG_ERRORS_MAX)
		return;
	to = l->errors->text[n];
	if (place)
		used = snprintf(to, CONFIG_ERROR_LEN, "%.200s:%u: %s%.64s%s", l->file[place->file],
				place->line, connection ? "connection " : "",
				connection ? connection : "", connection ? ": " : "");
	else
		used = snprintf(to, CONFIG_ERROR_LEN, "%.200s: ", l->file[0]);
	va_start(ap, fmt);
	vsnprintf(to + used, CONFIG_ERROR_LEN - (size_t)used, fmt, ap);
	va_end(ap);
}

static void on_confuse_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	struct place place = { .line = (unsigned int)cfg->line,
			       .file = (uint16_t)(current->scanned - 1) };
	char text[160];

	vsnprintf(text, sizeof(text), fmt, ap);
	if (strstr(fmt, "duplicate title"))
		config_error(current, &place, NULL, "%s: a name is there once; rename one", text);
	else
		config_error(current, &place, NULL,
			     "%s; values with spaces, '=' or ',' stand in quotes", text);
}

static void add_file(struct loader *l, const struct place *place, const char *path)
{
	for (unsigned int i = 0; i < l->files; i++)
		if (!strcmp(l->file[i], path)) {
			config_error(l, place, NULL, "%s is included twice; remove one", path);
			return;
		}
	if (l->files == FILES_MAX) {
		config_error(l, place, NULL, "more than %d files are included", FILES_MAX);
		return;
	}
	l->file[l->files] = strdup(path);
	if (l->file[l->files])
		l->files++;
	else
		config_error(l, place, NULL, "out of memory");
}

static int is_conf(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 5 && !strcmp(entry->d_name + len - 5, ".conf");
}

static void add_directory(struct loader *l, const struct place *place, const char *path)
{
	char file[PATH_MAX];
	struct dirent **names;
	int count = scandir(path, &names, is_conf, alphasort);

	if (count < 0) {
		config_error(l, place, NULL, "%s cannot be read: %s", path, strerror(errno));
		return;
	}
	for (int i = 0; i < count; i++) {
		if ((size_t)snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name) <
		    sizeof(file))
			add_file(l, place, file);
		free(names[i]);
	}
	free(names);
}

/* include("FILE") or include("DIRECTORY"): read after the file that says so. */
static int on_include(cfg_t *cfg, cfg_opt_t *opt, int argc, const char **argv)
{
	struct loader *l = current;
	struct place place = { .line = (unsigned int)cfg->line,
			       .file = (uint16_t)(l->scanned - 1) };
	char path[PATH_MAX];
	struct stat st;

	(void)opt;
	if (argc != 1) {
		config_error(l, &place, NULL, "write include(\"FILE or DIRECTORY\")");
		return -1;
	}
	if ((size_t)snprintf(path, sizeof(path), "%s%s%s", *argv[0] == '/' ? "" : l->dir,
			     *argv[0] == '/' ? "" : "/", argv[0]) >= sizeof(path))
		config_error(l, &place, NULL, "the path to include is too long");
	else if (stat(path, &st))
		config_error(l, &place, NULL, "include %s: %s", path, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		add_directory(l, &place, path);
	else
		add_file(l, &place, path);
	return 0;
}

static unsigned int make_opts(cfg_opt_t *opts, enum section section)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < KEYS; i++) {
		const struct key_def *def = key_def((enum key)i);

		if (def->section != section)
			continue;
		if (def->list)
			opts[n++] = (cfg_opt_t)CFG_STR_LIST(def->name, NULL, CFGF_NONE);
		else
			opts[n++] = (cfg_opt_t)CFG_STR(def->name, NULL, CFGF_NONE);
	}
	return n;
}

static cfg_t *make_cfg(void)
{
	cfg_opt_t child[KEYS + 1], connection[KEYS + 3], root[KEYS + 3];
	unsigned int n;

	child[make_opts(child, SECTION_CHILD)] = (cfg_opt_t)CFG_END();
	n = make_opts(connection, SECTION_CONNECTION);
	connection[n++] = (cfg_opt_t)CFG_STR(SECTION_NAME, NULL, CFGF_NONE);
	connection[n++] = (cfg_opt_t)CFG_SEC(section_inside(SECTION_CONNECTION), child,
					     CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	connection[n] = (cfg_opt_t)CFG_END();
	n = make_opts(root, SECTION_ROOT);
	root[n++] = (cfg_opt_t)CFG_SEC(section_inside(SECTION_ROOT), connection, CFGF_MULTI);
	root[n++] = (cfg_opt_t)CFG_FUNC("include", on_include);
	root[n] = (cfg_opt_t)CFG_END();
	return cfg_init(root, CFGF_NONE);
}

static void parse(struct loader *l, const struct secret *text)
{
	FILE *stream = fmemopen(text->data, text->len, "r");

	if (!stream) {
		config_error(l, NULL, NULL, "out of memory");
		return;
	}
	/* unbuffered: stdio would keep a copy of the secrets */
	setvbuf(stream, NULL, _IONBF, 0);
	cfg_parse_fp(l->cfg, stream);
	fclose(stream);
}

static void read_one(struct loader *l)
{
	unsigned int file = l->scanned++;
	struct place place = { .line = 1, .file = (uint16_t)file };
	size_t places = l->places;
	struct secret text = { 0 };
	mode_t mode = 0;
	int r = file_read(l->file[file], FILE_LEN_MAX, &text, &mode);

	if (r)
		config_error(l, &place, NULL, "cannot be read: %s", strerror(-r));
	else if (text.len && config_scan(l, file, &text) && text.len)
		parse(l, &text);
	secret_wipe(&text);
	for (; mode & 077 && places < l->places; places++)
		if (l->place[places].key == KEY_SECRET) {
			log_warning("config",
				    "%s has secrets and may be read by others; chmod 600 %s",
				    l->file[file], l->file[file]);
			break;
		}
}

static const struct place *place_of(const struct loader *l, enum key key)
{
	for (size_t i = 0; i < l->places; i++)
		if (l->place[i].key == key)
			return &l->place[i];
	return NULL;
}

/* A number of half-open IKE SAs; @word is one too, if it is not NULL. */
static uint32_t take_count(struct loader *l, enum key key, uint32_t absent, const char *word,
			   uint32_t word_value)
{
	const char *text = cfg_getstr(l->cfg, key_def(key)->name), *why;
	uint32_t n = absent;

	if (!text || (word && !strcmp(text, word)))
		return text ? word_value : absent;
	if (value_count(text, CONFIG_HALF_OPEN_MAX, &n, &why))
		config_error(l, place_of(l, key), NULL, "%s = %s: %s%s%s", key_def(key)->name, text,
			     why, word ? ", or " : "", word ? word : "");
	return n;
}

static void take_limits(struct loader *l)
{
	l->config->limits = (struct ike_limits){
		.cookie_threshold = take_count(l, KEY_COOKIE_THRESHOLD, IKE_COOKIE_THRESHOLD,
					       "always", IKE_COOKIE_ALWAYS),
		.block_threshold =
			take_count(l, KEY_BLOCK_THRESHOLD, IKE_BLOCK_THRESHOLD, NULL, 0),
		.half_open_max = take_count(l, KEY_INIT_LIMIT, 0, NULL, 0),
	};
}

static void take_globals(struct loader *l)
{
	static const char *const levels[] = { "error", "warning", "info", "debug" };
	const char *socket = cfg_getstr(l->cfg, key_def(KEY_CONTROL_SOCKET)->name),
		   *level = cfg_getstr(l->cfg, key_def(KEY_LOG_LEVEL)->name);
	struct config *config = l->config;

	if (!socket)
		socket = CONFIG_CONTROL_SOCKET;
	if (*socket != '/' || strlen(socket) >= sizeof(config->control_socket))
		config_error(
			l, place_of(l, KEY_CONTROL_SOCKET), NULL,
			"control-socket = %s: write an absolute path of at most %zu characters",
			socket, sizeof(config->control_socket) - 1);
	else
		strcpy(config->control_socket, socket);
	take_limits(l);
	config->log_level = -1;
	for (int i = 0; level && i < 4; i++)
		if (!strcmp(level, levels[i]))
			config->log_level = i;
	if (level && config->log_level < 0)
		config_error(l, place_of(l, KEY_LOG_LEVEL), NULL,
			     "log-level = %s: write error, warning, info or debug", level);
}

/* The n-th head in the places belongs to the n-th section. */
static void take_connections(struct loader *l)
{
	const char *name = section_inside(SECTION_ROOT);
	unsigned int count = cfg_size(l->cfg, name);
	size_t at = 0;

	if (count > CONFIG_CONNECTIONS_MAX) {
		config_error(l, NULL, NULL, "%u connections, %d are allowed", count,
			     CONFIG_CONNECTIONS_MAX);
		return;
	}
	l->config->conn = calloc(count ? count : 1, sizeof(*l->config->conn));
	if (!l->config->conn) {
		config_error(l, NULL, NULL, "out of memory");
		return;
	}
	while (at < l->places && l->place[at].key != PLACE_CONNECTION)
		at++;
	for (unsigned int i = 0; i < count && at < l->places; i++) {
		size_t end = at + 1;
		struct conn_ctx c = { .loader = l, .sec = cfg_getnsec(l->cfg, name, i) };

		c.name = cfg_getstr(c.sec, SECTION_NAME);
		while (end < l->places && l->place[end].key != PLACE_CONNECTION)
			end++;
		c.place = &l->place[at];
		c.places = end - at;
		c.conf = &l->config->conn[l->config->count++];
		config_connection(&c);
		at = end;
	}
	config_check_names(l);
	if (!l->errors->count)
		config_check_credentials(l);
}

/* What libConfuse copied of our secrets; its scanner's buffers are out of reach. */
static void wipe_secrets(cfg_t *cfg)
{
	const char *name = section_inside(SECTION_ROOT);

	for (unsigned int i = 0; i < cfg_size(cfg, name); i++) {
		char *secret = cfg_getstr(cfg_getnsec(cfg, name, i), key_def(KEY_SECRET)->name);

		if (secret)
			gnutls_memset(secret, 0, strlen(secret));
	}
}

static void run(struct loader *l, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash)
		snprintf(l->dir, sizeof(l->dir), "%.*s", (int)(slash - path), path);
	else
		strcpy(l->dir, ".");
	add_file(l, NULL, path);
	cfg_set_error_function(l->cfg, on_confuse_error);
	while (l->scanned < l->files)
		read_one(l);
	if (!l->errors->count) {
		take_globals(l);
		take_connections(l);
	}
	wipe_secrets(l->cfg);
}

/** config_load() - a whole configuration or none; see config.h. */
struct config *config_load(const char *path, struct config_errors *errors)
{
	struct loader *l = calloc(1, sizeof(*l));
	struct config *config = calloc(1, sizeof(*config));

	errors->count = 0;
	if (l && config && (config->pki = pki_new()) && (config->keys = keys_new()) &&
	    (l->cfg = make_cfg())) {
		l->config = config;
		l->errors = errors;
		current = l;
		run(l, path);
		current = NULL;
	} else {
		snprintf(errors->text[errors->count++], CONFIG_ERROR_LEN, "%.200s: out of memory",
			 path);
	}
	if (l && l->cfg)
		cfg_free(l->cfg);
	for (unsigned int i = 0; l && i < l->files; i++)
		free(l->file[i]);
	if (l)
		free(l->place);
	free(l);
	if (!errors->count)
		return config;
	config_free(config);
	return NULL;
}

/** config_free() - a configuration with its keys, which are wiped; NULL is fine. */
void config_free(struct config *config)
{
	if (!config)
		return;
	for (unsigned int i = 0; i < config->count; i++)
		ike_conn_conf_free(&config->conn[i]);
	free(config->conn);
	pki_free(config->pki);
	keys_free(config->keys);
	free(config);
}

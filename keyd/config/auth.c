// SPDX-License-Identifier: GPL-2.0-or-later
/* Authentication of a connection: secret, or certificate, key and CA; and the identities. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "config/priv.h"

enum {
	TRIED_LEN = 320
};

/**
 * struct hunt - the search for the file of a label
 * @path: the one that is there
 * @tried: the names that are not, for the error
 */
struct hunt {
	char path[PATH_MAX];
	char tried[TRIED_LEN];
};

static bool try_path(struct hunt *h, const char *stem, size_t len, const char *end)
{
	size_t used = strlen(h->tried);

	if ((size_t)snprintf(h->path, sizeof(h->path), "%.*s%s", (int)len, stem, end) >=
	    sizeof(h->path))
		return false;
	if (!access(h->path, F_OK))
		return true;
	snprintf(h->tried + used, sizeof(h->tried) - used, "%s%s", used ? ", " : "", h->path);
	return false;
}

/* DIR/FOLDER/LABEL.pem and so on; an absolute path is taken as it is. */
static bool find_label(struct conn_ctx *c, struct hunt *h, const char *folder, const char *label,
		       const char *const ends[3])
{
	char stem[PATH_MAX];

	h->tried[0] = '\0';
	if (*label == '/')
		return try_path(h, label, strlen(label), "");
	if ((size_t)snprintf(stem, sizeof(stem), "%s/%s/%s", c->loader->dir, folder, label) >=
	    sizeof(stem))
		return false;
	for (int i = 0; i < 3; i++)
		if (try_path(h, stem, strlen(stem), ends[i]))
			return true;
	return false;
}

/* Beside an absolute certs/alice.pem: ../private/alice.* or alice.key */
static bool find_beside(struct hunt *h, const char *cert, const char *const ends[3])
{
	const char *slash = strrchr(cert, '/'), *dot = strrchr(slash, '.');
	size_t dir = (size_t)(slash - cert), stem = dot ? (size_t)(dot - cert) : strlen(cert);
	char other[PATH_MAX];

	h->tried[0] = '\0';
	if ((size_t)snprintf(other, sizeof(other), "%.*s/../private/%.*s", (int)dir, cert,
			     (int)(stem - dir - 1), slash + 1) >= sizeof(other))
		return false;
	for (int i = 0; i < 3; i++)
		if (try_path(h, other, strlen(other), ends[i]))
			return true;
	return try_path(h, cert, stem, ".key");
}

static bool label_ok(struct conn_ctx *c, enum key key, const char *label)
{
	const char *why;

	if (strlen(label) >= IKE_LABEL_MAX)
		conn_error(c, key, NULL, "longer than %d characters", IKE_LABEL_MAX - 1);
	else if (*label != '/' && value_name(label, &why))
		conn_error(c, key, label, "%s; write the label of a file or an absolute path", why);
	else
		return true;
	return false;
}

/* Other people's certificates in certs/ and ca/ lead from ours to its root. */
static void load_extra(struct loader *l)
{
	static const char *const folders[] = { "certs", "ca" };
	char path[PATH_MAX], why[PKI_WHY_MAX];

	for (int i = 0; !l->extra && i < 2; i++)
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", l->dir, folders[i]) <
			    sizeof(path) &&
		    !access(path, R_OK))
			pki_load_extra(l->config->pki, path, why);
	l->extra = true;
}

static bool load_key(struct conn_ctx *c, const char *label, const char *cert, struct bytes spki)
{
	static const char *const ends[3] = { ".pem", ".key", ".der" };
	char why[KEYS_WHY_MAX];
	struct hunt h;

	if (!(*label == '/' ? find_beside(&h, cert, ends)
			    : find_label(c, &h, "private", label, ends)))
		conn_error(c, KEY_CERTIFICATE, label, "no private key; tried %s", h.tried);
	else if (keys_load_private(c->loader->config->keys, label, h.path, spki, why))
		conn_error(c, KEY_CERTIFICATE, label, "private key %s: %s", h.path, why);
	else
		return true;
	return false;
}

static bool take_certificate(struct conn_ctx *c, const char *label)
{
	static const char *const ends[3] = { ".pem", ".crt", ".der" };
	struct pki *pki = c->loader->config->pki;
	char why[PKI_WHY_MAX];
	struct bytes spki;
	struct hunt h;

	if (!label_ok(c, KEY_CERTIFICATE, label))
		return false;
	load_extra(c->loader);
	strcpy(c->conf->certificate, label);
	if (!pki_public_key(pki, label, &spki))
		return true; /* another connection has it too */
	if (!find_label(c, &h, "certs", label, ends))
		conn_error(c, KEY_CERTIFICATE, label, "no such certificate; tried %s", h.tried);
	else if (pki_load_chain(pki, label, h.path, why))
		conn_error(c, KEY_CERTIFICATE, label, "%s: %s", h.path, why);
	else if (!pki_public_key(pki, label, &spki))
		return load_key(c, label, h.path, spki);
	return false;
}

static void take_ca(struct conn_ctx *c, const char *label)
{
	static const char *const ends[3] = { ".pem", ".crt", ".der" };
	struct pki *pki = c->loader->config->pki;
	char why[PKI_WHY_MAX];
	struct hunt h;

	if (!label_ok(c, KEY_CA, label))
		return;
	strcpy(c->conf->ca, label);
	if (!pki_anchor_key_hash(pki, label, c->conf->ca_key_hash))
		return;
	if (!find_label(c, &h, "ca", label, ends))
		conn_error(c, KEY_CA, label, "no such CA certificate; tried %s", h.tried);
	else if (pki_load_anchor(pki, label, h.path, why))
		conn_error(c, KEY_CA, label, "%s: %s", h.path, why);
	else
		pki_anchor_key_hash(pki, label, c->conf->ca_key_hash);
}

/*
 * The identity must be in the certificate, or no peer takes it (RFC 4945 3.1); a subject is
 * sent in the octets that it has there (3.1.5).
 */
static void check_local_id(struct conn_ctx *c, const char *text)
{
	const struct pki *pki = c->loader->config->pki;
	const char *label = c->conf->certificate;
	struct ident *id = &c->conf->local_id, subject;
	char name[IDENT_STRLEN] = "(empty)";
	bool has_subject = !pki_subject(pki, label, &subject);

	if (has_subject)
		ident_format(&subject, name);
	if (!text && !has_subject)
		conn_error(c, KEY_CERTIFICATE, label,
			   "its subject is empty; write local-id = a name of its subjectAltName");
	else if (text && !pki_has_identity(pki, label, id))
		conn_error(c, KEY_LOCAL_ID, text,
			   "not in certificate %s; write its subject \"%.150s\" or a name of its "
			   "subjectAltName",
			   label, name);
	else if (has_subject && (!text || id->type == IDENT_DN)) {
		ident_free(id);
		*id = subject;
		return;
	}
	if (has_subject)
		ident_free(&subject);
}

static void ident_of_addr(struct conn_ctx *c, struct ident *id, const struct addr *addr)
{
	uint8_t type = addr->family == AF_INET6 ? IDENT_IPV6 : IDENT_IPV4;

	if (ident_from_wire(id, type, bytes_of(addr->ip, addr_len(addr))))
		conn_error(c, KEY_NONE, NULL, "out of memory");
}

static void take_local_id(struct conn_ctx *c, bool certificate)
{
	const char *text = conn_value(c, KEY_LOCAL_ID), *why;
	struct ident *id = &c->conf->local_id;

	if (text && !strcmp(text, "auto"))
		text = NULL;
	if (text && ident_parse(id, text, &why)) {
		conn_error(c, KEY_LOCAL_ID, text, "%s", why);
	} else if (text && ident_is_pattern(id)) {
		conn_error(c, KEY_LOCAL_ID, text, "our own identity is one, without a wildcard");
	} else if (c->conf->method == IKE_AUTH_BY_CERT) {
		if (certificate)
			check_local_id(c, text);
	} else if (!text && c->conf->local.family == AF_UNSPEC) {
		/* a wrong address has its own error */
		if (!conn_value(c, KEY_LOCAL_ADDRESS))
			conn_error(c, KEY_NONE, NULL,
				   "has no identity; write local-id or local-address");
	} else if (!text) {
		ident_of_addr(c, id, &c->conf->local);
	}
}

/* auto: an initiator expects the address that it talks to, a responder takes any. */
static void take_remote_id(struct conn_ctx *c)
{
	const char *text = conn_value(c, KEY_REMOTE_ID), *why;
	struct ident *id = &c->conf->remote_id;

	if (text && strcmp(text, "auto")) {
		if (ident_parse(id, text, &why))
			conn_error(c, KEY_REMOTE_ID, text, "%s", why);
	} else if (c->conf->initiator && c->conf->peer.family != AF_UNSPEC) {
		ident_of_addr(c, id, &c->conf->peer);
	}
}

static void take_secret(struct conn_ctx *c)
{
	const char *text = conn_value(c, KEY_SECRET), *why;
	struct secret secret = { 0 };

	if (!text)
		conn_error(c, KEY_NONE, NULL,
			   "method = psk needs secret = \"...\", or write method = cert");
	else if (value_secret(text, &secret, &why))
		conn_error(c, KEY_SECRET, NULL, "%s", why);
	else if (keys_set_psk(c->loader->config->keys, c->conf->name, &secret))
		conn_error(c, KEY_SECRET, NULL, "out of memory");
}

static void refuse_key(struct conn_ctx *c, enum key key, const char *method)
{
	if (conn_value(c, key))
		conn_error(c, key, NULL, "belongs to method = %s; remove the line or write that",
			   method);
}

static bool take_credentials(struct conn_ctx *c)
{
	const char *certificate = conn_value(c, KEY_CERTIFICATE), *ca = conn_value(c, KEY_CA);

	if (c->conf->method == IKE_AUTH_BY_PSK) {
		refuse_key(c, KEY_CERTIFICATE, "cert");
		refuse_key(c, KEY_CA, "cert");
		take_secret(c);
		return false;
	}
	refuse_key(c, KEY_SECRET, "psk");
	if (ca)
		take_ca(c, ca);
	else
		conn_error(c, KEY_NONE, NULL,
			   "method = cert needs ca = LABEL, whom the peer's "
			   "certificate is trusted by");
	if (certificate)
		return take_certificate(c, certificate);
	conn_error(c, KEY_NONE, NULL, "method = cert needs certificate = LABEL, our own one");
	return false;
}

/** config_auth() - credentials and identities of a connection */
void config_auth(struct conn_ctx *c)
{
	const char *method = conn_value(c, KEY_METHOD);

	if (method && !strcmp(method, "cert"))
		c->conf->method = IKE_AUTH_BY_CERT;
	else if (method && strcmp(method, "psk"))
		conn_error(c, KEY_METHOD, method, "write psk or cert");
	take_local_id(c, take_credentials(c));
	take_remote_id(c);
}

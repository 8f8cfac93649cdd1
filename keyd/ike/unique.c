// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One IKE SA with a peer. A new one takes the place of an older one, which is deleted. The
 * difficult case is that both ends start at once: each would delete the other's as the older
 * one, and nothing would remain. So of two that cross, the one whose initiator's nonce has
 * the lower digest loses, much as in RFC 7296 2.8.1: both ends know both nonces. A newer one that
 * loses is closed by its own initiator, so that nobody closes what the other one may be keeping.
 *
 * Until then both work, and the newer Child SA is sent through: nothing is lost on the way.
 *
 * Two cross when the later one was begun before the earlier one stood. Of ours we know when
 * that was; the peer's may have been on its way for a while, so IKE_CROSSING is granted.
 */
#include "ike/sa.h"

#include "crypto/prf.h"

void unique_set_tie(struct sa *sa)
{
	struct bytes nonce = bytes_of(sa->handshake->nonce_i, sa->handshake->nonce_i_len);
	uint8_t digest[20];

	hash_sha1(&nonce, 1, digest);
	sa->tie = 0;
	for (unsigned int i = 0; i < 8; i++)
		sa->tie = sa->tie << 8 | digest[i];
}

static bool they_cross(const struct sa *older, const struct sa *newer)
{
	if (older->initiator == newer->initiator)
		return false;
	if (newer->initiator)
		return newer->created_at <= older->established_at;
	return newer->created_at < older->established_at + IKE_CROSSING;
}

static bool newer_wins(const struct sa *older, const struct sa *newer)
{
	return !they_cross(older, newer) || newer->tie > older->tie;
}

static bool same_peer(const struct sa *a, const struct sa *b)
{
	return a != b && a->state == SA_ESTABLISHED && ident_equal(&a->peer_id, &b->peer_id);
}

/* Ours with that peer that stands, or that the peer may be making by now. */
static bool is_known_to(const struct sa *sa, const struct sa *own)
{
	return sa != own && addr_equal(&sa->remote.addr, &own->remote.addr) &&
	       (sa->state == SA_ESTABLISHED ||
		(sa->state >= SA_AUTH_SENT && sa->state <= SA_I_INSTALLING));
}

/* RFC 7296 2.4: the only one between these identities, whichever connection it is of. */
bool unique_is_first(const struct sa *sa)
{
	struct conn *conn = NULL;

	while ((conn = conn_candidate(sa->ike, &sa->local, &sa->remote, conn))) {
		if (!ident_equal(&conn->conf.local_id, &sa->conn->conf.local_id))
			continue;
		for (const struct list *at = conn->sas.next; at != &conn->sas; at = at->next)
			if (is_known_to(container_of(at, struct sa, in_conn), sa))
				return false;
	}
	return true;
}

static void settle(struct sa *older, struct sa *sa, bool initial_contact)
{
	/* What carries traffic does not go for what carries none. */
	if (sa_is_up(older) && !sa->child && !initial_contact)
		return;
	if (!newer_wins(older, sa)) {
		/* Ours goes. The peer's is the peer's to close: it may see it in another order. */
		if (sa->initiator)
			sa_close(sa, "the peer's own IKE SA came first");
		else if (initial_contact)
			sa_want(older, WANT_LIVENESS); /* if it forgot ours, we shall know */
		return;
	}
	ike_log(sa->ike, LOG_LEVEL_INFO, sa->conn, "#%u takes the place of #%u", sa->id, older->id);
	if (initial_contact && !they_cross(older, sa))
		sa_drop(older, "the peer has forgotten it"); /* RFC 7296 2.4 */
	else
		sa_close(older, "replaced");
}

void unique_forgotten(struct sa *sa)
{
	struct list *at, *next;

	list_each_safe(at, next, &sa->conn->sas) {
		struct sa *other = container_of(at, struct sa, in_conn);

		if (!same_peer(other, sa) || they_cross(other, sa))
			continue;
		sa_drop(other, "the peer has forgotten it");
		/* The new one is not there yet, and may never be. */
		conn_ended(sa->conn, "the peer has forgotten it", false);
	}
}

void unique_established(struct sa *sa, bool initial_contact)
{
	struct list *at, *next;

	list_each_safe(at, next, &sa->conn->sas) {
		struct sa *other = container_of(at, struct sa, in_conn);

		if (same_peer(other, sa))
			settle(other, sa, initial_contact);
		else if (!sa->initiator && sa_is_pending(other) && other->tie < sa->tie)
			sa_close(other, "the peer's own IKE SA came first");
		if (sa->state != SA_ESTABLISHED)
			return;
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Snapshots for people. */
#include <errno.h>

#include "ike/sa.h"

enum {
	SHOWN_SAS = sizeof(((struct ike_conn_info *)0)->sa) / sizeof(struct ike_sa_info)
};

/* Selectors of the Child SAs on show: an IKE SA has one at most. */
struct selectors {
	struct wire_ts_list local[SHOWN_SAS], remote[SHOWN_SAS];
};

const char *ike_conn_state_text(enum ike_conn_state state)
{
	switch (state) {
	case IKE_CONN_CONNECTING:
		return "Down(Connecting)";
	case IKE_CONN_IKE_ESTABLISHED:
		return "Down(IKE Established)";
	case IKE_CONN_INSTALLED:
		return "Up(Installed)";
	case IKE_CONN_RETRANSMISSION:
		return "Down(Retransmission)";
	default:
		return "Down(Unknown)";
	}
}

static void show_child(struct ike_child_info *info, const struct sa *sa, struct wire_ts_list *local,
		       struct wire_ts_list *remote)
{
	const struct child *c = sa->child;

	child_put_ts(c, local, remote);
	*info = (struct ike_child_info){
		.name = sa->conn->conf.child.name,
		.id = c->id,
		.reqid = c->reqid,
		.spi_in = c->spi_in,
		.spi_out = c->spi_out,
		.encr = c->suite.encr,
		.key_bits = c->suite.key_bits,
		.integ = c->suite.integ,
		.esn = c->suite.esn,
		.installed_at = c->installed_at,
		.ts_local = local,
		.ts_remote = remote,
	};
}

static void show_sa(struct ike_sa_info *info, const struct sa *sa, struct wire_ts_list *local,
		    struct wire_ts_list *remote)
{
	*info = (struct ike_sa_info){
		.id = sa->id,
		.initiator = sa->initiator,
		.established = sa->state == SA_ESTABLISHED,
		.local = sa->local,
		.remote = sa->remote,
		.local_id = &sa->conn->conf.local_id,
		.remote_id = sa->peer_id.type == IDENT_ANY ? NULL : &sa->peer_id,
		.encr = sa->suite.encr,
		.key_bits = sa->suite.key_bits,
		.integ = sa->suite.integ,
		.prf = sa->suite.prf,
		.ke = sa->suite.ke,
		.established_at = sa->established_at,
	};
	memcpy(info->spi_i, sa->spi_i, WIRE_SPI_LEN);
	memcpy(info->spi_r, sa->spi_r, WIRE_SPI_LEN);
	if (sa_is_up(sa))
		show_child(&info->child[info->children++], sa, local, remote);
}

static void visit_conn(struct conn *conn,
		       void (*visit)(void *ctx, const struct ike_conn_info *info), void *ctx)
{
	struct ike_conn_info info = {
		.conf = &conn->conf,
		.state = conn_state(conn),
		.last_error = conn->last_error,
	};
	struct selectors ts;

	/* The newest ones are at the front. */
	for (const struct list *at = conn->sas.next; at != &conn->sas; at = at->next) {
		const struct sa *sa = container_of(at, struct sa, in_conn);

		if (sa->state == SA_CLOSING || info.sas == SHOWN_SAS)
			continue;
		show_sa(&info.sa[info.sas], sa, &ts.local[info.sas], &ts.remote[info.sas]);
		info.sas++;
	}
	visit(ctx, &info);
}

void ike_each_conn(struct ike *ike, void (*visit)(void *ctx, const struct ike_conn_info *info),
		   void *ctx)
{
	for (struct list *at = ike->conns.next; at != &ike->conns; at = at->next)
		visit_conn(container_of(at, struct conn, in_ike), visit, ctx);
}

int ike_visit_conn(struct ike *ike, const char *name,
		   void (*visit)(void *ctx, const struct ike_conn_info *info), void *ctx)
{
	struct conn *conn = conn_find(ike, name);

	if (!conn)
		return -ENOENT;
	visit_conn(conn, visit, ctx);
	return 0;
}

const struct ike_counters *ike_counters(const struct ike *ike)
{
	return &ike->counters;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* What may happen, as data: the payloads of each exchange and the transitions of an IKE SA. */
#include <stdio.h>

#include "ike/sa.h"

enum {
	ANY_NUMBER = WIRE_PAYLOADS_MAX
};

/* One line a row is what makes a table. */
/* clang-format off */

/*
 * RFC 7296 1.2 to 1.4 and appendix C. Notify and Vendor ID payloads, and those of unknown type,
 * may be anywhere; any other one that is not listed does not belong in the message.
 */
static const struct exchange_rule exchanges[] = {
	{ IKE_EXCHANGE_IKE_SA_INIT, ROLE_REQUEST, false, false,
	  { { IKE_PAYLOAD_SA, 1, 1 }, { IKE_PAYLOAD_KE, 1, 1 }, { IKE_PAYLOAD_NONCE, 1, 1 } } },
	{ IKE_EXCHANGE_IKE_SA_INIT, ROLE_RESPONSE, false, true,
	  { { IKE_PAYLOAD_SA, 1, 1 },
	    { IKE_PAYLOAD_KE, 1, 1 },
	    { IKE_PAYLOAD_NONCE, 1, 1 },
	    { IKE_PAYLOAD_CERTREQ, 0, ANY_NUMBER } } },
	/* Without AUTH the peer asks for EAP (RFC 7296 2.16): the handler has an answer to it. */
	{ IKE_EXCHANGE_IKE_AUTH, ROLE_REQUEST, true, false,
	  { { IKE_PAYLOAD_IDI, 1, 1 },
	    { IKE_PAYLOAD_CERT, 0, ANY_NUMBER },
	    { IKE_PAYLOAD_CERTREQ, 0, ANY_NUMBER },
	    { IKE_PAYLOAD_IDR, 0, 1 },
	    { IKE_PAYLOAD_AUTH, 0, 1 },
	    { IKE_PAYLOAD_SA, 1, 1 },
	    { IKE_PAYLOAD_TSI, 1, 1 },
	    { IKE_PAYLOAD_TSR, 1, 1 },
	    { IKE_PAYLOAD_CP, 0, 1 } } },
	/* SA, TSi and TSr are all there or none of them: the handler sees to that. */
	{ IKE_EXCHANGE_IKE_AUTH, ROLE_RESPONSE, true, true,
	  { { IKE_PAYLOAD_IDR, 1, 1 },
	    { IKE_PAYLOAD_CERT, 0, ANY_NUMBER },
	    { IKE_PAYLOAD_AUTH, 1, 1 },
	    { IKE_PAYLOAD_SA, 0, 1 },
	    { IKE_PAYLOAD_TSI, 0, 1 },
	    { IKE_PAYLOAD_TSR, 0, 1 },
	    { IKE_PAYLOAD_CP, 0, 1 } } },
	{ IKE_EXCHANGE_CREATE_CHILD_SA, ROLE_REQUEST, true, false,
	  { { IKE_PAYLOAD_SA, 1, 1 },
	    { IKE_PAYLOAD_NONCE, 1, 1 },
	    { IKE_PAYLOAD_KE, 0, 1 },
	    { IKE_PAYLOAD_TSI, 0, 1 },
	    { IKE_PAYLOAD_TSR, 0, 1 } } },
	{ IKE_EXCHANGE_INFORMATIONAL, ROLE_REQUEST, true, false,
	  { { IKE_PAYLOAD_DELETE, 0, ANY_NUMBER }, { IKE_PAYLOAD_CP, 0, 1 } } },
	{ IKE_EXCHANGE_INFORMATIONAL, ROLE_RESPONSE, true, false,
	  { { IKE_PAYLOAD_DELETE, 0, ANY_NUMBER }, { IKE_PAYLOAD_CP, 0, 1 } } },
};

enum {
	RULES = sizeof(exchanges) / sizeof(exchanges[0]),
	RULE_PAYLOADS = sizeof(exchanges[0].payload) / sizeof(exchanges[0].payload[0]),
};

#define ON(state, role, exchange) SA_##state, ROLE_##role, exchange
#define INIT IKE_EXCHANGE_IKE_SA_INIT
#define AUTH IKE_EXCHANGE_IKE_AUTH
#define INFO IKE_EXCHANGE_INFORMATIONAL
#define CHILD IKE_EXCHANGE_CREATE_CHILD_SA
#define PARKED IKE_PARKED_TIME
#define INFO_LINE LOG_LEVEL_INFO
#define DEBUG_LINE LOG_LEVEL_DEBUG

static const struct transition transitions[] = {
	{ ON(NONE, REQUEST, INIT), init_request, SA_HALF_OPEN, 0, DEBUG_LINE,
	  "answered IKE_SA_INIT" },

	{ ON(INIT_SENT, RESPONSE, INIT), init_response, SA_I_SIGNING, PARKED, INFO_LINE,
	  "peer answered IKE_SA_INIT, making our AUTH" },
	{ ON(I_SIGNING, ANSWER, 0), auth_i_signed, SA_AUTH_SENT, 0, INFO_LINE,
	  "sent IKE_AUTH" },
	{ ON(AUTH_SENT, RESPONSE, AUTH), auth_i_response, SA_I_VERIFYING, PARKED, INFO_LINE,
	  "peer answered IKE_AUTH, checking who it is" },
	{ ON(I_VERIFYING, ANSWER, 0), auth_i_verified, SA_I_INSTALLING, PARKED, INFO_LINE,
	  "peer is authenticated, installing the Child SA" },
	{ ON(I_INSTALLING, ANSWER, 0), auth_i_installed, SA_ESTABLISHED, 0, INFO_LINE,
	  "established as initiator" },

	{ ON(HALF_OPEN, REQUEST, AUTH), auth_r_request, SA_R_VERIFYING, PARKED, DEBUG_LINE,
	  "peer sent IKE_AUTH, checking who it is" },
	{ ON(R_VERIFYING, ANSWER, 0), auth_r_verified, SA_R_SIGNING, PARKED, INFO_LINE,
	  "peer is authenticated, making our AUTH" },
	{ ON(R_SIGNING, ANSWER, 0), auth_r_signed, SA_R_INSTALLING, PARKED, INFO_LINE,
	  "installing the Child SA" },
	{ ON(R_INSTALLING, ANSWER, 0), auth_r_installed, SA_ESTABLISHED, 0, INFO_LINE,
	  "established as responder" },

	{ ON(ESTABLISHED, REQUEST, INFO), info_request, SA_ESTABLISHED, 0, DEBUG_LINE,
	  "answered INFORMATIONAL" },
	{ ON(ESTABLISHED, RESPONSE, INFO), info_response, SA_ESTABLISHED, 0, DEBUG_LINE,
	  "peer answered INFORMATIONAL" },
	{ ON(ESTABLISHED, REQUEST, CHILD), info_create_child, SA_ESTABLISHED, 0, INFO_LINE,
	  "refused CREATE_CHILD_SA: NO_ADDITIONAL_SAS" },
	{ ON(ESTABLISHED, ANSWER, 0), dpd_usage, SA_ESTABLISHED, 0, DEBUG_LINE,
	  "looked at the use of the Child SA" },

	{ ON(CLOSING, REQUEST, INFO), info_closing_request, SA_CLOSING, 0, DEBUG_LINE,
	  "answered INFORMATIONAL while closing" },
	{ ON(CLOSING, RESPONSE, INFO), info_closed, SA_CLOSING, 0, DEBUG_LINE,
	  "peer answered INFORMATIONAL while closing" },
};

/* clang-format on */

static const char *const state_names[] = {
	[SA_NONE] = "none",
	[SA_INIT_SENT] = "IKE_SA_INIT sent",
	[SA_I_SIGNING] = "signing",
	[SA_AUTH_SENT] = "IKE_AUTH sent",
	[SA_I_VERIFYING] = "verifying",
	[SA_I_INSTALLING] = "installing",
	[SA_HALF_OPEN] = "half-open",
	[SA_R_VERIFYING] = "verifying",
	[SA_R_SIGNING] = "signing",
	[SA_R_INSTALLING] = "installing",
	[SA_ESTABLISHED] = "established",
	[SA_CLOSING] = "closing",
	[SA_CLOSED] = "closed",
	[SA_DEAD] = "dead",
};

const char *sa_state_name(enum sa_state state)
{
	return state_names[state];
}

const struct exchange_rule *exchange_find(uint8_t exchange, enum sa_role role)
{
	for (unsigned int i = 0; i < RULES; i++)
		if (exchanges[i].exchange == exchange && exchanges[i].role == role)
			return &exchanges[i];
	return NULL;
}

const struct transition *transition_find(enum sa_state from, enum sa_role role, uint8_t exchange)
{
	for (unsigned int i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++)
		if (transitions[i].from == from && transitions[i].role == role &&
		    transitions[i].exchange == exchange)
			return &transitions[i];
	return NULL;
}

static bool is_welcome_anywhere(uint8_t type)
{
	switch (type) {
	case IKE_PAYLOAD_NOTIFY:
	case IKE_PAYLOAD_VENDOR:
		return true;
	case IKE_PAYLOAD_SA:
	case IKE_PAYLOAD_KE:
	case IKE_PAYLOAD_IDI:
	case IKE_PAYLOAD_IDR:
	case IKE_PAYLOAD_CERT:
	case IKE_PAYLOAD_CERTREQ:
	case IKE_PAYLOAD_AUTH:
	case IKE_PAYLOAD_NONCE:
	case IKE_PAYLOAD_DELETE:
	case IKE_PAYLOAD_TSI:
	case IKE_PAYLOAD_TSR:
	case IKE_PAYLOAD_SK:
	case IKE_PAYLOAD_SKF:
	case IKE_PAYLOAD_CP:
	case IKE_PAYLOAD_EAP:
		return false;
	default:
		return true; /* RFC 7296 2.5: skipped */
	}
}

static bool is_listed(const struct exchange_rule *rule, uint8_t type)
{
	for (unsigned int i = 0; i < RULE_PAYLOADS; i++)
		if (rule->payload[i].type == type)
			return true;
	return false;
}

/* An error, or a COOKIE, which takes the place of everything else as well (RFC 7296 2.6). */
static bool has_error(const struct wire_chain *chain)
{
	for (unsigned int i = 0; i < chain->count; i++) {
		struct wire_notify n;

		if (chain->payload[i].type == IKE_PAYLOAD_NOTIFY &&
		    !wire_parse_notify(&n, chain->payload[i].body) &&
		    (n.type <= IKE_NOTIFY_ERROR_MAX || n.type == IKE_N_COOKIE))
			return true;
	}
	return false;
}

bool exchange_verify(const struct exchange_rule *rule, const struct wire_chain *chain, char *why,
		     size_t why_len)
{
	bool excused = rule->notify_is_enough && has_error(chain);

	for (unsigned int i = 0; i < RULE_PAYLOADS && rule->payload[i].type; i++) {
		const struct payload_rule *p = &rule->payload[i];
		unsigned int count = wire_count(chain, p->type);

		if (count > p->max) {
			snprintf(why, why_len, "%s has %u %s payloads",
				 ike_exchange_name(rule->exchange), count,
				 ike_payload_name(p->type));
			return false;
		}
		if (count < p->min && !excused) {
			snprintf(why, why_len, "%s has no %s payload",
				 ike_exchange_name(rule->exchange), ike_payload_name(p->type));
			return false;
		}
	}
	for (unsigned int i = 0; i < chain->count; i++) {
		uint8_t type = chain->payload[i].type;

		if (!is_welcome_anywhere(type) && !is_listed(rule, type)) {
			snprintf(why, why_len, "%s has a %s payload",
				 ike_exchange_name(rule->exchange), ike_payload_name(type));
			return false;
		}
	}
	return true;
}

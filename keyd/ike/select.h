/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The choice of one suite among proposals, RFC 7296 2.7 and 3.3.6. */
#ifndef KEYD_IKE_SELECT_H
#define KEYD_IKE_SELECT_H

#include "ike/conf.h"

/**
 * struct suite - one transform of each type: what two peers agreed on
 * @number: of the peer's proposal
 * @spi_len: octets of @spi
 * @spi: the SPI in that proposal
 * @encr: ENCR transform id
 * @key_bits: of the encryption key
 * @prf: PRF, IKE only
 * @integ: INTEG, 0 with AEAD
 * @ke: group, IKE only
 * @esn: extended sequence numbers, ESP only
 * @echo_integ_none: the proposal names INTEG NONE, so must the answer
 * @echo_ke_none: the proposal names KE NONE
 * @echo_esn: the proposal has transforms of type ESN
 */
struct suite {
	uint8_t number;
	uint8_t spi_len;
	uint8_t spi[WIRE_SPI_LEN];
	uint16_t encr, key_bits, prf, integ, ke;
	bool esn;
	bool echo_integ_none, echo_ke_none, echo_esn;
};

/**
 * struct select_as - whose choice it is
 * @connection: for the sentence in @why
 * @protocol: IKE_PROTO_IKE or IKE_PROTO_ESP
 * @prefer_ke: take this group if both have it: the one of the KE payload
 */
struct select_as {
	const char *connection;
	uint8_t protocol;
	uint16_t prefer_ke;
};

/*
 * Choose among the proposals in @body, the body of an SA payload. Returns 0; -ENOENT when
 * nothing fits, with a sentence in @why that names the attribute; -EBADMSG.
 */
int suite_select(struct suite *suite, const struct ike_proposals *ours, struct bytes body,
		 const struct select_as *as, char *why, size_t why_len);
/* The same for an answer: it must be exactly one suite out of our offer. */
int suite_check(struct suite *suite, const struct ike_proposals *ours, struct bytes body,
		const struct select_as *as, char *why, size_t why_len);
/* Is it one that @ours allows? */
bool suite_allowed(const struct suite *suite, const struct ike_proposals *ours);
/* All of @ours as an SA payload; @spi in each. The groups of ESP proposals stay out. */
void suite_put_offer(struct wire_out *o, const struct ike_proposals *ours, struct bytes spi);
/* The answer to the proposal that @suite came from. */
void suite_put(struct wire_out *o, const struct suite *suite, uint8_t protocol, struct bytes spi);
/* "x25519"; static storage. */
const char *transform_name(uint8_t type, uint16_t id, uint16_t key_bits);
/* "AES_GCM_16-128/PRF_HMAC_SHA2_256/CURVE_25519" */
void suite_format(const struct suite *suite, uint8_t protocol, char *buf, size_t len);

#endif

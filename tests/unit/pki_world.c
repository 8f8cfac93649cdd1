// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit/pki_world.h"

#include "crypto/sigalg.h"

const struct bytes signed_octets = BYTES("InitiatorSignedOctets");

struct made root, inter, bob, other_root, other_inter, mallory;

struct made root_of(const char *dn, enum made_kind kind, unsigned int key)
{
	return made(&(struct made_spec){ .dn = dn, .kind = kind, .key = key, .ca = true }, NULL);
}

void make_world(void)
{
	root = root_of("CN=root-b", MADE_P256, 0);
	inter = made(&(struct made_spec){ .dn = "CN=int-b", .key = 1, .ca = true }, &root);
	bob = made(&(struct made_spec){ .dn = "CN=bob", .key = 2 }, &inter);
	other_root = root_of("CN=root-c", MADE_P256, 3);
	other_inter = made(&(struct made_spec){ .dn = "CN=int-c", .key = 3, .ca = true },
			   &other_root);
	mallory = made(&(struct made_spec){ .dn = "CN=bob", .key = 3 }, &other_inter);
}

struct bytes auth_of(const struct made *m, gnutls_pk_algorithm_t pk, uint16_t hash)
{
	static uint8_t auth[1024];
	const struct sigalg *alg;
	gnutls_datum_t data = { (unsigned char *)signed_octets.data,
				(unsigned int)signed_octets.len }, sig;
	gnutls_privkey_t key;
	size_t len;

	ck_assert_int_ge(gnutls_privkey_init(&key), 0);
	ck_assert_int_ge(gnutls_privkey_import_x509(key, m->key, 0), 0);
	if (!pk)
		pk = (gnutls_pk_algorithm_t)gnutls_privkey_get_pk_algorithm(key, NULL);
	alg = sigalg_find(pk, pk == GNUTLS_PK_EDDSA_ED25519 ? IKE_HASH_IDENTITY : hash);
	ck_assert_ptr_nonnull(alg);
	ck_assert_int_ge(gnutls_privkey_sign_data2(key, alg->sign, 0, &data, &sig), 0);
	auth[0] = (uint8_t)alg->id.len;
	memcpy(auth + 1, alg->id.data, alg->id.len);
	memcpy(auth + 1 + alg->id.len, sig.data, sig.size);
	len = 1 + alg->id.len + sig.size;
	gnutls_free(sig.data);
	gnutls_privkey_deinit(key);
	return bytes_of(auth, len);
}

char why[PKI_WHY_MAX];

uint32_t judge(struct pki *pki, const struct bytes *cert, unsigned int certs, const char *id,
	       uint8_t method, struct bytes auth)
{
	struct ike_answer answer = { 0 };
	struct ident ident;
	const char *sentence;
	struct ike_ask_verify ask = {
		.connection = "ipsec1",
		.method = IKE_AUTH_BY_CERT,
		.auth_method = method,
		.auth = auth,
		.octets = signed_octets,
		.peer_id = &ident,
		.cert = cert,
		.certs = certs,
	};

	ck_assert_msg(!ident_parse(&ident, id, &sentence), "%s: %s", id, sentence);
	pki_verify(pki, "root-b", &ask, &answer, why);
	ident_free(&ident);
	if (answer.proofs == ALL)
		ck_assert_ptr_null(answer.reason);
	else
		ck_assert_ptr_nonnull(answer.reason);
	return answer.proofs;
}

struct pki *pki_with(const struct made *anchor)
{
	struct pki *pki = pki_new();
	const char *path = made_pem("anchor.pem", &anchor, 1);

	ck_assert_msg(!pki_load_anchor(pki, "root-b", path, why), "%s", why);
	return pki;
}

uint32_t check_chain(const struct made *anchor, const struct made *const *chain, const char *id)
{
	struct bytes cert[32];
	unsigned int n = 0;
	struct pki *pki = pki_with(anchor);
	uint32_t proofs;

	for (; chain[n]; n++)
		cert[n] = chain[n]->der;
	proofs = judge(pki, cert, n, id, IKE_METHOD_DIGITAL_SIGNATURE,
		       auth_of(chain[0], 0, IKE_HASH_SHA2_256));
	pki_free(pki);
	return proofs;
}

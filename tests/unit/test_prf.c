// SPDX-License-Identifier: GPL-2.0-or-later
/* crypto/alg.h and crypto/prf.h. */
#include <errno.h>

#include "crypto/alg.h"
#include "crypto/prf.h"
#include "unit/unit.h"
#include "wire/iana.h"

/* RFC 4868 2.7.1 and 2.7.2; the key of AUTH512-4 as its MAC was computed, not as it is printed. */
static const struct {
	const char *source;
	const char *key, *data;
	const char *sha256, *sha384, *sha512; /* or NULL */
} macs[] = {
	{
		.source = "PRF-1",
		.key = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		.data = "4869205468657265",
		.sha256 = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
		.sha384 = "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076e"
			"de7f4af152e8b2fa9cb6",
		.sha512 = "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8"
			"a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
	},
	{
		.source = "PRF-2",
		.key = "4a656665",
		.data = "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		.sha256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
		.sha384 = "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69"
			"e2c78b3239ecfab21649",
		.sha512 = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a"
			"994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
	},
	{
		.source = "PRF-4",
		.key = "0102030405060708090a0b0c0d0e0f10111213141516171819",
		.data = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
			"cdcdcdcdcdcdcdcdcdcdcdcd",
		.sha256 = "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
		.sha384 = "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7"
			"d679ccf8a386c674cffb",
		.sha512 = "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa2"
			"5eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
	},
	{
		.source = "PRF-5",
		.key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		.data = "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b657920"
			"2d2048617368204b6579204669727374",
		.sha256 = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
		.sha384 = "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030"
			"fe8296248df163f44952",
		.sha512 = "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f"
			"2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
	},
	{
		.source = "PRF-6",
		.key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		.data = "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f"
			"636b2d73697a65206b657920616e642061206c6172676572207468616e20626c6f636b2d7369"
			"7a6520646174612e20546865206b6579206e6565647320746f20626520686173686564206265"
			"666f7265206265696e6720757365642062792074686520484d414320616c676f726974686d2e",
		.sha256 = "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
		.sha384 = "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799"
			"176d3860e6110c46523e",
		.sha512 = "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c49"
			"82b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
	},
	{
		.source = "AUTH256-1",
		.key = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		.data = "4869205468657265",
		.sha256 = "198a607eb44bfbc69903a0f1cf2bbdc5ba0aa3f3d9ae3c1c7a3b1696a0b68cf7",
	},
	{
		.source = "AUTH256-2",
		.key = "4a6566654a6566654a6566654a6566654a6566654a6566654a6566654a656665",
		.data = "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		.sha256 = "167f928588c5cc2eef8e3093caa0e87c9ff566a14794aa61648d81621a2a40c6",
	},
	{
		.source = "AUTH256-3",
		.key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		.data = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
			"dddddddddddddddddddddddd",
		.sha256 = "cdcb1220d1ecccea91e53aba3092f962e549fe6ce9ed7fdc43191fbde45c30b0",
	},
	{
		.source = "AUTH256-4",
		.key = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
		.data = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
			"cdcdcdcdcdcdcdcdcdcdcdcd",
		.sha256 = "372efcf9b40b35c2115b1346903d2ef42fced46f0846e7257bb156d3d7b30d3f",
	},
	{
		.source = "AUTH384-1",
		.key = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
			"0b0b0b0b0b0b0b0b0b0b",
		.data = "4869205468657265",
		.sha384 = "b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee9737a959796489bddbc4c5df61d5b32"
			"97b4fb68dab9f1b582c2",
	},
	{
		.source = "AUTH384-2",
		.key = "4a6566654a6566654a6566654a6566654a6566654a6566654a6566654a6566654a6566654a65"
			"66654a6566654a656665",
		.data = "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		.sha384 = "2c7353974f1842fd66d53c452ca42122b28c0b594cfb184da86a368e9b8e16f5349524ca4e82"
			"400cbde0686d403371c9",
	},
	{
		.source = "AUTH384-3",
		.key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaa",
		.data = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
			"dddddddddddddddddddddddd",
		.sha384 = "809f439be00274321d4a538652164b53554a508184a0c3160353e3428597003d35914a18770f"
			"9443987054944b7c4b4a",
	},
	{
		.source = "AUTH384-4",
		.key = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f200a0b0c0d0e0f"
			"10111213141516171819",
		.data = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
			"cdcdcdcdcdcdcdcdcdcdcdcd",
		.sha384 = "5b540085c6e6358096532b2493609ed1cb298f774f87bb5c2ebf182c83cc7428707fb92eab25"
			"36a5812258228bc96687",
	},
	{
		.source = "AUTH512-1",
		.key = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
			"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		.data = "4869205468657265",
		.sha512 = "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8ac2878ebd580"
			"3f6f0b61dbce5e251ff8789a4722c1be65aea45fd464e89f8f5b",
	},
	{
		.source = "AUTH512-2",
		.key = "4a6566654a6566654a6566654a6566654a6566654a6566654a6566654a6566654a6566654a65"
			"66654a6566654a6566654a6566654a6566654a6566654a656665",
		.data = "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		.sha512 = "cb370917ae8a7ce28cfd1d8f4705d6141c173b2a9362c15df235dfb251b154546aa334ae9fb9"
			"afc2184932d8695e397bfa0ffb93466cfcceaae38c833b7dba38",
	},
	{
		.source = "AUTH512-3",
		.key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		.data = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
			"dddddddddddddddddddddddd",
		.sha512 = "2ee7acd783624ca9398710f3ee05ae41b9f9b0510c87e49e586cc9bf961733d8623c7b55cebe"
			"fccf02d5581acc1c9d5fb1ff68a1de45509fbe4da9a433922655",
	},
	{
		.source = "AUTH512-4",
		.key = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242526"
			"2728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f40",
		.data = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
			"cdcdcdcdcdcdcdcdcdcdcdcd",
		.sha512 = "5e6688e5a3daec826ca32eaea224eff5e700628947470e13ad01302561bab108b8c48cbc6b80"
			"7dcfbd850521a685babc7eae4a2a2e660dc0e86b931d65503fd2",
	},
};

/* NIST CAVP, "IKE v2" (CAVS 17.3). Nonces shorter than IKE's own: the functions do not care. */
static const struct {
	const char *source;
	uint16_t prf;
	const char *ni, *nr, *g_ir, *g_ir_new, *spi_i, *spi_r;
	const char *skeyseed, *dkm, *dkm_child, *dkm_child_dh, *skeyseed_rekey;
} derivations[] = {
	{
		.source = "SHA-256, g^ir length 256, COUNT 0",
		.prf = ALG_PRF_HMAC_SHA2_256,
		.ni = "3f302be1abcb28e1",
		.nr = "8c332ee006064c9b",
		.g_ir = "0f4d257d7a58fc4545c7d7a88119eee5d5c9690c5b4c989171d3abbfd99d1d29",
		.g_ir_new = "25f3b12d6f282739256e39bf54eda53b60ffcf379bb7bcc90c27b4c4c578616c",
		.spi_i = "40dac39e1e1a8640",
		.spi_r = "8619a1cf9a6e4c07",
		.skeyseed = "5f00d1bd2c58ec224b1e6b71fa0f19a1faa7a193952c444411b47c1a9d8ba6fe",
		.dkm = "0b137d669b0947d7d026d593f0305ad401ff0c471357d695778a9c7f4b4869ece98aca531188"
			"d16041b3bb936d2dbb3b4993a6e768a809160de45d0283f273a6cdf6854379e31be72b8d3d1f"
			"a990cf9c5b015ca9f918a7df6253c958114a09d4e1c19bdcd4db14b29d98db1a74ad405c5886"
			"62c14a04d0d36aa4ab55e90f8986d12d4aad",
		.dkm_child = "7d808e2b44635300e7025f1b640c431b13a9b3b891cd45a15261f4f3c4a7e39b3a3c8017ccc2"
			"b74610faf52ba3faf6d9e83c859b448217b24dadc82c9887460b7bd724236b9885914cc93b39"
			"d6c749e92f36b30c9eb6a9f59e396bc7c0ac4878512639cc612c5660ddb1a1fed360ac8b9b3f"
			"548f13482d0431b38eca293ef97681e179fc",
		.dkm_child_dh = "67edd256e64542436173e3ca39ef1fdec3c8240b860df26f84caf5258578ff35df40ddc31ea2"
			"10e0523988b7531c9dc3207e0e98e256214999c7712f73ff044a9cf6e3a5e421862b9ba14086"
			"2f460ea5236527cf8346db9ac23feb6636e21fc7a18a94a2e9d4ad95356e278f46ac3fa53a75"
			"a058c87293cf38dd863e879f84d0e0935da3",
		.skeyseed_rekey = "2d63f6debc92048b4fef3889c4c99ca67d6496e0fac14a2bca9a2d6566ff2398",
	},
	{
		.source = "SHA-384, g^ir length 256, COUNT 0",
		.prf = ALG_PRF_HMAC_SHA2_384,
		.ni = "fd1b572a8e735591",
		.nr = "6013b0ef88dacd3d",
		.g_ir = "d3288cd87565101e88fe3bad918f31939d8dd26ff1071f8b2d7f447524e58d7c",
		.g_ir_new = "3358f620539473aee8d07e779764c4c6a9aabddc79a28e136b3bac021dbde44a",
		.spi_i = "2116ad07ce61f749",
		.spi_r = "24880e55f11a65b7",
		.skeyseed = "69fe7a1ac94adaeb711295f5fe004b1a8d6a0b65d05692758ce8ad2f7a45f59d7d0b596f51f7"
			"dfcf3330061888f6a94f",
		.dkm = "4f904c2025c90c817ea5ff9b662a6fdb445a73b57cdf09eacd379b95e1f03cacb04cd6deeda4"
			"f952191dd9bc1f7a9502471a648d74dc06d38112de48a42501f6b1a3ad55c2099cd9a648e5f1"
			"7e5bf3e34bf9b5953decb768a34f875fe2b78dca0c2fcca81ec1a412006dfaed38fa06882e61"
			"f4c148105fb8e231fdb33c4d484c001721d4",
		.dkm_child = "06126cc023ac8aabb3ae1ae2d583005a16d39e889efd09d588f2995883261e55f44f959072d2"
			"5ea2f035a64ee8e2341421e7a2d95344282f6ff1f2a9ef236b5ec7eae4bb1074ce1f20646120"
			"9c19dc05a61bbc10a5ec0391bdcd1d25831f8d1199af467359a13cb5f9b11187ad97379469f8"
			"a1ff3d612b18f165d32e3b5fc6440f447321",
		.dkm_child_dh = "e31b1b94e0b2146ae66dfe223ca64ccf0895fb6c8862990b446b80a4a81fd801ed5fdbcee6e9"
			"455c4d56ee10cd73ea77d8c01f31d4e2fcc9d65765327e13f497f631ba09d99b39aff2ffa908"
			"2c59334a9eb082f795cde78989b1be547fde560eb49d5b262e86ef2e2094eab785008e3038dd"
			"7bb0d4ac7dac6f99d9c7945950f21b9f44de",
		.skeyseed_rekey = "e0548c1682e13bce454026b3b1bdf42985b24e4e7408095a7c529de38c3d1fcb04c9fe686804"
			"2a34c9614c6c99e3fcea",
	},
	{
		.source = "SHA-512, g^ir length 256, COUNT 0",
		.prf = ALG_PRF_HMAC_SHA2_512,
		.ni = "97c41a9b0a03e74c",
		.nr = "a659fd06e1746600",
		.g_ir = "276255c3eaace5c6db32b609aa86c0ef07bba4bf2dc4c262995efd95ca607c3f",
		.g_ir_new = "bb4015f7727b35532021336a9e4a6370ac8729b01fbb8f15d52236820fac4709",
		.spi_i = "ff43c5c689b95481",
		.spi_r = "e2ba607f30079bb7",
		.skeyseed = "d6e74966b75fd2afab48be319d63d97c8a5d2ffe2e320763a462c664b36c3a944067d867c3a5"
			"5fd8a7e5cca64b22e24415987e15549f09a81b455adaa5303df8",
		.dkm = "22259105314717dc73c210919ee9cb3ded774dc087e866aa3960404c0ed7b8e78e79b9938883"
			"88e2e5cb238d4bfcb4cdee9da074a26e329d6c2f2f660cc9c711c941a2fb3d85a2e5d01e579c"
			"8f2c9d00fa6fabe76a137b00c7ff1b291899906588c26f073d819063238c4c844f0f8d221b65"
			"b76dbc9ed6f6368e5dba86b3e81b60eb44a1",
		.dkm_child = "2f1311a8e143e59d65bd9d8adc4e64c624313495c899697236bd0980c503717d0ad5dee13ff9"
			"18e3f4f6505bc19a0a1352d20e99f704f6ef0c71124be1c97a1ad9aacf99a33c1cd00537aa92"
			"2906d1db33fcd640f147953ac632f8a655f84daa1363e0b8322e82620c4bc27309bb15253874"
			"93398467b7c9561317e61d1f8be436388aa9",
		.dkm_child_dh = "15a40cef7fc88a166526a4cdb5697dddbccf3c69a72b22c92c1f88e9ca9d9b5258c9f52684a7"
			"169efd4463f758e34ada6eb3f3805f194f6019b13acd11988e423f7630cb764f10a86eb28e14"
			"cba8596ee9255c853f7a903ef09de2ab5f84cc446359c604dc193a8d4c4e4b02174a4c04aa85"
			"9e84934bbb60128b920b90124187c721c000",
		.skeyseed_rekey = "ecdaf3ccb990abc898a453b03fd56f9975275f150e1e571b0560b3cb2ee67289e82b899cdc21"
			"29fd821fe8aebea796f190765c25798f5883f923526551f16a4b",
	},
};

static const uint16_t prfs[] = {
	ALG_PRF_HMAC_SHA2_256, ALG_PRF_HMAC_SHA2_384, ALG_PRF_HMAC_SHA2_512,
};

static void prf_is(uint16_t prf, struct bytes key, const struct bytes *part, unsigned int parts,
		   const char *want)
{
	uint8_t out[PRF_LEN_MAX];

	ck_assert_int_eq(prf_compute(prf, key, part, parts, out), 0);
	ck_bytes_eq(bytes_of(out, prf_len(prf)), hex(want));
}

static void prf_plus_is(uint16_t prf, struct bytes key, const struct bytes *seed,
			unsigned int seeds, const char *want)
{
	struct secret out = { 0 };

	ck_assert_int_eq(prf_plus(prf, key, seed, seeds, &out, hex(want).len), 0);
	ck_bytes_eq(secret_view(&out), hex(want));
	secret_wipe(&out);
}

START_TEST(test_mac)
{
	struct bytes key = hex(macs[_i].key), data = hex(macs[_i].data);

	if (macs[_i].sha256)
		prf_is(ALG_PRF_HMAC_SHA2_256, key, &data, 1, macs[_i].sha256);
	if (macs[_i].sha384)
		prf_is(ALG_PRF_HMAC_SHA2_384, key, &data, 1, macs[_i].sha384);
	if (macs[_i].sha512)
		prf_is(ALG_PRF_HMAC_SHA2_512, key, &data, 1, macs[_i].sha512);
}
END_TEST

/* However it is cut, the message is the same. */
START_TEST(test_parts)
{
	struct bytes key = hex(macs[1].key), data = hex(macs[1].data);

	for (size_t cut = 0; cut <= data.len; cut++) {
		const struct bytes part[] = {
			bytes_of(data.data, cut),
			BYTES_NONE,
			bytes_of(data.data + cut, data.len - cut),
		};

		prf_is(ALG_PRF_HMAC_SHA2_256, key, part, COUNT_OF(part), macs[1].sha256);
	}
}
END_TEST

/* RFC 7296 2.13, 2.14, 2.17 and 2.18. */
START_TEST(test_derivation)
{
	uint16_t prf = derivations[_i].prf;
	struct bytes ni = hex(derivations[_i].ni), nr = hex(derivations[_i].nr);
	struct bytes g_ir = hex(derivations[_i].g_ir), g_ir_new = hex(derivations[_i].g_ir_new);
	struct bytes spi_i = hex(derivations[_i].spi_i), spi_r = hex(derivations[_i].spi_r);
	struct bytes skeyseed = hex(derivations[_i].skeyseed);
	struct bytes sk_d = bytes_of(hex(derivations[_i].dkm).data, prf_len(prf));
	const struct bytes nonces[] = { ni, nr }, all[] = { ni, nr, spi_i, spi_r };
	const struct bytes with_dh[] = { g_ir_new, ni, nr };
	uint8_t nonce_key[128];

	memcpy(nonce_key, ni.data, ni.len);
	memcpy(nonce_key + ni.len, nr.data, nr.len);
	prf_is(prf, bytes_of(nonce_key, ni.len + nr.len), &g_ir, 1, derivations[_i].skeyseed);
	prf_plus_is(prf, skeyseed, all, COUNT_OF(all), derivations[_i].dkm);
	prf_plus_is(prf, sk_d, nonces, COUNT_OF(nonces), derivations[_i].dkm_child);
	prf_plus_is(prf, sk_d, with_dh, COUNT_OF(with_dh), derivations[_i].dkm_child_dh);
	prf_is(prf, sk_d, with_dh, COUNT_OF(with_dh), derivations[_i].skeyseed_rekey);
}
END_TEST

/* Every length is the beginning of the longest one, and none is beyond 255 blocks. */
START_TEST(test_prf_plus_length)
{
	struct bytes key = hex("00112233"), seed = hex("4455");
	size_t most = 255 * prf_len(prfs[_i]);
	struct secret longest = { 0 }, out = { 0 };

	ck_assert_int_eq(prf_plus(prfs[_i], key, &seed, 1, &longest, most), 0);
	for (size_t len = 0; len < 4 * prf_len(prfs[_i]); len++) {
		ck_assert_int_eq(prf_plus(prfs[_i], key, &seed, 1, &out, len), 0);
		ck_bytes_eq(secret_view(&out), bytes_of(longest.data, len));
		secret_wipe(&out);
	}
	ck_assert_int_eq(prf_plus(prfs[_i], key, &seed, 1, &out, most + 1), -EINVAL);
	ck_assert_ptr_null(out.data);
	secret_wipe(&longest);
}
END_TEST

/* RFC 7296 2.15, from its two steps. */
START_TEST(test_psk_auth)
{
	struct bytes psk = bytes_of("secret", 6), octets = hex("0102030405");
	struct bytes pad = bytes_of("Key Pad for IKEv2", 17);
	uint8_t key[PRF_LEN_MAX], want[PRF_LEN_MAX], got[PRF_LEN_MAX];
	size_t len = prf_len(prfs[_i]);

	ck_assert_int_eq(prf_compute(prfs[_i], psk, &pad, 1, key), 0);
	ck_assert_int_eq(prf_compute(prfs[_i], bytes_of(key, len), &octets, 1, want), 0);
	ck_assert_int_eq(prf_psk_auth(prfs[_i], psk, octets, got), 0);
	ck_bytes_eq(bytes_of(got, len), bytes_of(want, len));
}
END_TEST

START_TEST(test_unknown_prf)
{
	struct bytes data = hex("00");
	struct secret out = { 0 };
	uint8_t buf[PRF_LEN_MAX];

	ck_assert_uint_eq(prf_len(2), 0); /* PRF_HMAC_SHA1 */
	ck_assert_int_eq(prf_compute(2, data, &data, 1, buf), -EINVAL);
	ck_assert_int_eq(prf_plus(2, data, &data, 1, &out, 16), -EINVAL);
	ck_assert_int_eq(prf_psk_auth(2, data, data, buf), -EINVAL);
}
END_TEST

/* FIPS 180-4's own examples: "abc", and the two-block message, here in parts. */
START_TEST(test_sha1)
{
	const struct bytes abc = bytes_of("abc", 3);
	const struct bytes two[] = {
		bytes_of("abcdbcdecdefdefgefghfghighij", 28),
		BYTES_NONE,
		bytes_of("hijkijkljklmklmnlmnomnopnopq", 28),
	};
	uint8_t out[20];

	hash_sha1(&abc, 1, out);
	ck_bytes_eq(bytes_of(out, 20), hex("a9993e364706816aba3e25717850c26c9cd0d89d"));
	hash_sha1(two, COUNT_OF(two), out);
	ck_bytes_eq(bytes_of(out, 20), hex("84983e441c3bd26ebaae4aa1f95129e5e54670f1"));
}
END_TEST

static const struct alg *by_name(const char *name)
{
	return alg_by_name(name, strlen(name));
}

/* What is in the table is found by number and by name, and its sizes are in order. */
START_TEST(test_table)
{
	const struct alg *alg;
	unsigned int n;

	for (n = 0; (alg = alg_at(n)); n++) {
		ck_assert_ptr_eq(alg_find(alg->type, alg->id, alg->key_bits), alg);
		ck_assert_ptr_eq(by_name(alg->name), alg);
		ck_assert_str_eq(alg_name(alg->type, alg->id, alg->key_bits), alg->display);
		ck_assert(alg->ike || alg->esp);
		if (alg->type == IKE_TT_ENCR) {
			unsigned int bits = (alg->key_len - alg->salt_len) * 8;

			if (alg->id == ALG_ENCR_CHACHA20_POLY1305)
				ck_assert_uint_eq(bits, 256);
			else
				ck_assert_uint_eq(bits, alg->key_bits);
			ck_assert_int_eq(alg->iv_len > 0, alg->id != ALG_ENCR_NULL);
			ck_assert_uint_gt(alg->block, 0);
			ck_assert_ptr_eq(alg_find_esp(alg->id, bits), alg);
			ck_assert_int_eq(alg->icv_len > 0, alg_is_aead(alg->id));
		}
		if (alg->type == IKE_TT_PRF)
			ck_assert_uint_eq(alg->key_len, prf_len(alg->id));
		if (alg->type == IKE_TT_INTEG && alg->ike)
			ck_assert_uint_eq(alg->icv_len * 2, alg->key_len); /* RFC 4868 2.1 */
	}
	ck_assert_uint_eq(n, 45);
	ck_assert_ptr_null(alg_at(n + 1));
}
END_TEST

START_TEST(test_names)
{
	static const struct {
		const char *name;
		uint8_t type;
		uint16_t id, key_bits;
		const char *display;
		bool ike, esp;
	} want[] = {
		{ "aes128gcm16", IKE_TT_ENCR, 20, 128, "AES_GCM_16-128", true, true },
		{ "aes128gcm128", IKE_TT_ENCR, 20, 128, "AES_GCM_16-128", true, true },
		{ "aes256gcm128", IKE_TT_ENCR, 20, 256, "AES_GCM_16-256", true, true },
		{ "aes192", IKE_TT_ENCR, 12, 192, "AES_CBC-192", true, true },
		{ "aes128gcm64", IKE_TT_ENCR, 18, 128, "AES_GCM_8-128", false, true },
		{ "aes256gcm12", IKE_TT_ENCR, 19, 256, "AES_GCM_12-256", false, true },
		{ "aes192ccm64", IKE_TT_ENCR, 14, 192, "AES_CCM_8-192", false, true },
		{ "aes128ccm12", IKE_TT_ENCR, 15, 128, "AES_CCM_12-128", false, true },
		{ "aes256ccm16", IKE_TT_ENCR, 16, 256, "AES_CCM_16-256", false, true },
		{ "aes256ctr", IKE_TT_ENCR, 13, 256, "AES_CTR-256", false, true },
		{ "aes192gmac", IKE_TT_ENCR, 21, 192, "NULL_AES_GMAC-192", false, true },
		{ "chacha20poly1305", IKE_TT_ENCR, 28, 0, "CHACHA20_POLY1305", false, true },
		{ "null", IKE_TT_ENCR, 11, 0, "NULL", false, true },
		{ "prfsha384", IKE_TT_PRF, 6, 0, "PRF_HMAC_SHA2_384", true, false },
		{ "sha256", IKE_TT_INTEG, 12, 0, "HMAC_SHA2_256_128", true, true },
		{ "sha512", IKE_TT_INTEG, 14, 0, "HMAC_SHA2_512_256", true, true },
		{ "sha384", IKE_TT_INTEG, 13, 0, "HMAC_SHA2_384_192", true, true },
		{ "sha1", IKE_TT_INTEG, 2, 0, "HMAC_SHA1_96", false, true },
		{ "aesxcbc", IKE_TT_INTEG, 5, 0, "AES_XCBC_96", false, true },
		{ "aescmac", IKE_TT_INTEG, 8, 0, "AES_CMAC_96", false, true },
		{ "x25519", IKE_TT_KE, 31, 0, "CURVE_25519", true, true },
		{ "curve25519", IKE_TT_KE, 31, 0, "CURVE_25519", true, true },
		{ "ecp256", IKE_TT_KE, 19, 0, "ECP_256", true, true },
		{ "modp2048", IKE_TT_KE, 14, 0, "MODP_2048", true, true },
		{ "esn", IKE_TT_ESN, 1, 0, "EXT_SEQ", false, true },
		{ "noesn", IKE_TT_ESN, 0, 0, "NO_EXT_SEQ", false, true },
	};

	for (size_t i = 0; i < COUNT_OF(want); i++) {
		const struct alg *alg = by_name(want[i].name);

		ck_assert_msg(alg, "no %s", want[i].name);
		ck_assert_uint_eq(alg->type, want[i].type);
		ck_assert_uint_eq(alg->id, want[i].id);
		ck_assert_uint_eq(alg->key_bits, want[i].key_bits);
		ck_assert_str_eq(alg->display, want[i].display);
		ck_assert_int_eq(alg->ike, want[i].ike);
		ck_assert_int_eq(alg->esp, want[i].esp);
	}
	ck_assert_ptr_null(by_name(""));
	ck_assert_ptr_null(by_name("aes"));
	ck_assert_ptr_null(by_name("AES128"));
	ck_assert_ptr_null(by_name("aes128gcm16 "));
	ck_assert_ptr_eq(alg_by_name("aes128-sha256", 6), by_name("aes128"));
	ck_assert_ptr_null(alg_find(IKE_TT_ENCR, ALG_ENCR_AES_CBC, 0));
	ck_assert_ptr_null(alg_find(IKE_TT_ENCR, ALG_ENCR_AES_GCM_16, 512));
	ck_assert_ptr_null(alg_find(IKE_TT_INTEG, ALG_INTEG_NONE, 0));
	/* What the kernel calls them, and key material drawn from prf+. */
	ck_assert_str_eq(alg_find_esp(28, 256)->name, "chacha20poly1305");
	ck_assert_uint_eq(alg_find_esp(28, 256)->key_len, 36);
	ck_assert_uint_eq(alg_find_esp(16, 256)->key_len, 35);
	ck_assert_uint_eq(alg_find_esp(13, 256)->key_len, 36);
	ck_assert_uint_eq(alg_find_esp(21, 128)->key_len, 20);
	ck_assert_str_eq(alg_find_esp(11, 0)->name, "null");
	ck_assert_ptr_null(alg_find_esp(28, 0));
	ck_assert_ptr_null(alg_find_esp(20, 0));
	ck_assert_ptr_null(alg_find_esp(65536 + 20, 128));
}
END_TEST

/* Whatever a peer offers has a name, and one line can hold several. */
START_TEST(test_foreign_names)
{
	const char *des = alg_name(IKE_TT_ENCR, 3, 0);

	ck_assert_str_eq(alg_name(IKE_TT_KE, 0, 0), "NONE");
	ck_assert_str_eq(alg_name(IKE_TT_INTEG, 0, 0), "NONE");
	ck_assert_str_eq(alg_name(IKE_TT_ENCR, 12, 512), "ENCR 12 (512 bits)");
	ck_assert_str_eq(alg_name(255, 65535, 65535), "type 255 65535 (65535 bits)");
	ck_assert_str_eq(alg_name(0, 0, 0), "type 0 0");
	ck_assert_str_eq(des, "ENCR 3");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, test_mac, 0, COUNT_OF(macs));
	tcase_add_test(tc, test_parts);
	tcase_add_loop_test(tc, test_derivation, 0, COUNT_OF(derivations));
	tcase_add_loop_test(tc, test_prf_plus_length, 0, COUNT_OF(prfs));
	tcase_add_loop_test(tc, test_psk_auth, 0, COUNT_OF(prfs));
	tcase_add_test(tc, test_unknown_prf);
	tcase_add_test(tc, test_sha1);
	tcase_add_test(tc, test_table);
	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_foreign_names);
}

int main(void)
{
	return unit_run("prf", add);
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ESP packets with known answers. Numbers only, from
 *
 *   draft-mcgrew-gcm-test-01, "Test Cases for the use of GCM and GMAC in IPsec ESP", by page;
 *   the AAD is SPI and sequence number, of 8 octets or 12 with ESN,
 *   RFC 3602 4, cases 5 to 8, whose packets carry no ICV,
 *   RFC 3686 6, likewise,
 *   RFC 7634 appendix A,
 *   RFC 2202 3, RFC 4868 2.7.2, RFC 3566 4.6 and RFC 4493 4: integrity algorithms,
 *   NIST CAVP, CCM-VNT (CAVS 11.0), those with a nonce as long as that of RFC 4309 4.
 *
 * The plain text of a packet ends in padding, pad length and next header.
 */
#ifndef _SVTI_TESTS_ESP_VECTORS_H
#define _SVTI_TESTS_ESP_VECTORS_H

struct esp_vector {
	const char *name;
	const char *key; /* of AES-GCM: with the salt */
	const char *iv;
	const char *aad;
	const char *plain;
	const char *cipher;
	const char *icv;
};

/* @icv is cut to what goes into the packet. */
struct mac_vector {
	const char *name;
	const char *key;
	const char *plain;
	const char *icv;
};

/* @cipher ends with the ICV. */
struct ccm_vector {
	const char *name;
	const char *key;
	const char *nonce;
	const char *aad;
	const char *plain;
	const char *cipher;
};

static const struct esp_vector gcm_vectors[] = {
	{
		.name = "page 6",
		.key = "4c80cdefbb5d10da906ac73c3613a6342e443b68",
		.iv = "4956ed7e3b244cfe",
		.aad = "000043218765432100000000",
		.plain = "45000048699a000080114db7c0a80102c0a801010a9bf15638d3010000010000"
		         "00000000045f736970045f756470037369700963796265726369747902646b00"
		         "0021000101020201",
		.cipher = "fecf537e729d5b07dc30df528dd22b768d1b98736696a6fd348509fa13ceac34"
		          "cfa2436f14a3f3cf65925bf1f4a13c5d15b21e1884f5ff6247aeabb786b93bce"
		          "61bc17d768fd9732",
		.icv = "459018148f6cbe722fd04796562dfdb4",
	},
	{
		.name = "page 7",
		.key = "feffe9928665731c6d6a8f9467308308cafebabe",
		.iv = "facedbaddecaf888",
		.aad = "0000a5f80000000a",
		.plain = "4500003e698f000080114dccc0a80102c0a801010a980035002a2343b2d00100"
		         "0001000000000000037369700963796265726369747902646b00000100010001",
		.cipher = "deb22cd9b07c72c16e3a65beeb8df304a5a5897d33ae530f1ba76d5d114d2a5c"
		          "3de81827c10e9a4f51330d0eec416642cfbb85a5b47e48a4ec3b9ba95d918bd1",
		.icv = "83b70d3aa8bc6ee4c309e9d85a41ad4a",
	},
	{
		.name = "page 8",
		.key = "abbccddef00112233445566778899aababbccddef00112233445566778899aab"
		       "11223344",
		.iv = "0102030405060708",
		.aad = "4a2cbfe300000002",
		.plain = "4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee000000000"
		         "7002400020bf0000020405b40101040201020201",
		.cipher = "ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763"
		          "748a637985771d347f0545659f14e99def842d8e",
		.icv = "b335f4eecfdbf831824b4c4915956c96",
	},
	{
		.name = "page 9",
		.key = "0000000000000000000000000000000000000000",
		.iv = "0000000000000000",
		.aad = "0000000000000001",
		.plain = "4500003c99c500008001cb7a40679318010101010800075c0200440061626364"
		         "65666768696a6b6c6d6e6f707172737475767761626364656667686901020201",
		.cipher = "4688daf2f973a392732909c331d56d60f694abaa414b5e7ff5fdcdfff5e9a284"
		          "456476492719ffb64de7d9dca1e1d894bc3bd57873ed4d181d19d4d5c8c18af3",
		.icv = "f821d496eeb096e98ad2b69e4799c71d",
	},
	{
		.name = "page 10",
		.key = "3de09874b388e6491988d0c3607eae1f57690e43",
		.iv = "4e280000a2fca1a3",
		.aad = "42f67e3f1010101010101010",
		.plain = "4500003c99c300008001cb7c40679318010101010800085c0200430061626364"
		         "65666768696a6b6c6d6e6f707172737475767761626364656667686901020201",
		.cipher = "fba2caa4853cf9f0f22cb10d86dd83b0fec75691cf1a04b00d1138ec9c357917"
		          "65acbd8701ad79845bf9fe3fba487bc91755e6662b4c8d0d1f5e22739530320a",
		.icv = "e0d731cc978ecafaeae88f00e80d6e48",
	},
	{
		.name = "page 11a",
		.key = "3de09874b388e6491988d0c3607eae1f57690e43",
		.iv = "4e280000a2fca1a3",
		.aad = "42f67e3f1010101010101010",
		.plain = "4500001c42a200008001441f406793b6e00000020a00f5ff01020201",
		.cipher = "fba2ca845e5df9f0f22c3e6e86dd831e1fc65792cd1af9130e1379ed",
		.icv = "369f071f35e034be95f112e4e7d05d35",
	},
	{
		.name = "page 11b",
		.key = "feffe9928665731c6d6a8f9467308308feffe9928665731ccafebabe",
		.iv = "facedbaddecaf888",
		.aad = "0000a5f80000000a",
		.plain = "45000028a4ad4000400678800a01038f0a010612802306b8cb712602dd6bb03e"
		         "501016d075680001",
		.cipher = "a5b1f8066029aea40e598b8122de02420938b3ab33f828e687b8858b5bfbdbd0"
		          "315b27452144cc77",
		.icv = "95457b9652037f5318027b5b4cd7a636",
	},
	{
		.name = "page 12",
		.key = "abbccddef00112233445566778899aabdecaf888",
		.iv = "cafedebaceface74",
		.aad = "000001000000000000000001",
		.plain = "4500004933ba00007f119106c3fb1d10c2b1d326c02831ce0035dd7b800302d5"
		         "00004e20001e8c18d75b81dc91baa0476b91b924b280389d92c963bac046ec95"
		         "9b6266c04722b14923010101",
		.cipher = "18a6fd42f72cbf4ab2a2ea901f73d814e3e7f243d95412e1c349c1d2fbec168f"
		          "9190feebaf2cb01984e65863965d7472b79da345e0e780191f0d2f0e0f496c22"
		          "6f2127b27db35724e7845d68",
		.icv = "651f57e65f354f75ff17015769623436",
	},
	{
		.name = "page 13",
		.key = "abbccddef00112233445566778899aababbccddef00112233445566778899aab"
		       "73616c74",
		.iv = "616e640169766563",
		.aad = "17405e67156f3126dd0db99b",
		.plain = "45080028732c00004006e9f90a0106120a01038f06b88023dd6bafbecb712602"
		         "50101f646d540001",
		.cipher = "f2d69ecdbd5a0d5b8d5ef38bad4da58d1f278fde98ef67549d524a3018d9a57f"
		          "f4d3a31ce673119e",
		.icv = "451626c2415771e3b7eebca614c89b35",
	},
	{
		.name = "page 14",
		.key = "3de09874b388e6491988d0c3607eae1f57690e43",
		.iv = "4e280000a2fca1a3",
		.aad = "42f67e3f1010101010101010",
		.plain = "45000049333e00007f119182c3fb1d10c2b1d326c02831ce0035cb458003025b"
		         "000001e0001e8c18d65759d52284a0352c71475c8880391c764d6e5ee0496b32"
		         "5ae270c03899493915010101",
		.cipher = "fba2cad12fc1f9f00d3cebf305410db83d7784b607323d220f24b0a97d541828"
		          "00cadb0f68d99ef0e0c0c89ae9bea8884e52d65bc1afd0740f742444747b5b39"
		          "ab533163aad4550ee5160975",
		.icv = "cdb608c5769189609763b8e18caa81e2",
	},
	{
		.name = "page 15",
		.key = "abbccddef00112233445566778899aababbccddef00112233445566778899aab"
		       "73616c74",
		.iv = "616e640169766563",
		.aad = "17405e67156f3126dd0db99b",
		.plain = "636973636f0172756c657301746865016e6574776501646566696e6501746865"
		         "746563686e6f6c6f67696573017468617477696c6c01646566696e65746f6d6f"
		         "72726f7701020201",
		.cipher = "d4b7ed86a1777f2ea13d6973d324c69e7b43f826fb56831226508bebd2dceb18"
		          "d0a6df10e5487df074113e14c641024e3e6773d91a62ee429b043a10e3efe6b0"
		          "12a49363412364f8",
		.icv = "c0cac587f249e56b11e24f30e44ccc76",
	},
	{
		.name = "page 16a",
		.key = "7d773d00c144c525ac619d18c84a3f47d9664267",
		.iv = "43457e9182443bc6",
		.aad = "335467aeffffffff",
		.plain = "01020201",
		.cipher = "437f866b",
		.icv = "cb3f699fe9b0822bac961c4504bef270",
	},
	{
		.name = "page 16b",
		.key = "abbccddef00112233445566778899aabdecaf888",
		.iv = "cafedebaceface74",
		.aad = "000001000000000000000001",
		.plain = "746f016265016f72016e6f7401746f0162650001",
		.cipher = "29c9fc69a197d038ccdd14e2ddfcaa0543332164",
		.icv = "412503524303ed3c6c5f283843af8c3e",
	},
	{
		.name = "page 17",
		.key = "6c6567616c697a656d6172696a75616e61616e64646f69746265666f72656961"
		       "7475726e",
		.iv = "333021696765746d",
		.aad = "796b6963ffffffffffffffff",
		.plain = "45000030da3a00008001df3bc0a80005c0a800010800c6cd0200070061626364"
		         "65666768696a6b6c6d6e6f707172737401020201",
		.cipher = "f97ab2aa356d8edce17644ac8c78e25dd24dedbb29ebf1b64a274b39b49c3a86"
		          "4cd3d78ca4ae68a32b42458fb57dbe821dcc63b9",
		.icv = "d0937ba2945f669368661a329fb4c053",
	},
	{
		.name = "page 19",
		.key = "3de09874b388e6491988d0c3607eae1f57690e43",
		.iv = "4e280000a2fca1a3",
		.aad = "3f7ef6421010101010101010",
		.plain = "45000030da3a00008001df3bc0a80005c0a800010800c6cd0200070061626364"
		         "65666768696a6b6c6d6e6f707172737401020201",
		.cipher = "fba2caa8c6c5f9f0f22ca54a061210ad3f6e5791cf1aca210d117cec9c357917"
		          "65acbd8701ad79845bf9fe3fba487bc963219306",
		.icv = "84eecadb56912546e7a95c9740d7cb05",
	},
	{
		.name = "page 20",
		.key = "4c80cdefbb5d10da906ac73c3613a63422433c64",
		.iv = "4855ec7d3a234bfd",
		.aad = "000043218765432100000007",
		.plain = "0800c6cd020007006162636465666768696a6b6c6d6e6f707172737401020201",
		.cipher = "74752e8aeb5d873cd7c0f4acc36c4bff84b7d7b98f0ca8b6acda6894bc619069",
		.icv = "ef9cbc28fe1b56a7c4e0d58c86cd2bc0",
	},
};

static const struct esp_vector cbc_vectors[] = {
	{
		.name = "case 5",
		.key = "90d382b410eeba7ad938c46cec1a82bf",
		.iv = "e96e8c08ab465763fd098d45dd3ff893",
		.aad = "0000432100000001",
		.plain = "08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f1011121314151617"
		         "18191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637"
		         "0102030405060708090a0b0c0d0e0e01",
		.cipher = "f663c25d325c18c6a9453e194e120849a4870b66cc6b9965330013b4898dc856"
		          "a4699e523a55db080b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874a"
		          "a269add047ad2d5913ac19b7cfbad4a6",
	},
	{
		.name = "case 6",
		.key = "90d382b410eeba7ad938c46cec1a82bf",
		.iv = "69d08df7d203329db093fc4924e5bd80",
		.aad = "0000432100000008",
		.plain = "0800b5e8a80a0500a69c083d0b660e0077777777777777777777777701020201",
		.cipher = "f51995881ec4e0c4488987ce742e8109689bb379d2d750c0d915dca346a89f75",
	},
	{
		.name = "case 7",
		.key = "0123456789abcdef0123456789abcdef",
		.iv = "f4e765244f6407adf13dc1380f673f37",
		.aad = "0000876500000002",
		.plain = "45000054090400004001f988c0a87b03c0a87bc808009f76a90a0100b49c083d"
		         "02a2040008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223"
		         "2425262728292a2b2c2d2e2f30313233343536370102030405060708090a0a04",
		.cipher = "773b5241a4c449225e4f3ce5ed611b0c237ca96cf74a93013c1b0ea1a0cf70f8"
		          "e4ecaec78ac53aad7a0f022b859243c647752e94a859352b8a4d4d2decd136e5"
		          "c177f132ad3fbfb2201ac9904c74ee0a109e0ca1e4dfe9d5a100b842f1c22f0d",
	},
	{
		.name = "case 8",
		.key = "0123456789abcdef0123456789abcdef",
		.iv = "85d47224b5f3dd5d2101d4ea8dffab22",
		.aad = "0000876500000005",
		.plain = "45000044090c00004001f990c0a87b03c0a87bc80800d63caa0a0200c69c083d"
		         "a3de0300ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		         "ffffffff0102030405060708090a0a04",
		.cipher = "15b92683819596a8047232cc00f7048fe45318e11f8a0f62ede3c3fc61203bb5"
		          "0f980a08c9843fd3a1b06d5c07ff9639b7eb7dfb3512e5de435e7207ed971ef3"
		          "d2726d9b5ef6affc6d17a0decbb13892",
	},
};

/* The packets of RFC 3686 6 have neither SPI nor ICV. */
static const struct esp_vector ctr_vectors[] = {
	{
		.name = "vector 1",
		.key = "ae6852f8121067cc4bf7a5765577f39e00000030",
		.iv = "0000000000000000",
		.aad = "0000100100000001",
		.plain = "53696e676c6520626c6f636b206d7367",
		.cipher = "e4095d4fb7a7b3792d6175a3261311b8",
	},
	{
		.name = "vector 2",
		.key = "7e24067817fae0d743d6ce1f32539163006cb6db",
		.iv = "c0543b59da48d90b",
		.aad = "0000100100000002",
		.plain = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		.cipher = "5104a106168a72d9790d41ee8edad388eb2e1efc46da57c8fce630df9141be28",
	},
	{
		.name = "vector 3",
		.key = "7691be035e5020a8ac6e618529f9a0dc00e0017b",
		.iv = "27777f3f4a1786f0",
		.aad = "0000100100000003",
		.plain = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
		         "20212223",
		.cipher = "c1cf48a89f2ffdd9cf4652e9efdb72d74540a42bde6d7836d59a5ceaaef31053"
		          "25b2072f",
	},
	{
		.name = "vector 4",
		.key = "16af5b145fc9f579c175f93e3bfb0eed863d06ccfdb7851500000048",
		.iv = "36733c147d6d93cb",
		.aad = "0000100100000004",
		.plain = "53696e676c6520626c6f636b206d7367",
		.cipher = "4b55384fe259c9c84e7935a003cbe928",
	},
	{
		.name = "vector 5",
		.key = "7c5cb2401b3dc33c19e7340819e0f69c678c3db8e6f6a91a0096b03b",
		.iv = "020c6eadc2cb500d",
		.aad = "0000100100000005",
		.plain = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		.cipher = "453243fc609b23327edfaafa7131cd9f8490701c5ad4a79cfc1fe0ff42f4fb00",
	},
	{
		.name = "vector 6",
		.key = "02bf391ee8ecb159b959617b0965279bf59b60a786d3e0fe0007bdfd",
		.iv = "5cbd60278dcc0912",
		.aad = "0000100100000006",
		.plain = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
		         "20212223",
		.cipher = "96893fc55e5c722f540b7dd1ddf7e758d288bc95c69165884536c811662f2188"
		          "abee0935",
	},
	{
		.name = "vector 7",
		.key = "776beff2851db06f4c8a0542c8696f6c6a81af1eec96b4d37fc1d689e6c1c104"
		       "00000060",
		.iv = "db5672c97aa8f0b2",
		.aad = "0000100100000007",
		.plain = "53696e676c6520626c6f636b206d7367",
		.cipher = "145ad01dbf824ec7560863dc71e3e0c0",
	},
	{
		.name = "vector 8",
		.key = "f6d66d6bd52d59bb0796365879eff886c66dd51a5b6a99744b50590c87a23884"
		       "00faac24",
		.iv = "c1585ef15a43d875",
		.aad = "0000100100000008",
		.plain = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		.cipher = "f05e231b3894612c49ee000b804eb2a9b8306b508f839d6a5530831d9344af1c",
	},
	{
		.name = "vector 9",
		.key = "ff7a617ce69148e4f1726e2f43581de2aa62d9f805532edff1eed687fb54153d"
		       "001cc5b7",
		.iv = "51a51d70a1c11148",
		.aad = "0000100100000009",
		.plain = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
		         "20212223",
		.cipher = "eb6c52821d0bbbf7ce7594462aca4faab407df866569fd07f48cc0b583d6071f"
		          "1ec0e6b8",
	},
};

static const struct esp_vector chacha_vectors[] = {
	{
		.name = "appendix A",
		.key = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
		       "a0a1a2a3",
		.iv = "1011121314151617",
		.aad = "0102030400000005",
		.plain = "45000054a6f200004001e778c6336405c000020508005b7a3a080000553bec10"
		         "0007362708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223"
		         "2425262728292a2b2c2d2e2f303132333435363701020204",
		.cipher = "24039428b97f417e3c13753a4f05087b67c352e6a7fab1b982d466ef407ae5c6"
		          "14ee8099d52844eb61aa95dfab4c02f72aa71e7c4c4f64c9befe2facc638e8f3"
		          "cbec163fac469b502773f6fb94e664da9165b82829f641e0",
		.icv = "76aaa8266b7fb0f7b11b369907e1ad43",
	},
};

static const struct esp_vector gmac_vectors[] = {
	{
		.name = "GMAC",
		.key = "4c80cdefbb5d10da906ac73c3613a63422433c64",
		.iv = "0000000000000000",
		.aad = "0000432100000007",
		.plain = "45000030da3a00008001df3bc0a80005c0a800010800c6cd0200070061626364"
		         "65666768696a6b6c6d6e6f707172737401020201",
		.cipher = "45000030da3a00008001df3bc0a80005c0a800010800c6cd0200070061626364"
		          "65666768696a6b6c6d6e6f707172737401020201",
		.icv = "f2a9a836e155106aa8dcd618e4099aaa",
	},
};

static const struct mac_vector sha256_vectors[] = {
	{
		.name = "AUTH256-1",
		.key = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		.plain = "4869205468657265",
		.icv = "198a607eb44bfbc69903a0f1cf2bbdc5",
	},
	{
		.name = "AUTH256-2",
		.key = "4a6566654a6566654a6566654a6566654a6566654a6566654a6566654a656665",
		.plain = "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		.icv = "167f928588c5cc2eef8e3093caa0e87c",
	},
	{
		.name = "AUTH256-3",
		.key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		.plain = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
		         "dddddddddddddddddddddddddddddddddddd",
		.icv = "cdcb1220d1ecccea91e53aba3092f962",
	},
	{
		.name = "AUTH256-4",
		.key = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
		.plain = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
		         "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
		.icv = "372efcf9b40b35c2115b1346903d2ef4",
	},
};

static const struct mac_vector sha384_vectors[] = {
	{
		.name = "AUTH384-1",
		.key = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
		       "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		.plain = "4869205468657265",
		.icv = "b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973",
	},
	{
		.name = "AUTH384-2",
		.key = "4a6566654a6566654a6566654a6566654a6566654a6566654a6566654a656665"
		       "4a6566654a6566654a6566654a656665",
		.plain = "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		.icv = "2c7353974f1842fd66d53c452ca42122b28c0b594cfb184d",
	},
	{
		.name = "AUTH384-3",
		.key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		.plain = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
		         "dddddddddddddddddddddddddddddddddddd",
		.icv = "809f439be00274321d4a538652164b53554a508184a0c316",
	},
	{
		.name = "AUTH384-4",
		.key = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
		       "0a0b0c0d0e0f10111213141516171819",
		.plain = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
		         "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
		.icv = "5b540085c6e6358096532b2493609ed1cb298f774f87bb5c",
	},
};

static const struct mac_vector sha512_vectors[] = {
	{
		.name = "AUTH512-1",
		.key = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
		       "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		.plain = "4869205468657265",
		.icv = "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8",
	},
	{
		.name = "AUTH512-2",
		.key = "4a6566654a6566654a6566654a6566654a6566654a6566654a6566654a656665"
		       "4a6566654a6566654a6566654a6566654a6566654a6566654a6566654a656665",
		.plain = "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		.icv = "cb370917ae8a7ce28cfd1d8f4705d6141c173b2a9362c15df235dfb251b15454",
	},
	{
		.name = "AUTH512-3",
		.key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		.plain = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
		         "dddddddddddddddddddddddddddddddddddd",
		.icv = "2ee7acd783624ca9398710f3ee05ae41b9f9b0510c87e49e586cc9bf961733d8",
	},
	{
		/* In print the key has a line of 16 octets too many. */
		.name = "AUTH512-4",
		.key = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
		       "2122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f40",
		.plain = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
		         "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
		.icv = "5e6688e5a3daec826ca32eaea224eff5e700628947470e13ad01302561bab108",
	},
};

static const struct mac_vector sha1_vectors[] = {
	{
		.name = "case 1",
		.key = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		.plain = "4869205468657265",
		.icv = "b617318655057264e28bc0b6",
	},
	{
		.name = "case 3",
		.key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		.plain = "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
		         "dddddddddddddddddddddddddddddddddddd",
		.icv = "125d7342b9ac11cd91a39af4",
	},
	{
		.name = "case 5",
		.key = "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c",
		.plain = "546573742057697468205472756e636174696f6e",
		.icv = "4c1a03424b55e07fe7f27be1",
	},
};

static const struct mac_vector xcbc_vectors[] = {
	{
		.name = "case 3",
		.key = "000102030405060708090a0b0c0d0e0f",
		.plain = "000102030405060708090a0b0c0d0e0f",
		.icv = "d2a246fa349b68a79998a439",
	},
	{
		.name = "case 4",
		.key = "000102030405060708090a0b0c0d0e0f",
		.plain = "000102030405060708090a0b0c0d0e0f10111213",
		.icv = "47f51b4564966215b8985c63",
	},
	{
		.name = "case 5",
		.key = "000102030405060708090a0b0c0d0e0f",
		.plain = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		.icv = "f54f0ec8d2b9f3d36807734b",
	},
	{
		.name = "case 6",
		.key = "000102030405060708090a0b0c0d0e0f",
		.plain = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
		         "2021",
		.icv = "becbb3bccdb518a30677d548",
	},
};

static const struct mac_vector cmac_vectors[] = {
	{
		.name = "example 2",
		.key = "2b7e151628aed2a6abf7158809cf4f3c",
		.plain = "6bc1bee22e409f96e93d7e117393172a",
		.icv = "070a16b46b4d4144f79bdd9d",
	},
	{
		.name = "example 3",
		.key = "2b7e151628aed2a6abf7158809cf4f3c",
		.plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
		         "30c81c46a35ce411",
		.icv = "dfa66747de9ae63030ca3261",
	},
	{
		.name = "example 4",
		.key = "2b7e151628aed2a6abf7158809cf4f3c",
		.plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
		         "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
		.icv = "51f0bebf7e3b9d92fc497417",
	},
};

static const struct ccm_vector ccm_vectors[] = {
	{
		.name = "VNT128, count 40",
		.key = "e6ab9e70a4fb51b01c2e262233e64c0d",
		.nonce = "74e689eb5af9441dd690a6",
		.aad = "42f6518ee0fbe42f28e13b4bb2eb60517b37c9744394d9143393a879c3e107c7",
		.plain = "ba15916733550d7aa82b2f6b117cd3f54c83ddc16cd0288a",
		.cipher = "dcc151443288f35d39ed8fae6f0ce1d1eb656f4f7fd65c0b16f322ce85d7c54e"
		          "71ac560fd4da9651",
	},
	{
		.name = "VNT128, count 41",
		.key = "e6ab9e70a4fb51b01c2e262233e64c0d",
		.nonce = "eb118fb41284bfcb1bc338",
		.aad = "b5a6067fbac46578cfc8d3fe04108588c9de077eb009249374f205553bba9d02",
		.plain = "863da00c7accf45418d47c1eda72338734dcc49cd599f328",
		.cipher = "d64de7a56146b971e21bf5784d67bab32dd837cfb81591da4a0177883346dc89"
		          "6eb39e8a32bc1393",
	},
	{
		.name = "VNT192, count 40",
		.key = "af84c6f302c59aeee6d5728ed5da2e3c64a5a781c52c4d1b",
		.nonce = "df990c42a268950677c433",
		.aad = "a6ab5d78427f297a4b7e21f1091ff3a5b20caa3fe1cbcb09459d9df596a6c8e1",
		.plain = "6db41aeb5f7c24df8929dbc30483b3c7934b3bd1cdce5bb9",
		.cipher = "8c9328258bf71970d33e23a3ff81cc1c9cbe196a1294264bfd6a7255e4801963"
		          "bb30a63de3fc5b82",
	},
	{
		.name = "VNT192, count 41",
		.key = "af84c6f302c59aeee6d5728ed5da2e3c64a5a781c52c4d1b",
		.nonce = "b7ea72641bbe2dca6d85e7",
		.aad = "4e0f2ddf183281ec131693bdcea3fc9743733c07a486a42d5737735b3f6e3fdf",
		.plain = "726844e41b1e4d883024b32fee0dcea38c889cb328885b7c",
		.cipher = "9a133e4582c2ebc445862a9c6f2f4e39223c84081e322c8f262de30da6ef505f"
		          "e640c53d765f672c",
	},
	{
		.name = "VNT256, count 40",
		.key = "97bc7482a87ba005475dfa3448f59d4b3f9c4c969d08b39b1b21ef965c0f5125",
		.nonce = "0bcf78103ec52d6df28887",
		.aad = "049c10f0cb37ae08eae2d0766563b7c5a8454f841c2061a4f71a0a2158ae6ce5",
		.plain = "b99bf4dc781795fc4d3a8467b06e1665d4e543657f23129f",
		.cipher = "0d3891fa0caac1f7ebe41b480920ffd34d4155064c24f3b17a483163dd8f228d"
		          "1f20cd4f86cf38fd",
	},
	{
		.name = "VNT256, count 41",
		.key = "97bc7482a87ba005475dfa3448f59d4b3f9c4c969d08b39b1b21ef965c0f5125",
		.nonce = "ab6374c6b2faefd92fa3d3",
		.aad = "f19c044023e5cf339203738ee70e76527519763664c06ae00e002a5ba94c32c6",
		.plain = "a2e5c51f516db01688b64c173bb25645182a005018022ee1",
		.cipher = "f70c598df3c64d3527ebb7fc8408b7de2cfaa1da7984ec361f1ad61758d828b7"
		          "0d4881b7d6ae8cd0",
	},
};

#endif /* _SVTI_TESTS_ESP_VECTORS_H */

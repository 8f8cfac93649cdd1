/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of "Internet Key Exchange Version 2 (IKEv2) Parameters" (IANA), and the names
 * that logs, configuration and `keydctl show` use. One X-macro list each: X(NAME, number, "text").
 */
#ifndef KEYD_WIRE_IANA_H
#define KEYD_WIRE_IANA_H

#include <stdint.h>

#define IKE_EXCHANGES(X)                        \
	X(IKE_SA_INIT, 34, "IKE_SA_INIT")         \
	X(IKE_AUTH, 35, "IKE_AUTH")               \
	X(CREATE_CHILD_SA, 36, "CREATE_CHILD_SA") \
	X(INFORMATIONAL, 37, "INFORMATIONAL")

#define IKE_PAYLOADS(X)         \
	X(NONE, 0, "none")      \
	X(SA, 33, "SA")         \
	X(KE, 34, "KE")         \
	X(IDI, 35, "IDi")       \
	X(IDR, 36, "IDr")       \
	X(CERT, 37, "CERT")     \
	X(CERTREQ, 38, "CERTREQ") \
	X(AUTH, 39, "AUTH")     \
	X(NONCE, 40, "Nonce")   \
	X(NOTIFY, 41, "N")      \
	X(DELETE, 42, "D")      \
	X(VENDOR, 43, "V")      \
	X(TSI, 44, "TSi")       \
	X(TSR, 45, "TSr")       \
	X(SK, 46, "SK")         \
	X(CP, 47, "CP")         \
	X(EAP, 48, "EAP")       \
	X(SKF, 53, "SKF")

#define IKE_NOTIFIES(X)                                                       \
	X(UNSUPPORTED_CRITICAL_PAYLOAD, 1, "UNSUPPORTED_CRITICAL_PAYLOAD")    \
	X(INVALID_IKE_SPI, 4, "INVALID_IKE_SPI")                              \
	X(INVALID_MAJOR_VERSION, 5, "INVALID_MAJOR_VERSION")                  \
	X(INVALID_SYNTAX, 7, "INVALID_SYNTAX")                                \
	X(INVALID_MESSAGE_ID, 9, "INVALID_MESSAGE_ID")                        \
	X(INVALID_SPI, 11, "INVALID_SPI")                                     \
	X(NO_PROPOSAL_CHOSEN, 14, "NO_PROPOSAL_CHOSEN")                       \
	X(INVALID_KE_PAYLOAD, 17, "INVALID_KE_PAYLOAD")                       \
	X(AUTHENTICATION_FAILED, 24, "AUTHENTICATION_FAILED")                 \
	X(SINGLE_PAIR_REQUIRED, 34, "SINGLE_PAIR_REQUIRED")                   \
	X(NO_ADDITIONAL_SAS, 35, "NO_ADDITIONAL_SAS")                         \
	X(INTERNAL_ADDRESS_FAILURE, 36, "INTERNAL_ADDRESS_FAILURE")           \
	X(FAILED_CP_REQUIRED, 37, "FAILED_CP_REQUIRED")                       \
	X(TS_UNACCEPTABLE, 38, "TS_UNACCEPTABLE")                             \
	X(INVALID_SELECTORS, 39, "INVALID_SELECTORS")                         \
	X(TEMPORARY_FAILURE, 43, "TEMPORARY_FAILURE")                         \
	X(CHILD_SA_NOT_FOUND, 44, "CHILD_SA_NOT_FOUND")                       \
	X(INITIAL_CONTACT, 16384, "INITIAL_CONTACT")                          \
	X(SET_WINDOW_SIZE, 16385, "SET_WINDOW_SIZE")                          \
	X(ADDITIONAL_TS_POSSIBLE, 16386, "ADDITIONAL_TS_POSSIBLE")            \
	X(NAT_DETECTION_SOURCE_IP, 16388, "NAT_DETECTION_SOURCE_IP")          \
	X(NAT_DETECTION_DESTINATION_IP, 16389, "NAT_DETECTION_DESTINATION_IP") \
	X(COOKIE, 16390, "COOKIE")                                            \
	X(USE_TRANSPORT_MODE, 16391, "USE_TRANSPORT_MODE")                    \
	X(HTTP_CERT_LOOKUP_SUPPORTED, 16392, "HTTP_CERT_LOOKUP_SUPPORTED")    \
	X(REKEY_SA, 16393, "REKEY_SA")                                        \
	X(ESP_TFC_PADDING_NOT_SUPPORTED, 16394, "ESP_TFC_PADDING_NOT_SUPPORTED") \
	X(MOBIKE_SUPPORTED, 16396, "MOBIKE_SUPPORTED")                        \
	X(AUTH_LIFETIME, 16403, "AUTH_LIFETIME")                              \
	X(EAP_ONLY_AUTHENTICATION, 16417, "EAP_ONLY_AUTHENTICATION")          \
	X(IKEV2_FRAGMENTATION_SUPPORTED, 16430, "IKEV2_FRAGMENTATION_SUPPORTED") \
	X(SIGNATURE_HASH_ALGORITHMS, 16431, "SIGNATURE_HASH_ALGORITHMS")

#define IKE_PROTOCOLS(X) \
	X(IKE, 1, "IKE") \
	X(AH, 2, "AH")   \
	X(ESP, 3, "ESP")

#define IKE_TRANSFORM_TYPES(X)       \
	X(ENCR, 1, "encryption")     \
	X(PRF, 2, "PRF")             \
	X(INTEG, 3, "integrity")     \
	X(KE, 4, "key exchange")     \
	X(ESN, 5, "ESN")

#define IKE_AUTH_METHODS(X)                   \
	X(RSA, 1, "RSA signature")            \
	X(PSK, 2, "pre-shared key")           \
	X(ECDSA_256, 9, "ECDSA-256")          \
	X(ECDSA_384, 10, "ECDSA-384")         \
	X(ECDSA_521, 11, "ECDSA-521")         \
	X(DIGITAL_SIGNATURE, 14, "digital signature")

/* RFC 7427 7, RFC 8420 2 */
#define IKE_HASHES(X)            \
	X(SHA1, 1, "SHA1")       \
	X(SHA2_256, 2, "SHA2-256") \
	X(SHA2_384, 3, "SHA2-384") \
	X(SHA2_512, 4, "SHA2-512") \
	X(IDENTITY, 5, "identity")

/* Transform ids with their configuration names are in crypto/alg.h. */

#define X(name, number, text) IKE_EXCHANGE_##name = number,
enum ike_exchange { IKE_EXCHANGES(X) };
#undef X
#define X(name, number, text) IKE_PAYLOAD_##name = number,
enum ike_payload_type { IKE_PAYLOADS(X) };
#undef X
#define X(name, number, text) IKE_N_##name = number,
enum ike_notify_type { IKE_NOTIFIES(X) };
#undef X
#define X(name, number, text) IKE_PROTO_##name = number,
enum ike_protocol { IKE_PROTOCOLS(X) };
#undef X
#define X(name, number, text) IKE_TT_##name = number,
enum ike_transform_type { IKE_TRANSFORM_TYPES(X) };
#undef X
#define X(name, number, text) IKE_METHOD_##name = number,
enum ike_auth_method { IKE_AUTH_METHODS(X) };
#undef X
#define X(name, number, text) IKE_HASH_##name = number,
enum ike_hash { IKE_HASHES(X) };
#undef X

enum {
	IKE_CERT_PKCS7 = 1,
	IKE_CERT_X509_SIGNATURE = 4,
	IKE_TS_IPV4_ADDR_RANGE = 7,
	IKE_TS_IPV6_ADDR_RANGE = 8,
	IKE_NOTIFY_ERROR_MAX = 16383, /* types up to this one are errors, RFC 7296 3.10.1 */
};

/* Names for people; a number nobody knows gives "unknown". Never NULL. */
const char *ike_exchange_name(uint8_t number);
const char *ike_payload_name(uint8_t number);
const char *ike_notify_name(uint16_t number);
const char *ike_transform_type_name(uint8_t number);
const char *ike_auth_method_name(uint8_t number);

#endif

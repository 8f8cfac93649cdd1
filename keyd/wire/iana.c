// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/iana.h"

#define X(name, number, text) \
	case number:          \
		return text;

const char *ike_exchange_name(uint8_t number)
{
	switch (number) {
		IKE_EXCHANGES(X)
	}
	return "unknown";
}

const char *ike_payload_name(uint8_t number)
{
	switch (number) {
		IKE_PAYLOADS(X)
	}
	return "unknown";
}

const char *ike_notify_name(uint16_t number)
{
	switch (number) {
		IKE_NOTIFIES(X)
	}
	return "unknown";
}

const char *ike_transform_type_name(uint8_t number)
{
	switch (number) {
		IKE_TRANSFORM_TYPES(X)
	}
	return "unknown";
}

const char *ike_auth_method_name(uint8_t number)
{
	switch (number) {
		IKE_AUTH_METHODS(X)
	}
	return "unknown";
}

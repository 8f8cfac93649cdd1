// SPDX-License-Identifier: GPL-2.0-or-later
/* Algorithms of an SA by the names that IKE has for them. */
#include <jansson.h>
#include <stdio.h>

#include "crypto/alg.h"
#include "tools/svtictl.h"
#include "wire/iana.h"

static const struct alg *by_name(uint8_t type, const char *name, size_t len)
{
	const struct alg *alg = alg_by_name(name, len);

	return alg && alg->type == type && alg->esp ? alg : NULL;
}

/* What is wrong with a name of which one half or both were found. */
static int explain(const char *text, const struct alg *encr, const char *second,
		   const struct alg *integ, char *why)
{
	if (!encr)
		snprintf(why, WHY_MAX,
			 "alg '%.64s' is of no known cipher: see svtictl help algorithms", text);
	else if (second && !integ)
		snprintf(
			why, WHY_MAX,
			"alg '%.64s' is of no known integrity algorithm: see svtictl help algorithms",
			text);
	else if (second)
		snprintf(why, WHY_MAX, "alg '%.64s': %s authenticates by itself, leave out %s",
			 text, encr->name, integ->name);
	else
		snprintf(why, WHY_MAX,
			 "alg '%.64s' wants an integrity algorithm behind it, as in %s-sha256",
			 text, encr->name);
	return -1;
}

int alg_parse(struct kernel_sa *sa, const char *text, char *why)
{
	size_t len = strcspn(text, "-");
	const char *second = text[len] ? text + len + 1 : NULL;
	const struct alg *encr = by_name(IKE_TT_ENCR, text, len);
	const struct alg *integ = second ? by_name(IKE_TT_INTEG, second, strlen(second)) : NULL;

	if (!encr || !second != !integ || !integ != alg_is_aead(encr->id))
		return explain(text, encr, second, integ, why);
	sa->encr = encr->id;
	sa->key_bits = (encr->key_len - encr->salt_len) * 8;
	sa->integ = integ ? integ->id : 0;
	return 0;
}

void alg_format(char *buf, size_t len, const struct kernel_sa *sa)
{
	const struct alg *encr = alg_find_esp(sa->encr, sa->key_bits);
	const struct alg *integ = alg_find(IKE_TT_INTEG, sa->integ, 0);

	if (!encr || (sa->integ && !integ))
		snprintf(buf, len, "%u/%u-%u", sa->encr, sa->key_bits, sa->integ);
	else if (sa->integ)
		snprintf(buf, len, "%s-%s", encr->name, integ->name);
	else
		snprintf(buf, len, "%s", encr->name);
}

/* A key of @len octets for @alg, NULL: for nothing. @word is that of the grammar. */
static int check_key(const char *word, const struct alg *alg, const char *owner, size_t len,
		     char *why)
{
	size_t want = alg ? alg->key_len : 0;
	char salt[40] = "";

	if (len == want)
		return 0;
	if (alg && alg->salt_len)
		snprintf(salt, sizeof(salt), ", the last %u of them the salt", alg->salt_len);
	if (!want)
		snprintf(why, WHY_MAX, "%s takes no %s", owner, word);
	else if (!len)
		snprintf(why, WHY_MAX, "%s wants '%s' of %zu octets%s", owner, word, want, salt);
	else
		snprintf(why, WHY_MAX, "%s is of %zu octets, %s wants %zu%s", word, len, owner,
			 want, salt);
	return -1;
}

int alg_check_keys(const struct kernel_sa *sa, char *why)
{
	const struct alg *encr = alg_find_esp(sa->encr, sa->key_bits);
	const struct alg *integ = alg_find(IKE_TT_INTEG, sa->integ, 0);

	if (check_key("key", encr, encr->name, sa->encr_key.len, why))
		return -1;
	return check_key("auth-key", integ, integ ? integ->name : encr->name, sa->integ_key.len,
			 why);
}

static void list_type(uint8_t type, bool aead, const char *word)
{
	const struct alg *alg;

	for (unsigned int i = 0; (alg = alg_at(i)); i++) {
		if (alg->type != type || !alg->esp ||
		    (type == IKE_TT_ENCR && alg_is_aead(alg->id) != aead))
			continue;
		if (!alg->key_len)
			printf("  %-17s no %s\n", alg->name, word);
		else if (!alg->salt_len)
			printf("  %-17s %s of %u octets\n", alg->name, word, alg->key_len);
		else
			printf("  %-17s %s of %u octets, the last %u of them the salt\n", alg->name,
			       word, alg->key_len, alg->salt_len);
	}
}

static json_t *pair_to_json(const struct alg *encr, const struct alg *integ)
{
	const struct kernel_sa sa = { .encr = encr->id,
				      .key_bits = (encr->key_len - encr->salt_len) * 8,
				      .integ = integ ? integ->id : 0 };
	char name[64];

	alg_format(name, sizeof(name), &sa);
	return json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:i}", "alg", name, "encr", encr->id,
			 "integ", (int)sa.integ, "key", encr->key_len, "salt", encr->salt_len,
			 "auth_key", integ ? integ->key_len : 0, "icv",
			 integ ? integ->icv_len : encr->icv_len);
}

static json_t *all_to_json(void)
{
	json_t *array = json_array();
	const struct alg *encr, *integ;

	for (unsigned int i = 0; (encr = alg_at(i)); i++) {
		if (encr->type != IKE_TT_ENCR || !encr->esp)
			continue;
		if (alg_is_aead(encr->id))
			json_array_append_new(array, pair_to_json(encr, NULL));
		for (unsigned int j = 0; !alg_is_aead(encr->id) && (integ = alg_at(j)); j++)
			if (integ->type == IKE_TT_INTEG && integ->esp)
				json_array_append_new(array, pair_to_json(encr, integ));
	}
	return array;
}

int alg_list(bool json)
{
	json_t *array;

	if (json) {
		array = all_to_json();
		json_dumpf(array, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(array);
	} else {
		puts("alg is one of these:");
		list_type(IKE_TT_ENCR, true, "key");
		puts("\nor one of these");
		list_type(IKE_TT_ENCR, false, "key");
		puts("\nwith '-' and one of these behind it:");
		list_type(IKE_TT_INTEG, false, "auth-key");
	}
	return fflush(stdout) || ferror(stdout) ? -1 : 0;
}

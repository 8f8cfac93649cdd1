// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pass over the text before libConfuse. libConfuse puts environment variables and
 * backslash escapes into values, miscounts the lines of comments, takes the end of the file
 * for a closing brace, the last of two equal keys, and stops at the first unknown one. So every
 * word and string is handed to it in single quotes, where it leaves it alone, comments are
 * taken out, and keys are held against the schema with their lines here.
 */
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#include "config/priv.h"

struct scan {
	struct loader *l;
	struct place at; /* file and current line */
	const char *in;
	const char *end;
	struct secret out;
	size_t len; /* of @out in use */
	char room[2][WORD_MAX];
	char *word; /* the last two words, for keys and heads of sections */
	char *before;
	size_t word_at;	    /* where the last word begins in @out */
	unsigned int words; /* of the statement that is being read; values do not count */
	char last;	    /* the last token, 'w' for a word */
	unsigned int depth;
	bool in_list;
	unsigned int seen_line[SECTIONS][KEYS];
	bool failed;
};

static void emit(struct scan *s, char c)
{
	if (s->len < s->out.len)
		s->out.data[s->len++] = (uint8_t)c;
}

static void fail(struct scan *s, const char *sentence)
{
	config_error(s->l, &s->at, NULL, "%s", sentence);
	s->failed = true;
	s->in = s->end;
}

static void newline(struct scan *s)
{
	s->at.line++;
	emit(s, '\n');
}

static void skip_block_comment(struct scan *s)
{
	const char *close = memmem(s->in + 2, (size_t)(s->end - s->in) - 2, "*/", 2);

	if (!close) {
		fail(s, "the comment is not closed; write */ at its end");
		return;
	}
	for (; s->in < close; s->in++)
		if (*s->in == '\n')
			newline(s);
	s->in = close + 2;
	emit(s, ' ');
}

static void skip_line(struct scan *s)
{
	while (s->in < s->end && *s->in != '\n')
		s->in++;
}

/* A word is complete: keep it for what comes behind it, and hand it on in quotes. */
static void put_word(struct scan *s, size_t len)
{
	s->word[len] = '\0';
	s->word_at = s->len;
	emit(s, ' ');
	emit(s, '\'');
	for (size_t i = 0; i < len; i++) {
		if (s->word[i] == '\'' || s->word[i] == '\\')
			emit(s, '\\');
		emit(s, s->word[i]);
	}
	emit(s, '\'');
	s->words++;
	s->last = 'w';
}

static bool add_char(struct scan *s, size_t *len, char c)
{
	const char *wrong = NULL;

	if ((unsigned char)c < ' ' || c == 0x7f)
		wrong = "a control character is in the file; remove it";
	else if (*len + 1 == WORD_MAX)
		wrong = "the value is too long";
	if (wrong)
		fail(s, wrong);
	else
		s->word[(*len)++] = c;
	return !wrong;
}

/* "...": \" and \\ are escapes, other backslashes stay, as in "CN=a\, b"; '...': all as it is. */
static void read_string(struct scan *s)
{
	char quote = *s->in++;
	size_t len = 0;

	while (s->in < s->end && *s->in != '\n' && *s->in != quote) {
		if (quote == '"' && *s->in == '\\' && s->end - s->in > 1 &&
		    (s->in[1] == '"' || s->in[1] == '\\'))
			s->in++;
		if (!add_char(s, &len, *s->in++))
			return;
	}
	if (s->in == s->end || *s->in != quote) {
		fail(s, "the quote is not closed on its line");
		return;
	}
	s->in++;
	put_word(s, len);
}

static void read_word(struct scan *s)
{
	size_t len = 0;

	while (s->in < s->end && !strchr(" \t\r\n{}()=,+#\"'", *s->in))
		if (!add_char(s, &len, *s->in++))
			return;
	put_word(s, len);
}

static bool add_place(struct scan *s, unsigned int key)
{
	struct loader *l = s->l;
	size_t room = l->places_room ? 2 * l->places_room : 64;
	struct place *grown;

	if (l->places == l->places_room) {
		grown = realloc(l->place, room * sizeof(*grown));
		if (!grown) {
			fail(s, "out of memory");
			return false;
		}
		l->place = grown;
		l->places_room = room;
	}
	l->place[l->places] = s->at;
	l->place[l->places++].key = (uint8_t)key;
	return true;
}

static void explain(struct scan *s, const char *name, bool is_section)
{
	char text[128];

	key_explain((enum section)s->depth, name, is_section, text, sizeof(text));
	config_error(s->l, &s->at, NULL, "%s", text);
	s->failed = true;
}

/* KEY = or KEY += */
static void assignment(struct scan *s, bool append)
{
	enum key key;
	unsigned int *seen;

	if (s->words != 1) {
		fail(s, "write KEY = VALUE, a value with spaces or '=' in quotes");
		return;
	}
	key = key_find((enum section)s->depth, s->word);
	if (key == KEY_NONE) {
		explain(s, s->word, false);
		return;
	}
	seen = &s->seen_line[s->depth][key];
	if (*seen && !append) {
		config_error(s->l, &s->at, NULL, "%s is already there in line %u; remove one",
			     s->word, *seen);
		s->failed = true;
	}
	*seen = s->at.line;
	add_place(s, key);
}

/*
 * connection NAME {: for libConfuse the name is an option, as it looks for each title through
 * all those before it, which makes 40,000 connections take half a minute.
 */
static void put_name_inside(struct scan *s)
{
	char name[2 * WORD_MAX + 8];
	size_t len = s->len - s->word_at;

	if (len > sizeof(name))
		return;
	memcpy(name, s->out.data + s->word_at, len);
	s->len = s->word_at;
	emit(s, '{');
	for (const char *c = " '" SECTION_NAME "' ="; *c; c++)
		emit(s, *c);
	for (size_t i = 0; i < len; i++)
		emit(s, name[i]);
}

/* NAME TITLE { */
static void open_section(struct scan *s)
{
	const char *wanted = section_inside((enum section)s->depth);
	const char *name = s->words == 2 ? s->before : s->word;

	if (!s->words || s->words > 2 || (s->words == 1 && wanted && !strcmp(name, wanted))) {
		fail(s, "write connection NAME { or child NAME {");
	} else if (!wanted || strcmp(name, wanted)) {
		explain(s, name, true);
		s->in = s->end; /* its keys mean nothing here */
	} else {
		if (s->depth == SECTION_ROOT) {
			add_place(s, PLACE_CONNECTION);
			put_name_inside(s);
		} else {
			emit(s, '{');
		}
		s->depth++;
		memset(s->seen_line[s->depth], 0, sizeof(s->seen_line[0]));
	}
}

static void close_brace(struct scan *s)
{
	if (s->in_list)
		s->in_list = false;
	else if (!s->depth)
		fail(s, "a } without its {");
	else
		s->depth--;
}

static void punctuation(struct scan *s, char c)
{
	switch (c) {
	case '=':
		assignment(s, s->last == '+');
		break;
	case '{':
		if (s->last != '=') {
			open_section(s);
			break;
		}
		s->in_list = true;
		emit(s, c);
		break;
	case '}':
		close_brace(s);
		break;
	case '+':
		if (s->in == s->end || *s->in != '=')
			fail(s, "'+' stands in values in quotes only");
		break;
	default:
		break;
	}
	if (c != '+')
		s->words = 0;
	s->last = c;
	if (c != '{')
		emit(s, c);
}

static void next_word(struct scan *s)
{
	bool value = s->last == '=' || s->last == '(' || s->in_list;
	char *swap = s->before;

	s->before = s->word;
	s->word = swap;
	if (*s->in == '"' || *s->in == '\'')
		read_string(s);
	else
		read_word(s);
	if (value)
		s->words = 0;
}

static void token(struct scan *s)
{
	size_t left = (size_t)(s->end - s->in);

	if (*s->in == '\n') {
		newline(s);
		s->in++;
	} else if (*s->in == ' ' || *s->in == '\t' || *s->in == '\r') {
		emit(s, ' ');
		s->in++;
	} else if (*s->in == '#' || (left > 1 && s->in[0] == '/' && s->in[1] == '/')) {
		skip_line(s);
	} else if (left > 1 && s->in[0] == '/' && s->in[1] == '*') {
		skip_block_comment(s);
	} else if (strchr("{}()=,+", *s->in) && *s->in) {
		char c = *s->in++;

		punctuation(s, c);
	} else if ((unsigned char)*s->in < ' ') {
		fail(s, "a control character is in the file; remove it");
	} else {
		next_word(s);
	}
}

bool config_scan(struct loader *l, unsigned int file, struct secret *text)
{
	struct scan *s;
	bool ok;

	s = calloc(1, sizeof(*s));
	if (!s || secret_alloc(&s->out, 4 * text->len + 16)) {
		free(s);
		config_error(l, NULL, NULL, "out of memory");
		return false;
	}
	s->l = l;
	s->word = s->room[0];
	s->before = s->room[1];
	s->at = (struct place){ .line = 1, .file = (uint16_t)file, .key = KEY_NONE };
	s->in = (const char *)text->data;
	s->end = s->in + text->len;
	while (s->in < s->end)
		token(s);
	if (!s->failed && s->depth)
		fail(s, "the file ends inside of a section; write the missing }");
	ok = !s->failed;
	s->out.len = s->len;
	secret_wipe(text);
	secret_move(text, &s->out);
	gnutls_memset(s, 0, sizeof(*s));
	free(s);
	return ok;
}

#include "vault/auth/password.h"

#include "generator/base/text.h"
#include "generator/base/utf8.h"
#include "vault/auth/words.h"

enum {
	REPEATED_MAX = 6, /* bytes of a piece that must not make up the whole */
	LEFT_MIN = 4,	  /* bytes that must be neither of a known word, digits nor marks */
	WORD_MIN = 3,	  /* a name of fewer bytes is no word: it would be found everywhere */
};

/* The words that must not make up a password: the common ones and the person's own. */
struct own_words {
	struct span w[16];
	size_t count;
};

static bool has_control(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* "aaaaaaaaaaaa", "abcabcabcabc": a short piece again and again, the last time perhaps cut. */
static bool is_repetition(struct span s)
{
	for (size_t piece = 1; piece <= REPEATED_MAX && piece < s.n; piece++)
		if (memcmp(s.p, s.p + piece, s.n - piece) == 0)
			return true;
	return false;
}

/* "123456789012", "abcdefghijkl", also backwards: each byte is one away from the one before. */
static bool is_run(struct span s)
{
	size_t steps = 0;

	for (size_t i = 1; i < s.n; i++) {
		int d = lower(s.p[i]) - lower(s.p[i - 1]);

		steps += d == 1 || d == -1 || d == '0' - '9' || d == '9' - '0';
	}
	return steps + 2 >= s.n;
}

/* Does a typed character stand for this letter?  "p@$$w0rd" is "password". */
static bool stands_for(char typed, char letter)
{
	static const char *const disguises[26] = {
	    ['a' - 'a'] = "@4", ['b' - 'a'] = "8", ['e' - 'a'] = "3", ['g' - 'a'] = "9",
	    ['i' - 'a'] = "1!", ['l' - 'a'] = "1", ['o' - 'a'] = "0", ['s' - 'a'] = "$5",
	    ['t' - 'a'] = "7",	['z' - 'a'] = "2",
	};

	typed = lower(typed);
	letter = lower(letter);
	if (typed == letter)
		return true;
	if (letter < 'a' || letter > 'z' || typed == '\0' || !disguises[letter - 'a'])
		return false;
	return strchr(disguises[letter - 'a'], typed) != NULL;
}

static bool begins_with(struct span s, struct span word)
{
	if (s.n < word.n)
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (!stands_for(s.p[i], word.p[i]))
			return false;
	return true;
}

/* The longest word that s begins with; 0 without one. */
static size_t known_at(struct span s, const struct own_words *own)
{
	size_t longest = 0;

	for (const char *const *w = common_words; *w; w++)
		if (strlen(*w) > longest && begins_with(s, span_of(*w)))
			longest = strlen(*w);
	for (size_t i = 0; i < own->count; i++)
		if (own->w[i].n > longest && begins_with(s, own->w[i]))
			longest = own->w[i].n;
	return longest;
}

static bool is_letter(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || ((unsigned char)c & 0x80);
}

/* Known words, and hardly anything else but digits and marks: a word with a year. */
static bool is_made_of(struct span s, const struct own_words *own)
{
	size_t left = 0, found = 0;

	while (s.n) {
		size_t n = known_at(s, own);

		found += n > 0;
		left += n == 0 && is_letter(s.p[0]);
		n = n ? n : 1;
		s = span_make(s.p + n, s.n - n);
	}
	return found > 0 && left < LEFT_MIN;
}

static void add_own(struct own_words *own, struct span word)
{
	if (word.n >= WORD_MIN && own->count < sizeof own->w / sizeof *own->w)
		own->w[own->count++] = word;
}

/* The whole, and its parts between spaces (also the wide one), hyphens and dots. */
static void add_parts(struct own_words *own, struct span text)
{
	const struct span wide = SPAN("　");
	size_t from = 0;

	add_own(own, text);
	for (size_t i = 0; i < text.n; i++) {
		struct span rest = span_make(text.p + i, text.n - i);
		size_t cut = span_starts(rest, wide) ? wide.n : strchr(" -._@", rest.p[0]) != NULL;

		if (!cut)
			continue;
		add_own(own, span_make(text.p + from, i - from));
		from = i + cut;
	}
	if (from > 0 && from < text.n)
		add_own(own, span_make(text.p + from, text.n - from));
}

static const char *judge(struct span password, struct span account, struct span name)
{
	struct own_words own = {0}, nothing = {0};
	size_t n;

	if (password.n > PASSWORD_BYTES_MAX)
		return "パスワードは128文字以内にしてください。";
	if (utf8_check(password) != password.n || has_control(password))
		return "パスワードに使えない文字が入っています。";
	n = text_graphemes(password);
	if (n < PASSWORD_MIN)
		return "パスワードは12文字以上にしてください。";
	if (n > PASSWORD_MAX)
		return "パスワードは128文字以内にしてください。";
	if (is_repetition(password) || is_run(password))
		return "同じ文字のくり返しや、続いた数字・文字だけのパスワードは使えません。";
	if (is_made_of(password, &nothing))
		return "よく使われる言葉でできたパスワードは使えません。"
		       "関係のない言葉をいくつか組み合わせてください。";
	add_parts(&own, account);
	add_parts(&own, name);
	if (is_made_of(password, &own))
		return "ご自分のIDや名前でできたパスワードは使えません。"
		       "関係のない言葉をいくつか組み合わせてください。";
	return NULL;
}

enum status password_acceptable(struct span password, struct span account, struct span name,
				const char **why)
{
	*why = judge(password, account, name);
	return *why ? fail(ST_INVALID, "password not acceptable") : ST_OK;
}

#include "vault/store/keytext.h"

#include "generator/base/utf8.h"
#include "vault/store/sign.h"

enum { PASSPHRASE_MAX = 255 };

bool key_hex_ok(const char *hex)
{
	return hex && strlen(hex) == FPR_HEX - 1 && strspn(hex, "0123456789ABCDEF") == FPR_HEX - 1;
}

bool key_passphrase_ok(struct span p)
{
	return !p.p || (p.n > 0 && p.n <= PASSPHRASE_MAX && !memchr(p.p, '\n', p.n) &&
			!memchr(p.p, '\0', p.n));
}

static bool plain(struct span s)
{
	if (!s.n || span_trim(s).n != s.n || utf8_check(s) != s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || strchr("<>\x7f", s.p[i]))
			return false;
	return true;
}

enum status key_user(struct span name, struct span email, char *out, size_t cap)
{
	struct buf b;
	enum status st = ST_OK;

	buf_init(&b, cap);
	buf_addf(&b, "%.*s <%.*s>", SPAN_ARG(name), SPAN_ARG(email));
	if (!plain(name) || !plain(email) || !span_copy(buf_span(&b), out, cap))
		st = fail(ST_INVALID, "a name or address that cannot stand in a key");
	buf_clear(&b);
	return st;
}

const char *sign_state_name(enum sign_state st)
{
	static const char *const names[] = {
	    [SIGN_GOOD] = "good",     [SIGN_GOOD_KEY_ENDED] = "good-key-ended",
	    [SIGN_NONE] = "none",     [SIGN_BAD] = "bad",
	    [SIGN_NO_KEY] = "no-key", [SIGN_UNCHECKED] = "unchecked",
	};

	return (unsigned)st < sizeof names / sizeof *names ? names[st] : "unchecked";
}

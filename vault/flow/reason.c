#include "vault/flow/reason.h"

#include "generator/base/text.h"
#include "generator/base/utf8.h"

static bool is_line(struct span s)
{
	if (utf8_check(s) != s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

enum status reason_check(struct span s, size_t room)
{
	size_t n = s.n < room && is_line(s) ? text_graphemes(s) : 0;

	return n >= REASON_LEAST && n <= REASON_MOST
		   ? ST_OK
		   : fail(ST_INVALID, "理由を %d字から %d字で書いてください", REASON_LEAST,
			  REASON_MOST);
}

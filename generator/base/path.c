#include "generator/base/path.h"

#include "generator/base/utf8.h"

bool path_id(struct span s)
{
	if (s.n < 1 || s.n > ID_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return true;
}

bool path_child(struct span s)
{
	static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

	if (s.n != 10 || s.p[0] != 'c')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!memchr(alphabet, s.p[i], sizeof alphabet - 1))
			return false;
	return true;
}

bool path_name(struct span s)
{
	if (s.n < 1 || s.n > 200 || s.p[0] == '.' || utf8_check(s) != s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < 0x20 || c == 0x7f || c == '/' || c == '\\')
			return false;
	}
	return true;
}

void path_join(struct buf *out, const char *dir, const char *name)
{
	buf_cut(out, 0);
	buf_addf(out, "%s/%s", dir, name);
}

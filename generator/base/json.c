#include "generator/base/json.h"

/* A comma is due unless an opening bracket or a colon stands right before. */
static void comma(struct buf *b)
{
	char last = b->len ? b->data[b->len - 1] : '{';

	if (last != '{' && last != '[' && last != ':' && last != '\n')
		buf_addc(b, ',');
}

void json_open(struct buf *b)
{
	comma(b);
	buf_addc(b, '{');
}

void json_close(struct buf *b)
{
	buf_addc(b, '}');
}

void json_list(struct buf *b)
{
	comma(b);
	buf_addc(b, '[');
}

void json_list_end(struct buf *b)
{
	buf_addc(b, ']');
}

static void quoted(struct buf *b, struct span s)
{
	static const char *const named[0x20] = {
	    ['\b'] = "\\b", ['\f'] = "\\f", ['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t",
	};
	size_t from = 0;

	buf_addc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(b, s.p + from, i - from);
		from = i + 1;
		if (c >= 0x20)
			buf_addf(b, "\\%c", c);
		else if (named[c])
			buf_adds(b, named[c]);
		else
			buf_addf(b, "\\u%04x", c);
	}
	if (s.n > from)
		buf_add(b, s.p + from, s.n - from);
	buf_addc(b, '"');
}

void json_key(struct buf *b, const char *key)
{
	comma(b);
	quoted(b, span_of(key));
	buf_addc(b, ':');
}

void json_text(struct buf *b, struct span s)
{
	comma(b);
	quoted(b, s);
}

void json_int(struct buf *b, long long v)
{
	comma(b);
	buf_addf(b, "%lld", v);
}

void json_bool(struct buf *b, bool v)
{
	comma(b);
	buf_adds(b, v ? "true" : "false");
}

void json_pair(struct buf *b, const char *key, struct span s)
{
	if (!s.p)
		return;
	json_key(b, key);
	json_text(b, s);
}

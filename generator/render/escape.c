#include "generator/render/escape.h"

#include "generator/base/utf8.h"

#include <strings.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* What stands for a byte of text, NULL for the byte itself. */
static const char *entity(unsigned char c, bool quotes)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return quotes ? "&quot;" : NULL;
	case '\'':
		return quotes ? "&#39;" : NULL;
	case '\t':
	case '\n':
	case '\r':
		return NULL;
	default:
		return c < 0x20 || c == 0x7f ? REPLACEMENT : NULL;
	}
}

/* Valid UTF-8: stretches without anything special are copied whole. */
static void escape_valid(struct buf *out, struct span s, bool quotes)
{
	size_t done = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *with = entity((unsigned char)s.p[i], quotes);

		if (!with)
			continue;
		buf_add(out, s.p + done, i - done);
		buf_adds(out, with);
		done = i + 1;
	}
	if (s.n > done)
		buf_add(out, s.p + done, s.n - done);
}

static void escape(struct buf *out, struct span s, bool quotes)
{
	while (s.n > 0) {
		size_t good = utf8_check(s);

		escape_valid(out, span_make(s.p, good), quotes);
		if (good == s.n)
			return;
		buf_adds(out, REPLACEMENT);
		s = span_make(s.p + good + 1, s.n - good - 1);
	}
}

void escape_text(struct buf *out, struct span s)
{
	escape(out, s, false);
}

void escape_attr(struct buf *out, struct span s)
{
	escape(out, s, true);
}

static bool ascii_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Percent-encodes all but letters, digits and the characters in `keep`. */
static void percent(struct buf *out, struct span s, const char *keep)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (ascii_alnum(s.p[i]) || (c != '\0' && strchr(keep, c))) {
			buf_addc(out, s.p[i]);
			continue;
		}
		buf_addc(out, '%');
		buf_addc(out, digits[c >> 4]);
		buf_addc(out, digits[c & 15]);
	}
}

void escape_url_part(struct buf *out, struct span s)
{
	percent(out, s, "-._~");
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

void escape_header(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_addc(out, is_control(s.p[i]) ? ' ' : s.p[i]);
}

/* The name for programs that know only RFC 2616: one "_" for each character that is not plain. */
static void plain_name(struct buf *out, struct span name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool continuation = ((unsigned char)c & 0xC0) == 0x80;

		if (ascii_alnum(c) || (c != '\0' && strchr("-._ ()", c)))
			buf_addc(out, c);
		else if (!continuation)
			buf_addc(out, '_');
	}
}

void escape_disposition(struct buf *out, bool attachment, struct span name)
{
	buf_adds(out, attachment ? "attachment" : "inline");
	buf_adds(out, "; filename=\"");
	plain_name(out, name);
	buf_adds(out, "\"; filename*=UTF-8''");
	percent(out, name, "-._~!#$&+^`|"); /* attr-char of RFC 8187 */
}

/* The scheme is what stands before a ":" that comes before any "/", "?" or "#". */
static struct span url_scheme(struct span url)
{
	for (size_t i = 0; i < url.n; i++) {
		if (url.p[i] == ':')
			return span_make(url.p, i);
		if (strchr("/?#", url.p[i]))
			break;
	}
	return SPAN_NONE;
}

bool escape_url_allowed(struct span url)
{
	static const char *const schemes[] = {"http", "https", "mailto", "tel"};
	struct span scheme = url_scheme(url);

	/* Browsers drop control characters and leading spaces: "java\nscript:" would be a scheme.
	 */
	for (size_t i = 0; i < url.n; i++)
		if (is_control(url.p[i]) || url.p[i] == ' ' || url.p[i] == '\\')
			return false;
	if (!scheme.p)
		return true;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (scheme.n == strlen(schemes[i]) &&
		    strncasecmp(scheme.p, schemes[i], scheme.n) == 0)
			return true;
	return false;
}

#include "vault/flow/mail_text.h"

#include <time.h>

enum {
	WORD_BYTES =
	    42, /* of text in an encoded word: 56 of base64 and 12 around it are below 75 */
	LINE_BYTES = 57, /* of a body in a line: 76 of base64 */
};

/* ---- addresses ---------------------------------------------------------------------------- */

static bool is_word(struct span s, const char *marks)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      (c && strchr(marks, c))))
			return false;
	}
	return s.n > 0 && s.p[0] != '.' && s.p[0] != '-' && s.p[s.n - 1] != '.';
}

bool mail_address_good(struct span s)
{
	struct span domain = s, local;

	if (!s.p || s.n > MAIL_ADDRESS_MAX)
		return false;
	local = span_cut(&domain, '@');
	return domain.p && local.n <= 64 && is_word(local, "!#$%&'*+-/=?^_`{|}~.") &&
	       is_word(domain, "-.");
}

struct span mail_list_next(struct span *list)
{
	struct span s = SPAN_NONE;

	while (list->p && !s.n)
		s = span_trim(span_cut(list, ','));
	return s.n ? s : SPAN_NONE;
}

bool mail_list_good(struct span list)
{
	int count = 0;
	struct span s;

	while ((s = mail_list_next(&list)).p)
		if (++count > MAIL_LIST_MAX || !mail_address_good(s))
			return false;
	return true;
}

/* HOST[:PORT] of a server; absent if it is none. */
static struct span host_of(struct span url)
{
	static const struct span schemes[] = {SPAN("smtp://"), SPAN("smtps://")};

	for (size_t i = 0; i < 2; i++)
		if (span_starts(url, schemes[i]))
			return span_make(url.p + schemes[i].n, url.n - schemes[i].n);
	return SPAN_NONE;
}

bool mail_server_good(struct span url)
{
	struct span port = host_of(url), host;
	long n;

	if (port.n && port.p[0] == '[') { /* an IPv6 address */
		long end = span_find(port, SPAN("]"));

		if (end < 3)
			return false;
		host = span_make(port.p + 1, (size_t)end - 1);
		port = span_make(port.p + end + 1, port.n - (size_t)end - 1);
		return is_word(host, ":.") &&
		       (!port.n || (port.p[0] == ':' &&
				    span_number(span_make(port.p + 1, port.n - 1), 65535, &n)));
	}
	host = span_cut(&port, ':');
	return is_word(host, "-.") && (!port.p || span_number(port, 65535, &n));
}

bool mail_server_is_here(struct span url)
{
	struct span host = host_of(url);

	if (span_starts(host, SPAN("[::1]")))
		return true;
	host = span_cut(&host, ':');
	return span_is(host, "127.0.0.1") || span_is(host, "localhost");
}

/* ---- encoding ----------------------------------------------------------------------------- */

static void put_base64(struct buf *out, const char *bytes, size_t n)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)bytes;

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)p[i] << 16 | (i + 1 < n ? (unsigned)p[i + 1] << 8 : 0) |
			     (i + 2 < n ? p[i + 2] : 0U);

		buf_addc(out, digits[v >> 18]);
		buf_addc(out, digits[v >> 12 & 63]);
		buf_addc(out, i + 1 < n ? digits[v >> 6 & 63] : '=');
		buf_addc(out, i + 2 < n ? digits[v & 63] : '=');
	}
}

static bool is_inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Encoded words (RFC 2047) of whole characters, each on a line of its own. */
static void put_words(struct buf *out, struct span text)
{
	bool first = true;

	while (text.n) {
		size_t n = text.n < WORD_BYTES ? text.n : WORD_BYTES;

		while (n > 1 && n < text.n && is_inside(text.p[n]))
			n--;
		buf_adds(out, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
		put_base64(out, text.p, n);
		buf_adds(out, "?=");
		text = span_make(text.p + n, text.n - n);
		first = false;
	}
}

/* Always encoded: what is encoded cannot end a line. */
static void put_subject(struct buf *out, struct span subject)
{
	struct buf plain;

	buf_init(&plain, 4096);
	for (size_t i = 0; i < subject.n; i++) {
		unsigned char c = (unsigned char)subject.p[i];

		buf_addc(&plain, c < 0x20 || c == 0x7f ? ' ' : subject.p[i]);
	}
	put_words(out, buf_span(&plain));
	if (plain.st)
		out->st = plain.st;
	buf_clear(&plain);
}

/* With the line ends of mail, before it is encoded. */
static void put_body(struct buf *out, struct span body)
{
	struct buf text;

	buf_init(&text, 256 * 1024);
	for (size_t i = 0; i < body.n; i++) {
		if (body.p[i] == '\n' && (i == 0 || body.p[i - 1] != '\r'))
			buf_addc(&text, '\r');
		buf_addc(&text, body.p[i]);
	}
	for (size_t i = 0; i < text.len; i += LINE_BYTES) {
		put_base64(out, text.data + i,
			   text.len - i < LINE_BYTES ? text.len - i : LINE_BYTES);
		buf_adds(out, "\r\n");
	}
	if (text.st)
		out->st = text.st;
	buf_clear(&text);
}

/* RFC 5322, in Japan; the names of days and months are those of the format, not of a locale. */
static void put_date(struct buf *out, int64_t t)
{
	static const char days[] = "SunMonTueWedThuFriSat",
			  months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t local = (time_t)(t + 9 * 3600);
	struct tm tm;

	gmtime_r(&local, &tm);
	buf_addf(out, "%.3s, %02d %.3s %d %02d:%02d:%02d +0900", days + 3 * tm.tm_wday, tm.tm_mday,
		 months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

enum status mail_write(struct buf *out, const struct mail_text *m)
{
	if (!mail_address_good(m->from) || !mail_address_good(m->to))
		return fail(ST_INVALID, "a mail's address is none");
	if (!is_word(span_of(m->hostname), "-."))
		return fail(ST_INVALID, "the vault's hostname cannot stand in a mail");
	buf_addf(out, "From: <%.*s>\r\nTo: <%.*s>\r\nSubject: ", SPAN_ARG(m->from),
		 SPAN_ARG(m->to));
	put_subject(out, m->subject);
	buf_adds(out, "\r\nDate: ");
	put_date(out, m->date);
	buf_addf(out, "\r\nMessage-ID: <karte-%lld-%lld@%s>\r\n", m->n, (long long)m->date,
		 m->hostname);
	buf_adds(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
		      "Content-Type: text/plain; charset=UTF-8\r\n"
		      "Content-Transfer-Encoding: base64\r\n\r\n");
	put_body(out, m->body);
	return out->st;
}

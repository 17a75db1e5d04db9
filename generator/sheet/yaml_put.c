/* Writing scalars.  What is safe to leave plain is decided for every YAML reader, not only ours. */
#include "generator/sheet/yaml.h"

#include "generator/base/utf8.h"
#include "generator/sheet/yaml_int.h"

#include <strings.h>

/* Words that YAML 1.1 or the core schema of 1.2 take for a null, a flag or a merge. */
static bool is_word(struct span s)
{
	static const char *const words[] = {"null", "true", "false", "yes", "no", "on",
					    "off",  "y",    "n",     "<<",  "="};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (s.n == strlen(words[i]) && strncasecmp(s.p, words[i], s.n) == 0)
			return true;
	return false;
}

/*
 * Could it be a number or a time stamp?  All their forms (0x1f, 1_000, 12:30, .inf, 2026-05-12
 * 9:00) begin so and have no other characters; a text that is quoted without need does no harm.
 */
static bool is_numeric(struct span s)
{
	if (!strchr("0123456789+-.", s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i] | 0x20;
		if (!((c >= 'a' && c <= 'z') || strchr("0123456789+-._: ", s.p[i])))
			return false;
	}
	return true;
}

bool yaml_hidden(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029 ||
	       cp == 0xfeff || cp == 0xfffe || cp == 0xffff;
}

static bool has_hidden(struct span s)
{
	while (s.n)
		if (yaml_hidden(utf8_next(&s)))
			return true;
	return false;
}

/* Would a reader end the plain scalar early, or take its beginning for something else? */
static bool has_syntax(struct span s, bool flow)
{
	if (s.p[0] == ' ' || s.p[s.n - 1] == ' ' || s.p[s.n - 1] == ':')
		return true;
	if (strchr("?:,[]{}#&*!|>'\"%@`~", s.p[0]) || span_starts(s, SPAN("...")))
		return true;
	if (s.p[0] == '-' && !(s.n > 1 && s.p[1] >= '0' && s.p[1] <= '9'))
		return true;
	if (span_find(s, SPAN(": ")) >= 0 || span_find(s, SPAN(" #")) >= 0)
		return true;
	for (size_t i = 0; flow && i < s.n; i++)
		if (strchr(",[]{}:?", s.p[i]))
			return true;
	return false;
}

static bool is_plain(struct span s, bool flow, bool plain)
{
	if (s.n == 0 || has_syntax(s, flow) || has_hidden(s))
		return false;
	return plain || (!is_word(s) && !is_numeric(s));
}

static void put_escaped(struct buf *out, uint32_t cp)
{
	if (cp == '\n')
		buf_adds(out, "\\n");
	else if (cp == '\t')
		buf_adds(out, "\\t");
	else if (cp == '\r')
		buf_adds(out, "\\r");
	else if (cp < 0x100)
		buf_addf(out, "\\x%02X", cp);
	else
		buf_addf(out, "\\u%04X", cp);
}

void yaml_put(struct buf *out, struct span text, bool flow, bool plain)
{
	if (is_plain(text, flow, plain)) {
		buf_addspan(out, text);
		return;
	}
	buf_addc(out, '"');
	while (text.n) {
		uint32_t cp = utf8_next(&text);

		if (cp == '"' || cp == '\\')
			buf_addc(out, '\\');
		if (yaml_hidden(cp))
			put_escaped(out, cp);
		else
			utf8_put(out, cp);
	}
	buf_addc(out, '"');
}

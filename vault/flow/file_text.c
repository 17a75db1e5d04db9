#include "vault/flow/file_text.h"

#include "generator/base/text.h"
#include "generator/base/utf8.h"
#include "vault/scan/child.h"
#include "vault/scan/zip.h"

#include <stdlib.h>
#include <unistd.h>

enum { PDF_TEXT_MAX = 4 * 1024 * 1024, PART_MAX = 8 * 1024 * 1024 };

static const char *const of_pdf[] = {
    "/usr/bin/pdftotext", "-q", "-enc", "UTF-8", "-nopgbrk", "-l", "200", "-", "-", NULL};

/* As much of a text as there is room for, whole characters.  Was it all? */
static bool add_text(struct buf *out, struct span s)
{
	size_t room = out->max - out->len;
	bool all = s.n <= room;

	if (!all) {
		s.n = room;
		while (s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
			s.n--;
	}
	buf_addspan(out, s);
	return all;
}

/* ---- text ----------------------------------------------------------------------------------- */

static enum status read_all(int fd, size_t bytes, struct buf *out)
{
	char piece[16 * 1024];

	for (size_t at = 0; at < bytes && !out->st;) {
		ssize_t n = pread(fd, piece, sizeof piece, (off_t)at);

		if (n <= 0)
			return fail(ST_IO, "a file cannot be read");
		buf_add(out, piece, (size_t)n);
		at += (size_t)n;
	}
	return out->st;
}

static enum status text_of_plain(int fd, size_t bytes, struct buf *out, bool *whole)
{
	size_t some = bytes < FILE_TEXT_MAX ? bytes : FILE_TEXT_MAX;
	struct buf raw, text;
	enum status st;

	buf_init(&raw, FILE_TEXT_MAX);
	buf_init(&text, 4 * FILE_TEXT_MAX);
	st = read_all(fd, some, &raw);
	/* the last character of a piece may be cut */
	if (!st && text_decode(&text, buf_span(&raw), TEXT_UTF8) != ST_OK &&
	    text.len + 4 < raw.len) {
		buf_cut(&text, 0);
		text_decode(&text, buf_span(&raw), TEXT_CP932); /* up to what cannot be read */
	}
	if (!st)
		*whole = add_text(out, buf_span(&text)) && some == bytes;
	buf_clear(&raw);
	buf_clear(&text);
	return st;
}

/* ---- PDF ------------------------------------------------------------------------------------ */

static enum status text_of_pdf(struct app *app, int fd, struct buf *out, bool *whole)
{
	struct buf folder, text;
	size_t bytes = 0;
	int made = -1;
	enum status st;

	buf_init(&folder, PATH_MAX);
	buf_init(&text, PDF_TEXT_MAX);
	app_path(app, "previews", &folder);
	st = child_run(of_pdf, fd, buf_str(&folder), PDF_TEXT_MAX, &made, &bytes);
	if (!st)
		st = read_all(made, bytes, &text);
	if (!st)
		*whole = add_text(out, buf_span(&text)) && span_trim(buf_span(&text)).n;
	if (made >= 0)
		close(made);
	buf_clear(&folder);
	buf_clear(&text);
	/* the program said no, or is not there: nothing was read */
	return st == ST_INVALID || st == ST_NOTFOUND ? ST_OK : st;
}

/* ---- office documents ----------------------------------------------------------------------- */

static size_t entity(struct span s, struct buf *out)
{
	static const struct {
		const char *name;
		char c;
	} known[] = {
	    {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
	long end;
	unsigned long c;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (span_starts(s, span_of(known[i].name))) {
			buf_addc(out, known[i].c);
			return strlen(known[i].name);
		}
	end = span_find(span_make(s.p, s.n < 12 ? s.n : 12), SPAN(";"));
	if (s.n < 4 || s.p[1] != '#' || end < 0)
		return 1;
	c = s.p[2] == 'x' ? strtoul(s.p + 3, NULL, 16) : strtoul(s.p + 2, NULL, 10);
	if (c >= 0x20 && c < 0x110000 && (c < 0xd800 || c > 0xdfff))
		utf8_put(out, (uint32_t)c);
	return (size_t)end + 1;
}

void text_of_xml(struct span xml, struct buf *out)
{
	bool tag = false;

	for (size_t i = 0; i < xml.n;) {
		char c = xml.p[i];

		if (!tag && c == '&') {
			i += entity(span_make(xml.p + i, xml.n - i), out);
			continue;
		}
		if (c == '<' || c == '>')
			tag = c == '<';
		else if (!tag)
			buf_addc(out, c);
		i++;
	}
}

struct parts {
	int fd;
	size_t bytes;
	struct buf *out;
	bool whole;
};

static bool has_words(struct span name)
{
	static const char *const parts[] = {"word/document",	"word/header",
					    "word/footer",	"word/footnotes",
					    "word/endnotes",	"word/comments",
					    "xl/sharedStrings", "xl/worksheets/sheet",
					    "ppt/slides/slide", "ppt/notesSlides/notesSlide",
					    "content.xml",	"styles.xml"};

	if (!span_ends(name, SPAN(".xml")))
		return false;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (span_starts(name, span_of(parts[i])))
			return true;
	return false;
}

static enum status one_part(void *ctx, const struct zip_member *m)
{
	struct parts *p = ctx;
	struct buf part, text;
	enum status st;

	if (!has_words(m->name))
		return ST_OK;
	buf_init(&part, PART_MAX);
	buf_init(&text, PART_MAX);
	st = zip_read(p->fd, p->bytes, m, &part);
	if (!st)
		text_of_xml(buf_span(&part), &text);
	if (!st)
		p->whole = add_text(p->out, buf_span(&text)) && p->whole;
	else
		p->whole = false;
	buf_clear(&part);
	buf_clear(&text);
	return st == ST_NOMEM ? st : ST_OK;
}

static enum status text_of_office(int fd, size_t bytes, struct buf *out, bool *whole)
{
	struct parts p = {fd, bytes, out, true};
	size_t before = out->len;
	enum status st = zip_each(fd, bytes, one_part, &p);

	*whole = !st && p.whole && out->len > before;
	return st == ST_INVALID ? ST_OK : st;
}

enum status file_text(struct app *app, const struct kind *k, int fd, size_t bytes, struct buf *out,
		      bool *whole)
{
	*whole = false;
	switch (k->class) {
	case KIND_TEXT:
		return text_of_plain(fd, bytes, out, whole);
	case KIND_PDF:
		return text_of_pdf(app, fd, out, whole);
	case KIND_OFFICE:
		return text_of_office(fd, bytes, out, whole);
	default:
		return ST_OK;
	}
}

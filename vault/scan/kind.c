#include "vault/scan/kind.h"

#include "generator/base/path.h"
#include "generator/base/utf8.h"
#include "vault/scan/magic.h"
#include "vault/scan/zip.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

enum { LOOK_BYTES = 256 * 1024, MEMBER_MAX = 1024 * 1024 };

#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF "application/vnd.oasis.opendocument."

static const struct kind kinds[] = {
    {"pdf", "application/pdf", KIND_PDF, NULL},
    {"jpg", "image/jpeg", KIND_PICTURE, ".jpg[Q=88,strip]"},
    {"jpeg", "image/jpeg", KIND_PICTURE, ".jpg[Q=88,strip]"},
    {"png", "image/png", KIND_PICTURE, ".png[strip]"},
    {"webp", "image/webp", KIND_PICTURE, ".webp[Q=88,strip]"},
    {"heic", "image/heic", KIND_PICTURE, ".jpg[Q=88,strip]"},
    {"heif", "image/heif", KIND_PICTURE, ".jpg[Q=88,strip]"},
    {"docx", OOXML "wordprocessingml.document", KIND_OFFICE, NULL},
    {"xlsx", OOXML "spreadsheetml.sheet", KIND_OFFICE, NULL},
    {"pptx", OOXML "presentationml.presentation", KIND_OFFICE, NULL},
    {"odt", ODF "text", KIND_OFFICE, NULL},
    {"ods", ODF "spreadsheet", KIND_OFFICE, NULL},
    {"odp", ODF "presentation", KIND_OFFICE, NULL},
    {"txt", "text/plain", KIND_TEXT, NULL},
    {"csv", "text/csv", KIND_TEXT, NULL},
};

const struct kind *kind_of_type(struct span type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (span_is(type, kinds[i].type))
			return &kinds[i];
	return NULL;
}

static const struct kind *kind_of_name(struct span name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t n = strlen(kinds[i].ext);

		if (name.n > n + 1 && name.p[name.n - n - 1] == '.' &&
		    strncasecmp(name.p + name.n - n, kinds[i].ext, n) == 0)
			return &kinds[i];
	}
	return NULL;
}

/* ---- office documents ----------------------------------------------------------------------- */

/* Where the one part lies that makes a ZIP file this kind of document. */
static const char *main_part(const struct kind *k)
{
	return strcmp(k->ext, "docx") == 0   ? "word/document.xml"
	       : strcmp(k->ext, "xlsx") == 0 ? "xl/workbook.xml"
	       : strcmp(k->ext, "pptx") == 0 ? "ppt/presentation.xml"
					     : "content.xml";
}

struct office {
	const struct kind *kind;
	int fd;
	size_t bytes, unpacked;
	bool has_main, has_type, locked, macro;
};

static bool ends_without_case(struct span s, const char *end)
{
	size_t n = strlen(end);

	return s.n >= n && strncasecmp(s.p + s.n - n, end, n) == 0;
}

static bool is_macro_name(struct span name)
{
	return ends_without_case(name, "vbaProject.bin") ||
	       ends_without_case(name, "vbaData.xml") || span_starts(name, SPAN("Basic/")) ||
	       span_starts(name, SPAN("Scripts/")) || span_starts(name, SPAN("xl/macrosheets/"));
}

/* The members that say what the whole is. */
static enum status look_inside(struct office *o, const struct zip_member *m)
{
	struct span text;
	struct buf b;
	enum status st;

	buf_init(&b, MEMBER_MAX);
	st = zip_read(o->fd, o->bytes, m, &b);
	text = buf_span(&b);
	if (!st && span_is(m->name, "mimetype")) {
		o->has_type = span_is(text, o->kind->type);
	} else if (!st && span_is(m->name, "META-INF/manifest.xml")) {
		o->locked = o->locked || span_find(text, SPAN("encryption-data")) >= 0;
	} else if (!st) {
		/* [Content_Types].xml */
		o->has_type = span_find(text, span_of(o->kind->type)) >= 0;
		o->macro = o->macro || span_find(text, SPAN("macroEnabled")) >= 0;
	}
	buf_clear(&b);
	return st;
}

static enum status one_member(void *ctx, const struct zip_member *m)
{
	struct office *o = ctx;

	o->unpacked += m->size;
	o->locked = o->locked || m->encrypted;
	o->macro = o->macro || is_macro_name(m->name);
	o->has_main = o->has_main || span_is(m->name, main_part(o->kind));
	if (!m->encrypted &&
	    (span_is(m->name, "[Content_Types].xml") || span_is(m->name, "mimetype") ||
	     span_is(m->name, "META-INF/manifest.xml")))
		return look_inside(o, m);
	return ST_OK;
}

static enum kind_refusal check_office(int fd, size_t bytes, struct span head, const struct kind *k)
{
	static const char ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
	struct office o = {.kind = k, .fd = fd, .bytes = bytes};
	enum status st;

	/* Office puts what it locks with a password into the older container */
	if (span_starts(head, span_make(ole, 8)))
		return KIND_LOCKED;
	st = zip_each(fd, bytes, one_member, &o);
	if (st == ST_NOMEM || st == ST_IO)
		return KIND_TROUBLE;
	if (st)
		return KIND_OTHER;
	if (o.locked)
		return KIND_LOCKED;
	if (o.macro)
		return KIND_MACRO;
	if (o.unpacked > KIND_UNPACKED_MAX)
		return KIND_BOMB;
	return o.has_main && o.has_type ? KIND_TAKEN : KIND_OTHER;
}

/* ---- the others ----------------------------------------------------------------------------- */

/* Text has no control characters but those of lines; in whatever encoding. */
static enum kind_refusal check_text(struct span head)
{
	for (size_t i = 0; i < head.n; i++) {
		unsigned char c = (unsigned char)head.p[i];

		if (c < 0x20 && !strchr("\t\n\r\f\x1a", c))
			return KIND_OTHER;
		if (c == 0)
			return KIND_OTHER;
	}
	return KIND_TAKEN;
}

/* Does this stand anywhere in the file? */
static bool file_has(int fd, size_t bytes, struct span what)
{
	char piece[64 * 1024];
	size_t at = 0, kept = 0;

	while (at < bytes) {
		ssize_t n = pread(fd, piece + kept, sizeof piece - kept, (off_t)at);
		if (n <= 0)
			return false;
		if (span_find(span_make(piece, kept + (size_t)n), what) >= 0)
			return true;
		at += (size_t)n;
		n += (ssize_t)kept;
		kept = (size_t)n < what.n ? (size_t)n : what.n - 1;
		memmove(piece, piece + (size_t)n - kept, kept);
	}
	return false;
}

static bool agrees(const char *magic, const struct kind *k)
{
	if (k->class == KIND_OFFICE)
		return strcmp(magic, k->type) == 0 || strcmp(magic, "application/zip") == 0 ||
		       strcmp(magic, "application/octet-stream") == 0;
	if (k->class == KIND_TEXT)
		return strncmp(magic, "text/", 5) == 0 ||
		       strcmp(magic, "application/octet-stream") == 0 ||
		       strcmp(magic, "application/json") == 0;
	if (strcmp(k->type, "image/heif") == 0 || strcmp(k->type, "image/heic") == 0)
		return strcmp(magic, "image/heif") == 0 || strcmp(magic, "image/heic") == 0;
	return strcmp(magic, k->type) == 0;
}

static enum kind_refusal look(int fd, size_t bytes, struct span head, const struct kind *k)
{
	char magic[MAGIC_TYPE];

	if (k->class == KIND_OFFICE)
		return check_office(fd, bytes, head, k);
	if (magic_of(head, magic))
		return KIND_TROUBLE;
	if (!agrees(magic, k))
		return KIND_OTHER;
	if (k->class == KIND_TEXT)
		return check_text(head);
	if (k->class == KIND_PDF && file_has(fd, bytes, SPAN("/Encrypt")))
		return KIND_LOCKED;
	return KIND_TAKEN;
}

enum kind_refusal kind_of(int fd, size_t bytes, struct span name, const struct kind **out)
{
	const struct kind *k = kind_of_name(name);
	size_t n = bytes < LOOK_BYTES ? bytes : LOOK_BYTES;
	enum kind_refusal r = KIND_TROUBLE;
	char *head;

	*out = NULL;
	if (!bytes)
		return KIND_EMPTY;
	if (!k)
		return KIND_OTHER;
	head = malloc(n);
	if (!head)
		fail(ST_NOMEM, "no memory to look at a file");
	else if (pread(fd, head, n, 0) != (ssize_t)n)
		fail(ST_IO, "cannot read a file: %s", strerror(errno));
	else
		r = look(fd, bytes, span_make(head, n), k);
	free(head);
	*out = r == KIND_TAKEN ? k : NULL;
	return r;
}

/* ---- names ---------------------------------------------------------------------------------- */

/* U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069, U+061C: they let "gpj.exe" look like
   "exe.jpg"; U+2028 and U+2029 end lines. */
static size_t turning(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.n >= 2 && p[0] == 0xd8 && p[1] == 0x9c)
		return 2;
	if (s.n < 3 || p[0] != 0xe2)
		return 0;
	if (p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae)))
		return 3;
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9 ? 3 : 0;
}

static struct span last_part(struct span s)
{
	for (size_t i = s.n; i-- > 0;)
		if (s.p[i] == '/' || s.p[i] == '\\')
			return span_make(s.p + i + 1, s.n - i - 1);
	return s;
}

/* At most `most` bytes of it, whole characters. */
static struct span cut(struct span s, size_t most)
{
	if (s.n > most) {
		s.n = most;
		while (s.n && (s.p[s.n] & 0xc0) == 0x80)
			s.n--;
	}
	return s;
}

enum status kind_clean_name(struct span sent, struct buf *out)
{
	enum { NAME_BYTES = 200, END_BYTES = 8 };
	struct span s = last_part(sent), end = SPAN("");
	struct buf b;

	buf_init(&b, 64 * 1024);
	for (size_t i = 0; i < s.n;) {
		size_t skip = turning(span_make(s.p + i, s.n - i));

		if (!skip && ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f))
			skip = 1;
		if (!skip)
			buf_addc(&b, s.p[i++]);
		i += skip;
	}
	s = span_trim(buf_span(&b));
	while (s.n && (*s.p == '.' || *s.p == ' '))
		s = span_make(s.p + 1, s.n - 1);
	for (size_t i = s.n; i-- > 1 && s.n - i <= END_BYTES && !end.n;)
		if (s.p[i] == '.')
			end = span_make(s.p + i, s.n - i);
	buf_addspan(out, cut(span_make(s.p, s.n - end.n), NAME_BYTES - end.n));
	buf_addspan(out, end);
	buf_clear(&b);
	return out->st			  ? out->st
	       : path_name(buf_span(out)) ? ST_OK
					  : fail(ST_INVALID, "a file without a name");
}

/*
 * Marks in what is written about children: zqNNNNsfv, where NNNN is the child, s the sheet, f the
 * section ('a' and on, in the order of the type; 't': the title of the sheet) and v the version.
 * The child's name has s 'n', f 'n', v '0'.  Even versions are written in capitals, with letters
 * for digits: a difference of two versions has no character in common that would part a mark.
 */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_MARKS_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_MARKS_H

#include "generator/sheet/sheet.h"
#include "tests/unit/access_http_client.h"

enum { MARK = 9, MARK_TEXT = MARK + 1, MARKS_MAX = 4096 };

struct marks {
	char list[MARKS_MAX][MARK_TEXT];
	size_t count;
};

/* As it is kept in lists. */
static inline const char *mark_of(unsigned child, char sheet, char section, char version)
{
	static char text[16][32];
	static size_t next;
	char *out = text[next++ % 16];

	snprintf(out, sizeof text[0], "zq%04u%c%c%c", child % 1000, sheet, section, version);
	return out;
}

/* As it stands in texts; good for the next 15 calls. */
static inline const char *mark_text(unsigned child, char sheet, char section, char version)
{
	char *out = (char *)(uintptr_t)mark_of(child, sheet, section, version);

	for (int i = 0; i < MARK - 1 && (version - '0') % 2 == 0; i++)
		out[i] = (char)(out[i] >= 'a' ? out[i] - 'a' + 'A' : out[i] - '0' + 'A');
	return out;
}

static inline bool marks_have(const struct marks *m, const char *mark)
{
	for (size_t i = 0; i < m->count; i++)
		if (memcmp(m->list[i], mark, MARK) == 0)
			return true;
	return false;
}

static inline void marks_add(struct marks *m, const char *mark)
{
	if (marks_have(m, mark))
		return;
	assert_true(m->count < MARKS_MAX);
	memcpy(m->list[m->count], mark, MARK);
	m->list[m->count++][MARK] = '\0';
}

/* Reads a mark in its text. */
static inline bool read_mark(const char *p, char out[static MARK_TEXT])
{
	const bool even = p[0] == 'Z';

	if (p[0] != (even ? 'Z' : 'z') || p[8] < '0' || p[8] > '9' || (p[8] - '0') % 2 == even)
		return false;
	for (int i = 0; i < MARK - 1; i++)
		out[i] = (char)(!even		  ? p[i]
				: i >= 2 && i < 6 ? p[i] - 'A' + '0'
						  : p[i] - 'A' + 'a');
	out[8] = p[8];
	out[9] = '\0';
	for (int i = 2; i < 6; i++)
		if (out[i] < '0' || out[i] > '9')
			return false;
	return out[1] == 'q' && out[2] == '0' && out[6] >= 'a' && out[6] <= 'z' && out[7] >= 'a' &&
	       out[7] <= 'z';
}

/* Adds all that stand in a text. */
static inline void marks_find(struct marks *m, struct span text)
{
	char mark[MARK_TEXT];

	for (size_t i = 0; i + MARK <= text.n; i++)
		if (read_mark(text.p + i, mark))
			marks_add(m, mark);
}

/* What stands between tags: a difference of two versions may part a mark. */
static inline void strip_tags(struct span html, struct buf *out)
{
	bool tag = false;

	for (size_t i = 0; i < html.n; i++) {
		tag = tag || html.p[i] == '<';
		if (!tag)
			buf_addc(out, html.p[i]);
		tag = tag && html.p[i] != '>';
	}
}

/* All of a page, in attributes too. */
static inline void marks_of_html(struct marks *m, struct span html)
{
	struct buf text;

	buf_init(&text, 1 << 24);
	strip_tags(html, &text);
	marks_find(m, html);
	marks_find(m, buf_span(&text));
	buf_clear(&text);
}

/* The first of `a` that is not in `b`; NULL. */
static inline const char *marks_beyond(const struct marks *a, const struct marks *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (!marks_have(b, a->list[i]))
			return a->list[i];
	return NULL;
}

/* What pdftotext reads in the answer. */
static inline void marks_of_pdf(struct marks *m)
{
	char path[PATH_MAX], command[PATH_MAX + 64], piece[65536];
	struct buf text;
	FILE *p;
	size_t n;

	snprintf(path, sizeof path, "%.*s/answer.pdf", PATH_MAX - 16, vault_dir);
	assert_ok(file_write_fast(path, buf_span(&reply.a.body), 0600));
	snprintf(command, sizeof command, "pdftotext -raw '%.*s' -", PATH_MAX - 16, path);
	buf_init(&text, 1 << 24);
	p = popen(command, "r");
	assert_non_null(p);
	while ((n = fread(piece, 1, sizeof piece, p)) > 0)
		buf_add(&text, piece, n);
	assert_int_equal(pclose(p), 0);
	marks_find(m, buf_span(&text));
	buf_clear(&text);
}

/* The marks of the answer, whatever it is. */
static inline void marks_of_answer(struct marks *m)
{
	m->count = 0;
	if (span_is(answer_header(&reply.a, "Content-Type"), "application/pdf"))
		marks_of_pdf(m);
	else
		marks_of_html(m, buf_span(&reply.a.body));
}

/* ---- sheets in which every section has its mark ---------------------------------------------- */

struct marked {
	unsigned number; /* of the child */
	const char *child, *id, *institution, *status;
	char letter; /* of the sheet */
};

/* Every field of these types is prose, one to a section. */
static inline void marked_text(struct buf *out, const struct sheet_type *t, const struct marked *s,
			       char version)
{
	buf_cut(out, 0);
	buf_addf(out,
		 "---\nkarte: 1\ntype: %.*s\ntype-version: 1\nid: \"%s\"\nchild: %s\ntitle: %s\n"
		 "institution: %s\nstatus: %s\n---\n",
		 SPAN_ARG(t->id), s->id, s->child, mark_text(s->number, s->letter, 't', '0'),
		 s->institution, s->status);
	for (size_t i = 0; i < t->nsections; i++)
		buf_addf(out, "\n## %.*s\n\n### %.*s\n\n%s\n", SPAN_ARG(t->sections[i].title),
			 SPAN_ARG(t->sections[i].fields[0].label),
			 mark_text(s->number, s->letter, (char)('a' + i), version));
}

static inline struct sheet *marked_sheet(const struct sheet_type *t, const struct marked *s,
					 char version)
{
	struct sheet *sheet = NULL;
	struct problems ps;
	struct buf text;

	buf_init(&text, 1 << 20);
	problems_init(&ps);
	marked_text(&text, t, s, version);
	if (sheet_parse(&sheet, "sheet.md", buf_span(&text), app->types, &ps))
		print_problems(&ps);
	assert_non_null(sheet);
	problems_clear(&ps);
	buf_clear(&text);
	return sheet;
}

#endif

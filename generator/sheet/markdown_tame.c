/*
 * Making a prose field safe to stand in a sheet file.
 *
 * cmark says what is wrong and on which lines; here the text is changed there, as little as
 * possible.  A change can bring to light what was hidden (a heading in what was an HTML comment),
 * so this is repeated until nothing is found.  A few rounds are enough for anything typed; for
 * texts made to need many, every < that could open a tag is escaped in one go.
 */
#include "generator/sheet/markdown.h"

#include "generator/sheet/markdown_impl.h"

#include <stdlib.h>

enum {
	GENTLE_ROUNDS = 3,
	ROUNDS = 8,
	LOWERED = 4,	/* the level that headings get */
	TICKS_MAX = 80, /* cmark: a longer run of backticks closes nothing */
	MEMORY = 16 * 1024 * 1024,
};

struct edit {
	size_t at, removed;
	const char *insert;
	size_t ninsert;
};

struct tamer {
	struct arena *arena;
	struct span text;
	size_t *starts; /* of each line, and the end of the text */
	size_t nlines;
	struct edit *edits;
	size_t count, room;
	bool full; /* no memory for an edit */
};

/* ---- places ----------------------------------------------------------------------------- */

static enum status find_lines(struct tamer *t)
{
	size_t n = 1;

	for (size_t i = 0; i < t->text.n; i++)
		n += t->text.p[i] == '\n';
	t->starts = arena_array(t->arena, n + 1, sizeof *t->starts);
	if (!t->starts)
		return ST_NOMEM;
	t->nlines = n;
	n = 1;
	for (size_t i = 0; i < t->text.n; i++)
		if (t->text.p[i] == '\n')
			t->starts[n++] = i + 1;
	t->starts[n] = t->text.n;
	return ST_OK;
}

/* Where a line, counted from 1, begins; the end of the text for one behind the last. */
static size_t line_start(const struct tamer *t, int line)
{
	size_t i = line < 1 ? 0 : (size_t)line - 1;

	return t->starts[i < t->nlines ? i : t->nlines];
}

/* Without its line end. */
static struct span line_text(const struct tamer *t, int line)
{
	size_t from = line_start(t, line), to = line_start(t, line + 1);

	while (to > from && t->text.p[to - 1] == '\n')
		to--;
	return span_make(t->text.p + from, to - from);
}

static void add_edit(struct tamer *t, struct edit e)
{
	if (t->count == t->room) {
		size_t room = t->room ? t->room * 2 : 64;
		struct edit *list = arena_array(t->arena, room, sizeof *list);

		if (!list) {
			t->full = true;
			return;
		}
		if (t->count)
			memcpy(list, t->edits, t->count * sizeof *list);
		t->edits = list;
		t->room = room;
	}
	t->edits[t->count++] = e;
}

static void insert(struct tamer *t, size_t at, struct span what)
{
	add_edit(t, (struct edit){.at = at, .insert = what.p, .ninsert = what.n});
}

/* ---- headings and fences ---------------------------------------------------------------- */

static void lower_atx(struct tamer *t, const struct md_mark *m)
{
	static const char more[] = "###";

	insert(t, line_start(t, m->line) + m->col, span_make(more, (size_t)(LOWERED - m->level)));
}

/* "x #" underlined has a # in it, "#### x #" has not. */
static void keep_closing_marks(struct tamer *t, size_t from, size_t to)
{
	size_t i = to;

	while (i > from && t->text.p[i - 1] == '#')
		i--;
	if (i < to && (i == from || t->text.p[i - 1] == ' ' || t->text.p[i - 1] == '\t'))
		insert(t, i, SPAN("\\"));
}

/* The line above the underline becomes the heading, as those who type it mean it. */
static void lower_setext(struct tamer *t, const struct md_mark *m)
{
	int line = m->end_line - 1;
	size_t at = line_start(t, line), under = line_start(t, m->end_line);
	size_t end = at + line_text(t, line).n;

	if (line == m->line)
		at += m->col;
	else
		while (at < end && memchr(" \t>", t->text.p[at], 3))
			at++;
	insert(t, at, SPAN("#### "));
	keep_closing_marks(t, at, end);
	add_edit(t, (struct edit){.at = under, .removed = line_start(t, m->end_line + 1) - under});
}

static void close_fence(struct tamer *t, const struct md_mark *m)
{
	struct span line = line_text(t, m->line);
	size_t from = m->col, to = from;
	const char *fence;

	while (to < line.n && line.p[to] == line.p[from])
		to++;
	if (from > 3 || memchr(line.p, '\t', from) || to - from < 3 ||
	    (line.p[from] != '`' && line.p[from] != '~'))
		return; /* an indented block: ends by itself */
	fence = arena_printf(t->arena, "\n%.*s", (int)(to - from), line.p + from);
	if (fence)
		insert(t, t->text.n, span_of(fence));
	else
		t->full = true;
}

/* ---- raw HTML --------------------------------------------------------------------------- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Could a < here begin a tag, a comment, a declaration or an instruction? */
static bool may_open(struct span s, size_t i)
{
	char next = i + 1 < s.n ? s.p[i + 1] : ' ';

	return s.p[i] == '<' && (is_letter(next) || next == '/' || next == '!' || next == '?');
}

static bool is_escaped(struct span s, size_t i)
{
	size_t n = 0;

	while (n < i && s.p[i - 1 - n] == '\\')
		n++;
	return n % 2 == 1;
}

static void escape_all(struct tamer *t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (may_open(t->text, i) && !is_escaped(t->text, i))
			insert(t, i, SPAN("\\"));
}

/* The length of an autolink at i, 0 if there is none: <scheme:…> or <name@host>. */
static size_t autolink(struct span s, size_t i)
{
	size_t mark = 0, n = i + 1;

	for (; n < s.n && (unsigned char)s.p[n] > ' ' && s.p[n] != '<' && s.p[n] != '>'; n++)
		if (!mark && (s.p[n] == ':' || s.p[n] == '@'))
			mark = n;
	return mark && n < s.n && s.p[n] == '>' ? n + 1 - i : 0;
}

static size_t run_of_ticks(struct span s, size_t i)
{
	size_t n = 0;

	while (i + n < s.n && s.p[i + n] == '`')
		n++;
	return n;
}

/* For every length of a run of backticks, where the last such run begins. */
static void find_last_ticks(struct span s, size_t from, size_t last[static TICKS_MAX + 1])
{
	memset(last, 0, (TICKS_MAX + 1) * sizeof *last);
	for (size_t i = from; i < s.n; i++) {
		size_t n = run_of_ticks(s, i);

		if (n == 0)
			continue;
		if (n <= TICKS_MAX)
			last[n] = i;
		i += n - 1;
	}
}

/* The end of what begins with a run of backticks at i: of the code span, or of the run. */
static size_t after_ticks(struct span s, size_t i, const size_t last[static TICKS_MAX + 1])
{
	size_t n = run_of_ticks(s, i), at = i + n;

	if (n > TICKS_MAX || last[n] <= i)
		return at;
	while (at < s.n) {
		size_t m = run_of_ticks(s, at);

		if (m == n)
			return at + m;
		at += m ? m : 1;
	}
	return i + n;
}

/* Escapes in a leaf, but neither in code nor in <https://…>. */
static void escape_inline(struct tamer *t, size_t from, size_t to)
{
	struct span s = span_make(t->text.p, to);
	size_t last[TICKS_MAX + 1], skip;

	find_last_ticks(s, from, last);
	for (size_t i = from; i < to; i += skip) {
		skip = 1;
		if (s.p[i] == '\\')
			skip = 2;
		else if (s.p[i] == '`')
			skip = after_ticks(s, i, last) - i;
		else if (may_open(s, i) && autolink(s, i))
			skip = autolink(s, i);
		else if (may_open(s, i))
			insert(t, i, SPAN("\\"));
	}
}

/* ---- one round, and all of them --------------------------------------------------------- */

static void tame_mark(struct tamer *t, const struct md_mark *m, bool harsh)
{
	size_t from = line_start(t, m->line), to = line_start(t, m->end_line + 1);

	switch (m->kind) {
	case MARK_ATX:
		if (m->level < LOWERED)
			lower_atx(t, m);
		break;
	case MARK_SETEXT:
		lower_setext(t, m);
		break;
	case MARK_HTML_BLOCK:
		if (!harsh)
			escape_all(t, from, to);
		break;
	case MARK_HTML_INLINE:
		if (!harsh)
			escape_inline(t, from, to);
		break;
	case MARK_IMAGE:
		break;
	case MARK_OPEN_FENCE:
		close_fence(t, m);
		break;
	}
}

static int by_place(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	/* at one place the longer text first: "#### " before the backslash of what follows it */
	return (x->ninsert < y->ninsert) - (x->ninsert > y->ninsert);
}

static void apply(struct tamer *t, struct buf *out)
{
	size_t done = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct edit *e = &t->edits[i], *before = i ? e - 1 : NULL;

		if (before && before->at == e->at && before->insert == e->insert)
			continue; /* two leaves that share a line */
		if (e->at < done)
			continue;
		buf_add(out, t->text.p + done, e->at - done);
		buf_add(out, e->insert, e->ninsert);
		done = e->at + e->removed;
	}
	buf_add(out, t->text.p + done, t->text.n - done);
}

/* One round: *changed tells whether there was anything to do. */
static enum status tame_once(struct span text, bool harsh, struct buf *out, bool *changed)
{
	struct tamer t = {.arena = arena_new(MEMORY), .text = text};
	struct md_mark *marks = NULL;
	size_t n = 0;
	enum status st;

	if (!t.arena)
		return ST_NOMEM;
	st = md_marks(t.arena, text, &marks, &n);
	if (!st)
		st = find_lines(&t);
	if (!st) {
		for (size_t i = 0; i < n; i++)
			tame_mark(&t, &marks[i], harsh);
		if (harsh)
			escape_all(&t, 0, text.n);
		st = t.full ? ST_NOMEM : ST_OK;
	}
	if (!st && t.count) {
		qsort(t.edits, t.count, sizeof *t.edits, by_place);
		apply(&t, out);
		st = out->st;
	}
	*changed = t.count > 0;
	arena_free(t.arena);
	return st;
}

static struct span without_bom(struct span s)
{
	while (span_starts(s, SPAN("\xef\xbb\xbf")))
		s = span_make(s.p + 3, s.n - 3);
	return s;
}

/* Takes one line off the front, which may end with LF, CRLF or CR; without trailing blanks. */
static struct span next_line(struct span *rest)
{
	struct span line = {rest->p, 0};
	size_t used;

	while (line.n < rest->n && rest->p[line.n] != '\n' && rest->p[line.n] != '\r')
		line.n++;
	used = line.n < rest->n ? line.n + 1 : line.n;
	if (used < rest->n && rest->p[line.n] == '\r' && rest->p[used] == '\n')
		used++;
	*rest = span_make(rest->p + used, rest->n - used);
	while (line.n && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
		line.n--;
	return line;
}

/* One kind of line end, no blanks at line ends, no blank lines around. */
static void tidy(struct span text, struct buf *out)
{
	size_t end = 0;

	for (struct span rest = text; rest.n;) {
		struct span line;

		if (out->len == 0)
			rest = without_bom(rest);
		line = next_line(&rest);
		if (out->len == 0 && line.n == 0)
			continue;
		buf_addspan(out, line);
		if (line.n)
			end = out->len;
		buf_addc(out, '\n');
	}
	buf_cut(out, end);
}

/*
 * Is there nothing that a mark could stand on?  Without # and underlines there is no heading,
 * without < no HTML, without ` and ~ no fence: so it is with nearly all that people type, and cmark
 * need not be asked.
 */
static bool is_tame(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '#' || c == '=' || c == '<' || c == '`' || c == '~')
			return false;
		if (c == '-' && (i + 1 == s.n || s.p[i + 1] == '\n'))
			return false; /* tidy() has left no blanks before the end of a line */
	}
	return true;
}

enum status md_tame(struct span text, struct buf *out)
{
	enum status st = md_guard(text, MD_MAX_BYTES, NULL);
	struct buf now, next;
	bool changed = true;

	buf_init(&now, 4 * MD_MAX_BYTES);
	buf_init(&next, 4 * MD_MAX_BYTES);
	if (!st)
		tidy(text, &now);
	if (!st && !now.st && is_tame(buf_span(&now)))
		changed = false;
	for (int round = 0; !st && changed; round++) {
		bool harsh = round == GENTLE_ROUNDS;

		if (round == ROUNDS) {
			st = fail(ST_TOOBIG, "headings and raw HTML too entangled");
			break;
		}
		st = now.st ? now.st : md_guard(buf_span(&now), MD_MAX_BYTES, NULL);
		if (!st)
			st = tame_once(buf_span(&now), harsh, &next, &changed);
		if (!st && changed) {
			buf_cut(&now, 0);
			tidy(buf_span(&next), &now);
			buf_cut(&next, 0);
		}
	}
	if (!st)
		buf_addspan(out, buf_span(&now));
	buf_clear(&now);
	buf_clear(&next);
	return st ? st : out->st;
}

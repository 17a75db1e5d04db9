/* The language of `git fetch`: lines with their length before them (gitprotocol-common(5)). */
#include "vault/store/history.h"
#include "vault/store/pack.h"

#include <stdio.h>

#define FETCH_BRANCH "refs/heads/main"

enum { LINE_HEAD = 4, LINE_MAX = 1000 };

static const char flush[] = "0000";

static void put_line(struct buf *out, const char *text, size_t n)
{
	buf_addf(out, "%04zx", LINE_HEAD + n);
	buf_add(out, text, n);
}

/* The capabilities stand behind a NUL of the first line; asked for are only those. */
enum status repo_advertise(struct repo *r, struct buf *out, struct oid *head)
{
	static const char able[] =
	    "symref=HEAD:" FETCH_BRANCH " multi_ack_detailed object-format=sha1 agent=karte";
	static const char service[] = "# service=git-upload-pack\n";
	char hex[OID_HEX], line[256];
	int n;
	enum status st = repo_head(r, head);
	bool born = st == ST_OK;

	if (st && st != ST_NOTFOUND)
		return st;
	if (!born)
		*head = (struct oid){{0}};
	oid_hex(head, hex);
	put_line(out, service, sizeof service - 1);
	buf_adds(out, flush);
	n = snprintf(line, sizeof line, "%s %s%c%s\n", hex, born ? "HEAD" : "capabilities^{}", '\0',
		     able);
	put_line(out, line, (size_t)n);
	if (born) {
		n = snprintf(line, sizeof line, "%s " FETCH_BRANCH "\n", hex);
		put_line(out, line, (size_t)n);
	}
	buf_adds(out, flush);
	return out->st;
}

/* ---- a request ------------------------------------------------------------------------------ */

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

/* Takes one line off the front, without its end; absent: a flush.  false: it is none. */
static bool take_line(struct span *s, struct span *line)
{
	size_t n = 0;

	if (s->n < LINE_HEAD)
		return false;
	for (int i = 0; i < LINE_HEAD; i++) {
		int d = digit(s->p[i]);

		if (d < 0)
			return false;
		n = n * 16 + (size_t)d;
	}
	*line = SPAN_NONE;
	if (n && (n < LINE_HEAD || n > s->n || n > LINE_MAX))
		return false;
	if (n)
		*line = span_make(s->p + LINE_HEAD, n - LINE_HEAD);
	n = n ? n : LINE_HEAD;
	*s = span_make(s->p + n, s->n - n);
	if (line->n && line->p[line->n - 1] == '\n')
		line->n--;
	return true;
}

static enum status not_spoken(const char *what)
{
	return fail(ST_INVALID, "git: %s", what);
}

static bool read_id(struct span line, const char *word, struct oid *out)
{
	struct span id = line;

	return span_is(span_cut(&id, ' '), word) && oid_parse(span_cut(&id, ' '), out);
}

static enum status read_wants(struct fetch *f, struct span *rest)
{
	struct span line;
	struct oid id;

	for (;;) {
		if (!take_line(rest, &line))
			return not_spoken("a line is cut off");
		if (!line.p)
			return ST_OK;
		if (!read_id(line, "want", &id))
			return not_spoken("only whole histories are given");
		if (f->wants && !oid_eq(&id, &f->want))
			return not_spoken("there is one branch only");
		f->want = id;
		f->wants = true;
		f->detailed = f->detailed || span_find(line, SPAN(" multi_ack_detailed")) >= 0;
	}
}

static enum status read_haves(struct fetch *f, struct span *rest)
{
	struct span line;
	struct oid id;

	while (rest->n && !f->done) {
		if (!take_line(rest, &line))
			return not_spoken("a line is cut off");
		if (!line.p)
			continue;
		f->done = span_is(line, "done");
		if (f->done)
			break;
		if (!read_id(line, "have", &id) || f->count == FETCH_HAVES)
			return not_spoken("a list of versions cannot be read");
		f->haves[f->count++] = id;
	}
	return ST_OK;
}

/* The first that both have.  A version that was prepared and never moved to is not ours. */
static enum status find_common(struct fetch *f, struct repo *r)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < f->count && !f->had && !st; i++) {
		st = history_contains(r, &f->haves[i], &f->had);
		f->common = f->haves[i];
	}
	return st;
}

enum status fetch_read(struct fetch *out, struct repo *r, struct span request)
{
	bool ours = false;
	enum status st;

	*out = (struct fetch){.wants = false};
	if (request.n > FETCH_MAX)
		return not_spoken("too long");
	st = read_wants(out, &request);
	if (!st)
		st = read_haves(out, &request);
	if (st || !out->wants)
		return st;
	st = history_contains(r, &out->want, &ours);
	if (!st && !ours)
		return fail(ST_DENIED, "git: no such version is offered");
	return st ? st : find_common(out, r);
}

#include "vault/http/arrival.h"

#include "generator/base/buf.h"
#include "generator/base/file.h"
#include "vault/http/multipart_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	WINDOW = 64 * 1024,
	ARENA_MAX = 3 * FORM_BYTES_MAX + MULTIPART_PARTS_MAX * 2 * MULTIPART_HEAD_MAX,
};

struct arrival {
	struct arrival_limits limits;
	struct arena *arena;
	struct delimiter delimiter;
	/* where the reading is: before the first boundary, behind one, in a head, in content,
	   behind the last boundary */
	enum { BEFORE, BEHIND, HEAD, CONTENT, LAST } state;
	struct part parts[MULTIPART_PARTS_MAX];
	struct pair fields[MULTIPART_PARTS_MAX];
	struct arrived files[MULTIPART_PARTS_MAX];
	size_t count, field_count, file_count;
	size_t field_bytes;
	struct buf value; /* of the plain field that is being read */
	struct sha256 sum;
	char window[WINDOW]; /* what has come and is not understood yet */
	size_t n;
	enum status st;
};

enum status arrival_new(struct arrival **out, struct arrival_limits limits,
			struct span content_type)
{
	struct arrival *a = calloc(1, sizeof *a);
	enum status st;

	*out = NULL;
	if (!a)
		return fail(ST_NOMEM, "no memory for a form");
	a->limits = limits;
	a->arena = arena_new(ARENA_MAX);
	buf_init_secret(&a->value, FORM_BYTES_MAX);
	st = a->arena ? multipart_boundary(&a->delimiter, content_type, a->arena) : ST_NOMEM;
	if (st)
		arrival_free(a);
	else
		*out = a;
	return st;
}

void arrival_free(struct arrival *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->file_count; i++)
		if (a->files[i].fd >= 0)
			close(a->files[i].fd);
	buf_clear(&a->value);
	arena_free(a->arena);
	explicit_bzero(a->window, sizeof a->window);
	free(a);
}

/* ---- the content of one part ---------------------------------------------------------------- */

static struct part *part_now(struct arrival *a)
{
	return &a->parts[a->count];
}

static struct arrived *file_now(struct arrival *a)
{
	return &a->files[a->file_count - 1];
}

static enum status begin_file(struct arrival *a)
{
	struct arrived *f = &a->files[a->file_count++];

	*f = (struct arrived){.fd = -1};
	part_now(a)->file = f;
	sha256_init(&a->sum);
	if (part_now(a)->filename.n == 0)
		return ST_OK;
	f->fd = open(a->limits.folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return f->fd >= 0 ? ST_OK
			  : fail(ST_IO, "no file for what arrives in %s: %s", a->limits.folder,
				 strerror(errno));
}

static void drop_file(struct arrived *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	f->toobig = true;
}

static enum status add_file(struct arrival *a, struct span s)
{
	struct arrived *f = file_now(a);

	f->bytes += s.n;
	if (f->bytes > a->limits.file_max && !f->toobig)
		drop_file(f);
	if (f->fd < 0)
		return ST_OK;
	sha256_add(&a->sum, s.p, s.n);
	return file_put(f->fd, s, "what arrives");
}

static enum status add_content(struct arrival *a, struct span s)
{
	if (part_now(a)->filename.p)
		return add_file(a, s);
	a->field_bytes += s.n;
	if (a->field_bytes > FORM_BYTES_MAX)
		return fail(ST_TOOBIG, "multipart: fields over %d bytes", FORM_BYTES_MAX);
	buf_addspan(&a->value, s);
	return a->value.st;
}

static enum status end_file(struct arrival *a)
{
	unsigned char sum[SHA256_LEN];
	struct buf hex;

	sha256_end(&a->sum, sum);
	buf_init(&hex, SHA256_HEX);
	buf_addhex(&hex, sum, sizeof sum);
	span_copy(buf_span(&hex), file_now(a)->sha256, SHA256_HEX);
	buf_clear(&hex);
	return ST_OK;
}

static enum status end_part(struct arrival *a)
{
	struct part *p = part_now(a);
	enum status st;

	if (p->filename.p) {
		st = end_file(a);
	} else if (a->field_bytes > FORM_BYTES_MAX) {
		st = fail(ST_TOOBIG, "multipart: fields over %d bytes", FORM_BYTES_MAX);
	} else {
		p->bytes = span_make(buf_str(&a->value), a->value.len);
		st = multipart_field(p, a->arena);
		if (!st)
			a->fields[a->field_count++] = (struct pair){p->name, p->bytes};
		buf_clear(&a->value);
	}
	a->count++;
	return st;
}

/* ---- the steps: each takes what it understands off the window ------------------------------ */

static void taken(struct arrival *a, size_t n)
{
	a->n -= n;
	memmove(a->window, a->window + n, a->n);
}

/* false: more must come first. */
static bool step_before(struct arrival *a)
{
	size_t n = a->delimiter.n - 2;

	if (a->n < n)
		return false;
	if (memcmp(a->window, a->delimiter.line + 2, n) != 0)
		a->st = fail(ST_INVALID, "multipart: does not begin with its boundary");
	taken(a, n);
	a->state = BEHIND;
	return true;
}

static bool step_behind(struct arrival *a)
{
	if (a->n < 2)
		return false;
	if (memcmp(a->window, "--", 2) == 0) {
		a->state = LAST;
	} else if (memcmp(a->window, "\r\n", 2) != 0) {
		a->st = fail(ST_INVALID, "multipart: a boundary that goes on, or no last one");
	} else if (a->count == MULTIPART_PARTS_MAX) {
		a->st = fail(ST_TOOBIG, "multipart: more than %d parts", MULTIPART_PARTS_MAX);
	} else {
		a->state = HEAD;
	}
	taken(a, 2);
	return true;
}

static enum status begin_part(struct arrival *a, struct span head)
{
	struct part *p = part_now(a);
	enum status st;

	*p = (struct part){.name = SPAN_NONE};
	head = arena_copy(a->arena, head); /* names may be parts of it, and the window moves on */
	st = head.p ? multipart_head(p, head, a->arena) : ST_NOMEM;
	if (!st && p->filename.p)
		return begin_file(a);
	a->field_bytes += p->name.n;
	return st;
}

static bool step_head(struct arrival *a)
{
	size_t most = a->n < MULTIPART_HEAD_MAX ? a->n : MULTIPART_HEAD_MAX;
	long end = span_find(span_make(a->window, most), SPAN("\r\n\r\n"));

	if (end < 0 && a->n > MULTIPART_HEAD_MAX)
		a->st = fail(ST_TOOBIG, "multipart: a head over %d bytes", MULTIPART_HEAD_MAX);
	if (end < 0)
		return false;
	a->st = begin_part(a, span_make(a->window, (size_t)end + 2));
	taken(a, (size_t)end + 4);
	a->state = CONTENT;
	return true;
}

/* All but what may be the beginning of a boundary is content for certain. */
static bool step_content(struct arrival *a)
{
	struct span all = span_make(a->window, a->n);
	long end = span_find(all, span_make(a->delimiter.line, a->delimiter.n));
	size_t sure = end >= 0		       ? (size_t)end
		      : a->n >= a->delimiter.n ? a->n - a->delimiter.n + 1
					       : 0;

	if (sure)
		a->st = add_content(a, span_make(a->window, sure));
	if (end < 0) {
		taken(a, sure);
		return false;
	}
	if (!a->st)
		a->st = end_part(a);
	taken(a, sure + a->delimiter.n);
	a->state = BEHIND;
	return true;
}

static bool step_last(struct arrival *a)
{
	if (a->n > 2)
		a->st = fail(ST_INVALID, "multipart: something behind the last boundary");
	return false;
}

static bool step(struct arrival *a)
{
	switch (a->state) {
	case BEFORE:
		return step_before(a);
	case BEHIND:
		return step_behind(a);
	case HEAD:
		return step_head(a);
	case CONTENT:
		return step_content(a);
	case LAST:
		break;
	}
	return step_last(a);
}

void arrival_add(struct arrival *a, struct span piece)
{
	while (!a->st && piece.n) {
		size_t room = WINDOW - a->n;
		size_t n = piece.n < room ? piece.n : room;

		memcpy(a->window + a->n, piece.p, n);
		a->n += n;
		piece = span_make(piece.p + n, piece.n - n);
		while (!a->st && step(a))
			;
	}
}

enum status arrival_end(struct arrival *a, struct multipart *out, struct form *form)
{
	*out = (struct multipart){0};
	*form = (struct form){0};
	if (a->st)
		return a->st;
	if (a->state != LAST || (a->n != 0 && !span_is(span_make(a->window, a->n), "\r\n")))
		return fail(ST_INVALID, "multipart: not complete");
	*out = (struct multipart){a->parts, a->count};
	*form = (struct form){a->fields, a->field_count};
	return ST_OK;
}

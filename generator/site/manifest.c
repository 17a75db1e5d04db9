#include "generator/site/manifest.h"

#include "generator/base/file.h"
#include "generator/base/path.h"
#include "generator/site/plan.h"

#include <limits.h>
#include <stdlib.h>

enum { FILE_BYTES_MAX = 1024 * 1024 * 1024, MODE = 0600 };

#define HEAD "karte-site 1\n"

struct manifest {
	struct buf text; /* paths and facts point into it */
	struct made *list;
	size_t count;
};

/* ---- reading ------------------------------------------------------------------------------ */

static bool is_key(struct span s)
{
	if (s.n == 0)
		return true;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n == SHA256_HEX - 1;
}

/* The fields of one line; texts are ended in place, since the text is ours. */
static bool read_line(struct span line, struct made *out)
{
	struct span key = span_cut(&line, '\t'), source = span_cut(&line, '\t');
	struct span size = span_cut(&line, '\t'), path = span_cut(&line, '\t');
	long n;

	if (!line.p || !is_key(key) || !is_key(source) || !site_path(path) ||
	    !span_number(size, FILE_BYTES_MAX, &n))
		return false;
	span_copy(key, out->key, sizeof out->key);
	span_copy(source, out->source, sizeof out->source);
	out->size = (size_t)n;
	out->path = path.p;
	out->facts = line.p;
	((char *)path.p)[path.n] = '\0';
	((char *)line.p)[line.n] = '\0';
	return true;
}

static size_t count_lines(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static enum status read_lines(struct manifest *m)
{
	struct span rest = buf_span(&m->text);

	if (!span_starts(rest, SPAN(HEAD)) || rest.p[rest.n - 1] != '\n')
		return fail(ST_CORRUPT, "%s is not a list of a site", MANIFEST_NAME);
	rest.p += sizeof HEAD - 1;
	rest.n -= sizeof HEAD - 1;
	m->list = calloc(count_lines(rest) + 1, sizeof *m->list);
	if (!m->list)
		return fail(ST_NOMEM, "no memory for the list of a site");
	while (rest.n) {
		struct made *f = &m->list[m->count];

		if (!read_line(span_cut(&rest, '\n'), f) ||
		    (m->count && strcmp(f[-1].path, f->path) >= 0))
			return fail(ST_CORRUPT, "%s: line %zu is not as it was written",
				    MANIFEST_NAME, m->count + 2);
		m->count++;
	}
	return ST_OK;
}

enum status manifest_read(struct manifest **out, const char *dir)
{
	struct manifest *m = calloc(1, sizeof *m);
	struct buf path;
	enum status st;

	*out = NULL;
	if (!m)
		return fail(ST_NOMEM, "no memory for the list of a site");
	buf_init(&m->text, MANIFEST_BYTES);
	buf_init(&path, PATH_MAX);
	path_join(&path, dir, MANIFEST_NAME);
	st = path.st ? path.st : file_read(buf_str(&path), &m->text);
	if (!st)
		st = read_lines(m);
	buf_clear(&path);
	if (st) {
		manifest_free(m);
		return st;
	}
	*out = m;
	return ST_OK;
}

void manifest_free(struct manifest *m)
{
	if (!m)
		return;
	buf_clear(&m->text);
	free(m->list);
	free(m);
}

size_t manifest_count(const struct manifest *m)
{
	return m ? m->count : 0;
}

const struct made *manifest_at(const struct manifest *m, size_t i)
{
	return &m->list[i];
}

static int by_path(const void *pa, const void *pb)
{
	const struct made *a = pa, *b = pb;

	return strcmp(a->path, b->path);
}

const struct made *manifest_find(const struct manifest *m, const char *path)
{
	struct made want = {.path = path};

	return m && m->count ? bsearch(&want, m->list, m->count, sizeof want, by_path) : NULL;
}

/* ---- writing ------------------------------------------------------------------------------ */

void manifest_begin(struct buf *out)
{
	buf_adds(out, HEAD);
}

void manifest_put(struct buf *out, const struct made *f)
{
	buf_addf(out, "%s\t%s\t%zu\t%s\t%s\n", f->key, f->source, f->size, f->path, f->facts);
}

enum status manifest_write(const char *dir, const struct buf *text)
{
	struct buf path;
	enum status st;

	buf_init(&path, PATH_MAX);
	path_join(&path, dir, MANIFEST_NAME);
	st = text->st ? text->st : path.st;
	if (!st)
		st = file_write_fast(buf_str(&path), buf_span(text), MODE);
	buf_clear(&path);
	return st;
}

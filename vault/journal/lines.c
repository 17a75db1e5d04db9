#include "vault/journal/lines.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW = 65536 };

void lines_init(struct lines *l)
{
	*l = (struct lines){.fd = -1};
}

enum status lines_open(struct lines *l, const char *path, uint64_t size, bool backwards)
{
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (l->fd < 0)
		return fail(errno == ENOENT ? ST_NOTFOUND : ST_IO, "cannot open %s: %s", path,
			    strerror(errno));
	l->window = malloc(WINDOW);
	if (!l->window)
		return fail(ST_NOMEM, "no memory to read the journal");
	l->size = size;
	l->backwards = backwards;
	l->at = backwards ? size : 0;
	l->begin = l->end = backwards ? WINDOW : 0;
	return ST_OK;
}

void lines_close(struct lines *l)
{
	if (l->fd >= 0)
		close(l->fd);
	free(l->window);
	lines_init(l);
}

static enum status read_into(struct lines *l, char *p, size_t n, uint64_t at)
{
	while (n) {
		ssize_t got = pread(l->fd, p, n, (off_t)at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail(ST_IO, "cannot read the journal: %s", strerror(errno));
		if (got == 0)
			return fail(ST_CORRUPT, "a file of the journal became shorter");
		p += got;
		n -= (size_t)got;
		at += (uint64_t)got;
	}
	return ST_OK;
}

/* More bytes behind what is left. */
static enum status fill_forwards(struct lines *l)
{
	size_t left = l->end - l->begin, n;
	enum status st;

	memmove(l->window, l->window + l->begin, left);
	n = WINDOW - left;
	if (n > l->size - l->at)
		n = (size_t)(l->size - l->at);
	st = read_into(l, l->window + left, n, l->at);
	l->begin = 0;
	l->end = left + n;
	l->at += n;
	return st;
}

static enum status next_forwards(struct lines *l, struct span *line)
{
	char *nl = memchr(l->window + l->begin, '\n', l->end - l->begin);
	size_t n;

	if (!nl && l->at < l->size && l->end - l->begin < WINDOW) {
		enum status st = fill_forwards(l);
		if (st)
			return st;
		nl = memchr(l->window, '\n', l->end);
	}
	n = (nl ? (size_t)(nl - l->window) : l->end) - l->begin;
	if (!nl && n == 0)
		return ST_OK;
	*line = span_make(l->window + l->begin, n);
	l->begin += n + (nl != NULL);
	l->number++;
	l->open_end = !nl && l->at >= l->size;
	return ST_OK;
}

/* More bytes before what is left, which moves to the end of the window. */
static enum status fill_backwards(struct lines *l)
{
	size_t left = l->end - l->begin, n;
	enum status st;

	memmove(l->window + WINDOW - left, l->window + l->begin, left);
	n = WINDOW - left;
	if (n > l->at)
		n = (size_t)l->at;
	l->begin = WINDOW - left - n;
	l->end = WINDOW;
	l->at -= n;
	st = read_into(l, l->window + l->begin, n, l->at);
	return st;
}

/* Where the last line of the window begins, if its beginning is there. */
static const char *last_line(const struct lines *l)
{
	size_t n = l->end - l->begin;
	const char *nl;

	if (n == 0)
		return NULL;
	nl = memrchr(l->window + l->begin, '\n', n - 1);
	return nl ? nl + 1 : NULL;
}

static enum status next_backwards(struct lines *l, struct span *line)
{
	const char *from = last_line(l);
	size_t n;

	if (!from && l->at > 0 && l->end - l->begin < WINDOW) {
		enum status st = fill_backwards(l);
		if (st)
			return st;
		from = last_line(l);
	}
	if (!from)
		from = l->window + l->begin;
	n = (size_t)(l->window + l->end - from);
	if (n == 0)
		return ST_OK;
	l->end -= n;
	*line = span_make(from, n - (from[n - 1] == '\n'));
	return ST_OK;
}

enum status lines_next(struct lines *l, struct span *line)
{
	*line = SPAN_NONE;
	if (l->fd < 0)
		return ST_OK;
	return l->backwards ? next_backwards(l, line) : next_forwards(l, line);
}

/* ---- which body files there are ---- */

static bool is_month(const char *name)
{
	static const char form[] = "dddd-dd.jsonl";
	size_t i;

	for (i = 0; form[i] && name[i]; i++)
		if (form[i] == 'd' ? name[i] < '0' || name[i] > '9' : name[i] != form[i])
			return false;
	return !form[i] && !name[i];
}

static enum status add_file(struct body_list *l, const char *dir, int class, const char *name)
{
	struct body_file *more = reallocarray(l->file, l->count + 1, sizeof *more);
	struct body_file f = {.class = class};
	char path[PATH_MAX];
	struct stat sb;

	if (!more)
		return fail(ST_NOMEM, "no memory to list the journal");
	l->file = more;
	memcpy(f.month, name, MONTH - 1);
	body_path(path, dir, class, f.month);
	if (lstat(path, &sb) < 0)
		return fail(ST_IO, "cannot look at %s: %s", path, strerror(errno));
	if (!S_ISREG(sb.st_mode)) {
		l->foreign++;
		return ST_OK;
	}
	f.size = (uint64_t)sb.st_size;
	l->file[l->count++] = f;
	return ST_OK;
}

static enum status list_class(struct body_list *l, const char *dir, int class)
{
	char path[PATH_MAX];
	struct dirent *e;
	enum status st = ST_OK;
	DIR *d;

	snprintf(path, sizeof path, "%s/bodies/%s", dir, record_class_name(class));
	d = opendir(path);
	if (!d && errno == ENOENT)
		return ST_OK;
	if (!d)
		return fail(ST_IO, "cannot open %s: %s", path, strerror(errno));
	while (!st && (e = readdir(d))) {
		if (is_month(e->d_name))
			st = add_file(l, dir, class, e->d_name);
		else if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			l->foreign++;
	}
	closedir(d);
	return st;
}

static int by_month(const void *a, const void *b)
{
	const struct body_file *x = a, *y = b;
	int d = strcmp(x->month, y->month);

	return d ? d : x->class - y->class;
}

enum status body_list_read(struct body_list *out, const char *dir)
{
	enum status st = ST_OK;

	*out = (struct body_list){0};
	for (int c = 0; c < RECORD_CLASSES && !st; c++)
		st = list_class(out, dir, c);
	if (out->count)
		qsort(out->file, out->count, sizeof *out->file, by_month);
	return st;
}

void body_list_clear(struct body_list *l)
{
	free(l->file);
	*l = (struct body_list){0};
}

/* ---- the lines of one month ---- */

void month_init(struct month *m)
{
	*m = (struct month){.given = -1};
	for (int c = 0; c < RECORD_CLASSES; c++)
		lines_init(&m->lines[c]);
}

static enum status advance(struct month *m, int class)
{
	struct month_line *h = &m->head[class];
	struct lines *l = &m->lines[class];
	uint64_t at = l->at - (l->end - l->begin);
	enum status st = lines_next(l, &h->text);

	h->class = class;
	h->at = at;
	if (!st && h->text.p && !record_peek(h->text, &h->n, &h->t))
		st = fail(ST_CORRUPT, "a line in bodies/%s is no record", record_class_name(class));
	return st;
}

static enum status open_class(struct month *m, const char *dir, const struct body_file *file,
			      uint64_t from)
{
	struct lines *l = &m->lines[file->class];
	char path[PATH_MAX];
	enum status st;

	if (from > file->size)
		return fail(ST_CORRUPT, "bodies/%s/%s.jsonl became shorter",
			    record_class_name(file->class), file->month);
	body_path(path, dir, file->class, file->month);
	st = lines_open(l, path, file->size, m->backwards);
	if (!st && !m->backwards)
		l->at = from;
	if (!st)
		st = advance(m, file->class);
	return st == ST_NOTFOUND ? ST_OK : st; /* pruned since it was listed */
}

enum status month_open(struct month *m, const char *dir, const struct body_file *file, size_t count,
		       int class, bool backwards)
{
	enum status st = ST_OK;

	m->backwards = backwards;
	for (size_t i = 0; i < count && !st; i++)
		if (class < 0 || file[i].class == class)
			st = open_class(m, dir, &file[i], 0);
	return st;
}

enum status month_open_from(struct month *m, const char *dir, const struct body_file *file,
			    size_t count, const uint64_t *from)
{
	enum status st = ST_OK;

	m->backwards = false;
	for (size_t i = 0; i < count && !st; i++)
		st = open_class(m, dir, &file[i], from[file[i].class]);
	return st;
}

enum status month_next(struct month *m, struct month_line *out)
{
	const struct month_line *best = NULL;
	enum status st = m->given >= 0 ? advance(m, m->given) : ST_OK;

	*out = (struct month_line){0};
	if (st)
		return st;
	for (int c = 0; c < RECORD_CLASSES; c++) {
		const struct month_line *h = &m->head[c];

		if (h->text.p && (!best || (m->backwards ? h->n > best->n : h->n < best->n)))
			best = h;
	}
	m->given = best ? best->class : -1;
	if (best)
		*out = *best;
	return ST_OK;
}

void month_close(struct month *m)
{
	for (int c = 0; c < RECORD_CLASSES; c++)
		lines_close(&m->lines[c]);
	month_init(m);
}

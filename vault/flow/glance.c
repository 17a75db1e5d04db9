#include "vault/flow/glance.h"

#include "generator/render/html_view.h"
#include "vault/db/db.h"
#include "vault/flow/cache.h"
#include "vault/flow/children.h"
#include "vault/flow/read_sheet.h"

#include <stdio.h>

enum { GLANCES_MAX = 4 * 1024 * 1024, KEY_MAX = 8192, PREFIX_MAX = 2 * ID_MAX + 8 };

enum status glance_desk_open(struct glance_desk *d, struct app *app, const struct question *q,
			     const struct shield *shield, const struct render_names *names,
			     struct arena *arena)
{
	enum status st;

	*d = (struct glance_desk){
	    .app = app, .q = *q, .shield = shield, .names = names, .arena = arena};
	d->q.action = ACT_SHEET_READ;
	buf_init(&d->reader, KEY_MAX);
	st = db_generation(app->db, &d->generation);
	return st ? st : ground_load(&d->ground, app, &d->q);
}

void glance_desk_close(struct glance_desk *d)
{
	ground_free(d->ground);
	repo_close(d->repo);
	buf_clear(&d->reader);
	d->ground = NULL;
	d->repo = NULL;
}

/* ---- out of a view --------------------------------------------------------------------------- */

static bool is_empty(const struct value *v)
{
	return !v || (v->text.n == 0 && v->nitems == 0 && v->nrows == 0);
}

/* As it is kept: a line of numbers, then the three texts. */
static void put_item(struct buf *out, const struct view *v, const struct view_field *vf,
		     const struct view_look *look)
{
	const struct field *f = vf->field;
	struct buf key, html;
	struct html h;

	buf_init(&key, 256);
	buf_init(&html, GLANCES_MAX);
	if (f->fact.n)
		buf_addspan(&key, f->fact);
	else
		buf_addf(&key, "%.*s.%.*s", SPAN_ARG(view_type(v)->id), SPAN_ARG(f->id));
	html_init(&h, &html);
	html_field_value(&h, vf, look);
	if (html_end(&h) || key.st)
		out->st = html.st ? html.st : key.st;
	buf_addf(out, "%d %d %zu %zu %zu\n", (int)f->glance, vf->withheld, key.len, f->label.n,
		 html.len);
	buf_addspan(out, buf_span(&key));
	buf_addspan(out, f->label);
	buf_addspan(out, buf_span(&html));
	buf_clear(&key);
	buf_clear(&html);
}

static void put_view(struct buf *out, const struct view *v, const struct render_names *names)
{
	char prefix[PREFIX_MAX];
	const struct view_look look = {.level = 2, .prefix = prefix, .names = names};

	snprintf(prefix, sizeof prefix, "g-%.*s-%.*s-", SPAN_ARG(view_type(v)->id),
		 SPAN_ARG(view_id(v)));
	for (size_t s = 0; s < view_sections(v); s++) {
		const struct view_section *sec = view_section(v, s);

		for (size_t i = 0; i < sec->nfields; i++) {
			const struct view_field *f = &sec->fields[i];

			if (f->field->glance != GLANCE_NONE && (f->withheld || !is_empty(f->value)))
				put_item(out, v, f, &look);
		}
	}
}

/* "1" and its items, or "0" for what may not be read. */
static enum status make(struct glance_desk *d, const struct question *q,
			const struct sheet_row *row, const struct gate *gate, struct buf *out)
{
	struct sheet *s = NULL;
	struct view *v = NULL;
	struct oid version;
	enum status st = ST_OK;

	if (!oid_parse(span_of(row->version), &version))
		return fail(ST_CORRUPT, "the index names no version of a sheet");
	if (!d->repo)
		st = child_repo(&d->repo, d->app, q->child);
	if (!st)
		st = sheet_load(d->app, d->repo, &version, q->type, q->id, &s);
	if (!st)
		st = redact_for(&v, s, &gate->reader);
	sheet_free(s);
	if (!st) {
		buf_addc(out, '1');
		put_view(out, v, d->names);
	} else if (st == ST_DENIED || st == ST_NOTFOUND) {
		buf_addc(out, '0');
		st = ST_OK;
	}
	view_free(v);
	return st ? st : out->st;
}

/* ---- and back ------------------------------------------------------------------------------- */

static bool take(struct span *from, size_t n, struct span *out)
{
	if (n > from->n)
		return false;
	*out = span_make(from->p, n);
	*from = span_make(from->p + n, from->n - n);
	return true;
}

static bool read_item(struct span *from, struct glance_item *out)
{
	struct span line = span_cut(from, '\n');
	long n[5];

	for (size_t i = 0; i < 5; i++)
		if (!span_number(span_cut(&line, ' '), GLANCES_MAX, &n[i]))
			return false;
	out->kind = (enum glance)n[0];
	out->withheld = n[1] != 0;
	return n[0] > GLANCE_NONE && n[0] < GLANCE_COUNT && take(from, (size_t)n[2], &out->key) &&
	       take(from, (size_t)n[3], &out->label) && take(from, (size_t)n[4], &out->html);
}

static enum status read_kept(struct arena *a, struct span kept, struct glances *out)
{
	struct span text = arena_copy(a, kept), rest;
	struct glance_item item, *items;
	size_t n = 0;

	if (!text.p)
		return ST_NOMEM;
	out->readable = text.n && text.p[0] == '1';
	if (text.n <= 1)
		return ST_OK;
	text = span_make(text.p + 1, text.n - 1);
	for (rest = text; rest.n && read_item(&rest, &item);)
		n++;
	items = arena_array(a, n, sizeof *items);
	if (!items)
		return ST_NOMEM;
	for (size_t i = 0; i < n; i++)
		read_item(&text, &items[i]);
	out->items = items;
	out->count = n;
	return rest.n ? fail(ST_BUG, "what is kept of a sheet cannot be read") : ST_OK;
}

/* ---- one sheet ------------------------------------------------------------------------------ */

/* Who reads, as the gate sees them, and what types and names are: the same for most sheets. */
static void key_reader(struct glance_desk *d, const struct decision *decision,
		       const struct gate *gate)
{
	/* padding that differs only makes the key anew */
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
	if (d->reader.len && memcmp(&d->decision, decision, sizeof *decision) == 0)
		return;
	memcpy(&d->decision, decision, sizeof *decision);
	buf_cut(&d->reader, 0);
	buf_addf(&d->reader, "glance %s %lld ", types_hash(d->app->types), d->generation);
	reader_key(&gate->reader, &d->reader);
	for (size_t i = 0; i < d->shield->ninstitutions; i++)
		buf_addf(&d->reader, " not %s", d->shield->institutions[i]);
}

/* All that the content depends on: that, and what was saved. */
static void key_of(const struct glance_desk *d, const struct sheet_row *row, struct buf *key)
{
	const char *const parts[] = {" ", row->child, "/", row->type,
				     "/", row->id,    " ", row->version};

	if (d->reader.st)
		key->st = d->reader.st;
	buf_addspan(key, buf_span(&d->reader));
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		buf_adds(key, parts[i]);
}

static enum status content(struct glance_desk *d, const struct question *q,
			   const struct sheet_row *row, const struct decision *decision,
			   struct glances *out)
{
	struct gate gate;
	struct buf key, kept;
	enum status st = ST_OK;

	gate_open(&gate, decision, d->shield->words, d->shield->nwords);
	buf_init(&key, KEY_MAX);
	buf_init(&kept, GLANCES_MAX);
	key_reader(d, decision, &gate);
	key_of(d, row, &key);
	/* commands have no cache */
	if (!d->app->cache || key.st || !cache_get(d->app->cache, buf_span(&key), &kept)) {
		st = make(d, q, row, &gate, &kept);
		if (!st && d->app->cache && !key.st)
			cache_put(d->app->cache, buf_span(&key), buf_span(&kept));
	}
	if (!st)
		st = kept.st ? kept.st : read_kept(d->arena, buf_span(&kept), out);
	buf_clear(&key);
	buf_clear(&kept);
	return st;
}

enum status glances_of(struct glance_desk *d, const struct sheet_row *row, struct glances *out)
{
	struct question q = d->q;
	struct decision decision;
	enum status st;

	*out = (struct glances){.readable = false};
	q.child = span_of(row->child);
	q.type = span_of(row->type);
	q.id = span_of(row->id);
	st = ground_decide_row(d->ground, ACT_SHEET_READ, row, &decision);
	if (st || !decision.allow)
		return st;
	out->as = decision.as;
	out->nopened = decision.nopened;
	memcpy(out->opened, decision.opened, sizeof out->opened);
	return content(d, &q, row, &decision, out);
}

/* ---- of which day --------------------------------------------------------------------------- */

/* The last day of the month; month 13 is January of the next year. */
static struct day month_end(int y, int m)
{
	struct day next = m >= 12 ? (struct day){y + 1, m - 11, 1} : (struct day){y, m + 1, 1};

	return day_plus(next, -1);
}

static bool period_end(enum period p, struct span id, struct day *out)
{
	long y, n = 0;
	struct span rest = id, year = span_cut(&rest, '-');

	if (p == PERIOD_DAY)
		return day_parse(id, out);
	if (p == PERIOD_ONCE || p == PERIOD_FREE || !period_id(p, id) ||
	    !span_number(year, 9998, &y))
		return false;
	if (p == PERIOD_FISCAL_YEAR)
		*out = (struct day){(int)y + 1, 3, 31};
	else if (!span_number(rest, 12, &n))
		return false;
	else if (p == PERIOD_MONTH)
		*out = month_end((int)y, (int)n);
	else /* terms end in July, December and March */
		*out = n == 1	? (struct day){(int)y, 7, 31}
		       : n == 2 ? (struct day){(int)y, 12, 31}
				: (struct day){(int)y + 1, 3, 31};
	return true;
}

struct day glance_day(const struct types *types, const struct sheet_row *row)
{
	const struct sheet_type *t = types_find(types, span_of(row->type), 0);
	struct day saved = day_jst(row->at), end;

	if (t && period_end(t->period, span_of(row->id), &end) && day_cmp(end, saved) < 0)
		return end;
	return saved;
}

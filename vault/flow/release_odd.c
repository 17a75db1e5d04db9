/*
 * What is unusual about a release, to be ticked one by one: children of other classes than most, a
 * child under 支援措置, and a text that names somebody who is not among those who get it.
 */
#include "generator/base/day.h"
#include "generator/base/text.h"
#include "generator/base/utf8.h"
#include "vault/flow/file_text.h"
#include "vault/flow/releases_impl.h"
#include "vault/flow/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	NAME_LEAST = 3, /* characters of a name that is looked for: shorter ones are words */
	CHILDREN_LOOKED = 5000, /* of an institution */
	KEY_MAX = 1024,
};

struct odd {
	struct app *app;
	struct arena *arena;
	struct release *r;
	struct span texts[RELEASE_ATTACHMENTS + 2]; /* as search keys: the files, then the rest */
	const char *titles[RELEASE_ATTACHMENTS + 2];
	size_t ntexts;
	struct buf own; /* names of those who get it, each with line ends around it */
	bool more;
};

static enum status add(struct odd *o, const char *kind, const char *id, const char *text)
{
	struct release *r = o->r;
	char key[sizeof r->odd->key];

	if (!text)
		return ST_NOMEM;
	snprintf(key, sizeof key, "%s:%s", kind, id);
	for (size_t i = 0; i < r->nodd; i++)
		if (strcmp(r->odd[i].key, key) == 0)
			return ST_OK;
	if (r->nodd == RELEASE_ODD_MAX - 1) {
		o->more = true;
		return ST_OK;
	}
	memcpy(r->odd[r->nodd].key, key, sizeof key);
	r->odd[r->nodd++].text = span_of(text);
	return ST_OK;
}

/* ---- classes, families, 支援措置 ------------------------------------------------------------- */

/* What stands before the first space, of any width. */
static struct span family_name(const char *name)
{
	struct span s = span_of(name), rest = s, first;
	long wide = span_find(s, SPAN("　"));

	if (wide >= 0)
		rest = span_make(s.p, (size_t)wide);
	first = span_cut(&rest, ' ');
	return first;
}

static const char *usual_class(const struct release *r)
{
	const char *best = "";
	size_t most = 0;

	for (size_t i = 0; i < r->nto; i++) {
		size_t n = 0;
		for (size_t k = 0; k < r->nto; k++)
			n += strcmp(r->to[i].class, r->to[k].class) == 0;
		if (n > most) {
			most = n;
			best = r->to[i].class;
		}
	}
	return best;
}

static enum status look_at_children(struct odd *o)
{
	struct release *r = o->r;
	const char *usual = usual_class(r);
	size_t others = 0;
	enum status st = ST_OK;

	for (size_t i = 0; i < r->nto && !st; i++) {
		struct release_to *to = &r->to[i];

		to->other_class = strcmp(to->class, usual) != 0;
		others += to->other_class;
		for (size_t k = 0; k < r->nto; k++)
			to->same_family = to->same_family ||
					  (k != i && span_eq(family_name(to->child.name),
							     family_name(r->to[k].child.name)));
		if (to->shielded)
			st =
			    add(o, "shield", to->child.id,
				arena_printf(o->arena,
					     "「%s」には 支援措置などが あります。渡してよいことを "
					     "たしかめました",
					     to->mine ? to->child.name : "担当の外の子ども"));
	}
	if (!st && others)
		st = add(o, "class", "other",
			 arena_printf(o->arena,
				      "ほかの組の子どもが %zu人 います。まちがいで ないことを "
				      "たしかめました",
				      others));
	return st;
}

/* ---- texts ---------------------------------------------------------------------------------- */

static enum status add_text(struct odd *o, const char *title, struct span a, struct span b,
			    struct span c)
{
	struct buf key;
	enum status st;

	buf_init(&key, 4 * FILE_TEXT_MAX);
	text_search_key(a, &key);
	buf_addc(&key, '\n');
	text_search_key(b, &key);
	buf_addc(&key, '\n');
	text_search_key(c, &key);
	st = key.st;
	o->titles[o->ntexts] = title;
	o->texts[o->ntexts] = st ? SPAN_NONE : arena_copy(o->arena, buf_span(&key));
	if (!st && !o->texts[o->ntexts++].p)
		st = ST_NOMEM;
	buf_clear(&key);
	return st;
}

static enum status keep_beginning(struct odd *o, struct span text, struct span *out)
{
	if (text.n > RELEASE_WORDS) {
		text.n = RELEASE_WORDS;
		while (text.n && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
			text.n--;
	}
	*out = arena_copy(o->arena, text);
	return out->p ? ST_OK : ST_NOMEM;
}

static enum status read_file(struct odd *o, size_t n)
{
	const struct release_file *f = &o->r->files[n];
	struct staged *s = malloc(sizeof *s);
	struct buf text;
	bool whole = false;
	int fd = -1;
	enum status st = s ? stage_content(o->app, span_of(f->file), s, &fd) : ST_NOMEM;

	buf_init(&text, FILE_TEXT_MAX);
	if (!st)
		st = file_text(o->app, kind_of_type(span_of(f->type)), fd, (size_t)f->bytes, &text,
			       &whole);
	if (!st)
		st = add_text(o, f->title, span_of(f->name), span_of(f->title), buf_span(&text));
	o->r->unread[n] = !whole;
	if (!st && !release_has_picture(f))
		st = keep_beginning(o, buf_span(&text), &o->r->words[n]);
	buf_clear(&text);
	if (fd >= 0)
		close(fd);
	free(s);
	return st;
}

static enum status read_texts(struct odd *o)
{
	struct release *r = o->r;
	enum status st =
	    add_text(o, r->row.title, span_of(r->row.title), span_of(r->row.message), SPAN(""));
	char n[24];

	for (size_t i = 1; i < r->nfiles && !st; i++) {
		st = read_file(o, i);
		snprintf(n, sizeof n, "%zu", i);
		if (!st && r->unread[i])
			st = add(
			    o, "unread", n,
			    arena_printf(o->arena,
					 "「%s」の 文字は 読みとれないところが あります。ほかの人の"
					 "名前がないことを 目で たしかめました",
					 r->files[i].title));
	}
	return st;
}

/* ---- names ---------------------------------------------------------------------------------- */

static void name_key(const char *name, struct buf *out)
{
	buf_cut(out, 0);
	text_search_key(span_of(name), out);
}

static void add_own(struct odd *o, const char *name)
{
	buf_addc(&o->own, '\n');
	text_search_key(span_of(name), &o->own);
	buf_addc(&o->own, '\n');
}

static bool is_own(const struct odd *o, struct span key)
{
	char line[KEY_MAX + 3];

	snprintf(line, sizeof line, "\n%.*s\n", SPAN_ARG(key));
	return span_find(buf_span(&o->own), span_of(line)) >= 0;
}

static enum status look_for(struct odd *o, const char *id, const char *name)
{
	struct buf key;
	enum status st = ST_OK;

	buf_init(&key, KEY_MAX);
	name_key(name, &key);
	if (key.st || utf8_count(buf_span(&key)) < NAME_LEAST || is_own(o, buf_span(&key))) {
		buf_clear(&key);
		return ST_OK;
	}
	for (size_t i = 0; i < o->ntexts && !st; i++)
		if (span_find(o->texts[i], buf_span(&key)) >= 0)
			st = add(
			    o, "named", id,
			    arena_printf(o->arena,
					 "「%s」の名前が「%s」に あります。この人は 配る相手では "
					 "ありません。それで よいことを たしかめました",
					 name, o->titles[i]));
	buf_clear(&key);
	return st;
}

static enum status guardian_named(void *ctx, const struct guardian *g)
{
	struct odd *o = ctx;
	struct account a;
	enum status st = account_get(o->app->db, span_of(g->account), &a);

	return st == ST_NOTFOUND ? ST_OK : st ? st : look_for(o, a.id, a.name);
}

static enum status child_named(void *ctx, const struct child_row *c)
{
	struct odd *o = ctx;
	enum status st;

	for (size_t i = 0; i < o->r->nto; i++)
		if (strcmp(o->r->to[i].child.id, c->id) == 0)
			return ST_OK;
	st = look_for(o, c->id, c->name);
	return st ? st : child_guardians(o->app->db, span_of(c->id), guardian_named, o);
}

static enum status look_at_names(struct odd *o, const struct question *q)
{
	struct child_scope scope;
	struct scope_room room;
	char today[DAY_TEXT];
	enum status st;

	for (size_t i = 0; i < o->r->nto; i++) {
		add_own(o, o->r->to[i].child.name);
		for (size_t k = 0; k < o->r->to[i].nguardians; k++)
			add_own(o, o->r->to[i].guardians[k].name);
	}
	day_iso(day_jst(q->now), today);
	st = o->own.st ? o->own.st : scope_of(o->app, q->who, today, &scope, &room);
	if (!st)
		st = child_search(o->app->db, &scope, SPAN(""), CHILDREN_LOOKED, 0, child_named, o);
	return st;
}

enum status release_look_for_odd(struct app *app, const struct question *q, struct arena *a,
				 struct release *r)
{
	struct odd *o = calloc(1, sizeof *o);
	bool waits =
	    r->state == RELEASE_DRAFT || r->state == RELEASE_ASKED || r->state == RELEASE_CONFIRMED;
	enum status st = ST_OK;

	if (!o)
		return fail(ST_NOMEM, "no memory for a release");
	*o = (struct odd){.app = app, .arena = a, .r = r};
	buf_init(&o->own, 1024 * 1024);
	r->odd = arena_array(a, RELEASE_ODD_MAX, sizeof *r->odd);
	if (!r->odd)
		st = ST_NOMEM;
	if (!st)
		st = look_at_children(o);
	/* what has been given has been looked at */
	if (!st && waits)
		st = read_texts(o);
	if (!st && waits)
		st = look_at_names(o, q);
	if (!st && o->more) {
		snprintf(r->odd[r->nodd].key, sizeof r->odd->key, "more:");
		r->odd[r->nodd++].text = SPAN("ほかにも 名前などが たくさん あります。すべて "
					      "たしかめました");
	}
	buf_clear(&o->own);
	free(o);
	return st;
}

#include "generator/site/nav.h"

#include <limits.h>
#include <stdlib.h>

/* ---- facts -------------------------------------------------------------------------------- */

static void put_clean(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		buf_addc(out, c < 0x20 || c == 0x7f ? ' ' : (char)c);
	}
}

void facts_write(const struct facts *f, struct buf *out)
{
	buf_addf(out, "%s\t%ld\t", sheet_status_name(f->status), f->order);
	put_clean(out, f->institution);
	buf_addc(out, '\t');
	put_clean(out, f->title);
}

bool facts_read(struct span line, struct facts *out)
{
	struct span status = span_cut(&line, '\t'), order = span_cut(&line, '\t');

	*out = (struct facts){.status = SHEET_DRAFT};
	if (!sheet_status_find(status, &out->status) || !span_number(order, INT_MAX, &out->order) ||
	    !line.p)
		return false;
	out->institution = span_cut(&line, '\t');
	out->title = line;
	return line.p && !memchr(line.p, '\t', line.n);
}

/* ---- order -------------------------------------------------------------------------------- */

static int by_place(const void *pa, const void *pb)
{
	const struct nav_link *a = pa, *b = pb;
	int d;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->type)
		return strcmp(b->path, a->path);
	if (a->facts->order != b->facts->order)
		return a->facts->order < b->facts->order ? -1 : 1;
	d = span_cmp(a->facts->title, b->facts->title);
	return d ? d : strcmp(a->path, b->path);
}

void nav_sort(struct nav_link *list, size_t count)
{
	if (count)
		qsort(list, count, sizeof *list, by_place);
}

static int by_kana(const void *pa, const void *pb)
{
	const struct nav_child *a = pa, *b = pb;
	int d = strcmp(a->kana, b->kana);

	if (!d)
		d = strcmp(a->name, b->name);
	return d ? d : strcmp(a->id, b->id);
}

void nav_sort_children(struct nav_child *list, size_t count)
{
	if (count)
		qsort(list, count, sizeof *list, by_kana);
}

/* ---- links -------------------------------------------------------------------------------- */

void nav_relative(const char *from, const char *to, struct buf *out)
{
	size_t same = 0;

	for (size_t i = 0; from[i] && from[i] == to[i]; i++)
		if (from[i] == '/')
			same = i + 1;
	for (const char *p = from + same; (p = strchr(p, '/')); p++)
		buf_adds(out, "../");
	buf_adds(out, to + same);
}

static void put_link(struct html *h, const char *from, const char *to, struct span text,
		     bool current)
{
	struct buf href;

	buf_init(&href, 4096);
	nav_relative(from, to, &href);
	html_open(h, "a");
	html_attr(h, "href", buf_span(&href));
	if (current)
		html_attrs(h, "aria-current", "page");
	html_text(h, text);
	html_close(h);
	buf_clear(&href);
}

/* ---- menus -------------------------------------------------------------------------------- */

struct nav_window nav_window(size_t at, size_t count)
{
	struct nav_window w = {0, count};

	if (count <= NAV_MENU_MAX)
		return w;
	w.count = NAV_MENU_MAX;
	w.first = at > NAV_MENU_MAX / 2 ? at - NAV_MENU_MAX / 2 : 0;
	if (w.first > count - NAV_MENU_MAX)
		w.first = count - NAV_MENU_MAX;
	return w;
}

void nav_menu(struct html *h, const char *label, const struct nav_link *list, size_t count,
	      size_t at)
{
	struct nav_window w = nav_window(at, count);

	html_open(h, "nav");
	html_class(h, "subnav");
	html_attrs(h, "aria-label", label);
	html_open(h, "ul");
	for (size_t i = w.first; i < w.first + w.count; i++) {
		html_open(h, "li");
		put_link(h, list[at].path, list[i].path, list[i].facts->title, i == at);
		html_close(h);
	}
	html_close(h);
	html_close(h);
}

void nav_menu_stamp(struct stamp *s, const struct nav_link *list, size_t count, size_t at)
{
	struct nav_window w = nav_window(at, count);

	for (size_t i = w.first; i < w.first + w.count; i++) {
		stamp_adds(s, list[i].path);
		stamp_add(s, list[i].facts->title);
	}
}

/* ---- lists -------------------------------------------------------------------------------- */

static void put_status(struct html *h, enum sheet_status status)
{
	html_open(h, "span");
	html_attrf(h, "class", "tag tag-%s", sheet_status_name(status));
	html_texts(h, sheet_status_label(status));
	html_close(h);
}

static void put_sheet(struct html *h, const char *from, const struct nav_link *l)
{
	html_open(h, "li");
	put_link(h, from, l->path, l->facts->title, false);
	html_open(h, "span");
	html_class(h, "small");
	put_status(h, l->facts->status);
	if (l->institution[0])
		html_textf(h, " %s", l->institution);
	html_close(h);
	html_close(h);
}

void nav_sheets(struct html *h, const char *from, const struct nav_link *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || list[i].type != list[i - 1].type) {
			html_leaf(h, "h2", list[i].type->title);
			html_open(h, "ul");
			html_class(h, "tasks");
		}
		put_sheet(h, from, &list[i]);
		if (i + 1 == count || list[i].type != list[i + 1].type)
			html_close(h);
	}
}

void nav_pages(struct html *h, const char *from, const struct nav_link *list, size_t count)
{
	html_open(h, "ul");
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].path, from) == 0)
			continue;
		html_open(h, "li");
		put_link(h, from, list[i].path, list[i].facts->title, false);
		html_close(h);
	}
	html_close(h);
}

void nav_list_stamp(struct stamp *s, const struct nav_link *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		stamp_adds(s, list[i].path);
		stamp_add(s, list[i].facts->title);
		stamp_addn(s, list[i].facts->status);
		stamp_adds(s, list[i].institution);
		stamp_add(s, list[i].type ? list[i].type->title : SPAN_NONE);
	}
}

void nav_children(struct html *h, const char *from, const struct nav_child *list, size_t count)
{
	html_open(h, "ul");
	html_class(h, "tasks");
	for (size_t i = 0; i < count; i++) {
		html_open(h, "li");
		html_open(h, "span");
		put_link(h, from, list[i].path, span_of(list[i].name), false);
		if (list[i].kana[0])
			html_textf(h, "（%s）", list[i].kana);
		html_close(h);
		html_open(h, "span");
		html_class(h, "small");
		html_textf(h, "シート%zu件", list[i].sheets);
		html_close(h);
		html_close(h);
	}
	html_close(h);
}

void nav_children_stamp(struct stamp *s, const struct nav_child *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		stamp_adds(s, list[i].path);
		stamp_adds(s, list[i].name);
		stamp_adds(s, list[i].kana);
		stamp_addn(s, (long)list[i].sheets);
	}
}

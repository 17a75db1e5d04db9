#include "generator/site/frame.h"

static const char SERVICE[] = "こどもカルテ";

static void put_crumbs(const struct frame *f, struct data *root)
{
	struct data *items;

	if (!f->crumbs[0].href)
		return;
	items = data_list(data_map(root, "crumbs"), "items");
	for (int i = 0; i < FRAME_CRUMBS && f->crumbs[i].href; i++) {
		struct data *item = data_add_map(items);

		data_texts(item, "href", f->crumbs[i].href);
		data_text(item, "label", f->crumbs[i].label);
	}
}

static void put_made(const struct frame *f, struct data *root)
{
	char date[DAY_TEXT];
	struct buf text;

	buf_init(&text, 1024);
	if (f->role != ROLE_NOBODY)
		buf_addf(&text, "役割「%s」の方が読める内容だけを載せています。",
			 role_label(f->role));
	if (f->day.y) {
		day_long(f->day, date);
		buf_addf(&text, "%sに作りました。", date);
	}
	data_text(root, "made", buf_span(&text));
	buf_clear(&text);
}

enum status frame_render(const struct theme *t, const struct frame *f, struct buf *out)
{
	struct arena *a = arena_new(FRAME_MAX_BYTES + 64 * 1024);
	struct data *root = a ? data_new(a) : NULL;
	enum status st;

	if (!root) {
		arena_free(a);
		return ST_NOMEM;
	}
	data_texts(root, "service", SERVICE);
	data_text(root, "title", f->title);
	data_text(root, "heading", f->heading);
	data_text(root, "caption", f->caption);
	data_texts(root, "assets", f->assets);
	data_texts(root, "home", f->home ? f->home : "#main");
	data_texts(root, "version", f->version);
	data_trusted_raw_html(root, "body", f->body);
	put_crumbs(f, root);
	put_made(f, root);
	st = theme_render(t, "site", root, out);
	if (st == ST_NOTFOUND)
		st = fail(ST_CONFIG, "the theme in %s has no site.mustache", theme_dir(t));
	arena_free(a);
	return st;
}

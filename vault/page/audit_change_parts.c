#include "vault/page/audit_change.h"

#include "vault/flow/change_parts.h"

#include <stdio.h>

static const char *const heads[] = {"部分", "欄", "足した", "消した"};
enum { HEADS = sizeof heads / sizeof *heads, COUNT_TEXT = 48 };

static const char *unit_of(enum part_unit u)
{
	static const char *const units[] = {
	    [PART_CHARS] = "字", [PART_ROWS] = "行", [PART_ITEMS] = "個", [PART_VALUE] = ""};

	return units[u];
}

static void put_count(struct html *h, const char *head, const struct change_part *c, size_t n)
{
	list_cell(h, head);
	if (!n)
		html_texts(h, "－");
	else if (c->unit == PART_VALUE)
		html_texts(h, "あり");
	else
		html_textf(h, "%zu%s", n, unit_of(c->unit));
	html_close(h);
}

static void put_part(struct html *h, const struct change_part *c)
{
	html_open(h, "tr");
	list_cell(h, heads[0]);
	html_text(h, c->section.n ? c->section : SPAN("－"));
	html_close(h);
	list_cell(h, heads[1]);
	html_text(h, c->label);
	html_close(h);
	put_count(h, heads[2], c, c->added);
	put_count(h, heads[3], c, c->removed);
	html_close(h);
}

static void put_kind(struct html *h, enum change_kind k)
{
	static const char *const words[] = {[CHANGE_ADDED] = "新しく作った",
					    [CHANGE_EDITED] = "書きかえた",
					    [CHANGE_REMOVED] = "消した"};

	html_leaf_class(h, "span", "tag", span_of(words[k]));
}

/* For files in which there is nothing to count. */
static const char *instead(const struct change_file *f)
{
	if (f->unread)
		return "この形のファイルとしては "
		       "読めませんでした。何が変わったかは、数えられません。";
	if (f->sort == SORT_FILE)
		return "添えられたファイルです。中身は くらべません。";
	if (f->sort == SORT_OTHER)
		return "この仕組みが 書かないはずの ファイルです。検証で 確かめてください。";
	return "数えられる ちがいは ありません。";
}

static void put_file(struct page *p, struct html *h, const struct change_file *f, size_t n)
{
	const char *caption;
	char id[32];

	html_open(h, "h3");
	html_text(h, f->label);
	html_texts(h, "　");
	put_kind(h, f->kind);
	html_close(h);
	if (!f->nparts) {
		html_leafs(h, "p", instead(f));
		return;
	}
	snprintf(id, sizeof id, "parts-%zu", n);
	caption = arena_printf(p->arena, "%.*s：変わった欄", SPAN_ARG(f->label));
	list_table(h, &(struct list_table){id, caption, "dense list", heads, HEADS});
	for (size_t i = 0; i < f->nparts; i++)
		put_part(h, &f->parts[i]);
	html_close_to(h, "div");
}

enum status audit_change_parts(struct change_page *c)
{
	struct change_parts parts;
	struct html *h = c->h;
	enum status st = change_parts_of(c->p->app, &c->repo, &c->look.id, c->p->arena, &parts);

	html_leafs(h, "h2", "どこが 変わったか");
	if (st == ST_CORRUPT || st == ST_NOTFOUND) {
		html_leafs(h, "p", "この版の ファイルが 読めません。検証で 確かめてください。");
		return ST_OK;
	}
	for (size_t i = 0; i < parts.count && !st; i++)
		put_file(c->p, h, &parts.files[i], i + 1);
	if (!st && parts.left_out) {
		html_open(h, "p");
		html_textf(h, "ほかに %zu件の ファイルが 変わりました。", parts.left_out);
		html_close(h);
	}
	if (!st && !parts.count)
		html_leafs(h, "p", "変わった ファイルは ありません。");
	return st;
}

/* Figures of growth as HTML. */
#include "generator/render/growth_figures.h"

static void put_row(struct html *h, const struct growth_figure *f, const struct span *cells)
{
	html_open(h, "tr");
	for (size_t i = 0; i < f->columns; i++) {
		html_open(h, i ? "td" : "th");
		if (!i)
			html_attrs(h, "scope", "row");
		else
			html_attr(h, "data-label", f->heads[i]);
		html_text(h, cells[i]);
		html_close(h);
	}
	html_close(h);
}

static void put_table(struct html *h, const struct growth_figure *f)
{
	html_open(h, "div");
	html_class(h, "table-scroll");
	html_attrs(h, "role", "region");
	html_attrs(h, "tabindex", "0");
	html_attrf(h, "aria-labelledby", "%.*s-caption", SPAN_ARG(f->id));
	html_open(h, "table");
	html_class(h, "list dense");
	html_open(h, "caption");
	html_attrf(h, "id", "%.*s-caption", SPAN_ARG(f->id));
	html_textf(h, "%.*sの表", SPAN_ARG(f->heading));
	html_close(h);
	html_open(h, "thead");
	html_open(h, "tr");
	for (size_t i = 0; i < f->columns; i++) {
		html_open(h, "th");
		html_attrs(h, "scope", "col");
		html_text(h, f->heads[i]);
		html_close(h);
	}
	html_close(h);
	html_close(h);
	html_open(h, "tbody");
	for (size_t r = f->rows; r > 0; r--) /* newest first */
		put_row(h, f, f->cells + (r - 1) * f->columns);
	html_close_to(h, "div");
}

static void put_figure(struct html *h, const struct growth_figure *f)
{
	html_open(h, "section");
	html_class(h, "sheet-section growth");
	html_attrf(h, "aria-labelledby", "%.*s", SPAN_ARG(f->id));
	html_open(h, "h2");
	html_attr(h, "id", f->id);
	html_text(h, f->heading);
	html_close(h);
	if (f->drawn)
		chart_svg(h, &f->drawing);
	if (f->note.n) {
		html_open(h, "p");
		html_class(h, "hint");
		html_text(h, f->note);
		html_close(h);
	}
	put_table(h, f);
	html_close(h);
}

static const char nothing[] =
    "まだ 出せる値がありません。身長や体重などの欄がある シートに、日付といっしょに書くと、ここに "
    "図と表が出ます。読む権利のない区分の値は、出ません。";

void growth_html(struct html *h, const struct growth_figures *f)
{
	html_leaf(h, "p", f->about);
	if (f->left_out.n)
		html_leaf(h, "p", f->left_out);
	if (!f->count)
		html_leaf_class(h, "p", "empty-state", span_of(nothing));
	for (size_t i = 0; i < f->count; i++)
		put_figure(h, &f->list[i]);
}

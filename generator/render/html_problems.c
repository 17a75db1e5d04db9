#include "generator/render/html_form.h"

static bool belongs(const struct problem *p, const char *field)
{
	return p->field && strcmp(p->field, field) == 0;
}

static bool has_problem(const struct problems *ps, const char *field, bool *error)
{
	bool any = false;

	*error = false;
	for (size_t i = 0; ps && i < ps->count; i++) {
		if (!belongs(&ps->list[i], field))
			continue;
		any = true;
		*error = *error || !ps->list[i].warning;
	}
	return any;
}

void html_described(struct html *h, const struct problems *ps, const char *field, bool hint)
{
	bool error, any = has_problem(ps, field, &error);

	if (hint && any)
		html_attrf(h, "aria-describedby", "hint.%s error.%s", field, field);
	else if (hint)
		html_attrf(h, "aria-describedby", "hint.%s", field);
	else if (any)
		html_attrf(h, "aria-describedby", "error.%s", field);
	if (error)
		html_attrs(h, "aria-invalid", "true");
}

void html_field_problems(struct html *h, const struct problems *ps, const char *field)
{
	bool error;

	if (!has_problem(ps, field, &error))
		return;
	html_open(h, "div");
	html_attrf(h, "id", "error.%s", field);
	for (size_t i = 0; i < ps->count; i++) {
		const struct problem *p = &ps->list[i];

		if (!belongs(p, field))
			continue;
		html_open(h, "p");
		html_class(h, p->warning ? "warning-text" : "error-text");
		html_texts(h, p->warning ? "注意：" : "エラー：");
		html_texts(h, p->text);
		html_close(h);
	}
	html_close(h);
}

static void put_problem(struct html *h, const struct problem *p)
{
	html_open(h, "li");
	if (p->field) {
		html_open(h, "a");
		html_attrf(h, "href", "#%s", p->field);
		html_texts(h, p->text);
		html_close(h);
	} else {
		html_texts(h, p->text);
	}
	html_close(h);
}

void html_problems(struct html *h, const struct problems *ps)
{
	if (!ps || ps->count == 0)
		return;
	html_open(h, "div");
	html_class(h, ps->errors > 0 ? "error-summary" : "error-summary warnings");
	html_attrs(h, "id", "problems");
	html_open(h, "div");
	html_attrs(h, "role", "alert");
	html_leafs(h, "h2", ps->errors > 0 ? "入力を たしかめてください" : "ご確認ください");
	html_open(h, "ul");
	for (size_t i = 0; i < ps->count; i++)
		put_problem(h, &ps->list[i]);
	html_close(h);
	if (ps->errors > ps->count)
		html_textf(h, "ほかに %zu 件あります。", ps->errors - ps->count);
	html_close_to(h, "div");
	html_close(h);
}

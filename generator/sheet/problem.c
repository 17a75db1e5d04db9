#include "generator/sheet/problem.h"

#include "generator/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 600 }; /* bytes of one sentence; it may quote what somebody typed */

void problems_init(struct problems *ps)
{
	*ps = (struct problems){0};
}

static void clear_one(struct problem *p)
{
	free(p->file);
	free(p->field);
	free(p->text);
}

void problems_clear(struct problems *ps)
{
	if (!ps)
		return;
	for (size_t i = 0; i < ps->count; i++)
		clear_one(&ps->list[i]);
	free(ps->list);
	problems_init(ps);
}

/* The list is printed line by line: what was quoted may break neither the line nor the UTF-8. */
static void make_printable(char *text)
{
	size_t n = strlen(text), at;

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			text[i] = ' ';
	while ((at = utf8_check(span_make(text, n))) < n)
		text[at] = '?';
}

static char *make_text(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

static char *make_text(const char *fmt, va_list ap)
{
	char *text = malloc(TEXT_MAX);
	int n;

	if (!text)
		return NULL;
	n = vsnprintf(text, TEXT_MAX, fmt, ap);
	if (n < 0) {
		free(text);
		return NULL;
	}
	if (n >= TEXT_MAX) { /* cut between two code points */
		size_t cut = TEXT_MAX - 1 - strlen("…");

		while (cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80)
			cut--;
		memcpy(text + cut, "…", sizeof "…");
	}
	make_printable(text);
	return text;
}

/* Keeps p, whose texts it takes over, if there is room; without memory only the count grows. */
static void keep(struct problems *ps, struct problem *p, bool whole)
{
	ps->errors++;
	if (!whole || ps->count >= PROBLEMS_MAX)
		goto drop;
	if (!ps->list)
		ps->list = calloc(PROBLEMS_MAX, sizeof *ps->list);
	if (!ps->list)
		goto drop;
	ps->list[ps->count++] = *p;
	return;

drop:
	clear_one(p);
}

void problem_add(struct problems *ps, const char *file, int line, int col, const char *code,
		 const char *fmt, ...)
{
	struct problem p = {.line = line, .col = col, .code = code};
	va_list ap;

	if (!ps)
		return;
	va_start(ap, fmt);
	p.text = make_text(fmt, ap);
	va_end(ap);
	p.file = strdup(file ? file : "");
	keep(ps, &p, p.text && p.file);
}

void problem_field(struct problems *ps, const char *field, const char *code, const char *fmt, ...)
{
	struct problem p = {.code = code};
	va_list ap;

	if (!ps)
		return;
	va_start(ap, fmt);
	p.text = make_text(fmt, ap);
	va_end(ap);
	p.file = strdup("");
	p.field = strdup(field);
	keep(ps, &p, p.text && p.file && p.field);
}

void problem_soften(struct problems *ps)
{
	size_t kept = 0;

	if (!ps || ps->errors == 0)
		return;
	for (size_t i = 0; i < ps->count; i++)
		kept += !ps->list[i].warning;
	if (ps->errors == kept && !ps->list[ps->count - 1].warning)
		ps->list[ps->count - 1].warning = true;
	else if (ps->errors == kept)
		return; /* softened already */
	ps->errors--;
}

static bool before(const struct problem *a, const struct problem *b)
{
	int d = strcmp(a->file, b->file);

	if (d)
		return d < 0;
	if (a->line != b->line)
		return a->line < b->line;
	return a->col < b->col;
}

/* By insertion: the list is short, and equal places stay in the order of their reports. */
static void sort(struct problems *ps)
{
	for (size_t i = 1; i < ps->count; i++) {
		struct problem p = ps->list[i];
		size_t j = i;

		for (; j > 0 && before(&p, &ps->list[j - 1]); j--)
			ps->list[j] = ps->list[j - 1];
		ps->list[j] = p;
	}
}

static void print_one(const struct problem *p, struct buf *out)
{
	if (p->file[0]) {
		buf_adds(out, p->file);
		if (p->line > 0)
			buf_addf(out, ":%d", p->line);
		if (p->line > 0 && p->col > 0)
			buf_addf(out, ":%d", p->col);
		buf_adds(out, ": ");
	}
	if (p->field)
		buf_addf(out, "%s: ", p->field);
	buf_addf(out, "%s: %s%s\n", p->code, p->warning ? "警告: " : "", p->text);
}

void problems_print(struct problems *ps, struct buf *out)
{
	size_t kept = 0;

	sort(ps);
	for (size_t i = 0; i < ps->count; i++) {
		print_one(&ps->list[i], out);
		kept += !ps->list[i].warning;
	}
	if (ps->errors > kept)
		buf_addf(out, "ほかに誤りが%zu件あります。\n", ps->errors - kept);
}

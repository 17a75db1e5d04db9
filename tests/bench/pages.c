/*
 * What a page costs in documents of 1 to 500 pages: time of the processor and bytes, warm.  The
 * same sheet is printed again and again, each time from a new page on.  Then 3 pages out of 500.
 * Run from the root of the repository.
 *
 *   usage: pages [SHEET [TYPES]]
 */
#include "generator/render/pages.h"
#include "generator/base/file.h"
#include "generator/render/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TIMES = 7, VIEWS_MAX = 500 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct bench {
	struct types *types;
	struct print_style *style;
	struct fonts *fonts;
	struct sheet *sheet;
	struct view *view;
	const struct view *views[VIEWS_MAX];
	struct span versions[VIEWS_MAX];
};

static enum status prepare(struct bench *b, const char *sheet, const char *types)
{
	struct buf bytes;
	enum status st = types_load(&b->types, types, NULL);

	buf_init(&bytes, SHEET_MAX_BYTES);
	if (!st)
		st = print_style_load(&b->style, "themes/standard", NULL);
	if (!st)
		st = print_fonts_open(&b->fonts, b->style);
	if (!st)
		st = file_read(sheet, &bytes);
	if (!st)
		st = sheet_parse(&b->sheet, sheet, buf_span(&bytes), b->types, NULL);
	if (!st)
		st = redact_for(&b->view, b->sheet,
				&(struct reader){.role = ROLE_SCHOOL, .relation = REL_OWN});
	for (size_t i = 0; i < VIEWS_MAX; i++) {
		b->views[i] = b->view;
		b->versions[i] = SPAN("3（a1b2c3d）");
	}
	buf_clear(&bytes);
	return st;
}

/* Prints n times the sheet; the median's milliseconds a page into *each. */
static enum status measure(const struct bench *b, size_t n, const struct page_ranges *only,
			   double *whole, double *each)
{
	const struct print_job job = {
	    .views = b->views,
	    .nviews = n,
	    .child_name = SPAN("𠮷田 花子"),
	    .child_kana = SPAN("よしだ はなこ"),
	    .born = {2017, 6, 3},
	    .made_for = SPAN("保護者 𠮷田 美咲"),
	    .versions = b->versions,
	    .checkpoint = SPAN("18204 4bf1 9c02 77aa"),
	    .verify_url = SPAN("https://vault.example.jp/verify/9f2c41d0a7b35e18"),
	    .at = 1779600000,
	    .only = only,
	};
	struct print_report report = {.pages = 0};
	double ms[TIMES];
	struct buf out;
	enum status st = ST_OK;

	buf_init(&out, 256 * 1024 * 1024);
	for (int i = 0; i < TIMES && !st; i++) {
		buf_cut(&out, 0);
		ms[i] = now_ms();
		st = print_pdf(b->style, b->fonts, &job, &out, &report);
		ms[i] = now_ms() - ms[i];
	}
	if (!st) {
		qsort(ms, TIMES, sizeof *ms, by_value);
		*whole = ms[TIMES / 2];
		*each = *whole / (double)report.printed;
		printf("%4zu of %4zu pages: %8.1f ms, %6.3f ms and %6.0f bytes a page\n",
		       report.printed, report.pages, *whole, *each,
		       (double)out.len / (double)report.printed);
	}
	buf_clear(&out);
	return st;
}

int main(int argc, char **argv)
{
	static const size_t sizes[] = {1, 10, 60, 125, 250, 500};
	struct page_ranges few;
	struct bench b = {.types = NULL};
	double whole, each, least = 1e9, most = 0, sixty = 0;
	enum status st = prepare(&b, argc > 1 ? argv[1] : "tests/bench/page.md",
				 argc > 2 ? argv[2] : "tests/print/types");

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes && !st; i++) {
		st = measure(&b, sizes[i], NULL, &whole, &each);
		if (sizes[i] == 60)
			sixty = whole;
		if (each < least)
			least = each;
		if (each > most && sizes[i] > 1)
			most = each;
	}
	if (!st && page_ranges_parse(SPAN("2-3,499"), &few))
		st = measure(&b, VIEWS_MAX, &few, &whole, &each);
	if (st)
		fprintf(stderr, "pages: %s\n", fail_why());
	else
		printf("60 pages in %.0f ms (under 150), the dearest page of a long document costs "
		       "%.2f of the cheapest\n",
		       sixty, most / least);
	view_free(b.view);
	sheet_free(b.sheet);
	fonts_free(b.fonts);
	print_style_free(b.style);
	types_free(b.types);
	return st ? 1 : 0;
}

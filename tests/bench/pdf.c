/*
 * How long one page takes as PDF, warm, and how many bytes it has; beside it, in the same run, the
 * same words by libharu's own text functions.  Run from the root of the repository.
 *
 *   usage: pdf [REPEATS [SHEET [TYPES [ROLE]]]]
 */
#include "generator/base/file.h"
#include "generator/base/utf8.h"
#include "generator/render/print.h"

#include <hpdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Time of the processor, so that other work on the machine does not count. */
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

static void say(const char *what, double *ms, size_t n, size_t bytes)
{
	qsort(ms, n, sizeof *ms, by_value);
	printf("%-24s median %7.2f ms, slowest %7.2f ms, %7zu bytes\n", what, ms[n / 2], ms[n - 1],
	       bytes);
}

static void stop(HPDF_STATUS error, HPDF_STATUS detail, void *data)
{
	(void)data;
	fprintf(stderr, "libharu: %lx %lx\n", error, detail);
	exit(1);
}

/* Lines of forty characters, as a caller of HPDF_Page_ShowTextNextLine would make them. */
static void show_lines(HPDF_Page page, struct span text)
{
	char line[200];
	size_t n = 0, letters = 0;

	while (text.n) {
		struct span one = text;
		uint32_t cp = utf8_next(&text);

		one.n -= text.n;
		if (cp >= ' ')
			memcpy(line + n, one.p, one.n);
		n += cp >= ' ' ? one.n : 0;
		if (++letters == 40 || cp == '\n' || text.n == 0) {
			line[n] = '\0';
			HPDF_Page_ShowTextNextLine(page, line);
			n = letters = 0;
		}
	}
}

static size_t obvious(struct span text)
{
	static const char file[] =
	    "/usr/share/fonts/truetype/bizud-mincho/BIZUDPMincho-Regular.ttf";
	HPDF_Doc doc = HPDF_New(stop, NULL);
	HPDF_Page page;
	size_t size;

	HPDF_UseUTFEncodings(doc);
	HPDF_SetCompressionMode(doc, HPDF_COMP_ALL);
	page = HPDF_AddPage(doc);
	HPDF_Page_SetSize(page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
	HPDF_Page_SetFontAndSize(
	    page, HPDF_GetFont(doc, HPDF_LoadTTFontFromFile(doc, file, HPDF_TRUE), "UTF-8"), 11);
	HPDF_Page_BeginText(page);
	HPDF_Page_SetTextLeading(page, 17);
	HPDF_Page_MoveTextPos(page, 60, 780);
	show_lines(page, text);
	HPDF_Page_EndText(page);
	HPDF_SaveToStream(doc);
	size = HPDF_GetStreamSize(doc);
	HPDF_Free(doc);
	return size;
}

struct bench {
	struct types *types;
	struct print_style *style;
	struct fonts *fonts;
	struct sheet *sheet;
	struct view *view;
	struct buf bytes, out, plain;
};

static enum status prepare(struct bench *b, const char *sheet, const char *types, enum role role)
{
	enum status st = types_load(&b->types, types, NULL);

	buf_init(&b->bytes, SHEET_MAX_BYTES);
	buf_init(&b->out, 64 * 1024 * 1024);
	buf_init(&b->plain, SHEET_MAX_BYTES);
	if (!st)
		st = print_style_load(&b->style, "themes/standard", NULL);
	if (!st)
		st = print_fonts_open(&b->fonts, b->style);
	if (!st)
		st = file_read(sheet, &b->bytes);
	if (!st)
		st = sheet_parse(&b->sheet, sheet, buf_span(&b->bytes), b->types, NULL);
	if (!st)
		st = redact_for(&b->view, b->sheet,
				&(struct reader){.role = role, .relation = REL_OWN});
	if (!st)
		view_plain(b->view, &b->plain);
	return st ? st : b->plain.st;
}

static void finish(struct bench *b)
{
	view_free(b->view);
	sheet_free(b->sheet);
	fonts_free(b->fonts);
	print_style_free(b->style);
	types_free(b->types);
	buf_clear(&b->bytes);
	buf_clear(&b->out);
	buf_clear(&b->plain);
}

static enum status measure(struct bench *b, size_t n, double *ms)
{
	struct print_job job = {
	    .views = (const struct view *const *)&b->view,
	    .nviews = 1,
	    .child_name = SPAN("𠮷田 花子"),
	    .child_kana = SPAN("よしだ はなこ"),
	    .born = {2017, 6, 3},
	    .made_for = SPAN("保護者 𠮷田 美咲"),
	    .version = SPAN("3（a1b2c3d）"),
	    .checkpoint = SPAN("vault.example.jp 18204 Kq7dX2"),
	    .verify_url = SPAN("https://vault.example.jp/verify/9f2c41d0a7b35e18"),
	    .at = 1779600000,
	};
	struct print_report report = {0};
	enum status st = print_pdf(b->style, b->fonts, &job, &b->out, &report);
	size_t bytes = b->out.len;

	for (size_t i = 0; i < n && !st; i++) {
		buf_cut(&b->out, 0);
		ms[i] = now_ms();
		st = print_pdf(b->style, b->fonts, &job, &b->out, &report);
		ms[i] = now_ms() - ms[i];
	}
	printf("%zu page(s), %zu characters\n", report.pages, utf8_count(buf_span(&b->plain)));
	say("print_pdf", ms, n, bytes);
	return st;
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? (size_t)atoi(argv[1]) : 200, few = n / 20 + 1, bytes = 0;
	double *ms = calloc(n + 1, sizeof *ms), ours;
	struct bench b = {0};
	enum status st = ST_NOMEM;

	if (!ms || n == 0)
		return 1;
	st = prepare(&b, argc > 2 ? argv[2] : "tests/bench/page.md",
		     argc > 3 ? argv[3] : "tests/print/types",
		     argc > 4 ? role_find(span_of(argv[4])) : ROLE_SCHOOL);
	if (!st)
		st = measure(&b, n, ms);
	if (st) {
		fprintf(stderr, "pdf: %s\n", fail_why());
	} else {
		ours = ms[n / 2];
		for (size_t i = 0; i < few; i++) {
			ms[i] = now_ms();
			bytes = obvious(buf_span(&b.plain));
			ms[i] = now_ms() - ms[i];
		}
		say("libharu's own way", ms, few, bytes);
		printf("ratio %.1f\n", ms[few / 2] / ours);
	}
	finish(&b);
	free(ms);
	return st ? 1 : 0;
}

/* What the tests of paper share: a style, fonts, types, and views of small sheets. */
#ifndef KARTE_TESTS_PRINT_SAMPLE_H
#define KARTE_TESTS_PRINT_SAMPLE_H

#include "generator/base/file.h"
#include "generator/render/fonts.h"
#include "generator/render/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define MINCHO "/usr/share/fonts/truetype/bizud-mincho/BIZUDPMincho-Regular.ttf"
#define GOTHIC "/usr/share/fonts/truetype/bizud-gothic/BIZUDPGothic-Regular.ttf"
#define IPAMJ "/usr/share/fonts/truetype/ipamj/ipamjm.ttf"

struct sample {
	struct print_style *style;
	struct fonts *fonts;
	struct types *types;
};

static inline int sample_open(void **state)
{
	struct sample *s = calloc(1, sizeof *s);

	assert_non_null(s);
	assert_int_equal(print_style_load(&s->style, "themes/standard", NULL), ST_OK);
	assert_int_equal(print_fonts_open(&s->fonts, s->style), ST_OK);
	assert_int_equal(types_load(&s->types, "tests/print/types", NULL), ST_OK);
	*state = s;
	return 0;
}

static inline int sample_close(void **state)
{
	struct sample *s = *state;

	types_free(s->types);
	fonts_free(s->fonts);
	print_style_free(s->style);
	free(s);
	return 0;
}

/* The view of a sheet's bytes for the school that wrote it; ends the test if there is none. */
static inline struct view *sample_view(const struct sample *s, struct span bytes)
{
	struct problems ps;
	struct sheet *sheet = NULL;
	struct view *view = NULL;
	struct buf said;

	problems_init(&ps);
	buf_init(&said, 65536);
	if (sheet_parse(&sheet, "sample.md", bytes, s->types, &ps)) {
		problems_print(&ps, &said);
		fail_msg("%s", buf_str(&said));
	}
	assert_int_equal(
	    redact_for(&view, sheet, &(struct reader){.role = ROLE_SCHOOL, .relation = REL_OWN}),
	    ST_OK);
	sheet_free(sheet);
	buf_clear(&said);
	problems_clear(&ps);
	return view;
}

static inline struct view *sample_file(const struct sample *s, const char *path)
{
	struct buf b;
	struct view *v;

	buf_init(&b, SHEET_MAX_BYTES);
	assert_int_equal(file_read(path, &b), ST_OK);
	v = sample_view(s, buf_span(&b));
	buf_clear(&b);
	return v;
}

/* A final sheet whose first prose field is the text. */
static inline struct view *sample_prose(const struct sample *s, struct span text)
{
	struct buf b;
	struct view *v;

	buf_init(&b, SHEET_MAX_BYTES);
	buf_adds(&b,
		 "---\nkarte: 1\ntype: paper\ntype-version: 1\nid: \"1\"\nchild: c7k3m9q2v4\n"
		 "title: 見本\ninstitution: kudan-es\nstatus: final\nvalues:\n  on: 2026-05-12\n"
		 "---\n\n## ようす\n\n### 得意なこと・好きなこと\n\n");
	buf_addspan(&b, text);
	buf_adds(&b, "\n");
	v = sample_view(s, buf_span(&b));
	buf_clear(&b);
	return v;
}

static inline struct span sample_institution(void *ctx, struct span id)
{
	(void)ctx;
	return span_is(id, "kudan-es") ? SPAN("見本区立九段小学校") : SPAN_NONE;
}

static const struct render_names sample_names = {.institution = sample_institution};

static inline struct print_job sample_job(const struct view *const *views, size_t n)
{
	return (struct print_job){
	    .views = views,
	    .nviews = n,
	    .child_name = SPAN("𠮷田 花子"),
	    .child_kana = SPAN("よしだ はなこ"),
	    .born = {2017, 6, 3},
	    .made_for = SPAN("保護者 𠮷田 美咲"),
	    .version = SPAN("3（a1b2c3d）"),
	    .checkpoint = SPAN("vault.example.jp 18204 Kq7dX2"),
	    .verify_url = SPAN("https://vault.example.jp/verify/9f2c41d0a7b35e18"),
	    .at = 1779600000, /* 2026-05-24, 14:20 in Japan */
	    .names = &sample_names,
	};
}

/* The pages as text with nominal widths; the caller clears out. */
static inline void sample_text(const struct sample *s, const struct print_job *job, struct buf *out,
			       struct print_report *report)
{
	buf_init(out, 64 * 1024 * 1024);
	assert_int_equal(print_text(s->style, NULL, job, out, report), ST_OK);
}

/* Runs a command and returns what it prints on both channels; the caller frees it. */
static inline char *sample_run(const char *command, int *exit_code)
{
	FILE *p = popen(command, "r");
	char block[4096];
	struct buf b;
	size_t n;
	int rc;

	assert_non_null(p);
	buf_init(&b, 64 * 1024 * 1024);
	while ((n = fread(block, 1, sizeof block, p)) > 0)
		buf_add(&b, block, n);
	rc = pclose(p);
	if (exit_code)
		*exit_code = rc;
	return buf_detach(&b, NULL);
}

#endif

/* Sheets of the type tests/render/types/probe, as views, for the tests of the renderers. */
#ifndef KARTE_TEST_RENDER_FIXTURE_H
#define KARTE_TEST_RENDER_FIXTURE_H

#include "generator/base/file.h"
#include "generator/render/html.h"
#include "generator/role/redact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct types *probe_types;

static inline int load_types(void **state)
{
	(void)state;
	return types_load(&probe_types, "tests/render/types", NULL);
}

static inline int free_types(void **state)
{
	(void)state;
	types_free(probe_types);
	return 0;
}

static inline void read_probe(struct buf *out)
{
	buf_init(out, 1 << 20);
	assert_int_equal(file_read("tests/render/probe.md", out), ST_OK);
}

static inline struct sheet *parse_probe(struct span text)
{
	struct problems ps;
	struct sheet *s = NULL;

	problems_init(&ps);
	if (sheet_parse(&s, "probe.md", text, probe_types, &ps)) {
		struct buf out;

		buf_init(&out, 10000);
		problems_print(&ps, &out);
		fail_msg("%s", buf_str(&out));
	}
	problems_clear(&ps);
	return s;
}

/* The probe with one text replaced by another, if from is not NULL. */
static inline struct sheet *probe_sheet(const char *from, const char *to)
{
	struct buf text, changed;
	struct sheet *s;
	long at;

	read_probe(&text);
	buf_init(&changed, 1 << 20);
	at = from ? span_find(buf_span(&text), span_of(from)) : 0;
	assert_true(at >= 0);
	buf_add(&changed, text.data, (size_t)at);
	buf_adds(&changed, from ? to : "");
	buf_adds(&changed, text.data + at + (from ? strlen(from) : 0));
	s = parse_probe(buf_span(&changed));
	buf_clear(&text);
	buf_clear(&changed);
	return s;
}

static inline struct view *view_as(const struct sheet *s, enum role role)
{
	struct view *v = NULL;

	assert_int_equal(redact_for(&v, s, &(struct reader){.role = role, .relation = REL_OWN}),
			 ST_OK);
	return v;
}

/* The same for whom these words are withheld. */
static inline struct view *view_without(const struct sheet *s, enum role role,
					const struct span *words, size_t n)
{
	struct reader who = {.role = role, .relation = REL_OWN, .words = words, .nwords = n};
	struct view *v = NULL;

	assert_int_equal(redact_for(&v, s, &who), ST_OK);
	return v;
}

static inline struct view *probe_view(enum role role, const char *from, const char *to)
{
	struct sheet *s = probe_sheet(from, to);
	struct view *v = view_as(s, role);

	sheet_free(s);
	return v;
}

/* An empty sheet of the type. */
static inline struct view *empty_view(enum role role)
{
	struct sheet *s = NULL;
	struct view *v;

	assert_int_equal(sheet_new(&s, types_find(probe_types, SPAN("probe"), 0), SPAN("2026"),
				   SPAN("c7k3m9q2v4"), SPAN("kudan-es"), NULL),
			 ST_OK);
	v = view_as(s, role);
	sheet_free(s);
	return v;
}

/*
 * Compares with a file of tests/render.  With KARTE_TEST_UPDATE set it writes the file instead, to
 * be read before it is committed.
 */
static inline void expect_file(struct html *h, const char *name)
{
	char path[100];
	struct buf want;

	snprintf(path, sizeof(path), "tests/render/%s", name);
	assert_int_equal(html_end(h), ST_OK);
	if (getenv("KARTE_TEST_UPDATE"))
		assert_int_equal(file_write_fast(path, buf_span(h->out), 0644), ST_OK);
	buf_init(&want, 1 << 20);
	assert_int_equal(file_read(path, &want), ST_OK);
	if (strcmp(buf_str(h->out), buf_str(&want)) != 0)
		print_error("differs from %s\n", path);
	assert_string_equal(buf_str(h->out), buf_str(&want));
	buf_clear(&want);
	buf_clear(h->out);
}

static inline bool has(const struct buf *b, const char *text)
{
	return span_find(buf_span(b), span_of(text)) >= 0;
}

#endif

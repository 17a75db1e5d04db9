/*
 * Any bytes as a template that includes itself: parsing ends, rendering ends, the same input gives
 * the same output, and in strict mode no markup of the data ever comes out as markup.
 */
#include "generator/render/mustache.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MARK "<danger>"

static void must(bool truth)
{
	if (!truth)
		abort();
}

static const struct mustache *itself(const void *ctx, struct span name)
{
	return name.n == 1 ? ctx : NULL;
}

static struct data *make_data(struct arena *a)
{
	struct data *d = data_new(a), *list = data_list(d, "l"), *map = data_map(d, "m");

	data_texts(d, "a", MARK);
	data_texts(d, "b", "\"'&" MARK);
	data_flag(d, "t", true);
	data_flag(d, "f", false);
	data_texts(map, "a", "inner " MARK);
	data_texts(data_map(map, "m"), "c", MARK);
	for (int i = 0; i < 3; i++) {
		data_texts(data_add_map(list), "a", MARK);
		data_add_text(list, SPAN(MARK));
	}
	return d;
}

static enum status render(const struct mustache *m, const struct data *d, struct buf *out)
{
	struct mustache_env env = {.find = itself, .ctx = m};

	buf_init(out, 64 * 1024);
	return mustache_render(m, d, &env, out);
}

static void check_template(const struct mustache *m, bool no_mark)
{
	struct arena *a = arena_new(1 << 16);
	struct data *d = make_data(a);
	struct buf first, second;
	enum status st = render(m, d, &first);

	must(st == ST_OK || st == ST_TOOBIG);
	must(render(m, d, &second) == st);
	must(span_eq(buf_span(&first), buf_span(&second)));
	if (no_mark)
		must(span_find(buf_span(&first), SPAN(MARK)) < 0);
	for (size_t i = 0; i < mustache_uses(m); i++)
		must(mustache_use(m, i).line > 0 && mustache_use(m, i).col > 0);
	buf_clear(&first);
	buf_clear(&second);
	arena_free(a);
}

static void check(struct span text, bool strict)
{
	struct problems ps;
	struct mustache *m = NULL;
	enum status st;

	problems_init(&ps);
	st = mustache_parse(&m, "fuzz", text, strict, &ps);
	must((st == ST_OK) == (m != NULL));
	must((st == ST_INVALID) == (ps.errors > 0));
	if (m)
		/* A template may spell the mark itself, piece by piece, only with a < of its own.
		 */
		check_template(m, strict && span_find(text, SPAN("<")) < 0);
	mustache_free(m);
	problems_clear(&ps);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_make((const char *)data, size);

	check(text, true);
	check(text, false);
	return 0;
}

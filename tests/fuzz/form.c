/*
 * Any bytes as a form: what is read is UTF-8 without NUL and carriage returns, has names, and,
 * written again, is read as the same.
 */
#include "vault/http/form.h"
#include "generator/base/utf8.h"
#include "vault/http/percent.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_text(struct span s)
{
	must(s.p && s.p[s.n] == '\0' && utf8_check(s) == s.n);
	must(s.n == 0 || !memchr(s.p, '\r', s.n));
}

static void write_again(const struct form *f, struct buf *out)
{
	for (size_t i = 0; i < f->count; i++) {
		percent_encode(out, f->pairs[i].name);
		buf_addc(out, '=');
		percent_encode(out, f->pairs[i].value);
		buf_addc(out, '&');
	}
}

static void check_same(const struct form *a, const struct form *b)
{
	must(a->count == b->count);
	for (size_t i = 0; i < a->count; i++)
		must(span_eq(a->pairs[i].name, b->pairs[i].name) &&
		     span_eq(a->pairs[i].value, b->pairs[i].value));
}

static void check(const struct form *f, struct arena *a)
{
	struct form again;
	struct buf out;

	for (size_t i = 0; i < f->count; i++) {
		check_text(f->pairs[i].name);
		check_text(f->pairs[i].value);
		must(f->pairs[i].name.n > 0);
	}
	buf_init(&out, FORM_BYTES_MAX);
	write_again(f, &out);
	if (!out.st) {
		must(form_parse(&again, buf_span(&out), a) == ST_OK);
		check_same(f, &again);
	}
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(16 * 1024 * 1024);
	struct form f;
	enum status st = form_parse(&f, span_make((const char *)data, size), a);

	must(st == ST_OK || st == ST_INVALID || st == ST_TOOBIG);
	must(st == ST_OK || f.count == 0);
	if (!st)
		check(&f, a);
	arena_free(a);
	return 0;
}

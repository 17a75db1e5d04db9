/*
 * A first line as a content type and the rest as its body: what is read has names, its fields are
 * text and its files lie in the body; written again, it is read as the same.
 */
#include "vault/http/multipart.h"
#include "generator/base/buf.h"
#include "generator/base/utf8.h"

#include <stdint.h>
#include <stdlib.h>

#define AGAIN "again-0123456789"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_name(struct span s)
{
	must(utf8_check(s) == s.n);
	for (size_t i = 0; i < s.n; i++)
		must((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f);
}

static void check_parts(const struct multipart *m, const struct form *form, struct span body)
{
	size_t fields = 0;

	must(m->count <= MULTIPART_PARTS_MAX);
	for (size_t i = 0; i < m->count; i++) {
		const struct part *p = &m->parts[i];

		must(p->name.n > 0);
		check_name(p->name);
		check_name(p->filename);
		if (p->filename.p) {
			must(p->bytes.p > body.p && p->bytes.p + p->bytes.n < body.p + body.n);
			continue;
		}
		must(utf8_check(p->bytes) == p->bytes.n && p->bytes.p[p->bytes.n] == '\0');
		must(p->bytes.n == 0 || !memchr(p->bytes.p, '\r', p->bytes.n));
		must(fields < form->count && span_eq(form->pairs[fields].name, p->name) &&
		     span_eq(form->pairs[fields].value, p->bytes));
		fields++;
	}
	must(fields == form->count);
}

static void put_quoted(struct buf *out, const char *name, struct span s)
{
	buf_addf(out, "; %s=\"", name);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_addc(out, '\\');
		buf_addc(out, s.p[i]);
	}
	buf_addc(out, '"');
}

static void write_again(const struct multipart *m, struct buf *out)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct part *p = &m->parts[i];

		buf_adds(out, "--" AGAIN "\r\nContent-Disposition: form-data");
		put_quoted(out, "name", p->name);
		if (p->filename.p)
			put_quoted(out, "filename", p->filename);
		buf_adds(out, "\r\n\r\n");
		buf_addspan(out, p->bytes);
		buf_adds(out, "\r\n");
	}
	buf_adds(out, "--" AGAIN "--\r\n");
}

static void check_same(const struct multipart *a, const struct multipart *b)
{
	must(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		must(span_eq(a->parts[i].name, b->parts[i].name) &&
		     span_eq(a->parts[i].bytes, b->parts[i].bytes));
		must(!a->parts[i].filename.p == !b->parts[i].filename.p &&
		     span_eq(a->parts[i].filename, b->parts[i].filename));
	}
}

static void check_again(const struct multipart *m, struct arena *a)
{
	struct multipart again;
	struct form form;
	struct buf out;

	buf_init(&out, 8 * 1024 * 1024);
	write_again(m, &out);
	if (!out.st) {
		enum status st = multipart_parse(
		    &again, &form, SPAN("multipart/form-data; boundary=" AGAIN), buf_span(&out), a);

		/* Escaped, a head may have grown over its limit. */
		must(st == ST_OK || st == ST_TOOBIG);
		if (!st)
			check_same(m, &again);
	}
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = span_make((const char *)data, size);
	struct span all = body, type = span_cut(&body, '\n');
	struct arena *a = arena_new(32 * 1024 * 1024);
	struct multipart m;
	struct form form;
	enum status st = multipart_parse(&m, &form, type, body, a);

	must(st == ST_OK || st == ST_INVALID || st == ST_TOOBIG);
	must(st == ST_OK || (m.count == 0 && form.count == 0));
	if (!st)
		check_parts(&m, &form, body);
	if (!st && span_find(all, SPAN(AGAIN)) < 0)
		check_again(&m, a);
	arena_free(a);
	return 0;
}

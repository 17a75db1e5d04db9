#include "generator/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void release(struct buf *b)
{
	if (b->data && b->secret)
		explicit_bzero(b->data, b->cap);
	free(b->data);
	b->data = NULL;
	b->len = b->cap = 0;
}

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_init_secret(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max, .secret = true};
}

void buf_clear(struct buf *b)
{
	if (!b)
		return;
	release(b);
	b->st = ST_OK;
}

void buf_cut(struct buf *b, size_t n)
{
	if (n >= b->len)
		return;
	b->len = n;
	b->data[n] = '\0';
}

static void give_up(struct buf *b, enum status st)
{
	release(b);
	b->st = st;
}

/* realloc would leave the old bytes of a secret behind: copy by hand. */
static char *enlarge(struct buf *b, size_t cap)
{
	char *p;

	if (!b->secret)
		return realloc(b->data, cap);
	p = malloc(cap);
	if (p && b->data) {
		memcpy(p, b->data, b->len + 1);
		explicit_bzero(b->data, b->cap);
		free(b->data);
	}
	return p;
}

static bool reserve(struct buf *b, size_t n)
{
	size_t cap;
	char *p;

	if (b->st)
		return false;
	if (n > b->max || b->len > b->max - n) {
		give_up(b, fail(ST_TOOBIG, "more than %zu bytes", b->max));
		return false;
	}
	if (b->data && b->len + n < b->cap)
		return true;
	cap = b->cap < 64 ? 64 : b->cap;
	while (cap <= b->len + n)
		cap = cap > b->max / 2 ? b->max + 1 : cap * 2;
	p = enlarge(b, cap);
	if (!p) {
		give_up(b, fail(ST_NOMEM, "no memory for %zu bytes", cap));
		return false;
	}
	b->data = p;
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	if (!reserve(b, n))
		return;
	if (n)
		memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_adds(struct buf *b, const char *str)
{
	buf_add(b, str, strlen(str));
}

void buf_addspan(struct buf *b, struct span s)
{
	buf_add(b, s.p, s.n);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !reserve(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void buf_addhex(struct buf *b, const void *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *u = p;

	for (size_t i = 0; i < n; i++) {
		buf_addc(b, digits[u[i] >> 4]);
		buf_addc(b, digits[u[i] & 15]);
	}
}

const char *buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}

struct span buf_span(const struct buf *b)
{
	return span_make(buf_str(b), b->len);
}

char *buf_detach(struct buf *b, size_t *len)
{
	char *p;

	if (len)
		*len = 0;
	if (!reserve(b, 0))
		return NULL;
	b->data[b->len] = '\0';
	if (len)
		*len = b->len;
	p = b->data;
	b->data = NULL;
	b->len = b->cap = 0;
	return p;
}

/*
 * A first byte as the size of pieces, a first line as a content type and the rest as its body: read
 * while it arrives it is what multipart_parse() reads, field by field and file by file.
 */
#include "vault/http/arrival.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_file(const struct arrived *f, struct span bytes, size_t most)
{
	char sha[SHA256_HEX], *now;
	struct stat sb;

	must(f->bytes == bytes.n && f->toobig == (bytes.n > most && f->fd < 0));
	if (f->fd < 0)
		return;
	sha256_hex(bytes, sha);
	must(strcmp(sha, f->sha256) == 0);
	must(fstat(f->fd, &sb) == 0 && (size_t)sb.st_size == bytes.n);
	now = malloc(bytes.n + 1);
	must(now && pread(f->fd, now, bytes.n, 0) == (ssize_t)bytes.n);
	must(bytes.n == 0 || memcmp(now, bytes.p, bytes.n) == 0);
	free(now);
}

static void check_same(const struct multipart *a, const struct multipart *b, const struct form *fa,
		       const struct form *fb, size_t most)
{
	must(a->count == b->count && fa->count == fb->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct part *x = &a->parts[i], *y = &b->parts[i];

		must(span_eq(x->name, y->name) && span_eq(x->filename, y->filename));
		must((x->filename.p == NULL) == (y->filename.p == NULL));
		if (x->filename.n)
			check_file(y->file, x->bytes, most);
		else if (!x->filename.p)
			must(span_eq(x->bytes, y->bytes));
	}
	for (size_t i = 0; i < fa->count; i++)
		must(span_eq(fa->pairs[i].name, fb->pairs[i].name) &&
		     span_eq(fa->pairs[i].value, fb->pairs[i].value));
}

static void read_both(struct span type, struct span body, size_t piece)
{
	enum { FILE_MAX = 1000 };
	const char *tmp = getenv("TMPDIR");
	struct arrival_limits limits = {tmp ? tmp : "/tmp", FILE_MAX};
	struct arena *arena = arena_new(16 * 1024 * 1024);
	struct multipart whole, came;
	struct form form, came_form;
	struct arrival *a = NULL;
	enum status st, arrived;

	must(arena != NULL);
	st = multipart_parse(&whole, &form, type, body, arena);
	arrived = arrival_new(&a, limits, type);
	for (size_t at = 0; !arrived && at < body.n; at += piece)
		arrival_add(a, span_make(body.p + at, body.n - at < piece ? body.n - at : piece));
	if (!arrived)
		arrived = arrival_end(a, &came, &came_form);
	must((st == ST_OK) == (arrived == ST_OK));
	if (!st)
		check_same(&whole, &came, &form, &came_form, FILE_MAX);
	arrival_free(a);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body, type;

	if (size < 2)
		return 0;
	body = span_make((const char *)data + 1, size - 1);
	type = span_cut(&body, '\n');
	read_both(type, body, data[0] ? data[0] : 65536);
	return 0;
}

/*
 * Any bytes as the path of a request: what is accepted is UTF-8 that begins with "/", cannot climb,
 * and, encoded again segment by segment, is accepted as the same.  It also walks the patterns.
 */
#include "generator/base/utf8.h"
#include "vault/http/percent.h"
#include "vault/http/request.h"
#include "vault/http/route.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_bytes(struct span path)
{
	must(path.n > 0 && path.p[0] == '/' && utf8_check(path) == path.n);
	must(span_find(path, SPAN("//")) < 0 && span_find(path, SPAN("/../")) < 0);
	must(span_find(path, SPAN("/./")) < 0 && !span_ends(path, SPAN("/..")));
	for (size_t i = 0; i < path.n; i++)
		must((unsigned char)path.p[i] >= 0x20 && path.p[i] != '\\');
}

static void check_again(struct span path)
{
	struct span rest = span_make(path.p + 1, path.n - 1);
	struct buf raw, out;

	buf_init(&raw, 4096);
	buf_init(&out, 4096);
	while (rest.p) {
		buf_addc(&raw, '/');
		percent_encode(&raw, span_cut(&rest, '/'));
	}
	if (!raw.st) {
		must(request_path(&out, buf_span(&raw)) == ST_OK);
		must(span_eq(buf_span(&out), path));
	}
	buf_clear(&raw);
	buf_clear(&out);
}

static void check_routes(struct span path)
{
	static const char *const patterns[] = {"/", "/:a", "/:a.pdf", "/children/:c/sheets/:t/:i",
					       "/x/*rest"};
	struct params p;

	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
		if (route_match(patterns[i], path, &p))
			for (size_t k = 0; k < p.count; k++)
				must(p.p[k].value.n > 0 && p.p[k].value.p > path.p &&
				     p.p[k].value.p + p.p[k].value.n <= path.p + path.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out;
	enum status st;

	buf_init(&out, 4096);
	st = request_path(&out, span_make((const char *)data, size));
	must(st == ST_OK || st == ST_INVALID || st == ST_TOOBIG);
	if (!st) {
		check_bytes(buf_span(&out));
		check_again(buf_span(&out));
		check_routes(buf_span(&out));
	}
	buf_clear(&out);
	return 0;
}

/*
 * Any bytes as a Cookie header: what is found stands in it exactly once as "name=value", in the
 * characters of a cookie.
 */
#include "vault/http/request.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check(const struct request *req, const char *name)
{
	struct span v;

	if (!request_cookie(req, name, &v)) {
		must(v.p == NULL);
		return;
	}
	must(v.p > req->cookie.p && v.p + v.n <= req->cookie.p + req->cookie.n);
	must(v.p[-1] == '=');
	must(span_eq(span_make(v.p - 1 - strlen(name), strlen(name)), span_of(name)));
	for (size_t i = 0; i < v.n; i++)
		must(v.p[i] > 0x20 && v.p[i] < 0x7f && !strchr("\",;\\", v.p[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request req = {.cookie = span_make((const char *)data, size)};

	check(&req, "__Host-session");
	check(&req, "a");
	return 0;
}

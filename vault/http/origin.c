#include "vault/http/origin.h"

#include <strings.h>

static bool is_own(struct span origin, struct span host)
{
	const struct span scheme = SPAN("https://");

	return span_starts(origin, scheme) && origin.n == scheme.n + host.n &&
	       strncasecmp(origin.p + scheme.n, host.p, host.n) == 0;
}

bool origin_same(const struct request *req)
{
	if (req->method != M_POST || req->host.n == 0)
		return false;
	if (!req->origin.p && !req->sec_fetch_site.p)
		return false;
	if (req->sec_fetch_site.p && !span_is(req->sec_fetch_site, "same-origin"))
		return false;
	/* Under our Referrer-Policy browsers send "Origin: null" with our own forms too; then
	   Sec-Fetch-Site, which no page can set, must say so. */
	if (req->origin.p && span_is(req->origin, "null"))
		return req->sec_fetch_site.p != NULL;
	return !req->origin.p || is_own(req->origin, req->host);
}

/* The head of a request, with proof that nothing was skipped or cut otherwise. */
#include "vault/http/mhd_impl.h"

#include "vault/http/forwarded.h"

#include <netdb.h>

/*
 * libmicrohttpd cuts lines where they lie in its buffer and tells neither which bytes ended them
 * nor what it skipped.  But each part is handed out where it was read, so the gaps between them
 * show it: two bytes between a value and the next name are CRLF; one is a bare LF; more hide a
 * NUL; a continued line was moved elsewhere.
 */
static enum MHD_Result read_header(void *cls, enum MHD_ValueKind kind, const char *name,
				   size_t name_len, const char *value, size_t value_len)
{
	struct mhd_reading *r = cls;

	(void)kind;
	if (r->count > GATE_HEADERS_MAX)
		return MHD_NO;
	r->pairs[r->count++] =
	    (struct pair){span_make(name, name_len), span_make(value ? value : "", value_len)};
	r->exact = r->exact && value && (uintptr_t)name == r->at &&
		   (uintptr_t)value > (uintptr_t)name + name_len;
	r->at = (uintptr_t)value + value_len + 2;
	return MHD_YES;
}

void mhd_read_head(struct gate_head *h, struct mhd_reading *r, const struct server *s,
		   struct MHD_Connection *c, const struct exchange *x, const char *method,
		   const char *version)
{
	const union MHD_ConnectionInfo *size =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	*h = (struct gate_head){
	    .method = span_of(method),
	    .target = span_make(x->target, x->target_len),
	    .version = span_of(version),
	    .bytes = size ? size->header_size : GATE_BYTES_MAX + 1,
	};
	r->count = 0;
	r->at = (uintptr_t)version + h->version.n + 2;
	r->exact = (uintptr_t)version == (uintptr_t)method + h->method.n + h->target.n + 2;
	MHD_get_connection_values_n(c, MHD_HEADER_KIND, read_header, r);
	h->headers = r->pairs;
	h->count = r->count;
	h->exact = !s->exact || (r->exact && r->at + 2 - (uintptr_t)method == h->bytes);
}

void mhd_name_peer(struct exchange *x, const struct server *s, struct MHD_Connection *c,
		   const struct gate_head *h)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	char other_end[INET6_ADDRSTRLEN];
	socklen_t len = !info					   ? 0
			: info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
								   : sizeof(struct sockaddr_in);

	if (!info || getnameinfo(info->client_addr, len, other_end, sizeof other_end, NULL, 0,
				 NI_NUMERICHOST) != 0)
		other_end[0] = '\0';
	forwarded_peer(x->peer, other_end, h->headers, h->count, &s->proxies);
	x->req.peer = x->peer;
}

/* Answers as libmicrohttpd wants them. */
#include "vault/http/mhd_impl.h"

#include "vault/http/headers.h"
#include "vault/http/plain.h"

#include <stdlib.h>

static bool add_headers(struct MHD_Response *r, const struct response *res, bool close)
{
	bool ok = true;

	for (size_t i = 0; i < fixed_header_count; i++) {
		bool policy = strcmp(fixed_headers[i].name, "Content-Security-Policy") == 0;
		const char *value =
		    policy && res->sandbox ? sandbox_policy : fixed_headers[i].value;

		ok = ok && MHD_add_response_header(r, fixed_headers[i].name, value) == MHD_YES;
	}
	for (size_t i = 0; i < res->header_count; i++)
		ok = ok && MHD_add_response_header(r, res->headers[i].name,
						   res->headers[i].value) == MHD_YES;
	if (res->type)
		ok = ok && MHD_add_response_header(r, "Content-Type", res->type) == MHD_YES;
	if (res->personal)
		ok = ok && MHD_add_response_header(r, "Cache-Control", "no-store") == MHD_YES;
	if (close)
		ok = ok && MHD_add_response_header(r, "Connection", "close") == MHD_YES;
	return ok;
}

/* Takes the body out of res. */
static struct MHD_Response *make(struct response *res, size_t *size)
{
	struct MHD_Response *r;
	char *body;

	if (res->fixed.p) {
		*size = res->fixed.n;
		return MHD_create_response_from_buffer(
		    res->fixed.n, (void *)(uintptr_t)res->fixed.p, MHD_RESPMEM_PERSISTENT);
	}
	if (res->fd >= 0) {
		*size = res->fd_bytes;
		r = MHD_create_response_from_fd64(res->fd_bytes, res->fd);
		res->fd = r ? -1 : res->fd;
		return r;
	}
	body = buf_detach(&res->body, size);
	if (!body)
		return NULL;
	r = MHD_create_response_from_buffer_with_free_callback(*size, body, free);
	if (!r)
		free(body);
	return r;
}

enum MHD_Result mhd_send(struct server *s, struct MHD_Connection *c, struct exchange *x,
			 struct response *res, bool close)
{
	enum MHD_Result done = MHD_NO;
	struct MHD_Response *r;
	size_t size;

	if (res->st || res->body.st || res->status < 200 || res->status > 599)
		plain_page(res, 500);
	r = make(res, &size);
	if (r && add_headers(r, res, close)) {
		watch_phase(s->watch, x->watched, WATCH_SEND, size);
		done = MHD_queue_response(c, (unsigned)res->status, r);
	}
	if (r)
		MHD_destroy_response(r);
	return done;
}

enum MHD_Result mhd_refuse(struct server *s, struct MHD_Connection *c, struct exchange *x,
			   int status)
{
	enum MHD_Result done;
	struct response res;

	response_init(&res);
	plain_page(&res, status);
	done = mhd_send(s, c, x, &res, true);
	response_clear(&res);
	return done;
}

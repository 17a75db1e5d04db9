/* The only user of libmicrohttpd. */
#include "vault/http/server_impl.h"

#include "vault/http/arrival.h"
#include "vault/http/forwarded.h"
#include "vault/http/gate.h"
#include "vault/http/headers.h"
#include "vault/http/plain.h"

#include <microhttpd.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

enum {
	STACK_BYTES = 512 * 1024,
	POOL_BYTES = 32 * 1024, /* of a connection: headers in and out, a piece of a body */
	/* A body this many times too big is still read to its end, so that the browser gets to read
	   the page that refuses it; a larger one just loses its connection. */
	PATIENCE = 8,
};

/* One request, from its first line to the end of its answer. */
struct exchange {
	struct job job; /* first: the pool hands it back */
	struct MHD_Connection *connection;
	struct watched *watched;
	enum { HEAD, DECIDING, DECIDED, BODY, WAITING, READY } state;
	char *target; /* as sent; cut when too long */
	size_t target_len;
	struct buf path, body;
	struct body_plan plan;
	long long size; /* of the body, as its head says; -1: not known */
	size_t came;	/* bytes of a body that goes to files */
	size_t dropped; /* bytes of a body that is not taken */
	char peer[INET6_ADDRSTRLEN];
	struct request req;
	struct response res;
	struct hold hold;
	struct server *server;
};

/* ---- answering ------------------------------------------------------------------------------ */

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

static enum MHD_Result send_response(struct server *s, struct MHD_Connection *c, struct exchange *x,
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

/* An answer of our own, after which the connection is closed. */
static enum MHD_Result refuse(struct server *s, struct MHD_Connection *c, struct exchange *x,
			      int status)
{
	enum MHD_Result done;
	struct response res;

	response_init(&res);
	plain_page(&res, status);
	done = send_response(s, c, x, &res, true);
	response_clear(&res);
	return done;
}

/* ---- the head of a request ------------------------------------------------------------------ */

/*
 * libmicrohttpd cuts lines where they lie in its buffer and tells neither which bytes ended them
 * nor what it skipped.  But each part is handed out where it was read, so the gaps between them
 * show it: two bytes between a value and the next name are CRLF; one is a bare LF; more hide a
 * NUL; a continued line was moved elsewhere.
 */
struct reading {
	struct pair pairs[GATE_HEADERS_MAX + 1];
	size_t count;
	uintptr_t at; /* where the next name must begin */
	bool exact;
};

static enum MHD_Result read_header(void *cls, enum MHD_ValueKind kind, const char *name,
				   size_t name_len, const char *value, size_t value_len)
{
	struct reading *r = cls;

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

static void read_head(struct gate_head *h, struct reading *r, const struct server *s,
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

static bool is_taken(const struct server *s, const struct request *req)
{
	if (s->any_type)
		return true;
	for (const char *const *t = s->types; *t; t++)
		if (request_has_type(req, *t))
			return true;
	return false;
}

static void name_peer(struct exchange *x, const struct server *s, struct MHD_Connection *c,
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

static size_t patience(const struct server *s, const struct exchange *x)
{
	size_t most = x->plan.how == BODY_FILES ? x->plan.form_max : s->body_max * PATIENCE;

	return most > s->body_max * PATIENCE ? most : s->body_max * PATIENCE;
}

/* Hands the head to the pool, which decides what becomes of the body. */
static enum MHD_Result decide_body(struct server *s, struct MHD_Connection *c, struct exchange *x)
{
	if (!watch_phase(s->watch, x->watched, WATCH_ANSWER, 0) || request_new_id(&x->req))
		return MHD_NO;
	x->req.now = time(NULL);
	x->state = DECIDING;
	x->connection = c;
	x->server = s;
	atomic_fetch_add(&s->waiting, 1);
	MHD_suspend_connection(c);
	pool_push(s->pool, &x->job);
	return MHD_YES;
}

static void open_files(struct server *s, struct exchange *x)
{
	struct arrival_limits limits = {s->incoming, x->plan.file_max};

	if (x->size > 0 && (unsigned long long)x->size > x->plan.form_max) {
		x->req.refused = 413;
	} else if (atomic_fetch_add(&s->uploads, 1) >= SERVER_UPLOADS) {
		atomic_fetch_sub(&s->uploads, 1);
		x->req.refused = 503;
	} else if (arrival_new(&x->req.arrival, limits, x->req.content_type)) {
		atomic_fetch_sub(&s->uploads, 1);
		x->req.refused = 400;
	}
}

/* It is decided: the body may come. */
static enum MHD_Result begin_body(struct server *s, struct exchange *x)
{
	size_t given = 0;

	x->state = BODY;
	x->req.untaken = x->plan.how == BODY_UNTAKEN;
	if (x->plan.how == BODY_FILES)
		open_files(s, x);
	if (x->size > 0 && (unsigned long long)x->size > patience(s, x))
		return MHD_NO;
	if (x->req.arrival && x->size > 0)
		given = (size_t)x->size;
	return watch_phase(s->watch, x->watched, WATCH_BODY, given) ? MHD_YES : MHD_NO;
}

/* First call: the head is there.  Only refusals are answered here; whoever answers now makes the
   library close the connection afterwards. */
static enum MHD_Result begin(struct server *s, struct MHD_Connection *c, struct exchange *x,
			     const char *method, const char *version)
{
	struct reading reading;
	struct gate_head head;
	int status;

	read_head(&head, &reading, s, c, x, method, version);
	status = gate_check(&head);
	if (!status && atomic_load(&s->stopping))
		status = 503;
	if (status)
		return refuse(s, c, x, status);
	gate_fill(&x->req, &head);
	name_peer(x, s, c, &head);
	if (request_path(&x->path, x->req.raw_path))
		return refuse(s, c, x, 400);
	x->req.path = buf_span(&x->path);
	x->size = gate_body(&head);
	if (x->size != 0 && s->plan && request_has_type(&x->req, "multipart/form-data"))
		return decide_body(s, c, x);
	if (x->size > (long long)s->body_max * PATIENCE)
		return refuse(s, c, x, 413);
	if (x->size != 0 && !is_taken(s, &x->req))
		x->req.refused = 415;
	watch_phase(s->watch, x->watched, WATCH_BODY, 0);
	return MHD_YES;
}

/* ---- the body ------------------------------------------------------------------------------- */

static void files_away(struct server *s, struct exchange *x)
{
	if (!x->req.arrival)
		return;
	arrival_free(x->req.arrival);
	x->req.arrival = NULL;
	atomic_fetch_sub(&s->uploads, 1);
}

static void collect_files(struct server *s, struct exchange *x, struct span piece)
{
	x->came += piece.n;
	if (x->came <= x->plan.form_max) {
		arrival_add(x->req.arrival, piece);
		return;
	}
	x->req.refused = 413;
	x->dropped = x->came;
	files_away(s, x);
}

static enum MHD_Result collect(struct server *s, struct exchange *x, const char *data, size_t *size)
{
	watch_got(x->watched, *size);
	if (x->req.arrival) {
		collect_files(s, x, span_make(data, *size));
		*size = 0;
		return MHD_YES;
	}
	if (x->req.untaken) {
		x->dropped += *size;
		*size = 0;
		return x->dropped > patience(s, x) ? MHD_NO : MHD_YES;
	}
	if (!x->req.refused && *size > s->body_max - x->body.len) {
		x->req.refused = 413;
		x->dropped = x->body.len;
		buf_clear(&x->body);
	}
	if (!x->req.refused)
		buf_add(&x->body, data, *size);
	else
		x->dropped += *size;
	*size = 0;
	return x->body.st || x->dropped > patience(s, x) ? MHD_NO : MHD_YES;
}

/* ---- the answer ----------------------------------------------------------------------------- */

static void make_answer(struct server *s, struct exchange *x)
{
	s->answer(s->ctx, &x->req, &x->res);
	if (x->req.refused && x->res.status >= 200)
		x->res.status = x->req.refused;
}

static void make_broken(struct server *s, struct exchange *x)
{
	response_clear(&x->res);
	if (s->broken)
		s->broken(s->ctx, &x->req, &x->res);
	else
		plain_page(&x->res, 503);
}

/* The answer may leave: on_request() is called again. */
static void answer_ready(struct hold *h, bool kept)
{
	struct exchange *x =
	    (struct exchange *)(void *)((char *)h - offsetof(struct exchange, hold));
	struct server *s = x->server;

	if (!kept)
		make_broken(s, x);
	x->state = READY;
	MHD_resume_connection(x->connection);
	atomic_fetch_sub(&s->waiting, 1);
}

/* In a thread of the pool: pages may wait, the library's threads must not. */
void worker_answer(void *ctx, struct job *job)
{
	struct exchange *x = (struct exchange *)job;
	struct server *s = x->server;

	if (x->state == DECIDING) {
		s->plan(s->ctx, &x->req, &x->plan);
		x->state = DECIDED;
		MHD_resume_connection(x->connection);
		atomic_fetch_sub(&s->waiting, 1);
		return;
	}
	hold_init(&x->hold, answer_ready);
	x->res.hold = &x->hold;
	make_answer(ctx, x);
	hold_release(&x->hold, true);
}

static enum MHD_Result send_answer(struct server *s, struct MHD_Connection *c, struct exchange *x)
{
	return send_response(s, c, x, &x->res, atomic_load(&s->stopping));
}

/* The request is complete: hands it to the pool. */
static enum MHD_Result ask(struct server *s, struct MHD_Connection *c, struct exchange *x)
{
	/* Who was shut down will not learn what became of the request: it is not begun. */
	if (!watch_phase(s->watch, x->watched, WATCH_ANSWER, 0) || request_new_id(&x->req))
		return MHD_NO;
	x->req.body = buf_span(&x->body);
	x->req.now = time(NULL);
	if (s->prompt && s->prompt(s->ctx, &x->req)) {
		make_answer(s, x);
		x->state = READY;
		return send_answer(s, c, x);
	}
	x->state = WAITING;
	x->connection = c;
	x->server = s;
	atomic_fetch_add(&s->waiting, 1);
	MHD_suspend_connection(c);
	pool_push(s->pool, &x->job);
	return MHD_YES;
}

/* ---- what the library calls ----------------------------------------------------------------- */

static void on_connection(void *cls, struct MHD_Connection *c, void **socket_context,
			  enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;
	struct worker *w = cls;
	struct server *s = w->server;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		watch_remove(s->watch, *socket_context);
		*socket_context = NULL;
		atomic_fetch_sub(&w->clients, 1);
		return;
	}
	info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	*socket_context = info ? watch_add(s->watch, info->connect_fd) : NULL;
	info = s->tickets ? MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION) : NULL;
	if (info)
		tls_tickets_use(s->tickets, info->tls_session);
}

/* The first line of a request, before the library changes it.  NULL ends in on_request(). */
static void *on_target(void *cls, const char *target, struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct server *s = cls;
	struct exchange *x;

	if (!info || !info->socket_context)
		return NULL;
	x = calloc(1, sizeof *x);
	if (!x)
		return NULL;
	x->watched = info->socket_context;
	watch_phase(s->watch, x->watched, WATCH_HEADERS, 0);
	x->target_len = strnlen(target, GATE_TARGET_MAX + 1);
	x->target = strndup(target, x->target_len);
	buf_init(&x->path, GATE_TARGET_MAX);
	buf_init_secret(&x->body, s->body_max);
	response_init(&x->res);
	if (x->target)
		return x;
	free(x);
	return NULL;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *size, void **context)
{
	struct server *s = cls;
	struct exchange *x = *context;

	(void)url;
	if (!x)
		return MHD_NO;
	switch (x->state) {
	case HEAD:
		x->state = BODY;
		return begin(s, c, x, method, version);
	case BODY:
		return *size ? collect(s, x, data, size) : ask(s, c, x);
	case DECIDED:
		return begin_body(s, x);
	case DECIDING:
	case WAITING:
		return MHD_YES;
	case READY:
		break;
	}
	return send_answer(s, c, x);
}

static void on_completed(void *cls, struct MHD_Connection *c, void **context,
			 enum MHD_RequestTerminationCode code)
{
	struct server *s = cls;
	struct exchange *x = *context;

	(void)c;
	(void)code;
	*context = NULL;
	if (!x)
		return;
	watch_phase(s->watch, x->watched, WATCH_IDLE, 0);
	response_clear(&x->res);
	files_away(s, x);
	buf_clear(&x->body);
	buf_clear(&x->path);
	free(x->target);
	free(x);
}

/* ---- the worker ----------------------------------------------------------------------------- */

bool worker_is_exact(void)
{
	return strncmp(MHD_get_version(), "0.9.", 4) == 0;
}

enum status worker_start(struct worker *w, const struct server_options *o)
{
	struct server *s = w->server;
	unsigned flags =
	    MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem tls[] = {
	    {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)o->cert},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->key},
	    {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_priorities},
	    {MHD_OPTION_END, 0, NULL},
	};

	if (o->plain)
		tls[0].option = MHD_OPTION_END;
	else
		flags |= MHD_USE_TLS;
	/*
	 * Strictness 1 would refuse no more than the gate does, but some of it with a head that
	 * the library then writes twice; 0 leaves the refusing to the gate.
	 */
	w->daemon = MHD_start_daemon(
	    flags, 0, NULL, NULL, on_request, s, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_BYTES,
	    MHD_OPTION_CONNECTION_LIMIT, s->worker_max + 1, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)POOL_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_NOTIFY_CONNECTION,
	    on_connection, w, MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	return w->daemon ? ST_OK : fail(ST_IO, "cannot start a thread of the server");
}

void worker_take(struct worker *w, int fd, const struct sockaddr *addr, socklen_t len)
{
	/* Counted now: a worker that is slow to wake must not get all who come meanwhile. */
	atomic_fetch_add(&w->clients, 1);
	if (MHD_add_connection(w->daemon, fd, addr, len) != MHD_YES)
		atomic_fetch_sub(&w->clients, 1); /* it closed fd */
}

void worker_stop(struct worker *w)
{
	if (w->daemon)
		MHD_stop_daemon(w->daemon);
	w->daemon = NULL;
}

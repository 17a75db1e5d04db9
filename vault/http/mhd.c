/* What libmicrohttpd calls: a request is read, decided on, and handed to the pool. */
#include "vault/http/mhd_impl.h"

#include "vault/http/arrival.h"
#include "vault/http/plain.h"

#include <stdlib.h>
#include <time.h>

enum {
	STACK_BYTES = 512 * 1024,
	POOL_BYTES = 32 * 1024, /* of a connection: headers in and out, a piece of a body */
	/* A body this many times too big is still read to its end, so that the browser gets to read
	   the page that refuses it; a larger one just loses its connection. */
	PATIENCE = 8,
};

/* ---- deciding on the head ----------------------------------------------------------------------
 */

static bool is_taken(const struct server *s, const struct request *req)
{
	if (s->any_type)
		return true;
	for (const char *const *t = s->types; *t; t++)
		if (request_has_type(req, *t))
			return true;
	return false;
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
	struct mhd_reading mhd_reading;
	struct gate_head head;
	int status;

	mhd_read_head(&head, &mhd_reading, s, c, x, method, version);
	status = gate_check(&head);
	if (!status && atomic_load(&s->stopping))
		status = 503;
	if (status)
		return mhd_refuse(s, c, x, status);
	gate_fill(&x->req, &head);
	mhd_name_peer(x, s, c, &head);
	if (request_path(&x->path, x->req.raw_path))
		return mhd_refuse(s, c, x, 400);
	x->req.path = buf_span(&x->path);
	x->size = gate_body(&head);
	if (x->size != 0 && s->plan && request_has_type(&x->req, "multipart/form-data"))
		return decide_body(s, c, x);
	if (x->size > (long long)s->body_max * PATIENCE)
		return mhd_refuse(s, c, x, 413);
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
	return mhd_send(s, c, x, &x->res, atomic_load(&s->stopping));
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
	 * Strictness 1 would mhd_refuse no more than the gate does, but some of it with a head that
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

/* A server over TLS with a page that does what its path says, for the tests of the server. */
#ifndef KARTE_TESTS_HTTP_FIXTURE_H
#define KARTE_TESTS_HTTP_FIXTURE_H

#include "generator/base/file.h"
#include "tests/unit/http_client.h"
#include "vault/http/server.h"
#include "vault/http/tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { BODY_MAX = 100000, BIG = 3 * 1024 * 1024 };

static char folder[] = "/tmp/karte-http-XXXXXX";
static struct buf cert, key;
static struct server *server;
static atomic_int busy, busiest, waiting_inside;
static long together_ms; /* how long /slow waits for company */
static atomic_bool gate; /* open: who asked for /wait is answered */

/* So many are in /slow at the same time before the first of them is answered. */
enum { COMPANY = 8, PATIENT_SECONDS = 30 };

static inline void sleep_ms(long ms)
{
	const struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static inline long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

static inline void field(struct response *res, const char *name, struct span value)
{
	buf_addf(&res->body, "%s=%.*s\n", name, SPAN_ARG(value));
}

static inline void dump(const struct request *req, struct response *res)
{
	buf_addf(&res->body, "method=%d\n", (int)req->method);
	field(res, "path", req->path);
	field(res, "raw_path", req->raw_path);
	field(res, "query", req->query);
	field(res, "body", req->body);
	field(res, "content_type", req->content_type);
	field(res, "cookie", req->cookie);
	field(res, "origin", req->origin);
	field(res, "sec_fetch_site", req->sec_fetch_site);
	field(res, "authorization", req->authorization);
	field(res, "host", req->host);
	field(res, "user_agent", req->user_agent);
	buf_addf(&res->body, "peer=%s\n", req->peer);
}

static inline void slow(void)
{
	int now = atomic_fetch_add(&busy, 1) + 1, most = atomic_load(&busiest);

	while (now > most && !atomic_compare_exchange_weak(&busiest, &most, now))
		continue;
	for (long ms = 0; ms < together_ms && atomic_load(&busiest) < COMPANY; ms++)
		sleep_ms(1);
	sleep_ms(5);
	atomic_fetch_sub(&busy, 1);
}

/* Until the test opens the gate. */
static inline void wait_at_gate(void)
{
	atomic_fetch_add(&waiting_inside, 1);
	for (long ms = 0; ms < PATIENT_SECONDS * 1000 && !atomic_load(&gate); ms++)
		sleep_ms(1);
	atomic_fetch_sub(&waiting_inside, 1);
}

/* Until so many are there. */
static inline void until_waiting(int n)
{
	for (long ms = 0; ms < PATIENT_SECONDS * 1000 && atomic_load(&waiting_inside) < n; ms++)
		sleep_ms(1);
	assert_int_equal(atomic_load(&waiting_inside), n);
}

static inline void page(void *ctx, const struct request *req, struct response *res)
{
	(void)ctx;
	res->status = 200;
	res->type = "text/plain; charset=utf-8";
	if (req->refused)
		buf_addf(&res->body, "refused %d, %zu bytes", req->refused, req->body.n);
	else if (span_is(req->path, "/dump"))
		dump(req, res);
	else if (span_is(req->path, "/id"))
		buf_addf(&res->body, "%s %lld", req->id, (long long)req->now);
	else if (span_is(req->path, "/static"))
		response_static(res, SPAN("h1 {}"), "text/css", "abc", req->if_none_match, true);
	else if (span_is(req->path, "/forgotten"))
		res->status = 0;
	else if (span_is(req->path, "/broken"))
		response_header(res, "X-Split", "a\r\nb: c");
	else if (span_is(req->path, "/big"))
		for (int i = 0; i < BIG / 16; i++)
			buf_adds(&res->body, "0123456789abcdef");
	else
		buf_addspan(&res->body, req->path);
	if (span_starts(req->path, SPAN("/slow")))
		slow();
	if (span_is(req->path, "/wait"))
		wait_at_gate();
}

/* Half of what the tests ask for is answered in the thread that talks to the client. */
static inline bool at_hand(void *ctx, const struct request *req)
{
	(void)ctx;
	return !span_starts(req->path, SPAN("/slow")) && !span_is(req->path, "/wait") &&
	       !span_is(req->path, "/dump") && !span_is(req->path, "/first");
}

static inline struct server_options options(void)
{
	return (struct server_options){.cert = buf_str(&cert),
				       .key = buf_str(&key),
				       .body_max = BODY_MAX,
				       .prompt = at_hand,
				       .header_seconds = PATIENT_SECONDS,
				       .idle_seconds = PATIENT_SECONDS,
				       .total_seconds = 2 * PATIENT_SECONDS,
				       .body_rate = 1};
}

static inline int start(void **state)
{
	struct server_options o;
	char c[64], k[64];

	(void)state;
	buf_init(&cert, 64 * 1024);
	buf_init_secret(&key, 64 * 1024);
	if (!mkdtemp(folder))
		return -1;
	snprintf(c, sizeof c, "%s/cert.pem", folder);
	snprintf(k, sizeof k, "%s/key.pem", folder);
	if (tls_self_signed(c, k, "karte.example", time(NULL)) || file_read(c, &cert) ||
	    file_read(k, &key))
		return -1;
	o = options();
	return server_start(&server, &o, page, NULL);
}

static inline int stop(void **state)
{
	(void)state;
	server_stop(server);
	buf_clear(&cert);
	buf_clear(&key);
	return file_remove_tree(folder);
}

static inline void get(struct client *c, struct answer *a, const char *path)
{
	char request[256];
	int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);

	assert_true(client_send(c, span_make(request, (size_t)n)));
	assert_true(client_answer(c, a, false));
}

#endif

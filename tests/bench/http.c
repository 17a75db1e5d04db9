/*
 * Serves one page of 10 KB over TLS with keep-alive until it is killed, to be measured with
 *
 *   wrk -t1 -c64 -d5s https://127.0.0.1:PORT/page
 *
 * beside another server with the same page.  Usage: http FOLDER [PORT [THREADS [MILLISECONDS]]].
 * FOLDER gets a certificate and, as index.html, the page.  With MILLISECONDS the answers are made
 * in the threads for pages, each after waiting so long (0: not at all), as one does that writes to
 * a disk; without, they are at hand, as static assets are.
 */
#include "generator/base/file.h"
#include "vault/http/server.h"
#include "vault/http/tls.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { PAGE_BYTES = 10 * 1024 };

static char page[PAGE_BYTES];
static long wait_ms;

static void answer(void *ctx, const struct request *req, struct response *res)
{
	const struct timespec t = {wait_ms / 1000, wait_ms % 1000 * 1000000};

	(void)ctx;
	(void)req;
	if (wait_ms)
		nanosleep(&t, NULL);
	res->status = 200;
	res->type = "text/html; charset=utf-8";
	buf_add(&res->body, page, sizeof page);
}

static bool at_hand(void *ctx, const struct request *req)
{
	(void)ctx;
	(void)req;
	return true;
}

static enum status prepare(const char *folder, struct buf *cert, struct buf *key)
{
	char path[3][512];
	enum status st;

	snprintf(path[0], sizeof path[0], "%s/cert.pem", folder);
	snprintf(path[1], sizeof path[1], "%s/key.pem", folder);
	snprintf(path[2], sizeof path[2], "%s/index.html", folder);
	st = tls_self_signed(path[0], path[1], "localhost", time(NULL));
	if (st && st != ST_EXISTS)
		return st;
	st = file_read(path[0], cert);
	if (!st)
		st = file_read(path[1], key);
	return st ? st : file_write(path[2], span_make(page, sizeof page), 0644);
}

int main(int argc, char **argv)
{
	struct server_options o = {0};
	struct server *s = NULL;
	struct buf cert, key;
	enum status st;

	if (argc < 2)
		return status_exit(ST_USAGE);
	memset(page, 'k', sizeof page);
	buf_init(&cert, 65536);
	buf_init_secret(&key, 65536);
	st = prepare(argv[1], &cert, &key);
	o.cert = buf_str(&cert);
	o.key = buf_str(&key);
	o.port = argc > 2 ? (unsigned)atoi(argv[2]) : 0;
	o.threads = argc > 3 ? (unsigned)atoi(argv[3]) : 0;
	wait_ms = argc > 4 ? atol(argv[4]) : 0;
	o.prompt = argc > 4 ? NULL : at_hand;
	if (!st)
		st = server_start(&s, &o, answer, NULL);
	if (st)
		fprintf(stderr, "http: %s\n", fail_why());
	while (!st) {
		printf("https://127.0.0.1:%u/page\n", server_port(s));
		fflush(stdout);
		pause();
	}
	buf_clear(&cert);
	buf_clear(&key);
	return status_exit(st);
}

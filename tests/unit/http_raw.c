/*
 * Raw requests, one file each in tests/http/raw, sent as they are.  A file's name begins with the
 * statuses that must come back, in order, before the server closes the connection: a request
 * hidden in another one would show up as one more.  "+" instead of "-" behind the statuses: what
 * follows is not judged (libmicrohttpd refuses these by itself and writes its head twice).
 */
#include "generator/base/buf.h"
#include "generator/base/file.h"
#include "vault/http/server.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { BODY_MAX = 1000, ANSWER_MAX = 256 * 1024 };

static struct server *server;

static void echo(void *ctx, const struct request *req, struct response *res)
{
	(void)ctx;
	res->status = 200;
	res->type = "text/plain; charset=utf-8";
	buf_addspan(&res->body, req->path);
}

static int start(void **state)
{
	const struct server_options o = {
	    .plain = true, .threads = 4, .body_max = BODY_MAX, .header_seconds = 5};

	(void)state;
	return server_start(&server, &o, echo, NULL);
}

static int stop(void **state)
{
	(void)state;
	server_stop(server);
	return 0;
}

static int connect_to_server(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((uint16_t)server_port(server)),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct timeval limit = {.tv_sec = 4};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}

/* Sends all, reads until the server closes; false if it does not. */
static bool talk(struct span request, struct buf *answer)
{
	int fd = connect_to_server();
	char piece[4096];
	ssize_t n;

	n = send(fd, request.p, request.n, MSG_NOSIGNAL);
	assert_int_equal(n, request.n);
	while ((n = recv(fd, piece, sizeof piece, 0)) > 0)
		buf_add(answer, piece, (size_t)n);
	/* Closing with unread bytes resets the connection: just as closed. */
	if (n < 0 && errno == ECONNRESET)
		n = 0;
	close(fd);
	return n == 0;
}

static size_t length_of(struct span head)
{
	const struct span name = SPAN("\r\nContent-Length: ");
	long at = span_find(head, name), n = 0;
	struct span digits;

	assert_true(at >= 0);
	digits = span_make(head.p + at + name.n, head.n - (size_t)at - name.n);
	digits = span_cut(&digits, '\r');
	assert_true(span_number(digits, ANSWER_MAX, &n));
	return (size_t)n;
}

/* "200-400" for an answer of two; what cannot be read adds "?". */
static void statuses(struct span answer, bool headless, struct buf *out)
{
	while (answer.n) {
		long end = span_find(answer, SPAN("\r\n\r\n"));
		size_t size;

		if (out->len)
			buf_addc(out, '-');
		if (end < 12 || !span_starts(answer, SPAN("HTTP/1."))) {
			buf_addc(out, '?');
			return;
		}
		buf_add(out, answer.p + 9, 3);
		size = (size_t)end + 4;
		if (!headless)
			size += length_of(span_make(answer.p, (size_t)end));
		if (size > answer.n) {
			buf_addc(out, '?');
			return;
		}
		answer = span_make(answer.p + size, answer.n - size);
	}
}

/* The statuses in front of a file's name; *judged: is all that comes back counted? */
static struct span expected(const char *file, bool *judged)
{
	size_t n = 3;

	while (strspn(file + n, "-") == 1 && strspn(file + n + 1, "0123456789") == 3)
		n += 4;
	*judged = file[n] == '-';
	return span_make(file, n);
}

static void try_file(const char *file)
{
	struct buf request, answer, got;
	char path[512];
	bool judged;
	struct span want = expected(file, &judged);

	buf_init(&request, ANSWER_MAX);
	buf_init(&answer, ANSWER_MAX);
	buf_init(&got, 256);
	snprintf(path, sizeof path, "tests/http/raw/%s", file);
	assert_int_equal(file_read(path, &request), ST_OK);
	if (!talk(buf_span(&request), &answer))
		fail_msg("%s: the connection stays open", file);
	statuses(buf_span(&answer), span_starts(buf_span(&request), SPAN("HEAD ")), &got);
	if (!judged)
		buf_cut(&got, want.n);
	if (!span_eq(buf_span(&got), want))
		fail_msg("%s: %s", file, buf_str(&got));
	buf_clear(&request);
	buf_clear(&answer);
	buf_clear(&got);
}

static void every_raw_request_gets_exactly_its_statuses(void **state)
{
	DIR *dir = opendir("tests/http/raw");
	unsigned count = 0;
	struct dirent *e;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir)))
		if (span_ends(span_of(e->d_name), SPAN(".req"))) {
			try_file(e->d_name);
			count++;
		}
	closedir(dir);
	assert_in_range(count, 100, 1000);
}

static void a_refusal_carries_the_security_headers_and_a_page(void **state)
{
	struct buf answer;

	(void)state;
	buf_init(&answer, ANSWER_MAX);
	assert_true(talk(SPAN("GET /../ HTTP/1.1\r\nHost: a\r\n\r\n"), &answer));
	assert_true(span_find(buf_span(&answer), SPAN("\r\nContent-Security-Policy: default-src "
						      "'none';")) > 0);
	assert_true(span_find(buf_span(&answer), SPAN("\r\nX-Frame-Options: DENY\r\n")) > 0);
	assert_true(span_find(buf_span(&answer), SPAN("\r\nCache-Control: no-store\r\n")) > 0);
	assert_true(span_find(buf_span(&answer), SPAN("\r\nConnection: close\r\n")) > 0);
	assert_true(span_find(buf_span(&answer), SPAN("<html lang=\"ja\">")) > 0);
	buf_clear(&answer);
}

static void a_method_that_is_not_used_names_those_that_are(void **state)
{
	struct buf answer;

	(void)state;
	buf_init(&answer, ANSWER_MAX);
	assert_true(talk(SPAN("PUT / HTTP/1.1\r\nHost: a\r\n\r\n"), &answer));
	assert_true(span_find(buf_span(&answer), SPAN("\r\nAllow: GET, HEAD, POST\r\n")) > 0);
	buf_clear(&answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_raw_request_gets_exactly_its_statuses),
	    cmocka_unit_test(a_refusal_carries_the_security_headers_and_a_page),
	    cmocka_unit_test(a_method_that_is_not_used_names_those_that_are),
	};

	return cmocka_run_group_tests(tests, start, stop);
}

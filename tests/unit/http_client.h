/* A client for tests: one TLS connection to this machine, raw bytes out, whole answers in. */
#ifndef KARTE_TESTS_HTTP_CLIENT_H
#define KARTE_TESTS_HTTP_CLIENT_H

#include "generator/base/buf.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENT_ANSWER_MAX = 16 * 1024 * 1024 };

struct client {
	int fd;
	gnutls_session_t tls;
	gnutls_certificate_credentials_t cred;
	struct buf in; /* received and not yet taken */
};

struct answer {
	int status;
	struct buf head, body;
};

static inline void client_close(struct client *c)
{
	if (c->tls)
		gnutls_deinit(c->tls);
	if (c->cred)
		gnutls_certificate_free_credentials(c->cred);
	if (c->fd >= 0)
		close(c->fd);
	buf_clear(&c->in);
	*c = (struct client){.fd = -1};
}

/* Seconds: no test waits for this to happen. */
enum { CLIENT_PATIENCE = 30 };

/* TCP only. */
static inline bool client_connect(struct client *c, unsigned port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((uint16_t)port),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct timeval limit = {.tv_sec = CLIENT_PATIENCE};

	*c = (struct client){.fd = socket(AF_INET, SOCK_STREAM, 0)};
	buf_init(&c->in, CLIENT_ANSWER_MAX);
	return c->fd >= 0 &&
	       setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
	       connect(c->fd, (struct sockaddr *)&a, sizeof a) == 0;
}

/* TLS on it; priorities NULL: what GnuTLS likes.  session: to resume, may be NULL. */
static inline bool client_tls(struct client *c, const char *priorities,
			      const gnutls_datum_t *session)
{
	int r;

	if (gnutls_certificate_allocate_credentials(&c->cred) < 0 ||
	    gnutls_init(&c->tls, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL) < 0 ||
	    gnutls_priority_set_direct(c->tls, priorities ? priorities : "NORMAL", NULL) < 0)
		return false;
	gnutls_credentials_set(c->tls, GNUTLS_CRD_CERTIFICATE, c->cred);
	gnutls_transport_set_int(c->tls, c->fd);
	if (session)
		gnutls_session_set_data(c->tls, session->data, session->size);
	do
		r = gnutls_handshake(c->tls);
	while (r < 0 && !gnutls_error_is_fatal(r));
	return r == 0;
}

static inline bool client_open(struct client *c, unsigned port)
{
	return client_connect(c, port) && client_tls(c, NULL, NULL);
}

static inline bool client_send(struct client *c, struct span s)
{
	while (s.n) {
		ssize_t n = c->tls ? gnutls_record_send(c->tls, s.p, s.n)
				   : send(c->fd, s.p, s.n, MSG_NOSIGNAL);

		if (n == GNUTLS_E_INTERRUPTED || n == GNUTLS_E_AGAIN)
			continue;
		if (n <= 0)
			return false;
		s = span_make(s.p + n, s.n - (size_t)n);
	}
	return true;
}

/* Receives some bytes; false when the server closed or nothing came for so long. */
static inline bool client_receive(struct client *c)
{
	time_t until = time(NULL) + CLIENT_PATIENCE;
	char piece[16384];
	ssize_t n;

	/* GnuTLS says "again" after a message of its own (a session ticket) too. */
	do
		n = c->tls ? gnutls_record_recv(c->tls, piece, sizeof piece)
			   : recv(c->fd, piece, sizeof piece, 0);
	while (c->tls && (n == GNUTLS_E_INTERRUPTED || n == GNUTLS_E_AGAIN) && time(NULL) < until);
	if (n > 0)
		buf_add(&c->in, piece, (size_t)n);
	return n > 0;
}

static inline void answer_init(struct answer *a)
{
	a->status = 0;
	buf_init(&a->head, 64 * 1024);
	buf_init(&a->body, CLIENT_ANSWER_MAX);
}

static inline void answer_clear(struct answer *a)
{
	buf_clear(&a->head);
	buf_clear(&a->body);
}

/* The value of a header line "Name: value" of the answer; SPAN_NONE. */
static inline struct span answer_header(const struct answer *a, const char *name)
{
	struct span rest = buf_span(&a->head);

	while (rest.p) {
		struct span line = span_trim(span_cut(&rest, '\n'));
		struct span value = line, n = span_cut(&value, ':');

		if (value.p && span_is(n, name))
			return span_trim(value);
	}
	return SPAN_NONE;
}

/* Takes one whole answer; without_body for HEAD.  false if the server closed before its end. */
static inline bool client_answer(struct client *c, struct answer *a, bool without_body)
{
	long end, size = 0, status = 0;
	struct span length;

	while ((end = span_find(buf_span(&c->in), SPAN("\r\n\r\n"))) < 0)
		if (!client_receive(c))
			return false;
	buf_cut(&a->head, 0);
	buf_cut(&a->body, 0);
	buf_add(&a->head, c->in.data, (size_t)end + 2);
	length = answer_header(a, "Content-Length");
	if (length.p && !without_body)
		span_number(length, CLIENT_ANSWER_MAX, &size);
	while (c->in.len < (size_t)(end + 4 + size))
		if (!client_receive(c))
			return false;
	buf_add(&a->body, c->in.data + end + 4, (size_t)size);
	size += end + 4;
	memmove(c->in.data, c->in.data + size, c->in.len - (size_t)size);
	buf_cut(&c->in, c->in.len - (size_t)size);
	span_number(span_make(a->head.data + 9, 3), 999, &status);
	a->status = (int)status;
	return true;
}

#endif

#include "vault/http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { QUEUE = 511, PAUSE_MS = 20 };

struct listener {
	int fd;
	int ending; /* an eventfd: readable when the thread shall end */
	bool running;
	pthread_t thread;
	struct listener_calls calls;
};

static enum status resolve(struct addrinfo **out, const char *address, unsigned port)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_socktype = SOCK_STREAM};
	char text[16];

	if (port > 65535)
		return fail(ST_CONFIG, "%u is not a port", port);
	snprintf(text, sizeof text, "%u", port);
	if (getaddrinfo(address, text, &hints, out) != 0)
		return fail(ST_CONFIG, "%s is not a numeric address", address);
	return ST_OK;
}

static bool open_socket(struct listener *l, const struct addrinfo *a)
{
	const int on = 1;

	l->fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return l->fd >= 0 && setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	       bind(l->fd, a->ai_addr, a->ai_addrlen) == 0 && listen(l->fd, QUEUE) == 0;
}

enum status listener_new(struct listener **out, const char *address, unsigned port)
{
	struct listener *l = calloc(1, sizeof *l);
	struct addrinfo *a = NULL;
	enum status st;

	*out = NULL;
	if (!l)
		return fail(ST_NOMEM, "no memory for a socket");
	l->fd = -1;
	l->ending = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	st = l->ending < 0 ? fail(ST_IO, "eventfd: %s", strerror(errno)) : ST_OK;
	if (!st)
		st = resolve(&a, address, port);
	if (!st && (!a || !open_socket(l, a)))
		st = fail(ST_IO, "cannot listen on %s port %u: %s", address, port, strerror(errno));
	if (a)
		freeaddrinfo(a);
	if (st)
		listener_free(l);
	else
		*out = l;
	return st;
}

/* Waits for a client, or only for the end; false at the end. */
static bool wait_for(const struct listener *l, bool client)
{
	struct pollfd p[] = {{.fd = l->ending, .events = POLLIN}, {.fd = l->fd, .events = POLLIN}};

	poll(p, client ? 2 : 1, client ? -1 : PAUSE_MS);
	return p[0].revents == 0;
}

/* false when nobody is waiting, or the system has no more sockets. */
static bool accept_one(struct listener *l)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof addr;
	const int on = 1;
	int fd = accept4(l->fd, (struct sockaddr *)&addr, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	l->calls.take(l->calls.ctx, fd, (struct sockaddr *)&addr, len);
	return true;
}

static void *accept_all(void *p)
{
	struct listener *l = p;
	bool good = true;

	while (wait_for(l, good))
		good = l->calls.room(l->calls.ctx) && accept_one(l);
	return NULL;
}

enum status listener_start(struct listener *l, struct listener_calls calls)
{
	l->calls = calls;
	if (pthread_create(&l->thread, NULL, accept_all, l) != 0)
		return fail(ST_IO, "cannot start the thread that accepts");
	l->running = true;
	return ST_OK;
}

unsigned listener_port(const struct listener *l)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a = {0};
	socklen_t len = sizeof a;

	if (getsockname(l->fd, &a.any, &len) != 0)
		return 0;
	return ntohs(a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

void listener_free(struct listener *l)
{
	if (!l)
		return;
	if (l->running) {
		eventfd_write(l->ending, 1);
		pthread_join(l->thread, NULL);
	}
	if (l->fd >= 0)
		close(l->fd);
	if (l->ending >= 0)
		close(l->ending);
	free(l);
}

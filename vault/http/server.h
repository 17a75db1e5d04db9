/*
 * An HTTPS server that reads whole requests, asks one function for the answer, and sends it.
 *
 * What the answer function sees is complete and checked (request.h).  Requests that two readers
 * could understand differently, and slow ones, are refused before it.  Its answers carry the
 * headers of http/headers.h.
 */
#ifndef KARTE_HTTP_SERVER_H
#define KARTE_HTTP_SERVER_H

#include "vault/http/request.h"
#include "vault/http/response.h"

struct server;

/* Is the answer to this request at hand, in memory?  Then it is made without a change of thread, at
   twice the rate; but while it is made, other clients wait. */
typedef bool server_prompt(void *ctx, const struct request *req);

/*
 * The function that answers.  Called in several threads at once, and may wait as long as it needs
 * to (for a disk, for its turn at hashing a password): only its own client waits with it.  req
 * lives until it returns; res is initialised and cleared by the server.  With req->refused it makes
 * that page; the status is set in any case.
 */
typedef void server_answer(void *ctx, const struct request *req, struct response *res);

/*
 * What is to become of a body of multipart/form-data, decided when only the head of the request is
 * there.  Called in a thread of the pool, so it may look things up; req has no body yet.
 */
struct body_plan {
	enum { BODY_MEMORY, BODY_FILES, BODY_UNTAKEN } how;
	size_t file_max, form_max; /* bytes of a file, of the whole body; for BODY_FILES */
};
typedef void server_plan(void *ctx, const struct request *req, struct body_plan *out);

/* Bodies that go to files at a time; one more is answered with 503. */
enum { SERVER_UPLOADS = 16 };

/* 0, NULL and false mean the default in brackets. */
struct server_options {
	const char *address; /* numeric IPv4 or IPv6 address [127.0.0.1] */
	unsigned port;	     /* 0: any free one, see server_port() */
	const char *cert;    /* PEM, the server's own first; read only while starting */
	const char *key;     /* PEM; the same */
	bool plain;	     /* http without TLS, for a proxy on the same machine [https] */
	const char *proxies; /* whose X-Forwarded-For is believed, see proxies_read() [nobody's] */
	/* makes the page for an answer that had to be kept back (hold.h): 503 [a plain one] */
	server_answer *broken;
	server_prompt *prompt; /* for static assets; gets the ctx of server_start() [none is] */
	server_plan *plan;     /* of bodies with files; gets the same ctx [all in memory] */
	const char *incoming;  /* the folder for BODY_FILES (arrival.h) */
	unsigned threads;      /* how many requests may be in the answer function at a time [64] */
	unsigned connections;  /* how many clients at most; one more gets the place of the one that
				  deserves it least, see watch_make_room() [800] */
	size_t body_max;       /* bytes of a request's body [2 MiB] */
	const char *const *types; /* media types of bodies, NULL last; others are refused with 415
				     [application/x-www-form-urlencoded] */
	bool any_type;		  /* bodies may be of any type, or say none: for programs, and only
				     where no browser holds a cookie [false] */
	unsigned header_seconds;  /* from connecting to the end of the first headers, and from a
				     later request's first line to the end of its headers [10] */
	unsigned idle_seconds; /* from the end of an answer to the next request's first line [30] */
	unsigned total_seconds; /* for a body, and again for taking the answer; bodies that go to
				   files and answers get a second more for every 64 KiB [60] */
	unsigned body_rate;	/* bytes a second that a body must bring on average, once
				   header_seconds of it have passed [1024] */
};

/*
 * Starts listening; *out is the caller's, to be ended with server_stop().  ST_CONFIG for an
 * address, certificate, key or list of proxies that cannot be used, ST_IO if the port is taken.
 */
enum status server_start(struct server **out, const struct server_options *options,
			 server_answer *answer, void *ctx);

/* The port on which it listens. */
unsigned server_port(const struct server *s);

/*
 * Stops accepting, lets requests that have begun finish (two seconds for those that still come in
 * or go out, as long as it takes for the answer function), ends all threads and frees s.  NULL does
 * nothing.  Not from an answer function.
 */
void server_stop(struct server *s);

#endif

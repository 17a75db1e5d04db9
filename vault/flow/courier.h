/*
 * What leaves the house: a mail to its server, a question to a web server.  The only user of
 * libcurl for mail; the web goes through http/client.
 *
 * Nothing is followed, no proxy and no .netrc is believed, every step has a deadline, and what
 * comes back is bounded.  Threads: both may be called by several.
 */
#ifndef KARTE_FLOW_COURIER_H
#define KARTE_FLOW_COURIER_H

#include "generator/base/buf.h"

enum { COURIER_SECONDS = 60, COURIER_ANSWER = 256 * 1024 };

struct courier_mail {
	const char *server;    /* smtp://HOST[:PORT] or smtps:// */
	bool plain;	       /* smtp:// without TLS will do; otherwise STARTTLS is a must */
	const char *user;      /* "": does not sign in */
	const char *password;  /* of the user */
	const char *ca;	       /* file of certificates; "": the system's */
	const char *hello;     /* the name that we give */
	const char *from, *to; /* addresses without brackets */
	struct span message;   /* whole, with CRLF */
};

/* Gives one message to the server.  ST_IO with what the server said, ST_BUSY: we are ending. */
enum status courier_mail(const struct courier_mail *m);

/*
 * POSTs bytes of a type and appends the answer, if it is 200 and of the type `accept`.  http:// is
 * allowed where the answer is signed.  ST_IO (also if it is over COURIER_ANSWER), ST_BUSY.
 */
enum status courier_post(const char *url, const char *type, const char *accept, struct span body,
			 struct buf *answer);

/* Ends what is under way: nothing is sent any more until courier_begin(). */
void courier_end(void);
void courier_begin(void);

#endif

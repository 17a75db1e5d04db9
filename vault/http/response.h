/*
 * The answer to one request.  A page fills it in; the transport adds the fixed security headers of
 * http/headers.h, sends it and gives it back.
 *
 * An answer that was never filled in is a 500 without content, so a forgotten one is noticed.
 */
#ifndef KARTE_HTTP_RESPONSE_H
#define KARTE_HTTP_RESPONSE_H

#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

enum { RESPONSE_HEADERS_MAX = 16, RESPONSE_BODY_MAX = 64 * 1024 * 1024 };

struct hold;

struct header {
	char *name, *value; /* both freed by response_clear() */
};

struct response {
	int status;	   /* 200, 303, 404 …; 0 until a page has decided */
	struct buf body;   /* what is sent, unless fixed is present */
	int fd;		   /* a file that is sent from its beginning, closed by the response; -1 */
	size_t fd_bytes;   /* of it */
	bool sandbox;	   /* what people gave us: nothing in it may run or load anything */
	struct span fixed; /* bytes that outlive every request; see response_static() */
	const char *type;  /* Content-Type: a string that outlives the request; NULL: no content */
	struct header headers[RESPONSE_HEADERS_MAX];
	size_t header_count;
	/*
	 * Anything but a static asset: sent with Cache-Control: no-store.  True from the start;
	 * only response_static() makes it false.
	 */
	bool personal;
	/*
	 * With hold_add() and hold_release() the answer can be made to wait after it is made.  NULL
	 * where it cannot: do at once what it would wait for.
	 */
	struct hold *hold;
	enum status st; /* sticks like that of a buffer: a failed answer is sent as 500 */
};

void response_init(struct response *res);
/* Gives everything back.  NULL does nothing. */
void response_clear(struct response *res);

/*
 * Adds a header.  Name (a token of RFC 9110) and value are copied.  A value with CR, LF, NUL or
 * another control character, or bytes beyond ASCII, is refused with ST_INVALID, a seventeenth
 * header with ST_TOOBIG; the answer is then failed for good.  Names that the transport sets itself
 * (Content-Length, Content-Type, the security headers) must not be given: ST_BUG.
 */
enum status response_header(struct response *res, const char *name, const char *value);

/* "See other" (303) to a path of this server: begins with one "/", ASCII, already
   percent-encoded, no "\"; ST_INVALID otherwise.  So no form can send people elsewhere. */
enum status response_redirect(struct response *res, const char *path);

/*
 * Set-Cookie: __Host-<name>=<value>; Path=/; Secure; HttpOnly; SameSite=Lax.  The cookie ends with
 * the browser unless max_age (seconds) is positive.  The value holds only cookie octets of
 * RFC 6265, the name only [A-Za-z0-9_-]; ST_INVALID otherwise.
 */
enum status response_cookie_set(struct response *res, const char *name, struct span value,
				long max_age);
/* Makes the browser forget it. */
enum status response_cookie_clear(struct response *res, const char *name);

/*
 * The body is a file to be saved under this name (UTF-8, path_name()): Content-Disposition:
 * attachment with filename and filename* (RFC 6266, RFC 8187).
 */
enum status response_download(struct response *res, struct span name);
/* The same, but shown in the browser: for PDFs. */
enum status response_inline(struct response *res, struct span name);

/* Clear-Site-Data, for the page after signing out. */
enum status response_forget(struct response *res);

/* Retry-After, with 429 and 503. */
enum status response_retry_after(struct response *res, long seconds);

/*
 * The answer is a static asset: bytes that live as long as the server, and a strong ETag
 * (without its quotes; a hash of the bytes).  Status becomes 200, or 304 without a body
 * when the client's If-None-Match names the tag.  With immutable, the URL holds the tag and
 * browsers may keep it for a year; without, they ask each time.
 */
enum status response_static(struct response *res, struct span bytes, const char *type,
			    const char *etag, struct span if_none_match, bool immutable);

/*
 * Nobody's in particular although made for this request, and its address never names anything
 * else: browsers and what lies between may keep it for so many seconds.
 */
enum status response_public(struct response *res, long seconds);

#endif

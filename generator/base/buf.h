/*
 * Growing bytes with a maximum that is given at birth and an error that sticks.
 *
 * Adding never needs a check: the first failure (no memory, or over max) frees the content, keeps
 * the code in `st`, and every later call does nothing.  Look at `st` once, at the end.
 */
#ifndef KARTE_BASE_BUF_H
#define KARTE_BASE_BUF_H

#include "generator/base/span.h"
#include "generator/base/status.h"

struct buf {
	char *data; /* always terminated when not NULL */
	size_t len;
	size_t cap;
	size_t max;
	enum status st; /* ST_OK, ST_NOMEM or ST_TOOBIG */
	bool secret;	/* wiped before memory is given back */
};

/* An empty buffer that will hold at most max bytes.  Never copy a struct buf by assignment. */
void buf_init(struct buf *b, size_t max);
/* The same for passwords and keys: content is wiped whenever memory is given back. */
void buf_init_secret(struct buf *b, size_t max);
/* Gives the memory back; the buffer is empty and usable again.  NULL does nothing. */
void buf_clear(struct buf *b);
/* Sets the length back to n (no more than it is); keeps the memory. */
void buf_cut(struct buf *b, size_t n);

void buf_add(struct buf *b, const void *p, size_t n);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *str);
void buf_addspan(struct buf *b, struct span s);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Lower-case hexadecimal of n bytes. */
void buf_addhex(struct buf *b, const void *p, size_t n);

/* The content as text; "" when empty or failed.  Valid until the next change. */
const char *buf_str(const struct buf *b);
struct span buf_span(const struct buf *b);

/*
 * Hands the memory over: the caller frees it with free(); the buffer is empty again.  NULL if the
 * buffer failed; an empty buffer gives an empty string (NULL if there is no memory for it).
 */
char *buf_detach(struct buf *b, size_t *len);

#endif

/* The text of a commit: writing it (design 7) and taking it apart.  Only for vault/store/. */
#ifndef KARTE_VAULT_STORE_MESSAGE_H
#define KARTE_VAULT_STORE_MESSAGE_H

#include "vault/store/commit.h"
#include "vault/store/history.h"

/*
 * Subject, reason and trailers of a draft, then Karte-Digest.  ST_INVALID: not one line, not UTF-8,
 * control characters, a trailer's name twice or one that is not [A-Za-z0-9-]+.  The reason's line
 * ends become LF and white space around it goes.
 */
enum status message_write(const struct commit_draft *d, const char *digest, struct buf *out);

/* Fills subject, reason and trailers of a version.  Any text is good; more trailers than a
   version holds are left out. */
void message_read(struct span message, struct version *v);

#endif

/* Pages that the transport makes itself, for what never reaches a page of the vault. */
#ifndef KARTE_HTTP_PLAIN_H
#define KARTE_HTTP_PLAIN_H

#include "vault/http/response.h"

/* Puts a short Japanese page for this status into res in place of all that was there.  405 gets
   its Allow, 503 its Retry-After. */
void plain_page(struct response *res, int status);

#endif

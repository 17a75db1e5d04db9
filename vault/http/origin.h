/*
 * Does a form come from a page of our own?  The first of two answers to cross-site request forgery
 * (ASVS V3.5.1, V3.5.3; IPA 6); the second is the token of auth/csrf.h.  Both must hold.
 */
#ifndef KARTE_HTTP_ORIGIN_H
#define KARTE_HTTP_ORIGIN_H

#include "vault/http/request.h"

/*
 * True for a POST that a browser sent from this very origin: Sec-Fetch-Site, if it was sent, is
 * same-origin, and Origin, if it was sent, is https:// with the request's Host.  "Origin: null",
 * which browsers make of it under our Referrer-Policy, counts only beside Sec-Fetch-Site.  At least
 * one of the two must be there: every browser sends one with a form.  Without Host: false.
 */
bool origin_same(const struct request *req);

#endif

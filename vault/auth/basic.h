/* What a program sends instead of signing in: Basic authentication (RFC 7617). */
#ifndef KARTE_AUTH_BASIC_H
#define KARTE_AUTH_BASIC_H

#include "generator/base/buf.h"

enum { BASIC_MAX = 1024 };

/*
 * The two texts of an Authorization header; the spans point into room, which holds BASIC_MAX bytes
 * and is wiped by the caller.  false: another scheme, or not in its form.
 */
bool basic_read(struct span header, struct buf *room, struct span *user, struct span *password);

#endif

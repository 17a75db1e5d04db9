/* The headers that every answer carries, whatever it is (OWASP ASVS 5 V3.4; IPA 5 and 9). */
#ifndef KARTE_HTTP_HEADERS_H
#define KARTE_HTTP_HEADERS_H

#include <stddef.h>

struct fixed_header {
	const char *name, *value;
};

/* The table and its length. */
extern const struct fixed_header fixed_headers[];
extern const size_t fixed_header_count;

/* The Content-Security-Policy of an answer that is a stranger's file (struct response.sandbox). */
extern const char *const sandbox_policy;

#endif

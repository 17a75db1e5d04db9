/*
 * A body of multipart/form-data that is read while it arrives: files go to files without a name in
 * a folder, and are gone with the request; plain fields and heads stay in memory.
 *
 * It understands exactly what multipart_parse() understands (tests/fuzz/arrival.c holds the two
 * together).  How the bytes are cut into pieces changes nothing.
 */
#ifndef KARTE_HTTP_ARRIVAL_H
#define KARTE_HTTP_ARRIVAL_H

#include "generator/base/sha256.h"
#include "vault/http/multipart.h"

struct arrival;

/* The content of one file. */
struct arrived {
	int fd;	      /* read and write, at any place; closed by arrival_free(); -1 if none was
			 chosen or it was too big */
	size_t bytes; /* as many as came, also of one that was too big */
	bool toobig;  /* over file_max: nothing is kept */
	char sha256[SHA256_HEX];
};

struct arrival_limits {
	const char *folder; /* on a file system that has O_TMPFILE */
	size_t file_max;    /* bytes of one file: larger ones are only counted */
};

/*
 * ST_INVALID for a content type without a boundary, ST_NOMEM.  *out is the caller's.  Memory: 64
 * KiB for the piece that is looked at, and the fields (FORM_BYTES_MAX) and heads.
 */
enum status arrival_new(struct arrival **out, struct arrival_limits limits,
			struct span content_type);
/* NULL does nothing. */
void arrival_free(struct arrival *a);

/* The next bytes.  A failure sticks; what still comes is dropped. */
void arrival_add(struct arrival *a, struct span piece);

/*
 * When all have come: the parts and the plain fields, which belong to the arrival.  ST_INVALID and
 * ST_TOOBIG as multipart_parse(); ST_IO: the disk.
 */
enum status arrival_end(struct arrival *a, struct multipart *out, struct form *form);

#endif

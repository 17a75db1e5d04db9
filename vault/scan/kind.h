/*
 * Which files are taken: what they are by their bytes, by their inside and by their name, all three
 * agreeing.
 */
#ifndef KARTE_SCAN_KIND_H
#define KARTE_SCAN_KIND_H

#include "generator/base/buf.h"

enum kind_class { KIND_PDF, KIND_PICTURE, KIND_OFFICE, KIND_TEXT };

struct kind {
	const char *ext;  /* in the name, in lower case: "jpeg" */
	const char *type; /* Content-Type: "image/jpeg" */
	enum kind_class class;
	const char *saved_as; /* of a picture: the end under which vipsthumbnail writes it */
};

/* Why a file is not taken. */
enum kind_refusal {
	KIND_TAKEN,
	KIND_EMPTY,
	KIND_OTHER,   /* not on the list, or it is not what its name says */
	KIND_LOCKED,  /* under a password */
	KIND_MACRO,   /* holds programs */
	KIND_BOMB,    /* unpacks to far more than a document has */
	KIND_TROUBLE, /* could not be looked at: fail_why() */
};

enum { KIND_UNPACKED_MAX = 256 * 1024 * 1024 };

/* Looks at the file; *out is NULL unless KIND_TAKEN.  The name is one of path_name(). */
enum kind_refusal kind_of(int fd, size_t bytes, struct span name, const struct kind **out);
/* The kind of a type that was stored; NULL for one that is not on the list. */
const struct kind *kind_of_type(struct span type);

/*
 * A name as a person sent it, made fit to be stored and shown: without folders, control characters
 * and marks that turn the direction of writing; spaces at the ends and dots at the beginning go,
 * the end (".pdf") stays when it has to be cut at 200 bytes.  Everything else as typed.  ST_INVALID
 * if nothing is left.
 */
enum status kind_clean_name(struct span sent, struct buf *out);

#endif

/*
 * OpenPGP packets taken apart (RFC 4880), for vault/store/openpgp.c.  Each function cuts something
 * off the front of a span; spans point into it.  What is not whole makes all the rest absent
 * (p == NULL), and what is cut from that is absent too: look once, at the end.  Any thread.
 */
#ifndef KARTE_VAULT_STORE_PACKET_H
#define KARTE_VAULT_STORE_PACKET_H

#include "generator/base/span.h"

enum { OPENPGP_V4 = 4 };

/* The next n bytes. */
struct span cut(struct span *s, size_t n);
/* The next n bytes, at most 4, as a number; 0 when there are too few. */
unsigned long cut_number(struct span *s, size_t n);
/* The body of the next packet, with an old or a new header that tells its length (4.2). */
struct span cut_packet(struct span *s, unsigned long *tag);
/*
 * A number (3.2) into n bytes, with leading zeros.  False: it is 0, longer than n bytes, or not
 * exactly as long as its length in bits says.
 */
bool cut_mpi(struct span *s, unsigned char *out, size_t n);

struct signature {
	unsigned long type, algorithm, hash;
	struct span covered; /* from the version to the end of the hashed subpackets */
	struct span hashed, unhashed;
	struct span left; /* the first two bytes of the hash */
};

/* What stands before the numbers of a signature of version 4 (5.2.3).  False: it is none. */
bool cut_signature(struct span *body, struct signature *out);

struct subpacket {
	unsigned long type;
	bool critical;
	struct span body;
};

/* The next subpacket (5.2.3.1); false at the end, where the area is empty, or absent if broken. */
bool cut_subpacket(struct span *area, struct subpacket *out);

#endif

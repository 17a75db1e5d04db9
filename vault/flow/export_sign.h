/*
 * What leaves the vault as a file, with what proves it: SHA-256 and a detached OpenPGP signature by
 * the vault's own key, so that anybody can tell later that it was this vault that gave out exactly
 * these bytes (`gpg --verify FILE.asc FILE`, `sha256sum -c FILE.sha256`).
 */
#ifndef KARTE_FLOW_EXPORT_SIGN_H
#define KARTE_FLOW_EXPORT_SIGN_H

#include "generator/base/sha256.h"
#include "vault/app.h"

#include <stdint.h>

struct export_proof {
	char sha256[SHA256_HEX];
	struct buf signature; /* armored; clear it with export_proof_clear */
};

/* Makes both over the bytes (5 ms and the hash).  ST_IO, ST_NOTFOUND (no key), ST_NOMEM.  Clear it
   in any case. */
enum status export_sign(struct export_proof *out, struct app *app, struct span bytes);
void export_proof_clear(struct export_proof *p);

/*
 * Appends a zip of the file called name (ASCII, no folder), NAME.asc and NAME.sha256 (as sha256sum
 * writes it), all of the moment `at`.  ST_NOMEM, ST_TOOBIG by the buffer.
 */
enum status export_zip(const struct export_proof *p, const char *name, struct span bytes,
		       int64_t at, struct buf *out);

#endif

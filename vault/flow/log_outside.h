/*
 * Months of the journal on media outside: DIR/HOSTNAME-read-2024-10.jsonl.gpg, encrypted to a key
 * of the municipality, with .asc (the vault's signature over the encrypted file) and .sha256.
 * Decrypted it is the month's body file, byte for byte: each line is a leaf of the journal's tree,
 * whose hashes stay.
 */
#ifndef KARTE_FLOW_LOG_OUTSIDE_H
#define KARTE_FLOW_LOG_OUTSIDE_H

#include "vault/flow/journal_search.h"

/* Which months were written, as the journal says ("read/2024-10"). */
struct log_written {
	struct journal_month *months;
	size_t count;
};
enum status log_written_load(struct log_written *out, struct app *app);
bool log_written_has(const struct log_written *w, const struct journal_month *m);
void log_written_clear(struct log_written *w);

enum { LOG_OUTSIDE_MAX = 1 << 30 /* bytes of a month */ };

/*
 * Writes one month that is over, reads it back, checks hash and signature, and records it
 * (`journal.outside`).  ST_CONFIG: folder or key are not as they must be; ST_IO; ST_TOOBIG.
 */
enum status log_outside_write(struct app *app, const struct journal_month *m);

#endif

/* What tells readers apart. */
#include "generator/base/sha256.h"
#include "generator/role/redact.h"

#include <stdint.h>

/* Each with its length before it: no list reads as another. */
static void put_list(const char *name, const struct span *list, size_t n, struct buf *out)
{
	buf_addf(out, " %s", name);
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, " %zu:", list[i].n);
		buf_addspan(out, list[i]);
	}
}

static void put_hash(const struct span *words, size_t n, struct buf *out)
{
	unsigned char digest[SHA256_LEN];
	struct sha256 h;

	sha256_init(&h);
	for (size_t i = 0; i < n; i++) {
		uint64_t length = words[i].n;

		sha256_add(&h, &length, sizeof length);
		sha256_add(&h, words[i].p, words[i].n);
	}
	sha256_end(&h, digest);
	buf_adds(out, " words ");
	buf_addhex(out, digest, sizeof digest);
}

void reader_key(const struct reader *r, struct buf *out)
{
	buf_addf(out, "%d %d %d", (int)r->role, (int)r->relation, r->read_only);
	put_list("hidden", r->hidden, r->nhidden, out);
	put_list("opened", r->opened, r->nopened, out);
	put_list("only", &r->only, 1, out);
	put_hash(r->words, r->nwords, out);
}

/*
 * Any bytes as a signed note, as a request to a witness, as a verifier key, as a short checkpoint.
 * What is taken is written again in the same way, and no stranger's bytes are a signature.
 */
#include "vault/journal/cosign.h"
#include "vault/journal/journal.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* The first two lines behind the origin are as numbers and hashes are written. */
static void look_at_note(struct span in)
{
	struct signed_checkpoint n;
	struct proof root = {.count = 1};
	struct log_signer key;
	struct buf again;
	int64_t time;

	if (checkpoint_parse(&n, in))
		return;
	buf_init(&again, 64 * 1024);
	root.h[0] = n.c.root;
	buf_addf(&again, "%.*s\n%llu\n", SPAN_ARG(n.origin), (unsigned long long)n.c.size);
	proof_write(&again, &root);
	must(again.st || span_starts(n.text, buf_span(&again)));
	must(n.text.n + 1 + n.signatures.n == in.n && n.signatures.n > 0);
	buf_clear(&again);
	must(!vkey_read(
	    &key, SPAN("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
	    NOTE_LOG));
	must(checkpoint_signed(&n, &key, &time) != ST_OK);
}

static void look_at_request(struct span in)
{
	struct add_request r;
	struct buf again;

	if (add_request_parse(&r, in))
		return;
	buf_init(&again, in.n + 1);
	add_request_write(&again, r.old, &r.proof, r.note);
	must(span_eq(buf_span(&again), in));
	buf_clear(&again);
}

static void look_at_promise(struct span in)
{
	struct journal_promise p, q;
	char text[JOURNAL_SHORT];

	if (journal_promise_parse(in, &p))
		return;
	must(p.root_len == 6 || p.root_len == 32);
	journal_promise_text(&p, text);
	must(!journal_promise_parse(span_of(text), &q) && q.size == p.size &&
	     memcmp(q.root, p.root, 6) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_make(size ? (const char *)data : "", size);
	struct log_signer key;

	if (size > ADD_MAX)
		return 0;
	look_at_note(in);
	look_at_request(in);
	look_at_promise(in);
	if (!vkey_read(&key, in, NOTE_WITNESS))
		must(span_is(in, key.vkey));
	return 0;
}

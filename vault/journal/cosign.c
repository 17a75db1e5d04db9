#include "vault/journal/cosign.h"

#include "generator/base/utf8.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>

enum {
	SIG = 64,
	ID = 4,
	STAMP = 8,
	SIGNATURE_MAX = 8192, /* bytes of base64: post-quantum ones are nearly 5 KB */
	BASE64 = sodium_base64_VARIANT_ORIGINAL,
};

/* ---- parsing -------------------------------------------------------------------------------- */

/* ASCII decimal without leading zeroes. */
static bool read_size(struct span s, uint64_t *out)
{
	long n;

	if (!span_number(s, LONG_MAX, &n) || (s.n > 1 && s.p[0] == '0'))
		return false;
	*out = (uint64_t)n;
	return true;
}

static bool read_hash(struct span s, struct hash *out)
{
	struct proof p = {.count = 0};

	if (proof_read_line(&p, s))
		return false;
	*out = p.h[0];
	return true;
}

static bool is_clean(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\n')
			return false;
	return utf8_check(s) == s.n;
}

/* What a line of signature says: name, then base64 of id and signature; the length in *n. */
static bool read_signature(struct span line, struct span *name, unsigned char *out, size_t room,
			   size_t *n)
{
	struct span dash = span_of(note_dash);
	const char *end;

	if (!span_starts(line, dash))
		return false;
	line = span_make(line.p + dash.n, line.n - dash.n);
	*name = span_cut(&line, ' ');
	return name->n && line.n && line.n <= SIGNATURE_MAX && note_is_base64(line) &&
	       sodium_base642bin(out, room, line.p, line.n, NULL, n, &end, BASE64) == 0 &&
	       end == line.p + line.n && *n > ID;
}

static bool are_signatures(struct span lines)
{
	unsigned char bytes[SIGNATURE_MAX];
	struct span name;
	size_t n;

	if (!lines.n)
		return false;
	while (lines.n)
		if (!read_signature(span_cut(&lines, '\n'), &name, bytes, sizeof bytes, &n))
			return false;
	return true;
}

static enum status bad(const char *why)
{
	return fail(ST_INVALID, "checkpoint: %s", why);
}

enum status checkpoint_parse(struct signed_checkpoint *out, struct span note)
{
	struct span rest;

	*out = (struct signed_checkpoint){.c = {.size = 0}};
	if (!is_clean(note) || !note_split(note, &out->text, &out->signatures))
		return bad("it is no signed note");
	rest = out->text;
	out->origin = span_cut(&rest, '\n');
	if (!out->origin.n)
		return bad("it has no origin");
	if (!read_size(span_cut(&rest, '\n'), &out->c.size))
		return bad("the size is malformed");
	if (!read_hash(span_cut(&rest, '\n'), &out->c.root))
		return bad("the root is malformed");
	while (rest.n)
		if (!span_cut(&rest, '\n').n)
			return bad("it has an empty line");
	return are_signatures(out->signatures) ? ST_OK : bad("a line of signature is malformed");
}

/* ---- signatures ----------------------------------------------------------------------------- */

/* The message of a cosignature (tlog-cosignature, "Ed25519 signed message"). */
static void stamped(struct buf *out, uint64_t time, struct span text)
{
	buf_addf(out, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
	buf_addspan(out, text);
}

static uint64_t big_endian(const unsigned char *p)
{
	uint64_t v = 0;

	for (int i = 0; i < STAMP; i++)
		v = v << 8 | p[i];
	return v;
}

static bool verify(struct span message, const unsigned char *sig, const struct log_signer *key)
{
	return crypto_sign_ed25519_verify_detached(sig, (const unsigned char *)message.p, message.n,
						   key->public_key) == 0;
}

/* bytes: of the line, without the id. */
static bool is_good(const struct signed_checkpoint *n, const struct log_signer *key,
		    const unsigned char *bytes, size_t len, int64_t *time)
{
	struct buf message;
	uint64_t at;
	bool good;

	*time = 0;
	if (key->type == NOTE_LOG)
		return len == SIG && verify(n->text, bytes, key);
	if (len != STAMP + SIG)
		return false;
	at = big_endian(bytes);
	if (at == 0 || at > INT64_MAX)
		return false;
	buf_init(&message, NOTE_MAX + 64);
	stamped(&message, at, n->text);
	good = !message.st && verify(buf_span(&message), bytes + STAMP, key);
	buf_clear(&message);
	*time = (int64_t)at;
	return good;
}

enum status checkpoint_signed(const struct signed_checkpoint *n, const struct log_signer *key,
			      int64_t *time)
{
	unsigned char bytes[SIGNATURE_MAX];
	struct span lines = n->signatures, name;
	enum status st = ST_NOTFOUND;
	int64_t at;
	size_t len;

	if (sodium_init() < 0)
		return fail(ST_BUG, "libsodium does not start");
	while (lines.n) {
		if (!read_signature(span_cut(&lines, '\n'), &name, bytes, sizeof bytes, &len) ||
		    !span_is(name, key->origin) || memcmp(bytes, key->id, ID) != 0)
			continue;
		if (!is_good(n, key, bytes + ID, len - ID, &at))
			return fail(ST_DENIED, "checkpoint: the signature of %s is wrong",
				    key->origin);
		if (time && (st == ST_NOTFOUND || at > *time))
			*time = at;
		st = ST_OK;
	}
	return st ? fail(st, "checkpoint: it is not signed by %s", key->origin) : ST_OK;
}

void checkpoint_cosign(struct buf *out, const struct log_signer *witness, struct span text,
		       int64_t now)
{
	unsigned char sig[ID + STAMP + SIG];
	char base64[sodium_base64_ENCODED_LEN(sizeof sig, BASE64)];
	struct buf message;

	buf_init(&message, NOTE_MAX + 64);
	stamped(&message, (uint64_t)now, text);
	memcpy(sig, witness->id, ID);
	for (int i = 0; i < STAMP; i++)
		sig[ID + i] = (unsigned char)((uint64_t)now >> (8 * (STAMP - 1 - i)));
	crypto_sign_ed25519_detached(sig + ID + STAMP, NULL,
				     (const unsigned char *)buf_str(&message), message.len,
				     witness->secret_key);
	sodium_bin2base64(base64, sizeof base64, sig, sizeof sig, BASE64);
	buf_addf(out, "%s%s %s\n", note_dash, witness->origin, base64);
	buf_clear(&message);
}

/* ---- add-checkpoint ------------------------------------------------------------------------- */

void add_request_write(struct buf *out, uint64_t old, const struct proof *proof, struct span note)
{
	buf_addf(out, "old %llu\n", (unsigned long long)old);
	proof_write(out, proof);
	buf_addc(out, '\n');
	buf_addspan(out, note);
}

enum status add_request_parse(struct add_request *out, struct span body)
{
	struct span line = span_cut(&body, '\n'), old = SPAN("old ");
	enum status st = ST_OK;

	out->proof.count = 0;
	if (!span_starts(line, old) ||
	    !read_size(span_make(line.p + old.n, line.n - old.n), &out->old))
		return fail(ST_INVALID, "the first line is not the old size");
	while (!st) {
		if (!body.p)
			return fail(ST_INVALID, "there is no checkpoint");
		line = span_cut(&body, '\n');
		if (!line.n)
			break;
		st = proof_read_line(&out->proof, line);
	}
	out->note = body.p ? body : SPAN("");
	if (st)
		return fail(ST_INVALID, "%s", fail_why());
	return checkpoint_parse(&out->checkpoint, out->note);
}

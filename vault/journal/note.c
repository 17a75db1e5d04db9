#include "vault/journal/note.h"

#include "generator/base/file.h"
#include "generator/base/utf8.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { SEED_LEN = 32, SIG_LEN = 64, BASE64 = sodium_base64_VARIANT_ORIGINAL };

const char note_dash[] = "\xe2\x80\x94 ";

static void add_base64(struct buf *out, const void *p, size_t n)
{
	char text[160];

	buf_adds(out, sodium_bin2base64(text, sizeof text, p, n, BASE64));
}

/* libsodium 1.0.18 takes some bytes beyond ASCII for digits. */
bool note_is_base64(struct span s)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

	for (size_t i = 0; i < s.n; i++)
		if (!memchr(digits, s.p[i], sizeof digits - 1))
			return false;
	return true;
}

/* Exactly n bytes. */
static bool read_base64(struct span s, unsigned char *out, size_t n)
{
	size_t got;
	const char *end;

	return note_is_base64(s) &&
	       sodium_base642bin(out, n, s.p, s.n, NULL, &got, &end, BASE64) == 0 && got == n &&
	       end == s.p + s.n;
}

/* ---- keys ---- */

/* May a log or witness be called so?  White space and "+" would break the formats; above ASCII,
 * only what is surely no space. */
static bool note_is_name(struct span s)
{
	if (s.n < 1 || s.n > ORIGIN_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '+')
			return false;
	return true;
}

static void note_key_id(const char *name, enum note_type type, const unsigned char key[static 32],
			unsigned char id[static 4])
{
	struct sha256 h;
	unsigned char digest[SHA256_LEN], typed[33] = {(unsigned char)type};

	memcpy(typed + 1, key, 32);
	sha256_init(&h);
	sha256_add(&h, name, strlen(name));
	sha256_add(&h, "\n", 1);
	sha256_add(&h, typed, sizeof typed);
	sha256_end(&h, digest);
	memcpy(id, digest, 4);
}

static void set_public(struct log_signer *s)
{
	unsigned char typed[33] = {(unsigned char)s->type};
	char text[64];

	memcpy(typed + 1, s->public_key, 32);
	note_key_id(s->origin, s->type, s->public_key, s->id);
	sodium_bin2base64(text, sizeof text, typed, sizeof typed, BASE64);
	snprintf(s->vkey, sizeof s->vkey, "%s+%02x%02x%02x%02x+%s", s->origin, s->id[0], s->id[1],
		 s->id[2], s->id[3], text);
}

static enum status write_keys(const struct log_signer *s, const char *dir)
{
	unsigned char typed[1 + SEED_LEN] = {(unsigned char)s->type};
	char path[PATH_MAX];
	struct buf b;
	enum status st;

	buf_init_secret(&b, 1024);
	crypto_sign_ed25519_sk_to_seed(typed + 1, s->secret_key);
	buf_addf(&b, "PRIVATE+KEY+%s+%02x%02x%02x%02x+", s->origin, s->id[0], s->id[1], s->id[2],
		 s->id[3]);
	add_base64(&b, typed, sizeof typed);
	buf_addc(&b, '\n');
	snprintf(path, sizeof path, "%s/key", dir);
	st = b.st ? b.st : file_write(path, buf_span(&b), 0600);
	buf_cut(&b, 0);
	buf_addf(&b, "%s\n", s->vkey);
	snprintf(path, sizeof path, "%s/key.pub", dir);
	if (!st)
		st = b.st ? b.st : file_write(path, buf_span(&b), 0644);
	explicit_bzero(typed, sizeof typed);
	buf_clear(&b);
	return st;
}

enum status signer_create_as(const char *dir, struct span origin, enum note_type type)
{
	struct log_signer s = {.secret = true, .type = type};
	enum status st;

	if (!note_is_name(origin) || !span_copy(origin, s.origin, sizeof s.origin))
		return fail(ST_INVALID, "the name of a log or witness must be 1 to 200 visible "
					"ASCII characters without +");
	if (sodium_init() < 0)
		return fail(ST_BUG, "libsodium does not start");
	crypto_sign_ed25519_keypair(s.public_key, s.secret_key);
	set_public(&s);
	st = write_keys(&s, dir);
	signer_clear(&s);
	return st;
}

enum status signer_create(const char *dir, struct span origin)
{
	return signer_create_as(dir, origin, NOTE_LOG);
}

static enum status bad_key(const char *name)
{
	return fail(ST_CORRUPT, "the journal's %s is not a key of it", name);
}

/* origin+id+base64(type, 32 bytes): takes the 32 bytes; the origin must not have a "+". */
static bool split_key(struct span s, enum note_type type, struct span *origin,
		      unsigned char out[static 32])
{
	unsigned char typed[33];
	bool good;

	*origin = span_cut(&s, '+');
	span_cut(&s, '+'); /* the id follows from the rest and is compared as a whole */
	good = s.p && read_base64(s, typed, sizeof typed) && typed[0] == type;
	if (good)
		memcpy(out, typed + 1, 32);
	explicit_bzero(typed, sizeof typed);
	return good;
}

static enum status read_key_file(const char *dir, const char *name, struct buf *b)
{
	char path[PATH_MAX];
	enum status st;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	st = file_read(path, b);
	if (st == ST_TOOBIG)
		return bad_key(name);
	if (!st && b->len && b->data[b->len - 1] == '\n')
		buf_cut(b, b->len - 1);
	return st;
}

static enum status load_secret(struct log_signer *s, const char *dir)
{
	static const struct span prefix = {"PRIVATE+KEY+", 12};
	unsigned char seed[SEED_LEN], again[32];
	struct span text, origin;
	struct buf b;
	enum status st;

	buf_init_secret(&b, 1024);
	st = read_key_file(dir, "key", &b);
	text = buf_span(&b);
	if (!st && !span_starts(text, prefix))
		st = bad_key("key");
	if (!st &&
	    !split_key(span_make(text.p + prefix.n, text.n - prefix.n), s->type, &origin, seed))
		st = bad_key("key");
	if (!st) {
		crypto_sign_ed25519_seed_keypair(again, s->secret_key, seed);
		if (memcmp(again, s->public_key, sizeof again) || !span_is(origin, s->origin))
			st = bad_key("key");
	}
	s->secret = !st;
	explicit_bzero(seed, sizeof seed);
	buf_clear(&b);
	return st;
}

enum status vkey_read(struct log_signer *s, struct span text, enum note_type type)
{
	struct span origin;

	memset(s, 0, sizeof *s);
	s->type = type;
	if (split_key(text, type, &origin, s->public_key) && note_is_name(origin) &&
	    span_copy(origin, s->origin, sizeof s->origin)) {
		set_public(s);
		if (span_is(text, s->vkey))
			return ST_OK;
	}
	signer_clear(s);
	return fail(ST_INVALID, "this is no verifier key (NAME+ID+KEY) of the right kind");
}

enum status signer_load_as(struct log_signer *s, const char *dir, enum note_type type, bool secret)
{
	struct buf b;
	enum status st;

	memset(s, 0, sizeof *s);
	if (sodium_init() < 0)
		return fail(ST_BUG, "libsodium does not start");
	buf_init(&b, 1024);
	st = read_key_file(dir, "key.pub", &b);
	if (!st && vkey_read(s, buf_span(&b), type))
		st = bad_key("key.pub");
	if (!st && secret)
		st = load_secret(s, dir);
	if (st)
		signer_clear(s);
	buf_clear(&b);
	return st;
}

enum status signer_load(struct log_signer *s, const char *dir, bool secret)
{
	return signer_load_as(s, dir, NOTE_LOG, secret);
}

void signer_clear(struct log_signer *s)
{
	explicit_bzero(s, sizeof *s);
}

/* ---- notes ---- */

void note_write(struct buf *out, const struct log_signer *s, const struct checkpoint *c)
{
	unsigned char sig[4 + SIG_LEN];
	struct buf text;

	buf_init(&text, 1024);
	buf_addf(&text, "%s\n%llu\n", s->origin, (unsigned long long)c->size);
	add_base64(&text, c->root.b, sizeof c->root.b);
	buf_addc(&text, '\n');
	memcpy(sig, s->id, sizeof s->id);
	crypto_sign_ed25519_detached(sig + 4, NULL, (const unsigned char *)buf_str(&text), text.len,
				     s->secret_key);
	buf_addspan(out, buf_span(&text));
	buf_addf(out, "\n%s%s ", note_dash, s->origin);
	add_base64(out, sig, sizeof sig);
	buf_addc(out, '\n');
	buf_clear(&text);
}

static enum status bad_note(const char *why)
{
	return fail(ST_INVALID, "checkpoint: %s", why);
}

/* A signature of our key must be there, and each one of it must be good. */
static enum status check_signatures(struct span text, struct span lines, const struct log_signer *s)
{
	unsigned char sig[4 + SIG_LEN];
	bool found = false;

	while (lines.n) {
		struct span line = span_cut(&lines, '\n'), name;

		if (!span_starts(line, span_of(note_dash)))
			return bad_note("a line of signature is malformed");
		line = span_make(line.p + sizeof note_dash - 1, line.n - (sizeof note_dash - 1));
		name = span_cut(&line, ' ');
		if (!span_is(name, s->origin) || !line.p || !read_base64(line, sig, sizeof sig) ||
		    memcmp(sig, s->id, sizeof s->id))
			continue;
		if (crypto_sign_ed25519_verify_detached(sig + 4, (const unsigned char *)text.p,
							text.n, s->public_key))
			return bad_note("the signature is wrong");
		found = true;
	}
	return found ? ST_OK : bad_note("it is not signed by the journal's key");
}

/* The text is separated from the signatures by the last empty line. */
bool note_split(struct span note, struct span *text, struct span *signatures)
{
	if (note.n > NOTE_MAX || utf8_check(note) != note.n || !span_ends(note, SPAN("\n")))
		return false;
	for (size_t i = note.n - 1; i > 0; i--) {
		if (note.p[i] != '\n' || note.p[i - 1] != '\n')
			continue;
		*text = span_make(note.p, i);
		*signatures = span_make(note.p + i + 1, note.n - i - 1);
		return true;
	}
	return false;
}

enum status note_read(struct span note, const struct log_signer *s, struct checkpoint *out)
{
	struct span text, signatures, rest, origin, size;
	long n;

	if (!note_split(note, &text, &signatures))
		return bad_note("it is no signed note");
	rest = text;
	origin = span_cut(&rest, '\n');
	size = span_cut(&rest, '\n');
	if (!origin.n || (s && !span_is(origin, s->origin)))
		return bad_note("it belongs to another log");
	if (!span_number(size, LONG_MAX, &n) || (size.n > 1 && size.p[0] == '0'))
		return bad_note("the size is malformed");
	if (!read_base64(span_cut(&rest, '\n'), out->root.b, sizeof out->root.b))
		return bad_note("the root is malformed");
	out->size = (uint64_t)n;
	return s ? check_signatures(text, signatures, s) : ST_OK;
}

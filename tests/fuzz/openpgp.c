/*
 * Any bytes as a signature or a key, as the first byte wishes: 's' and 'k' armored, 'S' and 'K'
 * bare (the checksum is made right here), 'm' what a signature says, which is signed here: length
 * of the signed part, signed part, other part.
 *
 * A signature fits one text and one key only; what is signed here fits or is refused; what is
 * refused tells nothing; the point of a key stands in its bytes.
 */
#include "vault/store/openpgp.h"
#include "tests/unit/store_openpgp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct span text = {"karte\n", 6}, other_text = {"Karte\n", 6};
static struct pgp_key signer;

static void must(bool truth)
{
	if (!truth)
		abort();
}

static struct openpgp_key key_of(const struct pgp_key *k)
{
	struct openpgp_key out = {.created = k->created};

	memcpy(out.point, k->point, sizeof out.point);
	return out;
}

static enum status check(struct span armored)
{
	struct openpgp_key right = key_of(&signer), wrong = right;
	struct openpgp_verdict v;
	enum status st = openpgp_check(&right, text, armored, &v);

	must(!st || st == ST_CORRUPT || st == ST_INVALID);
	if (st == ST_INVALID) {
		must(!v.issuer[0] && !v.created);
		return st;
	}
	must(strspn(v.issuer, "0123456789ABCDEF") == FPR_HEX - 1 && v.created >= right.created);
	wrong.point[0] ^= 1;
	must(openpgp_check(&wrong, text, armored, &v) == ST_CORRUPT);
	if (!st)
		must(openpgp_check(&right, other_text, armored, &v) == ST_CORRUPT);
	return st;
}

static void read_key(struct span armored, struct span raw)
{
	struct openpgp_key key;
	enum status st = openpgp_public_key(armored, &key);

	must(!st || st == ST_INVALID);
	if (st)
		must(!key.created && !key.point[0]);
	else if (raw.p)
		must(span_find(raw, span_make((const char *)key.point, sizeof key.point)) >= 0);
}

static void sign_and_check(struct span said)
{
	enum { LEAST = 23 + 6, MOST = 23 + 6 + 10 + 3 * 4 };
	size_t n = said.n ? (unsigned char)said.p[0] : 0;
	struct buf body, raw, armored;
	unsigned char numbers[64];
	struct pgp_sig s;
	enum status st;

	if (!said.n || said.n - 1 < n || said.n > 60000)
		return;
	s = pgp_sig_usual(span_make(said.p + 1, n), span_make(said.p + 1 + n, said.n - 1 - n));
	buf_init(&body, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	buf_init(&armored, PGP_ROOM);
	pgp_sig_body(&body, &signer, &s, text, numbers);
	pgp_packet(&raw, 2, buf_span(&body));
	pgp_armor(&armored, "SIGNATURE", buf_span(&raw));
	st = check(buf_span(&armored));
	must(st != ST_CORRUPT);
	must(st || (said.n - 1 >= LEAST && said.n - 1 <= MOST));
	buf_clear(&armored);
	buf_clear(&raw);
	buf_clear(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_make((const char *)data, size);
	struct buf armored;
	char how = size ? in.p[0] : '\0';

	if (!how || size > 100000)
		return 0;
	pgp_key_make(&signer, 7, 1700000000);
	in = span_make(in.p + 1, in.n - 1);
	buf_init(&armored, PGP_ROOM);
	if (how == 'S' || how == 'K')
		pgp_armor(&armored, how == 'S' ? "SIGNATURE" : "PUBLIC KEY BLOCK", in);
	if (how == 's' || how == 'S')
		check(how == 's' ? in : buf_span(&armored));
	if (how == 'k' || how == 'K')
		read_key(how == 'k' ? in : buf_span(&armored), how == 'K' ? in : SPAN_NONE);
	if (how == 'm')
		sign_and_check(in);
	buf_clear(&armored);
	return 0;
}

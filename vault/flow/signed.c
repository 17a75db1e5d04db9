#include "vault/flow/signed.h"

/* As far as the clock of a commit and that of the registry may differ (design 8). */
enum { CLOCK_SECONDS = 120, BYTES_MAX = 1024 * 1024 };

/* The key that should have signed, with which a check takes no time; any other is found too. */
static void expected_key(struct app *app, struct span account, char out[static FPR_HEX])
{
	struct account a;

	out[0] = '\0';
	if (span_starts(account, SPAN("os:")))
		memcpy(out, app->host_key, FPR_HEX);
	else if (account_get(app->db, account, &a) == ST_OK)
		memcpy(out, a.key, FPR_HEX);
}

static enum status check(struct app *app, struct repo *repo, const struct version *v,
			 struct verdict *out)
{
	char expected[FPR_HEX];
	struct buf signature, bytes;
	enum status st;

	*out = (struct verdict){.state = SIGN_UNCHECKED};
	expected_key(app, version_trailer(v, "Karte-Account"), expected);
	buf_init(&signature, SIGNATURE_MAX);
	buf_init(&bytes, BYTES_MAX);
	st = commit_signature(repo, &v->id, &signature, &bytes);
	if (!st && signature.len == 0)
		out->state = SIGN_NONE;
	else if (!st && expected[0])
		st = verify_own(app->keys, expected, buf_span(&bytes), buf_span(&signature), out);
	else if (!st)
		st = verify_detached(app->keys, buf_span(&bytes), buf_span(&signature), out);
	buf_clear(&signature);
	buf_clear(&bytes);
	return st == ST_NOMEM ? st : ST_OK;
}

/* What an operator does is signed by the vault's own key and says so. */
static bool is_own(const struct key_row *k, struct span account)
{
	return span_is(account, k->account) ||
	       (strcmp(k->account, "karte") == 0 && span_starts(account, SPAN("os:")));
}

static enum signed_state judge(const struct signed_look *s, enum sign_state found, int64_t now)
{
	if (found == SIGN_NONE)
		return SIGNED_NONE;
	if (found == SIGN_NO_KEY || (s->bytes && !s->known))
		return SIGNED_NO_KEY;
	if (found == SIGN_UNCHECKED)
		return SIGNED_UNCHECKED;
	if (!s->bytes || !s->in_time || !s->own)
		return SIGNED_WRONG;
	return s->key.until && s->key.until <= now ? SIGNED_GOOD_ENDED : SIGNED_GOOD;
}

enum status signed_look_at(struct app *app, struct repo *repo, const struct version *v, int64_t now,
			   struct signed_look *out)
{
	struct verdict found;
	enum status st = check(app, repo, v, &found);

	*out = (struct signed_look){.state = SIGNED_UNCHECKED, .made = found.created};
	if (st)
		return st;
	memcpy(out->fpr, found.fpr, sizeof out->fpr);
	out->bytes = found.state == SIGN_GOOD || found.state == SIGN_GOOD_KEY_ENDED;
	st = out->fpr[0] ? key_get(app->db, span_of(out->fpr), &out->key) : ST_NOTFOUND;
	out->known = st == ST_OK;
	if (st && st != ST_NOTFOUND)
		return st;
	if (out->known) {
		out->in_time = v->time >= out->key.since - CLOCK_SECONDS &&
			       (!out->key.until || v->time <= out->key.until + CLOCK_SECONDS);
		out->own = is_own(&out->key, version_trailer(v, "Karte-Account"));
	}
	out->state = judge(out, found.state, now);
	return ST_OK;
}

/* One commit by itself: signature, key in its time, who wrote it, record, content. */
#include "vault/flow/verify_impl.h"

#include "vault/store/replay.h"

enum { COMMIT_ROOM = 1024 * 1024 };

struct commit {
	struct verify_run *r;
	struct subject *s;
	const struct version *v;
	const struct logged *log; /* NULL: none */
	char id[OID_HEX];
};

#define TELL(c, code, ...) found_add(&(c)->s->found, code, (c)->id, __VA_ARGS__)

/* ---- signature ------------------------------------------------------------------------------ */

/* Here, if the registry has the key and it is of our kind; everything else is gpg's to judge. */
static enum status judge(struct verify_run *r, struct span bytes, struct span signature,
			 struct verdict *out)
{
	struct openpgp_verdict claims;
	const struct known_key *k = NULL;
	enum status st = openpgp_claims(signature, &claims);

	if (!st)
		k = verify_key(r, claims.issuer);
	if (k && k->ours)
		st = openpgp_check(&k->key, bytes, signature, &claims);
	else
		st = ST_INVALID;
	if (st && st != ST_CORRUPT)
		return verify_detached(r->app->keys, bytes, signature, out);
	*out = (struct verdict){.state = st ? SIGN_BAD : SIGN_GOOD, .created = claims.created};
	memcpy(out->fpr, k->fpr, sizeof out->fpr);
	return ST_OK;
}

/*
 * Good at that time: by the registry as it was when the commit was recorded, and by its own words.
 * A save that races with the end of its key is let through for as long as clocks may differ.
 */
static bool good_then(const struct commit *c, const struct known_key *k)
{
	bool registered = !c->log || !k->since_n || k->since_n < c->log->n;

	/* the very first version registers the key that signs it */
	if (c->log && k->since_n == c->log->n)
		registered = c->v->parent_count == 0;
	return registered && c->v->time >= k->since - CLOCK_SECONDS &&
	       (!k->until || c->v->time <= k->until + CLOCK_SECONDS);
}

static void check_key(const struct commit *c, const struct verdict *verdict)
{
	const struct known_key *k = verify_key(c->r, verdict->fpr);
	struct span account = version_trailer(c->v, "Karte-Account");

	if (!k) {
		TELL(c, "key.unknown", "signed by %s, which the registry does not know",
		     verdict->fpr);
		return;
	}
	if (!good_then(c, k))
		TELL(c, "key.time", "the key was not good at that time");
	/* what an operator does is signed by the vault's own key and says so */
	if (!span_is(account, k->account) &&
	    !(strcmp(k->account, "karte") == 0 && span_starts(account, SPAN("os:"))))
		TELL(c, "key.account", "the key is of %s, the commit says %.*s", k->account,
		     SPAN_ARG(account));
}

static void check_signature(const struct commit *c)
{
	struct verdict verdict = {.state = SIGN_UNCHECKED};
	struct buf signature, bytes;
	enum status st;

	buf_init(&signature, COMMIT_ROOM);
	buf_init(&bytes, COMMIT_ROOM);
	st = version_signature(c->v, &signature, &bytes);
	if (!st && signature.len == 0)
		verdict.state = SIGN_NONE;
	else if (!st)
		st = judge(c->r, buf_span(&bytes), buf_span(&signature), &verdict);
	c->s->signatures += c->v->has_signature;
	c->s->states[verdict.state]++;
	if (st)
		TELL(c, "signature.unchecked", "%s", fail_why());
	else if (verdict.state == SIGN_GOOD || verdict.state == SIGN_GOOD_KEY_ENDED)
		check_key(c, &verdict);
	else if (verdict.state == SIGN_NONE)
		TELL(c, "signature.none", "the commit is not signed");
	else
		TELL(c, verdict.state == SIGN_BAD ? "signature.bad" : "signature.unknown",
		     "the signature is %s", sign_state_name(verdict.state));
	buf_clear(&signature);
	buf_clear(&bytes);
}

/* ---- who wrote it --------------------------------------------------------------------------- */

/* "tanaka@karte.example.jp": the part before the @; *host is the rest. */
static struct span local_part(struct span email, struct span *host)
{
	struct span local = span_cut(&email, '@');

	*host = email;
	return local;
}

/*
 * Author and committer as commit_change() writes them.  Not the person's name nor the host's: both
 * may be changed in the registry and in karte.yaml, and the signature covers them as they were.
 */
static void check_author(const struct commit *c)
{
	const struct version *v = c->v;
	struct span account = version_trailer(v, "Karte-Account"), host, vault_host;
	bool operator_ = span_starts(account, SPAN("os:"));

	if (operator_)
		span_cut(&account, ':');
	if (!span_eq(local_part(v->author_email, &host), account) || !v->author_name.n ||
	    (operator_ && !span_eq(v->author_name, account)))
		TELL(c, "commit.author", "its author %.*s is not the account %.*s",
		     SPAN_ARG(v->author_email), SPAN_ARG(account));
	else if (!span_is(v->committer_name, "karte") ||
		 !span_is(local_part(v->committer_email, &vault_host), "karte") ||
		 !span_eq(host, vault_host))
		TELL(c, "commit.author", "its committer %.*s is not the vault of its author",
		     SPAN_ARG(v->committer_email));
	else if (v->author_time != v->time)
		TELL(c, "commit.author", "the times of author and committer differ");
}

/* ---- its record ----------------------------------------------------------------------------- */

static void check_record(const struct commit *c)
{
	const struct version *v = c->v;
	const struct logged *log = c->log;
	const struct {
		const char *name;
		struct span value;
	} same[] = {
	    {"Karte-Request", log->request}, {"Karte-Account", log->account},
	    {"Karte-Action", log->event},    {"Karte-Role", log->role},
	    {"Karte-Child", log->child},     {"Karte-Institution", log->institution},
	};
	char digest[SHA256_HEX];

	sha256_hex(v->object, digest);
	if (strcmp(digest, log->sha256) != 0)
		TELL(c, "commit.bytes", "its SHA-256 is not the one in the journal");
	if (v->time < log->t - CLOCK_SECONDS || v->time > log->t + CLOCK_SECONDS)
		TELL(c, "commit.time", "its time is more than two minutes from that of its record");
	if (log->has_old != (v->parent_count > 0) ||
	    (v->parent_count && !oid_eq(&log->old, &v->parents[0])))
		TELL(c, "commit.parent", "its parent is not the version that the journal names");
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (!span_eq(version_trailer(v, same[i].name), same[i].value)) {
			TELL(c, "commit.trailers",
			     "its trailer %s says something else than the "
			     "journal",
			     same[i].name);
			return;
		}
}

/* ---- all together --------------------------------------------------------------------------- */

enum status verify_commit(struct verify_run *r, struct subject *s, struct replay *replay,
			  const struct version *v, const struct logged *log)
{
	struct commit c = {r, s, v, log, ""};
	enum status st;

	oid_hex(&v->id, c.id);
	if (v->parent_count > 1)
		TELL(&c, "commit.merge", "the vault makes no merges");
	if (!log)
		TELL(&c, "commit.unrecorded", "the journal has no record of this commit");
	check_signature(&c);
	check_author(&c);
	if (log)
		check_record(&c);
	st = replay_digest(replay, v);
	if (st == ST_NOTFOUND)
		TELL(&c, "digest.missing", "it has no Karte-Digest");
	else if (st == ST_CORRUPT)
		TELL(&c, "digest.wrong", "its content is not what Karte-Digest says: %s",
		     fail_why());
	else
		return st;
	return ST_OK;
}

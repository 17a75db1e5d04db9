#include "vault/flow/verify_impl.h"

#include "generator/base/sha256.h"

/* Clock of the commit and of its record: design 8. */
enum { CLOCK_SECONDS = 120 };

static void check_key(struct verify_run *r, const char *repository, const char *id,
		      const struct version *v, const struct verdict *verdict)
{
	const struct key_row *k = verify_key(r, verdict->fpr);
	struct span account = version_trailer(v, "Karte-Account");

	if (!k) {
		verify_tell(r, "key.unknown", repository, id,
			    "signed by %s, which the registry does not know", verdict->fpr);
		return;
	}
	if (v->time < k->since - CLOCK_SECONDS || (k->until && v->time > k->until + CLOCK_SECONDS))
		verify_tell(r, "key.time", repository, id, "the key was not good at that time");
	/* what an operator does is signed by the vault's own key and says so */
	if (!span_is(account, k->account) &&
	    !(strcmp(k->account, "karte") == 0 && span_starts(account, SPAN("os:"))))
		verify_tell(r, "key.account", repository, id,
			    "the key is of %s, the commit says %.*s", k->account,
			    SPAN_ARG(account));
}

static void check_signature(struct verify_run *r, struct repo *repo, const char *repository,
			    const char *id, const struct version *v)
{
	struct verdict verdict = {.state = SIGN_UNCHECKED};
	struct buf signature, bytes;
	enum status st;

	buf_init(&signature, SIGNATURE_MAX);
	buf_init(&bytes, 1024 * 1024);
	st = commit_signature(repo, &v->id, &signature, &bytes);
	if (!st && signature.len == 0)
		verdict.state = SIGN_NONE;
	else if (!st)
		st =
		    verify_detached(r->app->keys, buf_span(&bytes), buf_span(&signature), &verdict);
	r->result->signatures += v->has_signature;
	if (st)
		verify_tell(r, "signature.unchecked", repository, id, "%s", fail_why());
	else if (verdict.state == SIGN_GOOD || verdict.state == SIGN_GOOD_KEY_ENDED)
		check_key(r, repository, id, v, &verdict);
	else if (verdict.state == SIGN_NONE)
		verify_tell(r, "signature.none", repository, id, "the commit is not signed");
	else
		verify_tell(r, verdict.state == SIGN_BAD ? "signature.bad" : "signature.unknown",
			    repository, id, "the signature is %s", sign_state_name(verdict.state));
	buf_clear(&signature);
	buf_clear(&bytes);
}

static void check_record(struct verify_run *r, const char *repository, const char *id,
			 const struct version *v, const struct logged *log)
{
	char digest[SHA256_HEX];

	sha256_hex(v->object, digest);
	if (strcmp(digest, log->sha256) != 0)
		verify_tell(r, "commit.bytes", repository, id,
			    "its SHA-256 is not the one in the journal");
	if (v->time < log->t - CLOCK_SECONDS || v->time > log->t + CLOCK_SECONDS)
		verify_tell(r, "commit.time", repository, id,
			    "its time is more than two minutes from that of its record");
	if (!span_is(version_trailer(v, "Karte-Request"), log->request) ||
	    !span_is(version_trailer(v, "Karte-Account"), log->account) ||
	    !span_is(version_trailer(v, "Karte-Action"), log->event))
		verify_tell(r, "commit.trailers", repository, id,
			    "its trailers say something else than the journal");
}

enum status verify_commit(struct verify_run *r, struct repo *repo, const char *repository,
			  const struct version *v, const struct logged *log)
{
	char id[OID_HEX];
	enum status st;

	oid_hex(&v->id, id);
	check_signature(r, repo, repository, id, v);
	if (log)
		check_record(r, repository, id, v, log);
	st = commit_digest_check(repo, &v->id);
	if (st == ST_NOTFOUND)
		verify_tell(r, "digest.missing", repository, id, "it has no Karte-Digest");
	else if (st == ST_CORRUPT)
		verify_tell(r, "digest.wrong", repository, id,
			    "its content is not what Karte-Digest says");
	else
		return st;
	return ST_OK;
}

#include "vault/flow/commit_change.h"

#include "generator/sheet/role.h"
#include "vault/flow/types_record.h"
#include "vault/journal/journal.h"

#include <time.h>

enum { TRAILERS = 10 };

/* The trailers of design 7; absent ones are left out. */
static size_t fill_trailers(const struct actor *who, const struct change_set *set,
			    struct pair out[static TRAILERS])
{
	const struct account *a = &who->account;
	const struct pair all[TRAILERS] = {
	    {SPAN("Karte-Action"), span_of(set->action)},
	    {SPAN("Karte-Account"), span_of(a->id)},
	    {SPAN("Karte-Role"), span_of(role_name(a->role))},
	    {SPAN("Karte-Institution"), a->staff ? span_of(a->institution) : SPAN_NONE},
	    {SPAN("Karte-Child"), set->child},
	    {SPAN("Karte-Sheet"), set->sheet},
	    {SPAN("Karte-Review"), set->alone ? SPAN("alone") : SPAN_NONE},
	    set->more[0],
	    set->more[1],
	    {SPAN("Karte-Request"), span_of(who->request)},
	};
	size_t n = 0;

	for (size_t i = 0; i < TRAILERS; i++)
		if (all[i].value.n)
			out[n++] = all[i];
	return n;
}

/* "sheet.save" is shown as "kyoiku-shien/2026: save". */
static void subject(const struct change_set *set, struct buf *out)
{
	struct span action = span_of(set->action), verb = action;

	span_cut(&verb, '.');
	buf_addf(out, "%.*s: %.*s", SPAN_ARG(set->what), SPAN_ARG(verb.p ? verb : action));
}

static enum status prepare(struct app *app, const struct actor *who, const struct change_set *set,
			   struct repo *repo, const struct oid *parent, int64_t now,
			   struct oid *new_id, char digest[static SHA256_HEX])
{
	struct pair trailers[TRAILERS];
	struct signer signer = {
	    .fpr = who->key,
	    .passphrase = who->secret ? span_of(seal_passphrase(who->secret)) : SPAN_NONE,
	};
	struct commit_draft draft = {
	    .parent = parent,
	    .changes = set->changes,
	    .change_count = set->count,
	    .author_name = span_of(who->account.name),
	    .author_email = span_of(who->email),
	    .committer_name = SPAN("karte"),
	    .time = now,
	    .reason = set->reason,
	    .trailers = trailers,
	    .trailer_count = fill_trailers(who, set, trailers),
	};
	struct buf line, committer;
	enum status st;

	buf_init(&line, 1024);
	buf_init(&committer, 512);
	subject(set, &line);
	buf_addf(&committer, "karte@%s", app->conf.hostname);
	draft.subject = buf_span(&line);
	draft.committer_email = buf_span(&committer);
	st = commit_prepare(repo, &draft, app->keys, &signer, new_id, digest);
	buf_clear(&line);
	buf_clear(&committer);
	return st;
}

/* The write-ahead record: after it, recovery finishes the move if we cannot. */
static enum status record(struct app *app, const struct actor *who, const struct change_set *set,
			  const struct oid *old, const struct oid *new_id, const char *digest)
{
	char repository[REPO_TEXT], old_hex[OID_HEX], new_hex[OID_HEX];
	struct record r = {
	    .class = "change",
	    .event = span_of(set->action),
	    .account = span_of(who->account.id),
	    .role = span_of(role_name(who->account.role)),
	    .institution = who->account.staff ? span_of(who->account.institution) : SPAN_NONE,
	    .child = set->child,
	    .object = set->sheet.n ? set->sheet : set->what,
	    .decision = SPAN("allow"),
	    .reason = set->alone ? SPAN("alone") : SPAN_NONE,
	    .request = span_of(who->request),
	    .ref = SPAN("refs/heads/main"),
	    .sha256 = span_of(digest),
	};
	uint64_t n;

	repo_name_text(&set->repo, repository);
	oid_hex(new_id, new_hex);
	r.repository = span_of(repository);
	r.new_ = span_of(new_hex);
	if (old) {
		oid_hex(old, old_hex);
		r.old = span_of(old_hex);
	}
	return journal_append(app->journal, &r, &n);
}

static enum status locked_change(struct app *app, const struct actor *who,
				 const struct change_set *set, struct repo *repo, struct oid *out)
{
	struct oid head, new_id;
	char digest[SHA256_HEX];
	const struct oid *parent = NULL;
	enum status st = repo_head(repo, &head);

	if (st && st != ST_NOTFOUND)
		return st;
	if (!st)
		parent = &head;
	if (set->base && (!parent || !oid_eq(parent, set->base)))
		return fail(ST_STALE, "somebody else saved first");
	st = prepare(app, who, set, repo, parent, (int64_t)time(NULL), &new_id, digest);
	if (!st)
		st = record(app, who, set, parent, &new_id, digest);
	if (!st)
		st = commit_move(repo, parent, &new_id);
	if (!st)
		*out = new_id;
	return st;
}

enum status commit_change(struct app *app, const struct actor *who, const struct change_set *set,
			  struct oid *out)
{
	struct repo *repo = NULL;
	enum status st = set->repo.kind == REPO_REGISTRY ? ST_OK : types_record(app);

	if (!st && set->create)
		st = repo_create(app->store, &set->repo);
	if (!st)
		st = repo_open(&repo, app->store, &set->repo);
	if (!st)
		st = repo_lock(repo);
	if (!st)
		st = locked_change(app, who, set, repo, out);
	repo_close(repo);
	return st;
}

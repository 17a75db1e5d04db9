/* One try of a change in consents/: what there is, and the commit on top of it. */
#include "generator/base/text.h"
#include "generator/base/utf8.h"
#include "vault/flow/children.h"
#include "vault/flow/commit_change.h"
#include "vault/flow/consent_impl.h"

#include <stdio.h>

enum status consent_begin(struct consent_try *t, struct app *app, const struct actor *who,
			  const struct question *q)
{
	enum status st;

	*t = (struct consent_try){.app = app, .who = who, .q = q};
	day_iso(day_jst(q->now), t->day);
	st = child_repo(&t->repo, app, q->child);
	return st ? st : consent_open(&t->book, app, t->repo, q->child, NULL);
}

void consent_end(struct consent_try *t)
{
	if (t->moves)
		workflow_end(&t->moving);
	consent_close(t->book);
	repo_close(t->repo);
	t->moves = false;
	t->book = NULL;
	t->repo = NULL;
}

enum status consent_find(struct consent_try *t, struct span id, const struct ask **out)
{
	*out = consents_find(&t->book->all, id);
	return *out ? ST_OK : refuse(t->app, t->q, "no-ask");
}

static enum status index_it(struct consent_try *t, const struct oid *version)
{
	enum status st = ST_OK;

	if (t->moves)
		st = workflow_changed(&t->moving, version);
	return st ? st : consent_index(t->app, t->repo, t->q->child);
}

enum status consent_commit(struct consent_try *t, const struct ask *a, const char *action,
			   bool asks, struct span text)
{
	char path[64], name[2 * ID_MAX + 2];
	struct change changes[2] = {{SPAN_NONE, text}};
	struct change_set set = {
	    .repo = *repo_name_of(t->repo),
	    .base = &t->book->head,
	    .action = t->moves ? t->moving.action : action,
	    .alone = t->moves ? t->moving.alone : t->alone,
	    .child = t->q->child,
	    .changes = changes,
	    .count = 1,
	};
	struct oid version;
	enum status st;

	snprintf(path, sizeof path, "consents/%s%s.md", asks ? "ask-" : "", t->id);
	set.what = changes[0].path = span_of(path);
	snprintf(name, sizeof name, "%.*s/%.*s", SPAN_ARG(a->type), SPAN_ARG(a->sheet));
	if (a->digest.n)
		set.sheet = span_of(name);
	if (t->moves)
		changes[set.count++] = t->moving.change;
	st = commit_change(t->app, t->who, &set, &version);
	if (!st)
		st = index_it(t, &version);
	return st;
}

enum status consent_put_reply(struct consent_try *t, const struct ask *a, struct reply *r,
			      const char *action)
{
	struct buf text;
	enum status st = consents_next(&t->book->all, t->day, t->id);

	r->id = span_of(t->id);
	r->ask = a->id;
	r->by = span_of(t->who->account.id);
	r->at = t->q->now;
	buf_init(&text, CONSENT_FILE_MAX);
	if (!st) {
		reply_write(a, r, &text);
		st = text.st;
	}
	if (!st)
		st = consent_commit(t, a, action, false, buf_span(&text));
	buf_clear(&text);
	return st;
}

enum status consent_check_text(struct span text, size_t chars, const char *what)
{
	bool good = text.n <= CONSENT_TEXT && utf8_check(text) == text.n;

	for (size_t i = 0; good && i < text.n; i++)
		good = ((unsigned char)text.p[i] >= 0x20 || text.p[i] == '\n') && text.p[i] != 0x7f;
	if (!good)
		return fail(ST_INVALID, "%sに、書けない文字が あります", what);
	return text_graphemes(text) <= chars ? ST_OK
					     : fail(ST_INVALID, "%sは、%zu字までです", what, chars);
}

bool consent_is_mine(struct app *app, const struct account *who, const struct decision *d,
		     struct span institution)
{
	enum { MERGERS = 8 };
	char now[ID_MAX + 1];
	struct institution i;

	if (!d->allow || d->read_only || !who->staff || !who->institution[0] ||
	    !span_copy(institution, now, sizeof now))
		return false;
	for (int n = 0; n < MERGERS && now[0]; n++) {
		if (strcmp(who->institution, now) == 0)
			return true;
		if (institution_get(app->db, span_of(now), &i))
			return false;
		memcpy(now, i.into, sizeof now);
	}
	return false;
}

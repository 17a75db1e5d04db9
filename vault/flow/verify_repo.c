/* One repository, oldest version first, against its change records. */
#include "vault/flow/law.h"
#include "vault/flow/verify_impl.h"

#include "vault/store/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LOOKS = 3, NAP_MS = 50 };

struct walk {
	struct verify_run *r;
	struct subject *s;
	struct replay *replay;
	struct law_walk *law; /* NULL: none */
	size_t next;	      /* the record that the next version should have */
	enum status st;
};

static bool is_registry(const struct subject *s)
{
	return s->named && s->name.kind == REPO_REGISTRY;
}

/* Where the branch must be as of the records that this run looks at; NULL: there is no version. */
static const struct oid *newest(const struct subject *s)
{
	if (s->count)
		return &s->log[s->count - 1].new_id;
	return s->base && !s->base->removed ? &s->base->head : NULL;
}

void verify_absent(struct subject *s)
{
	const struct oid *last = s->count ? newest(s) : s->base ? &s->base->head : NULL;

	if (s->base && s->base->removed && !s->removed && !s->count) {
		s->removed = true; /* as was proved before */
		s->removed_head = s->base->head;
	} else if (!s->removed) {
		found_add(&s->found, is_registry(s) ? "registry.missing" : "repository.missing", "",
			  "the journal has changes of it, but it is not there");
	} else if (s->count && s->log[s->count - 1].n > s->removed_n) {
		found_add(&s->found, "repository.revived", "",
			  "the journal has changes of it after its end");
	} else if (last && !oid_eq(last, &s->removed_head)) {
		found_add(&s->found, "repository.missing", "",
			  "it was removed at another version than the newest");
	}
}

/* ---- versions ------------------------------------------------------------------------------- */

/* Usually the next one. */
static struct logged *record_of(struct walk *w, const struct oid *id)
{
	struct subject *s = w->s;

	for (size_t i = 0; i < s->count; i++) {
		struct logged *l = &s->log[(w->next + i) % s->count];

		if (l->met || !oid_eq(&l->new_id, id))
			continue;
		w->next = (w->next + i + 1) % s->count;
		l->met = true;
		return l;
	}
	return NULL;
}

static bool one_version(void *arg, const struct version *v)
{
	struct walk *w = arg;
	struct logged *log = record_of(w, &v->id);

	w->s->commits++;
	/* keys first: the first version of the registry is signed by the key that it registers */
	if (is_registry(w->s))
		w->st = verify_keys_step(w->r, w->s, replay_repo(w->replay), v, log ? log->n : 0);
	if (w->st == ST_CORRUPT)
		w->st = ST_OK; /* its digest tells it */
	if (!w->st)
		w->st = verify_commit(w->r, w->s, w->replay, v, log);
	if (!w->st)
		w->st = verify_law_commit(w->s, w->law, v, log);
	verify_progress(w->r, 1);
	if (!w->st && w->r->o->stop && __atomic_load_n(w->r->o->stop, __ATOMIC_RELAXED))
		w->st = fail(ST_BUSY, "the proof was stopped");
	return w->st == ST_OK;
}

/* ---- the branch ----------------------------------------------------------------------------- */

static enum status read_head(struct walk *w)
{
	enum status st = repo_head(replay_repo(w->replay), &w->s->head);

	w->s->born = st == ST_OK;
	return st == ST_NOTFOUND ? ST_OK : st;
}

static bool head_fits(const struct subject *s)
{
	const struct oid *want = newest(s);

	return want ? s->born && oid_eq(want, &s->head) : !s->born;
}

/*
 * Somebody may be writing: the branch is looked at once more while nobody can, with the records
 * that came since the run began.  If these lead from where it should be to where it is, it is
 * looked at as it was; what is new is left for the next run.
 */
static enum status look_again(struct walk *w)
{
	struct subject *s = w->s, later = {.count = 0};
	const struct oid *want = newest(s);
	enum status st = repo_hold(replay_repo(w->replay)), held = st;

	if (st == ST_BUSY || st == ST_IO)
		st = ST_OK; /* then without holding it */
	if (!st)
		st = read_head(w);
	if (!st && !head_fits(s))
		st = verify_later(w->r, s, &later);
	if (!held)
		repo_unlock(replay_repo(w->replay));
	if (!st && later.count && s->born && oid_eq(&later.log[0].new_id, &s->head) &&
	    (want ? later.log[later.count - 1].has_old &&
			oid_eq(&later.log[later.count - 1].old, want)
		  : !later.log[later.count - 1].has_old)) {
		s->born = want;
		if (want)
			s->head = *want;
	}
	free(later.log);
	return st;
}

static enum status find_head(struct walk *w)
{
	enum status st = read_head(w);

	for (int i = 0; i < LOOKS && !st && !head_fits(w->s); i++) {
		if (i)
			nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000L}, NULL);
		st = look_again(w);
	}
	return st;
}

/* The branch must be at the newest record; a record without a commit is a change that is gone. */
static void check_branch(struct subject *s)
{
	char id[OID_HEX] = "";

	if (s->born)
		oid_hex(&s->head, id);
	if (!head_fits(s))
		found_add(&s->found, "branch.elsewhere", id,
			  "the branch is not at the newest version of the journal");
	for (size_t i = 0; i < s->count; i++)
		if (!s->log[i].met) {
			oid_hex(&s->log[i].new_id, id);
			found_add(&s->found, "commit.missing", id,
				  "the journal records it, the history does not have it");
		}
}

static enum status other_ref(void *arg, const char *name)
{
	struct walk *w = arg;

	found_add(&w->s->found, "branch.extra", "", "the vault makes no %s", name);
	return ST_OK;
}

/* ---- all together --------------------------------------------------------------------------- */

static enum status go_through(struct walk *w)
{
	struct subject *s = w->s;
	const struct oid *after = s->base ? &s->base->head : NULL;
	enum status st = ST_OK, found;

	if (is_registry(s) && after)
		st = verify_keys_at(w->r, replay_repo(w->replay), after);
	if (st || !s->born || (after && oid_eq(after, &s->head)))
		return st; /* nothing is new */
	found = replay_find(w->replay, &s->head, after);
	if (found && found != ST_CORRUPT && found != ST_STALE)
		return found;
	if (found)
		found_add(&s->found, "repository.corrupt", "", "%s", fail_why());
	st = w->r->law ? law_begin(&w->law, w->r->law, replay_repo(w->replay), &s->name, after)
		       : ST_OK;
	if (!st)
		st = replay_each(w->replay, one_version, w);
	law_end(w->law);
	return st ? st : w->st;
}

static enum status look(struct walk *w)
{
	struct subject *s = w->s;
	enum status st = repo_other_refs(replay_repo(w->replay), other_ref, w);

	if (!st)
		st = find_head(w);
	if (!st && !s->count && !s->base) {
		/* a crash may leave an empty one behind: there is nothing in it */
		if (s->born)
			found_add(&s->found, "repository.unknown", "",
				  "the journal knows no change of it");
		return ST_OK;
	}
	if (!st)
		st = go_through(w);
	if (!st)
		check_branch(s);
	return st;
}

static enum status open_and_look(struct verify_run *r, struct subject *s)
{
	struct walk w = {.r = r, .s = s};
	enum status st = s->named ? replay_open(&w.replay, r->app->store, &s->name) : ST_NOTFOUND;

	if (st == ST_NOTFOUND) {
		verify_absent(s);
		return ST_OK;
	}
	if (!st && (s->removed || (s->base && s->base->removed)))
		found_add(&s->found, "repository.revived", "",
			  "it was removed at the end of its retention, and is there again");
	else if (!st)
		st = look(&w);
	replay_close(w.replay);
	if (st == ST_CORRUPT) {
		found_add(&s->found, "repository.corrupt", "", "%s", fail_why());
		st = ST_OK;
	}
	return st;
}

void verify_repository(struct verify_run *r, struct subject *s)
{
	s->st = open_and_look(r, s);
	if (s->st)
		snprintf(s->why, sizeof s->why, "%s", fail_why());
	/* what is not there is done, too */
	verify_progress(r, 1 + (s->count > s->commits ? s->count - s->commits : 0));
}

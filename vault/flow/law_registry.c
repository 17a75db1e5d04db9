/* The registry before the law: rights are changed by those who may, and confirmed by another. */
#include "vault/flow/law_impl.h"

#include "vault/flow/policy.h"
#include "vault/flow/registry_file.h"

enum { KEY_SECONDS = 600 };

/* ---- files ---------------------------------------------------------------------------------- */

static const struct law_path *find_path(const struct deed *d, const char *folder, const char *end)
{
	for (size_t i = 0; i < d->npaths; i++)
		if (span_starts(d->paths[i].path, span_of(folder)) &&
		    span_ends(d->paths[i].path, span_of(end)))
			return &d->paths[i];
	return NULL;
}

/* "ID" of folder/ID.yaml */
static struct span id_of(const struct law_path *p)
{
	struct span id = p->path;

	span_cut(&id, '/');
	return span_make(id.p, id.n > 5 ? id.n - 5 : 0);
}

static void take_institution(struct ynode *map, void *out)
{
	institution_read(map, out);
}

static void take_account(struct ynode *map, void *out)
{
	account_read(map, out);
}

static void take_key(struct ynode *map, void *out)
{
	key_read(map, out);
}

static void take_range(struct ynode *map, void *out)
{
	struct range_row *r = out;

	if (!range_read(map, r))
		*r = (struct range_row){.asked_at = 0};
}

/* Before or after; zeroed where there is none.  ST_INVALID (accused): it cannot be read. */
static enum status read_file(struct deed *d, const struct law_path *p, bool after,
			     void (*take)(struct ynode *, void *), void *out)
{
	struct ynode *root = NULL;
	struct buf text;
	enum status st;

	if (!p || p->kind == (after ? CHANGE_REMOVED : CHANGE_ADDED))
		return ST_OK;
	buf_init(&text, REGISTRY_FILE);
	st = deed_blob(d, after ? &p->after : &p->before, &text);
	if (!st)
		st = yaml_read(d->arena, "registry", buf_span(&text), 1, &root, NULL);
	buf_clear(&text);
	if (!st)
		take(root, out);
	if (st == ST_INVALID)
		accuse(d, "law.registry", "%.*s cannot be read", SPAN_ARG(p->path));
	return st;
}

/* ---- institutions --------------------------------------------------------------------------- */

static bool same_institution(const struct institution *a, const struct institution *b)
{
	struct buf x, y;
	bool same;

	buf_init(&x, REGISTRY_FILE);
	buf_init(&y, REGISTRY_FILE);
	institution_write(a, &x);
	institution_write(b, &y);
	same = span_eq(buf_span(&x), buf_span(&y));
	buf_clear(&x);
	buf_clear(&y);
	return same;
}

static bool is_action(const struct deed *d, const char *action)
{
	return strcmp(d->action, action) == 0;
}

static void check_merge(struct deed *d, const struct institution *is)
{
	const struct institution *into = law_row(d->law, LAW_INSTITUTION, span_of(is->into), d->at);

	if (!into || into->kind != is->kind || strcmp(is->into, is->id) == 0)
		accuse(d, "law.registry", "%s goes on in \"%s\", which is none of its kind", is->id,
		       is->into);
}

enum status law_institution(struct deed *d)
{
	const struct law_path *p = &d->paths[0];
	struct institution was = {.kind = ROLE_NOBODY}, is = {.kind = ROLE_NOBODY}, back;
	enum status st = read_file(d, p, false, take_institution, &was);

	if (!st)
		st = read_file(d, p, true, take_institution, &is);
	if (st)
		return st == ST_INVALID ? ST_OK : st;
	deed_admin(d, ACT_ADMIN_CHANGE, false, false);
	if (!span_is(id_of(p), is.id) || !role_reads_content(is.kind))
		accuse(d, "law.registry", "%.*s is of \"%s\"", SPAN_ARG(p->path), is.id);
	back = is;
	if (is_action(d, "institution.update")) {
		memcpy(back.closed, was.closed, sizeof back.closed);
		memcpy(back.into, was.into, sizeof back.into);
		if (!same_institution(&back, &is))
			accuse(d, "law.registry", "it closes %s or opens it again, too", is.id);
	} else if (!is_action(d, "institution.add")) {
		memcpy(back.closed, was.closed, sizeof back.closed);
		if (is_action(d, "institution.merge"))
			memcpy(back.into, was.into, sizeof back.into);
		if (!same_institution(&back, &was))
			accuse(d, "law.registry", "it changes more of %s than whether it is open",
			       is.id);
		if (is_action(d, "institution.reopen") == (is.closed[0] != '\0'))
			accuse(d, "law.registry", "%s is %s after it", is.id,
			       is.closed[0] ? "closed" : "open");
	}
	if (is_action(d, "institution.merge"))
		check_merge(d, &is);
	return ST_OK;
}

/* ---- accounts and keys ---------------------------------------------------------------------- */

struct people {
	struct deed *d;
	struct account was, is;
	struct key_row key_was, key_is;
	const struct law_path *account, *key;
};

/* What of an account an action may change. */
enum { DATA = 1, PLACE = 2, STOPPED = 4, KEY = 8 };
static const struct {
	const char *action;
	unsigned parts;
} acts[] = {
    {"account.update", DATA | PLACE},
    {"account.move", PLACE},
    {"account.enable", STOPPED | KEY},
    {"account.disable", STOPPED},
    {"account.reset", STOPPED | KEY},
    {"key.add", KEY},
    {"key.retire", 0},
};

static void put_back(struct account *to, const struct account *from, unsigned parts)
{
	if (parts & DATA) {
		memcpy(to->name, from->name, sizeof to->name);
		memcpy(to->kana, from->kana, sizeof to->kana);
		memcpy(to->until, from->until, sizeof to->until);
		memcpy(to->classes, from->classes, sizeof to->classes);
		to->whole = from->whole;
	}
	if (parts & PLACE)
		memcpy(to->institution, from->institution, sizeof to->institution);
	if (parts & STOPPED)
		to->disabled = from->disabled;
	if (parts & KEY)
		memcpy(to->key, from->key, sizeof to->key);
}

static bool same_account(const struct account *a, const struct account *b)
{
	struct buf x, y;
	bool same;

	buf_init(&x, REGISTRY_FILE);
	buf_init(&y, REGISTRY_FILE);
	account_write(a, &x);
	account_write(b, &y);
	same = span_eq(buf_span(&x), buf_span(&y));
	buf_clear(&x);
	buf_clear(&y);
	return same;
}

static void check_account(struct people *p)
{
	struct deed *d = p->d;
	struct account back = p->is;

	if (!p->account)
		return;
	if (!span_is(id_of(p->account), p->is.id))
		accuse(d, "law.registry", "%.*s is of \"%s\"", SPAN_ARG(p->account->path),
		       p->is.id);
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (is_action(d, acts[i].action)) {
			put_back(&back, &p->was, acts[i].parts);
			if (!same_account(&back, &p->was))
				accuse(d, "law.registry",
				       "it changes more of account %s than this action does",
				       p->is.id);
		}
	if (is_action(d, "account.disable") != p->is.disabled &&
	    (is_action(d, "account.disable") || is_action(d, "account.add") ||
	     is_action(d, "account.enable") || is_action(d, "account.reset")))
		accuse(d, "law.registry", "account %s is %s after it", p->is.id,
		       p->is.disabled ? "stopped" : "not stopped");
	if (p->is.key[0] && strcmp(p->is.key, p->was.key) != 0 &&
	    strcmp(p->is.key, p->key_is.fingerprint) != 0)
		accuse(d, "law.registry", "account %s gets a key that does not come with it",
		       p->is.id);
}

static bool is_now(const struct deed *d, long long at)
{
	return at >= d->t - KEY_SECONDS && at <= d->t + KEY_SECONDS;
}

/* Whose key it is: the account of the commit; the vault's own comes with the first. */
static const char *key_account(const struct people *p)
{
	return p->account ? p->is.id : p->d->has_parent ? p->key_was.account : "karte";
}

static void check_key(struct people *p)
{
	struct deed *d = p->d;
	const struct key_row *is = &p->key_is, *was = &p->key_was;
	bool added = p->key && p->key->kind == CHANGE_ADDED;

	if (!p->key)
		return;
	if (!span_is(id_of(p->key), is->fingerprint))
		accuse(d, "law.registry", "%.*s is of \"%s\"", SPAN_ARG(p->key->path),
		       is->fingerprint);
	if (strcmp(is->account, key_account(p)) != 0)
		accuse(d, "law.registry", "the key %s is of %s, not of %s", is->fingerprint,
		       is->account, key_account(p));
	if (added ? !is_now(d, is->since) || is->until
		  : is->since != was->since || strcmp(is->account, was->account) != 0)
		accuse(d, "law.registry", "the key %s was not good from that time on",
		       is->fingerprint);
	if (!added && (was->until || !is_now(d, is->until)))
		accuse(d, "law.registry", "the key %s does not end at that time", is->fingerprint);
}

/* One key at a time: the one before must have ended. */
static void check_before(struct people *p)
{
	const struct key_row *k =
	    p->was.key[0] ? law_row(p->d->law, LAW_KEY, span_of(p->was.key), p->d->at) : NULL;

	if (p->key && p->key->kind == CHANGE_ADDED && k && !k->until)
		accuse(p->d, "law.registry", "account %s gets a second key", p->is.id);
}

enum status law_people(struct deed *d)
{
	struct people *p = arena_alloc(d->arena, sizeof *p);
	const struct law_path *asc = find_path(d, "keys/", ".asc");
	const char *id;
	enum status st;

	if (!p)
		return ST_NOMEM;
	p->d = d;
	p->account = find_path(d, "accounts/", ".yaml");
	p->key = find_path(d, "keys/", ".yaml");
	st = read_file(d, p->account, false, take_account, &p->was);
	if (!st)
		st = read_file(d, p->account, true, take_account, &p->is);
	if (!st)
		st = read_file(d, p->key, false, take_key, &p->key_was);
	if (!st)
		st = read_file(d, p->key, true, take_key, &p->key_is);
	if (st)
		return st == ST_INVALID ? ST_OK : st;
	id = p->account ? p->is.id : p->key_is.account;
	if (!is_action(d, "key.add"))
		deed_admin(d, ACT_ADMIN_CHANGE, span_is(d->account, id), false);
	if (asc &&
	    (!p->key || !span_starts(asc->path, span_make(p->key->path.p, p->key->path.n - 4))))
		accuse(d, "law.registry", "%.*s comes without what is said of it",
		       SPAN_ARG(asc->path));
	check_account(p);
	check_key(p);
	check_before(p);
	return ST_OK;
}

/* ---- ranges --------------------------------------------------------------------------------- */

/* As vault/flow/ranges.c has them. */
static const struct range_step {
	const char *action, *from, *to;
	bool opens, confirms;
} steps[] = {
    {"range.ask", "", "asked", true, false},
    {"range.narrow", "", "in-force", false, false},
    {"range.confirm", "asked", "in-force", true, true},
    {"range.decline", "asked", "declined", true, false},
    {"range.end", "in-force", "ended", true, false},
    {"range.end.ask", "in-force", "end-asked", false, false},
    {"range.end", "end-asked", "ended", false, true},
    {"range.end.decline", "end-asked", "in-force", false, false},
};

static const struct range_step *find_step(const struct deed *d, const struct range_row *was,
					  const struct range_row *is)
{
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (is_action(d, steps[i].action) && strcmp(steps[i].from, was->state) == 0 &&
		    strcmp(steps[i].to, is->state) == 0 && steps[i].opens == is->opens)
			return &steps[i];
	return NULL;
}

/* Who asked for what is confirmed, and who must be named in the file after it. */
static void check_names(struct deed *d, const struct range_step *s, const struct range_row *was,
			const struct range_row *is)
{
	const char *asker = strcmp(was->state, "end-asked") == 0 ? was->ended_by : was->asked_by;
	const char *named = !s->from[0]	  ? is->asked_by
			    : s->confirms ? is->confirmed_by
					  : is->ended_by;
	bool self = span_is(d->account, is->account);
	bool unsaid = is_action(d, "range.end.decline");

	deed_admin(d, s->confirms ? ACT_ADMIN_CONFIRM : ACT_ADMIN_CHANGE, self,
		   s->confirms && span_is(d->account, asker));
	if (unsaid ? named[0] != '\0' : !span_is(d->account, named))
		accuse(d, "law.registry", "range %s names \"%s\"", is->id, named);
}

static bool same_range(const struct range_row *a, const struct range_row *b)
{
	struct buf x, y;
	bool same;

	buf_init(&x, REGISTRY_FILE);
	buf_init(&y, REGISTRY_FILE);
	range_write(a, &x);
	range_write(b, &y);
	same = span_eq(buf_span(&x), buf_span(&y));
	buf_clear(&x);
	buf_clear(&y);
	return same;
}

enum status law_range(struct deed *d)
{
	const struct law_path *p = &d->paths[0];
	struct range_row *r = arena_array(d->arena, 3, sizeof *r);
	struct range_row *was = r, *is = r + 1, *back = r + 2;
	const struct range_step *s;
	enum status st = r ? read_file(d, p, false, take_range, was) : ST_NOMEM;

	if (!st)
		st = read_file(d, p, true, take_range, is);
	if (st)
		return st == ST_INVALID ? ST_OK : st;
	s = find_step(d, was, is);
	if (!s || !span_is(id_of(p), is->id)) {
		accuse(d, "law.registry", "%.*s goes from \"%s\" to \"%s\"", SPAN_ARG(p->path),
		       was->state, is->state);
		return ST_OK;
	}
	check_names(d, s, was, is);
	*back = *is;
	memcpy(back->state, was->state, sizeof back->state);
	memcpy(back->confirmed_by, was->confirmed_by, sizeof back->confirmed_by);
	memcpy(back->ended_by, was->ended_by, sizeof back->ended_by);
	if (s->from[0] && !same_range(back, was))
		accuse(d, "law.registry", "it changes what range %s says", is->id);
	return ST_OK;
}

/* ---- settings ------------------------------------------------------------------------------- */

static void take_asked(struct ynode *map, void *out)
{
	struct law_asked *a = out;

	if (!policy_read(map, &a->policy) ||
	    !span_copy(ymap_text(map, "asked-by"), a->by, sizeof a->by))
		a->by[0] = '\0';
}

static void take_policy(struct ynode *map, void *out)
{
	policy_read(map, out);
}

static bool same_policy(const struct policy *a, const struct policy *b)
{
	return !policy_widens(a, b) && !policy_widens(b, a);
}

static void check_confirm(struct deed *d, const struct law_asked *waits, const struct policy *now)
{
	deed_admin(d, ACT_ADMIN_CONFIRM, false, span_is(d->account, waits->by));
	if (!waits->by[0] || !same_policy(&waits->policy, now))
		accuse(d, "law.registry", "the settings are not those that were asked for");
}

enum status law_setting(struct deed *d)
{
	const struct law_path *p = find_path(d, "settings/access.yaml", "");
	const struct law_path *q = find_path(d, "settings/access-asked.yaml", "");
	struct law_asked waits = {.by = ""}, asks = {.by = ""};
	struct policy was, now;
	enum status st;

	policy_default(&was);
	policy_default(&now);
	st = read_file(d, p, false, take_policy, &was);
	if (!st)
		st = read_file(d, p, true, take_policy, &now);
	if (!st)
		st = read_file(d, q, false, take_asked, &waits);
	if (!st)
		st = read_file(d, q, true, take_asked, &asks);
	if (st)
		return st == ST_INVALID ? ST_OK : st;
	if (is_action(d, "setting.confirm")) {
		check_confirm(d, &waits, &now);
		return ST_OK;
	}
	deed_admin(d, ACT_ADMIN_CHANGE, false, false);
	if (is_action(d, "setting.change") && policy_widens(&was, &now))
		accuse(d, "law.registry", "it widens the settings without a second administrator");
	if (is_action(d, "setting.ask") && !span_is(d->account, asks.by))
		accuse(d, "law.registry", "the settings are asked for by \"%s\"", asks.by);
	return ST_OK;
}

/* The vault records what it uses; law_load has read it. */
enum status law_type_change(struct deed *d)
{
	(void)d;
	return ST_OK;
}

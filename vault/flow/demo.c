#include "vault/flow/demo.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "generator/base/path.h"
#include "generator/sheet/yaml.h"
#include "vault/flow/children.h"
#include "vault/flow/consent.h"
#include "vault/flow/factors.h"
#include "vault/flow/people.h"
#include "vault/flow/registry.h"
#include "vault/flow/save_sheet.h"

#include <stdio.h>
#include <time.h>

struct demo {
	struct app *app;
	const char *dir, *file;
	struct ynode *root;
	const struct demo_listener *say;
	struct problems *ps;
	struct actor operator;
	struct actor author; /* of the sheets that are put now */
};

static void copy(struct ynode *map, const char *key, char *out, size_t cap)
{
	span_copy(ymap_text(map, key), out, cap);
}

static void tell(struct demo *d, const char *what, size_t n)
{
	char line[128];

	snprintf(line, sizeof line, "%s: %zu", what, n);
	d->say->step(d->say->ctx, line);
}

static enum status each(struct demo *d, const char *key, const char *what,
			enum status (*one)(struct demo *, struct ynode *))
{
	struct ynode *list = ymap_get(d->root, key);
	enum status st = ST_OK;
	size_t n = 0;

	for (struct ynode *i = list ? list->first : NULL; i && !st; i = i->next, n++)
		st = one(d, i);
	if (!st)
		tell(d, what, n);
	return st;
}

static enum status one_institution(struct demo *d, struct ynode *map)
{
	struct institution i = {.kind = role_find(ymap_text(map, "kind"))};

	copy(map, "id", i.id, sizeof i.id);
	copy(map, "name", i.name, sizeof i.name);
	return registry_put_institution(d->app, &d->operator, "institution.add", &i);
}

/* The second factor, public like the password. */
static enum status enrol(struct demo *d, struct span id, struct ynode *map)
{
	unsigned char secret[TOTP_SECRET];
	struct ynode *node = ymap_get(map, "totp");

	if (!node)
		return ST_OK;
	if (!totp_parse(secret, node->text)) {
		problem_add(d->ps, d->file, node->line, node->col, "demo.totp",
			    "totp は base32 の32文字にしてください");
		return fail(ST_INVALID, "a one-time password is wrong");
	}
	return totp_put(d->app, id, "見本の認証アプリ", secret, (int64_t)time(NULL));
}

static enum status one_account(struct demo *d, struct ynode *map)
{
	enum status st;
	struct span role = ymap_text(map, "role");
	struct account a = {.staff = span_is(role, "staff"), .role = role_find(role)};

	copy(map, "id", a.id, sizeof a.id);
	copy(map, "institution", a.institution, sizeof a.institution);
	copy(map, "name", a.name, sizeof a.name);
	copy(map, "kana", a.kana, sizeof a.kana);
	st = account_create(d->app, &d->operator, & a, ymap_text(map, "password"));
	return st ? st : enrol(d, span_of(a.id), map);
}

static struct span institution_of(struct demo *d, struct span account)
{
	struct ynode *list = ymap_get(d->root, "accounts");

	for (struct ynode *n = list ? list->first : NULL; n; n = n->next)
		if (span_eq(ymap_text(n, "id"), account))
			return ymap_text(n, "institution");
	return SPAN_NONE;
}

/* Does somebody of the institution have sheets of the child to put? */
static bool writes(struct demo *d, struct span institution, struct span child)
{
	struct ynode *list = ymap_get(d->root, "sheets");

	for (struct ynode *n = list ? list->first : NULL; n; n = n->next)
		if (span_eq(ymap_text(n, "child"), child) &&
		    span_eq(institution_of(d, ymap_text(n, "by")), institution))
			return true;
	return false;
}

/* A stay that is over goes on until its institution has put the sheets that it wrote: nobody writes
   after the child has left, in a demo neither. */
static void read_stays(struct demo *d, struct ynode *map, struct child *c)
{
	struct ynode *list = ymap_get(map, "enrolments");

	for (struct ynode *n = list ? list->first : NULL; n; n = n->next) {
		struct enrolment *e = &c->enrolments[c->enrolment_count];
		if (c->enrolment_count == CHILD_ENROLMENTS_MAX - 1)
			return;
		copy(n, "institution", e->institution, sizeof e->institution);
		copy(n, "from", e->since, sizeof e->since);
		if (!writes(d, ymap_text(n, "institution"), ymap_text(map, "id")))
			copy(n, "to", e->until, sizeof e->until);
		c->enrolment_count++;
	}
}

static enum status end_stays(struct demo *d, struct ynode *map)
{
	const struct child_task t = {.child = ymap_text(map, "id")};
	struct ynode *list = ymap_get(map, "enrolments");
	enum status st = ST_OK;

	for (struct ynode *n = list ? list->first : NULL; n && !st; n = n->next)
		if (ymap_text(n, "to").n && writes(d, ymap_text(n, "institution"), t.child))
			st = child_leave(d->app, &d->operator, & t, ymap_text(n, "institution"),
					 ymap_text(n, "to"));
	return st;
}

static void read_guardians(struct ynode *list, struct child *c)
{
	for (struct ynode *n = list ? list->first : NULL; n; n = n->next) {
		struct guardian *g = &c->guardians[c->guardian_count];
		if (c->guardian_count == CHILD_GUARDIANS_MAX - 1)
			return;
		copy(n, "account", g->account, sizeof g->account);
		copy(n, "relation", g->relation, sizeof g->relation);
		c->guardian_count++;
	}
}

static enum status one_child(struct demo *d, struct ynode *map)
{
	struct child c = {.enrolment_count = 0};

	copy(map, "id", c.row.id, sizeof c.row.id);
	copy(map, "name", c.row.name, sizeof c.row.name);
	copy(map, "kana", c.row.kana, sizeof c.row.kana);
	copy(map, "born", c.row.born, sizeof c.row.born);
	copy(map, "sex", c.row.sex, sizeof c.row.sex);
	read_stays(d, map, &c);
	read_guardians(ymap_get(map, "guardians"), &c);
	return child_create(d->app, &d->operator, & c, d->ps);
}

static struct span password_of(struct demo *d, struct span account)
{
	struct ynode *list = ymap_get(d->root, "accounts");

	for (struct ynode *n = list ? list->first : NULL; n; n = n->next)
		if (span_eq(ymap_text(n, "id"), account))
			return ymap_text(n, "password");
	return SPAN_NONE;
}

/* Opening a person's key takes a password hash: the same author's sheets share one. */
static enum status become(struct demo *d, struct span account)
{
	if (d->author.key && span_is(account, d->author.account.id))
		return ST_OK;
	actor_clear(&d->author);
	return actor_account(&d->author, d->app, account, password_of(d, account));
}

static enum status one_sheet(struct demo *d, struct ynode *map)
{
	struct span name = ymap_text(map, "sheet");
	struct question q = {.action = ACT_SHEET_WRITE, .child = ymap_text(map, "child")};
	struct buf path, text;
	struct oid version;
	enum status st = become(d, ymap_text(map, "by"));

	buf_init(&path, PATH_MAX);
	buf_init(&text, SHEET_MAX_BYTES);
	buf_addf(&path, "%s/sheets/%.*s/%.*s.md", d->dir, SPAN_ARG(q.child), SPAN_ARG(name));
	q.id = name;
	q.type = span_cut(&q.id, '/');
	q.now = (int64_t)time(NULL);
	q.who = &d->author.account;
	q.request = d->author.request;
	if (!st)
		st = file_read(buf_str(&path), &text);
	if (!st)
		st = put_sheet(d->app, &d->author, &q, buf_str(&path), buf_span(&text),
			       ymap_text(map, "reason"), d->ps, &version);
	if (st)
		problem_add(d->ps, d->file, map->line, map->col, "demo.sheet",
			    "%.*s を入れられません: %s", SPAN_ARG(name), fail_why());
	buf_clear(&path);
	buf_clear(&text);
	return st;
}

static enum status one_consent(struct demo *d, struct ynode *map)
{
	struct question q = {
	    .action = ACT_CHILD_READ, .child = ymap_text(map, "child"), .now = (int64_t)time(NULL)};
	const struct answer a = {ymap_text(map, "type"), ymap_text(map, "institution"), true};
	enum status st = become(d, ymap_text(map, "by"));

	q.who = &d->author.account;
	q.request = d->author.request;
	return st ? st : consent_answer(d->app, &d->author, &q, &a);
}

/* What it is now, for the eyes; "" without a secret. */
static void present_code(struct span text, char out[static TOTP_CODE])
{
	unsigned char secret[TOTP_SECRET];

	out[0] = '\0';
	if (totp_parse(secret, text))
		totp_code(out, secret, (int64_t)time(NULL));
}

static void tell_accounts(struct ynode *root, const struct demo_listener *say)
{
	struct ynode *list = ymap_get(root, "accounts");

	for (struct ynode *n = list ? list->first : NULL; n; n = n->next) {
		struct span institution = ymap_text(n, "institution");
		struct span totp = ymap_text(n, "totp");
		char code[TOTP_CODE];
		const struct demo_account a = {
		    .id = ymap_text(n, "id").p,
		    .role = ymap_text(n, "role").p,
		    .institution = institution.p ? institution.p : "",
		    .name = ymap_text(n, "name").p,
		    .password = ymap_text(n, "password").p,
		    .totp = totp.p ? totp.p : "",
		    .code = code,
		};

		present_code(totp, code);
		say->account(say->ctx, &a);
	}
}

static enum status load(struct arena *a, const char *dir, struct buf *path, struct ynode **root,
			struct problems *ps)
{
	struct buf text;
	enum status st;

	buf_init(&text, YAML_MAX_BYTES);
	path_join(path, dir, "demo.yaml");
	st = file_read(buf_str(path), &text);
	if (!st)
		st = yaml_read(a, buf_str(path), buf_span(&text), 1, root, ps);
	buf_clear(&text);
	return st;
}

enum status demo_accounts(const char *dir, const struct demo_listener *say, struct problems *ps)
{
	struct arena *a = arena_new(16 * 1024 * 1024);
	struct ynode *root = NULL;
	struct buf path;
	enum status st;

	buf_init(&path, PATH_MAX);
	st = a ? load(a, dir, &path, &root, ps) : ST_NOMEM;
	if (!st)
		tell_accounts(root, say);
	arena_free(a);
	buf_clear(&path);
	return st;
}

enum status demo_fill(struct app *app, const char *dir, const struct demo_listener *say,
		      struct problems *ps)
{
	struct demo d = {.app = app, .dir = dir, .say = say, .ps = ps};
	struct arena *a = arena_new(16 * 1024 * 1024);
	struct buf path;
	enum status st;

	buf_init(&path, PATH_MAX);
	actor_operator(&d.operator, app);
	st = a ? load(a, dir, &path, &d.root, ps) : ST_NOMEM;
	d.file = buf_str(&path);
	if (!st)
		st = each(&d, "institutions", "機関", one_institution);
	if (!st)
		st = each(&d, "accounts", "アカウント", one_account);
	if (!st)
		st = each(&d, "children", "子ども", one_child);
	if (!st)
		st = each(&d, "sheets", "シート", one_sheet);
	if (!st)
		st = each(&d, "children", "在籍のおわり", end_stays);
	if (!st)
		st = each(&d, "consents", "同意", one_consent);
	if (!st)
		tell_accounts(d.root, say);
	actor_clear(&d.author);
	actor_clear(&d.operator);
	arena_free(a);
	buf_clear(&path);
	return st;
}

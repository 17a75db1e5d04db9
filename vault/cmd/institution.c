#include "generator/base/day.h"
#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/institutions.h"

#include <stdio.h>
#include <time.h>

struct words {
	const char *kind, *name, *opened, *day, *into;
	bool by_class, no_by_class;
};

/* ---- what is typed ------------------------------------------------------------------------ */

static enum status read_opened(const char *typed, char out[static DAY_ROOM])
{
	char iso[DAY_TEXT];
	struct day d;

	if (!*typed) {
		out[0] = '\0';
		return ST_OK;
	}
	if (!day_parse_typed(span_of(typed), &d))
		return fail(ST_INVALID, "--opened は 2026-04-01 の形で書いてください");
	day_iso(d, iso);
	return span_copy(span_of(iso), out, DAY_ROOM) ? ST_OK : fail(ST_INVALID, "--opened");
}

/* What was given takes the place of what is there. */
static enum status read_words(const struct words *w, struct institution *i)
{
	if (w->kind)
		i->kind = role_find(span_of(w->kind));
	if (w->name && !span_copy(span_of(w->name), i->name, sizeof i->name))
		return fail(ST_INVALID, "--name が長すぎます");
	if (w->by_class && w->no_by_class)
		return fail(ST_USAGE, "--by-class と --no-by-class は、どちらか1つです");
	if (w->by_class || w->no_by_class)
		i->by_class = w->by_class;
	return w->opened ? read_opened(w->opened, i->opened) : ST_OK;
}

/* ---- verbs -------------------------------------------------------------------------------- */

static enum status add(struct cmd_env *env, const char *id, const struct words *w)
{
	struct institution i = {.kind = ROLE_NOBODY};
	enum status st = read_words(w, &i);

	if (!st && !span_copy(span_of(id), i.id, sizeof i.id))
		st = fail(ST_INVALID, "機関の番号は a-z、0-9、- の32字までにしてください");
	return st ? st : institution_add(env->app, &env->actor, &i, NULL);
}

static enum status edit(struct cmd_env *env, const char *id, const struct words *w)
{
	struct institution i;
	enum status st = institution_get(env->app->db, span_of(id), &i);

	if (st)
		return st;
	st = read_words(w, &i);
	return st ? st : institution_edit(env->app, &env->actor, &i, NULL);
}

static enum status close_one(struct cmd_env *env, const char *id, const struct words *w)
{
	struct institution_load left;
	enum status st =
	    institution_close(env->app, &env->actor, span_of(id), span_of(w->day), &left, NULL);

	if (!st && left.coming)
		fprintf(stderr, "その後も在籍が続く子どもが %ld人います\n", left.coming);
	if (!st && left.staff)
		fprintf(stderr, "職員のアカウントが %ld人あります\n", left.staff);
	return st;
}

static enum status reopen(struct cmd_env *env, const char *id, const struct words *w)
{
	(void)w;
	return institution_reopen(env->app, &env->actor, span_of(id));
}

static void tell(void *ctx, long done, long all)
{
	(void)ctx;
	fprintf(stderr, "\r子ども %ld / %ld%s", done, all, done == all ? "\n" : "");
}

static void print_merge(const struct cmd_env *env, const struct merge_done *d)
{
	struct buf out;

	if (!env->json) {
		printf("子ども %ld人、職員 %ld人を移しました\n", d->moved, d->staff);
		if (d->later)
			printf("職員 %ld人は、最後の日がきてから、もう一度行うと移ります\n",
			       d->later);
		return;
	}
	buf_init(&out, 1024);
	json_open(&out);
	json_key(&out, "children");
	json_int(&out, d->moved);
	json_key(&out, "failed");
	json_int(&out, d->failed);
	json_key(&out, "staff");
	json_int(&out, d->staff);
	json_key(&out, "later");
	json_int(&out, d->later);
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
}

static enum status merge(struct cmd_env *env, const char *id, const struct words *w)
{
	const struct merge_watch watch = {tell, NULL};
	struct merge m = {.from = span_of(id), .into = span_of(w->into), .day = span_of(w->day)};
	struct merge_done d;
	char today[DAY_TEXT];
	enum status st;

	if (!w->into)
		return fail(ST_USAGE, "統合先を --into で指定してください");
	day_iso(day_jst((int64_t)time(NULL)), today);
	if (!w->day)
		m.day = span_of(today);
	st = institution_merge(env->app, &env->actor, &m, &watch, &d, NULL);
	if (!st)
		print_merge(env, &d);
	return !st && d.failed ? fail(ST_INVALID, "%ld人を移せませんでした（%s）", d.failed, d.why)
			       : st;
}

/* ---- the list ----------------------------------------------------------------------------- */

static enum status print_one(void *ctx, const struct institution *i)
{
	const struct cmd_env *env = ctx;
	struct buf out;

	if (!env->json) {
		printf("%-20s %-8s %s%s%s%s%s\n", i->id, role_name(i->kind), i->name,
		       i->closed[0] ? " 閉鎖 " : "", i->closed, i->into[0] ? " 統合先 " : "",
		       i->into);
		return ST_OK;
	}
	buf_init(&out, 4096);
	json_open(&out);
	json_pair(&out, "id", span_of(i->id));
	json_pair(&out, "kind", span_of(role_name(i->kind)));
	json_pair(&out, "name", span_of(i->name));
	json_pair(&out, "opened", i->opened[0] ? span_of(i->opened) : SPAN_NONE);
	json_pair(&out, "closed", i->closed[0] ? span_of(i->closed) : SPAN_NONE);
	json_pair(&out, "into", i->into[0] ? span_of(i->into) : SPAN_NONE);
	json_key(&out, "by-class");
	json_bool(&out, i->by_class);
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
	return ST_OK;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static const struct verb {
	const char *name;
	enum status (*run)(struct cmd_env *env, const char *id, const struct words *w);
} verbs[] = {
    {"add", add}, {"edit", edit}, {"close", close_one}, {"reopen", reopen}, {"merge", merge}};

enum status cmd_institution(struct cmd_env *env, int argc, char **argv)
{
	struct words w = {.kind = NULL};
	const struct cmd_option options[] = {
	    {"kind", &w.kind, NULL},
	    {"name", &w.name, NULL},
	    {"opened", &w.opened, NULL},
	    {"day", &w.day, NULL},
	    {"into", &w.into, NULL},
	    {"by-class", NULL, &w.by_class},
	    {"no-by-class", NULL, &w.no_by_class},
	};
	enum status st = cmd_options(env, options, sizeof options / sizeof *options, &argc, &argv);

	if (!st)
		st = cmd_words("institution", argc, 1, 2);
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	if (st)
		return st;
	if (strcmp(argv[0], "list") == 0 && argc == 1)
		return institution_each(env->app->db, print_one, env);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(argv[0], verbs[i].name) == 0 && argc == 2)
			return verbs[i].run(env, argv[1], &w);
	return fail(ST_USAGE, "add、list、edit、close、reopen、merge のどれかを指定してください");
}

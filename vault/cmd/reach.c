#include "generator/role/reach.h"

#include "generator/base/day.h"
#include "generator/base/json.h"
#include "vault/cmd/content.h"
#include "vault/flow/decide.h"
#include "vault/flow/reach_of.h"
#include "vault/flow/reach_past.h"

#include <stdio.h>
#include <time.h>

/* All versions of one type as they are in force: the newest. */
static enum status print(const struct types *ts, const char *only, bool json)
{
	size_t printed = 0;
	struct buf out;
	enum status st;

	buf_init(&out, 16 * 1024 * 1024);
	for (size_t i = 0; i < types_count(ts); i++) {
		if (only && !span_is(types_at(ts, i)->id, only))
			continue;
		if (printed++ && !json)
			buf_addc(&out, '\n');
		reach_print(types_at(ts, i), json, &out);
	}
	st = out.st;
	if (!st && only && !printed)
		st = fail(ST_NOTFOUND, "%s というシート型はありません", only);
	if (!st)
		fputs(buf_str(&out), stdout);
	buf_clear(&out);
	return st;
}

/* ---- one account, now ---------------------------------------------------------------------- */

static enum status print_line(void *ctx, const struct reach_line *l)
{
	const struct cmd_env *env = ctx;
	char sheet[2 * ID_MAX + 2] = "";
	struct buf out;

	if (l->sheet)
		snprintf(sheet, sizeof sheet, "%s/%s", l->sheet->type, l->sheet->id);
	if (!env->json) {
		printf("%s %s %s%s R:%.*s W:%.*s\n", l->child->id, sheet[0] ? sheet : "karte",
		       reason_name(l->why), l->read_only ? " read-only" : "", SPAN_ARG(l->reads),
		       SPAN_ARG(l->writes));
		return ST_OK;
	}
	buf_init(&out, 64 * 1024);
	json_open(&out);
	json_pair(&out, "child", span_of(l->child->id));
	json_pair(&out, "sheet", sheet[0] ? span_of(sheet) : SPAN_NONE);
	json_pair(&out, "reason", span_of(reason_name(l->why)));
	json_pair(&out, "range", l->by[0] ? span_of(l->by) : SPAN_NONE);
	json_key(&out, "read-only");
	json_bool(&out, l->read_only);
	json_pair(&out, "reads", l->reads);
	json_pair(&out, "writes", l->writes);
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
	return ST_OK;
}

static enum status of_account(struct cmd_env *env, const char *id)
{
	struct account a;
	enum status st = account_get(env->app->db, span_of(id), &a);

	if (!st)
		st = cmd_note_read(env, "admin.reach", SPAN_NONE, span_of(a.id));
	return st ? st : reach_of(env->app, &a, (int64_t)time(NULL), print_line, env);
}

/* ---- one child, then ----------------------------------------------------------------------- */

static enum status print_reader(void *ctx, const struct past_reader *r)
{
	const struct cmd_env *env = ctx;
	char at[DAY_TEXT] = "";
	struct buf out;

	if (r->set_at)
		time_utc(r->set_at, at);
	if (!env->json) {
		printf("%-16s %-10s %-18s %s%s%s%s set by %s%s%s %s\n", r->account.id,
		       role_name(r->account.role), r->account.staff ? r->account.institution : "-",
		       reason_name(r->why), r->by[0] ? ":" : "", r->by,
		       r->read_only ? " read-only" : "", r->set_by[0] ? r->set_by : "?",
		       r->confirmed_by[0] ? " + " : "", r->confirmed_by, at[0] ? at : "?");
		return ST_OK;
	}
	buf_init(&out, 4096);
	json_open(&out);
	json_pair(&out, "account", span_of(r->account.id));
	json_pair(&out, "role", span_of(role_name(r->account.role)));
	json_pair(&out, "institution",
		  r->account.staff ? span_of(r->account.institution) : SPAN_NONE);
	json_pair(&out, "reason", span_of(reason_name(r->why)));
	json_pair(&out, "shared", r->shared[0] ? span_of(r->shared) : SPAN_NONE);
	json_pair(&out, "range", r->by[0] ? span_of(r->by) : SPAN_NONE);
	json_key(&out, "read-only");
	json_bool(&out, r->read_only);
	json_pair(&out, "set-by", r->set_by[0] ? span_of(r->set_by) : SPAN_NONE);
	json_pair(&out, "confirmed-by", r->confirmed_by[0] ? span_of(r->confirmed_by) : SPAN_NONE);
	json_pair(&out, "set-at", at[0] ? span_of(at) : SPAN_NONE);
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
	return ST_OK;
}

static enum status of_child(struct cmd_env *env, const char *child, const char *at)
{
	int64_t now = (int64_t)time(NULL);
	struct day day = day_jst(now);
	char iso[DAY_TEXT];
	enum status st = ST_OK;

	if (at && !day_parse_typed(span_of(at), &day))
		return fail(ST_USAGE, "日付がわかりません: %s", at);
	if (!path_child(span_of(child)))
		return fail(ST_USAGE, "子どもの番号がわかりません: %s", child);
	day_iso(day, iso);
	st = cmd_note_read(env, "admin.reach", span_of(child), span_of(iso));
	return st ? st : reach_past(env->app, span_of(child), day, now, print_reader, env);
}

/* ---- the command --------------------------------------------------------------------------- */

static enum status of_types(struct cmd_env *env, const char *dir, const char *only)
{
	struct content content;
	struct types *types = NULL;
	enum status st = content_find(env, dir, NULL, &content);

	if (!st)
		st = content_types(env, &content, &types);
	if (!st)
		st = print(types, only, env->json);
	types_free(types);
	return st;
}

/* With --as it may be anybody. */
static enum status may_look(struct cmd_env *env)
{
	const struct question q = {.action = ACT_ADMIN,
				   .who = &env->actor.account,
				   .request = env->actor.request,
				   .now = (int64_t)time(NULL)};
	struct decision d;

	return decide(env->app, &q, &d, NULL);
}

enum status cmd_reach(struct cmd_env *env, int argc, char **argv)
{
	const char *dir = NULL, *account = NULL, *child = NULL, *at = NULL;
	const struct cmd_option options[] = {{"types", &dir, NULL},
					     {"account", &account, NULL},
					     {"child", &child, NULL},
					     {"at", &at, NULL}};
	enum status st = cmd_options(env, options, 4, &argc, &argv);

	if (!st)
		st = cmd_words("reach", argc, 0, account || child ? 0 : 1);
	if (!st && (account != NULL) + (child != NULL) + (dir != NULL) > 1)
		st = fail(ST_USAGE, "--types、--account、--child は、どれか1つだけ書いてください");
	if (!st && at && !child)
		st = fail(ST_USAGE, "--at は --child と いっしょに書いてください");
	if (st)
		return st;
	if (!account && !child)
		return of_types(env, dir, argc ? argv[0] : NULL);
	st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	if (!st)
		st = may_look(env);
	if (st)
		return st;
	return account ? of_account(env, account) : of_child(env, child, at);
}

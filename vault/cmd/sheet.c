#include "generator/base/day.h"
#include "generator/base/file.h"
#include "generator/base/json.h"
#include "generator/render/plain.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/children.h"
#include "vault/flow/save_sheet.h"
#include "vault/flow/workflow.h"

#include <stdio.h>
#include <time.h>

static enum status put(struct cmd_env *env, char **argv, const char *reason)
{
	struct question q = {.action = ACT_SHEET_WRITE,
			     .who = &env->actor.account,
			     .child = span_of(argv[1]),
			     .request = env->actor.request,
			     .now = (int64_t)time(NULL)};
	struct oid version;
	struct buf text;
	char hex[OID_HEX];
	enum status st;

	if (!env->as)
		return fail(ST_USAGE, "シートは人が書くものです。--as ACCOUNT を指定してください");
	st = cmd_sheet_name(argv[2], &q.type, &q.id);
	buf_init(&text, SHEET_MAX_BYTES);
	if (!st)
		st = file_read(argv[3], &text);
	if (st == ST_TOOBIG)
		problem_add(&env->problems, argv[3], 0, 0, "sheet.size", "シートは%d KBまでです",
			    SHEET_MAX_BYTES / 1024);
	if (!st)
		st = put_sheet(env->app, &env->actor, &q, argv[3], buf_span(&text), span_of(reason),
			       &env->problems, &version);
	if (!st) {
		oid_hex(&version, hex);
		puts(hex);
	}
	buf_clear(&text);
	return st;
}

/* On the newest version; what is missing is said as problems. */
static enum status step(struct cmd_env *env, char **argv, const char *comment)
{
	struct question q = {.action = ACT_SHEET_WRITE,
			     .who = &env->actor.account,
			     .child = span_of(argv[1]),
			     .request = env->actor.request,
			     .now = (int64_t)time(NULL)};
	struct taking in = {.comment = span_trim(span_of(comment ? comment : ""))};
	struct sheet_row row;
	struct oid version;
	char hex[OID_HEX];
	enum status st;

	if (!env->as)
		return fail(ST_USAGE,
			    "手続きは人が進めるものです。--as ACCOUNT を指定してください");
	if (!step_find(span_of(argv[3]), &in.step) || in.step == STEP_ASK)
		return fail(ST_USAGE, "%s という手続きはありません", argv[3]);
	st = cmd_sheet_name(argv[2], &q.type, &q.id);
	if (!st)
		st = sheet_row_get(env->app->db, q.child, q.type, q.id, &row);
	if (!st) {
		in.base = span_of(row.version);
		st = workflow_take(env->app, &env->actor, &q, &in, &env->problems, &version);
	}
	if (!st) {
		oid_hex(&version, hex);
		puts(hex);
	}
	return st;
}

static enum status print_for(const struct sheet *s, enum role role)
{
	struct view *v = NULL;
	struct buf out;
	enum status st = redact_for(&v, s, &(struct reader){.role = role, .relation = REL_OWN});

	buf_init(&out, 4 * SHEET_MAX_BYTES);
	if (!st)
		st = plain_view(v, NULL, &out);
	if (!st)
		fputs(buf_str(&out), stdout);
	view_free(v);
	buf_clear(&out);
	return st;
}

static enum status print_file(const struct sheet *s)
{
	struct buf out;
	enum status st;

	buf_init(&out, SHEET_MAX_BYTES);
	st = sheet_write(s, &out);
	if (!st)
		fputs(buf_str(&out), stdout);
	buf_clear(&out);
	return st;
}

static enum status get(struct cmd_env *env, char **argv, const char *role_text)
{
	enum role role = role_text ? role_find(span_of(role_text)) : ROLE_NOBODY;
	struct span type, id, child = span_of(argv[1]);
	struct repo *repo = NULL;
	struct sheet *s = NULL;
	enum status st = cmd_sheet_name(argv[2], &type, &id);

	if (!st && role_text && role == ROLE_NOBODY)
		st = fail(ST_USAGE, "%s という役割はありません", role_text);
	if (!st)
		st = child_repo(&repo, env->app, child);
	if (!st)
		st = sheet_load(env->app, repo, NULL, type, id, &s);
	if (!st)
		st = cmd_note_read(env, "sheet.get", child, span_of(argv[2]));
	if (!st)
		st = role_text ? print_for(s, role) : print_file(s);
	sheet_free(s);
	repo_close(repo);
	return st;
}

static enum status print_row(void *ctx, const struct sheet_row *r)
{
	const struct cmd_env *env = ctx;
	char t[DAY_TEXT];
	struct buf out;

	time_jst(r->at, t);
	if (!env->json) {
		printf("%s/%s\t%s\t%s\t%s\t%s\n", r->type, r->id, r->status, t, r->account,
		       r->title);
		return ST_OK;
	}
	buf_init(&out, 8192);
	json_open(&out);
	json_pair(&out, "type", span_of(r->type));
	json_pair(&out, "id", span_of(r->id));
	json_pair(&out, "title", span_of(r->title));
	json_pair(&out, "institution", span_of(r->institution));
	json_pair(&out, "status", span_of(r->status));
	json_pair(&out, "version", span_of(r->version));
	json_pair(&out, "account", span_of(r->account));
	time_utc(r->at, t);
	json_pair(&out, "at", span_of(t));
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
	return ST_OK;
}

static enum status list(struct cmd_env *env, struct span child)
{
	enum status st = cmd_note_read(env, "sheet.list", child, SPAN_NONE);

	return st ? st : sheet_row_each(env->app->db, child, print_row, env);
}

enum status cmd_sheet(struct cmd_env *env, int argc, char **argv)
{
	const char *role = NULL, *reason = NULL, *comment = NULL;
	const struct cmd_option options[] = {
	    {"role", &role, NULL}, {"reason", &reason, NULL}, {"comment", &comment, NULL}};
	enum status st = cmd_options(env, options, 3, &argc, &argv);

	if (!st)
		st = cmd_words("sheet", argc, 2, 4);
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	if (st)
		return st;
	if (strcmp(argv[0], "put") == 0 && argc == 4)
		return put(env, argv, reason);
	if (strcmp(argv[0], "step") == 0 && argc == 4)
		return step(env, argv, comment);
	if (strcmp(argv[0], "get") == 0 && argc == 3)
		return get(env, argv, role);
	if (strcmp(argv[0], "list") == 0 && argc == 2)
		return list(env, span_of(argv[1]));
	return fail(ST_USAGE, "put、step、get、list のどれかを指定してください");
}

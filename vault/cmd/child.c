#include "generator/base/day.h"
#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/children.h"

#include <stdio.h>
#include <time.h>

struct words {
	const char *name, *kana, *born, *sex, *id;
};

static void copy(const char *from, char *out, size_t cap)
{
	span_copy(span_of(from ? from : ""), out, cap);
}

static enum status add(struct cmd_env *env, const struct words *w)
{
	struct child c = {.enrolment_count = 0};
	enum status st;

	copy(w->name, c.row.name, sizeof c.row.name);
	copy(w->kana, c.row.kana, sizeof c.row.kana);
	copy(w->born, c.row.born, sizeof c.row.born);
	copy(w->sex, c.row.sex, sizeof c.row.sex);
	copy(w->id, c.row.id, sizeof c.row.id);
	st = child_create(env->app, &env->actor, &c, &env->problems);
	if (!st)
		puts(c.row.id);
	return st;
}

static void put_json(struct buf *out, const struct child_row *c)
{
	json_pair(out, "id", span_of(c->id));
	json_pair(out, "name", span_of(c->name));
	json_pair(out, "kana", span_of(c->kana));
	json_pair(out, "born", span_of(c->born));
	json_pair(out, "sex", span_of(c->sex));
}

static enum status print_one(void *ctx, const struct child_row *c)
{
	const struct cmd_env *env = ctx;
	struct buf out;

	if (!env->json) {
		printf("%s %s %s（%s）\n", c->id, c->born, c->name, c->kana);
		return ST_OK;
	}
	buf_init(&out, 4096);
	json_open(&out);
	put_json(&out, c);
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
	return ST_OK;
}

static enum status list(struct cmd_env *env)
{
	char today[DAY_TEXT];
	struct child_scope all = {.all = true, .today = span_of(today)};
	enum status st = cmd_note_read(env, "child.list", SPAN_NONE, SPAN_NONE);

	if (st)
		return st;
	day_iso(day_jst((int64_t)time(NULL)), today);
	return child_search(env->app->db, &all, SPAN_NONE, -1, 0, print_one, env);
}

static enum status show_enrolment(void *ctx, const struct enrolment *e)
{
	struct buf *out = ctx;

	json_open(out);
	json_pair(out, "institution", span_of(e->institution));
	json_pair(out, "from", span_of(e->since));
	json_pair(out, "to", e->until[0] ? span_of(e->until) : SPAN_NONE);
	json_close(out);
	return ST_OK;
}

static enum status show_guardian(void *ctx, const struct guardian *g)
{
	struct buf *out = ctx;

	json_open(out);
	json_pair(out, "account", span_of(g->account));
	json_pair(out, "relation", span_of(g->relation));
	json_close(out);
	return ST_OK;
}

static enum status show_json(struct cmd_env *env, const struct child_row *c)
{
	struct span id = span_of(c->id);
	struct buf out;
	enum status st;

	buf_init(&out, 256 * 1024);
	json_open(&out);
	put_json(&out, c);
	json_key(&out, "enrolments");
	json_list(&out);
	st = child_enrolments(env->app->db, id, show_enrolment, &out);
	json_list_end(&out);
	json_key(&out, "guardians");
	json_list(&out);
	if (!st)
		st = child_guardians(env->app->db, id, show_guardian, &out);
	json_list_end(&out);
	json_pair(&out, "version", span_of(c->head));
	json_close(&out);
	if (!st)
		puts(buf_str(&out));
	buf_clear(&out);
	return st;
}

static enum status say_enrolment(void *ctx, const struct enrolment *e)
{
	(void)ctx;
	printf("在籍  %s  %s から%s%s\n", e->institution, e->since, e->until[0] ? " " : "",
	       e->until);
	return ST_OK;
}

static enum status say_guardian(void *ctx, const struct guardian *g)
{
	(void)ctx;
	printf("保護者 %s（%s）\n", g->account, g->relation);
	return ST_OK;
}

static enum status show(struct cmd_env *env, const char *id)
{
	struct child_row c;
	enum status st = child_get(env->app->db, span_of(id), &c);

	if (!st)
		st = cmd_note_read(env, "child.read", span_of(id), SPAN_NONE);
	if (st)
		return st;
	if (env->json)
		return show_json(env, &c);
	printf("番号  %s\n氏名  %s（%s）\n生年月日 %s\n性別  %s\n", c.id, c.name, c.kana, c.born,
	       c.sex);
	st = child_enrolments(env->app->db, span_of(id), say_enrolment, NULL);
	if (!st)
		st = child_guardians(env->app->db, span_of(id), say_guardian, NULL);
	printf("版   %s\n", c.head);
	return st;
}

enum status cmd_child(struct cmd_env *env, int argc, char **argv)
{
	struct words w = {NULL, NULL, NULL, NULL, NULL};
	const struct cmd_option options[] = {{"name", &w.name, NULL},
					     {"kana", &w.kana, NULL},
					     {"born", &w.born, NULL},
					     {"sex", &w.sex, NULL},
					     {"id", &w.id, NULL}};
	enum status st = cmd_options(env, options, 5, &argc, &argv);

	if (!st)
		st = cmd_words("child", argc, 1, 2);
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	if (st)
		return st;
	if (strcmp(argv[0], "add") == 0 && argc == 1)
		return add(env, &w);
	if (strcmp(argv[0], "list") == 0 && argc == 1)
		return list(env);
	if (strcmp(argv[0], "show") == 0 && argc == 2)
		return show(env, argv[1]);
	return fail(ST_USAGE, "add、list、show のどれかを指定してください");
}

enum status cmd_enrol(struct cmd_env *env, int argc, char **argv)
{
	const char *from = NULL, *to = NULL;
	const struct cmd_option options[] = {{"from", &from, NULL}, {"to", &to, NULL}};
	enum status st = cmd_options(env, options, 2, &argc, &argv);

	if (!st)
		st = cmd_words("enrol", argc, 2, 2);
	if (!st && !from && !to)
		st = fail(ST_USAGE, "--from か --to を指定してください");
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	return st ? st
		  : child_enrol(env->app, &env->actor, span_of(argv[0]), span_of(argv[1]),
				span_of(from), span_of(to), &env->problems);
}

enum status cmd_guardian(struct cmd_env *env, int argc, char **argv)
{
	const char *relation = NULL;
	const struct cmd_option options[] = {{"relation", &relation, NULL}};
	enum status st = cmd_options(env, options, 1, &argc, &argv);

	if (!st)
		st = cmd_words("guardian", argc, 2, 2);
	if (!st && !relation)
		st = fail(ST_USAGE, "--relation を指定してください");
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	return st ? st
		  : child_add_guardian(env->app, &env->actor, span_of(argv[0]), span_of(argv[1]),
				       span_of(relation), &env->problems);
}

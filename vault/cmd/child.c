#include "generator/base/day.h"
#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/children.h"

#include <stdio.h>
#include <time.h>

struct words {
	const char *name, *kana, *born, *sex, *id, *reason;
};

/* What does not fit is longer than anything that is allowed. */
static enum status copy(const char *option, const char *from, char *out, size_t cap)
{
	if (!from || span_copy(span_of(from), out, cap))
		return ST_OK;
	return fail(ST_INVALID, "--%s が長すぎます", option);
}

static enum status read_row(const struct words *w, struct child_row *row)
{
	enum status st = copy("name", w->name, row->name, sizeof row->name);

	if (!st)
		st = copy("kana", w->kana, row->kana, sizeof row->kana);
	if (!st)
		st = copy("born", w->born, row->born, sizeof row->born);
	if (!st)
		st = copy("sex", w->sex, row->sex, sizeof row->sex);
	return st ? st : copy("id", w->id, row->id, sizeof row->id);
}

static enum status add(struct cmd_env *env, const struct words *w)
{
	struct child c = {.enrolment_count = 0};
	enum status st = read_row(w, &c.row);

	if (!st)
		st = child_create(env->app, &env->actor, &c, &env->problems);
	if (!st)
		puts(c.row.id);
	return st;
}

static enum status edit(struct cmd_env *env, const char *id, const struct words *w)
{
	struct child_task task = {.child = span_of(id), .reason = span_of(w->reason)};
	struct child_row row = {.id = ""};
	enum status st = read_row(w, &row);

	if (!st && !w->name && !w->kana && !w->born && !w->sex)
		st = fail(ST_USAGE, "--name、--kana、--born、--sex のどれかを指定してください");
	return st ? st : child_edit(env->app, &env->actor, &task, &row);
}

/* ---- showing ------------------------------------------------------------------------------ */

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
	json_pair(out, "class", e->class[0] ? span_of(e->class) : SPAN_NONE);
	json_close(out);
	return ST_OK;
}

static enum status show_guardian(void *ctx, const struct guardian *g)
{
	struct buf *out = ctx;

	json_open(out);
	json_pair(out, "account", span_of(g->account));
	json_pair(out, "relation", span_of(g->relation));
	json_pair(out, "suspended", g->suspended[0] ? span_of(g->suspended) : SPAN_NONE);
	json_close(out);
	return ST_OK;
}

static enum status show_protection(void *ctx, const struct protection *p)
{
	struct buf *out = ctx;

	json_open(out);
	json_pair(out, "guardian", span_of(p->guardian));
	json_pair(out, "kind", span_of(p->kind));
	json_pair(out, "value", span_of(p->value));
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
	json_key(&out, "protections");
	json_list(&out);
	if (!st)
		st = child_protections(env->app->db, id, show_protection, &out);
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
	printf("在籍  %s  %s から%s%s%s%s\n", e->institution, e->since, e->until[0] ? " " : "",
	       e->until, e->class[0] ? "  " : "", e->class);
	return ST_OK;
}

static enum status say_guardian(void *ctx, const struct guardian *g)
{
	(void)ctx;
	printf("保護者 %s（%s）%s%s\n", g->account, g->relation,
	       g->suspended[0] ? " 止めた日 " : "", g->suspended);
	return ST_OK;
}

static enum status say_protection(void *ctx, const struct protection *p)
{
	(void)ctx;
	printf("見せない %s に %s %s\n", p->guardian, p->kind, p->value);
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
	if (!st)
		st = child_protections(env->app->db, span_of(id), say_protection, NULL);
	printf("版   %s\n", c.head);
	return st;
}

enum status cmd_child(struct cmd_env *env, int argc, char **argv)
{
	struct words w = {.name = NULL};
	const struct cmd_option options[] = {{"name", &w.name, NULL}, {"kana", &w.kana, NULL},
					     {"born", &w.born, NULL}, {"sex", &w.sex, NULL},
					     {"id", &w.id, NULL},     {"reason", &w.reason, NULL}};
	enum status st = cmd_options(env, options, 6, &argc, &argv);

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
	if (strcmp(argv[0], "edit") == 0 && argc == 2)
		return edit(env, argv[1], &w);
	if (strcmp(argv[0], "list") == 0 && argc == 1)
		return list(env);
	if (strcmp(argv[0], "show") == 0 && argc == 2)
		return show(env, argv[1]);
	return fail(ST_USAGE, "add、edit、list、show のどれかを指定してください");
}

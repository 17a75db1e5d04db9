#include "generator/base/day.h"
#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/registry.h"

#include <stdio.h>
#include <time.h>

static enum status add(struct cmd_env *env, const char *id, const char *kind, const char *name)
{
	struct institution i = {.kind = role_find(span_of(kind))}, other;
	enum status st;

	if (!path_id(span_of(id)) || !span_copy(span_of(id), i.id, sizeof i.id))
		return fail(ST_INVALID, "機関の番号は a-z、0-9、- の32字までにしてください");
	if (!role_reads_content(i.kind) || i.kind == ROLE_HOUSEHOLD)
		return fail(ST_INVALID, "--kind は nursery school health welfare therapy board "
					"provider のどれかです");
	if (!name || !*name || !span_copy(span_of(name), i.name, sizeof i.name))
		return fail(ST_INVALID, "--name に機関の名前を書いてください");
	st = institution_get(env->app->db, span_of(id), &other);
	if (!st)
		return fail(ST_EXISTS, "機関 %s はもうあります", id);
	return st == ST_NOTFOUND
		   ? registry_put_institution(env->app, &env->actor, "institution.add", &i)
		   : st;
}

static enum status close_one(struct cmd_env *env, const char *id)
{
	struct institution i;
	char today[DAY_TEXT];
	enum status st = institution_get(env->app->db, span_of(id), &i);

	if (st)
		return st;
	if (i.closed[0])
		return fail(ST_EXISTS, "機関 %s は %s に閉じています", id, i.closed);
	day_iso(day_jst((int64_t)time(NULL)), today);
	span_copy(span_of(today), i.closed, sizeof i.closed);
	return registry_put_institution(env->app, &env->actor, "institution.close", &i);
}

static enum status print_one(void *ctx, const struct institution *i)
{
	const struct cmd_env *env = ctx;
	struct buf out;

	if (!env->json) {
		printf("%-20s %-8s %s%s%s\n", i->id, role_name(i->kind), i->name,
		       i->closed[0] ? " 閉鎖 " : "", i->closed);
		return ST_OK;
	}
	buf_init(&out, 4096);
	json_open(&out);
	json_pair(&out, "id", span_of(i->id));
	json_pair(&out, "kind", span_of(role_name(i->kind)));
	json_pair(&out, "name", span_of(i->name));
	json_pair(&out, "closed", i->closed[0] ? span_of(i->closed) : SPAN_NONE);
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
	return ST_OK;
}

enum status cmd_institution(struct cmd_env *env, int argc, char **argv)
{
	const char *kind = "", *name = NULL;
	const struct cmd_option options[] = {{"kind", &kind, NULL}, {"name", &name, NULL}};
	enum status st = cmd_options(env, options, 2, &argc, &argv);

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
	if (strcmp(argv[0], "add") == 0 && argc == 2)
		return add(env, argv[1], kind, name);
	if (strcmp(argv[0], "close") == 0 && argc == 2)
		return close_one(env, argv[1]);
	return fail(ST_USAGE, "add、list、close のどれかを指定してください");
}

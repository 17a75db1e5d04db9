#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/people.h"

#include <stdio.h>

struct words {
	const char *role, *institution, *name, *kana;
};

/* --password-file is the new account's here: these commands are signed by the vault. */
static enum status new_password(struct cmd_env *env, struct buf *secret)
{
	buf_init_secret(secret, 4096);
	return cmd_password(env->password_file, secret);
}

static enum status add(struct cmd_env *env, const char *id, const struct words *w)
{
	struct account a = {.staff = w->role && strcmp(w->role, "staff") == 0};
	struct buf password;
	enum status st;

	if (!w->role || !w->name || !span_copy(span_of(id), a.id, sizeof a.id) ||
	    !span_copy(span_of(w->name), a.name, sizeof a.name) ||
	    (w->kana && !span_copy(span_of(w->kana), a.kana, sizeof a.kana)) ||
	    (w->institution &&
	     !span_copy(span_of(w->institution), a.institution, sizeof a.institution)))
		return fail(ST_USAGE, "--role と --name を、決まった長さで書いてください");
	a.role = a.staff ? ROLE_NOBODY : role_find(span_of(w->role));
	st = new_password(env, &password);
	if (!st)
		st = account_create(env->app, &env->actor, &a, buf_span(&password));
	buf_clear(&password);
	return st;
}

static enum status reset(struct cmd_env *env, const char *id)
{
	struct buf password;
	enum status st = new_password(env, &password);

	if (!st)
		st = account_reset(env->app, &env->actor, span_of(id), buf_span(&password));
	buf_clear(&password);
	return st;
}

static enum status print_one(void *ctx, const struct account *a)
{
	const struct cmd_env *env = ctx;
	struct buf out;

	if (!env->json) {
		printf("%-16s %-10s %-18s %s%s\n", a->id, role_name(a->role), a->institution,
		       a->name, a->disabled ? "（停止）" : "");
		return ST_OK;
	}
	buf_init(&out, 4096);
	json_open(&out);
	json_pair(&out, "id", span_of(a->id));
	json_pair(&out, "role", span_of(role_name(a->role)));
	json_pair(&out, "institution", a->staff ? span_of(a->institution) : SPAN_NONE);
	json_pair(&out, "name", span_of(a->name));
	json_pair(&out, "kana", span_of(a->kana));
	json_key(&out, "disabled");
	json_bool(&out, a->disabled);
	json_pair(&out, "key", span_of(a->key));
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
	return ST_OK;
}

enum status cmd_account(struct cmd_env *env, int argc, char **argv)
{
	struct words w = {NULL, NULL, NULL, NULL};
	const struct cmd_option options[] = {{"role", &w.role, NULL},
					     {"institution", &w.institution, NULL},
					     {"name", &w.name, NULL},
					     {"kana", &w.kana, NULL}};
	enum status st = cmd_options(env, options, 4, &argc, &argv);

	if (!st)
		st = cmd_words("account", argc, 1, 2);
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st && env->as)
		st = fail(ST_USAGE, "account は保管庫の鍵で署名します。--as は使えません");
	if (st)
		return st;
	actor_operator(&env->actor, env->app);
	if (strcmp(argv[0], "list") == 0 && argc == 1)
		return account_each(env->app->db, print_one, env);
	if (strcmp(argv[0], "add") == 0 && argc == 2)
		return add(env, argv[1], &w);
	if (strcmp(argv[0], "disable") == 0 && argc == 2)
		return account_disable(env->app, &env->actor, span_of(argv[1]));
	if (strcmp(argv[0], "reset") == 0 && argc == 2)
		return reset(env, argv[1]);
	return fail(ST_USAGE, "add、list、disable、reset のどれかを指定してください");
}

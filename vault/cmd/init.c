#include "vault/cmd/cmd.h"
#include "vault/flow/init_vault.h"
#include "vault/flow/people.h"

#include <stdio.h>

static enum status add_admin(struct cmd_env *env, const char *dir, const char *id)
{
	struct account a = {.role = ROLE_ADMIN};
	struct buf password;
	enum status st;

	if (!span_copy(span_of(id), a.id, sizeof a.id) ||
	    !span_copy(span_of(id), a.name, sizeof a.name))
		return fail(ST_USAGE, "--admin が長すぎます");
	buf_init_secret(&password, 4096);
	st = cmd_password(env->password_file, &password);
	env->vault = dir;
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st) {
		actor_operator(&env->actor, env->app);
		st = account_create(env->app, &env->actor, &a, buf_span(&password));
	}
	buf_clear(&password);
	return st;
}

enum status cmd_init(struct cmd_env *env, int argc, char **argv)
{
	const char *hostname = NULL, *admin = NULL;
	const struct cmd_option options[] = {{"hostname", &hostname, NULL},
					     {"admin", &admin, NULL}};
	struct conf conf;
	enum status st = cmd_options(env, options, 2, &argc, &argv);

	if (!st)
		st = cmd_words("init", argc, 1, 1);
	if (st)
		return st;
	conf_default(&conf);
	if (hostname) {
		if (!span_copy(span_of(hostname), conf.hostname, sizeof conf.hostname))
			return fail(ST_USAGE, "--hostname が長すぎます");
		snprintf(conf.url, sizeof conf.url, "https://%.240s", hostname);
	}
	st = init_vault(argv[0], &conf);
	if (!st && admin)
		st = add_admin(env, argv[0], admin);
	if (!st)
		fprintf(stderr, "保管庫を作りました: %s\n", argv[0]);
	return st;
}

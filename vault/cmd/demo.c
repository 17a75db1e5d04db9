#include "vault/flow/demo.h"

#include "generator/base/path.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/init_vault.h"

#include <stdio.h>

static void step(void *ctx, const char *line)
{
	(void)ctx;
	fprintf(stderr, "  %s\n", line);
}

static void account(void *ctx, const char *id, const char *role, const char *institution,
		    const char *name, const char *password)
{
	(void)ctx;
	printf("  %-14s %-10s %-18s %-32s %s\n", id, role, institution, password, name);
}

static const struct demo_listener listener = {step, account, NULL};

/* --accounts prints what `make run` shows each time; a demo has no secrets. */
enum status cmd_demo(struct cmd_env *env, int argc, char **argv)
{
	bool accounts = false;
	const struct cmd_option options[] = {{"accounts", NULL, &accounts}};
	struct conf conf;
	struct buf dir;
	enum status st = cmd_options(env, options, 1, &argc, &argv);

	if (!st)
		st = cmd_words("demo", argc, accounts ? 0 : 1, 1);
	if (st)
		return st;
	conf_default(&conf);
	buf_init(&dir, PATH_MAX);
	path_join(&dir, conf.content, "demo");
	if (accounts) {
		st = demo_accounts(buf_str(&dir), &listener, &env->problems);
	} else {
		st = init_vault(argv[0], &conf);
		env->vault = argv[0];
		if (!st)
			st = cmd_open(env, APP_DATA);
		if (!st)
			st = demo_fill(env->app, buf_str(&dir), &listener, &env->problems);
	}
	buf_clear(&dir);
	return st;
}

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

/* The columns are those that `make run` and the tests read: ID, role, institution (of staff),
   password, secret of the one-time passwords, the present code, name. */
static void account(void *ctx, const struct demo_account *a)
{
	(void)ctx;
	printf("  %-12s %-9s %-17s %-27s %-32s %-6s %s\n", a->id, a->role, a->institution,
	       a->password, a->totp, a->code, a->name);
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
	/* a name, since browsers make passkeys for no address */
	snprintf(conf.scan, sizeof conf.scan, "off"); /* a demo must run where no clamd does */
	snprintf(conf.url, sizeof conf.url, "https://localhost:8443");
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

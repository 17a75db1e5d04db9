/* `karte prune`: what the journal need not keep any longer goes now. */
#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/log_keep.h"

#include <stdio.h>
#include <time.h>

struct telling {
	bool json, dry;
};

static void tell(void *ctx, const char *what, const char *month)
{
	const struct telling *t = ctx;
	bool write = strcmp(what, "write") == 0;

	if (t->json)
		printf("{\"do\":\"%s\",\"month\":\"%s\",\"done\":%s}\n", what, month,
		       t->dry ? "false" : "true");
	else
		printf("%s %s\n", month,
		       t->dry ? (write ? "を外に写します" : "を消します")
			      : (write ? "を外に写しました" : "を消しました"));
}

enum status cmd_prune(struct cmd_env *env, int argc, char **argv)
{
	bool dry = false, only_write = false;
	const struct cmd_option options[] = {{"dry-run", NULL, &dry},
					     {"export-only", NULL, &only_write}};
	struct log_keep_done done;
	struct telling t;
	enum status st = cmd_options(env, options, 2, &argc, &argv);

	if (!st)
		st = cmd_words("prune", argc, 0, 0);
	if (!st && dry && only_write)
		st = fail(ST_USAGE, "--dry-run と --export-only は いっしょに使えません");
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (st)
		return st;
	t = (struct telling){env->json, dry};
	if (only_write && !env->app->conf.keep_outside[0])
		return fail(ST_CONFIG, "karte.yaml に keep-outside がありません");
	st = log_keep_run(env->app, (int64_t)time(NULL),
			  dry	       ? LOG_KEEP_DRY
			  : only_write ? LOG_KEEP_WRITE
				       : LOG_KEEP_ALL,
			  tell, &t, &done);
	if (st == ST_BUSY)
		return fail(st, "記録が読まれています (確認や検索)。終わってから もう一度どうぞ");
	if (!env->json && done.waiting)
		printf("%zuか月分は、外に写すまで消しません\n", done.waiting);
	return st;
}

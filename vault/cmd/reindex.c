#include "vault/flow/reindex.h"

#include "vault/cmd/cmd.h"

#include <stdio.h>
#include <unistd.h>

static void progress(void *ctx, size_t done)
{
	(void)ctx;
	if (isatty(STDERR_FILENO) && done % 10 == 0)
		fprintf(stderr, "\r%zu 人", done);
}

enum status cmd_reindex(struct cmd_env *env, int argc, char **argv)
{
	enum status st = cmd_options(env, NULL, 0, &argc, &argv);

	if (!st)
		st = cmd_words("reindex", argc, 0, 0);
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = reindex(env->app, progress, NULL);
	if (!st)
		fprintf(stderr, "%s索引を作り直しました\n", isatty(STDERR_FILENO) ? "\r" : "");
	return st;
}

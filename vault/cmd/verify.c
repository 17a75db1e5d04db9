#include "vault/flow/verify.h"

#include "generator/base/json.h"
#include "vault/cmd/cmd.h"

#include <stdio.h>

static void tell(void *ctx, const struct verify_finding *f)
{
	const struct cmd_env *env = ctx;
	struct buf out;

	if (!env->json) {
		printf("%s: %s%s%s: %s\n", f->code, f->repository, *f->version ? "@" : "",
		       f->version, f->text);
		return;
	}
	buf_init(&out, 8192);
	json_open(&out);
	json_pair(&out, "code", span_of(f->code));
	json_pair(&out, "repository", span_of(f->repository));
	json_pair(&out, "version", *f->version ? span_of(f->version) : SPAN_NONE);
	json_pair(&out, "text", span_of(f->text));
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
}

static void sum_up(const struct cmd_env *env, const struct verify_result *r)
{
	struct buf out;

	if (!env->json) {
		printf("リポジトリ %zu、版 %zu、署名 %zu、記録 %llu を確かめました。%s\n",
		       r->repositories, r->commits, r->signatures, (unsigned long long)r->records,
		       r->findings ? "問題があります。" : "すべて正しいです。");
		return;
	}
	buf_init(&out, 1024);
	json_open(&out);
	json_key(&out, "repositories");
	json_int(&out, (long long)r->repositories);
	json_key(&out, "commits");
	json_int(&out, (long long)r->commits);
	json_key(&out, "signatures");
	json_int(&out, (long long)r->signatures);
	json_key(&out, "records");
	json_int(&out, (long long)r->records);
	json_key(&out, "findings");
	json_int(&out, (long long)r->findings);
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
}

enum status cmd_verify(struct cmd_env *env, int argc, char **argv)
{
	const char *child = NULL;
	const char *checkpoints[CMD_REPEAT_MAX + 1] = {NULL};
	bool given = false;
	struct verify_options o = {.checkpoints = checkpoints};
	const struct cmd_option options[] = {{"checkpoint", checkpoints, &given},
					     {"child", &child, NULL}};
	struct verify_result result;
	enum status st = cmd_options(env, options, 2, &argc, &argv);

	if (!st)
		st = cmd_words("verify", argc, 0, 0);
	if (!st)
		st = cmd_open(env, APP_INSPECT);
	if (st)
		return st;
	o.child = span_of(child);
	st = verify_vault(env->app, &o, tell, env, &result);
	verify_base_clear(&result.proved);
	if (!st || st == ST_CORRUPT)
		sum_up(env, &result);
	return st;
}

#include "generator/base/day.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/children.h"

#include <time.h>

struct words {
	const char *relation, *from, *reason;
	bool remove, suspend, resume;
};

static enum status check_words(const struct words *w)
{
	if (!!w->relation + w->remove + w->suspend + w->resume != 1)
		return fail(ST_USAGE, "--relation、--remove、--suspend、--resume のどれか一つを"
				      "指定してください");
	if (w->from && !w->suspend)
		return fail(ST_USAGE, "--from は --suspend といっしょに指定してください");
	return ST_OK;
}

static enum status suspend(struct cmd_env *env, const struct child_task *task, const char *account,
			   const char *from)
{
	char today[DAY_TEXT];

	day_iso(day_jst((int64_t)time(NULL)), today);
	return child_suspend_guardian(env->app, &env->actor, task, span_of(account),
				      span_of(from ? from : today));
}

static enum status guardian(struct cmd_env *env, const char *child, const char *account,
			    const struct words *w)
{
	struct child_task task = {.child = span_of(child), .reason = span_of(w->reason)};

	if (w->remove)
		return child_remove_guardian(env->app, &env->actor, &task, span_of(account));
	if (w->suspend)
		return suspend(env, &task, account, w->from);
	if (w->resume)
		return child_resume_guardian(env->app, &env->actor, &task, span_of(account));
	return child_add_guardian(env->app, &env->actor, &task, span_of(account),
				  span_of(w->relation));
}

enum status cmd_guardian(struct cmd_env *env, int argc, char **argv)
{
	struct words w = {.relation = NULL};
	const struct cmd_option options[] = {
	    {"relation", &w.relation, NULL}, {"from", &w.from, NULL},
	    {"reason", &w.reason, NULL},     {"remove", NULL, &w.remove},
	    {"suspend", NULL, &w.suspend},   {"resume", NULL, &w.resume}};
	enum status st = cmd_options(env, options, 6, &argc, &argv);

	if (!st)
		st = cmd_words("guardian", argc, 2, 2);
	if (!st)
		st = check_words(&w);
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	return st ? st : guardian(env, argv[0], argv[1], &w);
}

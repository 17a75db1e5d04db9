#include "vault/cmd/cmd.h"
#include "vault/flow/children.h"

struct words {
	const char *from, *to, *class, *reason;
};

/* With a beginning it is a new stay; without, what is given of the one that goes on. */
static enum status enrol(struct cmd_env *env, const char *child, const char *institution,
			 const struct words *w)
{
	struct child_task task = {.child = span_of(child), .reason = span_of(w->reason)};
	struct enrolment e = {.institution = ""};

	if (!span_copy(span_of(institution), e.institution, sizeof e.institution))
		return fail(ST_NOTFOUND, "機関「%.40s」はありません", institution);
	if (!span_copy(span_of(w->from ? w->from : ""), e.since, sizeof e.since) ||
	    !span_copy(span_of(w->to ? w->to : ""), e.until, sizeof e.until))
		return fail(ST_INVALID, "--from と --to を 2020-04-01 の形で書いてください");
	if (!span_copy(span_of(w->class ? w->class : ""), e.class, sizeof e.class))
		return fail(ST_INVALID, "--class が長すぎます");
	if (w->from)
		return child_enrol(env->app, &env->actor, &task, &e);
	if (w->to && w->class)
		return fail(ST_USAGE,
			    "--to と --class は、--from がないときは一つずつ指定してください");
	if (w->to)
		return child_leave(env->app, &env->actor, &task, span_of(e.institution),
				   span_of(e.until));
	return child_set_class(env->app, &env->actor, &task, &e);
}

enum status cmd_enrol(struct cmd_env *env, int argc, char **argv)
{
	struct words w = {.from = NULL};
	const struct cmd_option options[] = {{"from", &w.from, NULL},
					     {"to", &w.to, NULL},
					     {"class", &w.class, NULL},
					     {"reason", &w.reason, NULL}};
	enum status st = cmd_options(env, options, 4, &argc, &argv);

	if (!st)
		st = cmd_words("enrol", argc, 2, 2);
	if (!st && !w.from && !w.to && !w.class)
		st = fail(ST_USAGE, "--from、--to、--class のどれかを指定してください");
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	return st ? st : enrol(env, argv[0], argv[1], &w);
}

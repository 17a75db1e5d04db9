#include "vault/flow/migrate_sheets.h"

#include "vault/cmd/cmd.h"

#include <stdio.h>

static void tell(void *ctx, struct span child, struct span id, int version,
		 const struct problems *ps)
{
	(void)ctx;
	printf("%.*s\t%.*s\t%d\t%s\n", SPAN_ARG(child), SPAN_ARG(id), version,
	       ps->errors ? "そのまま" : "移した");
	for (size_t i = 0; i < ps->count; i++)
		printf("\t%s\n", ps->list[i].text);
}

enum status cmd_migrate(struct cmd_env *env, int argc, char **argv)
{
	const char *child = NULL;
	struct migration m = {.tell = tell};
	const struct cmd_option options[] = {
	    {"child", &child, NULL},
	    {"dry-run", NULL, &m.dry},
	};
	enum status st = cmd_options(env, options, sizeof options / sizeof *options, &argc, &argv);

	if (!st)
		st = cmd_words("migrate", argc, 1, 1);
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	if (st)
		return st;
	m.type = span_of(argv[0]);
	m.child = child ? span_of(child) : SPAN_NONE;
	st = migrate_sheets(env->app, &env->actor, &m);
	if (!st)
		fprintf(stderr, "%s%zu 枚、そのまま %zu 枚\n", m.dry ? "移せる " : "移した ",
			m.moved, m.stayed);
	return st ? st : m.stayed ? ST_INVALID : ST_OK;
}

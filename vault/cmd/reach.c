#include "generator/role/reach.h"

#include "vault/cmd/content.h"

#include <stdio.h>

/* All versions of one type as they are in force: the newest. */
static enum status print(const struct types *ts, const char *only, bool json)
{
	size_t printed = 0;
	struct buf out;
	enum status st;

	buf_init(&out, 16 * 1024 * 1024);
	for (size_t i = 0; i < types_count(ts); i++) {
		if (only && !span_is(types_at(ts, i)->id, only))
			continue;
		if (printed++ && !json)
			buf_addc(&out, '\n');
		reach_print(types_at(ts, i), json, &out);
	}
	st = out.st;
	if (!st && only && !printed)
		st = fail(ST_NOTFOUND, "%s というシート型はありません", only);
	if (!st)
		fputs(buf_str(&out), stdout);
	buf_clear(&out);
	return st;
}

enum status cmd_reach(struct cmd_env *env, int argc, char **argv)
{
	const char *dir = NULL;
	const struct cmd_option options[] = {{"types", &dir, NULL}};
	struct content content;
	struct types *types = NULL;
	enum status st = cmd_options(env, options, 1, &argc, &argv);

	if (!st)
		st = cmd_words("reach", argc, 0, 1);
	if (!st)
		st = content_find(env, dir, NULL, &content);
	if (!st)
		st = content_types(env, &content, &types);
	if (!st)
		st = print(types, argc ? argv[0] : NULL, env->json);
	types_free(types);
	return st;
}

#include "vault/cmd/content.h"

#include "generator/render/theme.h"
#include "generator/sheet/type.h"

#include <stdio.h>

static enum status set(char out[static PATH_MAX], const char *said, const char *base,
		       const char *name)
{
	int n = said ? snprintf(out, PATH_MAX, "%s", said)
		     : snprintf(out, PATH_MAX, "%s%s", base, name);

	return n < PATH_MAX ? ST_OK : fail(ST_USAGE, "the path is too long");
}

enum status content_find(struct cmd_env *env, const char *types, const char *theme,
			 struct content *out)
{
	struct conf conf;
	enum status st = ST_OK;

	conf_default(&conf);
	if (env->vault && !(types && theme))
		st = conf_load(&conf, env->vault, &env->problems);
	if (!st)
		st = set(out->types, types, conf.content, "/types");
	if (!st)
		st = set(out->pages, NULL, conf.content, "/pages");
	if (!st)
		st = set(out->theme, theme, conf.theme, "");
	if (!st)
		st = set(out->forms, env->vault && !types ? NULL : "", env->vault, "/forms");
	return st;
}

/* Wrong content is a wrong configuration, not a wrong input. */
static enum status as_config(enum status st, const char *what, const char *dir)
{
	if (st == ST_INVALID)
		return fail(ST_CONFIG, "the %s in %s are wrong", what, dir);
	if (st == ST_NOTFOUND)
		return fail(ST_CONFIG, "there are no %s in %s", what, dir);
	return st;
}

enum status content_types(struct cmd_env *env, const struct content *c, struct types **out)
{
	const char *forms = c->forms[0] ? c->forms : NULL;

	return as_config(types_load_as(out, c->types, forms, &env->problems), "sheet types",
			 c->types);
}

enum status content_theme(struct cmd_env *env, const struct content *c, struct theme **out)
{
	return as_config(theme_load(out, c->theme, &env->problems), "templates", c->theme);
}

enum status content_role(const char *text, enum role *out)
{
	if (!text)
		return fail(ST_USAGE, "だれに見せるかを --role で指定してください");
	*out = role_find(span_of(text));
	return *out != ROLE_NOBODY ? ST_OK : fail(ST_USAGE, "%s という役割はありません", text);
}

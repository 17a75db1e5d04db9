#include "generator/base/file.h"
#include "generator/base/json.h"
#include "generator/sheet/sheet.h"
#include "generator/sheet/yaml.h"
#include "vault/cmd/content.h"
#include "vault/flow/alert_rules.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

/* Types are only loaded when the first sheet is met: whoever writes one may check it alone. */
struct check {
	struct cmd_env *env;
	const char *dir;
	struct types *types;
	size_t wrong;	    /* files with errors */
	enum status unread; /* why a file could not be read, if any could not */
};

static enum status need_types(struct check *c)
{
	struct content content;
	enum status st;

	if (c->types)
		return ST_OK;
	st = content_find(c->env, c->dir, NULL, &content);
	return st ? st : content_types(c->env, &content, &c->types);
}

static enum status check_sheet(struct check *c, const char *file, struct span bytes)
{
	struct problems *ps = &c->env->problems;
	struct sheet *s = NULL;
	enum status st = sheet_parse(&s, file, bytes, c->types, ps);

	if (!st)
		st = sheet_check(s, file, ps);
	sheet_free(s);
	return st;
}

static enum status check_type(struct check *c, const char *file, struct span bytes)
{
	const struct sheet_type *t;
	struct arena *a = arena_new(16 * 1024 * 1024);
	enum status st = a ? type_read(a, file, bytes, &t, &c->env->problems) : ST_NOMEM;

	arena_free(a);
	return st;
}

/* A form is right if the types load with it, and with the others beside it. */
static enum status check_form(struct check *c, const char *file)
{
	struct content content;
	struct types *ts = NULL;
	char folder[PATH_MAX];
	enum status st = content_find(c->env, c->dir, NULL, &content);

	if (!st && !span_copy(span_of(file), folder, sizeof folder))
		st = fail(ST_USAGE, "the path is too long");
	if (!st)
		st = types_load_as(&ts, content.types, dirname(folder), &c->env->problems);
	types_free(ts);
	return st;
}

/* The shipped rules are whole; all others stand on top of them. */
static enum status check_alerts(struct check *c, const char *file, struct span bytes)
{
	struct alert_rules *base = NULL, *rules = NULL;
	struct content content;
	char dir[PATH_MAX], shipped[PATH_MAX], ours[PATH_MAX];
	enum status st = content_find(c->env, c->dir, NULL, &content);
	bool own;

	if (st)
		return st;
	snprintf(dir, sizeof dir, "%s", content.types);
	dirname(dir);
	if (snprintf(shipped, sizeof shipped, "%s/alerts.yaml", dir) >= (int)sizeof shipped)
		return fail(ST_USAGE, "the path is too long");
	own = realpath(file, ours) && realpath(shipped, dir) && strcmp(ours, dir) == 0;
	dirname(shipped);
	if (!own)
		st = alert_rules_load(&base, shipped, NULL, &c->env->problems);
	if (!st)
		st = alert_rules_read(&rules, file, bytes, base, &c->env->problems);
	alert_rules_free(rules);
	alert_rules_free(base);
	return st;
}

static bool has_key(struct span bytes, struct span key, struct span line)
{
	return span_starts(bytes, key) || span_find(bytes, line) >= 0;
}

static bool is_alerts(struct span bytes)
{
	return has_key(bytes, SPAN("rules:"), SPAN("\nrules:"));
}

static bool is_form(struct span bytes)
{
	return has_key(bytes, SPAN("form:"), SPAN("\nform:"));
}

/* What is wrong with a file, in one of the two ways that are not about its content. */
static enum status read_file(struct check *c, const char *file, struct buf *bytes)
{
	enum status st = file_read(file, bytes);

	if (st == ST_TOOBIG) {
		problem_add(&c->env->problems, file, 0, 0, "file.size",
			    "%zu KBまでにしてください。", bytes->max / 1024);
		return ST_INVALID;
	}
	if (st == ST_NOTFOUND || st == ST_IO) {
		problem_add(&c->env->problems, file, 0, 0, "file.read", "読めません（%s）。",
			    fail_why());
		c->unread = c->unread ? c->unread : st;
	}
	return st;
}

static void print_json(struct cmd_env *env)
{
	struct buf out;

	buf_init(&out, 1024 * 1024);
	for (size_t i = 0; i < env->problems.count; i++) {
		const struct problem *p = &env->problems.list[i];

		json_open(&out);
		json_pair(&out, "file", span_of(p->file));
		json_key(&out, "line");
		json_int(&out, p->line);
		json_key(&out, "col");
		json_int(&out, p->col);
		json_pair(&out, "code", span_of(p->code));
		json_key(&out, "warning");
		json_bool(&out, p->warning);
		json_pair(&out, "text", span_of(p->text));
		json_close(&out);
		buf_addc(&out, '\n');
	}
	fputs(buf_str(&out), stdout);
	buf_clear(&out);
	problems_clear(&env->problems);
}

/* ST_OK also for a file with problems: the next one is looked at all the same. */
static enum status check_file(struct check *c, const char *file)
{
	bool type = span_ends(span_of(file), SPAN(".yaml"));
	struct buf bytes;
	enum status st = type ? ST_OK : need_types(c);

	if (st)
		return st;
	buf_init(&bytes, type ? (size_t)YAML_MAX_BYTES : (size_t)SHEET_MAX_BYTES);
	st = read_file(c, file, &bytes);
	if (!st)
		st = type && is_form(buf_span(&bytes))	   ? check_form(c, file)
		     : type && is_alerts(buf_span(&bytes)) ? check_alerts(c, file, buf_span(&bytes))
		     : type				   ? check_type(c, file, buf_span(&bytes))
							   : check_sheet(c, file, buf_span(&bytes));
	buf_clear(&bytes);
	c->wrong += st == ST_INVALID;
	if (c->env->json)
		print_json(c->env);
	else
		cmd_print_problems(c->env);
	return st == ST_INVALID || st == ST_NOTFOUND || st == ST_IO ? ST_OK : st;
}

enum status cmd_check(struct cmd_env *env, int argc, char **argv)
{
	struct check c = {.env = env};
	const struct cmd_option options[] = {{"types", &c.dir, NULL}};
	enum status st = cmd_options(env, options, 1, &argc, &argv);

	if (!st)
		st = cmd_words("check", argc, 1, 100000);
	for (int i = 0; i < argc && !st; i++)
		st = check_file(&c, argv[i]);
	types_free(c.types);
	if (!st && c.wrong)
		st = fail(ST_INVALID, "%zu個のファイルに直すところがあります", c.wrong);
	if (!st && c.unread)
		st = fail(c.unread, "読めないファイルがあります");
	return st;
}

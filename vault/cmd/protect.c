/* 支援措置: what a guardian of a child must not learn, whatever page or paper it would stand on. */
#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/children.h"

#include <stdio.h>

struct words {
	const char *address, *word, *school, *sheet, *reason;
	bool remove;
};

static enum status print_one(void *ctx, const struct protection *p)
{
	const struct cmd_env *env = ctx;
	struct buf out;

	if (!env->json) {
		printf("%s %s %s\n", p->guardian, p->kind, p->value);
		return ST_OK;
	}
	buf_init(&out, 4096);
	json_open(&out);
	json_pair(&out, "guardian", span_of(p->guardian));
	json_pair(&out, "kind", span_of(p->kind));
	json_pair(&out, "value", span_of(p->value));
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
	return ST_OK;
}

static enum status list(struct cmd_env *env, struct span child)
{
	struct child_row row;
	enum status st = child_get(env->app->db, child, &row);

	if (!st)
		st = cmd_note_read(env, "child.read", child, SPAN_NONE);
	return st ? st : child_protections(env->app->db, child, print_one, env);
}

/* The one of the four that was given. */
static enum status read_words(const struct words *w, struct protection *out)
{
	const struct {
		const char *kind, *value;
	} given[] = {
	    {"address", w->address}, {"word", w->word}, {"school", w->school}, {"sheet", w->sheet}};
	size_t n = 0;

	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		if (!given[i].value)
			continue;
		n++;
		span_copy(span_of(given[i].kind), out->kind, sizeof out->kind);
		if (!span_copy(span_of(given[i].value), out->value, sizeof out->value))
			return fail(ST_INVALID, "--%s が長すぎます", given[i].kind);
	}
	return n == 1 ? ST_OK
		      : fail(ST_USAGE, "--address、--word、--school、--sheet のどれか一つを"
				       "指定してください");
}

static enum status protect(struct cmd_env *env, const char *child, const char *guardian,
			   const struct words *w)
{
	struct child_task task = {.child = span_of(child), .reason = span_of(w->reason)};
	struct protection p = {.guardian = ""};
	enum status st = read_words(w, &p);

	if (!st && !span_copy(span_of(guardian), p.guardian, sizeof p.guardian))
		st = fail(ST_NOTFOUND, "保護者のアカウントの番号が長すぎます");
	if (st)
		return st;
	return w->remove ? child_unprotect(env->app, &env->actor, &task, &p)
			 : child_protect(env->app, &env->actor, &task, &p);
}

enum status cmd_protect(struct cmd_env *env, int argc, char **argv)
{
	struct words w = {.address = NULL};
	const struct cmd_option options[] = {
	    {"address", &w.address, NULL}, {"word", &w.word, NULL},
	    {"school", &w.school, NULL},   {"sheet", &w.sheet, NULL},
	    {"reason", &w.reason, NULL},   {"remove", NULL, &w.remove}};
	enum status st = cmd_options(env, options, 6, &argc, &argv);

	if (!st)
		st = cmd_words("protect", argc, 2, 2);
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	if (st)
		return st;
	if (strcmp(argv[0], "list") == 0)
		return list(env, span_of(argv[1]));
	return protect(env, argv[0], argv[1], &w);
}

#include "generator/base/file.h"
#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/import_accounts.h"
#include "vault/flow/people.h"
#include "vault/flow/slips.h"

#include <stdio.h>
#include <time.h>

enum { PDF_MAX = 64 * 1024 * 1024, CSV_MAX = 2 * 1024 * 1024, SLIP_MODE = 0600 };

struct words {
	const char *role, *institution, *name, *kana, *until, *classes, *slip, *output;
	bool whole, no_whole, dry_run;
};

/* ---- letters ------------------------------------------------------------------------------ */

/* The file holds codes: for nobody else's eyes. */
static enum status write_slips(struct cmd_env *env, char **ids, int count, const char *path)
{
	struct span accounts[SLIPS_MAX];
	struct buf pdf;
	enum status st;

	if (!path)
		return fail(ST_USAGE, "紙のPDFを入れるファイルを -o で指定してください");
	if (count > SLIPS_MAX)
		return fail(ST_USAGE, "一度に作れる紙は %d枚までです", SLIPS_MAX);
	for (int i = 0; i < count; i++)
		accounts[i] = span_of(ids[i]);
	buf_init_secret(&pdf, PDF_MAX);
	st = slips_print(env->app, &env->actor, accounts, (size_t)count, &pdf);
	if (!st)
		st = file_write(path, buf_span(&pdf), SLIP_MODE);
	buf_clear(&pdf);
	return st;
}

/* ---- one account -------------------------------------------------------------------------- */

/* --password-file is the account's here: these commands are signed by the vault.  With a letter
   there is none: absent. */
static enum status new_password(struct cmd_env *env, const struct words *w, struct buf *secret)
{
	buf_init_secret(secret, 4096);
	if (w->slip && env->password_file)
		return fail(ST_USAGE, "--slip と --password-file は、どちらか1つです");
	return w->slip ? ST_OK : cmd_password(env->password_file, secret);
}

static struct span password_of(const struct words *w, const struct buf *secret)
{
	return w->slip ? SPAN_NONE : buf_span(secret);
}

static enum status add(struct cmd_env *env, char *id, const struct words *w)
{
	struct account a = {.staff = w->role && strcmp(w->role, "staff") == 0, .whole = w->whole};
	struct buf password = {.secret = true};
	enum status st = ST_OK;

	if (!w->role || !w->name || !span_copy(span_of(id), a.id, sizeof a.id) ||
	    !span_copy(span_of(w->name), a.name, sizeof a.name) ||
	    (w->kana && !span_copy(span_of(w->kana), a.kana, sizeof a.kana)) ||
	    (w->institution &&
	     !span_copy(span_of(w->institution), a.institution, sizeof a.institution)))
		return fail(ST_USAGE, "--role と --name を、決まった長さで書いてください");
	a.role = a.staff ? ROLE_NOBODY : role_find(span_of(w->role));
	if (w->until)
		st = account_until(span_of(w->until), a.until);
	if (!st && w->classes)
		st = account_classes(span_of(w->classes), a.classes);
	if (!st)
		st = new_password(env, w, &password);
	if (!st)
		st = account_create(env->app, &env->actor, &a, password_of(w, &password));
	buf_clear(&password);
	return st || !w->slip ? st : write_slips(env, &id, 1, w->slip);
}

static enum status edit(struct cmd_env *env, char *id, const struct words *w)
{
	const struct account_edit e = {
	    .name = span_of(w->name),
	    .kana = span_of(w->kana),
	    .until = span_of(w->until),
	    .classes = span_of(w->classes),
	    .institution = span_of(w->institution),
	    .whole = w->whole || w->no_whole ? &w->whole : NULL,
	};

	if (!w->name && !w->kana && !w->until && !w->classes && !w->institution && !e.whole)
		return fail(ST_USAGE, "変えるところを、--name や --until で指定してください");
	if (w->whole && w->no_whole)
		return fail(ST_USAGE, "--whole と --no-whole は、どちらか1つです");
	return account_edit(env->app, &env->actor, span_of(id), &e, NULL);
}

static enum status reset(struct cmd_env *env, char *id, const struct words *w)
{
	struct buf password;
	enum status st = new_password(env, w, &password);

	if (!st)
		st = account_reset(env->app, &env->actor, span_of(id), password_of(w, &password));
	buf_clear(&password);
	return st || !w->slip ? st : write_slips(env, &id, 1, w->slip);
}

static enum status disable(struct cmd_env *env, char *id, const struct words *w)
{
	(void)w;
	return account_disable(env->app, &env->actor, span_of(id));
}

static enum status enable(struct cmd_env *env, char *id, const struct words *w)
{
	enum status st = account_enable(env->app, &env->actor, span_of(id));

	return st || !w->slip ? st : write_slips(env, &id, 1, w->slip);
}

/* ---- many --------------------------------------------------------------------------------- */

static void print_row(const struct cmd_env *env, const struct import_row *r)
{
	static const char *const states[IMPORT_STATES] = {"ready", "there", "wrong", "made",
							  "failed"};
	struct buf out;

	if (!env->json) {
		printf("%zu行 %s %s%s%s%s%s\n", r->line, import_label(r->state), r->account.id,
		       r->why ? "：" : "", r->column ? r->column : "", r->column ? "：" : "",
		       r->why ? r->why : "");
		return;
	}
	buf_init(&out, 8192);
	json_open(&out);
	json_key(&out, "line");
	json_int(&out, (long long)r->line);
	json_pair(&out, "state", span_of(states[r->state]));
	json_pair(&out, "id", span_of(r->account.id));
	json_pair(&out, "column", span_of(r->column));
	json_pair(&out, "why", span_of(r->why));
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
}

static void watch_row(void *ctx, const struct import_row *r)
{
	print_row(ctx, r);
	fflush(stdout);
}

/* Those that nothing is done with are told first, then each as it is made. */
static enum status run_import(struct cmd_env *env, struct import *in, bool dry_run)
{
	const struct import_watch watch = {watch_row, env};
	enum status st = ST_OK;
	size_t bad;

	for (size_t i = 0; i < in->count; i++)
		if (dry_run || in->rows[i].state != IMPORT_READY)
			print_row(env, &in->rows[i]);
	if (!dry_run)
		st = import_run(in, env->app, &env->actor, in->count, &watch);
	bad = in->in[IMPORT_WRONG] + in->in[IMPORT_FAILED];
	if (!st && bad)
		st = fail(ST_INVALID, "%zu行に、直すところがあります", bad);
	return st;
}

static enum status import(struct cmd_env *env, char *path, const struct words *w)
{
	struct import in = {.count = 0};
	struct buf text;
	enum status st;

	buf_init(&text, CSV_MAX);
	st = file_read(path, &text);
	if (!st)
		st = import_read(&in, env->app, buf_span(&text), (int64_t)time(NULL));
	if (!st)
		st = run_import(env, &in, w->dry_run);
	import_clear(&in);
	buf_clear(&text);
	return st;
}

/* ---- the list ----------------------------------------------------------------------------- */

static enum status print_one(void *ctx, const struct account *a)
{
	const struct cmd_env *env = ctx;
	struct buf out;

	if (!env->json) {
		printf("%-16s %-10s %-18s %s%s%s%s\n", a->id, role_name(a->role), a->institution,
		       a->name, a->until[0] ? " 最後の日 " : "", a->until,
		       a->disabled ? "（停止）" : "");
		return ST_OK;
	}
	buf_init(&out, 4096);
	json_open(&out);
	json_pair(&out, "id", span_of(a->id));
	json_pair(&out, "role", span_of(role_name(a->role)));
	json_pair(&out, "institution", a->staff ? span_of(a->institution) : SPAN_NONE);
	json_pair(&out, "name", span_of(a->name));
	json_pair(&out, "kana", span_of(a->kana));
	json_pair(&out, "until", a->until[0] ? span_of(a->until) : SPAN_NONE);
	json_pair(&out, "classes", a->classes[0] ? span_of(a->classes) : SPAN_NONE);
	json_key(&out, "whole");
	json_bool(&out, a->whole);
	json_key(&out, "disabled");
	json_bool(&out, a->disabled);
	json_pair(&out, "key", span_of(a->key));
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
	return ST_OK;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static const struct verb {
	const char *name;
	enum status (*run)(struct cmd_env *env, char *word, const struct words *w);
} verbs[] = {{"add", add},	 {"edit", edit},   {"disable", disable},
	     {"enable", enable}, {"reset", reset}, {"import", import}};

static enum status run(struct cmd_env *env, int argc, char **argv, const struct words *w)
{
	if (strcmp(argv[0], "list") == 0 && argc == 1)
		return account_each(env->app->db, print_one, env);
	if (strcmp(argv[0], "slip") == 0 && argc >= 2)
		return write_slips(env, argv + 1, argc - 1, w->output);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(argv[0], verbs[i].name) == 0 && argc == 2)
			return verbs[i].run(env, argv[1], w);
	return fail(ST_USAGE, "add、list、edit、disable、enable、reset、slip、import の"
			      "どれかを指定してください");
}

enum status cmd_account(struct cmd_env *env, int argc, char **argv)
{
	struct words w = {.role = NULL};
	const struct cmd_option options[] = {
	    {"role", &w.role, NULL},	   {"institution", &w.institution, NULL},
	    {"name", &w.name, NULL},	   {"kana", &w.kana, NULL},
	    {"until", &w.until, NULL},	   {"classes", &w.classes, NULL},
	    {"whole", NULL, &w.whole},	   {"no-whole", NULL, &w.no_whole},
	    {"slip", &w.slip, NULL},	   {"output", &w.output, NULL},
	    {"dry-run", NULL, &w.dry_run},
	};
	enum status st = cmd_options(env, options, sizeof options / sizeof *options, &argc, &argv);

	if (!st)
		st = cmd_words("account", argc, 1, 1 + SLIPS_MAX);
	if (!st)
		st = cmd_open(env, w.slip || w.output ? APP_RENDER : APP_DATA);
	if (!st && env->as)
		st = fail(ST_USAGE, "account は保管庫の鍵で署名します。--as は使えません");
	if (st)
		return st;
	actor_operator(&env->actor, env->app);
	return run(env, argc, argv, &w);
}

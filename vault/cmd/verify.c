#include "generator/base/file.h"
#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/proof_runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { NOTE_MAX = 64 * 1024, REPORT_MAX = 64 * 1024 * 1024 };

struct verifying {
	struct cmd_env *env;
	bool progress;	/* stderr is a terminal */
	size_t percent; /* that was shown last */
};

/* ---- while it runs -------------------------------------------------------------------------- */

static void tell(void *ctx, const struct verify_finding *f)
{
	const struct verifying *v = ctx;
	struct buf out;

	if (!v->env->json) {
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

static void progress(void *ctx, size_t done, size_t total)
{
	struct verifying *v = ctx;
	size_t percent = total ? done * 100 / total : 0;

	if (!v->progress || percent == v->percent)
		return;
	v->percent = percent;
	fprintf(stderr, "\r%3zu%% (%zu/%zu)%s", percent, done, total, done == total ? "\n" : "");
}

/* ---- what came of it ------------------------------------------------------------------------ */

static void number(struct buf *out, const char *key, unsigned long long value)
{
	json_key(out, key);
	json_int(out, (long long)value);
}

static void print_json(const struct proof_run *r)
{
	struct buf out;

	buf_init(&out, 16 * 1024);
	json_open(&out);
	json_key(&out, "full");
	json_bool(&out, r->full);
	json_pair(&out, "why", r->why[0] ? span_of(r->why) : SPAN_NONE);
	number(&out, "began", (unsigned long long)r->began);
	number(&out, "ended", (unsigned long long)r->ended);
	number(&out, "repositories", r->repositories);
	number(&out, "commits", r->commits);
	number(&out, "signatures", r->signatures);
	json_key(&out, "states");
	json_open(&out);
	for (size_t i = 0; i < PROOF_STATES; i++)
		number(&out, sign_state_name((enum sign_state)i), r->states[i]);
	json_close(&out);
	number(&out, "records", r->records);
	json_pair(&out, "checkpoint", span_of(r->checkpoint));
	number(&out, "findings", r->findings);
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
}

static void print_text(const struct proof_order *o, const struct proof_run *r)
{
	if (!o->full && r->full)
		printf("前回からの続きではなく、すべてを確かめました（%s）。\n", r->why);
	printf("リポジトリ %zu、版 %zu、署名 %zu、記録 %llu を確かめました。%s%s\n",
	       r->repositories, r->commits, r->signatures, (unsigned long long)r->records,
	       r->full ? "" : "（前回からあとの分）",
	       r->findings ? "問題があります。" : "すべて正しいです。");
	printf("チェックポイント: %s\n", r->checkpoint);
}

/* ---- reports -------------------------------------------------------------------------------- */

/* The report, and beside it a detached signature by the vault's own key. */
static enum status write_report(struct app *app, const struct proof_run *run, const char *path)
{
	struct signer vault = {.fpr = app->host_key, .passphrase = SPAN_NONE};
	struct buf report, signature, beside;
	bool csv = span_ends(span_of(path), SPAN(".csv"));
	enum status st;

	buf_init(&report, REPORT_MAX);
	buf_init(&signature, SIGNATURE_MAX);
	buf_init(&beside, PATH_MAX);
	buf_addf(&beside, "%s.asc", path);
	st = csv ? proof_report_csv(app, run, &report) : proof_report_pdf(app, run, &report);
	if (!st)
		st = sign_detached(app->keys, &vault, buf_span(&report), &signature);
	if (!st)
		st = beside.st;
	if (!st)
		st = file_write(path, buf_span(&report), 0600);
	if (!st)
		st = file_write(buf_str(&beside), buf_span(&signature), 0600);
	buf_clear(&report);
	buf_clear(&signature);
	buf_clear(&beside);
	return st;
}

static enum status check_report(const char *path)
{
	if (span_ends(span_of(path), SPAN(".pdf")) || span_ends(span_of(path), SPAN(".csv")))
		return ST_OK;
	return fail(ST_USAGE, "--report は .pdf か .csv で終わるファイルにしてください: %s", path);
}

/* ---- the command ---------------------------------------------------------------------------- */

/* "@FILE" and "-" stand for a signed note; it is read in its place. */
static enum status read_notes(const char **checkpoints, char **notes)
{
	enum status st = ST_OK;

	for (size_t i = 0; checkpoints[i] && !st; i++) {
		const char *at = checkpoints[i];
		struct buf note;

		if (at[0] != '@' && strcmp(at, "-") != 0)
			continue;
		buf_init(&note, NOTE_MAX);
		st = file_read(at[0] == '@' ? at + 1 : at, &note);
		if (!st)
			notes[i] = buf_detach(&note, NULL);
		if (!st && !notes[i])
			st = ST_NOMEM;
		buf_clear(&note);
		checkpoints[i] = notes[i];
	}
	return st;
}

static enum status prove(struct cmd_env *env, const struct proof_order *asked,
			 const char *const *reports)
{
	struct verifying v = {.env = env, .progress = isatty(STDERR_FILENO), .percent = SIZE_MAX};
	struct proof_order o = *asked;
	struct proof_run *r = calloc(1, sizeof *r);
	char unkept[PROOF_UNKEPT], why[PROOF_TEXT];
	enum status st, written = ST_OK;

	if (!r)
		return ST_NOMEM;
	o.tell = tell;
	o.progress = progress;
	o.ctx = &v;
	o.by = env->actor.account.id;
	st = proof_make(env->app, &o, r, unkept);
	snprintf(why, sizeof why, "%s", fail_why());
	if (unkept[0])
		fprintf(stderr, "karte: verify: %s\n", unkept);
	if (!st || st == ST_CORRUPT) {
		if (env->json)
			print_json(r);
		else
			print_text(&o, r);
	}
	for (size_t i = 0; reports[i] && !written && !r->failed; i++)
		written = write_report(env->app, r, reports[i]);
	free(r);
	if (written)
		return written;
	return st ? fail(st, "%s", why) : ST_OK;
}

enum status cmd_verify(struct cmd_env *env, int argc, char **argv)
{
	const char *checkpoints[CMD_REPEAT_MAX + 1] = {NULL}, *reports[CMD_REPEAT_MAX + 1] = {NULL};
	char *notes[CMD_REPEAT_MAX] = {NULL};
	const char *child = NULL, *threads = NULL;
	bool since = false, given = false, reported = false;
	struct proof_order o = {.checkpoints = checkpoints};
	const struct cmd_option options[] = {
	    {"checkpoint", checkpoints, &given},
	    {"report", reports, &reported},
	    {"child", &child, NULL},
	    {"since-last", NULL, &since},
	    {"leave", NULL, &o.leave},
	    {"threads", &threads, NULL},
	};
	long count = 0;
	enum status st = cmd_options(env, options, 6, &argc, &argv);

	if (!st)
		st = cmd_words("verify", argc, 0, 0);
	if (!st && threads &&
	    (!span_number(span_of(threads), VERIFY_THREADS_MAX, &count) || !count))
		st = fail(ST_USAGE, "--threads は1から%dまでです", VERIFY_THREADS_MAX);
	for (size_t i = 0; reports[i] && !st; i++)
		st = check_report(reports[i]);
	if (!st)
		st = read_notes(checkpoints, notes);
	if (!st)
		st = cmd_open(env, APP_INSPECT);
	if (!st)
		st = cmd_actor(env);
	o.child = span_of(child);
	o.full = !since;
	o.threads = (unsigned)count;
	if (!st)
		st = prove(env, &o, reports);
	for (size_t i = 0; i < CMD_REPEAT_MAX; i++)
		free(notes[i]);
	return st;
}

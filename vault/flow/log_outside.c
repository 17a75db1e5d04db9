#include "vault/flow/log_outside.h"

#include "generator/base/file.h"
#include "vault/flow/actor.h"
#include "vault/flow/export_sign.h"
#include "vault/store/recipient.h"
#include "vault/store/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what was written ---------------------------------------------------------------------- */

static bool take_month(void *ctx, const struct record *r, struct span line)
{
	struct log_written *w = ctx;
	struct span rest = r->object, path = span_cut(&rest, ' '), class = span_cut(&path, '/');
	struct journal_month m = {.class = record_class(class)}, *more;

	(void)line;
	if (m.class < 0 || !span_copy(path, m.month, sizeof m.month))
		return true;
	more = reallocarray(w->months, w->count + 1, sizeof *more);
	if (!more)
		return false;
	w->months = more;
	more[w->count++] = m;
	return true;
}

enum status log_written_load(struct log_written *out, struct app *app)
{
	const struct trace_query q = {.field[TRACE_EVENT] = SPAN("journal.outside"),
				      .classes = 1u << record_class(SPAN("system"))};

	*out = (struct log_written){.months = NULL};
	return log_search(app, &q, take_month, out);
}

bool log_written_has(const struct log_written *w, const struct journal_month *m)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->months[i].class == m->class && strcmp(w->months[i].month, m->month) == 0)
			return true;
	return false;
}

void log_written_clear(struct log_written *w)
{
	free(w->months);
	*w = (struct log_written){.months = NULL};
}

/* ---- writing ------------------------------------------------------------------------------- */

struct outside {
	struct app *app;
	const struct journal_month *month;
	struct buf key, plain, sealed;
	struct recipient to;
	struct export_proof proof;
	char path[PATH_MAX], plain_sha256[SHA256_HEX];
};

/* A medium that is not there must not become a folder on the vault's own disk. */
static enum status check_folder(const struct app *app)
{
	const char *dir = app->conf.keep_outside;
	char real[PATH_MAX];
	struct stat sb;

	if (dir[0] != '/' || stat(dir, &sb) < 0 || !S_ISDIR(sb.st_mode) || !realpath(dir, real))
		return fail(ST_CONFIG, "keep-outside: %s is not there", dir);
	if (strncmp(real, app->dir, strlen(app->dir)) == 0 &&
	    (real[strlen(app->dir)] == '/' || !real[strlen(app->dir)]))
		return fail(ST_CONFIG, "keep-outside: %s lies in the vault itself", dir);
	return ST_OK;
}

static enum status read_key(struct outside *o)
{
	const char *path = o->app->conf.keep_outside_key;
	enum status st = file_read(path, &o->key);

	if (st)
		return fail(ST_CONFIG, "keep-outside-key: %s cannot be read", path);
	st = recipient_look(buf_span(&o->key), &o->to);
	if (!st && o->to.state != RECIPIENT_FINE)
		st = fail(ST_CONFIG, "keep-outside-key: %s is no key that encrypts now", path);
	return st;
}

static enum status seal_month(struct outside *o)
{
	char name[64];
	enum status st = journal_month_read(o->app->journal, o->month, &o->plain);

	snprintf(name, sizeof name, "%s-%s.jsonl", record_class_name(o->month->class),
		 o->month->month);
	snprintf(o->path, sizeof o->path, "%s/%s-%s.gpg", o->app->conf.keep_outside,
		 o->app->conf.hostname, name);
	sha256_hex(buf_span(&o->plain), o->plain_sha256);
	if (!st)
		st = recipient_seal(buf_span(&o->key), o->to.fpr, name, buf_span(&o->plain),
				    &o->sealed);
	return st ? st : export_sign(&o->proof, o->app, buf_span(&o->sealed));
}

static enum status write_beside(const struct outside *o, const char *end, struct span bytes)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof path, "%s%s", o->path, end);
	return file_write(path, bytes, 0600);
}

static enum status write_files(const struct outside *o)
{
	char line[SHA256_HEX + PATH_MAX + 8];
	enum status st = write_beside(o, "", buf_span(&o->sealed));

	snprintf(line, sizeof line, "%s  %s\n", o->proof.sha256, strrchr(o->path, '/') + 1);
	if (!st)
		st = write_beside(o, ".asc", buf_span(&o->proof.signature));
	return st ? st : write_beside(o, ".sha256", span_of(line));
}

/* From the medium, as far as the system can be made to forget what it has in memory. */
static void forget(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
}

static enum status read_back(const struct outside *o)
{
	char path[PATH_MAX + 16], sha256[SHA256_HEX];
	struct verdict verdict = {.state = SIGN_NONE};
	struct buf bytes, signature;
	enum status st;

	buf_init(&bytes, (size_t)LOG_OUTSIDE_MAX * 2);
	buf_init(&signature, SIGNATURE_MAX);
	forget(o->path);
	snprintf(path, sizeof path, "%s.asc", o->path);
	st = file_read(o->path, &bytes);
	if (!st)
		st = file_read(path, &signature);
	if (!st)
		st =
		    verify_detached(o->app->keys, buf_span(&bytes), buf_span(&signature), &verdict);
	sha256_hex(buf_span(&bytes), sha256);
	if (!st && (verdict.state != SIGN_GOOD || strcmp(verdict.fpr, o->app->host_key) != 0 ||
		    strcmp(sha256, o->proof.sha256) != 0))
		st = fail(ST_IO, "%s does not read back as it was written", o->path);
	buf_clear(&bytes);
	buf_clear(&signature);
	return st;
}

static enum status record(const struct outside *o)
{
	char object[256];
	struct actor actor;
	struct record r = {.class = "system",
			   .event = SPAN("journal.outside"),
			   .decision = SPAN("allow"),
			   .reason = span_of(o->to.fpr)};
	enum status st;

	snprintf(object, sizeof object, "%s/%s %s %s", record_class_name(o->month->class),
		 o->month->month, o->plain_sha256, o->proof.sha256);
	actor_operator(&actor, o->app);
	r.account = span_of(actor.account.id);
	r.object = span_of(object);
	r.request = span_of(actor.request);
	st = journal_append(o->app->journal, &r, NULL);
	actor_clear(&actor);
	return st;
}

enum status log_outside_write(struct app *app, const struct journal_month *m)
{
	struct outside o = {.app = app, .month = m};
	enum status st = check_folder(app);

	buf_init(&o.key, RECIPIENT_KEY);
	buf_init(&o.plain, LOG_OUTSIDE_MAX);
	buf_init(&o.sealed, (size_t)LOG_OUTSIDE_MAX * 2);
	buf_init(&o.proof.signature, SIGNATURE_MAX);
	if (!st)
		st = read_key(&o);
	if (!st)
		st = seal_month(&o);
	if (!st)
		st = write_files(&o);
	if (!st)
		st = read_back(&o);
	if (!st)
		st = record(&o);
	buf_clear(&o.key);
	buf_clear(&o.plain);
	buf_clear(&o.sealed);
	export_proof_clear(&o.proof);
	return st;
}

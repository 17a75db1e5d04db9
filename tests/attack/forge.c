/*
 * What somebody does who has the disk of a vault, its key, and our own library: a version that is
 * whole in every respect but one, or another journal in the place of the true one.
 *
 *	forge VAULT commit --repo R --action A --as ACCOUNT [--role R] [--institution I] [--child C]
 *	      [--sheet T/I] [--sign vault|ACCOUNT:PASSWORD] [--time SECONDS] [--record-time
 *SECONDS]
 *	      [--reason TEXT] [--alone] [--trailer NAME=VALUE] [--no-record] [--no-move] [--event E]
 *	      [--put PATH=FILE] [--drop PATH] [--empty]
 *	forge VAULT journal [--drop N] [--until N] [--shift SECONDS]
 *	forge VAULT fill N --event E [--child C]
 *
 * fill is no forgery: it adds N looks, for tests that need many records.  commit prints the new
 *version.  Times are seconds from now.  journal writes all records anew, as many as are left, and
 *signs the result with the journal's own key.
 */
#include "generator/base/file.h"
#include "vault/app.h"
#include "vault/flow/actor.h"
#include "vault/journal/journal.h"
#include "vault/journal/note.h"
#include "vault/store/commit.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PUTS = 8, TRAILERS = 12 };

struct forgery {
	struct app *app;
	const char *repo, *action, *as, *role, *institution, *child, *sheet, *sign, *reason, *event;
	const char *trailer[2];
	size_t trailers;
	long long time, record_time;
	bool alone, no_record, no_move, empty;
	struct change change[PUTS];
	struct buf bytes[PUTS];
	size_t changes;
};

static void check(enum status st, const char *what)
{
	if (!st)
		return;
	fprintf(stderr, "forge: %s: %s: %s\n", what, status_name(st), fail_why());
	exit(1);
}

static void add_change(struct forgery *f, char *arg, bool drop)
{
	char *file = drop ? NULL : strchr(arg, '=');

	if (f->changes == PUTS || (!drop && !file))
		check(ST_USAGE, arg);
	if (file) {
		*file++ = '\0';
		buf_init(&f->bytes[f->changes], 64 * 1024 * 1024);
		check(file_read(file, &f->bytes[f->changes]), file);
	}
	f->change[f->changes] =
	    (struct change){span_of(arg), file ? buf_span(&f->bytes[f->changes]) : SPAN_NONE};
	f->changes++;
}

/* ---- a version ------------------------------------------------------------------------------ */

static size_t fill(const struct forgery *f, const char *request, struct pair out[static TRAILERS])
{
	const struct pair all[] = {{SPAN("Karte-Action"), span_of(f->action)},
				   {SPAN("Karte-Account"), span_of(f->as)},
				   {SPAN("Karte-Role"), span_of(f->role)},
				   {SPAN("Karte-Institution"), span_of(f->institution)},
				   {SPAN("Karte-Child"), span_of(f->child)},
				   {SPAN("Karte-Sheet"), span_of(f->sheet)},
				   {SPAN("Karte-Review"), f->alone ? SPAN("alone") : SPAN_NONE},
				   {SPAN("Karte-Request"), span_of(request)}};
	size_t n = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].value.n)
			out[n++] = all[i];
	for (size_t i = 0; i < f->trailers; i++) {
		const char *value = strchr(f->trailer[i], '=');
		out[n].name = span_make(f->trailer[i], (size_t)(value - f->trailer[i]));
		out[n++].value = span_of(value + 1);
	}
	return n;
}

/* Whose key: the vault's, or that of a person who takes part. */
static void open_signer(const struct forgery *f, struct actor *a)
{
	const char *colon = strchr(f->sign, ':');
	struct span id;

	if (!colon) {
		actor_operator(a, f->app);
		return;
	}
	id = span_make(f->sign, (size_t)(colon - f->sign));
	check(actor_account(a, f->app, id, span_of(colon + 1)), f->sign);
}

static void record_it(const struct forgery *f, const char *request, const struct oid *old,
		      const struct oid *made, const char *digest)
{
	char old_hex[OID_HEX] = "", new_hex[OID_HEX];
	struct record r = {.class = "change",
			   .event = span_of(f->event ? f->event : f->action),
			   .account = span_of(f->as),
			   .role = span_of(f->role),
			   .institution = span_of(f->institution),
			   .child = span_of(f->child),
			   .object = span_of(f->sheet ? f->sheet : "child"),
			   .decision = SPAN("allow"),
			   .request = span_of(request),
			   .ref = SPAN("refs/heads/main"),
			   .sha256 = span_of(digest),
			   .repository = span_of(f->repo),
			   .t = f->record_time ? (int64_t)time(NULL) + f->record_time : 0};

	oid_hex(made, new_hex);
	r.new_ = span_of(new_hex);
	if (old) {
		oid_hex(old, old_hex);
		r.old = span_of(old_hex);
	}
	check(journal_append(f->app->journal, &r, NULL), "journal");
}

static void commit(struct forgery *f)
{
	struct repo_name name;
	struct repo *repo;
	struct oid head, made;
	struct actor a;
	struct pair trailers[TRAILERS];
	char digest[SHA256_HEX], email[ACTOR_EMAIL], committer[ACTOR_EMAIL], subject[256];
	char hex[OID_HEX];
	bool born;

	open_signer(f, &a);
	check(repo_name_parse(span_of(f->repo), &name), f->repo);
	check(repo_open(&repo, f->app->store, &name), f->repo);
	check(repo_lock(repo), "lock");
	born = repo_head(repo, &head) == ST_OK;
	const char *author = f->as + (strncmp(f->as, "os:", 3) == 0 ? 3 : 0);
	snprintf(email, sizeof email, "%s@%s", author, f->app->conf.hostname);
	snprintf(committer, sizeof committer, "karte@%s", f->app->conf.hostname);
	snprintf(subject, sizeof subject, "%s: %s", f->sheet ? f->sheet : "child", f->action);
	struct signer signer = {a.key, a.secret ? span_of(seal_passphrase(a.secret)) : SPAN_NONE};
	struct commit_draft draft = {.parent = born ? &head : NULL,
				     .changes = f->change,
				     .change_count = f->changes,
				     .author_name = span_of(author),
				     .author_email = span_of(email),
				     .committer_name = SPAN("karte"),
				     .committer_email = span_of(committer),
				     .time = (int64_t)time(NULL) + f->time,
				     .subject = span_of(subject),
				     .reason = span_of(f->reason),
				     .trailers = trailers,
				     .trailer_count = fill(f, a.request, trailers),
				     .allow_empty = f->empty};
	check(commit_prepare(repo, &draft, f->app->keys, &signer, &made, digest), "commit");
	if (!f->no_record)
		record_it(f, a.request, born ? &head : NULL, &made, digest);
	if (!f->no_move)
		check(commit_move(repo, born ? &head : NULL, &made), "move");
	repo_close(repo);
	actor_clear(&a);
	oid_hex(&made, hex);
	puts(hex);
}

/* ---- another journal ------------------------------------------------------------------------ */

struct rewrite {
	struct journal *to;
	uint64_t drop, until;
	long long shift;
};

static bool again(void *ctx, const struct record *r, struct span line)
{
	struct rewrite *w = ctx;
	struct record copy = *r;

	(void)line;
	if (r->n == w->drop || r->n >= w->until)
		return true;
	copy.t += w->shift;
	check(journal_append(w->to, &copy, NULL), "append");
	return true;
}

static void copy_key(const char *from, const char *to, const char *name)
{
	char source[PATH_MAX + 32], target[PATH_MAX + 32];
	struct buf bytes;

	snprintf(source, sizeof source, "%s/%s", from, name);
	snprintf(target, sizeof target, "%s/%s", to, name);
	buf_init_secret(&bytes, 65536);
	check(file_read(source, &bytes), source);
	check(file_write(target, buf_span(&bytes), 0600), target);
	buf_clear(&bytes);
}

/* A log begins with a checkpoint of nothing. */
static void sign_nothing(const char *dir)
{
	struct log_signer signer;
	struct checkpoint none = {.size = 0, .root = hash_empty()};
	struct buf note;
	char path[PATH_MAX + 32];

	check(signer_load(&signer, dir, true), dir);
	buf_init(&note, NOTE_MAX);
	note_write(&note, &signer, &none);
	snprintf(path, sizeof path, "%s/checkpoint", dir);
	check(file_write(path, buf_span(&note), 0600), path);
	buf_clear(&note);
	signer_clear(&signer);
}

static void rewrite(struct forgery *f, struct rewrite w)
{
	char true_one[PATH_MAX + 16], false_one[PATH_MAX + 16];
	struct journal_filter all = {.class = NULL};

	snprintf(true_one, sizeof true_one, "%s/journal", f->app->dir);
	snprintf(false_one, sizeof false_one, "%s/journal.false", f->app->dir);
	check(journal_create(false_one, span_of(journal_origin(f->app->journal))), "create");
	copy_key(true_one, false_one, "key");
	copy_key(true_one, false_one, "key.pub");
	sign_nothing(false_one);
	check(journal_open(&w.to, false_one, JOURNAL_WRITE), "open");
	check(journal_scan(f->app->journal, &all, again, &w), "scan");
	journal_close(w.to);
	app_close(f->app);
	f->app = NULL;
	check(file_remove_tree(true_one), true_one);
	if (rename(false_one, true_one) != 0)
		check(ST_IO, true_one);
}

/* ---- many records --------------------------------------------------------------------------- */

static void was_durable(void *ctx, enum status st)
{
	(void)ctx;
	check(st, "fill");
}

static void add_looks(struct forgery *f, unsigned long count)
{
	struct record r = {.class = "read",
			   .event = span_of(f->event),
			   .account = SPAN("tanaka"),
			   .role = SPAN("school"),
			   .child = span_of(f->child),
			   .decision = SPAN("allow"),
			   .reason = SPAN("role")};

	for (unsigned long i = 0; i + 1 < count; i++)
		check(journal_append_later(f->app->journal, &r, was_durable, NULL), "fill");
	check(journal_append(f->app->journal, &r, NULL), "fill"); /* behind all others */
}

/* ---- the command line ----------------------------------------------------------------------- */

enum choice {
	REPO = 256,
	ACTION,
	AS,
	ROLE,
	INSTITUTION,
	CHILD,
	SHEET,
	SIGN,
	TIME,
	RECORD_TIME,
	REASON,
	ALONE,
	TRAILER,
	NO_RECORD,
	NO_MOVE,
	EVENT,
	PUT,
	DROP,
	EMPTY,
	UNTIL,
	SHIFT
};

static const struct option options[] = {{"repo", 1, 0, REPO},
					{"action", 1, 0, ACTION},
					{"as", 1, 0, AS},
					{"role", 1, 0, ROLE},
					{"institution", 1, 0, INSTITUTION},
					{"child", 1, 0, CHILD},
					{"sheet", 1, 0, SHEET},
					{"sign", 1, 0, SIGN},
					{"time", 1, 0, TIME},
					{"record-time", 1, 0, RECORD_TIME},
					{"reason", 1, 0, REASON},
					{"alone", 0, 0, ALONE},
					{"trailer", 1, 0, TRAILER},
					{"no-record", 0, 0, NO_RECORD},
					{"no-move", 0, 0, NO_MOVE},
					{"event", 1, 0, EVENT},
					{"put", 1, 0, PUT},
					{"drop", 1, 0, DROP},
					{"empty", 0, 0, EMPTY},
					{"until", 1, 0, UNTIL},
					{"shift", 1, 0, SHIFT},
					{0}};

static void take(struct forgery *f, struct rewrite *w, int option, char *arg, bool journal)
{
	const char **const texts[] = {&f->repo,	       &f->action, &f->as,    &f->role,
				      &f->institution, &f->child,  &f->sheet, &f->sign};

	if (option >= REPO && option <= SIGN)
		*texts[option - REPO] = arg;
	else if (option == TIME)
		f->time = atoll(arg);
	else if (option == RECORD_TIME)
		f->record_time = atoll(arg);
	else if (option == REASON)
		f->reason = arg;
	else if (option == ALONE)
		f->alone = true;
	else if (option == TRAILER && f->trailers < 2 && strchr(arg, '='))
		f->trailer[f->trailers++] = arg;
	else if (option == NO_RECORD)
		f->no_record = true;
	else if (option == NO_MOVE)
		f->no_move = true;
	else if (option == EVENT)
		f->event = arg;
	else if (option == EMPTY)
		f->empty = true;
	else if (option == DROP && journal)
		w->drop = strtoull(arg, NULL, 10);
	else if (option == PUT || option == DROP)
		add_change(f, arg, option == DROP);
	else if (option == UNTIL)
		w->until = strtoull(arg, NULL, 10);
	else if (option == SHIFT)
		w->shift = atoll(arg);
	else
		check(ST_USAGE, "option");
}

int main(int argc, char **argv)
{
	struct forgery f = {.sign = "vault", .as = "os:root", .role = "admin"};
	struct rewrite w = {.drop = UINT64_MAX, .until = UINT64_MAX};
	struct problems ps;
	bool journal = argc > 2 && strcmp(argv[2], "journal") == 0;
	bool fills = argc > 3 && strcmp(argv[2], "fill") == 0;

	if (argc < 3 || (!journal && !fills && strcmp(argv[2], "commit") != 0))
		check(ST_USAGE, "forge VAULT commit|journal|fill …");
	optind = fills ? 4 : 3;
	for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;)
		take(&f, &w, o, optarg, journal);
	problems_init(&ps);
	check(app_open(&f.app, argv[1], APP_DATA, &ps), argv[1]);
	if (journal)
		rewrite(&f, w);
	else if (fills)
		add_looks(&f, strtoul(argv[3], NULL, 10));
	else
		commit(&f);
	for (size_t i = 0; i < PUTS; i++)
		buf_clear(&f.bytes[i]);
	app_close(f.app);
	problems_clear(&ps);
	return 0;
}

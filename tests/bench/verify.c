/*
 * A vault with many signed versions over ten years, for measuring the proof.
 *
 * Usage: verify DIR VERSIONS CHILDREN SHEET, where DIR is a vault that `karte init` made under a
 * clock ten years ago, and SHEET a sheet that is saved again and again.  Runs under the same clock:
 * children are made as the program makes them; their versions are then written without waiting for
 * the disk and signed in this process, with their real records.  Prints "made" and waits for a
 * line; then writes one more day of versions and looks, and prints "more".
 */
#include "tests/unit/store_openpgp.h"

#include "generator/base/file.h"
#include "vault/app.h"
#include "vault/flow/actor.h"
#include "vault/flow/children.h"
#include "vault/flow/registry.h"
#include "vault/journal/journal.h"
#include "vault/store/sign.h"
#include "vault/store/store.h"

#include <git2.h>
#include <stdlib.h>
#include <time.h>

enum {
	SHEETS = 10, /* of a child, one for each year */
	ROOM = 1 << 20,
	DAY = 86400,
	LOOKS = 2000, /* records of looks in one day */
};
static const int64_t TEN_YEARS = (int64_t)3650 * DAY;

struct one {
	char id[11], hex[SHEETS + 1][65]; /* of child.md, then of the sheets */
	git_repository *git;
	git_oid head, tree;
	size_t sheets, saved;
};

static struct app *app;
static struct actor chief;
static struct pgp_key key;
static char fpr[FPR_HEX];
static struct one *children;
static size_t count, versions;
static int64_t began;
static struct buf sheet;
static size_t waiting;

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "verify: %s: %s %s\n", what, fail_why(),
		git_error_last() ? git_error_last()->message : "");
	exit(1);
}

static void ok(enum status st, const char *what)
{
	must(st == ST_OK, what);
}

/* ---- people --------------------------------------------------------------------------------- */

static void make_teacher(void)
{
	struct institution i = {.kind = ROLE_SCHOOL, .id = "aozora-es", .name = "あおぞら小学校"};
	struct account a = {.staff = true,
			    .role = ROLE_SCHOOL,
			    .id = "tanaka",
			    .institution = "aozora-es",
			    .name = "田中 和子"};
	struct key_row row = {.account = "tanaka", .since = (long long)time(NULL)};
	struct buf armored;

	buf_init(&armored, PGP_ROOM);
	pgp_key_make(&key, 11, (uint32_t)time(NULL));
	pgp_name(&key, fpr);
	pgp_certificate(&armored, &key, 0x13, SPAN("\x02\x1b\x03"));
	memcpy(row.fingerprint, fpr, sizeof fpr);
	memcpy(a.key, fpr, sizeof fpr);
	ok(registry_put_institution(app, &chief, "institution.add", &i), "institution");
	ok(registry_put_account(app, &chief, "account.add", &a, &row, buf_span(&armored)),
	   "account");
	buf_clear(&armored);
}

static void open_child(struct one *o)
{
	struct repo_name name;
	struct repo *repo;
	struct buf path, text;
	git_commit *commit = NULL;

	buf_init(&path, PATH_MAX);
	buf_init(&text, ROOM);
	ok(repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(o->id)), "name");
	store_path(app->store, &name, &path);
	ok(repo_open(&repo, app->store, &name), "repository");
	ok(repo_read(repo, NULL, "child.md", &text), "child.md");
	sha256_hex(buf_span(&text), o->hex[0]);
	repo_close(repo);
	must(!git_repository_open_bare(&o->git, buf_str(&path)) &&
		 !git_reference_name_to_id(&o->head, o->git, "refs/heads/main") &&
		 !git_commit_lookup(&commit, o->git, &o->head),
	     "head");
	git_oid_cpy(&o->tree, git_commit_tree_id(commit));
	git_commit_free(commit);
	buf_clear(&path);
	buf_clear(&text);
}

static void make_children(void)
{
	struct problems ps;

	problems_init(&ps);
	for (size_t i = 0; i < count; i++) {
		struct child c = {.row = {.name = "見本 子ども",
					  .kana = "みほん こども",
					  .born = "2010-05-12",
					  .sex = "unknown"},
				  .enrolments = {{.institution = "aozora-es",
						  .since = "2010-04-01",
						  .until = ""}},
				  .enrolment_count = 1};

		ok(child_create(app, &chief, &c, &ps), "child");
		memcpy(children[i].id, c.row.id, sizeof children[i].id);
		open_child(&children[i]);
	}
	problems_clear(&ps);
}

/* ---- one version ---------------------------------------------------------------------------- */

static void new_content(struct one *o, size_t which, struct buf *out)
{
	struct span rest = buf_span(&sheet);

	buf_cut(out, 0);
	while (rest.p && rest.n) {
		struct span line = span_cut(&rest, '\n');

		if (span_starts(line, SPAN("id: ")))
			buf_addf(out, "id: \"%zu\"\n", 2016 + which);
		else if (span_starts(line, SPAN("child: ")))
			buf_addf(out, "child: %s\n", o->id);
		else if (span_starts(line, SPAN("status: ")))
			buf_adds(out, "status: draft\n");
		else if (span_starts(line, SPAN("  class-name: ")))
			buf_addf(out, "  class-name: %zu組\n", o->saved + 1);
		else
			buf_addf(out, "%.*s\n", SPAN_ARG(line));
	}
}

static void write_tree(struct one *o, size_t which, const struct buf *content)
{
	git_tree_update update = {.action = GIT_TREE_UPDATE_UPSERT, .filemode = GIT_FILEMODE_BLOB};
	git_tree *base = NULL;
	char path[64];

	snprintf(path, sizeof path, "sheets/kyoiku-shien/%zu.md", 2016 + which);
	update.path = path;
	must(!git_blob_create_from_buffer(&update.id, o->git, content->data, content->len) &&
		 !git_tree_lookup(&base, o->git, &o->tree) &&
		 !git_tree_create_updated(&o->tree, o->git, base, 1, &update),
	     "tree");
	git_tree_free(base);
}

static void sign(struct buf *out, struct span bytes, int64_t t)
{
	struct buf hashed, unhashed, body, raw;
	unsigned char numbers[64];
	struct pgp_sig s;

	buf_init(&hashed, PGP_ROOM);
	buf_init(&unhashed, PGP_ROOM);
	buf_init(&body, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	pgp_sub_usual(&hashed, &key, (uint32_t)t);
	pgp_sub_issuer(&unhashed, &key);
	s = pgp_sig_usual(buf_span(&hashed), buf_span(&unhashed));
	pgp_sig_body(&body, &key, &s, bytes, numbers);
	pgp_packet(&raw, 2, buf_span(&body));
	pgp_armor(out, "SIGNATURE", buf_span(&raw));
	buf_clear(&raw);
	buf_clear(&body);
	buf_clear(&unhashed);
	buf_clear(&hashed);
}

static void digest(const struct one *o, char hex[static 65])
{
	struct buf lines;

	buf_init(&lines, ROOM);
	buf_addf(&lines, "child.md %s\n", o->hex[0]);
	for (size_t i = 0; i < o->sheets; i++)
		buf_addf(&lines, "sheets/kyoiku-shien/%zu.md %s\n", 2016 + i, o->hex[i + 1]);
	sha256_hex(buf_span(&lines), hex);
	buf_clear(&lines);
}

static void write_commit(struct one *o, const char *event, size_t which, int64_t t,
			 const char *request, struct buf *object)
{
	char tree[41] = "", parent[41] = "", hex[65];
	struct buf message, bytes, signature;
	struct span rest;

	buf_init(&message, ROOM);
	buf_init(&bytes, ROOM);
	buf_init(&signature, ROOM);
	digest(o, hex);
	git_oid_tostr(tree, sizeof tree, &o->tree);
	git_oid_tostr(parent, sizeof parent, &o->head);
	buf_addf(object,
		 "tree %s\nparent %s\nauthor 田中 和子 <tanaka@localhost> %lld +0000\n"
		 "committer karte <karte@localhost> %lld +0000\n",
		 tree, parent, (long long)t, (long long)t);
	buf_addf(&message,
		 "\nkyoiku-shien/%zu: %s\n\nKarte-Action: %s\nKarte-Account: tanaka\n"
		 "Karte-Role: school\nKarte-Institution: aozora-es\nKarte-Child: %s\n"
		 "Karte-Sheet: kyoiku-shien/%zu\nKarte-Request: %s\nKarte-Digest: sha256:%s\n",
		 2016 + which, strchr(event, '.') + 1, event, o->id, 2016 + which, request, hex);
	buf_addspan(&bytes, buf_span(object));
	buf_addspan(&bytes, buf_span(&message));
	sign(&signature, buf_span(&bytes), t);
	rest = span_trim(buf_span(&signature));
	buf_adds(object, "gpgsig");
	while (rest.p) {
		struct span line = span_cut(&rest, '\n');
		buf_addf(object, " %.*s\n", SPAN_ARG(line));
	}
	buf_addspan(object, buf_span(&message));
	buf_clear(&signature);
	buf_clear(&bytes);
	buf_clear(&message);
}

static void recorded(void *ctx, enum status st)
{
	(void)ctx;
	ok(st, "record");
	__atomic_fetch_sub(&waiting, 1, __ATOMIC_RELEASE);
}

static void append(const struct record *r)
{
	while (__atomic_load_n(&waiting, __ATOMIC_ACQUIRE) > 2000)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	__atomic_fetch_add(&waiting, 1, __ATOMIC_RELEASE);
	ok(journal_append_later(app->journal, r, recorded, NULL), "record");
}

static void save(struct one *o, int64_t t, struct buf *content)
{
	size_t which = o->saved * SHEETS / (versions / count + 1);
	bool fresh = which >= o->sheets;
	char request[17], sha[65], repository[64], object_name[32], old[41], new_id[41];
	struct record r = {.class = "change", .decision = SPAN("allow"), .t = t};
	struct buf object;
	git_odb *odb = NULL;

	buf_init(&object, ROOM);
	if (fresh)
		o->sheets = which + 1;
	snprintf(request, sizeof request, "%016llx", (unsigned long long)t * 1000003);
	git_oid_tostr(old, sizeof old, &o->head);
	new_content(o, which, content);
	sha256_hex(buf_span(content), o->hex[which + 1]);
	write_tree(o, which, content);
	write_commit(o, fresh ? "sheet.create" : "sheet.save", which, t, request, &object);
	must(!git_repository_odb(&odb, o->git) &&
		 !git_odb_write(&o->head, odb, object.data, object.len, GIT_OBJECT_COMMIT),
	     "commit");
	git_odb_free(odb);
	sha256_hex(buf_span(&object), sha);
	git_oid_tostr(new_id, sizeof new_id, &o->head);
	snprintf(repository, sizeof repository, "children/%s", o->id);
	snprintf(object_name, sizeof object_name, "kyoiku-shien/%zu", 2016 + which);
	r.event = fresh ? SPAN("sheet.create") : SPAN("sheet.save");
	r.account = SPAN("tanaka");
	r.role = SPAN("school");
	r.institution = SPAN("aozora-es");
	r.child = span_of(o->id);
	r.object = span_of(object_name);
	r.request = span_of(request);
	r.repository = span_of(repository);
	r.ref = SPAN("refs/heads/main");
	r.old = span_of(old);
	r.new_ = span_of(new_id);
	r.sha256 = span_of(sha);
	append(&r);
	o->saved++;
	buf_clear(&object);
}

static void move_branches(void)
{
	while (__atomic_load_n(&waiting, __ATOMIC_ACQUIRE))
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	for (size_t i = 0; i < count; i++) {
		git_reference *ref = NULL;
		must(!git_reference_create(&ref, children[i].git, "refs/heads/main",
					   &children[i].head, 1, NULL),
		     "branch");
		git_reference_free(ref);
	}
}

static void one_day(int64_t from, struct buf *content)
{
	size_t saves = versions / 3650 + 1;

	for (size_t i = 0; i < LOOKS; i++) {
		int64_t t = from + (int64_t)(i * (DAY - 1) / LOOKS);
		struct record r = {.class = "read",
				   .event = SPAN("sheet.read"),
				   .account = SPAN("tanaka"),
				   .child = span_of(children[i % count].id),
				   .decision = SPAN("allow"),
				   .reason = SPAN("enrolled"),
				   .t = t};

		append(&r);
		if (i % (LOOKS / saves + 1) == 0)
			save(&children[i % count], t, content);
	}
	move_branches();
}

int main(int argc, char **argv)
{
	struct problems ps;
	struct buf content;
	char line[16];

	must(argc == 5, "usage: verify DIR VERSIONS CHILDREN SHEET");
	versions = (size_t)strtoul(argv[2], NULL, 10);
	count = (size_t)strtoul(argv[3], NULL, 10);
	children = calloc(count, sizeof *children);
	must(versions && count && children, "numbers");
	buf_init(&sheet, ROOM);
	buf_init(&content, ROOM);
	problems_init(&ps);
	ok(file_read(argv[4], &sheet), argv[4]);
	ok(app_open(&app, argv[1], APP_DATA, &ps), argv[1]);
	actor_operator(&chief, app);
	make_teacher();
	make_children();
	began = (int64_t)time(NULL) + DAY;
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 0);
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 0);
	for (size_t i = 0; i < versions; i++)
		save(&children[i % count],
		     began + (int64_t)i * ((TEN_YEARS - 3 * DAY) / (int64_t)versions), &content);
	move_branches();
	puts("made");
	fflush(stdout);
	if (fgets(line, sizeof line, stdin))
		one_day((int64_t)time(NULL) + TEN_YEARS + 60,
			&content); /* behind the proof's record */
	puts("more");
	fflush(stdout);
	for (size_t i = 0; i < count; i++)
		git_repository_free(children[i].git);
	buf_clear(&content);
	buf_clear(&sheet);
	problems_clear(&ps);
	app_close(app);
	free(children);
	return 0;
}

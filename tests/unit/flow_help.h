/*
 * What the tests of vault/flow/ share: one small vault for a whole program, with a school, a board,
 * a teacher (tanaka), a family (yamada) and a stranger's family (suzuki); each test makes its own
 * children in it.
 */
#ifndef KARTE_TESTS_UNIT_FLOW_HELP_H
#define KARTE_TESTS_UNIT_FLOW_HELP_H

#include "generator/base/file.h"
#include "vault/app.h"
#include "vault/db/child.h"
#include "vault/db/db.h"
#include "vault/db/sheet.h"
#include "vault/flow/actor.h"
#include "vault/flow/children.h"
#include "vault/flow/init_vault.h"
#include "vault/flow/people.h"
#include "vault/flow/read_sheet.h"
#include "vault/flow/registry.h"
#include "vault/flow/save_sheet.h"
#include "vault/journal/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* after all others: it has a macro fail */
#include <cmocka.h>

#define assert_status(call, want)                                                                  \
	do {                                                                                       \
		enum status st_ = (call);                                                          \
		if (st_ != (want))                                                                 \
			fail_msg("%s: %s (%s)", #call, status_name(st_), fail_why());              \
	} while (0)
#define assert_ok(call) assert_status(call, ST_OK)

#define PASSWORD "kaki-no-ki 7 ni shiroi tori"

static char vault_dir[PATH_MAX];
static struct app *app;
static struct actor chief, tanaka, yamada, suzuki; /* chief is the operator */

/* A folder of its own under TMPDIR; dir has room for PATH_MAX. */
static inline void temp_dir(char *dir)
{
	const char *under = getenv("TMPDIR");
	char made[PATH_MAX];

	snprintf(made, sizeof made, "%s/karte-flow-XXXXXX", under ? under : "/tmp");
	assert_non_null(mkdtemp(made));
	assert_non_null(realpath(made, dir));
}

static inline void print_problems(const struct problems *ps)
{
	struct buf b;

	buf_init(&b, 65536);
	problems_print((struct problems *)(uintptr_t)ps, &b);
	print_message("%s", buf_str(&b));
	buf_clear(&b);
}

static inline void open_app(void)
{
	struct problems ps;
	enum status st;

	problems_init(&ps);
	st = app_open(&app, vault_dir, APP_DATA, &ps);
	if (st)
		print_problems(&ps);
	assert_ok(st);
	problems_clear(&ps);
}

static inline void put_institution(const char *id, enum role kind)
{
	struct institution i = {.kind = kind};

	snprintf(i.id, sizeof i.id, "%s", id);
	snprintf(i.name, sizeof i.name, "%s（機関）", id);
	assert_ok(registry_put_institution(app, &chief, "institution.add", &i));
}

static inline void put_account(const char *id, enum role role, const char *institution)
{
	struct account a = {.staff = institution != NULL, .role = role};

	snprintf(a.id, sizeof a.id, "%s", id);
	snprintf(a.name, sizeof a.name, "%s さん", id);
	snprintf(a.institution, sizeof a.institution, "%s", institution ? institution : "");
	assert_ok(account_create(app, &chief, &a, SPAN(PASSWORD)));
}

static inline void sign_in_people(void)
{
	actor_operator(&chief, app);
	assert_ok(actor_account(&tanaka, app, SPAN("tanaka"), SPAN(PASSWORD)));
	assert_ok(actor_account(&yamada, app, SPAN("yamada"), SPAN(PASSWORD)));
	assert_ok(actor_account(&suzuki, app, SPAN("suzuki"), SPAN(PASSWORD)));
}

static inline int make_vault(void **state)
{
	struct conf conf;

	(void)state;
	temp_dir(vault_dir);
	conf_default(&conf);
	assert_non_null(realpath("tests/sheets", conf.content)); /* for its types */
	assert_ok(init_vault(vault_dir, &conf));
	open_app();
	actor_operator(&chief, app);
	put_institution("kudan-es", ROLE_SCHOOL);
	put_institution("other-es", ROLE_SCHOOL);
	put_institution("kyoi", ROLE_BOARD);
	put_account("tanaka", ROLE_SCHOOL, "kudan-es");
	put_account("yamada", ROLE_HOUSEHOLD, NULL);
	put_account("suzuki", ROLE_HOUSEHOLD, NULL);
	sign_in_people();
	return 0;
}

static inline int end_vault(void **state)
{
	(void)state;
	actor_clear(&chief);
	actor_clear(&tanaka);
	actor_clear(&yamada);
	actor_clear(&suzuki);
	app_close(app);
	app = NULL;
	return file_remove_tree(vault_dir) ? -1 : 0;
}

/* Closes and opens the vault, as a restart of the program does. */
static inline void restart(void)
{
	app_close(app);
	open_app();
	actor_operator(&chief, app); /* its key is the vault's */
}

/* A child of yamada's at kudan-es; its id in id. */
static inline void new_child(char id[static 11])
{
	struct child c = {
	    .row = {.name = "山田 健", .kana = "やまだ けん", .born = "2019-05-12", .sex = "male"},
	    .enrolments = {{.institution = "kudan-es", .since = "2026-04-01", .until = ""}},
	    .enrolment_count = 1,
	    .guardians = {{.account = "yamada", .relation = "mother"}},
	    .guardian_count = 1};
	struct problems ps;

	problems_init(&ps);
	assert_ok(child_create(app, &chief, &c, &ps));
	problems_clear(&ps);
	memcpy(id, c.row.id, 11);
}

/* ---- sheets of the type kihon ------------------------------------------------------------------
 */

static inline struct question ask_for(enum action a, const struct actor *who, const char *child,
				      const char *id)
{
	return (struct question){.action = a,
				 .who = &who->account,
				 .child = span_of(child),
				 .type = SPAN("kihon"),
				 .id = span_of(id),
				 .request = who->request,
				 .now = (int64_t)time(NULL)};
}

/* A file as the program writes it. */
static inline void sheet_text(struct buf *out, const char *child, const char *id, const char *note,
			      const char *wish, const char *opinion)
{
	buf_cut(out, 0);
	buf_addf(out,
		 "---\nkarte: 1\ntype: kihon\ntype-version: 1\nid: \"%s\"\nchild: %s\n"
		 "title: 基本シート\ninstitution: kudan-es\nstatus: draft\n",
		 id, child);
	if (*note)
		buf_addf(out, "values:\n  note: %s\n", note);
	buf_adds(out, "---\n");
	if (*wish)
		buf_addf(out, "\n## 本人・保護者の願い\n\n### 本人の願い\n\n%s\n", wish);
	if (*opinion)
		buf_addf(out, "\n## 発達検査\n\n### 所見\n\n%s\n", opinion);
}

static inline enum status put_as(const struct actor *who, const char *child, const char *id,
				 const char *note, const char *wish, const char *opinion,
				 struct problems *ps, struct oid *version)
{
	struct question q = ask_for(ACT_SHEET_WRITE, who, child, id);
	struct buf text;
	enum status st;

	buf_init(&text, 65536);
	sheet_text(&text, child, id, note, wish, opinion);
	st = put_sheet(app, who, &q, "x.md", buf_span(&text), SPAN_NONE, ps, version);
	buf_clear(&text);
	return st;
}

/* tanaka's first version of a sheet, with something in each section. */
static inline void new_sheet_of(const char *child, const char *id, struct oid *version)
{
	struct problems ps;
	enum status st;

	problems_init(&ps);
	st = put_as(&tanaka, child, id, "兄がいる", "走りたい", "落ち着いている", &ps, version);
	if (st)
		print_problems(&ps);
	assert_ok(st);
	problems_clear(&ps);
}

static inline void stored_text(const char *child, const char *id, struct buf *out)
{
	struct repo *repo;
	struct buf path;

	buf_init(&path, 256);
	sheet_path(SPAN("kihon"), span_of(id), &path);
	buf_cut(out, 0);
	assert_ok(child_repo(&repo, app, span_of(child)));
	assert_ok(repo_read(repo, NULL, buf_str(&path), out));
	repo_close(repo);
	buf_clear(&path);
}

static inline void head_of_child(const char *child, struct oid *out)
{
	struct repo *repo;

	assert_ok(child_repo(&repo, app, span_of(child)));
	assert_ok(repo_head(repo, out));
	repo_close(repo);
}

/* ---- the journal -------------------------------------------------------------------------------
 */

struct newest {
	char event[65], decision[16], reason[512], object[256], account[ID_MAX + 1];
	size_t count;
};

static inline bool keep_newest(void *ctx, const struct record *r, struct span line)
{
	struct newest *n = ctx;

	(void)line;
	if (n->count++)
		return true;
	span_copy(r->event, n->event, sizeof n->event);
	span_copy(r->decision, n->decision, sizeof n->decision);
	span_copy(r->reason, n->reason, sizeof n->reason);
	span_copy(r->object, n->object, sizeof n->object);
	span_copy(r->account, n->account, sizeof n->account);
	return true;
}

/* The newest record of a class about a child (NULL: any), and how many there are. */
static inline struct newest newest_record(const char *class, const char *child)
{
	struct journal_filter f = {.class = class, .child = span_of(child), .newest_first = true};
	struct newest n = {.count = 0};

	assert_ok(journal_scan(app->journal, &f, keep_newest, &n));
	return n;
}

/* A shell command in the folder of a child's repository; its exit code. */
static inline int in_repo(const char *child, const char *command)
{
	struct repo_name name;
	struct buf path, line;
	int code;

	buf_init(&path, PATH_MAX);
	buf_init(&line, 4 * PATH_MAX);
	assert_ok(repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(child)));
	store_path(app->store, &name, &path);
	buf_addf(&line,
		 "cd '%s' && export HOME='%s' GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_COUNT=1 "
		 "GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' && { %s; } >/dev/null",
		 buf_str(&path), vault_dir, command);
	assert_int_equal(line.st, ST_OK);
	code = system(buf_str(&line));
	buf_clear(&line);
	buf_clear(&path);
	return WIFEXITED(code) ? WEXITSTATUS(code) : -1;
}

#endif

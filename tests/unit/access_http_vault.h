/*
 * For tests that ask the whole program: a vault of one's own, the server on it in this process;
 * what asks it is in access_http_client.h.  What would take minutes by pages is put straight where
 * the program keeps it: people and children into the index, as reindexing would; sheets into
 * repositories, as commits of the operator; sessions into vault.db.  All accounts share one signing
 * key.
 */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_VAULT_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_VAULT_H

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "vault/app.h"
#include "vault/auth/csrf.h"
#include "vault/db/child.h"
#include "vault/db/factor.h"
#include "vault/db/range.h"
#include "vault/db/session.h"
#include "vault/flow/children.h"
#include "vault/flow/commit_change.h"
#include "vault/flow/index_sheets.h"
#include "vault/flow/init_vault.h"
#include "vault/flow/people.h"
#include "vault/flow/policy.h"
#include "vault/flow/registry.h"
#include "vault/http/server.h"
#include "vault/http/tls.h"
#include "vault/journal/journal.h"
#include "vault/page/page.h"
#include "vault/store/sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* after all others: it has a macro fail */
#include <cmocka.h>

#define assert_ok(call)                                                                            \
	do {                                                                                       \
		enum status st_ = (call);                                                          \
		if (st_)                                                                           \
			fail_msg("%s: %s (%s)", #call, status_name(st_), fail_why());              \
	} while (0)

enum { SPARE_SECONDS = 240 };

static char vault_dir[PATH_MAX];
static struct app *app;
static struct actor chief; /* the operator */
static struct server *server;
static struct seal_secret *signing;
static char signing_key[FPR_HEX];
static struct day today;
static char day_texts[16][DAY_TEXT];

/* ---- the vault ------------------------------------------------------------------------------ */

/* "today" is one day for the whole run: near midnight in Japan it waits for the next. */
static inline void fix_today(void)
{
	int64_t now = (int64_t)time(NULL);
	int64_t left = day_begin_jst(day_plus(day_jst(now), 1)) - now;

	if (left < SPARE_SECONDS)
		sleep((unsigned)left + 1);
	today = day_jst((int64_t)time(NULL));
}

/* So many days from today; good for the next 15 calls. */
static inline const char *day_text(int from_today)
{
	static size_t next;
	char *text = day_texts[next++ % 16];

	day_iso(day_plus(today, from_today), text);
	return text;
}

/* In memory where that can be: thousands of records are synced, and no disk is tested here. */
static inline void make_folder(void)
{
	const char *under = access("/dev/shm", W_OK) ? getenv("TMPDIR") : "/dev/shm";
	char made[PATH_MAX];

	snprintf(made, sizeof made, "%s/karte-ask-XXXXXX", under ? under : "/tmp");
	assert_non_null(mkdtemp(made));
	assert_non_null(realpath(made, vault_dir));
}

static inline void print_problems(struct problems *ps)
{
	struct buf b;

	buf_init(&b, 65536);
	problems_print(ps, &b);
	print_message("%s", buf_str(&b));
	buf_clear(&b);
}

static inline void make_signing_key(void)
{
	char blob[SEAL_TEXT];
	struct key_row k = {.since = 1, .account = "everybody"};

	assert_ok(seal_new(&signing, blob, SPAN("kaki-no-ki 7 ni shiroi tori"), SPAN("everybody")));
	assert_ok(key_create(app->keys, SPAN("everybody"), SPAN("everybody@karte.example"),
			     span_of(seal_passphrase(signing)), signing_key));
	memcpy(k.fingerprint, signing_key, sizeof signing_key);
	assert_ok(key_put(app->db, &k));
}

static inline void start_server(void)
{
	struct server_options o = {.broken = page_broken, .prompt = page_prompt, .threads = 8};
	struct buf path, cert, key;

	buf_init(&path, PATH_MAX);
	buf_init(&cert, 64 * 1024);
	buf_init(&key, 64 * 1024);
	app_path(app, "tls/cert.pem", &path);
	assert_ok(file_read(buf_str(&path), &cert));
	app_path(app, "tls/key.pem", &path);
	assert_ok(file_read(buf_str(&path), &key));
	o.cert = buf_str(&cert);
	o.key = buf_str(&key);
	assert_ok(server_start(&server, &o, page_answer, app));
	buf_clear(&path);
	buf_clear(&cert);
	buf_clear(&key);
}

/* content: a folder with types/. */
static inline void begin_vault(const char *content)
{
	struct problems ps;
	struct conf conf;
	enum status st;

	fix_today();
	make_folder();
	conf_default(&conf);
	conf.session_idle = conf.session_max = 86400;
	assert_non_null(realpath(content, conf.content));
	assert_non_null(realpath("themes/standard", conf.theme));
	assert_ok(init_vault(vault_dir, &conf));
	problems_init(&ps);
	st = app_open(&app, vault_dir, APP_RENDER, &ps);
	if (st)
		print_problems(&ps);
	problems_clear(&ps);
	assert_ok(st);
	actor_operator(&chief, app);
	make_signing_key();
	start_server();
}

/* Also after a failure, and if there is none. */
static inline int finish_vault(void)
{
	if (!vault_dir[0])
		return 0;
	server_stop(server);
	seal_secret_free(signing);
	actor_clear(&chief);
	app_close(app);
	server = NULL;
	signing = NULL;
	app = NULL;
	if (file_remove_tree(vault_dir))
		return -1;
	vault_dir[0] = '\0';
	return 0;
}

/* ---- people ---------------------------------------------------------------------------------- */

static inline void place_institution(const char *id, enum role kind, bool by_class, bool closed)
{
	struct institution i = {.kind = kind, .by_class = by_class};

	snprintf(i.id, sizeof i.id, "%s", id);
	snprintf(i.name, sizeof i.name, "%s（機関）", id);
	if (closed)
		span_copy(span_of(day_text(-1)), i.closed, sizeof i.closed);
	assert_ok(institution_put(app->db, &i));
}

static inline void place_account(struct account *a)
{
	char name[NAME_ROOM];

	snprintf(name, sizeof name, "%s さん", a->id);
	if (!a->name[0])
		memcpy(a->name, name, sizeof a->name);
	memcpy(a->key, signing_key, sizeof a->key);
	assert_ok(account_put(app->db, a));
}

/* A session of its own; none: nobody is signed in. */
struct caller {
	char cookie[TOKEN_TEXT], csrf[CSRF_TEXT];
};

static inline void let_in(struct caller *c, const char *account, bool weak)
{
	struct session_row row = {.weak = weak};
	char wrapped[SEAL_TEXT];
	struct token token;

	row.since = row.seen = (long long)time(NULL);
	snprintf(row.account, sizeof row.account, "%s", account);
	token_new(&token, c->cookie);
	assert_ok(seal_for_session(wrapped, signing, token.secret, span_of(account)));
	assert_ok(session_put(app->db, span_make((const char *)token.lookup, TOKEN_HASH), &row,
			      span_of(wrapped)));
	csrf_token(c->csrf, app->csrf_key, token.lookup);
}

/* ---- children -------------------------------------------------------------------------------- */

/* Commits files of a child in somebody's name (and with the vault's key), and makes its repository
   first if asked. */
static inline void place_files(const struct account *author, const char *child, bool create,
			       const struct change *files, size_t n)
{
	struct actor who = chief;
	struct oid version;
	struct change_set set = {.create = create,
				 .action = "sheet.save",
				 .child = span_of(child),
				 .what = SPAN("sheets"),
				 .changes = files,
				 .count = n};

	assert_ok(repo_name_make(&set.repo, REPO_CHILD, SPAN_NONE, span_of(child)));
	who.account = *author;
	assert_ok(commit_change(app, &who, &set, &version));
}

static inline void place_repo(const char *child)
{
	struct repo_name name;

	assert_ok(repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(child)));
	assert_ok(repo_create(app->store, &name));
}

static inline void index_files(const char *child)
{
	struct repo *repo;

	assert_ok(child_repo(&repo, app, span_of(child)));
	assert_ok(index_sheets(app, repo, span_of(child)));
	repo_close(repo);
}

#endif

/* What the tests of vault/store/ share: a vault in a temporary folder, drafts, stock git. */
#ifndef KARTE_TESTS_UNIT_STORE_HELP_H
#define KARTE_TESTS_UNIT_STORE_HELP_H

#include "generator/base/file.h"
#include "vault/store/commit.h"
#include "vault/store/history.h"
#include "vault/store/sign.h"
#include "vault/store/store.h"

#include <limits.h>
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

#define OPEN_SESAME "3f7a00c1d2e94b55a8"

struct vault {
	char dir[PATH_MAX];
	struct store *store;
	struct keys *keys;
	char fpr[FPR_HEX]; /* a person's key under OPEN_SESAME */
	struct repo_name child;
};

#define assert_ok(call)                                                                            \
	do {                                                                                       \
		enum status st_ = (call);                                                          \
		if (st_)                                                                           \
			fail_msg("%s: %s: %s", #call, status_name(st_), fail_why());               \
	} while (0)

static inline void vault_dir(char dir[static PATH_MAX])
{
	const char *tmp = getenv("TMPDIR");

	char made[PATH_MAX];

	snprintf(made, sizeof made, "%s/karte-store-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(made));
	assert_non_null(realpath(made, dir));
}

/* A store with one empty repository of a child; keys only when they are wanted (a person's). */
static inline void vault_make(struct vault *v, bool keys)
{
	char home[PATH_MAX + 8];

	*v = (struct vault){0};
	vault_dir(v->dir);
	assert_ok(store_open(&v->store, v->dir));
	assert_ok(repo_name_make(&v->child, REPO_CHILD, SPAN_NONE, SPAN("c7k3m9q2v4")));
	assert_ok(repo_create(v->store, &v->child));
	if (!keys)
		return;
	snprintf(home, sizeof home, "%s/gnupg", v->dir);
	assert_ok(keys_open(&v->keys, home));
	assert_ok(key_create(v->keys, SPAN("田中 花子"), SPAN("tanaka@vault.example"),
			     SPAN(OPEN_SESAME), v->fpr));
}

static inline void vault_end(struct vault *v)
{
	keys_close(v->keys);
	store_close(v->store);
	assert_ok(file_remove_tree(v->dir));
}

static inline struct signer vault_signer(const struct vault *v)
{
	return (struct signer){v->fpr, SPAN(OPEN_SESAME)};
}

static inline struct commit_draft draft_of(const struct oid *parent, const struct change *changes,
					   size_t count)
{
	return (struct commit_draft){
	    .parent = parent,
	    .changes = changes,
	    .change_count = count,
	    .author_name = SPAN("田中 花子"),
	    .author_email = SPAN("tanaka@vault.example"),
	    .committer_name = SPAN("Karte"),
	    .committer_email = SPAN("karte@vault.example"),
	    .time = 1795000000,
	    .subject = SPAN("kyoiku-shien/2026: save"),
	};
}

/* Writes one file as a version on the head; the id of that version in *out. */
static inline enum status vault_save(struct vault *v, struct repo *r, const char *path,
				     const char *text, struct oid *out)
{
	const struct signer who = vault_signer(v);
	const struct change change = {span_of(path), span_of(text)};
	struct oid head;
	struct commit_draft d = draft_of(NULL, &change, 1);
	char sha[SHA256_HEX];
	enum status st = repo_lock(r);

	if (st)
		return st;
	d.parent = repo_head(r, &head) ? NULL : &head;
	st = commit_prepare(r, &d, v->keys, &who, out, sha);
	if (!st)
		st = commit_move(r, d.parent, out);
	repo_unlock(r);
	return st;
}

/* Runs a shell command in the folder of the child's repository; its exit code. */
static inline int in_repo(const struct vault *v, const char *command)
{
	struct buf path, line;
	int code;

	buf_init(&path, PATH_MAX);
	buf_init(&line, 8 * PATH_MAX);
	store_path(v->store, &v->child, &path);
	buf_addf(&line,
		 "cd %s && export GIT_CONFIG_NOSYSTEM=1 HOME=%s GNUPGHOME=%s/public "
		 "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' && %s",
		 buf_str(&path), v->dir, v->dir, command);
	assert_int_equal(line.st, ST_OK);
	code = system(buf_str(&line));
	buf_clear(&line);
	buf_clear(&path);
	return WIFEXITED(code) ? WEXITSTATUS(code) : -1;
}

/* The same; what the command prints, compared exactly. */
static inline void assert_prints(const struct vault *v, const char *command, const char *expected)
{
	char line[2 * PATH_MAX], out[PATH_MAX + 8];
	struct buf got;

	snprintf(out, sizeof out, "%s/out", v->dir);
	snprintf(line, sizeof line, "{ %s; } >%s 2>&1", command, out);
	assert_int_equal(in_repo(v, line), 0);
	buf_init(&got, 65536);
	assert_ok(file_read(out, &got));
	assert_string_equal(buf_str(&got), expected);
	buf_clear(&got);
}

static inline double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

#endif

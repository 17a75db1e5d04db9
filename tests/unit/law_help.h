/* Histories that no flow would write: commits of anything, by anybody, with their own keys; and
   what the law says of the newest. */
#ifndef KARTE_TESTS_UNIT_LAW_HELP_H
#define KARTE_TESTS_UNIT_LAW_HELP_H

#include "consent_help.h"

#include "vault/flow/commit_change.h"
#include "vault/flow/handover.h"
#include "vault/flow/law.h"
#include "vault/flow/ranges.h"
#include "vault/flow/registry_file.h"
#include "vault/flow/types_record.h"
#include "vault/flow/workflow.h"

static struct actor sato, shimizu, fujii, kudo; /* of kudan-es, of the board, administrators */
static struct law *law;

static inline void sign_in_as(struct actor *a, const char *id, enum role role, const char *place)
{
	put_account(id, role, place);
	assert_ok(actor_account(a, app, span_of(id), SPAN(PASSWORD)));
}

static inline int make_law(void **state)
{
	if (make_family(state))
		return -1;
	sign_in_as(&sato, "sato", ROLE_SCHOOL, "kudan-es");
	sign_in_as(&shimizu, "shimizu", ROLE_BOARD, "kyoi");
	sign_in_as(&fujii, "fujii", ROLE_ADMIN, NULL);
	sign_in_as(&kudo, "kudo", ROLE_ADMIN, NULL);
	return 0;
}

static inline int end_law(void **state)
{
	actor_clear(&sato);
	actor_clear(&shimizu);
	actor_clear(&fujii);
	actor_clear(&kudo);
	return end_family(state);
}

/* ---- what the law says ---------------------------------------------------------------------- */

enum { SAID_MOST = 64 };
static struct {
	char version[OID_HEX], code[24], text[512];
} said[SAID_MOST];
static size_t nsaid;

static inline void note_law(void *ctx, const struct law_finding *f)
{
	(void)ctx;
	assert_true(nsaid < SAID_MOST && f->text[0] && strlen(f->code) < sizeof said[0].code);
	snprintf(said[nsaid].version, sizeof said[0].version, "%s", f->version);
	snprintf(said[nsaid].code, sizeof said[0].code, "%s", f->code);
	snprintf(said[nsaid++].text, sizeof said[0].text, "%s", f->text);
}

struct recorded {
	struct law_change list[512];
	size_t n, at;
	struct law_walk *walk;
};

static inline bool take_record(void *ctx, const struct record *r, struct span line)
{
	struct recorded *all = ctx;

	(void)line;
	assert_true(all->n < 512);
	all->list[all->n] = (struct law_change){.n = r->n, .t = r->t};
	assert_true(oid_parse(r->new_, &all->list[all->n++].id));
	return true;
}

static inline bool judge_one(void *arg, const struct version *v)
{
	struct recorded *all = arg;

	assert_ok(
	    law_commit(all->walk, v, all->list[all->at].n, all->list[all->at].t, note_law, NULL));
	return true;
}

struct worded {
	struct law_word list[64];
	size_t n;
};

static inline bool take_word(void *ctx, const struct record *r, struct span line)
{
	struct worded *all = ctx;
	struct law_word *w = &all->list[all->n++];

	(void)line;
	assert_true(all->n < 64);
	*w = (struct law_word){.n = r->n, .t = r->t};
	assert_true(span_copy(r->event, w->event, sizeof w->event));
	assert_true(span_copy(r->account, w->account, sizeof w->account));
	assert_true(span_copy(r->child, w->child, sizeof w->child));
	assert_true(span_copy(r->object, w->object, sizeof w->object));
	return true;
}

static inline int word_by_n(const void *a, const void *b)
{
	const struct law_word *x = a, *y = b;

	return (x->n > y->n) - (x->n < y->n);
}

/* As if the registry had stood still for so many seconds, since what changed a moment before counts
   neither way: all of a test happens within it. */
static int64_t stood_still = 300;
static int64_t words_since; /* what was said before is not there any more */

static inline void load_law(void)
{
	static struct recorded all;
	static struct worded words;
	const struct journal_filter f = {.class = "change", .repository = SPAN("registry")};
	const struct journal_filter g = {.class = "access", .event = SPAN("release.confirm")};
	const struct journal_filter h = {.class = "access", .event = SPAN("consent.scan")};

	all.n = words.n = 0;
	assert_ok(journal_scan(app->journal, &f, take_record, &all));
	assert_ok(journal_scan(app->journal, &g, take_word, &words));
	assert_ok(journal_scan(app->journal, &h, take_word, &words));
	qsort(words.list, words.n, sizeof *words.list, word_by_n);
	for (size_t i = 0; i < all.n; i++)
		all.list[i].t -= stood_still;
	assert_ok(law_load_given(&law, app,
				 &(struct law_given){.changes = all.list,
						     .nchanges = all.n,
						     .words = words.list,
						     .nwords = words.n,
						     .words_since = words_since},
				 note_law, NULL));
}

/* A whole repository, from a version on: child NULL is the registry. */
static inline void judge_from(const char *child, size_t first)
{
	static struct recorded all;
	struct repo_name name = {.kind = REPO_REGISTRY};
	struct journal_filter f = {.class = "change"};
	char repository[REPO_TEXT];
	struct repo *repo;

	if (child)
		assert_ok(repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(child)));
	repo_name_text(&name, repository);
	f.repository = span_of(repository);
	all.n = 0;
	nsaid = 0;
	assert_ok(journal_scan(app->journal, &f, take_record, &all));
	load_law();
	assert_ok(repo_open(&repo, app->store, &name));
	assert_ok(law_begin(&all.walk, law, repo, &name, first ? &all.list[first - 1].id : NULL));
	for (all.at = first; all.at < all.n; all.at++)
		assert_ok(history_one(repo, &all.list[all.at].id, judge_one, &all));
	law_end(all.walk);
	repo_close(repo);
	law_free(law);
}

static inline void judge(const char *child)
{
	judge_from(child, 0);
}

static inline void print_said(void)
{
	for (size_t i = 0; i < nsaid; i++)
		print_message("  %.8s %s: %s\n", said[i].version, said[i].code, said[i].text);
}

/* code NULL: all of the repository is lawful.  Otherwise the newest version is accused of this. */
static inline void must_be(const char *what, const char *child, const char *code)
{
	char head[OID_HEX];
	struct oid id;
	bool found = false, other = false;

	judge(child);
	if (!code) {
		print_said();
		if (nsaid)
			fail_msg("%s: accused, but lawful", what);
		return;
	}
	if (child) {
		head_of_child(child, &id);
		oid_hex(&id, head);
	}
	for (size_t i = 0; i < nsaid; i++) {
		found = found || (strcmp(said[i].code, code) == 0 &&
				  (!child || strcmp(said[i].version, head) == 0));
		other = other || (child && strcmp(said[i].version, head) != 0);
	}
	if (!found || other) {
		print_said();
		fail_msg("%s: %s is not found, or something else is accused", what, code);
	}
}

static inline void head_of_registry(char out[static OID_HEX])
{
	const struct repo_name name = {.kind = REPO_REGISTRY};
	struct repo *repo;
	struct oid id;

	assert_ok(repo_open(&repo, app->store, &name));
	assert_ok(repo_head(repo, &id));
	oid_hex(&id, out);
	repo_close(repo);
}

/* How often a version is accused of this; code NULL: of anything. */
static inline size_t accused(const char *version, const char *code)
{
	size_t n = 0;

	for (size_t i = 0; i < nsaid; i++)
		n += strcmp(said[i].version, version) == 0 &&
		     (!code || strcmp(said[i].code, code) == 0);
	return n;
}

/* ---- commits -------------------------------------------------------------------------------- */

struct act {
	const struct actor *who;
	const char *action, *sheet, *what, *reason;
	const char *of; /* the child that the trailer names; NULL: the right one */
	bool alone;
	struct pair more[2];
	struct change changes[4];
};

/* Signed with the actor's key, whatever it is. */
static inline void commit_act(const char *child, const struct act *a)
{
	struct change_set set = {.action = a->action,
				 .child = a->of	  ? span_of(a->of)
					  : child ? span_of(child)
						  : SPAN_NONE,
				 .sheet = a->sheet ? span_of(a->sheet) : SPAN_NONE,
				 .what = span_of(a->what ? a->what : "x"),
				 .reason = span_of(a->reason),
				 .alone = a->alone,
				 .more = {a->more[0], a->more[1]},
				 .changes = a->changes};
	struct oid id;

	set.repo.kind = REPO_REGISTRY;
	if (child)
		assert_ok(repo_name_make(&set.repo, REPO_CHILD, SPAN_NONE, span_of(child)));
	while (set.count < 4 && a->changes[set.count].path.p)
		set.count++;
	assert_ok(commit_change(app, a->who, &set, &id));
}

/* The next ones say that there was no second person. */
static bool says_alone;

static inline void act_one(const char *child, const struct actor *who, const char *action,
			   const char *sheet, const char *path, const struct buf *text)
{
	const struct act a = {.who = who,
			      .action = action,
			      .sheet = sheet,
			      .alone = says_alone,
			      .changes = {{span_of(path), text ? buf_span(text) : SPAN_NONE}}};

	commit_act(child, &a);
}

/* ---- sheets --------------------------------------------------------------------------------- */

struct said_in {
	const char *status, *institution, *note, *wish, *opinion, *id, *title;
};

/* A whole sheet of kihon; what is not said is as tanaka first wrote it. */
static inline void whole_text(struct buf *out, const char *child, const struct said_in *s)
{
#define OR(key, other) (s->key ? s->key : (other))
	buf_cut(out, 0);
	buf_addf(out,
		 "---\nkarte: 1\ntype: kihon\ntype-version: 1\nid: \"%s\"\nchild: %s\n"
		 "title: %s\ninstitution: %s\nstatus: %s\nvalues:\n  name: 山田 健\n"
		 "  note: %s\n---\n\n## 本人・保護者の願い\n\n### 保護者の願い\n\n%s\n"
		 "\n## 発達検査\n\n### 所見\n\n%s\n",
		 OR(id, "2026"), child, OR(title, "基本シート"), OR(institution, "kudan-es"),
		 OR(status, "draft"), OR(note, "はじめ"), OR(wish, "元気に"),
		 OR(opinion, "落ち着いている"));
#undef OR
}

static inline void act_sheet(const char *child, const struct actor *who, const char *action,
			     const char *reason, const struct said_in *s)
{
	struct buf text;
	struct act a = {.who = who,
			.action = action,
			.sheet = "kihon/2026",
			.reason = reason,
			.changes = {{SPAN("sheets/kihon/2026.md"), SPAN_NONE}}};

	buf_init(&text, 65536);
	whole_text(&text, child, s);
	a.changes[0].bytes = buf_span(&text);
	commit_act(child, &a);
	buf_clear(&text);
}

/* A child with tanaka's sheet in a state, by lawful steps as far as these lead. */
static inline void child_with(char id[static 11], const char *status)
{
	new_family(id);
	act_sheet(id, &tanaka, "sheet.create", NULL, &(struct said_in){.status = status});
}

/* ---- the registry --------------------------------------------------------------------------- */

static inline struct account account_now(const char *id)
{
	struct account a;

	assert_ok(account_get(app->db, span_of(id), &a));
	return a;
}

/* In the registry alone: the index, by which the tests sign, is not told. */
static inline void put_in_registry(const struct actor *who, const char *action,
				   const struct account *a)
{
	char path[64];
	struct buf text;

	snprintf(path, sizeof path, "accounts/%s.yaml", a->id);
	buf_init(&text, 65536);
	account_write(a, &text);
	act_one(NULL, who, action, NULL, path, &text);
	buf_clear(&text);
}

static inline void put_place(const struct actor *who, const char *action,
			     const struct institution *i)
{
	char path[64];
	struct buf text;

	snprintf(path, sizeof path, "institutions/%s.yaml", i->id);
	buf_init(&text, 65536);
	institution_write(i, &text);
	act_one(NULL, who, action, NULL, path, &text);
	buf_clear(&text);
}

static inline void put_range(const struct actor *who, const char *action, const struct range_row *r)
{
	char path[64];
	struct buf text;

	snprintf(path, sizeof path, "ranges/%s.yaml", r->id);
	buf_init(&text, 65536);
	range_write(r, &text);
	act_one(NULL, who, action, NULL, path, &text);
	buf_clear(&text);
}

static inline struct range_row range(const char *id, const char *state, const char *asked,
				     const char *confirmed)
{
	struct range_row r = {.account = "tanaka",
			      .opens = true,
			      .since = "2026-01-01",
			      .reason = "ためし",
			      .asked_at = 1};

	snprintf(r.id, sizeof r.id, "%s", id);
	snprintf(r.state, sizeof r.state, "%s", state);
	snprintf(r.asked_by, sizeof r.asked_by, "%s", asked);
	snprintf(r.confirmed_by, sizeof r.confirmed_by, "%s", confirmed);
	return r;
}

/* ---- tables of cases ------------------------------------------------------------------------ */

struct law_case {
	const char *state; /* of tanaka's sheet, when it begins */
	void (*act)(char *child);
	const char *name, *code; /* NULL: lawful */
};
#define LAW_CASE(state, act, code)                                                                 \
	{                                                                                          \
		state, act, #act, code                                                             \
	}

static inline void judge_cases(const struct law_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char child[11];

		child_with(child, cases[i].state);
		cases[i].act(child);
		must_be(cases[i].name, child, cases[i].code);
	}
}

struct registry_case {
	void (*act)(void);
	const char *name, *code; /* NULL: the newest version is not accused */
};
#define REGISTRY_CASE(act, code)                                                                   \
	{                                                                                          \
		act, #act, code                                                                    \
	}

static inline void judge_registry_cases(const struct registry_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char head[OID_HEX];

		cases[i].act();
		head_of_registry(head);
		judge(NULL);
		if (!accused(head, cases[i].code) != !cases[i].code) {
			print_said();
			fail_msg("%s", cases[i].name);
		}
	}
}

#endif

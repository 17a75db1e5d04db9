#include "generator/base/json.h"
#include "vault/cmd/cmd.h"
#include "vault/journal/proof.h"

#include <limits.h>
#include <stdio.h>

/* What is proved and against what. */
struct proved {
	struct buf note; /* the checkpoint */
	struct journal_promise at;
	struct hash leaf;
	struct proof proof;
};

static enum status number(const char *text, uint64_t *out)
{
	long n;

	if (!span_number(span_of(text), LONG_MAX, &n))
		return fail(ST_USAGE, "数で指定してください: %s", text);
	*out = (uint64_t)n;
	return ST_OK;
}

static void put_hashes(struct buf *out, const struct proof *p)
{
	struct span rest;
	struct buf lines;

	buf_init(&lines, 64 * 1024);
	proof_write(&lines, p);
	rest = buf_span(&lines);
	json_key(out, "proof");
	json_list(out);
	while (rest.n)
		json_text(out, span_cut(&rest, '\n'));
	json_list_end(out);
	buf_clear(&lines);
}

static void put_hash(struct buf *out, const char *key, const struct hash *h)
{
	struct proof one = {.h = {*h}, .count = 1};
	struct buf line;

	buf_init(&line, 256);
	proof_write(&line, &one);
	json_pair(out, key, span_trim(buf_span(&line)));
	buf_clear(&line);
}

static void print(struct buf *out)
{
	fputs(buf_str(out), stdout);
	buf_clear(out);
}

/* C2SP tlog-proof, or the same as JSON. */
static void print_inclusion(const struct cmd_env *env, uint64_t n, uint64_t size,
			    const struct hash *root, const struct proved *v)
{
	struct buf out;

	buf_init(&out, 256 * 1024);
	if (!env->json) {
		buf_addf(&out, "c2sp.org/tlog-proof@v1\nindex %llu\n", (unsigned long long)n);
		proof_write(&out, &v->proof);
		buf_addc(&out, '\n');
		buf_addspan(&out, buf_span(&v->note));
	} else {
		json_open(&out);
		json_key(&out, "index");
		json_int(&out, (long long)n);
		json_key(&out, "size");
		json_int(&out, (long long)size);
		put_hash(&out, "leaf", &v->leaf);
		put_hash(&out, "root", root);
		put_hashes(&out, &v->proof);
		if (size == v->at.size)
			json_pair(&out, "checkpoint", buf_span(&v->note));
		json_close(&out);
		buf_addc(&out, '\n');
	}
	print(&out);
}

/* The lines of C2SP tlog-witness, or the same as JSON. */
static void print_consistency(const struct cmd_env *env, uint64_t from, uint64_t to,
			      const struct hash *roots, const struct proved *v)
{
	struct buf out;

	buf_init(&out, 256 * 1024);
	if (!env->json) {
		buf_addf(&out, "old %llu\n", (unsigned long long)from);
		proof_write(&out, &v->proof);
		buf_addc(&out, '\n');
		buf_addspan(&out, buf_span(&v->note));
	} else {
		json_open(&out);
		json_key(&out, "from");
		json_int(&out, (long long)from);
		json_key(&out, "to");
		json_int(&out, (long long)to);
		put_hash(&out, "from_root", &roots[0]);
		put_hash(&out, "to_root", &roots[1]);
		put_hashes(&out, &v->proof);
		if (to == v->at.size)
			json_pair(&out, "checkpoint", buf_span(&v->note));
		json_close(&out);
		buf_addc(&out, '\n');
	}
	print(&out);
}

/* What the tiles say must be what is signed. */
static enum status check_root(uint64_t size, const struct hash *root, const struct proved *v)
{
	if (size != v->at.size || memcmp(root->b, v->at.root, sizeof root->b) == 0)
		return ST_OK;
	return fail(ST_CORRUPT, "the tiles of the journal contradict its checkpoint");
}

/* A proof as text ends with a checkpoint, so it can only be to the newest. */
static enum status check_end(const struct cmd_env *env, uint64_t size, const struct proved *v)
{
	if (env->json || size == v->at.size)
		return ST_OK;
	return fail(ST_USAGE,
		    "%llu 件までの署名つきチェックポイントはありません。--json をつけてください",
		    (unsigned long long)size);
}

static enum status prove_record(struct cmd_env *env, const char *index, const char *size_text,
				struct proved *v)
{
	struct journal *j = env->app->journal;
	uint64_t n = 0, size = v->at.size;
	struct hash root;
	enum status st = number(index, &n);

	if (!st && size_text)
		st = number(size_text, &size);
	if (!st)
		st = check_end(env, size, v);
	if (!st)
		st = journal_prove_inclusion(j, n, size, &v->proof);
	if (!st)
		st = journal_prove_leaf(j, n, &v->leaf);
	if (!st)
		st = journal_prove_root(j, size, &root);
	if (!st && !proof_inclusion_holds(&v->leaf, n, size, &v->proof, &root))
		st = fail(ST_CORRUPT, "the tiles of the journal contradict each other");
	if (!st)
		st = check_root(size, &root, v);
	if (!st)
		print_inclusion(env, n, size, &root, v);
	return st;
}

static enum status prove_growth(struct cmd_env *env, const char *from_text, const char *to_text,
				struct proved *v)
{
	struct journal *j = env->app->journal;
	uint64_t from = 0, to = v->at.size;
	struct hash roots[2];
	enum status st = number(from_text, &from);

	if (!st && to_text)
		st = number(to_text, &to);
	if (!st)
		st = check_end(env, to, v);
	if (!st)
		st = journal_prove_consistency(j, from, to, &v->proof);
	if (!st)
		st = journal_prove_root(j, from, &roots[0]);
	if (!st)
		st = journal_prove_root(j, to, &roots[1]);
	if (!st && !proof_consistency_holds(from, &roots[0], to, &roots[1], &v->proof))
		st = fail(ST_CORRUPT, "the tiles of the journal contradict each other");
	if (!st)
		st = check_root(to, &roots[1], v);
	if (!st)
		print_consistency(env, from, to, roots, v);
	return st;
}

enum status cmd_prove(struct cmd_env *env, int argc, char **argv)
{
	const char *from = NULL, *to = NULL, *size = NULL;
	const struct cmd_option options[] = {
	    {"from", &from, NULL}, {"to", &to, NULL}, {"size", &size, NULL}};
	struct proved v;
	enum status st = cmd_options(env, options, 3, &argc, &argv);

	if (!st)
		st = cmd_words("prove", argc, from ? 0 : 1, from ? 0 : 1);
	if (!st && (from ? size != NULL : to != NULL))
		st = fail(ST_USAGE, "--size は番号と、--to は --from といっしょに使います");
	if (!st)
		st = cmd_open(env, APP_INSPECT);
	if (st)
		return st;
	buf_init(&v.note, 64 * 1024);
	st = journal_checkpoint(env->app->journal, &v.note);
	if (!st)
		st = journal_promise_parse(buf_span(&v.note), &v.at);
	if (!st)
		st = from ? prove_growth(env, from, to, &v) : prove_record(env, argv[0], size, &v);
	buf_clear(&v.note);
	return st;
}

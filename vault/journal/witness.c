#include "vault/journal/witness.h"

#include "generator/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum { KEYS_MAX = 8, HASH_HEX = 2 * SHA256_LEN, PATH_ROOM = PATH_MAX - 256 };

struct witness {
	char dir[PATH_ROOM];
	struct log_signer key;
	pthread_mutex_t mutex; /* with the lock: who looks and writes is alone */
	int lock_fd;
};

/* ---- files ---------------------------------------------------------------------------------- */

static void hash_of(struct span origin, char out[static HASH_HEX + 1])
{
	unsigned char h[SHA256_LEN];

	sha256(origin, h);
	for (int i = 0; i < SHA256_LEN; i++)
		snprintf(out + (size_t)2 * (size_t)i, 3, "%02x", h[i]);
}

static void log_path(const struct witness *w, const char *hash, const char *name,
		     char out[static PATH_MAX])
{
	snprintf(out, PATH_MAX, "%s/logs/%s/%s", w->dir, hash, name);
}

static enum status enter(struct witness *w)
{
	pthread_mutex_lock(&w->mutex);
	while (flock(w->lock_fd, LOCK_EX) < 0) {
		if (errno == EINTR)
			continue;
		pthread_mutex_unlock(&w->mutex);
		return fail(ST_IO, "cannot lock the witness: %s", strerror(errno));
	}
	return ST_OK;
}

static void leave(struct witness *w)
{
	flock(w->lock_fd, LOCK_UN);
	pthread_mutex_unlock(&w->mutex);
}

/* ---- making, opening ------------------------------------------------------------------------ */

enum status witness_create(const char *dir, struct span name)
{
	char path[PATH_MAX];
	enum status st;

	if (!*dir || strlen(dir) >= PATH_ROOM)
		return fail(ST_TOOBIG, "the path of the witness is too long");
	snprintf(path, sizeof path, "%s/key", dir);
	if (file_exists(path))
		return fail(ST_EXISTS, "%s is a witness already", dir);
	snprintf(path, sizeof path, "%s/logs", dir);
	st = file_mkdirs(path);
	if (!st)
		st = signer_create_as(dir, name, NOTE_WITNESS);
	snprintf(path, sizeof path, "%s/lock", dir);
	return st ? st : file_write(path, SPAN(""), 0600);
}

enum status witness_open(struct witness **out, const char *dir)
{
	struct witness *w;
	char path[PATH_MAX];
	enum status st;

	*out = NULL;
	if (!*dir || strlen(dir) >= PATH_ROOM)
		return fail(ST_TOOBIG, "the path of the witness is too long");
	w = calloc(1, sizeof *w);
	if (!w)
		return fail(ST_NOMEM, "no memory for the witness");
	memcpy(w->dir, dir, strlen(dir) + 1);
	pthread_mutex_init(&w->mutex, NULL);
	snprintf(path, sizeof path, "%s/lock", dir);
	w->lock_fd = open(path, O_RDWR | O_CLOEXEC);
	st = w->lock_fd < 0 ? fail(errno == ENOENT ? ST_NOTFOUND : ST_IO, "cannot open %s: %s",
				   path, strerror(errno))
			    : signer_load_as(&w->key, dir, NOTE_WITNESS, true);
	if (st) {
		witness_close(w);
		return st;
	}
	*out = w;
	return ST_OK;
}

void witness_close(struct witness *w)
{
	if (!w)
		return;
	if (w->lock_fd >= 0)
		close(w->lock_fd);
	signer_clear(&w->key);
	pthread_mutex_destroy(&w->mutex);
	free(w);
}

const char *witness_vkey(const struct witness *w)
{
	return w->key.vkey;
}

/* ---- logs ----------------------------------------------------------------------------------- */

struct keys {
	struct log_signer key[KEYS_MAX];
	size_t count;
};

/* ST_NOTFOUND: no such log. */
static enum status read_keys(const struct witness *w, const char *hash, struct keys *out)
{
	char path[PATH_MAX];
	struct span rest;
	struct buf b;
	enum status st;

	out->count = 0;
	log_path(w, hash, "vkey", path);
	buf_init(&b, KEYS_MAX * VKEY_MAX);
	st = file_read(path, &b);
	rest = buf_span(&b);
	while (!st && rest.n && out->count < KEYS_MAX)
		st = vkey_read(&out->key[out->count++], span_cut(&rest, '\n'), NOTE_LOG);
	if (st == ST_INVALID || st == ST_TOOBIG)
		st = fail(ST_CORRUPT, "%s holds something else than keys", path);
	buf_clear(&b);
	return st;
}

static enum status write_keys(const struct witness *w, const char *hash, const struct keys *k)
{
	char path[PATH_MAX];
	struct buf b;
	enum status st;

	log_path(w, hash, "refused", path);
	st = file_mkdirs(path);
	buf_init(&b, KEYS_MAX * VKEY_MAX);
	for (size_t i = 0; i < k->count; i++)
		buf_addf(&b, "%s\n", k->key[i].vkey);
	log_path(w, hash, "vkey", path);
	if (!st)
		st = b.st ? b.st : file_write(path, buf_span(&b), 0600);
	buf_clear(&b);
	return st;
}

static enum status add_key(struct witness *w, const char *hash, const struct log_signer *key)
{
	struct keys k;
	enum status st = read_keys(w, hash, &k);

	if (st && st != ST_NOTFOUND)
		return st;
	for (size_t i = 0; i < k.count; i++)
		if (strcmp(k.key[i].vkey, key->vkey) == 0)
			return fail(ST_EXISTS, "this key is known already");
	if (k.count == KEYS_MAX)
		return fail(ST_TOOBIG, "a log has at most %d keys", KEYS_MAX);
	k.key[k.count++] = *key;
	return write_keys(w, hash, &k);
}

enum status witness_add_log(struct witness *w, struct span vkey)
{
	struct log_signer key;
	char hash[HASH_HEX + 1];
	enum status st = vkey_read(&key, vkey, NOTE_LOG);

	if (st)
		return st;
	hash_of(span_of(key.origin), hash);
	st = enter(w);
	if (st)
		return st;
	st = add_key(w, hash, &key);
	leave(w);
	return st;
}

/* ---- the newest checkpoint ------------------------------------------------------------------ */

/* The note in b and what it says; an absent text if nothing was cosigned yet. */
static enum status read_newest(const struct witness *w, const char *hash, struct buf *b,
			       struct signed_checkpoint *out, int64_t *time)
{
	char path[PATH_MAX];
	enum status st;

	*time = 0;
	*out = (struct signed_checkpoint){.c = {.root = hash_empty()}};
	log_path(w, hash, "checkpoint", path);
	st = file_read(path, b);
	if (st == ST_NOTFOUND)
		return ST_OK;
	if (!st)
		st = checkpoint_parse(out, buf_span(b));
	if (!st)
		st = checkpoint_signed(out, &w->key, time);
	return st && st != ST_IO ? fail(ST_CORRUPT, "%s is not what this witness wrote", path) : st;
}

/* The lines of those of the log's keys that were verified, then ours. */
static enum status write_newest(const struct witness *w, const char *hash,
				const struct signed_checkpoint *n, const struct keys *k,
				struct span ours)
{
	struct span lines = n->signatures, line;
	char path[PATH_MAX];
	struct buf b;
	enum status st;

	buf_init(&b, 2 * NOTE_MAX);
	buf_addspan(&b, n->text);
	buf_addc(&b, '\n');
	while (lines.n) {
		struct signed_checkpoint one = *n;

		line = span_cut(&lines, '\n');
		one.signatures = line;
		for (size_t i = 0; i < k->count; i++)
			if (checkpoint_signed(&one, &k->key[i], NULL) == ST_OK) {
				buf_addspan(&b, line);
				buf_addc(&b, '\n');
				break;
			}
	}
	buf_addspan(&b, ours);
	log_path(w, hash, "checkpoint", path);
	st = b.st ? b.st : file_write(path, buf_span(&b), 0600);
	buf_clear(&b);
	return st;
}

/* ---- add-checkpoint ------------------------------------------------------------------------- */

static int refuse(int status, const char *why)
{
	fail(status == 503 ? ST_IO : ST_INVALID, "%s", why);
	return status;
}

/* A signed request that contradicts what was cosigned is proof of misbehaviour. */
static void keep_evidence(const struct witness *w, const char *hash, struct span body)
{
	char name[32], path[PATH_MAX];

	for (unsigned n = 1; n <= WITNESS_REFUSED_MAX; n++) {
		snprintf(name, sizeof name, "refused/%u", n);
		log_path(w, hash, name, path);
		if (!file_exists(path)) {
			file_write(path, body, 0600); /* a full disk refuses all the same */
			return;
		}
	}
}

/* One good signature of a key of the log, and none that is wrong. */
static int check_signatures(const struct signed_checkpoint *n, const struct keys *k)
{
	bool found = false;

	for (size_t i = 0; i < k->count; i++) {
		enum status st = checkpoint_signed(n, &k->key[i], NULL);

		if (st == ST_DENIED)
			return refuse(403, "the signature of the log is wrong");
		found = found || st == ST_OK;
	}
	return found ? 0 : refuse(403, "no key of the log has signed the checkpoint");
}

/* 0 if the new checkpoint goes on from the newest one. */
static int check_consistent(const struct add_request *r, const struct checkpoint *newest)
{
	const struct checkpoint *c = &r->checkpoint.c;
	struct hash empty = hash_empty();

	if (c->size == 0 && !hash_eq(&c->root, &empty))
		return refuse(422, "a log without records has another root");
	if (r->old == 0
		? r->proof.count != 0
		: !proof_consistency_holds(r->old, &newest->root, c->size, &c->root, &r->proof))
		return refuse(422, "the proof does not show that the log only grew");
	return 0;
}

static int add_known(struct witness *w, const char *hash, const struct add_request *r,
		     const struct keys *k, struct span body, int64_t now, struct buf *out)
{
	struct signed_checkpoint newest;
	struct buf note;
	int64_t time;
	int status = 0;

	buf_init(&note, 2 * NOTE_MAX);
	if (read_newest(w, hash, &note, &newest, &time))
		status = 503;
	if (!status && r->old != newest.c.size) {
		buf_addf(out, "%llu\n", (unsigned long long)newest.c.size);
		status = refuse(409, "the old size is not that of the newest checkpoint");
	}
	if (!status) {
		status = check_consistent(r, &newest.c);
		if (status)
			keep_evidence(w, hash, body);
	}
	if (!status) {
		/* A clock that was set back does not make a signature older than the one before. */
		checkpoint_cosign(out, &w->key, r->checkpoint.text, now < time ? time : now);
		if (out->st || write_newest(w, hash, &r->checkpoint, k, buf_span(out))) {
			buf_cut(out, 0);
			status = 503;
		}
	}
	buf_clear(&note);
	return status ? status : 200;
}

int witness_add_checkpoint(struct witness *w, struct span body, int64_t now, struct buf *out)
{
	struct add_request r;
	struct keys k;
	char hash[HASH_HEX + 1];
	int status;

	if (body.n > ADD_MAX || add_request_parse(&r, body))
		return body.n > ADD_MAX ? refuse(400, "the request is too long") : 400;
	hash_of(r.checkpoint.origin, hash);
	if (enter(w))
		return 503;
	switch (read_keys(w, hash, &k)) {
	case ST_OK:
		status = check_signatures(&r.checkpoint, &k);
		break;
	case ST_NOTFOUND:
		status = refuse(404, "this log is not known here");
		break;
	default:
		status = 503;
	}
	if (!status && r.old > r.checkpoint.c.size)
		status = refuse(400, "the old size is beyond the checkpoint");
	if (!status)
		status = add_known(w, hash, &r, &k, body, now, out);
	leave(w);
	return status;
}

/* ---- looking -------------------------------------------------------------------------------- */

static bool is_hash(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!memchr("0123456789abcdef", s.p[i], 16))
			return false;
	return s.n == HASH_HEX;
}

enum status witness_checkpoint(struct witness *w, struct span hash, struct buf *out)
{
	char text[HASH_HEX + 1], path[PATH_MAX];

	if (!is_hash(hash) || !span_copy(hash, text, sizeof text))
		return fail(ST_NOTFOUND, "no such log");
	log_path(w, text, "checkpoint", path);
	return file_read(path, out); /* written in one go: no lock is needed */
}

static unsigned count_refused(const struct witness *w, const char *hash)
{
	char name[32], path[PATH_MAX];
	unsigned n = 0;

	for (; n < WITNESS_REFUSED_MAX; n++) {
		snprintf(name, sizeof name, "refused/%u", n + 1);
		log_path(w, hash, name, path);
		if (!file_exists(path))
			break;
	}
	return n;
}

static enum status tell_one(struct witness *w, const char *hash, witness_tell *tell, void *ctx)
{
	struct signed_checkpoint newest = {.c = {.size = 0}};
	struct witnessed l = {.refused = count_refused(w, hash)};
	struct keys k;
	struct buf note;
	enum status st = read_keys(w, hash, &k);

	buf_init(&note, 2 * NOTE_MAX);
	if (!st)
		st = read_newest(w, hash, &note, &newest, &l.time);
	if (!st && k.count) {
		l.origin = k.key[0].origin;
		l.c = newest.c;
		tell(ctx, &l);
	}
	buf_clear(&note);
	return st;
}

static int only_hashes(const struct dirent *e)
{
	return is_hash(span_of(e->d_name));
}

enum status witness_each(struct witness *w, witness_tell *tell, void *ctx)
{
	char path[PATH_MAX];
	struct dirent **list = NULL;
	enum status st = ST_OK;
	int n;

	snprintf(path, sizeof path, "%s/logs", w->dir);
	n = scandir(path, &list, only_hashes, alphasort);
	if (n < 0)
		return fail(ST_IO, "cannot read %s: %s", path, strerror(errno));
	for (int i = 0; i < n; i++) {
		char hash[HASH_HEX + 1];

		if (!st && span_copy(span_of(list[i]->d_name), hash, sizeof hash))
			st = tell_one(w, hash, tell, ctx);
		free(list[i]);
	}
	free(list);
	return st;
}

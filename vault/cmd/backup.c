#include "vault/flow/backup.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "generator/base/json.h"
#include "vault/auth/keyset.h"
#include "vault/cmd/backup_keys.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/note.h"
#include "vault/store/recipient.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { KEYS_MAX = 64 * 1024 * 1024, STEPS = 100 };

static void progress(void *ctx, size_t done, size_t total)
{
	(void)ctx;
	if (done == total || done % STEPS == 0)
		fprintf(stderr, "karte: backup: %zu / %zu\n", done, total);
}

static void sum_up(const struct cmd_env *env, const struct backup_result *r, FILE *to)
{
	struct buf out;

	if (!env->json) {
		fprintf(to, "チェックポイント %s、リポジトリ %zu、ファイル %zu、%llu バイト%s\n",
			r->checkpoint, r->repositories, r->files, (unsigned long long)r->bytes,
			r->closed ? "" : "、すべて読めました");
		if (r->closed)
			fprintf(to, "鍵がなく、読めないもの %zu\n", r->closed);
		return;
	}
	buf_init(&out, 4096);
	json_open(&out);
	json_pair(&out, "checkpoint", span_of(r->checkpoint));
	json_key(&out, "repositories");
	json_int(&out, (long long)r->repositories);
	json_key(&out, "files");
	json_int(&out, (long long)r->files);
	json_key(&out, "bytes");
	json_int(&out, (long long)r->bytes);
	json_key(&out, "closed");
	json_int(&out, (long long)r->closed);
	json_close(&out);
	fprintf(to, "%s\n", buf_str(&out));
	buf_clear(&out);
}

/* ---- the set of keys ---------------------------------------------------------------------- */

enum status cmd_read_keys(struct cmd_env *env, const char *path, struct backup_keys *out)
{
	struct buf bytes, text, passphrase;
	enum status st;

	*out = (struct backup_keys){.count = 0};
	buf_init_secret(&bytes, KEYS_MAX);
	buf_init_secret(&text, KEYS_MAX);
	buf_init_secret(&passphrase, 4096);
	st = file_read(path, &bytes);
	if (!st && keyset_is(buf_span(&bytes))) {
		st = cmd_password(env->password_file, &passphrase);
		if (!st)
			st = keyset_open(buf_span(&passphrase), buf_span(&bytes), &text);
		if (!st)
			st = backup_keys_read(buf_span(&text), out);
	} else if (!st) {
		st = backup_keys_read(buf_span(&bytes), out);
	}
	buf_clear(&bytes);
	buf_clear(&text);
	buf_clear(&passphrase);
	return st;
}

static enum status to_passphrase(struct cmd_env *env, struct span text, struct buf *out)
{
	struct buf passphrase;
	enum status st;

	buf_init_secret(&passphrase, 4096);
	st = cmd_password(env->password_file, &passphrase);
	if (!st && passphrase.len < KEYSET_PASSPHRASE_LEAST)
		st = fail(ST_USAGE, "パスフレーズは %d字より長くしてください",
			  KEYSET_PASSPHRASE_LEAST);
	if (!st)
		st = keyset_close(buf_span(&passphrase), text, out);
	buf_clear(&passphrase);
	return st;
}

static enum status to_recipient(const char *path, struct span text, struct buf *out)
{
	struct recipient who;
	struct buf armored;
	enum status st;

	buf_init(&armored, RECIPIENT_KEY);
	st = file_read(path, &armored);
	if (!st)
		st = recipient_look(buf_span(&armored), &who);
	if (!st && who.state != RECIPIENT_FINE)
		st = fail(ST_INVALID, "%s は、暗号化に使える公開鍵ではありません", path);
	if (!st)
		st = recipient_seal(buf_span(&armored), who.fpr, "karte-backup-keys", text, out);
	buf_clear(&armored);
	return st;
}

static enum status write_new(const char *path, struct span bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum status st = ST_OK;

	if (fd < 0)
		return fail(errno == EEXIST ? ST_EXISTS : ST_IO, "%s: %s", path,
			    errno == EEXIST ? "もうあります。上書きはしません" : strerror(errno));
	st = file_put(fd, bytes, path);
	if (!st && fsync(fd) != 0)
		st = fail(ST_IO, "%s: %s", path, strerror(errno));
	close(fd);
	if (st)
		unlink(path);
	return st;
}

static enum status note_keys(struct cmd_env *env, const struct backup_keys *keys)
{
	char reason[64];
	const struct note n = {.class = "system",
			       .event = "backup.keys",
			       .who = &env->actor.account,
			       .decision = "allow",
			       .reason = reason,
			       .request = env->actor.request};

	snprintf(reason, sizeof reason, "keys=%zu", keys->count);
	return note_add(env->app, &n);
}

static void tell_stale(void *ctx, int64_t t, struct span account, size_t children)
{
	char at[DAY_TEXT];

	time_jst(t, at);
	fprintf(
	    stderr,
	    "%s に %.*s が書き出した鍵は、そのあとで鍵を消した子ども %zu人の、前のバックアップを "
	    "まだ開きます。%s\n",
	    at, SPAN_ARG(account), children,
	    ctx ? "そのファイルを、写しも、消してください"
		: "karte backup --keys で書き出し直し、古いものを消してください");
}

/* The newest set that was written down, if a key was destroyed since. */
static enum status warn_of_keys(struct cmd_env *env)
{
	struct backup_keys keys = {.count = 0};
	enum status st = backup_keys_load(env->app, (int64_t)time(NULL), &keys);

	if (!st)
		st = backup_keys_stale(env->app, &keys, 1, tell_stale, NULL);
	backup_keys_clear(&keys);
	return st;
}

static enum status export_keys(struct cmd_env *env, const char *path, const char *recipient)
{
	struct backup_keys keys = {.count = 0};
	struct buf text, out;
	enum status st = backup_keys_load(env->app, (int64_t)time(NULL), &keys);

	buf_init_secret(&text, KEYS_MAX);
	buf_init(&out, KEYS_MAX);
	if (!st)
		backup_keys_write(&keys, &text);
	if (!st)
		st = text.st;
	if (!st)
		st = recipient ? to_recipient(recipient, buf_span(&text), &out)
			       : to_passphrase(env, buf_span(&text), &out);
	if (!st)
		st = backup_keys_stale(env->app, &keys, 0, tell_stale, env);
	if (!st)
		st = note_keys(env, &keys);
	if (!st)
		st = write_new(path, buf_span(&out));
	if (!st)
		fprintf(stderr, "鍵 %zu 個を %s に書きました。古い鍵のファイルは、消してください\n",
			keys.count, path);
	buf_clear(&text);
	buf_clear(&out);
	backup_keys_clear(&keys);
	return st;
}

/* ---- looking at one ----------------------------------------------------------------------- */

static enum status look(struct cmd_env *env, const char *path, const char *keys_path)
{
	struct backup_keys keys = {.count = 0};
	struct backup_result r;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum status st = fd < 0 ? fail(ST_NOTFOUND, "%s: %s", path, strerror(errno)) : ST_OK;

	if (!st && !keys_path)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = keys_path ? cmd_read_keys(env, keys_path, &keys)
			       : backup_keys_load(env->app, (int64_t)time(NULL), &keys);
	if (!st)
		st = backup_read(fd, &keys, NULL, &r);
	if (!st)
		sum_up(env, &r, stdout);
	backup_keys_clear(&keys);
	if (fd >= 0)
		close(fd);
	return st;
}

static enum status to_stdout(struct cmd_env *env)
{
	struct backup_result r;
	enum status st;

	if (isatty(STDOUT_FILENO))
		return fail(ST_USAGE, "端末には書きません");
	st = backup_write(env->app, STDOUT_FILENO, progress, NULL, &r);
	if (!st)
		sum_up(env, &r, stderr);
	return st ? st : backup_record(env->app, &r);
}

enum status cmd_backup(struct cmd_env *env, int argc, char **argv)
{
	const char *keys = NULL, *recipient = NULL, *check = NULL;
	const struct cmd_option options[] = {
	    {"keys", &keys, NULL}, {"recipient", &recipient, NULL}, {"check", &check, NULL}};
	struct backup_result r;
	enum status st = cmd_options(env, options, 3, &argc, &argv);

	if (!st)
		st = cmd_words("backup", argc, check || keys ? 0 : 1, check || keys ? 0 : 1);
	if (!st && check)
		return look(env, check, keys);
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	if (st)
		return st;
	if (keys)
		return export_keys(env, keys, recipient);
	if (strcmp(argv[0], "-") == 0)
		return to_stdout(env);
	st = backup_file(env->app, argv[0], progress, NULL, &r);
	if (!st)
		sum_up(env, &r, stdout);
	return st ? st : warn_of_keys(env);
}

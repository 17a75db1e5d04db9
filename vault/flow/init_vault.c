#include "vault/flow/init_vault.h"

#include "generator/base/file.h"
#include "generator/base/path.h"
#include "vault/flow/registry.h"
#include "vault/flow/types_record.h"
#include "vault/http/tls.h"
#include "vault/journal/journal.h"
#include "vault/store/sign.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static enum status empty_folder(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool other = false;

	if (!d)
		return errno == ENOENT ? file_mkdirs(dir)
				       : fail(ST_IO, "cannot use %s: %s", dir, strerror(errno));
	while ((e = readdir(d)))
		other = other || (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."));
	closedir(d);
	return other ? fail(ST_EXISTS, "%s は空ではありません", dir) : ST_OK;
}

static enum status write_in(const char *dir, const char *name, struct span bytes)
{
	struct buf path;
	enum status st;

	buf_init(&path, PATH_MAX);
	path_join(&path, dir, name);
	st = file_write(buf_str(&path), bytes, 0600);
	buf_clear(&path);
	return st;
}

static enum status make_folders(const char *dir)
{
	static const char *const names[] = {"children", "gnupg", "tls"};
	struct buf path;
	enum status st = ST_OK;

	buf_init(&path, PATH_MAX);
	for (size_t i = 0; i < sizeof names / sizeof *names && !st; i++) {
		path_join(&path, dir, names[i]);
		st = file_mkdirs(buf_str(&path));
	}
	buf_clear(&path);
	return st;
}

/* The vault's own key has no passphrase: it signs while nobody is there.  docs/threats.md says
   what that means. */
static enum status make_host_key(const char *dir, const struct conf *conf, char fpr[FPR_HEX],
				 struct buf *armored)
{
	struct keys *keys = NULL;
	struct buf path, email, line;
	enum status st;

	buf_init(&path, PATH_MAX);
	buf_init(&email, 512);
	buf_init(&line, 64);
	path_join(&path, dir, "gnupg");
	buf_addf(&email, "karte@%s", conf->hostname);
	st = keys_open(&keys, buf_str(&path));
	if (!st)
		st = key_create(keys, SPAN("karte"), buf_span(&email), SPAN_NONE, fpr);
	if (!st)
		st = key_export(keys, fpr, armored);
	if (!st) {
		buf_addf(&line, "%s\n", fpr);
		st = write_in(dir, "gnupg/vault-key", buf_span(&line));
	}
	keys_close(keys);
	buf_clear(&path);
	buf_clear(&email);
	buf_clear(&line);
	return st;
}

static enum status make_journal(const char *dir, const struct conf *conf)
{
	struct buf path, origin;
	enum status st;

	buf_init(&path, PATH_MAX);
	buf_init(&origin, 512);
	path_join(&path, dir, "journal");
	buf_addf(&origin, "%s/journal", conf->hostname);
	st = journal_create(buf_str(&path), buf_span(&origin));
	buf_clear(&path);
	buf_clear(&origin);
	return st;
}

static enum status make_certificate(const char *dir, const struct conf *conf)
{
	struct buf cert, key;
	enum status st;

	buf_init(&cert, PATH_MAX);
	buf_init(&key, PATH_MAX);
	path_join(&cert, dir, "tls/cert.pem");
	path_join(&key, dir, "tls/key.pem");
	st = tls_self_signed(buf_str(&cert), buf_str(&key), conf->hostname, (int64_t)time(NULL));
	buf_clear(&cert);
	buf_clear(&key);
	return st;
}

/* The first commit of the registry: the public key of the vault itself. */
static enum status first_commit(const char *dir, const char *fpr, struct span armored)
{
	struct problems ps;
	struct app *app = NULL;
	struct actor operator;
	struct key_row key = {.since = (long long)time(NULL), .account = "karte"};
	enum status st;

	problems_init(&ps);
	st = app_open(&app, dir, APP_DATA, &ps);
	snprintf(key.fingerprint, sizeof key.fingerprint, "%s", fpr);
	if (!st) {
		actor_operator(&operator, app);
		st = registry_create(app, &operator, & key, armored);
		actor_clear(&operator);
	}
	if (!st)
		st = types_record(app);
	app_close(app);
	problems_clear(&ps);
	return st;
}

enum status init_vault(const char *dir, const struct conf *conf)
{
	char fpr[FPR_HEX] = "";
	struct buf text, armored;
	enum status st = empty_folder(dir);

	if (st)
		return st;
	buf_init(&text, 64 * 1024);
	buf_init(&armored, 64 * 1024);
	conf_write(conf, &text);
	st = make_folders(dir);
	if (!st)
		st = make_host_key(dir, conf, fpr, &armored);
	if (!st)
		st = make_journal(dir, conf);
	if (!st)
		st = make_certificate(dir, conf);
	if (!st)
		st = write_in(dir, "karte.yaml", buf_span(&text));
	if (!st)
		st = first_commit(dir, fpr, buf_span(&armored));
	if (st) {
		char why[512];
		snprintf(why, sizeof why, "%s", fail_why());
		file_remove_tree(dir);
		fail(st, "%s", why);
	}
	buf_clear(&text);
	buf_clear(&armored);
	return st;
}

#include "vault/flow/keys_export.h"

#include "generator/base/file.h"
#include "vault/cmd/cmd.h"

#include <stdio.h>

static enum status write_to(const char *dir, const char *name, const struct buf *content)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof path, "%s/%s", dir, name) >= sizeof path)
		return fail(ST_USAGE, "フォルダーの名前が長すぎます");
	return file_write(path, buf_span(content), 0644);
}

static enum status export_keys(struct cmd_env *env, const char *dir)
{
	struct buf asc, csv;
	enum status st;

	buf_init(&asc, KEYS_BYTES_MAX);
	buf_init(&csv, KEYS_BYTES_MAX);
	st = keys_export_asc(env->app, &asc);
	if (!st)
		st = keys_export_csv(env->app, &csv);
	if (!st)
		st = cmd_note_read(env, "keys.export", SPAN_NONE, SPAN_NONE);
	if (!st)
		st = file_mkdirs(dir);
	if (!st)
		st = write_to(dir, "keys.asc", &asc);
	if (!st)
		st = write_to(dir, "keys.csv", &csv);
	buf_clear(&asc);
	buf_clear(&csv);
	return st;
}

enum status cmd_keys(struct cmd_env *env, int argc, char **argv)
{
	enum status st = cmd_options(env, NULL, 0, &argc, &argv);

	if (!st)
		st = cmd_words("keys", argc, 2, 2);
	if (!st && strcmp(argv[0], "export") != 0)
		st = fail(ST_USAGE, "わからない指定です: keys %s", argv[0]);
	if (!st)
		st = cmd_open(env, APP_DATA);
	if (!st)
		st = cmd_actor(env);
	return st ? st : export_keys(env, argv[1]);
}

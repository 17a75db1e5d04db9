#include "vault/cmd/backup_keys.h"
#include "vault/flow/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static void tell(void *ctx, const char *child, bool gone)
{
	(void)ctx;
	printf("%s: %s\n", child,
	       gone ? "保存期間が終わって消したので、戻しません" : "鍵がないので、戻せません");
}

enum status cmd_restore(struct cmd_env *env, int argc, char **argv)
{
	const char *keys_path = NULL;
	bool without = false;
	const struct cmd_option options[] = {{"keys", &keys_path, NULL},
					     {"without-missing", NULL, &without}};
	struct backup_keys keys = {.count = 0};
	struct restore_result r;
	int fd = -1;
	enum status st = cmd_options(env, options, 2, &argc, &argv);

	if (!st)
		st = cmd_words("restore", argc, 2, 2);
	if (!st && !keys_path)
		st = fail(ST_USAGE, "--keys で、鍵のファイルを指定してください");
	if (!st)
		st = cmd_read_keys(env, keys_path, &keys);
	if (!st) {
		fd = strcmp(argv[0], "-") == 0 ? dup(STDIN_FILENO)
					       : open(argv[0], O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			st = fail(ST_NOTFOUND, "%s: %s", argv[0], strerror(errno));
	}
	if (!st)
		st = restore_vault(fd, argv[1], &keys, without, tell, NULL, &r);
	if (!st)
		printf(
		    "チェックポイント %s の保管庫を %s に戻しました。リポジトリ %zu、ファイル %zu、"
		    "戻さなかった子ども %zu\n",
		    r.source.checkpoint, argv[1], r.source.repositories, r.source.files,
		    r.gone + r.lost);
	if (fd >= 0)
		close(fd);
	backup_keys_clear(&keys);
	return st;
}

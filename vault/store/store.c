#include "vault/store/internal.h"

#include "vault/store/digest.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Trees and commits that libgit2 keeps in memory, over all repositories; contents never. */
static const long CACHE_BYTES = 32L << 20;

enum status git_failed(int rc, const char *what)
{
	const git_error *e = git_error_last();
	const char *why = e && e->message ? e->message : "no reason given";
	enum status st = ST_IO;

	if (e && (e->klass == GIT_ERROR_ZLIB || e->klass == GIT_ERROR_OBJECT))
		st = ST_CORRUPT;
	if (e && e->klass == GIT_ERROR_NOMEMORY)
		st = ST_NOMEM;
	if (rc == GIT_ENOTFOUND)
		st = ST_NOTFOUND;
	if (rc == GIT_EEXISTS)
		st = ST_EXISTS;
	if (rc == GIT_EMODIFIED)
		st = ST_STALE;
	if (rc == GIT_ELOCKED)
		st = ST_BUSY;
	if (rc == GIT_EMISMATCH)
		st = ST_CORRUPT;
	return fail(st, "git: %s: %s", what, why);
}

enum status git_broken(int rc, const char *what)
{
	const git_error *e = git_error_last();
	enum status st = git_failed(rc, what);

	/* "failed to inflate" comes as an error of the object store without a code of its own */
	if (st == ST_NOTFOUND || (st == ST_IO && e && e->klass == GIT_ERROR_ODB))
		st = ST_CORRUPT;
	return st;
}

/*
 * Options are the process's.  The check of ownership is ours (own_folder): libgit2's looks at each
 * repository anew and lets a gitconfig overrule it.
 */
static enum status library_setup(void)
{
	static const int levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
				     GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL};
	int rc = git_libgit2_init();

	if (rc < 0)
		return git_failed(rc, "cannot start");
	rc = git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	if (!rc)
		rc = git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	if (!rc)
		rc = git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 1);
	if (!rc)
		rc = git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	if (!rc)
		rc = git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)CACHE_BYTES);
	for (size_t i = 0; !rc && i < sizeof levels / sizeof *levels; i++)
		rc = git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	if (!rc)
		return ST_OK;
	git_failed(rc, "cannot set up");
	git_libgit2_shutdown();
	return ST_CONFIG;
}

static enum status own_folder(const char *dir)
{
	struct stat sb;

	if (stat(dir, &sb) < 0)
		return fail(errno == ENOENT ? ST_NOTFOUND : ST_IO, "cannot open %s: %s", dir,
			    strerror(errno));
	if (!S_ISDIR(sb.st_mode))
		return fail(ST_INVALID, "%s is not a folder", dir);
	if (geteuid() != 0 && sb.st_uid != geteuid())
		return fail(ST_DENIED, "%s belongs to another user", dir);
	return ST_OK;
}

enum status store_open(struct store **out, const char *vault_dir)
{
	struct store *s = NULL;
	enum status st = own_folder(vault_dir);

	*out = NULL;
	if (!st)
		st = library_setup();
	if (st)
		return st;
	s = calloc(1, sizeof *s);
	if (s) {
		pthread_mutex_init(&s->lock, NULL);
		s->dir = realpath(vault_dir, NULL);
		s->digests = digest_cache_new();
	}
	if (!s || !s->dir || !s->digests) {
		if (s)
			store_close(s);
		else
			git_libgit2_shutdown();
		return fail(ST_NOMEM, "no memory for the store");
	}
	*out = s;
	return ST_OK;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	pool_clear(s);
	digest_cache_free(s->digests);
	pthread_mutex_destroy(&s->lock);
	free(s->dir);
	free(s);
	git_libgit2_shutdown();
}

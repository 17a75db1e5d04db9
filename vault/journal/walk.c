/*
 * Nobody prunes while somebody walks over the bodies: flock(2) on their folder, shared by those
 * who read and exclusive for who removes, between threads as between processes.  A folder needs no
 * file beside the bodies, so copies and older journals have it, too, and reading changes no byte.
 *
 * Always taken before the turn (journal_enter): who prunes holds both, who walks may ask for turns.
 */
#include "vault/journal/journal_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static enum status lock_bodies(const struct journal *j, int how, int *fd)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/bodies", j->dir);
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0 && errno == ENOENT)
		return ST_OK; /* nothing is there to walk over or to remove */
	if (*fd < 0)
		return fail(ST_IO, "cannot open %s: %s", path, strerror(errno));
	while (flock(*fd, how) < 0) {
		int e = errno;

		if (e == EINTR)
			continue;
		close(*fd);
		*fd = -1;
		return e == EWOULDBLOCK
			   ? fail(ST_BUSY, "the journal is being read by a proof or a report")
			   : fail(ST_IO, "cannot lock %s: %s", path, strerror(e));
	}
	return ST_OK;
}

enum status journal_hold(struct journal *j, int *hold)
{
	return lock_bodies(j, LOCK_SH, hold);
}

enum status journal_hold_alone(struct journal *j, int *hold)
{
	return lock_bodies(j, LOCK_EX | LOCK_NB, hold);
}

void journal_release(int *hold)
{
	if (*hold >= 0)
		close(*hold);
	*hold = -1;
}

/* The body files as they lie there, for those who read the records themselves. */
#include "vault/journal/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static enum status list(struct journal *j, struct body_list *out)
{
	enum status st = journal_enter(j);

	if (st)
		return st;
	st = body_list_read(out, j->dir);
	journal_leave(j);
	return st;
}

enum status journal_body_open(struct journal *j, struct span class, struct span month, int *fd,
			      uint64_t *bytes)
{
	struct body_list l = {0};
	char path[PATH_MAX];
	int c = record_class(class);
	enum status st = list(j, &l);

	*fd = -1;
	if (!st)
		st = fail(ST_NOTFOUND, "the journal has no such file");
	for (size_t i = 0; st == ST_NOTFOUND && i < l.count; i++) {
		if (l.file[i].class != c || !span_is(month, l.file[i].month))
			continue;
		body_path(path, j->dir, c, l.file[i].month);
		*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		*bytes = l.file[i].size;
		if (*fd < 0 && errno != ENOENT)
			st = fail(ST_IO, "cannot open %s: %s", path, strerror(errno));
		else if (*fd >= 0)
			st = ST_OK;
		break;
	}
	body_list_clear(&l);
	return st;
}

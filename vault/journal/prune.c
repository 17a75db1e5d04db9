/*
 * Retention.  The record of the pruning comes first, then the file goes: after a crash in between
 * the file is still there and the next pruning finishes it.
 */
#include "vault/journal/lines.h"

#include "generator/base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What goes with a file: "read/2024-10 17 4711 2931 HASH" (first, last, how many, SHA-256 of the
   file: whoever kept a copy can show what it is). */
struct going {
	uint64_t first, last, count;
	char sha256[SHA256_HEX];
};

static enum status count_lines(const char *path, uint64_t size, struct going *out)
{
	unsigned char hash[SHA256_LEN];
	struct sha256 sum;
	struct lines lines;
	struct span line;
	enum status st;
	uint64_t n;
	int64_t t;

	*out = (struct going){0};
	sha256_init(&sum);
	lines_init(&lines);
	st = lines_open(&lines, path, size, false);
	while (!st) {
		st = lines_next(&lines, &line);
		if (st || !line.p)
			break;
		if (!record_peek(line, &n, &t)) {
			st = fail(ST_CORRUPT, "%s: line %llu is no record", path,
				  (unsigned long long)lines.number);
			break;
		}
		if (out->count++ == 0)
			out->first = n;
		out->last = n;
		sha256_add(&sum, line.p, line.n);
		sha256_add(&sum, "\n", 1);
	}
	lines_close(&lines);
	sha256_end(&sum, hash);
	for (size_t i = 0; i < sizeof hash; i++)
		snprintf(out->sha256 + 2 * i, 3, "%02x", hash[i]);
	return st;
}

static enum status unlink_synced(char path[PATH_MAX])
{
	enum status st = ST_OK;
	int dir = -1;

	if (unlink(path) < 0)
		st = fail(ST_IO, "cannot remove %s: %s", path, strerror(errno));
	*strrchr(path, '/') = '\0';
	if (!st) {
		dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0 || fsync(dir) < 0)
			st = fail(ST_IO, "cannot sync %s: %s", path, strerror(errno));
	}
	if (dir >= 0)
		close(dir);
	return st;
}

static enum status prune_file(struct journal *j, const struct body_file *file, struct span account,
			      struct span reason)
{
	char path[PATH_MAX], object[192];
	struct record r = {.class = "system", .event = SPAN("journal.prune")};
	struct going going;
	enum status st;

	body_path(path, j->dir, file->class, file->month);
	st = count_lines(path, file->size, &going);
	if (st)
		return st;
	snprintf(object, sizeof object, "%s/%s %llu %llu %llu %s", record_class_name(file->class),
		 file->month, (unsigned long long)going.first, (unsigned long long)going.last,
		 (unsigned long long)going.count, going.sha256);
	r.account = account;
	r.object = span_of(object);
	r.reason = reason;
	st = append_entered(j, &r);
	return st ? st : unlink_synced(path);
}

/* Tail begins anew, so that no record of an old month is due from it any more. */
static enum status seal_first(struct journal *j)
{
	enum status st = state_seal(j);

	j->stale = true;
	return st ? st : state_refresh(j);
}

static enum status prune_entered(struct journal *j, int class, const char *before,
				 struct span account, struct span reason, size_t *months)
{
	struct body_list list = {0};
	char current[MONTH];
	enum status st = seal_first(j);

	month_of(j->last_t, current);
	if (!st)
		st = body_list_read(&list, j->dir);
	for (size_t i = 0; i < list.count && !st; i++) {
		const struct body_file *f = &list.file[i];

		if (f->class != class || strcmp(f->month, before) >= 0 ||
		    strcmp(f->month, current) >= 0)
			continue;
		st = prune_file(j, f, account, reason);
		*months += !st;
	}
	body_list_clear(&list);
	return st;
}

static bool is_month(const char *s)
{
	return strlen(s) == MONTH - 1 && strspn(s, "0123456789") == 4 && s[4] == '-' &&
	       strspn(s + 5, "0123456789") == 2;
}

enum status journal_prune(struct journal *j, const char *class, const char *before,
			  struct span account, struct span reason, size_t *months)
{
	int c = record_class(span_of(class)), hold = -1;
	size_t count = 0;
	enum status st;

	if (c < 0 || !is_month(before))
		return fail(ST_INVALID, "prune: no such class or month");
	if (j->mode != JOURNAL_WRITE || c == record_class(SPAN("change")) ||
	    c == record_class(SPAN("system")))
		return fail(ST_DENIED, "the journal's class %s is not pruned", class);
	st = journal_hold_alone(j, &hold);
	if (!st)
		st = journal_enter(j);
	if (!st) {
		st = prune_entered(j, c, before, account, reason, &count);
		journal_leave(j);
	}
	journal_release(&hold);
	if (months)
		*months = count;
	return st;
}

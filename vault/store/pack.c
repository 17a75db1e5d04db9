#include "vault/store/pack.h"

#include "generator/base/file.h"
#include "vault/store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

/* ---- a few at a time, and not for long ------------------------------------------------------ */

static atomic_int running;

static bool take_turn(void)
{
	if (atomic_fetch_add(&running, 1) < PACKS_AT_ONCE)
		return true;
	atomic_fetch_sub(&running, 1);
	return false;
}

struct packing {
	int fd;
	size_t bytes;
	time_t until; /* on the monotonic clock */
	enum status st;
};

static time_t clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* The library asks now and then whether to go on. */
static int goes_on(struct packing *k)
{
	if (!k->st && clock_now() > k->until)
		k->st = fail(ST_BUSY, "a repository takes too long to be packed");
	return k->st ? GIT_EUSER : 0;
}

static int progress(int stage, uint32_t current, uint32_t total, void *payload)
{
	(void)stage;
	(void)current;
	(void)total;
	return goes_on(payload);
}

/* ---- the pack ------------------------------------------------------------------------------- */

static int write_piece(void *piece, size_t n, void *payload)
{
	struct packing *k = payload;

	if (k->bytes + n > PACK_MAX)
		k->st = fail(ST_TOOBIG, "a repository over %zu bytes", PACK_MAX);
	k->bytes += n;
	if (!k->st)
		k->st = file_put(k->fd, span_make(piece, n), "a pack");
	return goes_on(k);
}

/* From the version that is wanted back to, not including, the one that the asker has. */
static int choose(git_packbuilder *pb, struct repo *r, const struct oid *want,
		  const struct oid *common)
{
	git_revwalk *walk = NULL;
	git_oid id;
	int rc = git_revwalk_new(&walk, r->git);

	oid_to_git(&id, want);
	if (!rc)
		rc = git_revwalk_push(walk, &id);
	if (!rc && common) {
		oid_to_git(&id, common);
		rc = git_revwalk_hide(walk, &id);
	}
	if (!rc)
		rc = git_packbuilder_insert_walk(pb, walk);
	git_revwalk_free(walk);
	return rc;
}

static enum status write_pack(struct packing *k, struct repo *r, const struct oid *want,
			      const struct oid *common)
{
	git_packbuilder *pb = NULL;
	int rc = git_packbuilder_new(&pb, r->git);

	if (!rc) {
		git_packbuilder_set_threads(pb, 1);
		rc = git_packbuilder_set_callbacks(pb, progress, k);
	}
	if (!rc)
		rc = choose(pb, r, want, common);
	if (!rc)
		rc = git_packbuilder_foreach(pb, write_piece, k);
	git_packbuilder_free(pb);
	if (k->st)
		return k->st;
	return rc ? git_broken(rc, "cannot pack") : ST_OK;
}

/* `head`, and the pack behind it, in a new file. */
static enum status pack_behind(struct repo *r, struct span head, const struct oid *want,
			       const struct oid *common, int *fd, size_t *bytes)
{
	struct packing k = {.until = clock_now() + PACK_SECONDS};

	*fd = -1;
	*bytes = 0;
	if (!take_turn())
		return fail(ST_BUSY, "other repositories are being packed");
	k.fd = open(r->store->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (k.fd < 0)
		k.st = fail(ST_IO, "no temporary file: %s", strerror(errno));
	else
		write_piece((char *)(uintptr_t)head.p, head.n, &k);
	if (!k.st && want)
		k.st = write_pack(&k, r, want, common);
	atomic_fetch_sub(&running, 1);
	if (!k.st && lseek(k.fd, 0, SEEK_SET) != 0)
		k.st = fail(ST_IO, "a temporary file: %s", strerror(errno));
	if (k.st && k.fd >= 0)
		close(k.fd);
	if (!k.st) {
		*fd = k.fd;
		*bytes = k.bytes;
	}
	return k.st;
}

/* ---- what leaves ---------------------------------------------------------------------------- */

static void acknowledge(struct buf *out, const struct oid *id, const char *how)
{
	char hex[OID_HEX];

	oid_hex(id, hex);
	buf_addf(out, "%04zxACK %s%s\n", strlen("0000ACK \n") + strlen(hex) + strlen(how), hex,
		 how);
}

/*
 * One version in common is enough, since a history has no branches: whoever told one is told that
 * it is common and that the pack is ready (gitprotocol-pack(5), Packfile Negotiation).
 */
static void negotiate(const struct fetch *f, struct buf *out)
{
	if (f->had && f->detailed)
		acknowledge(out, &f->common, " common");
	if (f->had && f->detailed && !f->done)
		acknowledge(out, &f->common, " ready");
	if (f->had && (f->done || !f->detailed))
		acknowledge(out, &f->common, "");
	else if (f->wants)
		buf_adds(out, "0008NAK\n");
}

enum status fetch_answer(struct repo *r, const struct fetch *f, int *fd, size_t *bytes)
{
	struct buf head;
	enum status st;

	buf_init(&head, 512);
	negotiate(f, &head);
	st = head.st ? head.st
		     : pack_behind(r, buf_span(&head), f->done ? &f->want : NULL,
				   f->had ? &f->common : NULL, fd, bytes);
	buf_clear(&head);
	return st;
}

enum status fetch_bundle(struct repo *r, int *fd, size_t *bytes)
{
	char hex[OID_HEX];
	struct oid at;
	struct buf head;
	enum status st = repo_head(r, &at);

	*fd = -1;
	*bytes = 0;
	if (st)
		return st;
	oid_hex(&at, hex);
	buf_init(&head, 256);
	buf_addf(&head, "# v2 git bundle\n%s HEAD\n%s " MAIN_BRANCH "\n\n", hex, hex);
	st = head.st ? head.st : pack_behind(r, buf_span(&head), &at, NULL, fd, bytes);
	buf_clear(&head);
	return st;
}

/* Files and releases before the law. */
#include "vault/flow/decide.h"
#include "vault/flow/file_gate.h"
#include "vault/flow/file_meta.h"
#include "vault/flow/files.h"
#include "vault/flow/law_impl.h"
#include "vault/store/stream.h"

#include <stdio.h>

enum { META_BEHIND = 600, META_AHEAD = 120 };

/* ---- meta.md -------------------------------------------------------------------------------- */

/* The file in files/ID/ that is described by paths[i], which is its meta.md. */
static bool names_file(const struct deed *d, size_t i, const struct file_row *row)
{
	struct buf path, meta;
	bool named = false;

	buf_init(&path, 1024);
	buf_init(&meta, 1024);
	file_path(row->id, row->name, &path);
	file_path(row->id, "meta.md", &meta);
	for (size_t k = 0; k < d->npaths; k++)
		named = named || (k != i && span_eq(d->paths[k].path, buf_span(&path)));
	named = named && span_eq(d->paths[i].path, buf_span(&meta));
	buf_clear(&path);
	buf_clear(&meta);
	return named;
}

static enum status read_meta(struct deed *d, size_t i, struct file_row *out)
{
	const struct law_path *p = &d->paths[i];
	struct buf text;
	enum status st;

	buf_init(&text, FILE_META_MAX);
	st = deed_blob(d, p->kind == CHANGE_REMOVED ? &p->before : &p->after, &text);
	if (!st)
		st = file_meta_read(buf_span(&text), out);
	buf_clear(&text);
	return st;
}

/* Is what lies beside a meta.md what that says?  A damaged object is told by digest.wrong. */
static enum status check_bytes(struct deed *d, const struct law_path *file,
			       const struct file_row *row)
{
	char sha256[SHA256_HEX];
	enum status st = repo_sha256(d->w->repo, &file->after, sha256);

	if (!st && strcmp(sha256, row->sha256) != 0)
		accuse(d, "digest.file", "the bytes of file %s are not those that its meta.md says",
		       row->id);
	return st == ST_CORRUPT ? ST_OK : st;
}

enum status law_file_bytes(struct deed *d)
{
	struct buf path;
	enum status st = ST_OK;

	buf_init(&path, 1024);
	for (size_t i = 0; i < d->npaths && !st; i++) {
		struct file_row row;

		if (d->paths[i].kind == CHANGE_REMOVED ||
		    !span_starts(d->paths[i].path, SPAN("files/")) ||
		    !span_ends(d->paths[i].path, SPAN("/meta.md")))
			continue;
		st = read_meta(d, i, &row);
		if (!st)
			file_path(row.id, row.name, &path);
		for (size_t k = 0; k < d->npaths && !st; k++)
			if (d->paths[k].kind != CHANGE_REMOVED &&
			    span_eq(d->paths[k].path, buf_span(&path)))
				st = check_bytes(d, &d->paths[k], &row);
		if (st == ST_INVALID)
			st = ST_OK; /* law.paths tells it */
	}
	buf_clear(&path);
	return st;
}

/* Calls each for every file of the commit; a path that is described by none is accused. */
static enum status each_file(struct deed *d, enum status (*each)(struct deed *, struct file_row *))
{
	size_t described = 0;
	enum status st = ST_OK;

	for (size_t i = 0; i < d->npaths && !st; i++) {
		struct file_row row;

		if (!span_ends(d->paths[i].path, SPAN("/meta.md")))
			continue;
		st = read_meta(d, i, &row);
		if (st == ST_INVALID || (!st && !names_file(d, i, &row))) {
			accuse(d, "law.paths", "%.*s does not describe the file beside it",
			       SPAN_ARG(d->paths[i].path));
			st = ST_OK;
			continue;
		}
		described += 2;
		if (!st)
			st = each(d, &row);
	}
	if (!st && !d->nfindings && described != d->npaths)
		accuse(d, "law.paths", "%zu paths for %zu files", d->npaths, described / 2);
	return st;
}

/* ---- one file ------------------------------------------------------------------------------- */

static const struct law_matter new_file = {.type = {FILES_TYPE, sizeof FILES_TYPE - 1},
					   .made = true};

/* What waited for its scan: the vault adds it for the person who gave it, whose rights are those of
   now, as far as they can be told. */
static void add_for(struct deed *d, const struct file_row *row)
{
	struct account a;

	if (!law_account(d->law, span_of(row->account), d->at, &a))
		accuse(d, "law.account", "the file is given by %s, who was no account then",
		       row->account);
	else if (row->institution[0] ? !a.staff : a.role != ROLE_HOUSEHOLD)
		accuse(d, "law.role", "the file is given by %s for \"%s\"", row->account,
		       row->institution);
	if (row->at > d->t + META_AHEAD)
		accuse(d, "law.relation", "the file was given after it was added");
}

static void add_own(struct deed *d, const struct file_row *row)
{
	if (!span_is(d->account, row->account))
		accuse(d, "law.relation", "the file is in the name of %s", row->account);
	if (strcmp(row->institution, d->who.staff ? d->who.institution : "") != 0)
		accuse(d, "law.role", "the file is of \"%s\"", row->institution);
	if (row->at < d->t - META_BEHIND || row->at > d->t + META_AHEAD)
		accuse(d, "law.relation", "its time is not that of its record");
}

static enum status one_add(struct deed *d, struct file_row *row)
{
	struct decision dec;

	if (row->release[0])
		accuse(d, "law.relation", "a release is given by the vault alone");
	if (role_in(ROLE_HOUSEHOLD, row->readers) && row->staff_only)
		accuse(d, "law.write", "a household may read what is for staff only");
	if (d->operator) {
		add_for(d, row);
		return ST_OK;
	}
	add_own(d, row);
	return deed_decide(d, ACT_SHEET_WRITE, &new_file, &dec);
}

enum status law_file_add(struct deed *d)
{
	return each_file(d, one_add);
}

static enum status is_kept(struct deed *d, const struct file_row *row, bool *out)
{
	struct span kept = SPAN_NONE;
	struct shield s;
	enum status st = law_shield(d, &d->who, &s);

	*out = !st && ((row->institution[0] && shield_hides_institution(&s, row->institution)) ||
		       !shield_say(&s, span_of(row->title), kept).p ||
		       !shield_say(&s, span_of(row->name), kept).p);
	shield_clear(&s);
	return st;
}

static enum status one_remove(struct deed *d, struct file_row *row)
{
	bool own =
	    row->institution[0] && law_own(d->law, &d->who, span_of(row->institution), d->at);
	struct law_matter m = new_file;
	struct file_facts f = {.id = span_of(row->id),
			       .readers = row->readers,
			       .open = row->open,
			       .staff_only = row->staff_only,
			       .mine = span_is(d->account, row->account)};
	struct decision dec;
	enum status st;

	m.made = own;
	st = deed_decide(d, ACT_SHEET_WRITE, &m, &dec);
	if (!st)
		st = is_kept(d, row, &f.shielded);
	if (st || !dec.allow)
		return st;
	f.decision = &dec;
	if (!file_gate(&f) || dec.read_only ||
	    (!f.mine && (dec.as == ROLE_HOUSEHOLD || dec.relation != REL_OWN)))
		accuse(d, "law.relation", "the file %s is not theirs to remove", row->id);
	if (!d->v->reason.n)
		accuse(d, "law.workflow", "a file is removed without a reason");
	return ST_OK;
}

enum status law_file_remove(struct deed *d)
{
	return each_file(d, one_remove);
}

/* ---- releases ------------------------------------------------------------------------------- */

static bool gives(const struct deed *d)
{
	return strcmp(d->action, "release.give") == 0;
}

/* Prepared by one, confirmed by another of the same institution: as the trailers and the file say,
   and as the journal has it. */
static enum status one_release(struct deed *d, struct file_row *row)
{
	struct span release = version_trailer(d->v, "Karte-Release");
	struct span confirmer = version_trailer(d->v, "Karte-Confirmed");
	struct account a, b;

	if (!span_is(release, row->release))
		accuse(d, "law.relation", "the file %s is of release \"%s\"", row->id,
		       row->release);
	if (!gives(d))
		return ST_OK;
	if (span_is(confirmer, row->account))
		accuse(d, "law.review", "%s prepared and confirmed the release", row->account);
	if (!law_account(d->law, span_of(row->account), d->at, &a) ||
	    !law_account(d->law, confirmer, d->at, &b) || !a.staff || !b.staff)
		accuse(d, "law.account", "%s and %.*s were not both staff", row->account,
		       SPAN_ARG(confirmer));
	if (row->staff_only || !role_in(ROLE_HOUSEHOLD, row->readers))
		accuse(d, "law.write", "a release holds what no household may read");
	return ST_OK;
}

static void check_backed(struct deed *d)
{
	struct span release = version_trailer(d->v, "Karte-Release");
	struct span confirmer = version_trailer(d->v, "Karte-Confirmed");
	char object[64];

	snprintf(object, sizeof object, "releases/%.*s ", (int)(release.n > ID_MAX ? 0 : release.n),
		 release.p ? release.p : "");
	if (gives(d) &&
	    !law_said(d->law, "release.confirm", confirmer, span_of(object), d->n, d->t))
		accuse(d, "law.review",
		       "the journal has no word of %.*s that confirms release %.*s",
		       SPAN_ARG(confirmer), SPAN_ARG(release));
	if (!gives(d) &&
	    !law_said(d->law, "release.recall", SPAN_NONE, span_of(object), d->n, d->t))
		accuse(d, "law.review", "the journal has nobody who recalls release %.*s",
		       SPAN_ARG(release));
}

enum status law_release(struct deed *d)
{
	check_backed(d);
	return each_file(d, one_release);
}

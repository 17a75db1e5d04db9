/*
 * The files of a child.  They are decided about as sheets of the type "files", so what is expected
 * does not follow from the row's answer but from its facts, by access_decide and file_gate.
 */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_FILES_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_FILES_H

#include "tests/unit/access_http_child.h"
#include "vault/flow/file_gate.h"

static inline bool is_about_files(page_handler *h)
{
	return h == page_files || h == page_files_post || h == page_file || h == page_file_get ||
	       h == page_file_remove;
}

/* Is it given by the account's institution? */
static inline bool is_own_file(const struct row *r, int i)
{
	return r->account.staff && files[i].own;
}

static inline bool sees_file(const struct row *r, int i, enum action a, struct decision *d)
{
	char id[FILE_ID] = "";
	const struct file_facts facts = {.decision = d,
					 .id = span_of(id),
					 .readers = files[i].readers,
					 .open = files[i].open,
					 .mine = files[i].own,
					 .staff_only = files[i].staff_only};

	file_id(r, i, id);
	*d = decide_files(r, a, is_own_file(r, i));
	return file_gate(&facts);
}

static inline void add_file(struct marks *m, const struct row *r, int i, char what)
{
	marks_add(m, mark_of(r->line, files[i].letter, what, '1'));
}

/* The list; adding without a file comes back to the form, without the list. */
static inline void see_files(struct asked *q)
{
	const struct decision read = decide_files(q->r, ACT_SHEET_READ, true);
	const struct decision add = decide_files(q->r, ACT_SHEET_WRITE, true);
	const bool adds = q->route->handler == page_files_post;
	struct marks want = {.count = 0};
	struct decision d;

	if (!read.allow || (adds && !add.allow)) {
		expect_refused(q, reason_name(adds ? add.reason : read.reason));
		return;
	}
	add_name(&want, q->r);
	for (int i = 0; i < FILES && !adds; i++)
		if (sees_file(q->r, i, ACT_SHEET_READ, &d))
			add_file(&want, q->r, i, 't');
	for (size_t i = 0; i < nfamily && add.allow && q->r->role == ROLE_HOUSEHOLD; i++)
		if (strcmp(family[i].account.id, q->r->account.id) == 0 &&
		    decide_files(&family[i], ACT_SHEET_WRITE, true).allow)
			add_name(&want,
				 &family[i]); /* a file may be for brothers and sisters too */
	if (adds && reply.a.status == 422)
		reply.a.status = 200;
	expect_shown(q, &want, "file.list", reason_name(read.reason));
	expect_way(q, "enctype=\"multipart/form-data\"", add.allow);
}

/* Its page, its content, and its end, for which the reason is missing: nothing is changed. */
static inline void see_file(struct asked *q)
{
	page_handler *h = q->route->handler;
	struct marks want = {.count = 0};
	struct decision d, take;
	bool mine;

	if (q->file == FILES) {
		d = decide_files(q->r, ACT_SHEET_READ, true);
		/* nothing was refused that is there: there is no such file */
		expect_refused(q, d.allow ? "no-file" : reason_name(d.reason));
		return;
	}
	if (!sees_file(q->r, q->file, ACT_SHEET_READ, &d)) {
		/* the child's files may be read, but not this one */
		expect_refused(q, d.allow ? "no-file" : reason_name(d.reason));
		return;
	}
	mine = sees_file(q->r, q->file, ACT_SHEET_WRITE, &take) && !take.read_only &&
	       (files[q->file].own || (take.as != ROLE_HOUSEHOLD && take.relation == REL_OWN));
	if (h == page_file_remove && !mine) {
		expect_refused(q, "not-yours");
		return;
	}
	if (h == page_file_get) {
		add_file(&want, q->r, q->file, 'c');
		expect_shown(q, &want, "file.read", reason_name(d.reason));
		return;
	}
	if (h == page_file_remove && reply.a.status == 422)
		reply.a.status = 200;
	add_name(&want, q->r);
	add_file(&want, q->r, q->file, 't');
	expect_shown(q, &want, "file.page", reason_name(d.reason));
	expect_way(q, "/remove\"", mine);
}

static inline void expect_files(struct asked *q)
{
	if (q->route->handler == page_files || q->route->handler == page_files_post)
		see_files(q);
	else
		see_file(q);
}

#endif

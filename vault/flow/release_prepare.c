/* A new release: everything is looked at, then kept aside, then written down. */
#include "generator/base/file.h"
#include "generator/base/text.h"
#include "vault/flow/files_impl.h"
#include "vault/flow/ids.h"
#include "vault/flow/releases_impl.h"
#include "vault/flow/stage.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static enum status check_text(struct span title, struct span message, struct release_row *row)
{
	title = span_trim(title);
	message = span_trim(message);
	if (!title.n)
		return fail(ST_INVALID, "題名を 書いてください");
	if (text_graphemes(title) > FILE_TITLE_CHARS ||
	    !span_copy(title, row->title, sizeof row->title))
		return fail(ST_INVALID, "題名は %d文字までです", FILE_TITLE_CHARS);
	if (!message.n)
		return fail(ST_INVALID, "おたよりの文を 書いてください");
	if (text_graphemes(message) > RELEASE_MESSAGE_CHARS ||
	    !span_copy(message, row->message, sizeof row->message))
		return fail(ST_INVALID, "おたよりの文は %d文字までです", RELEASE_MESSAGE_CHARS);
	return ST_OK;
}

static enum status check_children(struct app *app, const struct question *q,
				  const struct release_draft *d)
{
	enum status st = ST_OK;

	if (!d->nchildren)
		return fail(ST_INVALID, "配る子どもを 選んでください");
	if (d->nchildren > RELEASE_CHILDREN)
		return fail(ST_INVALID, "子どもは %d人までです", RELEASE_CHILDREN);
	for (size_t i = 0; i < d->nchildren && !st; i++) {
		for (size_t k = 0; k < i; k++)
			if (span_eq(d->children[i], d->children[k]))
				return fail(ST_INVALID, "同じ子どもが 2回 選ばれています");
		st = files_may_add(app, q, d->children[i]);
	}
	return st;
}

static enum status digest(int fd, size_t bytes, char out[static SHA256_HEX])
{
	unsigned char raw[SHA256_LEN];
	char piece[16 * 1024];
	struct sha256 h;

	sha256_init(&h);
	for (size_t at = 0; at < bytes;) {
		ssize_t n = pread(fd, piece, sizeof piece, (off_t)at);

		if (n <= 0)
			return fail(ST_IO, "a file cannot be read");
		sha256_add(&h, piece, (size_t)n);
		at += (size_t)n;
	}
	sha256_end(&h, raw);
	for (size_t i = 0; i < SHA256_LEN; i++)
		snprintf(out + 2 * i, 3, "%02x", raw[i]);
	return ST_OK;
}

/* What the second person could not see as a picture is not given. */
static enum status has_first_page(struct app *app, const struct checked *c)
{
	struct buf png;
	enum status st;

	if (c->kind->class != KIND_PDF && c->kind->class != KIND_PICTURE)
		return ST_OK;
	buf_init(&png, 8 * 1024 * 1024);
	st = file_draw(app, c->kind, c->fd, &png);
	buf_clear(&png);
	return st == ST_NOTFOUND
		   ? fail(ST_INVALID, "「%s」の 1ページめを 絵に できません。配れません", c->name)
		   : st;
}

static struct file_about about_of(const struct release_draft *d, struct span title)
{
	return (struct file_about){.title = title,
				   .category = SPAN("letter"),
				   .readers = ROLE_BIT(ROLE_HOUSEHOLD) | ROLE_BIT(ROLE_BOARD),
				   .staff_only = d->staff_only};
}

/* One child: that it goes to several is what a release is for. */
static enum status check_file(struct app *app, const struct release_draft *d,
			      const struct checked *c, struct span title)
{
	struct file_about about = about_of(d, title);
	struct file_row row = {.bytes = 0};
	enum status st = file_about_check(&about, c->name, &row);

	if (!st)
		st = file_rules(app, c, &row, 1);
	if (!st && c->waits)
		st = fail(ST_INVALID, "いま ウイルスの検査が できません。しばらくしてから もう一度 "
				      "送ってください");
	return st ? st : has_first_page(app, c);
}

static enum status keep(struct app *app, const struct question *q, const struct release_draft *d,
			const struct checked *c, struct span title, struct release_file *out)
{
	struct file_about about = about_of(d, title);
	struct file_place at = {d->children, 1, "", 0};
	struct file_row row;
	enum status st = file_about_check(&about, c->name, &row);

	*out = (struct release_file){.bytes = (long long)c->bytes};
	if (!st)
		st = digest(c->fd, c->bytes, out->sha256);
	if (!st)
		st = stage_add(app, q, c, &about, &at, false);
	if (st)
		return st;
	memcpy(out->file, at.id, sizeof out->file);
	memcpy(out->name, c->name, sizeof out->name);
	memcpy(out->title, row.title, sizeof out->title);
	snprintf(out->type, sizeof out->type, "%s", c->kind->type);
	return ST_OK;
}

/* The letter itself is a file like the others. */
static enum status make_letter(const struct release_row *row, struct checked *c)
{
	struct buf text;
	enum status st;

	buf_init(&text, sizeof row->title + sizeof row->message + 8);
	buf_addf(&text, "%s\n\n%s\n", row->title, row->message);
	st = text.st;
	*c = (struct checked){
	    .name = RELEASE_LETTER, .kind = kind_of_type(SPAN("text/plain")), .fd = -1};
	c->fd = memfd_create("letter", MFD_CLOEXEC);
	if (!st && c->fd < 0)
		st = fail(ST_IO, "no memory file for a letter");
	if (!st)
		st = file_put(c->fd, buf_span(&text), "a letter");
	c->bytes = text.len;
	c->made = c->fd >= 0;
	buf_clear(&text);
	return st;
}

static enum status keep_all(struct app *app, const struct question *q, struct release_row *row,
			    const struct release_draft *d, const struct checked *letter)
{
	struct release_file files[RELEASE_ATTACHMENTS + 1];
	size_t n = 0;
	enum status st = keep(app, q, d, letter, span_of(row->title), &files[0]);

	n += !st;
	for (size_t i = 0; i < d->nfiles && !st; i++) {
		st = keep(app, q, d, &d->files[i], d->titles[i], &files[n]);
		n += !st;
	}
	if (!st)
		st = id_new(row->id, 'f');
	if (!st)
		row->id[0] = 'r';
	if (!st)
		st = release_note(app, q, "release.prepare", row, d->nchildren, d->nfiles);
	if (!st)
		st = release_put(app->db, row, d->children, d->nchildren, files, n);
	for (size_t i = 0; st && i < n; i++)
		stage_drop(app, span_of(files[i].file));
	return st;
}

enum status release_prepare(struct app *app, const struct question *q,
			    const struct release_draft *d, char id[static RELEASE_ID])
{
	struct release_row row = {.made = q->now};
	struct checked letter = {.fd = -1};
	enum status st = check_children(app, q, d);

	if (!st)
		st = check_text(d->title, d->message, &row);
	if (!st && d->nfiles > RELEASE_ATTACHMENTS)
		st = fail(ST_INVALID, "添付は %d個までです", RELEASE_ATTACHMENTS);
	if (!st)
		st = make_letter(&row, &letter);
	if (!st)
		st = check_file(app, d, &letter, span_of(row.title));
	for (size_t i = 0; i < d->nfiles && !st; i++)
		st = check_file(app, d, &d->files[i], d->titles[i]);
	if (!st) {
		snprintf(row.state, sizeof row.state, "%s", release_state_name(RELEASE_DRAFT));
		span_copy(span_of(q->who->id), row.account, sizeof row.account);
		span_copy(span_of(q->who->institution), row.institution, sizeof row.institution);
		st = keep_all(app, q, &row, d, &letter);
	}
	memcpy(id, row.id, sizeof row.id);
	checked_clear(&letter);
	return st;
}

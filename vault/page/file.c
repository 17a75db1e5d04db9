/* /children/:child/files/:file: one file: its facts, its content, its small picture, its end. */
#include "vault/flow/releases.h"
#include "vault/page/files.h"

#include <stdio.h>
#include <unistd.h>

static enum status find(struct page *p, struct file_row *row, struct decision *d)
{
	return file_find(p->app, &p->q, param(&p->params, "file"), row, d);
}

/* ---- the page ------------------------------------------------------------------------------- */

static bool has_preview(const struct file_row *f)
{
	const struct kind *k = kind_of_type(span_of(f->type));

	return k && (k->class == KIND_PICTURE || k->class == KIND_PDF);
}

static void put_facts(struct page *p, struct html *h, const struct shield *s,
		      const struct file_row *f)
{
	facts_begin(h);
	html_open(h, "div");
	html_leafs(h, "dt", "ファイル");
	html_open(h, "dd");
	put_file_kind(h, f);
	html_close(h);
	html_close(h);
	fact_text(h, "名前", span_of(f->name));
	if (f->staff_only)
		fact_text(h, "しるし", SPAN("職員だけの文書"));
	html_open(h, "div");
	html_leafs(h, "dt", "加えた日時");
	html_open(h, "dd");
	list_moment(h, f->at);
	html_close(h);
	html_close(h);
	html_open(h, "div");
	html_leafs(h, "dt", "渡した人");
	html_open(h, "dd");
	put_file_giver(h, p, s, f);
	html_close(h);
	html_close(h);
	html_open(h, "div");
	html_leafs(h, "dt", "見られる人");
	html_open(h, "dd");
	put_file_readers(h, s, f);
	html_close(h);
	html_close(h);
	html_open(h, "div");
	html_leafs(h, "dt", "記号（SHA-256）");
	html_open(h, "dd");
	html_leaf_class(h, "span", "code-text", span_of(f->sha256));
	html_close(h);
	html_close(h);
	html_close(h);
}

struct others {
	struct page *p;
	struct html *h;
	bool any;
};

/* Other children to whom the same file belongs, if the reader sees it there. */
static enum status one_other(void *ctx, const struct file_row *f)
{
	struct others *o = ctx;
	struct question q = o->p->q;
	struct file_list list;
	struct child_row c;
	char href[3 * HREF_MAX];
	bool there = false;
	enum status st;

	if (span_is(q.child, f->child))
		return ST_OK;
	q.child = span_of(f->child);
	st = files_list(o->p->app, &q, o->p->arena, &list);
	for (size_t i = 0; i < list.count && !st; i++)
		there = there || strcmp(list.rows[i].id, f->id) == 0;
	if (st || !there || child_get(o->p->app->db, q.child, &c))
		return st;
	if (!o->any) {
		html_leafs(o->h, "h2", "このファイルが入っている ほかの子ども");
		html_open(o->h, "ul");
	}
	o->any = true;
	href_file(href, q.child, f->id, SPAN_NONE, "");
	html_open(o->h, "li");
	html_link(o->h, href, span_of(c.name));
	html_close(o->h);
	return ST_OK;
}

static enum status put_others(struct page *p, struct html *h, const struct file_row *f)
{
	struct others o = {p, h, false};
	enum status st = file_row_same(p->app->db, span_of(f->id), one_other, &o);

	if (o.any)
		html_close(h);
	return st;
}

static void put_content(struct page *p, struct html *h, const struct file_row *f)
{
	char href[3 * HREF_MAX];

	if (has_preview(f)) {
		href_file(href, p->q.child, f->id, span_of(f->name), "?preview=1");
		html_open(h, "p");
		html_open(h, "img");
		html_attrs(h, "src", href);
		html_attrs(h, "class", "preview");
		html_attrs(h, "alt",
			   strcmp(f->type, "application/pdf") == 0 ? "1ページめ" : "画像");
		html_close(h);
	}
	href_file(href, p->q.child, f->id, span_of(f->name), "");
	html_open(h, "p");
	html_open(h, "a");
	html_class(h, "button");
	html_attrs(h, "href", href);
	html_texts(h, "ファイルを受け取る");
	html_close(h);
	html_close(h);
}

/* ---- the letter of a release ---------------------------------------------------------------- */

enum { LETTER_MAX = 8 * 1024 };

static enum status read_letter(struct page *p, const struct file_row *letter, struct buf *text)
{
	int fd = -1;
	enum status st = file_content(p->app, letter, &fd);

	if (!st)
		st = release_letter(fd, (size_t)letter->bytes, text);
	if (fd >= 0)
		close(fd);
	return st;
}

/* Does a word stand in it that is kept from this guardian (支援措置)? */
static bool letter_is_kept(const struct shield *s, const struct buf *text)
{
	return text->len && !shield_say(s, buf_span(text), SPAN_NONE).p;
}

/* Its own text, or that of the letter with which it came. */
static enum status put_letter(struct page *p, struct html *h, const struct shield *shield,
			      const struct file_row *f)
{
	struct file_list list = {NULL, 0};
	struct span rest;
	struct buf text;
	const struct file_row *letter = NULL;
	enum status st = f->release[0] ? files_list(p->app, &p->q, p->arena, &list) : ST_OK;

	for (size_t i = 0; i < list.count; i++)
		if (strcmp(list.rows[i].release, f->release) == 0 &&
		    release_is_letter(&list.rows[i]))
			letter = &list.rows[i];
	if (st || !letter || letter->bytes > LETTER_MAX)
		return st;
	buf_init(&text, LETTER_MAX);
	st = read_letter(p, letter, &text);
	html_open(h, "div");
	html_class(h, "card");
	rest = letter_is_kept(shield, &text) ? SPAN("この内容は表示できません") : buf_span(&text);
	while (!st && rest.p)
		html_leaf(h, "p", span_cut(&rest, '\n'));
	html_close(h);
	buf_clear(&text);
	return st;
}

static void put_removal(struct page *p, struct html *h, const struct file_row *f, const char *why)
{
	char href[3 * HREF_MAX];

	href_file(href, p->q.child, f->id, SPAN_NONE, "/remove");
	html_leafs(h, "h2", "このファイルを外す");
	html_leafs(h, "p",
		   "外すと、だれも この画面から 開けなくなります。記録には、だれが いつ 外したかが "
		   "残ります。");
	form_begin(h, p, href);
	field_text(h,
		   &(struct field_look){
		       .id = "reason", .label = "外す理由", .required = true, .error = why},
		   form_get(&p->form, "reason"));
	form_button(h, "外す", "danger");
	html_close(h);
}

static enum status put_page(struct page *p, struct html *h, const struct file_row *f,
			    const char *why)
{
	struct shield shield;
	bool may = false;
	enum status st = shield_load(&shield, p->app, p->q.child, p->who);

	if (!st)
		st = put_letter(p, h, &shield, f);
	if (!st) {
		put_content(p, h, f);
		put_facts(p, h, &shield, f);
		st = put_others(p, h, f);
	}
	if (!st)
		st = file_may_remove(p->app, &p->q, f, &may);
	if (!st && may)
		put_removal(p, h, f, why);
	shield_clear(&shield);
	return st;
}

static enum status send(struct page *p, int status, const struct file_row *row,
			const struct decision *d, const char *why)
{
	struct child_row child;
	char karte[HREF_MAX], files[HREF_MAX];
	struct crumb crumbs[] = {
	    {"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}, {files, SPAN("ファイル")}};
	struct frame f = {.title = "ファイル",
			  .heading = span_of(row->title),
			  .child = &child,
			  .crumbs = crumbs,
			  .ncrumbs = 3,
			  .errors = why != NULL};
	struct html h;
	struct buf body;
	enum status st = child_get(p->app->db, p->q.child, &child);

	href_child(karte, p->q.child, "");
	href_child(files, p->q.child, "/files");
	frame_body(&h, &body);
	if (!st)
		st = put_page(p, &h, row, why);
	if (!st)
		st = file_note(p->app, &p->q, row, d, "file.page");
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_file(struct page *p)
{
	struct file_row row;
	struct decision d;
	enum status st = find(p, &row, &d);

	return st ? st : send(p, 200, &row, &d, NULL);
}

/* ---- the content ---------------------------------------------------------------------------- */

static enum status send_preview(struct page *p, const struct file_row *row,
				const struct decision *d)
{
	enum status st = file_preview(p->app, row, &p->res->body);

	if (!st)
		st = file_note(p->app, &p->q, row, d, "file.preview");
	if (st)
		return st;
	p->res->status = 200;
	p->res->type = "image/png";
	p->res->sandbox = true;
	return response_inline(p->res, SPAN("preview.png"));
}

/* The letter itself is refused to whom a word of it is kept from, as its page withholds it. */
static enum status check_letter(struct page *p, const struct file_row *row)
{
	struct question q = p->q;
	struct shield shield;
	struct buf text;
	bool kept = false;
	enum status st = shield_load(&shield, p->app, p->q.child, p->who);

	buf_init(&text, LETTER_MAX);
	if (!st && shield.nwords && release_is_letter(row)) {
		st = read_letter(p, row, &text);
		kept = letter_is_kept(&shield, &text);
	}
	shield_clear(&shield);
	buf_clear(&text);
	q.type = SPAN(FILES_TYPE);
	q.id = span_of(row->id);
	return !st && kept ? refuse(p->app, &q, "shielded") : st;
}

static enum status send_content(struct page *p, const struct file_row *row,
				const struct decision *d)
{
	const struct kind *k = kind_of_type(span_of(row->type));
	enum status st = check_letter(p, row);

	if (!st)
		st = file_content(p->app, row, &p->res->fd);
	if (!st)
		st = file_note(p->app, &p->q, row, d, "file.read");
	if (st)
		return st == ST_NOTFOUND ? ST_CORRUPT : st;
	p->res->fd_bytes = (size_t)row->bytes;
	p->res->status = 200;
	p->res->type = k ? k->type : "application/octet-stream";
	p->res->sandbox = true;
	return response_download(p->res, span_of(row->name));
}

enum status page_file_get(struct page *p)
{
	struct file_row row;
	struct decision d;
	enum status st = find(p, &row, &d);

	if (st)
		return st;
	if (!span_is(param(&p->params, "name"), row.name))
		return fail(ST_NOTFOUND, "the file has another name");
	if (span_is(form_get(&p->query, "preview"), "1"))
		return send_preview(p, &row, &d);
	return send_content(p, &row, &d);
}

/* ---- its end -------------------------------------------------------------------------------- */

enum status page_file_remove(struct page *p)
{
	struct file_row row;
	struct decision d;
	struct actor actor;
	char to[HREF_MAX], why[FILES_WHY];
	enum status st = find(p, &row, &d);

	if (st)
		return st;
	st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (!st)
		st = file_remove(p->app, &actor, &p->q, &row, form_get(&p->form, "reason"));
	snprintf(why, sizeof why, "%s", st == ST_INVALID ? fail_why() : "");
	actor_clear(&actor);
	if (st == ST_INVALID)
		return send(p, 422, &row, &d, why);
	if (st)
		return st;
	href_child(to, p->q.child, "/files");
	return response_redirect(p->res, to);
}

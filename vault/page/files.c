/* /children/:child/files: the list, and what is kept aside. */
#include "vault/page/files.h"

#include "vault/flow/file_meta.h"
#include "vault/flow/note.h"
#include "vault/http/percent.h"
#include "vault/page/tabs.h"

#include <stdio.h>

void href_file(char out[static 3 * HREF_MAX], struct span child, const char *id, struct span name,
	       const char *rest)
{
	struct buf b;

	buf_init(&b, 3 * HREF_MAX - 1);
	buf_addf(&b, "/children/%.*s/files/%s", SPAN_ARG(child), id);
	if (name.n) {
		buf_addc(&b, '/');
		percent_encode(&b, name);
	}
	buf_adds(&b, rest);
	snprintf(out, 3 * HREF_MAX, "%s", buf_str(&b));
	buf_clear(&b);
}

/* "2.4 MB" */
static void file_size_text(long long bytes, char out[static 24])
{
	if (bytes < 1000)
		snprintf(out, 24, "%lld B", bytes);
	else if (bytes < 1000 * 1000)
		snprintf(out, 24, "%lld KB", (bytes + 500) / 1000);
	else
		snprintf(out, 24, "%.1f MB", (double)bytes / 1e6);
}

static const char *type_word(const struct file_row *f)
{
	const struct kind *k = kind_of_type(span_of(f->type));

	return !k				 ? "ファイル"
	       : k->class == KIND_PDF		 ? "PDF"
	       : k->class == KIND_PICTURE	 ? "画像"
	       : k->class == KIND_TEXT		 ? "テキスト"
	       : strstr(k->type, "sheet")	 ? "表計算"
	       : strstr(k->type, "presentation") ? "発表資料"
						 : "文書";
}

void put_file_kind(struct html *h, const struct file_row *f)
{
	const char *category = file_category_label(f->category);
	char size[24];

	file_size_text(f->bytes, size);
	html_textf(h, "%s　%s　%s", category ? category : "", type_word(f), size);
}

void put_file_giver(struct html *h, const struct page *p, const struct shield *s,
		    const struct file_row *f)
{
	struct institution i;

	if (strcmp(f->account, p->who->id) == 0)
		html_texts(h, "あなた");
	else if (!f->institution[0])
		html_texts(h, "保護者");
	else if (institution_get(p->app->db, span_of(f->institution), &i) == ST_OK)
		html_text(h, shield_place(s, &i));
	else
		html_texts(h, SHIELD_PLACE);
}

void put_file_readers(struct html *h, const struct shield *s, const struct file_row *f)
{
	const role_set others = f->readers & ~(ROLE_BIT(ROLE_HOUSEHOLD) | ROLE_BIT(ROLE_BOARD));

	html_texts(h, f->institution[0] ? "渡した機関、教育委員会" : "渡した保護者、教育委員会");
	if (role_in(ROLE_HOUSEHOLD, f->readers))
		html_textf(h, "、%s", role_label(ROLE_HOUSEHOLD));
	if (others && (s->nwords || s->ninstitutions)) {
		html_texts(h, "、" SHIELD_PLACE);
		return;
	}
	for (int r = ROLE_HOUSEHOLD; r < ROLE_COUNT; r++)
		if (role_in((enum role)r, others))
			html_textf(h, "、%s", role_label((enum role)r));
	if (others)
		html_texts(h, f->open ? "（この子に かかわる機関）" : "（保護者が同意した機関）");
}

/* ---- the list ------------------------------------------------------------------------------- */

static bool has_twin(const struct file_list *list, size_t i)
{
	for (size_t k = 0; k < list->count; k++)
		if (k != i && strcmp(list->rows[k].sha256, list->rows[i].sha256) == 0)
			return true;
	return false;
}

static void put_row(struct page *p, struct html *h, const struct shield *s,
		    const struct file_list *list, size_t i)
{
	const struct file_row *f = &list->rows[i];
	char href[3 * HREF_MAX];

	href_file(href, p->q.child, f->id, SPAN_NONE, "");
	html_open(h, "li");
	html_class(h, "card");
	html_link(h, href, span_of(f->title));
	if (has_twin(list, i)) {
		html_texts(h, " ");
		html_leaf_class(h, "span", "tag tag-warning", SPAN("同じファイルが あります"));
	}
	html_open(h, "p");
	put_file_kind(h, f);
	html_close(h);
	html_open(h, "p");
	html_class(h, "note");
	list_moment(h, f->at);
	html_texts(h, "　");
	put_file_giver(h, p, s, f);
	html_textf(h, "　記号 %.8s", f->sha256);
	html_close(h);
	html_open(h, "p");
	html_class(h, "note");
	html_texts(h, "見られる人：");
	put_file_readers(h, s, f);
	html_close(h);
	html_close(h);
}

static void put_list(struct page *p, struct html *h, const struct shield *s,
		     const struct file_list *list)
{
	if (!list->count) {
		html_leafs(h, "p", "あなたが見られるファイルは まだ ありません。");
		return;
	}
	html_open(h, "ul");
	html_class(h, "cards");
	for (size_t i = 0; i < list->count; i++)
		put_row(p, h, s, list, i);
	html_close(h);
}

/* ---- what is kept aside: told to whoever sent it, opened to nobody -------------------------- */

struct waiting {
	struct page *p;
	struct html *h;
	bool any;
};

static bool is_of(const struct staged *s, struct span child)
{
	for (size_t i = 0; i < s->nchildren; i++)
		if (span_is(child, s->children[i]))
			return true;
	return false;
}

static enum status one_waiting(void *ctx, const struct staged *s)
{
	struct waiting *w = ctx;
	struct html *h = w->h;

	if (!s->store || s->state == STAGE_HELD || !is_of(s, w->p->q.child) ||
	    strcmp(s->row.account, w->p->who->id) != 0)
		return ST_OK;
	if (!w->any) {
		html_leafs(h, "h2", "預かっているファイル");
		html_open(h, "ul");
		html_class(h, "cards");
	}
	w->any = true;
	html_open(h, "li");
	html_class(h, "card");
	html_text(h, span_of(s->row.title));
	html_texts(h, " ");
	if (s->state == STAGE_SCAN)
		html_leaf_class(h, "span", "tag tag-info", SPAN("検査中"));
	else
		html_leaf_class(h, "span", "tag tag-error", SPAN("保存しませんでした"));
	html_open(h, "p");
	html_texts(h, s->state == STAGE_SCAN
			  ? "ウイルスの検査を 待っています。すむまで、だれも 開けません。"
			  : s->why);
	html_close(h);
	html_close(h);
	return ST_OK;
}

static enum status put_waiting(struct page *p, struct html *h)
{
	struct waiting w = {p, h, false};
	enum status st = stage_each(p->app, one_waiting, &w);

	if (w.any)
		html_close(h);
	return st;
}

/* ---- the page ------------------------------------------------------------------------------- */

static enum status record(struct page *p, const struct decision *d)
{
	struct note n = {.class = "read",
			 .event = "file.list",
			 .who = p->who,
			 .child = p->q.child,
			 .decision = "allow",
			 .reason = reason_name(d->reason),
			 .request = p->req->id,
			 .hold = p->q.hold};

	return note_add(p->app, &n);
}

static enum status files_body(struct page *p, struct html *h, const struct shield *s,
			      const struct files_form *form)
{
	struct file_list list;
	enum status st = files_list(p->app, &p->q, p->arena, &list);

	if (st)
		return st;
	child_tabs(p, h, TAB_FILES);
	if (form->all[0])
		error_box(h, form->all);
	else if (form->status != 200)
		error_box(h, "ファイルを 確かめてください。まだ 保存していません。");
	if (form->status == 200) {
		put_list(p, h, s, &list);
		st = put_waiting(p, h);
	}
	if (!st && form->may)
		st = put_files_form(p, h, form);
	return st;
}

enum status send_files(struct page *p, struct files_form *form)
{
	struct child_row child;
	char karte[HREF_MAX];
	struct crumb crumbs[] = {{"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}};
	struct frame f = {.title = "ファイル",
			  .child = &child,
			  .crumbs = crumbs,
			  .ncrumbs = 2,
			  .errors = form->status != 200};
	struct question q = p->q;
	struct decision d;
	struct shield shield;
	struct html h;
	struct buf body;
	enum status st;

	href_child(karte, p->q.child, "");
	q.action = ACT_SHEET_READ;
	q.type = SPAN(FILES_TYPE);
	st = decide_type(p->app, &q, true, &d);
	if (st)
		return st;
	st = files_may_add_quietly(p->app, &p->q, p->q.child, &form->may);
	frame_body(&h, &body);
	if (!st)
		st = shield_load(&shield, p->app, p->q.child, p->who);
	if (st)
		goto out;
	st = child_get(p->app->db, p->q.child, &child);
	if (!st)
		st = files_body(p, &h, &shield, form);
	if (!st)
		st = record(p, &d);
	if (!st)
		st = frame_send(p, form->status, &f, &body);
	shield_clear(&shield);
out:
	buf_clear(&body);
	return st;
}

enum status page_files(struct page *p)
{
	struct files_form *form = arena_alloc(p->arena, sizeof *form);

	if (!form)
		return ST_NOMEM;
	form->status = 200;
	return send_files(p, form);
}

/* /releases/:release: who gets it, by name, and what; and the steps that can be taken now. */
#include "vault/page/releases.h"

#include <stdio.h>

static const char *why_word(const char *why)
{
	static const struct {
		const char *id, *label;
	} words[] = {{"not-yours", "準備した人の 担当では なくなりました"},
		     {"no-guardian", "受け取れる保護者が いません"},
		     {"changed", "たしかめたあとに、保護者や 支援措置が 変わりました"}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].id, why) == 0)
			return words[i].label;
	return "";
}

static void put_person(struct page *p, struct html *h, const char *label, const char *id)
{
	struct account a;

	if (id[0] && account_get(p->app->db, span_of(id), &a) == ST_OK)
		fact_text(h, label, strcmp(id, p->who->id) == 0 ? SPAN("あなた") : span_of(a.name));
}

static void put_time(struct html *h, const char *label, long long at)
{
	if (!at)
		return;
	html_open(h, "div");
	html_leafs(h, "dt", label);
	html_open(h, "dd");
	list_moment(h, at);
	html_close(h);
	html_close(h);
}

static void put_facts(struct page *p, struct html *h, const struct release *r)
{
	facts_begin(h);
	html_open(h, "div");
	html_leafs(h, "dt", "ようす");
	html_open(h, "dd");
	put_release_state(h, r->state);
	html_close(h);
	html_close(h);
	put_person(p, h, "準備した人", r->row.account);
	put_person(p, h, "たしかめた人", r->row.confirmer);
	put_time(h, r->state == RELEASE_CONFIRMED ? "渡す予定" : "渡しはじめ", r->row.due);
	put_time(h, "渡した日時", r->row.given);
	put_time(h, "取りもどした日時", r->row.recalled);
	html_close(h);
}

/* ---- what ----------------------------------------------------------------------------------- */

static void put_lines(struct html *h, const char *text)
{
	struct span rest = span_of(text);

	html_open(h, "div");
	html_class(h, "card");
	while (rest.p)
		html_leaf(h, "p", span_cut(&rest, '\n'));
	html_close(h);
}

static void put_attachment(struct html *h, const struct release *r, size_t n)
{
	const struct release_file *f = &r->files[n];
	char src[HREF_MAX];

	html_open(h, "li");
	html_class(h, "card");
	html_leaf(h, "h3", span_of(f->title));
	html_open(h, "p");
	html_textf(h, "%s　%lld KB", f->name, (f->bytes + 999) / 1000);
	html_close(h);
	if (release_has_picture(f)) {
		snprintf(src, sizeof src, "/releases/%s/attachments/%zu.png", r->row.id, n);
		html_open(h, "p");
		html_open(h, "img");
		html_attrs(h, "src", src);
		html_class(h, "preview");
		html_attrf(h, "alt", "%s の 1ページめ", f->title);
		html_close(h);
	} else {
		html_leafs(h, "p",
			   "この種類の文書は 絵に できません。書かれている文の はじめです。");
		html_leaf(h, "blockquote",
			  r->words[n].n ? r->words[n] : SPAN("（文字が ありません）"));
	}
	html_close(h);
}

static void put_what(struct html *h, const struct release *r)
{
	html_leafs(h, "h2", "渡すもの");
	put_lines(h, r->row.message);
	if (r->nfiles < 2) {
		html_leafs(h, "p", "添付は ありません。");
		return;
	}
	html_open(h, "ul");
	html_class(h, "cards");
	for (size_t i = 1; i < r->nfiles; i++)
		put_attachment(h, r, i);
	html_close(h);
}

/* ---- to whom -------------------------------------------------------------------------------- */

static void put_guardians(struct html *h, const struct release_to *to)
{
	for (size_t i = 0; i < to->nguardians; i++) {
		const struct release_guardian *g = &to->guardians[i];

		html_open(h, "div");
		html_textf(h, "%s（%s）", g->name, release_relation(g->relation));
		if (g->rests)
			html_texts(h, "　この人には 渡りません");
		html_close(h);
	}
	if (!to->nguardians)
		html_texts(h, "なし");
}

static void put_marks(struct html *h, const struct release_to *to)
{
	static const char warning[] = "tag tag-warning";
	const char *why = to->why[0] ? to->why : to->obstacle;

	if (to->other_class)
		html_leaf_class(h, "span", warning, SPAN("ほかの組"));
	if (to->same_family)
		html_leaf_class(h, "span", warning, SPAN("同じみょうじ"));
	if (to->shielded)
		html_leaf_class(h, "span", warning, SPAN("支援措置など"));
	if (strcmp(to->state, "given") == 0)
		html_leaf_class(h, "span", "tag tag-success", SPAN("渡した"));
	else if (strcmp(to->state, "recalled") == 0)
		html_leaf_class(h, "span", "tag tag-error", SPAN("取りもどした"));
	else if (strcmp(to->state, "left") == 0 || why)
		html_leaf_class(h, "span", "tag tag-error", SPAN("渡しません"));
	if (why) {
		html_open(h, "div");
		html_texts(h, why_word(why));
		html_close(h);
	}
}

static void put_take_out(struct page *p, struct html *h, const struct release *r,
			 const struct release_to *to)
{
	char action[HREF_MAX];

	href_release(action, r->row.id, "/drop");
	form_begin(h, p, action);
	html_hidden(h, "child", span_of(to->child.id));
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button secondary");
	html_attrf(h, "aria-label", "%s を この配布から 外す",
		   to->mine ? to->child.name : "この子");
	html_texts(h, "外す");
	html_close(h);
	html_close(h);
}

static void put_to(struct page *p, struct html *h, const struct release *r,
		   const struct release_to *to, const char *const *heads)
{
	html_open(h, "tr");
	list_cell(h, heads[0]);
	html_texts(h, to->class[0] ? to->class : "（組なし）");
	html_close(h);
	list_cell(h, heads[1]);
	if (to->mine)
		html_textf(h, "%s（%s）", to->child.name, to->child.kana);
	else
		html_texts(h, "（いまは あなたの担当では ありません）");
	html_close(h);
	list_cell(h, heads[2]);
	if (to->mine)
		put_guardians(h, to);
	html_close(h);
	list_cell(h, heads[3]);
	put_marks(h, to);
	if (r->preparer && r->state == RELEASE_DRAFT)
		put_take_out(p, h, r, to);
	html_close(h);
	html_close(h);
}

static void put_whom(struct page *p, struct html *h, const struct release *r)
{
	static const char *const heads[] = {"組", "子ども", "受け取る保護者", "たしかめること"};
	char caption[96];

	snprintf(caption, sizeof caption, "配る相手：子ども %zu人（組ごと）", r->nto);
	html_leafs(h, "h2", "配る相手");
	list_table(h, &(struct list_table){"recipients", caption, "list", heads, 4});
	for (size_t i = 0; i < r->nto; i++)
		put_to(p, h, r, &r->to[i], heads);
	html_close_to(h, "div");
}

/* ---- the page ------------------------------------------------------------------------------- */

static bool was_left_out(const struct release *r)
{
	for (size_t i = 0; i < r->nto; i++)
		if (strcmp(r->to[i].state, "left") == 0)
			return true;
	return false;
}

enum status send_release(struct page *p, int status, const struct release *r, const char *why)
{
	static const struct crumb crumbs[] = {{"/", {"ホーム", sizeof "ホーム" - 1}},
					      {"/releases", {"配布", sizeof "配布" - 1}}};
	struct frame f = {.title = "配布",
			  .heading = span_of(r->row.title),
			  .crumbs = crumbs,
			  .ncrumbs = 2,
			  .wide = true,
			  .errors = why[0] != '\0'};
	struct html h;
	struct buf body;
	enum status st;

	if (was_left_out(r)) {
		f.banner_kind = "warning";
		f.banner = "渡さなかった子どもが います。下の表で わけを 見てください。";
	}
	frame_body(&h, &body);
	if (why[0])
		error_box(&h, why);
	put_facts(p, &h, r);
	put_whom(p, &h, r);
	put_what(&h, r);
	put_release_odd(&h, r);
	st = put_release_opened(p, &h, r);
	put_release_steps(p, &h, r);
	if (!st)
		st = releases_record(p, "release.read", r->row.id, r->nto);
	if (!st)
		st = release_shown(p->app, &p->q, r);
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

static enum status load(struct page *p, bool odd, struct release *r)
{
	enum status st = releases_for_staff(p);

	return st ? st
		  : release_load(p->app, &p->q, param(&p->params, "release"), odd, p->arena, r);
}

enum status page_release(struct page *p)
{
	struct release r;
	enum status st = load(p, true, &r);

	return st ? st : send_release(p, 200, &r, "");
}

enum status page_release_preview(struct page *p)
{
	struct release r;
	long n = 0;
	enum status st = load(p, false, &r);

	if (!st && !span_number(param(&p->params, "n"), RELEASE_ATTACHMENTS, &n))
		st = ST_NOTFOUND;
	if (!st)
		st = release_preview(p->app, &p->q, &r, (size_t)n, &p->res->body);
	if (!st)
		st = releases_record(p, "release.preview", r.row.id, (size_t)n);
	if (st)
		return st;
	p->res->status = 200;
	p->res->type = "image/png";
	p->res->sandbox = true;
	return response_inline(p->res, SPAN("preview.png"));
}

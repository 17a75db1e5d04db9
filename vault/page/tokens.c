/* Access tokens of an auditor: made, shown once, listed, ended. */
#include "vault/flow/access_tokens.h"
#include "vault/page/account.h"
#include "vault/page/lists.h"

#include <stdio.h>

static const char title[] = "アクセストークン";

struct screen {
	int status;
	const char *error, *field; /* what is wrong, and with which field; NULL */
	const char *token;	   /* a new one, shown this once; NULL */
};

/* ---- the list ------------------------------------------------------------------------------- */

struct listing {
	struct page *p;
	struct html *h;
	size_t count;
};

static void put_scope(struct html *h, const char *scope)
{
	struct span list = span_of(scope);

	if (strcmp(scope, "registry") == 0) {
		html_texts(h, "登録簿");
	} else if (strcmp(scope, "children") == 0) {
		html_texts(h, "登録簿と、すべてのお子さん");
	} else {
		html_texts(h, "登録簿と、");
		while (list.p) {
			html_leaf_class(h, "span", "nowrap", span_cut(&list, ','));
			html_texts(h, list.p ? "、" : "");
		}
	}
}

static void put_end(struct listing *l, const struct access_token *t)
{
	char number[24];

	snprintf(number, sizeof number, "%lld", t->n);
	html_open(l->h, "form");
	html_attrs(l->h, "method", "post");
	html_attrs(l->h, "action", "/account/tokens/end");
	frame_csrf(l->h, l->p);
	html_hidden(l->h, "n", span_of(number));
	html_open(l->h, "button");
	html_class(l->h, "link-button");
	html_textf(l->h, "「%s」を終わらせる", t->name);
	html_close(l->h);
	html_close(l->h);
}

static enum status one_token(void *ctx, const struct access_token *t)
{
	struct listing *l = ctx;
	struct html *h = l->h;

	if (l->count++ == 0) {
		html_open(h, "ul");
		html_class(h, "cards");
	}
	html_open(h, "li");
	html_leaf(h, "strong", span_of(t->name));
	html_open(h, "p");
	html_class(h, "note");
	html_texts(h, "写せるもの：");
	put_scope(h, t->scope);
	html_open(h, "br");
	html_textf(h, "理由：%s", t->reason);
	html_open(h, "br");
	html_texts(h, "いつまで：");
	list_moment(h, t->until);
	html_open(h, "br");
	html_texts(h, "さいごに使ったとき：");
	if (t->used)
		list_moment(h, t->used);
	else
		html_texts(h, "まだ 使っていません");
	html_close(h);
	put_end(l, t);
	html_close(h);
	return ST_OK;
}

static enum status put_list(struct page *p, struct html *h)
{
	struct listing l = {p, h, 0};
	enum status st;

	html_leafs(h, "h2", "使えるトークン");
	st = access_token_each(p->app->db, span_of(p->who->id), p->req->now, one_token, &l);
	if (l.count)
		html_close_to(h, "ul");
	else
		html_leaf_class(h, "p", "empty-state", SPAN("いま使えるトークンは ありません。"));
	return st;
}

/* ---- a new one ------------------------------------------------------------------------------ */

static const char *wrong(const struct screen *s, const char *field)
{
	return s->field && strcmp(s->field, field) == 0 ? s->error : NULL;
}

static struct span typed(const struct page *p, const char *field, const char *fresh)
{
	return p->form.count ? form_get(&p->form, field) : span_of(fresh);
}

static void put_form(struct page *p, struct html *h, const struct screen *s)
{
	static const struct field_choice scopes[] = {
	    {"registry", "登録簿だけ（アカウント、機関、鍵。お子さんの内容は ありません）"},
	    {"named", "登録簿と、番号を書いたお子さん"},
	    {"children", "登録簿と、すべてのお子さん"}};

	html_leafs(h, "h2", "新しく作る");
	html_leafs(h, "p",
		   "お子さんのリポジトリには、書かれた内容が すべて入っています。写すたびに、理由が"
		   "消せない記録に残り、ご家族の「だれが見たか」にも出ます。");
	form_begin(h, p, "/account/tokens");
	field_text(h,
		   &(struct field_look){.id = "name",
					.label = "名前",
					.hint = "あとで見分けるための名前。例 監査用のパソコン",
					.error = wrong(s, "name"),
					.required = true},
		   typed(p, "name", ""));
	field_radios(
	    h,
	    &(struct field_look){.id = "scope", .label = "写せるもの", .error = wrong(s, "scope")},
	    scopes, sizeof scopes / sizeof *scopes, typed(p, "scope", "registry"));
	field_text(h,
		   &(struct field_look){.id = "children",
					.label = "お子さんの番号",
					.hint = "番号を書いたお子さんだけのとき。いくつかあるときは"
						"空白で区切ります。例 c7k3m9q2v4",
					.error = wrong(s, "children")},
		   typed(p, "children", ""));
	field_text(h,
		   &(struct field_look){.id = "days",
					.label = "使える日数",
					.hint = "1から90まで。",
					.error = wrong(s, "days"),
					.width = "s",
					.inputmode = "numeric",
					.required = true},
		   typed(p, "days", "30"));
	field_text(h,
		   &(struct field_look){.id = "reason",
					.label = "理由",
					.hint = "10字から100字まで。ご家族が読んでもよい言葉で。",
					.error = wrong(s, "reason"),
					.required = true},
		   typed(p, "reason", ""));
	form_button(h, "記録して作る", "");
	html_close(h);
}

static void put_token(struct page *p, struct html *h, const char *token)
{
	facts_begin(h);
	fact_text(h, "利用者の名前", span_of(p->who->id));
	html_open(h, "div");
	html_leafs(h, "dt", "トークン");
	html_open(h, "dd");
	html_leaf_class(h, "span", "code-text", span_of(token));
	html_close(h);
	html_close(h);
	html_close(h);
	html_open(h, "p");
	html_texts(h, "git が パスワードを たずねたら、このトークンを 入れます。使い方は ");
	html_link(h, "/help/audit-tools", SPAN("自分の道具で確かめる"));
	html_texts(h, "に あります。");
	html_close(h);
}

/* ---- the page ------------------------------------------------------------------------------- */

static void put_banner(const struct page *p, const struct screen *s, struct frame *f)
{
	if (s->token) {
		f->banner_kind = "warning";
		f->banner = "このトークンは 1回だけ 出ます。いま写して、しまってください。";
	} else if (form_get(&p->query, "done").n) {
		f->banner_kind = "success";
		f->banner = "トークンを 終わらせました。";
	}
}

static enum status show(struct page *p, const struct screen *s)
{
	struct frame f = {
	    .title = title, .crumbs = account_crumbs, .ncrumbs = 2, .errors = s->error != NULL};
	struct html h;
	struct buf body;
	enum status st;

	put_banner(p, s, &f);
	frame_body(&h, &body);
	if (s->error && !s->field)
		error_box(&h, s->error);
	if (s->token)
		put_token(p, &h, s->token);
	else
		html_leafs(
		    &h, "p",
		    "git などの道具で 記録を写して 確かめるときに、パスワードの代わりに使います。"
		    "監査の担当だけが 作れます。");
	st = put_list(p, &h);
	if (!s->token)
		put_form(p, &h, s);
	if (!st)
		st = frame_send(p, s->status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_tokens(struct page *p)
{
	return show(p, &(struct screen){.status = 200});
}

enum status page_tokens_post(struct page *p)
{
	const struct access_wish wish = {
	    .name = form_get(&p->form, "name"),
	    .days = form_get(&p->form, "days"),
	    .reason = form_get(&p->form, "reason"),
	    .scope = form_get(&p->form, "scope"),
	    .children = form_get(&p->form, "children"),
	};
	struct screen s = {.status = 200};
	char token[TOKEN_TEXT];
	enum status st = access_token_make(p->app, &p->q, &p->session, &wish, &s.field, token);

	if (st == ST_TOOBIG)
		s.error = "トークンが 多すぎます。使わないものを 終わらせてください。";
	else if (st == ST_INVALID || st == ST_STALE)
		s.error = arena_printf(p->arena, "%s", fail_why());
	else if (st)
		return st;
	s.status = st ? 422 : 200;
	s.token = st ? NULL : token;
	st = show(p, &s);
	explicit_bzero(token, sizeof token);
	return st;
}

enum status page_tokens_end(struct page *p)
{
	long n;
	enum status st;

	if (!span_number(form_get(&p->form, "n"), 1000000000, &n))
		return page_error(p, 400, 0);
	st = access_token_end(p->app, &p->q, n);
	return st ? st : response_redirect(p->res, "/account/tokens?done=ended");
}

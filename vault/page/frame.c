#include "vault/page/frame.h"

#include "generator/base/day.h"
#include "generator/render/theme.h"
#include "generator/render/words.h"
#include "vault/journal/journal.h"
#include "vault/page/display.h"
#include "vault/page/help_link.h"

#include <stdio.h>

#ifndef KARTE_VERSION
#define KARTE_VERSION "0"
#endif

static const char service[] = "こどもカルテ";

enum { NAV_MAX = 9 };

/* What a role sees in the bar: id of the colour, and the way through the site.  Its first place has
   only itself, the others all that is beneath them. */
static const struct area {
	role_set roles;
	const char *id;
	struct {
		const char *href, *label;
	} nav[NAV_MAX];
} areas[] = {
    {ROLE_BIT(ROLE_HOUSEHOLD), "parent", {{"/", "ホーム"}, {"/help/household", "使いかた"}}},
    {ROLE_BIT(ROLE_AUDITOR),
     "audit",
     {{"/audit", "概要"},
      {"/audit/log", "操作ログ"},
      {"/audit/changes", "変更"},
      {"/audit/verify", "検証"},
      {"/audit/keys", "鍵"},
      {"/audit/retention", "保存期間"},
      {"/audit/alerts", "知らせ"},
      {"/help/auditor", "手引き"}}},
    {ROLE_BIT(ROLE_ADMIN),
     "admin",
     {{"/admin", "ホーム"},
      {"/admin/accounts", "アカウント"},
      {"/admin/institutions", "機関"},
      {"/admin/children", "子ども"},
      {"/admin/households", "世帯"},
      {"/admin/access", "見られる範囲"},
      {"/admin/alerts", "知らせ"},
      {"/help/admin", "手引き"}}},
    {~0u,
     "staff",
     {{"/", "ホーム"},
      {"/children", "子どもをさがす"},
      {"/releases", "配布"},
      {"/help/staff", "使いかた"}}},
};

static const struct area *area_of(enum role r)
{
	const struct area *a = areas;

	while (!role_in(r, a->roles) && a->roles != ~0u)
		a++;
	return a;
}

/* Parts of a place whose address does not say so. */
static const struct {
	const char *part, *place;
} parts[] = {
    {"/audit/exposure", "/audit/log"},
    {"/audit/children", "/audit/changes"},
    {"/audit/registry", "/audit/changes"},
    {"/audit/certificates", "/audit/retention"},
};

static bool is_beneath(struct span path, const char *place)
{
	size_t n = strlen(place);

	return span_starts(path, span_of(place)) && (path.n == n || path.p[n] == '/');
}

/* For aria-current: the page itself, a part of it, or not at all (""). */
static const char *current(struct span path, const char *place, bool home)
{
	bool beneath = is_beneath(path, place);

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		beneath = beneath ||
			  (strcmp(parts[i].place, place) == 0 && is_beneath(path, parts[i].part));
	return span_is(path, place) ? "page" : beneath && !home ? "true" : "";
}

static void put_area(const struct page *p, struct data *d)
{
	const struct area *a = area_of(p->who->role);
	struct data *area = data_map(d, "area");
	struct data *nav = data_list(data_map(d, "nav"), "items");

	data_texts(area, "id", a->id);
	data_textf(area, "label", "いまの役割：%s", role_label(p->who->role));
	for (size_t i = 0; i < NAV_MAX && a->nav[i].href; i++) {
		struct data *item;

		if (span_starts(span_of(a->nav[i].href), SPAN("/audit")) &&
		    !page_exists(a->nav[i].href))
			continue;
		item = data_add_map(nav);
		data_texts(item, "href", a->nav[i].href);
		data_texts(item, "label", a->nav[i].label);
		data_texts(item, "current", current(p->req->path, a->nav[i].href, i == 0));
	}
}

static void put_person(const struct page *p, struct data *d)
{
	struct data *person = data_map(d, "person");

	data_texts(person, "name", p->who->name);
	data_texts(person, "csrf", p->csrf);
	data_texts(person, "settings", "/settings/display");
}

static const char *sex_label(const char *sex)
{
	static const char *const words[][2] = {
	    {"female", "女"}, {"male", "男"}, {"other", "その他"}, {"unknown", "回答しない"}};

	for (size_t i = 0; i < 4; i++)
		if (strcmp(words[i][0], sex) == 0)
			return words[i][1];
	return "";
}

static void put_fact(struct data *facts, const char *label, const char *value)
{
	struct data *fact = data_add_map(facts);

	data_texts(fact, "label", label);
	data_texts(fact, "value", value);
}

/* With its reading above it, for those who want that; else the reading stands beside it. */
static void put_name(const struct child_row *c, bool ruby, struct data *identity)
{
	struct buf name;

	buf_init(&name, 16 * 1024);
	words_ruby_name(span_of(c->name), span_of(c->kana), &name);
	if (ruby && !name.st)
		data_trusted_raw_html(identity, "name", buf_span(&name));
	else
		data_texts(identity, "name", c->name);
	if (!ruby)
		data_texts(identity, "kana", c->kana);
	buf_clear(&name);
}

static void put_identity(const struct page *p, const struct child_row *c, bool ruby, struct data *d)
{
	struct data *identity = data_map(d, "identity"), *facts;
	char born[DAY_TEXT] = "", text[2 * DAY_TEXT];
	struct day b;

	put_name(c, ruby, identity);
	facts = data_list(identity, "facts");
	if (day_parse(span_of(c->born), &b)) {
		day_long(b, born);
		snprintf(text, sizeof text, "%s　%d歳", born, day_age(b, day_jst(p->req->now)));
		put_fact(facts, "生年月日", text);
	}
	put_fact(facts, "性別", sex_label(c->sex));
}

static void put_link(struct data *list, const char *href, const char *label)
{
	struct data *item = data_add_map(list);

	data_texts(item, "href", href);
	data_texts(item, "label", label);
}

static void put_links(const struct page *p, struct data *d)
{
	static const char *const links[][2] = {{"/settings/display", "表示の設定"},
					       {"/accessibility", "アクセシビリティ"},
					       {"/privacy", "個人情報の取りあつかい"},
					       {"/about", "このサイトについて"}};
	struct data *list = data_list(data_map(d, "links"), "items");

	if (help_link(p))
		put_link(list, help_link(p), "このページの使いかた");
	for (size_t i = 0; i < 4; i++)
		put_link(list, links[i][0], links[i][1]);
}

static void put_crumbs(const struct frame *f, struct data *d)
{
	struct data *list;

	if (!f->ncrumbs)
		return;
	list = data_list(data_map(d, "crumbs"), "items");
	for (size_t i = 0; i < f->ncrumbs; i++) {
		struct data *item = data_add_map(list);
		data_texts(item, "href", f->crumbs[i].href);
		data_text(item, "label", f->crumbs[i].label);
	}
}

static void put_common(const struct page *p, struct data *d, const char *title)
{
	char checkpoint[JOURNAL_SHORT];

	data_texts(d, "title", title);
	data_texts(d, "service", service);
	data_texts(d, "assets", "/assets");
	data_texts(d, "home", "/");
	data_texts(d, "version", KARTE_VERSION);
	data_texts(d, "help",
		   "こまったときは、通っている園・学校か、役所の担当の課に おたずねください。");
	put_links(p, d);
	if (p->who) {
		journal_checkpoint_seen(p->app->journal, checkpoint);
		data_texts(d, "checkpoint", checkpoint);
	}
}

static void put_display(const struct display *look, struct data *d)
{
	static const char *const sizes[] = {"", "size-large", "size-huge"};
	static const char *const colours[] = {"", "light", "dark"};
	struct data *display;

	if (!look->size && !look->colour && !look->still)
		return;
	display = data_map(d, "display");
	data_texts(display, "size", sizes[look->size]);
	data_texts(display, "colour", colours[look->colour]);
	data_texts(display, "motion", look->still ? "still" : "");
}

/* Readings are put into the whole page, so that the words of the theme have them, too. */
static enum status render(struct page *p, const char *template, struct data *d, bool ruby)
{
	struct buf plain;
	enum status st;

	if (!ruby)
		return theme_render(p->app->theme, template, d, &p->res->body);
	buf_init(&plain, PAGE_HTML_MAX);
	st = theme_render(p->app->theme, template, d, &plain);
	if (!st)
		words_ruby(p->app->words, buf_span(&plain), &p->res->body);
	buf_clear(&plain);
	return st ? st : p->res->body.st;
}

static enum status send(struct page *p, int status, const char *template, struct data *d, bool ruby)
{
	enum status st;

	buf_clear(&p->res->body);
	st = render(p, template, d, ruby);
	p->res->status = status;
	p->res->type = "text/html; charset=utf-8";
	return st;
}

enum status frame_send(struct page *p, int status, const struct frame *f, const struct buf *body)
{
	struct data *d = data_new(p->arena);
	struct display look = display_of(p);

	if (!d)
		return ST_NOMEM;
	if (body->st)
		return body->st;
	put_common(p, d, f->title);
	put_display(&look, d);
	if (p->who) {
		put_area(p, d);
		put_person(p, d);
	}
	if (f->child)
		put_identity(p, f->child, look.ruby, d);
	put_crumbs(f, d);
	data_text(d, "heading", f->heading.p ? f->heading : span_of(f->title));
	data_text(d, "caption", f->caption);
	data_flag(d, "wide", f->wide);
	data_flag(d, "errors", f->errors);
	if (f->banner_kind) {
		struct data *banner = data_add_map(data_list(d, "banners"));
		data_texts(banner, "kind", f->banner_kind);
		data_texts(banner, "text", f->banner);
	}
	if (f->summary.n)
		data_trusted_raw_html(d, "summary", f->summary);
	data_trusted_raw_html(d, "body", buf_span(body));
	return send(p, status, "page", d, look.ruby);
}

enum status frame_send_plain(struct page *p, int status, const char *title, const char *text)
{
	struct data *d = data_new(p->arena);

	if (!d)
		return ST_NOMEM;
	put_common(p, d, title);
	data_texts(d, "heading", title);
	data_texts(d, "text", text);
	data_texts(d, "number", p->req->id);
	return send(p, status, "error", d, false);
}

void frame_body(struct html *h, struct buf *b)
{
	buf_init(b, PAGE_HTML_MAX);
	html_init(h, b);
}

void frame_csrf(struct html *h, const struct page *p)
{
	html_hidden(h, "csrf", span_of(p->csrf));
}

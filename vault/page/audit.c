#include "generator/base/day.h"
#include "vault/flow/note.h"
#include "vault/journal/journal.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"

#include <stdio.h>

enum { SHOWN = 100 };

/* The filters of the form; each is a field of the URL. */
static const struct filter_field {
	const char *name, *label, *hint;
} fields[] = {
    {"from", "いつから", "例 2026/11/20"},
    {"to", "いつまで", NULL},
    {"account", "アカウント", NULL},
    {"child", "子どもの番号", NULL},
    {"event", "できごと", "例 sheet.save、sheet. でシート全部"},
};
enum { FIELDS = sizeof fields / sizeof *fields };

static const struct {
	const char *event, *label;
} events[] = {
    {"sheet.save", "シートを保存した"},
    {"sheet.create", "シートを作った"},
    {"sheet.read", "シートを読んだ"},
    {"sheet.edit", "記入の画面を開いた"},
    {"sheet.pdf", "PDFを開いた"},
    {"sheet.history", "版の一覧を見た"},
    {"sheet.version", "前の版を見た"},
    {"sheet.write", "シートを書こうとした"},
    {"sheet.get", "命令でシートを出した"},
    {"child.read", "カルテを見た"},
    {"child.pdf", "カルテのPDFを開いた"},
    {"child.list", "子どもの一覧を見た"},
    {"child.create", "子どもを登録した"},
    {"child.update", "子どもの登録を変えた"},
    {"enrol", "在籍を書いた"},
    {"leave", "在籍を終えた"},
    {"home", "ホームを見た"},
    {"login", "ログインした"},
    {"login.fail", "ログインに失敗した"},
    {"login.throttled", "ログインを待たせた"},
    {"logout", "ログアウトした"},
    {"audit.read", "記録を見た"},
    {"account.add", "アカウントを作った"},
    {"account.disable", "アカウントを止めた"},
    {"account.reset", "アカウントを出し直した"},
    {"institution.add", "機関を登録した"},
    {"key.add", "鍵を登録した"},
    {"site.build", "静的サイトを作った"},
};

static const char *event_label(struct span event)
{
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (span_is(event, events[i].event))
			return events[i].label;
	return NULL;
}

static void filter_form(struct page *p, struct html *h)
{
	html_open(h, "form");
	html_class(h, "filters");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", "/audit");
	for (int i = 0; i < FIELDS; i++) {
		html_open(h, "div");
		html_class(h, "field");
		html_open(h, "label");
		html_attrs(h, "for", fields[i].name);
		html_texts(h, fields[i].label);
		html_close(h);
		if (fields[i].hint)
			html_leaf_class(h, "p", "hint", span_of(fields[i].hint));
		html_open(h, "input");
		html_class(h, "input");
		html_attrs(h, "id", fields[i].name);
		html_attrs(h, "name", fields[i].name);
		html_attrs(h, "autocomplete", "off");
		html_attr(h, "value", form_get(&p->query, fields[i].name));
		html_close(h);
	}
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button");
	html_texts(h, "しぼりこむ");
	html_close(h);
	html_close(h);
}

static bool one_record(void *ctx, const struct record *r, struct span line)
{
	struct html *h = ctx;
	const char *label = event_label(r->event);

	(void)line;
	html_open(h, "tr");
	html_open(h, "td");
	list_time(h, r->t);
	html_close(h);
	html_leaf(h, "td", r->account);
	html_open(h, "td");
	if (label)
		html_texts(h, label);
	else
		html_text(h, r->event);
	html_close(h);
	html_leaf(h, "td", r->child);
	html_open(h, "td");
	if (r->object.p)
		html_text(h, r->object);
	if (r->new_.p)
		html_textf(h, "　%.7s", r->new_.p);
	html_close(h);
	html_open(h, "td");
	html_texts(h, span_is(r->decision, "deny") ? "断った" : "通した");
	if (r->reason.p)
		html_textf(h, "（%.*s）", SPAN_ARG(r->reason));
	html_close(h);
	html_close(h);
	return true;
}

static void table_head(struct html *h)
{
	static const char *const heads[] = {"日時",	      "アカウント", "できごと",
					    "子ども（番号）", "対象",	    "結果"};

	html_open(h, "div");
	html_class(h, "table-scroll");
	html_attrs(h, "tabindex", "0");
	html_attrs(h, "role", "region");
	html_attrs(h, "aria-labelledby", "records");
	html_open(h, "table");
	html_class(h, "dense");
	html_open(h, "caption");
	html_attrs(h, "id", "records");
	html_textf(h, "記録（新しい順に %d件まで）", SHOWN);
	html_close(h);
	html_open(h, "thead");
	html_open(h, "tr");
	for (size_t i = 0; i < 6; i++) {
		html_open(h, "th");
		html_attrs(h, "scope", "col");
		html_texts(h, heads[i]);
		html_close(h);
	}
	html_close(h);
	html_close(h);
	html_open(h, "tbody");
}

/* Midnight in Japan at the beginning of a day, or of the next. */
static bool day_start(struct span text, bool after, int64_t *out)
{
	struct day d;
	char iso[DAY_TEXT], utc[2 * DAY_TEXT];

	text = span_trim(text);
	if (text.n == 0)
		return true;
	if (!day_parse_typed(text, &d))
		return false;
	day_iso(after ? day_plus(d, 1) : d, iso);
	snprintf(utc, sizeof utc, "%sT00:00:00Z", iso);
	time_parse_utc(span_of(utc), out);
	*out -= 9 * 3600;
	return true;
}

static struct span given(struct page *p, const char *name)
{
	struct span s = span_trim(form_get(&p->query, name));

	return s.n ? s : SPAN_NONE;
}

enum status page_audit(struct page *p)
{
	struct frame f = {.title = "記録", .wide = true};
	struct journal_filter filter = {.limit = SHOWN,
					.newest_first = true,
					.account = given(p, "account"),
					.child = given(p, "child"),
					.event = given(p, "event")};
	struct note n = {.class = "read",
			 .event = "audit.read",
			 .who = p->who,
			 .child = path_child(filter.child) ? filter.child : SPAN_NONE,
			 .decision = "allow",
			 .reason = "role",
			 .request = p->req->id};
	struct html h;
	struct buf body;
	enum status st;

	if (!day_start(form_get(&p->query, "from"), false, &filter.from) ||
	    !day_start(form_get(&p->query, "to"), true, &filter.to)) {
		f.banner_kind = "error";
		f.banner = "日付は 2026/11/20 や 令和8年11月20日 の形で書いてください。";
	}
	frame_body(&h, &body);
	html_leafs(&h, "p",
		   "だれが、いつ、どの子どもの何を見たか、変えたかの記録です。中身は出ません。この"
		   "記録を見た"
		   "ことも記録されます。");
	filter_form(p, &h);
	table_head(&h);
	st = note_add(p->app, &n);
	if (!st)
		st = journal_scan(p->app->journal, &filter, one_record, &h);
	html_close_to(&h, "div");
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

#include "generator/base/day.h"
#include "vault/flow/note.h"
#include "vault/journal/journal.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/words.h"

#include <stdio.h>

enum { SHOWN = 100, COMMIT_TEXT = 41 /* @ and 40 digits */, COMMIT_SHORT = 7 };

/* The filters of the form; each is a field of the URL. */
static const struct filter_field {
	const char *name, *label, *hint;
} fields[] = {
    {"from", "いつから", "例 2026/11/20"},
    {"to", "いつまで", NULL},
    {"account", "アカウント", NULL},
    {"child", "子どもの番号", NULL},
    {"event", "できごと", "sheet. は シート全部"},
};
enum { FIELDS = sizeof fields / sizeof *fields };

static void put_outcome(struct html *h, const struct record *r)
{
	bool refused = span_is(r->decision, "deny");
	const char *label = word_of_reason(r->reason);
	struct span why = label ? span_of(label) : r->reason;

	html_leaf_class(h, "span", refused ? "tag tag-error" : "tag tag-plain",
			refused ? SPAN("断った") : SPAN("許した"));
	if (why.n)
		html_textf(h, " %.*s", SPAN_ARG(why));
}

/* Suggestions for the field of events, which also takes beginnings. */
static void put_events(struct html *h)
{
	html_open(h, "datalist");
	html_attrs(h, "id", "events");
	for (size_t i = 0; i < word_event_count; i++) {
		html_open(h, "option");
		html_attrs(h, "value", word_events[i].id);
		html_texts(h, word_events[i].label);
		html_close(h);
	}
	html_close(h);
}

/* TYPE/ID@COMMIT, or TYPE/ID and the commit that was made: as short as people say it. */
static void put_object(struct html *h, const struct record *r)
{
	long at = span_find(r->object, SPAN("@"));
	struct span object = r->object, commit = r->new_;

	if (at >= 0 && object.n - (size_t)at == COMMIT_TEXT) {
		commit = span_make(object.p + at + 1, COMMIT_TEXT - 1);
		object.n = (size_t)at;
	}
	html_text(h, object);
	if (commit.n >= COMMIT_SHORT) {
		html_texts(h, "　");
		html_leaf_class(h, "span", "code-text", span_make(commit.p, COMMIT_SHORT));
	}
}

static void filter_form(struct page *p, struct html *h)
{
	char hint[32];

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
		snprintf(hint, sizeof hint, "%s-hint", fields[i].name);
		if (fields[i].hint) {
			html_open(h, "p");
			html_class(h, "hint");
			html_attrs(h, "id", hint);
			html_texts(h, fields[i].hint);
			html_close(h);
		}
		html_open(h, "input");
		html_class(h, "input");
		html_attrs(h, "id", fields[i].name);
		html_attrs(h, "name", fields[i].name);
		html_attrs(h, "autocomplete", "off");
		html_attrs(h, "aria-describedby", fields[i].hint ? hint : NULL);
		html_attrs(h, "list", strcmp(fields[i].name, "event") ? NULL : "events");
		html_attr(h, "value", form_get(&p->query, fields[i].name));
		html_close(h);
	}
	put_events(h);
	html_open(h, "div");
	html_class(h, "actions");
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button");
	html_texts(h, "しぼりこむ");
	html_close(h);
	html_link(h, "/audit", SPAN("条件を消す"));
	html_close(h);
	html_close(h);
}

static const char *const heads[] = {"日時", "だれが", "できごと", "子どもの番号", "対象", "結果"};

struct found {
	struct page *p;
	struct html *h;
	int count;
};

static void table_head(struct html *h)
{
	char caption[64];

	snprintf(caption, sizeof caption, "記録（新しい順に %d件まで）", SHOWN);
	list_table(h, &(struct list_table){"records", caption, "dense list", heads, 6});
}

static void put_who(struct page *p, struct html *h, struct span account)
{
	struct account a;

	html_text(h, account);
	if (account.n && account_get(p->app->db, account, &a) == ST_OK)
		html_leaf_class(h, "div", "note", span_of(a.name));
}

static bool one_record(void *ctx, const struct record *r, struct span line)
{
	struct found *found = ctx;
	struct html *h = found->h;
	const char *label = word_of_event(r->event);

	(void)line;
	if (found->count++ == 0)
		table_head(h);
	html_open(h, "tr");
	list_cell(h, heads[0]);
	list_time(h, r->t);
	html_close(h);
	list_cell(h, heads[1]);
	put_who(found->p, h, r->account);
	html_close(h);
	list_cell(h, heads[2]);
	if (label)
		html_texts(h, label);
	else
		html_text(h, r->event);
	html_close(h);
	list_cell(h, heads[3]);
	if (r->child.n)
		html_leaf_class(h, "span", "nowrap", r->child);
	html_close(h);
	list_cell(h, heads[4]);
	put_object(h, r);
	html_close(h);
	list_cell(h, heads[5]);
	put_outcome(h, r);
	html_close(h);
	html_close(h);
	return true;
}

/* Midnight in Japan at the beginning of a day, or of the next. */
static bool day_start(struct span text, bool after, int64_t *out)
{
	struct day d;

	text = span_trim(text);
	if (text.n == 0)
		return true;
	if (!day_parse_typed(text, &d))
		return false;
	*out = day_begin_jst(after ? day_plus(d, 1) : d);
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
			 .request = p->req->id,
			 .hold = p->q.hold};
	struct html h;
	struct found found = {p, &h, 0};
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
	st = note_add(p->app, &n);
	if (!st)
		st = journal_scan(p->app->journal, &filter, one_record, &found);
	if (found.count)
		html_close_to(&h, "div");
	else
		html_leaf_class(&h, "p", "empty-state",
				SPAN("あてはまる記録は ありません。条件を へらしてみてください。"));
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

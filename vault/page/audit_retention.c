/* /audit/retention: how long the journal keeps what, what goes next, what went. */
#include "vault/page/audit_parts.h"

#include "generator/base/day.h"
#include "vault/flow/log_keep.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = 200 };

static const char *const rule_heads[] = {"記録の種類", "残す期間", "いま残っている月",
					 "つぎに消す月"};
static const char *const gone_heads[] = {"日時", "記録の種類と月", "件数", "記録の番号",
					 "ファイルのSHA-256"};
static const char *const outside_heads[] = {"日時", "記録の種類と月", "中身のSHA-256",
					    "暗号にしたファイルのSHA-256"};

/* ---- the policy ---------------------------------------------------------------------------- */

struct stock {
	struct journal_month *months;
	size_t count;
};

static void put_month(struct html *h, const char *month)
{
	html_textf(h, "%.4s年%ld月", month, strtol(month + 5, NULL, 10));
}

static void put_day(struct html *h, int64_t t)
{
	char text[DAY_TEXT];

	day_era(day_jst(t), text);
	html_text(h, span_of(text));
}

static void put_row(struct html *h, const struct stock *s, int class, int months)
{
	const struct journal_month *first = NULL, *last = NULL;
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->months[i].class == class && s->months[i].bytes) {
			first = first ? first : &s->months[i];
			last = &s->months[i];
			count++;
		}
	html_open(h, "tr");
	list_cell(h, rule_heads[0]);
	html_texts(h, audit_class_label(record_class_name(class)));
	html_close(h);
	list_cell(h, rule_heads[1]);
	if (months)
		html_textf(h, "%dか月", months);
	else
		html_texts(h, class == record_class(SPAN("change")) ? "リポジトリがあるかぎり"
								    : "消しません");
	html_close(h);
	list_cell(h, rule_heads[2]);
	if (first) {
		put_month(h, first->month);
		html_texts(h, " から ");
		put_month(h, last->month);
		html_textf(h, "（%zuか月分）", count);
	} else {
		html_texts(h, "ありません");
	}
	html_close(h);
	list_cell(h, rule_heads[3]);
	if (first && months) {
		put_month(h, first->month);
		html_texts(h, "（");
		put_day(h, log_keep_end(first->month, months));
		html_texts(h, " から）");
	} else {
		html_texts(h, "ありません");
	}
	html_close(h);
	html_close(h);
}

static enum status put_policy(struct page *p, struct html *h)
{
	struct log_keep_rule rule[LOG_KEEP_CLASSES];
	struct stock s = {.months = NULL};
	enum status st = journal_months(p->app->journal, &s.months, &s.count);

	log_keep_rules(p->app, p->req->now, rule);
	html_leafs(h, "h2", "残す期間");
	html_leafs(h, "p",
		   "期間は karte.yaml で決めます。月が期間をすぎると、その月の記録は ひとりでに "
		   "消えます。消しても、残した記録の順番と 数が 正しいことは、これまでどおり "
		   "確かめられます。月の境目は 協定世界時（日本の 午前9時）です。");
	list_table(h, &(struct list_table){"policy", "記録の種類ごとの保存期間", "dense list",
					   rule_heads, 4});
	for (int c = 0; c < RECORD_CLASSES; c++) {
		int months = 0;

		for (size_t i = 0; i < LOG_KEEP_CLASSES; i++)
			months = rule[i].class == c ? rule[i].months : months;
		put_row(h, &s, c, months);
	}
	html_close_to(h, "div");
	free(s.months);
	return st;
}

/* ---- what went ----------------------------------------------------------------------------- */

struct listing {
	struct html *h;
	size_t count;
	const char *id, *caption;
	const char *const *heads;
	size_t columns;
};

static void begin_row(struct listing *l, const struct record *r)
{
	if (l->count++ == 0)
		list_table(l->h, &(struct list_table){l->id, l->caption, "dense list", l->heads,
						      l->columns});
	html_open(l->h, "tr");
	list_cell(l->h, l->heads[0]);
	list_time(l->h, r->t);
	html_close(l->h);
}

static void put_what(struct html *h, struct span path)
{
	struct span class = span_cut(&path, '/');
	int c = record_class(class);

	html_texts(h, c >= 0 ? audit_class_label(record_class_name(c)) : "");
	html_textf(h, " %.*s", SPAN_ARG(path));
}

static void put_code(struct html *h, struct span text)
{
	html_leaf_class(h, "span", "code-text", text);
}

/* "read/2024-10 17 4711 2931 HASH" */
static bool put_gone(void *ctx, const struct record *r, struct span line)
{
	struct listing *l = ctx;
	struct span rest = r->object, what = span_cut(&rest, ' '), first = span_cut(&rest, ' '),
		    last = span_cut(&rest, ' '), count = span_cut(&rest, ' ');

	(void)line;
	begin_row(l, r);
	list_cell(l->h, gone_heads[1]);
	put_what(l->h, what);
	html_close(l->h);
	list_number(l->h, gone_heads[2]);
	html_textf(l->h, "%.*s件", SPAN_ARG(count));
	html_close(l->h);
	list_cell(l->h, gone_heads[3]);
	html_textf(l->h, "%.*s から %.*s まで", SPAN_ARG(first), SPAN_ARG(last));
	html_close(l->h);
	list_cell(l->h, gone_heads[4]);
	put_code(l->h, rest);
	html_close(l->h);
	html_close(l->h);
	return true;
}

/* "read/2024-10 PLAIN SEALED" */
static bool put_outside(void *ctx, const struct record *r, struct span line)
{
	struct listing *l = ctx;
	struct span rest = r->object, what = span_cut(&rest, ' '), plain = span_cut(&rest, ' ');

	(void)line;
	begin_row(l, r);
	list_cell(l->h, outside_heads[1]);
	put_what(l->h, what);
	html_close(l->h);
	list_cell(l->h, outside_heads[2]);
	put_code(l->h, plain);
	html_close(l->h);
	list_cell(l->h, outside_heads[3]);
	put_code(l->h, rest);
	html_close(l->h);
	html_close(l->h);
	return true;
}

static enum status put_list(struct page *p, struct listing *l, const char *event,
			    journal_each *each, const char *none)
{
	const struct trace_query q = {.field[TRACE_EVENT] = span_of(event),
				      .classes = 1u << record_class(SPAN("system")),
				      .limit = SHOWN};
	enum status st = log_search(p->app, &q, each, l);

	if (l->count)
		html_close_to(l->h, "div");
	else
		html_leaf_class(l->h, "p", "empty-state", span_of(none));
	return st;
}

static enum status put_lists(struct page *p, struct html *h)
{
	struct listing gone = {h, 0, "gone", "消した記録（新しい順）", gone_heads, 5};
	struct listing outside = {h, 0, "outside", "外に写した記録（新しい順）", outside_heads, 4};
	enum status st;

	html_leafs(h, "h2", "消した記録");
	st = put_list(p, &gone, "journal.prune", put_gone, "消した記録は まだありません。");
	html_leafs(h, "h2", "外に写した記録");
	if (!p->app->conf.keep_outside[0])
		html_leafs(h, "p", "消える前に外に写す設定は ありません。");
	return st ? st
		  : put_list(p, &outside, "journal.outside", put_outside,
			     "外に写した記録は ありません。");
}

enum status page_audit_retention(struct page *p)
{
	struct frame f = {.title = "記録の保存期間", .wide = true};
	struct log_keep_state state;
	struct html h;
	struct buf body;
	enum status st = log_keep_state(p->app, p->req->now, &state);

	if (!st && !state.good) {
		f.banner_kind = "error";
		f.banner = state.text;
	}
	frame_body(&h, &body);
	audit_nav(&h, AUDIT_RETENTION);
	if (!st)
		st = audit_note(p, "audit.retention", SPAN_NONE, SPAN_NONE, SPAN_NONE);
	if (!st)
		st = put_policy(p, &h);
	if (!st)
		st = put_lists(p, &h);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

/* /audit/log: who did, who saw what, newest first, a hundred at a time. */
#include "vault/page/audit_parts.h"

#include <limits.h>
#include <stdio.h>

enum { SHOWN = 100 };

static const char *const heads[] = {"日時", "だれが", "できごと", "お子さんの番号", "対象", "結果"};

struct found {
	struct page *p;
	struct html *h;
	int count;
	bool more;
	uint64_t last; /* number of the record that was shown last */
};

static void table_head(struct html *h)
{
	char caption[64];

	snprintf(caption, sizeof caption, "記録（新しい順に %d件まで）", SHOWN);
	list_table(h, &(struct list_table){"records", caption, "dense list", heads, 6});
}

static void put_time(struct html *h, const struct record *r)
{
	char href[HREF_MAX];

	snprintf(href, sizeof href, "/audit/log/%llu", (unsigned long long)r->n);
	html_open(h, "a");
	html_attrs(h, "href", href);
	list_time(h, r->t);
	html_close(h);
}

static void put_child(struct html *h, struct span child)
{
	char href[HREF_MAX];

	if (!path_child(child)) {
		html_text(h, child);
		return;
	}
	snprintf(href, sizeof href, "/audit/log?child=%.*s", SPAN_ARG(child));
	html_open(h, "a");
	html_class(h, "nowrap");
	html_attrs(h, "href", href);
	html_text(h, child);
	html_close(h);
}

static void put_record(struct found *f, const struct record *r)
{
	struct html *h = f->h;

	html_open(h, "tr");
	list_cell(h, heads[0]);
	put_time(h, r);
	html_close(h);
	list_cell(h, heads[1]);
	audit_who(f->p, h, r->account, r->role, r->institution);
	html_close(h);
	list_cell(h, heads[2]);
	audit_event(h, r->event);
	html_close(h);
	list_cell(h, heads[3]);
	put_child(h, r->child);
	html_close(h);
	list_cell(h, heads[4]);
	audit_object(h, r);
	html_close(h);
	list_cell(h, heads[5]);
	audit_outcome(f->p, h, r);
	html_close(h);
	html_close(h);
}

static bool one_record(void *ctx, const struct record *r, struct span line)
{
	struct found *found = ctx;

	(void)line;
	if (found->count == SHOWN) {
		found->more = true;
		return false;
	}
	if (found->count++ == 0)
		table_head(found->h);
	found->last = r->n;
	put_record(found, r);
	return true;
}

/* Pages go on behind the last record that was shown: new ones in between shift nothing. */
static void put_pager(struct html *h, const struct audit_filter *f, const struct found *found)
{
	char href[AUDIT_HREF], number[32];

	if (!found->more && !f->q.upto)
		return;
	html_open(h, "nav");
	html_attrs(h, "aria-label", "ページ");
	html_open(h, "ul");
	html_class(h, "pager");
	if (f->q.upto) {
		audit_filter_href(f, "/audit/log", NULL, NULL, NULL, href);
		html_open(h, "li");
		html_link(h, href, SPAN("いちばん新しい100件"));
		html_close(h);
	}
	if (found->more) {
		snprintf(number, sizeof number, "%llu", (unsigned long long)found->last);
		audit_filter_href(f, "/audit/log", NULL, "before", number, href);
		html_open(h, "li");
		html_link(h, href, SPAN("つぎの（古い）100件"));
		html_close(h);
	}
	html_close(h);
	html_close(h);
}

static void put_exports(struct html *h, const struct audit_filter *f)
{
	static const struct {
		const char *form, *label;
	} forms[] = {{"csv", "CSVで出す"}, {"xlsx", "Excel（XLSX）で出す"}};
	char href[AUDIT_HREF];

	html_leafs(h, "h2", "ファイルに出す");
	html_leafs(h, "p",
		   "いまの条件に あてはまる記録を、すべて 1つの ZIPに します。この保管庫の署名と "
		   "SHA-256が つきます。出したことは、条件といっしょに 記録されます。");
	html_open(h, "ul");
	html_class(h, "chips");
	for (size_t i = 0; i < 2; i++) {
		audit_filter_href(f, "/audit/log/export", NULL, "form", forms[i].form, href);
		html_open(h, "li");
		html_link(h, href, span_of(forms[i].label));
		html_close(h);
	}
	html_close(h);
}

static enum status put_found(struct page *p, struct html *h, struct audit_filter *f,
			     struct frame *frame)
{
	struct found found = {.p = p, .h = h};
	enum status st;

	f->q.limit = SHOWN + 1;
	st = log_search(p->app, &f->q, one_record, &found);
	if (found.count)
		html_close_to(h, "div");
	else
		html_leaf_class(h, "p", "empty-state",
				SPAN("あてはまる記録は ありません。条件を へらしてみてください。"));
	put_pager(h, f, &found);
	if (st == ST_CORRUPT) {
		frame->banner_kind = "error";
		frame->banner = "読めない記録があります。karte verify で 確かめてください。";
		st = ST_OK;
	}
	if (!st && found.count)
		put_exports(h, f);
	return st;
}

static void read_token(struct page *p, struct audit_filter *f)
{
	long n;

	if (span_number(form_get(&p->query, "before"), LONG_MAX, &n))
		f->q.upto = (uint64_t)n;
}

enum status audit_log_show(struct page *p, int status, const char *error)
{
	struct frame f = {.title = "操作と閲覧の記録", .wide = true};
	struct audit_filter filter;
	struct html h;
	struct buf body;
	enum status st;

	audit_filter_read(&filter, &p->query);
	read_token(p, &filter);
	error = error ? error : filter.error;
	if (error) {
		f.banner_kind = "error";
		f.banner = error;
	}
	frame_body(&h, &body);
	audit_nav(&h, AUDIT_LOG);
	html_leafs(&h, "p",
		   "だれが、いつ、どの子どもの何を見たか、変えたかの記録です。中身は出ません。"
		   "この記録を見たことも記録されます。");
	audit_filter_kinds(&h, &filter);
	audit_filter_form(&h, &filter);
	audit_filter_chips(&h, &filter);
	st = audit_note(p, "audit.read", filter.q.field[TRACE_CHILD], SPAN_NONE, SPAN_NONE);
	if (!st)
		st = put_found(p, &h, &filter, &f);
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_audit(struct page *p)
{
	return audit_log_show(p, 200, NULL);
}

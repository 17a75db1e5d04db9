#include "vault/page/accesses.h"

#include "generator/base/day.h"

/* What was done, and whether it was done to a sheet, which is named if this reader may know it. */
static const struct look {
	const char *event;
	bool sheet;
	const char *text;
} looks[] = {
    {"child.read", false, "カルテを 見ました"},
    {"child.pdf", false, "カルテ全体の PDFを 出しました"},
    {"child.print", false, "カルテを 印刷しました"},
    {"child.timeline", false, "できごとを 見ました"},
    {"child.accesses", false, "「だれが見たか」を 見ました"},
    {"child.open", false, "理由を 書いて 開きました"},
    {"sheet.list", false, "シートの一覧を 見ました"},
    {"sheet.read", true, "を 読みました"},
    {"sheet.edit", true, "の 記入の画面を 開きました"},
    {"sheet.pdf", true, "の PDFを 出しました"},
    {"sheet.history", true, "の これまでの版を 見ました"},
    {"sheet.version", true, "の 前の版を 見ました"},
    {"sheet.version.pdf", true, "の 前の版の PDFを 出しました"},
    {"sheet.get", true, "を ファイルに 出しました"},
    {"file.list", false, "ファイルの一覧を 見ました"},
    {"file.page", false, "ファイルの説明を 見ました"},
    {"file.preview", false, "ファイルの小さな画像を 見ました"},
    {"file.read", false, "ファイルを 受け取りました"},
    {"handover.list", false, "引き継ぎの一覧を 見ました"},
    {"handover.read", false, "引き継ぎの内容を 見ました"},
    {"handover.package", false, "引き継ぎの PDFを 出しました"},
    {"handover.new", false, "引き継ぎの画面を 開きました"},
    {"admin.child", false, "登録の内容を 見ました"},
    {"audit.read", false, "この お子さんについての 記録を 見ました"},
    {"audit.export", false, "この お子さんについての 記録を ファイルに 出しました"},
    {"audit.exposure", false, "だれが 開いたかを 調べました"},
    {"child.exposure", false, "だれが 開いたかを 調べました"},
    {"audit.changes", false, "この お子さんについての 変更の一覧を 見ました"},
    {"audit.change", false, "いつ どこが 変わったかを 見ました（中身は 見ていません）"},
    {"audit.content", false, "変更の 中身を 見ました"},
    {"git.clone", false, "監査のために カルテ全体を 写しました"},
    {"audit.bundle", false, "監査のために カルテ全体を 写しました"},
    {"site.build", false, "見せる ページを 作りました"},
};

static const char *const heads[] = {"いつ", "だれが", "なにを"};

bool is_look(const struct record *r)
{
	if (!span_is(r->decision, "allow"))
		return false;
	if (strcmp(r->class, "access") == 0)
		return span_is(r->event, "child.open");
	return strcmp(r->class, "read") == 0 || strcmp(r->class, "admin") == 0;
}

/* ---- one look ----------------------------------------------------------------------------- */

static void put_staff(struct accesses *a, const struct record *r)
{
	static const struct span hidden = {"関係機関", sizeof "関係機関" - 1};
	struct span name = a->names.institution(a->names.ctx, r->institution);
	char id[ID_MAX + 1];

	name = shield_say(&a->shield, name.n ? name : r->institution, hidden);
	if (!span_copy(r->institution, id, sizeof id) || shield_hides_institution(&a->shield, id))
		name = hidden;
	html_text(a->h, name);
	if (!span_eq(name, hidden)) /* its kind would tell of it */
		html_leaf_class(a->h, "div", "note", span_of(role_label(role_find(r->role))));
}

static void put_who(struct accesses *a, const struct record *r)
{
	if (span_is(r->account, a->p->who->id))
		html_texts(a->h, "あなた");
	else if (r->institution.n)
		put_staff(a, r);
	else if (span_is(r->role, "household"))
		html_texts(a->h, "保護者");
	else if (span_starts(r->account, SPAN("os:")))
		html_texts(a->h, "サーバーの 担当");
	else
		html_textf(a->h, "役所の %s担当",
			   span_is(r->role, "auditor") ? "監査の " : "管理の ");
}

/* TYPE/ID, perhaps with @ and a version: the title, or only that it was a sheet. */
static struct span title_of(const struct accesses *a, struct span object)
{
	struct span name = span_cut(&object, '@'), type = span_cut(&name, '/');

	for (size_t i = 0; i < a->sheets.count; i++) {
		const struct sheet_row *row = &a->sheets.rows[i];

		if (span_is(type, row->type) && span_is(name, row->id))
			return shield_say(&a->shield, span_of(row->title), SPAN("シート"));
	}
	return SPAN("シート");
}

/* Of an institution that is kept from this reader, not even the words. */
static void put_reason(struct accesses *a, const struct record *r)
{
	struct span instead = SPAN("お見せできません"), reason = r->object;
	char id[ID_MAX + 1] = "";

	span_copy(r->institution.n ? r->institution : SPAN(""), id, sizeof id);
	if (shield_hides_institution(&a->shield, id))
		reason = instead;
	html_open(a->h, "div");
	html_textf(a->h, "理由：%.*s", SPAN_ARG(shield_say(&a->shield, reason, instead)));
	html_close(a->h);
}

/* That there is a handover at all may be what is kept: to where a child goes (支援措置). */
static bool is_kept(const struct accesses *a, const struct record *r)
{
	return (a->shield.nwords || a->shield.ninstitutions) &&
	       span_starts(r->event, SPAN("handover."));
}

static void put_what(struct accesses *a, const struct record *r)
{
	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
		if (!span_is(r->event, looks[i].event) || is_kept(a, r))
			continue;
		if (looks[i].sheet)
			html_text(a->h, title_of(a, r->object));
		html_texts(a->h, looks[i].text);
		if (strcmp(r->class, "access") == 0)
			put_reason(a, r);
		return;
	}
	html_texts(a->h, "情報を 見ました");
}

/* 「11月20日 14:31」: the heading has the year. */
static void put_when(struct html *h, int64_t t)
{
	char iso[DAY_TEXT], utc[DAY_TEXT];
	struct day d = day_jst(t);

	time_jst(t, iso);
	time_utc(t, utc);
	html_open(h, "time");
	html_attrs(h, "datetime", utc);
	html_textf(h, "%d月%d日 %s", d.m, d.d, iso + sizeof "2026-11-20");
	html_close(h);
}

bool put_look(void *ctx, const struct record *r, struct span line)
{
	struct accesses *a = ctx;
	struct html *h = a->h;

	(void)line;
	if (!is_look(r))
		return true;
	if (a->skip > 0) {
		a->skip--;
		return true;
	}
	if (a->count++ == LOOKS_SHOWN)
		return false;
	if (a->count == 1)
		list_table(h, &(struct list_table){"looks", "新しい順に ならんでいます", "list",
						   heads, 3});
	html_open(h, "tr");
	list_cell(h, heads[0]);
	put_when(h, r->t);
	html_close(h);
	list_cell(h, heads[1]);
	put_who(a, r);
	html_close(h);
	list_cell(h, heads[2]);
	put_what(a, r);
	html_close(h);
	html_close(h);
	return true;
}

/* The filters of the journal's list: what the address says, and how people choose it. */
#include "vault/page/audit_parts.h"

#include "generator/base/day.h"
#include "vault/http/percent.h"
#include "vault/page/widgets.h"
#include "vault/page/words.h"

#include <stdio.h>

enum kind { TEXT, DAY_FROM, DAY_TO, CHOICE };

static const struct field_choice class_choices[] = {
    {"", "すべて"},
    {"operation", "操作（見ただけを除く）"},
    {"change", "変えた記録"},
    {"read", "見た記録"},
    {"access", "断った・理由で開けた記録"},
    {"session", "出入り"},
    {"admin", "管理の操作"},
    {"system", "システム"},
};

static const struct field_choice decision_choices[] = {
    {"", "すべて"}, {"allow", "許した"}, {"deny", "断った"}};

/* Each is a field of the address. */
static const struct filter_field {
	const char *name, *label, *hint;
	enum kind kind;
	const struct field_choice *choices;
	size_t count;
	const char *list; /* suggestions */
} fields[] = {
    {"from", "いつから", "例 2026/11/20", DAY_FROM, NULL, 0, NULL},
    {"to", "いつまで", NULL, DAY_TO, NULL, 0, NULL},
    {"account", "人", "アカウント", TEXT, NULL, 0, NULL},
    {"institution", "機関", "機関の番号 例 aozora-es", TEXT, NULL, 0, NULL},
    {"child", "お子さんの番号", NULL, TEXT, NULL, 0, NULL},
    {"class", "種類", NULL, CHOICE, class_choices, sizeof class_choices / sizeof *class_choices,
     NULL},
    {"event", "操作", "sheet. は シート全部", TEXT, NULL, 0, "events"},
    {"object", "対象", "例 kyoiku-shien/2026", TEXT, NULL, 0, NULL},
    {"word", "言葉", "対象と理由の中の言葉", TEXT, NULL, 0, NULL},
    {"decision", "結果", NULL, CHOICE, decision_choices,
     sizeof decision_choices / sizeof *decision_choices, NULL},
};
enum { FIELDS = sizeof fields / sizeof *fields };

/* What people look for most often, and the filters that give it. */
static const struct {
	const char *label, *query, *name, *value;
} kinds[] = {
    {"すべて", "", "class", NULL},
    {"操作ログ", "?class=operation", "class", "operation"},
    {"閲覧記録", "?class=read", "class", "read"},
    {"断ったもの", "?decision=deny", "decision", "deny"},
    {"理由を書いて開いたもの", "?event=child.open&decision=allow", "event", "child.open"},
};

/* ---- reading ------------------------------------------------------------------------------- */

static struct span given(const struct audit_filter *f, const char *name)
{
	struct span s = span_trim(form_get(f->given, name));

	return s.n ? s : SPAN_NONE;
}

/* Midnight in Japan at the beginning of a day, or of the next. */
static void read_day(struct audit_filter *f, const char *name, bool after, int64_t *out)
{
	struct span text = given(f, name);
	struct day d;

	if (!text.n)
		return;
	if (day_parse_typed(text, &d))
		*out = day_begin_jst(after ? day_plus(d, 1) : d);
	else
		f->error = "日付は 2026/11/20 や 令和8年11月20日 の形で書いてください。";
}

static void read_class(struct audit_filter *f)
{
	struct span class = given(f, "class");
	int c = record_class(class);

	if (span_is(class, "operation"))
		f->q.classes = ((1u << RECORD_CLASSES) - 1) & ~(1u << record_class(SPAN("read")));
	else if (c >= 0)
		f->q.classes = 1u << c;
	else if (class.n)
		f->error = "種類は 一覧から選んでください。";
}

void audit_filter_read(struct audit_filter *f, const struct form *form)
{
	static const struct {
		const char *name;
		enum trace_field field;
	} texts[] = {{"account", TRACE_ACCOUNT}, {"institution", TRACE_INSTITUTION},
		     {"child", TRACE_CHILD},	 {"event", TRACE_EVENT},
		     {"object", TRACE_OBJECT},	 {"decision", TRACE_DECISION}};

	*f = (struct audit_filter){.given = form};
	read_day(f, "from", false, &f->q.from);
	read_day(f, "to", true, &f->q.to);
	read_class(f);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		f->q.field[texts[i].field] = given(f, texts[i].name);
	if (f->q.field[TRACE_OBJECT].n)
		log_object(f->q.field[TRACE_OBJECT], &f->q.field[TRACE_OBJECT],
			   &f->q.field[TRACE_VERSION]);
	f->q.word = given(f, "word");
	for (int i = 0; i < FIELDS; i++)
		if (given(f, fields[i].name).n > AUDIT_TEXT)
			f->error = "条件が長すぎます。";
}

/* ---- as an address and in words ------------------------------------------------------------ */

static void add_query(struct buf *out, const char *name, struct span value)
{
	buf_addc(out, memchr(out->data, '?', out->len) ? '&' : '?');
	buf_adds(out, name);
	buf_addc(out, '=');
	percent_encode(out, value);
}

void audit_filter_href(const struct audit_filter *f, const char *path, const char *but,
		       const char *name, const char *value, char out[static AUDIT_HREF])
{
	struct buf b;

	buf_init(&b, AUDIT_HREF - 1);
	buf_adds(&b, path);
	for (int i = 0; i < FIELDS; i++) {
		struct span v = given(f, fields[i].name);

		if (v.n && v.n <= AUDIT_TEXT && !(but && strcmp(but, fields[i].name) == 0))
			add_query(&b, fields[i].name, v);
	}
	if (name)
		add_query(&b, name, span_of(value));
	snprintf(out, AUDIT_HREF, "%s", b.st ? path : buf_str(&b));
	buf_clear(&b);
}

static struct span say(const struct filter_field *f, struct span value)
{
	const char *label = strcmp(f->name, "event") == 0 ? word_of_event(value) : NULL;

	for (size_t i = 0; i < f->count; i++)
		if (span_is(value, f->choices[i].value))
			label = f->choices[i].label;
	return label ? span_of(label) : value;
}

void audit_filter_text(const struct audit_filter *f, struct buf *out)
{
	const char *between = "";

	for (int i = 0; i < FIELDS; i++) {
		struct span v = given(f, fields[i].name);

		if (!v.n)
			continue;
		buf_addf(out, "%s%s=%.*s", between, fields[i].label, SPAN_ARG(v));
		between = " ";
	}
}

/* ---- choosing ------------------------------------------------------------------------------ */

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

static void put_field(struct html *h, const struct filter_field *f, struct span value)
{
	char hint[32];

	snprintf(hint, sizeof hint, "%s-hint", f->name);
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "label");
	html_attrs(h, "for", f->name);
	html_texts(h, f->label);
	html_close(h);
	if (f->hint) {
		html_open(h, "p");
		html_class(h, "hint");
		html_attrs(h, "id", hint);
		html_texts(h, f->hint);
		html_close(h);
	}
	html_open(h, "input");
	html_class(h, "input");
	html_attrs(h, "id", f->name);
	html_attrs(h, "name", f->name);
	html_attrs(h, "autocomplete", "off");
	html_attrs(h, "aria-describedby", f->hint ? hint : NULL);
	html_attrs(h, "list", f->list);
	html_attr(h, "value", value);
	html_close(h);
}

void audit_filter_form(struct html *h, const struct audit_filter *f)
{
	html_open(h, "form");
	html_class(h, "filters");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", "/audit/log");
	for (int i = 0; i < FIELDS; i++) {
		struct span value = form_get(f->given, fields[i].name);

		if (fields[i].kind == CHOICE)
			field_select(
			    h, &(struct field_look){.id = fields[i].name, .label = fields[i].label},
			    fields[i].choices, fields[i].count, value);
		else
			put_field(h, &fields[i], value);
	}
	put_events(h);
	html_open(h, "div");
	html_class(h, "actions");
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, "button");
	html_texts(h, "しぼりこむ");
	html_close(h);
	html_close(h);
	html_close(h);
}

void audit_filter_kinds(struct html *h, const struct audit_filter *f)
{
	size_t now = 0;
	char href[AUDIT_HREF];

	for (size_t i = 1; i < sizeof kinds / sizeof *kinds; i++)
		if (span_is(given(f, kinds[i].name), kinds[i].value))
			now = i;
	html_open(h, "nav");
	html_attrs(h, "aria-label", "記録の種類");
	html_open(h, "ul");
	html_class(h, "chips");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		snprintf(href, sizeof href, "/audit/log%s", kinds[i].query);
		html_open(h, "li");
		html_open(h, "a");
		html_attrs(h, "href", href);
		html_attrs(h, "aria-current", i == now ? "page" : NULL);
		html_texts(h, kinds[i].label);
		html_close(h);
		html_close(h);
	}
	html_close(h);
	html_close(h);
}

void audit_filter_chips(struct html *h, const struct audit_filter *f)
{
	bool some = false;
	char href[AUDIT_HREF];

	for (int i = 0; i < FIELDS; i++) {
		struct span value = given(f, fields[i].name);

		if (!value.n)
			continue;
		if (!some) {
			html_leafs(h, "h2", "いまの条件");
			html_open(h, "ul");
			html_class(h, "chips");
		}
		some = true;
		audit_filter_href(f, "/audit/log", fields[i].name, NULL, NULL, href);
		html_open(h, "li");
		html_open(h, "a");
		html_attrs(h, "href", href);
		html_textf(h, "%s：%.*s を外す", fields[i].label, SPAN_ARG(say(&fields[i], value)));
		html_close(h);
		html_close(h);
	}
	if (!some)
		return;
	html_open(h, "li");
	html_link(h, "/audit/log", SPAN("条件を消す"));
	html_close(h);
	html_close(h);
}

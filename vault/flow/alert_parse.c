/* What stands in a file of rules, key by key. */
#include "vault/flow/alert_rules_impl.h"

#include "generator/base/path.h"
#include "generator/base/text.h"
#include "vault/flow/check_state.h"
#include "vault/journal/record.h"

#include <stddef.h>

enum { DAY_SECONDS = 86400, COUNT_MAX = 4000, USUAL_MAX = 100, HOURS_MAX = 50, LIST_MAX = 500 };

struct parse {
	struct alert_rules *r;
	const char *file;
	struct problems *ps;
};

static void wrong(struct parse *p, const struct ynode *n, const char *code, const char *text)
{
	problem_add(p->ps, p->file, n->line, n->col, code, "%s", text);
}

/* ---- values ------------------------------------------------------------------------------- */

/* "90", "90s", "30m", "12h", "2d" as seconds. */
static bool read_seconds(struct span s, long most, int *out)
{
	static const struct {
		char unit;
		long factor;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', DAY_SECONDS}};
	long factor = 1, v;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (s.n && s.p[s.n - 1] == units[i].unit) {
			factor = units[i].factor;
			s.n--;
			break;
		}
	if (!span_number(s, most / factor, &v))
		return false;
	*out = (int)(v * factor);
	return true;
}

static void set_seconds(struct parse *p, struct ynode *n, int *out)
{
	if (n && (n->kind != Y_TEXT || !read_seconds(n->text, 90L * DAY_SECONDS, out)))
		wrong(p, n, "alerts.time",
		      "時間は 10m、2h、1d のように、90日までで書いてください。");
}

static void set_number(struct parse *p, struct ynode *n, long least, long most, long *out)
{
	long v;

	if (!n)
		return;
	if (n->kind != Y_TEXT || !span_number(n->text, most, &v) || v < least)
		problem_add(p->ps, p->file, n->line, n->col, "alerts.number",
			    "%ld から %ld までの数にしてください。", least, most);
	else
		*out = v;
}

static void set_text(struct parse *p, struct ynode *n, size_t most, struct span *out)
{
	if (!n)
		return;
	if (n->kind != Y_TEXT || !n->text.n || text_graphemes(n->text) > most)
		problem_add(p->ps, p->file, n->line, n->col, "alerts.text",
			    "%zu字までの文にしてください。", most);
	else
		*out = n->text;
}

/* One of some words; their number, or -1. */
static int choose(struct parse *p, struct ynode *n, const char *const *words, int count)
{
	for (int i = 0; n && n->kind == Y_TEXT && i < count; i++)
		if (span_is(n->text, words[i]))
			return i;
	if (n)
		wrong(p, n, "alerts.choice", "ここに書ける言葉ではありません。");
	return -1;
}

static void set_list(struct parse *p, struct ynode *n, struct alert_list *out,
		     bool (*good)(struct span), const char *what)
{
	size_t i = 0;

	if (!n)
		return;
	if (n->kind != Y_LIST || n->count > LIST_MAX) {
		wrong(p, n, "alerts.list", "500までの一覧 [ ] にしてください。");
		return;
	}
	out->items = arena_array(p->r->arena, n->count ? n->count : 1, sizeof *out->items);
	out->count = out->items ? n->count : 0;
	for (const struct ynode *t = n->first; t && out->items; t = t->next) {
		if (t->kind != Y_TEXT || !good(t->text))
			wrong(p, t, "alerts.list", what);
		else
			out->items[i] = t->text;
		i++;
	}
}

static bool is_event(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		      s.p[i] == '.' || s.p[i] == '-'))
			return false;
	/* what alerts tell would tell itself */
	return s.n > 0 && s.n <= 64 && !span_is(s, "alert") && !span_starts(s, SPAN("alert."));
}

static bool is_reason(struct span s)
{
	return s.n > 0 && s.n <= 100;
}

static bool is_account(struct span s)
{
	return path_id(s) || (span_starts(s, SPAN("os:")) && s.n < 64);
}

static bool is_day(struct span s)
{
	struct day d;

	return day_parse(s, &d);
}

static void set_roles(struct parse *p, struct ynode *n, role_set *out)
{
	if (!n)
		return;
	if (n->kind != Y_LIST || !n->count) {
		wrong(p, n, "alerts.role", "役割の一覧 [ ] にしてください。");
		return;
	}
	*out = 0;
	for (const struct ynode *t = n->first; t; t = t->next) {
		enum role role = t->kind == Y_TEXT ? role_find(t->text) : ROLE_NOBODY;

		if (role == ROLE_NOBODY)
			wrong(p, t, "alerts.role", "その役割はありません。");
		*out |= ROLE_BIT(role);
	}
}

/* ---- hours -------------------------------------------------------------------------------- */

/* "07:30"; 24:00 is the end of a day. */
static bool read_clock(struct span s, int *out)
{
	long h, m;

	if (s.n != 5 || s.p[2] != ':' || !span_number(span_make(s.p, 2), 24, &h) ||
	    !span_number(span_make(s.p + 3, 2), 59, &m) || h * 60 + m > 24 * 60)
		return false;
	*out = (int)(h * 60 + m);
	return true;
}

static unsigned read_days(struct parse *p, const struct ynode *n)
{
	static const char *const names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
	unsigned days = 0;

	for (struct ynode *t = n->kind == Y_LIST ? n->first : NULL; t; t = t->next) {
		int d = choose(p, t, names, 7);

		days |= d < 0 ? 0 : 1U << d;
	}
	return days;
}

static void read_hours(struct parse *p, struct ynode *n, struct alert_hours *out)
{
	struct ynode *roles = ymap_get(n, "roles"), *days = ymap_get(n, "days");
	struct ynode *from = ymap_get(n, "from"), *to = ymap_get(n, "to");

	if (!roles || !days || !from || !to) {
		wrong(p, n, "alerts.hours", "roles、days、from、to が要ります。");
		return;
	}
	set_roles(p, roles, &out->roles);
	out->days = read_days(p, days);
	if (!out->days)
		wrong(p, days, "alerts.hours", "days は [mon, tue] のような曜日の一覧です。");
	if (from->kind != Y_TEXT || to->kind != Y_TEXT || !read_clock(from->text, &out->from) ||
	    !read_clock(to->text, &out->to) || out->from >= out->to)
		wrong(p, from, "alerts.hours",
		      "from と to は \"07:30\" の形で、from を先の時刻にしてください。");
	ymap_unknown(n, p->file, p->ps);
}

static void set_hours(struct parse *p, struct ynode *n, struct alert_rule *rule)
{
	size_t i = 0;

	if (!n)
		return;
	if (n->kind != Y_LIST || !n->count || n->count > HOURS_MAX) {
		wrong(p, n, "alerts.hours", "50までの一覧にしてください。");
		return;
	}
	rule->hours = arena_array(p->r->arena, n->count, sizeof *rule->hours);
	rule->nhours = rule->hours ? n->count : 0;
	for (struct ynode *t = n->first; t && rule->hours; t = t->next)
		read_hours(p, t, &rule->hours[i++]);
}

static void set_except(struct parse *p, struct ynode *n, struct alert_rule *rule)
{
	if (!n)
		return;
	if (n->kind != Y_MAP) {
		wrong(p, n, "alerts.except", "accounts、institutions、days を書いてください。");
		return;
	}
	set_list(p, ymap_get(n, "accounts"), &rule->except_accounts, is_account,
		 "アカウントの番号ではありません。");
	set_list(p, ymap_get(n, "institutions"), &rule->except_institutions, path_id,
		 "機関の番号ではありません。");
	set_list(p, ymap_get(n, "days"), &rule->except_days, is_day,
		 "日付は 2026-12-29 の形で書いてください。");
	ymap_unknown(n, p->file, p->ps);
}

/* ---- a rule ------------------------------------------------------------------------------- */

static void set_words(struct parse *p, struct ynode *map, struct alert_rule *rule)
{
	static const char *const severities[] = {"notice", "warning", "severe"};
	static const char *const bys[] = {"account", "child", "institution", "object", "all"};
	static const char *const ofs[] = {"records", "children", "sheets"};
	static const char *const levels[] = {"warn", "fail"};
	static const char *const flags[] = {"false", "true"};
	static const char *const decisions[] = {"allow", "deny"};
	int v;

	if ((v = choose(p, ymap_get(map, "severity"), severities, 3)) >= 0)
		rule->severity = (enum alert_severity)v;
	if ((v = choose(p, ymap_get(map, "by"), bys, 5)) >= 0)
		rule->by = (enum alert_by)v;
	if ((v = choose(p, ymap_get(map, "of"), ofs, 3)) >= 0)
		rule->of = (enum alert_of)v;
	if ((v = choose(p, ymap_get(map, "level"), levels, 2)) >= 0)
		rule->level = v + 1;
	if ((v = choose(p, ymap_get(map, "off"), flags, 2)) >= 0)
		rule->off = v;
	if ((v = choose(p, ymap_get(map, "decision"), decisions, 2)) >= 0)
		rule->decision = span_of(decisions[v]);
}

static void set_records(struct parse *p, struct ynode *map, struct alert_rule *rule)
{
	struct ynode *class = ymap_get(map, "class");
	long usual = rule->usual;

	if (class) {
		rule->class = class->kind == Y_TEXT ? record_class(class->text) : -1;
		if (rule->class < 0)
			wrong(p, class, "alerts.class", "記録のその種類はありません。");
	}
	set_list(p, ymap_get(map, "events"), &rule->events, is_event,
		 "できごとの名前ではありません（alert は書けません）。");
	set_list(p, ymap_get(map, "reasons"), &rule->reasons, is_reason, "理由ではありません。");
	set_roles(p, ymap_get(map, "roles"), &rule->roles);
	set_roles(p, ymap_get(map, "target"), &rule->target);
	set_number(p, ymap_get(map, "count"), 1, COUNT_MAX, &rule->count);
	set_seconds(p, ymap_get(map, "within"), &rule->within);
	set_number(p, ymap_get(map, "usual"), 0, USUAL_MAX, &usual);
	rule->usual = (int)usual;
}

static void need(struct parse *p, const struct ynode *map, bool there, const char *what)
{
	if (!there)
		problem_add(p->ps, p->file, map->line, map->col, "alerts.missing",
			    "%s が要ります。", what);
}

static void check_rule(struct parse *p, const struct ynode *map, const struct alert_rule *rule)
{
	need(p, map, rule->title.n > 0, "title");
	if (rule->kind == ALERT_CHECK) {
		need(p, map, rule->check.n > 0, "check");
		return;
	}
	need(p, map, rule->class >= 0 || rule->events.count, "class か events");
	if (rule->kind == ALERT_COUNT) {
		need(p, map, rule->count > 0, "count");
		need(p, map, rule->within > 0, "within");
	}
	if (rule->kind == ALERT_HOURS)
		need(p, map, rule->nhours > 0, "open");
	if (rule->usual && rule->by != ALERT_BY_ACCOUNT)
		wrong(p, map, "alerts.usual", "usual は、by: account のときに使えます。");
}

static struct alert_rule *rule_of(struct parse *p, struct ynode *map)
{
	struct span id = ymap_text(map, "id");

	if (!path_id(id) || id.n > ALERT_ID_MAX) {
		wrong(p, map, "alerts.id", "id は、半角の英小文字、数字、「-」で書いてください。");
		return NULL;
	}
	for (size_t i = 0; i < p->r->count; i++)
		if (span_eq(p->r->rules[i].id, id))
			return &p->r->rules[i];
	if (p->r->count == ALERT_RULES_MAX) {
		wrong(p, map, "alerts.many", "規則は200までです。");
		return NULL;
	}
	p->r->rules[p->r->count] = (struct alert_rule){.id = id,
						       .advice = SPAN(""),
						       .severity = ALERT_WARNING,
						       .kind = ALERT_KINDS,
						       .class = -1,
						       .level = 2,
						       .count = 1,
						       .again = DAY_SECONDS};
	return &p->r->rules[p->r->count++];
}

/* The kind of a rule does not change: what has been told of it would mean something else. */
static void set_kind(struct parse *p, struct ynode *map, struct alert_rule *rule)
{
	static const char *const kinds[] = {"check", "event", "count", "hours"};
	struct ynode *n = ymap_get(map, "kind");
	int v = choose(p, n, kinds, ALERT_KINDS);

	if (rule->kind == ALERT_KINDS && v >= 0) {
		rule->kind = (enum alert_kind)v;
		if (rule->kind == ALERT_EVENT)
			rule->again = 0;
	} else if (v >= 0 && (enum alert_kind)v != rule->kind) {
		wrong(p, n, "alerts.kind", "kind は変えられません。別の id の規則にしてください。");
	} else if (rule->kind == ALERT_KINDS && !n) {
		need(p, map, false, "kind");
	}
}

static void read_rule(struct parse *p, struct ynode *map)
{
	struct alert_rule *rule;
	struct ynode *check;
	size_t before = p->ps ? p->ps->errors : 0;

	if (map->kind != Y_MAP) {
		wrong(p, map, "alerts.rule", "規則は id: と kind: から書いてください。");
		return;
	}
	rule = rule_of(p, map);
	if (!rule)
		return;
	set_kind(p, map, rule);
	set_text(p, ymap_get(map, "title"), ALERT_RULE_TEXT, &rule->title);
	set_text(p, ymap_get(map, "advice"), ALERT_ADVICE, &rule->advice);
	set_words(p, map, rule);
	set_seconds(p, ymap_get(map, "again"), &rule->again);
	set_seconds(p, ymap_get(map, "after"), &rule->after);
	set_records(p, map, rule);
	set_hours(p, ymap_get(map, "open"), rule);
	set_list(p, ymap_get(map, "closed"), &rule->closed, is_day,
		 "日付は 2026-12-29 の形で書いてください。");
	set_except(p, ymap_get(map, "except"), rule);
	check = ymap_get(map, "check");
	if (check && (check->kind != Y_TEXT || !check_exists(check->text)))
		wrong(p, check, "alerts.check", "見はりの名前ではありません。");
	else if (check)
		rule->check = check->text;
	ymap_unknown(map, p->file, p->ps);
	if (p->ps && p->ps->errors == before)
		check_rule(p, map, rule);
}

/* The same id twice in one file would be two meanings. */
static void check_twice(struct parse *p, struct ynode *rules)
{
	for (struct ynode *a = rules->first; a; a = a->next)
		for (struct ynode *b = a->next; b; b = b->next) {
			struct span id = a->kind == Y_MAP ? ymap_text(a, "id") : SPAN_NONE;

			if (id.n && b->kind == Y_MAP && span_eq(ymap_text(b, "id"), id))
				wrong(p, b, "alerts.id", "同じ id が2つあります。");
		}
}

enum status alert_rules_parse(struct alert_rules *r, const char *file, struct ynode *root,
			      struct problems *ps)
{
	struct problems own, *told = ps;
	struct parse p = {r, file, NULL};
	struct ynode *rules;
	size_t before;

	problems_init(&own);
	p.ps = told ? told : &own;
	before = p.ps->errors;
	rules = ymap_get(root, "rules");
	ymap_get(root, "karte");
	if (root->kind != Y_MAP || !rules || rules->kind != Y_LIST) {
		wrong(&p, root, "alerts.rules", "rules: の下に、規則の一覧を書いてください。");
	} else if (rules->count > ALERT_RULES_MAX) {
		wrong(&p, rules, "alerts.many", "規則は200までです。");
	} else {
		for (struct ynode *n = rules->first; n; n = n->next)
			read_rule(&p, n);
		check_twice(&p, rules);
		ymap_unknown(root, file, p.ps);
	}
	before = p.ps->errors - before;
	problems_clear(&own);
	return before ? fail(ST_INVALID, "%s has mistakes", file) : ST_OK;
}

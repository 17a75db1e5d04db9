#include "generator/base/day.h"
#include "vault/cmd/cmd.h"
#include "vault/journal/journal.h"

#include <stdio.h>

enum form { FORM_TEXT, FORM_CSV, FORM_JSON };

/* A day in Japan as seconds: its beginning, or with `after` that of the next. */
static enum status day_time(const char *text, bool after, int64_t *out)
{
	struct day d;

	if (!day_parse_typed(span_of(text), &d))
		return fail(ST_USAGE, "日付がわかりません: %s", text);
	*out = day_begin_jst(after ? day_plus(d, 1) : d);
	return ST_OK;
}

/* RFC 4180; what a spreadsheet would take for a formula gets an apostrophe (CWE-1236). */
static void csv_cell(struct buf *out, struct span s)
{
	buf_addc(out, '"');
	if (s.n && strchr("=+-@\t\r", s.p[0]))
		buf_addc(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, s.p[i]);
	}
	buf_addc(out, '"');
}

static bool print_one(void *ctx, const struct record *r, struct span line)
{
	const enum form *form = ctx;
	char t[DAY_TEXT];
	struct buf out;

	buf_init(&out, 64 * 1024);
	time_jst(r->t, t);
	if (*form == FORM_JSON) {
		buf_addspan(&out, line);
	} else if (*form == FORM_TEXT) {
		buf_addf(&out, "%llu %s %.*s %.*s %.*s %.*s %.*s %.*s", (unsigned long long)r->n, t,
			 SPAN_ARG(r->event), SPAN_ARG(r->account), SPAN_ARG(r->child),
			 SPAN_ARG(r->object), SPAN_ARG(r->decision), SPAN_ARG(r->reason));
	} else {
		const struct span cells[] = {span_of(t),     r->event,	r->account, r->role,
					     r->institution, r->child,	r->object,  r->decision,
					     r->reason,	     r->request};
		buf_addf(&out, "%llu", (unsigned long long)r->n);
		for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
			buf_addc(&out, ',');
			csv_cell(&out, cells[i]);
		}
		buf_addc(&out, '\r');
	}
	puts(buf_str(&out));
	buf_clear(&out);
	return true;
}

enum status cmd_log(struct cmd_env *env, int argc, char **argv)
{
	const char *from = NULL, *to = NULL, *account = NULL, *child = NULL, *event = NULL;
	bool csv = false;
	const struct cmd_option options[] = {{"from", &from, NULL},	  {"to", &to, NULL},
					     {"account", &account, NULL}, {"child", &child, NULL},
					     {"event", &event, NULL},	  {"csv", NULL, &csv}};
	struct journal_filter filter = {.newest_first = false};
	enum form form;
	enum status st = cmd_options(env, options, 6, &argc, &argv);

	if (!st)
		st = cmd_words("log", argc, 0, 0);
	if (!st && from)
		st = day_time(from, false, &filter.from);
	if (!st && to)
		st = day_time(to, true, &filter.to);
	if (!st)
		st = cmd_open(env, APP_INSPECT);
	if (st)
		return st;
	filter.account = span_of(account);
	filter.child = span_of(child);
	filter.event = span_of(event);
	form = csv ? FORM_CSV : env->json ? FORM_JSON : FORM_TEXT;
	if (csv)
		fputs("\xef\xbb\xbf番号,日時,できごと,アカウント,役割,機関,子ども,対象,結果,理由,"
		      "要求\r\n",
		      stdout);
	return journal_scan(env->app->journal, &filter, print_one, &form);
}

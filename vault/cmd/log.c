#include "vault/cmd/log.h"
#include "generator/base/day.h"
#include "vault/cmd/cmd.h"
#include "vault/flow/journal_search.h"

#include <stdio.h>

enum { LIMIT_MAX = 1000000000, INDEX_STEP = 100000 };

/* A day in Japan as seconds: its beginning, or with `after` that of the next. */
static enum status day_time(const char *text, bool after, int64_t *out)
{
	struct day d;

	if (!day_parse_typed(span_of(text), &d))
		return fail(ST_USAGE, "日付がわかりません: %s", text);
	*out = day_begin_jst(after ? day_plus(d, 1) : d);
	return ST_OK;
}

struct printing {
	enum log_form form;
	bool some;
};

static bool print_one(void *ctx, const struct record *r, struct span line)
{
	struct printing *p = ctx;
	char t[DAY_TEXT];
	struct buf out;

	p->some = true;
	buf_init(&out, 64 * 1024);
	time_jst(r->t, t);
	if (p->form == FORM_JSON && line.p) {
		buf_addspan(&out, line);
	} else if (p->form == FORM_JSON) {
		buf_addf(&out, "{\"n\":%llu,\"event\":\"" LOG_UNREADABLE "\"}",
			 (unsigned long long)r->n);
	} else if (p->form == FORM_TEXT) {
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
			log_csv_cell(&out, cells[i]);
		}
		buf_addc(&out, '\r');
	}
	puts(buf_str(&out));
	buf_clear(&out);
	return true;
}

/* ---- the journal --------------------------------------------------------------------------- */

/* Without the index, from the bodies, month by month: for a vault that cannot be written. */
static enum status scan(struct cmd_env *env, const struct trace_query *q, const char *class,
			struct printing *p)
{
	const struct journal_filter f = {.class = class,
					 .from = q->from,
					 .to = q->to,
					 .event = q->field[TRACE_EVENT],
					 .account = q->field[TRACE_ACCOUNT],
					 .role = q->field[TRACE_ROLE],
					 .institution = q->field[TRACE_INSTITUTION],
					 .child = q->field[TRACE_CHILD],
					 .limit = q->limit,
					 .newest_first = !q->oldest_first};

	return journal_scan(env->app->journal, &f, print_one, p);
}

/* The index of a large journal takes minutes, the first time: how far it is goes to stderr.  What
   cannot be indexed (a disk that is read only) is found otherwise, or the search says why. */
static void bring_up(struct app *app)
{
	uint64_t had = UINT64_MAX, has = 0;
	int percent, told = -1;

	while (app->trace && log_catch_up(app, INDEX_STEP) == ST_BUSY &&
	       trace_count(app->trace, &has) == ST_OK && has != had && log_behind(app, &percent)) {
		if (percent != told)
			fprintf(stderr, "記録の索引を作っています %d%%\n", percent);
		told = percent;
		had = has;
	}
}

static bool only_index_knows(const struct trace_query *q)
{
	return q->field[TRACE_OBJECT].n || q->field[TRACE_VERSION].n ||
	       q->field[TRACE_DECISION].n || q->word.n;
}

static enum status print_log(struct cmd_env *env, const struct trace_query *q, const char *class,
			     enum log_form form)
{
	struct printing p = {form, false};
	enum status st;

	if (form == FORM_CSV)
		fputs("\xef\xbb\xbf番号,日時,できごと,アカウント,役割,機関,子ども,対象,結果,理由,"
		      "要求\r\n",
		      stdout);
	st = log_search(env->app, q, print_one, &p);
	if (st && !p.some && !only_index_knows(q))
		st = scan(env, q, class, &p);
	return st;
}

static enum status take_class(const char *class, struct trace_query *q)
{
	int c = class ? record_class(span_of(class)) : 0;

	if (c < 0)
		return fail(ST_USAGE,
			    "--class は change read access session admin system の"
			    "どれかです: %s",
			    class);
	q->classes = class ? 1u << c : 0;
	return ST_OK;
}

enum status cmd_log(struct cmd_env *env, int argc, char **argv)
{
	const char *from = NULL, *to = NULL, *class = NULL, *limit = NULL, *exposure = NULL;
	const char *field[TRACE_FIELDS] = {NULL}, *word = NULL;
	bool csv = false, newest = false;
	const struct cmd_option options[] = {{"from", &from, NULL},
					     {"to", &to, NULL},
					     {"account", &field[TRACE_ACCOUNT], NULL},
					     {"child", &field[TRACE_CHILD], NULL},
					     {"event", &field[TRACE_EVENT], NULL},
					     {"institution", &field[TRACE_INSTITUTION], NULL},
					     {"role", &field[TRACE_ROLE], NULL},
					     {"decision", &field[TRACE_DECISION], NULL},
					     {"object", &field[TRACE_OBJECT], NULL},
					     {"word", &word, NULL},
					     {"class", &class, NULL},
					     {"limit", &limit, NULL},
					     {"exposure", &exposure, NULL},
					     {"newest", NULL, &newest},
					     {"csv", NULL, &csv}};
	struct trace_query q = {.limit = 0};
	enum log_form form;
	long most = 0;
	enum status st = cmd_options(env, options, sizeof options / sizeof *options, &argc, &argv);

	if (!st)
		st = cmd_words("log", argc, 0, exposure ? 1 : 0);
	if (!st && from)
		st = day_time(from, false, &q.from);
	if (!st && to)
		st = day_time(to, true, &q.to);
	if (!st && limit && !span_number(span_of(limit), LIMIT_MAX, &most))
		st = fail(ST_USAGE, "--limit は数です: %s", limit);
	if (!st)
		st = take_class(class, &q);
	if (!st)
		st = cmd_open(env, APP_INSPECT);
	if (st)
		return st;
	bring_up(env->app);
	form = csv ? FORM_CSV : env->json ? FORM_JSON : FORM_TEXT;
	if (exposure)
		return log_exposures(env, exposure, argc ? argv[0] : NULL, form);
	for (int i = 0; i < TRACE_FIELDS; i++)
		q.field[i] = span_of(field[i]);
	log_object(q.field[TRACE_OBJECT], &q.field[TRACE_OBJECT], &q.field[TRACE_VERSION]);
	q.word = span_of(word);
	q.oldest_first = !newest;
	q.limit = (size_t)most;
	return print_log(env, &q, class, form);
}

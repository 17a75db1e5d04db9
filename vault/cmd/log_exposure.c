/* `karte log --exposure`: who opened something of a child. */
#include "generator/base/day.h"
#include "generator/base/json.h"
#include "vault/cmd/log.h"
#include "vault/flow/journal_exposure.h"

#include <stdio.h>

/* RFC 4180; what a spreadsheet would take for a formula gets an apostrophe (CWE-1236). */
void log_csv_cell(struct buf *out, struct span s)
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

static const char *const exposure_heads[] = {"アカウント", "役割", "機関", "方法",
					     "回数",	   "最初", "最後", "対象"};

static void print_cells(enum log_form form, const struct span *cells, size_t count)
{
	struct buf out;

	buf_init(&out, 64 * 1024);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_addc(&out, form == FORM_CSV ? ',' : ' ');
		if (form == FORM_CSV)
			log_csv_cell(&out, cells[i]);
		else
			buf_addspan(&out, cells[i].n ? cells[i] : SPAN("-"));
	}
	if (form == FORM_CSV)
		buf_addc(&out, '\r');
	puts(buf_str(&out));
	buf_clear(&out);
}

static void print_exposure_json(const struct exposure *e)
{
	char first[DAY_TEXT], last[DAY_TEXT];
	struct buf out;

	time_utc(e->first, first);
	time_utc(e->last, last);
	buf_init(&out, 64 * 1024);
	buf_adds(&out, "{\"account\":");
	json_text(&out, e->account);
	buf_adds(&out, ",\"role\":");
	json_text(&out, e->role);
	buf_adds(&out, ",\"institution\":");
	json_text(&out, e->institution);
	buf_addf(&out,
		 ",\"way\":\"%s\",\"times\":%zu,\"first\":\"%s\",\"last\":\"%s\",\"whole\":%s}",
		 exposure_way_name(e->way), e->times, first, last, e->whole ? "true" : "false");
	puts(buf_str(&out));
	buf_clear(&out);
}

static void print_exposure(enum log_form form, const struct exposure *e)
{
	char first[DAY_TEXT], last[DAY_TEXT], times[32];

	time_jst(e->first, first);
	time_jst(e->last, last);
	snprintf(times, sizeof times, "%zu", e->times);
	if (form == FORM_JSON) {
		print_exposure_json(e);
		return;
	}
	print_cells(form,
		    (const struct span[]){e->account, e->role, e->institution,
					  span_of(exposure_way_label(e->way)), span_of(times),
					  span_of(first), span_of(last),
					  e->whole ? SPAN("全体") : SPAN("そのもの")},
		    8);
}

enum status log_exposures(struct cmd_env *env, const char *child, const char *object,
			  enum log_form form)
{
	struct exposures list;
	struct span heads[8];
	enum status st = exposure_find(&list, env->app, span_of(child), span_of(object));

	for (size_t i = 0; i < 8; i++)
		heads[i] = span_of(exposure_heads[i]);
	if (!st && form == FORM_CSV) {
		fputs("\xef\xbb\xbf", stdout);
		print_cells(form, heads, 8);
	}
	for (size_t i = 0; i < list.count && !st; i++)
		print_exposure(form, &list.rows[i]);
	exposures_clear(&list);
	return st;
}

/* The columns of the file, and what one row of it says. */
#include "vault/flow/import_impl.h"

#include "vault/flow/people.h"

#include <strings.h>

/* ---- columns ------------------------------------------------------------------------------ */

/* The first word is the one of the screens and of the template; field: the word of people.h. */
static const struct {
	const char *field;
	bool needed;
	const char *words[5];
} columns[COLS] = {
    [COL_ID] = {"id", true, {"ID", "ＩＤ", "アカウント", "account"}},
    [COL_NAME] = {"name", true, {"氏名", "名前", "name"}},
    [COL_KANA] = {"kana", false, {"ふりがな", "フリガナ", "kana"}},
    [COL_ROLE] = {"role", true, {"役割", "role"}},
    [COL_INSTITUTION] = {"institution", false, {"機関", "institution"}},
    [COL_UNTIL] = {"until", false, {"最後の日", "until"}},
    [COL_CLASSES] = {"classes", false, {"組", "組・学級", "class", "classes"}},
};

static struct span cell(const struct csv_row *r, size_t at)
{
	static const struct span wide = SPAN("　");
	struct span s = at < r->count ? span_trim(r->cells[at]) : SPAN("");

	while (span_starts(s, wide))
		s = span_trim(span_make(s.p + wide.n, s.n - wide.n));
	while (span_ends(s, wide))
		s = span_trim(span_make(s.p, s.n - wide.n));
	return s;
}

static bool is_word(struct span s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static enum column find_column(struct span name)
{
	for (unsigned c = 0; c < COLS; c++)
		for (size_t w = 0; w < 5 && columns[c].words[w]; w++)
			if (is_word(name, columns[c].words[w]))
				return (enum column)c;
	return COLS;
}

enum status import_heads(const struct csv_row *head, struct places *out)
{
	for (size_t c = 0; c < COLS; c++)
		out->at[c] = CSV_COLUMNS_MAX;
	out->width = head->count;
	for (size_t i = 0; i < head->count; i++) {
		struct span name = cell(head, i);
		enum column c = find_column(name);

		if (name.n == 0)
			continue;
		if (c == COLS)
			return fail(ST_INVALID, "1行目の「%.*s」は、使えない列の名前です",
				    SPAN_ARG(name));
		if (out->at[c] != CSV_COLUMNS_MAX)
			return fail(ST_INVALID, "1行目に「%s」の列が、2つあります",
				    columns[c].words[0]);
		out->at[c] = i;
	}
	for (size_t c = 0; c < COLS; c++)
		if (columns[c].needed && out->at[c] == CSV_COLUMNS_MAX)
			return fail(ST_INVALID,
				    "1行目に「%s」の列がありません。1行目には、列の"
				    "名前を書いてください",
				    columns[c].words[0]);
	return ST_OK;
}

/* ---- one row ------------------------------------------------------------------------------ */

static const char *label_of(const char *field)
{
	for (size_t c = 0; c < COLS; c++)
		if (field && strcmp(columns[c].field, field) == 0)
			return columns[c].words[0];
	return NULL;
}

static enum status wrong(struct import_row *r, enum column c, const char *why)
{
	r->column = columns[c].words[0];
	return fail(ST_INVALID, "%s", why);
}

static enum status copy(struct import_row *r, enum column c, struct span s, char *out, size_t cap)
{
	return span_copy(s, out, cap) ? ST_OK : wrong(r, c, "長すぎます");
}

static enum status read_role(struct import_row *r, struct span s)
{
	static const struct {
		const char *word;
		bool staff, made;
	} words[] = {
	    {"職員", true, true},    {"staff", true, true},	 {"家庭", false, true},
	    {"保護者", false, true}, {"household", false, true}, {"管理", false, false},
	    {"admin", false, false}, {"監査", false, false},	 {"auditor", false, false},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!is_word(s, words[i].word))
			continue;
		if (!words[i].made)
			return wrong(r, COL_ROLE,
				     "管理と監査のアカウントは、CSVでは作れません。画面で1つずつ"
				     "作ってください");
		r->account.staff = words[i].staff;
		r->account.role = words[i].staff ? ROLE_NOBODY : ROLE_HOUSEHOLD;
		return ST_OK;
	}
	return wrong(r, COL_ROLE, "「職員」か「家庭」と書いてください");
}

/* An institution by its name. */
struct by_name {
	struct span name;
	char id[ID_MAX + 1];
	size_t count;
};

static enum status match(void *ctx, const struct institution *i)
{
	struct by_name *n = ctx;

	if (!span_is(n->name, i->name) || i->closed[0])
		return ST_OK;
	n->count++;
	memcpy(n->id, i->id, sizeof n->id);
	return ST_OK;
}

static enum status read_institution(struct app *app, struct import_row *r, struct span s)
{
	struct by_name n = {.name = s};
	struct institution i;
	enum status st;

	if (s.n == 0)
		return ST_OK;
	st = institution_get(app->db, s, &i);
	if (!st)
		return copy(r, COL_INSTITUTION, s, r->account.institution,
			    sizeof r->account.institution);
	if (st == ST_NOTFOUND)
		st = institution_each(app->db, match, &n);
	if (st)
		return st;
	if (n.count != 1)
		return wrong(r, COL_INSTITUTION,
			     n.count ? "同じ名前の機関があります。機関の番号を書いてください"
				     : "この機関は、登録されていません");
	memcpy(r->account.institution, n.id, sizeof n.id);
	return ST_OK;
}

static enum status read_row(struct app *app, const struct csv_row *line, const struct places *at,
			    struct import_row *r)
{
	struct account *a = &r->account;
	enum status st;

	for (size_t i = at->width; i < line->count; i++)
		if (cell(line, i).n)
			return fail(ST_INVALID, "列が多すぎます");
	st = copy(r, COL_ID, cell(line, at->at[COL_ID]), a->id, sizeof a->id);
	if (!st)
		st = copy(r, COL_NAME, cell(line, at->at[COL_NAME]), a->name, sizeof a->name);
	if (!st)
		st = copy(r, COL_KANA, cell(line, at->at[COL_KANA]), a->kana, sizeof a->kana);
	if (!st)
		st = read_role(r, cell(line, at->at[COL_ROLE]));
	if (!st)
		st = read_institution(app, r, cell(line, at->at[COL_INSTITUTION]));
	if (!st && account_until(cell(line, at->at[COL_UNTIL]), a->until)) {
		r->column = columns[COL_UNTIL].words[0];
		st = ST_INVALID;
	}
	if (!st && account_classes(cell(line, at->at[COL_CLASSES]), a->classes)) {
		r->column = columns[COL_CLASSES].words[0];
		st = ST_INVALID;
	}
	return st;
}

/* ---- against what is there ---------------------------------------------------------------- */

/* A day that is not said differs from none. */
static bool same_account(const struct account *typed, const struct account *is)
{
	const char *until = strcmp(typed->until, "none") == 0 ? "" : typed->until;

	return typed->staff == is->staff && (typed->staff || typed->role == is->role) &&
	       !strcmp(typed->name, is->name) && !strcmp(typed->kana, is->kana) &&
	       !strcmp(typed->institution, is->institution) &&
	       !strcmp(typed->classes, is->classes) &&
	       (!typed->until[0] || !strcmp(until, is->until));
}

static enum status compare(struct app *app, struct import_row *r)
{
	struct account is;
	enum status st = account_get(app->db, span_of(r->account.id), &is);

	if (st)
		return st == ST_NOTFOUND ? ST_OK : st;
	if (is.disabled)
		return wrong(r, COL_ID, "このIDのアカウントは、止めてあります");
	if (!same_account(&r->account, &is))
		return wrong(r, COL_ID, "このIDは、別の内容のアカウントで使われています");
	r->state = IMPORT_THERE;
	return ST_OK;
}

static enum status check_double(const struct import *in, struct import_row *r)
{
	for (const struct import_row *o = in->rows; o < r; o++)
		if (r->account.id[0] && !strcmp(o->account.id, r->account.id)) {
			r->column = columns[COL_ID].words[0];
			return fail(ST_INVALID, "同じIDが %zu行目にもあります", o->line);
		}
	return ST_OK;
}

enum status import_row_check(struct app *app, const struct csv_row *line, const struct places *at,
			     struct import *in, struct import_row *r, int64_t now)
{
	const char *field = NULL;
	enum status st;

	*r = (struct import_row){.line = line->line};
	st = read_row(app, line, at, r);
	if (!st)
		st = check_double(in, r);
	if (!st)
		st = compare(app, r);
	if (!st && r->state == IMPORT_READY) {
		st = account_check(app, &r->account, now, &field);
		if (st)
			r->column = label_of(field);
	}
	if (st != ST_INVALID && st != ST_NOTFOUND && st != ST_EXISTS)
		return st;
	r->state = IMPORT_WRONG;
	r->why = arena_str(in->file->arena, span_of(fail_why()));
	return r->why ? ST_OK : ST_NOMEM;
}

void import_names(struct span out[static COLS])
{
	for (size_t c = 0; c < COLS; c++)
		out[c] = span_of(columns[c].words[0]);
}

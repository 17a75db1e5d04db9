/* Is an account as it may be, and who may change it? */
#include "generator/base/day.h"
#include "generator/base/text.h"
#include "generator/base/utf8.h"
#include "vault/flow/decide.h"
#include "vault/flow/people_impl.h"
#include "vault/flow/session.h"

#include <stdio.h>
#include <time.h>

/* ---- what is typed ------------------------------------------------------------------------ */

bool people_line(struct span s)
{
	if (s.n == 0 || s.n >= NAME_ROOM || utf8_check(s) != s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f || s.p[i] == '<' ||
		    s.p[i] == '>')
			return false;
	return true;
}

enum status people_wrong(const char **field, const char *name, enum status st)
{
	if (field)
		*field = name;
	return st;
}

enum status account_until(struct span typed, char out[static DAY_ROOM])
{
	char iso[DAY_TEXT];
	struct day d;

	typed = span_trim(typed);
	out[0] = '\0';
	if (typed.n == 0)
		return ST_OK;
	if (span_is(typed, "none") || span_is(typed, "なし")) {
		snprintf(out, DAY_ROOM, "none");
		return ST_OK;
	}
	if (!day_parse_typed(typed, &d))
		return fail(ST_INVALID, "最後の日は 2027-03-31 や 令和9年3月31日 の形で"
					"書いてください。終わりを決めないときは「なし」です");
	day_iso(d, iso);
	return span_copy(span_of(iso), out, DAY_ROOM)
		   ? ST_OK
		   : fail(ST_INVALID, "最後の日を確かめてください");
}

/* The next class in the text, without spaces of any width around; empty at the end. */
static struct span next_class(struct span *rest)
{
	static const struct span ends[] = {SPAN(","), SPAN("、"), SPAN("，"), SPAN("\n")};
	static const struct span wide = SPAN("　");
	struct span part = *rest, cut = {NULL, 0};
	long at = -1;

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		long here = span_find(*rest, ends[i]);

		if (here >= 0 && (at < 0 || here < at)) {
			at = here;
			cut = ends[i];
		}
	}
	if (at >= 0) {
		part.n = (size_t)at;
		rest->p += part.n + cut.n;
		rest->n -= part.n + cut.n;
	} else {
		*rest = SPAN_NONE;
	}
	part = span_trim(part);
	while (span_starts(part, wide))
		part = span_trim(span_make(part.p + wide.n, part.n - wide.n));
	while (span_ends(part, wide))
		part = span_trim(span_make(part.p, part.n - wide.n));
	return part;
}

static bool has_class(struct span list, struct span one)
{
	while (list.n)
		if (span_eq(span_cut(&list, ','), one))
			return true;
	return false;
}

enum status account_classes(struct span typed, char out[static CLASSES_ROOM])
{
	struct buf list;
	enum status st = ST_OK;

	buf_init(&list, CLASSES_ROOM - 1);
	while (typed.n && !st) {
		struct span one = next_class(&typed);

		if (one.n == 0 || has_class(buf_span(&list), one))
			continue;
		if (!people_line(one) || one.n >= CLASS_ROOM ||
		    text_graphemes(one) > ACCOUNT_CLASS_CHARS)
			st = fail(ST_INVALID, "組・学級は、一つを %d字までで書いてください",
				  ACCOUNT_CLASS_CHARS);
		if (list.len)
			buf_addc(&list, ',');
		buf_addspan(&list, one);
	}
	if (!st && list.st)
		st = fail(ST_INVALID, "組・学級が多すぎます");
	if (!st)
		span_copy(buf_span(&list), out, CLASSES_ROOM);
	buf_clear(&list);
	return st;
}

/* ---- a new account ------------------------------------------------------------------------ */

/* The last day of the fiscal year in which the day lies. */
static void year_end(struct day today, char out[static DAY_ROOM])
{
	char iso[DAY_TEXT];
	struct day end = {day_fiscal_year(today) + 1, 3, 31};

	day_iso(end, iso);
	span_copy(span_of(iso), out, DAY_ROOM);
}

static enum status check_until(struct account *a, int64_t now)
{
	char today[DAY_TEXT];
	struct day d;

	day_iso(day_jst(now), today);
	if (!a->until[0] && a->staff)
		year_end(day_jst(now), a->until);
	if (strcmp(a->until, "none") == 0)
		a->until[0] = '\0';
	if (a->until[0] && !day_parse(span_of(a->until), &d))
		return fail(ST_INVALID, "最後の日は 2027-03-31 の形で書いてください");
	if (a->until[0] && strcmp(a->until, today) < 0)
		return fail(ST_INVALID, "最後の日が、もうすぎています");
	return ST_OK;
}

enum status people_institution(struct app *app, const char *id, int64_t now,
			       struct institution *out)
{
	char today[DAY_TEXT];
	enum status st;

	if (!id[0])
		return fail(ST_INVALID, "職員の機関を選んでください");
	st = institution_get(app->db, span_of(id), out);
	if (st == ST_NOTFOUND)
		return fail(st, "機関「%s」はありません", id);
	day_iso(day_jst(now), today);
	if (!st && out->closed[0] && strcmp(out->closed, today) < 0)
		return fail(ST_INVALID, "機関「%s」は %s に閉じています", id, out->closed);
	return st;
}

static enum status check_staff(struct app *app, const struct account *a, int64_t now,
			       const char **field)
{
	struct institution i;

	if (a->staff)
		return people_wrong(field, "institution",
				    people_institution(app, a->institution, now, &i));
	if (a->institution[0])
		return people_wrong(field, "institution",
				    fail(ST_INVALID, "機関を選べるのは、職員だけです"));
	if (a->classes[0] || a->whole)
		return people_wrong(field, "classes",
				    fail(ST_INVALID, "組・学級を書けるのは、職員だけです"));
	return ST_OK;
}

bool people_id(struct span id)
{
	static const char *const pages[] = {"new", "import", "slips"};

	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (span_is(id, pages[i]))
			return false;
	return path_id(id);
}

static enum status check_texts(struct account *a, const char **field)
{
	char classes[CLASSES_ROOM];

	if (!people_id(span_of(a->id)))
		return people_wrong(
		    field, "id",
		    fail(ST_INVALID, "アカウントの番号は a-z、0-9、- の32字までにしてください"));
	if (!people_line(span_of(a->name)))
		return people_wrong(
		    field, "name",
		    fail(ST_INVALID, "名前を1行で書いてください（< と > は使えません）"));
	if (a->kana[0] && !people_line(span_of(a->kana)))
		return people_wrong(field, "kana",
				    fail(ST_INVALID, "ふりがなを1行で書いてください"));
	if (!a->staff && a->role != ROLE_HOUSEHOLD && a->role != ROLE_AUDITOR &&
	    a->role != ROLE_ADMIN)
		return people_wrong(
		    field, "role",
		    fail(ST_INVALID, "役割は staff、household、auditor、admin のどれかです"));
	if (account_classes(span_of(a->classes), classes))
		return people_wrong(field, "classes", ST_INVALID);
	memcpy(a->classes, classes, sizeof classes);
	return ST_OK;
}

enum status account_check(struct app *app, struct account *a, int64_t now, const char **field)
{
	struct account other;
	enum status st;

	people_wrong(field, NULL, ST_OK);
	st = check_texts(a, field);
	if (st)
		return st;
	st = account_get(app->db, span_of(a->id), &other);
	if (!st)
		return people_wrong(field, "id",
				    fail(ST_EXISTS, "アカウント %s はもうあります", a->id));
	if (st != ST_NOTFOUND)
		return st;
	st = check_staff(app, a, now, field);
	if (st)
		return st;
	st = check_until(a, now);
	return st ? people_wrong(field, "until", st) : ST_OK;
}

/* ---- who may ------------------------------------------------------------------------------ */

struct others {
	const struct account *but;
	int64_t now;
	size_t count;
};

static bool can_manage(const struct account *a, int64_t now)
{
	return a->role == ROLE_ADMIN && a->key[0] && !account_is_over(a, now);
}

static enum status count_other(void *ctx, const struct account *a)
{
	struct others *o = ctx;

	o->count += can_manage(a, o->now) && strcmp(a->id, o->but->id) != 0;
	return ST_OK;
}

enum status account_is_last_admin(struct app *app, const struct account *a, int64_t now, bool *out)
{
	struct others o = {a, now, 0};
	enum status st = ST_OK;

	*out = false;
	if (a->role != ROLE_ADMIN || account_is_over(a, now))
		return ST_OK;
	st = account_each(app->db, count_other, &o);
	*out = o.count == 0;
	return st;
}

bool people_operator(const struct actor *who)
{
	return strncmp(who->account.id, "os:", 3) == 0;
}

enum status people_may(struct app *app, const struct actor *who, const char *account, bool last)
{
	struct account now_is = who->account;
	struct question q = {
	    .action = ACT_ADMIN_CHANGE,
	    .who = &now_is,
	    .request = who->request,
	    .now = (int64_t)time(NULL),
	    .self = account && strcmp(account, who->account.id) == 0,
	    .last_admin = last,
	};
	struct decision d;
	enum status st = ST_OK;

	if (!people_operator(who)) /* who was stopped a moment ago stops nobody */
		st = account_get(app->db, span_of(who->account.id), &now_is);
	return st ? st : decide(app, &q, &d, NULL);
}

enum status people_begin(struct app *app)
{
	return db_begin(app->db);
}

enum status people_end(struct app *app, enum status so_far)
{
	enum status st = db_end(app->db, ST_OK);

	return so_far ? so_far : st;
}

/* What child.md may say. */
#include "vault/flow/child_file.h"

#include "generator/base/day.h"
#include "generator/base/text.h"
#include "generator/base/utf8.h"

static bool one_of(struct span s, const char *const *names)
{
	for (; *names; names++)
		if (span_is(s, *names))
			return true;
	return false;
}

static const char *const sexes[] = {"female", "male", "other", "unknown", NULL};
static const char *const relations[] = {"mother", "father", "grandparent", "foster", "other", NULL};

static const char *const kinds[] = {"address", "word", "school", "sheet", NULL};

static bool is_line(struct span s, size_t most)
{
	if (s.n == 0 || utf8_check(s) != s.n || text_graphemes(s) > most)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static bool is_day(struct span s)
{
	struct day d;

	return day_parse(s, &d);
}

static void check_enrolment(const struct enrolment *e, struct problems *ps)
{
	if (!path_id(span_of(e->institution)))
		problem_add(ps, "", 0, 0, "child.institution", "機関の番号「%s」が正しくありません",
			    e->institution);
	if (!is_day(span_of(e->since)) || (e->until[0] && !is_day(span_of(e->until))) ||
	    (e->until[0] && strcmp(e->until, e->since) < 0))
		problem_add(ps, "", 0, 0, "child.enrolment",
			    "在籍の日付（%s から %s まで）を確かめてください", e->since, e->until);
	/* the classes of an account are separated by commas */
	if (e->class[0] &&
	    (!is_line(span_of(e->class), CHILD_CLASS_CHARS) || strchr(e->class, ',')))
		problem_add(ps, "", 0, 0, "child.class",
			    "組・学級は、「,」のない%d字までの1行で書いてください",
			    CHILD_CLASS_CHARS);
}

static void check_guardian(const struct guardian *g, struct problems *ps)
{
	if (!path_id(span_of(g->account)) || !one_of(span_of(g->relation), relations))
		problem_add(
		    ps, "", 0, 0, "child.guardian",
		    "保護者「%s」の続柄は mother、father、grandparent、foster、other のどれかで"
		    "書いてください",
		    g->account);
	if (g->suspended[0] && !is_day(span_of(g->suspended)))
		problem_add(ps, "", 0, 0, "child.suspended",
			    "保護者「%s」を止める日は、実際にある日付を 2020-04-01 の形で"
			    "書いてください",
			    g->account);
}

/* ---- protections -------------------------------------------------------------------------- */

/*
 * What is looked for in texts: it must be a text after folding too, and of more than one letter,
 * or nearly everything would hold it.
 */
static bool is_searchable(struct span s)
{
	struct buf key;
	bool good;

	if (!is_line(s, CHILD_WORD_CHARS))
		return false;
	buf_init(&key, 4096);
	text_search_key(s, &key);
	good = !key.st && text_graphemes(buf_span(&key)) >= 2;
	buf_clear(&key);
	return good;
}

static bool is_sheet_name(struct span s)
{
	struct span type = span_cut(&s, '/');

	return path_id(type) && path_id(s);
}

static bool good_value(const struct protection *p)
{
	struct span value = span_of(p->value);

	if (strcmp(p->kind, "school") == 0)
		return path_id(value);
	if (strcmp(p->kind, "sheet") == 0)
		return is_sheet_name(value);
	return is_searchable(value);
}

static void check_protection(const struct child *c, size_t at, struct problems *ps)
{
	const struct protection *p = &c->protections[at];
	size_t same = 0;
	bool twice = false;

	for (size_t i = 0; i < at; i++) {
		const struct protection *o = &c->protections[i];

		if (strcmp(o->guardian, p->guardian) || strcmp(o->kind, p->kind))
			continue;
		same++;
		twice = twice || strcmp(o->value, p->value) == 0;
	}
	if (!path_id(span_of(p->guardian)) || !one_of(span_of(p->kind), kinds) || !good_value(p))
		problem_add(
		    ps, "", 0, 0, "child.protection",
		    "見せないもの（%s）は、住所と言葉なら2字から%d字の1行、学校なら機関の番号、"
		    "シートなら 種類/番号 で書いてください",
		    p->kind, CHILD_WORD_CHARS);
	else if (twice)
		problem_add(ps, "", 0, 0, "child.protection-twice",
			    "同じもの（%s）が、もう見せないものに入っています", p->kind);
	else if (same == CHILD_PROTECTIONS_EACH)
		problem_add(ps, "", 0, 0, "child.protections",
			    "見せないものは、一人の保護者について、種類ごとに%d個までです",
			    CHILD_PROTECTIONS_EACH);
}

bool child_check(const struct child *c, struct problems *ps)
{
	size_t before = ps->errors;

	if (!path_child(span_of(c->row.id)))
		problem_add(ps, "", 0, 0, "child.id", "子どもの番号が正しくありません");
	if (!is_line(span_of(c->row.name), CHILD_TEXT_CHARS) ||
	    !is_line(span_of(c->row.kana), CHILD_TEXT_CHARS))
		problem_add(ps, "", 0, 0, "child.name",
			    "氏名とふりがなを、それぞれ%d字までの1行で書いてください",
			    CHILD_TEXT_CHARS);
	if (!is_day(span_of(c->row.born)))
		problem_add(ps, "", 0, 0, "child.born",
			    "生年月日「%s」は、実際にある日付を 2020-04-01 の形で書いてください",
			    c->row.born);
	if (!one_of(span_of(c->row.sex), sexes))
		problem_add(ps, "", 0, 0, "child.sex",
			    "性別は female、male、other、unknown のどれかで書いてください");
	for (size_t i = 0; i < c->enrolment_count; i++)
		check_enrolment(&c->enrolments[i], ps);
	for (size_t i = 0; i < c->guardian_count; i++)
		check_guardian(&c->guardians[i], ps);
	for (size_t i = 0; i < c->protection_count; i++)
		check_protection(c, i, ps);
	return ps->errors == before;
}

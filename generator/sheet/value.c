/* One scalar: what is wrong with it, and the one form in which it is kept. */
#include "generator/sheet/sheet_impl.h"

#include "generator/base/day.h"
#include "generator/base/path.h"
#include "generator/base/text.h"
#include "generator/base/utf8.h"
#include "generator/sheet/markdown.h"
#include "generator/sheet/number.h"

#include <stdarg.h>
#include <stdio.h>

struct reading {
	struct arena *arena;
	const struct field *field;
	struct span in; /* trimmed, not empty */
	bool typed;
	struct value_place at;
	struct problems *ps;
	struct span *out;
};

/* ---- problems --------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static enum status
wrong(const struct reading *r, const char *code, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (r->at.field)
		problem_field(r->ps, r->at.field, code, "「%.*s」%s", SPAN_ARG(r->field->label),
			      text);
	else
		problem_add(r->ps, r->at.file, r->at.line, r->at.col, code, "「%.*s」%s",
			    SPAN_ARG(r->field->label), text);
	return fail(ST_INVALID, "wrong value: %s", code);
}

static enum status keep(const struct reading *r, struct span s)
{
	*r->out = arena_copy(r->arena, s);
	return r->out->p ? ST_OK : ST_NOMEM;
}

/* Keeps what is in the buffer, which is cleared. */
static enum status keep_buf(const struct reading *r, struct buf *b)
{
	enum status st = b->st ? b->st : keep(r, buf_span(b));

	buf_clear(b);
	return st;
}

/* ---- text ------------------------------------------------------------------------------- */

static bool ends_a_line(uint32_t cp)
{
	return cp == '\n' || cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

static bool is_control(uint32_t cp)
{
	return (cp < 0x20 && cp != '\t') || (cp >= 0x7f && cp < 0xa0);
}

/* Refuses control characters, and line ends unless there may be `lines` (of LF). */
static enum status check_characters(const struct reading *r, struct span s, bool lines)
{
	while (s.n) {
		uint32_t cp = utf8_next(&s);

		if (lines && cp == '\n')
			continue;
		if (!lines && ends_a_line(cp))
			return wrong(r, "value.line", "は1行で書いてください。");
		if (is_control(cp))
			return wrong(r, "value.control",
				     "に、表示できない文字（U+%04X）があります。消してください。",
				     cp);
	}
	return ST_OK;
}

static enum status check_length(const struct reading *r, struct span s, size_t max)
{
	size_t n = s.n > max ? text_graphemes(s) : 0;

	if (n <= max)
		return ST_OK;
	return wrong(r, "value.length", "は%zu文字までで書いてください（今は%zu文字です）。", max,
		     n);
}

static enum status read_text(const struct reading *r)
{
	size_t max = r->field->max_chars ? r->field->max_chars : TEXT_DEFAULT_MAX;
	enum status st = check_characters(r, r->in, false);

	if (!st)
		st = check_length(r, r->in, max);
	return st ? st : keep(r, r->in);
}

static enum status refuse_markdown(struct reading *r, int line)
{
	if (r->at.line) {
		r->at.line += line - 1;
		r->at.col = 1;
	}
	if (r->in.n > MD_MAX_BYTES)
		return wrong(r, "value.length", "が長すぎます。短くしてください。");
	return wrong(r, "value.markdown",
		     "の%d行目で、箇条書きや引用の重なりが深すぎるか、[ ] が多すぎます。"
		     "減らしてください。",
		     line);
}

static enum status read_prose(const struct reading *from)
{
	struct reading r = *from;
	enum status st;
	struct buf tame;
	int line = 1;

	buf_init(&tame, MD_MAX_BYTES);
	st = md_guard(r.in, MD_MAX_BYTES, &line);
	if (!st)
		st = md_tame(r.in, &tame);
	if (st == ST_TOOBIG)
		st = refuse_markdown(&r, line);
	if (!st)
		st = check_characters(&r, buf_span(&tame), true);
	if (!st)
		st = check_length(&r, buf_span(&tame),
				  r.field->max_chars ? r.field->max_chars : PROSE_DEFAULT_MAX);
	if (!st && tame.len)
		st = keep(&r, buf_span(&tame));
	buf_clear(&tame);
	return st;
}

/* ---- numbers, days, times --------------------------------------------------------------- */

static enum status check_range(const struct reading *r, double v)
{
	const struct field *f = r->field;
	struct buf min, max;
	enum status st = ST_OK;

	if (!(f->has_min && v < f->min) && !(f->has_max && v > f->max))
		return ST_OK;
	buf_init(&min, 64);
	buf_init(&max, 64);
	number_put(f->min, f->decimals, &min);
	number_put(f->max, f->decimals, &max);
	if (f->has_min && f->has_max)
		st = wrong(r, "value.range", "は%sから%sまでの数で書いてください。", buf_str(&min),
			   buf_str(&max));
	else if (f->has_min)
		st = wrong(r, "value.range", "は%s以上の数で書いてください。", buf_str(&min));
	else
		st = wrong(r, "value.range", "は%s以下の数で書いてください。", buf_str(&max));
	buf_clear(&min);
	buf_clear(&max);
	return st;
}

static enum status read_number(const struct reading *r)
{
	int decimals = r->field->decimals;
	struct buf text;
	enum status st;

	buf_init(&text, 64);
	if (!number_read(r->in, r->typed, r->field->unit, &text))
		st = wrong(r, "value.number", "は数字で書いてください（例：%s）。",
			   decimals ? "12.5" : "12");
	else if (number_decimals(buf_span(&text)) > decimals && decimals == 0)
		st = wrong(r, "value.decimals", "は小数点のない数で書いてください。");
	else if (number_decimals(buf_span(&text)) > decimals)
		st = wrong(r, "value.decimals", "は小数点の下を%d桁までで書いてください。",
			   decimals);
	else
		st = check_range(r, number_value(buf_span(&text)));
	if (st) {
		buf_clear(&text);
		return st;
	}
	return keep_buf(r, &text);
}

static enum status read_date(const struct reading *r)
{
	char iso[DAY_TEXT];
	struct day d;

	if (!(r->typed ? day_parse_typed(r->in, &d) : day_parse(r->in, &d)))
		return wrong(r, "value.date", "に、暦にある日付を書いてください（例：%s）。",
			     r->typed ? "令和8年4月1日、2026/4/1" : "2026-04-01");
	day_iso(d, iso);
	return keep(r, span_of(iso));
}

static bool take_word(struct span *s, const char *word)
{
	struct span w = span_of(word);

	if (!span_starts(*s, w))
		return false;
	*s = span_trim(span_make(s->p + w.n, s->n - w.n));
	return true;
}

static size_t digits_ahead(struct span s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

static bool take_number(struct span *s, size_t most, int *out)
{
	size_t n = digits_ahead(*s) < most ? digits_ahead(*s) : most;

	*out = 0;
	for (size_t i = 0; i < n; i++)
		*out = *out * 10 + (s->p[i] - '0');
	*s = span_make(s->p + n, s->n - n);
	return n > 0;
}

/* 9:05, 9時5分, 9時, 9時半, 0905, before each of which may stand 午前 or 午後. */
static bool typed_time(struct span s, int *h, int *m)
{
	bool am = take_word(&s, "午前"), pm = !am && take_word(&s, "午後");

	*m = 0;
	if (digits_ahead(s) == 4) {
		if (!take_number(&s, 2, h) || !take_number(&s, 2, m))
			return false;
	} else if (!take_number(&s, 2, h)) {
		return false;
	} else if (take_word(&s, ":")) {
		if (s.n != 2 || !take_number(&s, 2, m))
			return false;
	} else if (!take_word(&s, "時")) {
		return false;
	} else if (take_word(&s, "半")) {
		*m = 30;
	} else if (s.n && (!take_number(&s, 2, m) || !take_word(&s, "分"))) {
		return false;
	}
	if ((am || pm) && *h > 12)
		return false;
	if ((am || pm) && *h == 12)
		*h = 0;
	*h += pm ? 12 : 0;
	return s.n == 0;
}

static bool stored_time(struct span s, int *h, int *m)
{
	return s.n == 5 && take_number(&s, 2, h) && s.n == 3 && take_word(&s, ":") &&
	       take_number(&s, 2, m) && s.n == 0;
}

static enum status read_time(const struct reading *r)
{
	struct buf narrow;
	char text[8];
	int h = 0, m = 0;
	bool good;

	buf_init(&narrow, 100);
	number_narrow(r->in, &narrow);
	good = !narrow.st && (r->typed ? typed_time(span_trim(buf_span(&narrow)), &h, &m)
				       : stored_time(r->in, &h, &m));
	buf_clear(&narrow);
	if (!good || h > 23 || m > 59)
		return wrong(r, "value.time", "に時刻を書いてください（例：%s）。",
			     r->typed ? "9:05、午後3時20分" : "09:05");
	snprintf(text, sizeof text, "%02d:%02d", h % 24, m % 60);
	return keep(r, span_of(text));
}

/* ---- choices and ids -------------------------------------------------------------------- */

static enum status read_flag(const struct reading *r)
{
	static const struct {
		const char *word;
		bool on, typed;
	} words[] = {
	    {"true", true, false}, {"false", false, false}, {"on", true, true},
	    {"はい", true, true},  {"いいえ", false, true}, {"1", true, true},
	    {"0", false, true},
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (span_is(r->in, words[i].word) && (r->typed || !words[i].typed))
			return keep(r, words[i].on ? SPAN("true") : SPAN("false"));
	return wrong(r, "value.flag", "は %s で答えてください。",
		     r->typed ? "「はい」か「いいえ」" : "true か false");
}

static const struct choice *choice_typed(const struct field *f, struct span in, bool typed)
{
	const struct choice *c = field_choice(f, in);

	for (size_t i = 0; i < f->nchoices && !c && typed; i++)
		if (span_eq(f->choices[i].label, in))
			c = &f->choices[i];
	return c;
}

static enum status read_choice(const struct reading *r)
{
	const struct choice *c = choice_typed(r->field, r->in, r->typed);

	if (!c)
		return wrong(r, "value.choice", "に「%.*s」という選択肢はありません。",
			     r->in.n > 100 ? 0 : (int)r->in.n, r->in.p);
	return keep(r, c->id);
}

static enum status read_file_id(const struct reading *r)
{
	if (!path_id(r->in))
		return wrong(r, "value.file", "には、登録したファイルを選んでください。");
	return keep(r, r->in);
}

static enum status read_nothing(const struct reading *r)
{
	return wrong(r, "value.computed", "は計算で決まる欄です。書きこまないでください。");
}

/* ---- all kinds -------------------------------------------------------------------------- */

static enum status (*const readers[F_KIND_COUNT])(const struct reading *) = {
    [F_TEXT] = read_text,     [F_PROSE] = read_prose,	   [F_NUMBER] = read_number,
    [F_DATE] = read_date,     [F_TIME] = read_time,	   [F_FLAG] = read_flag,
    [F_CHOICE] = read_choice, [F_CHOICES] = read_choice,   [F_PERSON] = read_text,
    [F_FILE] = read_file_id,  [F_INSTITUTION] = read_text, [F_COMPUTED] = read_nothing,
};

/* Input methods leave full-width spaces at the ends of what people type. */
static struct span trim_both(struct span s)
{
	const struct span wide = SPAN("\xe3\x80\x80");
	size_t before;

	do {
		before = s.n;
		s = span_trim(s);
		if (span_starts(s, wide))
			s = span_make(s.p + wide.n, s.n - wide.n);
		if (span_ends(s, wide))
			s.n -= wide.n;
	} while (s.n < before);
	return s;
}

enum status value_read(struct arena *a, const struct field *f, struct span in, bool typed,
		       struct value_place at, struct span *out, struct problems *ps)
{
	struct reading r = {.arena = a, .field = f, .in = in, .typed = typed, .at = at, .ps = ps};

	*out = SPAN_NONE;
	r.out = out;
	if (!readers[f->kind])
		return fail(ST_BUG, "a %s is not one text", field_kind_name(f->kind));
	if (utf8_check(in) != in.n)
		return wrong(&r, "value.utf8", "に、文字として読めないところがあります。");
	if (f->kind != F_PROSE)
		r.in = trim_both(in);
	return r.in.n ? readers[f->kind](&r) : ST_OK;
}
